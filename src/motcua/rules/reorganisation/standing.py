"""The organisation as a plan finds it: what its check needs to know of the day before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class AgencyState:
    """An agency on the eve; `holds` says whether it has open dossiers or competences by an act."""

    key: str
    kind: str
    level: str
    parent: str = ""
    territory: str = ""
    code: str = ""
    living: bool = True
    holds: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class PostState:
    """A living post on the eve, and who holds it ("": nobody)."""

    agency: str
    key: str
    function: str
    holder: str = ""

    @property
    def name(self) -> str:
        """The post as a plan names it."""
        return f"{self.agency}/{self.key}"


@dataclass(frozen=True, slots=True)
class TerritoryState:
    """A territory that has or had a code."""

    code: str
    parent: str = ""
    living: bool = True


@dataclass(frozen=True)
class Standing:
    """Everything that there is on the eve of a reorganisation, and the words that are allowed.

    `codes` says which agency has or had a code. `procedures` and `people` are those of the ones that a plan names
    which are there. `moved_that_day` are the agencies that another reorganisation of the same day leads from or to.
    """

    today: date
    agencies: Mapping[str, AgencyState]
    posts: Mapping[str, PostState] = field(default_factory=dict)
    territories: Mapping[str, TerritoryState] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    procedures: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    moved_that_day: frozenset[str] = frozenset()
