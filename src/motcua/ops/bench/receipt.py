"""The receipt as a PDF, against typst alone with the same template, fonts and QR code."""

from datetime import date, datetime

from motcua.documents.print.slips import (
    Applicant,
    Desk,
    FeeLine,
    Letterhead,
    Matter,
    Paper,
    Receipt,
    print_slip,
)
from motcua.documents.print.typesetter import BUILT_FONTS, TEMPLATES
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, interleaved, repeating
from motcua.ops.bench.yardsticks import bare_printer
from motcua.rules.localday import ZONE

_RECEIPT = Receipt(
    head=Letterhead(
        agency="Trung tâm Phục vụ hành chính công",
        parent_agency="Ủy ban nhân dân phường Buôn Ma Thuột",
        place="Đắk Lắk",
        day=date(2026, 11, 5),
    ),
    desk=Desk(name="Quầy số 2", address="01 Lý Nam Đế", phone="0262 3812 345"),
    applicant=Applicant(
        name="Nguyễn Thị Hường",
        filer="Trần Văn Quyết",
        address="Tổ dân phố 5, phường Buôn Ma Thuột, tỉnh Đắk Lắk",
        phone="0905 123 456",
        email="huong@example.vn",
        masked_number="•••• 3004",
    ),
    matter=Matter(
        number="H15.12-261105-0042",
        request="Xác nhận tình trạng hôn nhân để đăng ký kết hôn",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        qr_url="https://motcua.example/t/7Yk2mQ9sVb1xT4pLzR3w8A/",
    ),
    papers=(
        Paper(name="Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", originals=1),
        Paper(name="Trích lục ghi chú ly hôn", copies=1, electronic=True),
        Paper(name="Giấy xác nhận đã cấp trước đây", copies=1, electronic=True),
    ),
    received_at=datetime(2026, 11, 5, 15, 20, tzinfo=ZONE),
    appointed_at=datetime(2026, 11, 10, 17, 0, tzinfo=ZONE),
    time_limit="3 ngày làm việc",
    explanation="Ngày nhận hồ sơ không tính; thứ Bảy và Chủ nhật không làm việc.",
    return_place="quầy số 2",
    return_method="trực tiếp",
    fees=(FeeLine(name="Lệ phí", vnd=15_000, note="đã nộp"),),
    receiver="Lê Thị Ngọc Ánh",
)


def measure(stage: Stage) -> Outcome:
    """Time the printing of one receipt of one page with three papers, a fee and a QR code."""
    bare = bare_printer(_RECEIPT, templates=TEMPLATES, fonts=BUILT_FONTS)
    ours_size, bare_size = len(print_slip(_RECEIPT)), len(bare())
    if abs(ours_size - bare_size) > 0.02 * bare_size:
        raise AssertionError(f"not the same document: {ours_size} and {bare_size} bytes")
    timing = interleaved(
        repeating(lambda: print_slip(_RECEIPT)),
        repeating(bare),
        rounds=stage.sizes.rounds,
        each=stage.sizes.slips,
        warm_up=stage.sizes.warm_up,
    )
    return timing.as_cost("receipt", target=1.5, aside=f"{ours_size // 1000} kB")
