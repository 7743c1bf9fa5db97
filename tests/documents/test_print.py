"""The printed slips: what stands on the paper, on how many pages; nothing typed changes the layout."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from motcua.documents.print import typesetter, wording
from motcua.documents.print.sets import FORM_SETS, FormMissing, form_set_on
from motcua.documents.print.slips import (
    Applicant,
    Desk,
    Fault,
    Letterhead,
    Matter,
    Paper,
    Receipt,
    Slip,
    print_slip,
)
from tests.documents.pdf_reader import Pdf, squeezed
from tests.documents.sample_slips import (
    ALL_SLIPS,
    APOLOGY,
    APPLICANT,
    CONTROL_SHEET,
    HEAD,
    MATTER,
    RECEIPT,
    REFUSAL,
    STOP_NOTICE,
    SUPPLEMENT,
    at,
)

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fonts() -> Path:
    """The built fonts, or those of the installed front-end package."""
    installed = REPOSITORY / "node_modules" / "@expo-google-fonts" / "tinos"
    return typesetter.BUILT_FONTS if typesetter.BUILT_FONTS.is_dir() else installed


@pytest.mark.parametrize("slip", ALL_SLIPS, ids=lambda slip: slip.form_key)
def test_each_slip_is_one_page_of_its_paper_in_tinos_only(slip: Slip, fonts: Path) -> None:
    raw = print_slip(slip, font_folder=fonts)
    pdf = Pdf(raw)
    assert raw.startswith(b"%PDF-1.7")
    assert len(pdf.pages) == 1
    assert pdf.size() == ((210, 297) if slip.form_key == "control_sheet" else (148, 210))
    assert pdf.families() == {"Tinos"}
    assert "\ufffd" not in pdf.text()


@pytest.mark.parametrize("slip", ALL_SLIPS, ids=lambda slip: slip.form_key)
def test_each_slip_names_its_form_its_issuer_its_dossier_and_the_person(slip: Slip, fonts: Path) -> None:
    text = Pdf(print_slip(slip, font_folder=fonts)).text()
    kind = form_set_on(HEAD.day).form(slip.form_key)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN PHƯỜNG BUÔN MA THUỘT",
        "Đắk Lắk, ngày 05 tháng 11 năm 2026",
        kind.name_vi.upper(),
        f"Mẫu số {kind.number:02}, Thông tư 03/2025/TT-VPCP",
        MATTER.number,
        "Nguyễn Thị Hường",
        "Đăng ký khai sinh (mã 1.001193)",
    ):
        assert squeezed(part) in text


def test_receipt_says_what_was_handed_in_and_what_is_promised(fonts: Path) -> None:
    text = Pdf(print_slip(RECEIPT, font_folder=fonts)).text()
    for part in (
        "Người nộp hồ sơ: Trần Văn Quyết",
        "•••• 3004",
        "1 Tờ khai đăng ký khai sinh 1 – bản giấy",
        "2 Giấy chứng nhận kết hôn – 3 tệp điện tử",
        "2. Số lượng hồ sơ: 01 bộ.",
        "3. Thời gian giải quyết theo quy định: trong ngày làm việc.",
        "4. Thời gian nhận hồ sơ: 15 giờ 20 phút, ngày 05/11/2026.",
        "5. Thời gian trả kết quả: 17 giờ 00 phút, ngày 06/11/2026.",
        "Hồ sơ nhận sau 15 giờ",
        "Lệ phí 8.000 đồng (đã nộp); Phí trích lục 1.250.000 đồng. Cộng: 1.258.000 đồng.",
        "7. Nhận kết quả: trực tiếp, tại quầy số 2.",
        "NGƯỜI NỘP HỒ SƠ",
        "Lê Thị Ngọc Ánh",
    ):
        assert squeezed(part) in text, part
    assert "chứngthực" not in text, "no column for certified copies when there are none"


def test_receipt_without_the_optional_facts_has_no_empty_labels_and_counts_on(fonts: Path) -> None:
    bare = Receipt(
        head=Letterhead(agency="Ủy ban nhân dân xã Ea Ktur", place="Đắk Lắk", day=date(2026, 2, 3)),
        desk=Desk(name="Bộ phận một cửa xã Ea Ktur"),
        applicant=Applicant(name="Y Bhăm Niê"),
        matter=Matter(number="H15.88-260203-0001", request="Chứng thực bản sao"),
        papers=(),
        received_at=at(5, 8, 2),
        appointed_at=None,
        online=True,
    )
    text = Pdf(print_slip(bare, font_folder=fonts)).text()
    assert (
        squeezed("1. Số lượng hồ sơ: 01 bộ. 2. Thời gian nhận hồ sơ: 08 giờ 02 phút, ngày 05/11/2026.")
        in text
    )
    assert squeezed("ngày 03 tháng 02 năm 2026") in text
    for label in (
        "Địa chỉ",
        "điện thoại",
        "Thư điện tử",
        "Thủ tục",
        "trả kết quả:",
        "Lệ phí",
        "Quét mã",
        "NGƯỜI NỘP",
    ):
        assert squeezed(label) not in text, label
    assert re.search(r":(?=[.:]|$)", text) is None


def test_twenty_five_papers_break_over_pages_with_the_heads_repeated_and_the_signatures_in_company(
    fonts: Path,
) -> None:
    name = (
        "Bản vẽ thiết kế phần {} kèm theo quyết định phê duyệt và văn bản thẩm duyệt về phòng cháy, chữa cháy"
    )
    papers = tuple(
        Paper(name=name.format(number), originals=1, certified=number % 2) for number in range(1, 26)
    )
    applicant = replace(APPLICANT, name="Liên danh Công ty trách nhiệm hữu hạn " * 8)
    pdf = Pdf(print_slip(replace(RECEIPT, papers=papers, applicant=applicant), font_folder=fonts))
    pages = pdf.texts()
    assert len(pages) > 2
    for number, paper in enumerate(papers, start=1):
        whole = squeezed(f"{number}{paper.name}")
        assert any(whole in page for page in pages), "a row stands on one page, not on two"
    for number, page in enumerate(pages, start=1):
        assert f"Trang{number}/{len(pages)}" in page
        if "Bảnvẽ" in page:
            assert "Têngiấytờ" in page
        if number > 1:
            assert MATTER.number in page
    assert squeezed("7. Nhận kết quả") in pages[-1]
    assert squeezed("NGƯỜI TIẾP NHẬN HỒ SƠ") in pages[-1]


def test_the_signatures_never_stand_alone_whatever_the_number_of_papers(fonts: Path) -> None:
    for count in range(3, 12):
        papers = tuple(Paper(name=f"Giấy tờ {number}", originals=1) for number in range(count))
        last = Pdf(print_slip(replace(RECEIPT, papers=papers), font_folder=fonts)).texts()[-1]
        assert squeezed("7. Nhận kết quả") in last, count
        assert squeezed("NGƯỜI TIẾP NHẬN HỒ SƠ") in last, count


def test_supplement_lists_every_fault_with_its_cure_and_ground(fonts: Path) -> None:
    text = Pdf(print_slip(SUPPLEMENT, font_folder=fonts)).text()
    assert squeezed("1 Tờ khai Thiếu chữ ký. Căn cứ: Điều 16 Luật Hộ tịch Ký vào cuối tờ khai.") in text
    assert squeezed("2 Giấy chứng sinh Ảnh mờ. Chụp lại rõ bốn góc.") in text
    assert squeezed("nộp bổ sung trước 17 giờ 00 phút, ngày 20/11/2026.") in text
    assert squeezed("Thời gian giải quyết được tính lại từ đầu.") in text


def test_a_fault_longer_than_a_page_goes_on_over_pages(fonts: Path) -> None:
    endless = Fault(paper="Tờ khai", wrong="Sai số thửa đất. " * 300 + "Hết.", fix="Sửa lại.")
    pages = Pdf(print_slip(replace(SUPPLEMENT, faults=(endless,)), font_folder=fonts)).texts()
    assert len(pages) > 2
    assert "".join(pages).count("thửa") == 300


def test_refusal_apology_and_stop_notice_say_why_and_what_next(fonts: Path) -> None:
    refusal = Pdf(print_slip(REFUSAL, font_folder=fonts)).text()
    assert squeezed("Lý do: Không thuộc thẩm quyền. Hướng dẫn: Nộp tại xã nơi cư trú.") in refusal
    apology = Pdf(print_slip(APOLOGY, font_folder=fonts)).text()
    assert squeezed("Số: 12/TTPVHCC") in apology
    assert squeezed("hẹn trả kết quả vào 17 giờ 00 phút, ngày 09/11/2026.") in apology
    assert squeezed("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Phạm Đức Thuận") in apology
    stop = Pdf(print_slip(STOP_NOTICE, font_folder=fonts)).text()
    assert squeezed("dừng giải quyết hồ sơ này kể từ 09 giờ 05 phút, ngày 20/11/2026.") in stop


def test_control_sheet_shows_each_hand_with_its_times_and_outcome(fonts: Path) -> None:
    text = Pdf(print_slip(CONTROL_SHEET, font_folder=fonts)).text()
    row = "1 Phòng Văn hóa Ngô Minh Trí 09 giờ 00 phút ngày 05/11/2026 09 giờ 10 phút ngày 05/11/2026 Quá hạn"
    assert squeezed(row) in text
    assert squeezed("2 Lãnh đạo phường") in text
    assert squeezed("Cơ quan phối hợp giải quyết: Công an phường") in text
    Pdf(print_slip(replace(CONTROL_SHEET, rows=(), cooperating=()), font_folder=fonts))


@pytest.mark.parametrize(
    "name",
    [
        '#[]$*_@<>"\\',
        '#image("/etc/passwd") #panic() $x^2$',
        "= Đầu đề *đậm* _nghiêng_ `mã` // chú thích /* */",
        "- gạch ~ -- --- ... <nhãn> @nhãn \\u{41} https://a.example",
    ],
)
def test_markup_in_what_people_type_comes_out_as_typed(name: str, fonts: Path) -> None:
    applicant = replace(APPLICANT, name=name, address=name, filer="")
    slip = replace(RECEIPT, applicant=applicant, papers=(Paper(name=name),), receiver=name)
    text = Pdf(print_slip(slip, font_folder=fonts)).text()
    assert text.count(squeezed(name)) == 5, "applicant, address, paper, both signatures"


def test_marks_that_hide_or_turn_text_round_are_left_out_and_letters_are_composed(fonts: Path) -> None:
    plain = print_slip(RECEIPT, font_folder=fonts)
    hidden = replace(APPLICANT, name="Nguyễn\u202e\u200b Thị\x07 Hường\ufeff")
    apart = replace(APPLICANT, name=unicodedata.normalize("NFD", APPLICANT.name))
    assert apart.name != APPLICANT.name
    assert print_slip(replace(RECEIPT, applicant=hidden), font_folder=fonts) == plain
    assert print_slip(replace(RECEIPT, applicant=apart), font_folder=fonts) == plain


def test_stacked_marks_are_in_the_font(fonts: Path) -> None:
    letters = "ẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỴỶỸĐấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựỳỵỷỹđ₫"
    spaced = " ".join(letters)
    text = Pdf(print_slip(replace(RECEIPT, explanation=spaced), font_folder=fonts)).text()
    assert letters in text


def test_a_text_without_spaces_gets_places_to_break() -> None:
    address = "phong.hanh.chinh.tong.hop@cong-ty-dai.example.vn"
    assert "\u200b" in str(wording.printable(address))
    assert str(wording.printable(address)).replace("\u200b", "") == address
    assert wording.printable("x" * 40) == "\u200b".join("x" * 40)
    assert wording.printable("000.15.12.H15-20261105-0092637") == "000.15.12.H15-20261105-0092637"


def test_the_same_data_give_the_same_bytes_and_a_date_only_when_given(fonts: Path) -> None:
    first = print_slip(RECEIPT, font_folder=fonts)
    assert print_slip(replace(RECEIPT), font_folder=fonts) == first
    assert b"CreationDate" not in first
    dated = print_slip(RECEIPT, made_at=at(5, 15, 21), font_folder=fonts)
    assert b"D:20261105082100Z" in dated
    assert print_slip(RECEIPT, font_folder=fonts) == first


def test_four_threads_printing_at_once_give_what_one_gives(fonts: Path) -> None:
    slips = [
        replace(
            RECEIPT, matter=replace(MATTER, number=f"H15.12-261105-{n:04}", qr_url=f"https://a.example/{n}")
        )
        for n in range(20)
    ]
    alone = [print_slip(slip, font_folder=fonts) for slip in slips]
    assert len(set(alone)) == 20
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda slip: print_slip(slip, font_folder=fonts), slips))
    assert together == alone


def test_the_code_is_of_the_address_given_and_said_in_words_for_a_reader(fonts: Path) -> None:
    raw = print_slip(RECEIPT, font_folder=fonts)
    other = print_slip(
        replace(RECEIPT, matter=replace(MATTER, qr_url="https://b.example/t/2")), font_folder=fonts
    )
    assert typesetter.qr_svg("https://a.example") != typesetter.qr_svg("https://b.example")
    assert str(MATTER.qr_url).encode("utf-16-be").hex().upper().encode() in raw
    assert b"b.example".decode().encode("utf-16-be").hex().upper().encode() in other
    without = replace(RECEIPT, matter=replace(MATTER, qr_url=None))
    assert squeezed("Quét mã") not in Pdf(print_slip(without, font_folder=fonts)).text()


def test_missing_fonts_are_named_with_the_way_out(
    tmp_path: Path, fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(typesetter.PrintFontsMissing, match="make setup") as missing:
        print_slip(RECEIPT, font_folder=tmp_path / "nowhere")
    assert missing.value.code == "print_fonts_missing"
    one_cut = next(fonts.rglob("*400Regular.ttf"))
    (tmp_path / one_cut.name).write_bytes(one_cut.read_bytes())
    monkeypatch.setenv(typesetter.FONT_VARIABLE, str(tmp_path))
    with pytest.raises(typesetter.PrintFontsMissing, match=re.escape(str(tmp_path))):
        print_slip(RECEIPT)
    monkeypatch.setenv(typesetter.FONT_VARIABLE, str(fonts))
    assert print_slip(RECEIPT) == print_slip(RECEIPT, font_folder=fonts)


@pytest.mark.parametrize("name", ["nothing", "../receipt", "receipt.typ", ""])
def test_an_unknown_template_is_refused(name: str, fonts: Path) -> None:
    with pytest.raises(typesetter.TemplateMissing):
        typesetter.typeset(name, {}, qr=None, font_folder=fonts)


def test_each_day_has_one_set_and_its_numbers() -> None:
    assert form_set_on(date(2026, 11, 5)).key == "tt03-2025"
    assert form_set_on(date(2025, 9, 15)).key == "tt03-2025"
    assert form_set_on(date(2025, 9, 14)).key == "tt01-2018"
    assert form_set_on(date(2019, 1, 8)).key == "tt01-2018"
    with pytest.raises(FormMissing) as none:
        form_set_on(date(2019, 1, 7))
    assert none.value.code == "no_form_set"
    for older, newer in pairwise(FORM_SETS):
        assert older.valid_to == newer.valid_from
    numbers = {form_set.key: form_set.form("control_sheet").number for form_set in FORM_SETS}
    assert numbers == {"tt01-2018": 5, "tt03-2025": 6}
    for form_set in FORM_SETS:
        assert [kind.number for kind in form_set.forms.values()] == list(range(1, len(form_set.forms) + 1))
        for kind in form_set.forms.values():
            assert kind.template is None or (typesetter.TEMPLATES / f"{kind.template}.typ").is_file()


def test_a_slip_is_printed_by_the_set_of_its_day(fonts: Path) -> None:
    old = replace(APOLOGY, head=replace(HEAD, day=date(2024, 5, 6)))
    text = Pdf(print_slip(old, font_folder=fonts)).text()
    assert squeezed("PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ") in text
    assert squeezed("Mẫu số 04, Thông tư 01/2018/TT-VPCP") in text
    with pytest.raises(FormMissing) as missing:
        print_slip(STOP_NOTICE, on=date(2024, 5, 6), font_folder=fonts)
    assert missing.value.code == "no_such_form"


def test_the_register_is_a_list_not_a_slip(fonts: Path) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Register(Receipt):
        form_key: ClassVar[str] = "register"

    fields = {name: getattr(RECEIPT, name) for name in RECEIPT.__dataclass_fields__ if name != "form_key"}
    with pytest.raises(FormMissing) as undrawn:
        print_slip(Register(**fields), font_folder=fonts)
    assert undrawn.value.code == "not_drawn"


def test_moments_days_and_money_are_written_as_on_paper() -> None:
    assert wording.moment(datetime(2026, 11, 5, 17, 30, tzinfo=UTC)) == "00 giờ 30 phút, ngày 06/11/2026"
    assert wording.long_day(date(2026, 1, 9)) == "ngày 09 tháng 01 năm 2026"
    assert wording.long_day(date(2026, 3, 10)) == "ngày 10 tháng 3 năm 2026"
    assert wording.dong(12_500_000) == "12.500.000 đồng"
    assert wording.dong(0) == "không thu"
