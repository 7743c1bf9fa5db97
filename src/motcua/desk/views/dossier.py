"""The page of a dossier: facts, papers, clock, way, and the moves that this person may make."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.accounts.queries import actor
from motcua.catalogue.queries import Published, published
from motcua.desk.files import file_answer
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.letters import shown_letters
from motcua.desk.offered import buttons, task_asked
from motcua.desk.parts import earlier_results, part_lines
from motcua.desk.wording import Timekeeper, event_item, passed_item
from motcua.desk.work_block import work_block
from motcua.documents import queries as documents
from motcua.documents.print.slips import print_slip
from motcua.dossiers import access, actions, queries, words
from motcua.dossiers.access import Dossier, NotToBeSeen
from motcua.dossiers.explaining import Explanation, explain_dossier, shares_of
from motcua.journal.queries import history_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.organisation.queries import agency_facts
from motcua.rules.identity import mask_tail
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS
from motcua.rules.transitions import State
from motcua.workflow.queries import (
    TaskFacts,
    open_tasks_of,
    process,
    step_title,
)

# What a whole identity number may be asked for.
_REVEALS = ("identity_papers", "identity_register", "identity_return")


def load(who: Officer, dossier_id: UUID, purpose: str) -> Dossier:
    """Return a dossier that this officer may see; else the answer for what is not there."""
    try:
        return access.dossier_for(who.user, dossier_id, duties=who.duties, purpose=purpose, at=who.at)
    except NotToBeSeen:
        raise Http404 from None


def load_to_work(who: Officer, dossier_id: UUID, purpose: str) -> Dossier:
    """Return a dossier that this officer works on; who only oversees it gets no number, file or slip."""
    row = load(who, dossier_id, purpose)
    if not access.works_on(row, duties=who.duties):
        raise Http404
    return row


def load_to_move(who: Officer, dossier_id: UUID) -> Dossier:
    """Return a dossier on which this officer's form was sent; else the answer for what is not there."""
    try:
        return access.dossier_to_move(dossier_id, duties=who.duties)
    except NotToBeSeen:
        raise Http404 from None


