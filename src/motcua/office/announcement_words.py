"""Words for decisions of announcement: what they do, whether they were in time and how that was counted."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.kit.templatetags.ui import day
from motcua.rules.announcement import Judged, Punctuality
from motcua.rules.deadlines import Reason, WorkingStep

LEVELS: dict[str, str | Promise] = {"ministry": lazy("Bộ"), "province": lazy("Cấp tỉnh")}
KINDS: dict[str, str | Promise] = {
    "new": lazy("Mới ban hành"),
    "amended": lazy("Sửa đổi, bổ sung"),
    "replaced": lazy("Thay thế"),
    "abolished": lazy("Bãi bỏ"),
}
_REFUSALS: dict[str, str | Promise] = {
    "no_number": lazy("Nhập số quyết định."),
    "no_issuer": lazy("Nhập người, cơ quan ban hành."),
    "too_long": lazy("Số quyết định hoặc tên cơ quan dài quá. Hãy rút gọn."),
    "no_procedures": lazy("Ghi mã của ít nhất một thủ tục."),
    "bad_code": lazy("“%(code)s” không phải mã thủ tục. Mã có dạng 1.001193 hoặc 1.001193.H15."),
    "code_twice": lazy("Mã %(code)s đứng ở hai mục. Chỉ giữ một."),
    "day_ahead": lazy("Ngày ký và ngày đưa vào cơ sở dữ liệu không được sau hôm nay."),
    "already_recorded": lazy("Quyết định này đã có trong sổ: cùng số, cùng cơ quan, cùng ngày ký."),
    "not_recorded": lazy("Quyết định này không còn trong sổ. Hãy tải lại trang."),
    "entered_before_signing": lazy("Ngày đưa vào cơ sở dữ liệu trước ngày ký. Xem lại hai ngày."),
}
_REASONS: dict[str, str | Promise] = {
    Reason.FIRST_DAY_EXCLUDED: lazy("ngày đầu không tính"),
    Reason.NON_WORKING: lazy("nghỉ hằng tuần"),
    Reason.ROLLED_TO_WORKING_DAY: lazy("ngày cuối là ngày nghỉ, chuyển sang ngày làm việc tiếp theo"),
}
# A tag of the look for each: what is late is late, what waits is soon.
TAGS = {
    Punctuality.IN_TIME: "on_time",
    Punctuality.LATE: "late",
    Punctuality.WAITING: "soon",
    Punctuality.OVERDUE: "late",
}


def refusal(code: str, subject: str = "") -> str:
    """Say why the register was not changed, and what to do."""
    text = str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))
    return text % {"code": subject[:60]} if "%(" in text else text


def signing(judged: Judged | None) -> str:
    """Say whether a decision was signed in time."""
    if judged is None:
        return _("Không xét được: hệ thống chưa có quy định hoặc lịch cho ngày này")
    if judged.punctuality is Punctuality.LATE:
        return ngettext("Ký trễ %(n)s ngày", "Ký trễ %(n)s ngày", judged.days) % {"n": judged.days}
    if not judged.days:
        return _("Ký đúng hạn, vào ngày cuối")
    return ngettext("Ký đúng hạn, sớm %(n)s ngày", "Ký đúng hạn, sớm %(n)s ngày", judged.days) % {
        "n": judged.days
    }


def entering(judged: Judged | None) -> str:
    """Say whether what a decision announces was put into the database in time."""
    if judged is None:
        return _("Không xét được: hệ thống chưa có quy định hoặc lịch cho ngày này")
    n = {"n": judged.days}
    match judged.punctuality:
        case Punctuality.LATE:
            text = ngettext("Đưa vào trễ %(n)s ngày làm việc", "Đưa vào trễ %(n)s ngày làm việc", judged.days)
        case Punctuality.OVERDUE:
            text = ngettext(
                "Chưa đưa vào, quá hạn %(n)s ngày làm việc",
                "Chưa đưa vào, quá hạn %(n)s ngày làm việc",
                judged.days,
            )
        case Punctuality.WAITING:
            text = ngettext(
                "Chưa đưa vào, còn %(n)s ngày làm việc",
                "Chưa đưa vào, còn %(n)s ngày làm việc",
                judged.days,
            )
        case _ if judged.days:
            text = ngettext(
                "Đưa vào đúng hạn, sớm %(n)s ngày làm việc",
                "Đưa vào đúng hạn, sớm %(n)s ngày làm việc",
                judged.days,
            )
        case _:
            text = _("Đưa vào đúng hạn, vào ngày cuối")
    return text % n if "%(n)s" in text else text


def rule(judged: Judged) -> str:
    """Say the last day, and by what it was set."""
    number = judged.provision.value
    if judged.in_working_days:
        span = ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", number) % {"n": number}
    else:
        span = ngettext("%(n)s ngày", "%(n)s ngày", number) % {"n": number}
    return _("Ngày cuối: %(day)s (%(span)s, %(basis)s)") % {
        "day": day(judged.last_day),
        "span": span,
        "basis": judged.provision.basis,
    }


def step(found: WorkingStep) -> str:
    """Say one stretch of the counting."""
    days = day(found.start) if found.start == found.end else f"{day(found.start)} – {day(found.end)}"
    if found.counted and found.reason == Reason.WORKING_DAY:
        what = ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", found.counted) % {"n": found.counted}
    elif found.counted:
        what = ngettext("%(n)s ngày", "%(n)s ngày", found.counted) % {"n": found.counted}
    else:
        what = found.note or str(_REASONS.get(found.reason, lazy("ngày nghỉ")))
    return f"{days}: {what}" + (f" ({found.basis})" if found.basis and not found.counted else "")
