"""Acts cut out of a glued cell by their numbers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.format_records import LegalKind
from motcua.catalogue.sources.legal import HEAD, read_legal, read_reference
from motcua.catalogue.sources.reading import Cells, Reason
from tests.samples import SAMPLES, with_samples


def numbers(cell: str) -> list[object]:
    return [row["number"] for row in read_legal(HEAD + cell)[0]]


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("theo Thông tư số 226/2016/TT-BTC ngày 11/11/2016", LegalKind.CIRCULAR, "226/2016/TT-BTC"),
        ("Nghị định 118/2025/NĐ-CP", LegalKind.DECREE, "118/2025/NĐ-CP"),
        ("nghị định 57/2018/NÐ-CP", LegalKind.DECREE, "57/2018/NĐ-CP"),
        ("Luật Phí và lệ phí số 97/2015/QH13", LegalKind.LAW, "97/2015/QH13"),
        ("Bộ luật số 91/2015/QH13", LegalKind.CODE, "91/2015/QH13"),
        ("số 198/2025/QH15", None, "198/2025/QH15"),
        ("Nghị quyết số 66.7/2025/NQ-CP", LegalKind.RESOLUTION, "66.7/2025/NQ-CP"),
        ("12/2025/NQ-HĐND của tỉnh", LegalKind.RESOLUTION, "12/2025/NQ-HĐND"),
        ("Quyết định 24/2021/QĐ-TTg", LegalKind.DECISION, "24/2021/QĐ-TTg"),
        ("2222/QĐ-BHXH", LegalKind.DECISION, "2222/QĐ-BHXH"),
        ("16/2012/UBTVQH13", None, "16/2012/UBTVQH13"),
        ("Pháp lệnh 44/2002/PL-UBTVQH10", LegalKind.ORDINANCE, "44/2002/PL-UBTVQH10"),
        ("105/2016/TTLT-BQP-BCA-BLĐTBXH", LegalKind.JOINT_CIRCULAR, "105/2016/TTLT-BQP-BCA-BLĐTBXH"),
        ("01/2024/CT-TTg", None, "01/2024/CT-TTg"),
        ("theo quy định của pháp luật", None, None),
        ("ngày 12/2025", None, None),
    ],
)
def test_recognises_the_first_act_of_a_text(text: str, kind: LegalKind | None, number: str | None) -> None:
    assert read_reference(text) == (kind, number)


def test_cuts_a_cell_of_two_acts() -> None:
    bases, doubts, cells = read_legal(f"{HEAD}Luật Hộ tịch60/2014/QH13Về hộ tịch123/2015/NĐ-CP")
    assert bases == [
        {"kind": "Luật", "number": "60/2014/QH13", "vi": "Luật Hộ tịch", "issued": None},
        {"kind": "Nghị định", "number": "123/2015/NĐ-CP", "vi": "Về hộ tịch", "issued": None},
    ]
    assert doubts == []
    assert cells == Cells(total=2, structured=2)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # A title that ends with its own number, and one that is nothing else.
        ("Nghị định 126/2020/NĐ-CP126/2020/NĐ-CPLuật A38/2019/QH14", ["126/2020/NĐ-CP", "38/2019/QH14"]),
        ("Về A38/2015/TT-BTC08/2015/NĐ-CP08/2015/NĐ-CP", ["38/2015/TT-BTC", "08/2015/NĐ-CP"]),
        ("Luật 60/2014/QH1360/2014/QH13Luật B52/2014/QH13", ["60/2014/QH13", "52/2014/QH13"]),
        # A title that ends with the number of another act.
        ("Hướng dẫn Nghị định số 14/2018/NĐ-CP80/2019/TT-BTC", ["80/2019/TT-BTC"]),
        # Numbers inside a title stand between spaces.
        ("Sửa Nghị định số 11/2021/NĐ-CP ngày 10/02/2021 về A65/2025/NĐ-CP", ["65/2025/NĐ-CP"]),
        # A year, or the end of a sentence, in front of the number.
        ("Luật Đất đai năm 202431/2024/QH15", ["31/2024/QH15"]),
        ("Về A.106/2021/TT-BTCVề B35/2018/QH14", ["106/2021/TT-BTC", "35/2018/QH14"]),
        # The words of the number's own cell.
        ("Về trồng trọtNghị định số 33/2026/NĐ-CP", ["33/2026/NĐ-CP"]),
        ("Nghị định67/2011/NĐ-CP", ["67/2011/NĐ-CP"]),
        ("Thông tư số 40/2025/TT-BCTThông tư số 40/2025/TT-BCT", ["40/2025/TT-BCT"]),
        # Agencies glued to the next title.
        (
            "Về A01/2020/TT-BTPSửa B02/2020/TT-BNNPTNTThông tư C03/2021/TT-BTC",
            ["01/2020/TT-BTP", "02/2020/TT-BNNPTNT", "03/2021/TT-BTC"],
        ),
        ("A 71/2025/TT-BXD", ["71/2025/TT-BXD"]),
        ("Không có thông tin", []),
        ("", []),
    ],
)
def test_cuts_rows(cell: str, expected: list[str]) -> None:
    assert numbers(cell) == expected


def test_keeps_the_title_without_the_words_of_the_number() -> None:
    bases, _, _ = read_legal(f"{HEAD}Về trồng trọtNghị định số 33/2026/NĐ-CP193/2025/NĐ-CP193/2025/NĐ-CP")
    assert [row["vi"] for row in bases] == ["Về trồng trọt", "Nghị định số 193/2025/NĐ-CP"]


def test_merges_one_act_listed_twice() -> None:
    bases, doubts, cells = read_legal(f"{HEAD}Luật60/2014/QH13Luật Hộ tịch60/2014/QH13")
    assert bases == [{"kind": "Luật", "number": "60/2014/QH13", "vi": "Luật Hộ tịch", "issued": None}]
    assert doubts == []
    assert cells == Cells(total=2, structured=2)


@pytest.mark.parametrize(
    ("title", "issued"),
    [
        ("Nghị định số 65/2025/NĐ-CP ngày 12 tháng 3 năm 2025 của Chính phủ", "2025-03-12"),
        ("Nghị định số 65/2025/NĐ-CP ngày 12/3/2025", "2025-03-12"),
        ("Nghị định số 65/2025/NĐ-CP ngày 31/02/2025 của A", None),
        ("Sửa Nghị định số 40/2016/NĐ-CP ngày 15/5/2016 của A", None),
        ("Về A ngày 15/5/2016 của A", None),
    ],
)
def test_takes_the_day_beside_the_acts_own_number_only(title: str, issued: str | None) -> None:
    bases, _, _ = read_legal(f"{HEAD}{title}65/2025/NĐ-CP")
    assert [(row["number"], row["issued"]) for row in bases] == [("65/2025/NĐ-CP", issued)]


def test_names_an_act_whose_number_is_cut_short() -> None:
    bases, doubts, cells = read_legal(f"{HEAD}Về A118/2025/NĐ-CQuy định B140/2025/NĐ-CP")
    assert [row["number"] for row in bases] == ["118/2025/NĐ-CP", "140/2025/NĐ-CP"]
    assert [(doubt.field, doubt.parsed, doubt.reason) for doubt in doubts] == [
        ("legal_basis.1", "118/2025/NĐ-CP", Reason.UNKNOWN_LEGAL_NUMBER)
    ]
    assert cells.structured == 2


def test_names_an_act_without_a_known_number() -> None:
    bases, doubts, cells = read_legal(f"{HEAD}Luật Thú y 2015Nghị định B35/2016/NĐ-CP")
    assert [(row["number"], row["kind"]) for row in bases] == [(None, "Luật"), ("35/2016/NĐ-CP", "Nghị định")]
    assert [(doubt.field, doubt.source) for doubt in doubts] == [("legal_basis.1", "Luật Thú y 2015")]
    assert cells == Cells(total=2, structured=1, doubted=1)


@given(st.text(alphabet="Luật số 0123456789/QHNĐ-CPTBs.;", max_size=60))
def test_reads_any_text(text: str) -> None:
    bases, doubts, cells = read_legal(text)
    known = [row["number"] for row in bases if row["number"]]
    assert len(known) == len(set(known))
    assert cells.rest == 0
    assert all(row["vi"] for row in bases)
    assert len(doubts) >= sum(row["number"] is None for row in bases)


@with_samples
@pytest.mark.parametrize("name", ["bo-nong-nghiep-mt", "bo-tai-chinh", "bo-tu-phap", "bo-xay-dung"])
def test_recognises_the_numbers_of_a_file(name: str) -> None:
    cells = Cells()
    for line in (SAMPLES / "procedures" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        cells.add(read_legal(json.loads(line)["can_cu_phap_ly"])[2])
    assert cells.rest == 0
    assert cells.structured / cells.total > 0.98
