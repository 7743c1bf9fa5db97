"""The sheets for the notice board: all on one page, scanned by a telephone, bound into a booklet."""

import json
import os
import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import segno

from motcua.documents.print import typesetter
from motcua.documents.print.joining import JoinedPdf, NotJoinable
from motcua.documents.print.posters import SheetData, SheetLine, SheetPaper, agency_booklet, procedure_sheet
from tests.documents.pdf_reader import Pdf, squeezed

REPOSITORY = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("MOTCUA_SAMPLES", REPOSITORY / ".." / "shared" / "data")) / "procedures"
AGENCY = "Ủy ban nhân dân phường Thử"
BOTTOM = 11 / 25.4 * 72
SITE = "https://motcua.tinhthu.gov.vn"
SHEET = SheetData(
    code="9.000001",
    name="Xác nhận thử nghiệm",
    name_en="Trial confirmation",
    domain="Hộ tịch",
    version=3,
    decision="12/QĐ-BTP",
    posted_from=date(2026, 11, 5),
    look_up_url=f"{SITE}/thu-tuc/9.000001/",
    file_url=f"{SITE}/nop/9.000001/",
    limits=(
        SheetLine(about="Trực tuyến", value="3 ngày làm việc"),
        SheetLine(about="Trực tiếp, bưu chính công ích", value="5 ngày", unconfirmed=True),
    ),
    fees=(SheetLine(value="8.000 đồng"),),
    places=(SheetLine(value="Bộ phận một cửa phường Thử, số 1 đường Thử"),),
    papers=(SheetPaper(name="Tờ khai", detail="1 bản chính"), SheetPaper(name="Giấy chứng nhận")),
)
LONG = replace(
    SHEET,
    name="Cấp lại giấy chứng nhận trong trường hợp thay đổi thông tin " * 18,
    name_en="Reissue of the certificate where the information has changed " * 12,
    limits=tuple(
        SheetLine(about=f"Trường hợp thứ {n}: Trực tiếp", value="34 ngày làm việc") for n in range(30)
    ),
    fees=tuple(SheetLine(about="Công trình " * 30, value=f"{n}.000 đồng") for n in range(1, 25)),
    papers=tuple(
        SheetPaper(name=f"Giấy tờ số {n} " + "chứng minh quyền sử dụng đất " * 30) for n in range(1, 81)
    ),
)


@pytest.fixture(scope="module")
def fonts() -> Path:
    """The built fonts, or those of the installed front-end package."""
    installed = REPOSITORY / "node_modules" / "@expo-google-fonts" / "tinos"
    return typesetter.BUILT_FONTS if typesetter.BUILT_FONTS.is_dir() else installed


def _drawn(raw: bytes) -> str:
    """Return what draws the only page."""
    (page,) = Pdf(raw).pages
    found = re.search(rb"/Contents (\d+) 0 R", page)
    assert found
    stream = Pdf(raw).objects[int(found[1])].split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(stream).decode("latin-1")


def _lowest(raw: bytes) -> float:
    """Return the lowest base line of a text, in points above the edge of the paper."""
    return min(float(y) for y in re.findall(r"1 0 0 -1 [\d.]+ (-?[\d.]+) cm/c\d cs 0 scn\nBT", _drawn(raw)))


def _codes(raw: bytes) -> list[set[tuple[int, int]]]:
    """Return the dark squares of each QR code that is drawn, the left code first."""
    found = []
    scaled = re.compile(r"q ([\d.]+) 0 0 -\1 [\d.]+ [\d.]+ cm/c\d cs 0 scn/c\d CS 0 SCN 4 M ([^BQ]+)\nB\n")
    for _scale, path in scaled.findall(_drawn(raw)):
        squares: set[tuple[int, int]] = set()
        for x, y, end in re.findall(r"(-?[\d.]+) ([\d.]+) m\s(-?[\d.]+) [\d.]+ l", path):
            squares |= {(round(float(y) - 0.5), column) for column in range(int(float(x)), int(float(end)))}
        found.append(squares)
    return found


