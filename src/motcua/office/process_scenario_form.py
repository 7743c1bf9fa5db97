"""The form of a scenario: act by act, what is done at which step and which data it sets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.process_view import title_of
from motcua.kit.forms import PlainBoundField, PlainForm
from motcua.office import process_conditions as conditions
from motcua.office import process_words as say
from motcua.office.calendar_boxes import quiet
from motcua.rules.process import BOUNDARIES, WAITING, Datum, DatumKind, Node, NodeKind, Process
from motcua.rules.process.faults import Deed
from motcua.rules.process.scenarios import Act, Played, Scenario
from motcua.workflow.words import titles_of

MOST_ROWS = 60
_SPARE = 2
DEEDS: dict[str, str | Promise] = {
    Deed.DONE: lazy("Làm xong"),
    Deed.FAILED: lazy("Không làm được"),
    Deed.EXPIRED: lazy("Hết giờ"),
}
REASONS: dict[str, str | Promise] = {
    "not_waiting": lazy("%(node)s chưa đến lượt"),
    "no_way": lazy("Tại %(node)s không điều kiện nào đúng"),
    "data_missing": lazy("%(node)s cần dữ liệu chưa ghi"),
    "no_error_path": lazy("%(node)s không có lối cho trường hợp không làm được"),
    "token_doubled": lazy("%(node)s bị mở hai lần"),
    "endless": lazy("Vòng lặp không có bước nào tại %(node)s"),
    "unknown_step": lazy("Không có bước %(node)s"),
    "bad_data": lazy("Giá trị không hợp lệ của %(node)s"),
    "not_ended": lazy("Hết kịch bản mà còn chờ ở %(node)s"),
    "other_end": lazy("Đến điểm kết thúc khác: %(node)s"),
}


class ScenarioForm(PlainForm):
    """A scenario of a process. `scenario` is it once the form is valid."""

    title = forms.CharField(
        label=lazy("Tên kịch bản"), max_length=200, help_text=lazy("Ví dụ: Hồ sơ đủ, ký ngay")
    )
    rows = forms.CharField(required=False, widget=forms.HiddenInput)
    scenario: Scenario
    data: Any

    def __init__(
        self, data: Any = None, *, scenario: Scenario, process: Process, more: bool = False, **options: Any
    ) -> None:
        self.before, self.process = scenario, process
        filled = _whole(data.get("rows", "")) if data is not None else len(scenario.acts) + _SPARE
        self.number = min(MOST_ROWS, filled + (_SPARE if more else 0))
        ends = [node for node in process.nodes if node.kind is NodeKind.END]
        boxes = [_boxes(process, n) for n in range(1, self.number + 1)]
        end = forms.ChoiceField(
            label=_("Phải đến điểm kết thúc"),
            choices=[("", _("Điểm nào cũng được")), *((node.key, title_of(node)) for node in ends)],
            required=False,
        )
        self.base_fields = dict(type(self).base_fields)  # type: ignore[misc]
        for row in (*boxes, {"end": end}):
            self.base_fields.update(row)
        super().__init__(data, initial=_initial(scenario) | {"rows": str(self.number)}, **options)
        if data is not None:
            self.data["rows"] = str(self.number)

    @property
    def lines(self) -> list[list[PlainBoundField]]:
        """The boxes of each act."""
        names = ["node", "deed", *(f"set-{one.name}" for one in self.process.data)]
        return [[self.bound(f"{name}-{n}") for name in names] for n in range(1, self.number + 1)]

    def clean(self) -> dict[str, Any]:
        """Make the scenario from the rows that name a step."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        acts = [self._act(given, n) for n in range(1, self.number + 1) if given.get(f"node-{n}")]
        if not acts and not self.errors:
            self.add_error("node-1", _("Chọn ít nhất một bước"))
        if not self.errors:
            self.scenario = Scenario(
                self.before.key, given["title"], tuple(acts), self.before.given, given.get("end") or ""
            )
        return given

    def _act(self, given: dict[str, Any], n: int) -> Act:
        data = {}
        for one in self.process.data:
            box = f"set-{one.name}-{n}"
            if not given.get(box):
                continue
            try:
                data[one.name] = conditions.typed_value(one, str(given[box]))
            except ValidationError as fault:
                self.add_error(box, fault)
        return Act(given[f"node-{n}"], Deed(given.get(f"deed-{n}") or Deed.DONE), data)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else _SPARE


