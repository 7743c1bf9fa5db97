"""Notices: a past state can be rebuilt, a number pins all calendars, one notice at a time, what if."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from threading import Thread
from time import monotonic
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from motcua.calendars.actions import (
    DayChange,
    NoticeData,
    UnableToRecord,
    WeekChange,
    begin_calendar,
    lay_down_calendar,
    record_notice,
    week_of,
)
from motcua.calendars.models import Calendar, CalendarDay
from motcua.calendars.queries import (
    NoCalendar,
    calendar_with,
    calendars_known,
    day_history,
    days_in,
    followers,
    newest_notice,
    notice_numbered,
    notices_of,
    pinned_calendar,
    working_calendar,
    year_of,
)
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.queries import history_of
from motcua.kit import sql
from motcua.organisation.actions import Establishment, establish_agency
from motcua.organisation.models import Agency
from motcua.rules.localday import at_local
from motcua.rules.working_time import DEFAULT_WEEK, DayKind, Shift
from tests.world import START, World

DAY = date(2026, 11, 10)
SATURDAY = date(2026, 11, 14)
CULTURE = date(2026, 11, 24)
MORNING = (("07:30", "11:30"),)


def a_notice(*days: DayChange, title: str = "TB 9/UBND", weeks: tuple[WeekChange, ...] = ()) -> NoticeData:
    return NoticeData(title, date(2026, 11, 5), "Quyết định 9", days, weeks)


def record(world: World, *days: DayChange, calendar: Calendar | None = None, **more: object) -> int:
    calendar = calendar or world.calendar
    return record_notice(calendar, a_notice(*days, **more), by=SYSTEM, at=world.at)  # type: ignore[arg-type]


def closure(day: date = DAY, kind: str = "closure", name: str = "Đóng cửa") -> DayChange:
    return DayChange(day, kind, name)


def lay_down(world: World, agency: Agency, name: str = "Xã") -> Calendar:
    return lay_down_calendar(agency, name=name, legal_basis="QĐ 1", by=SYSTEM, at=world.at)


def works(agency: Agency | None, day: date, **more: int) -> bool:
    return working_calendar(agency.id if agency else None, on=DAY, **more).is_working_day(day)


def a_unit(world: World) -> Agency:
    return establish_agency(
        Establishment(
            key="to", name_vi="Tổ", kind="public_service_unit", level="commune", valid_from=START,
            parent=world.commune,
        ),
        by=SYSTEM, at=world.at,
    )  # fmt: skip


# --- states -----------------------------------------------------------------------------------------------


def test_a_state_is_rebuilt_by_its_number_whatever_comes_after(world: World) -> None:
    before, pin = pinned_calendar(world.commune.id, on=DAY)
    assert pin == newest_notice()
    assert record(world, closure()) == pin + 1
    own = lay_down(world, world.commune)
    record(world, closure(CULTURE, "as_usual"), calendar=own)
    record(world, closure(kind="as_usual", name="Mở lại"))

    states = {n: (works(world.commune, DAY, notice=n), works(world.commune, CULTURE, notice=n))
              for n in range(pin, pin + 5)}  # fmt: skip
    assert states == {
        pin: (True, False), pin + 1: (False, False), pin + 2: (False, False), pin + 3: (False, True),
        pin + 4: (True, True),
    }  # fmt: skip
    again = working_calendar(world.commune.id, on=DAY, notice=pin)
    assert again.add_working_days(DAY, 20) == before.add_working_days(DAY, 20)
    # What an agency did not have yet it did not follow.
    assert working_calendar(world.commune.id, on=DAY, notice=pin).shifts_on(DAY)
    assert pinned_calendar(world.neighbour.id, on=DAY)[1] == newest_notice() == pin + 4


def test_before_the_first_notice_there_is_no_calendar(world: World) -> None:
    with pytest.raises(NoCalendar):
        working_calendar(None, on=DAY, notice=0)


def test_what_is_recorded_stays(world: World) -> None:
    record(world, closure())
    for table in ("calendarnotice", "calendarweek", "calendarday"):
        for statement in (
            f"UPDATE calendars_{table} SET number = number",
            f"DELETE FROM calendars_{table}",
        ):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_a_calendar_costs_one_statement(world: World) -> None:
    for ask in (
        lambda: working_calendar(world.commune.id, on=DAY),
        lambda: working_calendar(world.commune.id, on=DAY, notice=1),
        lambda: pinned_calendar(world.commune.id, on=DAY),
    ):
        ask()
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) == 1
    assert working_calendar(None, on=DAY) is working_calendar(world.commune.id, on=DAY)


def test_the_working_week_changes_on_a_date(world: World) -> None:
    first_of_december = date(2026, 12, 1)
    week = week_of({**DEFAULT_WEEK, 5: (Shift(time(7, 30), time(11, 0)),)}, valid_from=first_of_december)
    pin = newest_notice()
    record(world, weeks=(week,))
    assert not works(None, SATURDAY)
    assert works(None, date(2026, 12, 5))
    assert not works(None, date(2026, 12, 5), notice=pin)
    # Of two from the same day the later one holds.
    record(world, weeks=(replace(week, shifts={0: MORNING}),))
    assert not works(None, date(2026, 12, 5))
    assert working_calendar(None, on=DAY).closing(date(2026, 12, 7)) == at_local(
        date(2026, 12, 7), time(11, 30)
    )
    event = history_of(world.calendar.id)[-1]
    assert (event.data["first_day"], event.data["last_day"]) == ("2026-12-01", None)


# --- kinds of days ----------------------------------------------------------------------------------------


def test_an_office_closes_under_the_national_calendar(world: World) -> None:
    own = lay_down(world, world.commune)
    record(world, closure(), calendar=own)
    assert (works(world.commune, DAY), works(world.neighbour, DAY), works(None, DAY)) == (False, True, True)
    # The nation's holiday still holds there.
    assert not works(world.commune, CULTURE)


def test_a_swap_a_half_day_and_a_day_given_back(world: World) -> None:
    monday = date(2026, 11, 16)
    record(
        world,
        DayChange(monday, "swap_off", "Nghỉ hoán đổi", instead_of=SATURDAY),
        DayChange(SATURDAY, "swap_working", "Làm bù"),
        DayChange(DAY, "half_day", "Nửa ngày", shifts=MORNING),
        closure(date(2026, 11, 11), "half_day"),
    )
    calendar = working_calendar(None, on=DAY)
    assert (calendar.is_working_day(monday), calendar.is_working_day(SATURDAY)) == (False, True)
    assert calendar.shifts_on(DAY) == (Shift(time(7, 30), time(11, 30)),)
    assert calendar.shifts_on(date(2026, 11, 11)) == (Shift(time(7, 0), time(11, 30)),)
    entry = calendar.entry_on(SATURDAY)
    assert entry is not None
    assert (entry.kind, entry.basis, entry.announced_on) == (
        DayKind.SWAP_WORKING, "Quyết định 9", date(2026, 11, 5),
    )  # fmt: skip

    record(world, closure(monday, "as_usual"), closure(SATURDAY, "as_usual"))
    assert works(None, monday)
    assert not works(None, SATURDAY)
    kinds = [found.change.kind for found in day_history(world.calendar.id, monday)]
    assert kinds == ["as_usual", "swap_off"]


# --- recording --------------------------------------------------------------------------------------------


def test_a_notice_is_recorded_with_who_and_what(world: World) -> None:
    by = Actor(UUID(int=7), "Nguyễn Văn A")
    data = replace(a_notice(closure(), closure(date(2026, 11, 12))), source="tb9.csv")
    number = record_notice(world.calendar, data, by=by, at=world.at)

    newest = notices_of(world.calendar.id)[0]
    assert (newest.number, newest.title, newest.by, newest.label, newest.source) == (
        number, "TB 9/UBND", UUID(int=7), "Nguyễn Văn A", "tb9.csv",
    )  # fmt: skip
    assert [change.day for change in newest.days] == [DAY, date(2026, 11, 12)]
    assert newest.days[0].legal_basis == "Quyết định 9"
    assert notice_numbered(number) == newest
    assert notice_numbered(number + 1) is None
    event = history_of(world.calendar.id)[-1]
    assert event.data == {
        "number": number, "days": ["2026-11-10", "2026-11-12"], "first_day": "2026-11-10",
        "last_day": "2026-11-12", "legal_basis": "Quyết định 9",
    }  # fmt: skip


def test_what_is_recorded_already_is_left_out(world: World) -> None:
    number = record(world, closure())
    assert record(world, closure()) == 0
    assert newest_notice() == number
    assert record(world, closure(), closure(date(2026, 11, 11))) == number + 1
    assert [change.day for change in notices_of(world.calendar.id)[0].days] == [date(2026, 11, 11)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_notice(closure(), title=" "), "no_title"),
        (a_notice(closure(), title="x" * 201), "too_long"),
        (a_notice(closure(date(2026, 11, 8))), "faults"),
        (replace(a_notice(closure()), announced_on=date(2026, 11, 7)), "faults"),
        (a_notice(weeks=(WeekChange(DAY, {0: (("12:00", "07:00"),)}),)), "faults"),
    ],
)
def test_a_notice_with_faults_is_refused_and_writes_nothing(
    world: World, data: NoticeData, code: str
) -> None:
    before = newest_notice(), CalendarDay.objects.count()
    with pytest.raises(UnableToRecord) as refused:
        record_notice(world.calendar, data, by=SYSTEM, at=world.at)
    assert refused.value.code == code
    assert bool(refused.value.faults) == (code == "faults")
    assert (newest_notice(), CalendarDay.objects.count()) == before


def test_who_looked_at_an_older_state_is_told(world: World) -> None:
    seen = newest_notice()
    record(world, closure())
    with pytest.raises(UnableToRecord) as refused:
        record_notice(world.calendar, a_notice(closure(CULTURE)), by=SYSTEM, at=world.at, expected=seen)
    assert refused.value.code == "recorded_meanwhile"
    later = a_notice(closure(date(2026, 11, 12)))
    assert record_notice(world.calendar, later, by=SYSTEM, at=world.at, expected=seen + 1) == seen + 2


_WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def test_two_notices_at_once_get_different_numbers(transactional_db: None, friday: datetime) -> None:
    world = World(friday)
    newest = newest_notice()
    numbers = list[int]()

    def enter() -> None:
        numbers.append(record(world, closure(date(2026, 11, 12))))
        connections.close_all()

    other = Thread(target=enter)
    with transaction.atomic():
        numbers.append(record(world, closure(date(2026, 11, 11))))
        other.start()
        deadline = monotonic() + 20
        # The other one waits for its turn, which comes when this transaction ends.
        while (waiting := sql.row(_WAITING, [])) == (0,) and monotonic() < deadline:
            other.join(timeout=0.01)
        assert waiting == (1,)
    other.join(timeout=30)
    assert numbers == [newest + 1, newest + 2]
    assert not works(None, date(2026, 11, 11))
    assert not works(None, date(2026, 11, 12))


def test_a_number_that_was_rolled_back_leaves_nothing_behind(world: World) -> None:
    with transaction.atomic():
        first = record(world, closure())
        assert not works(None, DAY)
        transaction.set_rollback(True)
    assert works(None, DAY)
    assert record(world, closure(date(2026, 11, 12))) == first
    assert works(None, DAY)
    assert not works(None, date(2026, 11, 12))


# --- an own calendar --------------------------------------------------------------------------------------


def test_a_calendar_that_begins_changes_nothing_by_itself(world: World) -> None:
    province = lay_down(world, world.province, "Tỉnh")
    record(world, closure(), calendar=province, weeks=(WeekChange(START, dict.fromkeys(range(5), MORNING)),))
    before = working_calendar(world.commune.id, on=DAY)
    own = begin_calendar(world.commune.id, by=SYSTEM, at=world.at)
    after = working_calendar(world.commune.id, on=DAY)

    assert begin_calendar(world.commune.id, by=SYSTEM, at=world.at) == own
    assert begin_calendar(None, by=SYSTEM, at=world.at) == world.calendar
    assert after is not before
    assert [after.shifts_on(day) for day in (DAY, SATURDAY, CULTURE, date(2026, 11, 12))] == [
        before.shifts_on(day) for day in (DAY, SATURDAY, CULTURE, date(2026, 11, 12))
    ]
    assert not after.is_working_day(DAY)


def test_who_follows_which_calendar(world: World) -> None:
    unit = a_unit(world)
    assert followers(world.calendar.id, on=DAY) is None
    province = lay_down(world, world.province, "Tỉnh")
    everybody = followers(province.id, on=DAY)
    assert everybody is not None
    assert everybody >= {world.province.id, world.commune.id, world.neighbour.id, unit.id}
    own = lay_down(world, world.commune)
    assert followers(own.id, on=DAY) == frozenset({world.commune.id, unit.id})
    # Whoever keeps a calendar of its own still has the days that its parents set.
    assert followers(province.id, on=DAY) == everybody


def test_an_own_calendar_has_the_days_of_its_parents_unless_it_says_otherwise(world: World) -> None:
    province, own = lay_down(world, world.province, "Tỉnh"), lay_down(world, world.commune)
    record_notice(province, NoticeData("QĐ 1", days=(closure(),)), by=SYSTEM, at=world.at)
    assert not working_calendar(world.commune.id, on=DAY).is_working_day(closure().day)
    usual = DayChange(closure().day, "as_usual", "Làm việc bình thường", "Quyết định 2")
    record_notice(own, NoticeData("QĐ 2", days=(usual,)), by=SYSTEM, at=world.at)
    assert working_calendar(world.commune.id, on=DAY).is_working_day(closure().day)
    assert not working_calendar(world.neighbour.id, on=DAY).is_working_day(closure().day)
    assert [(row.name, row.agency_id) for row in calendars_known()] == [
        ("Cả nước", None), ("Tỉnh", world.province.id), ("Xã", world.commune.id),
    ]  # fmt: skip


def test_what_if(world: World) -> None:
    own = lay_down(world, world.commune)
    record(world, closure(date(2026, 11, 12), "half_day"), calendar=own)
    rows = CalendarDay.objects.count()

    def asked(agency: Agency, calendar: Calendar, *days: DayChange) -> Callable[[date], bool]:
        return calendar_with(agency.id, on=DAY, days=days, calendar_id=calendar.id).is_working_day

    national = asked(world.commune, world.calendar, closure(), closure(date(2026, 11, 12), "holiday"))
    assert not national(DAY)
    # An own entry comes before a national one.
    assert national(date(2026, 11, 12))
    assert not asked(world.commune, own, closure())(DAY)
    # Another office's calendar is not ours.
    assert asked(world.neighbour, own, closure())(DAY)
    assert not asked(world.neighbour, world.calendar, closure())(DAY)
    week = WeekChange(DAY, {5: MORNING})
    assert not calendar_with(world.commune.id, on=DAY, weeks=[week], calendar_id=own.id).is_working_day(DAY)
    told = days_in(own.id, [CULTURE, DAY], on=DAY, changes=[closure()])
    assert [(row.day, row.kind, row.working) for row in told] == [
        (DAY, "closure", False), (CULTURE, "holiday", False),
    ]  # fmt: skip
    assert days_in(own.id, [DAY], on=DAY)[0].kind == "working"
    assert CalendarDay.objects.count() == rows
    assert works(world.commune, DAY)


def test_a_year_tells_each_day_and_where_it_comes_from(world: World) -> None:
    own = lay_down(world, world.commune)
    pin = newest_notice()
    record(world, closure(kind="half_day"), calendar=own)
    year = {row.day: row for row in year_of(world.commune.id, 2026, on=DAY)}

    assert len(year) == 365
    assert (year[CULTURE].kind, year[CULTURE].working, year[CULTURE].calendar_id) == (
        "holiday", False, world.calendar.id,
    )  # fmt: skip
    half = year[DAY]
    assert (half.kind, half.working, half.calendar_id, half.confirmed) == ("half_day", True, own.id, True)
    assert half.announced_on == date(2026, 11, 5)
    assert half.shifts == (Shift(time(7, 0), time(11, 30)),)
    plain, rest = year[date(2026, 11, 12)], year[SATURDAY]
    assert (plain.kind, plain.basis, plain.calendar_id) == ("working", "QĐ 1", own.id)
    assert (rest.kind, rest.working, rest.shifts) == ("rest", False, ())
    assert year_of(world.commune.id, 2026, on=DAY, notice=pin)[DAY.timetuple().tm_yday - 1].kind == "working"
    # Years that the working calendar of today does not reach are told all the same.
    assert len(year_of(None, 2040, on=DAY)) == 366
