"""The tasks of an agency, given out many at once by who heads it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.accounts.queries import actor
from motcua.catalogue.queries import published
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.views.queues import DEEPEST, SIZE, page_of
from motcua.desk.views.work import key_of, post_of
from motcua.desk.wording import Timekeeper
from motcua.desk.work_block import away_words, language
from motcua.dossiers import access, actions, words
from motcua.dossiers.actions import AssignedTask, TickedTask, UnableToMove
from motcua.dossiers.process_view import function_words
from motcua.dossiers.queries.work import AgencyTask, TaskFilter, agency_tasks, colleagues
from motcua.kit.audience import STAFF, audience
from motcua.organisation.queries import agencies_facts, away_until
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS
from motcua.workflow.queries import process, step_title

_FUNCTIONS = ("receiver", "specialist", "head", "leader")
_NOBODY, _EVENLY = "chua", "deu"
_HOLDS_ALREADY = "holds_already"


@dataclass(frozen=True)
class _Asked:
    """Which tasks of which agency are asked for."""

    agency: UUID
    holder: str
    step: str
    late: bool

    @property
    def narrowed(self) -> bool:
        return bool(self.holder or self.step or self.late)

    def filter(self) -> TaskFilter:
        return TaskFilter(key_of(self.holder), self.holder == _NOBODY, self.step, self.late)

    def address(self, **more: object) -> str:
        given = {
            "co-quan": self.agency,
            "nguoi": self.holder,
            "buoc": self.step,
            "tre": "1" if self.late else "",
        }
        known = {key: str(value) for key, value in (given | more).items() if value}
        return f"{reverse('desk:tasks')}?{urlencode(known)}"


def _asked(request: HttpRequest, mine: list[UUID]) -> _Asked:
    agency = key_of(request.GET.get("co-quan", ""))
    holder = request.GET.get("nguoi", "")
    return _Asked(
        agency if agency in mine else mine[0],
        holder if holder == _NOBODY or key_of(holder) else "",
        request.GET.get("buoc", "").replace("\0", "")[:80],
        request.GET.get("tre") == "1",
    )


@audience(STAFF)
def tasks(request: HttpRequest) -> HttpResponse:
    """Show who heads an agency its open tasks, and give the ticked ones to a person or spread them."""
    who = officer(request)
    mine = sorted(access.distributing_at(who.duties))
    if not mine:
        raise Http404
    asked = _asked(request, mine)
    page = page_of(request)
    if request.method == "POST":
        left = _assign(request, who, asked)
        return redirect(asked.address(trang=page if page > 1 else "") + left.query)
    rows = agency_tasks(
        [asked.agency],
        _FUNCTIONS,
        asked=asked.filter(),
        at=who.at,
        first=(page - 1) * SIZE,
        size=SIZE + 1,
    )
    known = _people(asked.agency, who)
    # Each once, also who fills two functions.
    people = list({person.id: person for found in known.values() for person in found}.values())
    deserted = {name for name, found in known.items() if found and all(person.away for person in found)}
    content = {
        "lines": _lines(rows[:SIZE], who, deserted, set(request.GET.getlist("chon"))),
        "selects": _selects(asked, mine, people, rows, who),
        "asked": asked,
        "groups": _groups(known, rows[:SIZE]),
        "evenly": _EVENLY,
        "here": asked.address(trang=page if page > 1 else ""),
        "previous_url": asked.address(trang=page - 1) if page > 1 else "",
        "next_url": asked.address(trang=page + 1) if len(rows) > SIZE and page < DEEPEST else "",
        "position": _("Trang %(n)s") % {"n": page},
    }
    return render(request, "desk/tasks.html", frame(request, who, **content))


@dataclass(frozen=True)
class _Person:
    """Who may be given work, with the post, and that they are away."""

    id: str
    name: str
    away: str


def _people(agency: UUID, who: Officer) -> dict[str, list[_Person]]:
    """Return who fills each function at the agency, everyone under the first one that they fill."""
    today = local_day(who.at)
    found = {function: colleagues(agency, function, on=today) for function in _FUNCTIONS}
    gone = [person.user_id for people in found.values() for person in people if person.away]
    back = away_until(gone, on=today) if gone else {}
    return {
        function: [
            _Person(
                str(person.user_id), f"{person.name}, {post_of(person)}", away_words(back.get(person.user_id))
            )
            for person in people
        ]
        for function, people in found.items()
    }


def _groups(known: dict[str, list[_Person]], rows: list[AgencyTask]) -> list[dict[str, Any]]:
    """Return who may be given tasks of this page, by what they do: of the steps shown only, so that nobody is refused."""
    wanted = {row.function for row in rows}
    return [
        {"label": function_words(function), "people": people}
        for function, people in known.items()
        if function in wanted and people
    ]


def _lines(
    rows: list[AgencyTask], who: Officer, deserted: set[str], ticked: set[str]
) -> list[dict[str, Any]]:
    keeper = Timekeeper(who.at)
    away = away_until({row.holder_id for row in rows if row.holder_id}, on=local_day(who.at))
    return [
        {
            "row": row,
            "title": published(row.version_id).name(language()),
            "step": step_title(row.process_id, row.step, language()),
            "left": keeper.left(row.due_at, row.agency_id),
            "away": away_words(away.get(row.holder_id)) if row.holder_id else "",
            "deserted": row.holder_id is None and row.function in deserted,
            "value": f"{row.id}:{row.holder_id or ''}",
            "ticked": str(row.id) in ticked,
        }
        for row in rows
    ]


def _selects(
    asked: _Asked, mine: list[UUID], people: list[_Person], rows: list[AgencyTask], who: Officer
) -> list[dict[str, Any]]:
    everybody = [
        ("", _("Tất cả")),
        (_NOBODY, _("Chưa ai nhận")),
        *((person.id, person.name) for person in people),
    ]
    found = [
        _select("nguoi", _("Người giữ"), everybody, asked.holder),
        _select("buoc", _("Bước"), [("", _("Tất cả")), *_steps(asked, rows)], asked.step),
        _select("tre", _("Thời hạn"), [("", _("Tất cả")), ("1", _("Quá hạn"))], "1" if asked.late else ""),
    ]
    if len(mine) > 1:
        names = agencies_facts(mine, on=local_day(who.at))
        known = [(str(key), names[key].name(language())) for key in mine if key in names]
        found.insert(0, _select("co-quan", _("Cơ quan"), known, str(asked.agency)))
    return found


def _steps(asked: _Asked, rows: list[AgencyTask]) -> list[tuple[str, str]]:
    """Return the steps to choose from: of the default process and of the processes on this page."""
    nodes = list(DEFAULT_PROCESS.steps)
    for version in {row.process_id for row in rows}:
        nodes += process(version).steps
    known = {node.key: node.title(language()) for node in reversed(nodes)}
    if asked.step:
        known.setdefault(asked.step, asked.step)
    return sorted(known.items(), key=lambda pair: pair[1])


def _select(name: str, label: str, known: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "choices": [(value, said, value == chosen) for value, said in known],
    }


@dataclass(frozen=True)
class _Left:
    """What was chosen and not done: it is still chosen on the page that follows."""

    tasks: list[UUID]

    @property
    def query(self) -> str:
        """The end of that page's address."""
        kept = self.tasks[:SIZE]
        return "&" + urlencode({"chon": kept}, doseq=True) if kept else ""


