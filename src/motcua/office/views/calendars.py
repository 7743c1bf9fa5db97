"""Working calendars: which there are, a year of what an agency follows, the notices that set it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.calendars import words
from motcua.calendars.access import editable_calendars
from motcua.calendars.queries import (
    YEARS_AHEAD,
    YEARS_BACK,
    CalendarFacts,
    DayFacts,
    DayRecord,
    NoticeFacts,
    calendars_known,
    day_history,
    notices_of,
    weeks_held,
    year_of,
)
from motcua.dossiers.access import sees_recomputations
from motcua.dossiers.queries import recomputations_of
from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.office import calendar_words as say
from motcua.office import calendar_year as drawn
from motcua.office.calendar_forms import AgencyForm
from motcua.office.calendar_places import NATION, Place, place
from motcua.office.frame import duties_here, frame
from motcua.office.paging import paged
from motcua.organisation import queries as organisation
from motcua.rules.calendar_notice import DayChange

SIZE = 20
_HERE = "office:calendars"


# --- which calendars there are ----------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List the calendars, and lead to that of any agency (`co_quan`)."""
    duties, today = duties_here(request), clock.today()
    offices = organisation.agencies(on=today)
    own = next((row.key for row in offices if row.id == duties[0].post_agency_id), "")
    form = AgencyForm(request.GET if "co_quan" in request.GET else None, agencies=offices, own=own)
    if form.is_bound and form.is_valid():
        return redirect("office:calendar", key=form.cleaned_data["co_quan"])
    editable = editable_calendars(duties, on=today)
    known = calendars_known()
    language = get_language() or "vi"
    names = {row.id: (row.key, row.name(language)) for row in offices}
    for row in known:
        if row.agency_id and row.agency_id not in names:
            # An agency that has ended keeps its calendar.
            facts = organisation.agency_facts(row.agency_id, on=today)
            names[row.agency_id] = (facts.key, facts.name(language))
    begun = {row.agency_id for row in known}
    mine = sorted(names[id] for id in editable.agencies - begun if id in names)
    content = {
        "form": form,
        "columns": _columns(_("Lịch"), _("Thông báo mới nhất"), _("Việc của bạn")),
        "rows": [_row(row, names, editable.may_edit(row.agency_id)) for row in known],
        "mine": [
            {"name": name, "url": reverse("office:calendar_notice_new", args=[key])} for key, name in mine
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "office/calendars.html", frame(duties, _HERE, **content), status=status)


def _row(row: CalendarFacts, names: dict[UUID, tuple[str, str]], keeps: bool) -> list[Any]:
    key, name = names[row.agency_id] if row.agency_id else (NATION, _("Cả nước"))
    record = {"url": reverse("office:calendar_notice_new", args=[key]), "text": _("Ghi thông báo")}
    newest = _("Số %(n)s, ghi lúc %(at)s") % {"n": row.number, "at": stamp(row.recorded_at)}
    return [
        {"url": reverse("office:calendar", args=[key]), "text": name},
        {"url": reverse("office:calendar_notices", args=[key]), "text": newest},
        record if keeps else "–",
    ]


# --- a year -----------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def year(request: HttpRequest, key: str) -> HttpResponse:
    """Show a year (`nam`) of what an agency follows, and what a day of it is (`ngay`)."""
    here = place(request, key)
    shown = _year(request.GET.get("nam", ""), here.today)
    if here.followed is None:
        content = {"place": here, "year": shown}
        return render(request, "office/calendar.html", frame(here.duties, _HERE, **content))
    days = year_of(here.agency_id, shown, on=here.today)
    chosen = _chosen(request.GET.get("ngay", ""), days)
    worked = drawn.worked(days)
    content = {
        "place": here,
        "year": shown,
        "previous": shown - 1 if shown > here.today.year - YEARS_BACK else None,
        "following": shown + 1 if shown < here.today.year + YEARS_AHEAD else None,
        "finding": _finding(shown, days),
        "follows": _follows(here),
        "weekdays": list(zip(say.SHORT, say.WEEKDAYS, strict=True)),
        "months": drawn.months(days, today=here.today, chosen=chosen.day if chosen else None),
        "legend": drawn.legend(days),
        "unsure": any(not facts.confirmed for facts in days),
        "chosen": _day(here, chosen) if chosen else None,
        "entry_columns": _columns(_("Ngày"), _("Là ngày gì"), _("Căn cứ"), _("Ngày thông báo"), _("Lịch")),
        "entries": [_entry(here, run) for run in drawn.runs(days)],
        "month_columns": [{"label": _("Tháng")}, {"label": _("Ngày làm việc"), "number": True}],
        "sums": [[_("Tháng %(n)s") % {"n": n}, number] for n, number in enumerate(worked, 1)]
        + [[_("Cả năm"), sum(worked)]],
        "weeks": _weeks(here.followed, shown),
    }
    return render(request, "office/calendar.html", frame(here.duties, _HERE, **content))


def _year(text: str, today: date) -> int:
    """Return the year that is asked for, this one without a word; `Http404` beyond what calendars reach."""
    if not text:
        return today.year
    found = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if not today.year - YEARS_BACK <= found <= today.year + YEARS_AHEAD:
        raise Http404
    return found


def _chosen(text: str, days: list[DayFacts]) -> DayFacts | None:
    return next((facts for facts in days if facts.day.isoformat() == text), None)


def _finding(shown: int, days: list[DayFacts]) -> str:
    said = _("Năm %(year)s có %(days)s.") % {
        "year": shown,
        "days": say.working_days(sum(facts.working for facts in days)),
    }
    if not any(facts.kind == "holiday" for facts in days):
        said = f"{said} {words.no_holidays(shown)}"
    unsure = sum(not facts.confirmed for facts in days)
    if not unsure:
        return said
    doubt = ngettext(
        "%(n)s ngày chưa có thông báo xác nhận.", "%(n)s ngày chưa có thông báo xác nhận.", unsure
    )
    return f"{said} {doubt % {'n': unsure}}"


def _follows(here: Place) -> str:
    if here.agency is None:
        return _("Ngày nghỉ lễ ở đây áp dụng cho mọi cơ quan, trừ ngày mà lịch riêng của cơ quan nói khác.")
    if here.own:
        return _(
            "Cơ quan có lịch riêng; ngày mà lịch riêng không nói đến thì theo lịch cấp trên và lịch cả nước."
        )
    followed = here.calendar(here.followed)
    name = followed.name if followed else ""
    return _("Cơ quan chưa có lịch riêng, theo: %(name)s.") % {"name": name}


def _day(here: Place, facts: DayFacts) -> dict[str, Any]:
    working = say.hours_of(facts.shifts) if facts.working else _("Không làm việc")
    rows = {
        _("Là ngày gì"): words.kind(facts.kind),
        _("Tên gọi"): facts.name,
        _("Giờ làm việc"): working,
        _("Thay cho"): say.instead_of(facts.kind, facts.instead_of),
        _("Căn cứ"): facts.basis or _("Chưa ghi"),
        _("Ngày thông báo"): day(facts.announced_on) or _("Chưa ghi"),
        _("Xác nhận"): say.confirmed(facts.confirmed),
        _("Từ lịch"): here.source(facts.calendar_id),
    }
    if facts.kind in ("working", "rest"):
        for label in (_("Tên gọi"), _("Ngày thông báo"), _("Xác nhận")):
            rows[label] = ""
    return {
        "title": say.dated(facts.day),
        "items": [{"label": label, "value": value} for label, value in rows.items() if value],
        "columns": _columns(
            _("Thông báo"), _("Đặt là"), _("Căn cứ"), _("Ngày thông báo"), _("Lịch"), _("Ai ghi, lúc nào")
        ),
        "history": [_record(here, record) for record in _history(here, facts.day)],
    }


def _history(here: Place, asked: date) -> list[DayRecord]:
    """Return every entry for a day in the calendars that an agency looks to, newest first."""
    found = [record for row in here.inherited for record in day_history(row.id, asked)]
    return sorted(found, key=lambda record: -record.notice.number)


def _record(here: Place, record: DayRecord) -> list[Any]:
    change, notice = record.change, record.notice
    return [
        _("Số %(n)s: %(title)s") % {"n": notice.number, "title": notice.title},
        say.changed(change),
        change.legal_basis or "–",
        day(change.announced_on) or "–",
        here.source(notice.calendar_id),
        _("%(who)s, %(when)s") % {"who": notice.label, "when": stamp(notice.recorded_at)},
    ]


def _columns(*labels: str) -> list[dict[str, str]]:
    return [{"label": label} for label in labels]


def _entry(here: Place, run: drawn.Run) -> list[Any]:
    facts = run.facts
    other = say.instead_of(facts.kind, facts.instead_of)
    return [
        {
            "url": f"?nam={run.first.year}&ngay={run.first.isoformat()}#ngay",
            "text": say.span(run.first, run.last),
        },
        f"{say.what(facts)}. {other}" if other else say.what(facts),
        facts.basis or "–",
        day(facts.announced_on) or "–",
        here.source(facts.calendar_id),
    ]


def _weeks(calendar_id: UUID, shown: int) -> list[dict[str, Any]]:
    """Return the working weeks that hold on some day of a year, the newest first."""
    held = list(weeks_held(calendar_id).values())
    there = [
        week
        for week, later in zip(held, [*held[1:], None], strict=True)
        if week.valid_from.year <= shown and (later is None or later.valid_from > date(shown, 1, 1))
    ]
    # Before its first week a calendar goes by that week, too.
    return [
        {"since": day(week.valid_from), "lines": say.week(week.shifts), "basis": week.legal_basis}
        for week in reversed(there or held[:1])
    ]


# --- notices ----------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def notices(request: HttpRequest, key: str) -> HttpResponse:
    """List the notices of the calendar that an agency follows, newest first, with what each set."""
    here = place(request, key)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = notices_of(here.followed, most=page.first + SIZE + 1)[page.first :] if here.followed else []
    followed = here.calendar(here.followed)
    sees = sees_recomputations(here.duties, on=here.today)
    caused = recomputations_of(notice.number for notice in found) if sees else {}
    content = {
        "place": here,
        "whose": followed.name if followed else "",
        "inherited": followed is not None and followed != here.own,
        "national": here.agency is not None and followed != here.national,
        "notices": [_notice(notice, caused.get(notice.number)) for notice in found[:SIZE]],
        "columns": _columns(_("Ngày"), _("Đặt là"), _("Căn cứ")),
        **pages(more=len(found) > SIZE),
    }
    return render(request, "office/calendar_notices.html", frame(here.duties, _HERE, **content))


def _notice(notice: NoticeFacts, caused: UUID | None) -> dict[str, Any]:
    facts = {
        _("Ngày thông báo"): day(notice.announced_on) or _("Chưa ghi"),
        _("Căn cứ"): notice.legal_basis or _("Chưa ghi"),
        _("Ai ghi, lúc nào"): _("%(who)s, %(when)s")
        % {"who": notice.label, "when": stamp(notice.recorded_at)},
        _("Tệp nguồn"): notice.source,
    }
    number = len(notice.days)
    return {
        "number": notice.number,
        "title": notice.title,
        "items": [{"label": label, "value": value} for label, value in facts.items() if value],
        "days": [_set(notice, change) for change in notice.days],
        "count": ngettext("%(n)s ngày", "%(n)s ngày", number) % {"n": number},
        "weeks": [{"since": day(week.valid_from), "lines": say.week(week.shifts)} for week in notice.weeks],
        "recomputation": reverse("office:recomputation", args=[caused]) if caused else "",
    }


def _set(notice: NoticeFacts, change: DayChange) -> list[str]:
    said = say.changed(change)
    other = say.instead_of(change.kind, change.instead_of)
    basis = change.legal_basis if change.legal_basis != notice.legal_basis else _("Như trên")
    return [say.dated(change.day), f"{said}. {other}" if other else said, basis or "–"]
