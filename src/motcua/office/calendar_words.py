"""Words for calendars: weekdays, days, hours, what a day was and will be, whose calendar it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.calendars import words
from motcua.calendars.queries import DayFacts
from motcua.kit.forms import label_inside
from motcua.kit.templatetags.ui import day
from motcua.rules.calendar_notice import DayChange
from motcua.rules.working_time import Shift

WEEKDAYS: tuple[str | Promise, ...] = (
    lazy("Thứ Hai"),
    lazy("Thứ Ba"),
    lazy("Thứ Tư"),
    lazy("Thứ Năm"),
    lazy("Thứ Sáu"),
    lazy("Thứ Bảy"),
    lazy("Chủ nhật"),
)
SHORT: tuple[str | Promise, ...] = (
    lazy("T2"),
    lazy("T3"),
    lazy("T4"),
    lazy("T5"),
    lazy("T6"),
    lazy("T7"),
    lazy("CN"),
)
# A letter for each kind, so that a day says what it is without colour.
LETTERS = {
    "holiday": "L",
    "substitute_off": "B",
    "swap_off": "H",
    "swap_working": "+",
    "half_day": "½",
    "closure": "Đ",
    "as_usual": "T",
}
KINDS = tuple(LETTERS)
_Pairs = Sequence[Sequence[str]]


def dated(value: date) -> str:
    """Write a day with its weekday: “Thứ Hai 27/04/2026”."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)}"


def span(first: date, last: date) -> str:
    """Write a run of days."""
    if first == last:
        return dated(first)
    return f"{dated(first)} – {dated(last)}"


def hours(pairs: Iterable[Sequence[str]]) -> str:
    """Write shifts: “07:00-11:30, 13:30-17:00”."""
    return ", ".join(f"{start}-{end}" for start, end in pairs)


def hours_of(shifts: Iterable[Shift]) -> str:
    """Write the shifts of a day."""
    return hours((f"{shift.start:%H:%M}", f"{shift.end:%H:%M}") for shift in shifts)


def week(shifts: Mapping[int, _Pairs]) -> list[str]:
    """Write a working week, weekdays with the same shifts together; a weekday left out is free."""
    runs: list[tuple[int, int, str]] = []
    for weekday in range(7):
        said = hours(shifts.get(weekday, ())) or _("nghỉ")
        if runs and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], weekday, said)
        else:
            runs.append((weekday, weekday, said))
    return [f"{_weekdays(first, last)}: {said}" for first, last, said in runs]


def _weekdays(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    if last == first + 1:
        return f"{WEEKDAYS[first]}, {WEEKDAYS[last]}"
    return _("%(first)s đến %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def what(facts: DayFacts) -> str:
    """Say what a day is in one line: kind, name, hours where they are of the day, and a doubt."""
    own = facts.kind in ("half_day", "swap_working")
    said = _said(facts.kind, hours_of(facts.shifts) if own else "", facts.name)
    return said if facts.confirmed else _("%(what)s, chưa xác nhận") % {"what": said}


def changed(change: DayChange) -> str:
    """Say in one line what a notice set a day to."""
    said = _said(change.kind, hours(change.shifts or ()), change.name)
    return said if change.confirmed else _("%(what)s, chưa xác nhận") % {"what": said}


def _said(kind: str, times: str, name: str) -> str:
    said = words.kind(kind)
    # Many a day is called by its kind and nothing else.
    named = f" ({name})" if name and name.casefold() != said.casefold() else ""
    return f"{said} {times}{named}" if times else f"{said}{named}"


def on_the_grid(facts: DayFacts, *, today: bool) -> str:
    """Say beside the number of a day what cannot be seen without colours; empty for a plain working day."""
    parts = [] if facts.kind == "working" else [label_inside(words.kind(facts.kind))]
    if facts.name:
        parts.append(facts.name)
    if not facts.confirmed:
        parts.append(_("chưa xác nhận"))
    if today:
        parts.append(_("hôm nay"))
    return ", ".join(parts)


def instead_of(kind: str, other: date | None) -> str:
    """Say the other day of a swap, or the holiday that is given back."""
    if other is None:
        return ""
    if kind == "substitute_off":
        return _("Nghỉ bù cho ngày lễ %(day)s") % {"day": dated(other)}
    return _("Hoán đổi với %(day)s") % {"day": dated(other)}


def confirmed(value: bool) -> str:
    """Say whether a notice stands behind an entry."""
    return _("Đã có thông báo xác nhận") if value else _("Chưa có thông báo xác nhận")


def working_days(number: int) -> str:
    """Say a number of working days."""
    return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", number) % {"n": number}
