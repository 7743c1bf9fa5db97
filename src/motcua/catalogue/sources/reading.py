"""What reading one record of a foreign catalogue gives: content, doubts, what holds it back, and coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

# A report shows so much of a source; what is compared is the whole.
MOST_SOURCE = 500


class Reason(StrEnum):
    """Why a value is doubted or a record held back; stable words, because the report is read by programs."""

    UNKNOWN_UNIT = "unknown unit"
    UNREADABLE_LIMIT = "unreadable limit"
    NO_LIMIT_STATED = "no limit stated"
    SEVERAL_LIMITS = "several limits"
    CONTRADICTS_STEPS = "contradicts its own steps"
    GLUED_NUMBER = "number glued to the fee"
    THOUSANDS_DROPPED = "thousands dropped"
    OTHER_CURRENCY = "other currency"
    FREE_BESIDE_AMOUNT = "free beside an amount"
    UNREADABLE_FEE = "unreadable fee"
    UNNAMED_REFERENCE = "fee by reference not named"
    UNKNOWN_CHANNEL = "unknown channel"
    SEVERAL_ROWS = "several rows for one channel"
    MISSING_QUANTITY = "missing quantity"
    UNREADABLE_PAPER = "unreadable paper"
    UNCLEAR_CASE = "unclear case"
    UNKNOWN_LEGAL_NUMBER = "unknown legal number"
    UNKNOWN_RESULT_CODE = "unknown result code"
    UNKNOWN_LEVEL = "unknown level"
    UNKNOWN_AUDIENCE = "unknown audience"
    NOT_NFC = "not NFC"
    INVISIBLE_CHARACTERS = "invisible characters"
    FOOTER_REMOVED = "footer removed"
    UNCUT_CELLS = "cells could not be cut"
    OTHER_PROCEDURE = "another procedure's content"
    OTHER_NAME = "name differs from the list"
    NOT_LISTED = "not in the list"
    DIFFERS_FROM_KEPT = "differs from the version kept by hand"
    TWO_RECORDS = "two records with one code"
    MISSING_FIELD = "missing field"
    NOT_PUBLIC = "not public"
    # Not a fault of the source: no person has confirmed the limits yet, or a person set a value unasked.
    UNCONFIRMED = "unconfirmed limit"
    SET_BY_HAND = "set by hand"


@dataclass(frozen=True)
class Doubt:
    """A value that a person must look at.

    `field` is a stable path such as `channel.online.limit`; `parsed` says in short words what was made of
    `source`, empty where nothing was; `reason` is a `Reason`.
    """

    field: str
    source: str
    parsed: str
    reason: str


@dataclass(frozen=True)
class Held:
    """What keeps a record from being published."""

    field: str
    reason: str


@dataclass
class Cells:
    """How many cells of one kind there were, were read, and were not read but named in a doubt."""

    total: int = 0
    structured: int = 0
    doubted: int = 0

    @property
    def rest(self) -> int:
        """How many were neither read nor named."""
        return self.total - self.structured - self.doubted

    def add(self, other: Cells) -> None:
        """Count the cells of another record too."""
        self.total += other.total
        self.structured += other.structured
        self.doubted += other.doubted


@dataclass
class Reading:
    """One record as read: `content` in the project's format but for `effective_from`, unless it is held.

    `coverage` counts cells by kind: channels, fees, components.
    """

    code: str
    name: str
    content: dict[str, object]
    doubts: list[Doubt] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    coverage: dict[str, Cells] = field(default_factory=dict)
    decided_on: date | None = None
