"""One sample of each printed slip, with everything on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from motcua.documents.print.slips import (
    Apology,
    Applicant,
    ControlSheet,
    Desk,
    Fault,
    FeeLine,
    Handover,
    Letterhead,
    Matter,
    Outcome,
    Paper,
    Receipt,
    Refusal,
    Signature,
    Slip,
    StopNotice,
    Supplement,
)

HEAD = Letterhead(
    agency="Trung tâm Phục vụ hành chính công",
    parent_agency="Ủy ban nhân dân phường Buôn Ma Thuột",
    place="Đắk Lắk",
    day=date(2026, 11, 5),
)
DESK = Desk(
    name="Quầy số 2, Trung tâm Phục vụ hành chính công", address="01 Lý Nam Đế", phone="0262 3812 345"
)
APPLICANT = Applicant(
    name="Nguyễn Thị Hường",
    filer="Trần Văn Quyết",
    address="Tổ dân phố 5, phường Buôn Ma Thuột",
    phone="0905 123 456",
    email="huong@example.vn",
    masked_number="•••• 3004",
)
MATTER = Matter(
    number="H15.12-261105-0042",
    request="Đăng ký khai sinh cho con",
    procedure_code="1.001193",
    procedure_name="Đăng ký khai sinh",
    qr_url="https://motcua.example/t/7Yk2mQ9sVb1xT4pL/",
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on Vietnam's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


RECEIPT = Receipt(
    head=HEAD,
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    papers=(
        Paper(name="Tờ khai đăng ký khai sinh", originals=1),
        Paper(name="Giấy chứng nhận kết hôn", copies=3, electronic=True),
    ),
    received_at=at(5, 15, 20),
    appointed_at=at(6, 17),
    time_limit="trong ngày làm việc",
    explanation="Hồ sơ nhận sau 15 giờ nên tính từ ngày làm việc tiếp theo.",
    return_place="quầy số 2",
    return_method="trực tiếp",
    fees=(FeeLine(name="Lệ phí", vnd=8000, note="đã nộp"), FeeLine(name="Phí trích lục", vnd=1_250_000)),
    receiver="Lê Thị Ngọc Ánh",
)
SUPPLEMENT = Supplement(
    head=HEAD,
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    faults=(
        Fault(
            paper="Tờ khai", wrong="Thiếu chữ ký.", fix="Ký vào cuối tờ khai.", ground="Điều 16 Luật Hộ tịch"
        ),
        Fault(paper="Giấy chứng sinh", wrong="Ảnh mờ.", fix="Chụp lại rõ bốn góc."),
    ),
    reply_by=at(20, 17),
    effect="Thời gian giải quyết được tính lại từ đầu.",
    guide="Lê Thị Ngọc Ánh",
)
REFUSAL = Refusal(
    head=HEAD,
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    reason="Không thuộc thẩm quyền.",
    filed_at=at(5, 8),
    advice="Nộp tại xã nơi cư trú.",
    refuser="Lê Thị Ngọc Ánh",
)
SIGNATURE = Signature(title="Phó Giám đốc", authority="KT. Giám đốc", name="Phạm Đức Thuận")
APOLOGY = Apology(
    head=replace(HEAD, document_number="12/TTPVHCC"),
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    received_at=at(5, 8),
    appointed_at=at(6, 17),
    new_appointed_at=at(9, 17),
    reason="Cần xác minh thêm.",
    signature=SIGNATURE,
    recipients=("Như trên", "Lưu: VT"),
)
STOP_NOTICE = StopNotice(
    head=HEAD,
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    received_at=at(5, 8),
    stopped_at=at(20, 9, 5),
    reason="Quá thời hạn bổ sung.",
    signature=SIGNATURE,
)
CONTROL_SHEET = ControlSheet(
    head=HEAD,
    desk=DESK,
    applicant=APPLICANT,
    matter=MATTER,
    received_at=at(5, 8),
    appointed_at=at(6, 17),
    competent_agency="Ủy ban nhân dân phường Buôn Ma Thuột",
    cooperating=("Công an phường",),
    rows=(
        Handover(
            unit="Phòng Văn hóa",
            person="Ngô Minh Trí",
            handed_at=at(5, 9),
            received_at=at(5, 9, 10),
            outcome=Outcome.LATE,
        ),
        Handover(unit="Lãnh đạo phường"),
    ),
)
ALL_SLIPS: tuple[Slip, ...] = (RECEIPT, SUPPLEMENT, REFUSAL, APOLOGY, STOP_NOTICE, CONTROL_SHEET)
