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

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(models.Model):
    """One version: its content in the project's format is the truth, the columns beside it serve search."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    name_vi = models.CharField(max_length=600)
    name_en = models.CharField(max_length=600, blank=True)
    domain_key = models.CharField(max_length=80)
    domain_vi = models.CharField(max_length=160)
    domain_en = models.CharField(max_length=160, blank=True)
    levels = ArrayField(models.CharField(max_length=16))
    audience = ArrayField(models.CharField(max_length=24))
    service_level = models.CharField(max_length=16)
    run_by = models.CharField(max_length=24)
    search_text = models.TextField()
    effective_from = models.DateField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once")]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="version_search"),
            models.Index(fields=["domain_key"], name="version_domain"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"
