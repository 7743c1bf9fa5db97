"""Who keeps the catalogue of the province or reads how it is kept, and who keeps which notice boards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.organisation.queries import Duty, Holder, agencies, holders_anywhere

_PROVINCE = "province"


@dataclass(frozen=True)
class Stewardship:
    """Whether a person may change the catalogue (`keeps`), and whether they may read how it is kept (`reads`)."""

    keeps: bool
    reads: bool


def steward_of(duties: Iterable[Duty], *, on: date) -> Stewardship:
    """Return what someone with these duties has to do with the catalogue on a day.

    The catalogue is the province's: a post of the reform keeps it, and who administers the province's own
    People's Committee. Who administers a commune or a department does not. Heads read.
    """
    duties = tuple(duties)
    keeps = any(duty.function == "reform" for duty in duties) or _administers_province(duties, on)
    return Stewardship(keeps=keeps, reads=keeps or any(duty.role == "head" for duty in duties))


def _administers_province(duties: tuple[Duty, ...], on: date) -> bool:
    administered = {duty.agency_id for duty in duties if duty.role == "administer"}
    # Asked for only where it can matter: nearly nobody administers anything.
    return bool(administered) and any(row.id in administered for row in agencies(on=on, kind=_PROVINCE))


def stewards(*, on: date) -> list[Holder]:
    """Return everybody who keeps the catalogue on a day, each in a post that lets them."""
    provinces = [row.id for row in agencies(on=on, kind=_PROVINCE)]
    return holders_anywhere("reform", role="administer", over=provinces, on=on)


_KEEPERS = frozenset({"receive", "head", "administer"})


@dataclass(frozen=True)
class Boards:
    """The agencies whose notice boards a person keeps, and whether they oversee those of the whole province."""

    own: frozenset[UUID]
    everywhere: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to see at all."""
        return bool(self.own) or self.everywhere

    def may_see(self, agency_id: UUID) -> bool:
        """Tell whether the register of an agency may be read, and its boards be checked."""
        return self.everywhere or agency_id in self.own

    def may_keep(self, agency_id: UUID) -> bool:
        """Tell whether something may be put up or taken down at an agency."""
        return agency_id in self.own


def boards_for(duties: Iterable[Duty]) -> Boards:
    """Return the boards within the reach of someone with these duties.

    Who receives, heads or administers at an agency keeps its boards; a post of the reform oversees all.
    """
    duties = tuple(duties)
    return Boards(
        own=frozenset(duty.agency_id for duty in duties if duty.role in _KEEPERS),
        everywhere=any(duty.function == "reform" for duty in duties),
    )
