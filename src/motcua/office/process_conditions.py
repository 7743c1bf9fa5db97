"""The condition of a way as rows of a form: datum, comparison, value; joined in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from motcua.kit.forms import PlainBoundField, PlainForm
from motcua.office import process_words as say
from motcua.office.calendar_boxes import quiet
from motcua.rules.process import Condition, Datum, DatumKind
from motcua.rules.process.conditions import Value

# Rows that a form offers beyond those that are filled.
_SPARE = 2
MOST_ROWS = 8


@dataclass(frozen=True)
class Part:
    """One comparison."""

    operator: str
    name: str
    value: Value


@dataclass(frozen=True)
class Parts:
    """A condition as rows; `rows` is None where rows cannot say it: nested, longer than a form, or of other data."""

    joined: str
    rows: tuple[Part, ...] | None

    def condition(self) -> Condition | None:
        """Give the condition back; None without rows."""
        if not self.rows:
            return None
        logic = [{part.operator: [{"var": part.name}, part.value]} for part in self.rows]
        return Condition.read(logic[0] if len(logic) == 1 else {self.joined: logic})


def parts_of(condition: Condition | None, data: Sequence[Datum]) -> Parts:
    """Return a condition as rows, where rows can say all of it."""
    if condition is None:
        return Parts("and", ())
    logic = condition.logic
    joined = str(logic[0]) if logic[0] in say.JOINED else "and"
    found = logic[1:] if logic[0] in say.JOINED else (logic,)
    if len(found) > MOST_ROWS or not all(_fits_a_row(one, data) for one in found):
        return Parts("and", None)
    return Parts(joined, tuple(Part(one[0], one[1], one[2]) for one in found))


def _fits_a_row(logic: tuple[Any, ...], data: Sequence[Datum]) -> bool:
    known = {datum.name: datum for datum in data}
    datum = known.get(logic[1]) if logic[0] in say.COMPARISONS else None
    return datum is not None and datum.accepts(logic[2])


def choices_of(datum: Datum) -> list[tuple[str, str]]:
    """Return the values of a datum that can be chosen; empty for a number."""
    if datum.kind is DatumKind.TRUTH:
        return [("true", say.value(datum, True)), ("false", say.value(datum, False))]
    return [(key, say.value(datum, key)) for key, _vi, _en in datum.values]


def typed_value(datum: Datum, text: str) -> Value:
    """Read a value of a datum as it was typed or chosen; ValidationError for what is none."""
    text = text.strip()
    if datum.kind is DatumKind.NUMBER:
        return _number(datum, text)
    by_title = {title.casefold(): key for key, title in choices_of(datum)}
    key = by_title.get(text.casefold(), text)
    if key not in dict(choices_of(datum)):
        names = ", ".join(title for _key, title in choices_of(datum))
        raise ValidationError(
            _("Giá trị của “%(datum)s” phải là một trong: %(values)s")
            % {"datum": say.datum(datum), "values": names}
        )
    return key == "true" if datum.kind is DatumKind.TRUTH else key


def _number(datum: Datum, text: str) -> Value:
    plain = text.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) > 1e15:
        raise ValidationError(_("Giá trị của “%(datum)s” phải là số") % {"datum": say.datum(datum)})
    return int(number) if number.is_integer() else number


def as_typed(value: Value) -> str:
    """Return a value as a box of the form holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(data: Sequence[Datum]) -> list[tuple[str, Any]]:
    groups: list[tuple[str, Any]] = [("", "")]
    for datum in data:
        choices = [(f"{datum.name}={key}", title) for key, title in choices_of(datum)]
        if choices:
            groups.append((say.datum(datum), choices))
    return groups


def boxes(data: Sequence[Datum], number: int) -> dict[str, forms.Field]:
    """Return the boxes of the rows of a condition."""
    named = [("", _("Chọn dữ liệu")), *((datum.name, say.datum(datum)) for datum in data)]
    numbers = any(datum.kind is DatumKind.NUMBER for datum in data)
    found: dict[str, forms.Field] = {}
    for n in range(1, number + 1):
        found[f"datum-{n}"] = quiet(forms.ChoiceField(label=_("Dữ liệu"), choices=named, required=False))
        found[f"operator-{n}"] = quiet(
            forms.ChoiceField(label=_("So sánh"), choices=list(say.COMPARISONS.items()), required=False)
        )
        found[f"value-{n}"] = quiet(
            forms.ChoiceField(label=_("Giá trị"), choices=_values(data), required=False)
        )
        if numbers:
            found[f"number-{n}"] = quiet(
                forms.CharField(
                    label=_("hoặc số"), max_length=20, required=False,
                    widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
                )
            )  # fmt: skip
    return found


def number_of_rows(parts: Parts) -> int:
    """Return how many rows a form offers for a condition."""
    return min(MOST_ROWS, len(parts.rows or ()) + _SPARE)


def initial(parts: Parts, data: Sequence[Datum]) -> dict[str, str]:
    """Return what the boxes hold for a condition."""
    known = {datum.name: datum for datum in data}
    said = {"joined": parts.joined}
    for n, part in enumerate(parts.rows or (), 1):
        said |= {f"datum-{n}": part.name, f"operator-{n}": part.operator}
        datum = known.get(part.name)
        if datum is not None and datum.kind is DatumKind.NUMBER:
            said[f"number-{n}"] = as_typed(part.value)
        else:
            said[f"value-{n}"] = f"{part.name}={as_typed(part.value)}"
    return said


def lines(form: PlainForm, number: int) -> list[list[PlainBoundField]]:
    """Return the bound boxes of each row."""
    names = ("datum", "operator", "value", "number")
    return [
        [form.bound(f"{name}-{n}") for name in names if f"{name}-{n}" in form.fields]
        for n in range(1, number + 1)
    ]


def read(form: PlainForm, cleaned: Mapping[str, Any], data: Sequence[Datum], number: int) -> Parts:
    """Read the rows that are filled; what is wrong with one stands at its box."""
    known = {datum.name: datum for datum in data}
    rows = []
    for n in range(1, number + 1):
        datum = known.get(cleaned.get(f"datum-{n}") or "")
        if datum is None:
            continue
        chosen = str(cleaned.get(f"value-{n}") or "")
        box = f"number-{n}" if datum.kind is DatumKind.NUMBER else f"value-{n}"
        text = str(cleaned.get(box) or "") if datum.kind is DatumKind.NUMBER else _own(datum, chosen)
        operator = cleaned.get(f"operator-{n}") or "=="
        try:
            if operator not in ("==", "!=") and datum.kind is not DatumKind.NUMBER:
                raise ValidationError(_("Chỉ so sánh lớn, nhỏ với dữ liệu là số"))
            rows.append(Part(operator, datum.name, typed_value(datum, text)))
        except ValidationError as fault:
            form.add_error(box, fault)
    return Parts(str(cleaned.get("joined") or "and"), tuple(rows))


def _own(datum: Datum, chosen: str) -> str:
    # A value of another datum is no value of this one.
    name, _equals, text = chosen.partition("=")
    return text if name == datum.name else ""
