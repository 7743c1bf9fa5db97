"""Acknowledgement of an online filing: within 8 working hours (NĐ 45/2020).

See docs/rules/acknowledgement.md.
"""

from datetime import datetime

from motcua.rules.deadlines import Due, Limit, Unit, due
from motcua.rules.localday import local_day
from motcua.rules.statute import Number, provision
from motcua.rules.working_time import WorkingCalendar


def acknowledgement_due(
    *, filed: datetime, calendar: WorkingCalendar, working_hours: int | None = None
) -> Due:
    """Tell when the applicant must have been told of the filing; `OutsideCalendar` past the calendar."""
    hours = working_hours or provision(Number.ACKNOWLEDGEMENT_HOURS, on=local_day(filed)).value
    return due(Limit(Unit.WORKING_HOUR, hours), received=filed, calendar=calendar)
