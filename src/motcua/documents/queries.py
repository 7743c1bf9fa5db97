"""Reading files and slips."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from motcua.documents.models import Slip, StoredFile
from motcua.documents.print.sets import FormKind, form_set
from motcua.documents.providers import store


@dataclass(frozen=True)
class FileFacts:
    """A stored file as a page shows it."""

    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime


def files_of(subject_id: UUID) -> dict[UUID, FileFacts]:
    """Return the files of a subject, by id."""
    rows = StoredFile.objects.filter(subject_id=subject_id)
    return {
        row[0]: FileFacts(*row) for row in rows.values_list("id", "name", "media_type", "size", "added_at")
    }


def open_file(file_id: UUID, *, subject_id: UUID) -> tuple[FileFacts, BinaryIO] | None:
    """Open a file of this subject, or return None when the subject has no such file."""
    row = StoredFile.objects.filter(id=file_id, subject_id=subject_id).first()
    if row is None:
        return None
    facts = FileFacts(row.id, row.name, row.media_type, row.size, row.added_at)
    return facts, store().open(row.sha256)


@dataclass(frozen=True)
class SlipFacts:
    """An issued slip as a page lists it."""

    id: UUID
    kind: FormKind
    issued_at: datetime
    data: dict[str, Any]


def slips_of(subject_id: UUID) -> list[SlipFacts]:
    """Return the slips issued to a subject, newest first."""
    rows = Slip.objects.filter(subject_id=subject_id).order_by("-issued_at", "-id")
    return [SlipFacts(s.id, form_set(s.form_set).forms[s.form], s.issued_at, s.data) for s in rows]


def slip_of(slip_id: UUID, *, subject_id: UUID) -> SlipFacts | None:
    """Return one slip of this subject."""
    return next((slip for slip in slips_of(subject_id) if slip.id == slip_id), None)
