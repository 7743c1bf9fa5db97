"""What a file really is, and its text when it is one: UTF-8 only, everything else is named and refused."""

from __future__ import annotations

from typing import Final

from motcua.catalogue.sources.faults import SourceFault
from motcua.kit.sniff import real_type

_BOM: Final = b"\xef\xbb\xbf"
_PROGRAM: Final = "đây là một chương trình, không phải tệp dữ liệu; không mở tệp này."
_PACKED: Final = "đây là tệp nén; hãy giải nén trước."
_OLD_OFFICE: Final = "đây là tệp Office đời cũ hoặc có mật khẩu; lưu lại dạng .xlsx không mật khẩu."
_UTF16: Final = "tệp ở dạng UTF-16; lưu lại dạng UTF-8."
_FOREIGN: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"\xfe\xed\xfa\xce", _PROGRAM),
    (b"\xfe\xed\xfa\xcf", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"PK", _PACKED),
    (b"%PDF-", "đây là tệp PDF; cần tệp JSON hoặc Excel."),
    (b"\xff\xfe", _UTF16),
    (b"\xfe\xff", _UTF16),
)
_IMAGE: Final = "đây là một ảnh; cần tệp JSON hoặc Excel."
_BINARY: Final = "tệp ở dạng UTF-16 hoặc là tệp nhị phân; lưu lại dạng UTF-8."


def decode_text(data: bytes, *, file: str) -> tuple[str, bool]:
    """Return the text of a UTF-8 file, and whether a byte order mark stood before it.

    Raises SourceFault for a program, an archive, a picture, a PDF, another encoding, or broken UTF-8, the last
    with its line.
    """
    refuse_foreign(data[:4096], file=file)
    marked = data.startswith(_BOM)
    try:
        return data[len(_BOM) if marked else 0 :].decode("utf-8"), marked
    except UnicodeDecodeError as error:
        at = error.start + (len(_BOM) if marked else 0)
        line = 1 + data.count(b"\n", 0, at)
        problem = "có byte không phải UTF-8; mở bằng trình soạn thảo và lưu lại dạng UTF-8."
        raise SourceFault(problem, file=file, line=line) from error


def refuse_foreign(head: bytes, *, file: str) -> None:
    """Refuse (SourceFault) what the first bytes show to be no text in UTF-8."""
    problem = next((words for start, words in _FOREIGN if head.startswith(start)), None)
    if problem is None and _is_binary(head):
        # Only now: a guess at the type must not refuse a text.
        image = (real_type(head) or "").startswith("image/")
        problem = _IMAGE if image else _BINARY if b"\x00" in head else None
    if problem is not None:
        raise SourceFault(problem, file=file)


def _is_binary(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may only be cut.
        return error.start < len(head) - 3
    return b"\x00" in head
