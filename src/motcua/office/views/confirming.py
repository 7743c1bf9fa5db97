"""Confirming what an import read: the queue of procedures with doubts, and the page of one procedure."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.catalogue import actions, queries
from motcua.catalogue.actions import UnableToConfirm
from motcua.catalogue.queries import DoubtFacts, Published
from motcua.dossiers.procedure_facts import national_address
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.office import catalogue_words as say
from motcua.office.confirm_forms import AskForm, CorrectForm
from motcua.office.doubt_blocks import Block, alike, ask_form, blocks, correct_form, prefix_of, values
from motcua.office.frame import Steward, frame, steward
from motcua.office.queue_filters import Filters, filters, selects
from motcua.rules.localday import local_day

SIZE = 50
_HERE = "office:doubts"
Refused = CorrectForm | AskForm


@audience(STAFF)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List the procedures with doubts, what people need most first, narrowed by reason, domain and level."""
    who = steward(request)
    asked = filters(request.GET.dict())
    # One line more than a page tells whether there is another page.
    found = asked.lines(SIZE + 1)
    tabs = _tabs(asked)
    content = {
        "asked": asked,
        "tabs": tabs,
        "selects": selects(asked, on=local_day(who.at)),
        "lines": [_line(asked, line, place) for place, line in enumerate(found[:SIZE], asked.first)],
        "count": next(tab["count"] for tab in tabs if tab["current"]),
        "all_url": Filters(state=asked.state).url,
        "previous_url": asked.at(asked.first - SIZE).url if asked.first else "",
        "next_url": asked.at(asked.first + SIZE).url if len(found) > SIZE else "",
        "position": _("Trang %(n)s") % {"n": asked.first // SIZE + 1},
    }
    return render(request, "office/doubts.html", frame(who.duties, _HERE, **content))


def _tabs(asked: Filters) -> list[dict[str, Any]]:
    tabs = []
    for state, label in say.STATES.items():
        there = Filters(state, asked.reason, asked.domain, asked.level)
        current = state == asked.state
        tabs.append({"label": label, "url": there.url, "count": there.count(), "current": current})
    return tabs


def _line(asked: Filters, line: queries.QueueLine, place: int) -> dict[str, Any]:
    uses = ngettext("%(n)s hồ sơ trong 12 tháng", "%(n)s hồ sơ trong 12 tháng", line.uses)
    doubts = ngettext("%(n)s chỗ", "%(n)s chỗ", line.doubts)
    return {
        "url": asked.confirm_url(line.code, place),
        "title": line.name_vi,
        "doubts": doubts % {"n": line.doubts},
        "meta": " · ".join((line.code, line.domain_vi, uses % {"n": line.uses})),
        "since": _("từ %(day)s") % {"day": day(line.oldest)},
        "reasons": [say.reason(code) for code in line.reasons],
    }


@dataclass(frozen=True)
class Subject:
    """The procedure of a page of confirmation, as its newest version says it, with its doubts."""

    code: str
    version: Published
    doubts: list[DoubtFacts]

    def doubt(self, text: str) -> DoubtFacts:
        """Return the doubt with this id; `Http404` for one of another procedure."""
        for row in self.doubts:
            if str(row.id) == text:
                return row
        raise Http404


def _subject(code: str) -> Subject:
    versions = queries.versions_of(code)
    if not versions:
        raise Http404
    version = queries.published(versions[0].id)
    return Subject(code, version, queries.doubts_of(version.procedure_id))


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Show the doubts of a procedure with their sources; accept, correct or ask about them."""
    who = steward(request)
    asked = filters(request.GET.dict())
    subject = _subject(code)
    if request.method != "POST":
        return _show(request, who, asked, subject)
    decide = _DECISIONS.get(request.POST.get("viec", ""))
    if decide is None:
        raise Http404
    try:
        said = decide(request, who, subject)
    except UnableToConfirm as refused:
        return _again(request, who, asked, code, refused)
    except _Faulty as faulty:
        return _show(request, who, asked, subject, refused=faulty.form)
    messages.success(request, said)
    return redirect(_onward(asked, code, request.POST.get("doubt", "")))


class _Faulty(Exception):
    """A form that must be filled in better."""

    def __init__(self, form: Refused) -> None:
        super().__init__()
        self.form = form


def _accept(request: HttpRequest, who: Steward, subject: Subject) -> str:
    row = subject.doubt(request.POST.get("doubt", ""))
    actions.accept_doubt(row.id, by=who.actor, at=who.at)
    return _("Đã đồng ý: %(field)s.") % {"field": say.field_label(row.field, subject.version.record)}


def _accept_all(request: HttpRequest, who: Steward, subject: Subject) -> str:
    shown = [subject.doubt(text).id for text in request.POST.getlist("doubts")]
    actions.accept_all(subject.version.procedure_id, doubts=shown, by=who.actor, at=who.at)
    return ngettext("Đã đồng ý %(n)s chỗ.", "Đã đồng ý %(n)s chỗ.", len(shown)) % {"n": len(shown)}


def _ask(request: HttpRequest, who: Steward, subject: Subject) -> str:
    row = subject.doubt(request.POST.get("doubt", ""))
    form = ask_form(row.id, request.POST)
    if not form.is_valid():
        raise _Faulty(form)
    question = form.cleaned_data["question"]
    _try(form, lambda: actions.ask_about(row.id, question=question, **_common(who)))
    return _("Đã ghi câu hỏi; chỗ này nằm ở danh sách đang hỏi lại.")


def _correct(request: HttpRequest, who: Steward, subject: Subject) -> str:
    named = request.POST.get("doubt", "")
    row = subject.doubt(named) if named else None
    path = row.field if row else request.POST.get("field", "")
    others = alike(row, subject.doubts, subject.version.record) if row else []
    form = correct_form(path, subject.version, row.id if row else None, request.POST, alike=others)
    if form is None:
        raise Http404
    if form.is_valid() and form.cleaned_data["version"] != subject.version.number:
        form.add_error(None, say.refusal("changed_meanwhile"))
        # The form goes on from the version that is shown now; its answers are its own copy.
        cast(MutableMapping[str, Any], form.data)[form.add_prefix("version")] = str(subject.version.number)
    if not form.is_valid():
        raise _Faulty(form)
    _try(
        form,
        lambda: actions.correct(
            subject.version.procedure_id,
            doubt=row.id if row else None,
            field=path,
            value=form.value(),
            expected=form.cleaned_data["version"],
            **form.settings(),
            **_common(who),
        ),
    )
    return _("Đã sửa: %(field)s.") % {"field": say.field_label(path, subject.version.record)}


def _take(request: HttpRequest, who: Steward, subject: Subject) -> str:
    row = subject.doubt(request.POST.get("doubt", ""))
    actions.take_imported(row.id, **_common(who))
    return _("Đã lấy bản nhập làm phiên bản mới.")


def _common(who: Steward) -> dict[str, Any]:
    return {"by": who.actor, "at": who.at}


def _try(form: Refused, act: Callable[[], object]) -> None:
    """Act; a refusal comes back on the form, so that nothing typed is lost."""
    try:
        act()
    except UnableToConfirm as refused:
        form.add_error(None, _said(refused))
        raise _Faulty(form) from None


def _said(refused: UnableToConfirm) -> str:
    """Say a refusal, with who was first and when where somebody was."""
    facts = refused.facts
    return say.refusal(refused.code, say.settled(facts.get("who", ""), facts.get("when")))


_DECISIONS: dict[str, Callable[[HttpRequest, Steward, Subject], str]] = {
    "dong-y": _accept,
    "dong-y-het": _accept_all,
    "hoi": _ask,
    "sua": _correct,
    "lay": _take,
}


def _again(
    request: HttpRequest, who: Steward, asked: Filters, code: str, refused: UnableToConfirm
) -> HttpResponse:
    """Show the page as it is now, with why the button did nothing: often somebody else was first."""
    messages.warning(request, _said(refused))
    return _show(request, who, asked, _subject(code), status=422)


def _onward(asked: Filters, code: str, done: str) -> str:
    """Return where to go after a decision: the next open doubt, else the next procedure of the queue."""
    subject = _subject(code)
    after = [row.id for row in subject.doubts if row.state == "open"]
    if not after:
        return asked.next_url(subject.version.procedure_id)
    order = [str(row.id) for row in subject.doubts]
    here = order.index(done) if done in order else -1
    target = next((id for id in after if order.index(str(id)) > here), after[0])
    return f"{asked.confirm_url(code, asked.first)}#{prefix_of(target)}"


def _show(
    request: HttpRequest,
    who: Steward,
    asked: Filters,
    subject: Subject,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    record = subject.version.record
    made = blocks(subject.doubts, subject.version, writes=who.keeps, refused=refused)
    content = {
        "form": refused,
        "code": subject.code,
        "record": record,
        "number": subject.version.number,
        "asked": asked,
        "blocks": made,
        "waiting": sum(block.open for block in made),
        "acceptable": [
            block.id for block in made if block.may_accept and block.state == "open" and not block.imported
        ],
        "editor": _editor(request, who, subject, refused),
        "values": values(record) if who.keeps else [],
        "edit_url": f"?{asked.query}&" if asked.query else "?",
        "next_url": asked.at(asked.first).next_url(subject.version.procedure_id),
        "facts": _facts(subject, made),
        "source_url": national_address(record),
    }
    context = frame(who.duties, _HERE, **content)
    return render(request, "office/confirm.html", context, status=422 if refused else status)


def _facts(subject: Subject, made: list[Block]) -> str:
    record = subject.version.record
    waiting = sum(block.open for block in made)
    parts = [
        subject.code,
        record.domain.vi,
        _("phiên bản %(n)s") % {"n": subject.version.number},
        ngettext("%(n)s chỗ chờ xác nhận", "%(n)s chỗ chờ xác nhận", waiting) % {"n": waiting},
    ]
    return " · ".join(parts)


def _editor(
    request: HttpRequest, who: Steward, subject: Subject, refused: Refused | None
) -> dict[str, Any] | None:
    """Return the form of a value that nobody doubts, when one is being put right."""
    path = request.POST.get("field", "") or request.GET.get("sua", "")
    if not path or not who.keeps or request.POST.get("doubt"):
        return None
    form = refused if isinstance(refused, CorrectForm) else correct_form(path, subject.version, None)
    if form is None:
        raise Http404
    label = say.field_label(path, subject.version.record)
    row = say.channel_of(subject.version.record, path)
    source = (row.fee_source if path.endswith(".fee") else row.limit_source) if row else ""
    return {"field": path, "label": label, "form": form, "source": source}
