"""Who may see and keep the notice boards of which agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from motcua.organisation.queries import Duty

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
