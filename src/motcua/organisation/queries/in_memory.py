"""The whole organisation through time in the memory of each process, as the rule of competence asks it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from motcua.kit import sql
from motcua.kit.fresh import Fresh
from motcua.kit.text import fold
from motcua.organisation.models import Agency, AgencyVersion, Competence, Territory, TerritorySuccession
from motcua.organisation.queries.change import links
from motcua.rules.competence import Act, Agencies, Standing, Work
from motcua.rules.places import Area, Became, Places
from motcua.rules.succession import Link

# One row for each part; every statement that touches a table of it gives it another stamp in its own transaction.
_REVISION: Final = "SELECT part, stamp FROM organisation_revision ORDER BY part"
# More than any agency stands below others.
_HIGHEST: Final = 8

Revision = tuple[tuple[str, UUID], ...]


@dataclass(frozen=True)
class InMemory:
    """The organisation of all times as it was read at one moment; each part is kept until its stamp changes."""

    keys: dict[str, UUID]
    agencies: Agencies[UUID]
    places: Places
    links: list[Link[UUID]]
    acts: list[Act[UUID]]
    standing: Standing[UUID]


def revision() -> Revision:
    """Return what every change of agencies, territories, successions and competences makes another."""
    return tuple(sql.rows(_REVISION, ()))


def _read(revision: Revision, before: tuple[Revision, InMemory] | None) -> InMemory:
    old = dict(before[0]) if before else {}
    same = {part for part, stamp in revision if old.get(part) == stamp}
    kept = before[1] if before else None
    keys, agencies = (kept.keys, kept.agencies) if kept and "agencies" in same else (_keys(), _agencies())
    places = kept.places if kept and "territories" in same else _places()
    followed = kept.links if kept and "successions" in same else links()
    acts = kept.acts if kept and "competences" in same else _acts()
    return InMemory(keys, agencies, places, followed, acts, Standing(agencies, places, followed, acts))


def memory(**choices: Any) -> Fresh[Revision, InMemory]:
    """Make a memory; a process has one, a test may have several. `choices` are those of `Fresh`."""
    return Fresh(revision, _read, **choices)


_memory = memory()


def in_memory() -> InMemory:
    """Return the organisation of all times; after a change in any process the new one within two seconds."""
    return _memory.value()


def _keys() -> dict[str, UUID]:
    return dict(Agency.objects.values_list("key", "id").iterator())


def _agencies() -> Agencies[UUID]:
    return Agencies(_works())


def _places() -> Places:
    areas = Territory.objects.values_list("code", "parent_code", "valid_from", "valid_to")
    became = TerritorySuccession.objects.values_list("predecessor_code", "successor_code", "effective_on")
    return Places(
        (Area(code, above, since, until or date.max) for code, above, since, until in areas.iterator()),
        (Became(*row) for row in became.iterator()),
    )


def _acts() -> list[Act[UUID]]:
    fields = ("agency_id", "duty", "procedure_id", "territory_code", "valid_from", "valid_to")
    rows = Competence.objects.values_list(*fields).iterator()
    return [
        Act(agency, duty, procedure, place, since, until or date.max)
        for agency, duty, procedure, place, since, until in rows
        # What was cancelled before it began.
        if until is None or since < until
    ]


# --- where agencies work ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Version:
    agency: UUID
    since: date
    until: date
    kind: str
    level: str
    place: str
    above: UUID | None
    spelt: str


def _works() -> list[Work[UUID]]:
    """Return every agency in its periods, each with the territory of its own or of the agency above it."""
    fields = ("agency_id", "valid_from", "valid_to", "kind", "level", "territory_code", "parent_id")
    # Few different ones in many rows: kept once.
    words: dict[str, str] = {}
    versions: dict[UUID, list[_Version]] = defaultdict(list)
    for agency, since, until, kind, level, place, above, folded, name in AgencyVersion.objects.values_list(
        *fields, "search_text", "name_vi"
    ).iterator():
        if until is None or since < until:
            kind, level, place = (words.setdefault(word, word) for word in (kind, level, place))
            row = _Version(agency, since, until or date.max, kind, level, place, above, folded or fold(name))
            versions[agency].append(row)
    return [
        Work(row.agency, since, until, row.kind, row.level, words.setdefault(place, place), row.spelt)
        for rows in versions.values()
        for row in rows
        for since, until, place in _placed(row, versions, 0)
    ]


def _placed(row: _Version, versions: dict[UUID, list[_Version]], depth: int) -> list[tuple[date, date, str]]:
    """Return where an agency works in a version's period, in pieces as those above it stood then."""
    if row.place or row.above is None or depth > _HIGHEST:
        return [(row.since, row.until, row.place)]
    pieces, reached = [], row.since
    for above in sorted(versions.get(row.above, ()), key=lambda one: one.since):
        for since, until, place in _placed(above, versions, depth + 1):
            first, last = max(since, reached), min(until, row.until)
            if first < last:
                if reached < first:
                    pieces.append((reached, first, ""))
                pieces.append((first, last, place))
                reached = last
    if reached < row.until:
        pieces.append((reached, row.until, ""))
    return pieces
