"""Foreign texts made acceptable to the format, with what was taken out of them."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.catalogue.format_values import FormatFault, Node
from motcua.catalogue.sources.clean import (
    Cleaned,
    clean_text,
    footer_description,
    footer_keywords,
    lines,
    one_line,
    sentences,
    strip_footer,
)
from motcua.catalogue.sources.reading import Reason
from tests.samples import SAMPLES, with_samples

FORM = "Chọn cơ quan thực hiệnTỉnh/ Thành phốBộ ngànhNộp hồ sơ"
NOTHING = "Không có thông tin"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Một  cửa ", Cleaned("Một cửa")),
        ("Một\r\ncửa\rkia", Cleaned("Một\ncửa\nkia")),
        ("a\tb", Cleaned("a b")),
        (unicodedata.normalize("NFD", "Một cửa"), Cleaned("Một cửa", (Reason.NOT_NFC,))),
        ("Một\u00a0cửa", Cleaned("Một cửa", (Reason.INVISIBLE_CHARACTERS,))),
        ("M\u200bột\u00ad cửa\ufeff", Cleaned("Một cửa", (Reason.INVISIBLE_CHARACTERS,))),
        ("Một\u2003cửa", Cleaned("Một cửa", (Reason.INVISIBLE_CHARACTERS,))),
        ("\uf0a7 Một\n\uf0fc\tHai", Cleaned("- Một\n- Hai", (Reason.INVISIBLE_CHARACTERS,))),
        ("Mộ\ufffdt", Cleaned("Một", (Reason.INVISIBLE_CHARACTERS,))),
    ],
)
def test_a_text_is_cleaned_and_its_faults_are_named(text: str, clean: Cleaned) -> None:
    assert clean_text(text) == clean


@settings(max_examples=60, deadline=None, database=None)
@given(st.text() | st.text(alphabet="a \t\n\r\u00a0\u200b\u2028\u0301\u00ad\ufffd\ue000\x85\x0b"))
def test_whatever_comes_in_the_format_takes_what_comes_out(text: str) -> None:
    for line in [*lines(text), *sentences(text)]:
        assert Node(line, "x").text() == line
    one = one_line(text, most=20)
    assert len(one) <= 20
    if one:
        Node(one, "x").text()


def test_the_format_would_refuse_such_a_text_as_it_comes() -> None:
    with pytest.raises(FormatFault):
        Node("Một\u00a0cửa", "x").text()


def test_a_long_line_is_cut_between_words() -> None:
    assert one_line("một hai ba bốn", most=9) == "một hai…"
    assert one_line("một hai", most=9) == "một hai"


def test_lines_broken_by_the_width_of_a_page_are_joined() -> None:
    assert sentences("Hồ sơ được\nnhận tại\nBộ phận.\n- một\na) hai\nba") == [
        "Hồ sơ được nhận tại",
        "Bộ phận.",
        "- một",
        "a) hai ba",
    ]


@pytest.mark.parametrize(
    ("footer", "about", "words"),
    [
        (f"Từ khóa{NOTHING}Mô tả{NOTHING}{FORM}", [], ""),
        (f"Từ khóa{NOTHING}Mô tả{NOTHING}", [], ""),
        (f"Từ khóađất đaiMô tảCó hạn\n10 năm{FORM}", ["Có hạn", "10 năm"], "đất đai"),
    ],
)
def test_the_footer_of_the_page_is_no_result(footer: str, about: list[str], words: str) -> None:
    text = "Giấy chứng nhậnMã: KQ.G01.000001"
    assert strip_footer(text + footer) == (text, True)
    assert footer_description(text + footer) == about
    assert footer_keywords(text + footer) == words


def test_results_without_a_footer_stay() -> None:
    assert strip_footer("Giấy phép") == ("Giấy phép", False)
    assert footer_description("Giấy phép") == []


@with_samples
def test_no_footer_is_left_in_the_real_results() -> None:
    found = 0
    for path in sorted((SAMPLES / "procedures").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            text, stripped = strip_footer(json.loads(line)["ket_qua_xu_ly"] or "")
            found += stripped
            assert "Từ khóa" not in text
            assert "Chọn cơ quan thực hiện" not in text
    assert found > 2_000
