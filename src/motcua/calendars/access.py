"""Who changes which calendars."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.organisation.queries import Duty, agencies

_PROVINCE = "province"


_KEEPERS = frozenset({"head", "administer"})


@dataclass(frozen=True)
class Editable:
    """The agencies whose calendars a person keeps, and whether they keep the national one."""

    agencies: frozenset[UUID]
    national: bool

    @property
    def any(self) -> bool:
        """Whether there is any calendar to keep."""
        return bool(self.agencies) or self.national

    def may_edit(self, agency_id: UUID | None) -> bool:
        """Tell whether the calendar of an agency (None: of the country) may be changed."""
        return self.national if agency_id is None else agency_id in self.agencies


def editable_calendars(duties: Iterable[Duty], *, on: date) -> Editable:
    """Return the calendars that someone with these duties changes on a day.

    Who heads or administers an agency keeps its calendar. The national one holds for every office of the province: it
    is kept by a post of the reform, which passes the notices of holidays on, and by whoever administers the
    province's own People's Committee. What a change does to promised dates is decided by others.
    """
    duties = tuple(duties)
    own = frozenset(duty.agency_id for duty in duties if duty.role in _KEEPERS)
    administered = {duty.agency_id for duty in duties if duty.role == "administer"}
    national = any(duty.function == "reform" for duty in duties) or (
        # Asked for only where it can matter: nearly nobody administers anything.
        bool(administered) and any(row.id in administered for row in agencies(on=on, kind=_PROVINCE))
    )
    return Editable(own, national)


def may_edit(duties: Iterable[Duty], agency_id: UUID | None, *, on: date) -> bool:
    """Tell whether someone with these duties may change the calendar of an agency (None: of the country)."""
    return editable_calendars(duties, on=on).may_edit(agency_id)
