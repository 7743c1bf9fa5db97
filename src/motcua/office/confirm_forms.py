"""Forms in which a doubted value of a procedure is put right, each giving its value in the project's format."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import (
    ChannelRecord,
    ComponentGroup,
    ComponentRecord,
    PartialReasonKind,
    ProcedureRecord,
    RunBy,
    ServiceLevel,
)
from motcua.catalogue.format_values import LIMIT_UNITS
from motcua.kit.fields import DateField
from motcua.kit.forms import PlainForm

NO_LIMIT = "none"
LIMIT_CHOICES = [
    ("working_day", lazy("ngày làm việc")),
    ("calendar_day", lazy("ngày (tính cả ngày nghỉ)")),
    ("working_hour", lazy("giờ làm việc")),
    ("hour", lazy("giờ")),
    ("month", lazy("tháng")),
    ("same_day", lazy("trong ngày")),
    (NO_LIMIT, lazy("không quy định thời hạn")),
]
_CUTOFF = re.compile(r"([01]?[0-9]|2[0-3])(?:[:hg.]([0-5][0-9])?)?")


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def _note() -> forms.CharField:
    return forms.CharField(
        label=lazy("Căn cứ hoặc ghi chú"),
        max_length=500,
        required=False,
        help_text=lazy("Ví dụ: Điều 5 Nghị định 123/2015/NĐ-CP"),
    )


STAY, FOLLOW = "stay", "follow"


class CorrectForm(PlainForm):
    """A value put right on the version that the person saw.

    `alike` are (field, label) of other places whose source says the same: they get the same value unless the
    person says otherwise.
    """

    # Boxes that stand side by side in one row of the form.
    row: ClassVar[tuple[str, ...]] = ()

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = _note()

    def __init__(self, *given: Any, alike: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        initial = {"also": [field for field, _label in alike]} | options.pop("initial", {})
        super().__init__(*given, initial=initial, **options)
        if alike:
            self.fields["also"] = forms.MultipleChoiceField(
                label=lazy("Nguồn ghi giống hệt ở các chỗ này; sửa luôn"),
                choices=list(alike),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def settings(self) -> dict[str, Any]:
        """Return what goes with the value into `actions.correct`; the form must be valid."""
        return {"note": self.cleaned_data["note"], "also": self.cleaned_data.get("also", [])}

    @property
    def beside(self) -> list[Any]:
        """Boxes of the row."""
        return [self.bound(name) for name in self.row]

    @property
    def below(self) -> list[Any]:
        """Boxes under the row."""
        return [bound for bound in self.shown_fields if bound.name not in self.row]

    def value(self) -> dict[str, Any] | list[dict[str, Any]] | None:
        """Return the value in the project's format; the form must be valid."""
        raise NotImplementedError


def _quiet(field: forms.Field) -> Any:
    """Spare a box that only some answers need the words "not required"."""
    field.quiet = True  # type: ignore[attr-defined]
    return field


class LimitForm(CorrectForm):
    """A time limit: number, unit, and for a same-day limit the hour after which it is the next day."""

    row = ("amount", "unit", "cutoff")

    amount = _quiet(forms.IntegerField(label=lazy("Số"), min_value=1, required=False))
    unit = forms.ChoiceField(label=lazy("Đơn vị"), choices=[("", lazy("Chọn")), *LIMIT_CHOICES])
    cutoff = _quiet(
        forms.CharField(
            label=lazy("Nộp sau mấy giờ thì sang ngày sau"),
            max_length=5,
            required=False,
            help_text=lazy("Ví dụ: 15:00; chỉ với thời hạn trong ngày"),
        )
    )
    field_order = ("version", "amount", "unit", "cutoff", "note")

    def clean_cutoff(self) -> str | None:
        """Write the hour as HH:MM."""
        text = str(self.cleaned_data["cutoff"]).strip().lower().replace(" ", "")
        if not text:
            return None
        found = _CUTOFF.fullmatch(text)
        if found is None:
            raise ValidationError(_("Ghi giờ như 15:00"), code="bad_cutoff")
        return f"{int(found[1]):02}:{found[2] or '00'}"

    def clean(self) -> dict[str, Any]:
        """Want a number where the unit counts one, within what is believable, and an hour only for one day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unit, amount = cleaned.get("unit"), cleaned.get("amount")
        if unit in (NO_LIMIT, "same_day"):
            cleaned["amount"] = 1
        elif unit and amount is None and "amount" not in self.errors:
            self.add_error("amount", ValidationError(_("Nhập số"), code="required"))
        elif unit and amount is not None and amount > (most := LIMIT_UNITS[unit]):
            said = _("Thời hạn dài quá: nhiều nhất là %(n)s") % {"n": most}
            self.add_error("amount", ValidationError(said, code="too_long"))
        if cleaned.get("cutoff") and unit and unit != "same_day":
            said = _("Giờ này chỉ dùng với thời hạn trong ngày. Xóa giờ hoặc chọn “trong ngày”.")
            self.add_error("cutoff", ValidationError(said, code="cutoff_not_allowed"))
        return cleaned

    def value(self) -> dict[str, Any] | None:
        """Return {unit, amount, cutoff}; None for no limit fixed."""
        answers = self.cleaned_data
        if answers["unit"] == NO_LIMIT:
            return None
        return {key: answers[key] for key in ("unit", "amount", "cutoff")}

    @classmethod
    def initial_of(cls, row: ChannelRecord) -> dict[str, Any]:
        """Return the answers that say what the row says now."""
        if row.limit is None:
            return {} if row.limit_unread else {"unit": NO_LIMIT}
        amount = None if row.limit["unit"] == "same_day" else row.limit["amount"]
        return {"unit": row.limit["unit"], "amount": amount, "cutoff": row.limit["cutoff"]}


class FollowedForm(CorrectForm):
    """A value that running dossiers may follow from a day on; else it holds for new ones only."""

    reveals = {"follow": {FOLLOW: ("follow_from",)}}

    follow = forms.ChoiceField(
        label=lazy("Hồ sơ đang giải quyết"),
        choices=[(STAY, lazy("giữ như khi nộp")), (FOLLOW, lazy("theo giá trị mới từ một ngày"))],
        initial=STAY,
        required=False,
        widget=forms.RadioSelect,
    )
    follow_from = DateField(label=lazy("Từ ngày"), past=False)

    def settings(self) -> dict[str, Any]:
        """Return what goes with the value into `actions.correct`; the form must be valid."""
        follow = self.cleaned_data["follow"] == FOLLOW
        since = self.cleaned_data["follow_from"] if follow else None
        return super().settings() | {"follow": follow, "follow_from": since}


class PaperForm(FollowedForm):
    """How many of a paper, whether it is given or shown, and whether it must be."""

    row = ("originals", "copies")

    originals = forms.IntegerField(label=lazy("Số bản chính"), min_value=0, max_value=99)
    copies = forms.IntegerField(label=lazy("Số bản sao"), min_value=0, max_value=99)
    group = forms.ChoiceField(
        label=lazy("Nộp hay xuất trình"),
        choices=[(ComponentGroup.SUBMIT.value, lazy("Phải nộp")), (ComponentGroup.SHOW.value, lazy("Chỉ xuất trình"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    required = forms.BooleanField(label=lazy("Bắt buộc"), required=False)
    field_order = ("version", "originals", "copies", "group", "required", "note")

    def clean(self) -> dict[str, Any]:
        """Want at least one paper."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("originals") == 0 and cleaned.get("copies") == 0:
            said = _("Ghi ít nhất một bản chính hoặc một bản sao")
            self.add_error("originals", ValidationError(said, code="no_paper"))
        return cleaned

    def value(self) -> dict[str, Any]:
        """Return {originals, copies, required, group}."""
        return {key: self.cleaned_data[key] for key in ("originals", "copies", "required", "group")}

    @classmethod
    def initial_of(cls, item: ComponentRecord) -> dict[str, Any]:
        """Return the answers that say what the paper says now."""
        counted = item.originals + item.copies > 0
        numbers = {"originals": item.originals, "copies": item.copies} if counted else {}
        return numbers | {"group": item.group.value, "required": item.required}


