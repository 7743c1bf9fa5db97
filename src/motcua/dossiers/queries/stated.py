"""How a published version says who solves its procedure: named one by one, by level, or as its source spells them."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final
from uuid import UUID

from motcua.catalogue.format import ProcedureRecord
from motcua.kit.text import fold
from motcua.rules.competence import Statement

# Every People's Committee is called so: it names none of them.
_NOBODY: Final = "uy ban nhan dan"
_COMMITTEE: Final = re.compile(
    r"(?:chu tich )?(?:uy ban nhan dan|ubnd)(?: cac)?(?: cap)? (?P<level>xa|tinh)(?: phuong)?(?: thi tran)?(?: dac khu)?"
)
_KINDS: Final = {"xa": "commune", "tinh": "province"}

# How sources begin the names of what stands under a province: departments, management boards, its offices.
_OF_PROVINCE: Final = (
    "so ",
    "ban quan ly ",
    "van phong dang ky dat dai",
    "co quan dang ky kinh doanh",
    "co quan chuc nang do",
)

# Who solves it as (key of an agency, level), one of the two.
Pairs = Iterable[tuple[str | None, str | None]]


def statements(
    pairs: Pairs,
    executing: Iterable[str],
    *,
    foreign: bool,
    since: date,
    agency_of: Callable[[str], UUID],
) -> tuple[Statement[UUID], ...]:
    """Return what a version says as the rule of competence reads it.

    A foreign source names agencies ("Sở Xây dựng", "Ủy ban nhân dân cấp xã"); its level alone would give every
    department everything, and a customs clearance to each commune.
    """
    found: list[Statement[UUID]] = []
    for key, level in pairs:
        if key is not None:
            found.append(Statement(agency_of(key), since=since))
        elif level is not None and not foreign:
            found.append(Statement(level=level))
    if foreign:
        found.extend(_spelt(executing))
    return tuple(dict.fromkeys(found))


def _spelt(names: Iterable[str]) -> Iterator[Statement[UUID]]:
    for name in map(fold, names):
        if committee := _COMMITTEE.fullmatch(name):
            yield Statement(kind=_KINDS[committee["level"]])
        elif name not in ("", _NOBODY):
            yield Statement(spelt=name)


def statements_of(
    record: ProcedureRecord, *, agency_of: Callable[[str], UUID]
) -> tuple[Statement[UUID], ...]:
    """Return what a record says of who solves it."""
    return statements(
        ((row.agency, row.level.value if row.level else None) for row in record.competent),
        record.agencies.executing if record.agencies else (),
        foreign=record.origin is not None,
        since=record.effective_from,
        agency_of=agency_of,
    )


def done_in_province(record: ProcedureRecord) -> bool:
    """Tell whether an agency of the province may solve a procedure: not when its source names only others."""
    if record.origin is None or record.agencies is None or not record.agencies.executing:
        return True
    names = [fold(name) for name in record.agencies.executing]
    return any(_COMMITTEE.fullmatch(name) or name.startswith(_OF_PROVINCE) for name in names)
