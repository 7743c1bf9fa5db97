"""What is asked and answered of competences: acts, statements of the catalogue, agencies in their periods."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Generic, TypeVar

from motcua.rules.succession import Procedure

K = TypeVar("K", bound=Hashable)

# Kinds of agencies that decide on dossiers; a one-stop centre only receives.
DECIDING: Final = frozenset({"commune", "department", "province", "public_service_unit", "sub_department"})


class Duty(StrEnum):
    """What an act may give."""

    RECEIVE = "receive"
    DECIDE = "decide"


class Source(StrEnum):
    """Where an answer comes from."""

    ACT = "act"
    NAMED = "named"
    SPELT = "spelt"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Work(Generic[K]):
    """What an agency is and where it works in a half-open period; `place` is empty where that is unknown.

    `spelt` is its folded name.
    """

    agency: K
    since: date
    until: date
    kind: str
    level: str
    place: str
    spelt: str = ""


@dataclass(frozen=True, slots=True)
class Act(Generic[K]):
    """That an act gives a procedure to an agency in a half-open period; without a place wherever it works."""

    agency: K
    duty: str
    procedure: Procedure
    place: str
    since: date
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Statement(Generic[K]):
    """One thing that a version says of who decides: an agency, a level, a kind of agency, or a folded name.

    `since` is the version's day of effect; only a named agency asks for it.
    """

    agency: K | None = None
    level: str = ""
    kind: str = ""
    spelt: str = ""
    since: date | None = None

    @property
    def source(self) -> Source:
        """What an answer by this statement names as its source."""
        if self.agency is not None:
            return Source.NAMED
        return Source.LEVEL if self.level else Source.SPELT


@dataclass(frozen=True, slots=True)
class Competent(Generic[K]):
    """Who is competent, and why: the source, the place for which it was found, from whom it was followed."""

    agency: K
    source: Source
    place: str = ""
    followed_from: K | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Undecided(Generic[K]):
    """No single agency is competent; `code` is `nobody` or `several`, and `found` names those several."""

    code: str
    found: tuple[Competent[K], ...] = ()


Answer = Competent[K] | Undecided[K]


@dataclass(frozen=True, slots=True)
class Where:
    """A place on a day: the territories that it lies in, and all the chains by which it was ever named."""

    chain: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def answer_of(found: Iterable[Competent[K]]) -> Answer[K]:
    """Return the answer that these make: one agency, or a refusal."""
    by_agency: dict[K, Competent[K]] = {}
    for row in found:
        by_agency.setdefault(row.agency, row)
    rows = tuple(by_agency.values())
    if len(rows) == 1:
        return rows[0]
    return Undecided("several", rows) if rows else Undecided("nobody")
