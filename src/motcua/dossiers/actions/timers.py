"""Timers of processes run out: on working time, by the calendar of the agency where they were set."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove, save_move
from motcua.dossiers.actions.partners import came_to, take_answers
from motcua.dossiers.actions.running import go
from motcua.dossiers.events import TimerRanOut
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.kit import sql
from motcua.rules.process import NodeKind
from motcua.rules.process.faults import Deed
from motcua.rules.refusals import Refusal
from motcua.rules.transitions import State
from motcua.workflow.queries import node_of

_log = logging.getLogger(__name__)
# What waits for its applicant stands still, and its timers with it.
_DUE = """
SELECT t.subject_id, t.place, t.due_at, t.id FROM workflow_token t
JOIN dossiers_dossier d ON d.id = t.subject_id AND d.state = 'in_progress'
WHERE t.due_at <= %(at)s AND t.subject_kind = 'dossier'
  AND (%(id)s::uuid IS NULL OR (t.due_at, t.id) > (%(due)s::timestamptz, %(id)s::uuid))
ORDER BY t.due_at, t.id LIMIT %(most)s
"""


def run_timers(*, at: datetime, most: int = 1000) -> int:
    """Let every timer that has run out take its way; return how many did.

    Each in a transaction of its own, once; one whose way is refused is logged, stays and holds up no other: all that
    are due are gone through, in batches of `most`.
    """
    done, due, last = 0, None, None
    while found := sql.rows(_DUE, {"at": at, "due": due, "id": last, "most": most}):
        for dossier_id, place, _, _ in found:
            try:
                done += _run(dossier_id, place, at)
            except (UnableToMove, Refusal, LookupError) as refused:
                _log.error("timer %s of dossier %s cannot go on: %r", place, dossier_id, refused)
        due, last = found[-1][2:]
    return done


@transaction.atomic
def _run(dossier_id: UUID, place: str, at: datetime) -> bool:
    # An answer that has come is taken first: a partner that answered did not take too long.
    take_answers(dossier_id, at=at)
    dossier = Dossier.objects.select_for_update(no_key=True).get(id=dossier_id)
    if dossier.state != State.IN_PROGRESS:
        return False
    node = node_of(dossier.process_id, place)
    if node is None or not sql.row(
        "SELECT 1 FROM workflow_token WHERE subject_id = %s AND place = %s AND due_at <= %s",
        [dossier_id, place, at],
    ):
        return False
    deed = Deed.DONE if node.kind is NodeKind.TIMER else Deed.EXPIRED
    went = go(dossier, place, deed, outcome="expired", by=SYSTEM, at=at)
    save_move(dossier, State.IN_PROGRESS, at=at)
    event = TimerRanOut(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=State.IN_PROGRESS,
        timer=place,
        to_step=", ".join(went.entered),
    )
    journal.record(event, by=SYSTEM, at=at, agency_id=dossier.competent_agency_id)
    came_to(dossier, went, by=SYSTEM, at=at)
    return True
