"""Fields that Django lacks: a date in three boxes, phone and personal numbers, a file with its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from motcua.kit import clock
from motcua.kit.sniff import ACCEPTED, fits_name, real_type

MEGABYTE = 1024 * 1024
_PARTS = ("day", "month", "year")


class DateBoxes(forms.Widget):
    """Three boxes: day, month, year, each with its own label and its own mark when it is the faulty one."""

    template_name = "ui/date_boxes.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str, str]:
        """Read the three texts."""
        day, month, year = (str(data.get(f"{name}-{part}") or "").strip() for part in _PARTS)
        return day, month, year

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether none of the three boxes was sent."""
        return all(f"{name}-{part}" not in data for part in _PARTS)

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        """Name no box: the legend stands for the group."""
        return ""

    def faulty(self, value: object) -> tuple[str, ...]:
        """Return the boxes to mend, at least one."""
        return _date_fault(_boxes(value))[1] or _PARTS

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template one entry per box."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        faulty = self.faulty(value) if given.get("aria-invalid") else ()
        labels = {"day": _("Ngày"), "month": _("Tháng"), "year": _("Năm")}
        context["widget"]["boxes"] = [
            {
                "id": f"{given.get('id', name)}-{part}",
                "name": f"{name}-{part}",
                "label": labels[part],
                "value": text,
                "faulty": part in faulty,
                "wide": part == "year",
            }
            for part, text in zip(_PARTS, _boxes(value), strict=True)
        ]
        return context


def _boxes(value: object) -> tuple[str, str, str]:
    if isinstance(value, date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, tuple | list) and len(value) == 3:
        return str(value[0]), str(value[1]), str(value[2])
    return "", "", ""


