"""Reading files and slips."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from motcua.documents.models import Slip, StoredFile
from motcua.documents.print.sets import FORM_SETS, FormKind, FormMissing, FormSet
from motcua.documents.print.typesetter import typeset
from motcua.documents.providers import store

logger = logging.getLogger("motcua.documents")


@dataclass(frozen=True)
class FileFacts:
    """A stored file as a page shows it."""

    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime
    sha256: str


_FILE = ("id", "name", "media_type", "size", "added_at", "sha256")


def files_of(subject_id: UUID) -> dict[UUID, FileFacts]:
    """Return the files of a subject, by id."""
    rows = StoredFile.objects.filter(subject_id=subject_id)
    return {row[0]: FileFacts(*row) for row in rows.values_list(*_FILE)}


def open_file(file_id: UUID, *, subject_id: UUID) -> tuple[FileFacts, BinaryIO] | None:
    """Open a file of this subject, or return None when the subject has no such file."""
    row = StoredFile.objects.filter(id=file_id, subject_id=subject_id).first()
    if row is None:
        return None
    facts = FileFacts(*(getattr(row, name) for name in _FILE))
    try:
        return facts, store().open(row.sha256)
    except FileNotFoundError:
        logger.error("stored file %s has no bytes", row.id)
        return None


@dataclass(frozen=True)
class SlipFacts:
    """An issued slip as a page lists it."""

    id: UUID
    kind: FormKind
    issued_at: datetime
    data: dict[str, Any]


def _form_set(key: str) -> FormSet:
    return next(known for known in FORM_SETS if known.key == key)


def slips_of(subject_id: UUID) -> list[SlipFacts]:
    """Return the slips issued to a subject, newest first."""
    rows = Slip.objects.filter(subject_id=subject_id).order_by("-issued_at", "-id")
    return [SlipFacts(s.id, _form_set(s.form_set).forms[s.form], s.issued_at, s.data) for s in rows]


def slip_of(slip_id: UUID, *, subject_id: UUID) -> SlipFacts | None:
    """Return one slip of this subject."""
    return next((slip for slip in slips_of(subject_id) if slip.id == slip_id), None)


def slip_pdf(slip_id: UUID, *, subject_id: UUID) -> bytes | None:
    """Draw an issued slip of this subject from what was kept of it, or return None when there is none.

    The same slip gives the same bytes for ever. Raises `FormMissing` for a form that is not drawn.
    """
    row = Slip.objects.filter(id=slip_id, subject_id=subject_id).first()
    if row is None:
        return None
    forms = _form_set(row.form_set)
    kind = forms.forms[row.form]
    if kind.template is None:
        raise FormMissing(code="not_drawn", subject=f"{forms.key}/{kind.key}")
    data = dict(row.data)
    qr = data.pop("qr", None)
    head = {"number": f"{kind.number:02}", "title": kind.name_vi, "basis": forms.basis}
    return typeset(kind.template, data | {"form": head}, qr=qr, made_at=row.issued_at)
