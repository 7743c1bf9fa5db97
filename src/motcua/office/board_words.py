"""Words for the notice boards: what is wrong with a posting, what to do, why something is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.queries.posting import PostingFacts
from motcua.kit.templatetags.ui import day, stamp

FAULTS: dict[str, str | Promise] = {
    "withdrawn": lazy("Thủ tục đã bãi bỏ"),
    "superseded": lazy("Bản cũ"),
    "missing": lazy("Không còn"),
    "damaged": lazy("Rách, mờ, bị che"),
    "wrong_version": lazy("Treo bản khác"),
    "unchecked": lazy("Lâu chưa kiểm tra"),
}
# Heads of the columns of the overview.
COLUMNS: dict[str, str | Promise] = {
    "stale": lazy("Phải xử lý"),
    "withdrawn": lazy("Đã bãi bỏ"),
    "superseded": lazy("Bản cũ"),
    "missing": lazy("Không còn"),
    "damaged": lazy("Rách, mờ"),
    "wrong_version": lazy("Bản khác"),
    "unchecked": lazy("Lâu chưa kiểm tra"),
}
FINDINGS: dict[str, str | Promise] = {
    "in_place": lazy("Còn như đã ghi"),
    "missing": lazy("Không còn"),
    "damaged": lazy("Rách, mờ, bị che"),
    "wrong_version": lazy("Treo bản khác"),
}
_REFUSALS: dict[str, str | Promise] = {
    "no_place": lazy("Ghi nơi niêm yết."),
    "place_too_long": lazy("Tên nơi niêm yết dài quá: rút xuống còn 240 ký tự trở xuống."),
    "nothing_chosen": lazy("Chọn ít nhất một tờ."),
    "two_of_one": lazy("Một thủ tục chỉ treo một bản ở một nơi. Bỏ bớt bản thừa."),
    "day_ahead": lazy("Ngày này chưa đến. Ghi ngày đã treo hoặc đã gỡ."),
    "before_version": lazy("Có bản được công khai sau ngày này nên chưa thể treo từ ngày ấy. Ghi ngày khác."),
    "before_posted": lazy("Ngày gỡ trước ngày treo. Ghi ngày khác."),
    "no_such_version": lazy("Có bản không còn trong danh mục. Hãy tải lại trang."),
    "not_hanging": lazy("Có tờ vừa được người khác gỡ hoặc thay. Hãy tải lại trang rồi ghi lại."),
    "bad_finding": lazy("Chọn kết quả trong danh sách."),
    "note_too_long": lazy("Ghi chú dài quá: rút xuống còn 500 ký tự trở xuống."),
}


def refusal(code: str) -> str:
    """Say why the register was not changed, and what to do."""
    return str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))


def faults(row: PostingFacts) -> str:
    """Name what is wrong with a posting; empty where nothing is."""
    return "; ".join(str(FAULTS[fault]) for fault in row.faults)


def to_do(row: PostingFacts) -> str:
    """Say what to do about a posting: the gravest fault decides; empty where nothing is to be done."""
    fault = row.faults[0] if row.faults else ""
    newest = {"n": row.current_number or row.number}
    if fault == "withdrawn":
        return _("Gỡ xuống.")
    if fault in ("superseded", "wrong_version"):
        return _("In bản %(n)s rồi treo thay.") % newest
    if fault in ("missing", "damaged"):
        return _("In lại bản %(n)s rồi treo lại.") % newest
    return _("Đến xem rồi ghi kết quả.") if fault == "unchecked" else ""


def last_check(row: PostingFacts) -> str:
    """Say when somebody looked last, who it was and what they found."""
    if row.checked_at is None:
        return _("Chưa kiểm tra")
    found = str(FINDINGS.get(row.finding, row.finding))
    said = _("%(when)s, %(who)s: %(found)s") % {
        "when": stamp(row.checked_at),
        "who": row.checked_label,
        "found": found,
    }
    return f"{said}. {row.note}" if row.note else said


def hung(row: PostingFacts) -> str:
    """Say since when a posting hangs, and who put it up."""
    return _("từ %(day)s, %(who)s") % {"day": day(row.posted_on), "who": row.posted_label}
