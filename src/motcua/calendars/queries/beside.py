"""What a notice leaves standing beside its days: days off for the same holiday that nobody has confirmed."""

from collections.abc import Iterable, Mapping
from datetime import date

from motcua.kit.text import fold
from motcua.rules.calendar_notice import DayChange
from motcua.rules.working_time import DayKind

_OFF = frozenset({DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF})
# Folded words by which notices and the seed call one holiday.
_CALLED = {
    "new_year": ("duong lich", "tet tay"),
    "tet": ("nguyen dan", "am lich", "giao thua"),
    "founders": ("gio to", "hung vuong"),
    "reunification": ("chien thang", "giai phong", "thong nhat", "30 4"),
    "labour": ("lao dong", "1 5", "01 5"),
    "national": ("quoc khanh", "2 9", "02 9"),
    "culture": ("van hoa",),
}


def left_beside(days: Iterable[DayChange], recorded: Mapping[date, DayChange]) -> list[DayChange]:
    """Return the unconfirmed days off that stay beside those of a notice, for the same holidays in the same years.

    `recorded` holds the entry that counts on each day before the notice.
    """
    given = {change.day: change for change in days}
    meant = set[tuple[int, str]]()
    for day, change in given.items():
        if change.kind in _OFF:
            # A notice that calls its days by no known name is known by what it replaces.
            names = [change.name, *(old.name for old in (recorded.get(day),) if old and _unsure(old))]
            meant |= {(day.year, holiday) for name in names for holiday in _holidays(name)}
    return [
        entry
        for day, entry in sorted(recorded.items())
        if day not in given
        and _unsure(entry)
        and any((day.year, holiday) in meant for holiday in _holidays(entry.name))
    ]


def _unsure(entry: DayChange) -> bool:
    return entry.kind in _OFF and not entry.confirmed


def _holidays(name: str) -> set[str]:
    """Return which holidays a name means; a name that is not known means itself."""
    folded = fold(name)
    found = {key for key, words in _CALLED.items() if any(f" {one} " in f" {folded} " for one in words)}
    if not found and "tet" in folded.split():
        return {"tet"}
    return found or {folded.removesuffix(" nghi bu")}
