"""Reading what was typed: words that name a procedure, small change of a question, mistakes, sayings."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Final

from motcua.catalogue.finding.spelling import Speller, Word, pairs_of, words_of
from motcua.catalogue.finding.thesaurus import Saying, asking, sayings

# What a word counts beside one that names the procedure.
_ASKING: Final = 0.08
_MEANT: Final = 0.6
_CORRECTED: Final = 0.7
_COMPLETED: Final = 0.5
# The words of a saying count as a whole: "so" and "do" alone are in half of all names.
_IN_SAYING: Final = 0.4
# In a longer text a known word is taken as it stands.
_FEW_WORDS: Final = 4
_LONGEST: Final = 6
_PAIR: Final = 2
_LEAST_RARITY: Final = 0.5
# How much of a procedure's cover the marks of the typed words decide: they are often typed wrongly too.
_MISSPELT: Final = 0.2
MOST_WORDS: Final = 60


# A way to hold what was asked for: all of these terms.
Way = tuple[str, ...]


@dataclass
class Query:
    """A text as weighted terms that the catalogue knows, and what a procedure must hold to cover it.

    `words` are asked for as they stand; each of `wanted` is one thing that may be held in several ways.
    `typed` are the words that stood there, in order, without those that only ask; `marked` how they were spelt.
    """

    weights: dict[str, float] = field(default_factory=dict)
    words: list[tuple[str, float]] = field(default_factory=list)
    wanted: list[tuple[list[Way], float]] = field(default_factory=list)
    marked: list[tuple[str, float]] = field(default_factory=list)
    typed: dict[str, None] = field(default_factory=dict)

    def says(self, word: str) -> float:
        """Return how surely the text says a word, from 0 to 1."""
        return 1.0 if word in self.typed else self.weights.get(word, 0.0)

    def add(self, term: str, weight: float, known: Mapping[str, float]) -> None:
        """Ask for a term, if the catalogue knows it."""
        if term in known:
            self.weights[term] = max(self.weights.get(term, 0.0), weight)

    def want(self, ways: list[Way], weight: float) -> None:
        """Count one thing asked for, by any of the ways to hold it."""
        if len(ways) == 1 and len(ways[0]) == 1:
            self.words.append((ways[0][0], weight))
        elif ways:
            self.wanted.append((ways, weight))

    def covered(self, held: Container[str], marked: Container[str]) -> float:
        """Return how much of what was asked for is held and spelt so, from 0 to 1."""
        mass = sum(weight for _, weight in (*self.words, *self.wanted))
        got = _mass_in(self.words, held)
        for ways, weight in self.wanted:
            got += weight * max(sum(term in held for term in way) / len(way) for way in ways)
        return (got / mass if mass else 0.0) * (1 - _MISSPELT + _MISSPELT * self._spelt_as(marked))

    def _spelt_as(self, marked: Container[str]) -> float:
        mass = sum(weight for _, weight in self.marked)
        return _mass_in(self.marked, marked) / mass if mass else 1.0


def _mass_in(weighted: list[tuple[str, float]], held: Container[str]) -> float:
    return sum(weight for term, weight in weighted if term in held)


@dataclass
class _Reading:
    """A text on its way to a query: what each place says or may have been meant to say, with its weight."""

    typed: list[Word]
    words: list[str]
    idle: list[bool]
    speller: Speller
    known: Mapping[str, float]
    query: Query = field(default_factory=Query)
    said: list[list[tuple[str, float]]] = field(default_factory=list)

    def at(self, place: int) -> str:
        """Return the word at a place, or nothing beyond the ends."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def rarity(self, words: Sequence[str]) -> float:
        """Return what the words count together."""
        return sum(self.known.get(word, 0.0) for word in words)


def read_query(text: str, speller: Speller, known: Mapping[str, float]) -> Query:
    """Read a text; `known` gives the rarity of each word and pair of the catalogue."""
    words = words_of(text)[:MOST_WORDS]
    plain = [word.plain for word in words]
    reading = _Reading(words, plain, _idle(plain), speller, known)
    places = range(len(plain))
    reading.said = [_said_at(reading, at) for at in places]
    reading.said = [_supported(reading, at) for at in places]
    at = 0
    while at < len(plain):
        size, said = _sayings_at(reading, at)
        if size:
            _ask_saying(reading, at, size, said)
        else:
            _ask_word(reading, at)
        at += size or 1
    reading.query.typed = dict.fromkeys(
        word for word, idle in zip(plain, reading.idle, strict=True) if not idle
    )
    _ask_pairs(reading)
    _note_marks(reading)
    return reading.query


def _longest(words: list[str], at: int, phrases: Container[tuple[str, ...]], longest: int) -> int:
    """Return how many words from a place on make the longest of some phrases, or 0."""
    sizes = range(min(longest, len(words) - at), 0, -1)
    return next((size for size in sizes if tuple(words[at : at + size]) in phrases), 0)


def _idle(words: list[str]) -> list[bool]:
    """Mark the words that only ask; none where nothing else would be left."""
    idle = [False] * len(words)
    at = 0
    while at < len(words):
        size = _longest(words, at, asking(), _LONGEST)
        idle[at : at + size] = [True] * size
        at += size or 1
    return [False] * len(words) if all(idle) else idle


