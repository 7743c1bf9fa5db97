"""Papers that a procedure does not list: refused, and that somebody tried is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove
from motcua.dossiers.events import UnlistedPaperRefused
from motcua.dossiers.models import Dossier, UnlistedPaperAttempt
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.supplement import SupplementRefused, check_listed
from motcua.rules.transitions import State

# More than this in one go is no list of papers; what is cut off was refused all the same.
_MOST, _LONGEST = 20, 240
_AT_THE_DOOR = frozenset({State.FILED, State.AWAITING_APPLICANT})


class UnlistedPapers(UnableToMove):
    """Refused (not_listed) for papers that the procedure does not list; `names` as typed, or their keys."""

    def __init__(self, names: Sequence[str]) -> None:
        # Keys posted by hand may be anything: they are kept and shown, so they are cut and cleaned first.
        self.names = tuple(name.replace("\0", " ")[:_LONGEST] for name in names[:_MOST])
        super().__init__("not_listed", papers="; ".join(self.names))


def refuse_unlisted(keys: Sequence[str], listed: Collection[str], unlisted: Sequence[str]) -> None:
    """Raise `UnlistedPapers` for keys that are not listed and for every further name."""
    try:
        check_listed(keys, listed, unlisted)
    except SupplementRefused as refused:
        raise UnlistedPapers(refused.keys) from None


# Durable: within the transaction of a move that fails, what is kept here would be lost with it.
@transaction.atomic(durable=True)
def keep_attempt(dossier: Dossier, names: Sequence[str], *, occasion: str, by: Actor, at: datetime) -> None:
    """Keep, in a transaction of its own, that somebody tried to get these papers; one row for each.

    `occasion` is `request` or `counter`. It counts at the agency where it was tried.
    """
    at_the_door = occasion == UnlistedPaperAttempt.Occasion.COUNTER or dossier.state in _AT_THE_DOOR
    agency_id = dossier.receiving_agency_id if at_the_door else dossier.competent_agency_id
    if agency_id is None:
        raise UnableToMove("changed_meanwhile")
    rows = UnlistedPaperAttempt.objects.bulk_create(
        UnlistedPaperAttempt(
            dossier_id=dossier.id,
            agency_id=agency_id,
            by=by.id,
            label=by.label[:160],
            occasion=occasion,
            name=name,
            at=at,
        )
        for name in names
    )
    event = UnlistedPaperRefused(dossier.id, attempts=tuple(row.id for row in rows), occasion=occasion)
    journal.record(event, by=by, at=at, agency_id=agency_id)
