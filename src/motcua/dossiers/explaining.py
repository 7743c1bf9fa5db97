"""How a due time was reckoned, step by step, in the reader's language and as data.

The steps come from the rules with their legal bases; here they get words. Nothing is kept: an explanation is derived
from the ledger each time somebody asks, by the calendars that its entries were reckoned by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.models import ClockRow, Dossier
from motcua.dossiers.queries import calendars_of, clock_entries, clock_rows, limit_for, shares_for
from motcua.rules.clock import (
    Anew,
    ClockEntry,
    ClockState,
    EntryKind,
    Extended,
    ResumePolicy,
    Shifted,
    apply,
    is_late,
)
from motcua.rules.deadlines import Due, Limit, Reason, WorkingStep, due
from motcua.rules.localday import ZONE, local, local_day
from motcua.rules.shares import SharesRefused, share_limit
from motcua.rules.working_time import NON_WORKING, OutsideCalendar, WorkingCalendar

# Days off that stand together are said in one breath; each keeps its own line in the data.
_OFF = frozenset({Reason.HOLIDAY, Reason.SUBSTITUTE_OFF, Reason.SWAP_OFF, Reason.CLOSURE, NON_WORKING})
_OFF_WORDS = {
    Reason.HOLIDAY: lazy("nghỉ lễ"),
    Reason.SUBSTITUTE_OFF: lazy("nghỉ bù"),
    Reason.SWAP_OFF: lazy("nghỉ hoán đổi"),
    Reason.CLOSURE: lazy("cơ quan đóng cửa"),
    NON_WORKING: lazy("nghỉ hằng tuần"),
}


@dataclass(frozen=True)
class Entry:
    """One entry of a ledger explained: what it did to the due time, in lines for people and steps as data."""

    kind: str
    policy: str
    at: datetime
    reason: str
    basis: str
    by: UUID | None
    due_before: datetime | None
    due_after: datetime | None
    lines: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Explanation:
    """How a dossier came to its due time: the first promise, the present one, and the entries between.

    While the clock stands (`paused_at`) the present one only says from where it will go on.
    """

    original_due: datetime | None
    due: datetime | None
    paused_at: datetime | None
    sentence: str
    entries: tuple[Entry, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the explanation as data: moments with their offset, all steps in one list with their entry's place."""
        return {
            "original_due": moment_text(self.original_due),
            "due": moment_text(self.due),
            "paused_at": moment_text(self.paused_at),
            "sentence": self.sentence,
            "steps": [
                {**step, "entry": place} for place, entry in enumerate(self.entries) for step in entry.steps
            ],
            "entries": [
                {
                    "kind": entry.kind,
                    "policy": entry.policy,
                    "at": moment_text(entry.at),
                    "reason": entry.reason,
                    "basis": entry.basis,
                    "due_before": moment_text(entry.due_before),
                    "due_after": moment_text(entry.due_after),
                }
                for entry in self.entries
            ],
        }


def moment_text(at: datetime | None) -> str | None:
    """Write a moment in ISO 8601 with the offset of Viet Nam; None for none."""
    return at.astimezone(ZONE).isoformat(timespec="minutes") if at else None


def explain_dossier(dossier_id: UUID, *, agency_id: UUID | None) -> Explanation:
    """Explain the due time of a dossier whose clock runs by the calendar of this agency."""
    return explain_ledger(clock_rows(dossier_id), agency_id=agency_id)


def explain_ledger(rows: Sequence[ClockRow], *, agency_id: UUID | None) -> Explanation:
    """Explain the due time that these entries of a ledger give."""
    calendars = calendars_of(rows, agency_id=agency_id)
    entries = clock_entries(list(rows))
    about = [(row.reason, row.legal_basis, row.by) for row in rows]
    return explain_entries(entries, calendars, about=about)


def explain_entries(
    entries: Sequence[ClockEntry],
    calendars: Mapping[int, WorkingCalendar],
    *,
    about: Sequence[tuple[str, str, UUID | None]] = (),
) -> Explanation:
    """Explain entries by the calendars they name; `about` gives each its reason, legal basis and who entered it."""
    state: ClockState | None = None
    explained: list[Entry] = []
    for place, entry in enumerate(entries):
        calendar = calendars[entry.calendar]
        after = apply(state, entry, calendar)
        reason, basis, by = about[place] if place < len(about) else ("", "", None)
        lines, steps = _entry(state, entry, after, calendar)
        before = state.due if state else None
        policy = entry.policy.value if entry.policy else ""
        explained.append(
            Entry(
                entry.kind.value, policy, entry.at, reason, basis, by, before, after.due, tuple(lines), tuple(steps)
            )
        )  # fmt: skip
        state = after
    original, now, paused = (state.original_due, state.due, state.paused_at) if state else (None, None, None)
    return Explanation(original, now, paused, _sentence(original, now, paused), tuple(explained))


