"""As much of a PDF reader as the slips need: tests read the paper with no program from outside."""

import re
import zlib

# The inside of a PDF string: brackets stand in it unescaped where they match, here up to eight deep.
_INNER = rb"(?:\\.|[^\\()])*"
for _ in range(8):
    _INNER = rb"(?:\\.|[^\\()]|\(" + _INNER + rb"\))*"


class Pdf:
    """As much of a PDF reader as these slips need: pages, their size, fonts and text."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.objects: dict[int, bytes] = {
            int(number): body
            for number, body in re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", raw, re.DOTALL)
        }
        self.pages = [body for body in self.objects.values() if re.search(rb"/Type\s*/Page\b(?!s)", body)]

    def size(self) -> tuple[int, int]:
        """Width and height of the first page in whole millimetres."""
        box = re.search(rb"/MediaBox\s*\[([^\]]+)\]", self.pages[0])
        assert box is not None
        _, _, width, height = (float(number) for number in box.group(1).split())
        return round(width / 72 * 25.4), round(height / 72 * 25.4)

    def families(self) -> set[str]:
        """The families embedded, without the subset's tag and the cut."""
        return {name.decode() for name in re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z]+)", self.raw)}

    def texts(self) -> list[str]:
        """The text of each page in drawing order, without any white space or break marks."""
        return [re.sub(r"[\s\u200b]", "", self._page_text(page)) for page in self.pages]

    def text(self) -> str:
        """The text of the whole document, as `texts` gives it."""
        return "".join(self.texts())

    def _at(self, body: bytes, key: bytes) -> bytes:
        found = re.search(re.escape(key) + rb"\s+(\d+) 0 R", body)
        assert found is not None, key
        return self.objects[int(found.group(1))]

    def _page_text(self, page: bytes) -> str:
        fonts = {
            name: self._letters(self.objects[int(number)])
            for name, number in re.findall(rb"/(f\d+)\s+(\d+) 0 R", self._at(page, b"/Resources"))
        }
        letters: dict[int, str] = {}
        text = ""
        # What is said to reading aids, /Lang(vi-VN), is no drawn text: taken first, it matches neither group.
        token = re.compile(
            rb"/[A-Za-z]+\s*\(" + _INNER + rb"\)|/(f\d+) [\d.]+ Tf|\((" + _INNER + rb")\)", re.DOTALL
        )
        for font, drawn in token.findall(_stream(self._at(page, b"/Contents"))):
            if font:
                letters = fonts[font]
                continue
            glyphs = _unescaped(drawn)
            text += "".join(
                letters.get(int.from_bytes(glyphs[i : i + 2], "big"), "\ufffd")
                for i in range(0, len(glyphs), 2)
            )
        return text

    def _letters(self, font: bytes) -> dict[int, str]:
        mapping = _stream(self._at(font, b"/ToUnicode")).decode()
        pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", mapping, re.MULTILINE)
        return {int(glyph, 16): bytes.fromhex(letter).decode("utf-16-be") for glyph, letter in pairs}


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)
    assert found is not None
    return zlib.decompress(found.group(1)) if b"FlateDecode" in body else found.group(1)


def _unescaped(drawn: bytes) -> bytes:
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        return bytes([int(code, 8)]) if code.isdigit() else named.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, drawn, flags=re.DOTALL)


def squeezed(text: str) -> str:
    """A text as `Pdf.text` would give it."""
    return re.sub(r"\s", "", text)
