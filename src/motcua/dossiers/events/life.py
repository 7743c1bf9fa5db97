"""What happens to a dossier from its draft to its returned result, and once more."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from motcua.dossiers.events.base import DossierEvent
from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class DraftStarted(DossierEvent):
    """A draft was begun."""

    kind: ClassVar[str] = "dossier.draft_started"
    procedure: str
    version: UUID


@dataclass(frozen=True)
class DossierFiled(DossierEvent):
    """A dossier was filed and got its number."""

    kind: ClassVar[str] = "dossier.filed"
    number: str
    door: str
    channel: str
    version: UUID
    receiving: UUID
    competent: UUID
    support: UUID | None
    acknowledge_by: str


@dataclass(frozen=True)
class DossierAccepted(DossierEvent):
    """A dossier was accepted: its version is pinned, its clock runs, its first task is open."""

    kind: ClassVar[str] = "dossier.accepted"
    version: UUID
    process: UUID
    promised_at: str | None
    slip: UUID


@dataclass(frozen=True)
class DossierRefused(DossierEvent):
    """A dossier was refused at the door."""

    kind: ClassVar[str] = "dossier.refused"
    reason: str
    slip: UUID


@dataclass(frozen=True)
class SupplementRequested(DossierEvent):
    """The applicant was asked, once and for all faults, to complete the dossier."""

    kind: ClassVar[str] = "dossier.supplement_requested"
    components: tuple[str, ...]
    ground: str
    slip: UUID


@dataclass(frozen=True)
class UnlistedPaperRefused(JournalEvent):
    """Somebody tried to get papers that the procedure does not list; it was refused.

    `attempts` are the rows that hold the papers' names as they were typed.
    """

    kind: ClassVar[str] = "dossier.unlisted_paper_refused"
    subject_kind: ClassVar[str] = "dossier"
    attempts: tuple[UUID, ...]
    occasion: str


@dataclass(frozen=True)
class VersionChanged(JournalEvent):
    """A later version of the procedure holds for new dossiers; what this one keeps and what it follows.

    `follows` gives for each field the day from which it holds, None for at once.
    """

    kind: ClassVar[str] = "dossier.version_changed"
    subject_kind: ClassVar[str] = "dossier"
    version: UUID
    number: int
    effective_from: date
    stays: tuple[str, ...]
    follows: dict[str, str | None]


@dataclass(frozen=True)
class DossierResubmitted(DossierEvent):
    """The applicant completed the dossier."""

    kind: ClassVar[str] = "dossier.resubmitted"
    components: tuple[str, ...]
    due_at: str | None


@dataclass(frozen=True)
class ResultSigned(DossierEvent):
    """A dossier was decided while other steps or partners still have work to do."""

    kind: ClassVar[str] = "dossier.result_signed"
    outcome: str
    result: UUID
    step: str


@dataclass(frozen=True)
class DossierDecided(DossierEvent):
    """The result was decided and is ready at the desk."""

    kind: ClassVar[str] = "dossier.decided"
    outcome: str
    result: UUID
    due_at: str | None
    reason: str


@dataclass(frozen=True)
class ResultReturned(DossierEvent):
    """The result was handed over."""

    kind: ClassVar[str] = "dossier.result_returned"
    to: str


@dataclass(frozen=True)
class DossierWithdrawn(DossierEvent):
    """The applicant withdrew."""

    kind: ClassVar[str] = "dossier.withdrawn"
    reason: str


@dataclass(frozen=True)
class DossierStopped(DossierEvent):
    """The agency stopped by a reasoned notice."""

    kind: ClassVar[str] = "dossier.stopped"
    reason: str
    legal_basis: str
    slip: UUID


@dataclass(frozen=True)
class DoorOpened(JournalEvent):
    """A door was opened for a period."""

    kind: ClassVar[str] = "door.opened"
    subject_kind: ClassVar[str] = "door"
    door: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


@dataclass(frozen=True)
class DossierReopened(JournalEvent):
    """By a decision the matter of a dossier is dealt with anew; the first one stays as it is, and so does its result."""

    kind: ClassVar[str] = "dossier.reopened"
    subject_kind: ClassVar[str] = "dossier"
    anew: UUID
    number: str
    decision_number: str
    decided_on: date
    reason: str
    promised_at: str | None


@dataclass(frozen=True)
class DossierBegunAnew(DossierEvent):
    """A dossier was opened by the decision that reopened another one: its clock runs, its first task is open."""

    kind: ClassVar[str] = "dossier.begun_anew"
    reopens: UUID
    decision_number: str
    process: UUID
    promised_at: str | None