def _sayings_at(reading: _Reading, at: int) -> tuple[int, tuple[Saying, ...]]:
    """Return how many words from a place on are a saying, and what it says; 0 where there is none."""
    size = _longest(reading.words, at, sayings(), _LONGEST)
    if not size or any(reading.idle[at : at + size]):
        return 0, ()
    typed, phrase = reading.typed[at : at + size], tuple(reading.words[at : at + size])
    meant = tuple(saying for saying in sayings()[phrase] if _spelt_alike(typed, saying))
    return (size, meant) if meant else (0, ())


def _spelt_alike(typed: list[Word], saying: Saying) -> bool:
    """Tell whether the marks allow the saying; a word without any allows all, one in three may be wrong."""
    wrong = sum(
        word.marked not in (word.plain, spelt) for word, spelt in zip(typed, saying.spelt, strict=True)
    )
    return wrong <= len(typed) // 3


def _ask_saying(reading: _Reading, at: int, size: int, said: tuple[Saying, ...]) -> None:
    """Ask for the phrase as it stands and, for less, for each of its meanings."""
    phrase = tuple(reading.words[at : at + size])
    query, known = reading.query, reading.known
    weight = 1.0 if size == 1 else _IN_SAYING
    for word in phrase:
        query.add(word, weight, known)
    # Two common words far from each other say little: of a pair, only the pair counts as held.
    ways: list[Way] = [tuple(pairs_of(phrase)) if size == _PAIR else phrase]
    for meaning in (meaning for saying in said for meaning in saying.meanings):
        terms = (*meaning, *pairs_of(meaning))
        for term in terms:
            query.add(term, _MEANT, known)
        ways.append(terms)
    query.want(ways, max(reading.rarity(phrase), _LEAST_RARITY))


def _said_at(reading: _Reading, at: int) -> list[tuple[str, float]]:
    """Return the word at a place and what it may have been meant as, each with its weight."""
    word = reading.words[at]
    if reading.idle[at]:
        return [(word, _ASKING)]
    said = [(word, 1.0)] if word in reading.known else []
    said += [(meant, _CORRECTED) for meant in _corrections(reading, at)]
    return said + [(longer, _COMPLETED) for longer in _completions(reading, at)]


def _supported(reading: _Reading, at: int) -> list[tuple[str, float]]:
    """Leave out what a mistyped word hardly meant: among others, a correction makes a known pair with one."""
    said = reading.said[at]
    if reading.idle.count(False) == 1 or all(weight != _CORRECTED for _, weight in said):
        return said
    before = [term for term, _ in reading.said[at - 1]] if at else []
    after = [term for term, _ in reading.said[at + 1]] if at + 1 < len(reading.said) else []

    def paired(term: str) -> bool:
        pairs = [f"{other} {term}" for other in before] + [f"{term} {other}" for other in after]
        return " " in term or any(pair in reading.known for pair in pairs)

    return [(term, weight) for term, weight in said if weight != _CORRECTED or paired(term)]


def _ask_word(reading: _Reading, at: int) -> None:
    """Ask for one word, or for what it was meant as."""
    said = reading.said[at]
    ways: list[Way] = [tuple(term.split()) for term, _ in said]
    for (term, weight), way in zip(said, ways, strict=True):
        for part in {term, *way}:
            reading.query.add(part, weight, reading.known)
    if ways and not reading.idle[at]:
        reading.query.want(ways, reading.rarity(ways[0]))


def _corrections(reading: _Reading, at: int) -> list[str]:
    word, before, after = reading.words[at], reading.at(at - 1), reading.at(at + 1)
    if word not in reading.known:
        return reading.speller.meant(word, before=before, after=after)
    alone = f"{before} {word}" not in reading.known and f"{word} {after}" not in reading.known
    if alone and (before or after) and len(reading.words) <= _FEW_WORDS:
        return reading.speller.meant_in_place(word, before=before, after=after)
    return []


def _completions(reading: _Reading, at: int) -> list[str]:
    """Return how the last word may go on, unless it stands well as it is."""
    word, before = reading.words[at], reading.at(at - 1)
    if at != len(reading.words) - 1 or word.isdigit():
        return []
    if f"{before} {word}" in reading.known or (not before and word in reading.known):
        return []
    return [longer for longer in reading.speller.completed(word, before=before) if longer != word]


def _ask_pairs(reading: _Reading) -> None:
    """Ask for each two neighbours, as typed or as meant."""
    for before, after in pairwise(reading.said):
        for (one, weight), (other, too) in product(before, after):
            pair = f"{one.rpartition(' ')[2]} {other.partition(' ')[0]}"
            reading.query.add(pair, min(weight, too), reading.known)


def _note_marks(reading: _Reading) -> None:
    """Remember how the words are spelt; whoever types no mark at all has said nothing by that."""
    if all(word.marked == word.plain for word in reading.typed):
        return
    for word, idle in zip(reading.typed, reading.idle, strict=True):
        if not idle and word.plain in reading.known:
            reading.query.marked.append((word.marked, reading.known[word.plain]))
