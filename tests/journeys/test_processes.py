"""An administrator sets up a process of its own for a procedure, a second person publishes it, and it is undone."""

import re
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


def publish(page: Page, draft: str) -> None:
    """Publish a draft that somebody else proposed, and use it from today."""
    page.goto(f"{draft.split('?')[0]}cong-bo/")
    today = page.evaluate("new Date().toLocaleDateString('en-CA', {timeZone: 'Asia/Ho_Chi_Minh'})").split("-")
    for part, value in zip(("year", "month", "day"), today, strict=True):
        page.locator(f"[name=use_from-{part}]").fill(value)
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.locator("main")).to_contain_text("Đã công bố phiên bản 1")
    drawn(page)


def test_a_process_is_set_up_in_ten_minutes_and_published_by_two(visitor: Callable[..., Visitor]) -> None:
    began = time.monotonic()
    first, second = visitor(), visitor()
    page = first.sign_in("caicach", PASSWORD)
    page.get_by_role("link", name=re.compile(r"^Quy trình( \(|$)")).click()
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
    publish(other, draft)
    second.look("process-version")

    # One click and its confirmation away: the default process again.
    other.get_by_role("link", name="Về quy trình").click()
    expect(other.locator("main")).to_contain_text(CODE)
    second.look("process")
    other.get_by_role("link", name=f"Về quy trình chung từ hôm nay {CODE}").click()
    expect(other.locator("main")).to_contain_text("Hồ sơ đang giải quyết giữ nguyên quy trình của nó.")
    other.get_by_role("button", name="Về quy trình chung từ hôm nay").click()
    expect(other.locator("main")).to_contain_text("lại chạy theo quy trình chung")


# --- from nothing: the procedure, its process, a dossier ----------------------------------------------------

PAPERS = ("Đơn đề nghị", "Phương án biểu diễn", "Bản sao hợp đồng thuê địa điểm")
STEPS = {
    "Chuyên viên thẩm định": ("Văn hóa xã xem phương án", "2", "working_day"),
    "Trưởng phòng xem xét": ("Trưởng phòng văn hóa xem lại", "1", "working_day"),
    "Lãnh đạo ký duyệt": ("Phó chủ tịch ký giấy phép", "1", "working_day"),
    "Trả kết quả": ("Một cửa trả giấy phép", "4", "working_hour"),
}


def set_up_procedure(visitor: Visitor, code: str, name: str) -> None:
    """Make a procedure with three papers; what was forgotten at first is told at its box."""
    page = visitor.page
    page.get_by_role("link", name="Danh mục cập nhật", exact=True).click()
    page.get_by_role("link", name="Lập thủ tục mới").click()
    expect(page.get_by_label("Mã thủ tục")).to_be_visible()
    visitor.look("procedure-new")
    page.get_by_label("Mã thủ tục").fill(code)
    page.get_by_label("Tên thủ tục").fill(name)
    page.get_by_label("Hoặc đặt lĩnh vực mới").fill("Văn hóa cơ sở")
    page.get_by_label("Cấp xã").check()
    page.get_by_label("Công dân Việt Nam").check()
    page.get_by_label("Trực tuyến toàn trình").check()
    page.get_by_label("Thời hạn giải quyết").fill("5")
    page.get_by_label("Một khoản cố định").check()
    page.get_by_label("Số tiền (đồng)").fill("50.000")
    for number, paper in enumerate(PAPERS, 1):
        page.locator(f"[name=paper-{number}]").fill(paper)
    page.locator("[name=originals-3]").fill("0")
    page.locator("[name=copies-3]").fill("1")
    page.get_by_role("button", name="Thêm văn bản").click()
    expect(page.locator("[name=act-2]")).to_be_visible()
    page.get_by_label("Kết quả giải quyết").fill("Giấy phép biểu diễn")
    page.get_by_role("button", name="Công bố thủ tục").click()
    page.get_by_role("link", name="Ghi ít nhất một căn cứ pháp lý").click()
    visitor.look("procedure-new-faulty")
    page.locator("[name=kind-1]").select_option("Nghị định")
    page.locator("[name=number-1]").fill("144/2020/NĐ-CP")
    page.locator("[name=act-1]").fill("Hoạt động nghệ thuật biểu diễn")
    page.get_by_role("button", name="Công bố thủ tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã công bố thủ tục")
    visitor.look("procedure-new-published")


