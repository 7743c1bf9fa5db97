"""The journal, its seals, and the outbox of reactions."""

from django.db import models

from motcua.kit.ids import uuid7


class Event(models.Model):
    """One recorded event: written once, never changed (a trigger and the database role both refuse)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=64)
    schema = models.PositiveSmallIntegerField(default=1)
    recorded_at = models.DateTimeField(db_index=True)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=160)
    agency_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    canonical = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject_id", "recorded_at"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class OutboxEntry(models.Model):
    """One reaction owed to one event; each try is visible here."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="outbox", db_index=False)
    reaction = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="outbox_once")]
        indexes = [
            models.Index(fields=["created_at"], name="outbox_waiting", condition=~models.Q(state="done"))
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.state}"


class Batch(models.Model):
    """A seal over events: the digest chains the batch before it, so a changed past shows."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    newest = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"batch {self.number}"


class BatchMember(models.Model):
    """Which batch an event was sealed in, and at which place."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="seal")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="members")
    place = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.place}"
