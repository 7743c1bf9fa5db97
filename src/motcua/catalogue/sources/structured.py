"""What the two structured layouts have in common: papers, acts, results and dates, each value in its own field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from motcua.catalogue.format_records import LegalKind
from motcua.catalogue.format_values import RESULT_CODE
from motcua.catalogue.sources.channels import Methods
from motcua.catalogue.sources.clean import clean_text, one_line
from motcua.catalogue.sources.crawl import shell, with_cases
from motcua.catalogue.sources.legal import read_reference
from motcua.catalogue.sources.paper_names import (
    form_of,
    is_required,
    is_shown_only,
    paper_keys,
    without_bullet,
)
from motcua.catalogue.sources.papers import Papers
from motcua.catalogue.sources.reading import Cells, Doubt, Reading, Reason
from motcua.catalogue.sources.words import is_blank, read_steps
from motcua.kit.text import fold

_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_NO_QUANTITY: Final = "Nguồn không ghi số lượng bản chính, bản sao."
_MOST_COPIES: Final = 99
# Headings over all papers, not cases: "01 bộ hồ sơ", "Thành phần hồ sơ gồm".
_PLAIN_HEADING = re.compile(r"(?:\d+ )?(?:bo )?(?:thanh phan )?(?:ho so)?(?: bao)?(?: gom)?(?: co)?")


@dataclass(frozen=True)
class PaperRow:
    """A paper as a structured source has it; `doubt` says in Vietnamese what contradicts itself in the row."""

    name: str
    originals: int
    copies: int
    code: str = ""
    files: Sequence[str] = ()
    doubt: str | None = None


@dataclass(frozen=True)
class PaperGroup:
    """The papers under one heading; the heading is blank where the source gives none."""

    heading: str
    rows: Sequence[PaperRow] = field(default_factory=tuple)


@dataclass(frozen=True)
class Act:
    """A legal basis as a structured source has it."""

    number: str
    title: str
    issued: date | None = None


def text_of(record: Mapping[str, Any], key: str) -> str:
    """Return the text under a key, "" for anything that is no text; a whole number is written out."""
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def rows_of(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list under a key; whatever is none is left out."""
    value = record.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def names_of(record: Mapping[str, Any], *keys: str) -> list[str]:
    """Return the names of the objects in the lists under the keys, each once, tidied."""
    named = (one_line(text_of(item, "name")) for key in keys for item in rows_of(record, key))
    return list(dict.fromkeys(name for name in named if not is_blank(name)))


def keywords_of(text: str) -> list[str]:
    """Return the keywords of a list parted by commas, semicolons or line ends, each once."""
    words = (one_line(part).strip(" .") for part in re.split(r"[,;\n]", text))
    return list({word.casefold(): word for word in words if not is_blank(word)}.values())


