"""Forms around a draft: beginning one, what it is about, those in flight, publication, use."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue import queries as catalogue
from motcua.kit.fields import DateField
from motcua.kit.forms import PlainForm
from motcua.office import process_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.process_edits import slug

# Keys that the addresses beside a process have already.
_TAKEN = frozenset({"moi", "nhap"})
LONGEST_KEY = 80


class _OfProcedure(PlainForm):
    """A form that may name a procedure by its code; `procedure_id` is it once the form is valid."""

    on: date
    procedure_id: UUID | None = None

    def clean_procedure(self) -> str:
        """See that the code is one of the catalogue."""
        code = str(self.cleaned_data.get("procedure") or "").strip()
        if code:
            found = catalogue.current_version(code, on=self.on)
            if found is None:
                raise forms.ValidationError(_("Không có thủ tục nào đang áp dụng mang mã này"))
            self.procedure_id = found.procedure_id
        return code


def _procedure_box(help_text: Any) -> Any:
    return text_box(lazy("Mã thủ tục"), max_length=40, help_text=help_text)


class NewDraftForm(_OfProcedure):
    """A process that is begun."""

    title_vi = forms.CharField(label=lazy("Tên quy trình"), max_length=240)
    key = text_box(
        lazy("Mã quy trình"),
        max_length=LONGEST_KEY,
        help_text=lazy("Chữ thường không dấu, số, gạch nối. Để trống thì lấy theo tên."),
    )
    procedure = _procedure_box(lazy("Nếu quy trình dành riêng cho một thủ tục; ví dụ: 1.004194"))
    title_en = text_box(lazy("Tên tiếng Anh"), max_length=240)

    def __init__(self, data: Any = None, *, on: date, **options: Any) -> None:
        self.on = on
        super().__init__(data, **options)

    def clean(self) -> dict[str, Any]:
        """Make the key of the title where none was typed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        key = given.get("key") or slug(given.get("title_vi") or "")[:LONGEST_KEY].strip("-")
        if not self.errors and key in _TAKEN:
            self.add_error("key", _("Chọn mã khác"))
        given["key"] = key
        return given


class AboutForm(_OfProcedure):
    """What a draft is called, what it is for, by what act."""

    title_vi = forms.CharField(label=lazy("Tên quy trình"), max_length=240)
    title_en = text_box(lazy("Tên tiếng Anh"), max_length=240)
    procedure = _procedure_box(lazy("Thời hạn của thủ tục này là giới hạn cho tổng các bước"))
    legal_basis = text_box(
        lazy("Quyết định phê duyệt quy trình nội bộ"),
        max_length=240,
        help_text=lazy("Ví dụ: Quyết định 1234/QĐ-UBND ngày 01/10/2026; cần có trước khi công bố"),
    )

    def __init__(self, data: Any = None, *, on: date, **options: Any) -> None:
        self.on = on
        super().__init__(data, **options)


class PolicyForm(PlainForm):
    """What happens to the dossiers that run under the version before."""

    kind = forms.ChoiceField(
        label=lazy("Hồ sơ đang giải quyết theo phiên bản trước"),
        choices=list(say.POLICIES.items()),
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        places: Sequence[tuple[str, str]],
        targets: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        choices = [("", _("Không chuyển, theo phiên bản cũ")), *targets]
        self.places = [f"place-{n}" for n in range(len(places))]
        self.keys = [key for key, _title in places]
        for name, (_key, title) in zip(self.places, places, strict=True):
            self.fields[name] = quiet(forms.ChoiceField(label=title, choices=choices, required=False))

    @property
    def mapping(self) -> dict[str, str]:
        """The new place for each old one; empty for one that stays."""
        return {
            key: self.cleaned_data.get(name) or "" for key, name in zip(self.keys, self.places, strict=True)
        }

    @property
    def boxes(self) -> list[Any]:
        """The boxes of the places."""
        return [self.bound(name) for name in self.places]


class PublishForm(PlainForm):
    """When a draft that is published is used."""

    use_from = quiet(
        DateField(
            label=lazy("Thủ tục chạy theo quy trình này từ ngày"),
            required=False,
            past=False,
            help_text=lazy("Bỏ trống nếu chưa đổi quy trình của thủ tục"),
        )
    )


class UseForm(_OfProcedure):
    """Which procedure runs by a process, from when."""

    procedure = forms.CharField(label=lazy("Mã thủ tục"), max_length=40, help_text=lazy("Ví dụ: 1.004194"))
    valid_from = DateField(label=lazy("Từ ngày"), past=False)
    legal_basis = text_box(lazy("Căn cứ"), max_length=240)

    def __init__(self, data: Any = None, *, on: date, **options: Any) -> None:
        self.on = on
        super().__init__(data, **options)
