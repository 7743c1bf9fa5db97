"""Process versions and tasks: who has what to do, and until when."""

from django.db import models
from django.db.models import Q

from motcua.accounts.models import User
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency, Post


class ProcessVersion(models.Model):
    """A published process: its steps never change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    legal_basis = models.CharField(max_length=240, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="process_number_once")]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class Task(models.Model):
    """A step of a process for one subject at one agency; open until it is completed or called off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    process = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    step = models.CharField(max_length=40)
    function = models.CharField(max_length=16)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    holder = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=Q(completed_at__isnull=True), name="task_one_open"
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
