"""Legal bases: acts recognised by their number, the kind of act by its type code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from motcua.catalogue.format_records import LegalKind
from motcua.catalogue.sources.clean import one_line
from motcua.catalogue.sources.reading import Cells, Doubt, Reason
from motcua.catalogue.sources.words import is_blank

HEAD: Final = "Tên văn bản pháp lýMã văn bản"

# Titles are glued to the end of numbers ("NĐ-CPQuy định"), so an agency counts only where it is known.
_AGENCIES: Final = (
    "BBCVT BCA BCN BCT BDTTG BGDĐT BGDDT BGTVT BHXH BKHCN BKHCNMT BKHĐT BKHDT BKH BLĐTBXH BLDTBXH BLĐ BNG BNN "
    "BNNMT BNNPTNT BNN-PTNT BNV BQP BTC BTCCBCP BTM BTNMT BTP BTS BTTTT BVGCP BVHTT BVHTTDL BXD BYT CHQ CP CTN "
    "HĐBT HĐND HĐTP KBNN KTNN NHNN TANDTC TCCP TCHQ TCT TLĐ TTCP TTG TTg UBCK UBCKNN UBDT UBND UBTDTT VKSNDTC "
    "VKSTC VPCP VPQH"
)
# The longest first: "BTC" must not be found in "BTCCBCP".
_AGENCY = "(?:" + "|".join(sorted(_AGENCIES.split(), key=len, reverse=True)) + ")"
_TYPE: Final = (
    r"(?:QH1[0-9]|QH[6-9]|(?:(?:NQ|PL) ?[-–/] ?)?UBTVQH(?:1[0-9]|[6-9])|N[ĐD] ?[-–/.] ?CP?|NQ ?[-–/] ?CP"
    rf"|(?:NQLT|NQ|PL|TTLT|TT|QĐ|QD|CT|VBHN|HD)(?: ?[-–/] ?{_AGENCY})+)"
)
# In front of a number may stand the year of the title ("Luật Đất đai 202431/2024/QH15"), but no other digit.
_NUMBER = re.compile(
    r"(?:(?<![0-9/])(?<![0-9]\.)|(?<=[^0-9](?:19|20)[0-9]{2})|(?<=(?:19|20)[0-9]{2}\.))"
    r"(?P<no>[0-9]{1,3}\.[0-9]{1,2}|[0-9]{1,4})[a-z]? ?/ ?(?:(?P<year>(?:19|20)[0-9]{2}) ?[/.] ?)?"
    rf"(?P<type>{_TYPE})"
)
# The same right after another number, whose digits stand in front.
_NUMBER_AT = re.compile(_NUMBER.pattern[_NUMBER.pattern.index("(?P<no>") :])
_KIND_WORDS: Final = {
    "bộ luật": LegalKind.CODE,
    "luật": LegalKind.LAW,
    "pháp lệnh": LegalKind.ORDINANCE,
    "nghị quyết": LegalKind.RESOLUTION,
    "nghị định": LegalKind.DECREE,
    "quyết định": LegalKind.DECISION,
    "thông tư liên tịch": LegalKind.JOINT_CIRCULAR,
    "thông tư": LegalKind.CIRCULAR,
}
_KIND_BY_CODE: Final = {
    "NĐ": LegalKind.DECREE,
    "NQ": LegalKind.RESOLUTION,
    "NQLT": LegalKind.RESOLUTION,
    "PL": LegalKind.ORDINANCE,
    "QĐ": LegalKind.DECISION,
    "TT": LegalKind.CIRCULAR,
    "TTLT": LegalKind.JOINT_CIRCULAR,
}
_KIND_WORD = r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết|Nghị định|Quyết định|Thông tư liên tịch|Thông tư)"
_BEGINNING = re.compile(rf"\W*(?P<kind>{_KIND_WORD})\b", re.IGNORECASE)
_PREFIX = re.compile(rf"{_KIND_WORD}(?: số)?:? ?$")
_GLUED_KIND = re.compile(rf"(?<=[\w.;)])(?={_KIND_WORD}\b)")
_DATE = re.compile(
    r" ?,? ?(?:ban hành )?ngày(?: ngày)? (?P<day>[0-9]{1,2})(?:/| tháng )(?P<month>[0-9]{1,2})"
    r"(?:/| năm )(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
)


@dataclass(frozen=True)
class _Act:
    """A row of the cell: its title, and the number where one could be cut off."""

    title: str
    number: str | None
    certain: bool = True


def _plain_type(text: str) -> str:
    """Write a type code as the law does: no spaces, hyphens, "Đ" where a "D" was typed, whole "NĐ-CP"."""
    code = re.sub(r" ?[-–/.] ?", "-", text)
    code = re.sub(r"^(N|Q)D\b", r"\1Đ", code).replace("-TTG", "-TTg")
    return "NĐ-CP" if code == "NĐ-C" else code


def _plain_number(found: re.Match[str]) -> str:
    year = f"{found['year']}/" if found["year"] else ""
    return f"{found['no']}/{year}{_plain_type(found['type'])}"


def _nfc(text: str) -> str:
    """Make the letters of numbers comparable: NFC, and the Icelandic and African letters that look like "Đ"."""
    return unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u0189", "Đ").replace("С", "C")


def read_reference(text: str) -> tuple[LegalKind | None, str | None]:
    """Return kind and number of the first act named in a text, e.g. "theo Thông tư số 226/2016/TT-BTC".

    The number is None where no known form of number is found; the kind is None where neither the type code nor
    the words in front of the number tell it.
    """
    text = _nfc(text)
    found = _NUMBER.search(text)
    if found is None:
        return None, None
    # "Luật Phí và lệ phí số 97/2015/QH13": the nearest word for a kind in front of the number.
    words = re.findall(_KIND_WORD, text[: found.start()])
    return _kind(_plain_number(found), words[-1] if words else ""), _plain_number(found)


def _kind(number: str | None, title: str) -> LegalKind | None:
    """Tell the kind by the type code; acts of the National Assembly by the first words of the title."""
    code = number.rpartition("/")[2] if number else ""
    by_code = _KIND_BY_CODE.get(code.partition("-")[0])
    if by_code is not None:
        return by_code
    word = _BEGINNING.match(title)
    stated = _KIND_WORDS[word["kind"].lower()] if word else None
    if code.startswith(("QH", "UBTVQH")):
        allowed = {LegalKind.CODE, LegalKind.LAW, LegalKind.RESOLUTION, LegalKind.ORDINANCE}
        return stated if stated in allowed else None
    return stated if number is None else None


def read_legal(cell: str) -> tuple[list[dict[str, object]], list[Doubt], Cells]:
    """Return the acts of a glued cell "<title><number><title><number>…" as {kind, number, vi, issued}.

    Two rows with one number become one, with the longer title. Where no number can be cut off, it is null and a
    doubt `legal_basis.<n>` says so, n counted from 1. The cells count rows of the source: structured are those
    whose number was recognised.
    """
    cells = Cells()
    body = _nfc(cell)
    body = body[body.index(HEAD) + len(HEAD) :] if HEAD in body else body
    if is_blank(body):
        return [], [], cells
    bases: dict[str, dict[str, object]] = {}
    doubts: list[Doubt] = []
    for act in _acts(body):
        cells.total += 1
        key = act.number or f"({len(bases)})"
        row = _base(act)
        if key in bases:
            _merge(bases[key], row)
        else:
            bases[key] = row
        place = list(bases).index(key) + 1
        cells.structured += act.number is not None
        cells.doubted += act.number is None
        if act.number is None or not act.certain:
            parsed = act.number or ""
            doubts.append(Doubt(f"legal_basis.{place}", act.title, parsed, Reason.UNKNOWN_LEGAL_NUMBER))
    return [_named(row) for row in bases.values()], doubts, cells


def _merge(kept: dict[str, object], other: dict[str, object]) -> None:
    if len(str(other["vi"])) > len(str(kept["vi"])):
        kept["vi"] = other["vi"]
    kept["kind"] = kept["kind"] or other["kind"]
    kept["issued"] = kept["issued"] or other["issued"]


def _base(act: _Act) -> dict[str, object]:
    kind = _kind(act.number, act.title)
    issued = _issued(act)
    day = issued.isoformat() if issued else None
    return {"kind": kind and str(kind), "number": act.number, "vi": act.title, "issued": day}


def _named(row: dict[str, object]) -> dict[str, object]:
    """Give an act whose title is only a kind or a number the name that the law gives it."""
    kind, number, title = (str(row[key] or "") for key in ("kind", "number", "vi"))
    if number and title.casefold() in ("", kind.casefold(), number.casefold()):
        row["vi"] = f"{kind} số {number}" if kind else number
    return row


def _issued(act: _Act) -> date | None:
    """Return the day that the title states right after this very number, else None."""
    for found in _NUMBER.finditer(act.title):
        if _plain_number(found) == act.number and (day := _DATE.match(act.title, found.end())):
            try:
                return date(int(day["year"]), int(day["month"]), int(day["day"]))
            except ValueError:
                return None
    return None


def _acts(body: str) -> Iterator[_Act]:
    """Cut the rows: each ends with its number, which the next title follows without a space."""
    while found := _closing(body):
        title = body[: found.start()]
        prefix = _PREFIX.search(title)
        # "… bảo vệ thực vậtNghị định số 33/2026/NĐ-CP": the words in front fill the number's own cell.
        if prefix and prefix.start() > 0 and not title[prefix.start() - 1].isspace():
            title = title[: prefix.start()]
        *unread, last = _GLUED_KIND.split(title)
        yield from (_unnumbered(piece) for piece in unread if one_line(piece))
        yield _Act(_title(last), _plain_number(found), certain=not found["type"].endswith(("-C", "/C", " C")))
        body = body[found.end() :]
    yield from (_unnumbered(piece) for piece in _GLUED_KIND.split(body) if not is_blank(piece))


def _title(text: str) -> str:
    return one_line(text).strip(" ;-")


def _unnumbered(text: str) -> _Act:
    """Take the number out of the title's own first words, where the number's cell could not be read."""
    named = re.match(rf"\W*{_KIND_WORD}(?: số)? ?", text, re.IGNORECASE)
    found = _NUMBER.match(text[named.end() :]) if named else None
    return _Act(_title(text), _plain_number(found) if found else None, certain=False)


def _closing(body: str) -> re.Match[str] | None:
    """Find the number that ends the row with which `body` begins."""
    for found in _NUMBER.finditer(body):
        if _fills_cell(body, found):
            return _repeated(body, found) or found
    return None


def _repeated(body: str, found: re.Match[str]) -> re.Match[str] | None:
    """Return the number after this one where it is the one that ends the row: the title ended with a number.

    "Nghị định 126/2020/NĐ-CP126/2020/NĐ-CP" is one row, and so is "… của Nghị định 14/2018/NĐ-CP80/2019/TT-BTC";
    but a different number that is itself repeated begins a row of its own.
    """
    words = re.compile(rf"(?:{_KIND_WORD}(?: số)? ?)?").match(body, found.end())
    start = words.end() if words else found.end()
    following = _NUMBER_AT.match(body, start)
    if following is None or _plain_number(following) == _plain_number(found):
        return following
    beyond = _NUMBER_AT.match(body, following.end())
    own_row = start > found.end() or (beyond and _plain_number(beyond) == _plain_number(following))
    return None if own_row else following


def _fills_cell(body: str, found: re.Match[str]) -> bool:
    """Tell a number that fills its own cell from one inside a title, which stands between spaces."""
    after = body[found.end() :].strip(" .;") and body[found.end() : found.end() + 4]
    if not after or (after[0].isalnum() and not after.startswith(("ngày", "của"))):
        return True
    before = body[: found.start()]
    spaced = not before or before[-1].isspace() or before.endswith(("số", "(", "-", "“", '"', "/", ":"))
    return not spaced