@audience(STAFF)
def dossier(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show everything about a dossier."""
    who = officer(request)
    return _page(request, who, load(who, id, "handling" if who.agencies else "supervision"))


def _page(request: HttpRequest, who: Officer, row: Dossier, *, number: str = "") -> HttpResponse:
    tasks = open_tasks_of(row.id)
    task = task_asked(request, tasks, who)
    version = published(row.version_id)
    whole = queries.whole_of(row)
    names = _paper_names(whole, who)
    work = work_block(row, who, tasks)
    content = {
        "dossier": row,
        "name": version.name(_language()),
        "code": version.record.code,
        "left": _left(row, who),
        "facts": _facts(row, version),
        "people": _people(whole, number),
        "identity_tail": whole.applicant.identity_tail if whole.applicant else "",
        "whole": whole.number if whole is not row else "",
        "revealed": number,
        "looks": [(key, words.LOOKS[key]) for key in _REVEALS],
        "papers": _papers(whole, names),
        "requests": _requests(whole, names),
        "parts": part_lines(row, at=who.at),
        "earlier": earlier_results(row, at=who.at),
        "clock": _clock(row),
        "timeline": _timeline(row),
        "letters": shown_letters(row, who),
        "slips": documents.slips_of(row.id),
        "result": queries.result_of(row.id),
        "task": task,
        "tasks": _task_lines(row, tasks, who, work),
        "work": work,
        "works": access.works_on(row, duties=who.duties),
        "moves": buttons(row, who, task, reopened=work["reopened"] is not None),
        "control": row.accepted_at is not None,
    }
    return render(request, "desk/dossier.html", frame(request, who, **content))


def _task_lines(
    row: Dossier, tasks: list[TaskFacts], who: Officer, work: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the open steps with who has them, and what this person may do about that."""
    giving = {task["id"]: task for task in work["tasks"]}
    return [_task_line(row, task, who) | giving.get(task.id, {}) for task in tasks]


def _task_line(row: Dossier, task: TaskFacts, who: Officer) -> dict[str, Any]:
    return {
        "id": task.id,
        "title": step_title(row.process_id, task.step, _language()),
        "holder": task.holder_name or "",
        "mine": task.holder_id == who.user.id,
        "note": task.note,
        "until": words.moment(task.due_at) if task.due_at and task.due_at != row.due_at else "",
        "take": task.holder_id is None and (task.agency_id, task.function) in who.functions,
    }


def _language() -> str:
    return "en" if words.in_english() else "vi"


def _left(row: Dossier, who: Officer) -> Any:
    if row.state == State.IN_PROGRESS:
        return Timekeeper(who.at).left(row.due_at, row.competent_agency_id)
    if row.state == State.FILED:
        return Timekeeper(who.at).left(row.acknowledge_by, row.receiving_agency_id)
    return None


def _facts(row: Dossier, version: Published) -> list[dict[str, Any]]:
    ids = {row.support_agency_id, row.receiving_agency_id, row.competent_agency_id} - {None}
    day = local_day(max(row.saved_at, row.moved_at or row.saved_at))
    names = {key: agency_facts(key, on=day) for key in ids if key}
    case = next((c for c in version.record.cases if c.key == row.case), None)

    def name(key: UUID | None) -> str:
        return names[key].name(_language()) if key in names else ""

    rows = [
        (_("Nội dung đề nghị"), row.request),
        (_("Trường hợp"), (case.en if words.in_english() else case.vi) if case else ""),
        (_("Cách nộp"), str(words.CHANNELS[row.channel])),
        (_("Cơ quan giải quyết"), name(row.competent_agency_id)),
        (_("Nơi tiếp nhận"), name(row.receiving_agency_id)),
        (_("Nơi người nộp đến"), name(row.support_agency_id)),
        (_("Mã do nơi khác cấp"), row.external_number),
        (_("Nộp lúc"), stamp(row.filed_at) if row.filed_at else ""),
        (_("Hẹn trả lần đầu"), words.moment(row.promised_at) if row.promised_at else ""),
        (_("Hạn hiện nay"), words.moment(row.due_at) if row.due_at else ""),
        (_("Nhận kết quả"), str(words.DELIVERIES[row.delivery]) if row.parent_id is None else ""),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]


def _people(row: Dossier, number: str) -> list[dict[str, Any]]:
    people = [
        (_("Người đứng tên"), row.applicant, number),
        (_("Người nộp thay"), row.representative, ""),
    ]
    return [
        {
            "label": label,
            "value": "",
            "url": "",
            "lines": [
                line
                for line in (
                    party.name,
                    known or mask_tail(party.identity_tail),
                    f"{party.birth_date:%d/%m/%Y}" if party.birth_date else "",
                    party.phone,
                    party.email,
                    _("Địa chỉ: %(address)s") % {"address": party.address} if party.address else "",
                )
                if line
            ],
        }
        for label, party, known in people
        if party
    ]


def _paper_names(row: Dossier, who: Officer) -> dict[str, str]:
    names = queries.paper_names(row, on=local_day(who.at))
    return {key: name.en if words.in_english() else name.vi for key, name in names.items()}


def _papers(row: Dossier, names: dict[str, str]) -> list[dict[str, Any]]:
    files = documents.files_of(row.id)
    found = []
    for paper in queries.all_papers_of(row.id):
        if paper.superseded_at and row.filed_at and paper.superseded_at <= row.filed_at:
            # What the applicant took back before filing was never handed in.
            continue
        file = files.get(paper.file_id) if paper.file_id else None
        count = _("%(originals)s bản chính, %(copies)s bản sao") % {
            "originals": paper.originals,
            "copies": paper.copies,
        }
        found.append(
            {
                "name": names.get(paper.component, paper.component),
                "file": file,
                "text": _("dữ liệu cơ quan đã có") if paper.form == "data" else count,
                "old": paper.superseded_at is not None,
                "at": paper.added_at,
            }
        )
    return found


def _requests(row: Dossier, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "ground": asked.ground,
            "made_at": asked.made_at,
            "answered_at": asked.answered_at,
            "faults": [
                {**fault, "name": names.get(fault["component"], fault["component"])} for fault in asked.faults
            ],
        }
        for asked in queries.requests_of(row.id)
    ]


def _explained(row: Dossier) -> Explanation:
    return explain_dossier(row.id, agency_id=row.competent_agency_id, passed=row.moved_at is not None)


