"""Forms of every page: one look, errors that say what to do, texts made clean before they are judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from motcua.kit.fields import DateBoxes, DateField, PersonalNumberField, PhoneField, UploadField
from motcua.kit.text import legacy_encoding, nfc

__all__ = [
    "Choice",
    "DateField",
    "ErrorLink",
    "PersonalNumberField",
    "PhoneField",
    "PlainBoundField",
    "PlainForm",
    "Renderer",
    "UploadField",
    "error_list",
    "label_inside",
]
_LEGACY = {
    "unreadable": gettext_lazy("có ký tự bị hỏng (�). Xóa và gõ lại bằng bộ gõ Unicode."),
    "tcvn3": gettext_lazy(
        "đang viết bằng bảng mã TCVN3 (phông .VnTime). Chuyển bộ gõ sang Unicode rồi gõ lại."
    ),
    "vni": gettext_lazy("đang viết bằng bảng mã VNI. Chuyển bộ gõ sang Unicode rồi gõ lại."),
}
_TEXT_CLASSES = (
    (forms.Textarea, "govuk-textarea"),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.widgets.Input, "govuk-input"),
)


class Renderer(TemplatesSetting):
    """Draw forms with the templates of the project; needs `django.forms` among the installed apps."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary: the text and the anchor of the box (empty for the whole form)."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio or checkbox, with the fields that it reveals."""

    id: str
    name: str
    value: str
    label: str
    hint: str
    checked: bool
    kind: str
    reveals: tuple[PlainBoundField, ...]

    @property
    def stem(self) -> str:
        """Stem of the classes of the look."""
        return "radios" if self.kind == "radio" else "checkboxes"


def label_inside(label: object) -> str:
    """Return the label as it stands inside a sentence: first letter small unless it opens an abbreviation."""
    text = str(label)
    if len(text) > 1 and (text[1].isupper() or text[1].isdigit()):
        return text
    return text[:1].lower() + text[1:]


class PlainBoundField(BoundField):
    """A field together with its answer, dressed in the classes of the look."""

    form: PlainForm

    def build_widget_attrs(
        self, attrs: Mapping[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Add the class of the widget, and of its error, to Django's attributes."""
        built: dict[str, Any] = dict(super().build_widget_attrs(dict(attrs), widget))
        widget = widget or self.field.widget
        base = next((name for kind, name in _TEXT_CLASSES if isinstance(widget, kind)), "")
        if base and not widget.is_hidden:
            own = widget.attrs.get("class", "")
            faulty = f"{base}--error" if self.errors else ""
            built["class"] = " ".join(filter(None, (base, own, faulty)))
        return built

    @property
    def choices(self) -> list[Choice]:
        """Radios or checkboxes of the field, each with what it reveals; empty for other widgets."""
        if not isinstance(self.field.widget, forms.RadioSelect):
            return []
        hints = self.form.hints.get(self.name, {})
        revealed = self.form.reveals.get(self.name, {})
        return [
            Choice(
                id=data["attrs"].get("id", ""),
                name=data["name"],
                value=str(data["value"]),
                label=data["label"],
                hint=str(hints.get(str(data["value"]), "")),
                checked=data["selected"],
                kind=data["type"],
                reveals=tuple(self.form.bound(name) for name in revealed.get(str(data["value"]), ())),
            )
            for data in (sub.data for sub in self.subwidgets)
        ]

    @property
    def aria_describedby(self) -> str | None:
        """Ids of the hint and of the error; the limits of an upload count as a hint."""
        described: str | None = super().aria_describedby
        hint = f"{self.auto_id}_helptext"
        if described is None or not getattr(self.field, "limits", "") or hint in described.split():
            return described
        return f"{hint} {described}".strip()

    @property
    def is_single_checkbox(self) -> bool:
        """Tell whether the field is one box to tick, whose label stands beside it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def error_target(self) -> str:
        """Id of the box that the error summary leads to."""
        widget = self.field.widget
        if isinstance(widget, DateBoxes):
            return f"{self.auto_id}-{widget.faulty(self.value())[0]}"
        if isinstance(widget, forms.RadioSelect):
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id


class PlainForm(forms.Form):
    """A form whose texts are NFC, whose old-encoding texts are refused and whose errors say what to do.

    `reveals` maps a choice field to {value: fields shown only with it}: answers of fields that were not
    revealed are dropped, never kept. `hints` maps a choice field to {value: hint}.
    """

    default_renderer = Renderer
    bound_field_class = PlainBoundField
    use_required_attribute = False
    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {}
    hints: Mapping[str, Mapping[str, object]] = {}

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(data, files, **options)
        if self.is_bound and data is not None:
            self.data = self._tidied(data)
        for name, field in self.fields.items():
            _speak_plainly(field, label=field.label or name)

    def bound(self, name: str) -> PlainBoundField:
        """Return the bound field of the name, in the type of this module."""
        found = self[name]
        assert isinstance(found, PlainBoundField)
        return found

    @property
    def shown_fields(self) -> Iterator[PlainBoundField]:
        """Visible fields in order, without those drawn inside the choice that reveals them."""
        inside = {name for by_value in self.reveals.values() for names in by_value.values() for name in names}
        return (self.bound(bf.name) for bf in self.visible_fields() if bf.name not in inside)

    @property
    def error_links(self) -> list[ErrorLink]:
        """Lines of the error summary, in the order of the fields."""
        return error_list(self)

    def _tidied(self, data: Any) -> Any:
        kept = {self.add_prefix(name) for name, field in self.fields.items() if _keeps_raw(field)}
        if isinstance(data, QueryDict):
            copy = data.copy()
            for key, values in data.lists():
                if key not in kept:
                    copy.setlist(key, [nfc(value) for value in values])
            return copy
        return {key: nfc(v) if isinstance(v, str) and key not in kept else v for key, v in dict(data).items()}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self._unrevealed():
            self.errors.pop(name, None)
            self.cleaned_data[name] = None
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if not isinstance(value, str) or _keeps_raw(field):
                continue
            if code := legacy_encoding(value):
                said = f"{field.label or name} {_LEGACY[code]}"
                self.add_error(name, ValidationError(said, code=f"legacy_{code}"))

    def _unrevealed(self) -> set[str]:
        shut: set[str] = set()
        for chooser, by_value in self.reveals.items():
            given = self[chooser].data
            chosen = set(given) if isinstance(given, list) else {given}
            opened = {name for value in chosen for name in by_value.get(str(value), ())}
            shut |= {name for names in by_value.values() for name in names} - opened
        return shut


def error_list(form: forms.BaseForm) -> list[ErrorLink]:
    """Return the lines of the error summary: faults of the whole form first, then field by field."""
    links = [ErrorLink("", str(text)) for text in form.non_field_errors()]
    for name in form.fields:
        for text in form.errors.get(name, ()):
            bound = form[name]
            target = bound.error_target if isinstance(bound, PlainBoundField) else bound.auto_id
            links.append(ErrorLink(f"#{target}", str(text)))
    return links


def _keeps_raw(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.PasswordInput)


def _speak_plainly(field: forms.Field, *, label: object) -> None:
    """Put the label into the messages that the author of the form left as Django's own."""
    kind: Any = type(field)
    for code, text in _plain_messages(kind, str(label), get_language() or ""):
        if field.error_messages.get(code) in _django_messages(field, code):
            field.error_messages[code] = text


