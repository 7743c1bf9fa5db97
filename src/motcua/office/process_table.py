"""The table beside a drawing: every step, way and datum of a draft, with what is wrong at each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.dossiers.process_view import title_of
from motcua.office import process_words as say
from motcua.office.process_edits import Sheet
from motcua.organisation.queries import AgencyFacts
from motcua.rules.process import BOUNDARIES, Datum, Flow, Node, NodeKind
from motcua.rules.process.faults import Fault
from motcua.workflow.bpmn.names import id_of
from motcua.workflow.words import fault_words, story_words, titles_of


@dataclass(frozen=True)
class Way:
    """A way out of a node, as the table shows it."""

    id: str
    url: str
    target: str
    words: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A node as the table shows it; `number` counts the steps that people do."""

    id: str
    url: str
    move_url: str
    number: int | None
    title: str
    what: str
    who: str
    limit: str
    sets: str
    inside: bool
    ways: tuple[Way, ...]
    can_rise: bool
    can_sink: bool
    removable: bool
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The whole table: lines, data, places where a new step can stand."""

    lines: tuple[Line, ...]
    data: tuple[dict[str, Any], ...]
    places: tuple[tuple[str, str], ...]
    hosts: bool


def table_of(
    id: UUID, sheet: Sheet, faults: Sequence[Fault] = (), agencies: Sequence[AgencyFacts] = ()
) -> Table:
    """Return the table of a draft, in the order in which people read it."""
    told = _told(sheet, faults)
    lines, number = [], 0
    for node in sheet.in_order():
        counted = node.kind in (NodeKind.TASK, NodeKind.CALL)
        number += counted
        lines.append(_line(id, sheet, node, number if counted else None, told, agencies))
    data = tuple(
        {
            "title": say.datum(one),
            "kind": say.DATA[one.kind],
            "values": ", ".join(say.value(one, row[0]) for row in one.values),
            "set_by": ", ".join(title_of(node) for node in sheet.nodes if one.name in node.sets),
            "url": reverse("office:process_datum", args=[id, one.name]),
            "faults": told.get(one.name, ()),
        }
        for one in sheet.data
    )
    return Table(tuple(lines), data, tuple(places(sheet)), any(line.number for line in lines))


def _line(
    id: UUID,
    sheet: Sheet,
    node: Node,
    number: int | None,
    told: Mapping[str, tuple[str, ...]],
    agencies: Sequence[AgencyFacts],
) -> Line:
    sets = [say.datum(found) if (found := sheet.datum(name)) else name for name in node.sets]
    return Line(
        id=id_of(node.key),
        url=reverse("office:process_element", args=[id, id_of(node.key)]),
        move_url=reverse("office:process_move", args=[id, id_of(node.key)]),
        number=number,
        title=title_of(node),
        what=say.what(node),
        who=say.who(node, agencies),
        limit=say.limit(node.limit) if node.limit or node.kind in (NodeKind.TASK, NodeKind.CALL) else "",
        sets=", ".join(sets),
        inside=node.kind in BOUNDARIES,
        ways=tuple(_way(id, sheet, flow, told) for flow in sheet.out(node.key)),
        can_rise=sheet.can_rise(node.key),
        can_sink=sheet.can_sink(node.key),
        removable=node.kind is not NodeKind.START,
        faults=told.get(node.key, ()),
    )


def _way(id: UUID, sheet: Sheet, flow: Flow, told: Mapping[str, tuple[str, ...]]) -> Way:
    target = sheet.node(flow.target)
    said = [flow.title(get_language() or "vi")]
    if flow.condition is not None:
        said.append(_("nếu %(condition)s") % {"condition": say.condition(flow.condition, sheet.data)})
    if flow.default:
        said.append(_("mặc định"))
    return Way(
        id=id_of(flow.key),
        url=reverse("office:process_flow", args=[id, id_of(flow.key)]),
        target=title_of(target) if target else flow.target,
        words="; ".join(part for part in said if part),
        faults=told.get(flow.key, ()),
    )


def _told(sheet: Sheet, faults: Sequence[Fault]) -> dict[str, tuple[str, ...]]:
    titles = titles_of(sheet.nodes, sheet.flows, get_language() or "vi")
    found: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        found[fault.element] = (
            *found.get(fault.element, ()),
            _plain(fault_words(fault, titles), titles, sheet.data),
        )
    return found


def places(sheet: Sheet) -> list[tuple[str, str]]:
    """Return where a new step can stand: on each way, and behind each node as a new way."""
    titles = {node.key: title_of(node) for node in sheet.nodes}
    found = []
    for node in sheet.in_order():
        for flow in sheet.out(node.key):
            words = _("Giữa “%(from)s” và “%(to)s”") % {
                "from": titles[node.key],
                "to": titles.get(flow.target, "?"),
            }
            found.append((f"on:{id_of(flow.key)}", words))
    for node in sheet.in_order():
        if node.kind is not NodeKind.END and (not sheet.out(node.key) or node.kind in _SPLITTING):
            found.append(
                (f"after:{id_of(node.key)}", _("Đường mới từ “%(from)s”") % {"from": titles[node.key]})
            )
    return found


_SPLITTING = frozenset({NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE})


@dataclass(frozen=True)
class Told:
    """A fault or warning in words, with the story that leads to it and the element it stands at."""

    text: str
    warning: bool
    element: str
    story: tuple[str, ...]


def faults_told(sheet: Sheet | None, faults: Sequence[Fault]) -> list[Told]:
    """Return faults in words, those that stop publication first."""
    nodes, flows, data = (sheet.nodes, sheet.flows, sheet.data) if sheet else ((), (), ())
    titles = titles_of(nodes, flows, get_language() or "vi")
    if sheet and sheet.title_vi:
        # What stands at the process as a whole is told under its title.
        titles.setdefault(sheet.key, sheet.title_vi)
    known = {node.key for node in nodes} | {flow.key for flow in flows}
    told = [
        Told(
            _plain(fault_words(fault, titles), titles, data),
            fault.warning,
            id_of(fault.element) if fault.element in known else "",
            tuple(_plain(line, titles, data) for line in story_words(fault.story, titles)),
        )
        for fault in faults
    ]
    return sorted(told, key=lambda one: one.warning)


def _plain(text: str, titles: Mapping[str, str], data: Sequence[Datum]) -> str:
    """Leave out the keys behind titles: on a page a link leads to the element, a key says nothing."""
    for key, title in titles.items():
        text = text.replace(f"“{title}” ({key})", f"“{title}”")
    for one in data:
        text = text.replace(f"“{one.name}”", f"“{say.datum(one)}”")
    return text


def fault_marks(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return the marks by which a drawing shows where faults are; a fault is seen before a warning."""
    kinds: dict[str, str] = {}
    for fault in faults:
        if fault.element and kinds.get(fault.element) != "fault":
            kinds[fault.element] = "warning" if fault.warning else "fault"
    return [{"id": id_of(key), "kind": kind, "text": ""} for key, kind in kinds.items()]
