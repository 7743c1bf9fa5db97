"""Lateness: who cannot solve in time says so before, with an apology, the reason and a new date, once
(NĐ 61/2018 Điều 19 khoản 9). Causes, warnings, and what is owed. See docs/rules/lateness.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from motcua.rules.localday import local_day
from motcua.rules.working_time import WorkingCalendar

# A fifth of the time is the design's; less than an hour of warning would come too late to act on.
_PART = 5
_LEAST_MINUTES = 60


class Cause(StrEnum):
    """Why a dossier is late."""

    OTHER_AGENCY = "other_agency"
    WORKLOAD = "workload"
    STAFF_ABSENT = "staff_absent"
    COMPLEX = "complex"
    SYSTEM = "system"
    APPLICANT = "applicant"
    DISASTER = "disaster"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Warnings:
    """When to warn of a limit (UTC): a fifth of its working time before, and at the opening of its day."""

    soon: datetime
    day: datetime


def warning_due(started: datetime, due: datetime, calendar: WorkingCalendar) -> Warnings:
    """Tell when to warn of a limit that began and ends at these moments; `OutsideCalendar` past the calendar."""
    whole = max(0, calendar.minutes_between(started, due))
    before = min(whole, max(_LEAST_MINUTES, whole // _PART))
    soon = calendar.add_minutes(started, whole - before)
    day = calendar.add_working_days(local_day(due), 0)
    return Warnings(soon, min(due, calendar.opening(day)))


class Owed(StrEnum):
    """What is owed to the applicant of a dossier."""

    NONE = "none"
    OWED = "owed"
    DRAFTED = "drafted"
    SENT = "sent"
    AGAIN_LATE = "again_late"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of apology: the day it names, and whether it was approved (False: a draft)."""

    until: datetime
    approved: bool


def apology_owed(*, due: datetime | None, letters: Iterable[Letter], at: datetime) -> Owed:
    """Tell what is owed for an open dossier; only letters about the present due time count."""
    if due is None or at <= due:
        return Owed.NONE
    known = list(letters)
    approved = [letter.until for letter in known if letter.approved]
    if approved:
        return Owed.SENT if max(approved) >= at else Owed.AGAIN_LATE
    return Owed.DRAFTED if known else Owed.OWED
