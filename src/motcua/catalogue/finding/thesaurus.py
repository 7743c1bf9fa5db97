"""What people say and what procedures are called: our own editorial table, and the small change of questions.

Each entry reads: whoever says one of the phrases on the left may mean any of those on the right. It widens a
search; nothing is shown from it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from motcua.catalogue.finding.spelling import plain_words, words_of

SAYINGS: Final[tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = (
    # Family and civil status.
    (
        (
            "làm giấy khai sinh",
            "giấy khai sinh",
            "làm khai sinh",
            "khai sanh",
            "đẻ con",
            "sinh em bé",
            "mới sinh",
        ),
        ("đăng ký khai sinh",),
    ),
    (("mất giấy khai sinh", "làm lại giấy khai sinh"), ("đăng ký lại khai sinh", "bản sao giấy khai sinh")),
    (
        ("đám cưới", "cưới", "lấy chồng", "lấy vợ", "hôn thú", "giấy kết hôn", "hôn nhân"),
        ("đăng ký kết hôn",),
    ),
    (
        ("lấy chồng nước ngoài", "lấy vợ nước ngoài", "kết hôn với người nước ngoài"),
        ("kết hôn có yếu tố nước ngoài",),
    ),
    (("độc thân", "chưa vợ", "chưa chồng", "chưa kết hôn"), ("xác nhận tình trạng hôn nhân",)),
    (
        ("ly hôn", "ly dị", "bỏ chồng", "bỏ vợ"),
        ("ghi vào sổ hộ tịch việc ly hôn", "xác nhận tình trạng hôn nhân"),
    ),
    (("báo tử", "chứng tử", "người chết", "người mất", "qua đời"), ("đăng ký khai tử",)),
    (
        ("đổi tên", "sửa tên", "sai tên", "đổi họ", "sai ngày sinh", "sửa khai sinh"),
        ("thay đổi cải chính hộ tịch",),
    ),
    (("con nuôi", "nhận con nuôi", "xin con nuôi"), ("đăng ký việc nuôi con nuôi",)),
    (("con ngoài giá thú", "nhận cha cho con", "nhận con", "xét nghiệm adn"), ("đăng ký nhận cha mẹ con",)),
    (("trông cháu mồ côi", "người giám hộ", "nuôi cháu"), ("đăng ký giám hộ",)),
    (("trích lục", "bản sao khai sinh", "xin lại khai sinh"), ("cấp bản sao trích lục hộ tịch",)),
    (("vào quốc tịch", "nhập tịch", "xin quốc tịch"), ("nhập quốc tịch việt nam",)),
    (("bỏ quốc tịch", "thôi tịch"), ("thôi quốc tịch việt nam",)),
    (("lý lịch tư pháp", "án tích", "tiền án", "phiếu lý lịch"), ("cấp phiếu lý lịch tư pháp",)),
    # Residence and identity.
    (("hộ khẩu", "nhập khẩu cho con", "nhập hộ khẩu", "chuyển khẩu", "kt1"), ("đăng ký thường trú",)),
    (("tách khẩu", "tách hộ khẩu", "ra ở riêng"), ("tách hộ",)),
    (("cắt khẩu", "xóa khẩu"), ("xóa đăng ký thường trú",)),
    (("kt3", "ở trọ", "thuê trọ", "sổ tạm trú", "nhà trọ"), ("đăng ký tạm trú",)),
    (
        ("cccd", "cmnd", "chứng minh nhân dân", "chứng minh thư", "thẻ căn cước", "căn cước"),
        ("cấp thẻ căn cước",),
    ),
    # Certification.
    (
        ("công chứng", "sao y", "sao y bản chính", "photo công chứng", "phô tô", "bản sao công chứng"),
        ("chứng thực bản sao từ bản chính",),
    ),
    (("chứng thực",), ("chứng thực bản sao từ bản chính",)),
    (("xác nhận chữ ký", "sơ yếu lý lịch", "giấy ủy quyền", "ủy quyền"), ("chứng thực chữ ký",)),
    (("viết di chúc", "lập di chúc", "để lại tài sản"), ("chứng thực di chúc", "công chứng di chúc")),
    (
        ("chia tài sản", "chia thừa kế", "thừa kế", "khai nhận di sản"),
        ("văn bản phân chia di sản", "thừa kế"),
    ),
    (("từ chối thừa kế", "không nhận thừa kế"), ("từ chối nhận di sản",)),
    # House and land.
    (
        ("sổ đỏ", "sổ hồng", "bìa đỏ", "giấy đỏ", "bìa hồng", "giấy chủ quyền", "giấy tờ đất"),
        (
            "giấy chứng nhận quyền sử dụng đất quyền sở hữu tài sản gắn liền với đất",
            "đăng ký đất đai cấp giấy chứng nhận lần đầu",
        ),
    ),
    (
        ("làm sổ đỏ", "làm sổ hồng", "cấp sổ đỏ", "đất chưa có sổ"),
        ("đăng ký đất đai cấp giấy chứng nhận lần đầu",),
    ),
    (("mất sổ đỏ", "mất sổ hồng"), ("cấp lại giấy chứng nhận do bị mất",)),
    (("đổi sổ đỏ", "đổi sổ hồng", "sổ đỏ rách", "sổ đỏ cũ"), ("cấp đổi giấy chứng nhận quyền sử dụng đất",)),
    (
        ("sang tên", "sang tên đất", "sang sổ", "mua bán đất", "mua đất", "bán đất", "cho đất", "tặng đất"),
        ("đăng ký biến động chuyển nhượng tặng cho quyền sử dụng đất",),
    ),
    (("tách sổ", "chia đất", "tách đất", "nhập thửa", "gộp thửa"), ("tách thửa hợp thửa đất",)),
    (("lên thổ cư", "đất thổ cư", "chuyển thổ cư", "lên đất ở"), ("chuyển mục đích sử dụng đất",)),
    (
        ("cầm sổ", "thế chấp sổ đỏ", "vay ngân hàng", "thế chấp"),
        ("đăng ký biện pháp bảo đảm quyền sử dụng đất",),
    ),
    (("xóa thế chấp", "giải chấp", "trả xong nợ"), ("xóa đăng ký biện pháp bảo đảm",)),
    (("lấn đất", "tranh chấp đất", "kiện đất", "ranh đất"), ("hòa giải tranh chấp đất đai",)),
    (("đo đất", "đo đạc đất", "sơ đồ thửa đất"), ("đo đạc địa chính thửa đất",)),
    (("xin đất", "thuê đất"), ("giao đất cho thuê đất",)),
    (("thu hồi đất", "đền bù", "giải tỏa"), ("bồi thường hỗ trợ tái định cư",)),
    (("thông tin đất", "xem quy hoạch đất"), ("cung cấp thông tin dữ liệu đất đai", "thông tin quy hoạch")),
    # Building.
    (
        ("xây nhà", "cất nhà", "làm nhà", "giấy phép xây nhà", "phép xây nhà", "xin phép xây dựng"),
        ("cấp giấy phép xây dựng mới nhà ở riêng lẻ",),
    ),
    (
        ("sửa nhà", "nâng tầng", "cơi nới", "cải tạo nhà"),
        ("giấy phép xây dựng sửa chữa cải tạo nhà ở riêng lẻ",),
    ),
    (("nhà ở xã hội", "mua nhà xã hội", "thuê nhà nhà nước"), ("nhà ở xã hội", "nhà ở thuộc tài sản công")),
    (("phá nhà", "di dời nhà"), ("giấy phép di dời công trình",)),
    (("chặt cây", "đốn cây", "cưa cây"), ("chặt hạ dịch chuyển cây xanh",)),
    (("đào đường", "vỉa hè", "rạp cưới"), ("sử dụng tạm thời lòng đường vỉa hè", "đào đường đô thị")),
    # Business.
    (
        (
            "mở quán ăn",
            "mở quán",
            "mở tiệm",
            "mở cửa hàng",
            "bán hàng",
            "buôn bán nhỏ",
            "hộ kinh doanh cá thể",
        ),
        ("đăng ký thành lập hộ kinh doanh",),
    ),
    (("giấy phép kinh doanh", "đăng ký kinh doanh", "hộ kinh doanh"), ("đăng ký thành lập hộ kinh doanh",)),
    (("nghỉ bán", "đóng cửa tiệm", "trả giấy phép", "dẹp tiệm"), ("chấm dứt hoạt động hộ kinh doanh",)),
    (
        ("mở công ty", "lập công ty", "thành lập công ty"),
        ("đăng ký thành lập công ty trách nhiệm hữu hạn cổ phần",),
    ),
    (("tnhh",), ("trách nhiệm hữu hạn",)),
    (("trách nhiệm hữu hạn",), ("tnhh",)),
    (("đóng công ty", "giải thể công ty", "phá sản"), ("giải thể doanh nghiệp",)),
    (("công ty tạm nghỉ", "tạm ngừng công ty", "tạm đóng cửa"), ("tạm ngừng kinh doanh",)),
    (("htx",), ("hợp tác xã",)),
    (("mã số thuế", "mst"), ("đăng ký thuế",)),
    (("hoàn tiền thuế", "lấy lại thuế"), ("hoàn thuế",)),
    (("hóa đơn đỏ", "hóa đơn"), ("hóa đơn",)),
    (("thuế xe", "thuế trước bạ"), ("lệ phí trước bạ",)),
    (("thuế đất",), ("thuế sử dụng đất phi nông nghiệp",)),
    (
        ("vệ sinh thực phẩm", "attp", "vsattp", "an toàn vệ sinh thực phẩm"),
        ("đủ điều kiện an toàn thực phẩm",),
    ),
    # Vehicles and transport.
    (("bằng lái", "bằng lái xe", "gplx", "đổi bằng lái"), ("giấy phép lái xe",)),
    (("đăng kiểm xe", "khám xe", "kiểm định xe"), ("kiểm định xe cơ giới", "đăng kiểm")),
    (("xe tải", "chạy xe khách", "xe hợp đồng", "taxi"), ("giấy phép kinh doanh vận tải bằng xe ô tô",)),
    (("phù hiệu xe", "phù hiệu"), ("cấp phù hiệu",)),
    (("ghe", "xuồng", "thuyền"), ("phương tiện thủy nội địa", "tàu cá")),
    # Farm, forest, sea, water.
    (("heo", "nuôi heo", "nuôi lợn", "trại heo", "nuôi gà"), ("chăn nuôi",)),
    (("thuốc trừ sâu", "thuốc sâu", "bvtv"), ("thuốc bảo vệ thực vật",)),
    (("tàu đánh cá", "tàu đánh bắt", "thuyền đánh cá"), ("tàu cá",)),
    (("đánh bắt cá", "đánh cá", "đánh bắt"), ("giấy phép khai thác thủy sản",)),
    (("nuôi tôm", "nuôi cá"), ("nuôi trồng thủy sản",)),
    (("khoan giếng", "giếng khoan", "nước ngầm"), ("khai thác nước dưới đất", "thăm dò nước dưới đất")),
    (("xả thải", "nước thải", "giấy phép xả thải"), ("giấy phép môi trường",)),
    (("đtm",), ("báo cáo đánh giá tác động môi trường",)),
    (("cát sỏi", "khai thác cát", "mỏ đá"), ("khai thác khoáng sản",)),
    (("khai thác gỗ", "chặt rừng"), ("khai thác lâm sản",)),
    # Work, insurance, hardship, law.
    (("bhyt", "thẻ bhyt"), ("bảo hiểm y tế",)),
    (("bhxh", "sổ bhxh"), ("bảo hiểm xã hội",)),
    (("bhtn", "thất nghiệp"), ("bảo hiểm thất nghiệp",)),
    (("rút một cục", "rút bảo hiểm", "bảo hiểm một lần"), ("bảo hiểm xã hội một lần",)),
    (("về hưu", "nghỉ hưu", "tiền hưu"), ("lương hưu",)),
    (("nghỉ đẻ", "tiền đẻ", "nghỉ sinh"), ("chế độ thai sản",)),
    (("sổ hộ nghèo", "xin hộ nghèo", "gia đình nghèo"), ("công nhận hộ nghèo hộ cận nghèo",)),
    (("luật sư miễn phí", "tư vấn luật miễn phí"), ("trợ giúp pháp lý",)),
    (("cấp phép", "giấy phép"), ("cấp giấy phép",)),
    (("xin phép",), ("cấp giấy phép",)),
)

# Phrases that ask about a procedure and do not name it; the longer one is taken before the shorter.
ASKING: Final[tuple[str, ...]] = (
    *("trình tự thực hiện", "trình tự thủ tục", "trình tự để được", "trình tự", "cách thức thực hiện"),
    *("thành phần hồ sơ đề nghị", "thành phần hồ sơ", "hồ sơ đề nghị", "hồ sơ gồm những gì", "hồ sơ"),
    *("cơ quan nào có thẩm quyền", "cơ quan có thẩm quyền", "cơ quan nào", "thẩm quyền"),
    *("thời hạn giải quyết", "thời hạn của", "thời hạn", "thời gian giải quyết", "mất bao lâu", "bao lâu"),
    *("bao nhiêu ngày", "mấy ngày", "khi nào có kết quả", "bao nhiêu tiền", "hết bao nhiêu", "bao nhiêu"),
    *("quy định về phí lệ phí", "quy định về", "phí lệ phí", "lệ phí", "mức phí", "mất tiền không"),
    *("căn cứ pháp lý của", "căn cứ pháp lý", "đối tượng thực hiện", "yêu cầu điều kiện", "điều kiện để"),
    *("những đối tượng nào", "đối tượng", "loại giấy tờ gì", "những giấy tờ gì", "giấy tờ gì", "phải nộp"),
    *("tổ chức cá nhân", "cá nhân tổ chức", "công dân", "người dân"),
    *("gồm những gì", "những gì", "là như thế nào", "như thế nào", "thế nào", "là gì", "ra sao", "làm sao"),
    *("tên thủ tục", "thủ tục hành chính", "thực hiện thủ tục", "làm thủ tục", "thủ tục", "thực hiện"),
    *("trong trường hợp nào", "trường hợp nào", "xin hỏi", "cho tôi hỏi", "cho em hỏi", "cho hỏi"),
    *(
        "đề nghị cho biết",
        "cho biết",
        "tôi muốn",
        "tôi cần",
        "tôi",
        "em muốn",
        "muốn",
        "hướng dẫn",
        "cách làm",
    ),
    *("nộp ở đâu", "làm ở đâu", "ở đâu", "đến đâu", "hay không", "có phải", "được không", "phải làm gì"),
    *(
        "cần làm gì",
        "cần gì",
        "cần phải",
        "cần",
        "để được",
        "làm thế nào",
        "online",
        "trực tuyến",
        "qua mạng",
    ),
)


Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Saying:
    """A phrase as it is spelt, and what it may mean, each meaning as words without marks."""

    spelt: Phrase
    meanings: tuple[Phrase, ...]


@cache
def sayings() -> dict[Phrase, tuple[Saying, ...]]:
    """Return the table by the words of each phrase without marks; different phrases may share them."""
    found: dict[Phrase, tuple[Saying, ...]] = {}
    for said, meant in SAYINGS:
        meanings = tuple(tuple(plain_words(phrase)) for phrase in meant)
        for phrase in said:
            words = words_of(phrase)
            plain = tuple(word.plain for word in words)
            saying = Saying(tuple(word.marked for word in words), meanings)
            found[plain] = (*found.get(plain, ()), saying)
    return found


@cache
def asking() -> frozenset[Phrase]:
    """Return the phrases of questions as plain words."""
    return frozenset(tuple(plain_words(phrase)) for phrase in ASKING)
