"""Words of the desk: time left, what happened, in the reader's language."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers import words
from motcua.dossiers.queries import PassedOn, noted
from motcua.dossiers.timekeeping import Timekeeper as Timekeeper
from motcua.dossiers.timekeeping import TimeLeft as TimeLeft
from motcua.journal.events import SYSTEM
from motcua.journal.queries import Entry
from motcua.kit.templatetags.ui import stamp
from motcua.rules.lateness import Cause
from motcua.rules.transitions import Move

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
SEND_BACK = "tra-lai"
FAILED = "khong-thuc-hien-duoc"
_EVENTS = {
    "dossier.draft_started": lazy("Bắt đầu khai"),
    "dossier.filed": lazy("Nộp hồ sơ"),
    "dossier.accepted": lazy("Tiếp nhận, hẹn trả kết quả"),
    "dossier.refused": lazy("Từ chối tiếp nhận"),
    "dossier.supplement_requested": lazy("Yêu cầu bổ sung"),
    "dossier.unlisted_paper_refused": lazy("Yêu cầu giấy tờ ngoài danh mục: bị từ chối"),
    "dossier.version_changed": lazy("Thủ tục có phiên bản mới"),
    "dossier.process_moved": lazy("Chuyển sang phiên bản quy trình khác"),
    "dossier.resubmitted": lazy("Đã nộp bổ sung"),
    "dossier.handed_over": lazy("Chuyển bước"),
    "dossier.result_signed": lazy("Ký kết quả, còn chờ việc khác"),
    "dossier.partner_asked": lazy("Chuyển phần việc cho cơ quan phối hợp"),
    "dossier.partner_answered": lazy("Cơ quan phối hợp trả kết quả"),
    "dossier.partner_message_sent": lazy("Gửi thư cho cơ quan phối hợp"),
    "dossier.partner_replied": lazy("Cơ quan phối hợp phản hồi"),
    "dossier.timer_ran_out": lazy("Hết thời gian chờ, đi theo nhánh của quy trình"),
    "dossier.part_paused": lazy("Phần việc tạm dừng, chờ bổ sung"),
    "dossier.part_resumed": lazy("Phần việc chạy tiếp"),
    "dossier.partner_answer_taken": lazy("Nhận kết quả của cơ quan phối hợp"),
    "dossier.apology_drafted": lazy("Soạn thư xin lỗi, chờ duyệt"),
    "dossier.apology_rejected": lazy("Không duyệt thư xin lỗi"),
    "dossier.due_moved": lazy("Ngày hẹn đổi theo lịch mới"),
    "dossier.deadline_extended": lazy("Duyệt thư xin lỗi, gia hạn"),
    "dossier.apology_approved": lazy("Duyệt thư xin lỗi, giữ nguyên hạn"),
    "dossier.apology_sent": lazy("Gửi thư xin lỗi cho người nộp"),
    "dossier.late_cause_noted": lazy("Ghi lý do trễ"),
    "dossier.deadline_warned": lazy("Nhắc sắp đến hạn"),
    "dossier.task_given_back": lazy("Trả việc về hàng chờ chung"),
    "dossier.task_assigned": lazy("Giao việc cho người khác"),
    "dossier.comment_made": lazy("Trao đổi nội bộ"),
    "dossier.opinion_asked": lazy("Hỏi ý kiến cơ quan khác"),
    "dossier.opinion_given": lazy("Cơ quan được hỏi đã cho ý kiến"),
    "dossier.opinion_called_off": lazy("Thôi hỏi ý kiến"),
    "dossier.opinion_overdue": lazy("Cơ quan được hỏi quá hạn cho ý kiến"),
    "dossier.reopened": lazy("Mở lại theo quyết định, thành hồ sơ mới"),
    "dossier.begun_anew": lazy("Bắt đầu theo quyết định mở lại"),
    "dossier.decided": lazy("Ký kết quả"),
    "dossier.result_returned": lazy("Trả kết quả"),
    "dossier.withdrawn": lazy("Rút hồ sơ"),
    "dossier.stopped": lazy("Dừng giải quyết"),
}


# What an event's data say in people's words; the reason of a moved due time is a code.
_REPLIES = {
    "accepted": lazy("Đã nhận việc"),
    "working": lazy("Đang giải quyết"),
    "supplement_needed": lazy("Báo còn thiếu giấy tờ"),
    "granted": lazy("Đồng ý giải quyết"),
    "refused": lazy("Không đồng ý giải quyết"),
}
_NOT_TAKEN = {
    "overtaken": lazy("Thư đến sau thư mới hơn, chỉ lưu lại."),
    "refused": lazy("Phần việc đã kết thúc, thư chỉ lưu lại."),
}


def reply_said(said: str) -> str:
    """Say what a partner outside the system wrote."""
    return str(_REPLIES[said])


# Reasons that the system gives itself.
_OWN_REASONS = {"whole_ended": lazy("Hồ sơ chung đã kết thúc")}
# What somebody does by hand, but the process may also come to by itself.
_CAME_ABOUT = {"dossier.decided": lazy("Đã đủ kết quả")}
_SAYS = ("reason", "ground", "note", "legal_basis")
_SAID = {"dossier.due_moved": ("title", "legal_basis")}


def passed_item(one: PassedOn) -> dict[str, Any]:
    """Return as a point of the timeline that another agency answers for a dossier."""
    english = words.in_english()
    before, after = ((name[1] or name[0]) if english else name[0] for name in (one.before, one.after))
    known = {"before": before, "after": after, "day": f"{one.effective_on:%d/%m/%Y}", "act": one.act}
    meta = [_("Từ %(day)s, %(after)s giải quyết thay %(before)s (%(act)s).") % known]
    if one.flagged:
        meta.append(_("Không rõ địa bàn nên chuyển theo mặc định: kiểm tra lại nơi có việc."))
    return {"title": _("Chuyển sang cơ quan kế thừa"), "state": "done", "meta": meta}


def event_item(entry: Entry, steps: dict[str, str]) -> dict[str, Any]:
    """Return a journal entry as a point of the timeline."""
    meta = [f"{entry.actor_label} · {stamp(entry.at)}"]
    data = entry.data
    if entry.kind == "dossier.handed_over":
        meta.append(_handed_over(data, steps))
    if entry.kind == "dossier.version_changed":
        said = words.version_change(noted(data, at=entry.at))
        meta.append(said or _("Không thay đổi gì đối với hồ sơ này."))
    if entry.kind == "dossier.partner_replied":
        meta.append(reply_said(data["said"]))
        meta.extend(str(_NOT_TAKEN[key]) for key in [data["standing"]] if key in _NOT_TAKEN)
    if data.get("cause"):
        meta.append(str(words.CAUSES[Cause(data["cause"])]))
    texts = (str(data[key]) for key in _SAID.get(entry.kind, _SAYS) if data.get(key))
    meta.extend(str(_OWN_REASONS.get(text, text)) for text in texts)
    if entry.kind == "dossier.due_moved":
        moved = {key: words.moment(datetime.fromisoformat(data[f"due_{key}"])) for key in ("before", "after")}
        meta.append(_("Hẹn cũ: trước %(before)s. Hẹn mới: trước %(after)s.") % moved)
    title = _EVENTS.get(entry.kind, entry.kind)
    if entry.actor_label == SYSTEM.label:
        title = _CAME_ABOUT.get(entry.kind, title)
    return {"title": str(title), "state": "done", "meta": meta}


def _handed_over(data: dict[str, Any], steps: dict[str, str]) -> str:
    """Say from where to where; where a branch is over and nothing begins with it, only what was done."""
    to = "; ".join(steps[key] for key in data["to_step"].split(", ") if steps.get(key))
    known = {"from": steps.get(data["from_step"], ""), "to": to}
    return (_("%(from)s → %(to)s") if to else _("Xong: %(from)s")) % known
