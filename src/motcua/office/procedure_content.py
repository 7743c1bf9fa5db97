"""What the form of a procedure says, as a content in the project's format (docs/rules/catalogue-format.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override

from motcua.dossiers.words import limit_words
from motcua.kit.text import squeeze
from motcua.office.process_edits import slug
from motcua.rules.deadlines import Limit

# What is received later than this is answered on the next working day.
_CUTOFF = "15:00"
_CASE = {"key": "ordinary", "vi": "Trường hợp thông thường", "en": "Ordinary case"}
Given = Mapping[str, Any]


def content_of(
    given: Given,
    *,
    papers: Sequence[dict[str, Any]],
    legal_bases: Sequence[dict[str, Any]],
    domains: Mapping[str, tuple[str, str]],
) -> dict[str, Any]:
    """Return the content that clean answers describe: one case, one limit and one fee for every channel.

    `papers` come without keys; `domains` are those that the catalogue has, by key, as (Vietnamese, English).
    """
    return {
        "code": given["code"],
        "name": _both(given["name_vi"], given["name_en"]),
        "domain": _domain(given, domains),
        "levels": given["levels"],
        "service_level": given["service_level"],
        "partial_reason": _partial_reason(given),
        "audience": given["audience"],
        "run_by": "local",
        "decision": given["decision"] or None,
        "effective_from": given["effective_from"].isoformat(),
        "cases": [dict(_CASE)],
        "channels": _channels(given),
        "components": _keyed(papers),
        "steps": [{"vi": squeeze(line)} for line in given["steps"].splitlines() if squeeze(line)],
        "results": [{"code": None, "vi": given["result"]}],
        "legal_bases": list(legal_bases),
        "competent": [
            {"agency": given["agency"]} if level == "province" else {"level": level}
            for level in given["levels"]
        ],
        "supplement_policy": "restart",
        "keywords": _keywords(given),
    }


def _partial_reason(given: Given) -> dict[str, Any] | None:
    if given["service_level"] != "partial":
        return None
    return {"kind": given["partial_reason"], "basis": given["partial_basis"] or None}


def _keywords(given: Given) -> list[str]:
    words = (squeeze(word) for word in given["keywords"].split(","))
    # The format knows no word twice, and none at all is not enough.
    return list({word.casefold(): word for word in words if word}.values()) or [given["name_vi"]]


def _domain(given: Given, domains: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return a domain that is there, also where its name was typed as a new one; else the new one."""
    key, name = given["domain"], given["domain_new"]
    if not key:
        same = (known for known, (vi, _en) in domains.items() if vi.casefold() == name.casefold())
        key = next(same, "")
    if key:
        return {"key": key} | _both(*domains[key])
    return {"key": _fresh(slug(name), domains), "vi": name}


def _keyed(papers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the papers, each with a key of its own made of its name."""
    found: dict[str, dict[str, Any]] = {}
    for row in papers:
        key = _fresh(slug(row["vi"])[:60].strip("-") or "giay-to", found)
        found[key] = {"key": key} | row
    return list(found.values())


def _channels(given: Given) -> list[dict[str, Any]]:
    day = given["unit"] == "same_day"
    limit = {
        "unit": given["unit"],
        "amount": 1 if day else given["amount"],
        "cutoff": _CUTOFF if day else None,
    }
    # What a content says is Vietnamese, whatever language the page speaks.
    with override("vi"):
        told = limit_words(Limit.from_json(limit))
    fee = {"kind": "amount", "vnd": given["vnd"]} if given["fee"] == "amount" else {"kind": "free"}
    row = {"case": _CASE["key"], "limit": limit, "limit_source": told, "limit_doubt": None, "fees": [fee]}
    return [{"channel": channel} | row for channel in given["channels"]]


def _both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en} if en else {"vi": vi}


def _fresh(wanted: str, taken: Mapping[str, Any]) -> str:
    number, key = 2, wanted
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key
