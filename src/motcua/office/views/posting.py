"""Notice boards: how they stand, what hangs at an agency, putting up, checking, taking down, printing."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.catalogue import queries as catalogue
from motcua.catalogue.actions.posting import UnableToPost, check_postings, post_versions, remove_postings
from motcua.catalogue.queries import published
from motcua.catalogue.queries.posting import BoardSums, PostingFacts, board_sums, postings, taken_down
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.office import board_words as say
from motcua.office.boards import Keeper, board, keeper, not_posted
from motcua.office.frame import frame
from motcua.office.posting_forms import PutUpForm, TakeDownForm, check_form
from motcua.office.sheets import sheets_pdf
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts

_HERE = "office:boards"


@audience(STAFF)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how the boards of each agency stand; who keeps those of one agency only is led there."""
    who = keeper(request)
    everyone = organisation.agencies(on=who.today)
    shown = [agency for agency in everyone if who.boards.may_see(agency.id)]
    if len(shown) == 1:
        return redirect("office:board", key=shown[0].key)
    sums = board_sums(on=who.today, agencies=[agency.id for agency in shown])
    language = get_language() or "vi"
    content = {
        "on": day(who.today),
        "faults": say.COLUMNS.values(),
        "rows": [_sums(agency, sums[agency.id]) for agency in shown if agency.id in sums],
        "without": [
            {"name": agency.name(language), "url": reverse("office:board", args=[agency.key])}
            for agency in shown
            if agency.id not in sums
        ],
    }
    return render(request, "office/posting_overview.html", frame(who.duties, _HERE, **content))


def _sums(agency: AgencyFacts, found: BoardSums) -> dict[str, Any]:
    url = reverse("office:board", args=[agency.key])
    counted = {"phai-xu-ly": found.stale, **found.by_fault}
    return {
        "name": agency.name(get_language() or "vi"),
        "url": url,
        "hanging": found.hanging,
        "places": found.places,
        "faults": [
            {"number": number, "url": f"{url}?{urlencode({'loc': fault})}" if number else ""}
            for fault, number in counted.items()
        ],
        "last_check": stamp(found.last_check) or "–",
    }


@audience(STAFF)
@require_safe
def register(request: HttpRequest, key: str) -> HttpResponse:
    """Show what hangs at an agency by place, first what must be seen to; `loc` and `noi` narrow."""
    who, agency = board(request, key)
    rows = postings(on=who.today, agencies=[agency.id])
    asked = request.GET.get("loc", "")
    shown = [row for row in rows if _asked(row, asked)]
    if place := request.GET.get("noi", ""):
        shown = [row for row in shown if row.place == place]
    keeps = who.boards.may_keep(agency.id)
    content = {
        "agency": agency,
        "name": agency.name(get_language() or "vi"),
        "keeps": keeps,
        "overview": len(who.boards.own) > 1 or who.boards.everywhere,
        "finding": _finding(rows),
        "filters": _filters(rows, asked),
        "narrowed": bool(asked or place),
        "places": _places(agency, shown, keeps),
        "replacing": any(_replaced(row) for row in rows),
        "unposted": len(not_posted(agency, (row.code for row in rows), on=who.today)),
        "past": taken_down(agency.id, most=50),
    }
    return render(request, "office/posting_register.html", frame(who.duties, _HERE, **content))


def _asked(row: PostingFacts, asked: str) -> bool:
    return not asked or (bool(row.faults) if asked == "phai-xu-ly" else asked in row.faults)


def _finding(rows: list[PostingFacts]) -> str:
    hanging = ngettext("%(n)s tờ đang treo", "%(n)s tờ đang treo", len(rows)) % {"n": len(rows)}
    stale = sum(bool(row.faults) for row in rows)
    if not stale:
        return _("%(hanging)s, không tờ nào phải xử lý.") % {"hanging": hanging}
    return _("%(hanging)s, %(n)s tờ phải xử lý.") % {"hanging": hanging, "n": stale}


def _filters(rows: list[PostingFacts], asked: str) -> list[dict[str, Any]]:
    choices = [("", _("Tất cả")), ("phai-xu-ly", _("Phải xử lý")), *say.FAULTS.items()]
    found = []
    for key, label in choices:
        number = sum(_asked(row, key) for row in rows)
        if number or not key:
            url = f"?{urlencode({'loc': key})}" if key else "?"
            found.append({"url": url, "label": label, "count": number, "current": key == asked})
    return found


def _places(agency: AgencyFacts, rows: list[PostingFacts], keeps: bool) -> list[dict[str, Any]]:
    columns = [_("Thủ tục"), _("Bản"), _("Đang treo"), _("Kiểm tra gần nhất"), _("Phải làm")]
    by_place: dict[str, list[PostingFacts]] = {}
    for row in rows:
        by_place.setdefault(row.place, []).append(row)
    return [
        {
            "name": place,
            "check_url": f"{reverse('office:board_check', args=[agency.key])}?{urlencode({'noi': place})}",
            "columns": [{"label": name} for name in columns] + ([{"label": _("Gỡ")}] if keeps else []),
            "rows": [_row(agency, row, keeps) for row in there],
        }
        for place, there in by_place.items()
    ]


def _row(agency: AgencyFacts, row: PostingFacts, keeps: bool) -> list[Any]:
    sheet = reverse("office:board_sheets", args=[agency.key])
    cells: list[Any] = [
        {"url": reverse("portal:procedure", args=[row.code]), "text": f"{row.code} {_name(row)}"},
        {
            "url": f"{sheet}?{urlencode({'ma': row.code})}",
            "text": (_("Bản %(n)s") % {"n": row.number}).replace(" ", "\xa0"),
        },
        say.hung(row),
        say.last_check(row),
        ". ".join(part for part in (say.faults(row), say.to_do(row)) if part),
    ]
    take_down = {"url": reverse("office:board_take_down", args=[agency.key, row.id]), "text": _("Gỡ")}
    return [*cells, take_down] if keeps else cells


