"""Bringing an imported content together with what the catalogue knows already."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from motcua.kit.text import fold

# What a foreign source does not state, and a person once did.
_KEPT = (
    "service_level",
    "partial_reason",
    "run_by",
    "supplement_policy",
    "deadline_policy",
    "competent",
    "keywords",
)


def in_known_domain(content: dict[str, Any], domains: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """Return the content with the domain's key and names as the catalogue has them, by its folded name."""
    known = domains.get(fold(content["domain"]["vi"]))
    return content | {"domain": dict(known)} if known else content


def taken_over(imported: Mapping[str, Any], *, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the imported content completed from the version it replaces: English of equal texts, and what
    the source does not state.
    """
    new = copy.deepcopy(dict(imported))
    new.update({key: copy.deepcopy(kept[key]) for key in _KEPT if kept.get(key)})
    if new["service_level"] != "partial":
        new["partial_reason"] = None
    english = dict(_english(kept))
    _fill(new, english)
    return new


def _english(node: Any) -> list[tuple[str, str]]:
    """Return (folded Vietnamese, English) of every pair of texts in a content."""
    if isinstance(node, list):
        return [pair for item in node for pair in _english(item)]
    if not isinstance(node, dict):
        return []
    own = [(fold(node["vi"]), node["en"])] if node.get("vi") and node.get("en") else []
    return own + [pair for value in node.values() for pair in _english(value)]


def _fill(node: Any, english: Mapping[str, str]) -> None:
    if isinstance(node, list):
        for item in node:
            _fill(item, english)
    elif isinstance(node, dict):
        if "vi" in node and not node.get("en") and fold(node["vi"]) in english:
            node["en"] = english[fold(node["vi"])]
        for value in node.values():
            _fill(value, english)


def compared(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of an imported content and a version kept by hand, by its name in Vietnamese."""
    return {
        "tên": fold(content["name"]["vi"]),
        "quyết định": content["decision"] or "",
        "thời hạn": sorted(map(repr, _limits(content))),
        "phí": sorted(map(repr, _fees(content))),
        "số giấy tờ": len(content["components"]),
        "căn cứ pháp lý": sorted(_numbers(content)),
    }


def says_otherwise(imported: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    """Name in Vietnamese what an imported content says differently from the version kept by hand."""
    left, right = compared(imported), compared(kept)
    return [name for name, value in left.items() if value != right[name]]


def _limits(content: Mapping[str, Any]) -> set[tuple[str, Any, Any]]:
    return {
        (row["channel"], limit["unit"], limit["amount"])
        if (limit := row["limit"])
        else (row["channel"], None, None)
        for row in content["channels"]
    }


def _fees(content: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    return {
        (row["channel"], fee["kind"], fee.get("vnd"), fee.get("act"))
        for row in content["channels"]
        for fee in row["fees"]
    }


def _numbers(content: Mapping[str, Any]) -> set[str]:
    return {row["number"] for row in content["legal_bases"] if row["number"]}