def set_up_process(page: Page, name: str) -> str:
    """Draw the process of the procedure that was just made: four steps with names and limits of its own; propose it."""
    page.get_by_role("link", name="Vẽ quy trình riêng của thủ tục").click()
    page.get_by_label("Tên quy trình").fill(name)
    page.get_by_role("button", name="Lập bản nháp").click()
    drawn(page)
    draft = page.url
    for step, (title, amount, unit) in STEPS.items():
        page.get_by_role("link", name=f"Sửa {step}", exact=True).click()
        page.get_by_label("Tên bước").fill(title)
        page.get_by_label("Thời hạn").fill(amount)
        page.get_by_label("Đơn vị").select_option(unit)
        page.get_by_role("button", name="Lưu", exact=True).click()
        expect(page.get_by_role("link", name=f"Sửa {title}", exact=True)).to_be_visible()
    page.get_by_role("link", name="Kịch bản thử").click()
    page.get_by_role("link", name="Đề xuất kịch bản").click()
    page.get_by_role("button", name="Giữ các kịch bản đã chọn").click()
    page.get_by_role("link", name="Công bố", exact=True).click()
    page.get_by_label("Quyết định phê duyệt quy trình nội bộ").fill("Quyết định 15/QĐ-UBND")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("button", name="Đề nghị công bố").click()
    expect(page.locator("main")).to_contain_text("Người công bố phải khác")
    return draft


def test_a_procedure_is_set_up_with_its_process_and_runs(visitor: Callable[..., Visitor]) -> None:
    began = time.monotonic()
    first, second, counter = visitor(), visitor(), visitor()
    stamp = time.time_ns() // 1000
    code, name = f"9.{stamp % 1_000_000:06}", f"Cấp giấy phép biểu diễn đường phố {stamp}"
    first.sign_in("quantri", PASSWORD)
    set_up_procedure(first, code, name)
    draft = set_up_process(first.page, name)
    assert time.monotonic() - began < TEN_MINUTES
    publish(second.sign_in("caicach", PASSWORD), draft)

    # A dossier of it at the counter: accepted, it stands at the first step of the new process.
    page = counter.sign_in("tiepnhan", PASSWORD)
    page.goto("/quay/tiep-nhan/")
    page.get_by_label("Người dân cần làm gì?").fill(name)
    page.locator("main").get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=name).first.click()
    for paper in PAPERS:
        expect(page.locator("main")).to_contain_text(paper)
    page.get_by_label("Họ tên người đứng tên, hoặc tên tổ chức").fill("Y Thử Niê")
    for select in page.get_by_label("Nhận", exact=True).all():
        select.select_option("paper")
    page.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    page.goto(f"{page.url.split('?')[0].rstrip('/')}/quy-trinh/")
    expect(page.locator(".mc-line--now")).to_contain_text(STEPS["Chuyên viên thẩm định"][0])


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
    plain.look("process-remove")
    page.get_by_role("button", name="Bỏ", exact=True).click()
    expect(page.locator("#e-tham-tra-thuc-dia")).to_have_count(0)
    plain.look("process-no-script")


def test_each_thing_drawn_is_taken_back_by_one_click(visitor: Callable[..., Visitor]) -> None:
    page = visitor().sign_in("caicach", PASSWORD)
    page.goto("/cchc/quy-trinh/moi/")
    page.get_by_label("Tên quy trình").fill(f"Hoàn tác {time.time_ns()}")
    page.get_by_role("button", name="Lập bản nháp").click()
    drawn(page)
    undo, shapes = page.locator("[data-tool=undo]"), page.locator(".djs-shape:not([data-element-id$=_label])")
    expect(undo).to_be_disabled()
    expect(page.locator("[data-tool=redo]")).to_be_disabled()
    before = shapes.count()

    # A step is put behind another one; its name is being asked for when the person thinks again.
    page.locator(".djs-element[data-element-id=head]").first.click()
    page.locator(".djs-context-pad [data-action=append-task]").click()
    expect(shapes).to_have_count(before + 1)
    undo.click()
    expect(shapes).to_have_count(before)
    expect(undo).to_be_disabled()
    page.locator("[data-tool=redo]").click()
    expect(shapes).to_have_count(before + 1)
    undo.click()
    # So with one from the palette.
    page.locator(".djs-palette [data-action=task]").click()
    box = page.locator(".mc-editor__panes [data-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 120)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 100)
    expect(shapes).to_have_count(before + 1)
    undo.click()
    expect(shapes).to_have_count(before)
    expect(undo).to_be_disabled()

    # A new name takes the old English one away, and both come back in one click.
    page.locator("#t-head").click()
    page.get_by_label("Tên tiếng Anh").fill("Head reviews")
    page.get_by_label("Tên tiếng Anh").blur()
    page.get_by_label("Tên", exact=True).fill("Phòng xem lại")
    page.get_by_label("Tên", exact=True).blur()
    expect(page.get_by_label("Tên tiếng Anh")).to_have_value("")
    undo.click()
    expect(page.get_by_label("Tên tiếng Anh")).to_have_value("Head reviews")
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Trưởng phòng xem xét")

    # Whoever reads English sees the drawing in it.
    expect(page.locator("[data-status]")).to_contain_text("Đã lưu")
    page.get_by_role("link", name="Kiểm tra").click()
    drawn(page)
    expect(page.locator(".djs-element[data-element-id=head]").first).to_contain_text("Trưởng phòng")
    page.get_by_role("button", name="English").click()
    drawn(page)
    expect(page.locator(".djs-element[data-element-id=head]").first).to_contain_text("Head reviews")