class ServiceForm(CorrectForm):
    """How far the procedure can be done online, and whose system handles its dossiers."""

    reveals = {"service_level": {"partial": ("partial_reason", "partial_basis")}}

    service_level = forms.ChoiceField(
        label=lazy("Mức độ dịch vụ công trực tuyến"),
        choices=[
            (ServiceLevel.FULL.value, lazy("Trực tuyến toàn trình")),
            (ServiceLevel.PARTIAL.value, lazy("Trực tuyến một phần")),
            (ServiceLevel.INFORMATION.value, lazy("Chỉ cung cấp thông tin")),
        ],
        widget=forms.RadioSelect,
    )
    partial_reason = forms.ChoiceField(
        label=lazy("Vì sao chỉ một phần"),
        choices=[
            (PartialReasonKind.PRESENCE_REQUIRED.value, lazy("Pháp luật yêu cầu người dân có mặt")),
            (PartialReasonKind.ON_SITE_CHECK.value, lazy("Cơ quan phải kiểm tra tại chỗ")),
            (PartialReasonKind.TECHNICAL_FAILURE.value, lazy("Hệ thống đang gặp sự cố")),
            (PartialReasonKind.OTHER_TECHNICAL.value, lazy("Điều kiện kỹ thuật chưa đủ")),
        ],
    )
    partial_basis = forms.CharField(label=lazy("Căn cứ"), max_length=240, required=False)
    run_by = forms.ChoiceField(
        label=lazy("Hồ sơ được xử lý trên hệ thống nào"),
        choices=[
            (RunBy.LOCAL.value, lazy("Hệ thống của tỉnh")),
            (RunBy.MINISTRY_SYSTEM.value, lazy("Hệ thống của bộ, ngành")),
            (RunBy.NATIONAL_PORTAL.value, lazy("Cổng Dịch vụ công quốc gia")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("version", "service_level", "partial_reason", "partial_basis", "run_by", "note")

    def value(self) -> dict[str, Any]:
        """Return {service_level, partial_reason, run_by}."""
        given = self.cleaned_data
        reason = None
        if given["service_level"] == ServiceLevel.PARTIAL:
            reason = {"kind": given["partial_reason"], "basis": given["partial_basis"] or None}
        return {"service_level": given["service_level"], "partial_reason": reason, "run_by": given["run_by"]}

    @classmethod
    def initial_of(cls, record: ProcedureRecord) -> dict[str, Any]:
        """Return the answers that say what the procedure says now."""
        reason = record.partial_reason
        level = record.service_level
        return {
            "service_level": "" if level is ServiceLevel.UNSTATED else level.value,
            "partial_reason": reason.kind.value if reason else "",
            "partial_basis": reason.basis if reason else "",
            "run_by": record.run_by.value,
        }


class AskForm(PlainForm):
    """A question about a value, noted for whoever settles it; nothing is sent to anybody."""

    question = forms.CharField(
        label=lazy("Hỏi gì?"),
        max_length=1000,
        help_text=lazy(
            "Câu hỏi được lưu cùng thủ tục, hệ thống không gửi đi đâu; "
            "chỗ này nằm ở danh sách “Đang hỏi lại” đến khi có người xử lý."
        ),
        widget=_area(),
    )