def _name(row: PostingFacts) -> str:
    return row.name(get_language() or "vi")


def _replaced(row: PostingFacts) -> bool:
    """Tell whether a new sheet must be printed for a posting."""
    return "withdrawn" not in row.faults and bool(set(row.faults) - {"unchecked"})


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def put_up(request: HttpRequest, key: str) -> HttpResponse:
    """Note what was put up at a place, or print it first."""
    who, agency = board(request, key, keeps=True)
    rows = postings(on=who.today, agencies=[agency.id])
    versions = dict(catalogue.every_current(on=who.today))
    given = request.POST if request.method == "POST" else None
    initial = {"posted_on": who.today, "codes": request.GET.get("ma", "")[:2000]}
    form = PutUpForm(given, versions=versions, initial=initial)
    if given is not None and "in" in given and "codes" not in form.errors:
        return _pdf(agency, form.chosen, who)
    if form.is_bound and form.is_valid() and _put_up(agency, form, who):
        number = len(form.chosen)
        said = ngettext("Đã ghi %(n)s tờ vào sổ niêm yết.", "Đã ghi %(n)s tờ vào sổ niêm yết.", number)
        messages.success(request, said % {"n": number})
        return redirect("office:board", key=agency.key)
    content = {
        "agency": agency,
        "form": form,
        "places": list(dict.fromkeys(row.place for row in rows)),
        "unposted": not_posted(agency, (row.code for row in rows), on=who.today),
    }
    status = 422 if form.is_bound else 200
    return render(request, "office/posting_put_up.html", frame(who.duties, _HERE, **content), status=status)


def _put_up(agency: AgencyFacts, form: PutUpForm, who: Keeper) -> bool:
    said = form.cleaned_data
    try:
        post_versions(
            form.chosen,
            agency_id=agency.id,
            place=said["place"],
            posted_on=said["posted_on"],
            by=who.actor,
            at=who.at,
        )
    except UnableToPost as refused:
        on_day = refused.code in ("day_ahead", "before_version", "before_posted")
        form.add_error("posted_on" if on_day else None, say.refusal(refused.code))
        return False
    return True


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Note what somebody found who stands before the board of a place."""
    who, agency = board(request, key)
    place = request.GET.get("noi", "")
    rows = [row for row in postings(on=who.today, agencies=[agency.id]) if row.place == place]
    if not rows:
        raise Http404
    form = check_form(rows, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            check_postings(form.findings, agency_id=agency.id, by=who.actor, at=who.at)
        except UnableToPost as refused:
            form.add_error(None, say.refusal(refused.code))
        else:
            messages.success(request, _("Đã ghi kết quả kiểm tra ở “%(place)s”.") % {"place": place})
            return redirect("office:board", key=agency.key)
    content = {
        "agency": agency,
        "place": place,
        "form": form,
        "rows": [
            {"posting": row, "name": _name(row), "hung": say.hung(row), "found": found, "note": note}
            for row, (found, note) in zip(rows, form.lines, strict=True)
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "office/posting_check.html", frame(who.duties, _HERE, **content), status=status)


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, key: str, id: UUID) -> HttpResponse:
    """Note since when a posting no longer hangs."""
    who, agency = board(request, key, keeps=True)
    row = next((row for row in postings(on=who.today, agencies=[agency.id]) if row.id == id), None)
    if row is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    form = TakeDownForm(given, initial={"removed_on": who.today})
    if form.is_bound and form.is_valid():
        day_off = form.cleaned_data["removed_on"]
        try:
            remove_postings([row.id], agency_id=agency.id, removed_on=day_off, by=who.actor, at=who.at)
        except UnableToPost as refused:
            form.add_error("removed_on", say.refusal(refused.code))
        else:
            messages.success(request, _("Đã ghi gỡ tờ %(code)s.") % {"code": row.code})
            return redirect("office:board", key=agency.key)
    content = {"agency": agency, "form": form, "row": row, "name": _name(row), "hung": say.hung(row)}
    status = 422 if form.is_bound else 200
    return render(
        request, "office/posting_take_down.html", frame(who.duties, _HERE, **content), status=status
    )


@audience(STAFF)
@require_safe
def sheets(request: HttpRequest, key: str) -> HttpResponse:
    """Print the versions in force: of one code (`ma`), of what must be replaced (`loc`), of a place (`noi`), of all."""
    who, agency = board(request, key)
    if code := request.GET.get("ma", ""):
        version = catalogue.current_version(code, on=who.today)
        chosen = [version.id] if version else []
    else:
        rows = postings(on=who.today, agencies=[agency.id])
        if request.GET.get("loc"):
            rows = [row for row in rows if _replaced(row)]
        if place := request.GET.get("noi", ""):
            rows = [row for row in rows if row.place == place]
        living = (row for row in rows if "withdrawn" not in row.faults)
        chosen = list(dict.fromkeys(row.current_id for row in living if row.current_id))
    if not chosen:
        raise Http404
    return _pdf(agency, chosen, who)


def _pdf(agency: AgencyFacts, chosen: list[UUID], who: Keeper) -> HttpResponse:
    made = sheets_pdf(agency, [published(id) for id in chosen], on=who.today)
    name = f"niem-yet-{agency.key}-{who.today:%Y-%m-%d}.pdf"
    return HttpResponse(
        made, "application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
