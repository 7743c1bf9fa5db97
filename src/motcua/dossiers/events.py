"""What happens to a dossier."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class DossierEvent(JournalEvent):
    """An event of a dossier, with the state before and after."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "dossier"
    from_state: str
    to_state: str


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
class TaskHandedOver(DossierEvent):
    """The dossier went to another step."""

    kind: ClassVar[str] = "dossier.handed_over"
    from_step: str
    to_step: str
    holder: str
    note: str


@dataclass(frozen=True)
class ResultSigned(DossierEvent):
    """A dossier was decided while other steps or partners still have work to do."""

    kind: ClassVar[str] = "dossier.result_signed"
    outcome: str
    result: UUID
    step: str


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
class TimerRanOut(DossierEvent):
    """A timer of the process ran out and its way was taken."""

    kind: ClassVar[str] = "dossier.timer_ran_out"
    timer: str
    to_step: str


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


@dataclass(frozen=True)
class ApologyDrafted(JournalEvent):
    """A letter of apology that names a new date was drafted and waits for approval; nothing moved yet."""

    kind: ClassVar[str] = "dossier.apology_drafted"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    extends: bool
    due_before: str
    until: str
    cause: str
    reason: str


@dataclass(frozen=True)
class ApologyRejected(JournalEvent):
    """A draft of a letter of apology was not approved, or another took its place."""

    kind: ClassVar[str] = "dossier.apology_rejected"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    note: str


@dataclass(frozen=True)
class DeadlineExtended(DossierEvent):
    """The due time was extended before it was reached, by an approved letter of apology."""

    kind: ClassVar[str] = "dossier.deadline_extended"
    # 2: with the letter; before, an extension had none of its own.
    schema: ClassVar[int] = 2
    apology: UUID
    due_before: str
    due_after: str
    cause: str
    reason: str
    slip: UUID


@dataclass(frozen=True)
class ApologyApproved(JournalEvent):
    """A letter of apology for a dossier that is late was approved: it says when to come, and moves nothing."""

    kind: ClassVar[str] = "dossier.apology_approved"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    due_at: str
    until: str
    cause: str
    reason: str
    slip: UUID


@dataclass(frozen=True)
class ApologySent(JournalEvent):
    """The message with an approved letter of apology was queued to the applicant."""

    kind: ClassVar[str] = "dossier.apology_sent"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID


@dataclass(frozen=True)
class LateCauseNoted(JournalEvent):
    """Somebody said why a dossier is late; what they wrote beside stands in the row alone."""

    kind: ClassVar[str] = "dossier.late_cause_noted"
    subject_kind: ClassVar[str] = "dossier"
    late_note: UUID
    cause: str


@dataclass(frozen=True)
class DeadlineWarned(JournalEvent):
    """A limit comes near: of the dossier, or (with `task`) of a step that has one of its own."""

    kind: ClassVar[str] = "dossier.deadline_warned"
    subject_kind: ClassVar[str] = "dossier"
    task: UUID | None
    stage: str
    due_at: str


@dataclass(frozen=True)
class DueMoved(JournalEvent):
    """A notice changed the calendar, and with it the due time: to a better one, or to a worse one that was approved."""

    kind: ClassVar[str] = "dossier.due_moved"
    subject_kind: ClassVar[str] = "dossier"
    due_before: str
    due_after: str
    notice: int
    title: str
    reason: str
    legal_basis: str


@dataclass(frozen=True)
class RecomputationOpened(JournalEvent):
    """A notice changed a calendar: the open dossiers that it touches are to be looked at."""

    kind: ClassVar[str] = "recomputation.opened"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    dossiers: int


@dataclass(frozen=True)
class RecomputationFinished(JournalEvent):
    """All open dossiers that a notice touches were looked at."""

    kind: ClassVar[str] = "recomputation.finished"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    unchanged: int
    earlier: int
    later: int
    kept: int
    unread: int


@dataclass(frozen=True)
class MovesApproved(JournalEvent):
    """Somebody approved the later due times that a recomputation proposes, for these agencies or (None) for all."""

    kind: ClassVar[str] = "recomputation.approved"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    agencies: tuple[UUID, ...] | None
    moves: int


@dataclass(frozen=True)
class MovesRejected(JournalEvent):
    """Somebody refused them: the promises stay as they are."""

    kind: ClassVar[str] = "recomputation.rejected"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    agencies: tuple[UUID, ...] | None
    moves: int


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
