"""Procedures in a list: what helps to choose among them, fee and limit only where a person vouched for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from motcua.catalogue.queries import Listed, open_doubts_among, published
from motcua.dossiers.actions.drafts import takes_online
from motcua.portal import wording
from motcua.portal.facts import Fact, fee_facts, limit_facts, ways

# Lines of one page of a list.
PAGE = 25
_SHORT = 60
_MOST_KEPT = 8192


@dataclass(frozen=True)
class Line:
    """One procedure of a list; `limit` and `fee` are empty where they are many, long or unconfirmed."""

    code: str
    name: str
    domain: str
    levels: str
    online: bool
    limit: str
    fee: str


def lines(rows: Sequence[Listed]) -> list[Line]:
    """Return a page of procedures with what helps to choose; one query for all of them, and one for each not yet known."""
    versions = [published(row.id) for row in rows]
    doubts = open_doubts_among(version.procedure_id for version in versions)
    return [_line(version.id, doubts[version.procedure_id], wording.language()) for version in versions]


@lru_cache(maxsize=_MOST_KEPT)
def _line(version_id: UUID, doubts: frozenset[str], language: str) -> Line:
    """Draw up one line; kept, because it can only change with the version, its doubts and the language."""
    record = published(version_id).record
    found = ways(record, case="", doubts=doubts)
    return Line(
        code=record.code,
        name=wording.shown(record.name),
        domain=wording.shown(record.domain),
        levels=", ".join(str(wording.LEVELS[level.value]) for level in record.levels),
        online=takes_online(published(version_id)),
        limit=_sure(limit_facts(found)),
        fee=_sure(fee_facts(found)),
    )


def _sure(facts: Sequence[Fact]) -> str:
    """Return the one value of a fact that is the same for everyone, sure and short."""
    if len(facts) != 1 or facts[0].unconfirmed or facts[0].link or len(facts[0].value) > _SHORT:
        return ""
    return facts[0].value
