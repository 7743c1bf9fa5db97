"""Words for the refusals of absences, delegations and competences, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as lazy

_REFUSALS = {
    "period_empty": lazy("Ngày trở lại phải sau ngày bắt đầu."),
    "period_past": lazy("Ngày bắt đầu phải từ hôm nay trở đi: việc đã giao trước đó không thay đổi."),
    "absence_overlaps": lazy(
        "Người này đã có một đợt vắng mặt trong thời gian đó. Kết thúc đợt ấy rồi ghi lại."
    ),
    "over_already": lazy("Đã hết hạn hoặc vừa được người khác kết thúc. Không có gì phải làm thêm."),
    "not_a_colleague": lazy("Người nhận ủy quyền phải đang giữ một vị trí ở cùng cơ quan."),
    "holds_the_post": lazy("Người này đang giữ chính vị trí ấy. Chọn người khác để ủy quyền."),
    "delegate_away": lazy(
        "Người được chọn vắng mặt trong thời gian ủy quyền. Chọn người khác hoặc đổi ngày."
    ),
    "delegated_already": lazy(
        "Vị trí này đã ủy quyền cho người khác trong thời gian đó. Kết thúc ủy quyền cũ trước."
    ),
    "act_missing": lazy("Ghi số, ký hiệu văn bản giao hoặc chấm dứt thẩm quyền."),
    "days_reversed": lazy("Ngày hết hiệu lực phải sau ngày có hiệu lực."),
    "agency_absent": lazy(
        "Cơ quan này không hoạt động vào ngày có hiệu lực. Chọn cơ quan khác hoặc đổi ngày."
    ),
    "place_unknown": lazy("Không có đơn vị hành chính mang mã này vào ngày có hiệu lực. Kiểm tra lại mã."),
    "competence_taken": lazy(
        "Thẩm quyền này đã được giao tại địa bàn đó trong thời gian ấy. Chấm dứt việc giao cũ trước."
    ),
    "competence_over": lazy(
        "Việc giao thẩm quyền này đã hết hiệu lực trước ngày đó. Không có gì phải làm thêm."
    ),
}


def refusal(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Say a refusal in the reader's language, with what to do."""
    text = str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))
    return text % facts if facts and "%(" in text else text


def known_refusals() -> frozenset[str]:
    """Return the codes that have words."""
    return frozenset(_REFUSALS)
