"""Reading a plan from its file, with all that is wrong at once; and writing it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from motcua.rules.reorganisation.plan import (
    Desk,
    Dissolve,
    Establish,
    Fault,
    Merge,
    Move,
    Operation,
    Part,
    Plan,
    PlanRefused,
    PostChange,
    Recode,
    Rename,
    Split,
    TerritoryChange,
    TerritorySource,
    Transfer,
)

MOST_OPERATIONS = 200_000
LONGEST_LINE = 2_000_000
# No field is longer than the register of the organisation keeps it.
_LONGEST_TEXT = 400
_LONGEST: Mapping[str, int] = {
    "key": 80, "name_vi": 200, "name_en": 200, "short_vi": 80, "kind": 24, "level": 16, "territory": 16,
    "code_qd20": 35, "code_qcvn102": 35, "number_template": 80, "address": 240, "phone": 40, "function": 16,
    "title_vi": 160, "title_en": 160, "agency": 80, "parent": 80, "into": 80, "rest": 80, "to": 80, "successor": 80,
    "code": 16, "source": 80,
}  # fmt: skip
_LONGEST_IN: Mapping[tuple[type, str], int] = {
    (TerritoryChange, "name"): 120,
    (TerritoryChange, "name_en"): 120,
    (TerritoryChange, "kind"): 16,
    (TerritoryChange, "parent"): 16,
}
# Days that people mean; beyond them nothing can be reckoned.
_FIRST_DAY, _LAST_DAY = date(1945, 9, 2), date(2200, 1, 1)
_OPS: Mapping[str, type] = {
    "establish": Establish,
    "rename": Rename,
    "recode": Recode,
    "move": Move,
    "merge": Merge,
    "split": Split,
    "transfer": Transfer,
    "dissolve": Dissolve,
    "post": PostChange,
    "territory": TerritoryChange,
}
_NAMES = {kind: name for name, kind in _OPS.items()}
# What a field is called in the file where that is no name in Python, or says less.
_IN_FILE = {
    (Merge, "sources"): "from",
    (Transfer, "source"): "from",
    (PostChange, "sources"): "from",
    (TerritoryChange, "sources"): "from",
}
_NEEDED: Mapping[type, frozenset[str]] = {
    Establish: frozenset({"key", "name_vi", "kind", "level"}),
    Rename: frozenset({"agency", "name_vi"}),
    Recode: frozenset({"agency"}),
    Move: frozenset({"agency", "parent"}),
    Merge: frozenset({"from", "into"}),
    Split: frozenset({"agency", "parts", "rest"}),
    Transfer: frozenset({"procedures", "from", "to"}),
    Dissolve: frozenset({"agency"}),
    PostChange: frozenset({"agency", "key"}),
    TerritoryChange: frozenset({"code", "name", "kind"}),
}


class _Wrong(Exception):
    """A value is not what its field takes."""


def read_plan(text: str) -> Plan:
    """Read a plan from the text of its file; `PlanRefused` with every fault of form, each with its line."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    faults: list[Fault] = []
    if not lines:
        raise PlanRefused([Fault.at(1, "no_head")])
    head = _head(lines[0], faults)
    operations = []
    if len(lines) - 1 > MOST_OPERATIONS:
        raise PlanRefused([Fault.at(lines[0][0], "too_many", most=MOST_OPERATIONS)])
    for number, line in lines[1:]:
        found = _object(number, line, faults)
        if found is not None and (operation := operation_from(found, number, faults)):
            operations.append(operation)
    declared = head.get("operations")
    if isinstance(declared, int) and declared != len(lines) - 1:
        faults.append(Fault.at(lines[-1][0], "cut", declared=declared, found=len(lines) - 1))
    effective = _effective(head, lines[0][0], faults)
    if faults or effective is None:
        raise PlanRefused(sorted(faults, key=lambda fault: fault.line))
    return Plan(head["title"].strip(), head["act"].strip(), effective, tuple(operations))


def _head(first: tuple[int, str], faults: list[Fault]) -> dict[str, Any]:
    number, line = first
    head = _object(number, line, faults)
    if head is None:
        return {}
    if head.get("motcua") != "reorganisation":
        faults.append(Fault.at(number, "no_head"))
        return {}
    if head.get("version") != 1:
        faults.append(Fault.at(number, "bad_version"))
    for name in ("title", "act"):
        value = head.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > 240 or not _writable(value):
            faults.append(Fault.at(number, f"{name}_missing"))
    if type(head.get("operations")) is not int:
        faults.append(Fault.at(number, "field_missing", field="operations"))
    for name in head.keys() - {"motcua", "version", "title", "act", "effective", "operations"}:
        faults.append(Fault.at(number, "field_unknown", field=_shown(name)))
    return head


def _effective(head: Mapping[str, Any], line: int, faults: list[Fault]) -> date | None:
    try:
        day = date.fromisoformat(str(head.get("effective")))
        if _FIRST_DAY <= day <= _LAST_DAY:
            return day
    except ValueError:
        pass
    if head:
        faults.append(Fault.at(line, "effective_wrong"))
    return None


def _object(number: int, line: str, faults: list[Fault]) -> dict[str, Any] | None:
    if len(line) > LONGEST_LINE:
        faults.append(Fault.at(number, "too_long"))
        return None
    twice = list[str]()

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    try:
        found = json.loads(line, object_pairs_hook=once)
    except (ValueError, RecursionError):
        faults.append(Fault.at(number, "not_json"))
        return None
    if not isinstance(found, dict):
        faults.append(Fault.at(number, "not_an_object"))
        return None
    faults.extend(Fault.at(number, "field_twice", field=_shown(name)) for name in twice)
    return found


