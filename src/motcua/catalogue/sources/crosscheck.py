"""Checking records against each other and against the official lists: what is another's is held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from motcua.catalogue.sources.lists import ListRow, OfficialList
from motcua.catalogue.sources.reading import Doubt, Held, Reading, Reason
from motcua.catalogue.sources.words import read_agencies
from motcua.kit.text import fold

# Names of which fewer than this share of words agree are names of different things. The official lists and
# the portal spell a name alike; what they share by chance are words such as "cấp giấy phép".
_ALIKE = 0.5


def cross_check(
    files: Sequence[Sequence[Reading]], lists: Sequence[OfficialList], *, in_force: Iterable[ListRow] = ()
) -> None:
    """Add to the readings what shows only beside other records: a code twice, a name or domain of another.

    `files` are the readings file by file: a record is missed in the lists only where its file is covered by
    them. A record that says another procedure's name than the list does under its code is held back.
    `in_force` are the rows of earlier lists: they count where the lists of this import do not say otherwise.
    """
    counts = Counter(reading.code for file in files for reading in file)
    listed = {row.code: row for row in in_force}
    listed |= {row.code: row for edition in lists for row in (*edition.duplicates, *edition.rows)}
    for file in files:
        covered = any(reading.code in listed for reading in file)
        for reading in file:
            if counts[reading.code] > 1:
                reading.held.append(Held("code", Reason.TWO_RECORDS))
            if covered:
                _against_list(reading, listed)


def _against_list(reading: Reading, listed: Mapping[str, ListRow]) -> None:
    row = listed.get(reading.code)
    if row is None:
        reading.doubts.append(Doubt("code", reading.code, "", Reason.NOT_LISTED))
        return
    if fold(row.name) != fold(reading.name):
        if likeness(row.name, reading.name) < _ALIKE:
            reading.held.append(Held("name", Reason.OTHER_PROCEDURE))
        else:
            reading.doubts.append(Doubt("name", reading.name, row.name, Reason.OTHER_NAME))
    _complete(reading, row)


def _complete(reading: Reading, row: ListRow) -> None:
    """Take from the list who executes a procedure where the record leaves that out."""
    agencies = reading.content.get("agencies")
    if isinstance(agencies, dict) and not agencies["executing"] and row.executing:
        agencies["executing"] = read_agencies("\n".join(row.executing))


def likeness(one: str, other: str) -> float:
    """Return the share of words that two names have in common, from 0 to 1."""
    left, right = set(fold(one).split()), set(fold(other).split())
    return len(left & right) / len(left | right) if left | right else 1.0
