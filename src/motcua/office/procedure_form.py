"""The form of a procedure that is kept by hand: its boxes, and what is wrong with what was typed."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import FormatFault, LegalKind
from motcua.catalogue.format_values import LEAST_VND, LIMIT_UNITS, MOST_VND, PROCEDURE_CODE
from motcua.dossiers.words import CHANNELS
from motcua.kit.fields import DateField
from motcua.kit.forms import PlainBoundField, PlainForm
from motcua.kit.text import squeeze
from motcua.office import process_words
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.catalogue_words import AUDIENCE, LEVELS
from motcua.office.catalogue_words import reason as format_reason
from motcua.office.confirm_forms import ServiceForm
from motcua.office.procedure_content import content_of
from motcua.office.process_edits import slug
from motcua.organisation.queries import AgencyFacts, agencies

FEWEST = {"papers": 3, "bases": 1}
MOST = {"papers": 40, "bases": 20}
# What a button that wants one more line sends.
ADDING = {"giay-to": "papers", "can-cu": "bases"}
_SERVICE = ServiceForm.base_fields
_CHANNELS = ("online", "counter", "post")
_LEVELS = ("commune", "province")
_STEPS = (
    "Nộp hồ sơ trực tuyến, tại bộ phận một cửa hoặc qua bưu chính công ích.",
    "Cơ quan có thẩm quyền kiểm tra, giải quyết hồ sơ.",
    "Nhận kết quả theo giấy hẹn.",
)
_LONG = 500
_PLACE = re.compile(r"(components|legal_bases)\[([0-9]+)\](?:\.(\w+))?")
_ROW_BOXES = {
    "components": ("paper", {"originals": "originals", "copies": "copies"}),
    "legal_bases": ("number", {"kind": "kind", "vi": "act"}),
}
_BOXES = {
    "results": "result",
    "competent": "levels",
    "cases": "channels",
    "partial_reason.basis": "partial_basis",
    "name": "name_vi",
    "name.en": "name_en",
}
_FAULTS = {
    "bad_code": lazy("Mã thủ tục gồm một số, dấu chấm và sáu số, ví dụ 1.004873 hoặc 1.004873.H15"),
    "bad_decision": lazy("Ghi số quyết định như 163/QĐ-BTP"),
    "bad_number": lazy("Ghi số văn bản như 60/2014/QH13 hoặc 123/2015/NĐ-CP"),
    "duplicate": lazy("Đã ghi ở trên, mỗi thứ chỉ ghi một lần"),
    "invisible_character": lazy("Có ký tự ẩn. Xóa rồi gõ lại."),
    "odd_space": lazy("Có dấu cách lạ. Xóa rồi gõ lại."),
    "out_of_range": lazy("Số này lớn quá hoặc nhỏ quá. Xem lại."),
    "unknown_value": lazy("Chọn trong danh sách"),
}


def _checks(label: Any, choices: Any, **options: Any) -> Any:
    box = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=list(choices), widget=box, **options)


def _number(label: Any, **options: Any) -> Any:
    widget = forms.NumberInput({"class": "govuk-input--width-3", "min": 0})
    return quiet(forms.IntegerField(label=label, min_value=0, required=False, widget=widget, **options))


class ProcedureForm(PlainForm):
    """A new procedure in one case; `content` is it in the project's format once the form is valid."""

    reveals = {
        "levels": {"province": ("agency",)},
        "service_level": {"partial": ("partial_reason", "partial_basis")},
        "fee": {"amount": ("vnd",)},
    }

    papers = forms.CharField(required=False, widget=forms.HiddenInput)
    bases = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label=lazy("Mã thủ tục"), max_length=40, help_text=lazy("Ví dụ: 1.004873"))
    name_vi = forms.CharField(label=lazy("Tên thủ tục"), max_length=_LONG)
    name_en = forms.CharField(label=lazy("Tên tiếng Anh"), max_length=_LONG, required=False)
    domain = quiet(forms.ChoiceField(label=lazy("Lĩnh vực"), required=False))
    domain_new = text_box(lazy("Hoặc đặt lĩnh vực mới"), max_length=120)
    levels = _checks(lazy("Cấp nào giải quyết"), [(level, LEVELS[level]) for level in _LEVELS])
    agency = forms.ChoiceField(label=lazy("Cơ quan cấp tỉnh giải quyết"))
    audience = _checks(lazy("Đối tượng thực hiện"), AUDIENCE.items())
    service_level = _SERVICE["service_level"]
    partial_reason = _SERVICE["partial_reason"]
    partial_basis = _SERVICE["partial_basis"]
    channels = _checks(
        lazy("Nộp bằng cách nào"), [(kind, CHANNELS[kind]) for kind in _CHANNELS], initial=_CHANNELS
    )
    amount = _number(lazy("Thời hạn giải quyết"), help_text=lazy("“Trong ngày” thì bỏ trống số"))
    unit = quiet(forms.ChoiceField(label=lazy("Đơn vị"), choices=list(process_words.UNITS.items())))
    fee = forms.ChoiceField(
        label=lazy("Phí, lệ phí"),
        choices=[("free", lazy("Không thu")), ("amount", lazy("Một khoản cố định"))],
        widget=forms.RadioSelect,
    )
    vnd = forms.CharField(
        label=lazy("Số tiền (đồng)"),
        max_length=20,
        help_text=lazy("Ví dụ: 8.000"),
        widget=forms.TextInput({"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    result = forms.CharField(label=lazy("Kết quả giải quyết"), max_length=_LONG)
    decision = forms.CharField(
        label=lazy("Quyết định công bố"),
        max_length=60,
        required=False,
        help_text=lazy("Ví dụ: 163/QĐ-BTP"),
    )
    effective_from = DateField(label=lazy("Áp dụng từ ngày"))
    steps = forms.CharField(
        label=lazy("Trình tự thực hiện"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=lazy("Mỗi dòng một bước, viết cho người dân đọc"),
    )
    keywords = forms.CharField(
        label=lazy("Từ người dân hay dùng để tìm"),
        max_length=_LONG,
        required=False,
        help_text=lazy("Cách nhau bằng dấu phẩy; để trống thì tìm theo tên"),
    )
    content: dict[str, Any]

    def __init__(self, data: Any = None, *, on: date, counts: Mapping[str, int], **options: Any) -> None:
        self.counts = counts
        # A code that has versions already, for the page to lead there.
        self.taken = ""
        # The line of the form for each paper and each legal basis of the content.
        self._lines: dict[str, list[int]] = {"components": [], "legal_bases": []}
        fixed, rows = dict(type(self).base_fields), _rows(counts)
        # Before the form looks at its fields, so that these too say in plain words what is wrong.
        self.base_fields = fixed | rows  # type: ignore[misc]
        usual = {"effective_from": on, "steps": "\n".join(_STEPS)}
        usual |= {name: str(number) for name, number in counts.items()}
        super().__init__(data, initial=usual | options.pop("initial", {}), **options)
        later = ("result", "decision", "effective_from", "steps", "keywords")
        self.order_fields([name for name in self.fields if name not in later])
        self._domains = {key: (vi, en) for key, vi, en, _n in catalogue.domains(on=on)}
        english = get_language() == "en"
        named = [(key, en if english and en else vi) for key, (vi, en) in self._domains.items()]
        self._offer("domain", [("", _("Chọn lĩnh vực")), *named])
        found = [(row.key, row.name(get_language() or "vi")) for row in _solving(on)]
        self._offer("agency", [("", _("Chọn cơ quan")), *found])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    # --- what the page shows --------------------------------------------------------------------------

    @property
    def paper_lines(self) -> list[list[PlainBoundField]]:
        """The boxes of each paper."""
        return self._boxes("papers", ("paper", "originals", "copies", "needed"))

    @property
    def basis_lines(self) -> list[list[PlainBoundField]]:
        """The boxes of each legal basis."""
        return self._boxes("bases", ("kind", "number", "act"))

    def _boxes(self, what: str, names: tuple[str, ...]) -> list[list[PlainBoundField]]:
        return [[self.bound(f"{name}-{n}") for name in names] for n in range(1, self.counts[what] + 1)]

    @property
    def full(self) -> dict[str, bool]:
        """Whether no more lines are offered, of papers and of legal bases."""
        return {what: number >= MOST[what] for what, number in self.counts.items()}

    # --- what was typed ---------------------------------------------------------------------------------

    def clean_code(self) -> str:
        """See that the code has its form, and that no procedure has it."""
        code = squeeze(self.cleaned_data["code"]).upper()
        if not PROCEDURE_CODE.fullmatch(code):
            raise ValidationError(_FAULTS["bad_code"], code="bad_code")
        if catalogue.versions_of(code):
            self.taken = code
            raise ValidationError(_("Đã có thủ tục mang mã này"), code="taken")
        return code

    def clean_vnd(self) -> int:
        """Read an amount in whole đồng, as people write it."""
        digits = re.sub(r"[.\s]|₫|đồng|đ|VNĐ|VND", "", self.cleaned_data["vnd"])
        amount = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0
        if not LEAST_VND <= amount <= MOST_VND:
            raise ValidationError(_("Ghi số tiền bằng đồng, từ 500 trở lên, ví dụ 8.000"), code="bad_amount")
        return amount

    def clean(self) -> dict[str, Any]:
        """Judge what hangs together, and make the content."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in given.items():
            if isinstance(value, str) and name != "steps":
                given[name] = squeeze(value)
        self._check_together(given)
        papers = [row for n in range(1, self.counts["papers"] + 1) if (row := self._paper(given, n))]
        bases = [row for n in range(1, self.counts["bases"] + 1) if (row := self._basis(given, n))]
        if not bases and not self._faulty("kind", "number", "act"):
            self._fault("number-1", _("Ghi ít nhất một căn cứ pháp lý"))
        if not self.errors:
            self.content = content_of(given, papers=papers, legal_bases=bases, domains=self._domains)
        return given

    def _fault(self, name: str, said: str) -> None:
        if name not in self.errors:
            self.add_error(name, said)

    def _faulty(self, *stems: str) -> bool:
        return any(name.rpartition("-")[0] in stems for name in self.errors)

    def _check_together(self, given: Mapping[str, Any]) -> None:
        if bool(given.get("domain")) == bool(given.get("domain_new")):
            typed_both = bool(given.get("domain"))
            said = _("Chọn lĩnh vực có sẵn hoặc đặt lĩnh vực mới, không cả hai")
            self._fault("domain", said if typed_both else _("Chọn lĩnh vực, hoặc đặt lĩnh vực mới"))
        elif given.get("domain_new") and not slug(given["domain_new"]):
            self._fault("domain_new", _("Đặt tên lĩnh vực bằng chữ"))
        unit, amount = given.get("unit"), given.get("amount")
        if unit and unit != "same_day" and not 1 <= (amount or 0) <= LIMIT_UNITS[unit]:
            said = _("Nhập số từ 1 đến %(n)s") % {"n": LIMIT_UNITS[unit]}
            self._fault("amount", said)
        online, level = "online" in (given.get("channels") or ()), given.get("service_level")
        if level and given.get("channels") and online != (level != "information"):
            fits = _("Trực tuyến toàn trình hoặc một phần thì phải có cách nộp trực tuyến")
            self._fault(
                "channels", fits if not online else _("Chỉ cung cấp thông tin thì không nộp trực tuyến")
            )

    def _paper(self, given: Mapping[str, Any], n: int) -> dict[str, Any] | None:
        name, originals = given.get(f"paper-{n}"), given.get(f"originals-{n}")
        copies = given.get(f"copies-{n}") or 0
        if not name:
            if (originals, copies) not in ((1, 0), (None, 0), (0, 0)):
                self._fault(
                    f"paper-{n}", _("Nhập tên giấy tờ, hoặc để số bản như cũ nếu không dùng dòng này")
                )
            return None
        if not originals and not copies:
            self._fault(f"originals-{n}", _("Ghi ít nhất một bản chính hoặc một bản sao"))
        self._lines["components"].append(n)
        numbers = {"originals": originals or 0, "copies": copies, "required": bool(given.get(f"needed-{n}"))}
        unsaid = {"case": None, "form": None, "replaceable_by": None, "note": None}
        return {"vi": name, "group": "submit"} | numbers | unsaid

    def _basis(self, given: Mapping[str, Any], n: int) -> dict[str, Any] | None:
        said = {name: given.get(f"{name}-{n}") for name in ("kind", "number", "act")}
        if not any(said.values()):
            return None
        wanted = {
            "kind": _("Chọn loại văn bản"),
            "number": _("Nhập số văn bản"),
            "act": _("Nhập tên văn bản"),
        }
        for name, words in wanted.items():
            if not said[name]:
                self._fault(f"{name}-{n}", words)
        self._lines["legal_bases"].append(n)
        return {"kind": said["kind"], "number": said["number"], "vi": said["act"], "issued": None}

    # --- what the catalogue did not take ------------------------------------------------------------------

    def refuse(self, fault: FormatFault) -> None:
        """Put a fault of the format beside the box that it is about."""
        known = _FAULTS.get(fault.code)
        self._fault(self._box_of(fault.path), str(known) if known else format_reason(fault.code))

    def refuse_taken(self) -> None:
        """Say that somebody else published a procedure of this code meanwhile."""
        self.taken = self.cleaned_data["code"]
        self._fault("code", _("Vừa có người khác công bố thủ tục mang mã này"))

    def _box_of(self, path: str) -> str:
        if found := _PLACE.match(path):
            usual, others = _ROW_BOXES[found[1]]
            return f"{others.get(found[3], usual)}-{self._lines[found[1]][int(found[2])]}"
        if path.startswith("channels["):
            return "amount" if ".limit" in path else "vnd" if ".fees" in path else "channels"
        top = re.split(r"[.\[]", path)[0]
        if top == "domain" and self.cleaned_data.get("domain_new"):
            return "domain_new"
        name = _BOXES.get(path) or _BOXES.get(top, top)
        return name if name in self.fields else "code"


def _rows(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the boxes of the lines: papers, then legal bases."""
    found: dict[str, Any] = {}
    for n in range(1, counts["papers"] + 1):
        found |= {
            f"paper-{n}": text_box(_("Tên giấy tờ"), max_length=_LONG),
            f"originals-{n}": _number(_("Số bản chính"), max_value=99, initial=1),
            f"copies-{n}": _number(_("Số bản sao"), max_value=99, initial=0),
            f"needed-{n}": forms.BooleanField(label=_("Bắt buộc có"), required=False, initial=True),
        }
    kinds = [("", _("Chọn loại")), *((kind.value, kind.value) for kind in LegalKind)]
    for n in range(1, counts["bases"] + 1):
        found |= {
            f"kind-{n}": quiet(forms.ChoiceField(label=_("Loại văn bản"), choices=kinds, required=False)),
            f"number-{n}": text_box(_("Số văn bản"), max_length=60),
            f"act-{n}": text_box(_("Tên văn bản"), max_length=_LONG),
        }
    return found


def _solving(on: date) -> list[AgencyFacts]:
    """Return the agencies of the province that solve dossiers."""
    return [row for row in agencies(on=on, level="province") if row.kind != "one_stop_centre"]


def procedure_form(data: Any = None, *, on: date, adding: str = "") -> ProcedureForm:
    """Return the form with as many lines as `data` has; `adding` (`papers`, `bases`) wants one more, judges nothing."""
    counts = {what: _told(data, what) + (what == adding) for what in FEWEST}
    counts = {what: min(max(number, FEWEST[what]), MOST[what]) for what, number in counts.items()}
    if data is not None:
        data = data.copy()
        for what, number in counts.items():
            data[what] = str(number)
    form = ProcedureForm(data, on=on, counts=counts)
    if not adding or data is None:
        return form
    held = {
        name: field.widget.value_from_datadict(form.data, form.files, name)
        for name, field in form.fields.items()
        if name not in FEWEST and _sent(form, name)
    }
    return ProcedureForm(on=on, counts=counts, initial=held)


def _sent(form: ProcedureForm, name: str) -> bool:
    """Tell whether a box was on the page that was sent: one of a line that is added now keeps its usual answer."""
    stem, dash, number = name.rpartition("-")
    if not dash:
        return True
    lead = "paper" if stem in ("paper", "originals", "copies", "needed") else "kind"
    return f"{lead}-{number}" in form.data


def _told(data: Any, what: str) -> int:
    text = str(data.get(what) or "") if data is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else FEWEST[what]
