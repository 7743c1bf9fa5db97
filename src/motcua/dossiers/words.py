"""Words for the codes of a dossier, in the reader's language; interfaces and messages share them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.queries import VersionNote
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
_REFUSALS = {
    "changed_meanwhile": lazy(
        "Hồ sơ vừa được người khác xử lý. Chưa có gì bị ghi đè: hãy xem lại tình trạng mới rồi thao tác tiếp."
    ),
    "move_not_allowed": lazy("Hồ sơ đang ở tình trạng không cho phép thao tác này. Hãy tải lại trang."),
    "data_missing": lazy("Chọn: %(where)s. Quy trình rẽ nhánh theo dữ kiện này."),
    "no_way": lazy(
        "Chưa có nhánh nào của quy trình phù hợp ở “%(where)s”. Xem lại dữ kiện đã chọn, hoặc báo quản trị."
    ),
    "no_error_path": lazy(
        "Bước này không có nhánh “không thực hiện được”. Nếu chưa làm được, hãy trả lại bước trước."
    ),
    "token_doubled": lazy("Bước trước đang có người khác xử lý. Hãy tải lại trang."),
    "endless": lazy("Quy trình chạy vòng ở “%(where)s”. Báo quản trị: hồ sơ giữ nguyên ở bước này."),
    "no_partner": lazy(
        "Chưa có cơ quan phối hợp cho bước “%(where)s” ở nơi này. Báo quản trị; hồ sơ giữ nguyên."
    ),
    "parts_too_deep": lazy(
        "Các cơ quan phối hợp hỏi nhau vòng tròn ở bước “%(where)s”. Báo quản trị; hồ sơ giữ nguyên."
    ),
    "no_partner_procedure": lazy(
        "Thủ tục %(where)s của cơ quan phối hợp chưa có trong danh mục. Báo quản trị."
    ),
    "part_of_whole": lazy("Đây là phần việc trong hồ sơ liên thông: người dân rút cả hồ sơ ở nơi đã nộp."),
    "decided_before": lazy("Hồ sơ này đã có kết quả được ký. Hãy tải lại trang."),
    "not_yours_to_move": lazy("Việc này thuộc người khác đang giữ hồ sơ. Hãy tải lại trang."),
    "reason_needed": lazy("Ghi rõ lý do để người dân hiểu."),
    "missing_papers": lazy("Còn thiếu giấy tờ bắt buộc: %(papers)s."),
    "missing_people": lazy("Chưa có thông tin người nộp hồ sơ."),
    "missing_address": lazy(
        "Nhận kết quả qua bưu chính thì cần địa chỉ. Ghi địa chỉ liên hệ, hoặc chọn cách nhận khác."
    ),
    "missing_office": lazy("Chưa chọn nơi giải quyết hồ sơ."),
    "version_changed": lazy(
        "Thủ tục vừa có phiên bản mới. Phần đã khai vẫn còn; hãy xem lại giấy tờ rồi nộp."
    ),
    "no_online_channel": lazy("Thủ tục này chưa nhận hồ sơ trực tuyến ở đây. Hãy nộp tại bộ phận một cửa."),
    "door_closed": lazy(
        "Cổng của tỉnh hiện không nhận hồ sơ trực tuyến. Hãy nộp tại Cổng Dịch vụ công quốc gia."
    ),
    "not_competent": lazy("Cơ quan này không giải quyết thủ tục đã chọn. Hãy chọn cơ quan khác."),
    "not_listed": lazy(
        "Không được yêu cầu “%(papers)s”: giấy tờ này không có trong danh mục của thủ tục. "
        "Yêu cầu chưa gửi đi; lần yêu cầu này được ghi lại."
    ),
    "case_gone": lazy(
        "Thủ tục vừa có phiên bản mới không còn trường hợp mà hồ sơ đã chọn. "
        "Hãy từ chối tiếp nhận, nêu rõ lý do, và mời người nộp nộp lại theo trường hợp đúng."
    ),
    "limit_unconfirmed": lazy(
        "Thời hạn của thủ tục này chưa được xác nhận nên chưa thể hẹn ngày trả kết quả. "
        "Hãy đề nghị cơ quan kiểm soát thủ tục hành chính xác nhận thời hạn trong danh mục rồi tiếp nhận lại."
    ),
    "no_fault": lazy("Chọn ít nhất một giấy tờ cần bổ sung."),
    "no_ground": lazy(
        "Ghi căn cứ của yêu cầu bổ sung đủ rõ để tra được, ví dụ: Điều 15 Nghị định 118/2025/NĐ-CP."
    ),
    "no_remedy": lazy("Với mỗi giấy tờ đã chọn, ghi rõ sai ở đâu và cách sửa."),
    "already_asked": lazy("Hồ sơ này đã được yêu cầu bổ sung một lần; pháp luật không cho yêu cầu lần nữa."),
    "no_such_ground": lazy("Chọn một căn cứ cho yêu cầu bổ sung thêm trong danh sách của thủ tục."),
    "ground_used": lazy("Căn cứ này đã dùng cho một lần yêu cầu bổ sung thêm; mỗi căn cứ chỉ dùng một lần."),
    "second_needs_head": lazy(
        "Yêu cầu bổ sung lần nữa phải do trưởng phòng hoặc lãnh đạo gửi. Chuyển hồ sơ cho trưởng phòng kèm lý do."
    ),
    "nothing_resubmitted": lazy("Hãy nộp lại ít nhất một giấy tờ đang được yêu cầu: %(papers)s."),
    "extend_after_due": lazy(
        "Đã quá giờ hẹn trả: không gia hạn được nữa, và hạn giữ nguyên. Hãy trả kết quả sớm nhất; để xin lỗi và "
        "hẹn ngày đến nhận, soạn một thư xin lỗi mới."
    ),
    "extend_not_later": lazy("Ngày hẹn mới phải sau ngày hẹn hiện tại."),
    "extended_too_often": lazy("Hồ sơ đã được gia hạn một lần; pháp luật không cho gia hạn lần nữa."),
    "extend_too_late": lazy(
        "Đã quá muộn để gia hạn: thư phải được duyệt trước ngày hẹn trả. Hãy trả kết quả đúng hẹn; nếu vẫn trễ thì "
        "sau giờ hẹn soạn thư xin lỗi và hẹn ngày đến nhận."
    ),
    "apology_drafted": lazy(
        "Hồ sơ đã có một dự thảo thư xin lỗi chờ duyệt. Duyệt hoặc không duyệt bản đó rồi mới soạn bản khác."
    ),
    "apologised_already": lazy(
        "Đã gửi một thư xin lỗi và hẹn lại; không hẹn lại lần nữa. "
        "Trưởng phòng cần giải quyết ngay và báo trực tiếp cho người dân."
    ),
    "apology_day_past": lazy("Ngày hẹn trong thư đã qua. Soạn lại với một ngày làm việc sau lúc này."),
    "apology_overtaken": lazy(
        "Ngày hẹn của hồ sơ đã thay đổi từ khi soạn thư này. Không duyệt bản này, rồi soạn thư theo ngày hẹn mới."
    ),
    "approve_not_own": lazy(
        "Người soạn không tự duyệt thư của mình. Hãy để trưởng phòng hoặc lãnh đạo khác duyệt."
    ),
    "not_late": lazy("Hồ sơ không quá hạn nên không có lý do trễ để ghi. Hãy tải lại trang."),
    "reckon_after_due": lazy("Hồ sơ đã quá hạn: lịch mới không làm hồ sơ trễ thành đúng hạn."),
    "reckon_in_the_past": lazy("Theo lịch mới, ngày hẹn đã qua: giữ ngày hẹn đã báo cho người dân."),
    "policy_changed": lazy(
        "Cách tính thời hạn sau khi bổ sung khác với lúc tạm dừng nên chưa chạy tiếp được. Hãy báo quản trị."
    ),
    "restart_after_due": lazy("Hồ sơ đã quá hạn: không tính lại thời hạn từ đầu được."),
    "not_a_working_day": lazy("Ngày hẹn mới phải là ngày làm việc."),
    "outside_calendar": lazy("Chưa có lịch làm việc cho ngày này. Hãy chọn ngày gần hơn."),
    "out_of_order": lazy("Giờ của máy chủ sớm hơn lần xử lý trước của hồ sơ. Hãy báo quản trị."),
    "no_process": lazy("Chưa có quy trình giải quyết nào được ban hành. Hãy báo quản trị."),
    "procedure_withdrawn": lazy("Thủ tục này đã bị bãi bỏ nên không nhận hồ sơ nữa."),
    "no_limit": lazy("Thủ tục này không quy định thời hạn nên không có gì để gia hạn."),
    "result_needed": lazy("Nhập tên văn bản kết quả."),
    "external_number": lazy("Mã hồ sơ do nơi khác cấp chỉ gồm chữ in hoa, chữ số, dấu chấm và gạch nối."),
    "external_number_ours": lazy(
        "Mã này giống mã do hệ thống cấp. Chỉ nhập mã do nơi khác cấp, hoặc để trống."
    ),
    "external_number_taken": lazy("Mã hồ sơ do nơi khác cấp đã có trong hệ thống."),
    "no_number_code": lazy(
        "Cơ quan tiếp nhận chưa có mã định danh nên chưa cấp được mã hồ sơ. Hãy báo quản trị."
    ),
    "not_asked": lazy("Cơ quan không yêu cầu bổ sung giấy tờ này nên không thay được nữa."),
    "desk_closed": lazy("Bộ phận một cửa hiện không tiếp nhận hồ sơ. Hãy báo quản trị."),
    "unknown_component": lazy("Giấy tờ này không có trong danh mục của thủ tục."),
    "not_of_this_function": lazy(
        "Người này không đảm nhiệm bước ấy ở cơ quan. Chọn người khác trong danh sách."
    ),
    "colleague_away": lazy("Người được chọn đang vắng mặt nên không nhận việc mới. Chọn người khác."),
    "holds_already": lazy("Người được chọn đang giữ việc này rồi."),
    "nobody_present": lazy(
        "Mọi người đảm nhiệm bước này đang vắng mặt. Việc giữ nguyên; hãy ủy quyền cho người khác."
    ),
    "nothing_ticked": lazy("Đánh dấu ít nhất một việc trong danh sách."),
    "too_many_ticked": lazy("Mỗi lần giao không quá %(most)s việc. Bỏ bớt dấu chọn rồi giao tiếp lần sau."),
    "comment_needed": lazy("Viết nội dung trao đổi trước khi gửi."),
    "comment_too_long": lazy("Nội dung trao đổi dài quá: rút xuống còn %(most)s ký tự trở xuống."),
    "question_needed": lazy("Viết rõ điều cần hỏi để cơ quan kia trả lời được."),
    "answer_needed": lazy("Viết ý kiến trả lời. Tệp đính kèm không thay cho ý kiến."),
    "opinion_days": lazy("Thời hạn trả lời từ 1 đến %(most)s ngày làm việc."),
    "opinion_itself": lazy("Đây chính là cơ quan đang giải quyết hồ sơ. Chọn cơ quan khác để hỏi ý kiến."),
    "opinion_no_agency": lazy(
        "Cơ quan này không làm việc trên hệ thống. Hãy gửi văn bản hỏi ý kiến theo cách thường."
    ),
    "opinion_asked": lazy(
        "Cơ quan này đang được hỏi ý kiến về hồ sơ. Đợi trả lời, hoặc thôi hỏi rồi hỏi lại."
    ),
    "opinion_over": lazy("Việc hỏi ý kiến này đã kết thúc nên không trả lời được nữa. Hãy tải lại trang."),
    "reopen_not_decided": lazy("Chỉ mở lại được hồ sơ đã có kết quả."),
    "reopened_before": lazy("Hồ sơ này đã được mở lại. Nếu cần, hãy mở lại hồ sơ mới."),
    "reopen_the_whole": lazy("Đây là phần việc trong hồ sơ liên thông: mở lại hồ sơ mà người dân đã nộp."),
    "decision_needed": lazy("Ghi số, ký hiệu quyết định mở lại."),
    "decision_day": lazy("Ngày quyết định mở lại phải từ ngày có kết quả đến hôm nay."),
    "reopen_days": lazy("Thời hạn theo quyết định từ 1 đến %(most)s ngày làm việc."),
    "sign_not_prepare": lazy("Người ký không thể là người soạn hồ sơ."),
}


def refusal(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Say a refusal in the reader's language, with what to do."""
    text = str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))
    return text % facts if facts and "%(" in text else text


def known_refusals() -> frozenset[str]:
    """Return the codes that have words."""
    return frozenset(_REFUSALS)


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
