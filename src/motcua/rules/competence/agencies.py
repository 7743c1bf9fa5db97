"""Agencies of all times, by what they are, how they are called and where they work."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Generic

from motcua.rules.competence.values import DECIDING, K, Statement, Work


class Agencies(Generic[K]):
    """All agencies of all times, by what they are and where they work."""

    def __init__(self, works: Iterable[Work[K]] = ()) -> None:
        self._of: dict[K, list[Work[K]]] = defaultdict(list)
        self._groups: dict[tuple[str, str], dict[str, list[Work[K]]]] = {}
        spelt: list[tuple[str, Work[K]]] = []
        for work in works:
            self._of[work.agency].append(work)
            if work.kind in DECIDING:
                self._put(("level", work.level), work)
            self._put(("kind", work.kind), work)
            spelt.append((f"{work.spelt} ", work))
        spelt.sort(key=lambda row: row[0])
        self._names = [name for name, _ in spelt]
        self._by_name = [work for _, work in spelt]
        for works_of in self._of.values():
            works_of.sort(key=lambda work: work.since)

    def _put(self, key: tuple[str, str], work: Work[K]) -> None:
        self._groups.setdefault(key, {}).setdefault(work.place, []).append(work)

    def on(self, agency: K, day: date) -> Work[K] | None:
        """Return what an agency is on a day, None while it is not there."""
        for work in self._of.get(agency, ()):
            if work.since <= day < work.until:
                return work
        return None

    def all_of(self, agency: K) -> Sequence[Work[K]]:
        """Return what an agency was through time."""
        return self._of.get(agency, ())

    def begun(self, agency: K, day: date) -> date | None:
        """Return since when an agency has been there without a break on a day; None while it is not there."""
        first: date | None = None
        until = date.min
        for work in self._of.get(agency, ()):
            if work.since > day:
                break
            first = first if work.since == until else work.since
            until = work.until
        return first if until > day else None

    def meant(self, said: Statement[K]) -> Mapping[str, Sequence[Work[K]]]:
        """Return whom a level, a kind or a name means, at all times, by where they work."""
        if not said.spelt:
            key = ("level", said.level) if said.level else ("kind", said.kind)
            return self._groups.get(key, {})
        key = ("spelt", said.spelt)
        if key not in self._groups:
            found: dict[str, list[Work[K]]] = {}
            for work in self._called(said.spelt):
                found.setdefault(work.place, []).append(work)
            # Two threads may do so at once: both find the same.
            self._groups[key] = found
        return self._groups[key]

    def _called(self, spelt: str) -> Iterator[Work[K]]:
        """Give those whose name begins with these whole words."""
        wanted = f"{spelt} "
        for index in range(bisect_left(self._names, wanted), len(self._names)):
            if not self._names[index].startswith(wanted):
                return
            yield self._by_name[index]


def means(said: Statement[K], work: Work[K]) -> bool:
    """Tell whether a statement means an agency as it is in a period."""
    if said.agency is not None:
        return said.agency == work.agency
    if said.spelt:
        return f"{work.spelt} ".startswith(f"{said.spelt} ")
    if said.kind:
        return said.kind == work.kind
    return said.level == work.level and work.kind in DECIDING
