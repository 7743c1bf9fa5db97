"""Past dossiers of the demonstration, each brought to its state by the actions that people use."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from uuid import UUID

import click

from motcua.accounts.queries import actor, user_named
from motcua.calendars.queries import working_calendar
from motcua.catalogue.format import ComponentGroup
from motcua.catalogue.queries import Published, current_version
from motcua.dossiers import actions
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import FaultData, PartyData
from motcua.dossiers.queries import current_due
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.organisation import queries as organisation
from motcua.rules.localday import at_local, local_day
from motcua.rules.working_time import WorkingCalendar

DAYS_BACK = 70
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_NAMES = (
    "Nguyễn Thị Hoa Thử", "Trần Văn Bình Thử", "Lê Minh Châu Thử", "Phạm Thu Dung Thử", "H' Linh Thử Êban",
    "Y Khoa Thử Mlô", "Hoàng Gia Huy Thử", "Đặng Ngọc Khánh Thử", "Vũ Thanh Long Thử", "Bùi Thị Mơ Thử",
)  # fmt: skip


@dataclass(frozen=True)
class _Office:
    """An agency of the history: its procedures, its people by function, how many dossiers it had."""

    agency: str
    procedures: tuple[str, ...]
    accounts: tuple[str, str, str, str]
    dossiers: int


_OFFICES = (
    _Office(
        "ubnd-phuong-buon-ma-thuot",
        ("1.001193", "1.000894", "1.004873", "2.000635", "1.001612", "1.004859"),
        ("tiepnhan", "chuyenvien", "truongphong", "lanhdao"),
        60,
    ),
    _Office(
        "ubnd-xa-krong-ana",
        ("1.001193", "1.000656", "1.004884", "1.013225"),
        ("xa.tiepnhan", "xa.chuyenvien", "xa.truongphong", "xa.lanhdao"),
        30,
    ),
    _Office(
        "so-tai-chinh",
        ("2.001610", "2.001583", "2.001199"),
        ("tc.tiepnhan", "tc.chuyenvien", "tc.truongphong", "tc.lanhdao"),
        20,
    ),
)


def build_history(*, at: datetime, show_progress: bool) -> int:
    """Build the past dossiers, oldest first, up to the moment `at`; the same ones at every load."""
    chance = random.Random(2026)  # noqa: S311
    plans = sorted(_plans(at, chance), key=lambda plan: plan.began)
    if not show_progress:
        return sum(1 for plan in plans if plan.play(chance))
    with click.progressbar(plans, label="Hồ sơ mẫu", width=30) as bar:
        return sum(1 for plan in bar if plan.play(chance))


def _plans(at: datetime, chance: random.Random) -> Iterator["_Plan"]:
    for office in _OFFICES:
        agency_id = organisation.agency_by_key(office.agency)
        if agency_id is None:
            continue
        people = [user for name in office.accounts if (user := user_named(name))]
        calendar = working_calendar(agency_id, on=local_day(at))
        for _ in range(office.dossiers):
            began = _working_moment(calendar, local_day(at) - timedelta(chance.randint(1, DAYS_BACK)), chance)
            version = current_version(chance.choice(office.procedures), on=local_day(began))
            if version:
                actors = [actor(user) for user in people]
                yield _Plan(version, agency_id, actors, began, at, calendar, chance.choice(_NAMES))


def _working_moment(calendar: WorkingCalendar, day: date, chance: random.Random) -> datetime:
    """Return a moment of a working morning on the day, or on the last working day before it."""
    while not calendar.is_working_day(day):
        day -= timedelta(1)
    return at_local(day, time(chance.randint(7, 10), chance.randint(0, 59)))


class _NotYet(Exception):
    """The story has reached the present."""


@dataclass
class _Plan:
    """One dossier's story."""

    version: Published
    agency_id: UUID
    people: list[Actor]
    began: datetime
    present: datetime
    calendar: WorkingCalendar
    name: str

    def play(self, chance: random.Random) -> bool:
        """Live the story until its end or the present."""
        self.now, self.chance = self.began, chance
        self.dossier: Dossier = self._file()
        try:
            self._live(chance.random())
        except _NotYet:
            pass
        return True

    def _pass(self, minutes: int) -> datetime:
        """Let working minutes pass; raise `_NotYet` when that would be in the future."""
        self.now = self.calendar.add_minutes(self.now, minutes)
        if self.now >= self.present:
            raise _NotYet
        return self.now

    def _file(self) -> Dossier:
        receiver = self.people[0]
        with clock.freeze(self.now):
            record = self.version.record
            online = self.chance.random() < 0.6
            dossier = actions.start_draft(
                self.version,
                owner=None,
                channel="online" if online and actions.takes_online(self.version) else "counter",
                door="portal" if online and actions.takes_online(self.version) else "desk",
                language="vi",
                by=receiver,
                at=self.now,
            )
            person = PartyData(self.name, address="Tỉnh Đắk Lắk")
            actions.save_people(
                dossier, applicant=person, representative=None, request=record.name.vi, at=self.now
            )
            actions.save_office(
                dossier, agency_id=self.agency_id, case=record.cases[0].key, delivery="desk", at=self.now
            )
            for item in record.components_of(record.cases[0].key):
                if item.group is ComponentGroup.SUBMIT and item.required:
                    self._give(dossier, item.key)
            return actions.file_dossier(dossier, by=receiver, at=self.now)

    def _give(self, dossier: Dossier, component: str) -> None:
        if dossier.channel == "online":
            actions.attach_file(
                dossier, component=component, stream=BytesIO(_PDF), name=f"{component}.pdf",
                by=self.people[0], at=self.now,
            )  # fmt: skip
        else:
            actions.attach_paper(
                dossier, component=component, form="paper", originals=1, by=self.people[0], at=self.now
            )

    def _live(self, luck: float) -> None:
        receiver, specialist, head, leader = self.people
        at = self._pass(self.chance.randint(5, 120))
        if luck < 0.04:
            actions.refuse_dossier(
                self.dossier, reason="Không thuộc thẩm quyền giải quyết", legal_basis="Điều 17",
                by=receiver, at=at,
            )  # fmt: skip
            return
        actions.accept_dossier(self.dossier, by=receiver, at=at)
        if 0.04 <= luck < 0.16:
            self._supplement(specialist)
        if luck >= 0.97:
            actions.withdraw_dossier(self.dossier, reason="Người nộp xin rút", by=receiver, at=self._pass(60))
            return
        slow = 0.16 <= luck < 0.24
        actions.hand_over(self.dossier, by=specialist, at=self._pass(self._work(slow)))
        actions.hand_over(self.dossier, by=head, at=self._pass(self.chance.randint(10, 60)))
        actions.decide_dossier(
            self.dossier,
            outcome="granted" if luck < 0.94 else "refused",
            title=self.version.record.results[0].name.vi if self.version.record.results else "Kết quả",
            number=f"{self.chance.randint(1, 999)}/KQ",
            summary="" if luck < 0.94 else "Hồ sơ không đủ điều kiện theo quy định",
            by=leader,
            at=self._pass(self.chance.randint(10, 60)),
        )
        actions.return_result(
            self.dossier, to="applicant", by=receiver, at=self._pass(self.chance.randint(30, 900))
        )

    def _work(self, slow: bool) -> int:
        """Return the specialist's working minutes: within the time left, or past it for a slow one."""
        due = current_due(self.dossier.id)
        left = self.calendar.minutes_between(self.now, due) if due else 480
        if slow:
            return max(left, 0) + self.chance.randint(120, 1200)
        return max(5, int(max(left, 10) * self.chance.uniform(0.1, 0.7)))

    def _supplement(self, specialist: Actor) -> None:
        record = self.version.record
        component = next(item for item in record.components if item.group is ComponentGroup.SUBMIT)
        fault = FaultData(component.key, "Bản chụp mờ, không đọc được", "Chụp lại rõ nét toàn bộ trang giấy")
        actions.request_supplement(
            self.dossier, faults=[fault], ground="Thành phần hồ sơ của thủ tục", by=specialist,
            at=self._pass(self.chance.randint(15, 60)),
        )  # fmt: skip
        at = self._pass(self.chance.randint(480, 2400))
        with clock.freeze(at):
            self._give(self.dossier, component.key)
        actions.resubmit_dossier(self.dossier, by=self.people[0], at=at)
