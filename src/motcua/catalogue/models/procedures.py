"""Procedures and their versions; a published version never changes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from motcua.kit.ids import uuid7


class Procedure(models.Model):
    """An administrative procedure through all its versions, known by its national code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_by_act = models.CharField(max_length=240, blank=True, db_default="")
    # Dossiers filed in the last twelve months, counted daily: what people need most is found first.
    uses = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return self.code


class CatalogueRevision(models.Model):
    """One row that grows with every change of what a search may find, so that indexes in memory know of it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class ProcedureVersion(models.Model):
    """One version: its content in the project's format is the truth, the columns beside it serve search."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    name_vi = models.TextField()
    name_en = models.TextField(blank=True)
    domain_key = models.CharField(max_length=120)
    domain_vi = models.CharField(max_length=240)
    domain_en = models.CharField(max_length=240, blank=True)
    levels = ArrayField(models.CharField(max_length=16))
    audience = ArrayField(models.CharField(max_length=24))
    service_level = models.CharField(max_length=16)
    run_by = models.CharField(max_length=24)
    search_text = models.TextField()
    effective_from = models.DateField()
    published_at = models.DateTimeField(null=True)
    published_label = models.CharField(max_length=160, blank=True, db_default="")
    # What this version changes for dossiers already running under an earlier one, by field; a field that is
    # not named stays as it was for them.
    in_flight = models.JSONField(default=dict, db_default=models.Value({}, output_field=models.JSONField()))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once")]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="version_search"),
            models.Index(fields=["domain_key"], name="version_domain"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"
