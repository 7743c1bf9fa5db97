"""Deadlines of dossiers: the ledger, letters of apology, what a changed calendar moves, warnings."""

from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossier import Dossier, choices
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency
from motcua.rules.clock import EntryKind, ResumePolicy
from motcua.rules.lateness import Cause
from motcua.workflow.models import Task


class ClockRow(models.Model):
    """One entry of a dossier's clock, written once: from these the due time is derived at any moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="clock", db_index=False)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=choices(EntryKind))
    at = models.DateTimeField()
    limit = models.JSONField(null=True)
    policy = models.CharField(max_length=8, choices=choices(ResumePolicy), blank=True)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)
    legal_basis = models.CharField(max_length=240, blank=True)
    by = models.UUIDField(null=True)
    # On which ground it stands still; pauses on different grounds may overlap.
    ground = models.CharField(max_length=24, blank=True)
    # The number of the newest notice of any calendar: it pins the calendar that this entry was reckoned by.
    calendar = models.PositiveIntegerField(default=0)
    # What held after this entry, for the figures of any past day; the truth is the entries.
    due_after = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "place"], name="clock_place_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Apology(models.Model):
    """A letter of apology that names a new date (form 04): drafted, approved by another person, sent.

    One that `extends` moves the due time at its approval, before that time. One for a dossier that is late
    already moves nothing: it only tells the applicant when to come.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        APPROVED = "approved", "Đã duyệt"
        SENT = "sent", "Đã gửi"
        REJECTED = "rejected", "Không duyệt"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="apologies")
    extends = models.BooleanField()
    due_before = models.DateTimeField()
    until = models.DateTimeField()
    cause = models.CharField(max_length=24, choices=choices(Cause))
    reason = models.TextField()
    legal_basis = models.CharField(max_length=240, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.UUIDField(null=True)
    drafted_label = models.CharField(max_length=160)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_label = models.CharField(max_length=160, blank=True)
    # Why it was not approved.
    note = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField(null=True)
    slip_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(state="draft"), name="apology_one_draft"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "rejected"]) | Q(slip_id__isnull=False),
                name="apology_approved_has_slip",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.state}"


class LateNote(models.Model):
    """Why a dossier is late, as said by who holds it or its head; the newest one holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="late_notes")
    cause = models.CharField(max_length=24, choices=choices(Cause))
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.cause}"


class Recomputation(models.Model):
    """One run over open dossiers after a notice changed a calendar: how far it is, and what it found."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ chạy"
        RUNNING = "running", "Đang chạy"
        DONE = "done", "Đã xong"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The notice's number, which pins the calendars it reckons by, and its title for people.
    notice = models.PositiveIntegerField(unique=True)
    calendar_id = models.UUIDField()
    title = models.CharField(max_length=240)
    legal_basis = models.CharField(max_length=240, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # The last dossier that was looked at: where a run that was killed goes on.
    reached = models.UUIDField(null=True)
    unchanged = models.PositiveIntegerField(default=0)
    earlier = models.PositiveIntegerField(default=0)
    later = models.PositiveIntegerField(default=0)
    # Late already, or reckoned into the past: they keep their due time.
    kept = models.PositiveIntegerField(default=0)
    # Not to be derived: a person must look.
    unread = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.notice} {self.state}"


class DueMove(models.Model):
    """What a recomputation moves for one dossier: a better date at once, a worse one only when approved."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Chờ duyệt"
        APPLIED = "applied", "Đã áp dụng"
        REJECTED = "rejected", "Không duyệt"
        # The dossier was decided, paused, extended or went late before somebody approved.
        OVERTAKEN = "overtaken", "Không còn cần"
        # Not moved: late already, or the new time would lie in the past.
        KEPT = "kept", "Giữ nguyên"
        # The ledger could not be derived.
        UNREAD = "unread", "Cần người xem"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recomputation = models.ForeignKey(
        Recomputation, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="due_moves")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.DateTimeField()
    after = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recomputation", "dossier"], name="due_move_once")]
        indexes = [
            models.Index(fields=["recomputation", "state", "agency", "id"], name="due_move_list"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.state}"


class DeadlineWarning(models.Model):
    """That somebody was warned of a limit that comes near: once for each stage of each due time."""

    class Stage(models.TextChoices):
        SOON = "soon", "Còn một phần năm thời gian"
        DAY = "day", "Đến ngày hẹn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="warnings", db_index=False)
    # The step whose own limit comes near; empty for the dossier's.
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=8, choices=Stage.choices)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "task", "stage", "due_at"],
                name="deadline_warning_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.stage}"
