"""Opening a source: the four layouts, and one clear line for each way in which a file can be bad."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motcua.catalogue.sources.files import MOST_BYTES, SourceFault, open_source
from motcua.catalogue.sources.jsontext import MOST_DEPTH, MOST_RECORD
from tests.samples import SAMPLES, with_samples

CRAWLED: dict[str, Any] = {
    "ma_thu_tuc": "1.000001",
    "ten_thu_tuc": "Tên",
    "cach_thuc_thuc_hien": "Trực tuyến",
}
FROM_API: dict[str, Any] = {"code": "1.000002", "executionMethods": []}
NATIONAL: dict[str, Any] = {"ma_tthc": "1.000003", "cach_thuc_thuc_hien": []}
OWN: dict[str, Any] = {"code": "1.000004", "channels": [], "components": []}

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def as_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def refused(path: Path) -> SourceFault:
    """The refusal, whether it comes on opening or on reading to the end; always one line with the file's name."""
    with pytest.raises(SourceFault) as caught:
        list(open_source(path).records)
    assert caught.value.message_vi == str(caught.value)
    assert caught.value.message_vi.startswith(path.name)
    assert "\n" not in caught.value.message_vi
    return caught.value


@pytest.mark.parametrize(
    ("record", "layout"),
    [(CRAWLED, "portal_crawl"), (FROM_API, "portal_api"), (NATIONAL, "national_database"), (OWN, "own")],
)
@pytest.mark.parametrize("shape", ["object", "array", "lines", "pretty"])
def test_a_layout_is_known_in_every_shape(
    write: Write, record: dict[str, Any], layout: str, shape: str
) -> None:
    text = {
        "object": as_bytes(record),
        "array": as_bytes([record, record]),
        "lines": as_bytes(record) + b"\n\n" + as_bytes(record) + b"\n",
        "pretty": json.dumps(record, indent=2, ensure_ascii=False).encode(),
    }[shape]
    source = open_source(write("a.json", text))
    assert source.layout == layout
    assert [found for _, found in source.records] == [record] * (1 if shape in ("object", "pretty") else 2)
    assert source.notes == ()


def test_records_come_with_the_line_they_start_on(write: Write) -> None:
    lines = open_source(write("a.jsonl", as_bytes(CRAWLED) + b"\n\n" + as_bytes(CRAWLED)))
    assert [line for line, _ in lines.records] == [1, 3]
    array = open_source(
        write("b.json", b'[\n {"ma_thu_tuc": "1.000001",\n "x": "1"},\n\n {"ma_thu_tuc": "2"}\n]')
    )
    assert [line for line, _ in array.records] == [2, 5]


def test_a_byte_order_mark_is_passed_over_and_noted(write: Write) -> None:
    source = open_source(write("a.jsonl", b"\xef\xbb\xbf" + as_bytes(CRAWLED)))
    assert list(source.records) == [(1, CRAWLED)]
    assert len(source.notes) == 1


def test_a_cut_line_is_named(write: Write) -> None:
    whole = as_bytes(CRAWLED)
    fault = refused(write("a.jsonl", whole + b"\n" + whole + b"\n" + whole[:-20]))
    assert fault.line == 3
    assert "dòng 3" in fault.message_vi
    assert "bị cắt" in fault.message_vi


def test_a_cut_array_is_named(write: Write) -> None:
    fault = refused(write("a.json", b"[" + as_bytes(CRAWLED) + b",\n" + as_bytes(CRAWLED)))
    assert fault.line == 2
    assert "bị cắt" in fault.message_vi


def test_broken_json_names_line_and_place(write: Write) -> None:
    fault = refused(write("a.json", b'{\n "ma_thu_tuc": "1.000001"\n "ten_thu_tuc": ""}'))
    assert fault.line == 3
    assert "ký tự thứ 2" in fault.message_vi


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1e999}', '{"a": ' + "9" * 5000 + "}"])
def test_a_number_that_is_none_is_refused(write: Write, text: str) -> None:
    assert refused(write("a.jsonl", text.encode())).line == 1


def test_bytes_that_are_no_utf8_name_the_line(write: Write) -> None:
    fault = refused(write("a.jsonl", as_bytes(CRAWLED) + b'\n{"ma_thu_tuc": "\xe9"}'))
    assert fault.line == 2
    assert "UTF-8" in fault.message_vi


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_named(write: Write, encoding: str) -> None:
    fault = refused(write("a.json", json.dumps(CRAWLED, ensure_ascii=False).encode(encoding)))
    assert "UTF-16" in fault.message_vi
    assert "lưu lại dạng UTF-8" in fault.message_vi


def test_a_file_past_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        # A hole: the file takes no room on the disk, and reading it would find nothing but NUL.
        file.truncate(MOST_BYTES + 1)
    assert "64 MB" in refused(path).message_vi


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"\x7fELF\x02\x01\x01", "chương trình"),
        (b"MZ\x90\x00\x03", "chương trình"),
        (b"\xcf\xfa\xed\xfe\x07", "chương trình"),
        (b"\xca\xfe\xba\xbe\x00", "chương trình"),
        (b"#!/bin/sh\necho {}\n", "chương trình"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "ảnh"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "ảnh"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "đời cũ"),
        (b"\x1f\x8b\x08\x00", "nén"),
        (b"7z\xbc\xaf\x27\x1c", "nén"),
        (b"<!DOCTYPE html><html>", "bố cục"),
        (b"Ma so,Ten\n1,2\n", "bố cục"),
        (b"\x00\x01\x02\x03", "nhị phân"),
    ],
)
def test_another_kind_of_file_is_named(write: Write, head: bytes, word: str) -> None:
    assert word in refused(write("a.json", head + bytes(64) if head[0] > 0x7E else head)).message_vi


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"[]", b"[ \n ]"])
def test_a_file_without_a_procedure_is_refused(write: Write, data: bytes) -> None:
    message = refused(write("a.json", data)).message_vi
    assert "rỗng" in message or "không có thủ tục nào" in message


