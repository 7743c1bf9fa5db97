"""Keeping files and issuing slips."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction

from motcua.documents.models import Slip, StoredFile
from motcua.documents.print.sets import form_set_on
from motcua.documents.providers import store
from motcua.kit.sniff import ACCEPTED, fits_name, real_type
from motcua.kit.store import TooLarge
from motcua.kit.text import nfc

_HEAD = 8192
# A file is written before its row commits; what no row names after a day belongs to no one.
ORPHAN_AGE = timedelta(days=1)


class UnableToKeepFile(Exception):
    """The file is refused: `empty`, `not_accepted`, `not_what_it_says`, or `too_large`."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def keep_file(
    stream: BinaryIO,
    *,
    name: str,
    subject_kind: str,
    subject_id: UUID,
    largest: int,
    by: UUID | None,
    at: datetime,
) -> UUID:
    """Keep a file for a subject after checking its real type; return its id.

    Raises `UnableToKeepFile`, or `StoreFull` from the store; then neither bytes nor row remain.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head:
        raise UnableToKeepFile("empty")
    media = real_type(head)
    if media is None or media not in ACCEPTED:
        raise UnableToKeepFile("not_accepted", found=media)
    if not fits_name(media, name):
        raise UnableToKeepFile("not_what_it_says", found=media, expected=ACCEPTED[media])
    try:
        stored = store().put(stream, limit=largest)
    except TooLarge:
        raise UnableToKeepFile("too_large", largest=largest) from None
    row = StoredFile.objects.create(
        sha256=stored.sha256,
        size=stored.size,
        media_type=media,
        name=_plain_name(name),
        subject_kind=subject_kind,
        subject_id=subject_id,
        added_at=at,
        added_by=by,
    )
    return row.id


def share_files(
    ids: Iterable[UUID], *, subject_kind: str, subject_id: UUID, by: UUID | None, at: datetime
) -> dict[UUID, UUID]:
    """Let another subject have these files too; return the id of each there. The bytes lie in the store once."""
    rows = list(StoredFile.objects.filter(id__in=list(ids)))
    made = {
        row.id: StoredFile(
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            name=row.name,
            subject_kind=subject_kind,
            subject_id=subject_id,
            added_at=at,
            added_by=by,
        )
        for row in rows
    }
    StoredFile.objects.bulk_create(made.values())
    return {key: row.id for key, row in made.items()}


def _plain_name(name: str) -> str:
    short = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = short.rpartition(".")
    return (stem[: 190 - len(ending)] + dot + ending) if dot else short[:200]


@transaction.atomic
def issue_slip(
    form: int,
    *,
    on: date,
    subject_kind: str,
    subject_id: UUID,
    agency_id: UUID,
    data: Mapping[str, Any],
    by: UUID | None,
    at: datetime,
) -> UUID:
    """Issue a slip of the form set in force on a day; what it says is kept for ever. Return its id."""
    forms = form_set_on(on)
    slip = Slip.objects.create(
        form_set=forms.key,
        form=form,
        subject_kind=subject_kind,
        subject_id=subject_id,
        agency_id=agency_id,
        data=dict(data),
        issued_at=at,
        issued_by=by,
    )
    return slip.id


def forget_files(subject_id: UUID) -> int:
    """Forget the files of a subject that is thrown away; their bytes are swept later. Return how many."""
    return StoredFile.objects.filter(subject_id=subject_id).delete()[0]


def sweep_orphans(*, at: datetime) -> int:
    """Remove stored bytes that no row names and that are older than a day; return how many."""
    kept = set(StoredFile.objects.values_list("sha256", flat=True))
    return store().sweep(kept, older_than=at - ORPHAN_AGE)
