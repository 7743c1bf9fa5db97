"""Passing the paper dossier on: the same working day, or at the start of the next one when it was received
after 15:00 (NĐ 61/2018 Điều 18). See docs/rules/transfer.md.
"""

from datetime import datetime, time

from motcua.rules.localday import local_day
from motcua.rules.working_time import WorkingCalendar

AFTERNOON_CUTOFF = time(15, 0)


def transfer_due(
    *, received: datetime, calendar: WorkingCalendar, cutoff: time = AFTERNOON_CUTOFF
) -> datetime:
    """Tell by when (UTC) paper received at this moment must be passed on; `OutsideCalendar` past its end."""
    counts_from = calendar.moment_of_receipt(received)
    with_cutoff = calendar.moment_of_receipt(received, cutoff)
    return with_cutoff if with_cutoff != counts_from else calendar.closing(local_day(counts_from))
