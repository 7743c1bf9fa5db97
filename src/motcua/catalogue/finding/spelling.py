"""Words of the search: one spelling for each, with the marks kept aside, and what a mistyped one may have meant."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from motcua.kit.text import visible

_WORD: Final = re.compile(r"[0-9a-zđ\u0300-\u036f]+")
_MARKS: Final = re.compile(r"[\u0300-\u036f]")
# Grave, acute, tilde, hook above, dot below: the five tones. The other marks make another letter.
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_TONE: Final = re.compile(f"[{_TONES}]")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
# What is counted in Roman numerals in one name and in Arabic ones in the next.
_COUNTED: Final = frozenset({"loai", "cap", "hang", "nhom", "bac", "muc", "dot"})
# i and y are written for each other after these letters alone: ký/kí, lý/lí, kỹ/kĩ.
_FINAL_Y: Final = re.compile(r"(?:[hklmstv]|qu)y")
_TELEX: Final = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("w", ""))
_LEAST_FOR_MISTAKE: Final = 2
_LEAST_FOR_SPLIT: Final = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word without marks, and the same word with them, wherever the tone was put (`hòa` is `hoà`)."""

    plain: str
    marked: str


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order: lower case, one spelling for i/y, numerals and leading zeros."""
    found: list[Word] = []
    counted = False
    for match in _WORD.finditer(unicodedata.normalize("NFD", visible(text).lower())):
        word = _word(match[0], counted=counted)
        if word is None:
            continue
        counted = word.plain in _COUNTED or (counted and word.plain.isdigit())
        found.append(word)
    return found


def _word(raw: str, *, counted: bool) -> Word | None:
    plain = _MARKS.sub("", raw).replace("đ", "d")
    if not plain:
        return None
    if plain.isdigit():
        plain = raw = plain.lstrip("0") or "0"
    elif counted and plain in _ROMAN:
        plain = raw = _ROMAN[plain]
    elif _FINAL_Y.fullmatch(plain):
        plain, raw = plain[:-1] + "i", raw.replace("y", "i")
    if plain == raw:
        return Word(plain, plain)
    return Word(plain, _TONE.sub("", raw) + "".join(sorted(_TONE.findall(raw))))


def plain_words(text: str) -> list[str]:
    """Return the words of a text without their marks."""
    return [word.plain for word in words_of(text)]


def pairs_of(words: Iterable[str]) -> Iterator[str]:
    """Give each two neighbours as one term, as most Vietnamese words are written: `ket hon`."""
    before = ""
    for word in words:
        if before:
            yield f"{before} {word}"
        before = word


class Speller:
    """The words and pairs that a catalogue knows, and the known ones near a mistyped one.

    `known` counts the procedures that hold each word or pair. Words one deletion apart from a common rest are
    near enough to be looked at, which finds a letter too many, too few, another one, or two exchanged.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._sorted = sorted(term for term in known if " " not in term)
        self._rests: dict[str, list[str]] = {}
        for word in self._sorted:
            if len(word) >= _LEAST_FOR_MISTAKE and not word.isdigit():
                for rest in _rests(word):
                    self._rests.setdefault(rest, []).append(word)

    def meant(self, word: str, *, before: str, after: str, most: int = 3) -> list[str]:
        """Return what an unknown word may have been meant as, the likeliest first; two words as `a b`."""
        if word.isdigit():
            return []
        if whole := self._typed_in_telex(word) or self._split(word):
            return [whole]
        near = [other for other in self._candidates(word) if _one_mistake(word, other)]
        near = [other for other in near if self._paired(other, before, after)] or near
        return sorted(near, key=lambda other: self._unlikely(other, word, before, after))[:most]

    def meant_in_place(self, word: str, *, before: str, after: str) -> list[str]:
        """Return the near words that make a known pair with a neighbour; for words that are known themselves."""
        near = self.meant(word, before=before, after=after, most=2)
        return [other for other in near if self._paired(other, before, after)]

    def completed(self, start: str, *, before: str, most: int = 6) -> list[str]:
        """Return the known words that begin so, those first that often follow the word before."""
        at = bisect_left(self._sorted, start)
        found = []
        while at < len(self._sorted) and self._sorted[at].startswith(start):
            found.append(self._sorted[at])
            at += 1
        if before:
            found = [word for word in found if f"{before} {word}" in self._known]
            return sorted(found, key=lambda word: -self._known[f"{before} {word}"])[:most]
        return sorted(found, key=lambda word: -self._known[word])[:most]

    def _candidates(self, word: str) -> set[str]:
        return {other for rest in _rests(word) for other in self._rests.get(rest, ()) if other != word}

    def _paired(self, word: str, before: str, after: str) -> int:
        return self._known.get(f"{before} {word}", 0) + self._known.get(f"{word} {after}", 0)

    def _unlikely(self, other: str, word: str, before: str, after: str) -> tuple[bool, bool, int, str]:
        paired = self._paired(other, before, after)
        return (not paired, other[0] != word[0], -(paired or self._known[other]), other)

    def _typed_in_telex(self, word: str) -> str:
        """Read `giaays` as `giay`: letters for marks that the keyboard did not turn into marks."""
        plain = word
        for typed, letter in _TELEX:
            plain = plain.replace(typed, letter)
        for read in (plain, plain[:-1] if plain[-1:] in "sfrxj" else plain):
            if read != word and len(read) > 1 and read in self._known:
                return read
        return ""

    def _split(self, word: str) -> str:
        """Read `khaisinh` as `khai sinh` where both stand together somewhere."""
        if len(word) < _LEAST_FOR_SPLIT:
            return ""
        splits = [f"{word[:at]} {word[at:]}" for at in range(1, len(word))]
        return (
            max(splits, key=lambda pair: self._known.get(pair, 0))
            if any(pair in self._known for pair in splits)
            else ""
        )


def _rests(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_mistake(one: str, other: str) -> bool:
    """Tell whether a letter too many, too few, another one or two exchanged neighbours part two words."""
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    rest, others = one[at:], other[at:]
    if len(one) == len(other):
        swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
        return swapped or rest[1:] == others[1:]
    return rest[1:] == others if len(one) > len(other) else rest == others[1:]
