"""Letters of apology as the desk shows them: what is said before one is drafted, how it reads, how far it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.desk.frame import Officer
from motcua.dossiers import queries, words
from motcua.dossiers.access import Dossier
from motcua.kit.templatetags.ui import stamp
from motcua.rules.lateness import Cause
from motcua.rules.transitions import State, Who

# Whose signature a letter of the agency bears.
_APPROVERS = frozenset({Who.HEAD, Who.LEADER})


@dataclass(frozen=True)
class ShownLetter:
    """A letter with its state in words, and whether this person may decide on it."""

    id: UUID
    title: str
    state: str
    kind: str
    meta: str
    text: str
    rows: list[dict[str, Any]]
    slip_id: UUID | None
    draft: bool
    own: bool
    decides: bool
    to_hand_over: bool


def shown_letters(row: Dossier, who: Officer, roles: Collection[Who]) -> list[ShownLetter]:
    """Return the letters of a dossier as they are shown to this person, newest first."""
    return [_shown(letter, row, who, roles) for letter in queries.letters_of(row.id)]


def _shown(letter: queries.LetterFacts, row: Dossier, who: Officer, roles: Collection[Who]) -> ShownLetter:
    draft = letter.state == "draft"
    own = letter.drafted_by == who.user.id
    approves = draft and row.state == State.IN_PROGRESS and not _APPROVERS.isdisjoint(roles)
    return ShownLetter(
        id=letter.id,
        title=_("Thư xin lỗi và gia hạn") if letter.extends else _("Thư xin lỗi vì trễ hạn"),
        state=_state(letter),
        kind={"draft": "soon", "sent": "done", "approved": "info"}.get(letter.state, "draft"),
        meta=_meta(letter),
        text=words.apology_sentence(extends=letter.extends, until=letter.until, reason=letter.reason),
        rows=_rows(letter),
        slip_id=letter.slip_id,
        draft=draft,
        own=own,
        decides=approves and not own,
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


def approving(who: Officer) -> set[UUID]:
    """Return the agencies whose letters this person may approve."""
    return {duty.agency_id for duty in who.duties if duty.role in ("head", "sign")}


def waiting_notice(who: Officer) -> str:
    """Say how many drafts wait for this person; an empty text for none."""
    count = queries.letters_waiting_count(approving(who), user_id=who.user.id)
    if not count:
        return ""
    said = f"{count}+" if count >= queries.COUNTED else str(count)
    return ngettext("%(n)s thư xin lỗi chờ bạn duyệt", "%(n)s thư xin lỗi chờ bạn duyệt", count) % {"n": said}
