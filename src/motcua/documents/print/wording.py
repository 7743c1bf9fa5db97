"""How moments, days, money and untrusted text are written on paper, in Vietnamese."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from motcua.rules.localday import local

# Marks that reorder or hide text (bidi controls, zero-width marks, control characters other than the line
# feed): on paper they could only make a name read as something it is not.
_HIDDEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# Longer than any Vietnamese word and than our own dossier numbers: may only be a web address, a mail
# address or rubbish, and must not run over the edge of the paper.
_UNBROKEN = re.compile(r"\S{36,}")
_JOINT = re.compile(r"(?<=[-./@_?&=:,;])(?=[^-./@_?&=:,;])")
_BREAK = "\u200b"


def moment(at: datetime) -> str:
    """A moment as slips write it: "08 giờ 30 phút, ngày 05/11/2026", in local time; `at` is aware."""
    here = local(at)
    return f"{here:%H} giờ {here:%M} phút, ngày {here:%d/%m/%Y}"


def long_day(day: date) -> str:
    """A day as documents are headed: "ngày 05 tháng 11 năm 2026"; of months only 1 and 2 are padded."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def dong(amount: int) -> str:
    """An amount in whole đồng: "8.000 đồng"; zero is said in a word."""
    return f"{amount:,}".replace(",", ".") + " đồng" if amount else "không thu"


def printable(value: object) -> object:
    """The same data, every text composed (NFC), free of hidden marks, and breakable where it has no spaces.

    Mappings become dicts, other sequences lists; numbers, booleans and None stay.
    """
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", _HIDDEN.sub("", value))
        return _UNBROKEN.sub(_breakable, text)
    if isinstance(value, Mapping):
        return {str(key): printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    return value


def _breakable(long: re.Match[str]) -> str:
    """At its joints where it has some; anywhere in a piece that is still too long."""
    pieces = _JOINT.split(long.group())
    return _BREAK.join(piece if len(piece) < 36 else _BREAK.join(piece) for piece in pieces)
