"""Times of steps as people write them in tables: "½ ngày", "1/2 ngày", "0,5 ngày làm việc", "nửa ngày", "04 giờ".

What is read keeps its measure; what a bare "ngày" means is settled by the column. See docs/rules/iso-processes.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from motcua.kit.text import nfc, squeeze
from motcua.rules.deadlines import Limit, LimitRefused, Unit

HOURS_A_DAY = 8


class Measure(StrEnum):
    """What a time counts; a bare `DAY` or `NUMBER` waits for its column to say what it is."""

    NUMBER = "number"
    DAY = "day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"


@dataclass(frozen=True, slots=True)
class Spell:
    """An amount of time; amounts may be fractions."""

    amount: Fraction
    measure: Measure

    def settled(self, day: Measure) -> "Spell":
        """Return the spell with a bare day or number as days of this measure."""
        if self.measure in (Measure.DAY, Measure.NUMBER):
            return Spell(self.amount, day)
        return self


@dataclass(frozen=True, slots=True)
class TimeCell:
    """What a cell says: one spell, several (then a person must say how they add up), or none."""

    text: str
    spells: tuple[Spell, ...]


_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_WORDS = {
    "nửa": Fraction(1, 2), "một": Fraction(1), "hai": Fraction(2), "ba": Fraction(3), "bốn": Fraction(4),
    "năm": Fraction(5), "sáu": Fraction(6), "bảy": Fraction(7), "tám": Fraction(8), "chín": Fraction(9),
    "mười": Fraction(10),
}  # fmt: skip
_UNITS: dict[str, tuple[Fraction, Measure]] = {
    "ngày làm việc": (Fraction(1), Measure.WORKING_DAY),
    "ngày lv": (Fraction(1), Measure.WORKING_DAY),
    "ngày": (Fraction(1), Measure.DAY),
    "buổi": (Fraction(1, 2), Measure.WORKING_DAY),
    "giờ hành chính": (Fraction(1), Measure.WORKING_HOUR),
    "giờ làm việc": (Fraction(1), Measure.WORKING_HOUR),
    "giờ": (Fraction(1), Measure.WORKING_HOUR),
    "tiếng": (Fraction(1), Measure.WORKING_HOUR),
    "phút": (Fraction(1, 60), Measure.WORKING_HOUR),
    # In the shortest month a step may take no longer.
    "tháng": (Fraction(28), Measure.CALENDAR_DAY),
    "tuần": (Fraction(7), Measure.CALENDAR_DAY),
}
_NUMBER = r"(?P<whole>\d{1,3}) ?(?P<part>\d/\d)|(?P<share>\d{1,2}/\d{1,2})|(?P<plain>\d{1,3}(?:[.,]\d{1,2})?)"
_WORD = "(?P<word>" + "|".join(_WORDS) + ")"
_PERIOD = re.compile(
    rf"(?<![\w/.,])(?:{_NUMBER}|{_WORD}) ?(?P<unit>{'|'.join(_UNITS)})(?: (?P<half>rưỡi))?(?!\w)"
    # "ngày 10 tháng 7" is a date.
    r"(?<!tháng(?= \d))"
)
_BARE = re.compile(rf"(?:{_NUMBER})")
_RANGE = re.compile(r"(?<![\w/.,])(?P<low>\d{1,3}(?:[.,]\d)?) ?(?:đến|tới|-|–) ?(?=\d{1,3}(?:[.,]\d)? ?ngày)")
_ASIDE = re.compile(r"\([^()]*\)")
_SAME_DAY = re.compile(r"(?:ngay )?trong (?:cùng )?ngày(?: làm việc)?")
# Between two spells that are one time: "1 ngày 4 giờ", "1 ngày và 4 giờ".
_JOINED = re.compile(r"[ ,]*(?:và)?[ ,]*")


def read_time(text: str) -> TimeCell:
    """Read a cell of a time column; never raises. An empty cell and one without a time give no spell."""
    said = squeeze(nfc(text)).lower()
    for sign, plain in _FRACTIONS.items():
        said = said.replace(sign, plain)
    # What stands in brackets explains the time before it; a cell that is all brackets is the time itself.
    outside = squeeze(_ASIDE.sub(" ", said)).strip(" -–*.;:")
    return TimeCell(squeeze(text), _spells(outside) or _spells(said.strip("() -–*.;:")))


def _spells(said: str) -> tuple[Spell, ...]:
    bare = _BARE.fullmatch(said)
    if bare is not None:
        amount = _amount(bare)
        return (Spell(amount, Measure.NUMBER),) if amount else ()
    if _SAME_DAY.fullmatch(said):
        return (Spell(Fraction(1), Measure.WORKING_DAY),)
    found: list[tuple[int, int, Spell]] = [
        (match.start(), match.end(), Spell(_fraction(match["low"]), Measure.DAY))
        for match in _RANGE.finditer(said)
    ]
    for match in _PERIOD.finditer(said):
        amount = _amount(match)
        if amount:
            times, measure = _UNITS[match["unit"]]
            half = Fraction(1, 2) if match["half"] else Fraction(0)
            found.append((match.start(), match.end(), Spell((amount + half) * times, measure)))
    return _joined(said, sorted(found, key=lambda row: row[0]))


def _joined(said: str, found: list[tuple[int, int, Spell]]) -> tuple[Spell, ...]:
    """Add a part in hours to the day that it follows at once."""
    spells: list[Spell] = []
    ended = 0
    for start, end, spell in found:
        follows = bool(spells) and _JOINED.fullmatch(said[ended:start]) is not None
        if follows and spell.measure is Measure.WORKING_HOUR:
            before = spells[-1]
            hours = 1 if before.measure is Measure.WORKING_HOUR else HOURS_A_DAY
            spells[-1] = Spell(before.amount + spell.amount / hours, before.measure)
        else:
            spells.append(spell)
        ended = end
    return tuple(spells)


def _amount(found: re.Match[str]) -> Fraction:
    """Return the number of a match, 0 where it says none."""
    groups = found.groupdict()
    if groups.get("word"):
        return _WORDS[groups["word"]]
    if groups["whole"]:
        return Fraction(int(groups["whole"])) + _share(groups["part"])
    return _share(groups["share"]) if groups["share"] else _fraction(groups["plain"])


def _share(text: str) -> Fraction:
    above, below = (int(part) for part in text.split("/"))
    return Fraction(above, below) if below else Fraction(0)


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def limit_of(spell: Spell) -> Limit | None:
    """Return the limit of a settled spell; what is less than an hour is rounded up to it.

    Part of a day is working hours, eight a day: half a day is 4. Half a calendar day stands as a phase behind the
    whole ones. None for a spell that is not settled, or beyond what a limit can say.
    """
    try:
        if spell.measure is Measure.CALENDAR_DAY:
            return _calendar(spell.amount)
        if spell.measure is Measure.WORKING_HOUR:
            return Limit(Unit.WORKING_HOUR, ceil(spell.amount))
        if spell.measure is not Measure.WORKING_DAY:
            return None
        if spell.amount.denominator == 1:
            return Limit(Unit.WORKING_DAY, int(spell.amount))
        return Limit(Unit.WORKING_HOUR, ceil(spell.amount * HOURS_A_DAY))
    except LimitRefused:
        return None


def _calendar(amount: Fraction) -> Limit:
    whole, rest = divmod(amount, 1)
    part = Limit(Unit.WORKING_HOUR, ceil(rest * HOURS_A_DAY)) if rest else None
    if not whole and part is not None:
        return part
    return Limit(Unit.CALENDAR_DAY, int(whole), then=(part,) if part else ())


def days_of(spell: Spell, day: Measure) -> Fraction:
    """Count a settled spell in days of `day`, with caution: never fewer than it can be.

    A working day is at most one calendar day longer for each weekend that it may span, so 5 working days count as 7
    calendar days; a calendar day counts as one working day.
    """
    if spell.measure is Measure.WORKING_HOUR:
        return spell.amount / HOURS_A_DAY
    if spell.measure is Measure.WORKING_DAY and day is Measure.CALENDAR_DAY:
        return spell.amount + 2 * ceil(spell.amount / 5)
    return spell.amount


def total(spells: Iterable[Spell], day: Measure) -> Fraction:
    """Add settled spells up in days of `day`."""
    return sum((days_of(spell, day) for spell in spells), Fraction(0))
