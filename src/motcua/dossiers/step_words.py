"""The steps by which a due time was reckoned, in words and as data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.dossiers import words
from motcua.rules.deadlines import Due, Reason, WorkingStep
from motcua.rules.localday import local
from motcua.rules.working_time import NON_WORKING

# Days off that stand together are said in one breath; each keeps its own line in the data.
OFF = frozenset({Reason.HOLIDAY, Reason.SUBSTITUTE_OFF, Reason.SWAP_OFF, Reason.CLOSURE, NON_WORKING})
_OFF_WORDS = {
    Reason.HOLIDAY: lazy("nghỉ lễ"),
    Reason.SUBSTITUTE_OFF: lazy("nghỉ bù"),
    Reason.SWAP_OFF: lazy("nghỉ hoán đổi"),
    Reason.CLOSURE: lazy("cơ quan đóng cửa"),
    NON_WORKING: lazy("nghỉ hằng tuần"),
}


def said_steps(found: Due) -> list[str]:
    """Say how a due time was reckoned, one line for each stretch; days off that stand together make one line."""
    lines = [_("Tiếp nhận %(when)s") % {"when": words.moment(found.received)}]
    counted, off = 0, list[WorkingStep]()
    for step in found.steps:
        if step.reason in OFF:
            off.append(step)
            continue
        if off:
            lines.append(days_off(off))
            off = []
        lines.append(_said(step, counted))
        counted = 0 if step.reason == Reason.PHASE else counted + step.counted
    return lines


def said_data(steps: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say steps that were given as data, days off that stand together in one line."""
    lines, off = list[str](), list[WorkingStep]()
    for step in steps:
        if step["reason"] in OFF:
            first, last = date.fromisoformat(step["from"]), date.fromisoformat(step["to"])
            sure = step.get("confirmed", True)
            off.append(WorkingStep(first, last, 0, step["reason"], step["basis"], step["note"], sure))
            continue
        if off:
            lines.append(days_off(off))
            off = []
        lines.append(step["text"])
    return lines


def steps_data(found: Due) -> list[dict[str, Any]]:
    """Give the steps of a due time as data, each with its own words."""
    rows, counted = [], 0
    for step in found.steps:
        text = days_off([step]) if step.reason in OFF else _said(step, counted)
        rows.append(
            data_of(step.start, step.end, step.counted, str(step.reason), step.basis, step.note, text)
        )
        counted = 0 if step.reason == Reason.PHASE else counted + step.counted
    return rows


def data_of(
    first: date, last: date, counted: int, reason: str, basis: str, note: str | None, text: str
) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "counted": counted,
        "reason": reason,
        "basis": basis,
        "note": note or "",
        "text": text,
    }


def _said(step: WorkingStep, before: int) -> str:
    """Say one step; `before` is what was counted before it in its phase."""
    known = {
        "day": _day(step.start),
        "first": _day(step.start),
        "last": _day(step.end),
        "n": before + 1,
        "m": before + step.counted,
        "time": working_time(step.counted) if step.reason == Reason.WORKING_TIME else "",
        "hours": step.counted // 60,
        "clock": _clock_of(step.note),
        "note": step.note,
        "count": step.counted,
    }
    text = _phrase(step) % known
    if step.reason == Reason.WORKING_DAY and step.note:
        text = f"{text} ({step.note.lower()})"
    return f"{text} ({step.basis})" if step.basis else text


_PHRASES: Mapping[str, Any] = {
    Reason.FIRST_DAY_EXCLUDED: lazy("không tính ngày tiếp nhận"),
    Reason.WORKING_DAY: lazy("%(first)s đến %(last)s là ngày thứ %(n)s đến %(m)s"),
    Reason.WORKING_TIME: lazy("%(day)s tính %(time)s"),
    Reason.HOUR: lazy("tính %(hours)s giờ liên tục"),
    Reason.SAME_DAY: lazy("trả trong ngày tiếp nhận"),
    Reason.CALENDAR_DAY: lazy("%(first)s đến %(last)s: %(count)s ngày, tính cả ngày nghỉ"),
    Reason.MONTH: lazy("%(count)s tháng, đến hết %(last)s"),
    Reason.ROLLED_TO_WORKING_DAY: lazy(
        "%(first)s là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo, %(last)s"
    ),
    Reason.RECEIVED_AFTER_CUTOFF: lazy(
        "tiếp nhận sau giờ chốt nên tính như tiếp nhận lúc %(clock)s %(last)s"
    ),
    Reason.RECEIVED_OUTSIDE_HOURS: lazy("tiếp nhận ngoài giờ nên tính như tiếp nhận lúc %(clock)s %(last)s"),
    Reason.PHASE: lazy("hết phần trước vào %(day)s; phần %(note)s bắt đầu"),
    Reason.DUE: lazy("hạn: trước %(clock)s %(day)s"),
}
_ONE_DAY = lazy("%(day)s là ngày thứ %(n)s")


def _phrase(step: WorkingStep) -> str:
    if step.reason == Reason.WORKING_DAY and step.start == step.end:
        return str(_ONE_DAY)
    return str(_PHRASES[step.reason])


def days_off(steps: Sequence[WorkingStep]) -> str:
    """Say days off that stand together: "14/2-22/2: Tết Nguyên đán (Thông báo 9441/TB-BNV)"."""
    first, last = steps[0].start, steps[-1].end
    days = f"{_short(first)}-{_short(last)}" if first != last else _day(first)
    named: dict[str, None] = {}
    for step in steps:
        if step.reason == NON_WORKING:
            continue
        word = step.note or str(_OFF_WORDS.get(Reason(step.reason), step.reason))
        word = f"{word} ({step.basis})" if step.basis else word
        named[
            word if step.confirmed else _("%(day_off)s, chưa có thông báo xác nhận") % {"day_off": word}
        ] = None
    return f"{days}: {', '.join(named) if named else _OFF_WORDS[NON_WORKING]}"


def _clock_of(note: str) -> str:
    """Say the clock time of a moment that a step notes; an empty text where it notes none."""
    try:
        at = local(datetime.fromisoformat(note))
    except ValueError:
        return ""
    return f"{at.hour}:{at.minute:02}"


def _day(day: date) -> str:
    return f"{words.weekday(day)} {day.day}/{day.month}"


def _short(day: date) -> str:
    return f"{day.day}/{day.month}"


def working_time(minutes: int) -> str:
    """Say working time exactly, in hours and minutes: a day is what its calendar says, not eight hours."""
    hours, rest = divmod(abs(minutes), 60)
    known = {"hours": hours, "minutes": rest}
    if not hours:
        return ngettext("%(minutes)s phút làm việc", "%(minutes)s phút làm việc", rest) % known
    if not rest:
        return ngettext("%(hours)s giờ làm việc", "%(hours)s giờ làm việc", hours) % known
    return (
        ngettext("%(hours)s giờ %(minutes)s phút làm việc", "%(hours)s giờ %(minutes)s phút làm việc", hours)
        % known
    )
