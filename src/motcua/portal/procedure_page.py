"""The page of a procedure, drawn once for all who see the same, and then only given its address.

A version never changes, so a page changes only with what stands in `Seen`. Drawn pages are kept compressed: a
province has thousands of them.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.catalogue.differences import differences
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import content_of, published, versions_of
from motcua.dossiers.procedure_facts import CaseWays, Fact, asked, national_address
from motcua.dossiers.procedure_words import joined, marked, said, shown
from motcua.kit.web import site
from motcua.portal import wording
from motcua.portal.facts import fee_facts, limit_facts, ways
from motcua.portal.lines import blocks
from motcua.portal.standing import Standing

# The page stands at one address per query; this mark stands in no text that people write.
_PATH = "\x02"
_MOST_KEPT = 2048
# More agencies than this or results are told below, not in the card.
_MOST_PLACES, _MOST_RESULTS = 3, 3
_LONG_TITLE = 160


@dataclass(frozen=True)
class Seen:
    """All that the drawn page depends on besides its address."""

    version: UUID
    language: str
    case: str
    everything: bool
    doubts: frozenset[str]
    may_file: bool
    door_shut: bool
    places: tuple[str, ...]
    executing: tuple[str, ...]
    province: str
    demonstration: bool | None


def seen(request: HttpRequest, now: Standing) -> Seen:
    """Return what a reader sees of a procedure: the case asked for (unknown: all), and whether all stands open."""
    record = now.version.record
    case, known = request.GET.get("truong-hop", ""), site(request)["site"]
    return Seen(
        version=now.version.id,
        language=get_language() or "",
        case=case if len(record.cases) > 1 and case in {row.key for row in record.cases} else "",
        everything=request.GET.get("in") == "1",
        doubts=now.doubts,
        may_file=now.may_file,
        door_shut=now.online and not now.door,
        places=now.places,
        executing=now.executing,
        province=known["province_name"],
        demonstration=known["demonstration"],
    )


def page_for_anyone(request: HttpRequest, what: Seen) -> bytes | None:
    """Return the drawn page for a reader whom nothing is known about; None when it must be drawn for the reader."""
    if not request.COOKIES.keys() <= {settings.LANGUAGE_COOKIE_NAME}:
        return None
    text = zlib.decompress(_drawn(what))
    return text.replace(_PATH.encode(), escape(request.get_full_path()).encode())


@dataclass(frozen=True)
class _Anywhere:
    """Stands for the request while the page is drawn for every address at once."""

    def get_full_path(self) -> str:
        return _PATH


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(what: Seen) -> bytes:
    known = {"province_name": what.province, "demonstration": what.demonstration}
    context = procedure_context(what) | {"request": _Anywhere(), "site": known}
    return zlib.compress(get_template("portal/procedure.html").render(context).encode(), 1)


def procedure_context(what: Seen) -> dict[str, Any]:
    """Return what the template of the page is given, in the reader's language."""
    version = published(what.version)
    record = version.record
    several = len(record.cases) > 1
    found = ways(record, case=what.case, doubts=what.doubts)
    return {
        "record": record,
        "number": version.number,
        "title": said(record.name),
        "name": shown(record.name),
        "size": _size(said(record.name)),
        "domain": shown(record.domain),
        "everything": what.everything,
        "cases": [(row.key, shown(row)) for row in record.cases] if several else [],
        "case": what.case,
        "facts": _facts(record, found, _places(what)),
        "asked": asked(record, case=what.case, doubts=what.doubts),
        "ways": found,
        "steps": [shown(row) for row in record.steps] if record.origin is None else [],
        "step_blocks": blocks(row.vi for row in record.steps) if record.origin else [],
        "conditions": [shown(row) for row in record.conditions] if record.origin is None else [],
        "condition_blocks": blocks(row.vi for row in record.conditions) if record.origin else [],
        "results": [(shown(row.name), row.code) for row in record.results],
        "agencies": _agencies(record),
        "bases": record.legal_bases,
        "changes": _changes(version.id, what.language),
        "levels": ", ".join(str(wording.LEVELS[level.value]) for level in record.levels),
        "audience": ", ".join(str(wording.AUDIENCES[who]) for who in record.audience),
        "may_file": what.may_file,
        "where": wording.where_words(record, door_shut=what.door_shut),
        "partial": wording.PARTIAL_REASONS[record.partial_reason.kind] if record.partial_reason else "",
        "elsewhere": national_address(record),
        "nav_current": "search",
    }


def _size(name: str) -> str:
    """Return the style of a title: some names are whole paragraphs."""
    return "longest" if len(name) > 2 * _LONG_TITLE else "long" if len(name) > _LONG_TITLE else ""


@dataclass(frozen=True)
class Change:
    """One field that says something else than in the version before."""

    label: str
    before: str
    after: str


@lru_cache(maxsize=_MOST_KEPT)
def _changes(version_id: UUID, language: str) -> tuple[Change, ...]:
    """Say what differs from the version before; nothing for a first version."""
    version = published(version_id)
    before = [row.id for row in versions_of(version.record.code) if row.number < version.number]
    if not before:
        return ()
    found = differences(content_of(before[0]), content_of(version_id))
    english = language == "en"
    return tuple(Change(row.label_en if english else row.label_vi, row.before, row.after) for row in found)


def _agencies(record: ProcedureRecord) -> list[tuple[str, str]]:
    """Return the agencies as the source names them, each part with its name."""
    named = record.agencies
    if named is None:
        return []
    parts = (
        (_("Thực hiện"), "; ".join(named.executing)),
        (_("Có thẩm quyền quyết định"), "; ".join(named.deciding)),
        (_("Được ủy quyền"), "; ".join(named.delegated)),
        (_("Phối hợp"), "; ".join(named.coordinating)),
        (_("Nơi tiếp nhận theo nguồn"), named.address or ""),
    )
    return [(label, text) for label, text in parts if text]


def _facts(record: ProcedureRecord, found: list[CaseWays], places: list[str]) -> list[Fact]:
    rows = [
        *limit_facts(found),
        *fee_facts(found),
        Fact(_("Nơi giải quyết"), joined(places)),
        Fact(_("Kết quả"), joined(shown(row.name) for row in record.results[:_MOST_RESULTS])),
        Fact(_("Mức độ trực tuyến"), str(wording.SERVICE_LEVELS[record.service_level])),
    ]
    return [row for row in rows if row.value]


def _places(what: Seen) -> list[str]:
    """Name who solves the procedure: as the source does, unless that is a long list."""
    own = what.executing
    return [marked(name) for name in own] if 0 < len(own) <= _MOST_PLACES else list(what.places)
