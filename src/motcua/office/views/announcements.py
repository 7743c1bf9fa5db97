"""The register of decisions that announce procedures, and whether each was in time."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.catalogue.actions.announcing import (
    Decision,
    UnableToAnnounce,
    amend_announcement,
    record_announcement,
)
from motcua.catalogue.queries.announcements import AnnouncementFacts, announcement, announcements, names_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.office import announcement_words as say
from motcua.office.announcement_form import AnnouncementForm, initial_of
from motcua.office.frame import Steward, frame, steward
from motcua.office.paging import paged
from motcua.rules.announcement import Judged, Timeliness, timeliness
from motcua.rules.localday import local_day
from motcua.rules.statute import NotInForce
from motcua.rules.working_time import OutsideCalendar

SIZE = 50
_HERE = "office:announcements"


def _judge(facts: AnnouncementFacts, *, on: date) -> Timeliness | None:
    """Judge a decision by the national calendar; None where no provision or no calendar reaches its days."""
    try:
        return timeliness(facts.dates, working_calendar(None, on=on), on=on)
    except (NotInForce, OutsideCalendar, NoCalendar):
        return None


@audience(STAFF)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List the decisions, the one signed last first, each with whether it was in time."""
    who = steward(request)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = announcements(first=page.first, size=SIZE + 1)
    names = [
        _("Số quyết định"),
        _("Ban hành"),
        _("Ngày ký"),
        _("Ngày có hiệu lực"),
        _("Thủ tục"),
        _("Thời hạn ký"),
        _("Thời hạn đưa vào"),
    ]
    content = {
        "keeps": who.keeps,
        "columns": [{"label": name, "number": at == 4} for at, name in enumerate(names)],
        "rows": [_row(facts, on=local_day(who.at)) for facts in found[:SIZE]],
        **pages(more=len(found) > SIZE),
    }
    return render(request, "office/announcements.html", frame(who.duties, _HERE, **content))


def _row(facts: AnnouncementFacts, *, on: date) -> list[Any]:
    judged = _judge(facts, on=on)
    return [
        {"url": reverse("office:announcement", args=[facts.id]), "text": facts.number},
        facts.issued_by,
        day(facts.signed_on),
        day(facts.effective_on),
        facts.count,
        say.signing(judged.signing if judged else None),
        say.entering(judged.entering if judged else None),
    ]


@audience(STAFF)
@require_safe
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a decision: its days, whether they were in time and how that was counted, what it announces."""
    who = steward(request)
    facts = announcement(id)
    if facts is None:
        raise Http404
    judged = _judge(facts, on=local_day(who.at))
    known = names_of(code for codes in facts.procedures.values() for code in codes)
    content = {
        "facts": facts,
        "keeps": who.keeps,
        "items": [
            {"label": _("Ban hành"), "value": f"{facts.issued_by} ({say.LEVELS[facts.level]})"},
            {"label": _("Ngày ký"), "value": day(facts.signed_on)},
            {"label": _("Ngày có hiệu lực"), "value": day(facts.effective_on)},
            {"label": _("Trình tự"), "value": _("Rút gọn") if facts.shortened else _("Thông thường")},
            {"label": _("Đưa vào cơ sở dữ liệu"), "value": day(facts.entered_on) or _("Chưa đưa vào")},
        ],
        "recorded": _("%(who)s ghi lúc %(when)s")
        % {"who": facts.recorded_label, "when": stamp(facts.recorded_at)},
        "judgements": [
            _duty(_("Ký quyết định"), say.signing, judged.signing if judged else None),
            _duty(_("Đưa vào cơ sở dữ liệu"), say.entering, judged.entering if judged else None),
        ],
        "groups": [
            {
                "label": say.KINDS[kind],
                "rows": [{"code": code, "name": known.get(code, "")} for code in codes],
            }
            for kind, codes in facts.procedures.items()
        ],
    }
    return render(request, "office/announcement.html", frame(who.duties, _HERE, **content))


def _duty(title: str, words: Callable[[Judged | None], str], judged: Judged | None) -> dict[str, Any]:
    if judged is None:
        return {"title": title, "said": words(None)}
    return {
        "title": title,
        "said": words(judged),
        "tag": say.TAGS[judged.punctuality],
        "rule": say.rule(judged),
        "steps": [say.step(step) for step in judged.steps],
        "unsure": not judged.provision.confirmed,
    }


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Write a decision into the register."""
    who = _editor(request)

    def save(decision: Decision) -> UUID:
        return record_announcement(decision, by=who.actor, at=who.at)

    return _form(request, who, save, {}, reverse("office:announcements"))


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, id: UUID) -> HttpResponse:
    """Complete or put right what the register says of a decision."""
    who = _editor(request)
    facts = announcement(id)
    if facts is None:
        raise Http404

    def save(decision: Decision) -> UUID:
        amend_announcement(id, decision, by=who.actor, at=who.at)
        return id

    return _form(request, who, save, initial_of(facts), reverse("office:announcement", args=[id]))


def _editor(request: HttpRequest) -> Steward:
    who = steward(request)
    if not who.keeps:
        raise Http404
    return who


def _form(
    request: HttpRequest, who: Steward, save: Callable[[Decision], UUID], initial: dict[str, Any], back: str
) -> HttpResponse:
    form = AnnouncementForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            id = save(form.decision)
        except UnableToAnnounce as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Đã ghi quyết định %(number)s.") % {"number": form.decision.number})
            return redirect("office:announcement", id=id)
    content = {"form": form, "back": back, "number": initial.get("number", "")}
    status = 422 if form.is_bound else 200
    return render(
        request, "office/announcement_form.html", frame(who.duties, _HERE, **content), status=status
    )