def _date_fault(boxes: tuple[str, str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the code of the fault of form (empty when none) and the boxes that carry it."""
    missing = tuple(part for part, text in zip(_PARTS, boxes, strict=True) if not text)
    if missing:
        return ("required" if len(missing) == 3 else "incomplete"), missing
    day, month, year = boxes
    if not _between(month, 1, 12):
        return "month", ("month",)
    if not (_between(year, 1, 9999) and len(year) == 4):
        return "year", ("year",)
    if not _between(day, 1, 31):
        return "day", ("day",)
    if int(day) > _days_in(int(month), int(year)):
        return "no_such_day", ("day",)
    return "", ()


def _between(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and low <= int(text) <= high


def _days_in(month: int, year: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


class DateField(forms.Field):
    """A date in three boxes; gives a `date` or None. Each kind of fault has its own message.

    `future=False` refuses days after today (the local day of `kit.clock`), `past=False` days before it;
    `earliest` refuses days before that one.
    """

    widget = DateBoxes

    def __init__(
        self, *, future: bool = True, past: bool = True, earliest: date = date(1900, 1, 1), **options: Any
    ) -> None:
        self.future, self.past, self.earliest = future, past, earliest
        super().__init__(**options)

    def clean(self, value: Any) -> date | None:
        """Return the date; raises ValidationError with the code of the fault."""
        if isinstance(value, date):
            return value
        boxes = _boxes(value)
        code, parts = _date_fault(boxes)
        if code == "required" and not self.required:
            return None
        if code == "required":
            raise ValidationError(self.error_messages["required"], code=code)
        if code:
            raise ValidationError(self._message(code, boxes, parts), code=code)
        day = date(int(boxes[2]), int(boxes[1]), int(boxes[0]))
        self._check_range(day)
        self.run_validators(day)
        return day

    def _message(self, code: str, boxes: tuple[str, str, str], parts: tuple[str, ...]) -> str:
        label = str(self.label or "")
        words = {"day": _("ngày"), "month": _("tháng"), "year": _("năm")}
        if code == "incomplete":
            return _("%(label)s còn thiếu %(parts)s") % {
                "label": label,
                "parts": _(" và ").join(words[part] for part in parts),
            }
        if code == "no_such_day":
            return _("%(label)s: tháng %(month)s năm %(year)s chỉ có %(days)s ngày") % {
                "label": label,
                "month": int(boxes[1]),
                "year": boxes[2],
                "days": _days_in(int(boxes[1]), int(boxes[2])),
            }
        texts = {
            "day": _("%(label)s: ngày phải là số từ 1 đến 31"),
            "month": _("%(label)s: tháng phải là số từ 1 đến 12"),
            "year": _("%(label)s: năm phải viết đủ bốn chữ số, ví dụ 1990"),
        }
        return texts[code] % {"label": label}

    def _check_range(self, day: date) -> None:
        today, label = clock.today(), str(self.label or "")
        if day > today and not self.future:
            said = _("%(label)s không được sau hôm nay, %(day)s")
            raise ValidationError(said % {"label": label, "day": f"{today:%d/%m/%Y}"}, code="future")
        first = max(self.earliest, date.min if self.past else today)
        if day < first:
            said = _("%(label)s phải từ %(day)s trở đi")
            raise ValidationError(said % {"label": label, "day": f"{first:%d/%m/%Y}"}, code="past")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare by the three texts."""
        return _boxes(initial) != _boxes(data)


class PhoneField(forms.CharField):
    """A Vietnamese telephone number; gives digits that begin with 0, without spaces, dots or +84."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
        super().__init__(**{"max_length": 20, "widget": forms.TextInput(attrs), **options})

    def to_python(self, value: Any) -> str:
        """Return the bare digits, or what was typed when it holds anything else."""
        text = super().to_python(value) or ""
        bare = text.translate(str.maketrans("", "", " .-()"))
        return f"0{bare[3:]}" if bare.startswith("+84") else bare

    def validate(self, value: Any) -> None:
        """Raise ValidationError when this is no Vietnamese number."""
        super().validate(value)
        fits = value.isascii() and value.isdigit() and value.startswith("0") and len(value) in (10, 11)
        if value and not fits:
            said = _("%(label)s phải có 10 chữ số và bắt đầu bằng số 0, ví dụ 0912 345 678")
            raise ValidationError(said % {"label": self.label or ""}, code="phone")


class PersonalNumberField(forms.CharField):
    """A personal identification number of 12 digits; gives the digits.

    `fault` judges the digits on a day and returns a code or None. Left out, it is the rule of the country.
    """

    def __init__(self, *, fault: Callable[..., str | None] | None = None, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"}
        super().__init__(**{"max_length": 30, "widget": forms.TextInput(attrs), **options})
        self._fault = fault

    def to_python(self, value: Any) -> str:
        """Return the number without spaces, dots or dashes."""
        return (super().to_python(value) or "").translate(str.maketrans("", "", " .-"))

    def validate(self, value: Any) -> None:
        """Raise ValidationError with the code of the fault."""
        super().validate(value)
        if not value:
            return
        label = str(self.label or "")
        if not (value.isascii() and value.isdigit() and len(value) == 12):
            said = _("%(label)s phải có đúng 12 chữ số; bạn đã nhập %(n)s ký tự")
            raise ValidationError(said % {"label": label, "n": len(value)}, code="length")
        # The rule stands beside the kit, not under it, so it is bound by name at the first use.
        fault = self._fault or import_string("motcua.rules.identity.personal_id_fault")
        if code := fault(value, today=clock.today()):
            said = _("%(label)s không đúng. Xem lại dãy 12 số in trên thẻ căn cước.")
            raise ValidationError(said % {"label": label}, code=str(code))


class UploadField(forms.FileField):
    """A file within limits that are shown before anyone chooses; gives the uploaded file.

    `limit` is in bytes; `media` names the accepted media types (keys of `kit.sniff.ACCEPTED`). The name,
    the size and the first bytes are judged; whoever stores the file judges it again.
    """

    def __init__(
        self, *, limit: int = 10 * MEGABYTE, media: Sequence[str] = tuple(ACCEPTED), **options: Any
    ) -> None:
        self.limit, self.media = limit, tuple(media)
        endings = [ending for kind in self.media for ending in ACCEPTED[kind]]
        widget = forms.FileInput({"accept": ",".join(endings)})
        super().__init__(**{"max_length": 200, "widget": widget, **options})

    @property
    def limits(self) -> str:
        """Sentence with the limits, for the hint of the field."""
        names = [ACCEPTED[kind][0].removeprefix(".").upper() for kind in self.media]
        kinds = " ".join((", ".join(names[:-1]), _("hoặc"), names[-1])) if names[1:] else names[0]
        return _("Tệp %(kinds)s, không quá %(mb)s MB") % {"kinds": kinds, "mb": self.limit // MEGABYTE}

    def to_python(self, data: Any) -> Any:
        """Return the file; raises ValidationError with code empty, too_large, type or content."""
        if data in self.empty_values:
            return None
        assert isinstance(data, UploadedFile)
        name = data.name or ""
        known = {"name": name, "mb": self.limit // MEGABYTE, "limits": self.limits}
        if not data.size:
            said = _("Tệp “%(name)s” không có nội dung. Chọn lại tệp khác.")
            raise ValidationError(said % known, code="empty")
        if data.size > self.limit:
            said = _(
                "Tệp “%(name)s” lớn hơn %(mb)s MB. Chụp lại với cỡ nhỏ hơn, hoặc gộp các trang thành một tệp PDF nhẹ hơn."
            )
            raise ValidationError(said % known, code="too_large")
        if not any(fits_name(kind, name) for kind in self.media):
            said = _("Không nhận loại tệp của “%(name)s”. %(limits)s.")
            raise ValidationError(said % known, code="type")
        if not self._content_fits(data, name):
            said = _("Nội dung của “%(name)s” không đúng với đuôi tên tệp. Lưu lại đúng loại rồi chọn lại.")
            raise ValidationError(said % known, code="content")
        return super().to_python(data)

    def _content_fits(self, data: UploadedFile[Any], name: str) -> bool:
        data.seek(0)
        found = real_type(data.read(64 * 1024))
        data.seek(0)
        return found in self.media and fits_name(str(found), name)
