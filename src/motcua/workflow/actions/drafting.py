"""Drafts of processes: begun, drawn, tabled, tried, sent to a second person, given up.

See docs/rules/scenarios.md. Each save names the revision that the person saw, so two who save at once never write over
each other; nothing that was saved is lost, be it a drawing that cannot be read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcua.catalogue.models import Procedure
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, ProcessRefused, read_definition
from motcua.rules.process.faults import Fault
from motcua.rules.process.scenarios import Scenario, ScenarioRefused
from motcua.workflow.bpmn import write_bpmn
from motcua.workflow.events import (
    ProcessDraftDropped,
    ProcessDraftProposed,
    ProcessDraftSaved,
    ProcessDraftStarted,
)
from motcua.workflow.models import ProcessDraft, ProcessVersion
from motcua.workflow.queries import (
    PolicyRefused,
    check_draft,
    draft_facts,
    newest_number,
    process_uses,
    read_policy,
)
from motcua.workflow.queries.drawings import (
    Defined,
    definition_of,
    layout_of,
    read_drawing,
    read_table,
)

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_KEY, _MOST_TEXT, _MOST_ANSWER = 80, 240, 500
_MOST_SCENARIOS = 200


class UnableToDraft(Exception):
    """Nothing was done; `code` says why, `where` names the element or field, `faults` what is wrong with the process.

    Codes: not_there, changed_meanwhile, published_before, bad_key, no_title, no_such_version, no_such_procedure,
    no_such_process, does_not_fit, bad_definition, bad_scenario, bad_policy, no_such_doubt, no_answer, has_faults, open_doubts,
    not_proposed, same_person, newer_version, in_flight_running, no_legal_basis, past_day, reason_needed.
    """

    def __init__(self, code: str, *, where: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(code)
        self.code, self.where, self.faults = code, where, tuple(faults)


class Saved(NamedTuple):
    """The revision after a save, and the faults that reading alone shows."""

    revision: int
    faults: tuple[Fault, ...] = ()


@transaction.atomic
def start_draft(
    key: str,
    *,
    title_vi: str,
    title_en: str = "",
    procedure_id: UUID | None = None,
    copy_of: UUID | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Begin a draft as a copy of a published version, else of the default process; return its id.

    A copy takes the scenarios along and, as the next version of the same process, the procedure that this one was
    drafted for, or the only one that runs by it.

    Raises `UnableToDraft`: bad_key, no_title, no_such_version, no_such_procedure.
    """
    _check_key(key)
    _check_title(title_vi)
    _check_procedure(procedure_id)
    source, bpmn, scenarios = DEFAULT_PROCESS, "", []
    if copy_of is not None:
        version = ProcessVersion.objects.filter(id=copy_of).first()
        if version is None:
            raise UnableToDraft("no_such_version")
        source = read_definition(version.key, version.definition)
        bpmn, scenarios = version.bpmn, version.scenarios
        if procedure_id is None and version.key == key:
            procedure_id = _procedure_of(version, at)
    process = replace(source, key=key, title_vi=title_vi.strip(), title_en=title_en.strip())
    draft = ProcessDraft.objects.create(
        key=key,
        title_vi=title_vi.strip()[:_MOST_TEXT],
        title_en=title_en.strip()[:_MOST_TEXT],
        definition=process.to_json(),
        bpmn=write_bpmn(process, layout_of(bpmn)),
        scenarios=scenarios,
        in_flight={"kind": "stay"},
        procedure_id=procedure_id,
        base=newest_number(key),
        created_at=at,
        created_by=by.id,
        saved_at=at,
        saved_by=by.id,
    )
    journal.record(ProcessDraftStarted(draft.id, key=key, copy_of=copy_of), by=by, at=at)
    return draft.id


def _procedure_of(version: ProcessVersion, at: datetime) -> UUID | None:
    drafted = ProcessDraft.objects.filter(published=version).values_list("procedure_id", flat=True).first()
    uses = process_uses(version.key, on=local_day(at))
    return drafted or (uses[0] if len(uses) == 1 else None)


@transaction.atomic
def save_drawing(draft_id: UUID, bpmn: str, *, expected: int, by: Actor, at: datetime) -> Saved:
    """Keep a drawing; one that can be read whole becomes the table too, any other keeps its faults and has none."""
    draft = locked_draft(draft_id, expected=expected)
    drawing, faults = read_drawing(bpmn)
    defined = definition_of(drawing, draft.key, draft.title_vi, draft.title_en) if drawing else None
    return _save(draft, "drawing", by, at, faults, bpmn=bpmn, definition=defined)