def _sentence(original: datetime | None, now: datetime | None, paused: datetime | None) -> str:
    if now is not None and paused is not None:
        known = {"since": words.moment(paused), "first": words.moment(_known(original))}
        return _("Thời hạn đang dừng từ %(since)s; hẹn lần đầu: %(first)s.") % known
    if now is None:
        return _("Thủ tục này không quy định thời hạn.")
    if original is None or original == now:
        return _("Hẹn trả trước %(when)s.") % {"when": words.moment(now)}
    return _("Hẹn trả trước %(when)s; hẹn lần đầu: %(first)s.") % {
        "when": words.moment(now),
        "first": words.moment(original),
    }


@dataclass(frozen=True)
class ShareLine:
    """By when a part of a limit must be done, and whether the parts do not fit into the whole."""

    name: str
    due: datetime
    cut: bool


def shares_of(dossier: Dossier, *, accepted_at: datetime) -> list[ShareLine]:
    """Return by when each part of the limit of an accepted dossier must be done; empty where its limit has no parts."""
    record = published(dossier.version_id).record
    limit = limit_for(record, channel=dossier.channel, case=dossier.case)
    shares = shares_for(record, channel=dossier.channel, case=dossier.case)
    if limit is None or len(shares) < 2:
        return []
    calendar = working_calendar(dossier.competent_agency_id, on=local_day(accepted_at))
    try:
        plan = share_limit(limit, shares, received=accepted_at, calendar=calendar, calendars={})
    except (SharesRefused, OutsideCalendar):
        return []
    return [ShareLine(row.share.agency, row.due, row.cut) for row in plan.shares]


# --- one entry -------------------------------------------------------------------------------------------

_Told = tuple[list[str], list[dict[str, Any]]]


def _entry(
    before: ClockState | None, entry: ClockEntry, after: ClockState, calendar: WorkingCalendar
) -> _Told:
    if entry.until is not None and entry.kind is not EntryKind.EXTEND:
        text = _("Hẹn trả trước %(when)s, theo lời hẹn đã ghi") % {"when": words.moment(entry.until)}
        return [text], []
    if before is None:
        return _of_limit(entry.limit, entry.at, calendar)
    if entry.kind is EntryKind.RECKON:
        return _reckoned(before, entry, after, calendar)
    if len(after.moved) == len(before.moved):
        return _unmoved(before, entry, after)
    match after.moved[-1]:
        case Anew(limit, at):
            return _anew(before, limit, at, after, calendar)
        case Shifted(times):
            return _shifted(before, times, after, calendar)
        case Extended():
            return _moved("extended", before, after, _("Gia hạn theo văn bản xin lỗi"), entry.at)
    raise AssertionError("a ledger was moved by something unknown")


def _of_limit(limit: Limit | None, at: datetime, calendar: WorkingCalendar) -> _Told:
    if limit is None:
        return [_("Thủ tục này không quy định thời hạn.")], []
    found = due(limit, received=at, calendar=calendar)
    return said_steps(found), steps_data(found)


def _anew(
    before: ClockState, limit: Limit, at: datetime, after: ClockState, calendar: WorkingCalendar
) -> _Told:
    lines, steps = _of_limit(limit, at, calendar)
    lines.insert(0, _("Nhận đủ hồ sơ: tính lại thời hạn từ đầu"))
    if after.due != due(limit, received=at, calendar=calendar).at:
        lines.append(
            _("giữ ngày hẹn trước vì muộn hơn: %(when)s") % {"when": words.moment(_known(after.due))}
        )
    return lines, steps


def _shifted(
    before: ClockState,
    times: Iterable[tuple[datetime, datetime]],
    after: ClockState,
    calendar: WorkingCalendar,
) -> _Told:
    lines, steps, whole = [], [], 0
    for since, until in times:
        minutes = calendar.minutes_between(since, until)
        whole += minutes
        known = {"since": words.moment(since), "until": words.moment(until), "time": working_time(minutes)}
        text = _("Thời hạn dừng từ %(since)s đến %(until)s: %(time)s") % known
        lines.append(text)
        steps.append(
            _data(local_day(since), local_day(until), minutes, "paused", "", moment_text(until), text)
        )
    more = _("ngày hẹn lùi %(time)s") % {"time": working_time(whole)}
    moved_lines, moved_steps = _moved("shifted", before, after, more, None, counted=whole)
    return lines + moved_lines, steps + moved_steps


