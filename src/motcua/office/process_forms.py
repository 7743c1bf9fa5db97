"""The forms of a process table: a step, a way, a datum; each gives what the model holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.process_view import FUNCTIONS, NEAREST, function_words, title_of
from motcua.kit.forms import PlainBoundField, PlainForm
from motcua.office import process_conditions as conditions
from motcua.office import process_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.process_edits import Sheet, slug
from motcua.organisation.queries import AgencyFacts
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    BOUNDARIES,
    GATEWAYS,
    WAITING,
    Awaited,
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    StepKind,
    Travel,
)

LONGEST_TITLE = 240
MOST_VALUES = 20
_TIMED = frozenset({NodeKind.TASK, NodeKind.CALL, NodeKind.WAIT, NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})
_MUST_BE_TIMED = frozenset({NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})
_NAMED = frozenset({NodeKind.TASK, NodeKind.CALL})


RENAMED = lazy("Đổi tên tiếng Việt mà giữ nguyên tên này thì tên tiếng Anh cũ được bỏ")


def _english(before: Node | Flow, given: Mapping[str, Any]) -> str:
    """Return the English title; an old one is none for what has another Vietnamese title now."""
    said = str(given.get("title_en") or "")
    renamed = given.get("title_vi", before.title_vi) != before.title_vi
    return "" if renamed and said == before.title_en else said


def _select(label: Any, choices: Iterable[tuple[str, Any]], **options: Any) -> Any:
    return forms.ChoiceField(label=label, choices=list(choices), **options)


class NodeForm(PlainForm):
    """What stands at one node; the boxes depend on its kind. `node` is it once the form is valid."""

    title_vi = forms.CharField(label=lazy("Tên bước"), max_length=LONGEST_TITLE)
    node: Node

    def __init__(
        self,
        data: Any = None,
        *,
        node: Node,
        sheet: Sheet,
        agencies: Sequence[AgencyFacts] = (),
        **options: Any,
    ) -> None:
        self.before, self.sheet, self.agencies = node, sheet, agencies
        titles = dict(type(self).base_fields)
        boxes = self._boxes(node)
        boxes["title_en"] = text_box(
            _("Tên tiếng Anh"), max_length=LONGEST_TITLE, help_text=RENAMED if node.title_en else ""
        )
        # Before the form looks at its fields, so that these too say in plain words what is wrong.
        self.base_fields = titles | boxes  # type: ignore[misc]
        super().__init__(data, initial=_initial(node) | options.pop("initial", {}), **options)
        self.fields["title_vi"].required = node.kind in _NAMED
        if node.kind not in _NAMED:
            self.fields["title_vi"].label = _("Tên hiện trên sơ đồ")

    def _boxes(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if node.kind is NodeKind.TASK:
            found |= self._task_boxes(node)
        if node.kind in GATEWAYS:
            kinds = [
                (kind, say.ADDED[kind])
                for kind in (NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE)
            ]
            found["kind"] = _select(_("Loại cổng"), kinds)
        if node.kind is NodeKind.CALL:
            found |= self._partner_boxes(node)
        if node.kind is NodeKind.WAIT:
            found["awaits"] = _select(_("Chờ điều gì"), [("", _("Chọn")), *say.AWAITED.items()])
            found["function"] = _select(
                _("Ai theo dõi"), [("", function_words("specialist")), *_functions(node)], required=False
            )
        if node.kind in BOUNDARIES:
            found["host"] = _select(_("Gắn vào bước"), self._hosts(node.kind))
        if node.kind in _TIMED:
            found |= _limit_boxes(node)
        if node.kind is NodeKind.BOUNDARY_TIMER:
            found["interrupts"] = forms.BooleanField(
                label=_("Hết giờ thì dừng bước đang làm"), required=False
            )
        if node.kind in (NodeKind.TASK, NodeKind.CALL):
            found["channel"] = _select(
                _("Giấy tờ đi theo cách nào"), [("", _("Không nêu")), *say.CHANNELS.items()], required=False
            )
        return found

    def _task_boxes(self, node: Node) -> dict[str, Any]:
        boxes: dict[str, Any] = {
            "function": _select(_("Ai làm"), [("", _("Chọn người làm")), *_functions(node)]),
            "work": _select(_("Làm gì"), say.WORKS.items()),
            "prepares": forms.BooleanField(
                label=_("Bước này soạn thảo kết quả (người soạn không ký)"), required=False
            ),
        }
        if self.sheet.data:
            boxes["sets"] = quiet(
                forms.MultipleChoiceField(
                    label=_("Bước này ghi những dữ liệu nào"),
                    choices=[(one.name, say.datum(one)) for one in self.sheet.data],
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                )
            )
        return boxes

    def _partner_boxes(self, node: Node) -> dict[str, Any]:
        near = [(f"near:{kind}", words) for kind, words in NEAREST.items()]
        own = [(row.key, say.partner(row.key, self.agencies)) for row in self.agencies]
        choices = [("", _("Chọn cơ quan")), (_("Theo địa bàn"), near), (_("Một cơ quan nhất định"), own)]
        known = {key for key, _words in (*near, *own)}
        if node.partner and node.partner not in known:
            choices.append((node.partner, node.partner))
        return {
            "partner": _select(_("Cơ quan phối hợp"), choices),
            "procedure": text_box(
                _("Mã thủ tục mà cơ quan đó giải quyết"), max_length=40, help_text=_("Ví dụ: 1.004194")
            ),
        }

    def _hosts(self, kind: NodeKind) -> list[tuple[str, str]]:
        fails = {NodeKind.TASK, NodeKind.CALL}
        able = fails if kind is NodeKind.BOUNDARY_ERROR else WAITING - {NodeKind.TIMER}
        found = [(node.key, title_of(node)) for node in self.sheet.in_order() if node.kind in able]
        return [("", _("Chọn bước")), *found]

    @property
    def amount_boxes(self) -> list[PlainBoundField]:
        """The two boxes of the limit, which stand side by side."""
        return [self.bound(name) for name in ("amount", "unit") if name in self.fields]

    @property
    def other_boxes(self) -> list[PlainBoundField]:
        """All other visible boxes in order."""
        return [bound for bound in self.shown_fields if bound.name not in ("amount", "unit")]

    def clean(self) -> dict[str, Any]:
        """Make the node; a limit needs both its boxes or neither."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        limit = self._limit(given)
        if self.errors:
            return given
        changes: dict[str, Any] = {
            name: given.get(name) or ""
            for name in ("title_vi", "title_en", "function", "partner", "procedure", "host")
            if name in self.fields
        }
        changes["title_en"] = _english(self.before, given)
        if given.get("kind"):
            changes["kind"] = NodeKind(given["kind"])
        for name, of in (("work", StepKind), ("channel", Travel), ("awaits", Awaited)):
            if name in self.fields:
                changes[name] = of(given[name]) if given.get(name) else None
        if "sets" in self.fields:
            # What the process no longer knows stays a fault for the check to name, not lost in silence.
            unknown = tuple(name for name in self.before.sets if self.sheet.datum(name) is None)
            changes["sets"] = (*given["sets"], *unknown)
        for name in ("prepares", "interrupts"):
            if name in self.fields:
                changes[name] = bool(given.get(name))
        if "unit" in self.fields:
            changes["limit"] = limit
        self.node = replace(self.before, **changes)
        return given

    def _limit(self, given: Mapping[str, Any]) -> Limit | None:
        unit, amount = given.get("unit") or "", given.get("amount")
        must = self.before.kind in _MUST_BE_TIMED
        if "unit" not in self.fields or (not unit and not amount):
            if must and "unit" not in self.errors:
                self.add_error("amount", _("Nhập thời hạn: số và đơn vị"))
            return None
        if unit == Unit.SAME_DAY:
            return Limit(Unit.SAME_DAY, 1)
        if not unit or not amount:
            if not self.errors.keys() & {"unit", "amount"}:
                self.add_error("unit" if amount else "amount", _("Thời hạn cần cả số và đơn vị"))
            return None
        before = self.before.limit
        if before is not None and (before.unit, before.amount) == (unit, amount):
            return before
        return Limit(Unit(unit), amount)


