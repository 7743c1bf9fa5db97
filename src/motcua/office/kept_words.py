"""Words for how the catalogue is kept: proposals, figures against the lists, cells read, running dossiers."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.templatetags.ui import day
from motcua.office.wording import Word

PROPOSALS: dict[str, str | Promise] = {
    "open": lazy("Chờ quyết định"),
    "withdrawn": lazy("Đã bãi bỏ"),
    "kept": lazy("Đã giữ lại"),
    "gone": lazy("Danh mục lại có tên"),
}
CELLS: dict[str, str | Promise] = {
    "channels": lazy("Thời hạn theo cách nộp"),
    "fees": lazy("Phí, lệ phí"),
    "components": lazy("Giấy tờ"),
    "legal_bases": lazy("Căn cứ pháp lý"),
    "results": lazy("Kết quả"),
}
# Each a column of the figure, in this order.
CURRENT = {
    "listed": Word(
        lazy("Danh mục"), lazy("Có trong danh mục"), lazy("Thủ tục mà danh mục chính thức mới nhất nêu tên.")
    ),
    "published": Word(
        lazy("Công khai"), lazy("Đã công khai"), lazy("Trong số đó, thủ tục đang công khai ở đây.")
    ),
    "missing": Word(lazy("Thiếu"), lazy("Còn thiếu"), lazy("Có trong danh mục, chưa công khai ở đây.")),
    "withdrawn_here": Word(
        lazy("Đã bãi bỏ"),
        lazy("Đã bãi bỏ ở đây"),
        lazy("Danh mục còn nêu tên, ở đây đã bãi bỏ."),
    ),
    "renamed": Word(
        lazy("Khác tên"), lazy("Khác tên danh mục"), lazy("Đang công khai dưới tên khác với danh mục.")
    ),
    "unconfirmed": Word(
        lazy("Chưa xác nhận"),
        lazy("Thời hạn chưa xác nhận"),
        lazy("Đang công khai, có thời hạn mà chưa ai xác nhận."),
    ),
}
_PARTS: dict[str, str | Promise] = {
    "limit": lazy("Thời hạn"),
    "fees": lazy("Phí, lệ phí"),
    "components": lazy("Giấy tờ"),
    "steps": lazy("Trình tự thực hiện"),
    "results": lazy("Kết quả"),
    "legal_bases": lazy("Căn cứ pháp lý"),
    "conditions": lazy("Yêu cầu, điều kiện"),
    "competent": lazy("Nơi giải quyết"),
}


def percent(part: int, whole: int) -> Decimal | None:
    """Return the share in per cent with two decimals, cut, so that 100 means all; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def in_flight(declared: Mapping[str, Any]) -> list[str]:
    """Say what running dossiers do with a version, a sentence for each part; all stay where nothing is said."""
    said = [
        _declared(str(_PARTS[part]), policy)
        for part, policy in declared.items()
        if part in _PARTS and policy["policy"] == "follow"
    ]
    others = _("Các phần còn lại giữ như lúc nộp") if said else _("Mọi phần giữ như lúc nộp")
    return [*said, others]


def _declared(part: str, policy: Mapping[str, Any]) -> str:
    if policy.get("from") is None:
        return _("%(part)s theo phiên bản này ngay") % {"part": part}
    since = day(date.fromisoformat(policy["from"]))
    return _("%(part)s theo phiên bản này từ %(day)s") % {"part": part, "day": since}
