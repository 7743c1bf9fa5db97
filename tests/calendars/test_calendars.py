"""Calendars: the nearest one counts, a change shows at once, the seed knows 2026."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from motcua.calendars.actions import DayChange, lay_down_calendar, seeded_days, set_days
from motcua.calendars.models import Calendar
from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation.actions import Establishment, establish_agency
from motcua.rules.localday import at_local
from motcua.rules.working_time import DayKind, Shift
from tests.world import START, World

DAY = date(2026, 11, 6)
SATURDAY = date(2026, 11, 7)
MORNINGS = {day: (Shift(time(8), time(12)),) for day in range(6)}


def _close(calendar: Calendar, world: World, day: date, kind: str = "closure") -> None:
    set_days(calendar, [DayChange(day, kind, "Nghỉ", "TB 1")], by=SYSTEM, at=world.at)


def test_without_any_calendar_there_is_no_answer(db: None) -> None:
    with pytest.raises(NoCalendar):
        working_calendar(None, on=DAY)


def test_there_is_one_national_calendar(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        lay_down_calendar(None, name="Thứ hai", legal_basis="")


def test_an_agency_follows_its_own_calendar_else_its_nearest_parents(world: World) -> None:
    unit = establish_agency(
        Establishment(
            key="to", name_vi="Tổ", kind="public_service_unit", level="commune", valid_from=START,
            parent=world.commune,
        ),
        by=SYSTEM, at=world.at,
    )  # fmt: skip

    def closing(agency_id: object) -> object:
        return working_calendar(agency_id, on=DAY).closing(DAY)  # type: ignore[arg-type]

    assert closing(unit.id) == closing(None) == at_local(DAY, time(17))
    lay_down_calendar(world.province, name="Tỉnh", week=MORNINGS, legal_basis="")
    assert closing(unit.id) == closing(world.neighbour.id) == at_local(DAY, time(12))
    assert closing(None) == at_local(DAY, time(17))
    own = {day: (Shift(time(7), time(10)),) for day in range(5)}
    lay_down_calendar(world.commune, name="Xã", week=own, legal_basis="")
    assert closing(unit.id) == closing(world.commune.id) == at_local(DAY, time(10))
    assert closing(world.neighbour.id) == at_local(DAY, time(12))
    assert not working_calendar(unit.id, on=DAY).is_working_day(SATURDAY)
    assert working_calendar(world.neighbour.id, on=DAY).is_working_day(SATURDAY)


def test_national_holidays_hold_everywhere_unless_an_agency_says_otherwise(world: World) -> None:
    holiday = date(2026, 11, 24)
    own = lay_down_calendar(world.commune, name="Xã", week=MORNINGS, legal_basis="")
    assert not working_calendar(world.commune.id, on=DAY).is_working_day(holiday)

    set_days(
        own,
        [DayChange(holiday, "swap_working", "Trực", "TB 2", shifts=(("08:00", "09:00"),))],
        by=SYSTEM,
        at=world.at,
    )
    there = working_calendar(world.commune.id, on=DAY)
    assert there.is_working_day(holiday)
    assert there.closing(holiday) == at_local(holiday, time(9))
    assert not working_calendar(None, on=DAY).is_working_day(holiday)


def test_a_change_shows_at_once_and_a_day_set_again_is_replaced(world: World) -> None:
    assert working_calendar(world.commune.id, on=DAY).is_working_day(DAY)
    _close(world.calendar, world, DAY)
    closed = working_calendar(world.commune.id, on=DAY)
    assert not closed.is_working_day(DAY)
    entry = closed.entry_on(DAY)
    assert entry is not None
    assert (entry.kind, entry.basis) == (DayKind.CLOSURE, "TB 1")

    half = DayChange(DAY, "half_day", "Nửa ngày", shifts=(("07:00", "11:30"),))
    set_days(world.calendar, [half], by=SYSTEM, at=world.at)
    assert working_calendar(world.commune.id, on=DAY).closing(DAY) == at_local(DAY, time(11, 30))
    assert world.calendar.days.filter(day=DAY).count() == 1
    last = history_of(world.calendar.id)[-1]
    assert (last.kind, last.data["days"]) == ("calendar.changed", [DAY.isoformat()])


def test_a_change_of_the_national_calendar_shows_through_an_agencys_own(world: World) -> None:
    lay_down_calendar(world.commune, name="Xã", week=MORNINGS, legal_basis="")
    assert working_calendar(world.commune.id, on=DAY).is_working_day(DAY)
    _close(world.calendar, world, DAY)
    assert not working_calendar(world.commune.id, on=DAY).is_working_day(DAY)


def test_a_dossier_feels_a_holiday_that_is_decreed(world: World) -> None:
    before = world.a_dossier().accepted().dossier.due_at
    _close(world.calendar, world, date(2026, 11, 10), kind="holiday")
    after = world.a_dossier().accepted().dossier.due_at
    assert (before, after) == (
        at_local(date(2026, 11, 11), time(17)), at_local(date(2026, 11, 12), time(17)),
    )  # fmt: skip


def test_the_seed_knows_the_holidays_of_2026_and_marks_them_unconfirmed() -> None:
    days = {change.day: change for change in seeded_days([2026])}

    # New Year, the eve and days of Tết, the Hùng Kings, 30 April, 1 May, 2 September.
    for month, day in ((1, 1), (2, 16), (2, 17), (2, 18), (2, 19), (4, 26), (4, 30), (5, 1), (9, 2)):
        assert days[date(2026, month, day)].kind in ("holiday", "swap_off"), (month, day)
    # The Hùng Kings' day is a Sunday: the Monday after it is off.
    assert days[date(2026, 4, 27)].kind == "substitute_off"
    assert {change.confirmed for change in days.values()} == {False}
    assert all(change.day.year == 2026 for change in days.values())
    for change in days.values():
        assert (change.kind == "swap_working") <= (change.day.weekday() >= 5)


def test_the_seed_makes_a_working_calendar(world: World) -> None:
    set_days(world.calendar, seeded_days([2026]), by=SYSTEM, at=world.at)
    calendar = working_calendar(None, on=DAY)
    for day in (date(2026, 1, 1), date(2026, 2, 17), date(2026, 4, 27), date(2026, 9, 2)):
        assert not calendar.is_working_day(day)
    assert calendar.is_working_day(date(2026, 4, 28))
    # Monday 31 August is off for the bridge to the National Day, and Saturday 22 August is worked for it.
    assert not calendar.is_working_day(date(2026, 8, 31))
    assert calendar.is_working_day(date(2026, 8, 22))
