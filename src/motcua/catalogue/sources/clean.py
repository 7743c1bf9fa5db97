"""Texts of foreign catalogues made acceptable to the format: NFC, visible, one space, one line at a time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from motcua.catalogue.sources.reading import Reason
from motcua.kit.text import squeeze

# Word processors leave bullets as private characters of a symbol font; at the start of a line they are dashes.
_BULLET = re.compile("^[\ue000-\uf8ff]+[ \t\u00a0]*", re.MULTILINE)
_LINE_END = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t]+")
# A line that goes on in lower case belongs to the one before, unless a mark opens it or a mark closed that one.
_WRAPPED = re.compile(r"(?<=[^.;:\n])\n(?![a-zđ]{1,2}[.)])(?=[^\W\d_A-ZÀ-Þ])")
# What the page of the portal shows below the results: keywords, a description, and the form to choose an agency.
_FOOTER = re.compile(
    r"Từ khóa(?P<words>[^\n]{0,300}?)Mô tả(?P<about>.*?)(?:Chọn cơ quan thực hiện[^\n]*)?\Z", re.DOTALL
)
_NOTHING: Final = "Không có thông tin"


@dataclass(frozen=True)
class Cleaned:
    """A text without what may not be stored, and the faults that were taken out of it."""

    text: str
    faults: tuple[str, ...] = ()


def clean_text(text: str) -> Cleaned:
    """Return the text in NFC with visible characters only; line ends become one line feed, tabs stay spaces.

    The faults are `Reason.NOT_NFC` and `Reason.INVISIBLE_CHARACTERS` (zero-width, soft hyphen, no-break and
    other odd spaces, symbols of private fonts, characters that could not be decoded).
    """
    lined = _LINE_END.sub("\n", text)
    bulleted = _BULLET.sub("- ", lined)
    shown = bulleted.translate(_SHOWN)
    composed = unicodedata.normalize("NFC", shown)
    faults = []
    if composed != shown:
        faults.append(str(Reason.NOT_NFC))
    if shown != lined.replace("\t", " "):
        faults.append(str(Reason.INVISIBLE_CHARACTERS))
    return Cleaned(_BLANKS.sub(" ", composed).strip(), tuple(faults))


class _Shown(dict[int, str]):
    """What each character becomes, found out once: the catalogue has five million of them and few that differ."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        odd = char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs")
        self[code] = char if char == "\n" else " " if char.isspace() else "" if odd else char
        return self[code]


_SHOWN: Final = _Shown()


def lines(text: str) -> list[str]:
    """Return the lines of a text that say something, each one a text that the format accepts."""
    return [line for line in (squeeze(part) for part in clean_text(text).text.split("\n")) if line]


def sentences(text: str) -> list[str]:
    """Return the lines of a text as `lines` does, those joined that were broken by the width of a page."""
    return _WRAPPED.sub(" ", "\n".join(lines(text))).splitlines()


def one_line(text: str, *, most: int | None = None) -> str:
    """Return the text as a single clean line, cut between words to at most `most` characters with "…"."""
    line = squeeze(clean_text(text).text)
    if most is None or len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.-(") + "…"


def strip_footer(text: str) -> tuple[str, bool]:
    """Return the results without the footer of the portal's page, and whether there was one."""
    composed = unicodedata.normalize("NFC", text)
    found = _FOOTER.search(composed)
    return (composed[: found.start()].rstrip(), True) if found else (text, False)


def footer_description(text: str) -> list[str]:
    """Return the lines of the description that stands in the footer below the results, where one is given."""
    found = _FOOTER.search(unicodedata.normalize("NFC", text))
    return [] if found is None or found["about"].strip() == _NOTHING else lines(found["about"])


def footer_keywords(text: str) -> str:
    """Return the keywords that stand in the footer below the results as one line, "" where none are given."""
    found = _FOOTER.search(unicodedata.normalize("NFC", text))
    return "" if found is None or found["words"].strip() == _NOTHING else one_line(found["words"])
