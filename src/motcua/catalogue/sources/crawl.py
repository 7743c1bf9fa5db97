"""Reading a record of the national portal's pages as they were crawled: texts of glued table cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from motcua.catalogue.format_values import PROCEDURE_CODE
from motcua.catalogue.sources import channels, clean, legal, papers, words
from motcua.catalogue.sources.reading import Doubt, Held, Reading, Reason
from motcua.kit.text import fold

_RAW_CODE = re.compile(r"Mã thủ tục([0-9]\.[0-9]{6}(?:\.[0-9A-Z]+)*)(?=Số quyết định)")
_RAW_NAME = re.compile(r"Tên thủ tục(.*?)Mã thủ tục", re.DOTALL)
# Name and code stand at the head of the page; the rest of its text is the other fields once more.
_HEAD = 6_000
_STEPS, _WAYS = "Trình Tự Thực Hiện", "Cách Thức Thực HiệnHình thức nộp"
_NEEDED = ("ma_thu_tuc", "ten_thu_tuc", "linh_vuc", "cach_thuc_thuc_hien")
_PORTAL = re.compile(r"https://dichvucong\.gov\.vn/[!-~]+")


def read_crawl(record: Mapping[str, Any]) -> Reading:
    """Read one record of the crawl; what is missing or belongs to another procedure holds it back."""
    raw = {key: value if isinstance(value, str) else "" for key, value in record.items()}
    code = clean.clean_text(raw.get("ma_thu_tuc", "")).text.strip()
    name = " ".join(clean.lines(raw.get("ten_thu_tuc", "")))
    reading = Reading(code=code, name=name, content={})
    _hold(reading, raw)
    if not reading.held:
        _tell_cleaning(reading, raw)
        _fill(reading, raw)
    return reading


def _hold(reading: Reading, raw: Mapping[str, str]) -> None:
    for key in _NEEDED:
        if not raw.get(key, "").strip():
            reading.held.append(Held(key, Reason.MISSING_FIELD))
    if reading.code and not PROCEDURE_CODE.fullmatch(reading.code):
        reading.held.append(Held("ma_thu_tuc", Reason.MISSING_FIELD))
    # The page's own text names its procedure too: where it names another one, a wrong page was kept.
    page = clean.clean_text(raw.get("raw_text", "")[:_HEAD]).text
    found = _RAW_CODE.search(page)
    if found and found[1] != reading.code:
        reading.held.append(Held("ma_thu_tuc", Reason.OTHER_PROCEDURE))
    title = _RAW_NAME.search(page)
    if title and fold(title[1]) != fold(reading.name):
        reading.held.append(Held("ten_thu_tuc", Reason.OTHER_PROCEDURE))


def _tell_cleaning(reading: Reading, raw: Mapping[str, str]) -> None:
    for key, value in raw.items():
        if key == "raw_text":
            continue
        for fault in clean.clean_text(value).faults:
            reading.doubts.append(Doubt(f"text.{key}", "", "", fault))


def _fill(reading: Reading, raw: Mapping[str, str]) -> None:
    steps = _whole_steps(raw)
    methods = channels.read_methods(raw["cach_thuc_thuc_hien"], steps=steps)
    listed = papers.read_papers(raw.get("thanh_phan_ho_so", ""), page=raw.get("raw_text", ""))
    bases, base_doubts, base_cells = legal.read_legal(raw.get("can_cu_phap_ly", ""))
    results, result_doubts = words.read_results(raw.get("ket_qua_xu_ly", ""))
    levels, level_doubts = words.read_levels(raw.get("cap_thuc_hien", ""))
    audience, audience_doubts = words.read_audience(raw.get("doi_tuong_thuc_hien", ""))
    cases, rows, components, case_doubts = with_cases(
        methods.cases, methods.rows, listed.cases, listed.components
    )
    if not components:
        reading.doubts.append(Doubt("components", "", "", Reason.MISSING_FIELD))
    for found in (
        *(methods.doubts, listed.doubts, base_doubts, result_doubts, level_doubts, audience_doubts),
        case_doubts,
    ):
        reading.doubts.extend(found)
    reading.coverage = {
        "channels": methods.channel_cells,
        "fees": methods.fee_cells,
        "components": listed.cells,
        "legal_bases": base_cells,
    }
    reading.content = shell(
        code=reading.code,
        name=reading.name,
        domain=first_line(raw["linh_vuc"]),
        levels=levels,
        layout="portal_crawl",
        url=portal_address(raw.get("detail_url", "")),
    ) | {
        "audience": audience,
        "decision": blank_or(raw.get("so_quyet_dinh", "")),
        "cases": cases,
        "channels": rows,
        "components": components,
        "steps": [{"vi": line} for line in words.read_steps(steps)],
        "results": results,
        "legal_bases": bases,
        "conditions": [{"vi": line} for line in words.read_conditions(raw.get("yeu_cau_dieu_kien", ""))],
        "kind": blank_or(raw.get("loai_thu_tuc", "")),
        "agencies": {
            "executing": words.read_agencies(raw.get("co_quan_thuc_hien", "")),
            "deciding": words.read_agencies(raw.get("co_quan_co_tham_quyen", "")),
            "delegated": words.read_agencies(raw.get("co_quan_duoc_uy_quyen", "")),
            "coordinating": words.read_agencies(raw.get("co_quan_phoi_hop", "")),
            "address": blank_or(raw.get("dia_chi_tiep_nhan", "")),
        },
    }


def _whole_steps(raw: Mapping[str, str]) -> str:
    """Return the steps; from the page's own text where the field was cut short at words that look like a title."""
    cut = raw.get("trinh_tu_thuc_hien", "").strip()
    page = raw.get("raw_text", "")
    start, end = page.find(_STEPS), page.rfind(_WAYS)
    whole = page[start + len(_STEPS) : end].strip() if 0 <= start < end else ""
    return whole if cut and whole.startswith(cut) else cut


