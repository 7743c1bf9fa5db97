"""Plans of reorganisations: which there are, beginning one, its head and its lines."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.kit.text import fold
from motcua.office import organisation_words as say
from motcua.office import plan_lines
from motcua.office.frame import frame
from motcua.office.paging import paged
from motcua.office.plan_files import NewPlanForm
from motcua.office.plan_forms import (
    DissolveForm,
    EstablishForm,
    HeadForm,
    LineForm,
    MoveForm,
    Offered,
    RecodeForm,
    RenameForm,
    TerritoryForm,
    TransferForm,
)
from motcua.office.plan_frame import (
    FIRST_LINE,
    HERE,
    LINES_A_PAGE,
    Planner,
    Said,
    draft_here,
    expected,
    faults_shown,
    item_of,
    keys_in,
    line_url,
    names_for,
    plan_frame,
    plan_here,
    planner,
)
from motcua.office.plan_merge import MergeForm
from motcua.office.plan_posts import PostForm
from motcua.office.plan_shown import standing_of_plan
from motcua.office.plan_split import SplitForm, split_form
from motcua.office.wording import grouped
from motcua.organisation import plan_words
from motcua.organisation.actions import (
    PlanData,
    UnableToReorganise,
    draft_reorganisation,
    operations_of,
    save_reorganisation,
)
from motcua.organisation.queries import ReorganisationFacts, plan_by_id, reorganisations
from motcua.organisation.queries.structure import eve, staffed_posts
from motcua.rules.reorganisation import Plan
from motcua.rules.reorganisation.reading import plan_text

SIZE = 25
FORMS: dict[str, Any] = {
    "merge": MergeForm,
    "establish": EstablishForm,
    "rename": RenameForm,
    "recode": RecodeForm,
    "move": MoveForm,
    "split": split_form,
    "transfer": TransferForm,
    "dissolve": DissolveForm,
    "post": PostForm,
    "territory": TerritoryForm,
}
# What shows the form anew with what was typed, and judges nothing: a search, one row more.
_PLAIN = frozenset({"tim", "them"})


# --- which there are --------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """List the plans, the latest day first, each with its state and how far it is."""
    who = planner(request)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = reorganisations()
    shown = found[page.first : page.first + SIZE]
    labels = [_("Kế hoạch"), _("Văn bản"), _("Ngày có hiệu lực"), _("Thao tác"), _("Trạng thái")]
    content = {
        "columns": [{"label": label, "number": n == 3} for n, label in enumerate(labels)],
        "rows": [_listed(row) for row in shown],
        "drafts": who.reach.drafts,
        "refreshes": any(row.state == "applying" for row in shown),
        **pages(more=len(found) > page.first + SIZE),
    }
    return render(request, "office/reorganisations.html", frame(who.duties, HERE, **content))


def _listed(row: ReorganisationFacts) -> list[Any]:
    state = str(say.STATES[row.state][0])
    if row.state == "applying":
        known = {"moved": grouped(row.moved), "total": grouped(row.total)}
        state = _("Đang thực hiện: %(moved)s trên %(total)s hồ sơ") % known
    elif row.state == "approved" and row.faults:
        state = _("Đã duyệt nhưng bị dừng: còn %(n)s lỗi") % {"n": len(row.faults)}
    return [
        {"url": reverse("office:reorganisation", args=[row.id]), "text": row.title},
        row.legal_basis,
        day(row.effective_on),
        grouped(row.count),
        state,
    ]


# --- beginning --------------------------------------------------------------------------------------------


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a plan by its head, or by its file."""
    who = planner(request, drafts=True)
    form = NewPlanForm(request.POST, request.FILES) if request.method == "POST" else NewPlanForm()
    if not form.is_bound or not form.is_valid():
        return _new_page(request, who, form)
    data = _data_of(form.plan) if form.plan else _typed_head(form, ())
    try:
        id = draft_reorganisation(data, by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        form.add_error(None, plan_words.refusal(refused.code, refused.facts))
        return _new_page(request, who, form)
    if form.plan:
        number = len(form.plan.operations)
        text = ngettext("Đã lập dự thảo với %(n)s thao tác.", "Đã lập dự thảo với %(n)s thao tác.", number)
        messages.success(request, text % {"n": grouped(number)})
    return redirect("office:reorganisation", id=id)


def _new_page(request: HttpRequest, who: Planner, form: NewPlanForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(
        request, "office/reorganisation_new.html", frame(who.duties, HERE, form=form), status=status
    )


def _data_of(plan: Plan) -> PlanData:
    return PlanData(plan.title, plan.act, plan.effective, operations_of(plan))


def _typed_head(form: HeadForm, operations: Sequence[Said]) -> PlanData:
    given = form.cleaned_data
    return PlanData(given["title"], given["act"], given["effective"], operations)


# --- one plan ---------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def plan(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a plan: its head, its operations in words, and where it stands."""
    who, found = planner(request), plan_here(id)
    return plan_page(request, who, found)


def plan_page(
    request: HttpRequest, who: Planner, found: ReorganisationFacts, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show a plan, with why something that was asked was not done."""
    page, pages = paged(request.GET.get("trang", ""), LINES_A_PAGE)
    shown = found.operations[page.first : page.first + LINES_A_PAGE]
    names = _names(found, shown)
    content = {
        "refused": refused,
        "lines": [
            {
                "n": n,
                "line": said["line"],
                "op": plan_lines.OPERATIONS[said["op"]],
                "text": plan_lines.in_words(said, names),
            }
            for n, said in enumerate(shown, page.first + 1)
        ],
        "start": page.first + 1,
        "editable": found.state == "draft" and who.reach.drafts,
        "operations": plan_lines.OPERATIONS.items(),
        **standing_of_plan(request, who, found),
        **pages(more=len(found.operations) > page.first + LINES_A_PAGE),
    }
    return render(
        request,
        "office/reorganisation.html",
        plan_frame(who, found, "reorganisation", **content),
        status=status,
    )


def _names(found: ReorganisationFacts, shown: Sequence[Said]) -> dict[str, str]:
    """Return what the lines of a page name: agencies by key, posts by "agency/post", people by "@user name"."""
    on = eve(found.effective_on)
    established = [said for said in found.operations if said["op"] == "establish"]
    names = names_for(shown, on=on) | names_for(established, on=on, only=set())
    changed = [said for said in shown if said["op"] == "post"]
    if changed:
        posts = staffed_posts(keys_in(changed), on=on)
        names |= {post.full_key: post.title_vi for post in posts}
        names |= {f"@{post.username}": post.name for post in posts if post.username}
    return names


@audience(STAFF)
@require_safe
def file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a plan as a file."""
    planner(request)
    found = plan_here(id)
    kept = plan_by_id(found.id)
    if kept is None:
        raise Http404
    answer = HttpResponse(plan_text(kept), content_type="application/x-ndjson; charset=utf-8")
    name = fold(found.title).replace(" ", "-")[:60].strip("-") or "ke-hoach"
    answer["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    return answer


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def head(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change what a plan is called, its act and its day."""
    who, found = planner(request, drafts=True), draft_here(id)
    initial = {"title": found.title, "act": found.legal_basis, "effective": found.effective_on}
    form = HeadForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        refused = _saved(request, who, found, _typed_head(form, found.operations))
        if refused is None:
            return redirect("office:reorganisation", id=id)
        form.add_error(None, refused)
    status = 422 if form.is_bound else 200
    content = plan_frame(who, plan_here(id), "reorganisation", form=form)
    return render(request, "office/reorganisation_head.html", content, status=status)


def _saved(request: HttpRequest, who: Planner, found: ReorganisationFacts, data: PlanData) -> str | None:
    """Save a plan; return why not in words."""
    try:
        save_reorganisation(found.id, data, expected=expected(request), by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        if refused.faults:
            return " ".join(one["text"] for one in faults_shown(found, refused.faults))
        return plan_words.refusal(refused.code, refused.facts)
    return None


# --- its lines --------------------------------------------------------------------------------------------


def _form(request: HttpRequest, op: str, found: ReorganisationFacts, said: Said | None) -> LineForm:
    """Return the form of an operation with what was sent; a search and one row more judge nothing."""
    make = FORMS[op]
    offered = Offered.of(found.operations, eve=_eve(found))
    if request.method != "POST":
        given = {"agency": request.GET["co_quan"]} if request.GET.get("co_quan") in offered.names else {}
        return make(offered=offered, said=said, initial=given)  # type: ignore[no-any-return]
    wish = request.POST.get("viec", "")
    more = {"more": 1} if op == "split" and wish == "them" else {}
    form: LineForm = make(request.POST, offered=offered, said=said, **more)
    if wish not in _PLAIN:
        return form
    typed = {
        name: field.widget.value_from_datadict(form.data, form.files, name)
        for name, field in form.fields.items()
    }
    rows = {"rows": form.number_of_rows} if isinstance(form, SplitForm) else {}
    return make(offered=offered, said=said, initial=typed, **rows)  # type: ignore[no-any-return]


def _eve(found: ReorganisationFacts) -> date:
    return max(clock.today(), eve(found.effective_on))


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, id: UUID, op: str) -> HttpResponse:
    """Add an operation to a draft."""
    who, found = planner(request, drafts=True), draft_here(id)
    if op not in FORMS:
        raise Http404
    form = _form(request, op, found, None)
    if form.is_bound and form.is_valid():
        first = max((int(said["line"]) for said in found.operations), default=FIRST_LINE - 1) + 1
        added = [{**said, "line": first + n} for n, said in enumerate(form.lines())]
        if (refused := _with(request, who, found, [*found.operations, *added])) is None:
            return redirect(_at(plan_here(id), first))
        form.add_error(None, refused)
    return _line_page(request, who, form, op, id)


def _with(
    request: HttpRequest, who: Planner, found: ReorganisationFacts, operations: Sequence[Said]
) -> str | None:
    data = PlanData(found.title, found.legal_basis, found.effective_on, operations)
    return _saved(request, who, found, data)


def _at(found: ReorganisationFacts, line: int) -> str:
    return line_url(found, line, item_of(found.operations))


def _line_page(
    request: HttpRequest, who: Planner, form: LineForm, op: str, id: UUID, said: Said | None = None
) -> HttpResponse:
    content = {
        "form": form,
        "op": op,
        "name": plan_lines.OPERATIONS[op],
        "line": said["line"] if said else None,
    }
    return render(
        request,
        "office/reorganisation_line.html",
        plan_frame(who, plan_here(id), "reorganisation", **content),
        status=422 if form.is_bound else 200,
    )


def _line(found: ReorganisationFacts, line: int) -> Said:
    said = next((one for one in found.operations if one["line"] == line), None)
    if said is None:
        raise Http404
    return said


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, id: UUID, line: int) -> HttpResponse:
    """Change an operation of a draft."""
    who, found = planner(request, drafts=True), draft_here(id)
    said = _line(found, line)
    form = _form(request, said["op"], found, said)
    if form.is_bound and form.is_valid():
        [changed] = form.lines()
        operations = [{**changed, "line": line} if one is said else one for one in found.operations]
        if (refused := _with(request, who, found, operations)) is None:
            return redirect(_at(found, line))
        form.add_error(None, refused)
    return _line_page(request, who, form, said["op"], id, said)


@audience(STAFF)
@require_POST
def remove(request: HttpRequest, id: UUID, line: int) -> HttpResponse:
    """Take an operation out of a draft."""
    who, found = planner(request, drafts=True), draft_here(id)
    said = _line(found, line)
    refused = _with(request, who, found, [one for one in found.operations if one is not said])
    if refused is not None:
        return plan_page(request, who, plan_here(id), refused=refused, status=409)
    messages.success(request, _("Đã bỏ thao tác. Kiểm tra lại kế hoạch trước khi trình."))
    return redirect("office:reorganisation", id=id)
