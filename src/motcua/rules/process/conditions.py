"""Conditions on the data of a process: a small part of JSONLogic that can be judged for all cases at once.

See docs/rules/process.md, "Conditions".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product
from typing import Any, Self

from motcua.rules.refusals import Refusal

Value = str | bool | int | float
# How deep conditions may nest and how many parts they may have: no person reads a longer one.
_DEEPEST = 12
_LARGEST = 200
# From here on a float has no neighbour one away: a case beside the constant could not be made.
_FURTHEST = 2**53
# How many cases are looked at before a gateway is called too complicated to judge.
MOST_CASES = 200_000


class ConditionRefused(Refusal):
    """A condition or datum cannot be read or judged; codes unknown_operator, bad_operand, too_large, bad_datum.

    `where` names the operator or datum.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.where = where


class DatumKind(StrEnum):
    """What a datum can be."""

    CHOICE = "choice"
    TRUTH = "truth"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Datum:
    """A datum that steps set and conditions ask; `values` are the choices, each with what people read for it."""

    name: str
    kind: DatumKind
    title_vi: str = ""
    title_en: str = ""
    values: tuple[tuple[str, str, str], ...] = ()

    def accepts(self, value: object) -> bool:
        """Tell whether a value is one of this datum's."""
        if self.kind is DatumKind.TRUTH:
            return isinstance(value, bool)
        if self.kind is DatumKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FURTHEST
        return isinstance(value, str) and value in {row[0] for row in self.values}

    def to_json(self) -> dict[str, object]:
        """Give name, kind, titles and choices."""
        said: dict[str, object] = {"name": self.name, "kind": self.kind.value}
        if self.title_vi:
            said["title_vi"] = self.title_vi
        if self.title_en:
            said["title_en"] = self.title_en
        if self.values:
            said["values"] = [list(row) for row in self.values]
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; `ConditionRefused` (bad_datum) otherwise."""
        name, kind = data.get("name"), data.get("kind")
        rows = data.get("values", ())
        if not isinstance(name, str) or not name.isidentifier() or kind not in set(DatumKind):
            raise ConditionRefused("bad_datum", str(name))
        if not isinstance(rows, list | tuple) or not all(_is_choice(row) for row in rows):
            raise ConditionRefused("bad_datum", name)
        if (kind == DatumKind.CHOICE) != bool(rows):
            raise ConditionRefused("bad_datum", name)
        values = tuple((row[0], row[1], row[2]) for row in rows)
        return cls(
            name, DatumKind(kind), str(data.get("title_vi", "")), str(data.get("title_en", "")), values
        )


def _is_choice(row: object) -> bool:
    return isinstance(row, list | tuple) and len(row) == 3 and all(isinstance(text, str) for text in row)


_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})
_JOINING = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: `logic` is JSONLogic of `and`, `or`, `!`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`.

    A comparison is between one `{"var": name}` and a constant, so that all cases can be looked at. What asks a
    datum that nobody has set is false, and so is its opposite: a path is taken for a reason.
    """

    logic: tuple[Any, ...]

    @classmethod
    def read(cls, data: object) -> Self:
        """Read JSONLogic; `ConditionRefused` names what is not of the part that we know."""
        return cls(_read(data, _Budget()))

    def to_json(self) -> object:
        """Give it back as JSONLogic."""
        return _write(self.logic)

    def holds(self, data: Mapping[str, Value]) -> bool:
        """Tell whether it holds for these data."""
        return _judge(self.logic, data) is True

    def constants(self) -> Iterator[tuple[str, Value]]:
        """Yield each name with each constant that it is compared with."""
        return _constants(self.logic)