def operation_from(said: Mapping[str, Any], line: int, faults: list[Fault]) -> Operation | None:
    """Return the operation that a line says, or None with its faults added to `faults`."""
    kind = _OPS.get(said.get("op", "")) if isinstance(said.get("op", ""), str) else None
    if kind is None:
        faults.append(Fault.at(line, "unknown_op", op=_shown(str(said.get("op", "")))))
        return None
    before = len(faults)
    names = {_IN_FILE.get((kind, field.name), field.name): field.name for field in fields(kind)}
    del names["line"]
    for name in said.keys() - names.keys() - {"op"}:
        faults.append(Fault.at(line, "field_unknown", field=_shown(str(name))))
    values: dict[str, Any] = {}
    for name, own in names.items():
        if name not in said:
            if name in _NEEDED[kind]:
                faults.append(Fault.at(line, "field_missing", field=name))
            continue
        try:
            values[own] = _value(kind, own, said[name], needed=name in _NEEDED[kind])
        except _Wrong:
            faults.append(Fault.at(line, "field_wrong", field=name))
    if len(faults) > before:
        return None
    made: Operation = kind(line=line, **values)
    return made


def _writable(text: str) -> bool:
    """Tell whether a database can keep a text: no NUL, no half of a pair of surrogates."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _shown(text: str) -> str:
    """Return what somebody wrote where a name belongs, so that it can be shown and kept."""
    return text[:40].encode("utf-8", "replace").decode().replace("\0", "?")


def _text(value: Any, *, needed: bool = False, longest: int = _LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest or not _writable(value):
        raise _Wrong
    if needed and not value.strip():
        raise _Wrong
    return value.strip()


def _texts(value: Any, *, needed: bool = False) -> tuple[str, ...]:
    if not isinstance(value, list) or (needed and not value):
        raise _Wrong
    return tuple(_text(item, needed=True) for item in value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong
    return value


def _objects(value: Any, allowed: frozenset[str]) -> Iterable[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise _Wrong
    for item in value:
        if not isinstance(item, dict) or not item.keys() <= allowed:
            raise _Wrong
    return value


def _parts(value: Any) -> tuple[Part, ...]:
    rows = _objects(value, frozenset({"to", "territories", "procedures"}))
    if not value:
        raise _Wrong
    return tuple(
        Part(
            _text(row.get("to"), needed=True),
            _texts(row.get("territories", [])),
            _texts(row.get("procedures", [])),
        )
        for row in rows
    )


def _sources(value: Any) -> tuple[TerritorySource, ...]:
    rows = _objects(value, frozenset({"code", "partly"}))
    return tuple(
        TerritorySource(_text(row.get("code"), needed=True), _flag(row.get("partly", False))) for row in rows
    )


def _desk(value: Any) -> Desk | None:
    if value is None:
        return None
    (row,) = _objects([value], frozenset({"name_vi", "name_en", "address", "phone"}))
    texts = {
        name: _text(row.get(name, ""), longest=_LONGEST[name]) for name in ("name_en", "address", "phone")
    }
    return Desk(_text(row.get("name_vi"), needed=True, longest=_LONGEST["name_vi"]), **texts)


def _holder(value: Any) -> str | None:
    return None if value is None else _text(value)


_SPECIAL: Mapping[tuple[type, str], Callable[[Any], Any]] = {
    (Establish, "desk"): _desk,
    (Establish, "outside"): _flag,
    (Split, "parts"): _parts,
    (TerritoryChange, "sources"): _sources,
    (PostChange, "holder"): _holder,
}
_LISTS = frozenset({"sources", "procedures", "territories", "roles"})


def _value(kind: type, name: str, value: Any, *, needed: bool) -> Any:
    if special := _SPECIAL.get((kind, name)):
        return special(value)
    if name in _LISTS:
        return _texts(value, needed=needed)
    longest = _LONGEST_IN.get((kind, name)) or _LONGEST.get(name, _LONGEST_TEXT)
    return _text(value, needed=needed, longest=longest)


# --- writing ------------------------------------------------------------------------------------------------


def written(operation: Operation) -> dict[str, Any]:
    """Return an operation as its line says it, without what is left out."""
    kind = type(operation)
    said: dict[str, Any] = {"op": _NAMES[kind]}
    for field in fields(kind):
        value = _plain(getattr(operation, field.name))
        # That nobody is in a post is said, because left out it means another thing.
        nobody = field.name == "holder" and value == ""
        if field.name == "line" or (value in ("", [], None, False) and not nobody):
            continue
        said[_IN_FILE.get((kind, field.name), field.name)] = value
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Part | Desk | TerritorySource):
        plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {name: one for name, one in plain.items() if one not in ("", [], False)}
    return value


def plan_text(plan: Plan) -> str:
    """Return the file of a plan, one line each."""
    head = {
        "motcua": "reorganisation",
        "version": 1,
        "title": plan.title,
        "act": plan.act,
        "effective": plan.effective.isoformat(),
        "operations": len(plan.operations),
    }
    rows: Sequence[Mapping[str, Any]] = [head, *(written(one) for one in plan.operations)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