def _boxes(process: Process, n: int) -> dict[str, Any]:
    able = [node for node in process.nodes if node.kind in WAITING or node.kind in BOUNDARIES]
    steps = [("", _("Chọn bước")), *((node.key, _called(node)) for node in able)]
    boxes: dict[str, Any] = {
        f"node-{n}": quiet(forms.ChoiceField(label=_("Bước"), choices=steps, required=False)),
        f"deed-{n}": quiet(
            forms.ChoiceField(label=_("Việc xảy ra"), choices=list(DEEDS.items()), required=False)
        ),
    }
    for one in process.data:
        boxes[f"set-{one.name}-{n}"] = quiet(_value_box(one))
    return boxes


def _called(node: Node) -> str:
    return title_of(node)


def _value_box(datum: Datum) -> forms.Field:
    if datum.kind is DatumKind.NUMBER:
        return forms.CharField(label=say.datum(datum), max_length=20, required=False)
    choices = [("", "–"), *conditions.choices_of(datum)]
    return forms.ChoiceField(label=say.datum(datum), choices=choices, required=False)


def _initial(scenario: Scenario) -> dict[str, str]:
    said = {"title": scenario.title, "end": scenario.end}
    for n, act in enumerate(scenario.acts, 1):
        said |= {f"node-{n}": act.node, f"deed-{n}": act.deed.value}
        said |= {f"set-{name}-{n}": conditions.as_typed(value) for name, value in act.data.items()}
    return said


def reason(played: Played, process: Process, language: str) -> str:
    """Say why a scenario failed and where; empty for one that passed."""
    if played.passed:
        return ""
    titles = titles_of(process.nodes, process.flows, language)
    node = ", ".join(f"“{titles.get(key, key)}”" for key in played.node.split(", "))
    words = str(REASONS.get(played.reason, "%(node)s")) % {"node": node}
    return _("Việc thứ %(n)s: %(reason)s") % {"n": played.at, "reason": words} if played.at else words


def acts_told(scenario: Scenario, process: Process, language: str) -> list[str]:
    """Say a scenario act by act."""
    titles = titles_of(process.nodes, process.flows, language)
    known = {one.name: one for one in process.data}
    told = []
    for act in scenario.acts:
        line = titles.get(act.node, act.node)
        if act.deed is not Deed.DONE:
            line = f"{line}: {str(DEEDS[act.deed]).lower()}"
        said = [_setting(known.get(name), name, value) for name, value in act.data.items()]
        told.append(f"{line} ({'; '.join(said)})" if said else line)
    return told


def _setting(datum: Datum | None, name: str, value: object) -> str:
    return f"{say.datum(datum) if datum else name}: {say.value(datum, value)}"


def usual_title(scenario: Scenario, process: Process, language: str, taken: Sequence[str]) -> str:
    """Return what a proposed scenario may be called: the values that choose its way, else its steps."""
    known = {one.name: one for one in process.data}
    said = [
        _setting(known.get(name), name, value) for act in scenario.acts for name, value in act.data.items()
    ]
    titles = titles_of(process.nodes, process.flows, language)
    aside = [f"{titles.get(act.node, act.node)}: {str(DEEDS[act.deed]).lower()}"
             for act in scenario.acts if act.deed is not Deed.DONE]  # fmt: skip
    words = "; ".join(dict.fromkeys((*said, *aside))) or _("Đi thẳng đến kết thúc")
    words = words[:180]
    return words if words not in taken else f"{words} ({len(taken) + 1})"
