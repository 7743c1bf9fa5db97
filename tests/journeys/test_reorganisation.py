"""Two communes become one tomorrow: planned, approved, and the day after an open dossier's page names the new one."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from motcua.kit import clock
from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_citizen import PAPER, fill_in

OLD = ("Ủy ban nhân dân phường Buôn Ma Thuột", "Ủy ban nhân dân phường Tân Lập")
NEW = "Ủy ban nhân dân phường Cao Nguyên"


def _filed(citizen: Visitor, paper: Path) -> str:
    """File a birth registration and return the address at which it is followed."""
    citizen.sign_in("nguoidan", PASSWORD)
    page = fill_in(citizen, paper)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.get_by_role("link", name="Mở trang theo dõi").click()
    expect(page.locator("main")).to_contain_text(OLD[0])
    return page.url


def _planned(who: Visitor) -> Page:
    """Write the plan down: the day is tomorrow, two communes and their territory become one."""
    page = who.sign_in("quantri", PASSWORD)
    page.get_by_role("link", name="Sắp xếp tổ chức").click()
    who.look("plans-none")
    page.get_by_role("link", name=re.compile("Lập kế hoạch")).first.click()
    who.look("plan-new")
    day = clock.today() + timedelta(days=1)
    page.get_by_label("Tên kế hoạch").fill("Nhập phường Buôn Ma Thuột và phường Tân Lập")
    page.get_by_label("Văn bản").fill("Nghị quyết 99/NQ-HĐND")
    for label, value in (("Ngày", day.day), ("Tháng", day.month), ("Năm", day.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Lập dự thảo").click()
    who.look("plan-empty")
    page.get_by_role("link", name="Đơn vị hành chính mới").click()
    _territory(who)
    page.get_by_role("link", name="Hợp nhất, sáp nhập").click()
    for name in OLD:
        page.get_by_label(name, exact=True).check()
    page.get_by_label("Tên sau khi hợp nhất").fill(NEW)
    page.get_by_label("Mã định danh (QĐ 20)").fill("H15.901")
    page.get_by_label("Mã đơn vị hành chính").fill("24999")
    page.get_by_text("Giữ mọi vị trí").click()
    who.look("plan-merge")
    page.get_by_role("button", name="Thêm vào kế hoạch").click()
    expect(page.locator("main")).to_contain_text(NEW)
    who.look("plan-draft")
    return page


def _territory(who: Visitor) -> None:
    page = who.page
    page.get_by_label("Mã đơn vị hành chính").fill("24999")
    page.get_by_label("Tên", exact=True).fill("Phường Cao Nguyên")
    page.get_by_label("Loại").select_option(label="Phường")
    page.get_by_label("Mã tỉnh, thành phố").fill("66")
    page.get_by_label("Nhập toàn bộ các đơn vị").fill("24133, 24121")
    who.look("plan-territory")
    page.get_by_role("button", name="Thêm vào kế hoạch").click()


def test_two_communes_become_one_overnight(chromium: Browser, own_site: Site, tmp_path: Path) -> None:
    paper = tmp_path / "to-khai.pdf"
    paper.write_bytes(PAPER)
    people = {
        name: Visitor(chromium, own_site.address)
        for name in ("citizen", "planner", "leader", "leader after", "receiver")
    }
    followed = _filed(people["citizen"], paper)
    plan = _planned(people["planner"])
    plan.get_by_role("link", name="Kiểm tra và mô phỏng").click()
    expect(plan.locator("main")).to_contain_text("hồ sơ chuyển")
    people["planner"].look("plan-check")
    plan.get_by_role("link", name="Nội dung", exact=True).click()
    plan.get_by_role("button", name="Trình duyệt").click()
    people["planner"].look("plan-proposed")
    leader = people["leader"].sign_in("chutich", PASSWORD)
    leader.goto(plan.url)
    leader.get_by_role("button", name="Duyệt").click()
    people["leader"].look("plan-approved")
    # What is planned for tomorrow changes nothing today.
    people["citizen"].page.goto(followed)
    expect(people["citizen"].page.locator("main")).not_to_contain_text(NEW)

    own_site.stop()
    own_site.start(days_ahead=1)
    page = people["citizen"].page
    page.goto(followed)
    assert _told(page), "the dossier's page never told that another agency answers"
    expect(page.locator("main")).to_contain_text(NEW)
    people["citizen"].look("track-after")
    leader = people["leader after"].sign_in("chutich", PASSWORD)
    leader.goto(plan.url)
    expect(leader.locator("main")).to_contain_text("Đã thực hiện")
    people["leader after"].look("plan-applied")
    desk = people["receiver"].sign_in("tiepnhan", PASSWORD)
    desk.get_by_role("link", name="Chờ tiếp nhận").click()
    people["receiver"].look("to-receive-after")
    for each in people.values():
        each.context.close()
        assert not each.faults


def _told(page: Page) -> bool:
    """Wait until the dossier's own turn has come, and its page tells what changed and what did not."""
    for _ in range(60):
        if page.get_by_text("giữ nguyên").count():
            return True
        page.wait_for_timeout(2000)
        page.reload()
    return False
