"""What a changed calendar does to promised dates: how far the recomputation is, what moves, and who decides it."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from motcua.accounts.queries import User, actor
from motcua.dossiers import queries
from motcua.dossiers.access import MovesReach, recomputations_for
from motcua.dossiers.actions import UnableToDecide, approve_moves
from motcua.dossiers.queries import STANDINGS, AgencyMoves, MoveFacts, RunFacts
from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, moment, stamp
from motcua.kit.text import inert
from motcua.office.frame import duties_here, frame
from motcua.office.paging import paged
from motcua.office.wording import grouped
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts, Duty
from motcua.reporting.access import openable

SIZE = 25
LIST_SIZE = 50
_HERE = "office:recomputations"
STANDING: dict[str, str | Promise] = {
    "proposed": lazy("Chờ duyệt"),
    "approved": lazy("Đã duyệt, đang ghi"),
    "applied": lazy("Đã đổi"),
    "rejected": lazy("Không duyệt"),
    "overtaken": lazy("Không còn cần"),
    "kept": lazy("Giữ nguyên"),
    "unread": lazy("Cần người xem"),
}
_ASKED = {"duyet": True, "khong-duyet": False}


@dataclass(frozen=True)
class _Who:
    """Who is here: what they see, and for whom they decide."""

    user: User
    duties: tuple[Duty, ...]
    reach: MovesReach

    def deciding(self, agency: AgencyFacts | None) -> frozenset[UUID] | None:
        """Return for which agencies a decision of theirs counts, narrowed to one; None for all."""
        decides = self.reach.decides
        if agency is None:
            return decides
        return frozenset({agency.id}) if decides is None or agency.id in decides else frozenset()

    def seeing(self, agency: AgencyFacts | None) -> frozenset[UUID] | None:
        """Return which agencies are shown, narrowed to one; None for all."""
        return self.reach.sees if agency is None else frozenset({agency.id})


def _who(request: HttpRequest) -> _Who:
    duties = duties_here(request)
    reach = recomputations_for(duties, on=clock.today())
    if not reach.any:
        raise Http404
    return _Who(cast(User, request.user), duties, reach)


def _agency(who: _Who, key: str) -> AgencyFacts | None:
    """Return the agency with this key, None for an empty one; not theirs is not there."""
    if not key:
        return None
    id = organisation.agency_by_key(key)
    if id is None or (who.reach.sees is not None and id not in who.reach.sees):
        raise Http404
    return organisation.agency_facts(id, on=clock.today())


def _run(id: UUID) -> RunFacts:
    found = queries.recomputation(id)
    if found is None:
        raise Http404
    return found


# --- which there are --------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the recomputations, the newest notice first, each with how far it is."""
    who = _who(request)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = queries.recomputations(first=page.first, size=SIZE + 1)
    shown = found[:SIZE]
    waiting = queries.waiting_by_run([run.id for run in shown], agencies=who.reach.sees)
    labels = [_("Thông báo"), _("Ngày đổi"), _("Tiến độ")]
    content = {
        "columns": [{"label": label} for label in labels] + [{"label": _("Chờ duyệt"), "number": True}],
        "rows": [_line(run, waiting.get(run.id, 0)) for run in shown],
        "refreshes": any(run.running for run in shown),
        **pages(more=len(found) > SIZE),
    }
    return render(request, "office/recomputations.html", frame(who.duties, _HERE, **content))


def _line(run: RunFacts, waiting: int) -> list[Any]:
    return [
        {"url": reverse("office:recomputation", args=[run.id]), "text": run.title},
        _days(run),
        _progress(run),
        grouped(waiting),
    ]


def _days(run: RunFacts) -> str:
    first, last = day(run.first_day), day(run.last_day)
    return first if first == last else f"{first} – {last}"


def _progress(run: RunFacts) -> str:
    if not run.running:
        return _("Xong %(when)s") % {"when": stamp(run.finished_at)}
    return _("Đã xem %(done)s trên %(total)s hồ sơ") % {
        "done": grouped(run.done),
        "total": grouped(run.total),
    }


