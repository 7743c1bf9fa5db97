"""Addresses of values inside a content (`channel.online.limit`): reading and replacing what stands there.

`channel.online.c2.fee` is the fee of one channel in the case c2; without a case (`channel.online.fee`) it is that of
the channel in all its cases at once, as in a procedure with one case, or in a source whose ways to file know no
cases. `component.<key>` is a paper, `service` how the procedure is offered here.
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


def channel_fields(channel: str, case: str, part: str) -> frozenset[str]:
    """Return every address at which `part` of a channel in a case may be spoken of."""
    return frozenset({f"channel.{channel}.{part}", f"channel.{channel}.{case}.{part}"})


def channels_at(content: Mapping[str, Any], field: str) -> tuple[list[dict[str, Any]], str]:
    """Return the channel rows that an address names, and its part (`limit` or `fee`). Raises `NoSuchField`."""
    part = field.rpartition(".")[2]
    if part in ("limit", "fee"):
        rows = [
            row for row in content["channels"] if field in channel_fields(row["channel"], row["case"], part)
        ]
        if rows:
            return rows, part
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
    rows, part = channels_at(content, field)
    key = "limit_source" if part == "limit" else "fee_source"
    return "; ".join(dict.fromkeys(str(row.get(key) or "") for row in rows))


def part_of(field: str) -> str:
    """Return the part of a version, as publications declare it for running dossiers, in which a field lies."""
    if field.startswith("component."):
        return "components"
    return {"limit": "limit", "fee": "fees"}.get(field.rpartition(".")[2], field)


def limits_source(content: Mapping[str, Any]) -> str:
    """Return the source texts of all limits, each once with where it stands."""
    rows = (f"{row['channel']}, {row['case']}: {row['limit_source']}" for row in content["channels"])
    return "; ".join(rows)


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
        rows, part = channels_at(new, field)
        for row in rows:
            row["limit" if part == "limit" else "fees"] = copy.deepcopy(value)
            row[f"{part}_doubt"] = None
    return new


def _only(value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not value.keys() <= set(keys):
        raise NoSuchField(", ".join(keys))
    return dict(value)
