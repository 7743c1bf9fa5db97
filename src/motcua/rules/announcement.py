"""Announcing procedures in time: a decision is signed 20 days (ministry) or 5 days (province) before the announced
text takes effect, and what it announces is in the database within 10 or 5 working days; a text of the shortened
procedure is announced within 3 days after, entered within 2 working days (NĐ 63/2010 Điều 15, 24).

See docs/rules/announcement.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from motcua.rules.deadlines import Reason, WorkingStep
from motcua.rules.refusals import Refusal
from motcua.rules.statute import Number, Provision, provision
from motcua.rules.working_time import WorkingCalendar

_FIRST_DAY = "Bộ luật Dân sự 2015, Điều 147 khoản 2"
_LAST_DAY = "Bộ luật Dân sự 2015, Điều 148 khoản 5"


class AnnouncementRefused(Refusal):
    """The dates or the level make no sense; codes bad_level, entered_before_signing."""


class Level(StrEnum):
    """Who announces."""

    MINISTRY = "ministry"
    PROVINCE = "province"


class Punctuality(StrEnum):
    """How a duty stands: done in time, done late, not yet due, or past its last day and still not done."""

    IN_TIME = "in_time"
    LATE = "late"
    WAITING = "waiting"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Announcement:
    """The dates of a decision, all local days; `entered_on` None = not yet in the database.

    `shortened`: the announced text came by the shortened procedure. `AnnouncementRefused` for dates that cannot be.
    """

    level: str
    signed_on: date
    effective_on: date
    shortened: bool = False
    entered_on: date | None = None

    def __post_init__(self) -> None:
        if self.level not in list(Level):
            raise AnnouncementRefused("bad_level")
        if self.entered_on is not None and self.entered_on < self.signed_on:
            raise AnnouncementRefused("entered_before_signing")


@dataclass(frozen=True, slots=True)
class Judged:
    """One duty: how it stands, its last day, by which provision, and how the last day was found.

    `days` is 0 or more: how many days remained, or how many it was late; in working days if `in_working_days`.
    """

    punctuality: Punctuality
    last_day: date
    done_on: date | None
    days: int
    in_working_days: bool
    provision: Provision
    steps: tuple[WorkingStep, ...]


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Both duties of one decision."""

    signing: Judged
    entering: Judged

    @property
    def in_time(self) -> bool | None:
        """Whether both were done in time; None while the second may still be."""
        states = {self.signing.punctuality, self.entering.punctuality}
        if states & {Punctuality.LATE, Punctuality.OVERDUE}:
            return False
        return None if Punctuality.WAITING in states else True


def timeliness(announcement: Announcement, calendar: WorkingCalendar, *, on: date) -> Timeliness:
    """Judge a decision of announcement as things stand on a local day.

    `calendar` is that of whoever enters it. `NotInForce` before the first provision, `OutsideCalendar` where the
    calendar does not reach. NĐ 63/2010 Điều 15, 24.
    """
    return Timeliness(_signing(announcement, calendar), _entering(announcement, calendar, on))


def _signing(it: Announcement, calendar: WorkingCalendar) -> Judged:
    if it.shortened:
        rule = provision(Number.ANNOUNCED_AFTER_SHORTENED, on=it.effective_on)
        end = it.effective_on + timedelta(days=rule.value)
        last = calendar.add_working_days(end, 0)
        steps = tuple(_counted_in_days(it.effective_on, end, last, rule))
    else:
        by_ministry = it.level == Level.MINISTRY
        number = Number.ANNOUNCED_BEFORE_BY_MINISTRY if by_ministry else Number.ANNOUNCED_BEFORE_BY_PROVINCE
        rule = provision(number, on=it.effective_on)
        last = it.effective_on - timedelta(days=rule.value)
        steps = (WorkingStep(last, it.effective_on, rule.value, Reason.CALENDAR_DAY, rule.basis),)
    kept = Punctuality.IN_TIME if it.signed_on <= last else Punctuality.LATE
    return Judged(kept, last, it.signed_on, abs((last - it.signed_on).days), False, rule, steps)


def _entering(it: Announcement, calendar: WorkingCalendar, on: date) -> Judged:
    rule = provision(_entering_number(it), on=it.signed_on)
    last = calendar.add_working_days(it.signed_on, rule.value)
    days = abs(calendar.working_days_between(last, it.entered_on or on))
    if it.entered_on is None:
        kept = Punctuality.WAITING if on <= last else Punctuality.OVERDUE
    else:
        kept = Punctuality.IN_TIME if it.entered_on <= last else Punctuality.LATE
    steps = tuple(_counted_in_working_days(it.signed_on, last, rule, calendar))
    return Judged(kept, last, it.entered_on, days, True, rule, steps)


def _entering_number(it: Announcement) -> Number:
    if it.shortened:
        return Number.ENTERED_WITHIN_SHORTENED
    by_ministry = it.level == Level.MINISTRY
    return Number.ENTERED_WITHIN_BY_MINISTRY if by_ministry else Number.ENTERED_WITHIN_BY_PROVINCE


# --- the working ----------------------------------------------------------------------------------------


def _excluded(first: date) -> WorkingStep:
    return WorkingStep(first, first, 0, Reason.FIRST_DAY_EXCLUDED, _FIRST_DAY)


def _counted_in_days(first: date, end: date, last: date, rule: Provision) -> Iterator[WorkingStep]:
    yield _excluded(first)
    yield WorkingStep(first + timedelta(days=1), end, rule.value, Reason.CALENDAR_DAY, rule.basis)
    if last != end:
        yield WorkingStep(end, last, 0, Reason.ROLLED_TO_WORKING_DAY, _LAST_DAY)


def _counted_in_working_days(
    first: date, last: date, rule: Provision, calendar: WorkingCalendar
) -> Iterator[WorkingStep]:
    yield _excluded(first)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    for (reason, basis, name), run in groupby(days, key=lambda day: _sort_of_day(day, rule, calendar)):
        stretch = list(run)
        counted = len(stretch) if reason == Reason.WORKING_DAY else 0
        yield WorkingStep(stretch[0], stretch[-1], counted, reason, basis, name)


def _sort_of_day(day: date, rule: Provision, calendar: WorkingCalendar) -> tuple[str, str, str]:
    if calendar.is_working_day(day):
        return Reason.WORKING_DAY, rule.basis, ""
    entry = calendar.entry_on(day)
    return (entry.kind.value, entry.basis, entry.name) if entry else (Reason.NON_WORKING, "", "")
