"""Which version of a procedure hangs at which place, and who looked whether it still does."""

from django.db import models
from django.db.models import Q

from motcua.catalogue.models.procedures import Procedure, ProcedureVersion
from motcua.kit.ids import uuid7


class Posting(models.Model):
    """A printed version on display at a place of an agency, from one day until it is taken down."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency_id = models.UUIDField(db_index=True)
    place = models.CharField(max_length=240)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="postings")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    posted_on = models.DateField()
    posted_by = models.UUIDField(null=True)
    posted_label = models.CharField(max_length=160)
    removed_on = models.DateField(null=True)
    removed_by = models.UUIDField(null=True)
    removed_label = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "place", "procedure"],
                condition=Q(removed_on__isnull=True),
                name="posted_once_at_a_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.place}"


class PostingCheck(models.Model):
    """Somebody went and looked."""

    class Finding(models.TextChoices):
        IN_PLACE = "in_place", "Còn, đúng bản"
        MISSING = "missing", "Không còn"
        DAMAGED = "damaged", "Rách, mờ, bị che"
        WRONG_VERSION = "wrong_version", "Treo bản khác"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=160)
    finding = models.CharField(max_length=16, choices=Finding.choices)
    note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.posting_id} {self.finding}"