def _moved(
    reason: str, before: ClockState, after: ClockState, text: str, at: datetime | None, *, counted: int = 0
) -> _Told:
    if before.due is None or after.due is None:
        return [text], []
    known = {"text": text, "old": words.moment(before.due), "new": words.moment(after.due)}
    said = _("%(text)s: từ %(old)s thành %(new)s") % known
    return [said], [
        _data(local_day(before.due), local_day(after.due), counted, reason, "", moment_text(after.due), said)
    ]


def _reckoned(before: ClockState, entry: ClockEntry, after: ClockState, calendar: WorkingCalendar) -> _Told:
    lines, steps = _moved("reckoned", before, after, _("Tính lại theo lịch làm việc mới"), entry.at)
    last = after.moved[-1] if after.moved else None
    if isinstance(last, Anew):
        try:
            found = due(last.limit, received=last.at, calendar=calendar)
        except OutsideCalendar:
            return lines, steps
        if found.at == after.due:
            return lines + said_steps(found), steps + steps_data(found)
    return lines + _new_days_off(before, after, calendar), steps


def _new_days_off(before: ClockState, after: ClockState, calendar: WorkingCalendar) -> list[str]:
    """Name the days off that lie between an old due time and a later one."""
    if before.due is None or after.due is None or after.due < before.due:
        return []
    runs = calendar.stretches(local_day(before.due), local_day(after.due))
    return [
        _days_off([WorkingStep(run.first, run.last, 0, run.reason, run.basis, run.name, run.confirmed)])
        for run in runs
        if run.reason in _OFF and run.reason != NON_WORKING
    ]


def _unmoved(before: ClockState, entry: ClockEntry, after: ClockState) -> _Told:
    text = ""
    if entry.kind is EntryKind.RESUME and after.pauses:
        text = _("Còn lý do tạm dừng khác nên thời hạn chưa chạy tiếp.")
    elif entry.kind in (EntryKind.RESUME, EntryKind.RESTART) and is_late(before, at=entry.at):
        text = _("Hồ sơ đã quá hạn khi tạm dừng nên ngày hẹn không đổi.")
    elif entry.kind is EntryKind.RESUME and entry.policy is ResumePolicy.NONE:
        text = _("Theo quy định của thủ tục, thời gian chờ không làm thay đổi ngày hẹn.")
    elif entry.kind is EntryKind.PAUSE:
        text = _("Thời hạn dừng từ %(when)s") % {"when": words.moment(entry.at)}
        if after.remaining_minutes is not None and after.remaining_minutes >= 0:
            text = _("%(text)s; còn %(time)s") % {"text": text, "time": working_time(after.remaining_minutes)}
    return ([text], []) if text else ([], [])


# --- the steps of a limit -----------------------------------------------------------------------------------


def said_steps(found: Due) -> list[str]:
    """Say how a due time was reckoned, one line for each stretch; days off that stand together make one line."""
    lines = [_("Tiếp nhận %(when)s") % {"when": words.moment(found.received)}]
    counted, off = 0, list[WorkingStep]()
    for step in found.steps:
        if step.reason in _OFF:
            off.append(step)
            continue
        if off:
            lines.append(_days_off(off))
            off = []
        lines.append(_said(step, counted))
        counted = 0 if step.reason == Reason.PHASE else counted + step.counted
    return lines


def said_data(steps: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say steps that were given as data, days off that stand together in one line."""
    lines, off = list[str](), list[WorkingStep]()
    for step in steps:
        if step["reason"] in _OFF:
            first, last = date.fromisoformat(step["from"]), date.fromisoformat(step["to"])
            sure = step.get("confirmed", True)
            off.append(WorkingStep(first, last, 0, step["reason"], step["basis"], step["note"], sure))
            continue
        if off:
            lines.append(_days_off(off))
            off = []
        lines.append(step["text"])
    return lines


def steps_data(found: Due) -> list[dict[str, Any]]:
    """Give the steps of a due time as data, each with its own words."""
    rows, counted = [], 0
    for step in found.steps:
        text = _days_off([step]) if step.reason in _OFF else _said(step, counted)
        rows.append(_data(step.start, step.end, step.counted, str(step.reason), step.basis, step.note, text))
        counted = 0 if step.reason == Reason.PHASE else counted + step.counted
    return rows


def _data(
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


def _days_off(steps: Sequence[WorkingStep]) -> str:
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


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise AssertionError("a clock with a limit has a due time")
    return at
