"""Reading a record of the national portal as its own programs exchange it (structured JSON)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from motcua.catalogue.format_values import PROCEDURE_CODE
from motcua.catalogue.sources import words
from motcua.catalogue.sources.channels import Methods, read_rows
from motcua.catalogue.sources.clean import one_line
from motcua.catalogue.sources.crawl import blank_or
from motcua.catalogue.sources.fees import FeeReading, fee_of_amount, read_fee
from motcua.catalogue.sources.method_cases import ORDINARY
from motcua.catalogue.sources.method_table import MethodCell
from motcua.catalogue.sources.reading import Cells, Doubt, Held, Reading, Reason
from motcua.catalogue.sources.structured import (
    Act,
    PaperGroup,
    PaperRow,
    Parts,
    assemble,
    keywords_of,
    names_of,
    read_acts,
    read_paper_groups,
    read_result_rows,
    rows_of,
    steps_of,
    tell_cleaning,
    text_of,
)
from motcua.kit.text import fold
from motcua.rules.localday import local_day

_NEEDED: Final = ("code", "name")
_METHODS: Final = "executionMethods"
_DOMAINS: Final = "categoriesDetails"
_PUBLIC: Final = ("", "ACTIVE", "UPDATED")
_CHANNELS: Final = {"ONLINE": "online", "POSTAL": "post", "DIRECT": "counter"}
_UNITS: Final = {
    "WORKING_DAY": "Ngày làm việc",
    "DAY": "Ngày",
    "HOUR": "Giờ",
    "MONTH": "Tháng",
    "YEAR": "Năm",
}
_FEES: Final = {"FEE": "Lệ phí", "SERVICE_FEE": "Phí", "PRICE_LEVEL": "Giá"}
_KINDS: Final = {
    "ASSIGNED_REGULATION": "TTHC được giao luật quy định chi tiết",
    "NOT_ASSIGNED_REGULATION": "TTHC không được luật giao cho địa phương quy định",
    "OTHER": "Loại khác",
}
_LEVELS: Final = {"isMinistry": "Cấp bộ", "isProvince": "Cấp tỉnh", "isWard": "Cấp xã"}
_OTHER_LEVELS: Final = {"isOtherAgency": "Cơ quan khác", "isUndetermined": "Không xác định"}
_CASES_SAY: Final = "Trường hợp xử lý của nguồn ghi thời hạn khác: {}."
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PAGE: Final = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# From the first year of the state to one that no decision made today can be dated in.
_YEARS: Final = range(1945, 2200)


def read_portal_api(record: Mapping[str, Any]) -> Reading:
    """Read one record of the portal's JSON; what is missing, internal or not public holds it back.

    `decided_on` is the day of the decision that published it, local to Viet Nam.
    """
    code, name = one_line(text_of(record, "code")), one_line(text_of(record, "name"))
    reading = Reading(code=code, name=name, content={}, decided_on=_decided_on(_proposal(record)))
    _hold(reading, record)
    if not reading.held:
        tell_cleaning(reading, record)
        _fill(reading, record)
    return reading


def _proposal(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record.get("procedureProposal")
    return found if isinstance(found, dict) else {}


def _decided_on(proposal: Mapping[str, Any]) -> date | None:
    millis = proposal.get("decisionDate")
    if not isinstance(millis, int) or isinstance(millis, bool):
        return None
    try:
        day = local_day(_EPOCH + timedelta(milliseconds=millis))
    except OverflowError:
        return None
    return day if day.year in _YEARS else None


def _hold(reading: Reading, record: Mapping[str, Any]) -> None:
    for key in _NEEDED:
        if not one_line(text_of(record, key)):
            reading.held.append(Held(key, Reason.MISSING_FIELD))
    if not names_of(record, _DOMAINS):
        reading.held.append(Held(_DOMAINS, Reason.MISSING_FIELD))
    rows = rows_of(record, _METHODS)
    if not any(text_of(row, "submissionMethod") in _CHANNELS for row in rows):
        reading.held.append(Held(_METHODS, Reason.UNKNOWN_CHANNEL if rows else Reason.MISSING_FIELD))
    if reading.code and not PROCEDURE_CODE.fullmatch(reading.code):
        reading.held.append(Held("code", Reason.MISSING_FIELD))
    if text_of(record, "state") not in _PUBLIC:
        reading.held.append(Held("state", Reason.NOT_PUBLIC))
    if record.get("isInternal") is True:
        reading.held.append(Held("isInternal", Reason.NOT_PUBLIC))


def _fill(reading: Reading, record: Mapping[str, Any]) -> None:
    steps = [(text_of(row, "name"), text_of(row, "description")) for row in rows_of(record, "executionSteps")]
    parts = Parts(
        methods=_methods(record, steps="\n".join(text for _, text in steps)),
        papers=read_paper_groups([_group(row) for row in rows_of(record, "executionCases")]),
        bases=read_acts([Act(*_coded(row)) for row in rows_of(record, "legalBasisesDetails")]),
        results=read_result_rows([_coded(row) for row in rows_of(record, "resultsDetails")]),
        levels=_levels(record),
        audience=words.read_audience("; ".join(names_of(record, "subjectTypesDetails"))),
    )
    identity, proposal = text_of(record, "id"), _proposal(record)
    url = _PAGE + identity if _ID.fullmatch(identity) else None
    content = assemble(reading, parts, domain=names_of(record, _DOMAINS)[0], layout="portal_api", url=url)
    conditions = words.read_conditions(text_of(record, "requirementsAndConditions"))
    reading.content = content | {
        "decision": blank_or(text_of(proposal, "proposalNumber")) or blank_or(text_of(record, "decisionNo")),
        "steps": steps_of(steps),
        "conditions": [{"vi": line} for line in conditions],
        "keywords": keywords_of(text_of(record, "keywords")),
        "kind": _KINDS.get(text_of(record, "formalityType")),
        "agencies": _agencies(record),
    }


def _coded(row: Mapping[str, Any]) -> tuple[str, str]:
    return text_of(row, "code"), text_of(row, "name")


def _group(case: Mapping[str, Any]) -> PaperGroup:
    return PaperGroup(text_of(case, "name"), [_paper(row) for row in rows_of(case, "profileComponents")])


def _paper(row: Mapping[str, Any]) -> PaperRow:
    return PaperRow(
        name=text_of(row, "name"),
        originals=_count(row.get("originalQty")),
        copies=_count(row.get("copyQty")),
        code=text_of(row, "code"),
        files=[text_of(file, "fileName") for file in rows_of(row, "attachments")],
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _levels(record: Mapping[str, Any]) -> tuple[list[str], list[Doubt]]:
    levels, doubts = words.read_levels(
        ", ".join(name for flag, name in _LEVELS.items() if record.get(flag) is True)
    )
    others = [name for flag, name in _OTHER_LEVELS.items() if record.get(flag) is True]
    doubts.extend(Doubt("levels", name, "", Reason.UNKNOWN_LEVEL) for name in others)
    return levels, doubts


def _agencies(record: Mapping[str, Any]) -> dict[str, object]:
    """Return the agencies by role: those chosen from the portal's lists, else those written by hand."""
    by_role = {
        "executing": ("departmentsExecuting", "unitGroupsExecuting", "executingAgencies"),
        "deciding": ("departmentsAuthority", "unitGroupsAuthority", "authorizedAgencies"),
        "delegated": ("departmentsAuthorized", "unitGroupsAuthorized", "delegatedAgencies"),
        "coordinating": ("departmentsCoordinating", "unitGroupsCoordinating", "coordinatingAgencies"),
    }
    found: dict[str, object] = {}
    for role, (departments, groups, written) in by_role.items():
        chosen = names_of(record, departments, groups)
        found[role] = words.read_agencies("\n".join(chosen) or text_of(record, written))
    return found | {"address": blank_or(text_of(record, "dossierReceivingAddresses"))}


