"""What our namespace says: the fields of a node, a limit, a condition, the data of a process."""

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from motcua.rules.deadlines import Limit, LimitRefused, Unit
from motcua.rules.process import Awaited, Condition, ConditionRefused, Datum, StepKind, Travel
from motcua.workflow.bpmn.names import JSONLOGIC, LONGEST_KEY, OURS
from motcua.workflow.bpmn.notes import Notes, ours
from motcua.workflow.bpmn.parsing import Element

NODE_FIELDS = frozenset(
    {"title_en", "work", "function", "channel", "sets", "prepares", "procedure", "partner", "awaits"}
)
FLOW_FIELDS = frozenset({"title_en", "default"})
PROCESS_FIELDS = frozenset({"key", "title_en"})
LANE_FIELDS = frozenset({"function"})

_LONGEST_CONDITION = 20_000
_LONGEST_TITLE = 240
_TRUTH = {"true": True, "1": True, "false": False, "0": False, "": False}
_Code = TypeVar("_Code", bound=StrEnum)
# A duration that one of our units says exactly: whole hours, days, weeks or months.
_DURATION = re.compile(r"P(?:(\d{1,4})([DWM])|T(\d{1,4})H)")
_ISO_UNIT = {"D": Unit.CALENDAR_DAY, "W": Unit.CALENDAR_DAY, "M": Unit.MONTH}
_ISO = {Unit.HOUR: "PT{}H", Unit.CALENDAR_DAY: "P{}D", Unit.MONTH: "P{}M"}


def node_fields(element: Element, key: str, notes: Notes) -> dict[str, Any]:
    """Read the fields of a node that stand in our namespace; what is wrong with one is noted and it stays out."""
    notes.look_at(element, NODE_FIELDS)
    found: dict[str, Any] = {
        name: _text(element.get(name, OURS), name, key, notes, LONGEST_KEY)
        for name in ("function", "procedure", "partner")
    }
    found["title_en"] = english(element, key, notes)
    found["work"] = _code(element, "work", StepKind, key, notes)
    found["channel"] = _code(element, "channel", Travel, key, notes)
    found["awaits"] = _code(element, "awaits", Awaited, key, notes)
    found["sets"] = tuple(element.get("sets", OURS).split())
    found["prepares"] = truth(element, "prepares", key, notes)
    found["limit"] = limit_of(element, key, notes)
    return found


def title(element: Element, key: str, notes: Notes) -> str:
    """Read the name of an element; one that is too long is noted and cut."""
    return _text(element.get("name"), "name", key, notes, _LONGEST_TITLE)


def english(element: Element, key: str, notes: Notes) -> str:
    """Read the English name of an element; one that is too long is noted and cut."""
    return _text(element.get("title_en", OURS), "title_en", key, notes, _LONGEST_TITLE)


def _text(said: str, field: str, key: str, notes: Notes, most: int) -> str:
    if len(said) > most:
        notes.fault("long_text", key, field=field, most=most)
    return said[:most]


def _code(element: Element, name: str, of: Callable[[str], _Code], key: str, notes: Notes) -> _Code | None:
    said = element.get(name, OURS)
    if not said:
        return None
    try:
        return of(said)
    except ValueError:
        notes.fault("unknown_kind", key, field=name, value=said)
        return None


def truth(element: Element, name: str, key: str, notes: Notes) -> bool:
    """Read an attribute of ours that is true or false; false without."""
    said = element.get(name, OURS)
    if said not in _TRUTH:
        notes.fault("unknown_kind", key, field=name, value=said)
    return _TRUTH.get(said, False)


# --- limits -------------------------------------------------------------------------------------------------


def limit_of(element: Element, key: str, notes: Notes) -> Limit | None:
    """Read the limit of an element; None without, and where it is none, which is noted."""
    found = ours(element, "limit")
    try:
        if len(found) > 1:
            raise LimitRefused("unknown_field")
        return Limit.from_json(_limit_json(found[0])) if found else None
    except LimitRefused as refused:
        notes.fault("bad_limit", key, code=refused.code)
        return None


def _limit_json(element: Element) -> dict[str, object]:
    said: dict[str, object] = {}
    for (namespace, name), value in element.attributes.items():
        if namespace:
            raise LimitRefused("unknown_field")
        said[name] = _whole(value) if name == "amount" else value
    if any(child.local != "then" or child.namespace != OURS for child in element.children):
        raise LimitRefused("unknown_field")
    if element.children:
        said["then"] = [_limit_json(child) for child in element.children]
    return said


def _whole(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", text) is None:
        raise LimitRefused("bad_amount")
    return int(text)


def limit_from_duration(text: str) -> Limit:
    """Read an ISO 8601 duration of whole hours, days, weeks or months; `LimitRefused` for every other."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise LimitRefused("unknown_unit")
    if found[3]:
        return Limit(Unit.HOUR, int(found[3]))
    return Limit(_ISO_UNIT[found[2]], int(found[1]) * (7 if found[2] == "W" else 1))


def duration_of(limit: Limit | None) -> str:
    """Say a limit as an ISO 8601 duration; empty where that cannot say it (working time, a cutoff, phases)."""
    if limit is None or limit.cutoff or limit.then or limit.unit not in _ISO:
        return ""
    return _ISO[limit.unit].format(limit.amount)


# --- conditions and data ------------------------------------------------------------------------------------


def condition_of(element: Element, key: str, notes: Notes) -> Condition | None:
    """Read the condition of a flow; None without, and where it is none of ours, which is noted."""
    body = element.first("conditionExpression")
    if body is None or not body.text.strip():
        return None
    language = body.get("language").strip()
    if language and language != JSONLOGIC:
        notes.fault("bad_condition", key, code="other_language", text=language)
        return None
    if len(body.text) > _LONGEST_CONDITION:
        notes.fault("bad_condition", key, code="too_large")
        return None
    try:
        return Condition.read(json.loads(body.text))
    except ConditionRefused as refused:
        notes.fault("bad_condition", key, code=refused.code, text=refused.where)
    except (ValueError, RecursionError):
        notes.fault("bad_condition", key, code="not_json", text=body.text.strip())
    return None


def data_of(process: Element, notes: Notes) -> tuple[Datum, ...]:
    """Read the data that a process declares; a datum that is none is noted and stays out."""
    found = dict[str, Datum]()
    for element in ours(process, "datum"):
        said = {name: value for (namespace, name), value in element.attributes.items() if not namespace}
        rows = [
            [child.get("key"), child.get("title_vi"), child.get("title_en")]
            for child in element.all("value", OURS)
        ]
        name = said.get("name", "")
        try:
            datum = Datum.from_json({**said, "values": rows})
        except ConditionRefused:
            notes.fault("bad_data", name)
            continue
        if datum.name in found:
            notes.fault("repeated_key", datum.name)
        found[datum.name] = datum
    return tuple(found.values())
