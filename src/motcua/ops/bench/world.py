"""The small province of the measurements, built by the actions that people use; copies are made in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from motcua.accounts.actions import open_account
from motcua.accounts.queries import actor, user_named
from motcua.calendars.actions import NoticeData, lay_down_calendar, record_notice, seeded_days
from motcua.catalogue.actions import publish_version
from motcua.catalogue.format import library_contents
from motcua.catalogue.queries import Published, published
from motcua.dossiers import actions
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import PartyData
from motcua.dossiers.queries import components_needed
from motcua.journal.events import SYSTEM, Actor
from motcua.organisation.actions import (
    AgencyRef,
    Establishment,
    appoint,
    create_post,
    establish_agency,
    open_desk,
)
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, WorkingCalendar
from motcua.workflow.actions import publish_process

# A procedure of three papers and three working days that a commune solves.
PROCEDURE = "1.004873"
CITIZEN = "dan"
_START = date(2025, 7, 1)
_BASIS = "Đo tốc độ"
_ROLES = {"receiver": "receive", "specialist": "solve", "head": "head", "leader": "sign"}
_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def a_calendar(years: Iterable[int]) -> WorkingCalendar:
    """Return the working calendar of whole years with the holidays that are known of them."""
    span = sorted(years)
    entries = [
        DayEntry(row.day, DayKind(row.kind), row.name, row.legal_basis)
        for row in seeded_days(span)
        if span[0] <= row.day.year <= span[-1]
    ]
    return WorkingCalendar(DEFAULT_WEEK, entries, date(span[0], 1, 1), date(span[-1], 12, 31))


@dataclass(frozen=True)
class World:
    """A commune with its four functions, a citizen, and the whole library of procedures."""

    at: datetime
    commune: AgencyRef
    procedure: Published

    def person(self, name: str) -> Actor:
        """Return someone as an actor: a function of the commune, or the citizen."""
        user = user_named(name)
        assert user is not None
        return actor(user)

    def draft(self) -> Dossier:
        """Fill a draft to its last page: people, office, three stored files."""
        by = self.person(CITIZEN)
        draft = actions.start_draft(
            self.procedure,
            owner=user_named(CITIZEN),
            channel="online",
            door="portal",
            language="vi",
            by=by,
            at=self.at,
        )
        applicant = PartyData(
            "Nguyễn Thị Ánh",
            identity="066190900017",
            birth_date=date(1990, 9, 2),
            phone="0912345678",
            email="anh@example.vn",
            address="Tổ dân phố 5",
        )
        actions.save_people(
            draft, applicant=applicant, representative=None, request="Xin xác nhận", at=self.at
        )
        case = self.procedure.record.cases[0].key
        actions.save_office(draft, agency_id=self.commune.id, case=case, delivery="desk", at=self.at)
        for number, item in enumerate(components_needed(self.procedure.record, case)):
            actions.attach_file(
                draft,
                component=item.key,
                stream=BytesIO(_PDF + b"%" * number),
                name=f"{item.key}.pdf",
                by=by,
                at=self.at,
            )
        return draft

    def accepted(self) -> Dossier:
        """Bring a dossier to the specialist's desk."""
        filed = actions.file_dossier(self.draft(), by=self.person(CITIZEN), at=self.at)
        return actions.accept_dossier(filed, by=self.person("receiver"), at=self.at)

    def at_leader(self) -> Dossier:
        """Bring a dossier to the leader's desk: half of its way lies behind it."""
        dossier = self.accepted()
        for function in ("specialist", "head"):
            dossier = actions.hand_over(dossier, by=self.person(function), at=self.at)
        return dossier


def build_world(at: datetime) -> World:
    """Lay down the province, its people and its procedures."""
    province = _agency("tinh", "Ủy ban nhân dân tỉnh Thử", "province", "province", "X1", None, at)
    commune = _agency("phuong", "Ủy ban nhân dân phường Thử", "commune", "commune", "X1.01", province, at)
    open_desk(
        commune,
        name_vi="Trung tâm Phục vụ hành chính công",
        name_en="",
        address="01 Phố Thử",
        phone="",
        valid_from=_START,
    )
    for function, role in _ROLES.items():
        _staff(commune, function, role, at)
    open_account(CITIZEN, full_name="Nguyễn Thị Ánh", kind="citizen", password=None, by=SYSTEM, at=at)
    calendar = lay_down_calendar(None, name="Cả nước", legal_basis=_BASIS, by=SYSTEM, at=at)
    year = local_day(at).year
    days = tuple(seeded_days(range(year - 1, year + 2)))
    record_notice(calendar, NoticeData(_BASIS, days=days), by=SYSTEM, at=at)
    publish_process(DEFAULT_PROCESS, legal_basis=_BASIS, by=SYSTEM, at=at)
    for door in ("portal", "desk"):
        actions.open_door(door, valid_from=_START, legal_basis=_BASIS, by=SYSTEM, at=at)
    versions = {content["code"]: publish_version(content, by=SYSTEM, at=at) for content in library_contents()}
    return World(at, commune, published(versions[PROCEDURE]))


def _agency(
    key: str, name: str, kind: str, level: str, code: str, parent: AgencyRef | None, at: datetime
) -> AgencyRef:
    plan = Establishment(
        key=key,
        name_vi=name,
        name_en=f"({key})",
        kind=kind,
        level=level,
        valid_from=_START,
        code_qd20=code,
        parent=parent,
        short_vi=key,
    )
    return establish_agency(plan, by=SYSTEM, at=at)


def _staff(agency: AgencyRef, function: str, role: str, at: datetime) -> None:
    user = open_account(
        function, full_name=f"Cán bộ {function}", kind="staff", password=None, by=SYSTEM, at=at
    )
    post = create_post(
        agency,
        key=function,
        function=function,
        title_vi=f"Công chức {function}",
        title_en=f"Officer ({function})",
        roles=(role, "see_agency"),
        valid_from=_START,
        by=SYSTEM,
        at=at,
    )
    appoint(post, user, valid_from=_START, by=SYSTEM, at=at)
