"""Interconnected dossiers of the demonstration: one with a partner that is late, one in its first days."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from motcua.accounts.queries import actor, user_named
from motcua.calendars.queries import working_calendar
from motcua.catalogue.format import ComponentGroup
from motcua.catalogue.queries import current_version
from motcua.dossiers import actions, queries
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import PartyData
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.organisation.queries import agency_by_key
from motcua.rules.localday import at_local, local_day

UNDER_SIX = "2.000986"
_OFFICE = "ubnd-phuong-buon-ma-thuot"
_INSURANCE = "bao-hiem-xa-hoi-tinh"


@dataclass(frozen=True)
class _Case:
    """Filed so many days ago for this applicant, whose account it is; whether the insurance has answered by now."""

    days_ago: int
    name: str
    insurance_answered: bool
    owner: str = ""


_CASES = (
    _Case(33, "Trần Thị Hồng Thử", insurance_answered=True, owner="nguoidan"),
    _Case(4, "Y Thiên Thử Niê", insurance_answered=False),
)


def build_interconnected(*, at: datetime) -> int:
    """Build the interconnected dossiers of the demonstration; return how many."""
    agency_id = agency_by_key(_OFFICE)
    if agency_id is None:
        return 0
    calendar = working_calendar(agency_id, on=local_day(at))
    for case in _CASES:
        day = local_day(at) - timedelta(case.days_ago)
        while not calendar.is_working_day(day):
            day -= timedelta(1)
        with clock.freeze(at_local(day, time(8))):
            _live(case, agency_id, at_local(day, time(8)))
    return len(_CASES)


def _live(case: _Case, agency_id: UUID, began: datetime) -> None:
    calendar = working_calendar(agency_id, on=local_day(began))
    dossier = _file(case, agency_id, began)
    actions.accept_dossier(dossier, by=_who("tiepnhan"), at=began + timedelta(minutes=10))
    at = calendar.add_minutes(began, 90)
    actions.hand_over(dossier, by=_who("chuyenvien"), at=at)
    at = calendar.add_minutes(at, 60)
    actions.decide_dossier(
        dossier,
        outcome="granted",
        title="Giấy khai sinh",
        number=f"{case.days_ago}/KS",
        by=_who("lanhdao"),
        at=at,
    )
    if case.insurance_answered:
        part = next(row for row in queries.parts_of(dossier.id) if row.call == "the-bhyt")
        _insurance(part.id, calendar.add_minutes(at, 5 * 480))


def _insurance(part_id: UUID, at: datetime) -> None:
    part = Dossier.objects.get(id=part_id)
    for post in ("chuyenvien", "truongphong"):
        actions.hand_over(part, by=_who(f"{_INSURANCE}.{post}"), at=at)
        at += timedelta(minutes=20)
    actions.decide_dossier(
        part, outcome="granted", title="Thẻ bảo hiểm y tế", number="TE 66 0001", by=_who(f"{_INSURANCE}.lanhdao"),
        at=at,
    )  # fmt: skip


def _file(case: _Case, agency_id: UUID, at: datetime) -> Dossier:
    version = current_version(UNDER_SIX, on=local_day(at))
    assert version is not None
    receiver = _who("tiepnhan")
    dossier = actions.start_draft(
        version,
        owner=user_named(case.owner) if case.owner else None,
        channel="counter",
        door="desk",
        language="vi",
        by=receiver,
        at=at,
    )
    person = PartyData(case.name, address="Tỉnh Đắk Lắk")
    actions.save_people(
        dossier,
        applicant=person,
        representative=None,
        request="Khai sinh, thường trú, thẻ bảo hiểm cho con",
        at=at,
    )
    actions.save_office(dossier, agency_id=agency_id, case="ordinary", delivery="desk", at=at)
    for item in version.record.components_of("ordinary"):
        if item.group is ComponentGroup.SUBMIT and item.required:
            actions.attach_paper(dossier, component=item.key, form="paper", originals=1, by=receiver, at=at)
    return actions.file_dossier(dossier, by=receiver, at=at)


def _who(username: str) -> Actor:
    user = user_named(username)
    assert user is not None, username
    return actor(user)