@transaction.atomic
def save_table(
    draft_id: UUID, definition: Mapping[str, Any], *, expected: int, by: Actor, at: datetime
) -> Saved:
    """Keep a table and draw it anew, what stays in the process where it was drawn before.

    The table may have faults, but must be one: else `UnableToDraft` (bad_definition) with the faults.
    """
    draft = locked_draft(draft_id, expected=expected)
    table = _table(draft, definition)
    return _save(draft, "table", by, at, table.faults, bpmn=table.bpmn, definition=table.definition)


def _table(draft: ProcessDraft, definition: Mapping[str, Any]) -> Defined:
    try:
        return read_table(
            definition,
            key=draft.key,
            title_vi=draft.title_vi,
            title_en=draft.title_en,
            layout=layout_of(draft.bpmn),
        )
    except ProcessRefused as refused:
        fault = Fault(refused.code, refused.where)
        raise UnableToDraft("bad_definition", where=refused.where, faults=(fault,)) from None


@transaction.atomic
def save_scenarios(
    draft_id: UUID, scenarios: Sequence[Mapping[str, Any]], *, expected: int, by: Actor, at: datetime
) -> Saved:
    """Keep the scenarios of a draft, all of them; `UnableToDraft` (bad_scenario) for one that is none."""
    draft = locked_draft(draft_id, expected=expected)
    if len(scenarios) > _MOST_SCENARIOS:
        raise UnableToDraft("bad_scenario")
    try:
        read = [Scenario.from_json(row).to_json() for row in scenarios]
    except ScenarioRefused as refused:
        raise UnableToDraft("bad_scenario", where=refused.where) from None
    return _save(draft, "scenarios", by, at, scenarios=read)


@transaction.atomic
def save_in_flight(
    draft_id: UUID, policy: Mapping[str, Any], *, expected: int, by: Actor, at: datetime
) -> Saved:
    """Keep what happens to whatever runs under the newest version: stay, move by a mapping of places, or restart.

    Places of the same key and sort need not be named; one that is mapped to nothing stays. `UnableToDraft`: bad_policy.
    """
    draft = locked_draft(draft_id, expected=expected)
    try:
        read = read_policy(policy)
    except PolicyRefused as refused:
        raise UnableToDraft("bad_policy", where=refused.where) from None
    # Whoever says this has looked at the newest version.
    return _save(draft, "in_flight", by, at, in_flight=read.to_json(), base=newest_number(draft.key))


@transaction.atomic
def save_about(
    draft_id: UUID,
    *,
    title_vi: str,
    title_en: str,
    procedure_id: UUID | None,
    legal_basis: str,
    expected: int,
    by: Actor,
    at: datetime,
    for_partner: bool | None = None,
) -> Saved:
    """Keep what a draft is called, which procedure it is for, by what act, and whether it is only a partner's."""
    draft = locked_draft(draft_id, expected=expected)
    _check_title(title_vi)
    _check_procedure(procedure_id)
    titles = {"title_vi": title_vi.strip()[:_MOST_TEXT], "title_en": title_en.strip()[:_MOST_TEXT]}
    about: dict[str, Any] = dict(titles)
    about |= {"procedure_id": procedure_id, "legal_basis": legal_basis.strip()[:_MOST_TEXT]}
    if for_partner is not None:
        about["for_partner"] = for_partner
    return _save(draft, "about", by, at, **about)


@transaction.atomic
def answer_doubt(draft_id: UUID, key: str, answer: str, *, expected: int, by: Actor, at: datetime) -> Saved:
    """Keep a person's answer to what an import could not read; the drawing is theirs to change.

    Raises `UnableToDraft`: no_such_doubt, no_answer.
    """
    draft = locked_draft(draft_id, expected=expected)
    if key not in {doubt.get("key") for doubt in draft.doubts}:
        raise UnableToDraft("no_such_doubt", where=key)
    if not answer.strip():
        raise UnableToDraft("no_answer", where=key)
    said = {"answer": answer.strip()[:_MOST_ANSWER]}
    doubts = [doubt | said if doubt.get("key") == key else doubt for doubt in draft.doubts]
    return _save(draft, "doubt", by, at, doubts=doubts)


