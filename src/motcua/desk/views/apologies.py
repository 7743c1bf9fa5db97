"""Letters of apology: the drafts that wait, one as it will read, and why a dossier is late."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor
from motcua.catalogue.queries import published
from motcua.desk import forms
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.letters import ShownLetter, how_far, shown_letters
from motcua.desk.views.dossier import load, load_to_move
from motcua.desk.wording import Timekeeper
from motcua.dossiers import access, actions, queries, words
from motcua.dossiers.access import Dossier, note_look
from motcua.dossiers.actions import UnableToMove
from motcua.kit.audience import STAFF, audience
from motcua.rules.lateness import Cause
from motcua.rules.transitions import State, Who
from motcua.workflow.queries import open_task_of

SIZE = 25
_NOTES_CAUSE = frozenset({Who.HOLDER, Who.HEAD})


def _roles(row: Dossier, who: Officer) -> frozenset[Who]:
    task = open_task_of(row.id)
    return access.qualities(row, who.user, duties=who.duties, holder_id=task.holder_id if task else None)


@audience(STAFF)
def letter(request: HttpRequest, id: UUID, letter: UUID) -> HttpResponse:
    """Show a letter as it will read, and take the decision on a draft."""
    who = officer(request)
    sent = request.method == "POST"
    row = load_to_move(who, id) if sent else load(who, id, "handling" if who.agencies else "supervision")
    found = next((one for one in shown_letters(row, who) if one.id == letter), None)
    if found is None:
        raise Http404
    refuses = request.POST.get("decision") == "reject"
    form: forms.MoveForm = (
        forms.RejectForm(request.POST or None) if refuses else forms.ApproveForm(request.POST or None)
    )
    if sent and form.is_valid() and _decided(request, row, found, form, who):
        return redirect("desk:dossier", row.id)
    if sent:
        row.refresh_from_db()
        found = next(one for one in shown_letters(row, who) if one.id == letter)
        note_look(row, who.user, duties=who.duties, purpose="handling", at=who.at)
    content = {
        "dossier": row,
        "letter": found,
        "rows": found.rows + how_far(found, row, at=who.at),
        "form": form,
        "reject": form if refuses else forms.RejectForm(),
        "name": published(row.version_id).name(_language()),
    }
    return render(request, "desk/letter.html", frame(request, who, **content), status=422 if sent else 200)


def _decided(
    request: HttpRequest, row: Dossier, found: ShownLetter, form: forms.MoveForm, who: Officer
) -> bool:
    """Take the decision; False when it was refused, and then the form says why."""
    if found.draft and not (found.decides or found.own):
        form.add_error(None, words.refusal("not_yours_to_move"))
        return False
    common: dict[str, Any] = {
        "letter": found.id,
        "by": actor(who.user),
        "at": who.at,
        "expected": form.cleaned_data["revision"],
    }
    try:
        if isinstance(form, forms.RejectForm):
            actions.reject_apology(row, note=form.cleaned_data["note"], **common)
            messages.success(request, _("Đã không duyệt. Người soạn đọc được lý do ở trang hồ sơ."))
        else:
            actions.approve_apology(row, **common)
            messages.success(request, _("Đã duyệt. Thư được gửi cho người nộp; bản in ở mục Phiếu đã in."))
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return False
    return True


def _language() -> str:
    return "en" if words.in_english() else "vi"


@audience(STAFF)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the drafts that wait for this head or leader, the nearest due time first."""
    who = officer(request)
    text = request.GET.get("trang", "1")
    page = min(max(int(text), 1), 200) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    rows = queries.letters_waiting(
        access.letters_reach(who.duties), user_id=who.user.id, first=(page - 1) * SIZE, size=SIZE + 1
    )
    keeper = Timekeeper(who.at)
    content = {
        "lines": [
            {
                "row": row,
                "name": published(row.version_id).name(_language()),
                "left": keeper.left(row.due_before, row.competent_id),
                "until": words.moment(row.until),
            }
            for row in rows[:SIZE]
        ],
        "previous_url": f"?trang={page - 1}" if page > 1 else "",
        "next_url": f"?trang={page + 1}" if len(rows) > SIZE else "",
        "position": _("Trang %(n)s") % {"n": page},
    }
    return render(request, "desk/letters.html", frame(request, who, **content))


@audience(STAFF)
def late_cause(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say why a dossier is late."""
    who = officer(request)
    sent = request.method == "POST"
    row = load_to_move(who, id) if sent else load(who, id, "handling")
    if _NOTES_CAUSE.isdisjoint(_roles(row, who)):
        messages.warning(request, words.refusal("not_yours_to_move"))
        return redirect("desk:dossier", row.id)
    known = queries.late_cause_of(row.id)
    initial = {"cause": known[0].value, "note": known[1]} if known else {}
    form = forms.LateCauseForm(request.POST or None, initial=initial)
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            actions.note_late_cause(
                row, cause=Cause(given["cause"]), note=given["note"], by=actor(who.user), at=who.at
            )
            messages.success(request, _("Đã ghi lý do trễ."))
            return redirect("desk:late")
        except UnableToMove as refused:
            form.add_error(None, words.refusal(refused.code, refused.facts))
    if sent:
        note_look(row, who.user, duties=who.duties, purpose="handling", at=who.at)
    left = Timekeeper(who.at).left(row.due_at, row.competent_agency_id)
    content = {"dossier": row, "form": form, "left": left, "running": row.state == State.IN_PROGRESS}
    return render(
        request, "desk/late_cause.html", frame(request, who, **content), status=422 if sent else 200
    )
