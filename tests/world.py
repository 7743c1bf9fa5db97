"""A small province for tests, and dossiers brought into their states by the actions that bring them there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from motcua.accounts.actions import open_account
from motcua.accounts.models import User
from motcua.accounts.queries import actor
from motcua.calendars.actions import DayChange, NoticeData, lay_down_calendar, record_notice
from motcua.calendars.models import Calendar
from motcua.catalogue.actions import publish_version
from motcua.catalogue.queries import Published, published
from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, PartyData
from motcua.dossiers.models import Door, Dossier
from motcua.dossiers.queries import components_needed
from motcua.journal.events import SYSTEM, Actor
from motcua.organisation.actions import (
    Establishment,
    appoint,
    create_post,
    establish_agency,
    open_desk,
)
from motcua.organisation.models import Agency
from motcua.rules.lateness import Cause
from motcua.rules.process import DEFAULT_PROCESS, Process
from motcua.workflow.actions import publish_process
from motcua.workflow.models import ProcessUse

START = date(2025, 7, 1)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FUNCTIONS = {
    "receiver": ("receive", "see_agency"),
    "specialist": ("solve", "see_agency"),
    "head": ("head", "see_agency"),
    "leader": ("sign", "see_agency"),
}


def a_procedure(code: str = "9.000001", **changes: Any) -> dict[str, Any]:
    """Return the content of an invented procedure: three working days, three papers, one of them optional."""
    content: dict[str, Any] = {
        "code": code,
        "name": {"vi": "Xác nhận thử nghiệm", "en": "Trial confirmation"},
        "domain": {"key": "ho-tich", "vi": "Hộ tịch", "en": "Civil status"},
        "levels": ["commune"],
        "service_level": "full",
        "partial_reason": None,
        "audience": ["citizen"],
        "run_by": "local",
        "decision": None,
        "effective_from": "2025-07-01",
        "cases": [{"key": "ordinary", "vi": "Thông thường", "en": "Ordinary"}],
        "channels": [
            {
                "channel": channel,
                "case": "ordinary",
                "limit": {"unit": "working_day", "amount": 3, "cutoff": None},
                "limit_source": "3 ngày làm việc",
                "limit_doubt": None,
                "fees": [{"kind": "free"}],
            }
            for channel in ("online", "counter", "post")
        ],
        "components": [
            _component("to-khai", "Tờ khai", "Declaration", True),
            _component("giay-chung", "Giấy chứng nhận", "Certificate", True),
            _component("anh", "Ảnh", "Photograph", False),
        ],
        "steps": [{"vi": "Nộp hồ sơ", "en": "File"}, {"vi": "Nhận kết quả", "en": "Collect"}],
        "results": [{"code": None, "vi": "Giấy xác nhận", "en": "Confirmation"}],
        "legal_bases": [{"kind": "Luật", "number": "60/2014/QH13", "vi": "Luật Hộ tịch", "issued": None}],
        "conditions": [],
        "competent": [{"level": "commune"}],
        "supplement_policy": "restart",
        "keywords": ["giấy xác nhận"],
    }
    return content | changes


def _component(key: str, vi: str, en: str, required: bool) -> dict[str, Any]:
    return {
        "key": key,
        "vi": vi,
        "en": en,
        "group": "submit",
        "case": None,
        "originals": 1,
        "copies": 0,
        "form": None,
        "replaceable_by": None,
        "required": required,
        "note": None,
    }


class World:
    """A province with two communes, their people, a calendar, a process and an open portal."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.people: dict[str, User] = {}
        self.province = self._agency("tinh", "Ủy ban nhân dân tỉnh Thử", "province", "province", "X1", None)
        self.commune = self._office("xa-mot", "Ủy ban nhân dân xã Một", "X1.01")
        self.neighbour = self._office("xa-hai", "Ủy ban nhân dân xã Hai", "X1.02")
        self.citizen = self._person("dan", "Nguyễn Thị Ánh", "citizen", identity="066190900017")
        self.stranger = self._person("la", "Trần Văn Lạ", "citizen")
        self.calendar = self._calendar()
        self.process = publish_process(DEFAULT_PROCESS, legal_basis="", by=SYSTEM, at=at)
        self.procedure = self.publish(a_procedure())
        Door.objects.create(kind="portal", valid_from=START, legal_basis="thử nghiệm")
        Door.objects.create(kind="desk", valid_from=START, legal_basis="thử nghiệm")

    def publish(self, content: dict[str, Any]) -> Published:
        """Publish a procedure's version."""
        return published(publish_version(content, by=SYSTEM, at=self.at))

    def later(self, **delta: float) -> datetime:
        """Let time pass, and return the new moment."""
        self.at += timedelta(**delta)
        return self.at

    def partner(
        self, key: str, name: str, kind: str, code: str, parent: Agency, *, outside: bool = False
    ) -> Agency:
        """Add an agency that works on parts of interconnected dossiers, with its people unless it is outside."""
        agency = self._agency(key, name, kind, "commune", code, parent, outside=outside)
        for function in () if outside else ("specialist", "head", "leader"):
            self._post(agency, key, function)
        return agency

    def run_by(self, process: Process, procedure: Published | None = None) -> UUID:
        """Publish a process and let a procedure run by it."""
        version = publish_process(process, legal_basis="QĐ 9", by=SYSTEM, at=self.at)
        ProcessUse.objects.create(
            procedure_id=(procedure or self.procedure).procedure_id, key=process.key, valid_from=START
        )
        return version

    def a_dossier(self, **choices: Any) -> DossierStory:
        """Begin a dossier's story with a draft."""
        return DossierStory(self, **choices)

    def as_actor(self, name: str) -> Actor:
        """Return a person of this world as an actor."""
        return actor(self.people[name])

    def _agency(
        self,
        key: str,
        name: str,
        kind: str,
        level: str,
        code: str,
        parent: Agency | None,
        *,
        outside: bool = False,
    ) -> Agency:
        plan = Establishment(
            key=key, name_vi=name, name_en=f"({key})", kind=kind, level=level, valid_from=START,
            code_qd20=code, parent=parent, short_vi=key, outside=outside,
        )  # fmt: skip
        return establish_agency(plan, by=SYSTEM, at=self.at)

    def _office(self, key: str, name: str, code: str) -> Agency:
        agency = self._agency(key, name, "commune", "commune", code, self.province)
        open_desk(
            agency,
            name_vi=f"Trung tâm PVHCC {key}",
            name_en="",
            address="01 Phố Thử",
            phone="",
            valid_from=START,
        )
        for function in FUNCTIONS:
            self._post(agency, key, function)
        return agency

    def _post(self, agency: Agency, key: str, function: str) -> None:
        post = create_post(
            agency, key=function, function=function, title_vi=function.capitalize(),
            title_en=function.capitalize(), roles=FUNCTIONS[function], valid_from=START, by=SYSTEM, at=self.at,
        )  # fmt: skip
        user = self._person(f"{key}.{function}", f"Cán bộ {key} {function}", "staff")
        appoint(post, user, valid_from=START, by=SYSTEM, at=self.at)

    def staff(self, name: str, agency: Agency, function: str, *roles: str) -> User:
        """Add a member of staff with a post of their own."""
        post = create_post(
            agency, key=name, function=function, title_vi=name, title_en=name, roles=roles,
            valid_from=START, by=SYSTEM, at=self.at,
        )  # fmt: skip
        user = self._person(name, f"Cán bộ {name}", "staff")
        appoint(post, user, valid_from=START, by=SYSTEM, at=self.at)
        return user

    def _person(self, username: str, name: str, kind: str, identity: str = "") -> User:
        user = open_account(
            username, full_name=name, kind=kind, password="một-cửa", by=SYSTEM, at=self.at, identity=identity
        )
        self.people[username] = user
        return user

    def _calendar(self) -> Calendar:
        calendar = lay_down_calendar(None, name="Cả nước", legal_basis="thử nghiệm", by=SYSTEM, at=self.at)
        day = DayChange(date(2026, 11, 24), "holiday", "Ngày Văn hóa Việt Nam", "NQ 28/2026/QH16")
        record_notice(calendar, NoticeData("Thông báo 1", days=(day,)), by=SYSTEM, at=self.at)
        return calendar


