"""The way of a draft to a published version: what it is about, those in flight, a second person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.catalogue import queries as catalogue
from motcua.catalogue.access import stewards
from motcua.kit.audience import STAFF, audience
from motcua.kit.forms import PlainForm
from motcua.kit.templatetags.ui import stamp
from motcua.office import process_words as say
from motcua.office.frame import Steward
from motcua.office.process_frame import draft_frame, draft_here, expected, keeper, open_draft, sheet_of
from motcua.office.process_publish_forms import AboutForm, PolicyForm, PublishForm
from motcua.office.process_table import faults_told
from motcua.rules.localday import local_day
from motcua.rules.process import Process
from motcua.rules.process.moving import identity
from motcua.workflow.actions import (
    UnableToDraft,
    propose_draft,
    publish_draft,
    save_about,
    save_in_flight,
)
from motcua.workflow.queries import (
    DraftFacts,
    Preview,
    check_draft,
    newest_process,
    preview_in_flight,
    process,
    version_facts,
)
from motcua.workflow.words import titles_of


@audience(STAFF)
@require_safe
def publish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what is left to do before a draft is published."""
    who = keeper(request)
    return _page(request, who, draft_here(id))


def _page(
    request: HttpRequest,
    who: Steward,
    row: DraftFacts,
    *,
    about: AboutForm | None = None,
    policy: PolicyForm | None = None,
    dated: PublishForm | None = None,
    refused: str = "",
) -> HttpResponse:
    checked = check_draft(row, on=local_day(who.at))
    sent: PlainForm | None = about or policy or dated
    preview = preview_in_flight(row.id)
    content = {
        "about": about or _about(row, who),
        "policy": policy or _policy(row),
        "preview": _previewed(row, preview) if preview and preview.source_id else None,
        "dated": dated or PublishForm(),
        "form": sent if sent is not None and sent.errors else None,
        "refused": refused,
        "errors": len(checked.errors),
        "warnings": len(checked.warnings),
        "lacks_basis": not row.legal_basis.strip(),
        "ready": not checked.errors and not row.open_doubts and bool(row.legal_basis.strip()),
        "publishers": _publishers(row, who) if row.state in ("open", "proposed") else "",
        "same_person": who.user.id in (row.proposed_by, row.saved_by),
        "proposed": _proposed(row),
        "version": version_facts(row.published_id) if row.published_id else None,
    }
    status = 422 if refused or (sent is not None and sent.errors) else 200
    return render(
        request,
        "office/process_publish.html",
        draft_frame(who, row, "process_publish", **content),
        status=status,
    )


def _proposed(row: DraftFacts) -> str:
    if row.proposed_at is None:
        return ""
    known = {"who": row.proposed_by_name or "–", "at": stamp(row.proposed_at)}
    return _("%(who)s đề nghị công bố lúc %(at)s.") % known


_MOST_NAMED = 5


def _publishers(row: DraftFacts, who: Steward) -> str:
    """Name those who may publish once it is proposed; of the person here this is known."""
    sender = row.proposed_by or who.user.id
    english = get_language() == "en"
    found: dict[UUID, str] = {}
    for one in stewards(on=local_day(who.at)):
        if one.user_id not in (sender, row.saved_by):
            post = one.title_en if english and one.title_en else one.title_vi
            found.setdefault(one.user_id, f"{one.name} ({post})")
    more = [_("và %(n)s người khác") % {"n": len(found) - _MOST_NAMED}] if len(found) > _MOST_NAMED else []
    return ", ".join([*list(found.values())[:_MOST_NAMED], *more])


def _about(row: DraftFacts, who: Steward, data: Any = None) -> AboutForm:
    initial = {"title_vi": row.title_vi, "title_en": row.title_en, "legal_basis": row.legal_basis}
    initial["procedure"] = code_of(row.procedure_id, who)
    return AboutForm(data, on=local_day(who.at), initial=initial, prefix="about")


def code_of(procedure_id: UUID | None, who: Steward) -> str:
    """Return the code of a procedure in force; empty without."""
    found = catalogue.version_in_force(procedure_id, on=local_day(who.at)) if procedure_id else None
    return catalogue.published(found).record.code if found else ""


# --- those in flight ----------------------------------------------------------------------------------------


def _old(row: DraftFacts) -> Process | None:
    newest = newest_process(row.key)
    return process(newest) if newest else None


