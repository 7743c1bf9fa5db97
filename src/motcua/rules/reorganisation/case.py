"""A plan with what it meets and what it leads to, as its checks ask it."""

from dataclasses import dataclass
from functools import cached_property

from motcua.rules.reorganisation.outcome import Outcome
from motcua.rules.reorganisation.plan import Establish, Plan, TerritoryChange
from motcua.rules.reorganisation.standing import Standing


@dataclass(frozen=True)
class Case:
    """A plan with what it meets and what it leads to."""

    plan: Plan
    standing: Standing
    outcome: Outcome

    @cached_property
    def new(self) -> dict[str, Establish]:
        """The agencies that begin by the plan."""
        return {one.key: one for one in self.plan.operations if isinstance(one, Establish)}

    @cached_property
    def new_territories(self) -> frozenset[str]:
        """The territories that begin by the plan."""
        return frozenset(one.code for one in self.plan.operations if isinstance(one, TerritoryChange))
