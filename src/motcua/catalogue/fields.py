"""Addresses of values inside a content (`channel.online.limit`): reading and replacing what stands there.

A channel of a procedure with one case is addressed without it (`channel.online.fee`), else with its key
(`channel.online.c2.fee`). `component.<key>` is a paper, `service` how the procedure is offered here.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

LIMITS: Final = "limits"
_SERVICE: Final = ("service_level", "partial_reason", "run_by")
_PAPER: Final = ("originals", "copies", "required", "group")


class NoSuchField(LookupError):
    """The content has nothing at this address, or nothing that can be replaced."""


def channel_field(row: Mapping[str, Any], part: str, *, several: bool) -> str:
    """Return the address of `part` (`limit` or `fee`) of a channel row."""
    case = f".{row['case']}" if several else ""
    return f"channel.{row['channel']}{case}.{part}"


def _channel(content: Mapping[str, Any], field: str) -> tuple[dict[str, Any], str]:
    several = len(content["cases"]) > 1
    for row in content["channels"]:
        for part in ("limit", "fee"):
            if channel_field(row, part, several=several) == field:
                return row, part
    raise NoSuchField(field)


def _component(content: Mapping[str, Any], field: str) -> dict[str, Any]:
    for row in content["components"]:
        if f"component.{row['key']}" == field:
            found: dict[str, Any] = row
            return found
    raise NoSuchField(field)


def source_of(content: Mapping[str, Any], field: str) -> str:
    """Return the source text beside the value; empty where there is none. Raises `NoSuchField`."""
    if field == "service":
        return ""
    if field == LIMITS:
        return limits_source(content)
    if field.startswith("component."):
        return str(_component(content, field).get("source") or "")
    row, part = _channel(content, field)
    return str(row["limit_source"] if part == "limit" else row.get("fee_source") or "")


def part_of(field: str) -> str:
    """Return the part of a version, as publications declare it for running dossiers, in which a field lies."""
    if field.startswith("component."):
        return "components"
    return {"limit": "limit", "fee": "fees"}.get(field.rpartition(".")[2], field)


def limits_source(content: Mapping[str, Any]) -> str:
    """Return the source texts of all limits, each once with where it stands."""
    rows = (f"{row['channel']}, {row['case']}: {row['limit_source']}" for row in content["channels"])
    return "; ".join(rows)


def value_of(content: Mapping[str, Any], field: str) -> Any:
    """Return what stands at the address, in the shape that `replaced` takes. Raises `NoSuchField`."""
    if field == "service":
        return {key: content[key] for key in _SERVICE}
    if field.startswith("component."):
        row = _component(content, field)
        return {key: row[key] for key in _PAPER}
    row, part = _channel(content, field)
    return row["limit"] if part == "limit" else row["fees"]


def replaced(content: Mapping[str, Any], field: str, value: Any) -> dict[str, Any]:
    """Return a copy of the content with another value at the address, and its doubt gone.

    Shapes: limit `{unit, amount, cutoff}` or None for none fixed; fee a list of fees; component
    `{originals, copies, required, group}`; service `{service_level, partial_reason, run_by}`. The format
    itself is checked when the content is read again. Raises `NoSuchField`.
    """
    new = copy.deepcopy(dict(content))
    if field == "service":
        new.update(_only(value, _SERVICE))
    elif field.startswith("component."):
        row = _component(new, field)
        row.update(_only(value, _PAPER))
        row.pop("doubt", None)
    else:
        row, part = _channel(new, field)
        row["limit" if part == "limit" else "fees"] = value
        row[f"{part}_doubt"] = None
    return new


def _only(value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not value.keys() <= set(keys):
        raise NoSuchField(", ".join(keys))
    return dict(value)
