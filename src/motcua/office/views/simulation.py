"""The page of simulations: what a past period would have looked like under another limit or calendar."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from motcua.calendars.notice_file import MOST_BYTES, NoticeUnreadable, parse_notice
from motcua.dossiers.queries.simulating import (
    COUNTS,
    LISTED,
    Asked,
    ProcedureNames,
    Replayed,
    Simulation,
    procedures_named,
    simulated,
)
from motcua.dossiers.words import limit_words
from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.kit.text import inert
from motcua.office import wording
from motcua.office.asking import whole_days_basis
from motcua.office.frame import duties_here, frame
from motcua.office.paging import paged
from motcua.office.simulation_form import MOST_TYPED, NATION, SimulationForm, said_fault, typed
from motcua.organisation.queries import Duty
from motcua.reporting.access import NoFigures, agencies_for, openable
from motcua.reporting.queries import Attribution, ReportingAgency, reporting_agencies
from motcua.rules.localday import local_day

SIZE = 50
_HERE = "office:simulation"
_COUNTS = {
    "solved": lazy("Đã giải quyết"),
    "late": lazy("Trễ hạn"),
    "would_be_late": lazy("Trễ hạn nếu mô phỏng"),
    "newly_late": lazy("Trễ thêm"),
    "no_longer_late": lazy("Không còn trễ"),
    "open": lazy("Cuối kỳ chưa xong"),
    "open_late": lazy("Quá hạn"),
    "open_would_be_late": lazy("Quá hạn nếu mô phỏng"),
    "open_newly_late": lazy("Quá hạn thêm"),
    "open_no_longer_late": lazy("Không còn quá hạn"),
}
# A heading stands alone, away from its column.
_LISTS = {
    "late": lazy("Đã giải quyết trễ hạn"),
    "would_be_late": lazy("Đã giải quyết, trễ hạn nếu mô phỏng"),
    "newly_late": lazy("Đã giải quyết, trễ thêm nếu mô phỏng"),
    "no_longer_late": lazy("Đã giải quyết, không còn trễ nếu mô phỏng"),
    "open_late": lazy("Cuối kỳ chưa xong, quá hạn"),
    "open_would_be_late": lazy("Cuối kỳ chưa xong, quá hạn nếu mô phỏng"),
    "open_newly_late": lazy("Cuối kỳ chưa xong, quá hạn thêm nếu mô phỏng"),
    "open_no_longer_late": lazy("Cuối kỳ chưa xong, không còn quá hạn nếu mô phỏng"),
}
_PASSED_OVER = {
    "extend_after_due": lazy("gia hạn khi đã quá hạn nên không tính"),
    "extend_not_later": lazy("ngày gia hạn không sau hạn mô phỏng nên không tính"),
    "restart_after_due": lazy("tính lại từ đầu khi đã quá hạn nên không tính"),
    "reckon_after_due": lazy("lịch mới đến khi đã quá hạn nên không tính"),
    "reckon_in_the_past": lazy("lịch mới cho hạn đã qua nên không tính"),
}


@dataclass(frozen=True)
class _Page:
    """A question that was understood, with its answer."""

    form: SimulationForm
    agencies: Mapping[UUID, ReportingAgency]
    found: Simulation
    duties: tuple[Duty, ...]

    @property
    def period_name(self) -> str:
        return wording.period_name(self.form.cleaned_data["ky"], int(self.form.cleaned_data["nam"]))

    def link(self, **more: str) -> str:
        asked = {name: value for name, value in (self.form.asked | more).items() if value}
        return f"{reverse(_HERE)}?{urlencode(asked)}"


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def simulation(request: HttpRequest) -> HttpResponse:
    """Ask by the address, answer by a table of agencies, and by the list behind each number; nothing is written.

    A notice that is sent as a file comes back as lines in the address, so that the answer can be passed on.
    """
    duties, at = duties_here(request), clock.now()
    try:
        reach = agencies_for(duties)
    except NoFigures:
        raise Http404 from None
    today = local_day(at)
    offered = [one for one in reporting_agencies(reach, first=today, last=today) if one.living]
    if request.method == "POST":
        return _from_file(request, duties, SimulationForm(request.POST.dict(), at=at, agencies=offered))
    given = request.GET.dict()
    form = SimulationForm(given or None, at=at, agencies=offered)
    if not given or not form.is_valid():
        return _shown(request, duties, {"form": form}, status=422 if given else 200)
    period = form.period
    procedure = form.procedure[0] if form.procedure else None
    asked = Asked(period.start, period.end, reach, procedure, whole_days=bool(whole_days_basis()))
    found = simulated(asked, form.change)
    agencies = reporting_agencies(reach, first=period.first, last=period.last)
    return _answered(request, _Page(form, {one.id: one for one in agencies}, found, duties))


def _shown(
    request: HttpRequest, duties: tuple[Duty, ...], content: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    kept = content["form"].data if content["form"].is_bound else {}
    names = ("nam", "ky", "thu_tuc", "thoi_han", "lich")
    hidden = [(name, kept[name]) for name in names if kept.get(name)]
    whole = frame(duties, _HERE, hidden=hidden, **content)
    return render(request, "office/simulation.html", whole, status=status)


def _from_file(request: HttpRequest, duties: tuple[Duty, ...], form: SimulationForm) -> HttpResponse:
    """Turn the file of a notice into lines that the address carries."""
    file = request.FILES.get("tep")
    faults, lines = [], ""
    if file is None:
        faults.append(_("Chọn tệp “Thông báo về lịch”."))
    else:
        try:
            read = parse_notice(file.read(MOST_BYTES + 1), name=file.name or "")
            faults += [said_fault(fault) for fault in read.faults]
            lines = typed(read.lines)
            if read.weeks:
                faults.append(_("Tệp này đặt cả tuần làm việc; trang này chỉ mô phỏng từng ngày."))
        except NoticeUnreadable as fault:
            faults.append(str(fault))
    if len(lines) > MOST_TYPED:
        faults.append(_("Tệp này có quá nhiều ngày cho một lần mô phỏng; giữ lại các ngày cần xem."))
    if faults:
        form.errors.clear()
        form.add_error("ngay", [ValidationError(text) for text in faults[:6]])
        return _shown(request, duties, {"form": form}, status=422)
    names = ("nam", "ky", "thu_tuc", "thoi_han", "lich")
    asked = {name: request.POST[name] for name in names if request.POST.get(name)} | {"ngay": lines}
    return HttpResponseRedirect(f"{reverse(_HERE)}?{urlencode(asked)}")


# --- the answer ---------------------------------------------------------------------------------------------


def _answered(request: HttpRequest, page: _Page) -> HttpResponse:
    which, key = request.GET.get("xem", ""), request.GET.get("co_quan", "")
    if which and which not in LISTED:
        raise Http404
    agency = next((one for one in page.agencies.values() if one.key == key), None)
    if key and agency is None:
        raise Http404
    as_file = request.GET.get("dang") == "csv"
    name = f"mo-phong-{page.form.cleaned_data['nam']}-{page.form.cleaned_data['ky']}"
    if not which:
        if as_file:
            return _file([_header(), *_numbers(page)], f"{name}.csv")
        return _shown(request, page.duties, {"form": page.form, **_table(page)})
    rows = page.found.listed(which, agency=agency.id if agency else None)
    if as_file:
        return _file(_listed_cells(page, rows), f"{name}-ho-so.csv")
    return _shown(request, page.duties, _list(request, page, which, agency, rows))


def _header() -> list[str]:
    return [_("Cơ quan"), *(str(_COUNTS[count]) for count in COUNTS)]


def _numbers(page: _Page) -> Iterable[list[Any]]:
    for place, counts in _places(page):
        name = place.name(get_language() or "vi") if place else _("Tổng cộng")
        yield [inert(name), *(counts[count] for count in COUNTS)]


def _places(page: _Page) -> list[tuple[ReportingAgency | None, Mapping[str, int]]]:
    """Return the total, then the agencies that have any dossier, in the order of the figures."""
    counted = page.found.counts
    return [
        (None, page.found.total),
        *((one, counted[key]) for key, one in page.agencies.items() if key in counted),
    ]


def _table(page: _Page) -> dict[str, Any]:
    rows = []
    for place, counts in _places(page):
        where = {"co_quan": place.key} if place else {}
        cells: list[Any] = [place.name(get_language() or "vi") if place else _("Tổng cộng")]
        for count in COUNTS:
            text = wording.grouped(counts[count])
            linked = counts[count] and count in LISTED
            cells.append({"url": page.link(xem=count, **where), "text": text} if linked else text)
        rows.append(cells)
    names = _header()
    return {
        "period_name": page.period_name,
        "simulated": _simulated(page),
        "finding": _finding(page.found.total),
        "columns": [{"label": names[0]}, *({"label": name, "number": True} for name in names[1:])],
        "rows": rows,
        "reading": _reading(page),
        "csv_url": page.link(dang="csv"),
    }


def _simulated(page: _Page) -> list[str]:
    """Say what was changed for the sake of argument."""
    form, said = page.form, []
    if form.procedure:
        said.append(_("Thủ tục %(code)s: %(name)s") % {"code": form.procedure[1], "name": form.procedure[2]})
    if form.change.limit:
        said.append(_("Thời hạn mô phỏng: %(limit)s") % {"limit": limit_words(form.change.limit)})
    if form.change.of_calendar:
        owner = form.cleaned_data["lich"]
        names = {one.key: one.name(get_language() or "vi") for one in page.agencies.values()}
        days = len(form.change.days)
        text = ngettext(
            "Lịch mô phỏng (%(whose)s): đặt %(n)s ngày", "Lịch mô phỏng (%(whose)s): đặt %(n)s ngày", days
        )
        said.append(text % {"whose": _("cả nước") if owner == NATION else names.get(owner, owner), "n": days})
    return said


def _finding(total: Mapping[str, int]) -> str:
    numbers = {count: wording.grouped(total[count]) for count in COUNTS}
    return (
        _(
            "Trên %(solved)s hồ sơ đã giải quyết: trễ hạn từ %(late)s thành %(would_be_late)s "
            "(thêm %(newly_late)s, bớt %(no_longer_late)s)."
        )
        % numbers
    )


def _reading(page: _Page) -> list[str]:
    said = [
        _(
            "Việc đã làm giữ nguyên như đã làm; chỉ tính lại hạn. Với thời hạn khác, cán bộ có thể đã làm khác."
        ),
        _("Không tính hồ sơ đã rút hoặc dừng. Hồ sơ chưa xong được xét vào cuối kỳ hoặc lúc tạm dừng."),
        *wording.reading(
            Attribution.COMPETENT,
            whole_days=whole_days_basis(),
            counted_at=page.form.period.last_moment,
            running=page.form.running,
        ),
    ]
    if left := len(page.found.unreplayed):
        text = ngettext(
            "%(n)s hồ sơ không tính lại được nên giữ nguyên như đã có.",
            "%(n)s hồ sơ không tính lại được nên giữ nguyên như đã có.",
            left,
        )
        said.append(text % {"n": wording.grouped(left)})
    return said


# --- the list -----------------------------------------------------------------------------------------------


def _list(
    request: HttpRequest, page: _Page, which: str, agency: ReportingAgency | None, rows: list[Replayed]
) -> dict[str, Any]:
    where = {"co_quan": agency.key} if agency else {}
    leaf, around = paged(request.GET.get("trang", ""), SIZE, **page.form.asked, xem=which, **where)
    shown = rows[leaf.first : leaf.first + SIZE]
    names = procedures_named(row.version_id for row in shown)
    may_open = openable((row.id for row in shown), duties=page.duties)
    heading = ngettext("%(figure)s: %(n)s hồ sơ", "%(figure)s: %(n)s hồ sơ", len(rows))
    labels = _labels()
    lines = [_cells(page, row, names) for row in shown]
    for row, cells in zip(shown, lines, strict=True):
        if row.id in may_open:
            cells[0] = {"url": reverse("desk:dossier", args=[row.id]), "text": row.number}
    return {
        "form": page.form,
        "heading": heading % {"figure": _LISTS[which], "n": wording.grouped(len(rows))},
        "place": agency.name(get_language() or "vi") if agency else "",
        "period_name": page.period_name,
        "simulated": _simulated(page),
        "columns": [{"label": label, "number": place in _MOMENTS} for place, label in enumerate(labels)],
        "rows": [[cell or "–" for cell in cells] for cells in lines],
        "reading": _reading(page),
        "back_url": page.link(),
        "csv_url": page.link(xem=which, dang="csv", **where),
        **around(more=leaf.first + SIZE < len(rows)),
    }


# The columns of moments.
_MOMENTS = range(3, 7)


def _labels() -> list[str]:
    return [
        _("Mã hồ sơ"), _("Thủ tục"), _("Cơ quan"), _("Tiếp nhận"), _("Hẹn trả"), _("Hẹn trả nếu mô phỏng"),
        _("Có kết quả"), _("Ghi chú"),
    ]  # fmt: skip


def _cells(page: _Page, row: Replayed, names: Mapping[UUID, ProcedureNames]) -> list[Any]:
    language = get_language() or "vi"
    place, procedure = page.agencies.get(row.agency_id), names.get(row.version_id)
    return [
        row.number,
        f"{procedure.code} {procedure.name(language)}" if procedure else "",
        place.name(language) if place else "",
        stamp(row.accepted_at),
        stamp(row.due_was),
        stamp(row.due_would),
        stamp(row.ended_at),
        "; ".join(str(_PASSED_OVER[code]) for code in dict.fromkeys(row.passed_over)),
    ]


def _listed_cells(page: _Page, rows: list[Replayed]) -> Iterable[list[Any]]:
    yield _labels()
    names = procedures_named({row.version_id for row in rows})
    for row in rows:
        yield [inert(cell) for cell in _cells(page, row, names)]


def _file(rows: Iterable[list[Any]], name: str) -> HttpResponse:
    out = StringIO()
    # Spreadsheets take a file for UTF-8 by this mark only.
    out.write("\ufeff")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
