"""One page for each move, on the state that the officer saw."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.accounts.queries import actor
from motcua.calendars.queries import working_calendar
from motcua.catalogue.format import ComponentRecord
from motcua.catalogue.queries import published
from motcua.desk import forms
from motcua.desk.before_move import note_before, promised, to_hand_out
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.listing import paper_list
from motcua.desk.offered import may_fail, may_send_back, moves_of, task_asked, task_named
from motcua.desk.uploads import said_of_upload
from motcua.desk.views.dossier import load, load_to_move
from motcua.desk.wording import FAILED, SEND_BACK, SLUGS
from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import actions, queries, words
from motcua.dossiers.access import Dossier, note_look
from motcua.dossiers.actions import CounterPaper, UnableToMove, UnlistedPapers
from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.store import StoreFull
from motcua.rules.lateness import Cause
from motcua.rules.localday import at_local, local_day
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.queries import TaskFacts, data_asked, open_tasks_of

Act = Callable[[Dossier, Officer, Mapping[str, Any], forms.MoveForm], object]
Make = Callable[[HttpRequest, Dossier, TaskFacts | None], forms.MoveForm]


@dataclass(frozen=True)
class Page:
    """A move's page: its heading, what it says before the form, the form, the deed, and what is said after."""

    title: Any
    button: Any
    make: Make
    act: Act
    done: Any
    danger: bool = False


def _plain(kind: type[forms.MoveForm]) -> Make:
    return lambda request, row, task: kind(
        request.POST or None, request.FILES or None, initial=_initial(row, task)
    )


def _initial(row: Dossier, task: TaskFacts | None) -> dict[str, Any]:
    return {"revision": row.revision, "task": task.id if task else None}


def _with_data(kind: type[forms.DataForm]) -> Make:
    def make(request: HttpRequest, row: Dossier, task: TaskFacts | None) -> forms.MoveForm:
        asks = data_asked(row.process_id, task.step) if task else ()
        return kind(request.POST or None, request.FILES or None, initial=_initial(row, task), asks=asks)

    return make


