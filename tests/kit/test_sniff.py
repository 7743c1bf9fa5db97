"""The real type of a file is in its bytes."""

import zipfile
from io import BytesIO

import pytest

from motcua.kit.sniff import ACCEPTED, fits_name, real_type

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _zip(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"II*\x00\x08\x00", "image/tiff"),
        (b"MM\x00*\x00\x00", "image/tiff"),
        (_zip("[Content_Types].xml", "_rels/.rels", "word/document.xml"), DOCX),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), XLSX),
    ],
)
def test_accepted_types_are_known_by_their_bytes(head: bytes, media: str) -> None:
    assert real_type(head) == media
    assert media in ACCEPTED


@pytest.mark.parametrize(
    "head",
    [
        _zip("evil.exe"),
        b"MZ\x90\x00" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"<!DOCTYPE html><html><body>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a" + bytes(20),
        b"%!PS-Adobe-3.0",
        b" %PDF-1.4 not at the beginning",
        b"Xin chao",
        b"\x00",
    ],
)
def test_others_are_not_accepted(head: bytes) -> None:
    assert real_type(head) not in ACCEPTED


def test_the_name_must_fit_the_bytes() -> None:
    assert fits_name("application/pdf", "Tờ khai.PDF")
    assert fits_name("image/jpeg", "a.jpeg")
    assert not fits_name("application/pdf", "a.jpg")
    assert not fits_name("application/pdf", "pdf")
    assert not fits_name("application/zip", "a.zip")
    assert not fits_name("application/zip", "")
