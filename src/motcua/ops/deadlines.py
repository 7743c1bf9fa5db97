"""`motcua deadlines`: how a due time is reckoned, whether the stored ones hold, and what another limit would do."""

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.calendars.notice_file import NoticeFile, NoticeUnreadable, read_day, read_notice
from motcua.kit import clock
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.ops.reckoning import (
    NO_HOLIDAYS,
    YEARS_AHEAD,
    YEARS_BACK,
    NeedsPerson,
    Question,
    agency_named,
    calendars_there,
    explained,
    from_database,
    from_seed,
    outside,
    read_text,
    require_tables,
    sound_notice,
)
from motcua.rules.clock import ResumePolicy
from motcua.rules.deadlines import Limit
from motcua.rules.limit_text import Unread
from motcua.rules.localday import ZONE, at_local, local_day

if TYPE_CHECKING:
    from motcua.dossiers.queries.simulating import Replayed, Simulation

_CHANNELS = ("online", "counter", "post")
_MOST_LINES = 50
_WHY = {
    Unread.UNKNOWN_UNIT.value: "không rõ đơn vị thời gian",
    Unread.UNREADABLE.value: "không đọc được chắc chắn",
    Unread.NONE_STATED.value: "không nêu thời hạn nào",
    Unread.SEVERAL.value: "nêu nhiều thời hạn hoặc một khoảng",
    "unconfirmed": "chưa ai xác nhận thời hạn này trong danh mục",
}


@click.group()
def deadlines() -> None:
    """Due times: explained, checked, simulated."""


# --- explain ------------------------------------------------------------------------------------------------


@deadlines.command()
@click.option(
    "--received", required=True, metavar="MOMENT", help="Receipt, ISO 8601; local time without an offset."
)
@click.option("--limit", "limit_text", help="The limit as the catalogue writes it.")
@click.option(
    "--procedure", default="", metavar="CODE", help="The limit of this procedure's version of that day."
)
@click.option("--channel", default="counter", show_default=True, help="online, counter or post.")
@click.option("--case", default="", metavar="KEY", help="The case of the procedure; without it the first.")
@click.option(
    "--agency", default="", metavar="CODE", help="Key or code of the agency; without it the nation."
)
@click.option(
    "--pause", "pauses", multiple=True, metavar="FROM/TO", help="A pause; may be given several times."
)
@click.option("--policy", help="What follows from a pause: shift, restart, resume or none.")
@click.option(
    "--until", metavar="MOMENT", help="The new day of a letter of extension, sent after the pauses."
)
@click.option("--calendar", "file", type=click.Path(path_type=Path), help="A notice set over the calendar.")
@click.option("--seed", is_flag=True, help="The national calendar of the seed, without a database.")
@click.option("--english", is_flag=True, help="Say the steps in English.")
@as_json
def explain(
    received: str, limit_text: str | None, procedure: str, channel: str, case: str, agency: str,
    pauses: tuple[str, ...], policy: str | None, until: str | None, file: Path | None, seed: bool,
    english: bool, as_json: bool,
) -> None:  # fmt: skip
    """Reckon a due time and show how, step by step.

    Exit 1 for a limit that a person must read, 2 for what cannot be reckoned; each in one line.
    """
    try:
        limit, said = (None, "") if limit_text is None else (read_text(limit_text), limit_text)
        asked = Question(
            _moment("--received", received), limit, said, procedure, channel, case, agency,
            tuple(_pause(one) for one in pauses), _policy(policy),
            _moment("--until", until) if until else None, _notice(file),
        )  # fmt: skip
        _check(asked, seed)
        with calendars_there(asked, seed) as there:
            ground = from_database(asked) if there else from_seed(asked)
            told = explained(asked, ground, english=english)
    except NeedsPerson as fault:
        line = f"“{fault.text}”: {_WHY[fault.why]}; cần người xác nhận thời hạn rồi mới tính được."
        say({"needs_a_person": True, "text": fault.text, "why": fault.why}, as_json=as_json, lines=[line])
        sys.exit(REFUSED)
    say(told, as_json=as_json, lines=_plain(told, english=english))


