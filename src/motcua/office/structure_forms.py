"""The forms of the pages on agencies: which day and which agencies to look at, and who acts for a closed office."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import DateField, PlainForm
from motcua.kit.text import squeeze
from motcua.office import organisation_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.organisation.queries import AgencyFacts


class DayForm(PlainForm):
    """The day of which the organisation is shown; today without one."""

    ngay = quiet(DateField(label=lazy("Vào ngày"), required=False))

    def day(self, today: date) -> date:
        """Return the day that is asked for; today for none, and for what is no day."""
        return (self.is_valid() and self.cleaned_data.get("ngay")) or today


class StructureForm(DayForm):
    """Which agencies of a day to show."""

    tim = text_box(lazy("Tên hoặc mã"), max_length=80)
    loai = quiet(forms.ChoiceField(label=lazy("Loại"), required=False))
    field_order = ("tim", "loai", "ngay")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        box = self.fields["loai"]
        assert isinstance(box, forms.ChoiceField)
        box.choices = [("", _("Tất cả")), *say.KINDS.items()]

    def said(self, name: str) -> str:
        """Return an answer, empty for none and for what was not understood."""
        return squeeze(str(self.cleaned_data.get(name) or "")) if self.is_valid() else ""


class CloseForm(PlainForm):
    """An office closes for a time, and which one acts for it."""

    acting = forms.ChoiceField(label=lazy("Cơ quan làm thay"))
    valid_from = DateField(label=lazy("Ngày bắt đầu làm thay"), past=False)
    valid_to = DateField(label=lazy("Ngày làm việc trở lại"), past=False)
    legal_basis = forms.CharField(
        label=lazy("Văn bản giao"),
        max_length=240,
        help_text=lazy("Ví dụ: Quyết định 45/QĐ-UBND ngày 02/12/2026"),
    )

    def __init__(self, data: Any = None, *, agencies: list[AgencyFacts], **options: Any) -> None:
        super().__init__(data, **options)
        language = get_language() or "vi"
        box = self.fields["acting"]
        assert isinstance(box, forms.ChoiceField)
        box.choices = [("", _("Chọn cơ quan")), *((row.key, row.name(language)) for row in agencies)]

    def clean(self) -> dict[str, Any]:
        """See that the period has a day."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = given.get("valid_from"), given.get("valid_to")
        if since and until and until <= since:
            text = _("Ngày làm việc trở lại phải sau ngày bắt đầu làm thay.")
            self.add_error("valid_to", ValidationError(text, code="period_empty"))
        return given