def _assign(request: HttpRequest, who: Officer, asked: _Asked) -> _Left:
    """Give the ticked tasks out, say what was done and what was passed over, and return the latter."""
    to = request.POST.get("cho", "")
    ticked = [found for text in request.POST.getlist("viec") if (found := _ticked(text))]
    every = _Left([row.task for row in ticked])
    if to != _EVENLY and key_of(to) is None:
        messages.warning(request, _("Chọn người nhận, hoặc “Chia đều”."))
        return every
    try:
        became = actions.assign_tasks(
            asked.agency, ticked, to=None if to == _EVENLY else key_of(to), by=actor(who.user), at=who.at
        )
    except UnableToMove as refused:
        messages.warning(request, words.refusal(refused.code, refused.facts))
        return every
    _say(request, became)
    return _Left([row.task for row in became if row.code and row.code != _HOLDS_ALREADY])


def _ticked(text: str) -> TickedTask | None:
    task, _colon, holder = text.partition(":")
    key = key_of(task)
    return TickedTask(key, key_of(holder)) if key else None


def _say(request: HttpRequest, became: list[AssignedTask]) -> None:
    done = sum(1 for row in became if not row.code)
    if done:
        messages.success(request, ngettext("Đã giao %(n)s việc.", "Đã giao %(n)s việc.", done) % {"n": done})
    passed: dict[str, list[str]] = {}
    for row in became:
        if row.code:
            passed.setdefault(row.code, []).append(row.number or "?")
    if kept := passed.pop(_HOLDS_ALREADY, []):
        said = ngettext("%(n)s việc vẫn ở người đang giữ.", "%(n)s việc vẫn ở người đang giữ.", len(kept))
        messages.info(request, said % {"n": len(kept)})
    for code, numbers in passed.items():
        known = {"numbers": ", ".join(numbers[:10]), "n": len(numbers), "why": words.refusal(code)}
        messages.warning(
            request,
            ngettext(
                "Bỏ qua %(n)s việc (%(numbers)s): %(why)s",
                "Bỏ qua %(n)s việc (%(numbers)s): %(why)s",
                len(numbers),
            )
            % known,
        )
