"""A year of a calendar as its page shows it: twelve months, the entries, the sums."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from motcua.calendars import words
from motcua.calendars.queries import DayFacts
from motcua.office import calendar_words as say

_ORDINARY = ("working", "rest")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """Neighbouring days that one entry after the other sets to the same."""

    first: date
    last: date
    facts: DayFacts


def months(days: Sequence[DayFacts], *, today: date, chosen: date | None) -> list[dict[str, Any]]:
    """Return the months of a year as weeks of cells, empty where another month's day would stand."""
    known = {facts.day: facts for facts in days}
    year = days[0].day.year
    return [
        {
            "number": month,
            "weeks": [
                [
                    _cell(known[day], today, chosen) if day in known and day.month == month else None
                    for day in week
                ]
                for week in calendar.Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _cell(facts: DayFacts, today: date, chosen: date | None) -> dict[str, Any]:
    day = facts.day
    return {
        "number": day.day,
        "url": f"?{urlencode({'nam': day.year, 'ngay': day.isoformat()})}#ngay",
        "kind": facts.kind if facts.kind != "as_usual" else "working" if facts.working else "rest",
        "letter": say.LETTERS.get(facts.kind, ""),
        "unsure": not facts.confirmed,
        "said": say.on_the_grid(facts, today=day == today),
        "today": day == today,
        "chosen": day == chosen,
    }


def legend(days: Iterable[DayFacts]) -> list[dict[str, Any]]:
    """Return the kinds that a year has, each with its letter and on how many days."""
    counted = dict.fromkeys(say.KINDS, 0)
    for facts in days:
        if facts.kind in counted:
            counted[facts.kind] += 1
    return [
        {"kind": kind, "letter": say.LETTERS[kind], "label": words.kind(kind), "number": number}
        for kind, number in counted.items()
        if number
    ]


def runs(days: Iterable[DayFacts]) -> list[Run]:
    """Return the entries of a year, neighbouring days that say the same in one."""

    def same(facts: DayFacts) -> tuple[object, ...]:
        return (
            facts.kind, facts.name, facts.basis, facts.announced_on, facts.confirmed, facts.instead_of,
            facts.shifts, facts.calendar_id,
        )  # fmt: skip

    found: list[Run] = []
    for facts in days:
        if facts.kind in _ORDINARY:
            continue
        last = found[-1] if found else None
        if last and last.last + _DAY == facts.day and same(last.facts) == same(facts):
            found[-1] = Run(last.first, facts.day, last.facts)
        else:
            found.append(Run(facts.day, facts.day, facts))
    return found


def worked(days: Iterable[DayFacts]) -> list[int]:
    """Return how many days of each month are worked."""
    counted = [0] * 12
    for facts in days:
        counted[facts.day.month - 1] += facts.working
    return counted
