"""Ledgers reckoned by hand: 3 working days from Fri 20/11/2026 10:00 (Mon 23, Wed 25, Thu 26) unless said otherwise."""

from datetime import date

import pytest

from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy, replay
from motcua.rules.working_time import WorkingCalendar
from tests.rules.samples import CALENDAR, SATURDAYS, moment
from tests.rules.vectors import limit, with_a_holiday

START = "Fri 20/11/2026 10:00"
DUE = "Thu 26/11/2026 17:00"
MON, WED, THU, FRI = "Mon 23/11/2026", "Wed 25/11/2026", "Thu 26/11/2026", "Fri 27/11/2026"


def _ledger(start: str, of: str, *lines: str) -> list[ClockEntry]:
    """Read "pause a | when", "resume a shift | when", "extend | when | until", "restart 1 wd | when"."""
    entries = [ClockEntry(EntryKind.START, moment(start), limit(of))]
    for line in lines:
        what, when, *until = (part.strip() for part in line.split("|"))
        kind, _, rest = what.partition(" ")
        ground, _, policy = rest.partition(" ")
        paused = kind in ("pause", "resume")
        entries.append(
            ClockEntry(
                EntryKind(kind),
                moment(when),
                limit=limit(rest) if kind == "restart" and rest else None,
                policy=ResumePolicy(policy) if policy and paused else None,
                until=moment(until[0]) if until else None,
                ground=ground if paused else "",
                calendar=int(kind == "reckon"),
            )
        )
    return entries


# (paused, resumed, due): what the pause took is written behind it.
SHIFTED = [
    (f"{MON} 09:00", f"{MON} 10:00", f"{FRI} 08:00"),  # 60
    (f"{MON} 09:00", f"{WED} 09:00", f"{FRI} 17:00"),  # 360 + 120
    ("Fri 20/11/2026 17:00", f"{MON} 07:00", DUE),
    (f"{MON} 17:00", f"{WED} 07:00", DUE),
    (f"{MON} 11:30", f"{MON} 13:30", DUE),
    (f"{THU} 16:00", f"{THU} 18:00", f"{FRI} 08:00"),  # 60
    (f"{THU} 17:00", f"{FRI} 10:00", f"{FRI} 10:00"),  # begins with the due time, not after it
    (f"{THU} 17:01", f"{FRI} 10:00", DUE),
    (f"{FRI} 09:00", "Mon 30/11/2026 09:00", DUE),
    (f"{WED} 08:00", "Wed 02/12/2026 08:00", "Thu 03/12/2026 17:00"),  # five days
    (f"{MON} 09:00", f"{FRI} 14:00", "Wed 02/12/2026 10:00"),  # 360 + 480 + 480 + 300
]
ANEW = [
    (f"{MON} 09:00", f"{MON} 09:00", f"{FRI} 17:00"),  # no minute long, and yet the limit begins anew
    (f"{MON} 09:00", f"{WED} 09:00", "Mon 30/11/2026 17:00"),
    (f"{MON} 09:00", f"{MON} 10:00", f"{FRI} 17:00"),
    (f"{MON} 09:00", f"{WED} 18:00", "Tue 01/12/2026 17:00"),
    ("Fri 20/11/2026 11:00", "Fri 20/11/2026 14:00", DUE),
    (f"{THU} 16:59", f"{FRI} 10:00", "Wed 02/12/2026 17:00"),
    (f"{THU} 17:00", f"{FRI} 10:00", "Wed 02/12/2026 17:00"),
    (f"{THU} 17:01", f"{FRI} 10:00", DUE),
    (f"{MON} 09:00", "Sat 28/11/2026 09:00", "Thu 03/12/2026 17:00"),
]
UNCHANGED = [
    (f"{MON} 09:00", f"{FRI} 14:00", DUE),
    (f"{MON} 09:00", "Mon 21/12/2026 09:00", DUE),
    (f"{FRI} 09:00", "Mon 30/11/2026 09:00", DUE),
]


