"""Letters of apology as the desk shows them: what is said before one is drafted, how it reads, how far it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.catalogue.queries import published
from motcua.desk.frame import Officer
from motcua.dossiers import access, queries, words
from motcua.dossiers.access import Dossier
from motcua.kit.templatetags.ui import stamp
from motcua.rules.lateness import Cause
from motcua.rules.localday import local_day
from motcua.rules.working_time import OutsideCalendar


@dataclass(frozen=True)
class ShownLetter:
    """A letter with its state in words, and whether this person may decide on it."""

    id: UUID
    title: str
    state: str
    kind: str
    meta: str
    text: str
    due_before: datetime
    until: datetime
    rows: list[dict[str, Any]]
    slip_id: UUID | None
    draft: bool
    own: bool
    decides: bool
    to_hand_over: bool


def shown_letters(row: Dossier, who: Officer) -> list[ShownLetter]:
    """Return the letters of a dossier as they are shown to this person, newest first."""
    return [_shown(letter, row, who) for letter in queries.letters_of(row.id)]


def _shown(letter: queries.LetterFacts, row: Dossier, who: Officer) -> ShownLetter:
    draft = letter.state == "draft"
    may = access.may_approve_letter(row, who.user, duties=who.duties, drafted_by=letter.drafted_by)
    return ShownLetter(
        id=letter.id,
        title=_("Thư xin lỗi và gia hạn") if letter.extends else _("Thư xin lỗi vì trễ hạn"),
        state=_state(letter),
        kind={"draft": "soon", "sent": "done", "approved": "info"}.get(letter.state, "draft"),
        meta=_meta(letter),
        text=words.apology_sentence(extends=letter.extends, until=letter.until, reason=letter.reason),
        due_before=letter.due_before,
        until=letter.until,
        rows=_rows(letter),
        slip_id=letter.slip_id,
        draft=draft,
        own=letter.drafted_by == who.user.id,
        decides=draft and may,
        to_hand_over=letter.state == "approved",
    )


def _state(letter: queries.LetterFacts) -> str:
    said = str(words.LETTERS[letter.state])
    return f"{said} {stamp(letter.sent_at)}" if letter.sent_at else said


def _meta(letter: queries.LetterFacts) -> str:
    parts = [_("soạn: %(who)s, %(when)s") % {"who": letter.drafted_label, "when": stamp(letter.drafted_at)}]
    if letter.decided_at:
        known = {"who": letter.decided_label, "when": stamp(letter.decided_at)}
        said = (
            _("không duyệt: %(who)s, %(when)s")
            if letter.state == "rejected"
            else _("duyệt: %(who)s, %(when)s")
        )
        parts.append(said % known)
    if letter.note:
        parts.append(letter.note)
    return " · ".join(parts)


def _rows(letter: queries.LetterFacts) -> list[dict[str, Any]]:
    rows = [
        (_("Ngày hẹn trước"), words.moment(letter.due_before)),
        (_("Ngày hẹn mới"), words.moment(letter.until)),
        (_("Nguyên nhân"), str(words.CAUSES[Cause(letter.cause)])),
        (_("Lý do chậm"), letter.reason),
        (_("Căn cứ pháp lý"), letter.legal_basis),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]


def how_far(letter: ShownLetter, row: Dossier, *, at: datetime) -> list[dict[str, Any]]:
    """Return by how much a letter moves the date, and the procedure's own limit, so that an absurd day is seen."""
    record = published(row.version_id).record
    limit = queries.limit_for(record, channel=row.channel, case=row.case)
    days = _days_between(letter.due_before, letter.until, row, at)
    moved = ""
    if days is not None:
        moved = ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", days) % {"n": days}
    rows = [
        (_("Lùi so với ngày hẹn trước"), moved),
        (_("Thời hạn của thủ tục"), words.limit_words(limit)),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]


def _days_between(first: datetime, last: datetime, row: Dossier, at: datetime) -> int | None:
    """Count the working days between two moments at the competent agency; None where its calendar does not reach."""
    try:
        calendar = working_calendar(row.competent_agency_id, on=local_day(at))
        return calendar.working_days_between(local_day(first), local_day(last))
    except (OutsideCalendar, NoCalendar):
        return None


def before_drafting(row: Dossier, *, at: datetime) -> str:
    """Say before the form what such a letter does, how often it may be written, and who approves it."""
    if row.due_at is None:
        return ""
    known = {"when": words.moment(row.due_at)}
    if at > row.due_at:
        return (
            _(
                "Hồ sơ đã quá hạn từ %(when)s. Thư này xin lỗi và báo khi nào đến nhận; hạn giữ nguyên và hồ sơ vẫn "
                "tính là trễ. Chỉ được hẹn lại một lần. Trưởng phòng hoặc lãnh đạo khác duyệt rồi thư mới gửi đi."
            )
            % known
        )
    left = queries.extensions_left(row, at=at)
    times = ngettext("Còn được gia hạn %(n)s lần.", "Còn được gia hạn %(n)s lần.", left) % {"n": left}
    said = (
        _(
            "Hạn hiện nay: trước %(when)s. Hạn chỉ thay đổi khi trưởng phòng hoặc lãnh đạo khác duyệt thư, trước giờ hẹn."
        )
        % known
    )
    return f"{said} {times}"


def waiting_notice(who: Officer) -> str:
    """Say how many drafts wait for this person; an empty text for none."""
    count = queries.letters_waiting_count(access.letters_reach(who.duties), user_id=who.user.id)
    if not count:
        return ""
    known = {"n": _capped(count)}
    return ngettext("%(n)s thư xin lỗi chờ bạn duyệt", "%(n)s thư xin lỗi chờ bạn duyệt", count) % known


def moves_notice(who: Officer) -> str:
    """Say how many dates that a changed calendar moves wait for this person's decision; an empty text for none."""
    decides = access.recomputations_for(who.duties, on=local_day(who.at)).decides
    count = queries.moves_waiting_count(decides) if decides is None or decides else 0
    if not count:
        return ""
    known = {"n": _capped(count)}
    return (
        ngettext(
            "%(n)s ngày hẹn đổi theo lịch mới chờ bạn duyệt",
            "%(n)s ngày hẹn đổi theo lịch mới chờ bạn duyệt",
            count,
        )
        % known
    )


def _capped(count: int) -> str:
    return f"{count}+" if count >= queries.COUNTED else str(count)
