"""Joining PDFs of the typesetter into one, so that a long document is never set whole in memory.

Read are only files as the typesetter writes them: classic cross-reference table, no object streams, generation
0, nothing encrypted. Of each only its pages and what they draw is taken over; the tree of tags is left behind,
so the joined document is for print.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_LEFT_BEHIND = re.compile(rb"/(?:Parent \d+ 0 R|StructParents \d+|Annots \d+ 0 R|Annots\[[^\]]*\])")
_CATALOG, _PAGES, _INFO, _OUTLINES, _FIRST_FREE = 1, 2, 3, 4, 5


class NotJoinable(ValueError):
    """A part is not a PDF as the typesetter writes them."""


class _Part:
    """The objects of one file by their numbers there."""

    def __init__(self, raw: bytes) -> None:
        start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", raw)
        table = re.match(rb"xref\s+0 (\d+)\s*\n", raw[int(start[1]) :]) if start else None
        if start is None or table is None:
            raise NotJoinable("no cross-reference table")
        first = int(start[1]) + table.end()
        entries = [raw[at : at + 20] for at in range(first, first + 20 * int(table[1]), 20)]
        offsets = {n: int(entry[:10]) for n, entry in enumerate(entries) if entry[17:18] == b"n"}
        ends = sorted([*offsets.values(), int(start[1])])
        following = dict(pairwise(ends))
        self.objects = {n: _body(raw[at : following[at]], n) for n, at in offsets.items()}

    def pages(self) -> list[int]:
        """The numbers of the page objects, in the order of the page tree."""
        return list(self._leaves(self._root()))

    def reached(self, start: int) -> Iterator[int]:
        """Every object that a page needs, itself first, without its parent and its tags."""
        seen, waiting = {start}, [start]
        while waiting:
            number = waiting.pop()
            yield number
            for found in _REFERENCE.findall(_LEFT_BEHIND.sub(b"", _split(self.objects[number])[0])):
                if int(found) not in seen:
                    seen.add(int(found))
                    waiting.append(int(found))

    def _root(self) -> int:
        for body in self.objects.values():
            if found := re.match(rb"<<.*?/Type\s*/Catalog\b.*?/Pages (\d+) 0 R", body, re.DOTALL):
                return int(found[1])
        raise NotJoinable("no page tree")

    def _leaves(self, number: int) -> Iterator[int]:
        body = self.objects[number]
        if _PAGE.search(body):
            yield number
            return
        kids = re.search(rb"/Kids\s*\[([^\]]*)\]", body)
        for kid in _REFERENCE.findall(kids[1]) if kids else []:
            yield from self._leaves(int(kid))


class JoinedPdf:
    """A PDF that grows part by part; only the bytes of what was added are kept."""

    def __init__(self) -> None:
        self._bodies: dict[int, bytes] = {}
        self._pages: list[int] = []

    @property
    def page_count(self) -> int:
        """Number of pages so far."""
        return len(self._pages)

    def add(self, raw: bytes) -> int:
        """Append the pages of a PDF of the typesetter and return how many; `NotJoinable` for another file."""
        part = _Part(raw)
        numbers: dict[int, int] = {}
        pages = part.pages()
        for page in pages:
            for number in part.reached(page):
                numbers.setdefault(number, _FIRST_FREE + len(self._bodies) + len(numbers))
        moved = {new: _moved(part.objects[old], numbers, old in pages) for old, new in numbers.items()}
        self._bodies |= moved
        self._pages += [numbers[page] for page in pages]
        return len(pages)

    def finish(
        self,
        *,
        title: str,
        author: str,
        bookmarks: Sequence[tuple[str, int]],
        made_at: datetime | None = None,
    ) -> bytes:
        """The joined file; a bookmark is its words and its page, counted from 0.

        The same parts give the same bytes; the document carries no date unless `made_at` (aware) gives one.
        """
        first_mark = _FIRST_FREE + len(self._bodies)
        info = b"<</Title" + _text(title) + b"/Author" + _text(author) + _dated(made_at) + b">>"
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        bodies = {
            _CATALOG: b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/Lang(vi-VN)>>" % (_PAGES, _OUTLINES),
            _PAGES: b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._pages), kids),
            _INFO: info,
            _OUTLINES: _outline(len(bookmarks), first_mark),
            **self._bodies,
        }
        for at, (words, page) in enumerate(bookmarks):
            bodies[first_mark + at] = _mark(words, self._pages[page], at, len(bookmarks), first_mark)
        return _file(bodies)


def _body(span: bytes, number: int) -> bytes:
    head = re.match(rb"%d 0 obj\s" % number, span)
    end = span.rfind(b"endobj")
    if head is None or end < 0:
        raise NotJoinable(f"object {number}")
    return span[head.end() : end].rstrip(b"\r\n")


def _split(body: bytes) -> tuple[bytes, bytes]:
    """Part an object from its stream, whose bytes are no text."""
    found = re.search(rb"\bstream\r?\n", body)
    return (body[: found.start()], body[found.start() :]) if found else (body, b"")


def _moved(body: bytes, numbers: dict[int, int], is_page: bool) -> bytes:
    said, stream = _split(body)
    if is_page:
        said = _LEFT_BEHIND.sub(b"", said)
    said = _REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])], said)
    if is_page:
        said = said.replace(b"<<", b"<</Parent %d 0 R" % _PAGES, 1)
    return said + stream


def _text(words: str) -> bytes:
    return b"<FEFF" + words.encode("utf-16-be").hex().upper().encode() + b">"


def _dated(made_at: datetime | None) -> bytes:
    if made_at is None:
        return b""
    offset = made_at.strftime("%z")
    return f"/CreationDate(D:{made_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]})".encode()


def _outline(count: int, first: int) -> bytes:
    if not count:
        return b"<</Type/Outlines>>"
    return b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (first, first + count - 1, count)


def _mark(words: str, page: int, at: int, count: int, first: int) -> bytes:
    before = b"/Prev %d 0 R" % (first + at - 1) if at else b""
    after = b"/Next %d 0 R" % (first + at + 1) if at + 1 < count else b""
    place = b"/Parent %d 0 R/Dest[%d 0 R/Fit]" % (_OUTLINES, page)
    return b"<</Title" + _text(words) + place + before + after + b">>"


def _file(bodies: dict[int, bytes]) -> bytes:
    made = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
    offsets = []
    for number in range(1, len(bodies) + 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n" % number + bodies[number] + b"\nendobj\n"
    digest = sha256(made).hexdigest()[:32].upper().encode()
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(bodies) + 1)
    made += b"".join(_entries(offsets))
    made += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R" % (len(bodies) + 1, _CATALOG, _INFO)
    made += b"/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (digest, digest, start)
    return bytes(made)


def _entries(offsets: Iterable[int]) -> Iterator[bytes]:
    return (b"%010d 00000 n\r\n" % at for at in offsets)
