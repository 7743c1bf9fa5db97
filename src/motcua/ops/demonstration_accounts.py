"""The accounts that `motcua run` prints: all invented, for the demonstration only."""

PASSWORD = "motcua-trinhdien"  # noqa: S105
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("nguoidan", "người dân"),
    ("tiepnhan", "tiếp nhận, UBND phường Buôn Ma Thuột"),
    ("chuyenvien", "chuyên viên, UBND phường Buôn Ma Thuột"),
    ("truongphong", "trưởng phòng, UBND phường Buôn Ma Thuột"),
    ("lanhdao", "lãnh đạo, UBND phường Buôn Ma Thuột"),
    ("caicach", "cải cách hành chính, xem số liệu toàn tỉnh"),
)
