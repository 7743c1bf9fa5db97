"""What imports brought: runs, records as read, doubts for a person, official lists, proposals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.catalogue.models.procedures import Procedure
from motcua.kit.ids import uuid7


class ImportRun(models.Model):
    """One import: when, by whom, from which files, and its sums; `read` is always `published` + `held`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    label = models.CharField(max_length=160)
    files = ArrayField(models.CharField(max_length=240))
    read = models.PositiveIntegerField()
    published = models.PositiveIntegerField()
    new_versions = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    doubts = models.PositiveIntegerField()
    coverage = models.JSONField(default=dict)
    # The report as it was written, for those who come to the page and not to the command line.
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"import {self.at:%Y-%m-%d %H:%M}"


class HeldRecord(models.Model):
    """A record that a run did not publish, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="held_records")
    code = models.CharField(max_length=80)
    name = models.TextField(blank=True)
    field = models.CharField(max_length=120)
    reason = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class SourceRecord(models.Model):
    """The last reading of a procedure from foreign files, before anything that people corrected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.OneToOneField(Procedure, on_delete=models.PROTECT, related_name="source")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.digest[:8]}"


class ProcedureDoubt(models.Model):
    """A value that a person must look at; it outlives versions as long as its source says the same.

    The doubt `unconfirmed limit` on the field `limits` stands for the limits of an imported procedure as a
    whole: no person has confirmed them yet.
    """

    class State(models.TextChoices):
        OPEN = "open", "Chờ xác nhận"
        ACCEPTED = "accepted", "Đã đồng ý"
        CORRECTED = "corrected", "Đã sửa"
        ASKED = "asked", "Đang hỏi lại"
        GONE = "gone", "Nguồn không còn ghi"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="doubts", db_index=False)
    field = models.CharField(max_length=160)
    source = models.TextField(blank=True)
    source_digest = models.CharField(max_length=64)
    parsed = models.TextField(blank=True)
    reason = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_label = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    # What a person set instead, and the source text it was set against: a later import keeps it as long as
    # the source says the same.
    value = models.JSONField(null=True)
    value_source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "field", "reason", "source_digest"], name="doubt_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["procedure"], name="doubt_waiting", condition=models.Q(state__in=["open", "asked"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.field}: {self.reason}"


class OfficialList(models.Model):
    """An edition of an official list of procedures, as a file gave it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=240)
    issuers = ArrayField(models.CharField(max_length=240))
    digest = models.CharField(max_length=64)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="lists")
    superseded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class OfficialEntry(models.Model):
    """A procedure on an official list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(OfficialList, on_delete=models.PROTECT, related_name="entries")
    code = models.CharField(max_length=40, db_index=True)
    name = models.TextField()
    issued_by = models.CharField(max_length=240, blank=True)
    executing = ArrayField(models.CharField(max_length=240))
    domain = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="listed_once")]

    def __str__(self) -> str:
        return self.code


class WithdrawalProposal(models.Model):
    """A procedure that a newer list no longer names; a person decides whether it is withdrawn."""

    class State(models.TextChoices):
        OPEN = "open", "Chờ quyết định"
        WITHDRAWN = "withdrawn", "Đã bãi bỏ"
        KEPT = "kept", "Giữ lại"
        GONE = "gone", "Danh mục lại có tên"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="proposals")
    edition = models.ForeignKey(OfficialList, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    effective_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=240, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_label = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "edition"], name="proposed_once_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.state}"