def day_of(text: str) -> date | None:
    """Return a day written dd/mm/yyyy; None for anything else."""
    found = _DAY.fullmatch(text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def steps_of(parts: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the steps as lines, the name of each part before its text."""
    return [{"vi": line} for part in parts for text in part for line in read_steps(text)]


@dataclass(frozen=True)
class Parts:
    """The parts of one record as read, each with its doubts."""

    methods: Methods
    papers: Papers
    bases: tuple[list[dict[str, object]], list[Doubt], Cells]
    results: tuple[list[dict[str, object]], list[Doubt]]
    levels: tuple[list[str], list[Doubt]]
    audience: tuple[list[str], list[Doubt]]


def assemble(
    reading: Reading, parts: Parts, *, domain: str, layout: str, url: str | None
) -> dict[str, object]:
    """Put the doubts and the coverage of the parts into the reading; return the content that they make."""
    methods, papers = parts.methods, parts.papers
    cases, rows, components, case_doubts = with_cases(
        methods.cases, methods.rows, papers.cases, papers.components
    )
    for doubts in (methods.doubts, papers.doubts, parts.bases[1], parts.results[1], parts.levels[1]):
        reading.doubts.extend(doubts)
    reading.doubts.extend([*parts.audience[1], *case_doubts])
    reading.coverage = {
        "channels": methods.channel_cells,
        "fees": methods.fee_cells,
        "components": papers.cells,
        "legal_bases": parts.bases[2],
    }
    levels = parts.levels[0]
    content = shell(
        code=reading.code, name=reading.name, domain=domain, levels=levels, layout=layout, url=url
    )
    return content | {
        "audience": parts.audience[0],
        "cases": cases,
        "channels": rows,
        "components": components,
        "results": parts.results[0],
        "legal_bases": parts.bases[0],
    }


def tell_cleaning(reading: Reading, record: Mapping[str, Any]) -> None:
    """Add a doubt for each field of a record whose texts are not NFC or hold invisible characters."""
    for key, value in record.items():
        faults = dict.fromkeys(fault for text in _texts(value) for fault in clean_text(text).faults)
        reading.doubts.extend(Doubt(f"text.{key}", "", "", fault) for fault in faults)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def read_result_rows(rows: Sequence[tuple[str, str]]) -> tuple[list[dict[str, object]], list[Doubt]]:
    """Return results, given as (code, name), as {code, vi}; an unknown form of code is a doubt `result.<n>`."""
    results: list[dict[str, object]] = []
    doubts: list[Doubt] = []
    for written, title in rows:
        code, name = one_line(written), without_bullet(title)
        if not name and not code:
            continue
        known = RESULT_CODE.fullmatch(code) is not None
        results.append({"code": code if known else None, "vi": name or code})
        if not known:
            doubts.append(Doubt(f"result.{len(results)}", code or name, "", Reason.UNKNOWN_RESULT_CODE))
    return results, doubts


def read_acts(acts: Sequence[Act]) -> tuple[list[dict[str, object]], list[Doubt], Cells]:
    """Return legal bases as {kind, number, vi, issued}, each number once; an unread one is `legal_basis.<n>`."""
    bases: dict[str, dict[str, object]] = {}
    doubts: list[Doubt] = []
    cells = Cells(total=len(acts))
    for act in acts:
        kind, number = _reference(act)
        cells.structured += number is not None
        cells.doubted += number is None
        if number in bases:
            continue
        title = without_bullet(act.title) or (
            f"{kind} số {number}" if kind and number else one_line(act.number)
        )
        bases[number or f"({len(bases)})"] = {
            "kind": None if kind is None else str(kind),
            "number": number,
            "vi": title or "(trống)",
            "issued": act.issued.isoformat() if act.issued else None,
        }
        if number is None:
            source = one_line(f"{act.number} {act.title}")
            doubts.append(Doubt(f"legal_basis.{len(bases)}", source, "", Reason.UNKNOWN_LEGAL_NUMBER))
    return list(bases.values()), doubts, cells


def _reference(act: Act) -> tuple[LegalKind | None, str | None]:
    """Read kind and number from the field of the number; from the title only where it begins with them."""
    title = without_bullet(act.title)
    word = next((kind for kind in _KINDS if fold(title).startswith(fold(kind) + " ")), None)
    for written in (act.number, act.number.upper()):
        kind, number = read_reference(written)
        if number:
            # Only the first word of the title tells a law from a resolution of the National Assembly.
            return kind or read_reference(f"{word} số {number}")[0] if word else kind, number
    kind, number = read_reference(title)
    if word and number and fold(title).startswith((fold(f"{word} số {number}"), fold(f"{word} {number}"))):
        return kind, number
    return word, None


# The longest first: "Thông tư liên tịch" begins with "Thông tư".
_KINDS: Final = sorted(LegalKind, key=len, reverse=True)


def read_paper_groups(groups: Sequence[PaperGroup]) -> Papers:
    """Return the papers of a record; headings are cases where there are several.

    Keys do not depend on the order of the rows. A paper of which neither originals nor copies are stated is
    kept, not required, with the doubt `component.<key>`.
    """
    papers = Papers()
    drafts = [(group, row) for group in groups for row in group.rows]
    several = len([group for group in groups if group.rows]) > 1
    cases = {
        group.heading: _case(papers, group.heading) if several else None for group in groups if group.rows
    }
    if papers.cases and None in cases.values():
        papers.cases.insert(0, {"key": "ordinary", "vi": "Thông thường"})
    if not several:
        _doubt_lone_heading(papers, groups)
    if not drafts:
        papers.doubts.append(Doubt("components", "", "", Reason.MISSING_FIELD))
    for (group, row), key in zip(drafts, _keys_of(drafts), strict=True):
        _add_paper(papers, row, key, cases[group.heading])
    return papers


def _heading(text: str) -> str:
    return without_bullet(text).rstrip(" :;,(.-")


def _case(papers: Papers, heading: str) -> str | None:
    """Return the key of the case that a heading names, the same for the same words; None for no case."""
    words = _heading(heading)
    if is_blank(words) or _PLAIN_HEADING.fullmatch(fold(words)):
        return None
    for case in papers.cases:
        if case["vi"] == words:
            return case["key"]
    papers.cases.append({"key": f"p{len(papers.cases) + 1}", "vi": words})
    return papers.cases[-1]["key"]


def _doubt_lone_heading(papers: Papers, groups: Sequence[PaperGroup]) -> None:
    for group in groups:
        words = _heading(group.heading)
        if group.rows and not is_blank(words) and not _PLAIN_HEADING.fullmatch(fold(words)):
            papers.doubts.append(Doubt("case.1", group.heading, "", Reason.UNCLEAR_CASE))


def _keys_of(drafts: Sequence[tuple[PaperGroup, PaperRow]]) -> list[str]:
    return paper_keys(
        (without_bullet(row.name), (row.name, group.heading, row.code)) for group, row in drafts
    )


def _add_paper(papers: Papers, row: PaperRow, key: str, case: str | None) -> None:
    name = without_bullet(row.name)
    originals, copies = (
        min(count, _MOST_COPIES) if count > 0 else 0 for count in (row.originals, row.copies)
    )
    counted = originals + copies > 0
    papers.cells.add(Cells(1, int(bool(name) and counted), int(not (name and counted))))
    reason = _paper_reason(row, named=bool(name), counted=counted)
    if reason is not None:
        parsed = f"{originals}/{copies}" if counted else ""
        papers.doubts.append(Doubt(f"component.{key}", one_line(f"{row.code} {row.name}"), parsed, reason))
    if not name:
        return
    papers.components.append(
        {
            "key": key,
            "vi": name,
            "group": "show" if is_shown_only(name) else "submit",
            "case": case,
            "originals": originals,
            "copies": copies,
            "form": form_of(name),
            "replaceable_by": None,
            # The sources leave their own flag unset on every paper, so only the words of the name tell.
            "required": counted and is_required(name),
            "note": None,
            "code": one_line(row.code) or None,
            "source": one_line(row.name),
            "form_file": "; ".join(filter(None, map(one_line, row.files))) or None,
            "when": None,
            "doubt": row.doubt or (None if counted else _NO_QUANTITY),
        }
    )


def _paper_reason(row: PaperRow, *, named: bool, counted: bool) -> Reason | None:
    if not named or (counted and row.doubt):
        return Reason.UNREADABLE_PAPER
    return None if counted else Reason.MISSING_QUANTITY
