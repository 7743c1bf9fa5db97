"""Published processes, drafts of them, and which procedure runs by which."""

from django.db import models

from motcua.catalogue.models import Procedure
from motcua.kit.ids import uuid7
from motcua.kit.periods import DateRange, no_overlap

# Migrations know the period by this name.
_DateRange = DateRange


class ProcessVersion(models.Model):
    """A published process: nothing of it ever changes.

    `definition` is the graph (`rules.process.Process.to_json`), or the list of steps that versions before the graph
    were written as. `bpmn` is the drawing, empty where nobody drew it. `in_flight` says what happens to the dossiers
    that run under the version before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    bpmn = models.TextField(blank=True)
    scenarios = models.JSONField(default=list)
    in_flight = models.JSONField(default=dict)
    legal_basis = models.CharField(max_length=240, blank=True)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    drafted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="process_number_once")]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class ProcessDraft(models.Model):
    """A process in the making: drawn, tabled, checked, tried, and at last published by a second person.

    `definition` may have faults and need not be one that a machine can run; None while the drawing cannot be read.
    `doubts` are what an import could not read, each with the answer that a person gave.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80)
    title_vi = models.CharField(max_length=240)
    title_en = models.CharField(max_length=240, blank=True)
    definition = models.JSONField(null=True)
    bpmn = models.TextField(blank=True)
    scenarios = models.JSONField(default=list)
    in_flight = models.JSONField(default=dict)
    doubts = models.JSONField(default=list)
    source = models.CharField(max_length=240, blank=True)
    # The procedure that it is for, if for one; its time limit is what the steps must fit in.
    procedure = models.ForeignKey(Procedure, null=True, on_delete=models.PROTECT, related_name="+")
    legal_basis = models.CharField(max_length=240, blank=True)
    # When it was last read from its source; nobody has touched it as long as that was its last save.
    imported_at = models.DateTimeField(null=True)
    # A partner's process decides and has nothing to return.
    for_partner = models.BooleanField(default=False)
    # The number of the newest version when its author last looked at it; 0 where there was none.
    base = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.UUIDField(null=True)
    # Sent to a second person; whatever is saved after it takes it back.
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.UUIDField(null=True)
    published = models.ForeignKey(ProcessVersion, null=True, on_delete=models.PROTECT, related_name="drafts")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "-saved_at"], name="process_draft_key")]

    def __str__(self) -> str:
        return f"{self.key} draft"


class ProcessUse(models.Model):
    """A procedure runs by a process in [valid_from, valid_to); without a row it runs by the default one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="process_uses", db_index=False
    )
    key = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    legal_basis = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [no_overlap("process_use_once", "procedure")]
        indexes = [models.Index(fields=["key"], name="process_use_key")]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.key}"
