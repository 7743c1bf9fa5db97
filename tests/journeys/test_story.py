"""Birth registration from the citizen's phone through every desk to the returned result, seen by all."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor
from tests.journeys.test_citizen import PAPER, fill_in


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A real PDF."""
    file = tmp_path / "giay-to.pdf"
    file.write_bytes(PAPER)
    return file


def solved(office: Visitor) -> int:
    """Read how many dossiers the ward has solved this month, from the figures page."""
    office.page.goto("/so-lieu/")
    row = office.page.locator("tr", has=office.page.get_by_role("rowheader", name="Buôn Ma Thuột")).first
    return int(row.get_by_role("cell").nth(4).inner_text())


def open_dossier(visitor: Visitor, number: str) -> None:
    """Find a dossier by its number, as officers do."""
    visitor.page.get_by_role("searchbox", name="Mã hồ sơ").fill(number)
    visitor.page.get_by_role("button", name="Tìm", exact=True).click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(number)


def step(
    visitor: Visitor, move: str, button: str, *, look: str = "", fill: Callable[[], None] | None = None
) -> None:
    """Make a move on the dossier that is open."""
    visitor.page.get_by_role("link", name=move, exact=True).click()
    if look:
        visitor.look(look)
    if fill:
        fill()
    visitor.page.get_by_role("button", name=button).click()
    expect(visitor.page.locator(".mc-notice--success, [role=status]").first).to_be_visible()


def test_the_first_dossier(visitor: Callable[..., Visitor], paper: Path) -> None:
    citizen, receiver, specialist, head, leader, office = (visitor() for _ in range(6))
    for who, name in (
        (citizen, "chuho"), (receiver, "tiepnhan"), (specialist, "chuyenvien"), (head, "truongphong"),
        (leader, "lanhdao"), (office, "caicach"),
    ):  # fmt: skip
        who.sign_in(name, PASSWORD)
    before = solved(office)

    # The citizen files.
    page = fill_in(citizen, paper)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nộp hồ sơ")
    number = re.search(r"H15\.\d+-\d{6}-\d{4,}", page.locator("main").inner_text())
    assert number, "the confirmation shows the number"
    code = number.group()
    follow = page.get_by_role("link", name="Mở trang theo dõi").get_attribute("href") or ""
    anyone = visitor(width=390)

    def tracked(*words: str) -> None:
        anyone.page.goto(follow)
        for word in words:
            expect(anyone.page.locator("main")).to_contain_text(word)

    tracked("Chờ tiếp nhận", "trả lời tiếp nhận trước")

    # Reception.
    receiver.page.goto("/quay/cho-tiep-nhan/")
    receiver.look("to-receive")
    open_dossier(receiver, code)
    receiver.look("dossier-filed")
    step(receiver, "Tiếp nhận", "Tiếp nhận và in giấy hẹn", look="accept")
    tracked("Đang giải quyết", "Hẹn trả kết quả trước")
    receipt = receiver.page.get_by_role("link", name="Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    printed = receiver.context.request.get(receipt.get_attribute("href") or "")
    assert printed.status == 200
    assert printed.body().startswith(b"%PDF")

    # The specialist asks for a better paper, the citizen gives it.
    specialist.page.goto("/quay/")
    specialist.look("queue")
    open_dossier(specialist, code)

    def faults() -> None:
        first = specialist.page.locator("fieldset.mc-paper").first
        first.get_by_label("Sai hoặc thiếu gì?").fill("Bản chụp thiếu góc dưới")
        first.get_by_label("Cách sửa").fill("Chụp lại đủ bốn góc")
        specialist.page.get_by_label("Căn cứ của yêu cầu").fill("Thành phần hồ sơ của thủ tục")

    step(specialist, "Yêu cầu bổ sung", "Gửi yêu cầu bổ sung", look="supplement-request", fill=faults)
    tracked("bổ sung")
    citizen.page.goto("/cua-toi/")
    citizen.look("mine")
    citizen.page.locator("main li", has_text=code).get_by_role("link", name="Đăng ký khai sinh").click()
    expect(citizen.page).to_have_url(re.compile("/bo-sung/$"))
    citizen.look("supplement")
    expect(citizen.page.locator("main")).to_contain_text("Bản chụp thiếu góc dưới")
    citizen.page.set_input_files("input[type=file]", str(paper))
    citizen.page.get_by_role("button", name="Tải lên và lưu").click()
    expect(citizen.page.get_by_role("button", name="Thay tệp khác")).to_be_visible()
    citizen.page.get_by_role("button", name="Nộp bổ sung").click()
    expect(citizen.page).to_have_url(re.compile(r"/cua-toi/[0-9a-f-]+/$"))
    citizen.look("one-resubmitted")
    tracked("Đang giải quyết")

    # Specialist, head, leader, desk.
    open_dossier(specialist, code)
    specialist.look("dossier-specialist")
    step(specialist, "Chuyển bước", "Chuyển", look="hand-over")
    open_dossier(head, code)
    step(head, "Chuyển bước", "Chuyển")
    tracked("Lãnh đạo ký duyệt")
    open_dossier(leader, code)

    def decision() -> None:
        leader.page.get_by_label("Đồng ý giải quyết", exact=True).check()
        leader.page.get_by_label("Tên văn bản kết quả").fill("Giấy khai sinh")

    step(leader, "Ký kết quả", "Ký và chuyển trả kết quả", look="decide", fill=decision)
    tracked("Đã có kết quả")
    open_dossier(receiver, code)
    receiver.look("dossier-decided")

    def handed() -> None:
        receiver.page.get_by_label("Người đứng tên hồ sơ").check()

    step(receiver, "Trả kết quả", "Đã trả kết quả", look="return", fill=handed)
    tracked("Đã trả kết quả")
    anyone.look("track-returned")

    # The figure has moved by one, and opens exactly those dossiers.
    assert solved(office) == before + 1
    office.look("figures")
    row = office.page.locator("tr", has=office.page.get_by_role("rowheader", name="Buôn Ma Thuột")).first
    row.get_by_role("cell").nth(4).get_by_role("link").click()
    office.look("drill-down")
    expect(office.page.locator("main")).to_contain_text(str(before + 1))
    expect(office.page.locator("main")).to_contain_text(code)


def test_counter_intake_on_a_small_screen(visitor: Callable[..., Visitor]) -> None:
    receiver = visitor()
    page = receiver.sign_in("tiepnhan", PASSWORD)
    page.goto("/quay/tiep-nhan/")
    page.get_by_label("Người dân cần làm gì?").fill("ket hon")
    page.locator("main").get_by_role("button", name="Tìm").click()
    receiver.look("intake-choose")
    page.get_by_role("link", name=re.compile("^Đăng ký kết hôn")).first.click()
    page.get_by_label("Họ tên người đứng tên, hoặc tên tổ chức").fill("Trần Thị Quầy Thử")
    for select in page.get_by_label("Nhận", exact=True).all():
        select.select_option("paper")
    receiver.look("intake")
    page.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đăng ký kết hôn")
    expect(page.locator("main")).to_contain_text("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")


def test_english_and_wrong_addresses(visitor: Callable[..., Visitor]) -> None:
    who = visitor()
    page = who.page
    page.goto("/thu-tuc/1.001193/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Birth registration")
    who.look("procedure-en")
    page.goto("/khong-co-trang-nay/")
    who.look("not-found")
