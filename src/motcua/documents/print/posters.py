"""Sheets of procedures for the notice board, as frozen data: one page each, or a booklet of an agency's."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from motcua.documents.print.joining import JoinedPdf
from motcua.documents.print.typesetter import qr_svg, typeset

Json = dict[str, object]

_TEMPLATE = "poster"
# Long words in data are made breakable before they are set; a picture must come through untouched.
_PIECE = 32
# Sheets set at a time in a booklet: each needs some megabytes while it is set.
_TOGETHER = 2


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One line of a fact: what it is about ("Trực tuyến", empty = everything), and what holds.

    `unconfirmed` marks a value that no person has confirmed yet.
    """

    value: str
    about: str = ""
    unconfirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class SheetPaper:
    """One paper to bring, with its count and case in brackets behind it (`detail`, may be empty)."""

    name: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class SheetData:
    """What stands on the sheet of one procedure, in Vietnamese.

    `look_up_url` is opened by the first QR code, `file_url` by the second (None = cannot be filed online, one
    code only). `decision` may be empty; `name_en` is set small where given.
    """

    code: str
    name: str
    version: int
    posted_from: date
    look_up_url: str
    file_url: str | None = None
    name_en: str = ""
    domain: str = ""
    decision: str = ""
    limits: tuple[SheetLine, ...] = ()
    fees: tuple[SheetLine, ...] = ()
    places: tuple[SheetLine, ...] = ()
    papers: tuple[SheetPaper, ...] = ()

    def to_json(self) -> Json:
        """The sheet as its template reads it."""
        groups = (
            ("Thời hạn", self.limits),
            ("Phí, lệ phí", self.fees),
            ("Nơi nộp", self.places),
        )
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "domain": self.domain,
            "decision": self.decision,
            "version": self.version,
            "posted_from": _day(self.posted_from),
            "look_up": _code(self.look_up_url),
            "file": _code(self.file_url) if self.file_url else None,
            "facts": [
                {"label": label, "lines": [asdict(line) for line in lines]}
                for label, lines in groups
                if lines
            ],
            "papers": [asdict(paper) for paper in self.papers],
        }


def procedure_sheet(
    sheet: SheetData,
    *,
    agency: str,
    parent_agency: str = "",
    made_at: datetime | None = None,
    font_folder: Path | None = None,
) -> bytes:
    """The PDF of one A4 page for the notice board of an agency; never more than the page, however long the data.

    What does not fit is set smaller, then cut to a count with a word that the QR code shows the rest. The same
    data give the same bytes unless `made_at` (aware) dates them. Raises what `typeset` raises.
    """
    data = _head(f"{sheet.code} {sheet.name}", agency, parent_agency) | {"sheets": [sheet.to_json()]}
    return typeset(_TEMPLATE, data, qr=None, made_at=made_at, font_folder=font_folder)


def agency_booklet(
    sheets: Iterable[SheetData],
    *,
    agency: str,
    made_on: date,
    parent_agency: str = "",
    title: str = "Bộ thủ tục hành chính niêm yết",
    made_at: datetime | None = None,
    font_folder: Path | None = None,
) -> bytes:
    """The PDF of all sheets of an agency in the order given, after a contents page that names their pages.

    Sheets of one domain standing together come under its name in the contents. A few sheets are set at a time,
    so the memory needed hardly grows with their number. A booklet without sheets is a `ValueError`. Raises what
    `typeset` raises.
    """
    chosen = list(sheets)
    if not chosen:
        raise ValueError("a booklet has at least one sheet")
    head = _head(title, agency, parent_agency) | {"made_on": _day(made_on)}

    def drawn(more: Json) -> bytes:
        return typeset(_TEMPLATE, head | more, qr=None, made_at=made_at, font_folder=font_folder)

    rows = [{"code": sheet.code, "name": sheet.name, "domain": sheet.domain} for sheet in chosen]
    contents: Json = {"rows": rows, "first_page": 1}
    # Set twice: how long the contents are decides on which pages the sheets stand.
    before = JoinedPdf().add(drawn(contents | {"sheets_from": 1, "pages": len(chosen)}))
    pages = before + len(chosen)
    whole = JoinedPdf()
    whole.add(drawn(contents | {"sheets_from": before + 1, "pages": pages}))
    for at in range(0, len(chosen), _TOGETHER):
        together = [sheet.to_json() for sheet in chosen[at : at + _TOGETHER]]
        whole.add(drawn({"sheets": together, "first_page": whole.page_count + 1, "pages": pages}))
    marks = [(f"{sheet.code} {sheet.name}", before + at) for at, sheet in enumerate(chosen)]
    return whole.finish(title=title, author=agency, bookmarks=marks, made_at=made_at)


def _head(title: str, agency: str, parent_agency: str) -> Json:
    return {"title": title, "agency": agency, "parent_agency": parent_agency, "first_page": None}


def _code(url: str) -> Json:
    svg = qr_svg(url)
    return {"url": url, "svg": [svg[at : at + _PIECE] for at in range(0, len(svg), _PIECE)]}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
