"""Dossiers follow a new version of their process, as it declared, in batches; and are put back when that is undone.

See docs/rules/scenarios.md, "Versions and those in flight". Every batch is one transaction: a job that was killed goes
on behind the last one, and each dossier is taken once. What cannot be taken stays as it is, with the reason.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove
from motcua.dossiers.actions.partners import came_to
from motcua.dossiers.actions.running import opening_of
from motcua.dossiers.events import ProcessMoved
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.kit import sql
from motcua.rules.process import NodeKind
from motcua.rules.process.moving import Policy
from motcua.rules.refusals import Refusal
from motcua.rules.transitions import State
from motcua.workflow.actions import (
    Carried,
    Subject,
    UnableToWork,
    begin_anew,
    carry_over,
    finish_in_flight,
    keep_back,
    locked_run,
    look_next,
    not_put_back,
    put_back,
    way_of,
)
from motcua.workflow.models import InFlight
from motcua.workflow.queries import next_to_put_back

BATCH = 200
# What is done one dossier after the other: so many, that nobody waits long for the lock of one.
FEW = 20
_UNDO = "undo"
# What one dossier may be refused by without stopping the others.
_Refused = (UnableToMove, UnableToWork, Refusal, LookupError)


@transaction.atomic
def apply_in_flight(version_id: UUID, *, at: datetime, most: int = BATCH) -> int:
    """Take the next dossiers along to a version, at most `most`; return how many were looked at, 0 at the end."""
    run = locked_run(version_id, InFlight.State.RUNNING)
    if run is None:
        return 0
    # Whoever the version before still takes along comes first, or they would be left behind under it.
    if before := apply_in_flight(run.source_id, at=at, most=most):
        return before
    most = min(most, FEW) if run.policy == Policy.RESTART else most
    found = look_next(run, most=most)
    known = [dossier for dossier in _locked_all(found) if dossier.process_id == run.source_id]
    # Nobody's any more, or another's: written down, or they would be found again for ever.
    strange = set(found).difference(dossier.id for dossier in known)
    keep_back(run, sorted(strange), reason="changed_meanwhile", at=at)
    if run.policy == Policy.RESTART:
        for dossier in known:
            _begin_anew(run, dossier, at)
    else:
        _take_along(run, known, at)
    if not found:
        finish_in_flight(run, at=at)
    return len(found)


@transaction.atomic
def put_back_in_flight(version_id: UUID, *, at: datetime, most: int = FEW) -> int:
    """Put the next dossiers back that a version moved, if they have not gone on; return how many were looked at."""
    run = locked_run(version_id, InFlight.State.UNDOING)
    if run is None:
        return 0
    found = next_to_put_back(version_id, most=most)
    known = _locked_all(found)
    strange = set(found).difference(dossier.id for dossier in known)
    not_put_back(run, strange, reason="changed_meanwhile", at=at)
    for dossier in known:
        _put_back(run, dossier, at)
    if not found:
        finish_in_flight(run, at=at)
    return len(found)


def _put_back(run: InFlight, dossier: Dossier, at: datetime) -> None:
    try:
        with transaction.atomic():
            carried = put_back(run, _moving_subject(dossier), at=at)
            if carried.moved:
                _rename_parts([dossier], {new: old for old, new in _renamed(run).items()})
                _follow_process(run, [(dossier, carried)], policy=_UNDO, at=at)
    except _Refused as refused:
        not_put_back(run, [dossier.id], reason=getattr(refused, "code", "not_reckoned"), at=at)


def _locked_all(ids: Sequence[UUID]) -> list[Dossier]:
    # In the order of their ids: a whole before its parts, as every move locks them.
    return list(Dossier.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))


def _take_along(run: InFlight, dossiers: Sequence[Dossier], at: datetime) -> None:
    by_id = {dossier.id: dossier for dossier in dossiers}
    carried = carry_over(run, [_moving_subject(dossier) for dossier in dossiers], at=at)
    moved = [(by_id[one.move.subject_id], one) for one in carried if one.moved]
    _rename_parts([dossier for dossier, _ in moved], _renamed(run))
    _follow_process(run, moved, policy=run.policy, at=at)


def _begin_anew(run: InFlight, dossier: Dossier, at: datetime) -> None:
    try:
        with transaction.atomic():
            carried = begin_anew(run, _moving_subject(dossier), at=at)
            if carried is None or not carried.moved:
                return
            _follow_process(run, [(dossier, carried)], policy=run.policy, at=at)
            if carried.went is not None and dossier.state == State.IN_PROGRESS:
                came_to(dossier, carried.went, by=SYSTEM, at=at)
    except _Refused as refused:
        keep_back(run, [dossier.id], reason=getattr(refused, "code", "not_reckoned"), at=at)


# As `save_move` does it, for many at once: whoever had the page open is told that something changed.
_FOLLOW_PROCESS = """
UPDATE dossiers_dossier SET process_id = %s, revision = revision + 1, saved_at = %s WHERE id = ANY(%s)
"""


def _follow_process(
    run: InFlight, moved: Sequence[tuple[Dossier, Carried]], *, policy: str, at: datetime
) -> None:
    """Let dossiers run by the other version, and tell it in the journal of each."""
    if not moved:
        return
    ends = (run.version_id, run.source_id) if policy == _UNDO else (run.source_id, run.version_id)
    sql.run(_FOLLOW_PROCESS, [ends[1], at, [dossier.id for dossier, _ in moved]])
    for dossier, _ in moved:
        dossier.process_id, dossier.revision, dossier.saved_at = ends[1], dossier.revision + 1, at
    journal.record_many(
        [
            (
                ProcessMoved(
                    dossier.id,
                    from_process=ends[0],
                    to_process=ends[1],
                    policy=policy,
                    before=carried.before,
                    after=carried.after,
                ),
                dossier.competent_agency_id,
            )
            for dossier, carried in moved
        ],
        by=SYSTEM,
        at=at,
    )


def _moving_subject(dossier: Dossier) -> Subject:
    paused_at = dossier.paused_at if dossier.state == State.PAUSED else None
    return Subject("dossier", dossier.id, paused_at, lambda node, since: opening_of(dossier, node, at=since))


# --- parts at partners ----------------------------------------------------------------------------------------


def _renamed(run: InFlight) -> dict[str, str]:
    """Return the partners' steps that have another key in the new version."""
    way = way_of(run)
    return {
        old: new
        for old, new in way.places.items()
        if old != new and old in way.old.nodes and way.old.nodes[old].kind is NodeKind.CALL
    }


def _rename_parts(dossiers: Sequence[Dossier], renamed: Mapping[str, str]) -> None:
    """Let the parts that are open at partners answer to the steps that stand for theirs now."""
    if not renamed:
        return
    rows = Dossier.objects.filter(parent__in=dossiers, call__in=renamed).order_by("accepted_at", "id")
    # Of several parts of one step it is the last that the token waits for.
    newest = {(part.parent_id, part.call): part.id for part in rows.only("id", "parent_id", "call")}
    for (_, call), part_id in newest.items():
        Dossier.objects.filter(id=part_id).update(call=renamed[call])
