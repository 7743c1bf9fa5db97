"""What a person may do with a dossier now, as the buttons of its page offer it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.desk.frame import Officer
from motcua.desk.wording import FAILED, SEND_BACK, SLUGS
from motcua.dossiers import access, queries, words
from motcua.dossiers.access import Dossier
from motcua.rules.process import StepKind
from motcua.rules.transitions import Move, State, Who, moves_from
from motcua.workflow.queries import TaskFacts, back_to, can_fail, done_steps, node_of


def moves_of(dossier: Dossier, who: Officer, task: TaskFacts | None) -> list[Move]:
    """Return the moves that this person may make now: by the table of moves and the open step."""
    found = [move for move in moves_from(State(dossier.state), _roles(dossier, who, task)) if move in SLUGS]
    kind = _kind(dossier, task)
    if kind not in (StepKind.WORK, None) and Move.HAND_OVER in found:
        found.remove(Move.HAND_OVER)
    if Move.DECIDE in found and (kind != StepKind.DECIDE or task is None or task.holder_id != who.user.id):
        found.remove(Move.DECIDE)
    return [move for move in found if dossier.parent_id is None or move not in _OF_THE_WHOLE]


# What the applicant does, or the desk in their place, is done to the whole.
_OF_THE_WHOLE = frozenset({Move.WITHDRAW, Move.RESUBMIT})


def _roles(dossier: Dossier, who: Officer, task: TaskFacts | None) -> frozenset[Who]:
    return access.qualities(dossier, who.user, duties=who.duties, holder_id=task.holder_id if task else None)


def _kind(dossier: Dossier, task: TaskFacts | None) -> StepKind | None:
    if task is None or dossier.process_id is None:
        return None
    node = node_of(dossier.process_id, task.step)
    return node.work if node else None


def may_send_back(dossier: Dossier, who: Officer, task: TaskFacts | None) -> bool:
    """Tell whether this person holds a step that has one before it."""
    if dossier.state != State.IN_PROGRESS or task is None or task.holder_id != who.user.id:
        return False
    return (
        dossier.process_id is not None
        and back_to(dossier.process_id, task.step, done=done_steps(dossier.id)) is not None
    )


def may_fail(dossier: Dossier, who: Officer, task: TaskFacts | None) -> bool:
    """Tell whether this person holds a step that has an error path."""
    if dossier.state != State.IN_PROGRESS or task is None or task.holder_id != who.user.id:
        return False
    return can_fail(dossier.process_id, task.step)


def task_named(request: HttpRequest) -> str:
    """Return which task the address or the form names, as text; empty for none."""
    return request.POST.get("task") or request.GET.get("viec") or ""


def task_asked(request: HttpRequest, tasks: list[TaskFacts], who: Officer) -> TaskFacts | None:
    """Return the open task that a page is about: the one it names, else this person's, else the first that is due.

    A form that names a task which is not open any more is about none: it must not be done to another.
    """
    named = task_named(request)
    chosen = next((task for task in tasks if str(task.id) == named.lower()), None)
    if chosen is not None or (named and request.method == "POST"):
        return chosen
    own = next((task for task in tasks if task.holder_id == who.user.id), None)
    return own or (tasks[0] if tasks else None)


def buttons(row: Dossier, who: Officer, task: TaskFacts | None, *, reopened: bool) -> list[dict[str, Any]]:
    """Return the moves that this person may make as buttons, each with its address."""
    dangerous = {Move.REFUSE, Move.STOP, Move.WITHDRAW}
    found = [
        {
            "url": _address(row, SLUGS[move], task),
            "label": words.MOVES[move],
            "danger": move in dangerous,
        }
        for move in moves_of(row, who, task)
        if _of_use(row, move, who) and not (reopened and move is Move.RETURN_RESULT)
    ]
    if may_send_back(row, who, task):
        found.insert(
            min(1, len(found)),
            {
                "url": _address(row, SEND_BACK, task),
                "label": _("Trả lại bước trước"),
                "danger": False,
            },
        )
    if may_fail(row, who, task):
        label = _("Không thực hiện được bước này")
        found.append({"url": _address(row, FAILED, task), "label": label, "danger": True})
    return found


def _address(row: Dossier, slug: str, task: TaskFacts | None) -> str:
    """Return the address of a move; it names the task, because others may work on the dossier at the same time."""
    address = reverse("desk:move", args=[row.id, slug])
    return f"{address}?viec={task.id}" if task else address


def _of_use(row: Dossier, move: Move, who: Officer) -> bool:
    """Tell whether a move that is allowed can lead anywhere: what is used up gets no button."""
    if move is Move.REQUEST_SUPPLEMENT:
        return queries.supplement_left(queries.whole_of(row), at=who.at)
    return move is not Move.EXTEND or queries.letter_left(row, at=who.at)
