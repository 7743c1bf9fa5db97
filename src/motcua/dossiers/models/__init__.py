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
    OPEN,
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
from motcua.dossiers.models.handover import AgencyHandover
from motcua.dossiers.models.partners import PartnerKey, PartnerMessage, PartnerReply
from motcua.dossiers.models.work import Comment, Opinion, Reopening

__all__ = [
    "IN_FLIGHT",
    "OPEN",
    "AgencyHandover",
    "Apology",
    "ClockRow",
    "Comment",
    "DeadlineWarning",
    "Door",
    "Dossier",
    "DueMove",
    "LateNote",
    "Look",
    "NumberSequence",
    "Opinion",
    "Paper",
    "PartnerKey",
    "PartnerMessage",
    "PartnerReply",
    "Party",
    "Recomputation",
    "Reopening",
    "Result",
    "SupplementRequest",
    "UnlistedPaperAttempt",
    "VersionChange",
]
