"""The daily work on one dossier: a task given back or given on, something said inside."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.accounts.queries import actor
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.views.dossier import load
from motcua.desk.work_block import language
from motcua.desk.work_forms import CommentForm, GiveBackForm, GiveTaskForm, SeenTaskForm
from motcua.dossiers import access, actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.queries.work import colleagues
from motcua.kit.audience import STAFF, audience
from motcua.organisation.queries import Holder
from motcua.rules.localday import local_day
from motcua.workflow.queries import TaskFacts, open_tasks_of, step_title


def key_of(text: str) -> UUID | None:
    """Return the id that a text is; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _task_to_give(who: Officer, row: Dossier, task: UUID) -> TaskFacts | None:
    """Return an open task that this person may give on; None if it is done; `Http404` if it is not theirs to give."""
    found = next((one for one in open_tasks_of(row.id) if one.id == task), None)
    if found is not None and not access.may_give_on(
        holder_id=found.holder_id, agency_id=found.agency_id, user=who.user, duties=who.duties
    ):
        raise Http404
    return found


def _gone(request: HttpRequest, row: Dossier) -> HttpResponse:
    messages.warning(request, words.refusal("changed_meanwhile"))
    return redirect("desk:dossier", row.id)


@audience(STAFF)
def give_back(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Put a task back into the common queue."""
    who = officer(request)
    row = load(who, id, "handling")
    held = _task_to_give(who, row, task)
    if held is None or held.holder_id is None:
        return _gone(request, row)
    form = GiveBackForm(request.POST or None, initial={"holder": held.holder_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_back(
                row,
                task=task,
                seen=key_of(form.cleaned_data["holder"]),
                reason=form.cleaned_data["reason"],
                by=actor(who.user),
                at=who.at,
            )
        except UnableToMove as refused:
            form.add_error(None, words.refusal(refused.code, refused.facts))
        else:
            messages.success(request, _("Đã trả việc về hàng chờ chung."))
            return redirect("desk:queue" if held.holder_id == who.user.id else "desk:tasks")
    title = _("Trả về hàng chờ chung")
    return _form(request, who, row, held, form, title=title, button=_("Trả về hàng chờ"))


@audience(STAFF)
def give_task(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Give a task to a colleague of the same function."""
    who = officer(request)
    row = load(who, id, "handling")
    held = _task_to_give(who, row, task)
    if held is None:
        return _gone(request, row)
    people = _to_choose(colleagues(held.agency_id, held.function, on=local_day(who.at)), held.holder_id)
    form = GiveTaskForm(request.POST or None, people=people, initial={"holder": held.holder_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_task(
                row,
                task=task,
                to=UUID(form.cleaned_data["to"]),
                seen=key_of(form.cleaned_data["holder"]),
                note=form.cleaned_data["note"],
                by=actor(who.user),
                at=who.at,
            )
        except UnableToMove as refused:
            place = None if refused.code == "changed_meanwhile" else "to"
            form.add_error(place, words.refusal(refused.code, refused.facts))
        else:
            messages.success(request, _("Đã giao việc."))
            return redirect("desk:dossier", row.id)
    return _form(request, who, row, held, form, title=_("Giao cho người khác"), button=_("Giao việc"))


def _to_choose(people: list[Holder], holder: UUID | None) -> list[tuple[str, str]]:
    """Return who may be chosen; who is away is not offered, and a refusal says why if they go meanwhile."""
    return [
        (str(person.user_id), f"{person.name}, {post_of(person)}")
        for person in people
        if not person.away and person.user_id != holder
    ]


def post_of(person: Holder) -> str:
    """Return how a person's post is called."""
    return person.title_en if words.in_english() and person.title_en else person.title_vi


def _form(
    request: HttpRequest,
    who: Officer,
    row: Dossier,
    held: TaskFacts,
    form: SeenTaskForm,
    *,
    title: str,
    button: str,
) -> HttpResponse:
    known = {
        "step": step_title(row.process_id, held.step, language()),
        "holder": held.holder_name or _("chưa ai nhận"),
    }
    note = _("Bước “%(step)s”, người giữ: %(holder)s.") % known
    nobody = isinstance(form, GiveTaskForm) and form.nobody
    if nobody:
        note += " " + _(
            "Hiện không có đồng nghiệp nào khác đảm nhiệm bước này đang có mặt. Có thể trả về hàng chờ chung, hoặc ủy "
            "quyền nhiệm vụ."
        )
    content = {
        "dossier": row,
        "form": None if nobody else form,
        "title": title,
        "button": button,
        "note": note,
        "back": _("Quay lại hồ sơ"),
        "back_url": reverse("desk:dossier", args=[row.id]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/work_form.html", frame(request, who, **content), status=status)


@audience(STAFF)
@require_POST
def comment(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say something inside a dossier."""
    who = officer(request)
    row = load(who, id, "handling")
    if not access.reads_inside(row, duties=who.duties):
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            actions.comment_inside(row, text=form.cleaned_data["text"], by=actor(who.user), at=who.at)
        except UnableToMove as refused:
            messages.warning(request, words.refusal(refused.code, refused.facts))
        else:
            messages.success(request, _("Đã ghi trao đổi nội bộ."))
    else:
        # What was typed is not lost: the form comes back with it, on a page of its own.
        content = {
            "dossier": row,
            "form": form,
            "title": _("Trao đổi nội bộ"),
            "button": _("Gửi trao đổi"),
            "back": _("Quay lại hồ sơ"),
            "back_url": reverse("desk:dossier", args=[row.id]),
        }
        return render(request, "desk/work_form.html", frame(request, who, **content), status=422)
    return redirect("desk:dossier", row.id)
