"""Recording a notice that changes a calendar: typed or from a file, looked at day by day, then recorded."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.calendars import words
from motcua.calendars.actions import UnableToRecord, WeekChange, check, record_notice_for
from motcua.calendars.queries import (
    DayFacts,
    days_in,
    entries_of,
    followers,
    left_beside,
    newest_notice,
    weeks_held,
)
from motcua.dossiers.queries import open_between
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.office import calendar_words as say
from motcua.office.calendar_boxes import week_as_typed
from motcua.office.calendar_forms import MOST_ROWS, NoticeForm, notice_form
from motcua.office.calendar_places import Place, place
from motcua.office.frame import frame
from motcua.organisation import queries as organisation
from motcua.rules.calendar_notice import Checked, DayChange

_HERE = "office:calendars"


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, key: str) -> HttpResponse:
    """Take a notice, show what it would change, and record it once that was looked at."""
    here = place(request, key, keeps=True)
    if here.followed is None:
        return _form(request, here, None)
    week = week_as_typed(_week_on(here, here.today))
    if request.method != "POST":
        return _form(request, here, notice_form(key=here.key, week=week))
    wish = request.POST.get("viec", "")
    if wish in ("them", "sua"):
        form = notice_form(
            request.POST, request.FILES, key=here.key, week=week, more=wish == "them", plain=True
        )
        return _form(request, here, form)
    # Read first: what somebody records while this goes on is then newer than what the page shows.
    newest = newest_notice()
    form = notice_form(request.POST, request.FILES, key=here.key, week=week)
    checked = _checked(here, form)
    if checked is None:
        return _form(request, here, form)
    expected = _number(request.POST.get("expected", ""))
    if wish != "ghi" or expected is None:
        return _check(request, here, form, checked, newest)
    try:
        number = record_notice_for(here.agency_id, form.notice, by=here.actor, at=here.at, expected=expected)
    except UnableToRecord as refused:
        if refused.faults:
            form.refuse(refused.faults)
        else:
            said = words.refusal(refused.code)
            if refused.code == "recorded_meanwhile":
                return _check(request, here, form, checked, newest, said)
            form.add_error(None, said)
        return _form(request, here, form)
    messages.success(request, _("Đã ghi thông báo số %(n)s.") % {"n": number})
    return redirect("office:calendar_notices", key=here.key)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _form(request: HttpRequest, here: Place, form: NoticeForm | None) -> HttpResponse:
    content = {
        "place": here,
        "form": form,
        "begins": here.own is None,
        "full": form is not None and form.number_of_rows >= MOST_ROWS,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "office/calendar_notice.html", frame(here.duties, _HERE, **content), status=status)


def _checked(here: Place, form: NoticeForm) -> Checked | None:
    """Check the notice of a form; None where it has faults, which then stand beside their boxes."""
    valid = form.is_valid()
    if getattr(form, "notice", None) is None:
        return None
    assert here.followed is not None
    # A calendar that is yet to begin begins with what the agency follows: it is checked against that.
    checked = check(here.followed, form.notice, at=here.at)
    form.refuse((*form.faults, *checked.faults))
    if not valid or form.errors:
        return None
    if not checked.days and not checked.weeks:
        form.add_error(None, _("Lịch đã ghi đúng như thông báo này, không có gì để ghi thêm."))
        return None
    return checked


# --- what would change ------------------------------------------------------------------------------------


def _check(
    request: HttpRequest, here: Place, form: NoticeForm, checked: Checked, newest: int, refused: str = ""
) -> HttpResponse:
    assert here.followed is not None
    days = [change.day for change in checked.days]
    before = days_in(here.followed, days, on=here.today)
    after = days_in(here.followed, days, on=here.today, changes=checked.days, weeks=checked.weeks)
    content = {
        "place": here,
        "notice": form.notice,
        "refused": refused,
        "expected": newest,
        "kept": form.kept,
        "begins": here.own is None,
        "items": _head(form),
        "columns": [{"label": label} for label in (_("Ngày"), _("Hiện nay"), _("Sẽ là"))],
        "rows": [_row(was, will) for was, will in zip(before, after, strict=True)],
        "weeks": [_week(here, week) for week in checked.weeks],
        "unchanged": checked.unchanged,
        "beside": _beside(form, entries_of(here.followed, on=here.today)),
        "touched": _touched(here, checked),
    }
    status = 422 if refused else 200
    return render(
        request, "office/calendar_notice_check.html", frame(here.duties, _HERE, **content), status=status
    )


def _head(form: NoticeForm) -> list[dict[str, str]]:
    notice = form.notice
    facts = {
        _("Số, ký hiệu"): notice.title,
        _("Ngày thông báo"): day(notice.announced_on),
        _("Căn cứ"): notice.legal_basis,
        _("Tệp nguồn"): notice.source,
    }
    return [{"label": label, "value": value} for label, value in facts.items() if value]


def _row(was: DayFacts, will: DayFacts) -> list[str]:
    other = say.instead_of(will.kind, will.instead_of)
    return [say.dated(was.day), say.what(was), f"{say.what(will)}. {other}" if other else say.what(will)]


def _beside(form: NoticeForm, recorded: Mapping[date, DayChange]) -> str:
    """Say which unconfirmed days off for the same holidays stay although the notice doesn't name them."""
    left = left_beside(form.notice.days, recorded)
    if not left:
        return ""
    text = ngettext(
        "Ngày nghỉ cùng dịp lễ chưa có thông báo xác nhận và không có trong thông báo này, vẫn giữ là ngày nghỉ: "
        "%(days)s. Nếu không nghỉ thì thêm dòng “Như ngày thường”.",
        "Ngày nghỉ cùng dịp lễ chưa có thông báo xác nhận và không có trong thông báo này, vẫn giữ là ngày nghỉ: "
        "%(days)s. Nếu không nghỉ thì thêm dòng “Như ngày thường”.",
        len(left),
    )
    return text % {"days": ", ".join(f"{say.dated(entry.day)} ({entry.name})" for entry in left)}


