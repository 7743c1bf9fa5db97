"""How a due time was reckoned, step by step, in the reader's language and as data.

The steps come from the rules with their legal bases; here they get words. Nothing is kept: an explanation is derived
from the ledger each time somebody asks, by the calendars that its entries were reckoned by.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.calendars.queries import followed_calendars, working_calendar
from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.models import ClockRow, Dossier
from motcua.dossiers.queries import (
    Held,
    calendars_of,
    clock_entries,
    clock_rows,
    handed_over,
    held_before,
    limit_for,
    shares_for,
)
from motcua.dossiers.step_words import OFF, data_of, days_off, said_steps, steps_data, working_time
from motcua.organisation.queries import agency_facts
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
from motcua.rules.deadlines import Limit, WorkingStep, due
from motcua.rules.keepers import Calendars, keeper_at, pinned
from motcua.rules.localday import ZONE, local_day
from motcua.rules.shares import SharesRefused, share_limit
from motcua.rules.working_time import NON_WORKING, OutsideCalendar, WorkingCalendar


@dataclass(frozen=True)
class Entry:
    """One entry of a ledger explained: what it did to the due time, in lines for people and steps as data.

    `calendar_of` names the agency by whose calendar it counts where that is another than of who holds the dossier.
    """

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
    calendar_of: str = ""


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
                    "calendar_of": entry.calendar_of,
                }
                for entry in self.entries
            ],
        }


def moment_text(at: datetime | None) -> str | None:
    """Write a moment in ISO 8601 with the offset of Viet Nam; None for none."""
    return at.astimezone(ZONE).isoformat(timespec="minutes") if at else None


def explain_dossier(dossier_id: UUID, *, agency_id: UUID | None, passed: bool = True) -> Explanation:
    """Explain the due time of a dossier whose clock runs by the calendar of this agency.

    `passed` False says that it never passed to another agency: then nothing is asked for who held it before.
    """
    return explain_ledger(
        clock_rows(dossier_id), agency_id=agency_id, held=handed_over(dossier_id) if passed else ()
    )


def explain_ledger(rows: Sequence[ClockRow], *, agency_id: UUID | None, held: Held) -> Explanation:
    """Explain the due time that these entries of a ledger give; `held` says until when others held the dossier."""
    entries = clock_entries(rows, agency_id=agency_id, held=held)
    about = [(row.reason, row.legal_basis, row.by) for row in rows]
    calendars = calendars_of(entries, agency_id=agency_id)
    return explain_entries(entries, calendars, about=about, names=_names(entries, agency_id))


def _names(entries: Iterable[ClockEntry], agency_id: UUID | None) -> dict[Hashable, str]:
    """Return what those who held a dossier before were called, where their calendar is not that of who holds it now."""
    names, language = dict[Hashable, str](), "en" if words.in_english() else "vi"
    for entry in entries:
        keeper, day = entry.keeper, local_day(entry.at)
        if not isinstance(keeper, UUID) or keeper in names:
            continue
        if followed_calendars(keeper, on=day) != followed_calendars(agency_id, on=day):
            names[keeper] = agency_facts(keeper, on=day).name(language)
    return names


def explain_entries(
    entries: Sequence[ClockEntry],
    calendars: Calendars,
    *,
    about: Sequence[tuple[str, str, UUID | None]] = (),
    names: Mapping[Hashable, str] | None = None,
) -> Explanation:
    """Explain entries by the calendars they name; `about` gives each its reason, legal basis and who entered it.

    `names` are of those whose calendar is said where it counts.
    """
    state: ClockState | None = None
    explained: list[Entry] = []
    for place, entry in enumerate(entries):
        after = apply(state, entry, calendars)
        reason, basis, by = about[place] if place < len(about) else ("", "", None)
        keeper = _keeper(entry, after)
        calendar = calendars
        if not isinstance(calendar, WorkingCalendar):
            calendar = calendar[pinned(entry.calendar, keeper)]
        lines, steps = _entry(state, entry, after, calendar)
        before = state.due if state else None
        policy = entry.policy.value if entry.policy else ""
        whose = (names or {}).get(keeper, "") if lines else ""
        if whose:
            lines = [*lines, _("Theo lịch làm việc của %(agency)s, nơi giữ hồ sơ khi đó") % {"agency": whose}]
        explained.append(
            Entry(
                entry.kind.value, policy, entry.at, reason, basis, by, before, after.due, tuple(lines),
                tuple(steps), whose,
            )
        )  # fmt: skip
        state = after
    original, now, paused = (state.original_due, state.due, state.paused_at) if state else (None, None, None)
    return Explanation(original, now, paused, _sentence(original, now, paused), tuple(explained))


def _keeper(entry: ClockEntry, after: ClockState) -> Hashable | None:
    """Return by whose calendar an entry counts: a new calendar by that of what it reckons anew."""
    return after.moved[-1].keeper if entry.kind is EntryKind.RECKON and after.moved else entry.keeper


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
    agency = dossier.competent_agency_id
    keeper = keeper_at(held_before(dossier), accepted_at, now=agency)
    calendar = working_calendar(keeper if isinstance(keeper, UUID) else agency, on=local_day(accepted_at))
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
            data_of(local_day(since), local_day(until), minutes, "paused", "", moment_text(until), text)
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
        data_of(
            local_day(before.due), local_day(after.due), counted, reason, "", moment_text(after.due), said
        )
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
        days_off([WorkingStep(run.first, run.last, 0, run.reason, run.basis, run.name, run.confirmed)])
        for run in runs
        if run.reason in OFF and run.reason != NON_WORKING
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


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise AssertionError("a clock with a limit has a due time")
    return at
