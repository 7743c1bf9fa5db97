"""Reading a record of the national database of procedures, from its JSON or its Excel export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from motcua.catalogue.format_values import PROCEDURE_CODE
from motcua.catalogue.sources import words
from motcua.catalogue.sources.channels import Methods, read_rows
from motcua.catalogue.sources.clean import one_line
from motcua.catalogue.sources.crawl import blank_or, first_line, portal_address
from motcua.catalogue.sources.fees import read_fee
from motcua.catalogue.sources.method_table import CHANNELS, MethodCell
from motcua.catalogue.sources.reading import Cells, Doubt, Held, Reading, Reason
from motcua.catalogue.sources.structured import (
    Act,
    PaperGroup,
    PaperRow,
    Parts,
    assemble,
    day_of,
    keywords_of,
    read_acts,
    read_paper_groups,
    read_result_rows,
    rows_of,
    steps_of,
    tell_cleaning,
    text_of,
)
from motcua.kit.text import fold

_NEEDED: Final = ("ma_tthc", "ten_tthc", "linh_vuc")
_METHODS: Final = "cach_thuc_thuc_hien"
_PUBLIC: Final = ("", "da cong khai")
# The export writes a limit without unit as "Khác" or "0 Khác"; "3 Khác" is a number of nobody knows what.
_OTHER = re.compile(r"([0-9]+) Khác", re.IGNORECASE)
_CHANNELS: Final = {fold(name): key for name, key in CHANNELS.items()}


def read_national(record: Mapping[str, Any]) -> Reading:
    """Read one record of the national database; what is missing or not public holds it back.

    `decided_on` is the day of the decision that published it.
    """
    code, name = one_line(text_of(record, "ma_tthc")), one_line(text_of(record, "ten_tthc"))
    reading = Reading(code=code, name=name, content={}, decided_on=day_of(text_of(record, "ngay_quyet_dinh")))
    _hold(reading, record)
    if not reading.held:
        tell_cleaning(reading, record)
        _fill(reading, record)
    return reading


def _hold(reading: Reading, record: Mapping[str, Any]) -> None:
    for key in _NEEDED:
        if not one_line(text_of(record, key)):
            reading.held.append(Held(key, Reason.MISSING_FIELD))
    rows = rows_of(record, _METHODS)
    if not any(_channel(row) for row in rows):
        reading.held.append(Held(_METHODS, Reason.UNKNOWN_CHANNEL if rows else Reason.MISSING_FIELD))
    if reading.code and not PROCEDURE_CODE.fullmatch(reading.code):
        reading.held.append(Held("ma_tthc", Reason.MISSING_FIELD))
    if fold(text_of(record, "trang_thai")) not in _PUBLIC:
        reading.held.append(Held("trang_thai", Reason.NOT_PUBLIC))


def _fill(reading: Reading, record: Mapping[str, Any]) -> None:
    steps = [
        (text_of(row, "truong_hop_xu_ly"), text_of(row, "mo_ta_chi_tiet"))
        for row in rows_of(record, "trinh_tu_thuc_hien")
    ]
    results = [(text_of(row, "ma_ket_qua"), text_of(row, "ten_ket_qua")) for row in rows_of(record, "kqth")]
    parts = Parts(
        methods=_methods(record, steps="\n".join(text for _, text in steps)),
        papers=read_paper_groups([PaperGroup("", [_paper(row) for row in rows_of(record, "tphs")])]),
        bases=read_acts([_act(row) for row in rows_of(record, "ccpl")]),
        results=read_result_rows(results),
        levels=words.read_levels(text_of(record, "cap_thuc_hien")),
        audience=words.read_audience(text_of(record, "doi_tuong_thuc_hien")),
    )
    domain, url = first_line(text_of(record, "linh_vuc")), portal_address(text_of(record, "link_truy_cap"))
    content = assemble(reading, parts, domain=domain, layout="national_database", url=url)
    reading.content = content | {
        "decision": blank_or(text_of(record, "so_quyet_dinh")),
        "steps": steps_of(steps),
        "conditions": [{"vi": line} for line in words.read_conditions(text_of(record, "yeu_cau_dieu_kien"))],
        "keywords": keywords_of(text_of(record, "tu_khoa")),
        "kind": blank_or(text_of(record, "loai_tthc")),
        "agencies": _agencies(record),
    }


def _channel(row: Mapping[str, Any]) -> str | None:
    return _CHANNELS.get(fold(text_of(row, "hinh_thuc_nop")))


def _agencies(record: Mapping[str, Any]) -> dict[str, object]:
    return {
        "executing": words.read_agencies(text_of(record, "co_quan_thuc_hien")),
        "deciding": words.read_agencies(text_of(record, "co_quan_co_tham_quyen")),
        "delegated": words.read_agencies(text_of(record, "co_quan_duoc_uy_quyen")),
        "coordinating": words.read_agencies(text_of(record, "co_quan_phoi_hop")),
        "address": blank_or(text_of(record, "dia_chi_tiep_nhan")),
    }


def _methods(record: Mapping[str, Any], *, steps: str) -> Methods:
    cells: list[MethodCell] = []
    unknown: list[str] = []
    for row in rows_of(record, _METHODS):
        channel = _channel(row)
        if channel is None:
            unknown.append(one_line(" ".join(text_of(row, key) for key in row)))
            continue
        fee = text_of(row, "phi_le_phi")
        cells.append(
            MethodCell(
                channel=channel,
                limit=_limit(text_of(row, "thoi_gian")),
                fee=read_fee(fee),
                fee_source=one_line(fee),
                description=text_of(row, "mo_ta"),
            )
        )
    methods = read_rows(cells, steps=steps)
    for source in unknown:
        methods.doubts.append(Doubt("channel", source, "", Reason.UNKNOWN_CHANNEL))
        for counted in (methods.channel_cells, methods.fee_cells):
            counted.add(Cells(total=1, doubted=1))
    return methods


def _limit(text: str) -> str:
    other = _OTHER.fullmatch(one_line(text))
    if other is None:
        return text
    return "Khác" if int(other[1]) == 0 else other[1]


def _paper(row: Mapping[str, Any]) -> PaperRow:
    """Take the marks of original and copy as one of each; the kind of paper may say otherwise."""
    original, copy = row.get("ban_chinh") is True, row.get("ban_sao") is True
    kind = fold(text_of(row, "loai_giay_to"))
    against = (kind == "ban sao" and original and not copy) or (kind == "ban chinh" and copy and not original)
    said = one_line(text_of(row, "loai_giay_to"))
    marked = "bản chính" if original else "bản sao"
    return PaperRow(
        name=text_of(row, "ten_giay_to"),
        originals=int(original),
        copies=int(copy),
        code=text_of(row, "ma_tphs"),
        doubt=f"Nguồn ghi loại giấy tờ “{said}” nhưng đánh dấu {marked}." if against else None,
    )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(text_of(row, "so_ky_hieu"), text_of(row, "trich_yeu"), day_of(text_of(row, "ngay_ban_hanh")))
