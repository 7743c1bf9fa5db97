"""Publishing processes: by a second person, without a fault, every path tried; see docs/rules/scenarios.md."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.rules.process import Process
from motcua.rules.process.moving import Policy
from motcua.rules.process.scenarios import Scenario
from motcua.workflow.actions.drafting import UnableToDraft, check_fit, locked_draft
from motcua.workflow.actions.using import use_process
from motcua.workflow.bpmn import write_bpmn
from motcua.workflow.events import ProcessPublished
from motcua.workflow.models import InFlight, ProcessDraft, ProcessVersion
from motcua.workflow.queries import draft_facts, newest_number, read_policy
from motcua.workflow.queries.drawings import read_drawing
from motcua.workflow.queries.running import PUBLICATION

_NOTHING: Mapping[str, Any] = {}
# Two who publish at once take turns, so that numbers have no gap and no double; what begins a run meanwhile waits.
_IN_TURN = f"SELECT pg_advisory_xact_lock({PUBLICATION})"


@transaction.atomic
def publish_process(
    process: Process,
    *,
    legal_basis: str,
    by: Actor,
    at: datetime,
    bpmn: str = "",
    scenarios: Sequence[Scenario] = (),
) -> UUID:
    """Publish a process as its next version, unasked what it is worth; return the version's id.

    For what comes along with the program and its tests; people publish drafts. Without a drawing (`bpmn`) it is laid out
    where it is shown. What runs under the version before stays there.
    """
    sql.row(_IN_TURN, [])
    tried = [scenario.to_json() for scenario in scenarios]
    return _publish(process, legal_basis=legal_basis, by=by, at=at, bpmn=bpmn, scenarios=tried).id


@transaction.atomic
def publish_draft(
    draft_id: UUID,
    *,
    expected: int,
    by: Actor,
    at: datetime,
    use_from: date | None = None,
    agencies: Iterable[UUID] | None = None,
) -> UUID:
    """Publish a proposed draft as the next version of its process; return the version's id.

    Everything is checked again in this transaction. With `use_from` the procedure that it is for runs by it from that
    day on. Raises `UnableToDraft`: not_proposed, same_person (who proposed it, or saved it last), no_legal_basis,
    has_faults, open_doubts, newer_version, in_flight_running (it takes dossiers along while those of the version before
    are still being moved or put back), and those of `use_process`.
    """
    draft = locked_draft(draft_id, expected=expected)
    if draft.proposed_at is None:
        raise UnableToDraft("not_proposed")
    if by.id is None or by.id in (draft.proposed_by, draft.saved_by):
        raise UnableToDraft("same_person")
    if not draft.legal_basis.strip():
        raise UnableToDraft("no_legal_basis")
    check_fit(draft, at=at, agencies=agencies, on=use_from)
    sql.row(_IN_TURN, [])
    if newest_number(draft.key) != draft.base:
        raise UnableToDraft("newer_version")
    _refuse_while_others_move(draft)
    version = _publish_draft(draft, by, at)
    if use_from is not None and draft.procedure_id is not None:
        use_process(
            draft.procedure_id,
            draft.key,
            valid_from=use_from,
            legal_basis=draft.legal_basis,
            by=by,
            at=at,
        )
    return version.id


def _refuse_while_others_move(draft: ProcessDraft) -> None:
    """Who is still on the way to the version before, or back from it, would be passed by."""
    if read_policy(draft.in_flight).kind is Policy.STAY:
        return
    unfinished = (InFlight.State.RUNNING, InFlight.State.UNDOING)
    if InFlight.objects.filter(version__key=draft.key, state__in=unfinished).exists():
        raise UnableToDraft("in_flight_running")


def _publish_draft(draft: ProcessDraft, by: Actor, at: datetime) -> ProcessVersion:
    facts = draft_facts(draft.id)
    process = facts.process if facts else None
    # The check has just found it to be one.
    assert process is not None
    version = _publish(
        process,
        legal_basis=draft.legal_basis,
        by=by,
        at=at,
        bpmn=_drawn(draft.bpmn, process),
        scenarios=draft.scenarios,
        in_flight=read_policy(draft.in_flight).to_json(),
        draft=draft,
    )
    draft.published = version
    draft.save(update_fields=["published"])
    return version


def _drawn(bpmn: str, process: Process) -> str:
    """Return the drawing as it was drawn; written anew where it would define, or be called, something else."""
    drawing, _ = read_drawing(bpmn)
    if drawing is not None and drawing.process == process:
        return bpmn
    return write_bpmn(process, drawing.layout if drawing else None)


def _publish(
    process: Process,
    *,
    legal_basis: str,
    by: Actor,
    at: datetime,
    bpmn: str = "",
    scenarios: Sequence[Mapping[str, Any]] = (),
    in_flight: Mapping[str, Any] = _NOTHING,
    draft: ProcessDraft | None = None,
) -> ProcessVersion:
    newest = ProcessVersion.objects.filter(key=process.key).order_by("-number").first()
    version = ProcessVersion.objects.create(
        key=process.key,
        number=newest.number + 1 if newest else 1,
        definition=process.to_json(),
        bpmn=bpmn,
        scenarios=list(scenarios),
        in_flight=dict(in_flight),
        legal_basis=legal_basis,
        published_at=at,
        published_by=by.id,
        drafted_by=draft.saved_by if draft else None,
    )
    policy = read_policy(in_flight).kind if newest else Policy.STAY
    if newest is not None and policy is not Policy.STAY:
        InFlight.objects.create(version=version, source=newest, policy=policy.value, began_at=at)
    event = ProcessPublished(
        version.id,
        key=version.key,
        number=version.number,
        in_flight=policy.value,
        draft=draft.id if draft else None,
        drafted_by=draft.saved_by if draft else None,
    )
    journal.record(event, by=by, at=at)
    return version
