"""Words of the pages on the organisation: kinds of agencies, states of plans, roles, grounds of the register."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

KINDS: dict[str, Promise] = {
    "province": lazy("Ủy ban nhân dân tỉnh"),
    "department": lazy("Sở, ban, ngành"),
    "commune": lazy("Ủy ban nhân dân xã, phường"),
    "district": lazy("Ủy ban nhân dân huyện"),
    "public_service_unit": lazy("Đơn vị sự nghiệp công lập"),
    "sub_department": lazy("Chi cục"),
    "school": lazy("Trường học"),
    "one_stop_centre": lazy("Trung tâm phục vụ hành chính công"),
    "police": lazy("Công an"),
    "social_insurance": lazy("Bảo hiểm xã hội"),
    "tax": lazy("Thuế"),
}
TERRITORY_KINDS: dict[str, Promise] = {
    "commune": lazy("Xã"),
    "ward": lazy("Phường"),
    "special": lazy("Đặc khu"),
    "province": lazy("Tỉnh, thành phố"),
}
ROLES: dict[str, Promise] = {
    "receive": lazy("Tiếp nhận, trả kết quả"),
    "solve": lazy("Thụ lý"),
    "head": lazy("Phụ trách"),
    "sign": lazy("Ký"),
    "see_agency": lazy("Xem cơ quan"),
    "see_province": lazy("Xem toàn tỉnh"),
    "administer": lazy("Quản trị"),
}
DUTIES: dict[str, Promise] = {"receive": lazy("Tiếp nhận"), "decide": lazy("Giải quyết")}
# The state of a plan, with the kind of mark that it is shown by.
STATES: dict[str, tuple[Promise, str]] = {
    "draft": (lazy("Dự thảo"), ""),
    "proposed": (lazy("Chờ duyệt"), "soon"),
    "approved": (lazy("Đã duyệt, chờ đến ngày"), "info"),
    "applying": (lazy("Đang thực hiện"), "in_progress"),
    "applied": (lazy("Đã thực hiện"), "done"),
    "dropped": (lazy("Đã bỏ"), "withdrawn"),
}
REGISTER_KINDS: dict[str, Promise] = {
    "units": lazy("Sắp xếp đơn vị"),
    "streamlined": lazy("Tinh giản biên chế"),
}
GROUNDS: dict[str, Promise] = {
    "early_retirement": lazy("Nghỉ hưu trước tuổi"),
    "moved_out": lazy("Chuyển sang tổ chức không dùng kinh phí thường xuyên từ ngân sách"),
    "left_at_once": lazy("Thôi việc ngay"),
    "left_after_training": lazy("Thôi việc sau khi đi học nghề"),
    "lower_position": lazy("Thôi giữ chức vụ lãnh đạo hoặc giữ chức vụ thấp hơn do sắp xếp"),
    "other": lazy("Lý do khác"),
}