# --- one of them ------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def run(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Show how far a recomputation is and what moves, by agency and by dossier; with `dang=csv` as a file."""
    who, found = _who(request), _run(id)
    standing = request.GET.get("loc", "")
    if standing not in ("", *STANDINGS):
        raise Http404
    agency = _agency(who, request.GET.get("co_quan", ""))
    seen = who.seeing(agency)
    if request.GET.get("dang") == "csv":
        return _file(found, queries.each_move(id, agencies=seen, standing=standing), who)
    asked = {"co_quan": agency.key if agency else "", "loc": standing}
    page, pages = paged(request.GET.get("trang", ""), LIST_SIZE, **asked)
    lines = queries.moves(id, agencies=seen, standing=standing, first=page.first, size=LIST_SIZE + 1)
    counted = queries.moves_by_agency(id, agencies=who.reach.sees)
    names = _names(row.agency_id for row in counted)
    here = [row for row in counted if agency is None or row.agency_id == agency.id]
    content = {
        "run": found,
        "days": _days(found),
        "progress": _progress(found),
        "sums": _sums(found) if who.reach.sees is None else [],
        "agency": agency.name(get_language() or "vi") if agency else "",
        "all_url": f"?{urlencode({'loc': standing})}" if agency else "",
        "agency_columns": _columns(_("Cơ quan"), *STANDING.values(), numbers=True),
        "agency_rows": [_agency_row(row, names) for row in _sorted(counted, names)],
        "filters": _filters(here, asked),
        "columns": _columns(*_TITLES),
        "rows": _lines(lines[:LIST_SIZE], who, names),
        "csv_url": f"?{urlencode(asked | {'dang': 'csv'})}",
        "choices": [] if found.running else _choices(found, here, who, agency),
        **pages(more=len(lines) > LIST_SIZE),
    }
    return render(request, "office/recomputation.html", frame(who.duties, _HERE, **content))


_TITLES = (
    lazy("Mã hồ sơ"), lazy("Người nộp"), lazy("Cơ quan"), lazy("Hẹn trước khi đổi lịch"), lazy("Hẹn theo lịch mới"),
    lazy("Tình trạng"),
)  # fmt: skip


def _columns(*labels: str | Promise, numbers: bool = False) -> list[dict[str, Any]]:
    return [{"label": label, "number": numbers and place > 0} for place, label in enumerate(labels)]


def _sums(run: RunFacts) -> list[dict[str, str]]:
    sums = {
        _("Hẹn không đổi"): run.unchanged,
        _("Hẹn sớm hơn, đã đổi ngay"): run.earlier,
        _("Hẹn muộn hơn, phải duyệt"): run.later,
        _("Giữ nguyên vì đã quá hạn hoặc ngày mới đã qua"): run.kept,
        _("Không tính lại được, cần người xem"): run.unread,
    }
    return [{"label": label, "value": grouped(number)} for label, number in sums.items()]


