"""What a new version of a procedure changes for dossiers that run under an earlier one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.events import VersionChanged
from motcua.dossiers.models import Dossier, VersionChange
from motcua.dossiers.queries import VersionDifference, in_flight, later_versions, what_changes
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM


@transaction.atomic
def note_version(
    version_id: UUID, *, at: datetime, after: UUID | None = None, most: int = 500
) -> UUID | None:
    """Note for running dossiers of earlier versions what a published version changes for them.

    At most `most` of them, in the order of their ids from behind `after`; returns the last one's id, None when
    none was left. A dossier is told of a version once, however often this runs.
    """
    change = what_changes(version_id)
    rows = in_flight(change, after=after, most=most)
    _note(change, rows, at=at)
    return rows[-1][0] if rows else None


def note_later_versions(dossier: Dossier, *, pinned: int, at: datetime) -> None:
    """Note for a dossier just pinned what versions change that are published already and come later.

    Part of the caller's move. `pinned` is the number of its version.
    """
    for version_id in later_versions(dossier.procedure_id, number=pinned):
        _note(what_changes(version_id), [(dossier.id, dossier.competent_agency_id)], at=at)


def _note(change: VersionDifference, rows: Sequence[tuple[UUID, UUID | None]], *, at: datetime) -> None:
    VersionChange.objects.bulk_create(
        VersionChange(
            dossier_id=dossier_id,
            version_id=change.version_id,
            stays=list(change.stays),
            follows=change.follows,
            at=at,
        )
        for dossier_id, _ in rows
    )
    for dossier_id, agency_id in rows:
        event = VersionChanged(
            dossier_id,
            version=change.version_id,
            number=change.number,
            effective_from=change.effective_from,
            stays=change.stays,
            follows=change.follows,
        )
        journal.record(event, by=SYSTEM, at=at, agency_id=agency_id)
