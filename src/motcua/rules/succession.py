"""Who answers now for what an agency held: the act of a reorganisation names who follows for which place and which
procedure. See docs/rules/succession.md.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

K = TypeVar("K", bound=Hashable)
# By its key in the catalogue, or by its code while a plan is only a plan.
Procedure = UUID | str


@dataclass(frozen=True, slots=True)
class Link(Generic[K]):
    """From a day on `successor` answers for what `predecessor` held, for a place, a procedure, both, or all of it.

    An empty `place` and a `procedure` of None mean any. `fallback`: the default of a division by place.
    """

    predecessor: K
    successor: K
    on: date
    place: str = ""
    procedure: Procedure | None = None
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Heir(Generic[K]):
    """Who answers; `flagged` when the place was not known finely enough on the way, `steps` how many links led there."""

    agency: K
    flagged: bool = False
    steps: int = 0


class Lines(Generic[K]):
    """The links of all reorganisations, to be followed."""

    def __init__(self, links: Iterable[Link[K]]) -> None:
        # By predecessor, then by day; within a day by what the link is exact about.
        found: dict[K, dict[date, dict[tuple[str, Procedure | None], Link[K]]]] = defaultdict(dict)
        for link in links:
            found[link.predecessor].setdefault(link.on, {})[link.place, link.procedure] = link
        self._days = {agency: dict(sorted(days.items())) for agency, days in found.items()}

    def __contains__(self, agency: object) -> bool:
        """Whether anything ever passed from this agency to another."""
        return agency in self._days

    def heir(
        self,
        agency: K,
        *,
        on: date,
        since: date | None = None,
        places: Sequence[str] = (),
        procedure: Procedure | None = None,
    ) -> Heir[K]:
        """Return who answers on day `on` for something that `agency` held on day `since` (None: from the beginning).

        `places` is where it lies, the finest first; links of `since` itself were in force already.
        """
        flagged, steps, reached = False, 0, since
        while agency in self._days:
            link = self._next(agency, reached, on, places, procedure)
            if link is None:
                break
            agency, reached = link.successor, link.on
            flagged = flagged or link.fallback
            steps += 1
        return Heir(agency, flagged, steps)

    def _next(
        self, agency: K, after: date | None, on: date, places: Sequence[str], procedure: Procedure | None
    ) -> Link[K] | None:
        """Return the first link that leads from the agency to another one within the days."""
        for day, links in self._days[agency].items():
            if day > on:
                return None
            if after is not None and day <= after:
                continue
            link = _most_exact(links, places, procedure)
            if link is not None and link.successor != agency:
                return link
        return None


def _most_exact(
    links: dict[tuple[str, Procedure | None], Link[K]], places: Sequence[str], procedure: Procedure | None
) -> Link[K] | None:
    if procedure is not None:
        for place in (*places, ""):
            if found := links.get((place, procedure)):
                return found
    for place in (*places, ""):
        if found := links.get((place, None)):
            return found
    return None