def _clock(row: Dossier) -> dict[str, Any] | None:
    """Return the ledger of a dossier with its explanation: both dates, and what each entry did."""
    told = _explained(row)
    if not told.entries:
        return None
    return {
        "now": words.moment(told.due) if told.due else "",
        "first": words.moment(told.original_due) if told.original_due else "",
        "moved": told.original_due != told.due,
        "paused": stamp(told.paused_at) if told.paused_at else "",
        "shares": [
            {"name": share.name, "when": words.moment(share.due), "cut": share.cut}
            for share in (shares_of(row, accepted_at=row.accepted_at) if row.accepted_at else ())
        ],
        "entries": [
            {
                "what": words.clock_entry(entry.kind, entry.policy),
                "at": stamp(entry.at),
                "lines": entry.lines,
                "basis": entry.basis,
            }
            for entry in told.entries
        ],
    }


def _timeline(row: Dossier) -> list[dict[str, Any]]:
    nodes = process(row.process_id).nodes if row.process_id else DEFAULT_PROCESS.nodes
    titles = {node.key: node.title(_language()) for node in nodes}
    told = [(entry.at, event_item(entry, titles)) for entry in reversed(history_of(row.id))]
    if row.moved_at:
        told += [(one.at, passed_item(one)) for one in queries.passed_on(row.id) if one.at]
    return [item for _at, item in sorted(told, key=lambda pair: pair[0], reverse=True)]


@audience(STAFF)
def deadline(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the explanation of a dossier's due time as data."""
    row = load(officer(request), id, "handling")
    told = _explained(row)
    return JsonResponse(told.to_json() | {"number": row.number}, json_dumps_params={"ensure_ascii": False})


@audience(STAFF)
@require_POST
def take(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a task that waits in the common queue."""
    who = officer(request)
    row = load(who, id, "handling")
    tasks = open_tasks_of(row.id)
    # A task that somebody else has just taken is refused by its action, which says so.
    task = task_asked(request, [one for one in tasks if one.holder_id is None] or tasks, who)
    post = next(
        (
            d.post_id
            for d in who.duties
            if task and (d.post_agency_id, d.function) == (task.agency_id, task.function)
        ),
        None,
    )
    if post is None:
        raise Http404
    try:
        actions.take_task(
            row,
            user_id=who.user.id,
            post_id=post,
            by=actor(who.user),
            at=who.at,
            task=task.id if task else None,
        )
    except actions.UnableToMove as refused:
        messages.warning(request, words.refusal(refused.code, refused.facts))
    return redirect("desk:dossier", row.id)


@audience(STAFF)
@require_POST
def reveal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the whole identity number once; the look is logged with its purpose and the person can see it.

    It stands on the answered page alone: a message for the next page would lie in a cookie.
    """
    purpose = request.POST.get("purpose", "")
    if purpose not in _REVEALS:
        messages.warning(request, _("Chọn lý do xem số định danh."))
        return redirect("desk:dossier", id)
    who = officer(request)
    row = load_to_work(who, id, purpose)
    return _page(request, who, row, number=queries.identity_of(queries.whole_of(row).applicant))


@audience(STAFF)
def slip(request: HttpRequest, id: UUID, slip: UUID) -> HttpResponse:
    """Print an issued slip."""
    row = load_to_work(officer(request), id, "slip")
    pdf = documents.slip_pdf(slip, subject_id=row.id)
    if pdf is None:
        raise Http404
    return _pdf(pdf, f"{row.number}.pdf")


@audience(STAFF)
def control_sheet(request: HttpRequest, id: UUID) -> HttpResponse:
    """Print the control sheet as the dossier stands now."""
    who = officer(request)
    row = load_to_work(who, id, "slip")
    if row.accepted_at is None:
        raise Http404
    return _pdf(print_slip(actions.control_sheet(row, at=who.at)), f"{row.number}-phieu-kiem-soat.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@audience(STAFF)
def file(request: HttpRequest, id: UUID, file: UUID) -> FileResponse:
    """Show or save a file of this dossier, shut off from the rest of the site."""
    row = load_to_work(officer(request), id, "file")
    found = documents.open_file(file, subject_id=row.id)
    if found is None and (kept := queries.material_file(row, file)) is not None:
        # A partner reads the papers of the whole, and what others have answered so far.
        found = documents.open_file(file, subject_id=kept)
    if found is None:
        raise Http404
    return file_answer(*found)