@pytest.mark.parametrize(
    ("policy", "paused", "resumed", "ends"),
    [
        *(("shift", *row) for row in SHIFTED),
        *(("resume", *row) for row in SHIFTED),
        *(("restart", *row) for row in ANEW),
        *(("none", *row) for row in UNCHANGED),
    ],
)
def test_one_pause(policy: str, paused: str, resumed: str, ends: str) -> None:
    entries = _ledger(START, "3 wd", f"pause a | {paused}", f"resume a {policy} | {resumed}")
    state = replay(entries, CALENDAR)
    assert (state.due, state.original_due) == (moment(ends), moment(DUE))


OVERLAPPING = [
    # 09:00-15:00 without the break: four hours
    ("09:00 a", "10:00 b", f"resume a shift | {MON} 14:00", f"resume b shift | {MON} 15:00", f"{FRI} 11:00"),
    ("09:00 a", "10:00 b", f"resume b shift | {MON} 11:00", f"resume a shift | {MON} 15:00", f"{FRI} 11:00"),
    # the second begins as the first ends: three hours
    ("09:00 a", "11:00 b", f"resume a shift | {MON} 11:00", f"resume b resume | {MON} 14:00", f"{FRI} 10:00"),
    # what ends by `none` does not count
    ("09:00 a", "10:00 b", f"resume a shift | {MON} 11:00", f"resume b none | {MON} 15:00", f"{FRI} 09:00"),
    ("09:00 a", "10:00 b", f"resume b shift | {MON} 11:00", f"resume a none | {MON} 15:00", f"{FRI} 08:00"),
    ("09:00 a", "10:00 b", f"resume b none | {MON} 11:00", f"resume a none | {MON} 15:00", DUE),
    # the limit begins anew when the last one ends
    ("09:00 a", "10:00 b", f"resume a restart | {MON} 11:00", f"resume b shift | {WED} 09:00", "Mon 30/11/2026 17:00"),
    ("09:00 a", "10:00 b", f"resume b restart | {MON} 11:00", f"resume a shift | {WED} 09:00", "Mon 30/11/2026 17:00"),
    ("09:00 a", "10:00 b", f"resume a restart | {MON} 11:00", f"resume b none | {WED} 09:00", "Mon 30/11/2026 17:00"),
    # 360 + 480 + 480 + 180 minutes, each once
    ("09:00 a", "16:00 b", f"resume a shift | {FRI} 09:00", f"resume b shift | {FRI} 10:00", "Wed 02/12/2026 08:00"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "ended", "ended_last", "ends"), OVERLAPPING)
def test_overlapping_pauses(first: str, second: str, ended: str, ended_last: str, ends: str) -> None:
    pauses = [f"pause {ground} | {MON} {clock}" for clock, ground in (first.split(), second.split())]
    state = replay(_ledger(START, "3 wd", *pauses, ended, ended_last), CALENDAR)
    assert (state.due, state.paused_at, state.remaining_minutes) == (moment(ends), None, None)


NOTICE = with_a_holiday(date(2026, 11, 26))

