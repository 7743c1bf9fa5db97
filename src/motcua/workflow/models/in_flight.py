"""What happens to whatever runs under the version before when a new version of a process is published."""

from django.db import models

from motcua.kit.ids import uuid7
from motcua.workflow.models.versions import ProcessVersion


class InFlight(models.Model):
    """How far a version's policy for what is in flight has been carried out; one for each version that has one."""

    class State(models.TextChoices):
        RUNNING = "running", "Đang chuyển"
        DONE = "done", "Đã chuyển xong"
        UNDOING = "undoing", "Đang hoàn lại"
        UNDONE = "undone", "Đã hoàn lại"

    version = models.OneToOneField(
        ProcessVersion, primary_key=True, on_delete=models.PROTECT, related_name="run"
    )
    # The version before: only what runs under it is concerned.
    source = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    policy = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undo_asked_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    # The last subject that was looked at, in the order of their ids.
    reached = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class InFlightMove(models.Model):
    """What became of one subject: moved, or kept under the old version and why; later perhaps put back, or not any more.

    `before` and `after` are its tokens then, each with place, agency, and the times at which it came and runs out.
    """

    class State(models.TextChoices):
        MOVED = "moved", "Đã chuyển"
        KEPT = "kept", "Ở lại phiên bản cũ"
        PUT_BACK = "put_back", "Đã hoàn lại"
        GONE_ON = "gone_on", "Đã đi tiếp"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    at = models.DateTimeField()
    put_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "subject_id"], name="in_flight_move_once")]
        indexes = [
            models.Index(fields=["version", "state", "id"], name="in_flight_move_state"),
            models.Index(fields=["subject_id", "at"], name="in_flight_move_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.state}"