def _methods(record: Mapping[str, Any], *, steps: str) -> Methods:
    cells: list[MethodCell] = []
    unknown: list[str] = []
    for row in rows_of(record, _METHODS):
        channel = _CHANNELS.get(text_of(row, "submissionMethod"))
        if channel is None:
            unknown.append(one_line(f"{text_of(row, 'submissionMethod')} {text_of(row, 'description')}"))
            continue
        fee, source = _fee(rows_of(row, "fees"))
        limit = _limit(row.get("processingTime"), text_of(row, "processingTimeUnit"))
        cells.append(MethodCell(channel, limit, fee, source, text_of(row, "description")))
    methods = read_rows(cells, steps=steps)
    for source in unknown:
        methods.doubts.append(Doubt("channel", source, "", Reason.UNKNOWN_CHANNEL))
        for counted in (methods.channel_cells, methods.fee_cells):
            counted.add(Cells(total=1, doubted=1))
    _compare_cases(methods, rows_of(record, "cases"))
    return methods


def _limit(amount: object, unit: str) -> str:
    """Write a limit in the portal's words: nothing counted is "Khác", a number of no known unit stands alone."""
    if amount is None or amount == 0 or isinstance(amount, bool):
        return "Khác"
    return f"{amount} {_UNITS[unit]}" if unit in _UNITS else f"{amount}"