# (what happened, due); "reckon" is by the calendar named with it.
LEDGERS: list[tuple[list[str], WorkingCalendar, str]] = [
    # two pauses, one after the other
    ([f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"pause a | {WED} 09:00", f"resume a shift | {WED} 10:00"], CALENDAR, f"{FRI} 09:00"),
    ([f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"pause a | {WED} 09:00", f"resume a restart | {WED} 10:00"], CALENDAR, "Mon 30/11/2026 17:00"),
    ([f"pause a | {MON} 09:00", f"resume a restart | {MON} 10:00",
      f"pause b | {WED} 09:00", f"resume b shift | {WED} 10:00"], CALENDAR, "Mon 30/11/2026 08:00"),
    # three at once: 09:00-11:00
    ([f"pause a | {MON} 09:00", f"pause b | {MON} 09:30", f"resume a shift | {MON} 10:00",
      f"pause c | {MON} 10:15", f"resume b shift | {MON} 10:30", f"resume c shift | {MON} 11:00"],
     CALENDAR, f"{FRI} 09:00"),
    # two stretches under one that counts for nothing: an hour each
    ([f"pause n | {MON} 08:00", f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"pause a | {WED} 09:00", f"resume a shift | {WED} 10:00", f"resume n none | {WED} 11:00"],
     CALENDAR, f"{FRI} 09:00"),
    # a dossier that became late under such a pause is late: what begins then moves nothing
    ([f"pause n | {MON} 09:00", f"pause a | {FRI} 08:00", f"resume n none | {FRI} 09:00",
      "resume a shift | Mon 30/11/2026 08:00"], CALENDAR, DUE),
    ([f"pause n | {MON} 09:00", f"pause a | {FRI} 08:00", "resume a restart | Mon 30/11/2026 08:00",
      "resume n none | Mon 30/11/2026 09:00"], CALENDAR, DUE),
    # the first stretch put the due time off to Friday 08:00, so the second began in time: 60 + 60
    ([f"pause n | {MON} 08:00", f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"pause a | {FRI} 07:30", f"resume a shift | {FRI} 08:30", f"resume n none | {FRI} 09:00"],
     CALENDAR, f"{FRI} 09:00"),
    # the second stretch began after the due time that the first one gave: only the first counts
    ([f"pause n | {MON} 08:00", f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"pause a | {FRI} 09:00", f"resume a shift | {FRI} 10:00", "resume n none | Mon 30/11/2026 09:00"],
     CALENDAR, f"{FRI} 08:00"),
    # extensions
    ([f"extend | {MON} 08:00 | Fri 04/12/2026 17:00"], CALENDAR, "Fri 04/12/2026 17:00"),
    ([f"extend | {MON} 08:00 | Sat 05/12/2026 09:00"], CALENDAR, "Sat 05/12/2026 09:00"),
    ([f"extend | {MON} 08:00 | Fri 04/12/2026 17:00",
      f"pause a | {WED} 09:00", f"resume a shift | {WED} 10:00"], CALENDAR, "Mon 07/12/2026 08:00"),
    ([f"extend | {MON} 08:00 | Fri 04/12/2026 17:00",
      f"pause a | {WED} 09:00", f"resume a restart | {WED} 10:00"], CALENDAR, "Fri 04/12/2026 17:00"),
    ([f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00",
      f"extend | {WED} 08:00 | Mon 30/11/2026 17:00"], CALENDAR, "Mon 30/11/2026 17:00"),
    # begun anew
    ([f"restart | {WED} 10:00"], CALENDAR, "Mon 30/11/2026 17:00"),
    ([f"restart 1 wd | {MON} 10:00"], CALENDAR, DUE),
    ([f"restart 10 wd | {MON} 10:00"], CALENDAR, "Tue 08/12/2026 17:00"),
    ([f"pause a | {MON} 09:00", f"restart | {FRI} 10:00"], CALENDAR, "Wed 02/12/2026 17:00"),
    ([f"pause a | {FRI} 09:00", f"restart | {FRI} 10:00"], CALENDAR, DUE),
    # what began anew with a limit of its own begins anew with it once more
    ([f"restart 1 wd | {MON} 10:00", f"pause a | {WED} 09:00", f"resume a restart | {WED} 10:00"], CALENDAR, DUE),
    # the pauses that a restart ended count no more: 60 minutes of the third one only
    ([f"pause a | {MON} 09:00", f"pause b | {MON} 09:30", f"resume a shift | {MON} 10:00", f"restart | {WED} 10:00",
      f"pause c | {THU} 09:00", f"resume c shift | {THU} 10:00"], CALENDAR, "Tue 01/12/2026 08:00"),
    # reckoned by the calendar of a notice: Thursday 26/11 is free
    ([f"reckon | {MON} 08:00"], NOTICE, f"{FRI} 17:00"),
    ([f"pause a | {MON} 09:00", f"resume a shift | {MON} 10:00", f"reckon | {WED} 08:00"],
     NOTICE, "Mon 30/11/2026 08:00"),
    # the pause takes 360 + 480 + 120 by the new one, not 360 + 480 + 480 + 120: Friday 17:00 and two days
    ([f"pause a | {MON} 09:00", f"resume a shift | {FRI} 09:00", "reckon | Mon 30/11/2026 08:00"],
     NOTICE, "Tue 01/12/2026 17:00"),
    ([f"pause a | {MON} 09:00", f"resume a restart | {WED} 09:00", f"reckon | {WED} 10:00"],
     NOTICE, "Tue 01/12/2026 17:00"),
    ([f"extend | {MON} 08:00 | Thu 03/12/2026 17:00", f"reckon | {WED} 10:00"],
     with_a_holiday(date(2026, 12, 3)), "Fri 04/12/2026 17:00"),
    # an office that works on Saturday morning: Sat 21, Mon 23, Wed 25
    ([f"reckon | {MON} 08:00"], SATURDAYS, f"{WED} 17:00"),
    # reckoned while the clock stands, then resumed by the new calendar: an hour of Monday
    ([f"pause a | {MON} 09:00", f"reckon | {MON} 09:30", f"resume a shift | {MON} 10:00"],
     NOTICE, "Mon 30/11/2026 08:00"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "calendar", "ends"), LEDGERS)
