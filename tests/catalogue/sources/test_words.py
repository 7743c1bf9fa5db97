"""Levels, audience, agencies, results and steps, as sources write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.sources.reading import Reason
from motcua.catalogue.sources.words import (
    is_blank,
    read_agencies,
    read_audience,
    read_conditions,
    read_levels,
    read_results,
    read_steps,
)
from tests.samples import SAMPLES, with_samples


@pytest.mark.parametrize(
    "text", ["", " ", "Không", "không có", "Không có thông tin", "Không quy định.", "--", "- "]
)
def test_says_nothing(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["Không quá 5 ngày", "0", "Có"])
def test_says_something(text: str) -> None:
    assert not is_blank(text)


def test_reads_levels_in_their_order() -> None:
    assert read_levels("Cấp bộ, Cấp tỉnh,Cấp Xã") == (["ministry", "province", "commune"], [])


def test_names_a_level_that_is_none_of_ours() -> None:
    levels, doubts = read_levels("Cấp tỉnh, Cơ quan khác")
    assert levels == ["province"]
    assert [(doubt.field, doubt.source, doubt.reason) for doubt in doubts] == [
        ("levels", "Cơ quan khác", Reason.UNKNOWN_LEVEL)
    ]


def test_reads_an_audience_with_commas_inside_its_names() -> None:
    text = "Tổ chức (không bao gồm doanh nghiệp, HTX), Cán bộ, công chức, viên chức, Doanh nghiệp Việt Nam, Doanh nghiệp"
    assert read_audience(text) == (["organisation", "official", "business"], [])


def test_names_an_audience_that_the_format_lacks() -> None:
    audience, doubts = read_audience("Công dân Việt Nam, Đảng viên")
    assert audience == ["citizen"]
    assert [(doubt.source, doubt.reason) for doubt in doubts] == [("Đảng viên", Reason.UNKNOWN_AUDIENCE)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Thuế tỉnh, thành phố, Thuế cơ sở", ["Thuế tỉnh, thành phố", "Thuế cơ sở"]),
        ("Bộ Văn hóa, Thể thao và Du lịch, Sở Tư Pháp", ["Bộ Văn hóa, Thể thao và Du lịch", "Sở Tư pháp"]),
        ("Sở Tư pháp, Sở Tư Pháp", ["Sở Tư pháp"]),
        ("UBND cấp xã; Chủ tịch UBND cấp xã", ["Ủy ban nhân dân cấp xã", "Chủ tịch Ủy ban nhân dân cấp xã"]),
        ("Ủy ban Nhân dân\u00a0xã,\u00a0phường,\u00a0thị trấn.", ["Ủy ban nhân dân cấp xã"]),
        ("Uỷ ban Nhân dân cấp xã, phường, thị trấn", ["Ủy ban nhân dân cấp xã"]),
        ("Sở Tài chính các tỉnh, thành phố\nBộ tài chính", ["Sở Tài chính", "Bộ Tài chính"]),
        ("Cục Thuế - Bộ tài chính", ["Cục Thuế - Bộ Tài chính"]),
        (
            "Cơ sở đăng kiểm (xe cơ giới, Xe máy chuyên dùng)",
            ["Cơ sở đăng kiểm (xe cơ giới, Xe máy chuyên dùng)"],
        ),
        ("Không có thông tin", []),
        ("", []),
    ],
)
def test_reads_agencies(text: str, names: list[str]) -> None:
    assert read_agencies(text) == names


def test_reads_results_with_their_codes() -> None:
    cell = "Giấy khai sinhMã: KQ.G15.000031+ Bản saoMã: KQ.G15.000002Từ khóaKhông có thông tinMô tảKhông có thông tin"
    results, doubts = read_results(cell)
    assert results == [
        {"code": "KQ.G15.000031", "vi": "Giấy khai sinh"},
        {"code": "KQ.G15.000002", "vi": "Bản sao"},
    ]
    assert doubts == []


@pytest.mark.parametrize(
    ("cell", "names", "odd"),
    [
        ("Giấy phépMã: KQ.G12.0001234", ["Giấy phép"], "KQ.G12.0001234"),
        (
            "Phép bayMã: 00.G04-KQ-0174Giấy phépMã: KQ.G04.000001",
            ["Phép bay", "Giấy phép"],
            "00.G04-KQ-0174",
        ),
        ("Thẻ AMã: hgvg6Quyết định BMã: KQ.G15.000001", ["Thẻ A", "Quyết định B"], "hgvg6"),
        ("Thẻ AMã: Chưa xác định", ["Thẻ A"], "Chưa xác định"),
        ("Thẻ A", ["Thẻ A"], "Thẻ A"),
    ],
)
def test_leaves_out_a_code_of_another_form(cell: str, names: list[str], odd: str) -> None:
    results, doubts = read_results(cell)
    assert [result["vi"] for result in results] == names
    assert [(doubt.field, doubt.source, doubt.reason) for doubt in doubts] == [
        ("result.1", odd, Reason.UNKNOWN_RESULT_CODE)
    ]
    assert results[0]["code"] is None


def test_reads_no_result_where_none_is_stated() -> None:
    assert read_results("Không có thông tinTừ khóaKhông có thông tinMô tảKhông có thông tin") == ([], [])


def test_reads_steps_as_tidy_lines() -> None:
    assert read_steps("- Bước 1:\tnộp  hồ sơ\r\n\n\u200bBước 2") == ["- Bước 1: nộp hồ sơ", "Bước 2"]
    assert read_steps("Không có thông tin") == []
    assert read_conditions("Không có thông tin") == []
    assert read_conditions("Đủ 18 tuổi\nKhông") == ["Đủ 18 tuổi"]


@given(st.text(max_size=120))
def test_reads_any_text(text: str) -> None:
    read_agencies(text)
    for name in (*read_levels(text)[0], *read_audience(text)[0]):
        assert name.isascii()
    results, _ = read_results(text)
    assert all(result["vi"] for result in results)


@with_samples
def test_reads_the_words_of_the_five_files() -> None:
    levels, audience, results, codes = set(), set(), 0, 0
    for path in sorted((SAMPLES / "procedures").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            levels |= {doubt.source for doubt in read_levels(record["cap_thuc_hien"])[1]}
            audience |= {doubt.source for doubt in read_audience(record["doi_tuong_thuc_hien"])[1]}
            found, _ = read_results(record["ket_qua_xu_ly"])
            results += len(found)
            codes += sum(result["code"] is not None for result in found)
    assert levels == {"Cơ quan khác"}
    assert audience == {"Đảng viên", "Tổ chức Đảng"}
    assert codes / results > 0.93


@pytest.mark.parametrize("code", ["000.00.00.G04-KQ0174", "G03-KQ002263", "KQ.G04.000001"])
def test_keeps_the_forms_that_older_entries_still_have(code: str) -> None:
    results, doubts = read_results(f"Phép bayMã: {code}")
    assert results == [{"code": code, "vi": "Phép bay"}]
    assert doubts == []