@transaction.atomic
def save_imported_draft(
    *,
    key: str,
    title_vi: str,
    definition: Mapping[str, Any],
    bpmn: str,
    doubts: Sequence[Mapping[str, Any]],
    source: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Keep what was read from a text as a draft; the one from the same source is renewed if nobody touched it.

    What people have worked on stays as it is, and a new draft stands beside it. Read twice it changes nothing.
    """
    _check_key(key)
    read: dict[str, Any] = {
        "key": key,
        "title_vi": title_vi[:_MOST_TEXT],
        "definition": dict(definition),
        "bpmn": bpmn,
    }
    read["doubts"] = [dict(doubt) for doubt in doubts]
    draft = _untouched(source[:_MOST_TEXT])
    if draft is None:
        draft = ProcessDraft.objects.create(
            **read,
            source=source[:_MOST_TEXT],
            in_flight={"kind": "stay"},
            base=newest_number(key),
            imported_at=at,
            created_at=at,
            created_by=by.id,
            saved_at=at,
            saved_by=by.id,
        )
        event = ProcessDraftStarted(draft.id, key=key, source=draft.source)
        journal.record(event, by=by, at=at)
    elif any(getattr(draft, name) != value for name, value in read.items()):
        _save(draft, "import", by, at, imported_at=at, **read)
    return draft.id


def _untouched(source: str) -> ProcessDraft | None:
    """Return, locked, the open draft of a source that nothing but imports has saved."""
    rows = ProcessDraft.objects.select_for_update(no_key=True).filter(
        source=source, published__isnull=True, dropped_at__isnull=True
    )
    return rows.filter(saved_at=F("imported_at"), proposed_at__isnull=True).order_by("-created_at").first()


@transaction.atomic
def propose_draft(
    draft_id: UUID,
    *,
    expected: int,
    by: Actor,
    at: datetime,
    agencies: Iterable[UUID] | None = None,
) -> None:
    """Send a draft to a second person for publication.

    Raises `UnableToDraft`: has_faults (with them), open_doubts, newer_version, no_legal_basis.
    """
    draft = locked_draft(draft_id, expected=expected)
    check_fit(draft, at=at, agencies=agencies)
    if not draft.legal_basis.strip():
        raise UnableToDraft("no_legal_basis")
    draft.proposed_at, draft.proposed_by = at, by.id
    draft.save(update_fields=["proposed_at", "proposed_by"])
    event = ProcessDraftProposed(draft.id, key=draft.key, revision=draft.revision)
    journal.record(event, by=by, at=at)


@transaction.atomic
def drop_draft(draft_id: UUID, *, expected: int, by: Actor, at: datetime) -> None:
    """Give a draft up; it stays to be read, and nothing more is done to it."""
    draft = locked_draft(draft_id, expected=expected)
    draft.dropped_at = at
    draft.save(update_fields=["dropped_at"])
    journal.record(ProcessDraftDropped(draft.id, key=draft.key), by=by, at=at)


def locked_draft(draft_id: UUID, *, expected: int) -> ProcessDraft:
    """Lock a draft that can still be changed, as the person saw it; `UnableToDraft` otherwise."""
    draft = ProcessDraft.objects.select_for_update(no_key=True).filter(id=draft_id).first()
    if draft is None or draft.dropped_at is not None:
        raise UnableToDraft("not_there")
    if draft.published_id is not None:
        raise UnableToDraft("published_before")
    if draft.revision != expected:
        raise UnableToDraft("changed_meanwhile")
    return draft


def check_fit(draft: ProcessDraft, *, at: datetime, agencies: Iterable[UUID] | None, on: Any = None) -> None:
    """Refuse a draft that must not be published on a day (None: today); `UnableToDraft` as `propose_draft`."""
    if newest_number(draft.key) != draft.base:
        raise UnableToDraft("newer_version")
    facts = draft_facts(draft.id)
    assert facts is not None
    checked = check_draft(facts, on=on or local_day(at), agencies=agencies)
    if checked.errors:
        raise UnableToDraft("has_faults", faults=checked.faults)
    if facts.open_doubts:
        raise UnableToDraft("open_doubts", where=facts.open_doubts[0]["key"])


def _save(
    draft: ProcessDraft,
    part: str,
    by: Actor,
    at: datetime,
    faults: Sequence[Fault] = (),
    **changes: Any,
) -> Saved:
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.saved_at, draft.saved_by = at, by.id
    draft.proposed_at = draft.proposed_by = None
    draft.save()
    event = ProcessDraftSaved(draft.id, key=draft.key, part=part, revision=draft.revision, faults=len(faults))
    journal.record(event, by=by, at=at)
    return Saved(draft.revision, tuple(faults))


def _check_key(key: str) -> None:
    if len(key) > _MOST_KEY or not _KEY.fullmatch(key):
        raise UnableToDraft("bad_key", where=key[:_MOST_KEY])


def _check_title(title: str) -> None:
    if not title.strip():
        raise UnableToDraft("no_title")


def _check_procedure(procedure_id: UUID | None) -> None:
    if procedure_id is not None and not Procedure.objects.filter(id=procedure_id).exists():
        raise UnableToDraft("no_such_procedure")
