"""Which procedures an agency solves on a day: the rule of competence turned round, for all procedures at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Generic

from motcua.rules.competence.agencies import means
from motcua.rules.competence.standing import Standing
from motcua.rules.competence.values import K, Statement, Work
from motcua.rules.succession import Procedure

Procedures = frozenset[Procedure]


class Solving(Generic[K]):
    """The procedures in force on a day with what the catalogue says of them, by whom that means."""

    def __init__(
        self, standing: Standing[K], said: Mapping[Procedure, Sequence[Statement[K]]], *, on: date
    ) -> None:
        self._standing, self._said, self._on = standing, said, on
        # Where no act said anything, all agencies alike have the same: kept together, by what is said.
        self._plain: dict[Statement[K], set[Procedure]] = defaultdict(set)
        self._by_act: list[Procedure] = []
        for procedure, rows in said.items():
            if not standing.is_plain(procedure):
                self._by_act.append(procedure)
                continue
            for row in rows:
                # The day of effect tells whom a name means, not who is meant.
                self._plain[Statement(row.agency, row.level, row.kind, row.spelt)].add(procedure)

    def of(self, agency: K) -> Procedures:
        """Return the procedures that an agency decides for at least one place."""
        work = self._standing.agencies.on(agency, self._on)
        if work is None:
            return frozenset()
        if not self._standing.is_settled(agency, on=self._on):
            return frozenset(procedure for procedure in self._said if self._solves(agency, procedure))
        found = set(self.alike(work))
        asked = (set(self._by_act) | self._inherited(agency, work)) - found
        found.update(procedure for procedure in asked if self._solves(agency, procedure))
        return frozenset(found)

    def alike(self, work: Work[K]) -> Procedures:
        """Return what an agency like this would decide as the catalogue says, of which no act says anything."""
        found: set[Procedure] = set()
        for statement, procedures in self._plain.items():
            if means(statement, work):
                found |= procedures
        return frozenset(found)

    def _inherited(self, agency: K, work: Work[K]) -> set[Procedure]:
        """Return the procedures that those before an agency may have left to it."""
        line = self._standing.followed(agency) - {agency}
        works = [one for before in line for one in self._standing.agencies.all_of(before)]
        found: set[Procedure] = set()
        for statement, procedures in self._plain.items() if works else ():
            if (statement.agency is not None or statement.spelt) and any(
                means(statement, one) for one in works
            ):
                found |= procedures
        return found

    def _solves(self, agency: K, procedure: Procedure) -> bool:
        return self._standing.solves(agency, procedure, self._said[procedure], on=self._on)
