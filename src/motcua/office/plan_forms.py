"""The forms in which a plan's head and its single operations are typed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import DateField, PlainForm
from motcua.office import organisation_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.plan_frame import Said
from motcua.office.process_edits import slug
from motcua.office.wording import LEVELS
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts

_APART = re.compile(r"[\s,;]+")
LONGEST_KEY = 80


@dataclass(frozen=True)
class Offered:
    """What the boxes of a plan offer: agencies that live on its eve, and those that it establishes."""

    living: Mapping[str, AgencyFacts]
    new: Mapping[str, str]
    operations: Sequence[Said]
    eve: date
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, operations: Sequence[Said], *, eve: date) -> "Offered":
        """Return what a plan with these lines offers."""
        language = get_language() or "vi"
        living = {row.key: row for row in organisation.agencies(on=eve)}
        new = {said["key"]: str(said["name_vi"]) for said in operations if said["op"] == "establish"}
        names = new | {key: row.name(language) for key, row in living.items()}
        return cls(living, new, operations, eve, names)

    def choices(self, *, nobody: str = "", new: bool = True) -> list[tuple[str, str]]:
        """Return the choices of a box for one agency; what the plan establishes stands first."""
        begun = [(key, _("%(name)s (mới)") % {"name": name}) for key, name in self.new.items()] if new else []
        there = [(key, self.names[key]) for key in self.living]
        return [("", nobody or _("Chọn cơ quan")), *begun, *there]

    def key_of(self, id: Any) -> str:
        """Return the key of a living agency by its id, empty for none."""
        return next((key for key, row in self.living.items() if row.id == id), "")


def fresh_key(name: str, taken: Iterable[str]) -> str:
    """Return a key made of a name that no agency has or had."""
    taken = set(taken)
    wanted = slug(re.sub(r"(?i)^ủy ban nhân dân\s+", "", name))[: LONGEST_KEY - 4].strip("-") or "co-quan"
    key, n = wanted, 1
    while key in taken or organisation.agency_by_key(key) is not None:
        n += 1
        key = f"{wanted}-{n}"
    return key


class CodesField(forms.CharField):
    """Several codes, apart by spaces, commas or lines; gives a list."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 2)
        super().__init__(widget=forms.Textarea({"rows": rows, "spellcheck": "false"}), **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as it is typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Take the codes apart, each once."""
        return list(dict.fromkeys(code for code in _APART.split(super().to_python(value) or "") if code))


def agency_box(label: Any, **options: Any) -> Any:
    """Return a box for one agency; the form fills in which there are."""
    needed = options.pop("required", True)
    found = forms.ChoiceField(label=label, required=needed, **options)
    return found if needed else quiet(found)


def kind_choices(words: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the choices of a box for one word of a list."""
    return [("", _("Chọn")), *words.items()]


class HeadForm(PlainForm):
    """What a plan is called, by which act, from which day on."""

    title = forms.CharField(
        label=lazy("Tên kế hoạch"), max_length=240, help_text=lazy("Ví dụ: Sắp xếp các xã năm 2026")
    )
    act = forms.CharField(
        label=lazy("Văn bản"), max_length=240, help_text=lazy("Ví dụ: Nghị quyết 12/NQ-HĐND ngày 05/11/2026")
    )
    effective = DateField(label=lazy("Ngày có hiệu lực"), past=False)


class LineForm(PlainForm):
    """One operation; `lines` gives what it adds to the plan once it is valid."""

    op = ""
    # Boxes for one agency: whether it may be one that the plan establishes, and what no choice means.
    boxes: Mapping[str, tuple[bool, Any]] = {}
    # More boxes, behind a fold.
    folded: Sequence[str] = ()

    def __init__(
        self, data: Any = None, *, offered: Offered, said: Said | None = None, **options: Any
    ) -> None:
        self.offered, self.said = offered, said
        initial = self.shown(said) if said else {}
        super().__init__(data, initial=initial | options.pop("initial", {}), **options)
        for name, (new, nobody) in self.boxes.items():
            box = self.fields[name]
            assert isinstance(box, forms.ChoiceField)
            box.choices = self._with_kept(name, offered.choices(new=new, nobody=str(nobody)))

    def _with_kept(self, name: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Add what the line says although it is no longer there, so that nothing is changed unseen."""
        kept = str(self.initial.get(name) or "")
        return choices if not kept or kept in dict(choices) else [*choices, (kept, kept)]

    def shown(self, said: Said) -> dict[str, Any]:
        """Return a kept line as its boxes show it."""
        return {("source" if name == "from" else name): value for name, value in said.items()}

    @property
    def plain(self) -> list[Any]:
        """The boxes that always stand there."""
        return [box for box in self.shown_fields if box.name not in self.folded]

    @property
    def more(self) -> list[Any]:
        """The boxes behind the fold."""
        return [self.bound(name) for name in self.folded]

    @property
    def more_open(self) -> bool:
        """Whether something is said behind the fold."""
        return any(box.errors or box.value() for box in self.more)

    def lines(self) -> list[Said]:
        """Return the lines of the plan that were typed."""
        told = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None, [], False)
        }
        return [{"op": self.op, **told}]


class EstablishForm(LineForm):
    """A new agency."""

    op = "establish"
    boxes = {"parent": (True, lazy("Không thuộc cơ quan nào"))}
    folded = (
        "name_en", "short_vi", "key", "code_qcvn102", "number_template", "desk_name", "desk_address", "desk_phone", "outside",
    )  # fmt: skip

    name_vi = forms.CharField(label=lazy("Tên cơ quan"), max_length=200)
    kind = forms.ChoiceField(label=lazy("Loại cơ quan"))
    level = forms.ChoiceField(label=lazy("Cấp"))
    parent = agency_box(lazy("Cơ quan cấp trên"), required=False)
    code_qd20 = text_box(lazy("Mã định danh (QĐ 20)"), max_length=35)
    territory = text_box(lazy("Mã đơn vị hành chính"), max_length=16)
    name_en = text_box(lazy("Tên tiếng Anh"), max_length=200)
    short_vi = text_box(lazy("Tên ngắn"), max_length=80)
    key = text_box(
        lazy("Khóa trong hệ thống"), max_length=LONGEST_KEY, help_text=lazy("Để trống thì lấy theo tên")
    )
    code_qcvn102 = text_box(lazy("Mã theo QCVN 102"), max_length=35)
    number_template = text_box(
        lazy("Mẫu mã hồ sơ"), max_length=80, help_text=lazy("Để trống thì theo mẫu chung")
    )
    desk_name = text_box(lazy("Tên bộ phận một cửa"), max_length=200)
    desk_address = text_box(lazy("Địa chỉ bộ phận một cửa"), max_length=240)
    desk_phone = text_box(lazy("Điện thoại bộ phận một cửa"), max_length=40)
    outside = quiet(forms.BooleanField(label=lazy("Không làm việc trong hệ thống này"), required=False))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, words in (("kind", say.KINDS), ("level", LEVELS)):
            box = self.fields[name]
            assert isinstance(box, forms.ChoiceField)
            box.choices = self._with_kept(name, kind_choices(words))

    def shown(self, said: Said) -> dict[str, Any]:
        """Return the line with its desk in boxes of its own."""
        desk = said.get("desk") or {}
        return super().shown(said) | desk_shown(desk)

    def clean(self) -> dict[str, Any]:
        """See that a desk that is described has a name."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        desk_named(self, given)
        return given

    def lines(self) -> list[Said]:
        """Return the line, with a key made of the name where none was typed."""
        [line] = super().lines()
        line = with_desk(line, self.said)
        line.setdefault("key", fresh_key(line["name_vi"], {*self.offered.living, *self.offered.new}))
        return [line]


def desk_shown(desk: Mapping[str, Any]) -> dict[str, Any]:
    """Return a desk as its boxes show it."""
    return {
        "desk_name": desk.get("name_vi", ""),
        "desk_address": desk.get("address", ""),
        "desk_phone": desk.get("phone", ""),
    }


def desk_named(form: PlainForm, given: Mapping[str, Any]) -> None:
    """Refuse a desk without a name."""
    if (given.get("desk_address") or given.get("desk_phone")) and not given.get("desk_name"):
        form.add_error("desk_name", ValidationError(_("Nhập tên bộ phận một cửa"), code="required"))


def with_desk(line: Said, kept: Said | None = None) -> Said:
    """Put the boxes of a desk together; what no box shows of a kept one stays."""
    parts = {name: line.pop(f"desk_{name}", "") for name in ("name", "address", "phone")}
    if parts["name"]:
        before = {
            name: value for name, value in ((kept or {}).get("desk") or {}).items() if name == "name_en"
        }
        told = {"name_vi": parts["name"], "address": parts["address"], "phone": parts["phone"]}
        line["desk"] = before | {name: value for name, value in told.items() if value}
    return line


class RenameForm(LineForm):
    """Another name."""

    op = "rename"
    boxes = {"agency": (False, "")}
    agency = agency_box(lazy("Cơ quan"))
    name_vi = forms.CharField(label=lazy("Tên mới"), max_length=200)
    name_en = text_box(lazy("Tên tiếng Anh"), max_length=200)
    short_vi = text_box(lazy("Tên ngắn"), max_length=80)


class RecodeForm(LineForm):
    """Other codes, or another territory."""

    op = "recode"
    boxes = {"agency": (False, "")}
    agency = agency_box(lazy("Cơ quan"))
    code_qd20 = text_box(
        lazy("Mã định danh (QĐ 20)"), max_length=35, help_text=lazy("Ô bỏ trống thì giữ như cũ")
    )
    territory = text_box(lazy("Mã đơn vị hành chính"), max_length=16)
    code_qcvn102 = text_box(lazy("Mã theo QCVN 102"), max_length=35)
    number_template = text_box(lazy("Mẫu mã hồ sơ"), max_length=80)

    def clean(self) -> dict[str, Any]:
        """See that something changes."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        boxes = ("code_qd20", "territory", "code_qcvn102", "number_template")
        if not self.errors and not any(given.get(name) for name in boxes):
            self.add_error("code_qd20", ValidationError(_("Nhập ít nhất một mã mới"), code="required"))
        return given


class MoveForm(LineForm):
    """Another parent."""

    op = "move"
    boxes = {"agency": (False, ""), "parent": (True, "")}
    agency = agency_box(lazy("Cơ quan"))
    parent = agency_box(lazy("Cơ quan cấp trên mới"))


class DissolveForm(LineForm):
    """An agency ends."""

    op = "dissolve"
    boxes = {"agency": (False, ""), "successor": (True, lazy("Không có, cơ quan không còn giữ gì"))}
    agency = agency_box(lazy("Cơ quan giải thể"))
    successor = agency_box(
        lazy("Cơ quan kế thừa"),
        required=False,
        help_text=lazy("Nhận hồ sơ, thẩm quyền, địa bàn và đơn vị trực thuộc"),
    )


class TransferForm(LineForm):
    """A competence goes to another agency."""

    op = "transfer"
    boxes = {"source": (False, ""), "to": (True, "")}
    procedures = CodesField(
        label=lazy("Mã các thủ tục"), help_text=lazy("Ví dụ: 1.004194, 2.000635; cách nhau bằng dấu phẩy")
    )
    source = agency_box(lazy("Cơ quan đang giải quyết"))
    to = agency_box(lazy("Cơ quan giải quyết từ ngày đó"))
    territories = quiet(
        CodesField(
            label=lazy("Chỉ tại các đơn vị hành chính"),
            required=False,
            help_text=lazy("Mã; để trống là mọi nơi"),
        )
    )

    def lines(self) -> list[Said]:
        """Return the line with the name that the file has for where it comes from."""
        [line] = super().lines()
        line["from"] = line.pop("source")
        return [line]


class TerritoryForm(LineForm):
    """A new territory, and what became part of it."""

    op = "territory"
    code = forms.CharField(label=lazy("Mã đơn vị hành chính"), max_length=16)
    name = forms.CharField(label=lazy("Tên"), max_length=120)
    kind = forms.ChoiceField(label=lazy("Loại"))
    parent = text_box(lazy("Mã tỉnh, thành phố"), max_length=16)
    name_en = text_box(lazy("Tên tiếng Anh"), max_length=120)
    whole = quiet(
        CodesField(
            label=lazy("Nhập toàn bộ các đơn vị"),
            required=False,
            help_text=lazy("Mã của các đơn vị cũ kết thúc hôm đó"),
        )
    )
    partly = quiet(CodesField(label=lazy("Nhập một phần các đơn vị"), required=False))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box = self.fields["kind"]
        assert isinstance(box, forms.ChoiceField)
        box.choices = self._with_kept("kind", kind_choices(say.TERRITORY_KINDS))

    def shown(self, said: Said) -> dict[str, Any]:
        """Return the line with its sources in two boxes."""
        sources = said.get("from") or ()
        return dict(said) | {
            "whole": [row["code"] for row in sources if not row.get("partly")],
            "partly": [row["code"] for row in sources if row.get("partly")],
        }

    def lines(self) -> list[Said]:
        """Return the line with its sources together."""
        [line] = super().lines()
        whole, partly = line.pop("whole", []), line.pop("partly", [])
        sources = [{"code": code} for code in whole] + [{"code": code, "partly": True} for code in partly]
        return [line | ({"from": sources} if sources else {})]
