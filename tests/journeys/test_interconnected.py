"""Birth, residence and health insurance for a child under 6: one dossier at the door, three agencies, one of them late."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor
from tests.journeys.test_story import open_dossier, step

POLICE = "cong-an-phuong-buon-ma-thuot"
INSURANCE = "bao-hiem-xa-hoi-tinh"
LATE_POLICE = "Công an phường Buôn Ma Thuột"


def decide(visitor: Visitor, title: str, *, look: str = "") -> None:
    """Sign the result of the dossier that is open."""

    def decision() -> None:
        visitor.page.get_by_label("Đồng ý giải quyết", exact=True).check()
        visitor.page.get_by_label("Tên văn bản kết quả").fill(title)

    step(visitor, "Ký kết quả", "Ký và chuyển trả kết quả", look=look, fill=decision)


def waits_for(visitor: Visitor, text: str) -> None:
    """Load the page again until it says something that the worker brings about; a minute at most."""
    for _ in range(30):
        if text in visitor.page.locator("main").inner_text():
            return
        visitor.page.wait_for_timeout(2_000)
        visitor.page.reload()
    raise AssertionError(f"{visitor.page.url} never says {text!r}")


def solve_part(
    come: Callable[[str], Visitor], agency: str, number: str, title: str, *, look: str = ""
) -> None:
    """Let the three posts of a partner solve its part."""
    for post in ("chuyenvien", "truongphong"):
        officer = come(f"{agency}.{post}")
        open_dossier(officer, number)
        if look and post == "chuyenvien":
            officer.look(look)
        step(officer, "Chuyển bước", "Chuyển")
    leader = come(f"{agency}.lanhdao")
    open_dossier(leader, number)
    decide(leader, title)


def test_one_dossier_goes_through_three_agencies(visitor: Callable[..., Visitor]) -> None:
    signed: dict[str, Visitor] = {}

    def come(name: str) -> Visitor:
        if name not in signed:
            signed[name] = visitor()
            signed[name].sign_in(name, PASSWORD)
        return signed[name]

    # At the counter: one set of papers, one receipt.
    receiver = come("tiepnhan")
    page = receiver.page
    page.goto("/quay/tiep-nhan/2.000986/")
    page.get_by_label("Họ tên người đứng tên, hoặc tên tổ chức").fill("Nguyễn Văn Ánh Thử")
    page.get_by_label("Địa chỉ").fill("Tỉnh Đắk Lắk")
    for select in page.get_by_label("Nhận", exact=True).all():
        select.select_option("paper")
    receiver.look("intake-interconnected")
    page.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"H15\.136-\d{6}-\d{4}"))
    found = re.search(r"H15\.136-\d{6}-\d{4,}", page.get_by_role("heading", level=1).inner_text())
    assert found
    code = found.group()

    # The commune registers the birth and signs; then the partners have their parts.
    specialist = come("chuyenvien")
    open_dossier(specialist, code)
    specialist.page.get_by_role("link", name="Chuyển bước", exact=True).click()
    expect(specialist.page.locator("main")).to_contain_text("Ký Giấy khai sinh")
    specialist.page.go_back()
    step(specialist, "Chuyển bước", "Chuyển")
    leader = come("lanhdao")
    open_dossier(leader, code)
    decide(leader, "Giấy khai sinh", look="sign-before-partners")
    expect(leader.page.locator("main")).to_contain_text(LATE_POLICE)
    expect(leader.page.locator("main")).to_contain_text("Bảo hiểm xã hội tỉnh")
    leader.look("whole-with-partners")
    parts = re.findall(r"H15\.(?:136\.9|60)-\d{6}-\d{4,}", leader.page.locator("main").inner_text())
    assert len(parts) == 2
    police, insurance = sorted(parts, key=lambda number: ".60-" in number)

    # Both work on their own numbers; when both have answered the desk has something to return.
    solve_part(come, INSURANCE, insurance, "Thẻ bảo hiểm y tế")
    open_dossier(receiver, code)
    waits_for(receiver, "Thẻ bảo hiểm y tế")
    expect(receiver.page.get_by_role("heading", level=1)).to_contain_text(code)
    assert receiver.page.get_by_role("link", name="Trả kết quả", exact=True).count() == 0
    solve_part(come, POLICE, police, "Thông báo kết quả đăng ký thường trú", look="part")
    open_dossier(receiver, code)
    waits_for(receiver, "Trả các kết quả")
    receiver.look("whole-decided")

    def handed() -> None:
        receiver.page.get_by_label("Người đứng tên hồ sơ").check()

    step(receiver, "Trả kết quả", "Đã trả kết quả", fill=handed)


def test_a_late_partner_is_named_to_everybody(visitor: Callable[..., Visitor]) -> None:
    citizen, head, police, office = (visitor() for _ in range(4))
    for who, name in (
        (citizen, "nguoidan"), (head, "truongphong"), (police, f"{POLICE}.chuyenvien"), (office, "caicach"),
    ):  # fmt: skip
        who.sign_in(name, PASSWORD)

    # The door sees by name whom the dossier waits for.
    head.page.goto("/quay/tre-han/")
    line = head.page.locator("tr", has_text=LATE_POLICE)
    expect(line).to_have_count(1)
    code = re.search(r"H15\.136-\d{6}-\d{4,}", line.inner_text())
    assert code
    head.look("late-partner")
    open_dossier(head, code.group())
    expect(head.page.locator("main")).to_contain_text("Cơ quan phối hợp")

    # The applicant as well: who is late, and what is done already.
    citizen.page.goto("/cua-toi/")
    citizen.page.locator("main li", has_text=code.group()).get_by_role("link").first.click()
    expect(citizen.page.locator("main")).to_contain_text(f"Đang chờ kết quả của: {LATE_POLICE}")
    expect(citizen.page.locator("main")).to_contain_text("quá hẹn")
    expect(citizen.page.locator("main")).to_contain_text("Thẻ bảo hiểm y tế")
    citizen.look("one-with-partners")

    # The partner has it as late work of its own, and in the figures it is late apart from the commune.
    police.page.goto("/quay/tre-han/")
    expect(police.page.locator("main")).to_contain_text("Đăng ký thường trú")
    office.page.goto("/so-lieu/?kenh=interconnected")
    expect(office.page.locator("main")).to_contain_text("Công an phường")
    office.look("figures-partners")
