"""Who answers now for what an agency held, and whose archives an agency keeps."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from motcua.kit import sql
from motcua.kit.fresh import Fresh
from motcua.organisation.models import AgencyVersion
from motcua.organisation.queries.agencies import on_day
from motcua.organisation.queries.change import lines, places_above
from motcua.rules.succession import Lines

_STAMP = "SELECT part, stamp FROM organisation_revision WHERE part = 'successions'"


@dataclass(frozen=True)
class _Followed:
    """The lines, and which ended agencies an agency follows in all that is not given to another by name."""

    lines: Lines[UUID]
    archives: dict[UUID, frozenset[UUID]]


def _read(_stamp: object, _before: object) -> _Followed:
    return _Followed(lines(), _archives())


_DEFAULTS = """
SELECT predecessor_id, successor_id FROM organisation_succession
WHERE ends AND territory_code = '' AND procedure_id IS NULL
"""


def _archives() -> dict[UUID, frozenset[UUID]]:
    after = dict(sql.rows(_DEFAULTS, ()))
    kept: dict[UUID, set[UUID]] = defaultdict(set)
    for ended in after:
        way = [ended]
        # Each step is to a later day; rows that say otherwise lead nowhere instead of for ever.
        while way[-1] in after and after[way[-1]] not in way:
            way.append(after[way[-1]])
        kept[way[-1]].add(ended)
    return {agency: frozenset(those) for agency, those in kept.items()}


_followed: Fresh[tuple[object, ...], _Followed] = Fresh(lambda: tuple(sql.rows(_STAMP, ())), _read)


def with_archives(agencies: Iterable[UUID]) -> frozenset[UUID]:
    """Return these agencies and those that ended and whose files they keep: by default who follows keeps them."""
    own = frozenset(agencies)
    archives = _followed.value().archives if own else {}
    return own.union(*(archives.get(agency, frozenset()) for agency in own)) if archives else own


def heir_of(
    agency_id: UUID, *, on: date, since: date | None = None, place: str = "", procedure_id: UUID | None = None
) -> UUID:
    """Return who answers on a day for what an agency held on the day `since` (None: from the beginning).

    An empty `place` means where the agency stood. One that nothing ever left is its own heir.
    """
    followed = _followed.value().lines
    if agency_id not in followed:
        return agency_id
    last = _last_day(agency_id, on)
    if last is not None and since is not None:
        # What it held to its end went with it, whenever that was carried out.
        since = min(since, last)
    place = place or _stood(agency_id, on)
    places = places_above([place], on=on - timedelta(days=1)).get(place, ())
    return followed.heir(agency_id, on=on, since=since, places=places, procedure=procedure_id).agency


def _last_day(agency_id: UUID, on: date) -> date | None:
    """Return the last day of an agency that has ended by a day, None for one that is there."""
    last = AgencyVersion.objects.filter(agency_id=agency_id).order_by("-valid_from").first()
    if last is None or last.valid_to is None or last.valid_to > on:
        return None
    return last.valid_to - timedelta(days=1)


def _stood(agency_id: UUID, on: date) -> str:
    rows = AgencyVersion.objects.filter(agency_id=agency_id, valid_from__lte=on).order_by("-valid_from")
    return rows.values_list("territory_code", flat=True).first() or ""


def living(agency_id: UUID, *, on: date) -> bool:
    """Tell whether an agency is there on a day."""
    return AgencyVersion.objects.filter(on_day(on), agency_id=agency_id).exists()
