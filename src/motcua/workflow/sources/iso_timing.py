"""Which step has how long on which course, and whether the sum fits in the stated limit.

Half days and merged cells are settled here; a time given to several rows at once is only shared out when a person
says so. See docs/rules/iso-processes.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.limit_text import say_limit
from motcua.workflow.sources.doubts import Asking, Kind, Remark
from motcua.workflow.sources.iso_limits import (
    Course,
    Stated,
    course_of,
    day_of,
    days_within,
    heading_limit,
    limit_answered,
)
from motcua.workflow.sources.iso_steps import Step
from motcua.workflow.sources.iso_text import Table
from motcua.workflow.sources.iso_times import (
    HOURS_A_DAY,
    Measure,
    Spell,
    TimeCell,
    days_of,
    read_time,
    total,
)

OPEN, EVEN, SUM, LONGEST = "open", "even", "sum", "longest"
_DAY_WORDS = {Measure.WORKING_DAY: "ngày làm việc", Measure.CALENDAR_DAY: "ngày"}


@dataclass(frozen=True, slots=True)
class TimeSum:
    """The times of a course added up against its limit, in days of the limit's kind (`day`).

    The steps before the acceptance count too: the source shares its limit out among all rows.
    """

    course: Course
    total: Fraction
    limit: Limit | None
    day: Measure

    @property
    def fits(self) -> bool:
        """Whether the sum stays within the limit; no limit, nothing to fit in."""
        return self.limit is not None and self.total <= days_within(self.limit)

    def to_json(self) -> dict[str, object]:
        """Give it with the amounts in days as decimals."""
        return {
            "course": self.course.value,
            "total": float(self.total),
            "day": self.day.value,
            "limit": self.limit.to_json() if self.limit else None,
            "fits": self.fits,
        }


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of all steps of one course; a step without one has as long as the dossier has."""

    course: Course
    heading: str
    limit: Limit | None
    day: Measure
    times: Mapping[str, Spell | None]
    sum: TimeSum


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that stand under one time; its cell belongs to the first."""

    keys: tuple[str, ...]
    cell: TimeCell


def read_timing(
    table: Table, steps: Sequence[Step], stated: Stated, asking: Asking, *, working_days: bool
) -> tuple[Timing, ...]:
    """Give the times of each course, asking for what can't be read or does not fit."""
    columns = _columns(table, stated, asking)
    keys = {step.row: step.key for step in steps if step.row is not None}
    whole = _whole(stated, steps, asking) if stated.parts else None
    blocks = {course: _blocks(table, at, keys) for course, at in columns.items()}
    shared = _Sharing(asking, tuple(block for row in blocks.values() for block in row))
    timings = []
    for course, at in columns.items():
        heading = table.headings[at]
        column = _Column(course, heading, blocks[course], asking, working_days)
        limit = whole or column.limit(stated)
        timings.append(column.timing(limit, shared))
    return tuple(timings)


def _columns(table: Table, stated: Stated, asking: Asking) -> dict[Course, int]:
    """Tell which time column is for which course; a third way to go is only remarked."""
    columns: dict[Course, int] = {}
    for at, heading in enumerate(table.headings):
        course = course_of(heading)
        course = course if course not in columns else Course.OTHER
        if course in columns or len(columns) > 1:
            asking.note(Remark.COLUMN_LEFT_OUT, source=heading)
        else:
            columns[course] = at
    for course in stated.limits:
        if course not in columns:
            asking.note(Remark.LIMIT_WITHOUT_TIMES, course.value, say_limit(stated.limits[course]))
    return columns


def _whole(stated: Stated, steps: Sequence[Step], asking: Asking) -> Limit | None:
    """Ask whether the limits of the parts, added up, are the limit of the whole."""
    # What only happens sometimes has its limits too, where the table has such steps.
    parts = (*stated.parts, *(stated.cases if any(step.sometimes for step in steps) else ()))
    working = all(part.unit is Unit.WORKING_DAY for part in parts)
    amount = int(sum(days_within(part) for part in parts))
    proposed = say_limit(Limit(Unit.WORKING_DAY if working else Unit.CALENDAR_DAY, amount))
    answer = asking.ask(
        Kind.LIMIT_IN_PARTS,
        source=" + ".join(say_limit(part) for part in parts),
        proposed=proposed,
        free="limit",
        accepts=_is_limit,
    )
    return limit_answered(answer)


