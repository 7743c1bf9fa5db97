"""From a file to its readings, whatever its layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from motcua.catalogue.format import FormatFault, read_procedure
from motcua.catalogue.sources import files
from motcua.catalogue.sources.crawl import read_crawl
from motcua.catalogue.sources.national import read_national
from motcua.catalogue.sources.portal_api import read_portal_api
from motcua.catalogue.sources.reading import Held, Reading


def read_own(record: Mapping[str, Any]) -> Reading:
    """Take a record in the project's own format; a fault of the format holds it back."""
    name = record.get("name")
    said = str(name.get("vi", "")) if isinstance(name, dict) else ""
    reading = Reading(code=str(record["code"]), name=said, content=dict(record))
    try:
        read_procedure(record)
    except FormatFault as fault:
        reading.held.append(Held(fault.path, fault.code))
    return reading


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Reading]]] = {
    files.PORTAL_CRAWL: read_crawl,
    files.PORTAL_API: read_portal_api,
    files.NATIONAL_DATABASE: read_national,
    files.OWN: read_own,
}


def read_all(path: Path) -> tuple[list[Reading], tuple[str, ...]]:
    """Read every record of a file; return the readings and what was passed over, in Vietnamese.

    Raises SourceFault when the file as a whole is not what it should be.
    """
    source = files.open_source(path)
    read = _READERS[source.layout]
    return [read(record) for _, record in source.records], source.notes