def first_line(text: str) -> str:
    """Return the first line of a text, tidied; empty for none."""
    found = clean.lines(text)
    return found[0] if found else ""


def blank_or(text: str) -> str | None:
    """Return a text on one tidy line, or None where the source says that there is nothing."""
    found = " ".join(clean.lines(text))
    return None if not found or words.is_blank(found) else found


def portal_address(url: str) -> str | None:
    """Return the address of the procedure on the national portal; None for any other address."""
    return url if _PORTAL.fullmatch(url) else None


def shell(
    *, code: str, name: str, domain: str, levels: list[str], layout: str, url: str | None
) -> dict[str, object]:
    """Return the parts of a content that foreign layouts leave to the catalogue.

    Nothing is said of how far the service is online here, and a procedure of ministries alone is run by
    theirs; supplements follow the law's default (docs/rules/supplement.md).
    """
    local = [level for level in levels if level != "ministry"]
    return {
        "code": code,
        "name": {"vi": name},
        "domain": {"key": fold(domain).replace(" ", "-")[:80].strip("-") or "khac", "vi": domain or "Khác"},
        "levels": levels,
        "service_level": "unstated",
        "partial_reason": None,
        "run_by": "local" if local else "ministry_system",
        # Who solves it is what the source names in `agencies`; a level alone names nobody.
        "competent": [],
        "supplement_policy": "restart",
        "keywords": [],
        "origin": {"layout": layout, "url": url},
    }


def with_cases(
    row_cases: list[dict[str, str]],
    rows: list[dict[str, Any]],
    paper_cases: list[dict[str, str]],
    components: list[dict[str, Any]],
) -> tuple[list[dict[str, str]], list[dict[str, Any]], list[dict[str, Any]], list[Doubt]]:
    """Bring the cases of the ways to file and those of the papers into one list of cases.

    Where only the papers know cases, each way to file serves all of them. Where both do, nothing says which
    belong together: the papers keep the name of their case in `when`, and a doubt says so.
    """
    if not paper_cases:
        return row_cases, rows, components, []
    if len(row_cases) <= 1:
        spread = [row | {"case": case["key"]} for case in paper_cases for row in rows]
        return paper_cases, spread, components, []
    names = {case["key"]: case["vi"] for case in paper_cases}
    untied = [
        component
        if component["case"] is None
        else component | {"case": None, "when": names[component["case"]], "required": False}
        for component in components
    ]
    told = "; ".join(names.values())
    return row_cases, rows, untied, [Doubt("cases", told, "", Reason.UNCLEAR_CASE)]
