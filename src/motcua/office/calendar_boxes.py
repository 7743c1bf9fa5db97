"""The boxes in which a notice is typed, and what is typed as the lines of a file."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from motcua.calendars import words
from motcua.calendars.actions import WeekChange
from motcua.office import calendar_words as say
from motcua.rules.calendar_notice import LONGEST_NAME

COLUMNS = ("kind", "from", "to", "name", "instead_of", "shifts", "weekday")
WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def text_box(label: Any, **options: Any) -> Any:
    """Return a box for one line of text."""
    widget = forms.TextInput({"autocomplete": "off", **options.pop("attrs", {})})
    return quiet(forms.CharField(label=label, required=False, widget=widget, **options))


def quiet(field: Any) -> Any:
    """Let a box not say whether it must be filled in."""
    # Whether it is needed depends on what else is given; the page says so.
    field.quiet = True
    return field


def row_boxes(n: int) -> dict[str, forms.Field]:
    """Return the boxes of a line of a notice."""
    kinds = [("", _("Chọn loại ngày")), *((kind, words.kind(kind)) for kind in say.KINDS)]
    date = {"placeholder": _("ngày/tháng/năm"), "class": "govuk-input--width-10"}
    return {
        f"from-{n}": text_box(_("Từ ngày"), max_length=40, attrs=date),
        f"to-{n}": text_box(_("Đến ngày"), max_length=40, attrs=date),
        f"kind-{n}": quiet(forms.ChoiceField(label=_("Loại ngày"), choices=kinds, required=False)),
        f"name-{n}": text_box(_("Tên gọi"), max_length=LONGEST_NAME),
        f"instead_of-{n}": text_box(_("Thay cho ngày"), max_length=40, attrs=date),
        f"shifts-{n}": text_box(
            _("Giờ làm việc riêng"), max_length=120, attrs={"placeholder": "07:00-11:30"}
        ),
    }


def as_csv(rows: Iterable[list[str]]) -> str:
    """Write filled lines as the file of a notice."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([COLUMNS, *rows])
    return written.getvalue()


def week_as_typed(week: WeekChange | None) -> dict[int, str]:
    """Return a working week as one types it."""
    return {weekday: say.hours(pairs) for weekday, pairs in week.shifts.items()} if week else {}
