"""Words of the catalogue for those who keep it: why a value is doubted, what field it is, what was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import ChannelRecord, ComponentRecord, ProcedureRecord
from motcua.dossiers import words
from motcua.dossiers.procedure_words import fee_words, unit_words
from motcua.kit.templatetags.ui import stamp
from motcua.rules.deadlines import Limit

__all__ = [
    "AUDIENCE",
    "LEVELS",
    "PLAIN_FIELDS",
    "REASONS",
    "STATES",
    "UNITS",
    "channel_of",
    "component_of",
    "decided",
    "fee_words",
    "field_label",
    "limit_lines",
    "limit_text",
    "paper_lines",
    "path_of",
    "reason",
    "refusal",
    "service_level",
    "settled",
    "unit_words",
    "value_lines",
]

REASONS: dict[str, str | Promise] = {
    "unconfirmed limit": lazy("Thời hạn chưa ai xác nhận"),
    "unknown unit": lazy("Thời hạn không ghi đơn vị"),
    "unreadable limit": lazy("Không đọc được thời hạn"),
    "no limit stated": lazy("Nguồn không ghi thời hạn"),
    "several limits": lazy("Một ô ghi nhiều thời hạn"),
    "contradicts its own steps": lazy("Thời hạn khác với trình tự thực hiện"),
    "number glued to the fee": lazy("Số bị dính vào phí"),
    "thousands dropped": lazy("Số tiền thiếu hàng nghìn"),
    "other currency": lazy("Phí bằng ngoại tệ"),
    "free beside an amount": lazy("Vừa ghi miễn phí vừa ghi số tiền"),
    "unreadable fee": lazy("Không đọc được phí"),
    "fee by reference not named": lazy("Phí theo văn bản nhưng không nêu văn bản nào"),
    "unknown channel": lazy("Hình thức nộp lạ"),
    "several rows for one channel": lazy("Nhiều dòng cho một hình thức nộp"),
    "missing quantity": lazy("Giấy tờ không ghi số lượng"),
    "unreadable paper": lazy("Không đọc được giấy tờ"),
    "unclear case": lazy("Không rõ trường hợp"),
    "unknown legal number": lazy("Không rõ số văn bản"),
    "unknown result code": lazy("Không rõ mã kết quả"),
    "unknown level": lazy("Không rõ cấp thực hiện"),
    "unknown audience": lazy("Không rõ đối tượng"),
    "not NFC": lazy("Chữ không theo Unicode dựng sẵn"),
    "invisible characters": lazy("Có ký tự ẩn"),
    "footer removed": lazy("Đã bỏ phần chân trang lẫn vào"),
    "cells could not be cut": lazy("Không tách được các ô dính nhau"),
    "another procedure's content": lazy("Nội dung của thủ tục khác"),
    "name differs from the list": lazy("Tên khác với danh mục"),
    "not in the list": lazy("Không có trong danh mục"),
    "differs from the version kept by hand": lazy("Khác với bản đang giữ"),
    "two records with one code": lazy("Hai bản ghi cùng mã"),
    "missing field": lazy("Thiếu trường bắt buộc"),
    "not public": lazy("Nguồn ghi không công khai"),
    "set by hand": lazy("Giá trị do người đặt"),
}
STATES: dict[str, str | Promise] = {
    "open": lazy("Chờ xác nhận"),
    "asked": lazy("Đang hỏi lại"),
    "decided": lazy("Đã xử lý"),
}
_DECIDED = {
    "accepted": lazy("%(who)s đã đồng ý lúc %(when)s"),
    "corrected": lazy("%(who)s đã sửa lúc %(when)s"),
    "asked": lazy("%(who)s đã hỏi lại lúc %(when)s"),
    "gone": lazy("Nguồn không còn ghi giá trị này"),
    "withdrawn": lazy("%(who)s đã bãi bỏ lúc %(when)s"),
    "kept": lazy("%(who)s đã giữ lại lúc %(when)s"),
}
PLAIN_FIELDS: dict[str, str | Promise] = {
    "limits": lazy("Mọi thời hạn của thủ tục"),
    "levels": lazy("Cấp thực hiện"),
    "audience": lazy("Đối tượng thực hiện"),
    "steps": lazy("Trình tự thực hiện"),
    "name": lazy("Tên thủ tục"),
    "code": lazy("Mã thủ tục"),
    "domain": lazy("Lĩnh vực"),
    "decision": lazy("Quyết định công bố"),
    "conditions": lazy("Yêu cầu, điều kiện"),
    "service": lazy("Mức độ dịch vụ công"),
    "agencies": lazy("Cơ quan thực hiện"),
    "components": lazy("Thành phần hồ sơ"),
    "version": lazy("Bản đang dùng và bản nhập"),
}
LEVELS = {"ministry": lazy("Cấp bộ"), "province": lazy("Cấp tỉnh"), "commune": lazy("Cấp xã")}
AUDIENCE = {
    "citizen": lazy("Công dân Việt Nam"),
    "business": lazy("Doanh nghiệp"),
    "foreigner": lazy("Người nước ngoài"),
    "overseas_vietnamese": lazy("Người Việt Nam định cư ở nước ngoài"),
    "organisation": lazy("Tổ chức"),
    "cooperative": lazy("Hợp tác xã"),
    "official": lazy("Cán bộ, công chức"),
}
UNITS = words.FEE_UNITS
_REFUSALS = {
    "not_open": lazy("Chỗ này không còn chờ: %(first)s."),
    "changed_meanwhile": lazy(
        "Thủ tục vừa có phiên bản mới. Những gì bạn nhập vẫn còn: xem lại giá trị mới rồi lưu."
    ),
    "busy": lazy("Danh mục đang được nhập, mất chừng một phút. Những gì bạn nhập vẫn còn: hãy bấm lại sau."),
    "bad_value": lazy("Thủ tục không nhận giá trị này. Xem lại từng ô rồi lưu."),
    "no_such_field": lazy("Thủ tục không còn giá trị này. Hãy tải lại trang."),
    "nothing_read": lazy(
        "Còn thời hạn hoặc phí chưa đọc được nên chưa có gì để đồng ý. Hãy sửa hoặc hỏi lại."
    ),
    "nothing_imported": lazy("Không còn bản nhập nào để lấy. Hãy tải lại trang."),
    "no_question": lazy("Ghi câu hỏi."),
    "no_basis": lazy("Ghi căn cứ pháp lý."),
    "no_day": lazy("Ghi ngày bãi bỏ có hiệu lực."),
    "day_too_far": lazy("Ngày bãi bỏ quá xa; kiểm tra lại năm."),
    "day_past": lazy("Ngày bãi bỏ có hiệu lực không được trước hôm nay."),
    "already_withdrawn": lazy("Thủ tục này đã được bãi bỏ trước đó."),
}


def reason(code: str) -> str:
    """Say why a value is doubted, or a record held back; a fault of the format keeps its code."""
    known = REASONS.get(code)
    return str(known) if known else _("Không đúng khuôn dạng (%(code)s)") % {"code": code}


def refusal(code: str, first: str = "") -> str:
    """Say why something could not be settled, and what to do; `first` says who was there before."""
    if code == "not_open" and not first:
        return _("Chỗ này không còn chờ. Hãy tải lại trang.")
    text = str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))
    return text % {"first": first} if "%(" in text else text


def decided(state: str, label: str, at: datetime | None) -> str:
    """Say who decided and when; empty while nobody has."""
    pattern = _DECIDED.get(state)
    return str(pattern) % {"who": label, "when": stamp(at)} if pattern else ""


def settled(who: str, when: datetime | None) -> str:
    """Say who settled something and when, whatever they decided; empty where nobody did."""
    return _("%(who)s đã xử lý lúc %(when)s") % {"who": who, "when": stamp(when)} if who and when else ""


def channel_of(record: ProcedureRecord, field: str) -> ChannelRecord | None:
    """Return the channel that a path such as `channel.online.c2.limit` names, None where there is none."""
    parts = field.split(".")
    if parts[0] != "channel" or len(parts) not in (3, 4):
        return None
    rows = [row for row in record.channels if row.channel.value == parts[1]]
    if len(parts) == 4:
        rows = [row for row in rows if row.case == parts[2]]
    return rows[0] if rows else None


def component_of(record: ProcedureRecord, field: str) -> ComponentRecord | None:
    """Return the paper that a path such as `component.to-khai` names, None where there is none."""
    kind, _dot, key = field.partition(".")
    found = (item for item in record.components if item.key == key)
    return next(found, None) if kind == "component" else None


def field_label(field: str, record: ProcedureRecord) -> str:
    """Say which field of the procedure a path names."""
    kind, _dot, rest = field.partition(".")
    if field in PLAIN_FIELDS:
        return str(PLAIN_FIELDS[field])
    if kind == "channel":
        return _channel_label(field, record)
    if kind == "component":
        item = component_of(record, field)
        return _("Giấy tờ: %(name)s") % {"name": _one(item.name) if item else rest}
    if kind == "legal_basis":
        return _("Căn cứ pháp lý (%(n)s)") % {"n": rest}
    if kind == "result":
        return _("Kết quả (%(n)s)") % {"n": rest}
    if kind == "case":
        return _("Trường hợp (%(n)s)") % {"n": rest}
    return _("Trường “%(field)s” của nguồn") % {"field": rest or field}


def _channel_label(field: str, record: ProcedureRecord) -> str:
    parts = field.split(".")
    what = {"limit": _("Thời hạn"), "fee": _("Phí, lệ phí")}.get(parts[-1], _("Cách thực hiện"))
    named = [what, str(words.CHANNELS.get(parts[1], parts[1])) if len(parts) > 1 else ""]
    if len(parts) == 4 and len(record.cases) > 1:
        named += [_one(case) for case in record.cases if case.key == parts[2]]
    return " · ".join(part for part in named if part)


def _one(text: Any) -> str:
    return str(text.en if words.in_english() and text.en else text.vi)


def value_lines(field: str, record: ProcedureRecord) -> list[str]:
    """Say what the published version holds at the field, a line each; empty where it cannot be shown."""
    if (row := channel_of(record, field)) is not None:
        return [fee_words(fee) for fee in row.fees] if field.endswith(".fee") else limit_lines(row)
    if (item := component_of(record, field)) is not None:
        return paper_lines(item)
    if field == "levels":
        return [str(LEVELS[level.value]) for level in record.levels]
    if field == "audience":
        return [str(AUDIENCE[who.value]) for who in record.audience]
    if field == "name":
        return [record.name.vi]
    return []


def limit_lines(row: ChannelRecord) -> list[str]:
    """Say the limit of a channel, its stretches and by how much it may be extended."""
    if row.limit_unread:
        return []
    lines = [limit_text(row.limit)]
    lines += [f"{phase.name}: {limit_text(phase.limit)}" for phase in row.phases if phase.limit]
    if row.extension and row.extension.limit:
        lines.append(_("Được gia hạn %(limit)s") % {"limit": limit_text(row.extension.limit)})
    return lines


def limit_text(limit: Mapping[str, object] | None) -> str:
    """Say a limit of the format."""
    return words.limit_words(Limit.from_json(limit) if limit else None)


def path_of(row: ChannelRecord, part: str, record: ProcedureRecord) -> str:
    """Return the path of the `limit` or `fee` of a channel; the case is named only where there are several."""
    case = f".{row.case}" if len(record.cases) > 1 else ""
    return f"channel.{row.channel.value}{case}.{part}"


def paper_lines(item: ComponentRecord) -> list[str]:
    """Say how many of a paper, and whether it must be given."""
    lines = [] if item.originals + item.copies else [_("Không ghi số bản")]
    if item.originals:
        lines.append(_("%(n)s bản chính") % {"n": item.originals})
    if item.copies:
        lines.append(_("%(n)s bản sao") % {"n": item.copies})
    lines.append(_("Phải nộp") if item.group.value == "submit" else _("Chỉ xuất trình"))
    if not item.required:
        lines.append(_("Không bắt buộc"))
    return lines


def service_level(record: ProcedureRecord) -> str:
    """Say how far the procedure can be done online."""
    return str(_SERVICE[record.service_level.value])


_SERVICE = {
    "information": lazy("Chỉ cung cấp thông tin"),
    "partial": lazy("Trực tuyến một phần"),
    "full": lazy("Trực tuyến toàn trình"),
    "unstated": lazy("Nguồn không ghi"),
}
