"""A citizen files birth registration: with and without JavaScript, on a phone and on a large screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor

PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def fill_in(
    visitor: Visitor,
    paper: Path,
    *,
    look: Callable[[str], None] = lambda name: None,
    procedure: tuple[str, str, str] = ("khai sinh", "Đăng ký khai sinh", "1.001193"),
) -> Page:
    """Go from the search box to the page that checks the answers; `look` is called on every page.

    `procedure` is what is searched for, its name and its code.
    """
    wanted, name, code = procedure
    page = visitor.page
    page.goto("/")
    look("home")
    page.get_by_role("searchbox").first.fill(wanted)
    page.get_by_role("button", name="Tìm").click()
    expect(page).to_have_url(re.compile("q="))
    look("search")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(f"/{code}/$"))
    look("procedure")
    page.locator("main").get_by_role("button", name="Nộp hồ sơ trực tuyến").click()
    expect(page).to_have_url(re.compile("/nguoi-nop/$"))
    look("applicant")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page).to_have_url(re.compile("/noi-nop/$"))
    look("office")
    page.get_by_label("Nơi giải quyết", exact=True).select_option(
        label="Ủy ban nhân dân phường Buôn Ma Thuột"
    )
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page).to_have_url(re.compile("/giay-to/$"))
    look("papers")
    while page.get_by_text("Chưa có").count():
        page.locator("main li", has_text="Chưa có").first.get_by_role("link").click()
        page.set_input_files("input[type=file]", str(paper))
        look("paper")
        page.get_by_role("button", name="Tải lên và lưu").click()
        expect(page).to_have_url(re.compile("/giay-to/$"))
    page.get_by_role("link", name="Tiếp tục", exact=True).click()
    expect(page).to_have_url(re.compile("/kiem-tra/$"))
    look("check")
    return page


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A real PDF on the citizen's phone."""
    file = tmp_path / "to-khai.pdf"
    file.write_bytes(PAPER)
    return file


def test_a_citizen_files_on_a_phone(visitor: Callable[..., Visitor], paper: Path) -> None:
    who = visitor(width=390)
    who.sign_in("nguoidan", PASSWORD)
    page = fill_in(who, paper, look=who.look)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nộp hồ sơ")
    who.look("sent")
    page.get_by_role("link", name="Mở trang theo dõi").click()
    who.look("track")
    expect(page.locator("main")).to_contain_text("Chờ tiếp nhận")


def test_the_citizen_core_needs_no_javascript(visitor: Callable[..., Visitor], paper: Path) -> None:
    who = visitor(javascript=False, width=390)
    who.sign_in("nguoidan2", PASSWORD)
    page = fill_in(who, paper)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nộp hồ sơ")
    number = page.locator("main").get_by_text("H15.").first.inner_text().strip()
    page.goto("/tra-cuu/")
    page.get_by_label("Mã hồ sơ").fill(number)
    page.locator("main").get_by_role("button", name="Tra cứu").click()
    expect(page.locator("main")).to_contain_text("Chờ tiếp nhận")
    expect(page.locator("main")).not_to_contain_text("Bhin")