@pytest.mark.parametrize("data", [b"[1, 2]", b'["a"]', b"[[]]", b"[null]"])
def test_what_is_no_object_is_refused(write: Write, data: bytes) -> None:
    assert "không phải đối tượng" in refused(write("a.json", data)).message_vi


def test_a_line_that_is_no_object_is_refused(write: Write) -> None:
    fault = refused(write("a.jsonl", as_bytes(CRAWLED) + b"\n17\n"))
    assert fault.line == 2


@pytest.mark.parametrize("data", [b'{"a": 1} {"b": 2}', b'[{"ma_thu_tuc": "1"}] x'])
def test_something_after_the_end_is_refused(write: Write, data: bytes) -> None:
    assert "còn nội dung" in refused(write("a.json", data)).message_vi


@pytest.mark.parametrize(
    "record",
    [
        {"something": "else"},
        {"code": "1.000001"},
        {"ma_thu_tuc": 7},
        {"ma_thu_tuc": "1.000001", "cach_thuc_thuc_hien": []},
        {"ma_tthc": "1.000001", "cach_thuc_thuc_hien": "text"},
        {"code": "1.000001", "executionMethods": {}},
    ],
)
def test_an_unknown_layout_is_refused(write: Write, record: dict[str, Any]) -> None:
    assert "không nhận ra bố cục" in refused(write("a.json", as_bytes(record))).message_vi


def test_layouts_do_not_mix(write: Write) -> None:
    fault = refused(write("a.jsonl", as_bytes(CRAWLED) + b"\n" + as_bytes(OWN)))
    assert fault.line == 2


def test_a_key_written_twice_is_named(write: Write) -> None:
    fault = refused(write("a.jsonl", as_bytes(CRAWLED) + b'\n{"ma_thu_tuc": "1", "ma_thu_tuc": "2"}'))
    assert fault.line == 2
    assert "“ma_thu_tuc” viết hai lần" in fault.message_vi


@pytest.mark.parametrize("depth", [MOST_DEPTH + 1, 500, 200_000])
def test_deep_nesting_is_refused(write: Write, depth: int) -> None:
    data = b'{"ma_thu_tuc": "1", "x": ' + b"[" * depth + b"]" * depth + b"}"
    assert "lồng nhau" in refused(write("a.jsonl", data)).message_vi


def test_a_huge_record_is_refused(write: Write) -> None:
    data = as_bytes({"ma_thu_tuc": "1", "raw_text": "x" * MOST_RECORD})
    assert "quá 4 triệu ký tự" in refused(write("a.jsonl", data)).message_vi
    assert "quá 4 triệu ký tự" in refused(write("a.json", b"[" + data + b"]")).message_vi


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "\\udfff x"])
def test_a_text_that_cannot_be_stored_is_refused(write: Write, escape: str) -> None:
    assert (
        "ký tự hỏng"
        in refused(write("a.json", f'{{"ma_thu_tuc": "1", "x": "{escape}"}}'.encode())).message_vi
    )


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert "không phải một tệp" in refused(tmp_path / "pipe.json").message_vi
    assert "không phải một tệp" in refused(tmp_path).message_vi
    assert "không tìm thấy" in refused(tmp_path / "absent.json").message_vi


def test_a_message_stays_one_line_whatever_the_name(write: Write) -> None:
    with pytest.raises(SourceFault) as caught:
        open_source(write("a\nb\u202e.json", b"{}"))
    assert caught.value.message_vi.startswith("a b.json")


@with_samples
def test_the_samples_are_known() -> None:
    layouts = {
        path.name: open_source(path).layout
        for folder in ("procedures", "schema-samples")
        for path in (SAMPLES / folder).iterdir()
    }
    assert layouts == {
        "bo-nong-nghiep-mt.jsonl": "portal_crawl",
        "bo-tai-chinh.jsonl": "portal_crawl",
        "bo-tu-phap.jsonl": "portal_crawl",
        "bo-xay-dung.jsonl": "portal_crawl",
        "toa-an-nhan-dan.jsonl": "portal_crawl",
        "csdlqg_excel_record_1.000288.json": "national_database",
        "dvcqg_api_detail_1.001714.json": "portal_api",
    }


@with_samples
def test_every_record_of_the_samples_is_read() -> None:
    files = sorted((SAMPLES / "procedures").glob("*.jsonl"))
    assert sum(1 for path in files for _ in open_source(path).records) == 2042
