"""Words for what is wrong with a plan of a reorganisation, with a line of the register, or with a closure.

Each sentence names the thing and says what to do, in the reader's language.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.rules.reorganisation import Fault

FUNCTIONS = {
    "receiver": lazy("tiếp nhận và trả kết quả"),
    "specialist": lazy("chuyên viên thụ lý"),
    "head": lazy("trưởng phòng"),
    "leader": lazy("lãnh đạo"),
    "reform": lazy("cải cách hành chính"),
    "administrator": lazy("quản trị"),
}

_FAULTS = {
    "field_twice": lazy("Một dòng nêu “%(field)s” hai lần. Giữ lại một lần."),
    "passes_on": lazy(
        "%(agency)s cũng chuyển đi đúng việc ấy trong cùng ngày. Ghi thẳng nơi nhận cuối cùng ở mục này."
    ),
    "same_day": lazy(
        "%(agency)s đã được một kế hoạch khác sắp xếp trong cùng ngày. Gộp hai kế hoạch làm một, hoặc chọn ngày khác."
    ),
    "outside_mixed": lazy(
        "%(agency)s và cơ quan kia: một bên dùng hệ thống này, một bên không. "
        "Việc đang mở sẽ không ai làm được; chọn nơi nhận cùng loại."
    ),
    "code_needed": lazy(
        "%(agency)s chưa có mã định danh nên không cấp được mã hồ sơ. Ghi mã định danh (QĐ 20)."
    ),
    "changed_twice": lazy("%(agency)s được đổi hai lần trong kế hoạch. Gộp hai mục làm một."),
    "overtaken": lazy(
        "Kế hoạch “%(plan)s” của một ngày sau đã thực hiện rồi. Trả lại kế hoạch này, chọn ngày mới, kiểm tra và trình lại."
    ),
    "not_applied": lazy(
        "Hệ thống chưa thực hiện được kế hoạch này (%(why)s); chưa có gì thay đổi. Báo quản trị, sửa, rồi trình lại."
    ),
    # The file as a whole.
    "not_json": lazy(
        "Dòng này không đọc được: không phải JSON. Xem dấu ngoặc, dấu nháy, dấu phẩy; mỗi thao tác một dòng."
    ),
    "not_an_object": lazy("Dòng này phải là một đối tượng JSON, viết trong dấu ngoặc { }."),
    "no_head": lazy(
        'Thiếu dòng đầu của kế hoạch. Dòng đầu phải có "motcua": "reorganisation", "version": 1 và tên, văn bản, ngày.'
    ),
    "bad_version": lazy(
        'Dòng đầu phải có "version": 1. Tệp của phiên bản khác phải lập lại theo mẫu hiện nay.'
    ),
    "cut": lazy(
        "Tệp không còn nguyên vẹn: dòng đầu ghi %(declared)s thao tác nhưng tệp có %(found)s. "
        "Lấy lại tệp gốc, hoặc sửa số ở dòng đầu nếu đã đủ."
    ),
    "too_many": lazy("Tệp có quá nhiều thao tác, nhiều nhất là %(most)s. Chia thành nhiều kế hoạch."),
    "too_long": lazy("Dòng này dài quá. Chia thao tác thành nhiều dòng."),
    # A line by itself.
    "unknown_op": lazy(
        'Không có thao tác “%(op)s”. Dùng một trong các thao tác nêu trong tài liệu, ví dụ "merge".'
    ),
    "field_missing": lazy("Thiếu mục “%(field)s”. Điền thêm mục này."),
    "field_unknown": lazy("Không có mục “%(field)s” trong thao tác này. Bỏ mục đó hoặc sửa lại tên mục."),
    "field_wrong": lazy("Mục “%(field)s” không đúng dạng. Viết lại, không để trống và không dài quá."),
    # The head.
    "title_missing": lazy("Nhập tên kế hoạch, dài nhất 240 ký tự."),
    "act_missing": lazy("Nhập số, ký hiệu văn bản, dài nhất 240 ký tự."),
    "effective_wrong": lazy("Ngày có hiệu lực không phải một ngày. Viết năm-tháng-ngày, ví dụ 2026-12-01."),
    "effective_past": lazy(
        "Ngày có hiệu lực %(day)s đã qua. Chọn từ hôm nay trở đi: việc của những ngày đã qua không đổi được."
    ),
    "nothing_to_do": lazy("Kế hoạch chưa có thao tác nào. Thêm ít nhất một thao tác."),
    # Agencies.
    "unknown_agency": lazy(
        "Không có cơ quan nào mang khóa %(agency)s. Chọn cơ quan khác, hoặc thêm thao tác thành lập."
    ),
    "ended_agency": lazy(
        "%(agency)s đã kết thúc hoặc kết thúc theo kế hoạch này. Chọn cơ quan còn hoạt động."
    ),
    "new_agency": lazy(
        "%(agency)s mới thành lập theo kế hoạch này nên chưa thể làm thao tác đó. Chọn cơ quan đang "
        "hoạt động."
    ),
    "key_taken": lazy("Khóa %(agency)s đã có cơ quan dùng. Đặt khóa khác."),
    "key_wrong": lazy(
        "Khóa %(agency)s không đúng dạng. Chỉ dùng chữ thường không dấu, số và gạch nối, nhiều nhất 80 ký tự."
    ),
    "kind_wrong": lazy("Không có loại cơ quan “%(kind)s”. Chọn loại trong danh sách."),
    "level_wrong": lazy("Không có cấp “%(level)s”. Chọn cấp trong danh sách."),
    "template_wrong": lazy(
        "Mẫu mã hồ sơ không đúng. Viết như {agency}-{date:%%y%%m%%d}-{seq:04}, hoặc để trống."
    ),
    "code_taken": lazy(
        "Mã định danh %(code)s đã cấp cho cơ quan khác; mã không bao giờ dùng lại. Ghi mã khác."
    ),
    "ends_twice": lazy("%(agency)s đã kết thúc theo mục %(other)s. Chỉ giữ một trong hai thao tác."),
    "changed_and_ends": lazy(
        "%(agency)s kết thúc theo kế hoạch này nên không đổi được nữa. Bỏ thao tác này, hoặc bỏ thao "
        "tác kết thúc."
    ),
    "cycle": lazy(
        "%(agency)s nối vòng trở lại chính nó. Chọn cơ quan kế thừa hoặc cấp trên khác để không thành vòng."
    ),
    "successor_ends": lazy(
        "%(agency)s được chọn kế thừa nhưng cũng kết thúc hôm đó. Chọn cơ quan còn hoạt động sau ngày đó."
    ),
    "parent_ends": lazy(
        "%(agency)s được chọn làm cấp trên nhưng kết thúc hôm đó. Chọn cấp trên còn hoạt động sau ngày đó."
    ),
    "to_itself": lazy("%(agency)s đang có thẩm quyền này rồi. Chọn cơ quan khác để chuyển đến."),
    "successor_missing": lazy(
        "%(agency)s còn hồ sơ, thẩm quyền, địa bàn hoặc đơn vị trực thuộc mà chưa có ai kế thừa. "
        "Chọn cơ quan kế thừa."
    ),
    "split_unclear": lazy("Phần giao cho %(agency)s chưa nêu địa bàn hay thủ tục. Ghi ít nhất một mã."),
    # Places and procedures.
    "unknown_territory": lazy(
        "Không có đơn vị hành chính mang mã %(code)s. Sửa mã, hoặc thêm thao tác lập địa bàn."
    ),
    "territory_ended": lazy("Đơn vị hành chính %(code)s kết thúc. Chọn mã của đơn vị mới."),
    "territory_taken": lazy("Mã đơn vị hành chính %(code)s đã có. Mã mới phải chưa từng dùng."),
    "territory_twice": lazy(
        "Địa bàn %(code)s được giao cho hai nơi; nơi kia là %(other)s. Chỉ giao cho một nơi."
    ),
    "seat_ends": lazy(
        "%(agency)s tiếp tục hoạt động nhưng địa bàn %(code)s của nó kết thúc. Thêm thao tác đổi mã "
        "để ghi địa bàn mới."
    ),
    "unknown_procedure": lazy("Không có thủ tục mang mã %(procedure)s. Sửa mã cho đúng danh mục."),
    "transfer_twice": lazy("Thủ tục %(code)s được chuyển hai lần; lần kia ở mục %(other)s. Chỉ giữ một lần."),
    # Posts.
    "duty_without_post": lazy(
        "%(agency)s chưa có vị trí %(function)s để làm việc được giao. Thêm vị trí này."
    ),
    "unknown_post": lazy("Không có vị trí %(post)s đang hoạt động. Chọn vị trí khác."),
    "post_elsewhere": lazy(
        "Vị trí %(post)s thuộc cơ quan mà %(agency)s không kế thừa. Chọn vị trí của cơ quan mà nó kế thừa."
    ),
    "post_twice": lazy("Vị trí %(post)s được nêu hai lần. Chỉ giữ một."),
    "function_wrong": lazy(
        "Nhóm việc “%(function)s” không đúng với vị trí này. Chọn trong danh sách; vị trí đã có thì "
        "giữ nguyên nhóm việc."
    ),
    "role_wrong": lazy("Không có quyền “%(role)s”. Chọn quyền trong danh sách."),
    "unknown_person": lazy(
        "Không có cán bộ nào đang dùng tên đăng nhập “%(person)s”. Chọn người khác, hoặc để chưa có người."
    ),
    "title_needed": lazy("Vị trí mới %(post)s chưa có chức danh. Nhập chức danh."),
}

_REFUSALS = {
    "plan_faulty": lazy("Kế hoạch còn lỗi. Sửa hết các lỗi nêu ở trang kiểm tra rồi làm lại."),
    "not_a_draft": lazy("Kế hoạch không còn là dự thảo nên không sửa được. Trả lại để sửa, rồi sửa."),
    "changed_meanwhile": lazy(
        "Người khác vừa sửa kế hoạch này. Những gì bạn nhập còn ở đây: xem lại danh sách rồi bấm lại "
        "một lần nữa."
    ),
    "reason_needed": lazy("Nhập lý do."),
    "begun_already": lazy("Kế hoạch đã bắt đầu thực hiện nên không trả lại hay bỏ được nữa."),
    "not_proposed": lazy(
        "Kế hoạch này không ở trạng thái chờ duyệt. Tải lại trang để xem trạng thái hiện nay."
    ),
    "dropped_already": lazy("Kế hoạch này đã bỏ từ trước. Không có gì phải làm thêm."),
    "same_person": lazy(
        "Người trình không tự duyệt. Một người khác quản trị hoặc ký thay cho tỉnh mở trang này để duyệt."
    ),
    "not_there": lazy("Không còn kế hoạch này. Trở về danh sách để chọn lại."),
    # The register.
    "kind_wrong": lazy("Chọn loại việc: sắp xếp đơn vị hay tinh giản biên chế."),
    "day_future": lazy("Ngày có hiệu lực chưa đến. Sổ chỉ ghi việc đã có hiệu lực."),
    "counts_wrong": lazy("Số lượng phải từ 0 đến 1.000.000. Viết lại số."),
    "counts_missing": lazy("Nhập số đơn vị hoặc số vị trí trước khi sắp xếp."),
    "cases_missing": lazy("Nhập số trường hợp tinh giản, từ 1 trở lên."),
    "ground_missing": lazy("Chọn lý do tinh giản trong danh sách."),
    "strike_reason_needed": lazy("Nhập lý do gạch dòng này. Dòng bị gạch vẫn xem được trong sổ."),
    "line_not_there": lazy("Không có dòng này trong sổ. Trở về sổ để chọn lại."),
    "struck_already": lazy("Dòng này đã gạch từ trước. Không có gì phải làm thêm."),
    # A closure.
    "closure_act_missing": lazy("Nhập văn bản giao làm thay."),
    "period_empty": lazy("Ngày làm việc trở lại phải sau ngày bắt đầu làm thay."),
    "period_past": lazy("Ngày bắt đầu làm thay phải từ hôm nay trở đi."),
    "period_long": lazy("Làm thay quá một năm. Rút ngắn thời gian, hoặc lập kế hoạch sắp xếp tổ chức."),
    "acting_closed": lazy(
        "Cơ quan được chọn cũng đang nhờ nơi khác làm thay trong thời gian đó. Chọn cơ quan khác."
    ),
    "same_office": lazy("Cơ quan không tự làm thay cho mình. Chọn cơ quan khác."),
    "acting_not_there": lazy(
        "Cơ quan được chọn không hoạt động trong hệ thống vào ngày đó. Chọn cơ quan khác."
    ),
    "nothing_held": lazy("Cơ quan này không có vị trí nào đang có người nên không có gì để giao."),
    "function_without_people": lazy(
        "Cơ quan làm thay không có ai có mặt suốt thời gian đó ở vị trí %(function)s. Chọn cơ quan "
        "khác, đổi ngày, hoặc cử người trước."
    ),
    "post_delegated_already": lazy(
        "Vị trí “%(post)s” đã ủy quyền cho người khác trong thời gian đó. Kết thúc ủy quyền ấy trước."
    ),
    "not_closed": lazy("Không còn đợt làm thay nào bắt đầu ngày đó. Tải lại trang để xem hiện nay."),
}

# What a field of a line is called on a page.
_FIELDS = {
    "name_vi": lazy("tên"),
    "code_qd20": lazy("mã định danh"),
    "code": lazy("mã"),
    "from": lazy("cơ quan cũ"),
    "into": lazy("cơ quan mới"),
    "parts": lazy("các phần"),
    "operations": lazy("số thao tác"),
}


def fault(found: Fault, names: Mapping[str, str], *, line: Any = None) -> str:
    """Say a fault; `names` are those of agencies by key, `line` tells how a line's number is called here."""
    facts = {name: str(value) for name, value in found.facts}
    said = dict(found.facts)
    if "agency" in facts:
        facts["agency"] = named(facts["agency"], names)
    if "other" in facts:
        other = said["other"]
        facts["other"] = (
            str(line(other) if line else other) if isinstance(other, int) else named(other, names)
        )
    if found.code == "territory_twice" and isinstance(said.get("other"), int):
        facts["other"] = _("mục %(n)s") % {"n": facts["other"]}
    if "function" in facts:
        facts["function"] = str(FUNCTIONS.get(facts["function"], facts["function"]))
    if "field" in facts and facts["field"] in _FIELDS and line is not None:
        facts["field"] = str(_FIELDS[facts["field"]])
    text = _FAULTS.get(found.code)
    if text is None:
        return _("Mục này chưa đúng (%(code)s). Sửa lại rồi kiểm tra lần nữa.") % {"code": found.code}
    return str(text) % facts


def named(key: str, names: Mapping[str, str]) -> str:
    """Return the name of an agency in quotes, or its key where it has none."""
    return f"“{names[key]}”" if key in names else f"“{key}”"


def agencies_in(faults: Iterable[Fault]) -> set[str]:
    """Return the keys of agencies that faults name."""
    return {
        str(value)
        for one in faults
        for name, value in one.facts
        if name in ("agency", "other") and isinstance(value, str)
    }


def refusal(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Say a refusal with what to do; the codes of a plan's head have the words of the faults."""
    text = _REFUSALS.get(code) or (_FAULTS.get(code) if not facts else None)
    if text is None:
        return _("Chưa thực hiện được. Hãy tải lại trang và thử lại.")
    known = {name: str(value) for name, value in (facts or {}).items()}
    if "function" in known:
        known["function"] = str(FUNCTIONS.get(known["function"], known["function"]))
    return str(text) % known if "%(" in str(text) else str(text)


def known_faults() -> frozenset[str]:
    """Return the codes of faults that have words."""
    return frozenset(_FAULTS)


def known_refusals() -> frozenset[str]:
    """Return the codes of refusals that have words."""
    return frozenset(_REFUSALS)
