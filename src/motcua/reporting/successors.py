"""Who answers on a later day for what agencies held, as the figures of a past period ask it."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from motcua.organisation.models import Succession
from motcua.organisation.queries import lines, places_above, territories_of
from motcua.rules.succession import Lines

_DAY = timedelta(days=1)


class Held(NamedTuple):
    """What an agency held at a stage: dossiers of a place (empty: where the agency stood) and a procedure."""

    agency: UUID
    stage: int
    place: str
    procedure: UUID


@dataclass(frozen=True)
class _Step:
    """That something passed from agency to agency, from which day, and when that was carried out (None: not yet)."""

    predecessor: UUID
    successor: UUID
    on: date
    applied_at: datetime | None


class Successors:
    """The lines from agency to agency up to a day, included.

    A stage is how many reorganisations had been carried out at a moment: `stages` says when each was.
    """

    def __init__(self, until: date) -> None:
        fields = ("predecessor_id", "successor_id", "effective_on", "reorganisation__applied_at")
        found = Succession.objects.filter(effective_on__lte=until).values_list(*fields).distinct()
        self._steps = [_Step(*row) for row in found]
        self.stages: list[datetime] = sorted({step.applied_at for step in self._steps if step.applied_at})

    def stage(self, at: datetime) -> int:
        """Return how many had been carried out at a moment, that moment included."""
        return bisect_right(self.stages, at)

    def followed(self, *, after: datetime, into: Iterable[UUID] | None) -> set[UUID]:
        """Return the agencies whose dossiers of moments later than `after` may count at others, those of `into`."""
        reach = None if into is None else self._leading_to(into)
        return {
            step.predecessor
            for step in self._pending(self.stage(after))
            if reach is None or step.predecessor in reach
        }

    def heirs(self, held: Iterable[Held]) -> list[tuple[Held, UUID]]:
        """Return who answers for each of these."""
        held = list(held)
        days = {stage: self._days(stage) for stage in {each.stage for each in held}}
        eves = {day: _Eve(day, self._steps, held) for day in set().union(*days.values())}
        followed = lines()
        return [(each, _heir(each, followed, [eves[day] for day in days[each.stage]])) for each in held]

    def _days(self, stage: int) -> list[date]:
        """Return the days of reorganisation from the first that had not been carried out at a stage."""
        first = min((step.on for step in self._pending(stage)), default=date.max)
        return sorted({step.on for step in self._steps if step.on >= first})

    def _pending(self, stage: int) -> list[_Step]:
        return [
            step for step in self._steps if step.applied_at is None or self.stage(step.applied_at) > stage
        ]

    def _leading_to(self, agencies: Iterable[UUID]) -> set[UUID]:
        reached = set(agencies)
        while more := {step.predecessor for step in self._steps if step.successor in reached} - reached:
            reached |= more
        return reached


class _Eve:
    """The day before a day of reorganisation: where agencies stood, and in what places lay."""

    def __init__(self, day: date, steps: Iterable[_Step], held: Iterable[Held]) -> None:
        self.day, self.eve = day, day - _DAY
        self._stood = territories_of({step.predecessor for step in steps}, on=self.eve)
        codes = {each.place for each in held}.union(self._stood.values())
        self._above = places_above(codes, on=self.eve)

    def places(self, held: Held, agency: UUID) -> tuple[str, ...]:
        """Return where this lies when an agency has it, the finest first."""
        return self._above.get(held.place or self._stood.get(agency, ""), ())


def _heir(held: Held, followed: Lines[UUID], eves: Iterable[_Eve]) -> UUID:
    """Follow the lines day by day, as the dossiers themselves pass."""
    agency = held.agency
    for eve in eves:
        if agency in followed:
            places = eve.places(held, agency)
            found = followed.heir(agency, on=eve.day, since=eve.eve, places=places, procedure=held.procedure)
            agency = found.agency
    return agency
