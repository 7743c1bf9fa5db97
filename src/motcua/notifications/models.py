"""Messages that leave the house."""

from django.db import models

from motcua.kit.ids import uuid7


class Message(models.Model):
    """One message to one person: what it says is fixed when it is queued, and it is sent once."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        SENT = "sent", "Đã gửi"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The event it answers and the purpose: a retried reaction finds the message there already.
    cause = models.UUIDField()
    purpose = models.CharField(max_length=48)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=160)
    title = models.CharField(max_length=240)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    # A message that failed waits longer each time, so that it never stands before the others.
    try_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "purpose", "channel", "recipient"], name="message_once")
        ]
        indexes = [
            models.Index(fields=["try_after"], condition=models.Q(state="waiting"), name="message_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"
