"""Reckoning the due time that `motcua deadlines explain` is asked for: by the catalogue and calendars, or by the seed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from motcua.calendars.notice_file import NoticeFile
from motcua.kit import clock
from motcua.ops.command import bad_input, product
from motcua.ops.database import URL, pg_folder
from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy
from motcua.rules.deadlines import Limit, due
from motcua.rules.limit_text import Unread
from motcua.rules.localday import local_day
from motcua.rules.simulation import limit_asked
from motcua.rules.working_time import DayKind, OutsideCalendar, WorkingCalendar

if TYPE_CHECKING:
    from motcua.calendars.actions import NoticeData
    from motcua.dossiers.explaining import Explanation

# Within these years of today the seeded holidays are worth something.
YEARS_BACK, YEARS_AHEAD = 8, 4
# A doubt is this and the year.
NO_HOLIDAYS = "no_holidays_"


class NeedsPerson(Exception):
    """A text gives no limit that a machine may promise by; `why` is a code of `Unread` or `unconfirmed`."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(text, why)
        self.text, self.why = text, why


@dataclass(frozen=True)
class Question:
    """What was asked, as far as it can be told without any calendar or catalogue."""

    received: datetime
    limit: Limit | None
    limit_text: str
    procedure: str
    channel: str
    case: str
    agency: str
    pauses: tuple[tuple[datetime, datetime], ...]
    policy: ResumePolicy | None
    until: datetime | None
    notice: NoticeFile | None


@dataclass(frozen=True)
class Ground:
    """By what it is reckoned: the calendar, how it is named, the limit and the policy after a pause."""

    calendar: WorkingCalendar
    named: dict[str, Any]
    limit: Limit
    limit_text: str
    policy: ResumePolicy


def read_text(text: str) -> Limit:
    """Read a limit as a catalogue writes it, phases and a cut-off among it; `NeedsPerson`."""
    reading = limit_asked(text)
    if reading.limit is None:
        raise NeedsPerson(text, (reading.doubt or Unread.UNREADABLE).value)
    return reading.limit


def outside(what: str) -> str:
    return f"{what}: nằm ngoài lịch làm việc đã có; kiểm tra lại năm và thời hạn."


@contextmanager
def calendars_there(asked: Question, seed: bool) -> Iterator[bool]:
    """Give whether calendars can be read: from a running database with any, else only the seed remains."""
    if seed or not _database_there():
        if asked.procedure or asked.agency:
            bad_input(
                "Chưa có cơ sở dữ liệu nên không có thủ tục và cơ quan; chạy motcua demo hoặc motcua migrate."
            )
        with without_database():
            yield False
        return
    with product():
        from django.db import ProgrammingError, transaction

        from motcua.calendars.queries import NoCalendar, working_calendar

        try:
            with transaction.atomic():
                working_calendar(None, on=local_day(asked.received))
            there = True
        except (NoCalendar, ProgrammingError):
            there = False
        if not there and (asked.procedure or asked.agency):
            bad_input(
                "Cơ sở dữ liệu còn trống: chưa có thủ tục và cơ quan nào; chạy motcua demo hoặc nhập danh mục."
            )
        yield there


def require_tables() -> None:
    """End in one line where the database was never filled; nothing is made for a question."""
    from django.db import connection

    if "dossiers_clockrow" not in connection.introspection.table_names():
        bad_input("Cơ sở dữ liệu còn trống; chạy motcua migrate hoặc motcua demo trước.")