def places_told(of: Process, only: set[str]) -> list[tuple[str, str]]:
    """Return what the places `only` of a process are called, in its order: nodes, and flows before joins."""
    titles = titles_of(of.nodes, of.flows, get_language() or "vi")
    ends = {flow.key: (flow.source, flow.target) for flow in of.flows}

    def called(key: str) -> str:
        if key not in ends:
            return titles.get(key, key)
        source, target = (titles.get(end, end) for end in ends[key])
        return _("%(from)s, đã xong, chờ ở “%(to)s”") % {"from": source, "to": target}

    keys = [node.key for node in of.nodes] + [flow.key for flow in of.flows]
    return [(key, called(key)) for key in keys if key in only]


def _policy(row: DraftFacts, data: Any = None) -> PolicyForm | None:
    old, new = _old(row), row.process
    if old is None or new is None:
        return None
    said = dict(row.in_flight.get("mapping") or {})
    usual = identity(old, new)
    places = places_told(old, set(identity(old, old)))
    initial: dict[str, str] = {"kind": str(row.in_flight.get("kind") or "stay")}
    for n, (key, _title) in enumerate(places):
        initial[f"place-{n}"] = said[key] or "" if key in said else usual.get(key, "")
    targets = places_told(new, set(identity(new, new)))
    return PolicyForm(data, places=places, targets=targets, initial=initial, prefix="policy")


def _previewed(row: DraftFacts, preview: Preview) -> dict[str, Any]:
    old = _old(row)
    titles = dict(places_told(old, {one.place for one in preview.places})) if old else {}
    rows = [
        [
            titles.get(one.place, one.place),
            str(one.standing),
            str(one.going),
            "; ".join(f"{number}: {say.staying(code)}" for code, number in one.staying.items()) or "–",
        ]
        for one in preview.places
        if one.standing
    ]
    number = {"number": True}
    columns = [
        {"label": _("Việc của phiên bản cũ")},
        {"label": _("Hồ sơ có việc này"), **number},
        {"label": _("Chuyển được"), **number},
        {"label": _("Không chuyển, vì sao")},
    ]
    return {
        "running": preview.running,
        "going": preview.going,
        "staying": preview.running - preview.going,
        "number": preview.source_number,
        "rows": rows,
        "columns": columns,
        "beside": sum(one.standing for one in preview.places) > preview.running,
        "faults": faults_told(sheet_of(row), preview.faults),
    }


@audience(STAFF)
@require_POST
def about(request: HttpRequest, id: UUID) -> HttpResponse:
    """Keep what a draft is about."""
    who = keeper(request)
    row = open_draft(id)
    form = _about(row, who, request.POST)
    if not form.is_valid():
        return _page(request, who, row, about=form)
    given = form.cleaned_data
    try:
        save_about(
            id,
            title_vi=given["title_vi"],
            title_en=given["title_en"],
            procedure_id=form.procedure_id,
            legal_basis=given["legal_basis"],
            expected=expected(request),
            by=who.actor,
            at=who.at,
        )
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), about=form, refused=say.refusal(refused.code))
    messages.success(request, _("Đã lưu."))
    return redirect("office:process_publish", id=id)


@audience(STAFF)
@require_POST
def policy(request: HttpRequest, id: UUID) -> HttpResponse:
    """Keep what happens to those in flight."""
    who = keeper(request)
    row = open_draft(id)
    form = _policy(row, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, who, row, policy=form)
    said: dict[str, Any] = {"kind": form.cleaned_data["kind"]}
    if said["kind"] == "move":
        said["mapping"] = form.mapping
    try:
        save_in_flight(id, said, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), policy=form, refused=say.refusal(refused.code))
    return redirect(f"{reverse('office:process_publish', args=[id])}#dang-chay")


# --- two persons --------------------------------------------------------------------------------------------


@audience(STAFF)
@require_POST
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send a draft to a second person."""
    who = keeper(request)
    open_draft(id)
    try:
        propose_draft(id, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), refused=say.refusal(refused.code))
    messages.success(request, _("Đã đề nghị công bố. Một người khác mở trang này để công bố."))
    return redirect("office:process_publish", id=id)


@audience(STAFF)
@require_POST
def confirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Publish what another person proposed."""
    who = keeper(request)
    row = open_draft(id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, who, row, dated=form)
    try:
        version_id = publish_draft(
            id,
            expected=expected(request),
            use_from=form.cleaned_data["use_from"],
            by=who.actor,
            at=who.at,
        )
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), refused=say.refusal(refused.code))
    version = version_facts(version_id)
    assert version is not None
    messages.success(request, _("Đã công bố phiên bản %(n)s.") % {"n": version.number})
    return redirect("office:process_version", key=version.key, number=version.number)
