"""Agencies outside the system: their keys, the messages to them, and what they reply."""

from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossier import Dossier
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency


class PartnerKey(models.Model):
    """A key of an agency outside the system; of its secret only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # The part of the key that is no secret: by it the row is found, so that hashes are only compared.
    mark = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    # By this messages to the agency are signed. It opens nothing: the key does not follow from it.
    signing_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.mark


class PartnerMessage(models.Model):
    """A message to an agency outside the system: what it says is fixed when it is queued, and it is sent once."""

    class Purpose(models.TextChoices):
        ASKED = "asked", "Đề nghị giải quyết"
        PAPERS_CHANGED = "papers_changed", "Giấy tờ đã bổ sung"
        CALLED_OFF = "called_off", "Thôi đề nghị"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        SENT = "sent", "Đã gửi"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    part = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="partner_messages", db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The event that it tells of: a retried reaction finds the message there already.
    cause = models.UUIDField()
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    content = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    # One that failed waits longer each time, so that it never stands before the others.
    try_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "cause"], name="partner_message_once")]
        indexes = [
            models.Index(fields=["try_after"], condition=Q(state="waiting"), name="partner_message_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class PartnerReply(models.Model):
    """What an agency outside the system wrote about its part, and what came of it; written once."""

    class Said(models.TextChoices):
        ACCEPTED = "accepted", "Đã nhận việc"
        WORKING = "working", "Đang giải quyết"
        SUPPLEMENT_NEEDED = "supplement_needed", "Cần bổ sung giấy tờ"
        GRANTED = "granted", "Đồng ý giải quyết"
        REFUSED = "refused", "Không đồng ý giải quyết"

    class Standing(models.TextChoices):
        TAKEN = "taken", "Đã ghi nhận"
        OVERTAKEN = "overtaken", "Đến sau thư mới hơn"
        # For a part that has ended: kept to be seen, and nothing moved.
        REFUSED = "refused", "Không ghi nhận"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    part = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="partner_replies", db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    message_id = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    said = models.CharField(max_length=24, choices=Said.choices)
    note = models.TextField(blank=True)
    result_number = models.CharField(max_length=80, blank=True)
    result_title = models.CharField(max_length=240, blank=True)
    # Of all that was sent with the file: the same message again is the same to the byte.
    digest = models.BinaryField(max_length=32)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    # Why it was not taken.
    code = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "message_id"], name="partner_reply_once"),
            models.CheckConstraint(
                condition=~Q(standing="refused") | ~Q(code=""), name="partner_reply_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said} {self.standing}"
