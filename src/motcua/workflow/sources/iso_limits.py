"""The limit that a procedure text states for itself, for each way that a dossier can go.

See docs/rules/iso-processes.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from fractions import Fraction

from motcua.kit.text import nfc, squeeze
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.limit_text import Mention, cutoff_in, limits_in, read_limit
from motcua.workflow.sources.iso_times import HOURS_A_DAY, Measure


class Course(StrEnum):
    """The ways a dossier can go that have times of their own."""

    PLAIN = "plain"
    VERIFICATION = "verification"
    OTHER = "other_case"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the text states: a limit for each course, or else the limits of parts of the work.

    `parts` are of what is always done, `cases` of what is done in some cases only.
    """

    limits: Mapping[Course, Limit]
    parts: tuple[Limit, ...] = ()
    cases: tuple[Limit, ...] = ()


_VERIFIED = re.compile(r"xác minh")
_NOT_VERIFIED = re.compile(r"không (?:phải |cần )?(?:có )?(?:văn bản )?xác minh")
_OTHER = re.compile(r"kéo dài|gia hạn|trường hợp|nếu ")
_PART = re.compile(r"^\s*[-+*•]?\s*thời (?:gian|hạn) ", re.IGNORECASE | re.MULTILINE)
_CASE = re.compile(r"^\s*[-+*•]?\s*(?:trong )?trường hợp ", re.IGNORECASE)
# The hour behind what follows from it: "trong ngày làm việc tiếp theo nếu tiếp nhận yêu cầu sau 15 giờ".
_LATE = re.compile(r"ngày làm việc (?:tiếp theo|kế tiếp)[^.;\d]{0,80}sau (\d{1,2}) ?giờ")
_OR = re.compile(r"hoặc (?:không quá )?$")
_SAME_DAY = re.compile(r"trong (?:cùng )?ngày(?! làm việc (?:tiếp theo|kế tiếp|sau))(?!,? kể từ)")


def course_of(heading: str) -> Course:
    """Tell which course a time column is for, by its heading."""
    said = squeeze(nfc(heading)).lower()
    if _NOT_VERIFIED.search(said):
        return Course.PLAIN
    if _VERIFIED.search(said):
        return Course.VERIFICATION
    return Course.OTHER if "trường hợp" in said else Course.PLAIN


def read_stated(text: str) -> Stated:
    """Read the part of a text that states its limit; never raises."""
    said = nfc(text)
    stated = _parts(said)
    if len(stated.parts) > 1:
        return stated
    limits: dict[Course, Limit] = {}
    mentions = _mentions(said)
    if _same_day_first(said, mentions):
        limits[Course.PLAIN] = Limit(Unit.SAME_DAY, 1, _cutoff(said))
    for mention in mentions:
        # The first limit of a course is the rule; what follows is what the text adds to it.
        limits.setdefault(_course(mention), mention.limit)
    if Course.PLAIN not in limits and len(limits) == 1:
        # A text that only speaks of cases states its limit with the first.
        limits = {Course.PLAIN: next(iter(limits.values()))}
    return Stated(limits)


def heading_limit(heading: str) -> Limit | None:
    """Return the limit that stands in the heading of a time column, None where there is none."""
    found = limits_in(heading.replace("(", " ").replace(")", " "))
    return found[0].limit if len(found) == 1 else None


def limit_answered(text: str) -> Limit | None:
    """Return the limit that a person wrote, such as "5 ngày làm việc"; None where it is none."""
    return read_limit(text).limit


def _mentions(said: str) -> list[Mention]:
    # "sau 15 giờ" is an hour of the clock.
    return [
        row for row in limits_in(said) if not (row.limit.unit is Unit.HOUR and row.before.endswith("sau "))
    ]


def _same_day_first(said: str, mentions: list[Mention]) -> bool:
    """Tell whether "trong ngày" stands before the first amount; behind it, it is about something else."""
    lowered = squeeze(said).lower()
    found = _SAME_DAY.search(lowered)
    if found is None or not mentions:
        return found is not None
    first = squeeze(mentions[0].before)
    place = lowered.find(first) + len(first) if first else 0
    return found.end() <= place


def _course(mention: Mention) -> Course:
    said = mention.before
    if _VERIFIED.search(said) and not _NOT_VERIFIED.search(said):
        return Course.VERIFICATION
    return Course.OTHER if _OTHER.search(said) else Course.PLAIN


def _cutoff(said: str) -> time | None:
    turned = _LATE.search(squeeze(said).lower())
    hour = int(turned[1]) if turned else 24
    return cutoff_in(said) or (time(hour) if hour < 24 else None)


def _parts(said: str) -> Stated:
    """Read lines that each state the time of a part of the work, and those of what happens only in some cases."""
    always: list[Limit] = []
    sometimes: list[Limit] = []
    for line in said.split("\n"):
        mentions = [row for row in _mentions(line) if not _OR.search(row.before)]
        if _PART.match(line) and mentions:
            always.append(mentions[0].limit)
        elif _CASE.match(line):
            sometimes += [row.limit for row in mentions]
    return Stated({}, tuple(always), tuple(sometimes))


def day_of(limit: Limit) -> Measure:
    """Tell whether a limit counts working or calendar days."""
    if limit.unit in (Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR):
        return Measure.CALENDAR_DAY
    return Measure.WORKING_DAY


def days_within(limit: Limit) -> Fraction:
    """Count a limit in days of its own kind, never more than it can be: a month is 28 days, "in the day" is one."""
    amounts = {
        Unit.SAME_DAY: Fraction(1),
        Unit.WORKING_HOUR: Fraction(limit.amount, HOURS_A_DAY),
        Unit.HOUR: Fraction(limit.amount, 24),
        Unit.MONTH: Fraction(28 * limit.amount),
    }
    rest = sum((days_within(phase) for phase in limit.then), Fraction(0))
    return amounts.get(limit.unit, Fraction(limit.amount)) + rest