def _database_there() -> bool:
    """Tell whether a database answers, or one lies here that can be started; nothing is made for a question."""
    given = os.environ.get(URL)
    if not given:
        return pg_folder().is_dir() and any(pg_folder().iterdir())
    try:
        psycopg.connect(given, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@contextmanager
def without_database() -> Iterator[None]:
    """Set the product up for its words only; on a machine where it never ran it leaves nothing behind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    if not pg_folder().parent.exists():
        os.environ.setdefault("MOTCUA_KEY", "for-one-question")
    import django

    django.setup()
    yield


# --- by what it is reckoned ---------------------------------------------------------------------------------


def from_seed(asked: Question) -> Ground:
    from motcua.calendars.actions import seeded_days
    from motcua.calendars.queries import shifts_of
    from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, Week

    year = clock.today().year
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    notice = sound_notice(asked.notice, None) if asked.notice else None
    changes = [*seeded_days(years), *(notice.days if notice else ())]
    entries = [
        DayEntry(
            one.day, DayKind(one.kind), one.name, one.legal_basis,
            None if one.shifts is None else shifts_of(one.shifts), one.announced_on, one.confirmed,
        )
        for one in changes
    ]  # fmt: skip
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    weeks = [Week(first, DEFAULT_WEEK)]
    for week in notice.weeks if notice else ():
        shifts = {day: shifts_of(pairs) for day, pairs in week.shifts.items()}
        weeks.append(Week(max(week.valid_from, first + timedelta(1)), shifts, week.legal_basis))
    calendar = WorkingCalendar(weeks, [one for one in entries if first <= one.day <= last], first, last)
    title = "Lịch dựng sẵn: tuần làm việc chung và ngày lễ theo luật, chưa có thông báo xác nhận"
    named = {"source": "seed", "agency": None, "notice": 0, "title": title} | _also(notice)
    assert asked.limit is not None
    return Ground(calendar, named, asked.limit, asked.limit_text, asked.policy or ResumePolicy.RESTART)


def from_database(asked: Question) -> Ground:
    from motcua.calendars.queries import calendar_with, followed_calendars, notice_numbered, pinned_calendar

    day = local_day(asked.received)
    agency_id = agency_named(asked.agency, on=day) if asked.agency else None
    calendar, number = pinned_calendar(agency_id, on=day)
    notice = None
    if asked.notice:
        own, _national = followed_calendars(agency_id, on=day)
        notice = sound_notice(asked.notice, own)
        calendar = calendar_with(agency_id, on=day, days=notice.days, weeks=notice.weeks, calendar_id=own)
    newest = notice_numbered(number)
    named = {
        "source": "database",
        "agency": asked.agency or None,
        "notice": number,
        "title": newest.title if newest else "",
    } | _also(notice)
    if asked.limit is not None:
        return Ground(calendar, named, asked.limit, asked.limit_text, asked.policy or ResumePolicy.RESTART)
    limit, text, policy = _of_procedure(asked, day)
    return Ground(calendar, named, limit, text, asked.policy or policy)


def _also(notice: "NoticeData | None") -> dict[str, Any]:
    return {"with": notice.source} if notice else {}


def sound_notice(read: NoticeFile, calendar_id: UUID | None) -> "NoticeData":
    """Return the notice of a file; end with its first fault, by the calendar in which it would be set if there is one."""
    from motcua.calendars import words
    from motcua.calendars.actions import check, notice_of

    notice, faults = notice_of(read)
    if calendar_id is not None:
        faults = (*faults, *check(calendar_id, notice, at=clock.now(), supposed=True).faults)
    if faults:
        first, more = faults[0], f" (và {len(faults) - 1} lỗi khác)" if len(faults) > 1 else ""
        bad_input(f"{read.name}, dòng {first.line} “{first.words}”: {words.fault(first.code)}{more}.")
    return notice


def agency_named(text: str, *, on: date) -> UUID:
    """Return the agency with this key or code; end in one line if there is none."""
    from motcua.organisation.queries import agencies, agency_by_key

    found = agency_by_key(text) or next((one.id for one in agencies(on=on) if one.code == text), None)
    if found is None:
        bad_input(f"--agency {text}: không có cơ quan này; kiểm tra lại khóa hoặc mã định danh.")
    return found


def _of_procedure(asked: Question, day: date) -> tuple[Limit, str, ResumePolicy]:
    from django.utils.translation import override

    from motcua.catalogue.queries import current_version
    from motcua.dossiers.queries import limit_for, limit_unread
    from motcua.dossiers.words import limit_words

    version = current_version(asked.procedure, on=day)
    if version is None:
        bad_input(f"--procedure {asked.procedure}: không có thủ tục nào mang mã này vào ngày {day:%d/%m/%Y}.")
    record = version.record
    cases = [one.key for one in record.cases]
    case = asked.case or cases[0]
    if case not in cases:
        bad_input(f"--case {case}: thủ tục không có trường hợp này; chọn một trong {', '.join(cases)}.")
    said = [row.limit_source for row in record.channels_of(case) if row.channel.value == asked.channel]
    text = next(iter(said), "")
    if limit_unread(record, channel=asked.channel, case=case):
        raise NeedsPerson(text or "(trống)", "unconfirmed")
    limit = limit_for(record, channel=asked.channel, case=case)
    if limit is None:
        raise NeedsPerson(text or "(trống)", Unread.NONE_STATED.value)
    # What the catalogue writes beside a limit may say little of this case; the limit itself is what counts.
    with override("vi"):
        return limit, limit_words(limit), ResumePolicy(record.supplement_policy.value)


# --- the answer ---------------------------------------------------------------------------------------------


def explained(asked: Question, ground: Ground, *, english: bool) -> dict[str, Any]:
    from django.utils.translation import override

    from motcua.dossiers.explaining import explain_entries, moment_text
    from motcua.dossiers.words import refusal

    entries = _ledger(asked, ground)
    told: dict[str, Any] = {}
    try:
        for language in ("vi", "en"):
            with override(language):
                found = explain_entries(entries, {0: ground.calendar})
                told[f"sentence_{language}"] = _sentence(found, ground, asked, language)
                if language == ("en" if english else "vi"):
                    told["steps"] = _steps(found)
    except OutsideCalendar:
        bad_input(outside(ground.limit_text))
    except ClockRefusal as fault:
        with override("vi"):
            bad_input(f"--until: {refusal(fault.code)}")
    return {
        "received": moment_text(asked.received),
        "limit": ground.limit.to_json(),
        "limit_text": ground.limit_text,
        "policy": ground.policy.value,
        "calendar": ground.named,
        "original_due": moment_text(found.original_due),
        "due": moment_text(found.due),
        "doubts": [f"{NO_HOLIDAYS}{year}" for year in _without_holidays(asked, ground, found.due)],
        "steps": told["steps"],
        "sentence_vi": told["sentence_vi"],
        "sentence_en": told["sentence_en"],
    }


def _without_holidays(asked: Question, ground: Ground, due_at: datetime | None) -> list[int]:
    """Return the years between receipt and due time in which the calendar knows no holiday at all."""
    calendar, first = ground.calendar, local_day(asked.received).year
    last = local_day(due_at).year if due_at else first

    def holidays(year: int) -> Iterator[bool]:
        day = max(date(year, 1, 1), calendar.first)
        while day <= min(date(year, 12, 31), calendar.last):
            entry = calendar.entry_on(day)
            yield entry is not None and entry.kind is DayKind.HOLIDAY
            day += timedelta(days=1)

    return [year for year in range(first, last + 1) if not any(holidays(year))]


def _ledger(asked: Question, ground: Ground) -> list[ClockEntry]:
    """Return the entries that the question makes up; pauses on grounds of their own, so that they may overlap."""
    moves = []
    for number, (since, until) in enumerate(asked.pauses):
        ground_of = f"pause-{number}"
        moves.append(ClockEntry(EntryKind.PAUSE, since, ground=ground_of))
        moves.append(ClockEntry(EntryKind.RESUME, until, policy=ground.policy, ground=ground_of))
    # At one moment the pauses begin before others end: then they are one pause.
    moves.sort(key=lambda entry: (entry.at, entry.kind is not EntryKind.PAUSE))
    start = ClockEntry(EntryKind.START, asked.received, limit=ground.limit)
    if asked.until is None:
        return [start, *moves]
    at = moves[-1].at if moves else asked.received
    return [start, *moves, ClockEntry(EntryKind.EXTEND, at, until=asked.until)]


def _sentence(found: "Explanation", ground: Ground, asked: Question, language: str) -> str:
    from motcua.dossiers.words import deadline_sentence

    if len(found.entries) > 1:
        return found.sentence
    reckoned = due(ground.limit, received=asked.received, calendar=ground.calendar)
    return deadline_sentence(reckoned, ground.limit)


def _steps(found: "Explanation") -> list[dict[str, Any]]:
    """Return the steps of the whole ledger: what each entry after the first is stands before what it did."""
    from motcua.dossiers.explaining import moment_text
    from motcua.dossiers.words import CLOCK, moment

    steps: list[dict[str, Any]] = []
    for entry in found.entries:
        if entry.kind != EntryKind.START:
            day = local_day(entry.at).isoformat()
            texts = [step["text"] for step in entry.steps]
            own = [line for line in entry.lines[:1] if line not in texts]
            # A letter of extension matters by the day that it names, not by the day on which it went out.
            about = entry.due_after if entry.kind == EntryKind.EXTEND and entry.due_after else entry.at
            text = own[0] if own else f"{CLOCK[entry.kind]}: {moment(about)}"
            head = {"from": day, "to": day, "counted": 0, "reason": entry.kind, "basis": entry.basis}
            steps.append(head | {"note": moment_text(entry.at) or "", "text": text})
        steps += entry.steps
    if found.due is not None and steps and steps[-1]["reason"] != "due":
        day = local_day(found.due).isoformat()
        last = {
            "from": day,
            "to": day,
            "counted": 0,
            "reason": "due",
            "basis": "",
            "note": moment_text(found.due),
        }
        steps.append(last | {"text": found.sentence})
    return steps
