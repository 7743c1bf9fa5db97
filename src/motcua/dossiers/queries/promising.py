"""What acceptance would promise, told before somebody accepts."""

from dataclasses import dataclass
from datetime import datetime

from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import newest_of, published
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.versions import limit_for, limit_unread
from motcua.rules.clock import ClockEntry, EntryKind, apply
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day


@dataclass(frozen=True)
class Promise:
    """A limit and when it would be due; both None where the procedure sets no limit."""

    limit: Limit | None
    due_at: datetime | None


def promise_of(dossier: Dossier, *, at: datetime) -> Promise | None:
    """Return what a filed dossier would be promised if it were accepted at this moment, as the clock starts it.

    None where acceptance would be refused: nobody has read the limit yet, or the version in force has no such case.
    `OutsideCalendar` past the calendar, `NoCalendar` where there is none.
    """
    day = local_day(at)
    record = published(newest_of(dossier.procedure_id, on=day)).record
    if dossier.case not in {case.key for case in record.cases}:
        return None
    if limit_unread(record, channel=dossier.channel, case=dossier.case):
        return None
    limit = limit_for(record, channel=dossier.channel, case=dossier.case)
    calendar = working_calendar(dossier.competent_agency_id, on=day)
    return Promise(limit, apply(None, ClockEntry(EntryKind.START, at, limit=limit), calendar).due)