@lru_cache(maxsize=4096)
def _plain_messages(kind: Any, label: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return the messages of a kind of field with this label, in the language that is active."""
    # Django fills some of these messages in once more and others not: a per cent sign would break one kind.
    start = " ".join(label.replace("%", "").split())
    inside = label_inside(start)
    required = _("Nhập %(label)s") % {"label": inside}
    if issubclass(kind, forms.FileField):
        required = _("Chọn tệp “%(label)s”") % {"label": start}
    elif issubclass(kind, forms.ChoiceField):
        required = _("Chọn %(label)s") % {"label": inside}
    elif issubclass(kind, forms.BooleanField):
        required = _("Đánh dấu vào ô “%(label)s”") % {"label": start}
    said = {
        "required": required,
        "max_length": _("%(label)s dài quá: rút xuống còn %(n)s ký tự trở xuống")
        % {"label": start, "n": "%(limit_value)d"},
        "min_length": _("%(label)s ngắn quá: cần ít nhất %(n)s ký tự")
        % {"label": start, "n": "%(limit_value)d"},
        "min_value": _("%(label)s phải từ %(n)s trở lên") % {"label": start, "n": "%(limit_value)s"},
        "max_value": _("%(label)s không được quá %(n)s") % {"label": start, "n": "%(limit_value)s"},
        "invalid_choice": _("Chọn %(label)s trong danh sách") % {"label": inside},
        "invalid": _("Viết lại %(label)s cho đúng dạng") % {"label": inside},
    }
    return tuple(said.items())


def _django_messages(field: forms.Field, code: str) -> Iterable[object]:
    yield None
    for kind in type(field).__mro__:
        if kind.__module__.startswith("django."):
            yield getattr(kind, "default_error_messages", {}).get(code)
