"""What is said and asked beside a dossier: comments of the staff, opinions of other agencies, reopenings."""

from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossier import Dossier, choices
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency


class Comment(models.Model):
    """A remark of the staff inside a dossier: never shown to the applicant, and never changed.

    The text stands here and in no event, because people write names of people into it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="comments", db_index=False)
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=160)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dossier", "at"], name="comment_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"


class Opinion(models.Model):
    """Another agency is asked for its opinion with a limit; the dossier's own clock goes on.

    Question and answer stand here and in no event. `due_at` is reckoned by the asked agency's calendar.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Đang hỏi"
        ANSWERED = "answered", "Đã trả lời"
        CALLED_OFF = "called_off", "Đã thôi hỏi"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="opinions", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    asking_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=choices(State), default=State.ASKED)
    question = models.TextField()
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_label = models.CharField(max_length=160)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_label = models.CharField(max_length=160, blank=True)
    answer = models.TextField(blank=True)
    file_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "agency"], condition=Q(state="asked"), name="opinion_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(ended_at__isnull=False), name="opinion_ended_when_over"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "asked_at"], name="opinion_dossier"),
            models.Index(
                fields=["agency", "due_at", "id"], condition=Q(state="asked"), name="opinion_to_answer"
            ),
            models.Index(
                fields=["asking_agency", "due_at", "id"], condition=Q(state="asked"), name="opinion_awaited"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="asked", reminded_at__isnull=True),
                name="opinion_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.agency_id}"


class Reopening(models.Model):
    """By a decision the matter of a dossier is dealt with anew, in a dossier of its own.

    The first one stays as it was decided, with its result and in the figures of its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="reopened_by")
    anew = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="reopens")
    decision_number = models.CharField(max_length=80)
    decided_on = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=160)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.decision_number}"
