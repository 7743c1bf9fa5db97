"""The daily work on a dossier as its page shows it: who has what, what is said inside, who is asked, what was reopened."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.desk.frame import Officer
from motcua.desk.work_forms import CommentForm
from motcua.dossiers import access, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.queries.work import (
    OpinionFacts,
    colleagues,
    comments_of,
    opinions_of,
    reopenings_of,
)
from motcua.kit.templatetags.ui import stamp
from motcua.organisation.queries import agencies_facts, away_until
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.queries import TaskFacts, open_tasks_of, step_title

_REOPENED_FROM = frozenset({State.DECIDED, State.RETURNED})


def work_block(row: Dossier, who: Officer, tasks: list[TaskFacts] | None = None) -> dict[str, Any]:
    """Return what `desk/_work.html` shows of a dossier to this person, and the links that they may follow.

    `tasks` are its open tasks, where the caller has read them already.
    """
    inside = access.reads_inside(row, duties=who.duties)
    asks = access.asks_opinions(row, duties=who.duties)
    reopened, reopens = reopenings_of(row.id)
    may_ask = asks and row.state == State.IN_PROGRESS
    may_reopen = (
        reopened is None
        and row.parent_id is None
        and row.state in _REOPENED_FROM
        and access.may_reopen(row, duties=who.duties)
    )
    return {
        "tasks": _tasks(row, open_tasks_of(row.id) if tasks is None else tasks, who) if inside else [],
        "inside": inside,
        "comments": comments_of(row.id) if inside else [],
        "comment": CommentForm(auto_id="comment_%s") if inside and row.state != State.DRAFT else None,
        "opinions": opinion_lines(opinions_of(row.id), who),
        "ask_url": reverse("desk:ask_opinion", args=[row.id]) if may_ask else "",
        "reopened": reopened,
        "reopens": reopens,
        "reopen_url": reverse("desk:reopen", args=[row.id]) if may_reopen else "",
    }


def language() -> str:
    """Return the reader's language."""
    return "en" if words.in_english() else "vi"


def away_words(back: date | None) -> str:
    """Say that somebody is away, and until when; an empty text for who is there."""
    return _("vắng mặt, trở lại %(day)s") % {"day": f"{back:%d/%m/%Y}"} if back else ""


def _tasks(row: Dossier, tasks: list[TaskFacts], who: Officer) -> list[dict[str, Any]]:
    today = local_day(who.at)
    away = away_until((task.holder_id for task in tasks if task.holder_id), on=today) if tasks else {}
    return [_task(row, task, away, who) for task in tasks]


def _task(row: Dossier, task: TaskFacts, away: dict[UUID, date], who: Officer) -> dict[str, Any]:
    may = access.may_give_on(
        holder_id=task.holder_id, agency_id=task.agency_id, user=who.user, duties=who.duties
    )
    flag = away_words(away.get(task.holder_id)) if task.holder_id else _everybody_away(task, who)
    return {
        "id": task.id,
        "title": step_title(row.process_id, task.step, language()),
        "flag": flag,
        "give_url": reverse("desk:give_task", args=[row.id, task.id]) if may else "",
        "back_url": reverse("desk:give_back", args=[row.id, task.id]) if may and task.holder_id else "",
    }


def _everybody_away(task: TaskFacts, who: Officer) -> str:
    people = colleagues(task.agency_id, task.function, on=local_day(who.at))
    if people and all(person.away for person in people):
        return _("mọi người đảm nhiệm bước này đang vắng mặt")
    return ""


def opinion_lines(rows: list[OpinionFacts], who: Officer) -> list[dict[str, Any]]:
    """Return opinions as lines: who is asked what, until when, and whether that is late, by name."""
    if not rows:
        return []
    ids = {row.agency_id for row in rows} | {row.asking_agency_id for row in rows}
    names = agencies_facts(ids, on=local_day(who.at))
    return [_opinion(row, {key: facts.name(language()) for key, facts in names.items()}, who) for row in rows]


def _opinion(row: OpinionFacts, names: dict[UUID, str], who: Officer) -> dict[str, Any]:
    late = row.late(who.at)
    kind, said = {
        "asked": ("late", _("Quá hạn trả lời")) if late else ("info", _("Đang chờ ý kiến")),
        "answered": ("late", _("Đã trả lời, trễ hạn")) if late else ("done", _("Đã trả lời")),
        "called_off": ("withdrawn", _("Đã thôi hỏi")),
    }[row.state]
    return {
        "row": row,
        "url": reverse("desk:opinion", args=[row.id]),
        "asked": names.get(row.agency_id, ""),
        "asking": names.get(row.asking_agency_id, ""),
        "kind": kind,
        "said": said,
        "until": words.moment(row.due_at),
        "ended": f"{row.ended_label} · {stamp(row.ended_at)}" if row.ended_at else "",
    }
