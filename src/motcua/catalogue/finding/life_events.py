"""Moments of life and of business that make people look for a procedure, and which procedures belong to them.

Our own editorial table. A procedure belongs to an event by the name of its domain or by words of its name or
keywords, whole and without marks; it may belong to several, and many belong to none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from motcua.kit.text import fold


class For(StrEnum):
    """Whom an event happens to."""

    PEOPLE = "people"
    BUSINESS = "business"


@dataclass(frozen=True)
class LifeEvent:
    """An event with its texts; `domains` and `words` say what belongs to it, `without` what does not."""

    key: str
    whom: For
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    domains: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Described(Protocol):
    """What an event looks at in a procedure."""

    @property
    def name_vi(self) -> str:
        """The Vietnamese name."""

    @property
    def domain_vi(self) -> str:
        """The Vietnamese name of the domain."""

    @property
    def keywords(self) -> Sequence[str]:
        """The words that editors added."""


_COMPANIES: Final = (
    *("Đăng ký doanh nghiệp", "Hộ kinh doanh", "Hợp tác xã, tổ hợp tác"),
    *("Thành lập và hoạt động của doanh nghiệp", "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)"),
    *("Thành lập và hoạt động của tổ hợp tác", "Thành lập và hoạt động doanh nghiệp xã hội"),
    "Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã",
)
_BEGINNING: Final = (
    "thành lập",
    "đăng ký kinh doanh",
    "chi nhánh",
    "văn phòng đại diện",
    "địa điểm kinh doanh",
)
_CHANGING: Final = (
    *(
        "thay đổi",
        "tạm ngừng",
        "chấm dứt",
        "giải thể",
        "cấp lại",
        "chuyển đổi",
        "hiệu đính",
        "dừng thực hiện",
    ),
    *("sáp nhập", "chia", "tách", "hợp nhất", "bán doanh nghiệp", "cập nhật", "thu hồi", "thông báo"),
)

LIFE_EVENTS: Final = (
    LifeEvent(
        "co-con",
        For.PEOPLE,
        "Sinh con, nhận con nuôi",
        "Having or adopting a child",
        "Khai sinh, nhận cha mẹ con, nuôi con nuôi, thẻ bảo hiểm y tế cho trẻ",
        "Birth registration, recognition of parents, adoption, health insurance of children",
        ("Nuôi con nuôi", "Liên thông khai sinh, cư trú, bảo hiểm y tế"),
        ("khai sinh", "nhận cha mẹ con", "con nuôi", "trẻ dưới 6 tuổi", "thai sản", "giám hộ"),
        ("lý lịch",),
    ),
    LifeEvent(
        "ket-hon",
        For.PEOPLE,
        "Kết hôn, ly hôn",
        "Marriage and divorce",
        "Đăng ký kết hôn, xác nhận tình trạng hôn nhân, ghi chú ly hôn",
        "Marriage registration, single status, recording a divorce",
        words=("kết hôn", "tình trạng hôn nhân", "ly hôn"),
    ),
    LifeEvent(
        "nguoi-than-mat",
        For.PEOPLE,
        "Người thân qua đời",
        "A death in the family",
        "Khai tử, di chúc, di sản thừa kế, chế độ tử tuất",
        "Registration of death, wills, inheritance, survivors' benefits",
        words=("khai tử", "di chúc", "di sản", "thừa kế", "tử tuất", "mai táng"),
        without=("không có người thừa kế",),
    ),
    LifeEvent(
        "chuyen-cho-o",
        For.PEOPLE,
        "Chuyển chỗ ở",
        "Moving house",
        "Thường trú, tạm trú, tách hộ",
        "Permanent and temporary residence, splitting a household",
        ("Cư trú",),
        ("đăng ký thường trú", "đăng ký tạm trú", "tách hộ"),
    ),
    LifeEvent(
        "giay-to",
        For.PEOPLE,
        "Giấy tờ, chứng thực",
        "Papers and certification",
        "Chứng thực bản sao, chữ ký, hợp đồng; trích lục, cải chính hộ tịch; quốc tịch",
        "Certified copies, signatures and contracts; extracts, corrections of civil status; nationality",
        ("Chứng thực", "Công chứng", "Quốc tịch"),
        ("trích lục", "bản sao từ sổ gốc", "thông tin hộ tịch", "lý lịch tư pháp", "chứng thực"),
        ("công chứng viên", "văn phòng công chứng", "phòng công chứng"),
    ),
    LifeEvent(
        "nha-dat",
        For.PEOPLE,
        "Nhà đất",
        "House and land",
        "Giấy chứng nhận, sang tên, tách thửa, chuyển mục đích, thế chấp, tranh chấp",
        "Land certificates, transfer, splitting, change of use, mortgage, disputes",
        ("Đất đai", "Đăng ký biện pháp bảo đảm", "Nhà ở và công sở", "Tài chính đất đai"),
        ("quyền sử dụng đất", "đất ở"),
    ),
    LifeEvent(
        "xay-dung",
        For.PEOPLE,
        "Xây, sửa nhà và công trình",
        "Building and repairing",
        "Giấy phép xây dựng, sửa chữa, quy hoạch, vỉa hè, cây xanh",
        "Building permits, repairs, planning, pavements, trees",
        (
            *(
                "Hoạt động xây dựng",
                "Quản lý chất lượng công trình xây dựng",
                "Kiến trúc",
                "Hạ tầng kỹ thuật",
            ),
            *("Quy hoạch đô thị và nông thôn", "Phát triển đô thị", "Vật liệu xây dựng"),
        ),
        ("giấy phép xây dựng", "lòng đường vỉa hè", "nhà ở riêng lẻ"),
    ),
    LifeEvent(
        "viec-lam-bao-hiem",
        For.PEOPLE,
        "Việc làm, bảo hiểm, khó khăn",
        "Work, insurance and hardship",
        "Bảo hiểm xã hội, bảo hiểm y tế, thất nghiệp, hưu trí, hộ nghèo",
        "Social and health insurance, unemployment, pension, poor households",
        (
            *(
                "Thực hiện chính sách BHXH",
                "Chi trả các chế độ BHXH",
                "Thực hiện chính sách BHYT",
                "Giảm nghèo",
            ),
            *("Thu BHXH, BHYT, BHTN, BH tai nạn lao động, BNN", "Cấp sổ BHXH, thẻ BHYT"),
        ),
        ("bảo hiểm xã hội", "bảo hiểm y tế", "bảo hiểm thất nghiệp", "lương hưu", "hộ nghèo", "hộ cận nghèo"),
    ),
    LifeEvent(
        "phap-ly",
        For.PEOPLE,
        "Tranh chấp, trợ giúp pháp lý",
        "Disputes and legal aid",
        "Trợ giúp pháp lý, hòa giải, bồi thường, thi hành án, tòa án",
        "Legal aid, mediation, compensation, enforcement, courts",
        (
            *("Trợ giúp pháp lý", "Hòa giải ở cơ sở", "Bồi thường nhà nước", "Thi hành án dân sự", "Tòa án"),
            *("Tư vấn pháp luật", "Thanh toán chi phí tố tụng"),
        ),
        ("tranh chấp", "trợ giúp pháp lý", "khiếu nại", "tố cáo"),
    ),
    LifeEvent(
        "xe-co-van-tai",
        For.BUSINESS,
        "Xe cộ, tàu thuyền, vận tải",
        "Vehicles, boats and transport",
        "Đăng kiểm, lái xe, kinh doanh vận tải, phương tiện thủy",
        "Inspection, driving, transport business, vessels",
        (
            "Đăng kiểm",
            "Đường bộ",
            "Đường sắt",
            "Hàng hải và đường thủy nội địa",
            "Giao thông vận tải",
            "Hàng không",
        ),
        ("giấy phép lái xe", "phương tiện thủy nội địa", "xe cơ giới", "vận tải bằng xe ô tô"),
        ("lòng đường vỉa hè",),
    ),
    LifeEvent(
        "mo-kinh-doanh",
        For.BUSINESS,
        "Bắt đầu kinh doanh",
        "Starting a business",
        "Hộ kinh doanh, công ty, hợp tác xã, chi nhánh",
        "Household business, company, cooperative, branch",
        words=(
            *(
                "thành lập hộ kinh doanh",
                "thành lập công ty",
                "thành lập doanh nghiệp",
                "thành lập hợp tác xã",
            ),
            *("thành lập tổ hợp tác", "đăng ký hộ kinh doanh", "cơ sở đủ điều kiện an toàn thực phẩm"),
        ),
        without=("chấm dứt", "dừng thực hiện"),
    ),
    LifeEvent(
        "doi-kinh-doanh",
        For.BUSINESS,
        "Thay đổi, tạm ngừng, chấm dứt kinh doanh",
        "Changing, pausing or closing a business",
        "Đổi nội dung đăng ký, tạm ngừng, giải thể",
        "Change of registration, suspension, dissolution",
        words=("tạm ngừng kinh doanh", "giải thể doanh nghiệp", "chấm dứt hoạt động hộ kinh doanh"),
    ),
    LifeEvent(
        "thue-hai-quan",
        For.BUSINESS,
        "Thuế, hải quan",
        "Tax and customs",
        "Đăng ký, kê khai, hoàn, miễn giảm thuế; xuất khẩu, nhập khẩu",
        "Tax registration, returns, refunds and relief; export and import",
        ("Thuế", "Hải quan", "Quản lý thuế, phí, lệ phí và thu khác của ngân sách nhà nước"),
        ("khai thuế", "hoàn thuế", "đăng ký thuế", "lệ phí trước bạ"),
    ),
    LifeEvent(
        "nong-lam",
        For.BUSINESS,
        "Trồng trọt, chăn nuôi, rừng",
        "Farming, livestock and forest",
        "Giống, phân bón, thuốc bảo vệ thực vật, thú y, lâm sản",
        "Seeds, fertiliser, plant protection, animal health, forest products",
        (
            *("Trồng trọt", "Trồng trọt và Bảo vệ thực vật", "Chăn nuôi", "Thú y", "Lâm nghiệp", "Kiểm lâm"),
            *("Nông nghiệp", "Kinh tế hợp tác và Phát triển nông thôn", "Đầu tư vào nông nghiệp, nông thôn"),
        ),
        ("chăn nuôi", "bảo vệ thực vật", "thuốc thú y", "đất trồng lúa"),
        ("thủy sản",),
    ),
    LifeEvent(
        "thuy-san",
        For.BUSINESS,
        "Đánh bắt, nuôi trồng thủy sản",
        "Fishing and aquaculture",
        "Tàu cá, giấy phép khai thác, nuôi trồng, cảng cá",
        "Fishing boats, licences, fish farming, fishing ports",
        ("Thủy sản",),
        ("tàu cá", "cảng cá", "thủy sản"),
        ("nông lâm thủy sản", "nông lâm sản và thủy sản"),
    ),
    LifeEvent(
        "moi-truong-nuoc",
        For.BUSINESS,
        "Môi trường, nước, khoáng sản",
        "Environment, water and minerals",
        "Giấy phép môi trường, tài nguyên nước, thủy lợi, biển, khoáng sản",
        "Environmental permits, water, irrigation, sea, minerals",
        (
            *("Môi trường", "Tài nguyên nước", "Thủy lợi", "Biển và hải đảo", "Địa chất và khoáng sản"),
            *("Khí tượng, thủy văn", "Biến đổi khí hậu", "Bảo tồn thiên nhiên và Đa dạng sinh học"),
        ),
        ("nước dưới đất", "giấy phép môi trường", "xả nước thải", "khai thác khoáng sản"),
    ),
)


@dataclass(frozen=True)
class _Rule:
    key: str
    domains: frozenset[str]
    words: tuple[str, ...]
    without: tuple[str, ...]

    def holds(self, domain: str, name: str, text: str) -> bool:
        if any(word in name for word in self.without):
            return False
        return domain in self.domains or any(word in text for word in self.words)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            event.key,
            frozenset(fold(domain) for domain in event.domains),
            tuple(f" {fold(word)} " for word in event.words),
            tuple(f" {fold(word)} " for word in event.without),
        )
        for event in LIFE_EVENTS
    )


@cache
def _companies() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    beginning, changing = ([f" {fold(word)} " for word in words] for words in (_BEGINNING, _CHANGING))
    return frozenset(fold(domain) for domain in _COMPANIES), tuple(beginning), tuple(changing)


def event_of(procedure: Described) -> set[str]:
    """Return the keys of the life events that a procedure belongs to."""
    domain, name = fold(procedure.domain_vi), f" {fold(procedure.name_vi)} "
    text = name + "".join(f" {fold(word)} " for word in procedure.keywords)
    return {rule.key for rule in _rules() if rule.holds(domain, name, text)} | _business(domain, name)


def _business(domain: str, name: str) -> set[str]:
    """Part the procedures of companies and households into beginning and what comes after."""
    domains, beginning, changing = _companies()
    if domain not in domains:
        return set()
    if any(word in name for word in changing):
        return {"doi-kinh-doanh"}
    return {"mo-kinh-doanh"} if any(word in name for word in beginning) else {"doi-kinh-doanh"}


@cache
def life_event(key: str) -> LifeEvent | None:
    """Return an event by its key, or None."""
    return next((event for event in LIFE_EVENTS if event.key == key), None)
