"""What people read for the kinds of days and for the faults of a notice."""

from django.utils.translation import gettext as _

from motcua.rules.calendar_notice import Fault


def kind(code: str) -> str:
    """Return the name of a kind of day, also of `working` and `rest`."""
    return {
        "holiday": _("Nghỉ lễ"),
        "substitute_off": _("Nghỉ bù"),
        "swap_off": _("Nghỉ hoán đổi"),
        "swap_working": _("Làm bù"),
        "half_day": _("Làm nửa ngày"),
        "closure": _("Đóng cửa"),
        "as_usual": _("Như ngày thường"),
        "working": _("Ngày làm việc"),
        "rest": _("Nghỉ hằng tuần"),
    }.get(code, code)


def fault(code: str) -> str:
    """Return what is wrong with a line of a notice, and what to do."""
    return {
        Fault.UNKNOWN_KIND: _("không có loại ngày này; dùng nghi_le, nghi_bu, nghi_hoan_doi, lam_bu, nua_ngay, "
                              "dong_cua hoặc nhu_ngay_thuong"),
        Fault.BAD_DATE: _("không phải một ngày; viết NĂM-THÁNG-NGÀY hoặc ngày/tháng/năm"),
        Fault.BAD_WEEKDAY: _("không đọc được thứ trong tuần; viết T2 đến T7 hoặc CN"),
        Fault.BAD_SHIFT: _("không đọc được ca làm việc; viết 07:00-11:30 13:30-17:00"),
        Fault.NO_NAME: _("chưa có tên gọi của ngày"),
        Fault.TOO_LONG: _("tên dài quá 160 hoặc căn cứ dài quá 240 ký tự"),
        Fault.UNLIKELY_DATE: _("ngày quá xa hôm nay; kiểm tra lại năm"),
        Fault.PERIOD_BACKWARDS: _("ngày cuối đứng trước ngày đầu"),
        Fault.PERIOD_TOO_LONG: _("khoảng ngày dài quá một năm; kiểm tra lại năm"),
        Fault.WEEKDAY_WRONG: _("ngày này không rơi vào thứ đã ghi"),
        Fault.DAY_TWICE: _("ngày này đã có ở dòng khác với nội dung khác"),
        Fault.ANNOUNCED_IN_FUTURE: _("ngày thông báo sau hôm nay"),
        Fault.SHIFT_BACKWARDS: _("giờ kết thúc ca không sau giờ bắt đầu"),
        Fault.SHIFTS_OVERLAP: _("các ca chồng lên nhau hoặc không theo thứ tự"),
        Fault.SHIFTS_NOT_TAKEN: _("loại ngày này không có ca làm việc"),
        Fault.WORKING_ON_HOLIDAY: _("làm bù vào ngày nghỉ lễ"),
        Fault.ALREADY_WORKING: _("làm bù vào ngày vốn đã làm việc"),
        Fault.ALREADY_FREE: _("ngày này vốn đã nghỉ"),
        Fault.NOTHING_TO_SUBSTITUTE: _("không có ngày lễ nào trùng ngày nghỉ hằng tuần để nghỉ bù"),
        Fault.SWAP_WITHOUT_COUNTERPART: _("hoán đổi mà thiếu ngày kia, hoặc ngày kia không phải ngày hoán đổi"),
        Fault.SWAP_SAME_DAY: _("ngày thay cho chính nó"),
        Fault.CONFIRMED_OTHERWISE: _("đã có thông báo xác nhận ngày này là loại khác; nhập kèm số thông báo nếu thông "
                                     "báo mới nói khác"),
        Fault.BAD_WEEKDAY_OF_WEEK: _("tuần làm việc có thứ không có thật"),
        Fault.EMPTY_WEEK: _("tuần làm việc không có ca nào"),
    }[Fault(code)]  # fmt: skip


def no_holidays(year: int) -> str:
    """Return the warning that a calendar knows no holiday at all in a year."""
    return _("Lịch năm %(year)s chưa có ngày nghỉ lễ nào: kiểm tra lại trước khi hẹn.") % {"year": year}


def refusal(code: str) -> str:
    """Return why a whole notice is not recorded."""
    return {
        "faults": _("Thông báo có lỗi nên chưa ghi gì; sửa các dòng dưới đây rồi thử lại."),
        "recorded_meanwhile": _("Vừa có thông báo khác được ghi; xem lại lịch rồi ghi lần nữa."),
        "no_title": _("Chưa có số hiệu hoặc tên của thông báo."),
        "too_long": _("Tên thông báo dài quá 200 hoặc căn cứ dài quá 240 ký tự."),
    }[code]
