"""Stored files and issued slips; both refer to a subject by (kind, id) and know no dossier."""

from django.db import models

from motcua.kit.ids import uuid7


class StoredFile(models.Model):
    """A file that a person gave or the state made: the bytes lie in the store under their hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField(db_index=True)
    added_at = models.DateTimeField()
    added_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.name


class Slip(models.Model):
    """A slip as it was issued: the data it prints are kept, so that it prints the same for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form_set = models.CharField(max_length=24)
    form = models.PositiveSmallIntegerField()
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField(db_index=True)
    agency_id = models.UUIDField()
    data = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"form {self.form} of {self.form_set}"
