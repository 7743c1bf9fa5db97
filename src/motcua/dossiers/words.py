"""Words for the codes of a dossier, in the reader's language; interfaces and messages share them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.queries import VersionNote
from motcua.dossiers.refusals import known_refusals as known_refusals
from motcua.dossiers.refusals import refusal as refusal
from motcua.rules.deadlines import Due, Limit, Reason, Unit, WorkingStep
from motcua.rules.lateness import Cause, Owed
from motcua.rules.localday import local, local_day
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import NON_WORKING, WorkingCalendar

STATES = {
    State.DRAFT: lazy("Bản nháp"),
    State.FILED: lazy("Chờ tiếp nhận"),
    State.AWAITING_APPLICANT: lazy("Cần bổ sung"),
    State.REFUSED: lazy("Từ chối tiếp nhận"),
    State.IN_PROGRESS: lazy("Đang giải quyết"),
    State.PAUSED: lazy("Tạm dừng, chờ bổ sung"),
    State.DECIDED: lazy("Đã có kết quả"),
    State.RETURNED: lazy("Đã trả kết quả"),
    State.WITHDRAWN: lazy("Đã rút"),
    State.STOPPED: lazy("Dừng giải quyết"),
}
MOVES = {
    Move.FILE: lazy("Nộp hồ sơ"),
    Move.ACCEPT: lazy("Tiếp nhận"),
    Move.REFUSE: lazy("Từ chối tiếp nhận"),
    Move.REQUEST_SUPPLEMENT: lazy("Yêu cầu bổ sung"),
    Move.RESUBMIT: lazy("Nhận bổ sung"),
    Move.HAND_OVER: lazy("Chuyển bước"),
    Move.EXTEND: lazy("Xin lỗi và hẹn lại"),
    Move.DECIDE: lazy("Ký kết quả"),
    Move.RETURN_RESULT: lazy("Trả kết quả"),
    Move.WITHDRAW: lazy("Rút hồ sơ"),
    Move.STOP: lazy("Dừng giải quyết"),
}
# What happened to the clock of a dossier.
CLOCK = {
    "start": lazy("Bắt đầu tính thời hạn"),
    "pause": lazy("Tạm dừng thời hạn"),
    "resume": lazy("Thời hạn chạy tiếp"),
    "restart": lazy("Tính lại thời hạn từ đầu"),
    "extend": lazy("Gia hạn"),
    "reckon": lazy("Tính lại theo lịch mới"),
    "stop": lazy("Kết thúc tính thời hạn"),
}
CAUSES = {
    Cause.OTHER_AGENCY: lazy("Chờ cơ quan khác trả lời"),
    Cause.WORKLOAD: lazy("Quá nhiều hồ sơ"),
    Cause.STAFF_ABSENT: lazy("Người phụ trách vắng mặt"),
    Cause.COMPLEX: lazy("Việc phức tạp, cần xác minh"),
    Cause.SYSTEM: lazy("Lỗi hệ thống, đường truyền"),
    Cause.APPLICANT: lazy("Chờ người nộp mà chưa tạm dừng"),
    Cause.DISASTER: lazy("Thiên tai, dịch bệnh"),
    Cause.OTHER: lazy("Lý do khác"),
}
OWED = {
    Owed.OWED: lazy("Chưa xin lỗi"),
    Owed.DRAFTED: lazy("Thư chờ duyệt"),
    Owed.SENT: lazy("Đã xin lỗi, hẹn lại"),
    Owed.AGAIN_LATE: lazy("Trễ cả ngày hẹn lại"),
}
LETTERS = {
    "draft": lazy("Dự thảo, chờ duyệt"),
    "approved": lazy("Đã duyệt"),
    "sent": lazy("Đã gửi"),
    "rejected": lazy("Không duyệt"),
}


def clock_entry(kind: str, policy: str) -> str:
    """Say what happened to the clock; a resumption that begins the limit anew is called so."""
    return str(CLOCK["restart" if (kind, policy) == ("resume", "restart") else kind])


# What a fee is paid by; the keys are those of the catalogue's format and of its readers.
FEE_UNITS = {
    "copy": lazy("bản"),
    "page": lazy("trang"),
    "case": lazy("trường hợp"),
    "certificate": lazy("giấy"),
    "card": lazy("thẻ"),
    "book": lazy("sổ"),
    "declaration": lazy("tờ khai"),
    "subject": lazy("môn thi"),
    "batch": lazy("lô"),
    "vehicle": lazy("phương tiện"),
    "site": lazy("cơ sở"),
    "person": lazy("người"),
    "vessel": lazy("tàu"),
    "ton": lazy("tấn"),
    "product": lazy("sản phẩm"),
    "laboratory": lazy("phòng kiểm nghiệm"),
    "flight": lazy("chuyến bay"),
    "order": lazy("đơn hàng"),
    "garden": lazy("vườn giống"),
}
CHANNELS = {
    "online": lazy("Trực tuyến"),
    "counter": lazy("Trực tiếp"),
    "post": lazy("Bưu chính công ích"),
    "interconnected": lazy("Liên thông"),
}
DELIVERIES = {
    "desk": lazy("Nhận tại bộ phận một cửa"),
    "post": lazy("Nhận qua bưu chính"),
    "online": lazy("Nhận bản điện tử"),
}
_WEEKDAYS = (
    lazy("thứ Hai"),
    lazy("thứ Ba"),
    lazy("thứ Tư"),
    lazy("thứ Năm"),
    lazy("thứ Sáu"),
    lazy("thứ Bảy"),
    lazy("Chủ nhật"),
)


def weekday(day: date) -> str:
    """Say the weekday of a day: "thứ Sáu"."""
    return str(_WEEKDAYS[day.weekday()])


def moment(at: datetime) -> str:
    """Say a moment as people do: "17 giờ thứ Sáu 16/1/2026", with minutes when there are any."""
    there = local(at)
    said = {
        "hour": there.hour,
        "time": f"{there.hour}:{there.minute:02}",
        "weekday": _WEEKDAYS[there.weekday()],
        "day": f"{there.day}/{there.month}/{there.year}",
    }
    if there.minute:
        return _("%(time)s %(weekday)s %(day)s") % said
    return _("%(hour)s giờ %(weekday)s %(day)s") % said


def working_amount(calendar: WorkingCalendar, first: datetime, last: datetime) -> tuple[str, bool]:
    """Say the working time between two moments, and whether it fills the working day of the second.

    Below that much hours or minutes are said, from it on days; `OutsideCalendar`.
    """
    minutes = calendar.minutes_between(first, last)
    day = calendar.add_working_days(local_day(last), 0)
    whole = minutes >= calendar.minutes_between(calendar.opening(day), calendar.closing(day))
    days = calendar.working_days_between(local_day(first), local_day(last)) if whole else 0
    return _amount(days, minutes), whole


def _amount(days: int, minutes: int) -> str:
    if days:
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", days) % {"n": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", hours) % {"n": hours}
    return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}


def apology_sentence(*, extends: bool, until: datetime, reason: str) -> str:
    """Say what a letter of apology tells the applicant."""
    known = {"when": moment(until), "reason": reason}
    if extends:
        return (
            _("Chúng tôi xin lỗi vì chưa kịp trả kết quả. Ngày hẹn mới: trước %(when)s. Lý do: %(reason)s")
            % known
        )
    return (
        _(
            "Chúng tôi xin lỗi vì hồ sơ đã trễ hạn. Dự kiến có kết quả trước %(when)s; ngày hẹn ban đầu không thay "
            "đổi và hồ sơ vẫn tính là trễ. Lý do: %(reason)s"
        )
        % known
    )


def limit_words(limit: Limit | None) -> str:
    """Say a time limit."""
    if limit is None:
        return _("Không quy định thời hạn")
    if limit.then:
        return ", ".join(
            part if place == 0 else _("sau đó %(limit)s") % {"limit": part}
            for place, part in enumerate(_plain_limit(phase) for phase in limit.phases)
        )
    words = _plain_limit(limit)
    if limit.cutoff is None:
        return words
    return _("%(limit)s; nộp sau %(hour)s giờ thì trả vào ngày làm việc tiếp theo") % {
        "limit": words,
        "hour": f"{limit.cutoff.hour}:{limit.cutoff.minute:02}" if limit.cutoff.minute else limit.cutoff.hour,
    }


def _plain_limit(limit: Limit) -> str:
    n = limit.amount
    return {
        Unit.SAME_DAY: _("Trong ngày"),
        Unit.HOUR: ngettext("%(n)s giờ", "%(n)s giờ", n) % {"n": n},
        Unit.WORKING_HOUR: ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", n) % {"n": n},
        Unit.WORKING_DAY: ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", n) % {"n": n},
        Unit.CALENDAR_DAY: ngettext("%(n)s ngày", "%(n)s ngày", n) % {"n": n},
        Unit.MONTH: ngettext("%(n)s tháng", "%(n)s tháng", n) % {"n": n},
    }[limit.unit]


def in_english() -> bool:
    """Tell whether the reader reads English."""
    return (get_language() or "vi").startswith("en")


def deadline_sentence(due: Due, limit: Limit) -> str:
    """Say in one plain sentence how a due time was reckoned, naming the days off that moved it."""
    parts = [limit_words(limit)]
    steps = due.steps
    reasons = {step.reason for step in steps}
    if Reason.FIRST_DAY_EXCLUDED in reasons:
        parts.append(_("không tính ngày tiếp nhận"))
    if Reason.RECEIVED_AFTER_CUTOFF in reasons:
        parts.append(_("tiếp nhận sau giờ chốt nên tính từ ngày làm việc tiếp theo"))
    if Reason.RECEIVED_OUTSIDE_HOURS in reasons:
        parts.append(_("tiếp nhận ngoài giờ nên tính từ giờ làm việc tiếp theo"))
    if off := _days_off(steps):
        parts.append(_("không tính ngày nghỉ %(days)s") % {"days": ", ".join(off)})
    if Reason.ROLLED_TO_WORKING_DAY in reasons:
        parts.append(_("ngày cuối là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo"))
    return _("%(how)s: hẹn trả trước %(when)s.") % {"how": "; ".join(parts), "when": moment(due.at)}


_NAMED_OFF = frozenset({Reason.HOLIDAY, Reason.SUBSTITUTE_OFF, Reason.SWAP_OFF, Reason.CLOSURE})


def _days_off(steps: Sequence[WorkingStep]) -> list[str]:
    """Say the days off by name, each holiday with the weekend that it stands next to: "14/2-22/2 (Tết Nguyên đán)"."""
    runs: list[list[WorkingStep]] = []
    for before, step in pairwise((None, *steps)):
        if step is None or (step.reason not in _NAMED_OFF and step.reason != NON_WORKING):
            continue
        if runs and before is runs[-1][-1]:
            runs[-1].append(step)
        else:
            runs.append([step])
    said = []
    for run in runs:
        names = dict.fromkeys(step.note for step in run if step.reason in _NAMED_OFF and step.note)
        if not any(step.reason in _NAMED_OFF for step in run):
            continue
        first, last = run[0].start, run[-1].end
        days = f"{first.day}/{first.month}"
        if first != last:
            days += f"-{last.day}/{last.month}"
        said.append(f"{days} ({', '.join(names)})" if names else days)
    return said


_FILES = {
    "empty": lazy("Tệp “%(name)s” không có nội dung. Chọn lại tệp khác."),
    "not_accepted": lazy("Không nhận loại tệp của “%(name)s”. Chụp ảnh hoặc lưu thành PDF rồi chọn lại."),
    "not_what_it_says": lazy(
        "Nội dung của “%(name)s” không đúng với đuôi tên tệp. Lưu lại đúng loại rồi chọn lại."
    ),
    "too_large": lazy(
        "Tệp “%(name)s” lớn hơn %(mb)s MB. Chụp lại với cỡ nhỏ hơn, hoặc gộp các trang thành một tệp PDF nhẹ hơn."
    ),
    "no_space": lazy(
        "Kho lưu tệp của chúng tôi tạm hết chỗ nên chưa nhận được “%(name)s”. Những gì đã lưu vẫn còn nguyên: "
        "hãy thử lại sau ít phút, hoặc nộp giấy tờ này tại bộ phận một cửa."
    ),
}


def file_refusal(code: str, name: str, *, largest: int = 0) -> str:
    """Say why a file was not kept (`no_space`, or a code of `UnableToKeepFile`) and what to do."""
    return str(_FILES[code]) % {"name": name, "mb": largest // (1024 * 1024)}


# What a member of staff looked at a dossier for, as its applicant reads it.
LOOKS = {
    "handling": lazy("giải quyết hồ sơ"),
    "reception": lazy("tiếp nhận, trả kết quả"),
    "supervision": lazy("theo dõi, kiểm tra"),
    "file": lazy("xem giấy tờ"),
    "partner": lazy("giải quyết phần việc của cơ quan phối hợp"),
    "slip": lazy("in phiếu"),
    "opinion": lazy("cho ý kiến theo đề nghị của cơ quan giải quyết"),
    "identity_papers": lazy("xem số định danh để đối chiếu giấy tờ"),
    "identity_register": lazy("xem số định danh để tra cứu cơ sở dữ liệu"),
    "identity_return": lazy("xem số định danh để xác minh người nhận kết quả"),
}


_FIELDS = {
    "components": lazy("giấy tờ"),
    "fees": lazy("phí, lệ phí"),
    "limit": lazy("thời hạn"),
    "results": lazy("kết quả"),
    "steps": lazy("trình tự"),
    "conditions": lazy("điều kiện"),
    "competent": lazy("cơ quan giải quyết"),
    "legal_bases": lazy("căn cứ pháp lý"),
}
# What of a version concerns the applicant; the rest is the agency's business.
FOR_APPLICANT = ("components", "fees", "limit", "results")


def version_change(note: VersionNote, *, fields: Collection[str] = tuple(_FIELDS)) -> str:
    """Say in one sentence what a later version changes for a running dossier; empty for none of these fields."""
    parts = [
        _followed(field, note.follows[field])
        for field in _FIELDS
        if field in note.follows and field in fields
    ]
    stays = [field for field in _FIELDS if field in note.stays and field in fields]
    if others := ", ".join(str(_FIELDS[field]) for field in stays if field != "limit"):
        parts.append(_("%(what)s giữ như cũ") % {"what": others})
    if "limit" in stays:
        parts.append(_("thời hạn giữ như đã hẹn"))
    if not parts:
        return ""
    known = {"n": note.number, "day": _day(note.effective_from), "what": "; ".join(parts)}
    return _("Phiên bản %(n)s của thủ tục (từ %(day)s): %(what)s.") % known


def _followed(field: str, since: date | None) -> str:
    if since is None:
        return _("%(what)s theo bản mới") % {"what": _FIELDS[field]}
    return _("%(what)s theo bản mới từ %(day)s") % {"what": _FIELDS[field], "day": _day(since)}


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