def test_a_ledger_reckoned_by_hand(lines: list[str], calendar: WorkingCalendar, ends: str) -> None:
    entries = _ledger(START, "3 wd", *lines)
    state = replay(entries, {0: CALENDAR, 1: calendar})
    assert (state.due, state.original_due) == (moment(ends), moment(DUE))


OTHER_LIMITS = [
    ("8 wh", f"{WED} 16:00", f"{WED} 16:30", f"{THU} 08:00", "shift", f"{FRI} 07:30"),
    ("8 wh", f"{WED} 16:00", f"{WED} 16:30", f"{THU} 08:00", "restart", f"{FRI} 08:00"),
    ("same day", "Wed 18/11/2026 09:00", "Wed 18/11/2026 10:00", "Thu 19/11/2026 10:00", "shift",
     "Thu 19/11/2026 17:00"),
    ("same day", "Wed 18/11/2026 09:00", "Wed 18/11/2026 10:00", "Thu 19/11/2026 10:00", "restart",
     "Thu 19/11/2026 17:00"),
    ("same day", "Wed 18/11/2026 09:00", "Wed 18/11/2026 10:00", "Thu 19/11/2026 10:00", "none",
     "Wed 18/11/2026 17:00"),
    ("5 cd", "Mon 02/11/2026 09:00", "Tue 03/11/2026 07:00", "Wed 04/11/2026 07:00", "shift",
     "Tue 10/11/2026 17:00"),
    ("5 cd", "Mon 02/11/2026 09:00", "Tue 03/11/2026 07:00", "Wed 04/11/2026 07:00", "restart",
     "Mon 09/11/2026 17:00"),
    ("1 m", "Fri 16/10/2026 09:00", "Mon 19/10/2026 07:00", "Wed 21/10/2026 07:00", "shift",
     "Wed 18/11/2026 17:00"),
    ("1 m", "Fri 16/10/2026 09:00", "Mon 19/10/2026 07:00", "Wed 21/10/2026 07:00", "restart",
     "Mon 23/11/2026 17:00"),
    ("2 cd + 1 wd", START, f"{MON} 08:00", f"{MON} 10:00", "shift", f"{WED} 09:00"),
    ("2 cd + 1 wd", START, f"{MON} 08:00", f"{MON} 10:00", "restart", f"{THU} 17:00"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "start", "paused", "resumed", "policy", "ends"), OTHER_LIMITS)
def test_a_pause_in_another_limit(
    of: str, start: str, paused: str, resumed: str, policy: str, ends: str
) -> None:
    entries = _ledger(start, of, f"pause a | {paused}", f"resume a {policy} | {resumed}")
    assert replay(entries, CALENDAR).due == moment(ends)
