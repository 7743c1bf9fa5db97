"""Calendars: the nearest one counts, a notice shows at once, the seed knows 2026."""

from collections.abc import Mapping
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from motcua.calendars.actions import DayChange, NoticeData, lay_down_calendar, record_notice, seeded_days
from motcua.calendars.models import Calendar
from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation.actions import Establishment, establish_agency
from motcua.organisation.models import Agency
from motcua.rules.calendar_notice import check_notice
from motcua.rules.localday import at_local
from motcua.rules.working_time import DEFAULT_WEEK, DayKind, Shift, WorkingCalendar
from tests.world import START, World

DAY = date(2026, 11, 6)
SATURDAY = date(2026, 11, 7)
Week = Mapping[int, tuple[Shift, ...]]
MORNINGS: Week = {day: (Shift(time(8), time(12)),) for day in range(6)}


def _close(calendar: Calendar, world: World, day: date, kind: str = "closure") -> None:
    _record(calendar, world, DayChange(day, kind, "Nghỉ", "TB 1"))


def _record(calendar: Calendar, world: World, *days: DayChange) -> int:
    return record_notice(calendar, NoticeData("Thông báo", days=days), by=SYSTEM, at=world.at)


def _lay_down(world: World, agency: Agency | None, name: str, week: Week = DEFAULT_WEEK) -> Calendar:
    return lay_down_calendar(agency, name=name, week=week, legal_basis="", by=SYSTEM, at=world.at)


def test_without_any_calendar_there_is_no_answer(db: None) -> None:
    with pytest.raises(NoCalendar):
        working_calendar(None, on=DAY)


def test_there_is_one_national_calendar(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _lay_down(world, None, "Thứ hai")


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
    _lay_down(world, world.province, "Tỉnh", MORNINGS)
    assert closing(unit.id) == closing(world.neighbour.id) == at_local(DAY, time(12))
    assert closing(None) == at_local(DAY, time(17))
    own = {day: (Shift(time(7), time(10)),) for day in range(5)}
    _lay_down(world, world.commune, "Xã", own)
    assert closing(unit.id) == closing(world.commune.id) == at_local(DAY, time(10))
    assert closing(world.neighbour.id) == at_local(DAY, time(12))
    assert not working_calendar(unit.id, on=DAY).is_working_day(SATURDAY)
    assert working_calendar(world.neighbour.id, on=DAY).is_working_day(SATURDAY)


def test_national_holidays_hold_everywhere_unless_an_agency_says_otherwise(world: World) -> None:
    holiday = date(2026, 11, 24)
    own = _lay_down(world, world.commune, "Xã", MORNINGS)
    assert not working_calendar(world.commune.id, on=DAY).is_working_day(holiday)

    _record(own, world, DayChange(holiday, "as_usual", "Trực", "TB 2"))
    there = working_calendar(world.commune.id, on=DAY)
    assert there.is_working_day(holiday)
    assert there.closing(holiday) == at_local(holiday, time(12))
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
    _record(world.calendar, world, half)
    assert working_calendar(world.commune.id, on=DAY).closing(DAY) == at_local(DAY, time(11, 30))
    last = history_of(world.calendar.id)[-1]
    assert (last.kind, last.data["days"]) == ("calendar.changed", [DAY.isoformat()])


def test_a_change_of_the_national_calendar_shows_through_an_agencys_own(world: World) -> None:
    _lay_down(world, world.commune, "Xã", MORNINGS)
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
    _record(world.calendar, world, *seeded_days([2026]))
    calendar = working_calendar(None, on=DAY)
    for day in (date(2026, 1, 1), date(2026, 2, 17), date(2026, 4, 27), date(2026, 9, 2)):
        assert not calendar.is_working_day(day)
    assert calendar.is_working_day(date(2026, 4, 28))
    # Monday 31 August is off for the bridge to the National Day, and Saturday 22 August is worked for it.
    assert not calendar.is_working_day(date(2026, 8, 31))
    assert calendar.is_working_day(date(2026, 8, 22))


def test_the_seed_names_the_code_of_its_time_and_none_for_a_swap() -> None:
    bases = {change.day: change.legal_basis for change in seeded_days([2019, 2020, 2021])}
    assert {bases[day] for day in bases if day.year > 2020} == {"Bộ luật Lao động 2019, Điều 112"}
    swapped = {date(2019, 4, 29), date(2019, 5, 4)}
    assert {bases.pop(day) for day in swapped} == {"Thông báo hoán đổi hằng năm"}
    assert {bases[day] for day in bases if day.year < 2021} == {"Bộ luật Lao động 2012, Điều 115"}


@pytest.mark.parametrize("year", range(2020, 2036, 3))
def test_the_seed_is_a_notice_without_faults_whatever_the_year(year: int) -> None:
    usual = WorkingCalendar(DEFAULT_WEEK, (), date(year - 25, 1, 1), date(year + 8, 12, 31))
    for years in (range(year - 3, year + 3), [year]):
        found = check_notice(seeded_days(years), usual=usual, recorded={}, today=date(year, 6, 1))
        assert found.faults == ()
        assert len(found.days) >= 10 * len(years)
