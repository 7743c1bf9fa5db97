"""The dossier and what belongs to it."""

from motcua.dossiers.models.deadlines import (
    Apology,
    ClockRow,
    DeadlineWarning,
    DueMove,
    LateNote,
    Recomputation,
)
from motcua.dossiers.models.dossier import (
    IN_FLIGHT,
    Door,
    Dossier,
    Look,
    NumberSequence,
    Paper,
    Party,
    Result,
    SupplementRequest,
    UnlistedPaperAttempt,
    VersionChange,
)

__all__ = [
    "IN_FLIGHT",
    "Apology",
    "ClockRow",
    "DeadlineWarning",
    "Door",
    "Dossier",
    "DueMove",
    "LateNote",
    "Look",
    "NumberSequence",
    "Paper",
    "Party",
    "Recomputation",
    "Result",
    "SupplementRequest",
    "UnlistedPaperAttempt",
    "VersionChange",
]