@dataclass
class DossierStory:
    """A dossier, moved on by the same actions that people use."""

    world: World
    procedure: Published | None = None
    channel: str = "online"
    owner: str = "dan"
    agency: Agency | None = None
    papers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        world = self.world
        self.procedure = self.procedure or world.procedure
        self.agency = self.agency or world.commune
        by = world.as_actor(self.owner)
        self.dossier = actions.start_draft(
            self.procedure,
            owner=world.people[self.owner] if self.channel == "online" else None,
            channel=self.channel,
            door="portal" if self.channel == "online" else "desk",
            language="vi",
            by=by,
            at=world.at,
        )
        actions.save_people(
            self.dossier,
            applicant=PartyData(
                "Nguyễn Thị Ánh", identity="066190900017", phone="0912345678", email="anh@example.vn"
            ),
            representative=None,
            request="Xin xác nhận",
            at=world.at,
        )
        actions.save_office(
            self.dossier, agency_id=self.agency.id, case="ordinary", delivery="desk", at=world.at
        )
        needed = [item.key for item in components_needed(self.procedure.record, "ordinary") if item.required]
        for key in self.papers if self.papers is not None else needed:
            self.attach(key)
        self.reload()

    def staff(self, function: str) -> Actor:
        """Return the one who fills a function at the dossier's agency."""
        assert self.agency is not None
        return self.world.as_actor(f"{self.agency.key}.{function}")

    def reload(self) -> DossierStory:
        """Read the dossier again."""
        self.dossier = Dossier.objects.select_related("applicant", "representative").get(pk=self.dossier.pk)
        return self

    def attach(self, component: str, content: bytes = PDF, name: str = "to.pdf") -> DossierStory:
        """Attach a file."""
        actions.attach_file(
            self.dossier, component=component, stream=BytesIO(content), name=name,
            by=self.world.as_actor(self.owner), at=self.world.at,
        )  # fmt: skip
        return self

    def filed(self) -> DossierStory:
        """File it."""
        actions.file_dossier(self.dossier, by=self.world.as_actor(self.owner), at=self.world.at)
        return self.reload()

    def accepted(self) -> DossierStory:
        """File and accept it."""
        story = self.filed() if self.dossier.state == "draft" else self
        actions.accept_dossier(story.dossier, by=self.staff("receiver"), at=self.world.at)
        return self.reload()

    def supplement_requested(self, component: str = "to-khai") -> DossierStory:
        """Ask for a supplement, by the receiver before acceptance and by the specialist after it."""
        who = "receiver" if self.dossier.state == "filed" else "specialist"
        fault = FaultData(component, "Thiếu chữ ký", "Ký và nộp lại")
        actions.request_supplement(
            self.dossier, faults=[fault], ground="Điều 15", by=self.staff(who), at=self.world.at
        )
        return self.reload()

    def resubmitted(self, component: str = "to-khai") -> DossierStory:
        """Give the asked paper anew and hand it back."""
        self.attach(component)
        actions.resubmit_dossier(self.dossier, by=self.world.as_actor(self.owner), at=self.world.at)
        return self.reload()

    def drafted(self, until: datetime, *, by: str = "specialist", **said: Any) -> UUID:
        """Draft a letter of apology that names this day, and return its id."""
        given = {"cause": Cause.COMPLEX, "reason": "Chờ xác minh", "legal_basis": "Điều 19"} | said
        letter = actions.draft_apology(
            self.dossier, until=until, by=self.staff(by), at=self.world.at, **given
        )
        return letter.id

    def extended(self, until: datetime, *, by: str = "specialist", **said: Any) -> DossierStory:
        """Draft a letter of apology, and approve it as the head."""
        letter = self.drafted(until, by=by, **said)
        actions.approve_apology(self.dossier, letter=letter, by=self.staff("head"), at=self.world.at)
        return self.reload()

    def handed_over(self) -> DossierStory:
        """Specialist to head."""
        actions.hand_over(self.dossier, by=self.staff("specialist"), at=self.world.at)
        return self.reload()

    def at_leader(self) -> DossierStory:
        """Specialist to head to leader."""
        story = self.accepted() if self.dossier.state in ("draft", "filed") else self
        story.handed_over()
        actions.hand_over(self.dossier, by=self.staff("head"), at=self.world.at)
        return self.reload()

    def decided(self, outcome: str = "granted") -> DossierStory:
        """All the way to the decision."""
        actions.decide_dossier(
            self.at_leader().dossier, outcome=outcome, title="Giấy xác nhận", number="01/GXN",
            summary="Không đủ điều kiện" if outcome == "refused" else "", by=self.staff("leader"), at=self.world.at,
        )  # fmt: skip
        return self.reload()

    def returned(self) -> DossierStory:
        """All the way to the returned result."""
        actions.return_result(
            self.decided().dossier, to="applicant", by=self.staff("receiver"), at=self.world.at
        )
        return self.reload()
