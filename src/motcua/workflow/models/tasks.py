"""Tokens and tasks: where subjects stand, who has what to do, and until when."""

from django.db import models
from django.db.models import Q

from motcua.accounts.models import User
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency, Post
from motcua.workflow.models.versions import ProcessVersion


class Token(models.Model):
    """Where a subject stands in its process: a place that waits, an armed timer, or an arrival before a join.

    A subject has one row for each place of its marking; the row goes when the token goes on. `due_at` is when a
    timer runs out, by the agency's calendar.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    process = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="tokens", db_index=False
    )
    place = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "place"], name="token_place_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="token_due"),
            models.Index(fields=["process", "place"], name="token_process"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.subject_id}"


class Fact(models.Model):
    """A datum that a step set for a subject: what the conditions of its process ask."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=40)
    value = models.JSONField()
    set_at = models.DateTimeField()
    set_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "name"], name="fact_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_id}"


class Task(models.Model):
    """A step of a process for one subject at one agency; open until it is completed or called off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    process = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    step = models.CharField(max_length=80)
    function = models.CharField(max_length=16)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    holder = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    # It came to an agency in which no post follows the one that had it: its head decides who does it.
    unplaced = models.BooleanField(default=False, db_default=False)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "step"],
                condition=Q(completed_at__isnull=True),
                name="task_step_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["holder", "due_at", "id"],
                condition=Q(completed_at__isnull=True),
                name="task_of_holder",
            ),
            models.Index(
                fields=["agency", "function", "due_at", "id"],
                condition=Q(completed_at__isnull=True),
                name="task_of_agency",
            ),
            models.Index(fields=["subject_id", "opened_at"], name="task_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.subject_id}"