def _compare_cases(methods: Methods, cases: Sequence[Mapping[str, Any]]) -> None:
    """Doubt the limits where the portal's own processing cases of the procedure state others.

    Those cases steer the portal's software and are often out of date, so the ways to file keep their limits;
    where a way to file states none, what the cases state is told beside the doubt.
    """
    stated = [limit for limit in dict.fromkeys(map(_case_limit, cases)) if limit]
    for row in methods.rows:
        told = "; ".join(limit for limit in stated if fold(limit) != fold(str(row["limit_source"])))
        if told and row["limit_doubt"] is None:
            row["limit_doubt"] = _CASES_SAY.format(told)
            source = f"{row['limit_source']} / {told}"
            methods.doubts.append(Doubt(_place(row), source, str(row["limit_source"]), Reason.SEVERAL_LIMITS))
        elif told and row["limit"] is None:
            row["limit_doubt"] = f"{row['limit_doubt']} {_CASES_SAY.format(told)}"


def _place(row: Mapping[str, object]) -> str:
    case = "" if row["case"] == ORDINARY else f".{row['case']}"
    return f"channel.{row['channel']}{case}.limit"


def _case_limit(case: Mapping[str, Any]) -> str:
    stated = case.get("processingDay")
    if not isinstance(stated, dict) or not stated.get("qty"):
        return ""
    return _limit(stated["qty"], text_of(stated, "type"))


def _fee(fees: Sequence[Mapping[str, Any]]) -> tuple[FeeReading, str]:
    """Read the fees of one way to file, each stated as a number with a description; also say them in words."""
    if not fees:
        return read_fee(""), ""
    readings: list[FeeReading] = []
    said: list[str] = []
    for fee in fees:
        value, description = fee.get("value"), text_of(fee, "description")
        currency = text_of(fee, "currencyId")
        readings.append(_one_fee(fee, currency, description))
        label = _FEES.get(text_of(fee, "type"), "Phí")
        said.append(one_line(f"{label}: {value} {currency or 'VNĐ'} {description}"))
    return _together(readings), "; ".join(dict.fromkeys(said))


def _one_fee(fee: Mapping[str, Any], currency: str, description: str) -> FeeReading:
    if fee.get("attachment"):
        # The amount is in a file that does not come along.
        return FeeReading(doubt=Reason.UNREADABLE_FEE)
    return fee_of_amount(fee.get("value"), currency, description)


def _together(readings: Sequence[FeeReading]) -> FeeReading:
    """Join the fees of one way to file, each once; nothing to pay beside an amount is a doubt."""
    fees: list[dict[str, object]] = []
    for reading in readings:
        fees.extend(fee for fee in reading.fees if fee not in fees)
    doubt = next((reading.doubt for reading in readings if reading.doubt), None)
    plainly_free = {"kind": "free"} in fees and len(fees) > 1
    return FeeReading(fees, doubt or (Reason.FREE_BESIDE_AMOUNT if plainly_free else None))