def _dark(url: str) -> set[tuple[int, int]]:
    rows = segno.make(url, error="m", micro=False).matrix
    return {(y, x) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


def test_a_sheet_is_one_a4_page_that_says_everything(fonts: Path) -> None:
    raw = procedure_sheet(SHEET, agency=AGENCY, parent_agency="Ủy ban nhân dân tỉnh Thử", font_folder=fonts)
    pdf = Pdf(raw)
    assert len(pdf.pages) == 1
    assert pdf.size() == (210, 297)
    assert pdf.families() == {"Tinos"}
    for part in (
        "ỦY BAN NHÂN DÂN PHƯỜNG THỬ",
        "Xác nhận thử nghiệm",
        "Trial confirmation",
        "Mã thủ tục: 9.000001",
        "Tra cứu",
        "Nộp hồ sơ",
        "Trực tuyến: 3 ngày làm việc",
        "Trực tiếp, bưu chính công ích: 5 ngày chưa xác nhận",
        "Phí, lệ phí",
        "8.000 đồng",
        "Bộ phận một cửa phường Thử, số 1 đường Thử",
        "1. Tờ khai (1 bản chính)",
        "2. Giấy chứng nhận",
        "Quyết định công bố số 12/QĐ-BTP · Phiên bản 3 · In ngày 05/11/2026",
    ):
        assert squeezed(part) in pdf.text(), part
    assert pdf.text().count("chưaxácnhận") == 1


def test_the_codes_open_the_procedure_and_its_filing(fonts: Path) -> None:
    assert SHEET.file_url
    both = _codes(procedure_sheet(SHEET, agency=AGENCY, font_folder=fonts))
    assert both == [_dark(SHEET.look_up_url), _dark(SHEET.file_url)]
    raw = procedure_sheet(replace(SHEET, file_url=None), agency=AGENCY, font_folder=fonts)
    assert _codes(raw) == [_dark(SHEET.look_up_url)]
    assert "Nộphồsơ" not in Pdf(raw).text()


def test_a_short_name_is_read_from_two_metres(fonts: Path) -> None:
    sizes = [
        float(size)
        for size in re.findall(
            r"/f\d+ ([\d.]+) Tf", _drawn(procedure_sheet(SHEET, agency="A", font_folder=fonts))
        )
    ]
    # A letter of 46 points is 10.7 mm high: one two-hundredth of two metres.
    assert max(sizes) == 46


def test_facts_that_are_not_known_leave_no_label(fonts: Path) -> None:
    bare = SheetData(
        code="9.000001", name="A", version=1, posted_from=date(2026, 1, 2), look_up_url=SHEET.look_up_url
    )
    text = Pdf(procedure_sheet(bare, agency=AGENCY, font_folder=fonts)).text()
    assert "Thờihạn" not in text
    assert "Quyếtđịnh" not in text
    assert squeezed("không có giấy tờ phải tự chuẩn bị") in text


def test_what_does_not_fit_is_counted_and_never_runs_over(fonts: Path) -> None:
    raw = procedure_sheet(LONG, agency=AGENCY, font_folder=fonts)
    text = Pdf(raw).text()
    assert len(Pdf(raw).pages) == 1
    assert _lowest(raw) > BOTTOM
    assert squeezed(LONG.name) in text, "a name is never cut"
    left = re.search(r"và(\d+)giấytờkhác,xembằngmãQR", text)
    assert left
    shown = [n for n in range(1, 81) if f"{n}.Giấytờsố{n}chứng" in text]
    assert shown == list(range(1, 81 - int(left[1])))
    assert shown, "some papers are always named"
    assert re.search(r"và\d+mứckhác,xembằngmãQR", text)
    assert squeezed("In ngày 05/11/2026") in text


@pytest.mark.parametrize("papers", [8, 14, 20, 26, 32, 40])
@pytest.mark.parametrize("letters", [20, 90, 300])
def test_no_number_or_length_of_papers_runs_over(fonts: Path, papers: int, letters: int) -> None:
    listed = tuple(SheetPaper(name=("giấy chứng " * 40)[:letters], detail="1 bản sao") for _ in range(papers))
    raw = procedure_sheet(replace(SHEET, papers=listed), agency=AGENCY, font_folder=fonts)
    assert len(Pdf(raw).pages) == 1
    assert _lowest(raw) > BOTTOM
    text = Pdf(raw).text()
    left = re.search(r"và(\d+)giấytờkhác", text)
    assert text.count("(1bảnsao)") == papers - (int(left[1]) if left else 0)


def test_typed_marks_are_no_markup_and_the_same_data_give_the_same_bytes(fonts: Path) -> None:
    odd = replace(SHEET, name="#pagebreak() *A* $x$ <b> \\", papers=(SheetPaper(name="[#panic()]"),))
    raw = procedure_sheet(odd, agency=AGENCY, font_folder=fonts)
    assert squeezed(odd.name) in Pdf(raw).text()
    assert raw == procedure_sheet(odd, agency=AGENCY, font_folder=fonts)
    made_at = datetime(2026, 11, 5, tzinfo=UTC)
    assert b"CreationDate" not in raw
    assert b"CreationDate" in procedure_sheet(odd, agency=AGENCY, made_at=made_at, font_folder=fonts)


def _numbered(count: int) -> list[SheetData]:
    return [
        replace(SHEET, code=f"9.{n:06}", name=f"Thủ tục số {n}", domain=f"Lĩnh vực {n // 40}")
        for n in range(count)
    ]


def test_a_booklet_holds_every_sheet_on_the_page_its_contents_name(fonts: Path) -> None:
    sheets = _numbered(45)
    raw = agency_booklet(sheets, agency=AGENCY, made_on=date(2026, 11, 5), font_folder=fonts)
    texts = Pdf(raw).texts()
    before = len(texts) - len(sheets)
    assert before == 2, "the contents of 45 procedures take two pages"
    contents = "".join(texts[:before])
    assert squeezed("45 thủ tục · in ngày 05/11/2026") in contents
    for at, sheet in enumerate(sheets):
        page = before + at
        assert squeezed(f"Mã thủ tục: {sheet.code}") in texts[page]
        assert texts[page].endswith(f"Trang{page + 1}/{len(texts)}")
        assert f"{at + 1}{sheet.code}{squeezed(sheet.name)}{page + 1}" in contents
    assert contents.count("Lĩnhvực1") == 1
    assert raw == agency_booklet(sheets, agency=AGENCY, made_on=date(2026, 11, 5), font_folder=fonts)


def test_a_booklet_can_be_leafed_through_by_its_bookmarks(fonts: Path) -> None:
    made_at = datetime(2026, 11, 5, 8, tzinfo=UTC)
    raw = agency_booklet(
        _numbered(3), agency=AGENCY, made_on=date(2026, 11, 5), made_at=made_at, font_folder=fonts
    )
    pdf = Pdf(raw)
    marks = {
        bytes.fromhex(title.decode()).decode("utf-16-be"): int(page)
        for title, page in re.findall(rb"/Title<FEFF([0-9A-F]+)>/Parent 4 0 R/Dest\[(\d+) 0 R/Fit\]", raw)
    }
    assert list(marks) == [f"9.{n:06} Thủ tục số {n}" for n in range(3)]
    assert [pdf.objects[page] for page in marks.values()] == pdf.pages[1:]
    assert b"/CreationDate(D:20261105080000+00'00)" in raw


def test_a_booklet_of_nothing_is_refused(fonts: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        agency_booklet([], agency=AGENCY, made_on=date(2026, 11, 5), font_folder=fonts)


def test_each_object_of_a_joined_file_is_where_the_table_says(fonts: Path) -> None:
    raw = agency_booklet(_numbered(3), agency=AGENCY, made_on=date(2026, 11, 5), font_folder=fonts)
    start = int(re.findall(rb"startxref\n(\d+)", raw)[-1])
    offsets = re.findall(rb"(\d{10}) 00000 n\r\n", raw[start:])
    assert len(offsets) == len(Pdf(raw).objects)
    for number, offset in enumerate(offsets, start=1):
        assert raw[int(offset) :].startswith(b"%d 0 obj\n" % number)
    numbers = set(range(1, len(offsets) + 1))
    for body in Pdf(raw).objects.values():
        named = re.findall(rb"(\d+) 0 R\b", body.split(b"stream\n")[0])
        assert {int(found) for found in named} <= numbers


@pytest.mark.parametrize("raw", [b"", b"MZ", b"%PDF-1.7\nstartxref\n9\n%%EOF"])
def test_only_files_of_the_typesetter_are_joined(raw: bytes) -> None:
    with pytest.raises(NotJoinable):
        JoinedPdf().add(raw)


def _longest(rows: list[dict[str, Any]], field: str) -> dict[str, Any]:
    return max(rows, key=lambda row: len(str(row[field] or "")))


def test_the_longest_real_procedures_stay_on_their_page(fonts: Path) -> None:
    files = sorted(SAMPLES.glob("*.jsonl"))
    if not files:
        pytest.skip("no sample data (MOTCUA_SAMPLES)")
    for file in files:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        for field in ("ten_thu_tuc", "thanh_phan_ho_so", "cach_thuc_thuc_hien"):
            row = _longest(rows, field)
            # Cut roughly: here only the lengths matter.
            papers = re.split(r"\d+ bản chính(?:, ?\d+ bản sao)?", str(row["thanh_phan_ho_so"] or ""))
            limits = re.findall(r"\d+ [Nn]gày(?: làm việc)?", str(row["cach_thuc_thuc_hien"] or ""))
            sheet = replace(
                SHEET,
                code=row["ma_thu_tuc"],
                name=row["ten_thu_tuc"],
                papers=tuple(SheetPaper(name=paper) for paper in papers if paper.strip()),
                limits=tuple(SheetLine(value=limit, unconfirmed=True) for limit in limits),
            )
            raw = procedure_sheet(sheet, agency=AGENCY, font_folder=fonts)
            assert len(Pdf(raw).pages) == 1, row["ma_thu_tuc"]
            assert _lowest(raw) > BOTTOM, row["ma_thu_tuc"]
            assert squeezed(sheet.name) in Pdf(raw).text(), row["ma_thu_tuc"]
