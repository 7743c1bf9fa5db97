"""An administrator sets up a process of its own for a procedure, a second person publishes it, and it is undone."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from motcua.ops.demonstration_accounts import PASSWORD
from tests.journeys.conftest import Visitor

CODE = "1.004873"
# What one person is given for it; the browser is faster than people, so this only catches a page that hangs.
TEN_MINUTES = 600


def drawn(page: Page) -> None:
    """Wait until the drawing is there, with the mark of its makers in full view."""
    expect(page.locator(".mc-drawing.is-drawn")).to_be_visible()
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    top = mark.evaluate(
        "e => { const r = e.getBoundingClientRect(); e.scrollIntoView({block: 'center'});"
        "const s = e.getBoundingClientRect();"
        "return e.contains(document.elementFromPoint(s.x + s.width / 2, s.y + s.height / 2)); }"
    )
    assert top, "the watermark is covered"


def limit(page: Page, step: str, amount: str, unit: str) -> None:
    """Give a step its limit by the table and the keyboard alone."""
    page.get_by_role("link", name=f"Sửa {step}", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(step)
    page.get_by_label("Thời hạn").focus()
    page.keyboard.type(amount)
    page.get_by_label("Đơn vị").select_option(unit)
    page.get_by_role("button", name="Lưu", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bang")).to_be_visible()


def test_a_process_is_set_up_in_ten_minutes_and_published_by_two(visitor: Callable[..., Visitor]) -> None:
    began = time.monotonic()
    first, second = visitor(), visitor()
    page = first.sign_in("caicach", PASSWORD)
    page.get_by_role("link", name="Quy trình", exact=True).click()
    first.look("processes")
    page.get_by_role("link", name="Lập bản nháp mới").click()
    name = f"Xác nhận hôn nhân {time.time_ns()}"
    page.get_by_label("Tên quy trình").fill(name)
    page.get_by_label("Mã thủ tục").fill(CODE)
    page.get_by_role("button", name="Lập bản nháp").click()
    drawn(page)
    first.look("process-draft")
    draft = page.url

    # A fifth step by the table: it stands in the drawing at once.
    page.get_by_role("button", name="Thêm vào quy trình").click()
    page.get_by_label("Ở đâu").select_option(label="Giữa “Lãnh đạo ký duyệt” và “Trả kết quả”")
    page.get_by_label("Tên bước").fill("Văn thư đóng dấu")
    page.get_by_label("Ai làm").select_option(label="Bộ phận tiếp nhận và trả kết quả")
    page.get_by_role("button", name="Lưu", exact=True).click()
    drawn(page)
    expect(page.locator(".djs-element[data-element-id=van-thu-dong-dau]").first).to_be_visible()

    # It is chosen there. The form beside the drawing changes it: it saves by itself, and the table says so.
    page.get_by_label("Tên", exact=True).fill("Văn thư vào sổ, đóng dấu")
    page.get_by_label("Tên", exact=True).blur()
    expect(page.locator("[data-status]")).to_contain_text("Đã lưu")
    expect(page.locator("[data-table]")).to_contain_text("Văn thư vào sổ, đóng dấu")
    first.look("process-drawn")
    for step in ("Chuyên viên thẩm định", "Trưởng phòng xem xét", "Lãnh đạo ký duyệt"):
        limit(page, step, "4", "working_hour")

    page.get_by_role("link", name="Kiểm tra").click()
    expect(page.locator("#loi")).to_contain_text("1 lỗi phải sửa")
    first.look("process-check")
    page.get_by_role("link", name="Kịch bản thử").click()
    page.get_by_role("link", name="Đề xuất kịch bản").click()
    page.get_by_role("button", name="Giữ các kịch bản đã chọn").click()
    expect(page.locator("main")).to_contain_text("Kịch bản đạt đã đi qua 6 trên 6 đường")
    drawn(page)
    first.look("process-scenarios")
    page.get_by_role("link", name="Công bố", exact=True).click()
    page.get_by_label("Quyết định phê duyệt quy trình nội bộ").fill("Quyết định 12/QĐ-UBND")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("button", name="Đề nghị công bố").click()
    expect(page.locator("main")).to_contain_text("Người công bố phải khác")
    first.look("process-publish")
    assert time.monotonic() - began < TEN_MINUTES

    other = second.sign_in("quantri", PASSWORD)
    other.goto(f"{draft.split('?')[0]}cong-bo/")
    today = other.evaluate("new Date().toLocaleDateString('en-CA', {timeZone: 'Asia/Ho_Chi_Minh'})").split(
        "-"
    )
    for part, value in zip(("year", "month", "day"), today, strict=True):
        other.locator(f"[name=use_from-{part}]").fill(value)
    other.get_by_role("button", name="Công bố", exact=True).click()
    expect(other.locator("main")).to_contain_text("Đã công bố phiên bản 1")
    drawn(other)
    second.look("process-version")

    # One click away: the default process again.
    other.get_by_role("link", name="Về quy trình").click()
    expect(other.locator("main")).to_contain_text(CODE)
    second.look("process")
    other.get_by_role("button", name=f"Về quy trình chung từ hôm nay {CODE}").click()
    expect(other.locator("main")).to_contain_text("lại chạy theo quy trình chung")


def test_the_table_does_without_scripts_what_the_drawing_does(visitor: Callable[..., Visitor]) -> None:
    plain = visitor(javascript=False)
    page = plain.sign_in("caicach", PASSWORD)
    page.goto("/cchc/quy-trinh/moi/")
    page.get_by_label("Tên quy trình").fill(f"Không kịch bản lệnh {time.time_ns()}")
    page.get_by_role("button", name="Lập bản nháp").click()
    page.get_by_role("button", name="Thêm vào quy trình").click()
    page.get_by_label("Tên bước").fill("Thẩm tra thực địa")
    page.get_by_label("Ai làm").select_option(label="Chuyên viên")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#e-tham-tra-thuc-dia")).to_be_visible()
    page.get_by_role("button", name="Lên Thẩm tra thực địa").click()
    page.get_by_role("button", name="Bỏ Thẩm tra thực địa").click()
    expect(page.locator("#e-tham-tra-thuc-dia")).to_have_count(0)
    plain.look("process-no-script")
