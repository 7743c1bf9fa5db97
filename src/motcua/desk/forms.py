"""Forms of the moves."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import ComponentRecord, SupplementGround
from motcua.dossiers import words
from motcua.dossiers.actions import FaultData
from motcua.kit.forms import DateField, PlainForm, UploadField
from motcua.rules.process import Datum, DatumKind


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class MoveForm(PlainForm):
    """A move on the state that the officer saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    # The task that the move is about: others may work on the same dossier at the same time.
    task = forms.UUIDField(widget=forms.HiddenInput, required=False)


class ReasonForm(MoveForm):
    """A move that the person concerned reads the reason of."""

    reason = forms.CharField(
        label=lazy("Lý do"),
        max_length=1000,
        help_text=lazy("Người dân đọc được. Viết câu ngắn, rõ, không viết tắt."),
        widget=_area(),
    )
    legal_basis = forms.CharField(
        label=lazy("Căn cứ pháp lý"),
        max_length=240,
        help_text=lazy("Ví dụ: Điều 17 Nghị định 118/2025/NĐ-CP"),
    )


class WithdrawForm(MoveForm):
    """Why the applicant withdraws, if they say."""

    reason = forms.CharField(label=lazy("Lý do rút"), max_length=500, required=False, widget=_area())


class DataForm(MoveForm):
    """A step that has to say something for the ways that follow."""

    def __init__(self, *args: Any, asks: Sequence[Datum] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asks = tuple(asks)
        for datum in self._asks:
            self.fields[f"data_{datum.name}"] = _field_of(datum)
        self.order_fields(f"data_{datum.name}" for datum in self._asks)

    def data_given(self) -> dict[str, Any]:
        """Return what was chosen, by the names of the data."""
        found = {}
        for datum in self._asks:
            value = self.cleaned_data.get(f"data_{datum.name}")
            found[datum.name] = value == "yes" if datum.kind is DatumKind.TRUTH and value else value
        return found


class HandOverForm(DataForm):
    """What the step has to say for the ways that follow, and a note for whoever gets the dossier."""

    note = forms.CharField(label=lazy("Ý kiến gửi kèm"), max_length=1000, required=False, widget=_area())


def _field_of(datum: Datum) -> forms.Field:
    english = words.in_english()
    label = (datum.title_en if english else "") or datum.title_vi or datum.name
    if datum.kind is DatumKind.NUMBER:
        return forms.FloatField(label=label)
    choices = [(key, (en if english else "") or vi) for key, vi, en in datum.values]
    if datum.kind is DatumKind.TRUTH:
        choices = [("yes", _("Có")), ("no", _("Không"))]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


class FailedForm(MoveForm):
    """Why a step cannot be done, so that the process takes its other way."""

    note = forms.CharField(label=lazy("Vì sao không thực hiện được"), max_length=1000, widget=_area())


class SendBackForm(MoveForm):
    """Why the dossier goes back a step."""

    note = forms.CharField(label=lazy("Lý do trả lại bước trước"), max_length=1000, widget=_area())


def _cause() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=lazy("Nguyên nhân"),
        choices=[
            ("", lazy("Chọn nguyên nhân")),
            *((cause.value, said) for cause, said in words.CAUSES.items()),
        ],
    )


class ApologyForm(MoveForm):
    """A letter of apology that names a new date, to be approved by somebody else."""

    until = DateField(
        label=lazy("Ngày hẹn mới"), past=False, help_text=lazy("Hẹn đến hết giờ làm việc của ngày này")
    )
    cause = _cause()
    reason = forms.CharField(
        label=lazy("Lý do chậm"), max_length=1000, help_text=lazy("In trong văn bản xin lỗi gửi người dân."),
        widget=_area(),
    )  # fmt: skip
    legal_basis = forms.CharField(label=lazy("Căn cứ pháp lý"), max_length=240)


class ApproveForm(MoveForm):
    """A letter is approved as it was read."""


class RejectForm(MoveForm):
    """Why a letter is not approved."""

    note = forms.CharField(
        label=lazy("Vì sao không duyệt?"),
        max_length=400,
        help_text=lazy("Người soạn đọc được. Ghi cần sửa gì."),
        widget=_area(),
    )


class LateCauseForm(PlainForm):
    """Why a dossier is late."""

    cause = _cause()
    note = forms.CharField(
        label=lazy("Ghi thêm"),
        max_length=400,
        required=False,
        help_text=lazy("Cán bộ đọc, người dân không đọc được. Không ghi thông tin riêng của người nộp."),
        widget=_area(2),
    )


class DecideForm(DataForm):
    """The decision and its document."""

    reveals = {"outcome": {"refused": ("summary",)}}

    outcome = forms.ChoiceField(
        label=lazy("Kết quả giải quyết"),
        choices=[("granted", lazy("Đồng ý giải quyết")), ("refused", lazy("Không đồng ý giải quyết"))],
        widget=forms.RadioSelect,
    )
    summary = forms.CharField(label=lazy("Lý do không đồng ý"), max_length=2000, widget=_area())
    title = forms.CharField(label=lazy("Tên văn bản kết quả"), max_length=240)
    number = forms.CharField(label=lazy("Số, ký hiệu"), max_length=80, required=False)
    document = UploadField(label=lazy("Tệp kết quả"), required=False)