def _is_limit(said: str) -> bool:
    return limit_answered(said) is not None


def _is_time(said: str) -> bool:
    return len(read_time(said).spells) == 1


def _blocks(table: Table, at: int, keys: Mapping[int, str]) -> tuple[_Block, ...]:
    """Gather the rows under each cell: an empty one belongs to the time above it."""
    blocks: list[_Block] = []
    for index, row in enumerate(table.rows):
        text = row.times[at]
        if text or not blocks:
            blocks.append(_Block((keys[index],), read_time(text)))
        else:
            blocks[-1] = _Block((*blocks[-1].keys, keys[index]), blocks[-1].cell)
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class _Sharing:
    asking: Asking
    blocks: tuple[_Block, ...]

    def answer(self) -> str:
        """Ask once for all times that stand for several rows."""
        several = [block for block in self.blocks if len(block.keys) > 1 and block.cell.spells]
        if not several:
            return OPEN
        rows = [", ".join(key.removeprefix("step_") for key in block.keys) for block in several]
        source = "; ".join(f"{block.cell.text}: bước {row}" for block, row in zip(several, rows, strict=True))
        enough = all(_hours(block.cell.spells[0]) >= len(block.keys) for block in several)
        return self.asking.ask(
            Kind.SHARED_TIME, source=source, proposed=EVEN if enough else OPEN, answers=(EVEN, OPEN)
        )


def _hours(spell: Spell) -> int:
    return int(spell.amount if spell.measure is Measure.WORKING_HOUR else spell.amount * HOURS_A_DAY)


@dataclass(frozen=True, slots=True)
class _Column:
    course: Course
    heading: str
    blocks: tuple[_Block, ...]
    asking: Asking
    working_days: bool

    def limit(self, stated: Stated) -> Limit | None:
        """Return the limit of this course: what the text states, compared with the heading, else what is answered."""
        said, headed = stated.limits.get(self.course), heading_limit(self.heading)
        if said is not None and headed is not None and _unlike(said, headed):
            answer = self.asking.ask(
                Kind.LIMITS_DIFFER,
                self.course.value,
                source=f"{say_limit(said)} / {self.heading}",
                proposed=say_limit(said),
                free="limit",
                accepts=_is_limit,
            )
            return limit_answered(answer)
        if said is not None or headed is not None:
            return said or headed
        answer = self.asking.ask(
            Kind.NO_LIMIT, self.course.value, source=self.heading, free="limit", accepts=_is_limit
        )
        return limit_answered(answer)

    def timing(self, limit: Limit | None, sharing: _Sharing) -> Timing:
        """Settle all times of the column and add them up."""
        day = self._day(limit)
        settled = [(block, self._spell(block, day, limit)) for block in self.blocks]
        added = TimeSum(self.course, total([spell for _, spell in settled if spell], day), limit, day)
        times: dict[str, Spell | None] = {}
        for block, spell in settled:
            times.update(_shared(block, spell, sharing))
        if limit is not None and not added.fits:
            limit, times, added = self._over(added, times)
        return Timing(self.course, self.heading, limit, day, times, added)

    def _day(self, limit: Limit | None) -> Measure:
        """Tell what a bare "ngày" counts: what the limit counts, unless the text says otherwise."""
        of_limit = day_of(limit) if limit is not None else Measure.WORKING_DAY
        bare = [spell for block in self.blocks for spell in block.cell.spells]
        contradicts = self.working_days and of_limit is Measure.CALENDAR_DAY
        named = self.working_days or "ngày" in self.heading.lower()
        unnamed = not named and any(spell.measure is Measure.NUMBER for spell in bare)
        unclear = any(spell.measure in (Measure.DAY, Measure.NUMBER) for spell in bare)
        if not (unclear and (contradicts or unnamed)):
            return of_limit
        answer = self.asking.ask(
            Kind.UNIT_OF_DAYS,
            self.course.value,
            source="; ".join(block.cell.text for block in self.blocks if block.cell.text),
            proposed=of_limit.value,
            answers=(Measure.CALENDAR_DAY.value, Measure.WORKING_DAY.value),
        )
        return Measure(answer)

    def _spell(self, block: _Block, day: Measure, limit: Limit | None) -> Spell | None:
        spells = [spell.settled(day) for spell in block.cell.spells]
        if not spells:
            return self._asked(block, day, limit)
        if len(spells) == 1:
            return spells[0]
        answer = self.asking.ask(
            Kind.SEVERAL_TIMES,
            self._place(block),
            source=block.cell.text,
            proposed=SUM,
            answers=(SUM, LONGEST),
            free="time",
            accepts=_is_time,
        )
        if answer == SUM:
            return Spell(total(spells, day), day)
        if answer == LONGEST:
            return max(spells, key=lambda spell: days_of(spell, day))
        return read_time(answer).spells[0].settled(day)

    def _asked(self, block: _Block, day: Measure, limit: Limit | None) -> Spell | None:
        """Ask for a time; what the others leave of the limit is proposed where only this one is missing."""
        missing = [other for other in self.blocks if not other.cell.spells]
        proposed = OPEN
        if limit is not None and len(missing) == 1:
            read = [spell.settled(day) for other in self.blocks for spell in other.cell.spells]
            left = days_within(limit) - total(read, day)
            proposed = _say(left, day) if left > 0 else OPEN
        answer = self.asking.ask(
            Kind.NO_TIME,
            self._place(block),
            source=block.cell.text,
            proposed=proposed,
            answers=(OPEN,),
            free="time",
            accepts=_is_time,
        )
        return None if answer == OPEN else read_time(answer).spells[0].settled(day)

    def _over(
        self, added: TimeSum, times: dict[str, Spell | None]
    ) -> tuple[Limit | None, dict[str, Spell | None], TimeSum]:
        """Ask which is wrong where the sum is more than the limit: the limit, or the time of one step."""
        answer = self.asking.ask(
            Kind.OVER_LIMIT,
            self.course.value,
            source=f"{_say(added.total, added.day)} > {say_limit(added.limit) if added.limit else ''}",
            free="limit_or_step",
            accepts=lambda said: _is_limit(said) or _changed(said, times) is not None,
        )
        changed = _changed(answer, times)
        if changed is not None:
            key, spell = changed
            new, old = spell.settled(added.day), times[key]
            differs = days_of(new, added.day) - (days_of(old, added.day) if old else 0)
            return (
                added.limit,
                {**times, key: new},
                TimeSum(self.course, added.total + differs, added.limit, added.day),
            )
        limit = limit_answered(answer) or added.limit
        return limit, times, TimeSum(self.course, added.total, limit, added.day)

    def _place(self, block: _Block) -> str:
        return block.keys[0] if self.course is Course.PLAIN else f"{block.keys[0]}.{self.course.value}"


