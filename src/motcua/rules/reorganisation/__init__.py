"""A reorganisation: a plan of operations that changes the organisation on a day, by an act (NQ 202/2025/QH15 is one).

See docs/rules/reorganisation.md.
"""

from motcua.rules.reorganisation.checking import check
from motcua.rules.reorganisation.outcome import Outcome, outcome_of
from motcua.rules.reorganisation.plan import (
    Desk,
    Dissolve,
    Establish,
    Fault,
    Merge,
    Move,
    Operation,
    Part,
    Plan,
    PlanRefused,
    PostChange,
    Recode,
    Rename,
    Split,
    TerritoryChange,
    TerritorySource,
    Transfer,
)
from motcua.rules.reorganisation.reading import operation_from, read_plan, written
from motcua.rules.reorganisation.standing import AgencyState, PostState, Standing, TerritoryState

__all__ = [
    "AgencyState",
    "Desk",
    "Dissolve",
    "Establish",
    "Fault",
    "Merge",
    "Move",
    "Operation",
    "Outcome",
    "Part",
    "Plan",
    "PlanRefused",
    "PostChange",
    "PostState",
    "Recode",
    "Rename",
    "Split",
    "Standing",
    "TerritoryChange",
    "TerritorySource",
    "TerritoryState",
    "Transfer",
    "check",
    "operation_from",
    "outcome_of",
    "read_plan",
    "written",
]
