"""The organisation of a day as a tree, an agency with its dated facts and its line of descent, and acting for another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.accounts.queries import User, actor
from motcua.catalogue.queries.naming import names_by_id
from motcua.dossiers.queries import open_at
from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.kit.text import fold
from motcua.office import organisation_words as say
from motcua.office import structure_shown as shown
from motcua.office.frame import duties_here, frame
from motcua.office.paging import paged
from motcua.office.structure_forms import CloseForm, DayForm, StructureForm
from motcua.office.wording import grouped
from motcua.organisation import plan_words
from motcua.organisation import queries as organisation
from motcua.organisation.access import may_close, plans_for
from motcua.organisation.actions import UnableToClose, close_office, reopen_office
from motcua.organisation.queries import AgencyFacts, Duty
from motcua.organisation.queries.closures import acting_between, closures
from motcua.organisation.queries.structure import (
    Descent,
    VersionOfAgency,
    began_on,
    competences_of,
    descent_of,
    desks_of,
    staffed_posts,
    territory_names,
    version_on,
    versions_of,
)
from motcua.rules.localday import local_day

SIZE = 100
HERE = "office:structure"
_DEEPEST = 6
_SEES_DOSSIERS = frozenset({"head", "sign", "see_agency", "administer"})


# --- all of them ------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """Show the agencies of a day (`ngay`) as a tree; those that a search (`tim`, `loai`) finds as a list."""
    duties, today = duties_here(request), clock.today()
    form = StructureForm(request.GET if request.GET else None, initial={"ngay": today})
    on = form.day(today) if form.is_bound else today
    words, kind = fold(form.said("tim")), form.said("loai")
    every = organisation.agencies(on=on)
    found = _found(every, words, kind) if words or kind else _tree(every)
    asked = {"tim": form.said("tim"), "loai": kind}
    if on != today:
        asked |= {name: str(value) for name, value in shown.asked_day(on).items()}
    page, pages = paged(request.GET.get("trang", ""), SIZE, **asked)
    part = found[page.first : page.first + SIZE]
    began = began_on(row.id for row, _depth in part)
    names = {row.id: row for row in every}
    content = {
        "form": form,
        "day": on,
        "is_today": on == today,
        "number": len(found),
        "rows": [_row(row, depth, names, began, on, today) for row, depth in part],
        "reads": plans_for(duties, on=today).reads,
        **pages(more=len(found) > page.first + SIZE),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "office/structure.html", frame(duties, HERE, **content), status=status)


def _found(every: Iterable[AgencyFacts], words: str, kind: str) -> list[tuple[AgencyFacts, int]]:
    return [
        (row, 0)
        for row in every
        if (not kind or row.kind == kind)
        and (not words or words in fold(f"{row.name_vi} {row.name_en} {row.short_vi} {row.code} {row.key}"))
    ]


def _tree(every: list[AgencyFacts]) -> list[tuple[AgencyFacts, int]]:
    """Return the agencies below those that they belong to, each with its depth."""
    known = {row.id for row in every}
    below: dict[UUID | None, list[AgencyFacts]] = defaultdict(list)
    for row in every:
        below[row.parent_id if row.parent_id in known else None].append(row)
    found: list[tuple[AgencyFacts, int]] = []
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, min(depth + 1, _DEEPEST)) for child in reversed(below[row.id])]
    return found


def _row(
    row: AgencyFacts,
    depth: int,
    names: dict[UUID, AgencyFacts],
    began: dict[UUID, date],
    on: date,
    today: date,
) -> dict[str, Any]:
    language = get_language() or "vi"
    above = names.get(row.parent_id) if row.parent_id else None
    return {
        "depth": depth,
        "url": shown.page_of(row.key, on, today),
        "name": row.name(language),
        "kind": say.KINDS.get(row.kind, row.kind),
        "parent": above.name(language) if above else "–",
        "code": row.code or "–",
        "since": day(began.get(row.id)),
        "outside": row.outside,
    }


# --- one of them ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """An agency, the day of which it is shown, and who looks at it."""

    user: User
    duties: tuple[Duty, ...]
    at: datetime
    id: UUID
    key: str
    on: date
    form: DayForm

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.at)

    @property
    def closes(self) -> bool:
        """Whether this person may let another office act for the agency."""
        return may_close(self.duties, self.id, on=self.today)

    @property
    def sees_dossiers(self) -> bool:
        """Whether this person may know how much work an agency has."""
        return (
            any(
                duty.role == "see_province" or (duty.role in _SEES_DOSSIERS and duty.agency_id == self.id)
                for duty in self.duties
            )
            or plans_for(self.duties, on=self.today).reads
        )


def _place(request: HttpRequest, key: str) -> _Place:
    duties, at = duties_here(request), clock.now()
    id = organisation.agency_by_key(key)
    if id is None:
        raise Http404
    today = local_day(at)
    asked = any(name.startswith("ngay-") for name in request.GET)
    form = DayForm(request.GET if asked else None, initial={"ngay": today})
    return _Place(cast(User, request.user), duties, at, id, key, form.day(today) if asked else today, form)


@audience(STAFF)
@require_safe
def agency(request: HttpRequest, key: str) -> HttpResponse:
    """Show an agency as it is on a day (`ngay`): its dated facts, where it comes from, who acts for it."""
    return _page(request, _place(request, key))


def _page(
    request: HttpRequest, here: _Place, *, closing: CloseForm | None = None, reasons: Iterable[str] = ()
) -> HttpResponse:
    descent = descent_of(here.id)
    acting = acting_between([here.id], on=here.today)
    wanted = (
        {here.id} | descent.agencies | {row.agency_id for row in acting} | {row.acting_id for row in acting}
    )
    versions = _with_parents(versions_of(wanted), here.id)
    names = shown.Names(versions, here.today)
    own = versions[here.id]
    now = next((row for row in own if row.holds(here.on)), None)
    groups = closures(acting)
    content = {
        "form": here.form if here.form.errors else None,
        "day_form": here.form,
        "key": here.key,
        "name": names.text(here.id, here.on),
        "day": here.on,
        "is_today": here.on == here.today,
        "standing": _standing(own, here.on),
        "facts": _facts(now, names, here),
        "versions": shown.version_rows(own, names),
        "version_columns": shown.columns(
            _("Thời gian"), _("Tên"), _("Thuộc"), _("Mã định danh"), _("Căn cứ")
        ),
        "acted_for": [
            shown.closure_shown(one, names, may_end=here.closes) for one in groups if one.agency_id == here.id
        ],
        "acts_for": [
            shown.closure_shown(one, names, may_end=False) for one in groups if one.agency_id != here.id
        ],
        "closing": closing or (_close_form(here) if here.closes and now and here.on == here.today else None),
        "reasons": list(reasons),
        **_line(descent, names, here),
        **_staff(here),
    }
    status = 422 if content["form"] or reasons or (closing and closing.errors) else 200
    return render(request, "office/agency.html", frame(here.duties, HERE, **content), status=status)


def _with_parents(versions: dict[UUID, list[VersionOfAgency]], id: UUID) -> dict[UUID, list[VersionOfAgency]]:
    parents = {row.parent_id for row in versions[id] if row.parent_id} - versions.keys()
    return versions | (versions_of(parents) if parents else {})


def _standing(own: list[VersionOfAgency], on: date) -> str:
    """Say of an agency that is not there on a day when it was or will be."""
    if any(row.holds(on) for row in own):
        return ""
    if on < own[0].valid_from:
        return _("Ngày này cơ quan chưa có; hoạt động từ %(day)s.") % {"day": day(own[0].valid_from)}
    return _("Cơ quan đã kết thúc từ %(day)s; dưới đây là lần cuối.") % {"day": day(own[-1].valid_to)}


def _facts(now: VersionOfAgency | None, names: shown.Names, here: _Place) -> list[dict[str, Any]]:
    row = now or version_on(names.versions[here.id], here.on)
    assert row is not None
    places = territory_names([row.territory_code], on=here.on)
    facts: dict[str, Any] = {
        _("Loại"): say.KINDS.get(row.kind, row.kind),
        _("Thuộc"): names.text(row.parent_id, here.on) if row.parent_id else "",
        _("Mã định danh (QĐ 20)"): row.code_qd20,
        _("Mã theo QCVN 102"): row.code_qcvn102,
        _("Địa bàn"): f"{places.get(row.territory_code, '')} ({row.territory_code})"
        if row.territory_code
        else "",
        _("Mẫu mã hồ sơ"): row.number_template,
        _("Hoạt động từ"): day(names.versions[here.id][0].valid_from),
    }
    if here.sees_dossiers and here.on == here.today:
        facts[_("Hồ sơ đang mở")] = grouped(open_at(here.id))
    return [{"label": label, "value": value} for label, value in facts.items() if value]


def _line(descent: Descent, names: shown.Names, here: _Place) -> dict[str, Any]:
    links = (*descent.before, *descent.after)
    places = territory_names({link.territory_code for link in links}, on=here.on) if links else {}
    ids = {link.procedure_id for link in links if link.procedure_id}
    codes = {id: code for id, (code, _name) in names_by_id(ids).items()} if ids else {}
    return {
        "before": shown.generations(descent.before, names, places, codes),
        "after": shown.generations(descent.after, names, places, codes),
    }


def _staff(here: _Place) -> dict[str, Any]:
    posts = staffed_posts([here.key], on=here.on)
    competences = competences_of(here.id, on=here.on)
    places = territory_names({row.territory_code for row in competences}, on=here.on) if competences else {}
    names = names_by_id({row.procedure_id for row in competences}) if competences else {}
    return {
        "posts": shown.post_rows(posts),
        "post_columns": shown.columns(_("Vị trí"), _("Nhóm việc"), _("Người giữ"), _("Quyền")),
        "desks": desks_of(here.id, on=here.on),
        "competences": shown.competence_rows(competences, names, places),
        "competence_columns": shown.columns(
            _("Việc"), _("Thủ tục"), _("Địa bàn"), _("Thời gian"), _("Căn cứ")
        ),
    }


# --- acting for another -----------------------------------------------------------------------------------


def _close_form(here: _Place, data: Any = None) -> CloseForm:
    others = [row for row in organisation.agencies(on=here.today) if row.id != here.id and not row.outside]
    return CloseForm(data, agencies=others, prefix="dong")


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str) -> HttpResponse:
    """Let another office act for one that closes for a time."""
    here = _place(request, key)
    if not here.closes:
        raise Http404
    if request.method != "POST":
        return redirect(f"{reverse('office:agency', args=[key])}#lam-thay")
    form = _close_form(here, request.POST)
    if not form.is_valid():
        return _page(request, here, closing=form)
    given = form.cleaned_data
    acting = organisation.agency_by_key(given["acting"])
    assert acting is not None
    try:
        number = close_office(
            here.id,
            acting=acting,
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            legal_basis=given["legal_basis"],
            by=actor(here.user),
            at=here.at,
        )
    except UnableToClose as refused:
        told = [plan_words.refusal(one.code, dict(one.facts)) for one in refused.reasons]
        return _page(request, here, closing=form, reasons=told)
    text = ngettext("Đã giao %(n)s vị trí làm thay.", "Đã giao %(n)s vị trí làm thay.", number)
    messages.success(request, text % {"n": number})
    return redirect(f"{reverse('office:agency', args=[key])}#lam-thay")


@audience(STAFF)
@require_POST
def reopen(request: HttpRequest, key: str) -> HttpResponse:
    """End a closure early."""
    here = _place(request, key)
    if not here.closes:
        raise Http404
    try:
        since = date.fromisoformat(request.POST.get("tu", ""))
    except ValueError:
        raise Http404 from None
    try:
        number = reopen_office(here.id, valid_from=since, by=actor(here.user), at=here.at)
    except UnableToClose as refused:
        messages.error(request, plan_words.refusal(refused.reasons[0].code))
    else:
        text = ngettext(
            "Đã kết thúc việc làm thay ở %(n)s vị trí.", "Đã kết thúc việc làm thay ở %(n)s vị trí.", number
        )
        messages.success(request, text % {"n": number})
    return redirect(f"{reverse('office:agency', args=[key])}#lam-thay")