def _unlike(one: Limit, other: Limit) -> bool:
    return day_of(one) is not day_of(other) or days_within(one) != days_within(other)


def _changed(said: str, times: Mapping[str, Spell | None]) -> tuple[str, Spell] | None:
    key, _, text = said.partition("=")
    spells = read_time(text).spells
    return (key.strip(), spells[0]) if key.strip() in times and len(spells) == 1 else None


def _shared(block: _Block, spell: Spell | None, sharing: _Sharing) -> dict[str, Spell | None]:
    """Give one time to the rows under it: in whole hours, the first ones what remains; or to none of them."""
    if len(block.keys) == 1:
        return {block.keys[0]: spell}
    if spell is None or sharing.answer() == OPEN or _hours(spell) < len(block.keys):
        return dict.fromkeys(block.keys)
    each, rest = divmod(_hours(spell), len(block.keys))
    return {
        key: Spell(Fraction(each + (at < rest)), Measure.WORKING_HOUR) for at, key in enumerate(block.keys)
    }


def _say(days: Fraction, day: Measure) -> str:
    """Write an amount of days as `read_time` reads it back."""
    amount = (
        str(days.numerator) if days.denominator == 1 else f"{float(days):.2f}".rstrip("0").replace(".", ",")
    )
    return f"{amount} {_DAY_WORDS[day]}"


def note_rounding(timings: Sequence[Timing], asking: Asking) -> None:
    """Remark the times that are no whole hour, which a limit here can't say."""
    for timing in timings:
        for key, spell in timing.times.items():
            hours = None if spell is None else spell.amount * HOURS_A_DAY
            if spell is not None and spell.measure is Measure.WORKING_HOUR:
                hours = spell.amount
            if hours is not None and hours.denominator != 1:
                asking.note(Remark.ROUNDED_TO_HOUR, key, str(float(hours)))