class _Budget:
    def __init__(self) -> None:
        self.left = _LARGEST

    def take(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > _DEEPEST:
            raise ConditionRefused("too_large")


# Read form: ("and"|"or", part, …), ("!", part), (operator, name, constant), ("in", name, (constant, …)).
def _read(data: object, budget: _Budget, depth: int = 0) -> tuple[Any, ...]:
    budget.take(depth)
    if not isinstance(data, Mapping) or len(data) != 1:
        raise ConditionRefused("bad_operand")
    operator, operands = next(iter(data.items()))
    if operator in ("!", "not"):
        inner = operands[0] if isinstance(operands, list) and len(operands) == 1 else operands
        return ("!", _read(inner, budget, depth + 1))
    if operator == "var":
        # A datum by itself: is it true?
        return ("==", _name(data), True)
    if not isinstance(operands, list) or not operands:
        raise ConditionRefused("bad_operand", str(operator))
    if operator in _JOINING:
        return (operator, *(_read(part, budget, depth + 1) for part in operands))
    if operator not in _COMPARING | {"in"}:
        raise ConditionRefused("unknown_operator", str(operator))
    return _comparison(operator, operands)


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _comparison(operator: str, operands: list[Any]) -> tuple[Any, ...]:
    if len(operands) != 2:
        raise ConditionRefused("bad_operand", operator)
    first, second = operands
    if operator == "in":
        if not isinstance(second, list) or not second or not all(_is_constant(one) for one in second):
            raise ConditionRefused("bad_operand", operator)
        return ("in", _name(first), tuple(second))
    if _is_constant(first):
        first, second, operator = second, first, _TURNED.get(operator, operator)
    if not _is_constant(second):
        raise ConditionRefused("bad_operand", operator)
    if operator in _TURNED and (isinstance(second, bool) or not isinstance(second, int | float)):
        raise ConditionRefused("bad_operand", operator)
    return (operator, _name(first), second)


def _is_constant(value: object) -> bool:
    if isinstance(value, int | float):
        return abs(value) < _FURTHEST
    return isinstance(value, str)


def _name(data: object) -> str:
    found = data.get("var") if isinstance(data, Mapping) and len(data) == 1 else None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, str) or not found.isidentifier():
        raise ConditionRefused("bad_operand", "var")
    return found


def _write(logic: tuple[Any, ...]) -> object:
    operator = logic[0]
    if operator in _JOINING:
        return {operator: [_write(part) for part in logic[1:]]}
    if operator == "!":
        return {"!": _write(logic[1])}
    if operator == "in":
        return {"in": [{"var": logic[1]}, list(logic[2])]}
    return {operator: [{"var": logic[1]}, logic[2]]}


def _judge(logic: tuple[Any, ...], data: Mapping[str, Value]) -> bool | None:
    """Judge in three values: None is what asks for something that nobody has set."""
    operator = logic[0]
    if operator == "and":
        found = [_judge(part, data) for part in logic[1:]]
        return False if False in found else None if None in found else True
    if operator == "or":
        found = [_judge(part, data) for part in logic[1:]]
        return True if True in found else None if None in found else False
    if operator == "!":
        inner = _judge(logic[1], data)
        return None if inner is None else not inner
    value = data.get(logic[1])
    return None if value is None else _compare(operator, value, logic[2])


def _compare(operator: str, value: Value, constant: Any) -> bool:
    if operator == "in":
        return any(_same(value, one) for one in constant)
    if operator in ("==", "!="):
        return _same(value, constant) is (operator == "==")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if operator == "<":
        return bool(value < constant)
    if operator == "<=":
        return bool(value <= constant)
    return bool(value > constant if operator == ">" else value >= constant)


def _same(value: Value, constant: Value) -> bool:
    # True is no number here, as people mean it.
    return isinstance(value, bool) is isinstance(constant, bool) and value == constant


def _constants(logic: tuple[Any, ...]) -> Iterator[tuple[str, Value]]:
    operator = logic[0]
    if operator in _JOINING or operator == "!":
        for part in logic[1:]:
            yield from _constants(part)
    elif operator == "in":
        for one in logic[2]:
            yield logic[1], one
    else:
        yield logic[1], logic[2]


def cases_of(data: Iterable[Datum], conditions: Iterable[Condition]) -> Iterator[dict[str, Value]]:
    """Yield one set of data for each way in which the conditions can tell data apart.

    A choice gives its values, a truth both, a number each constant that it is compared with and one between each
    two of them and beyond both ends. `ConditionRefused`: bad_datum for a name that is not declared or a constant
    that is none of its datum's, too_large where there are more than `MOST_CASES`.
    """
    known = {datum.name: datum for datum in data}
    asked: dict[str, set[Value]] = {}
    for condition in conditions:
        for name, constant in condition.constants():
            if name not in known or not known[name].accepts(constant):
                raise ConditionRefused("bad_datum", name)
            asked.setdefault(name, set()).add(constant)
    values = {name: _values(known[name], constants) for name, constants in asked.items()}
    count = 1
    for row in values.values():
        count *= len(row)
    if count > MOST_CASES:
        raise ConditionRefused("too_large")
    for found in product(*values.values()):
        yield dict(zip(values, found, strict=True))


def _values(datum: Datum, constants: set[Value]) -> list[Value]:
    if datum.kind is DatumKind.TRUTH:
        return [True, False]
    if datum.kind is DatumKind.CHOICE:
        return [row[0] for row in datum.values]
    points = sorted(float(one) for one in constants)
    between = [(low + high) / 2 for low, high in pairwise(points)]
    return sorted([points[0] - 1, *points, *between, points[-1] + 1])
