"""Acknowledgement of an online filing: within 8 working hours (NĐ 45/2020).

See docs/rules/acknowledgement.md.
"""

from datetime import datetime

from motcua.rules.deadlines import Due, Limit, Unit, due
from motcua.rules.working_time import WorkingCalendar

WORKING_HOURS = 8


def acknowledgement_due(
    *, filed: datetime, calendar: WorkingCalendar, working_hours: int = WORKING_HOURS
) -> Due:
    """Tell when the applicant must have been told of the filing; `OutsideCalendar` past the calendar."""
    return due(Limit(Unit.WORKING_HOUR, working_hours), received=filed, calendar=calendar)