def _moment(option: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(ZONE)
    except (ValueError, OverflowError):
        bad_input(
            f"{option} {text}: không phải ngày giờ; viết NĂM-THÁNG-NGÀYTGIỜ:PHÚT, ví dụ 2026-02-12T09:00."
        )


def _pause(text: str) -> tuple[datetime, datetime]:
    since, mark, until = text.partition("/")
    if not mark:
        bad_input(f"--pause {text}: viết lúc dừng/lúc chạy tiếp, ví dụ 2026-11-23T09:00/2026-11-27T14:00.")
    pair = _moment("--pause", since), _moment("--pause", until)
    if pair[1] < pair[0]:
        bad_input(f"--pause {text}: kết thúc trước khi bắt đầu; kiểm tra lại hai thời điểm.")
    return pair


def _policy(text: str | None) -> ResumePolicy | None:
    if text is None:
        return None
    if text not in set(ResumePolicy):
        bad_input(f"--policy {text}: không có cách tính này; chọn shift, restart, resume hoặc none.")
    return ResumePolicy(text)


def _notice(file: Path | None) -> NoticeFile | None:
    try:
        return read_notice(file) if file else None
    except NoticeUnreadable as fault:
        bad_input(str(fault))


def _check(asked: Question, seed: bool) -> None:
    if bool(asked.limit) == bool(asked.procedure):
        bad_input("Nêu thời hạn bằng --limit, hoặc thủ tục bằng --procedure (một trong hai).")
    if asked.channel not in _CHANNELS:
        bad_input(f"--channel {asked.channel}: không có cách nộp này; chọn online, counter hoặc post.")
    if seed and (asked.procedure or asked.agency):
        bad_input(
            "--seed: lịch dựng sẵn không có thủ tục và cơ quan; bỏ --procedure, --agency hoặc bỏ --seed."
        )
    year = clock.today().year
    if not year - YEARS_BACK <= asked.received.year <= year + YEARS_AHEAD:
        bad_input(outside(f"--received {asked.received.isoformat(timespec='minutes')}"))
    if early := next((since for since, _ in asked.pauses if since < asked.received), None):
        bad_input(
            f"--pause {early.isoformat(timespec='minutes')}: tạm dừng trước khi tiếp nhận; kiểm tra lại."
        )


def _plain(told: dict[str, Any], *, english: bool) -> list[str]:
    named = told["calendar"]
    by = named["title"] if named["source"] == "seed" else f"{named['title']} ({named['notice']})"
    by += f" + {named['with']}" if named.get("with") else ""
    with override("en" if english else "vi"):
        from motcua.calendars.words import no_holidays
        from motcua.dossiers.step_words import said_data
        from motcua.dossiers.words import limit_words

        known = {"limit": limit_words(Limit.from_json(told["limit"])).rstrip("."), "calendar": by}
        # An extension is said by the new day that it names.
        lines = said_data(step for step in told["steps"] if step["reason"] != "extended")
        lines.insert(0, _("Thời hạn: %(limit)s. Lịch: %(calendar)s") % known)
        doubts = [no_holidays(int(code.removeprefix(NO_HOLIDAYS))) for code in told["doubts"]]
    sentence = told["sentence_en" if english else "sentence_vi"]
    if lines[-1] != sentence:
        lines.append(sentence)
    return [*lines, *doubts, told["due"] or ""]


# --- verify -------------------------------------------------------------------------------------------------

_STORED = {
    "due_at": "hạn của hồ sơ",
    "promised_at": "hẹn lần đầu",
    "due_after": "hạn ghi trong sổ",
    "task": "hạn của bước đang làm",
}


@deadlines.command()
@click.option("--all", "every", is_flag=True, help="Finished dossiers too.")
@as_json
def verify(every: bool, as_json: bool) -> None:
    """Derive each due time from its ledger and compare it with what is stored; exit 1 if one differs."""
    with product():
        require_tables()
        from motcua.dossiers.explaining import moment_text
        from motcua.dossiers.queries.many_ledgers import differing

        checked: list[int] = []
        found = [
            {"id": one.id, "number": one.number, "what": one.what, "stored": moment_text(one.stored),
             "derived": moment_text(one.derived), "code": one.code}
            for one in differing(every=every, checked=checked.append)
        ]  # fmt: skip
    lines = [
        f"{one['number']}: sổ thời hạn không đọc được ({one['code']})"
        if one["what"] == "ledger"
        else f"{one['number']}: {_STORED[str(one['what'])]} đang là {one['stored'] or 'trống'}, "
        f"theo sổ là {one['derived'] or 'trống'}"
        for one in found
    ]
    last = f"Đã đối chiếu {checked[0]} hồ sơ; {len(found)} chỗ khác nhau." if found else ""
    same = f"Đã đối chiếu {checked[0]} hồ sơ: mọi thời hạn đúng với sổ."
    say({"checked": checked[0], "differences": found}, as_json=as_json, lines=[*lines, last or same])
    sys.exit(REFUSED if found else 0)


# --- simulate -----------------------------------------------------------------------------------------------


@deadlines.command()
@click.option("--from", "first", required=True, metavar="DAY", help="First day of the period.")
@click.option("--to", "last", required=True, metavar="DAY", help="Last day of the period, that day included.")
@click.option("--procedure", default="", metavar="CODE", help="Only this procedure's dossiers.")
@click.option("--limit", "limit_text", help="The limit of the procedure that is simulated.")
@click.option("--calendar", "file", type=click.Path(path_type=Path), help="The notice that is simulated.")
@click.option(
    "--agency", default="", metavar="KEY", help="Whose calendar the notice changes; without it the nation's."
)
@as_json
def simulate(
    first: str,
    last: str,
    procedure: str,
    limit_text: str | None,
    file: Path | None,
    agency: str,
    as_json: bool,
) -> None:
    """Replay a past period under another limit or calendar; nothing is written."""
    start, end = _period(first, last)
    if limit_text is None and file is None:
        bad_input("Nêu điều cần mô phỏng: --procedure với --limit, hoặc --calendar.")
    if limit_text is not None and not procedure:
        bad_input("--limit: nêu thủ tục bằng --procedure; mỗi thủ tục có thời hạn riêng.")
    try:
        limit = None if limit_text is None else read_text(limit_text)
    except NeedsPerson as fault:
        line = f"“{fault.text}”: {_WHY[fault.why]}; viết lại thời hạn cần mô phỏng."
        say({"needs_a_person": True, "text": fault.text, "why": fault.why}, as_json=as_json, lines=[line])
        sys.exit(REFUSED)
    read = _notice(file)
    with product():
        require_tables()
        told, lines = _simulated(start, end, procedure, limit, read, agency)
    asked = {"from": local_day(start), "to": last, "procedure": procedure or None, "limit": limit_text}
    say({**asked, "calendar": read.name if read else None, **told}, as_json=as_json, lines=lines)


def _period(first: str, last: str) -> tuple[datetime, datetime]:
    days = []
    for option, text in (("--from", first), ("--to", last)):
        day = read_day(text)
        if day is None:
            bad_input(f"{option} {text}: không phải một ngày; viết NĂM-THÁNG-NGÀY hoặc ngày/tháng/năm.")
        days.append(day)
    start, end = at_local(days[0], time()), at_local(days[1] + timedelta(days=1), time())
    if end <= start:
        bad_input(f"--to {last}: ngày cuối đứng trước ngày đầu.")
    now = clock.now()
    if start > now:
        bad_input(f"--from {first}: kỳ này chưa bắt đầu; chỉ mô phỏng được thời gian đã qua.")
    # What happened at the very moment of asking is known.
    return start, min(end, now + timedelta(microseconds=1))


def _simulated(
    start: datetime, end: datetime, procedure: str, limit: Limit | None, read: NoticeFile | None, agency: str
) -> tuple[dict[str, Any], list[str]]:
    from django.conf import settings

    from motcua.calendars.queries import NoCalendar, followed_calendars
    from motcua.dossiers.queries.simulating import Asked, Change, simulated

    on = local_day(end)
    key = agency or (read.agency_key if read else "")
    owner = agency_named(key, on=on) if key else None
    try:
        own, _national = followed_calendars(owner, on=on)
    except NoCalendar:
        bad_input("Chưa có lịch nào; nhập thông báo đầu tiên bằng motcua calendar import.")
    notice = sound_notice(read, own) if read else None
    change = Change(limit, notice.days if notice else (), notice.weeks if notice else (), owner)
    asked = Asked(start, end, None, _procedure_id(procedure), whole_days=bool(settings.MOTCUA_WHOLE_DAYS))
    return _told(simulated(asked, change), start, end)


def _procedure_id(code: str) -> UUID | None:
    from motcua.catalogue.queries import versions_of

    if not code:
        return None
    versions = versions_of(code)
    if not versions:
        bad_input(f"--procedure {code}: không có thủ tục nào mang mã này.")
    return versions[0].procedure_id


def _told(found: "Simulation", start: datetime, end: datetime) -> tuple[dict[str, Any], list[str]]:
    from motcua.dossiers.queries.simulating import COUNTS, procedures_named
    from motcua.reporting.queries import reporting_agencies

    first, last = local_day(start), local_day(end - timedelta(microseconds=1))
    places = {one.id: one for one in reporting_agencies(frozenset(found.counts), first=first, last=last)}
    late = [row for row in found.dossiers if row.measured.would_be_late]
    names = procedures_named({row.version_id for row in late})
    rows = [
        {"agency": place.key, "name": place.name_vi, **{name: found.counts[key][name] for name in COUNTS}}
        for key, place in places.items()
    ]
    total = found.total
    dossiers = [
        _dossier(row) | {"procedure": names[row.version_id].code, "agency": places[row.agency_id].key}
        for row in late
    ]
    told = {
        "agencies": rows,
        "total": {name: total[name] for name in COUNTS},
        "dossiers": dossiers,
        "unreplayed": found.unreplayed,
    }
    lines = [_line(str(row["name"]), row) for row in rows] + [_line("Tổng cộng", told["total"])]
    lines += [
        f"{one['number']} ({one['procedure']}, {one['agency']}): hẹn {one['due']}, mô phỏng {one['due_simulated']}, "
        f"{one['finished'] or 'chưa xong'}"
        for one in dossiers[:_MOST_LINES]
    ]
    if len(dossiers) > _MOST_LINES:
        lines.append(f"và {len(dossiers) - _MOST_LINES} hồ sơ nữa; xem đủ bằng --json.")
    if found.unreplayed:
        lines.append(f"{len(found.unreplayed)} hồ sơ không tính lại được nên giữ nguyên như đã có.")
    return told, [*lines, "Chỉ là mô phỏng: không ghi gì."]


def _dossier(row: "Replayed") -> dict[str, Any]:
    from motcua.dossiers.explaining import moment_text

    return {
        "number": row.number,
        "accepted": moment_text(row.accepted_at),
        "due": moment_text(row.due_was),
        "due_simulated": moment_text(row.due_would),
        "finished": moment_text(row.ended_at),
        "newly_late": row.measured.newly_late,
        "passed_over": list(row.passed_over),
    }


def _line(name: str, counts: Any) -> str:
    return (
        f"{name}: giải quyết {counts['solved']}, trễ {counts['late']}, nếu mô phỏng {counts['would_be_late']} "
        f"(thêm {counts['newly_late']}, bớt {counts['no_longer_late']}); còn lại {counts['open']}, "
        f"quá hạn {counts['open_late']}, nếu mô phỏng {counts['open_would_be_late']}"
    )
