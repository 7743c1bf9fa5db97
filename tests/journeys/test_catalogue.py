"""The catalogue as people meet it: a limit that nobody confirmed, the person who does, and the notice board."""

import re

from playwright.sync_api import Browser, expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor

CODE = "2.000884"
NAME = "Chứng thực chữ ký trong giấy tờ, văn bản"


def test_a_limit_is_marked_until_the_reform_office_confirms_it(chromium: Browser, site: str) -> None:
    citizen = Visitor(chromium, site, width=390)
    page = citizen.page
    page.goto("/")
    page.get_by_role("link", name="Giấy tờ, chứng thực").click()
    expect(page).to_have_url(re.compile("su-kien="))
    citizen.look("life-event")
    page.get_by_role("link", name=NAME, exact=True).click()
    expect(page).to_have_url(re.compile(f"/{CODE}/$"))
    expect(page.get_by_text("Chưa xác nhận").first).to_be_visible()
    citizen.look("unconfirmed")

    officer = Visitor(chromium, site)
    desk = officer.sign_in("caicach", PASSWORD)
    desk.get_by_role("link", name="Xác nhận thủ tục").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Xác nhận thủ tục")
    officer.look("doubts")
    desk.goto(f"/cchc/thu-tuc/{CODE}/xac-nhan/")
    officer.look("confirm")
    # By keyboard alone: to the first doubt, and agree with it.
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    expect(desk.get_by_role("status").first).to_contain_text("Đã đồng ý")
    desk.goto(f"/cchc/thu-tuc/{CODE}/xac-nhan/")
    expect(desk.get_by_text("Tạ Thị Bích Mẫu").last).to_be_visible()
    desk.goto("/cchc/thu-tuc/cap-nhat/")
    officer.look("kept-current")

    page.reload()
    expect(page.get_by_text("Chưa xác nhận")).to_have_count(0)


def test_a_sheet_goes_up_on_a_notice_board_and_is_checked(chromium: Browser, site: str) -> None:
    officer = Visitor(chromium, site)
    desk = officer.sign_in("tiepnhan", PASSWORD)
    desk.get_by_role("link", name="Niêm yết", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Sổ niêm yết")
    desk.get_by_role("link", name="Ghi tờ mới treo").click()
    officer.look("put-up")
    desk.get_by_label("Nơi niêm yết").fill("Bảng niêm yết tầng 1")
    desk.get_by_label(re.compile(f"^{CODE} ")).check()
    desk.get_by_role("button", name="Ghi vào sổ").click()
    expect(desk.get_by_role("heading", name="Bảng niêm yết tầng 1")).to_be_visible()
    officer.look("board")
    desk.get_by_role("link", name="Ghi kết quả kiểm tra nơi này").click()
    officer.look("check-board")
    sheet = desk.request.get(f"/thu-tuc/{CODE}/to-roi.pdf")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.body().startswith(b"%PDF-")
