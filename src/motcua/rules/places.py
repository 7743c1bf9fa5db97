"""In which territories a place lies on a day, and what became of it. See docs/rules/places.md."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
# More levels than any country has; a circle in wrong data ends here.
_HIGHEST = 8


@dataclass(frozen=True, slots=True)
class Area:
    """A territory in a half-open period of local days; without `until` it goes on."""

    code: str
    above: str
    since: date
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Became:
    """That a territory, or a part of it, became part of another one on a day."""

    before: str
    after: str
    on: date


class Places:
    """All territories of all times."""

    def __init__(self, areas: Iterable[Area] = (), became: Iterable[Became] = ()) -> None:
        self._areas: dict[str, list[Area]] = defaultdict(list)
        for area in areas:
            self._areas[area.code].append(area)
        self._after: dict[str, list[Became]] = defaultdict(list)
        self._before: dict[str, list[Became]] = defaultdict(list)
        for row in became:
            self._after[row.before].append(row)
            self._before[row.after].append(row)

    def above(self, code: str, *, on: date) -> tuple[str, ...]:
        """Return the territories that a place lies in on a day, itself first; none for an unknown place."""
        if not code:
            return ()
        chain = [code]
        while (area := self._area(chain[-1], on)) and area.above and len(chain) < _HIGHEST:
            chain.append(area.above)
        return tuple(chain)

    def now(self, code: str, *, on: date) -> tuple[str, ...]:
        """Return what a place is on a day: itself, what it became, or what it was made of; several if divided."""
        if code not in self._areas or self._area(code, on):
            return (code,)
        ended = min(area.since for area in self._areas[code]) <= on
        found = self._later(code, on, date.min) if ended else self._earlier(code, on, date.max)
        return tuple(dict.fromkeys(found)) or (code,)

    def _later(self, code: str, on: date, after: date) -> Iterator[str]:
        # Each step leads to a later day, so there is no circle.
        rows = [row for row in self._after.get(code, ()) if after < row.on <= on]
        for row in rows:
            living = self._area(row.after, on)
            yield from [row.after] if living else self._later(row.after, on, row.on)

    def _earlier(self, code: str, on: date, before: date) -> Iterator[str]:
        rows = [row for row in self._before.get(code, ()) if on < row.on < before]
        for row in rows:
            living = self._area(row.before, on)
            yield from [row.before] if living else self._earlier(row.before, on, row.on)

    def ways(self, code: str, *, on: date) -> tuple[tuple[str, ...], ...]:
        """Return the chains, the finest first, by which a place can have been named up to a day."""
        chain = self.above(code, on=on)
        rows = [row for row in self._before.get(code, ()) if row.on <= on]
        if not rows:
            return (chain,)
        found = {(*way, *chain): None for row in rows for way in self.ways(row.before, on=row.on - _DAY)}
        first = min(row.on for row in rows)
        if any(area.since < first for area in self._areas.get(code, ())):
            # It was there before, and others joined it.
            found[chain] = None
        return tuple(found)

    def _area(self, code: str, on: date) -> Area | None:
        for area in self._areas.get(code, ()):
            if area.since <= on < area.until:
                return area
        return None
