"""Periods of local days in the database: [valid_from, valid_to), and none over another."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func


class DateRange(Func):
    """The half-open period between two dates, open-ended where the second is null."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[)')"


def no_overlap(name: str, *fields: str) -> ExclusionConstraint:
    """Return the constraint that rows alike in all of `fields` never hold on the same day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (DateRange(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
            *((field, RangeOperators.EQUAL) for field in fields),
        ],
    )