def _functions(node: Node) -> list[tuple[str, Any]]:
    own = [(node.function, node.function)] if node.function and node.function not in FUNCTIONS else []
    return [*FUNCTIONS.items(), *own]


def _limit_boxes(node: Node) -> dict[str, Any]:
    hint = "" if node.kind in _MUST_BE_TIMED else _("Bỏ trống: theo thời hạn của hồ sơ")
    if node.limit is not None and (node.limit.then or node.limit.cutoff):
        hint = _("Đang là: %(limit)s. Đổi số hoặc đơn vị thì thay cả thời hạn này.") % {
            "limit": say.limit(node.limit)
        }
    return {
        "amount": quiet(
            forms.IntegerField(
                label=_("Thời hạn"), min_value=1, max_value=999, required=False, help_text=hint
            )
        ),
        "unit": quiet(_select(_("Đơn vị"), [("", _("Không đặt riêng")), *say.UNITS.items()], required=False)),
    }


def _initial(node: Node) -> dict[str, Any]:
    said = {
        name: getattr(node, name)
        for name in ("title_vi", "title_en", "function", "partner", "procedure", "host")
    }
    said |= {name: getattr(node, name) or "" for name in ("awaits", "channel")}
    said |= {"work": node.work or StepKind.WORK, "kind": node.kind, "sets": list(node.sets)}
    said |= {"prepares": node.prepares, "interrupts": node.interrupts}
    if node.limit is not None:
        said |= {"amount": node.limit.amount or 1, "unit": node.limit.unit}
    return said


