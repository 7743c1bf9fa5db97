"""What happens to the work on a dossier: steps, people, comments, opinions."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from motcua.dossiers.events.base import DossierEvent
from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class TaskHandedOver(DossierEvent):
    """The dossier went to another step."""

    kind: ClassVar[str] = "dossier.handed_over"
    from_step: str
    to_step: str
    holder: str
    note: str


@dataclass(frozen=True)
class TimerRanOut(DossierEvent):
    """A timer of the process ran out and its way was taken."""

    kind: ClassVar[str] = "dossier.timer_ran_out"
    timer: str
    to_step: str


@dataclass(frozen=True)
class ProcessMoved(JournalEvent):
    """A dossier runs by another version of its process: moved there, begun anew, or put back (`undo`).

    `before` and `after` are the places at which it stood and stands.
    """

    kind: ClassVar[str] = "dossier.process_moved"
    subject_kind: ClassVar[str] = "dossier"
    from_process: UUID
    to_process: UUID
    policy: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class TaskGivenBack(JournalEvent):
    """A task went back from who held it to the common queue, with a reason."""

    kind: ClassVar[str] = "dossier.task_given_back"
    subject_kind: ClassVar[str] = "dossier"
    task: UUID
    step: str
    holder: UUID | None
    reason: str


@dataclass(frozen=True)
class TaskAssigned(JournalEvent):
    """A task was given to a person, from another one or from the common queue."""

    kind: ClassVar[str] = "dossier.task_assigned"
    subject_kind: ClassVar[str] = "dossier"
    task: UUID
    step: str
    from_holder: UUID | None
    holder: UUID
    note: str


@dataclass(frozen=True)
class CommentMade(JournalEvent):
    """The staff said something inside a dossier; what stands in the comment alone."""

    kind: ClassVar[str] = "dossier.comment_made"
    subject_kind: ClassVar[str] = "dossier"
    comment: UUID


@dataclass(frozen=True)
class OpinionAsked(JournalEvent):
    """Another agency was asked for its opinion, to be given by a due time; the dossier's clock goes on."""

    kind: ClassVar[str] = "dossier.opinion_asked"
    subject_kind: ClassVar[str] = "dossier"
    opinion: UUID
    agency: UUID
    due_at: str


@dataclass(frozen=True)
class OpinionGiven(JournalEvent):
    """An agency that was asked gave its opinion, late or not."""

    kind: ClassVar[str] = "dossier.opinion_given"
    subject_kind: ClassVar[str] = "dossier"
    opinion: UUID
    agency: UUID
    late: bool


@dataclass(frozen=True)
class OpinionCalledOff(JournalEvent):
    """An opinion is not asked for any more, with a reason."""

    kind: ClassVar[str] = "dossier.opinion_called_off"
    subject_kind: ClassVar[str] = "dossier"
    opinion: UUID
    agency: UUID
    reason: str


@dataclass(frozen=True)
class OpinionOverdue(JournalEvent):
    """An agency that was asked has let the due time of its opinion come without an answer."""

    kind: ClassVar[str] = "dossier.opinion_overdue"
    subject_kind: ClassVar[str] = "dossier"
    opinion: UUID
    agency: UUID
    due_at: str
