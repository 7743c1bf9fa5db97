"""Words of the desk: time left, what happened, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.calendars.queries import working_calendar
from motcua.dossiers import words
from motcua.dossiers.queries import noted
from motcua.journal.queries import Entry
from motcua.kit.templatetags.ui import stamp
from motcua.rules.clock import ClockEntry
from motcua.rules.deadlines import due
from motcua.rules.localday import local_day
from motcua.rules.transitions import Move
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar

# Below this many working minutes hours are said, from it on days.
_A_DAY = 480
SOON = 480

SLUGS = {
    Move.ACCEPT: "tiep-nhan",
    Move.REFUSE: "tu-choi",
    Move.REQUEST_SUPPLEMENT: "yeu-cau-bo-sung",
    Move.RESUBMIT: "nhan-bo-sung",
    Move.HAND_OVER: "chuyen",
    Move.EXTEND: "gia-han",
    Move.DECIDE: "ky",
    Move.RETURN_RESULT: "tra-ket-qua",
    Move.WITHDRAW: "rut",
    Move.STOP: "dung",
}
_EVENTS = {
    "dossier.draft_started": lazy("Bắt đầu khai"),
    "dossier.filed": lazy("Nộp hồ sơ"),
    "dossier.accepted": lazy("Tiếp nhận, hẹn trả kết quả"),
    "dossier.refused": lazy("Từ chối tiếp nhận"),
    "dossier.supplement_requested": lazy("Yêu cầu bổ sung"),
    "dossier.unlisted_paper_refused": lazy("Yêu cầu giấy tờ ngoài danh mục: bị từ chối"),
    "dossier.version_changed": lazy("Thủ tục có phiên bản mới"),
    "dossier.resubmitted": lazy("Đã nộp bổ sung"),
    "dossier.handed_over": lazy("Chuyển bước"),
    "dossier.deadline_extended": lazy("Xin lỗi và gia hạn"),
    "dossier.decided": lazy("Ký kết quả"),
    "dossier.result_returned": lazy("Trả kết quả"),
    "dossier.withdrawn": lazy("Rút hồ sơ"),
    "dossier.stopped": lazy("Dừng giải quyết"),
}
CLOCK = {
    "start": lazy("Bắt đầu tính thời hạn"),
    "pause": lazy("Tạm dừng thời hạn"),
    "resume": lazy("Thời hạn chạy tiếp"),
    "restart": lazy("Tính lại thời hạn từ đầu"),
    "extend": lazy("Gia hạn"),
    "stop": lazy("Kết thúc tính thời hạn"),
}


@dataclass(frozen=True)
class TimeLeft:
    """Working time left in words, and how it looks: late, soon, or nothing."""

    text: str
    kind: str


class Timekeeper:
    """Says times left at one moment; each agency's calendar is looked up once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._calendars: dict[UUID | None, WorkingCalendar] = {}

    def left(self, due_at: datetime | None, agency_id: UUID | None) -> TimeLeft:
        """Say how much working time is left until a due time, or by how much it is past."""
        if due_at is None:
            return TimeLeft(_("Không thời hạn"), "")
        late = due_at < self.at
        try:
            first, last = (due_at, self.at) if late else (self.at, due_at)
            minutes = self._calendar(agency_id).minutes_between(first, last)
        except OutsideCalendar:
            return TimeLeft(words.moment(due_at), "")
        amount = _amount(minutes)
        if late:
            return TimeLeft(_("Quá hạn %(amount)s") % {"amount": amount}, "late")
        return TimeLeft(_("Còn %(amount)s") % {"amount": amount}, "soon" if minutes <= SOON else "")

    def reckoned(self, entry: ClockEntry, agency_id: UUID | None, *, due_at: datetime | None) -> str:
        """Say how a limit that began at this entry gave its due time; an empty text where it did not."""
        if entry.limit is None or due_at is None:
            return ""
        try:
            found = due(entry.limit, received=entry.at, calendar=self._calendar(agency_id))
            # Another calendar may hold now than when the promise was made: then this would not explain it.
            return words.deadline_sentence(found, entry.limit) if found.at == due_at else ""
        except OutsideCalendar:
            return ""

    def _calendar(self, agency_id: UUID | None) -> WorkingCalendar:
        if agency_id not in self._calendars:
            self._calendars[agency_id] = working_calendar(agency_id, on=local_day(self.at))
        return self._calendars[agency_id]


def _amount(minutes: int) -> str:
    if minutes >= _A_DAY:
        days = minutes // _A_DAY
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", days) % {"n": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", hours) % {"n": hours}
    return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}


def event_item(entry: Entry, steps: dict[str, str]) -> dict[str, Any]:
    """Return a journal entry as a point of the timeline."""
    meta = [f"{entry.actor_label} · {stamp(entry.at)}"]
    data = entry.data
    if entry.kind == "dossier.handed_over":
        going = {"from": steps.get(data["from_step"], ""), "to": steps.get(data["to_step"], "")}
        meta.append(_("%(from)s → %(to)s") % going)
    if entry.kind == "dossier.version_changed":
        said = words.version_change(noted(data, at=entry.at))
        meta.append(said or _("Không thay đổi gì đối với hồ sơ này."))
    meta.extend(str(data[key]) for key in ("reason", "ground", "note", "legal_basis") if data.get(key))
    return {"title": str(_EVENTS.get(entry.kind, entry.kind)), "state": "done", "meta": meta}
