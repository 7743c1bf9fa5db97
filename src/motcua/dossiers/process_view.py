"""A process in use, as a list and as marks on its drawing: one dossier's way, or all that run under a version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.queries.parts import PartFacts
from motcua.dossiers.timekeeping import Timekeeper, TimeLeft
from motcua.dossiers.words import limit_words
from motcua.kit.templatetags.ui import stamp
from motcua.organisation.queries import SAME
from motcua.rules.process import BOUNDARIES, GATEWAYS, Flow, Node, NodeKind, Process
from motcua.rules.transitions import State
from motcua.workflow.bpmn.names import id_of
from motcua.workflow.queries import TaskFacts
from motcua.workflow.queries.standing import Standing
from motcua.workflow.words import KINDS

FUNCTIONS: Mapping[str, str | Promise] = {
    "receiver": lazy("Bộ phận tiếp nhận và trả kết quả"),
    "specialist": lazy("Chuyên viên"),
    "head": lazy("Trưởng phòng"),
    "leader": lazy("Lãnh đạo cơ quan"),
}
# The kinds of agencies that a partner is looked for among, nearest first, and how each is said.
NEAREST: Mapping[str, str | Promise] = {
    "police": lazy("Công an cùng địa bàn"),
    "social_insurance": lazy("Bảo hiểm xã hội cùng địa bàn"),
    "tax": lazy("Thuế cùng địa bàn"),
    "commune": lazy("Ủy ban nhân dân xã, phường cùng địa bàn"),
    "province": lazy("Ủy ban nhân dân tỉnh"),
}
# Nothing to tell of these in a list of what people do.
_NOBODY: Mapping[str, str] = {}
_PASSED = GATEWAYS | {NodeKind.START, NodeKind.END}
# How a task that was worked off has ended. One that ended otherwise was put off, called off or given back: it is to
# come, as far as the process comes there again.
WORKED_OFF = frozenset({"done", "decided", "returned", "failed"})
_ENDED_WITHOUT = frozenset({State.STOPPED, State.WITHDRAWN})


@dataclass(frozen=True)
class PlaceLine:
    """One step of the list; `state` is done, refused, stopped, now, late, todo, or empty where nobody stands."""

    id: str
    title: str
    who: str
    limit: str
    state: str
    said: str
    inside: bool
    # What there is room for on the drawing.
    short: str = ""

    @property
    def mark(self) -> dict[str, str] | None:
        """The same as a mark on the drawing; None where there is nothing to mark.

        What is over without its result is marked as done, with the word that says so.
        """
        if self.state in ("", "todo"):
            return None
        return {
            "id": self.id,
            "kind": self.state if self.state in ("now", "late") else "done",
            "text": "" if self.state == "done" else self.short or self.said,
        }


def reading_order(nodes: Sequence[Node], flows: Sequence[Flow]) -> list[Node]:
    """Return nodes as people read them: from the start along the flows, each boundary after its host, ends last."""
    known = {node.key: node for node in nodes}
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for flow in flows:
        into.setdefault(flow.target, []).append(flow.source)
        out.setdefault(flow.source, []).append(flow.target)
    bounds: dict[str, list[str]] = {}
    for node in nodes:
        if node.kind in BOUNDARIES:
            bounds.setdefault(node.host, []).append(node.key)
    found: dict[str, None] = {}
    starts = [node.key for node in nodes if node.kind is NodeKind.START]
    for begin in (*starts, *(node.key for node in nodes if node.kind not in BOUNDARIES), *known):
        ahead = [begin]
        while ahead:
            key = ahead.pop()
            # A join is told once all that leads to it was, as far as something else is still ahead.
            early = bool(ahead) and any(source not in found for source in into.get(key, ()))
            if key in found or key not in known or early:
                continue
            beside = bounds.get(key, [])
            found |= dict.fromkeys((key, *beside))
            beyond = [target for one in (key, *beside) for target in out.get(one, ())]
            ahead.extend(reversed(beyond))
    ends = [known[key] for key in found if known[key].kind is NodeKind.END]
    return [known[key] for key in found if known[key].kind is not NodeKind.END] + ends


def title_of(node: Node) -> str:
    """Say what a node is called; one without a title by its kind."""
    named = node.title_vi or node.title_en
    return node.title(get_language() or "vi") if named else str(KINDS[node.kind])


def function_words(key: str) -> str:
    """Say who does a step."""
    return str(FUNCTIONS.get(key, key))


def partner_words(key: str, names: Mapping[str, str]) -> str:
    """Say which agency has a part; `names` are those of agencies by their key."""
    if key == SAME:
        return _("Chính cơ quan giải quyết")
    near = NEAREST.get(key.removeprefix("near:")) if key.startswith("near:") else None
    return names.get(key) or str(near or key)


def _line(
    node: Node, state: str, said: str, who: str = "", partners: Mapping[str, str] = _NOBODY
) -> PlaceLine:
    limit = limit_words(node.limit) if node.limit else ""
    doing = who or (function_words(node.function) if node.function else "")
    doing = partner_words(node.partner, partners) if node.partner else doing
    return PlaceLine(id_of(node.key), title_of(node), doing, limit, state, said, node.kind in BOUNDARIES)


def _steps(process: Process) -> Iterable[Node]:
    return (node for node in reading_order(process.nodes, process.flows) if node.kind not in _PASSED)


def lines_of_version(
    process: Process, standing: Iterable[Standing], *, partners: Mapping[str, str] = _NOBODY, at: datetime
) -> list[PlaceLine]:
    """Return the list of a version: how many stand at each step, and how long the first of them still has."""
    keeper = Timekeeper(at)
    counted = {one.place: one for one in standing}
    lines = []
    for node in _steps(process):
        here = counted.get(node.key)
        # An armed timer is no place of its own: whom it would hit stand at its host.
        if here is None or node.kind in BOUNDARIES:
            lines.append(_line(node, "", "", "", partners))
        else:
            parts = _said(here, keeper)
            line = _line(node, "late" if here.late else "now", " · ".join(parts), "", partners)
            lines.append(replace(line, short=" · ".join(parts[:2])))
    return lines


def _said(here: Standing, keeper: Timekeeper) -> list[str]:
    parts = [ngettext("%(n)s hồ sơ", "%(n)s hồ sơ", here.count) % {"n": here.count}]
    if here.late:
        parts.append(ngettext("%(n)s quá hạn", "%(n)s quá hạn", here.late) % {"n": here.late})
    if here.first_due is not None:
        left = keeper.left(here.first_due, here.agency_id).text
        parts.append(_("gấp nhất: %(left)s") % {"left": left[:1].lower() + left[1:]})
    return parts


@dataclass(frozen=True)
class _Run:
    """One dossier under its process: where it stands, and for each step the newest that is known of it."""

    places: frozenset[str]
    tasks: Mapping[str, TaskFacts]
    parts: Mapping[str, PartFacts]
    timers: Mapping[str, tuple[datetime | None, UUID | None]]
    partners: Mapping[str, str]
    keeper: Timekeeper


def lines_of_dossier(
    process: Process,
    *,
    places: Iterable[str],
    tasks: Sequence[TaskFacts],
    timers: Mapping[str, tuple[datetime | None, UUID | None]],
    parts: Sequence[PartFacts] = (),
    partners: Mapping[str, str] = _NOBODY,
    at: datetime,
) -> list[PlaceLine]:
    """Return the list of one dossier: what is done, who has it now and for how long, what is still to come.

    `places` are those of its tokens, `timers` when those that wait for time run out and by whose calendar, `tasks` and
    `parts` those that it has had, oldest first: of each step the newest counts. `partners` are the names of the
    agencies that the process names. Once nothing is left to do, nothing is to come.
    """
    # A dossier that began again does again what it had done before.
    begun = begun_again((task.outcome, task.completed_at) for task in tasks)

    def counts(over: datetime | None) -> bool:
        return over is None or begun is None or over > begun

    run = _Run(
        frozenset(places),
        {task.step: task for task in tasks if counts(task.completed_at)},
        {part.call: part for part in parts if counts(part.finished_at)},
        timers,
        partners,
        Timekeeper(at),
    )
    return [_line_of(node, run) for node in _steps(process)]


def begun_again(ended: Iterable[tuple[str, datetime | None]]) -> datetime | None:
    """Return when a dossier began again, of how and when its tasks ended; None where it did not, or was put back."""
    kept = [(at, outcome) for outcome, at in ended if at is not None and outcome in ("restarted", "put_back")]
    at, outcome = max(kept, default=(None, ""))
    return at if outcome == "restarted" else None


def _line_of(node: Node, run: _Run) -> PlaceLine:
    task, part = run.tasks.get(node.key), run.parts.get(node.key)
    if node.kind is NodeKind.CALL and part is not None:
        if part.finished_at is not None:
            return _ended_part(node, part, run)
        return _now(node, None, (part.due_at, part.agency_id), run, paused=part.state == State.PAUSED)
    if node.kind in BOUNDARIES:
        return _line(node, "", "")
    if node.key in run.places:
        waiting = task if task is not None and task.completed_at is None else None
        return _now(node, waiting, run.timers.get(node.key), run)
    if task is not None and task.outcome in WORKED_OFF:
        said = _("Không thực hiện được %(at)s") if task.outcome == "failed" else _("Xong %(at)s")
        line = _line(node, "done", said % {"at": stamp(task.completed_at)}, _holder(task))
        return replace(line, state="refused") if task.outcome == "failed" else line
    # Of a timer or a wait nothing is kept once it is past.
    known = node.kind in (NodeKind.TASK, NodeKind.CALL) and bool(run.places)
    return _line(node, "todo" if known else "", "", "", run.partners)


def _ended_part(node: Node, part: PartFacts, run: _Run) -> PlaceLine:
    when = {"at": stamp(part.finished_at)}
    if State(part.state) in _ENDED_WITHOUT:
        state, said = "stopped", _("Đã dừng %(at)s")
    elif part.outcome == "refused":
        state, said = "refused", _("Không đồng ý %(at)s")
    else:
        state, said = "done", _("Xong %(at)s")
    return _line(node, state, said % when, "", run.partners)


def _now(
    node: Node,
    task: TaskFacts | None,
    timer: tuple[datetime | None, UUID | None] | None,
    run: _Run,
    *,
    paused: bool = False,
) -> PlaceLine:
    if paused:
        left = TimeLeft(_("Tạm dừng, chờ bổ sung"), "")
    elif task is not None:
        left = run.keeper.left(task.due_at, task.agency_id)
    elif timer is not None and timer[0] is not None:
        left = run.keeper.left(*timer)
    else:
        left = TimeLeft(_("Đang chờ"), "")
    said = left.text
    if node.kind is NodeKind.CALL and left.kind != "late" and not paused:
        said = _("Đang làm: %(left)s") % {"left": said[:1].lower() + said[1:]}
    return _line(node, "late" if left.kind == "late" else "now", said, _holder(task), run.partners)


def _holder(task: TaskFacts | None) -> str:
    if task is None:
        return ""
    title = task.post_title_en if get_language() == "en" and task.post_title_en else task.post_title_vi
    named = ", ".join(part for part in (task.holder_name, title) if part)
    return named or function_words(task.function)


def marks_of(lines: Iterable[PlaceLine]) -> list[dict[str, str]]:
    """Return the marks on the drawing that say what the list says."""
    return [mark for line in lines if (mark := line.mark)]