def _common(who: Officer, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": actor(who.user), "at": who.at, "expected": given["revision"]}


def _reasoned(action: Callable[..., object]) -> Act:
    def act(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
        return action(row, reason=given["reason"], legal_basis=given["legal_basis"], **_common(who, given))

    return act


def _listed(row: Dossier) -> list[ComponentRecord]:
    return queries.papers_listed(queries.whole_of(row), on=clock.today())


def _asked(row: Dossier) -> list[ComponentRecord]:
    """Return what was asked of the applicant, also by the list of an earlier version."""
    known = [*_listed(row), *published(row.version_id).record.components]
    by_key = {item.key: item for item in reversed(known)}
    request = queries.open_request(row.id)
    keys = dict.fromkeys(fault["component"] for fault in request.faults) if request else {}
    return [by_key[key] for key in keys if key in by_key]


def _supplement_form(request: HttpRequest, row: Dossier, task: TaskFacts | None) -> forms.MoveForm:
    return forms.SupplementForm(
        request.POST or None,
        listed=_listed(row),
        grounds=queries.further_grounds(queries.whole_of(row), at=clock.now()),
        initial={"revision": row.revision},
    )


def _ask(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    assert isinstance(form, forms.SupplementForm)
    return actions.request_supplement(
        row,
        faults=form.faults(),
        ground=given.get("ground") or "",
        unlisted=form.unlisted_names(),
        more=given.get("more") or "",
        **_common(who, given),
    )


def _resubmit_form(request: HttpRequest, row: Dossier, task: TaskFacts | None) -> forms.MoveForm:
    return forms.ResubmitForm(
        request.POST or None, asked=_asked(row), listed=_listed(row), initial={"revision": row.revision}
    )


def _resubmit(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    assert isinstance(form, forms.ResubmitForm)
    papers = [CounterPaper(key, "paper", originals=1) for key in given.get("papers") or ()]
    return actions.resubmit_at_counter(
        row, papers=papers, unlisted=form.unlisted_names(), **_common(who, given)
    )


def _accept(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.accept_dossier(row, **_common(who, given))


def _hand_over(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    assert isinstance(form, forms.HandOverForm)
    return actions.hand_over(
        row, note=given["note"], data=form.data_given(), task=given["task"], **_common(who, given)
    )


def _failed(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.hand_over(row, note=given["note"], failed=True, task=given["task"], **_common(who, given))


def _send_back(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.hand_over(row, note=given["note"], back=True, task=given["task"], **_common(who, given))


def _draft_letter(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.draft_apology(
        row,
        until=_closing(row, given["until"], who.at),
        cause=Cause(given["cause"]),
        reason=given["reason"],
        legal_basis=given["legal_basis"],
        **_common(who, given),
    )


def _closing(row: Dossier, day: date, at: datetime) -> datetime:
    """Return the closing time of a day at the competent agency; a day off is left to the action to refuse."""
    try:
        calendar = working_calendar(row.competent_agency_id, on=local_day(at))
        if calendar.is_working_day(day):
            return calendar.closing(day)
    except OutsideCalendar as outside:
        raise UnableToMove(outside.code) from None
    return at_local(day, time(17))


def _decide(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    assert isinstance(form, forms.DecideForm)
    upload = given["document"]
    return actions.decide_dossier(
        row,
        data=form.data_given(),
        outcome=given["outcome"],
        title=given["title"],
        number=given["number"],
        summary=given["summary"] or "",
        document=(upload.file, upload.name) if upload else None,
        task=given["task"],
        **_common(who, given),
    )


def _return(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.return_result(row, to=given["to"], **_common(who, given))


def _withdraw(row: Dossier, who: Officer, given: Mapping[str, Any], form: forms.MoveForm) -> object:
    return actions.withdraw_dossier(row, reason=given["reason"], **_common(who, given))


_AT_THE_DESK = frozenset(
    SLUGS[move] for move in (Move.ACCEPT, Move.REFUSE, Move.RESUBMIT, Move.RETURN_RESULT, Move.WITHDRAW)
)
PAGES: dict[str, Page] = {
    SLUGS[Move.ACCEPT]: Page(
        lazy("Tiếp nhận hồ sơ"), lazy("Tiếp nhận và in giấy hẹn"), _plain(forms.MoveForm), _accept,
        lazy("Đã tiếp nhận. Giấy tiếp nhận và hẹn trả ở mục Phiếu đã in."),
    ),
    SLUGS[Move.REFUSE]: Page(
        lazy("Từ chối tiếp nhận"), lazy("Từ chối tiếp nhận"), _plain(forms.ReasonForm),
        _reasoned(actions.refuse_dossier), lazy("Đã từ chối tiếp nhận; phiếu đã gửi người nộp."), danger=True,
    ),
    SLUGS[Move.REQUEST_SUPPLEMENT]: Page(
        lazy("Yêu cầu bổ sung"), lazy("Gửi yêu cầu bổ sung"), _supplement_form, _ask,
        lazy("Đã gửi yêu cầu bổ sung."),
    ),
    SLUGS[Move.RESUBMIT]: Page(
        lazy("Nhận bổ sung tại quầy"), lazy("Đã nhận đủ, chuyển xử lý tiếp"), _resubmit_form, _resubmit,
        lazy("Đã nhận bổ sung."),
    ),
    SLUGS[Move.HAND_OVER]: Page(
        lazy("Chuyển bước tiếp theo"), lazy("Chuyển"), _with_data(forms.HandOverForm), _hand_over,
        lazy("Đã chuyển bước tiếp theo."),
    ),
    SEND_BACK: Page(
        lazy("Trả lại bước trước"), lazy("Trả lại"), _plain(forms.SendBackForm), _send_back,
        lazy("Đã trả lại bước trước."),
    ),
    FAILED: Page(
        lazy("Không thực hiện được bước này"), lazy("Chuyển theo nhánh xử lý khác"), _plain(forms.FailedForm),
        _failed, lazy("Đã chuyển theo nhánh xử lý khác của quy trình."), danger=True,
    ),
    SLUGS[Move.EXTEND]: Page(
        lazy("Xin lỗi và hẹn lại"), lazy("Gửi dự thảo để duyệt"), _plain(forms.ApologyForm), _draft_letter,
        lazy("Đã gửi dự thảo để duyệt. Hạn chưa thay đổi, người dân chưa được báo cho đến khi thư được duyệt."),
    ),
    SLUGS[Move.DECIDE]: Page(
        lazy("Ký kết quả"), lazy("Ký và chuyển trả kết quả"), _with_data(forms.DecideForm), _decide,
        lazy("Đã ký. Kết quả chờ trả tại bộ phận một cửa."),
    ),
    SLUGS[Move.RETURN_RESULT]: Page(
        lazy("Trả kết quả"), lazy("Đã trả kết quả"), _plain(forms.ReturnForm), _return,
        lazy("Đã trả kết quả."),
    ),
    SLUGS[Move.WITHDRAW]: Page(
        lazy("Rút hồ sơ theo yêu cầu người nộp"), lazy("Rút hồ sơ"), _plain(forms.WithdrawForm), _withdraw,
        lazy("Đã rút hồ sơ."), danger=True,
    ),
    SLUGS[Move.STOP]: Page(
        lazy("Dừng giải quyết"), lazy("Dừng giải quyết"), _plain(forms.ReasonForm),
        _reasoned(actions.stop_dossier), lazy("Đã dừng giải quyết; thông báo đã gửi người nộp."), danger=True,
    ),
}  # fmt: skip


@audience(STAFF)
def move(request: HttpRequest, id: UUID, slug: str) -> HttpResponse:
    """Show a move's form, and make the move."""
    who = officer(request)
    page = PAGES.get(slug)
    if page is None:
        raise Http404
    purpose = "reception" if slug in _AT_THE_DESK else "handling"
    sent = request.method == "POST"
    row = load_to_move(who, id) if sent else load(who, id, purpose)
    task = task_asked(request, open_tasks_of(row.id), who)
    may = _may(row, who, task, slug)
    if not may and not _stale(request, row, task):
        messages.warning(request, words.refusal("not_yours_to_move"))
        return redirect("desk:dossier", row.id)
    form = page.make(request, row, task)
    if not may:
        form.full_clean()
        form.add_error(None, words.refusal("changed_meanwhile"))
    elif sent and _to_try(form) and _made(page, row, who, form, task):
        messages.success(request, _said_after(page, row))
        return redirect("desk:dossier", row.id)
    if changed := sent and _follow(form, row):
        task = task_asked(request, open_tasks_of(row.id), who)
        may = _may(row, who, task, slug)
    content = {
        "dossier": row,
        "page": page,
        "form": form,
        "note": note_before(row, slug, task, who),
        "promised": _rows_before(row, slug, who),
        "supplement": isinstance(form, forms.SupplementForm),
        "listing": paper_list(queries.whole_of(row), on=local_day(who.at))
        if form.has_error("unlisted")
        else None,
        "changed": changed,
        "closed": not may,
    }
    if sent:
        note_look(row, who.user, duties=who.duties, purpose=purpose, at=who.at)
    status = 422 if sent else 200
    return render(request, "desk/move.html", frame(request, who, **content), status=status)


def _rows_before(row: Dossier, slug: str, who: Officer) -> list[dict[str, Any]]:
    """Return what stands before the form as rows: what acceptance would promise, which results are handed out."""
    if slug == SLUGS[Move.ACCEPT]:
        return promised(row, at=who.at)
    return to_hand_out(row) if slug == SLUGS[Move.RETURN_RESULT] else []


def _said_after(page: Page, row: Dossier) -> str:
    """Say what came of a move: a signed result may still wait for partners, or have gone back to the door."""
    if page is PAGES[SLUGS[Move.DECIDE]]:
        row.refresh_from_db(fields=("state",))
        if row.parent_id is not None:
            return _("Đã ký. Kết quả đã chuyển về nơi tiếp nhận hồ sơ liên thông.")
        if row.state == State.IN_PROGRESS:
            return _("Đã ký. Hồ sơ đi tiếp theo quy trình; kết quả trả khi mọi việc xong.")
    return str(page.done)


def _to_try(form: forms.MoveForm) -> bool:
    """Tell whether a form goes to its action: whole, or asking for papers beyond the list, to be refused there."""
    if form.is_valid():
        return True
    beyond = isinstance(form, forms.ListedPapersForm) and bool(form.unlisted_names())
    return beyond and "revision" in form.cleaned_data


# Refusals that are about one answer stand at it.
_PLACES = dict.fromkeys(
    ("not_a_working_day", "outside_calendar", "extend_not_later", "apology_day_past"), "until"
)


def _made(page: Page, row: Dossier, who: Officer, form: forms.MoveForm, task: TaskFacts | None) -> bool:
    """Make the move on the task that was judged; False when it was refused, and then the form says why."""
    try:
        page.act(row, who, form.cleaned_data | {"task": task.id if task else None}, form)
    except UnableToMove as refused:
        unlisted = isinstance(refused, UnlistedPapers)
        place = "unlisted" if unlisted else _PLACES.get(refused.code)
        form.add_error(place if place in form.fields else None, words.refusal(refused.code, refused.facts))
        if unlisted:
            # Named in the refusal, and no more in its box: pressing the button again is no second attempt.
            cast(MutableMapping[str, Any], form.data)[form.add_prefix("unlisted")] = ""
        return False
    except (UnableToKeepFile, StoreFull) as refused:
        form.add_error("document", said_of_upload(refused, form.cleaned_data["document"].name))
        return False
    return True


def _stale(request: HttpRequest, row: Dossier, task: TaskFacts | None) -> bool:
    """Tell whether a form was filled in on a state, or for a task, that someone has changed since."""
    if request.method != "POST":
        return False
    gone = task is None and bool(task_named(request))
    return gone or request.POST.get("revision") not in (None, str(row.revision))


def _follow(form: forms.MoveForm, row: Dossier) -> bool:
    """Let a refused form go on from the state as it is now, what was typed kept; tell whether it changed."""
    row.refresh_from_db(fields=("state", "revision"))
    seen = form.data.get("revision")
    # The form's answers are its own copy (see kit.forms), not the request's.
    cast(MutableMapping[str, Any], form.data)["revision"] = str(row.revision)
    return seen is not None and seen != str(row.revision)


def _may(row: Dossier, who: Officer, task: TaskFacts | None, slug: str) -> bool:
    if slug == SEND_BACK:
        return may_send_back(row, who, task)
    if slug == FAILED:
        return may_fail(row, who, task)
    return slug in {SLUGS[found] for found in moves_of(row, who, task)}
