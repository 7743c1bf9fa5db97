"""Ways to file of foreign catalogues as channel rows of the format, every uncertain limit and fee named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from motcua.catalogue.sources.clean import lines, one_line
from motcua.catalogue.sources.fees import SAID, Fee, unread
from motcua.catalogue.sources.method_cases import ORDINARY, cases_of
from motcua.catalogue.sources.method_limits import RowLimit, row_limit
from motcua.catalogue.sources.method_table import MethodCell, cut_methods
from motcua.catalogue.sources.reading import Cells, Doubt, Reason
from motcua.kit.text import fold
from motcua.rules.deadlines import Limit
from motcua.rules.limit_text import Mention, limits_in, say_limit

__all__ = ["MethodCell", "Methods", "read_methods", "read_rows"]

Row = dict[str, object]
_SEVERAL_LIMITS = "Nguồn ghi nhiều dòng cho một hình thức nộp, không rõ thời hạn nào cho việc nào."
_SEVERAL_FEES = "Nguồn ghi nhiều dòng cho một hình thức nộp, phí khác nhau."


@dataclass
class Methods:
    """The ways to file of one record: rows and cases of the format, doubts, and how many cells were read.

    A cell counts once for each line of the source, also where several lines became one row.
    """

    rows: list[Row] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    channel_cells: Cells = field(default_factory=Cells)
    fee_cells: Cells = field(default_factory=Cells)
    cases: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    """One line of the source with its case, as read."""

    cell: MethodCell
    case: str
    limit: RowLimit

    @property
    def field(self) -> str:
        case = "" if self.case == ORDINARY else f".{self.case}"
        return f"channel.{self.cell.channel}{case}"


def read_methods(cell: str, *, steps: str) -> Methods:
    """Read the glued table "ways to file" of one record of the portal; `steps` is the text of its steps.

    What stands before the first line that could be cut is named as `Reason.UNCUT_CELLS`.
    """
    cells, before = cut_methods(cell)
    methods = read_rows(cells, steps=steps)
    if before:
        methods.doubts.append(Doubt("channel", one_line(before), "", Reason.UNCUT_CELLS))
        for counted in (methods.channel_cells, methods.fee_cells):
            counted.add(Cells(total=1, doubted=1))
    return methods


def read_rows(cells: Sequence[MethodCell], *, steps: str) -> Methods:
    """Turn ways to file, each already told apart, into rows of the format; at most one for a channel and case."""
    methods = Methods()
    if not cells:
        return methods
    keys, methods.cases, _ = cases_of(cells)
    named = limits_in(steps)
    several = len(methods.cases) > 1
    groups: dict[tuple[str, str], list[_Read]] = {}
    for cell, case in zip(cells, keys, strict=True):
        groups.setdefault((cell.channel, case), []).append(_Read(cell, case, _limit(cell, named)))
    for group in groups.values():
        _add(methods, group)
        if several and group[0].case == ORDINARY:
            source = group[0].cell.description or group[0].limit.source
            methods.doubts.append(Doubt(group[0].field, one_line(source), "", Reason.UNCLEAR_CASE))
    return methods


def _limit(cell: MethodCell, steps: Sequence[Mention]) -> RowLimit:
    return row_limit(cell.limit, description=cell.description, steps=steps, glued=cell.glued)


def _add(methods: Methods, group: Sequence[_Read]) -> None:
    """Add the row of one channel and case; lines that do not tell themselves apart become one row."""
    first = group[0]
    same_limit = all(_same(first, item) for item in group)
    same_fee = all(item.cell.fee == first.cell.fee for item in group)
    row: Row = {"channel": first.cell.channel, "case": first.case}
    row |= _limit_part(methods, group, same=same_limit)
    row |= _fee_part(methods, group, same=same_fee)
    note = list(dict.fromkeys(line for item in group for line in lines(item.cell.description)))
    row["note"] = note
    if len(group) > 1:
        source = " | ".join(_said(item) for item in group)
        reason = Reason.SEVERAL_ROWS
        if not same_fee:
            methods.doubts.append(Doubt(f"{first.field}.fee", source, "", reason))
        if same_fee or not same_limit:
            methods.doubts.append(Doubt(f"{first.field}.limit", source, _words(row["limit"]), reason))
    methods.rows.append(row)


def _same(one: _Read, other: _Read) -> bool:
    """Tell whether two lines give the same limit for the same thing; equal limits of two stages do not."""
    about = fold(one.cell.description) == fold(other.cell.description)
    return about and (one.limit.limit, one.limit.source) == (other.limit.limit, other.limit.source)


def _said(item: _Read) -> str:
    return "; ".join(filter(None, (item.limit.source, item.cell.fee_source, one_line(item.cell.description))))


def _limit_part(methods: Methods, group: Sequence[_Read], *, same: bool) -> Row:
    """Return the keys of the limit and count its cells; differing limits of one row are not chosen from."""
    first, sources = group[0], dict.fromkeys(item.limit.source for item in group)
    if not same:
        methods.channel_cells.add(Cells(total=len(group), doubted=len(group)))
        return {
            "limit": None,
            "limit_source": " | ".join(sources),
            "limit_doubt": _SEVERAL_LIMITS,
            "phases": [],
            "extension": None,
        }
    found = first.limit
    if found.reason is not None:
        words = _words(found.limit) or "; ".join(str(phase["vi"]) for phase in found.phases)
        source = _behind(first, found.reason)
        methods.doubts.append(Doubt(f"{first.field}.limit", source, words, found.reason))
    structured = len(group) if found.limit else 0
    methods.channel_cells.add(Cells(len(group), structured, len(group) - structured))
    return {
        "limit": found.limit,
        "limit_source": found.source,
        "limit_doubt": found.doubt,
        "phases": found.phases,
        "extension": found.extension,
    }


def _behind(item: _Read, reason: Reason) -> str:
    """Return the source of a doubted limit: the cell, and what stands beside it where that is the point."""
    if reason is Reason.GLUED_NUMBER:
        return item.cell.fee_source
    if reason is Reason.CONTRADICTS_STEPS:
        return item.limit.source
    return one_line(f"{item.limit.source} {item.cell.description}")


def _fee_part(methods: Methods, group: Sequence[_Read], *, same: bool) -> Row:
    """Return the keys of the fees and count their cells; differing fees of one row are not chosen from."""
    first, fee = group[0], group[0].cell.fee
    source = " | ".join(dict.fromkeys(item.cell.fee_source for item in group))
    if not same:
        methods.fee_cells.add(Cells(total=len(group), doubted=len(group)))
        return {"fees": [unread()], "fee_source": source, "fee_doubt": _SEVERAL_FEES}
    if fee.doubt is not None:
        parsed = ", ".join(_kind(item) for item in fee.fees if item["kind"] != "unread")
        methods.doubts.append(Doubt(f"{first.field}.fee", source, parsed, fee.doubt))
    structured = len(group) if fee.structured else 0
    methods.fee_cells.add(Cells(len(group), structured, len(group) - structured))
    return {
        "fees": fee.fees,
        "fee_source": source or None,
        "fee_doubt": None if fee.doubt is None else SAID[fee.doubt],
    }


def _kind(fee: Fee) -> str:
    """Say a fee in short words for the report."""
    said = " ".join(str(fee[key]) for key in ("vnd", "amount", "currency", "per", "act") if key in fee)
    return f"{fee['kind']} {said}".strip()


def _words(limit: object) -> str:
    return say_limit(Limit.from_json(limit)) if isinstance(limit, dict) else ""
