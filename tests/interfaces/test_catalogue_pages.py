"""The page of a procedure: what is sure, what nobody has confirmed, whose language, which case, where else."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from motcua.catalogue.actions import withdraw_procedure
from motcua.catalogue.models import ProcedureDoubt
from motcua.catalogue.queries import Published
from motcua.dossiers.procedure_words import fee_words
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.portal.lines import blocks
from tests.documents.pdf_reader import Pdf, squeezed
from tests.interfaces.imported import URL, imported, paper, row
from tests.interfaces.test_portal_filing import text
from tests.world import World, a_procedure

PAGE = "/thu-tuc/9.000101/"


def doubted(
    world: World, published: Published, field: str, reason: str = "unconfirmed limit"
) -> ProcedureDoubt:
    """Leave a doubt, as an import does."""
    return ProcedureDoubt.objects.create(
        procedure_id=published.procedure_id,
        field=field,
        source_digest=field,
        reason=reason,
        found_at=world.at,
    )


def test_an_imported_procedure_says_all_that_its_source_says(client: Client, world: World) -> None:
    world.publish(imported())
    page = text(client.get(PAGE))
    for words in (
        "Cấp giấy phép thử nghiệm",
        "10 ngày làm việc",
        "150.000 ₫",
        "Đơn đề nghị",
        "Mẫu 01.docx",
        "Sở Thử nghiệm",
        "Công an tỉnh Thử",
        "02 Phố Thử",
        "KQ.G04.000352",
        "12/QĐ-BTN",
        "Được luật giao quy định chi tiết",
        "Văn bản không rõ số",
        "1, áp dụng từ 01/07/2025",
    ):
        assert words in page, words
    assert "None" not in page


def test_limits_that_nobody_confirmed_say_so_beside_their_source(client: Client, world: World) -> None:
    published = world.publish(imported())
    assert "Chưa xác nhận" not in text(client.get(PAGE))
    doubt = doubted(world, published, "limits")
    page = text(client.get(PAGE))
    assert "Chưa xác nhận Nguồn ghi: 10 Ngày làm việc" in page
    doubt.state = "accepted"
    doubt.save()
    assert "Chưa xác nhận" not in text(client.get(PAGE))


def test_only_the_doubted_channel_is_marked(client: Client, world: World) -> None:
    unread = row("counter", limit=None, limit_source="15", limit_doubt="Không rõ đơn vị.")
    published = world.publish(imported(channels=[row("online"), unread]))
    doubted(world, published, "channel.counter.limit", "unknown unit")
    page = text(client.get(PAGE))
    assert "Thời hạn (Trực tuyến) 10 ngày làm việc Thời hạn (Trực tiếp)" in page
    assert "Chưa đọc được thời hạn Chưa xác nhận Không rõ đơn vị. Nguồn ghi: 15" in page
    assert "Không quy định thời hạn" not in page


def test_a_fee_that_could_not_be_read_shows_its_source(client: Client, world: World) -> None:
    unread = row(
        "online", fees=[{"kind": "unread"}], fee_source="Phí : 250", fee_doubt="Có thể đã mất ba số không."
    )
    world.publish(imported(channels=[unread]))
    page = text(client.get(PAGE))
    assert "Chưa đọc được số tiền" in page
    assert "Có thể đã mất ba số không. Nguồn ghi: Phí : 250" in page


def test_phases_extensions_and_notes_stand_with_their_channel(client: Client, world: World) -> None:
    counter = row(
        "counter",
        note=["- Ghi chú một", "Ghi chú hai"],
        phases=[{"vi": "Thẩm định", "limit": {"unit": "working_day", "amount": 7, "cutoff": None}}],
        extension={"limit": None, "source": "có thể kéo dài"},
    )
    world.publish(imported(channels=[row("online"), counter]))
    page = text(client.get(PAGE))
    assert "Thẩm định: 7 ngày làm việc" in page
    assert "Được gia hạn: có thể kéo dài" in page
    assert "Ghi chú một" in page
    assert "Ghi chú hai" in page


def test_a_paper_of_unknown_number_says_so_with_its_source(client: Client, world: World) -> None:
    unclear = paper(
        "ban-sao", "Bản sao", originals=0, doubt="Nguồn không ghi số lượng.", source="Bản sao (nếu có)0"
    )
    world.publish(imported(components=[unclear, paper("khac", "Giấy khác", when="Khi đã kết hôn")]))
    page = text(client.get(PAGE))
    assert "số lượng chưa rõ" in page
    assert "Nguồn không ghi số lượng. Nguồn ghi: Bản sao (nếu có)0" in page
    assert "Khi đã kết hôn Giấy khác" in page


def two_cases() -> dict[str, Any]:
    return imported(
        cases=[{"key": "moi", "vi": "Cấp mới"}, {"key": "lai", "vi": "Cấp lại"}],
        channels=[row("online", "moi"), row("online", "lai", fees=[{"kind": "free"}])],
        components=[
            paper("don", "Đơn đề nghị"),
            paper("anh", "Ảnh thẻ", case="moi"),
            paper("cu", "Giấy phép cũ", case="lai"),
            paper("the", "Thẻ căn cước", group="show", case="lai"),
        ],
    )


@pytest.mark.parametrize("field", ["channel.online.fee", "channel.online.lai.fee"])
def test_a_doubt_about_a_channel_marks_its_fee_in_every_case_or_in_its_own(
    client: Client, world: World, field: str
) -> None:
    doubted(world, world.publish(two_cases()), field, "number glued to the fee")
    page = text(client.get(PAGE, {"truong-hop": "lai"}))
    assert "Phí, lệ phí Không thu phí Chưa xác nhận" in page
    page = text(client.get(PAGE, {"truong-hop": "moi"}))
    assert ("150.000 ₫ Chưa xác nhận" in page) == (field == "channel.online.fee")
    sheet = Pdf(client.get(f"{PAGE}to-roi.pdf").content).text()
    assert sheet.count(squeezed("chưa xác nhận")) == (2 if field == "channel.online.fee" else 1)


def test_a_value_that_somebody_agreed_to_is_no_longer_marked(client: Client, world: World) -> None:
    """Agreeing changes no content: its doubts stay written there."""
    agreed = row("online", fee_doubt="Mất số không", fee_source="150", limit_doubt="Khác với trình tự")
    papers = [paper("don", "Đơn", doubt="Có thể hai bản", source="Đơn 1")]
    published = world.publish(imported(channels=[agreed], components=papers))
    fields = ("limits", "channel.online.fee", "component.don")
    rows = [doubted(world, published, name, "unconfirmed limit") for name in fields]
    assert text(client.get(PAGE)).count("Chưa xác nhận") == 5
    for one in rows:
        one.state = "accepted"
        one.save()
    page = text(client.get(PAGE))
    assert "Chưa xác nhận" not in page
    assert "Có thể hai bản" not in page


def test_fees_that_are_long_are_told_in_the_section_to_which_the_card_leads(
    client: Client, world: World
) -> None:
    fees = [{"kind": "amount", "vnd": 1000 * n, "valid_to": "2026-12-31"} for n in range(1, 5)]
    world.publish(imported(channels=[row("online", fees=fees)]))
    page = client.get(PAGE)
    assert 'href="#cach-nop"' in page.content.decode()
    assert "Phí, lệ phí Xem ở phần cách nộp" in text(page)
    assert "4.000 ₫ (đến hết ngày 31/12/2026)" in text(page)


def test_a_case_is_chosen_by_a_link_and_narrows_papers_and_fees(client: Client, world: World) -> None:
    world.publish(two_cases())
    whole = client.get(PAGE)
    assert 'href="?truong-hop=lai"' in whole.content.decode()
    assert "Đơn đề nghị" in text(whole)
    assert "Cấp mới Ảnh thẻ" in text(whole)
    assert "Cấp lại Giấy phép cũ" in text(whole)
    page = text(client.get(PAGE, {"truong-hop": "lai"}))
    assert "Ảnh thẻ" not in page
    assert "Giấy phép cũ" in page
    assert "Bạn chỉ cần xuất trình Thẻ căn cước" in page
    assert "Phí, lệ phí Không thu phí" in page
    assert "150.000 ₫" not in page


@pytest.mark.parametrize("case", ["khong-co", "<script>", "\u0111" * 300, "moi lai"])
def test_an_unknown_case_shows_all_of_them(client: Client, world: World, case: str) -> None:
    world.publish(two_cases())
    page = text(client.get(PAGE, {"truong-hop": case}))
    assert "Ảnh thẻ" in page
    assert "Giấy phép cũ" in page


def test_the_steps_of_an_import_keep_every_word_in_their_shape(client: Client, world: World) -> None:
    world.publish(imported())
    page = client.get(PAGE).content.decode()
    assert '<h3 class="mc-text__step">Bước 1</h3><p>Nộp hồ sơ</p>' in page
    assert '<li>Tại Sở</li><li class="mc-points__below">Bằng bản giấy</li>' in page


@pytest.mark.parametrize(
    "line",
    ["Bước 2. Thẩm định", "- a", "++ b", "a) Nộp tại Sở", "*", "1. Một", "-không cách", "Bước", "+) sâu"],
)
def test_shaping_loses_no_word(line: str) -> None:
    kept = "".join(
        part
        for block in blocks([line])
        for part in (block.label, block.text, *(item.text for item in block.items))
    )
    assert re.sub(r"\W", "", kept) == re.sub(r"\W", "", line)


def test_vietnamese_on_an_english_page_says_that_it_is(client: Client, world: World) -> None:
    world.publish(imported())
    client.post("/ngon-ngu/", {"language": "en"})
    page = client.get(PAGE).content.decode()
    assert '<h1><span lang="vi">Cấp giấy phép thử nghiệm</span></h1>' in page
    assert '<div class="mc-text" lang="vi">' in page
    assert "<title>Cấp giấy phép thử nghiệm" in page
    world.publish(a_procedure("9.000102"))
    assert "<h1>Trial confirmation</h1>" in client.get("/thu-tuc/9.000102/").content.decode()


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        (URL, True),
        ("http://thutuc.dichvucong.gov.vn/p/1", True),
        ("https://dichvucong.gov.vn.example.net/1", False),
        ("https://example.net/?dichvucong.gov.vn", False),
        ("javascript:alert(1)//dichvucong.gov.vn", False),
        ("https://[dichvucong.gov.vn", False),
        (None, False),
    ],
)
def test_only_the_national_portal_is_linked_to(
    client: Client, world: World, url: str | None, linked: bool
) -> None:
    world.publish(imported(origin={"layout": "portal_crawl", "url": url}))
    page = client.get(PAGE).content.decode()
    assert ('rel="external noopener noreferrer"' in page) is linked
    assert "javascript:" not in page
    assert "Nộp hồ sơ trực tuyến" not in page
    assert "Nộp ở đâu" in page


def test_a_ministry_procedure_is_not_sent_to_our_counter(client: Client, world: World) -> None:
    world.publish(imported(levels=["ministry"], competent=[{"level": "ministry"}]))
    page = text(client.get(PAGE))
    assert "cơ quan trung ương giải quyết" in page
    assert "bộ phận một cửa bất kỳ" not in page


def test_the_page_for_printing_has_nothing_folded(client: Client, world: World) -> None:
    world.publish(imported(channels=[row("online", note=["Ghi chú"])]))
    folded, whole = client.get(PAGE).content.decode(), client.get(PAGE, {"in": "1"}).content.decode()
    assert folded.count("<details") == whole.count("<details") == 2
    assert "open" not in "".join(re.findall("<details[^>]*>", folded))
    assert all("open" in tag for tag in re.findall("<details[^>]*>", whole))


def test_the_qr_code_opens_the_page(client: Client, world: World, settings: Any) -> None:
    settings.MOTCUA_ADDRESS = "https://motcua.example"
    world.publish(imported())
    assert f'src="{PAGE}ma-qr.svg"' in client.get(PAGE).content.decode()
    answer = client.get(f"{PAGE}ma-qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    settings.MOTCUA_ADDRESS = "https://motcua.other"
    assert client.get(f"{PAGE}ma-qr.svg").content != answer.content
    assert client.get("/thu-tuc/8.888888/ma-qr.svg").status_code == 404


def test_the_sheet_is_a_pdf(client: Client, world: World) -> None:
    world.publish(imported())
    answer = client.get(f"{PAGE}to-roi.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert client.get("/thu-tuc/8.888888/to-roi.pdf").status_code == 404


def test_the_kept_page_is_the_one_that_a_signed_in_reader_gets(client: Client, world: World) -> None:
    world.publish(imported())
    anyone = client.get(PAGE + "?truong-hop=chung&x=<b>").content.decode()
    assert 'name="next" value="/thu-tuc/9.000101/?truong-hop=chung&amp;x=%3Cb%3E"' in anyone
    client.force_login(world.citizen)
    own = client.get(PAGE + "?truong-hop=chung&x=<b>").content.decode()
    assert world.citizen.full_name in own
    assert text_of_main(own) == text_of_main(anyone)
    client.logout()
    assert world.citizen.full_name not in client.get(PAGE).content.decode()


def text_of_main(page: str) -> str:
    return page.partition('<main class="mc-main"')[2].partition("</main>")[0]


def test_a_new_version_replaces_the_kept_page_at_once(client: Client, world: World) -> None:
    world.publish(imported(channels=[row("online")]))
    first = text(client.get(PAGE))
    assert "10 ngày làm việc" in first
    assert "Có gì thay đổi" not in first
    shorter = {"unit": "working_day", "amount": 4, "cutoff": None}
    world.publish(imported(channels=[row("online", limit=shorter, limit_source="4 ngày")]))
    page = text(client.get(PAGE))
    assert "4 ngày làm việc" in page
    assert "2, áp dụng từ" in page
    assert "Có gì thay đổi" in page
    assert "trực tuyến: 10 ngày làm việc trực tuyến: 4 ngày làm việc" in page


def test_a_kept_page_is_told_apart_by_language_and_door(client: Client, world: World) -> None:
    from motcua.dossiers.models import Door

    assert "Nộp hồ sơ trực tuyến" in text(client.get("/thu-tuc/9.000001/"))
    Door.objects.filter(kind="portal").update(valid_to=world.at.date())
    assert "Nộp hồ sơ trực tuyến" not in text(client.get("/thu-tuc/9.000001/"))
    client.post("/ngon-ngu/", {"language": "en"})
    assert "Trial confirmation" in text(client.get("/thu-tuc/9.000001/"))


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_procedure_asks_the_database_four_times_at_most(
    client: Client, world: World, django_assert_max_num_queries: Any, signed_in: bool
) -> None:
    published = world.publish(imported())
    doubted(world, published, "limits")
    if signed_in:
        client.force_login(world.citizen)
    client.get(PAGE)
    with django_assert_max_num_queries(4 if signed_in else 2):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("fee", "vi"),
    [
        ({"kind": "percentage", "rate": "0.15", "of": "tổng mức đầu tư"}, "0,15 % của tổng mức đầu tư"),
        ({"kind": "foreign", "amount": "125.50", "currency": "USD"}, "125,50\u00a0USD"),
        ({"kind": "unread"}, "Chưa đọc được số tiền"),
        (
            {"kind": "free", "valid_from": "2026-04-07", "valid_to": "2026-06-30", "act": "TT 40/2026"},
            "Không thu phí (từ ngày 07/04/2026 đến hết ngày 30/06/2026), theo TT 40/2026",
        ),
        (
            {"kind": "amount", "vnd": 50000, "valid_from": "2026-07-01", "valid_to": None},
            "50.000\u00a0₫ (từ ngày 01/07/2026)",
        ),
        (
            {"kind": "amount", "vnd": 50000, "valid_to": "2026-07-01"},
            "50.000\u00a0₫ (đến hết ngày 01/07/2026)",
        ),
    ],
)
def test_new_kinds_of_fees_are_said_in_words(fee: dict[str, Any], vi: str) -> None:
    with translation.override("vi"):
        assert fee_words(fee) == vi


def test_a_withdrawn_procedure_says_since_when_and_by_what(client: Client, world: World) -> None:
    """Its code still hangs on notice boards."""
    withdraw_procedure(
        world.procedure.procedure_id,
        effective_on=world.at.date(),
        legal_basis="12/QĐ-UBND",
        by=SYSTEM,
        at=world.at,
    )
    with clock.freeze(world.at):
        answer = client.get("/thu-tuc/9.000001/")
        unknown = client.get("/thu-tuc/9.000009/")
    assert (answer.status_code, unknown.status_code) == (410, 404)
    page = answer.content.decode()
    assert "bãi bỏ từ ngày 06/11/2026" in page
    assert "12/QĐ-UBND" in page
