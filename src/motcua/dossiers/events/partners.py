"""What happens between a dossier and its parts at partners."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from motcua.dossiers.events.base import DossierEvent
from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class PartnerAsked(DossierEvent):
    """The part of a partner was opened: its number is given, its clock runs; `outside` is reached by a message."""

    kind: ClassVar[str] = "dossier.partner_asked"
    whole: UUID
    call: str
    number: str
    version: UUID
    promised_at: str | None
    outside: bool


@dataclass(frozen=True)
class PartnerAnswered(DossierEvent):
    """A partner has done its part; the answer goes back to the dossier that it belongs to."""

    kind: ClassVar[str] = "dossier.partner_answered"
    whole: UUID | None
    call: str
    outcome: str


@dataclass(frozen=True)
class PartPaused(DossierEvent):
    """A partner lacks something: the whole asks the applicant for it, and the part waits with the whole."""

    kind: ClassVar[str] = "dossier.part_paused"
    whole: UUID
    ground: str


@dataclass(frozen=True)
class PartResumed(DossierEvent):
    """The applicant completed the whole, and the part goes on."""

    kind: ClassVar[str] = "dossier.part_resumed"
    whole: UUID
    due_at: str | None


@dataclass(frozen=True)
class PartnerAnswerTaken(DossierEvent):
    """A dossier went on by the answer of a partner; `late` tells whether it came after its limit."""

    kind: ClassVar[str] = "dossier.partner_answer_taken"
    part: UUID
    call: str
    outcome: str
    late: bool


@dataclass(frozen=True)
class PartnerMessageSent(DossierEvent):
    """A message about its part was carried to a partner outside the system."""

    kind: ClassVar[str] = "dossier.partner_message_sent"
    message: UUID
    purpose: str


@dataclass(frozen=True)
class PartnerReplied(DossierEvent):
    """A partner outside the system wrote about its part; what it wrote stands in the reply, never here."""

    kind: ClassVar[str] = "dossier.partner_replied"
    reply: UUID
    said: str
    sequence: int
    standing: str


@dataclass(frozen=True)
class PartnerKeyMade(JournalEvent):
    """An agency outside the system got a key to the interface for partners; `ended` earlier ones end with it."""

    kind: ClassVar[str] = "agency.partner_key_made"
    subject_kind: ClassVar[str] = "agency"
    mark: str
    ended: int
