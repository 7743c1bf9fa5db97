"""Narrowing a list of procedures: what was asked for in the address, the choices, and how to take one back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from motcua.catalogue import queries as catalogue
from motcua.catalogue.finding.life_events import LIFE_EVENTS, For
from motcua.kit.text import fold
from motcua.portal import wording

_LONGEST: Final = 200
# The parameters of the address, and what `catalogue.search` calls them.
_NAMES: Final = {
    "linh-vuc": "domain",
    "cap": "level",
    "doi-tuong": "audience",
    "su-kien": "event",
    "co-quan": "agency",
}


@dataclass(frozen=True)
class Choice:
    """One value of a filter, with how many procedures it has in all."""

    key: str
    word: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Filter:
    """One way to narrow: its parameter in the address, its name, its choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        """The choice in force."""
        return next((choice for choice in self.choices if choice.chosen), None)


@dataclass(frozen=True)
class Event:
    """A moment of life, with how many procedures belong to it."""

    key: str
    title: str
    text: str
    count: int
    business: bool


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: words, and a value for each filter ("": any)."""

    text: str
    values: Mapping[str, str]

    def search(self) -> dict[str, str]:
        """Return the filters as `catalogue.search` takes them."""
        return {_NAMES[name]: value for name, value in self.values.items()}

    def any(self) -> bool:
        """Tell whether a filter is in force."""
        return any(self.values.values())


def wanted(query: QueryDict) -> Wanted:
    """Read what an address asks for."""
    values = {name: query.get(name, "")[:_LONGEST] for name in _NAMES}
    return Wanted(query.get("q", "")[:_LONGEST].strip(), values)


def filters(asked: Wanted, found: catalogue.Facets) -> list[Filter]:
    """Return every filter with its choices; values that nobody offers narrow to nothing."""
    names = {key: wording.one_of((vi, en)) for key, vi, en, _n in found.domains}
    events = {event.key: event.title for event in life_events(found)}
    words = {
        "linh-vuc": dict(sorted(names.items(), key=lambda row: fold(row[1]))),
        "su-kien": events,
        "cap": {key: str(word) for key, word in wording.LEVELS.items()},
        "doi-tuong": {key.value: str(word) for key, word in wording.AUDIENCES.items()},
        "co-quan": {agency.key: agency.name for agency, _n in found.agencies},
    }
    counts = {
        "linh-vuc": {key: n for key, _vi, _en, n in found.domains},
        "su-kien": found.events,
        "cap": found.levels,
        "doi-tuong": found.audience,
        "co-quan": {agency.key: n for agency, n in found.agencies},
    }
    labels = {
        "linh-vuc": _("Lĩnh vực"),
        "su-kien": _("Việc trong đời"),
        "cap": _("Cấp thực hiện"),
        "doi-tuong": _("Ai làm được"),
        "co-quan": _("Cơ quan thực hiện"),
    }
    return [
        Filter(name, label, _choices(words[name], counts[name], asked.values[name]))
        for name, label in labels.items()
    ]


def _choices(words: Mapping[str, str], counts: Mapping[str, int], chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, word, counts.get(key, 0), key == chosen)
        for key, word in words.items()
        if counts.get(key) or key == chosen
    )


def life_events(found: catalogue.Facets) -> list[Event]:
    """Return the moments of life that have procedures."""
    counts = found.events
    return [
        Event(
            row.key,
            wording.one_of((row.title_vi, row.title_en)),
            wording.one_of((row.text_vi, row.text_en)),
            counts[row.key],
            row.whom is For.BUSINESS,
        )
        for row in LIFE_EVENTS
        if counts.get(row.key)
    ]


def without(query: QueryDict, name: str) -> str:
    """Return the query of the same list without one of its filters, from its first page."""
    left = query.copy()
    for key in (name, "trang"):
        left.pop(key, None)
    return left.urlencode()
