"""Queues: mine, to receive, to return, awaiting the applicant; and the search by number. What is late: `late`."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.desk.frame import Officer, frame, officer
from motcua.desk.letters import moves_notice, waiting_notice
from motcua.desk.lines import lines
from motcua.dossiers import queries
from motcua.dossiers.access import found_by_number, found_by_secret
from motcua.kit.audience import STAFF, audience

SIZE = 25
# Deeper pages than this are searched for, not leafed to: each would read all before it.
DEEPEST = 200


def page_of(request: HttpRequest) -> int:
    """Return the page that is asked for, from 1 to `DEEPEST`."""
    text = request.GET.get("trang", "1")
    return min(max(int(text), 1), DEEPEST) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _show(
    request: HttpRequest,
    who: Officer,
    title: str,
    hint: str,
    read: Callable[[int, int], list[queries.Queued]],
    **more: object,
) -> HttpResponse:
    page = page_of(request)
    # One line more than a page shows whether there is another page, without counting.
    rows = read((page - 1) * SIZE, SIZE + 1)
    content = {
        "title": title,
        "hint": hint,
        "lines": lines(rows[:SIZE], at=who.at),
        "previous_url": f"?trang={page - 1}" if page > 1 else "",
        "next_url": f"?trang={page + 1}" if len(rows) > SIZE and page < DEEPEST else "",
        "position": _("Trang %(n)s") % {"n": page},
        **more,
    }
    return render(request, "desk/queue.html", frame(request, who, **content))


@audience(STAFF)
def queue(request: HttpRequest) -> HttpResponse:
    """Show my open tasks, the least working time left first, and tasks that wait for anyone of my function."""
    who = officer(request)
    waiting = lines(queries.unassigned(who.functions), at=who.at)
    return _show(
        request,
        who,
        _("Việc của tôi"),
        _("Việc còn ít thời gian nhất đứng trước"),
        lambda first, size: queries.queue_of(who.user.id, first=first, size=size),
        waiting=waiting,
        waiting_letters=waiting_notice(who),
        waiting_moves=moves_notice(who),
    )


@audience(STAFF)
def to_receive(request: HttpRequest) -> HttpResponse:
    """Show what was filed and waits for reception."""
    who = officer(request)
    return _show(
        request,
        who,
        _("Chờ tiếp nhận"),
        _("Phải trả lời trong 8 giờ làm việc từ lúc nộp; hồ sơ nộp trước đứng trước"),
        lambda first, size: queries.to_receive(who.receiving, first=first, size=size),
    )


@audience(STAFF)
def to_return(request: HttpRequest) -> HttpResponse:
    """Show results that wait at the desk."""
    who = officer(request)
    return _show(
        request,
        who,
        _("Chờ trả kết quả"),
        _("Kết quả đã có, người dân chưa nhận"),
        lambda first, size: queries.to_return(who.receiving, first=first, size=size),
    )


@audience(STAFF)
def awaiting(request: HttpRequest) -> HttpResponse:
    """Show what waits for its applicant."""
    who = officer(request)
    return _show(
        request,
        who,
        _("Chờ bổ sung"),
        _("Đang chờ người dân bổ sung giấy tờ"),
        lambda first, size: queries.awaiting_applicant(who.agencies, first=first, size=size),
    )


@audience(STAFF)
def find(request: HttpRequest) -> HttpResponse:
    """Open the dossier with a number, or the one whose QR code was read."""
    who = officer(request)
    asked = request.GET.get("ma", "").strip()
    found = found_by_number(asked.upper(), duties=who.duties) or found_by_secret(asked, duties=who.duties)
    if found:
        return redirect("desk:dossier", found)
    messages.warning(
        request,
        _("Không thấy hồ sơ “%(number)s” trong phạm vi của bạn. Kiểm tra lại mã in trên giấy tiếp nhận.")
        % {"number": asked[:80]},
    )
    return redirect("desk:queue")