def _week_on(here: Place, on: date) -> WeekChange | None:
    """Return the working week that holds on a day; before the first one that one holds, too."""
    if here.followed is None:
        return None
    held = list(weeks_held(here.followed).values())
    return next((week for week in reversed(held) if week.valid_from <= on), held[0] if held else None)


def _week(here: Place, week: WeekChange) -> dict[str, Any]:
    before = _week_on(here, week.valid_from)
    return {
        "since": day(week.valid_from),
        "before": say.week(before.shifts) if before else [],
        "after": say.week(week.shifts),
    }


def _touched(here: Place, checked: Checked) -> dict[str, Any]:
    """Return how many open dossiers run over the days, by agency, the most first."""
    starts = [change.day for change in checked.days] + [week.valid_from for week in checked.weeks]
    last = None if checked.weeks else max(starts)
    counts = open_between(_agencies(here), min(starts), last)
    names = organisation.agencies_facts(counts, on=here.today)
    language = get_language() or "vi"
    rows = [(names[id].name(language) if id in names else "–", number) for id, number in counts.items()]
    return {
        "total": sum(counts.values()),
        "columns": [{"label": _("Cơ quan")}, {"label": _("Hồ sơ đang giải quyết"), "number": True}],
        "rows": sorted(([name, number] for name, number in rows), key=lambda row: (-int(row[1]), row[0])),
    }


def _agencies(here: Place) -> frozenset[UUID] | None:
    """Return the agencies whose clocks run by the calendar that is changed; None: all."""
    if here.own is not None:
        return followers(here.own.id, on=here.today)
    if here.agency_id is None:
        return None
    # One that begins is followed by those below who look up to it.
    begun = {row.agency_id for row in here.known}
    below: dict[UUID | None, list[UUID]] = {}
    for row in organisation.agencies(on=here.today):
        below.setdefault(row.parent_id, []).append(row.id)
    found, waiting = set[UUID](), [here.agency_id]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += [id for id in below.get(one, ()) if id not in begun and id not in found]
    return frozenset(found)