class FlowForm(PlainForm):
    """A way from one node to another, with its condition. `flow` is it once the form is valid."""

    source = forms.ChoiceField(label=lazy("Từ"))
    target = forms.ChoiceField(label=lazy("Đến"))
    title_vi = text_box(lazy("Tên của đường đi"), max_length=LONGEST_TITLE, help_text=lazy("Ví dụ: Hồ sơ đủ"))
    title_en = text_box(lazy("Tên tiếng Anh"), max_length=LONGEST_TITLE, help_text=RENAMED)
    flow: Flow

    def __init__(self, data: Any = None, *, flow: Flow, sheet: Sheet, **options: Any) -> None:
        self.before, self.sheet = flow, sheet
        self.parts = conditions.parts_of(flow.condition, sheet.data)
        self.number = conditions.number_of_rows(self.parts)
        initial = {
            name: getattr(flow, name) for name in ("source", "target", "title_vi", "title_en", "default")
        }
        initial |= conditions.initial(self.parts, sheet.data) | options.pop("initial", {})
        boxes: dict[str, Any] = {
            "default": forms.BooleanField(
                label=_("Đường mặc định: đi lối này khi không điều kiện nào đúng"), required=False
            )
        }
        if self.editable:
            boxes["joined"] = quiet(_select(_("Khi có nhiều điều kiện"), say.JOINED.items(), required=False))
            boxes |= conditions.boxes(sheet.data, self.number)
        self.base_fields = dict(type(self).base_fields) | boxes  # type: ignore[misc]
        super().__init__(data, initial=initial, **options)
        nodes = [(node.key, title_of(node), node.kind) for node in sheet.in_order()]
        pick = ("", _("Chọn"))
        outward = ((key, title) for key, title, kind in nodes if kind is not NodeKind.END)
        inward = BOUNDARIES | {NodeKind.START}
        self._choices("source", [pick, *outward])
        self._choices("target", [pick, *((key, title) for key, title, kind in nodes if kind not in inward)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def editable(self) -> bool:
        """Whether the condition can be said in rows, and there are data to ask for."""
        return self.parts.rows is not None and bool(self.sheet.data)

    @property
    def lines(self) -> list[list[PlainBoundField]]:
        """The boxes of each row of the condition."""
        return conditions.lines(self, self.number) if self.editable else []

    @property
    def whole(self) -> str:
        """The condition in words where rows cannot say it."""
        asked = self.before.condition
        return say.condition(asked, self.sheet.data) if asked is not None and self.parts.rows is None else ""

    def clean(self) -> dict[str, Any]:
        """Make the flow."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        condition: Condition | None = self.before.condition
        if self.editable:
            condition = conditions.read(self, given, self.sheet.data, self.number).condition()
        if given.get("default") and condition is not None:
            self.add_error("default", _("Đường mặc định không có điều kiện: bỏ một trong hai"))
        if not self.errors:
            self.flow = replace(
                self.before,
                source=given["source"],
                target=given["target"],
                condition=condition,
                default=bool(given.get("default")),
                title_vi=given["title_vi"],
                title_en=_english(self.before, given),
            )
        return given


class DatumForm(PlainForm):
    """A datum that steps set and conditions ask. `datum` is it once the form is valid."""

    title_vi = forms.CharField(
        label=lazy("Tên dữ liệu"), max_length=120, help_text=lazy("Ví dụ: Hồ sơ đủ điều kiện")
    )
    kind = forms.ChoiceField(label=lazy("Loại"), choices=list(say.DATA.items()))
    values = quiet(
        forms.CharField(
            label=lazy("Các giá trị"),
            required=False,
            max_length=4000,
            widget=forms.Textarea({"rows": 4}),
            help_text=lazy("Chỉ khi là “Một trong các giá trị”: mỗi dòng một giá trị, ví dụ “Đạt”"),
        )
    )
    title_en = text_box(lazy("Tên tiếng Anh"), max_length=120)
    datum: Datum

    def __init__(self, data: Any = None, *, datum: Datum | None, sheet: Sheet, **options: Any) -> None:
        self.before, self.sheet = datum, sheet
        initial: dict[str, Any] = options.pop("initial", {})
        if datum is not None:
            lines = "\n".join(" = ".join(filter(None, (row[1] or row[0], row[2]))) for row in datum.values)
            initial |= {"title_vi": datum.title_vi or datum.name, "title_en": datum.title_en}
            initial |= {"kind": datum.kind, "values": lines}
        super().__init__(data, initial=initial, **options)

    def clean(self) -> dict[str, Any]:
        """Make the datum; one that is new gets a name from its title, values keep their keys."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        kind = DatumKind(given["kind"])
        values = self._values(given["values"]) if kind is DatumKind.CHOICE else ()
        if kind is DatumKind.CHOICE and not 2 <= len(values) <= MOST_VALUES:
            self.add_error(
                "values", _("Nhập từ 2 đến %(n)s giá trị, mỗi dòng một giá trị") % {"n": MOST_VALUES}
            )
            return given
        name = self.before.name if self.before else self._name(given["title_vi"])
        self.datum = Datum(name, kind, given["title_vi"], given["title_en"], values)
        return given

    def _values(self, text: str) -> tuple[tuple[str, str, str], ...]:
        known = {row[1] or row[0]: row[0] for row in (self.before.values if self.before else ())}
        found: dict[str, tuple[str, str, str]] = {}
        for line in text.splitlines():
            title, _equals, english = (part.strip() for part in line.partition("="))
            if title:
                key = known.get(title) or slug(title).replace("-", "_") or f"value_{len(found) + 1}"
                found.setdefault(key, (key, title, english))
        return tuple(found.values())

    def _name(self, title: str) -> str:
        name = slug(title).replace("-", "_")[:36].strip("_")
        name = name if name.isidentifier() else f"data_{name}".strip("_")
        taken, number, wanted = {one.name for one in self.sheet.data}, 2, name
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name


def refuse(form: PlainForm, text: str) -> None:
    """Say in a form that was sent why it was not taken."""
    form.add_error(None, ValidationError(text))