def _names(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return key and name of these agencies."""
    language = get_language() or "vi"
    facts = organisation.agencies_facts(ids, on=clock.today())
    return {id: (row.key, row.name(language)) for id, row in facts.items()}


def _sorted(counted: list[AgencyMoves], names: dict[UUID, tuple[str, str]]) -> list[AgencyMoves]:
    return sorted(counted, key=lambda row: (-row.counts["proposed"], names.get(row.agency_id, ("", ""))[1]))


def _agency_row(row: AgencyMoves, names: dict[UUID, tuple[str, str]]) -> list[Any]:
    key, name = names.get(row.agency_id, ("", _("Cơ quan đã giải thể")))
    cells: list[Any] = [{"url": f"?{urlencode({'co_quan': key})}", "text": name} if key else name]
    for standing in STANDING:
        number = row.counts[standing]
        url = f"?{urlencode({'co_quan': key, 'loc': standing})}"
        cells.append({"url": url, "text": grouped(number)} if number and key else grouped(number))
    return cells


def _filters(counted: list[AgencyMoves], asked: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for standing, label in {"": lazy("Tất cả"), **STANDING}.items():
        number = sum(row.counts[standing] if standing else sum(row.counts.values()) for row in counted)
        kept = {name: value for name, value in (asked | {"loc": standing}).items() if value}
        if number or not standing or standing == asked["loc"]:
            found.append(
                {
                    "url": f"?{urlencode(kept)}",
                    "label": label,
                    "count": grouped(number),
                    "current": standing == asked["loc"],
                }
            )
    return found


def _lines(lines: list[MoveFacts], who: _Who, names: dict[UUID, tuple[str, str]]) -> list[list[Any]]:
    # Who decides for a whole province need not have to do with each of its dossiers.
    may_open = openable((line.dossier_id for line in lines), duties=who.duties)
    return [
        [
            {"url": reverse("desk:dossier", args=[line.dossier_id]), "text": line.number}
            if line.dossier_id in may_open
            else line.number,
            line.applicant_name if line.dossier_id in may_open else "–",
            names.get(line.agency_id, ("", ""))[1],
            moment(line.before),
            moment(line.after),
            STANDING[line.standing],
        ]
        for line in lines
    ]


def _file(run: RunFacts, lines: Iterator[MoveFacts], who: _Who) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        # Spreadsheets take a file for UTF-8 by this mark only.
        yield "\ufeff" + _csv([[str(title) for title in _TITLES]])
        while chunk := list(islice(lines, 1_000)):
            rows = _lines(chunk, who, _names({line.agency_id for line in chunk}))
            yield _csv(
                [
                    [
                        line.number,
                        inert(row[1]),
                        inert(row[2]),
                        stamp(line.before),
                        stamp(line.after),
                        str(row[5]),
                    ]
                    for line, row in zip(chunk, rows, strict=True)
                ]
            )

    return StreamingHttpResponse(
        parts(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="hen-tra-{run.notice}.csv"'},
    )


def _csv(rows: list[list[str]]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


# --- deciding ---------------------------------------------------------------------------------------------


def _waiting(counted: Iterable[AgencyMoves], agencies: frozenset[UUID] | None) -> int:
    return sum(row.counts["proposed"] for row in counted if agencies is None or row.agency_id in agencies)


def _choices(
    run: RunFacts, counted: list[AgencyMoves], who: _Who, agency: AgencyFacts | None
) -> list[dict[str, Any]]:
    """Return the two ways to decide what waits, where anything waits for this person."""
    number = _waiting(counted, who.deciding(agency))
    if not number:
        return []
    url = reverse("office:recomputation_decide", args=[run.id])
    place = {"co_quan": agency.key} if agency else {}
    labels = {
        "duyet": ngettext("Duyệt %(n)s hẹn muộn hơn", "Duyệt %(n)s hẹn muộn hơn", number),
        "khong-duyet": _("Không duyệt"),
    }
    return [
        {"url": f"{url}?{urlencode({'quyet': asked, **place})}", "label": label % {"n": grouped(number)}}
        for asked, label in labels.items()
    ]


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more before later dates are approved or refused, and do it."""
    who, found = _who(request), _run(id)
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("quyet", "")
    agency = _agency(who, given.get("co_quan", ""))
    agencies = who.deciding(agency)
    if asked not in _ASKED or (agencies is not None and not agencies):
        raise Http404
    approve = _ASKED[asked]
    back = reverse("office:recomputation", args=[id]) + (
        f"?{urlencode({'co_quan': agency.key})}" if agency else ""
    )
    if request.method == "POST":
        _decided(request, id, who, agencies, approve)
        return redirect(back)
    counted = queries.moves_by_agency(id, agencies=agencies)
    number = _waiting(counted, agencies)
    if not number:
        return redirect(back)
    names = _names(row.agency_id for row in counted)
    content = {
        "run": found,
        "approve": approve,
        "asked": asked,
        "key": agency.key if agency else "",
        "back_url": back,
        "number": grouped(number),
        "columns": _columns(_("Cơ quan"), _("Hẹn muộn hơn"), numbers=True),
        "rows": [
            [names.get(row.agency_id, ("", ""))[1], grouped(row.counts["proposed"])]
            for row in _sorted(counted, names)
            if row.counts["proposed"]
        ],
    }
    return render(request, "office/recomputation_decide.html", frame(who.duties, _HERE, **content))


def _decided(
    request: HttpRequest, id: UUID, who: _Who, agencies: frozenset[UUID] | None, approve: bool
) -> None:
    try:
        number = approve_moves(id, by=actor(who.user), at=clock.now(), agencies=agencies, approve=approve)
    except UnableToDecide as refused:
        said = {
            "still_running": _("Việc tính lại chưa xong. Xin chờ rồi quyết định."),
            "nothing_waits": _("Không còn hẹn nào chờ duyệt. Có thể người khác vừa quyết định."),
        }
        messages.error(request, said.get(refused.code, said["nothing_waits"]))
        return
    if approve:
        text = ngettext(
            "Đã duyệt %(n)s hẹn. Hệ thống đang ghi và báo cho người nộp.",
            "Đã duyệt %(n)s hẹn. Hệ thống đang ghi và báo cho người nộp.",
            number,
        )
    else:
        text = ngettext(
            "Đã không duyệt %(n)s hẹn. Hẹn cũ vẫn giữ nguyên.",
            "Đã không duyệt %(n)s hẹn. Hẹn cũ vẫn giữ nguyên.",
            number,
        )
    messages.success(request, text % {"n": grouped(number)})
