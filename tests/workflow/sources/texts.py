"""Invented procedure texts in the shape in which a word processor leaves them."""

from collections.abc import Sequence

DESK = "Cán bộ tiếp nhận tại Bộ phận một cửa"
EXPERT = "Công chức chuyên môn"
BOSS = "Lãnh đạo cơ quan"
CLERK = "Văn thư"
FIVE_DAYS = "05 ngày làm việc."
NOTE = "*Ghi chú:\nCác bước có thể thay đổi."
WORKING_DAYS = f"{NOTE} Đơn vị tính thời gian là ngày làm việc, bằng 8 giờ."

Row = Sequence[str]
# Who does what in a text like most; the times come beside it.
USUAL = (
    ("Xem giấy tờ, nhận đơn", DESK),
    ("Xem xét điều kiện nuôi ong", EXPERT),
    ("Ký giấy phép nuôi ong", BOSS),
    ("Đóng dấu giấy phép", CLERK),
    ("- Vào sổ\n- Trả kết quả cho người nộp", DESK),
)


def table(rows: Sequence[Row], headings: Sequence[str] = ("Thời gian",), *, first: str = "TT") -> str:
    """Write a table as cells: a row ends with an empty cell."""
    said = [[first, "Trình tự các bước công việc*", "Trách nhiệm", *headings], *([*row] for row in rows)]
    return " | ".join(cell for row in said for cell in (*row, "")) + " | "


def a_text(
    rows: Sequence[Row],
    *,
    headings: Sequence[str] = ("Thời gian",),
    limit: str = FIVE_DAYS,
    note: str = NOTE,
    title: str = "Cấp giấy phép nuôi ong",
    code: str = "QT 07/NO",
) -> str:
    """Write a whole text."""
    return (
        f"SỞ NUÔI ONG | QUY TRÌNH | Mã hiệu: {code} |  |  | {title} | Lần ban hành: | 01 |  | \n\nMỤC LỤC\n"
        f"5. NỘI DUNG\na. Thành phần hồ sơ:\n- Đơn.\nb. Thời hạn giải quyết: {limit}\nc. Đối tượng thực hiện: Cá nhân\n"
        f"k. Quy trình các bước xử lý công việc:\n\n{table(rows, headings)}{note}\n6. BIỂU MẪU\n"
    )


def usual(*times: Sequence[str] | str) -> list[Row]:
    """Give the usual rows these times, each a text or one for each column."""
    return [
        ("", *who, *((time,) if isinstance(time, str) else time))
        for who, time in zip(USUAL, times, strict=True)
    ]