class ReturnForm(MoveForm):
    """Who came for the result."""

    to = forms.ChoiceField(
        label=lazy("Ai nhận kết quả?"),
        choices=[
            ("applicant", lazy("Người đứng tên hồ sơ")),
            ("representative", lazy("Người được ủy quyền")),
            ("post", lazy("Nhân viên bưu chính")),
            ("online", lazy("Gửi bản điện tử")),
        ],
        widget=forms.RadioSelect,
    )


class ListedPapersForm(MoveForm):
    """A form over the papers of a procedure, with a place for those that officers want beside them.

    What is written there is always refused: the place exists so that the wish is answered on screen and
    counted, and not made by telephone.
    """

    unlisted = forms.CharField(
        label=lazy("Giấy tờ không có trong danh mục"),
        max_length=500,
        required=False,
        help_text=lazy(
            "Không được yêu cầu giấy tờ ngoài danh mục, kể cả qua điện thoại. Ghi tên ở đây thì yêu cầu bị từ "
            "chối, lần yêu cầu được ghi lại để người phụ trách kiến nghị sửa thủ tục nếu thật sự cần."
        ),
        widget=_area(2),
    )

    def unlisted_names(self) -> list[str]:
        """Return the papers beyond the list that were asked for: one a line, then keys that no page offers."""
        typed = str(self.cleaned_data.get("unlisted") or "").splitlines()
        return [name.strip() for name in typed if name.strip()] + self._tampered()

    def _tampered(self) -> list[str]:
        return []


class SupplementForm(ListedPapersForm):
    """Every fault at once, each on a listed paper, with what is wrong and how to put it right."""

    ground = forms.CharField(
        label=lazy("Căn cứ của yêu cầu"),
        max_length=500,
        help_text=lazy("Ví dụ: thành phần hồ sơ của thủ tục; Điều 15 Nghị định 118/2025/NĐ-CP"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        listed: Sequence[ComponentRecord],
        grounds: Sequence[SupplementGround] = (),
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.listed = listed
        if grounds:
            self.fields["more"] = forms.ChoiceField(
                label=_("Căn cứ cho phép yêu cầu thêm một lần"),
                choices=[
                    (row.key, f"{row.name.en if words.in_english() else row.name.vi} ({row.basis})")
                    for row in grounds
                ],
                help_text=_("Hồ sơ đã được yêu cầu bổ sung; mỗi căn cứ chỉ dùng một lần"),
            )
        for item in listed:
            for part, label in (("sai", _("Sai hoặc thiếu gì?")), ("sua", _("Cách sửa"))):
                field = forms.CharField(label=label, max_length=500, required=False, widget=_area(2))
                # The paper's name stands above both boxes, and nobody need fill in a paper that is right.
                field.quiet = True  # type: ignore[attr-defined]
                self.fields[f"{part}-{item.key}"] = field

    @property
    def papers(self) -> list[dict[str, Any]]:
        """The listed papers with their two boxes."""
        return [
            {
                "name": item.name.en if words.in_english() else item.name.vi,
                "fault": self[f"sai-{item.key}"],
                "remedy": self[f"sua-{item.key}"],
            }
            for item in self.listed
        ]

    def clean(self) -> dict[str, Any]:
        """Want both boxes of a paper or none, and at least one paper."""
        cleaned: dict[str, Any] = super().clean() or {}
        for item in self.listed:
            fault, remedy = cleaned.get(f"sai-{item.key}"), cleaned.get(f"sua-{item.key}")
            name = {"paper": item.name.en if words.in_english() else item.name.vi}
            if fault and not remedy:
                said = _("Ghi cách sửa của “%(paper)s”") % name
                self.add_error(f"sua-{item.key}", ValidationError(said, code="no_remedy"))
            if remedy and not fault:
                said = _("Ghi rõ “%(paper)s” sai hoặc thiếu gì") % name
                self.add_error(f"sai-{item.key}", ValidationError(said, code="no_fault"))
        if not self.errors and not self.faults() and not self.unlisted_names():
            raise ValidationError(words.refusal("no_fault"), code="no_fault")
        return cleaned

    def faults(self) -> list[FaultData]:
        """Return what is asked."""
        given = self.cleaned_data
        return [
            # A box that was found wanting is no longer there, when the form is only sent to be refused.
            FaultData(item.key, given[f"sai-{item.key}"], given.get(f"sua-{item.key}") or "")
            for item in self.listed
            if given.get(f"sai-{item.key}")
        ]

    def _tampered(self) -> list[str]:
        known = {item.key for item in self.listed}
        given = (name.partition("-") for name, value in self.data.items() if str(value).strip())
        keys = (key for part, _dash, key in given if part in ("sai", "sua") and key not in known)
        return list(dict.fromkeys(keys))


class ResubmitForm(ListedPapersForm):
    """Which of the asked papers came over the counter."""

    field_order = ("revision", "papers", "unlisted")

    def __init__(
        self,
        data: Any = None,
        *,
        asked: Sequence[ComponentRecord],
        listed: Sequence[ComponentRecord],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.known = {item.key for item in (*asked, *listed)}
        choices = [(item.key, item.name.en if words.in_english() else item.name.vi) for item in asked]
        self.fields["papers"] = forms.MultipleChoiceField(
            label=_("Giấy tờ nhận tại quầy"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Đánh dấu giấy tờ đã nhận tại quầy")},
        )
        self.order_fields(self.field_order)

    def _tampered(self) -> list[str]:
        given = self.data.getlist("papers") if isinstance(self.data, QueryDict) else []
        return [key for key in dict.fromkeys(given) if key not in self.known]
