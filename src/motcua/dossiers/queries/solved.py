"""Which procedures an agency of the province solves: one answer for its page, its boards and its booklet."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import CompetentRecord, ProcedureRecord, ServiceLevel
from motcua.catalogue.queries import Listed, published
from motcua.kit.text import fold
from motcua.organisation.queries import AgencyFacts

# More than any province has in force.
_ALL = 100_000
# Agencies that decide on dossiers; a one-stop centre only receives.
_DECIDING = frozenset({"commune", "department", "province", "public_service_unit", "sub_department"})
# Every People's Committee is called so: it names none of them.
_NOBODY = "uy ban nhan dan"
_COMMITTEE = re.compile(
    r"(?:chu tich )?(?:uy ban nhan dan|ubnd)(?: cac)?(?: cap)? (?P<level>xa|tinh)(?: phuong)?(?: thi tran)?(?: dac khu)?"
)

# How sources begin the names of what stands under a province: departments, management boards, its offices.
_OF_PROVINCE = (
    "so ",
    "ban quan ly ",
    "van phong dang ky dat dai",
    "co quan dang ky kinh doanh",
    "co quan chuc nang do",
)

Ids = frozenset[UUID]


def solves(record: ProcedureRecord, agency: AgencyFacts) -> bool:
    """Tell whether an agency is among those that solve a procedure: as the catalogue or else its source says.

    A foreign source names agencies ("Sở Xây dựng", "Ủy ban nhân dân cấp xã"); its level alone would give every
    department everything, and a customs clearance to each commune.
    """
    if is_competent(_said_here(record), agency):
        return True
    if record.origin is None or record.agencies is None:
        return False
    own = fold(agency.name_vi)
    return any(_means(fold(name), agency, own) for name in record.agencies.executing)


def done_in_province(record: ProcedureRecord) -> bool:
    """Tell whether an agency of the province may solve a procedure: not when its source names only others."""
    if record.origin is None or record.agencies is None or not record.agencies.executing:
        return True
    names = [fold(name) for name in record.agencies.executing]
    return any(_COMMITTEE.fullmatch(name) or name.startswith(_OF_PROVINCE) for name in names)


def _said_here(record: ProcedureRecord) -> tuple[CompetentRecord, ...]:
    """Return who solves it as people here said: of an imported content only agencies named one by one."""
    if record.origin is None:
        return record.competent
    return tuple(row for row in record.competent if row.agency is not None)


def is_competent(rows: Iterable[CompetentRecord], agency: AgencyFacts) -> bool:
    """Tell whether an agency is among those that the catalogue itself names, one by one or by their level."""
    return any(
        row.agency == agency.key
        or (row.agency is None and row.level is not None and _of_level(row.level.value, agency))
        for row in rows
    )


def _of_level(level: str, agency: AgencyFacts) -> bool:
    return agency.level == level and agency.kind in _DECIDING


def solved_by(agency: AgencyFacts, *, on: date) -> list[Listed]:
    """Return the procedures in force on a day that an agency solves, by domain and name; see `Competences`."""
    return Competences(on=on).of(agency)


class Competences:
    """The procedures in force on a day, by who solves them.

    A procedure of our own says itself who is competent; an imported one names agencies as its source spells
    them ("Sở Xây dựng"), and a person may name others. The same answer as `solves`, for all at once.
    """

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._rows = catalogue.search("", on=on, most=_ALL)
        self._spelt = {fold(agency.name): agency.key for agency, _n in catalogue.facets(on=on).agencies}
        self._called: dict[str, Ids] = {}
        self._by_kind: dict[tuple[str, str], Ids] = {}
        self._ours = [(row.id, _said_here(published(row.id).record)) for row in self._rows if not _unset(row)]
        named: dict[str, set[UUID]] = defaultdict(set)
        for id, competent in self._ours:
            for record in competent:
                named[record.agency or ""].add(id)
        self._named = {key: frozenset(ids) for key, ids in named.items() if key}

    def of(self, agency: AgencyFacts) -> list[Listed]:
        """Return what an agency solves, in the order of the catalogue."""
        ids = self._ids(agency)
        return [row for row in self._rows if row.id in ids]

    def count(self, agency: AgencyFacts) -> int:
        """Return how many procedures an agency solves."""
        return len(self._ids(agency))

    def _ids(self, agency: AgencyFacts) -> Ids:
        ids = self._of_kind(agency) | self._named.get(agency.key, frozenset())
        own = fold(agency.name_vi)
        keys = (key for spelt, key in self._spelt.items() if _means(spelt, agency, own))
        return ids.union(*(self._spelt_so(key) for key in keys))

    def _of_kind(self, agency: AgencyFacts) -> Ids:
        """Return what every agency of this kind and level solves."""
        kind = (agency.kind, agency.level)
        if kind not in self._by_kind:
            self._by_kind[kind] = frozenset(
                id
                for id, competent in self._ours
                if is_competent([record for record in competent if record.agency is None], agency)
            )
        return self._by_kind[kind]

    def _spelt_so(self, key: str) -> Ids:
        if key not in self._called:
            found = catalogue.search("", on=self._on, agency=key, most=_ALL)
            self._called[key] = frozenset(row.id for row in found)
        return self._called[key]


def _unset(row: Listed) -> bool:
    """Tell whether nobody has said yet how the procedure is run here."""
    return row.service_level == ServiceLevel.UNSTATED


def _means(spelt: str, agency: AgencyFacts, own: str) -> bool:
    """Tell whether a source's folded spelling is an agency's name, perhaps without that of its province, or that
    of all of its kind ("Ủy ban nhân dân cấp xã").
    """
    if found := _COMMITTEE.fullmatch(spelt):
        return agency.kind == {"xa": "commune", "tinh": "province"}[found["level"]]
    return spelt != _NOBODY and f"{own} ".startswith(f"{spelt} ")
