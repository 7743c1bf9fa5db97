"""The catalogue's tables, by aggregate."""

from motcua.catalogue.models.announcements import Announced, Announcement
from motcua.catalogue.models.imports import (
    HeldRecord,
    ImportRun,
    OfficialEntry,
    OfficialList,
    ProcedureDoubt,
    SourceRecord,
    WithdrawalProposal,
)
from motcua.catalogue.models.posting import Posting, PostingCheck
from motcua.catalogue.models.procedures import CatalogueRevision, Procedure, ProcedureVersion

__all__ = [
    "Announced",
    "Announcement",
    "CatalogueRevision",
    "HeldRecord",
    "ImportRun",
    "OfficialEntry",
    "OfficialList",
    "Posting",
    "PostingCheck",
    "Procedure",
    "ProcedureDoubt",
    "ProcedureVersion",
    "SourceRecord",
    "WithdrawalProposal",
]
