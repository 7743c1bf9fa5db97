"""Search and browse: the index of a day in the memory of each process, and what it finds as lists."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Any, Final
from uuid import UUID

from motcua.catalogue.finding.index import Agency, Entry, Facets, Index, Terms, terms_of
from motcua.catalogue.finding.life_events import event_of
from motcua.catalogue.finding.spelling import words_of
from motcua.catalogue.models import ProcedureVersion
from motcua.catalogue.queries.versions import Listed, _current
from motcua.kit import sql
from motcua.kit.text import fold

# Today's index, and one more for whoever asks about another day meanwhile.
_KEPT: Final = 2
# Every publication, withdrawal and count of uses raises the number: one row, however large the catalogue. The
# newest version beside it tells two databases apart that have come equally far, as after a restore.
_REVISION: Final = """
SELECT (SELECT number FROM catalogue_cataloguerevision WHERE id = 1),
       (SELECT id FROM catalogue_procedureversion ORDER BY id DESC LIMIT 1)
"""
_FIELDS: Final = (
    *("id", "name_vi", "name_en", "domain_key", "domain_vi", "domain_en", "levels", "audience"),
    *("service_level", "run_by", "procedure__code"),
    *("content__keywords", "content__results", "content__agencies__executing", "content__competent"),
)


class _Shelf:
    """The indexes of this process. A version is read and cut into words once, because it never changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: dict[UUID, tuple[Entry, Terms]] = {}
        self._indexes: OrderedDict[tuple[object, ...], Index] = OrderedDict()

    def index(self, on: date) -> Index:
        """Return the index of the procedures in force on a day; built anew only after a change."""
        # Asked for before the rows: an index may be newer than its revision says, never older.
        key = (on, *(sql.row(_REVISION, ()) or ()))
        with self._lock:
            if key not in self._indexes:
                self._indexes[key] = self._built(on)
            self._indexes.move_to_end(key)
            while len(self._indexes) > _KEPT:
                self._indexes.popitem(last=False)
            return self._indexes[key]

    def _built(self, on: date) -> Index:
        uses = dict(_current(on).values_list("id", "procedure__uses"))
        new = [id for id in uses if id not in self._versions]
        for row in ProcedureVersion.objects.filter(id__in=new).values_list(*_FIELDS).iterator(chunk_size=500):
            entry = _entry(row)
            self._versions[entry.id] = (entry, terms_of(entry))
        if len(self._versions) > 2 * len(uses):
            self._versions = {id: self._versions[id] for id in uses}
        versions = self._versions
        return Index((replace(versions[id][0], uses=used), versions[id][1]) for id, used in uses.items())


_shelf = _Shelf()


def _entry(row: tuple[Any, ...]) -> Entry:
    *told, keywords, results, executing, competent = row
    id, name_vi, name_en, domain_key, domain_vi, domain_en, levels, audience, service_level, run_by, code = (
        told
    )
    names = executing or [body["vi"] for item in competent or () if (body := item.get("body"))]
    entry = Entry(
        id=id,
        code=code,
        name_vi=name_vi,
        name_en=name_en,
        domain_key=domain_key,
        domain_vi=domain_vi,
        domain_en=domain_en,
        levels=tuple(levels),
        audience=tuple(audience),
        service_level=service_level,
        run_by=run_by,
        keywords=tuple(keywords or ()),
        results=tuple(result["vi"] for result in results or ()),
        agencies=tuple(Agency(fold(name).replace(" ", "-")[:80], name) for name in names),
    )
    return replace(entry, events=frozenset(event_of(entry)))


def search(
    text: str,
    *,
    on: date,
    domain: str = "",
    level: str = "",
    audience: str = "",
    event: str = "",
    agency: str = "",
    most: int = 50,
) -> list[Listed]:
    """Find procedures in force on a day by what people type, the likeliest first; without words, browse them.

    Words may come in any order, without marks, mistyped, as people say them rather than as the law does, or be
    a code or part of one. `domain`, `level`, `audience`, `event` (a key of the life events) and `agency` (a key
    of the facets) narrow. Browsing begins with what is filed most, then with what is done nearby; a
    search finds no more than `index.LOOKED_AT`.
    """
    wanted = {"domain": domain, "level": level, "audience": audience, "event": event, "agency": agency}
    keep = _keeping({name: value for name, value in wanted.items() if value})
    index = _shelf.index(on)
    found = index.find(text, keep=keep, most=most) if words_of(text) else index.browse(keep=keep, most=most)
    return [_listed(entry) for entry in found]


_TESTS: Final[dict[str, Callable[[Entry, str], bool]]] = {
    "domain": lambda entry, key: entry.domain_key == key,
    "level": lambda entry, key: key in entry.levels,
    "audience": lambda entry, key: key in entry.audience,
    "event": lambda entry, key: key in entry.events,
    "agency": lambda entry, key: any(agency.key == key for agency in entry.agencies),
}


def _keeping(wanted: dict[str, str]) -> Callable[[Entry], bool]:
    tests = [(_TESTS[name], value) for name, value in wanted.items()]
    return lambda entry: all(test(entry, value) for test, value in tests)


def _listed(entry: Entry) -> Listed:
    return Listed(
        entry.id,
        entry.code,
        entry.name_vi,
        entry.name_en,
        entry.domain_key,
        entry.domain_vi,
        entry.domain_en,
        entry.levels,
        entry.service_level,
        entry.run_by,
    )


def facets(*, on: date) -> Facets:
    """Return how many procedures in force on a day each way of narrowing leaves; kept with the index."""
    return _shelf.index(on).facets


def domains(*, on: date) -> list[tuple[str, str, str, int]]:
    """Return (key, Vietnamese, English, number of procedures) of each domain on a day, by name."""
    return list(facets(on=on).domains)
