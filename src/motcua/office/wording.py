"""Words of the figures: columns, definitions, periods, and the reading that is named under each table."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.reporting.queries import Attribution
from motcua.rules.localday import local


@dataclass(frozen=True)
class Word:
    """A figure in words: under its group in a table, alone, and as it is defined."""

    short: str | Promise
    alone: str | Promise
    meaning: str | Promise


FIGURES = {
    "to_solve": Word(
        lazy("Tổng"),
        lazy("Phải giải quyết"),
        lazy("Kỳ trước chuyển sang và tiếp nhận trong kỳ, thêm hồ sơ chuyển đến, bớt hồ sơ chuyển đi."),
    ),
    "moved_in": Word(
        lazy("Chuyển đến"),
        lazy("Chuyển đến trong kỳ"),
        lazy("Hồ sơ chưa giải quyết xong, từ cơ quan khác chuyển đến do sắp xếp tổ chức."),
    ),
    "moved_out": Word(
        lazy("Chuyển đi"),
        lazy("Chuyển đi trong kỳ"),
        lazy(
            "Hồ sơ chưa giải quyết xong, chuyển sang cơ quan khác do sắp xếp tổ chức; đi rồi về trong kỳ thì không đếm."
        ),
    ),
    "received_online": Word(
        lazy("Trực tuyến"), lazy("Tiếp nhận trực tuyến trong kỳ"), lazy("Tiếp nhận trong kỳ, nộp trực tuyến.")
    ),
    "received_direct": Word(
        lazy("Trực tiếp, bưu chính"),
        lazy("Tiếp nhận trực tiếp, qua bưu chính trong kỳ"),
        lazy("Tiếp nhận trong kỳ, nộp tại bộ phận một cửa hoặc qua bưu chính công ích."),
    ),
    "carried_over": Word(
        lazy("Kỳ trước"),
        lazy("Kỳ trước chuyển sang"),
        lazy("Tiếp nhận trước kỳ; đến đầu kỳ chưa có kết quả, chưa rút, chưa dừng."),
    ),
    "received": Word(
        lazy("Trong kỳ"), lazy("Tiếp nhận trong kỳ"), lazy("Có giấy tiếp nhận lập trong kỳ, mọi cách nộp.")
    ),
    "received_counter": Word(
        lazy("Trực tiếp"),
        lazy("Tiếp nhận trực tiếp trong kỳ"),
        lazy("Tiếp nhận trong kỳ, nộp tại bộ phận một cửa."),
    ),
    "received_post": Word(
        lazy("Bưu chính"),
        lazy("Tiếp nhận qua bưu chính trong kỳ"),
        lazy("Tiếp nhận trong kỳ, nộp qua bưu chính công ích."),
    ),
    "solved": Word(
        lazy("Tổng"),
        lazy("Đã giải quyết"),
        lazy("Kết quả được ký trong kỳ, kể cả quyết định không đồng ý. Không chờ đến khi người dân nhận."),
    ),
    "early": Word(
        lazy("Trước hạn"),
        lazy("Đã giải quyết trước hạn"),
        lazy("Có kết quả trước ngày hẹn trả. Ngày hẹn là ngày sau khi trừ thời gian tạm dừng và gia hạn."),
    ),
    "on_time": Word(
        lazy("Đúng hạn"),
        lazy("Đã giải quyết đúng hạn"),
        lazy("Có kết quả trong ngày hẹn trả, không quá giờ hẹn."),
    ),
    "late": Word(lazy("Trễ hạn"), lazy("Đã giải quyết trễ hạn"), lazy("Có kết quả sau giờ hẹn trả.")),
    "without_limit": Word(
        lazy("Không thời hạn"),
        lazy("Đã giải quyết, không quy định thời hạn"),
        lazy("Có kết quả; thủ tục không quy định thời hạn. Không tính vào tỷ lệ nào."),
    ),
    "in_progress": Word(
        lazy("Tổng"), lazy("Đang giải quyết"), lazy("Cuối kỳ chưa có kết quả, thời hạn đang chạy.")
    ),
    "in_progress_within": Word(
        lazy("Trong hạn"), lazy("Đang giải quyết, trong hạn"), lazy("Cuối kỳ chưa qua giờ hẹn trả.")
    ),
    "in_progress_past": Word(
        lazy("Quá hạn"), lazy("Đang giải quyết, quá hạn"), lazy("Cuối kỳ đã qua giờ hẹn trả.")
    ),
    "in_progress_no_limit": Word(
        lazy("Không thời hạn"),
        lazy("Đang giải quyết, không quy định thời hạn"),
        lazy("Cuối kỳ chưa có kết quả; thủ tục không quy định thời hạn."),
    ),
    "paused": Word(
        lazy("Tổng"), lazy("Tạm dừng"), lazy("Cuối kỳ thời hạn đang tạm dừng, chờ bổ sung hồ sơ.")
    ),
    "paused_within": Word(
        lazy("Trong hạn"), lazy("Tạm dừng, trong hạn"), lazy("Lúc tạm dừng chưa qua giờ hẹn trả.")
    ),
    "paused_past": Word(lazy("Quá hạn"), lazy("Tạm dừng, quá hạn"), lazy("Lúc tạm dừng đã qua giờ hẹn trả.")),
    "paused_no_limit": Word(
        lazy("Không thời hạn"),
        lazy("Tạm dừng, không quy định thời hạn"),
        lazy("Đang tạm dừng; thủ tục không quy định thời hạn."),
    ),
    "withdrawn": Word(
        lazy("Rút"), lazy("Người nộp rút hồ sơ"), lazy("Đã tiếp nhận, người nộp rút trong kỳ.")
    ),
    "stopped": Word(
        lazy("Dừng"),
        lazy("Dừng giải quyết"),
        lazy("Đã tiếp nhận, cơ quan dừng giải quyết trong kỳ bằng thông báo có lý do."),
    ),
    "refused": Word(
        lazy("Từ chối"),
        lazy("Từ chối tiếp nhận"),
        lazy("Nộp nhưng bị từ chối tiếp nhận trong kỳ. Đứng ngoài mọi tỷ lệ."),
    ),
    "withdrawn_before": Word(
        lazy("Rút trước khi tiếp nhận"),
        lazy("Rút trước khi tiếp nhận"),
        lazy("Người nộp rút trong kỳ, khi hồ sơ chưa được tiếp nhận. Đứng ngoài mọi tỷ lệ."),
    ),
    "due": Word(
        lazy("Đến hạn"), lazy("Đến hạn trong kỳ"), lazy("Giờ hẹn trả rơi vào kỳ, đã có kết quả hay chưa.")
    ),
    "returned": Word(
        lazy("Đã trả"), lazy("Đã trả kết quả trong kỳ"), lazy("Kết quả đã giao cho người dân trong kỳ.")
    ),
}
# The statutory table with what belongs beside it; and the rest, folded under it.
TABLE = (
    (lazy("Tiếp nhận"), ("to_solve", "received_online", "received_direct", "carried_over")),
    (lazy("Đã giải quyết"), ("solved", "early", "on_time", "late", "without_limit")),
    (lazy("Đang giải quyết"), ("in_progress", "in_progress_within", "in_progress_past")),
    (lazy("Tạm dừng"), ("paused",)),
    (lazy("Rút, dừng"), ("withdrawn", "stopped")),
    (lazy("Không tiếp nhận"), ("refused",)),
)
# Shown beside what was received, where a reorganisation moved any.
_MOVES = (lazy("Chuyển giữa các cơ quan"), ("moved_in", "moved_out"))
MORE = (
    (lazy("Tiếp nhận"), ("received", "received_counter", "received_post")),
    (lazy("Đang giải quyết"), ("in_progress_no_limit",)),
    (lazy("Tạm dừng"), ("paused_within", "paused_past", "paused_no_limit")),
    (lazy("Không tiếp nhận"), ("withdrawn_before",)),
    (lazy("Trong kỳ"), ("due", "returned")),
)
RATES = (
    (
        lazy("của số đã giải quyết"),
        lazy("Tỷ lệ đúng hạn của số đã giải quyết (%)"),
        lazy("Trước hạn và đúng hạn, chia cho số đã giải quyết có thời hạn."),
    ),
    (
        lazy("của số phải giải quyết"),
        lazy("Tỷ lệ đúng hạn của số phải giải quyết (%)"),
        lazy(
            "Số phải giải quyết trừ đã giải quyết trễ hạn, trừ đang giải quyết quá hạn, chia cho số phải giải quyết."
        ),
    ),
)
LEVELS = {
    "ministry": lazy("Bộ"),
    "province": lazy("Cấp tỉnh"),
    "district": lazy("Cấp huyện"),
    "commune": lazy("Cấp xã"),
}
# The channel by which partners get their parts of interconnected dossiers. What is counted by it stands apart from
# what people filed.
PARTS = "interconnected"
CHANNELS_COUNTED = {PARTS: lazy("Liên thông: phần việc của cơ quan phối hợp")}
# Nobody files a part, brings it to a desk or is turned away with it: such columns would hold nought beside a sum.
_PARTS_TABLE = (
    (lazy("Tiếp nhận"), ("to_solve", "received", "carried_over")),
    *(group for group in TABLE[1:] if group[1] != ("refused",)),
)
_PARTS_MORE = (MORE[1], MORE[2], MORE[4])
ATTRIBUTIONS = {
    Attribution.COMPETENT: lazy("Cơ quan giải quyết"),
    Attribution.RECEIVING: lazy("Cơ quan tiếp nhận"),
}
_ATTRIBUTED = {
    Attribution.COMPETENT: lazy("Hồ sơ tính cho cơ quan có thẩm quyền giải quyết."),
    Attribution.RECEIVING: lazy("Hồ sơ tính cho cơ quan đã tiếp nhận."),
}
# Whose organisation it is counted by, as the address carries it.
THEN, NOW = "luc-do", "hien-nay"
ORGANISATIONS = {THEN: lazy("Như tại thời điểm đó"), NOW: lazy("Theo tổ chức hiện nay")}
_QUARTERS = ("I", "II", "III", "IV")
# First month and number of months, by the code in the address.
PERIODS = (
    {f"t{month}": (month, 1) for month in range(1, 13)}
    | {f"q{quarter}": (3 * quarter - 2, 3) for quarter in range(1, 5)}
    | {"d6": (1, 6), "d9": (1, 9), "nam": (1, 12)}
)


Groups = tuple[tuple[str | Promise, tuple[str, ...]], ...]


def groups_for(channel: str, *, moves: bool = False) -> tuple[Groups, Groups]:
    """Return the columns of the table, and of the one folded under it, for what came by a channel (empty: any).

    `moves` tells that a reorganisation moved some of it.
    """
    shown, more = (_PARTS_TABLE, _PARTS_MORE) if channel == PARTS else (TABLE, MORE)
    return ((shown[0], _MOVES, *shown[1:]) if moves else shown), more


def period_choices() -> list[tuple[str, str]]:
    """Return the kinds of periods for choosing."""
    return [(code, period_kind(code)) for code in PERIODS]


def period_kind(code: str) -> str:
    """Say a kind of period without its year."""
    if code.startswith("t"):
        return _("Tháng %(n)s") % {"n": code[1:]}
    if code.startswith("q"):
        return _("Quý %(n)s") % {"n": _QUARTERS[int(code[1:]) - 1]}
    return {"d6": _("6 tháng đầu năm"), "d9": _("9 tháng đầu năm"), "nam": _("Cả năm")}[code]


def period_name(code: str, year: int) -> str:
    """Say a period with its year."""
    if code == "nam":
        return _("Năm %(year)s") % {"year": year}
    name = _("%(period)s %(year)s") if code.startswith("d") else _("%(period)s năm %(year)s")
    return name % {"period": period_kind(code), "year": year}


def reading(
    attribution: Attribution, *, whole_days: str, counted_at: datetime, running: bool, parts: bool = False
) -> list[str]:
    """Say how the figures are counted: to whom, how often, how late is late, and until when.

    `whole_days` is the legal basis on which the whole due day counts as on time, empty without one; `parts` tells that
    it is the parts of partners that are counted.
    """
    once = _("Mỗi hồ sơ đếm một lần, tại cửa nơi người dân nộp; phần gửi cơ quan phối hợp không đếm thêm.")
    each_part = _(
        "Mỗi phần việc đếm một lần, cho cơ quan phối hợp làm phần việc ấy và theo hạn của phần việc."
    )
    exact = _("Quá giờ hẹn trả là trễ hạn, kể cả trong ngày hẹn.")
    widened = _("Có kết quả trong ngày hẹn trả là đúng hạn, theo %(basis)s.") % {"basis": whole_days}
    until = (
        _("Kỳ chưa kết thúc: số liệu tính đến %(at)s.") if running else _("Số liệu cả kỳ, đến hết %(day)s.")
    )
    there = local(counted_at)
    return [
        *([each_part] if parts else [str(_ATTRIBUTED[attribution]), once]),
        widened if whole_days else exact,
        until % {"at": f"{there:%H:%M %d/%m/%Y}", "day": f"{there:%d/%m/%Y}"},
    ]


def organisation(followed_to: date | None) -> str:
    """Say whose organisation it is counted by: that of the time (None), or that of a day."""
    if followed_to is None:
        return _(
            "Cơ quan như tại thời điểm đó: hồ sơ tính cho nơi giữ hồ sơ lúc ấy; sắp xếp về sau không làm số này đổi."
        )
    return _(
        "Cơ quan theo tổ chức hiện nay (%(day)s): hồ sơ của nơi đã sáp nhập, chia, giải thể tính cho nơi nay làm thay."
    ) % {"day": f"{followed_to:%d/%m/%Y}"}


def grouped(number: int) -> str:
    """Write a number with its thousands apart: “1.234”, in English “1,234”."""
    return f"{number:,}" if _english() else f"{number:,}".replace(",", ".")


def share(percent: Decimal | None) -> str:
    """Write a percentage: “66,67%”; a dash where there is none."""
    if percent is None:
        return "–"
    return f"{percent}%" if _english() else f"{percent}%".replace(".", ",")


def _english() -> bool:
    return (get_language() or "vi").startswith("en")
