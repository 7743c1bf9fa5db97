"""From a file to its readings, whatever its layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from motcua.catalogue.format import FormatFault, read_procedure
from motcua.catalogue.sources import files
from motcua.catalogue.sources.crawl import read_crawl
from motcua.catalogue.sources.national import read_national
from motcua.catalogue.sources.paper_names import paper_keys
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


def with_lasting_cases(reading: Reading) -> Reading:
    """Give the cases of an imported content keys made of their words, in place of their rank in the record.

    The portal shows rows in no order of their own: a rank would let what a person set for one case fall to
    another one when the order changes.
    """
    cases = reading.content.get("cases")
    if not isinstance(cases, list):
        return reading
    names = [(case["vi"], (case["vi"],)) for case in cases]
    keys = {case["key"]: key for case, key in zip(cases, paper_keys(names), strict=True)}
    if len(keys) > 1:
        reading.content = _renamed(reading.content, keys)
        reading.doubts = [replace(row, field=_renamed_field(row.field, keys)) for row in reading.doubts]
    return reading


def _renamed(content: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    return dict(content) | {
        "cases": [case | {"key": keys[case["key"]]} for case in content["cases"]],
        "channels": [row | {"case": keys[row["case"]]} for row in content["channels"]],
        "components": [
            row | {"case": keys[row["case"]]} if row["case"] is not None else row
            for row in content["components"]
        ],
    }


def _renamed_field(field: str, keys: Mapping[str, str]) -> str:
    parts = field.split(".")
    if parts[0] == "channel" and len(parts) == 4:
        parts[2] = keys.get(parts[2], parts[2])
    return ".".join(parts)


def read_all(path: Path) -> tuple[list[Reading], tuple[str, ...]]:
    """Read every record of a file; return the readings and what was passed over, in Vietnamese.

    Raises SourceFault when the file as a whole is not what it should be.
    """
    source = files.open_source(path)
    read = _READERS[source.layout]
    readings = [read(record) for _, record in source.records]
    if source.layout != files.OWN:
        readings = [with_lasting_cases(reading) for reading in readings]
    return readings, source.notes
