"""The plan and its operations, as they are said in a file or on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a plan cannot be: a code with the line it stands on (0: the whole), and facts for its sentence."""

    line: int
    code: str
    facts: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def at(cls, line: int, code: str, /, **facts: Any) -> "Fault":
        """Return a fault with these facts."""
        return cls(line, code, tuple(sorted(facts.items())))


class PlanRefused(Exception):
    """A plan is refused whole; `faults` are all of them, in the order of their lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.line}: {fault.code}" for fault in faults[:20]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Desk:
    """The one-stop desk that an agency begins with."""

    name_vi: str
    name_en: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Establish:
    """A new agency."""

    line: int
    key: str
    name_vi: str
    kind: str
    level: str
    name_en: str = ""
    short_vi: str = ""
    parent: str = ""
    territory: str = ""
    code_qd20: str = ""
    code_qcvn102: str = ""
    number_template: str = ""
    outside: bool = False
    desk: Desk | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for an agency that goes on."""

    line: int
    agency: str
    name_vi: str
    name_en: str = ""
    short_vi: str = ""


@dataclass(frozen=True, slots=True)
class Recode:
    """Other codes, or another territory, for an agency that goes on; an empty one stays as it is."""

    line: int
    agency: str
    territory: str = ""
    code_qd20: str = ""
    code_qcvn102: str = ""
    number_template: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Another parent for an agency that goes on."""

    line: int
    agency: str
    parent: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Agencies that become one; `into` may be one of them."""

    line: int
    sources: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True)
class Part:
    """What of a divided agency goes to another one: these territories, or these procedures."""

    to: str
    territories: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """An agency is divided; `rest` has what no part names, and may be the agency itself."""

    line: int
    agency: str
    parts: tuple[Part, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A competence goes from one living agency to another, everywhere or at these territories."""

    line: int
    procedures: tuple[str, ...]
    source: str
    to: str
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dissolve:
    """An agency ends; `successor` answers for what it held."""

    line: int
    agency: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class PostChange:
    """A post of an agency, new or there already, and the posts ("agency/post") whose work goes to it.

    `holder` None: who held the first source that had somebody; empty: nobody.
    """

    line: int
    agency: str
    key: str
    function: str = ""
    title_vi: str = ""
    title_en: str = ""
    roles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    holder: str | None = None

    @property
    def name(self) -> str:
        """The post as other lines name it."""
        return f"{self.agency}/{self.key}"


@dataclass(frozen=True, slots=True)
class TerritorySource:
    """A territory that became part of another, whole or partly."""

    code: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class TerritoryChange:
    """A new territory, and what became part of it."""

    line: int
    code: str
    name: str
    kind: str
    name_en: str = ""
    parent: str = ""
    sources: tuple[TerritorySource, ...] = ()


Operation = (
    Establish | Rename | Recode | Move | Merge | Split | Transfer | Dissolve | PostChange | TerritoryChange
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A reorganisation as a whole: what, by which act, from which day on."""

    title: str
    act: str
    effective: date
    operations: tuple[Operation, ...]
