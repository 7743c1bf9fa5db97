"""Finding procedures by what people type: an index in memory, with no table and no clock of its own.

What is held: the words and the neighbouring pairs of names, keywords, domains and English names, each weighted
by its field and by how rare it is (BM25). A search takes the procedures that hold the rarest terms, no more
than `CANDIDATES`, adds up what each holds, and then looks closely at the best. That bound keeps a search in
3,000 procedures about as fast as in 300. See docs/adr/0015-search-in-memory.md.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from sys import intern
from typing import Final, TypeVar
from uuid import UUID

from motcua.catalogue.finding.asking import Query, read_query
from motcua.catalogue.finding.spelling import Speller, pairs_of, words_of
from motcua.kit.text import fold

_T = TypeVar("_T")
CANDIDATES: Final = 300
LOOKED_AT: Final = 120
# A name counts before the keywords that editors added, and these before the domain and the English name.
_NAME, _KEYWORD, _DOMAIN, _ENGLISH, _RESULT = 3.0, 2.0, 0.8, 0.6, 0.4
_USUAL_NAME: Final = 16
_LENGTH: Final = 0.5
_SATURATION: Final = 1.2
_PAIR: Final = 0.8
# Found procedures must come this near to the best in what they hold of the query.
_NEAR: Final = 0.7
_NAMED: Final = 0.4
_OPENING: Final = ["thu", "tuc"]
_REGISTER: Final = ("dang", "ki")
_BEGINS: Final = 1.15
_BY_USE: Final = 0.05
_ONLY_MINISTRY: Final = 0.85
_NEARNESS: Final = ("commune", "province", "ministry")
# A whole code anywhere, or part of one with nothing beside it: an amount in a question is no code.
_CODE: Final = re.compile(r"(?<![0-9.])[1-9]\.[0-9]{6}(?![0-9])(?:\.[0-9A-Z]+)*", re.IGNORECASE)
_PART_OF_CODE: Final = re.compile(r"[0-9]\.[0-9]{2,6}|[0-9]{4,7}")
_NOT_DIGIT: Final = re.compile(r"[^0-9]")


@dataclass(frozen=True)
class Agency:
    """An agency as a procedure names it; names that differ only by marks or signs share a key."""

    key: str
    name: str


@dataclass(frozen=True)
class Entry:
    """What the index keeps of a version in force: what a list shows, what narrows it, what ranks it."""

    id: UUID
    code: str
    name_vi: str
    name_en: str
    domain_key: str
    domain_vi: str
    domain_en: str
    levels: tuple[str, ...]
    audience: tuple[str, ...]
    service_level: str
    run_by: str
    keywords: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    agencies: tuple[Agency, ...] = ()
    events: frozenset[str] = frozenset()
    uses: int = 0


@dataclass(frozen=True)
class Facets:
    """How many procedures of an index each way of narrowing leaves.

    `domains` are (key, Vietnamese, English, number), by name; `agencies` stand by name too.
    """

    levels: dict[str, int]
    audience: dict[str, int]
    events: dict[str, int]
    domains: tuple[tuple[str, str, str, int], ...]
    agencies: tuple[tuple[Agency, int], ...]


def facets_of(entries: Sequence[Entry]) -> Facets:
    """Return how many of these procedures there are by level, audience, life event, domain and executing agency."""
    named = {agency.key: agency for entry in entries for agency in entry.agencies}
    agencies = _counted(key for entry in entries for key in {agency.key for agency in entry.agencies})
    domains = _counted((entry.domain_key, entry.domain_vi, entry.domain_en) for entry in entries)
    # Folded here, because a database without Vietnamese collation puts Đ behind all other letters.
    in_order = sorted(domains.items(), key=lambda item: (fold(item[0][1]), item[0]))
    return Facets(
        levels=_counted(level for entry in entries for level in entry.levels),
        audience=_counted(who for entry in entries for who in entry.audience),
        events=_counted(event for entry in entries for event in entry.events),
        domains=tuple((*names, number) for names, number in in_order),
        agencies=tuple((named[key], number) for key, number in sorted(agencies.items())),
    )


def _counted(items: Iterable[_T]) -> dict[_T, int]:
    return dict(Counter(items))


@dataclass(frozen=True)
class Terms:
    """The weighted words and pairs of one version; made once, because a version never changes."""

    weights: dict[str, float]
    name: tuple[str, ...]
    marked: frozenset[str]


def terms_of(entry: Entry) -> Terms:
    """Return the words and pairs of an entry with their weights, before rarity."""
    raw: dict[str, float] = {}
    marked: set[str] = set()
    name = words_of(entry.name_vi)
    size = 1 - _LENGTH + _LENGTH * len(name) / _USUAL_NAME
    for text, weight, telling in _fields(entry, _NAME / size):
        words = words_of(text)
        if telling:
            marked.update(word.marked for word in words)
        plain = [word.plain for word in words]
        for term in {*plain, *pairs_of(plain)}:
            # One string for all procedures that hold a term: a third of the index otherwise.
            raw[intern(term)] = raw.get(term, 0.0) + weight
    weights = {term: value / (value + _SATURATION) for term, value in raw.items()}
    return Terms(weights, _telling([word.plain for word in name]), frozenset(map(intern, marked)))


def _telling(name: list[str]) -> tuple[str, ...]:
    """Return the words of a name once each, without the words by which half of all names begin."""
    if name[:2] == _OPENING and len(name) > len(_OPENING):
        name = name[2:]
    return tuple(dict.fromkeys(name))


def _fields(entry: Entry, name_weight: float) -> Iterator[tuple[str, float, bool]]:
    """Give each text with its weight, and whether its marks say what the procedure is about."""
    yield entry.name_vi, name_weight, True
    for keyword in entry.keywords:
        yield keyword, _KEYWORD, True
    for result in entry.results:
        yield result, _RESULT, False
    yield entry.domain_vi, _DOMAIN, False
    if entry.name_en != entry.name_vi:
        yield entry.name_en, _ENGLISH, False


class Index:
    """All procedures in force on one day, ready to be searched; built whole, then never changed."""

    def __init__(self, entries: Iterable[tuple[Entry, Terms]]) -> None:
        self._entries: list[Entry] = []
        self._terms: list[Terms] = []
        self._priors: list[float] = []
        postings: dict[str, dict[int, float]] = {}
        for number, (entry, terms) in enumerate(entries):
            self._entries.append(entry)
            self._terms.append(terms)
            self._priors.append(_prior(entry))
            for term, weight in terms.weights.items():
                postings.setdefault(term, {})[number] = weight
        self._postings = {term: self._best_first(found) for term, found in postings.items()}
        self._rarity = {term: self._rareness(term, len(found)) for term, found in postings.items()}
        self._speller = Speller({term: len(found) for term, found in postings.items()})
        self._digits = [_NOT_DIGIT.sub("", entry.code) for entry in self._entries]
        self._in_order = sorted(self._entries, key=_shelf_place)
        self._facets = facets_of(self._entries)

    @property
    def entries(self) -> Sequence[Entry]:
        """All procedures of the index, in no order that means anything."""
        return self._entries

    @property
    def facets(self) -> Facets:
        """How many procedures each way of narrowing leaves; counted once, with the index."""
        return self._facets

    def browse(self, *, keep: Callable[[Entry], bool], most: int) -> list[Entry]:
        """Return the procedures to be kept: the most used first, then the nearest, by domain and name."""
        return list(islice((entry for entry in self._in_order if keep(entry)), most))

    def find(self, text: str, *, keep: Callable[[Entry], bool], most: int) -> list[Entry]:
        """Return the procedures to be kept that a text may mean, the likeliest first."""
        if by_code := self._by_code(text):
            return [entry for entry in by_code if keep(entry)][:most]
        query = read_query(text, self._speller, self._rarity)
        held = self._candidates(query, keep)
        scores = self._scores(query, held)
        best = sorted(scores, key=lambda number: -scores[number] * self._priors[number])[:LOOKED_AT]
        return self._looked_at(query, scores, best)[:most]

    def _best_first(self, found: dict[int, float]) -> dict[int, float]:
        """Order the postings of a frequent term, so that cutting them off keeps the best."""
        if len(found) <= CANDIDATES:
            return found
        return dict(sorted(found.items(), key=lambda item: -item[1] * self._priors[item[0]]))

    def _rareness(self, term: str, holders: int) -> float:
        rarity = math.log(1 + (len(self._entries) - holders + 0.5) / (holders + 0.5))
        return rarity * _PAIR if " " in term else rarity

    def _by_code(self, text: str) -> list[Entry]:
        match = _CODE.search(text) or _PART_OF_CODE.fullmatch(text.strip())
        if match is None:
            return []
        wanted, digits = match[0].upper(), _NOT_DIGIT.sub("", match[0])
        ranked = []
        for entry, own in zip(self._entries, self._digits, strict=True):
            if own.startswith(digits) or own[1:].startswith(digits) or own.endswith(digits):
                ranked.append((entry.code != wanted, not own.startswith(digits), entry.code, entry))
        return [entry for *_, entry in sorted(ranked, key=lambda item: item[:3])]

    def _candidates(self, query: Query, keep: Callable[[Entry], bool]) -> set[int]:
        """Return the holders of the rarest terms, no more than `CANDIDATES`."""
        found: set[int] = set()
        refused: set[int] = set()
        for term in sorted(query.weights, key=lambda term: -query.weights[term] * self._rarity[term]):
            for number in self._postings[term]:
                if number in found or number in refused:
                    continue
                (found if keep(self._entries[number]) else refused).add(number)
                if len(found) >= CANDIDATES:
                    return found
        return found

    def _scores(self, query: Query, held: set[int]) -> dict[int, float]:
        scores = dict.fromkeys(held, 0.0)
        for term, asked in query.weights.items():
            weight, postings = asked * self._rarity[term], self._postings[term]
            for number in postings.keys() & held:
                scores[number] += weight * postings[number]
        return scores

    def _looked_at(self, query: Query, scores: Mapping[int, float], best: list[int]) -> list[Entry]:
        """Order by what a sum of words does not see, and leave out what holds much less than the best."""
        held = [(number, self._terms[number]) for number in best]
        covered = {number: query.covered(terms.weights, terms.marked) for number, terms in held}
        least = _NEAR * max(covered.values(), default=0.0)
        worth = {
            number: scores[number] * self._priors[number] * self._named(query, number) * share**2
            for number, share in covered.items()
            if share >= least > 0
        }
        order = sorted(worth, key=lambda number: (-worth[number], self._entries[number].code))
        return [self._entries[number] for number in order]

    def _named(self, query: Query, number: int) -> float:
        """Favour a name that begins with what was typed, and one of which little was left unsaid."""
        name, typed = self._terms[number].name, query.typed
        begins = tuple(typed) in (
            name[: len(typed)],
            name[2 : 2 + len(typed)] if name[:2] == _REGISTER else (),
        )
        whole = sum(self._rarity[word] for word in name)
        said = sum(self._rarity[word] * query.says(word) for word in name)
        return (1 + _NAMED * said / (whole or 1)) * (_BEGINS if begins else 1)


def _prior(entry: Entry) -> float:
    """Return how likely a procedure is meant before a word is typed: by its use, and whether it is done nearby."""
    near = 1.0 if {"commune", "province"} & set(entry.levels) else _ONLY_MINISTRY
    return near * (1 + _BY_USE * math.log10(1 + entry.uses))


def _shelf_place(entry: Entry) -> tuple[int, int, str, str]:
    """Return the place in browsing: what people file most first, then what is done nearby, by domain and name."""
    near = next((rank for rank, level in enumerate(_NEARNESS) if level in entry.levels), len(_NEARNESS))
    return -entry.uses, near, fold(entry.domain_vi), fold(entry.name_vi)
