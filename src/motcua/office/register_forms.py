"""The form in which a line of the restructuring register is entered."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import DateField, PlainForm
from motcua.office import organisation_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.organisation.actions.register import MOST, RestructuringData

_COUNTS = ("units_before", "units_after", "posts_before", "posts_after", "cases")
# The box that a refusal is about.
BOXES = {
    "kind_wrong": "kind",
    "title_missing": "title",
    "act_missing": "legal_basis",
    "day_future": "effective_on",
    "counts_missing": "units_before",
    "cases_missing": "cases",
    "ground_missing": "ground",
}


def _count(label: Any) -> Any:
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST,
        widget=forms.TextInput(
            {"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "off"}
        ),
    )
    return quiet(field)


class RegisterForm(PlainForm):
    """What an act changed in units and posts, or how many cases of streamlining it had."""

    kind = forms.ChoiceField(
        label=lazy("Loại việc"),
        choices=list(say.REGISTER_KINDS.items()),
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=lazy("Nội dung"), max_length=240, help_text=lazy("Ví dụ: Hợp nhất ba trạm thành một trung tâm")
    )
    legal_basis = forms.CharField(
        label=lazy("Văn bản"),
        max_length=240,
        help_text=lazy(
            "Tinh giản theo NĐ 108/2014, 113/2018, 143/2020, 29/2023 hoặc 154/2025 thì ghi nghị định ấy"
        ),
    )
    effective_on = DateField(label=lazy("Ngày có hiệu lực"), future=False)
    units_before = _count(lazy("Đơn vị trước"))
    units_after = _count(lazy("Đơn vị sau"))
    posts_before = _count(lazy("Vị trí trước"))
    posts_after = _count(lazy("Vị trí sau"))
    cases = _count(lazy("Số trường hợp"))
    ground = quiet(forms.ChoiceField(label=lazy("Lý do tinh giản"), required=False))
    note = text_box(lazy("Ghi chú"), max_length=400, help_text=lazy("Chỉ số lượng, không ghi tên người"))
    reveals = {
        "kind": {
            "units": ("units_before", "units_after", "posts_before", "posts_after"),
            "streamlined": ("cases", "ground"),
        }
    }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        box = self.fields["ground"]
        assert isinstance(box, forms.ChoiceField)
        box.choices = [("", _("Chọn lý do")), *say.GROUNDS.items()]

    @property
    def typed(self) -> RestructuringData:
        """What was typed, once it is valid."""
        given = self.cleaned_data
        counts = {name: given.get(name) or 0 for name in _COUNTS}
        return RestructuringData(
            kind=given["kind"],
            title=given["title"],
            legal_basis=given["legal_basis"],
            effective_on=given["effective_on"],
            ground=given.get("ground") or "",
            note=given.get("note") or "",
            **counts,
        )
