"""A promised date from its reckoning through a supplement, an apology and a closed office, seen by the citizen."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from playwright.sync_api import expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor
from tests.journeys.test_citizen import PAPER, fill_in
from tests.journeys.test_story import open_dossier, step

FREE = holidays.country_holidays("VN")
AGAIN = ("đăng ký lại khai sinh", "Đăng ký lại khai sinh", "1.004884")
_DAY = re.compile(r"(?:thứ \w+|Chủ nhật) (\d+)/(\d+)/(\d{4})")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A real PDF."""
    file = tmp_path / "giay-to.pdf"
    file.write_bytes(PAPER)
    return file


def days_said(text: str) -> list[date]:
    """Read the days that a text says as people do."""
    return [date(int(year), int(month), int(day)) for day, month, year in _DAY.findall(text)]


def write_day(visitor: Visitor, name: str, day: date) -> None:
    """Fill in the three boxes of a day."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        visitor.page.locator(f"[name={name}-{part}]").fill(str(value))


def working_day_after(first: date) -> date:
    """Give a day about two weeks later that is neither a rest day nor a holiday."""
    found = first + timedelta(days=14)
    while found.weekday() > 4 or found in FREE:
        found += timedelta(days=1)
    return found


def waited_for(visitor: Visitor, happened: Callable[[], bool]) -> bool:
    """Tell whether something that the worker does has happened, after a minute at most."""
    for _ in range(30):
        if happened():
            return True
        visitor.page.wait_for_timeout(2_000)
    return False


def test_a_promised_date_explains_itself_and_moves_only_in_the_open(
    visitor: Callable[..., Visitor], paper: Path
) -> None:
    citizen, receiver, specialist, head, leader = (visitor() for _ in range(5))
    for who, name in (
        (citizen, "chuho"), (receiver, "tiepnhan"), (specialist, "chuyenvien"), (head, "truongphong"),
        (leader, "lanhdao"),
    ):  # fmt: skip
        who.sign_in(name, PASSWORD)
    page = fill_in(citizen, paper, procedure=AGAIN)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    number = re.search(r"H15\.\d+-\d{6}-\d{4,}", page.locator("main").inner_text())
    assert number
    code = number.group()
    follow = page.get_by_role("link", name="Mở trang theo dõi").get_attribute("href") or ""
    anyone = visitor(width=390)

    def reckoned(look: str = "") -> tuple[str, list[date]]:
        """Read from the tracking page how the date was reckoned."""
        anyone.page.goto(follow)
        anyone.page.get_by_role("link", name="Ngày hẹn được tính thế nào?").click()
        expect(anyone.page.get_by_role("heading", level=1)).to_contain_text("Ngày hẹn được tính thế nào?")
        if look:
            anyone.look(look)
        return (
            anyone.page.locator("main").inner_text(),
            days_said(anyone.page.locator("main section").first.inner_text()),
        )

    open_dossier(receiver, code)
    step(receiver, "Tiếp nhận", "Tiếp nhận và in giấy hẹn")
    said, (first,) = reckoned("reckoning")
    assert "không tính ngày tiếp nhận (Bộ luật Dân sự 2015, Điều 147 khoản 2)".casefold() in said.casefold()

    # The clock stops for a supplement and begins anew.
    open_dossier(specialist, code)

    def faults() -> None:
        box = specialist.page.locator("fieldset.mc-paper").first
        box.get_by_label("Sai hoặc thiếu gì?").fill("Thiếu chữ ký")
        box.get_by_label("Cách sửa").fill("Ký và nộp lại")
        specialist.page.get_by_label("Căn cứ của yêu cầu").fill("Thành phần hồ sơ của thủ tục")

    step(specialist, "Yêu cầu bổ sung", "Gửi yêu cầu bổ sung", fill=faults)
    assert "Thời hạn dừng từ" in reckoned()[0]
    citizen.page.goto("/cua-toi/")
    citizen.page.locator("main li", has_text=code).get_by_role("link").first.click()
    citizen.page.set_input_files("input[type=file]", str(paper))
    citizen.page.get_by_role("button", name="Tải lên và lưu").click()
    citizen.page.get_by_role("button", name="Nộp bổ sung").click()
    expect(citizen.page).to_have_url(re.compile(r"/cua-toi/[0-9a-f-]+/$"))
    assert "Nhận đủ hồ sơ: tính lại thời hạn từ đầu" in reckoned()[0]

    # A letter of apology: drafted by one, approved by another, and only then the date moves.
    until = working_day_after(first)
    open_dossier(specialist, code)
    specialist.look("dossier-clock")

    def letter() -> None:
        write_day(specialist, "until", until)
        specialist.page.get_by_label("Nguyên nhân").select_option("complex")
        specialist.page.get_by_label("Lý do chậm").fill("Cần xác minh thêm tại nơi đăng ký trước đây.")
        specialist.page.get_by_label("Căn cứ pháp lý").fill("Điều 19 Nghị định 61/2018/NĐ-CP")

    step(specialist, "Xin lỗi và hẹn lại", "Gửi dự thảo để duyệt", look="apology-draft", fill=letter)
    assert reckoned()[1][0] < until
    head.page.goto("/quay/thu-xin-loi/")
    head.look("letters")
    head.page.locator("main a", has_text=code).click()
    head.look("letter")
    head.page.get_by_role("button", name="Duyệt và gửi").click()
    expect(head.page.locator(".mc-notice--success, [role=status]").first).to_be_visible()
    said, days = reckoned("reckoning-extended")
    assert days == [until, first]
    assert "Gia hạn theo văn bản xin lỗi" in said

    # The office is closed on that very day: the date moves on only when the leader approves.
    head.page.goto("/cchc/lich/")
    head.page.get_by_label("Cơ quan", exact=True).select_option(label="Ủy ban nhân dân phường Buôn Ma Thuột")
    head.page.get_by_role("button", name="Xem lịch").click()
    head.look("calendar-year")
    head.page.get_by_role("link", name="Ghi thông báo").first.click()
    head.page.get_by_label("Số, ký hiệu").fill("Quyết định 9/QĐ-UBND")
    write_day(head, "announced_on", date.today())
    head.page.get_by_label("Căn cứ", exact=True).fill("Quyết định 9/QĐ-UBND")
    row = head.page.locator("fieldset.mc-notice-line").first
    row.get_by_label("Từ ngày").fill(f"{until:%d/%m/%Y}")
    row.get_by_label("Loại ngày").select_option("closure")
    row.get_by_label("Tên gọi").fill("Bão")
    head.look("calendar-notice")
    head.page.get_by_role("button", name="Kiểm tra").last.click()
    head.look("calendar-check")
    head.page.get_by_role("button", name="Ghi thông báo").click()
    expect(head.page.locator(".mc-notice--success, [role=status]").first).to_be_visible()
    assert reckoned()[1][0] == until
    leader.page.goto("/cchc/lich/tinh-lai/")
    opened = leader.page.get_by_role("link", name="Quyết định 9/QĐ-UBND").first
    assert waited_for(leader, lambda: bool(leader.page.reload() and opened.count()))
    opened.click()
    approve = leader.page.get_by_role("link", name=re.compile("^Duyệt"))
    assert waited_for(leader, lambda: bool(leader.page.reload() and approve.count()))
    expect(leader.page.locator("main")).to_contain_text(code)
    leader.look("recomputation")
    approve.first.click()
    leader.look("recomputation-approve")
    leader.page.locator("main").get_by_role("button", name=re.compile("^Duyệt")).click()
    assert waited_for(anyone, lambda: reckoned()[1][0] > until)
    said, days = reckoned("reckoning-moved")
    assert days[1] == first
    assert "Tính lại theo lịch làm việc mới" in said
    citizen.page.goto("/cua-toi/")
    citizen.page.locator("main li", has_text=code).get_by_role("link").first.click()
    expect(citizen.page.locator("main")).to_contain_text("Quyết định 9/QĐ-UBND")
