"""The accounts that `motcua run` prints: all invented, for the demonstration only."""

PASSWORD = "motcua-trinhdien"  # noqa: S105
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("nguoidan", "người dân"),
    ("tiepnhan", "tiếp nhận, UBND phường Buôn Ma Thuột"),
    ("chuyenvien", "chuyên viên, UBND phường Buôn Ma Thuột"),
    ("truongphong", "trưởng phòng, UBND phường Buôn Ma Thuột"),
    ("lanhdao", "lãnh đạo, UBND phường Buôn Ma Thuột"),
    ("cong-an-phuong-buon-ma-thuot.chuyenvien", "chuyên viên, Công an phường (phối hợp liên thông)"),
    ("bao-hiem-xa-hoi-tinh.chuyenvien", "chuyên viên, Bảo hiểm xã hội tỉnh (phối hợp liên thông)"),
    ("caicach", "cải cách hành chính, xem số liệu toàn tỉnh"),
    ("quantri", "quản trị của tỉnh: quy trình, sắp xếp tổ chức"),
    ("chutich", "lãnh đạo UBND tỉnh, duyệt sắp xếp tổ chức"),
)
