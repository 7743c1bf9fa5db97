"""Which procedures an agency of the province solves, as its page lists them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import CompetentRecord, Level, ServiceLevel
from motcua.catalogue.queries import Listed, published
from motcua.dossiers.actions.competence import is_competent
from motcua.kit.text import fold
from motcua.organisation.queries import AgencyFacts

_ALL = 100_000
# Every People's Committee is called so: it names none of them.
_NOBODY = "uy ban nhan dan"
_COMMUNES = (CompetentRecord(level=Level.COMMUNE, agency=None, body=None),)

Ids = frozenset[UUID]


class Competences:
    """The procedures in force on a day, by who solves them.

    A procedure that is set up here says itself who is competent. An imported one that is not yet names the
    agencies only as its source spells them ("Sở Xây dựng"); without such a name its level alone would give
    every department everything, so only communes go by level.
    """

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._rows = catalogue.search("", on=on, most=_ALL)
        self._spelt = {fold(agency.name): agency.key for agency, _n in catalogue.facets(on=on).agencies}
        self._called: dict[str, Ids] = {}
        self._by_kind: dict[tuple[str, str], Ids] = {}
        self._ours = [(row.id, published(row.id).record.competent) for row in self._rows if not _unset(row)]
        self._commune = frozenset(row.id for row in self._rows if _unset(row) and Level.COMMUNE in row.levels)
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
        if is_competent(_COMMUNES, agency):
            return ids | self._commune
        own = fold(agency.name_vi)
        keys = (key for spelt, key in self._spelt.items() if _means(spelt, own))
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
            self._called[key] = frozenset(row.id for row in found if _unset(row))
        return self._called[key]


def _unset(row: Listed) -> bool:
    """Tell whether nobody has said yet how the procedure is run here."""
    return row.service_level == ServiceLevel.UNSTATED


def _means(spelt: str, own: str) -> bool:
    """Tell whether a source's spelling is the name of an agency, perhaps without the name of its province."""
    return spelt != _NOBODY and f"{own} ".startswith(f"{spelt} ")


def by_kind(agencies: Iterable[AgencyFacts]) -> dict[str, list[AgencyFacts]]:
    """Return agencies by kind, in their order."""
    found: dict[str, list[AgencyFacts]] = defaultdict(list)
    for agency in agencies:
        found[agency.kind].append(agency)
    return dict(found)
