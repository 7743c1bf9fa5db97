"""The organisation as pages show it: every version of an agency, its posts, desks and competences, where it comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Min

from motcua.kit import sql
from motcua.organisation.models import AgencyVersion, Competence, OneStopDesk, Territory
from motcua.organisation.queries.agencies import on_day


def began_on(ids: Iterable[UUID] | None = None) -> dict[UUID, date]:
    """Return the first day of these agencies, or of all."""
    rows = AgencyVersion.objects.exclude(valid_to=F("valid_from"))
    if ids is not None:
        rows = rows.filter(agency_id__in=set(ids))
    return dict(rows.order_by().values_list("agency_id").annotate(first=Min("valid_from")))


@dataclass(frozen=True)
class VersionOfAgency:
    """How an agency was called, coded and placed in [valid_from, valid_to), by which act."""

    agency_id: UUID
    key: str
    valid_from: date
    valid_to: date | None
    name_vi: str
    name_en: str
    kind: str
    level: str
    parent_id: UUID | None
    territory_code: str
    code_qd20: str
    code_qcvn102: str
    number_template: str
    legal_basis: str

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name_vi

    def holds(self, day: date) -> bool:
        """Tell whether it is so on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


_VERSION = (
    "agency_id", "agency__key", "valid_from", "valid_to", "name_vi", "name_en", "kind", "level", "parent_id",
    "territory_code", "code_qd20", "code_qcvn102", "number_template", "legal_basis",
)  # fmt: skip


def versions_of(ids: Iterable[UUID]) -> dict[UUID, list[VersionOfAgency]]:
    """Return every version of these agencies, each agency's from the first to the last, in one query."""
    rows = AgencyVersion.objects.filter(agency_id__in=set(ids)).exclude(valid_to=F("valid_from"))
    found: dict[UUID, list[VersionOfAgency]] = {}
    for row in rows.order_by("valid_from").values_list(*_VERSION):
        found.setdefault(row[0], []).append(VersionOfAgency(*row))
    return found


def version_on(versions: Iterable[VersionOfAgency], day: date) -> VersionOfAgency | None:
    """Return the version of a day; before the first or after the last the one nearest to it."""
    known = list(versions)
    if not known:
        return None
    return next((row for row in reversed(known) if row.valid_from <= day), known[0])


def names_by_key(keys: Iterable[str], *, on: date) -> dict[str, tuple[str, str]]:
    """Return the names (Vietnamese, English) of agencies by their keys, as they are on a day or were nearest to it."""
    rows = sql.rows(
        """
        SELECT DISTINCT ON (a.key) a.key, v.name_vi, COALESCE(NULLIF(v.name_en, ''), v.name_vi)
        FROM organisation_agency a JOIN organisation_agencyversion v ON v.agency_id = a.id
        WHERE a.key = ANY(%(keys)s)
        ORDER BY a.key, v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to > %(day)s) DESC, v.valid_from DESC
        """,
        {"keys": list(set(keys)), "day": on},
    )
    return {key: (vi, en) for key, vi, en in rows}


# --- posts, desks, competences ------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffedPost:
    """A post with its roles over its own agency, and who holds it ("" for nobody)."""

    agency_id: UUID
    agency_key: str
    id: UUID
    key: str
    function: str
    title_vi: str
    title_en: str
    roles: Sequence[str]
    username: str
    name: str

    @property
    def full_key(self) -> str:
        """The post as a plan names it."""
        return f"{self.agency_key}/{self.key}"


_STAFFED = """
SELECT a.id, a.key, p.id, p.key, p.function, p.title_vi, p.title_en,
  ARRAY(SELECT DISTINCT g.role FROM organisation_grant g WHERE g.post_id = p.id AND g.agency_id = p.agency_id
    AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s) ORDER BY g.role),
  COALESCE(u.username, ''), COALESCE(u.full_name, '')
FROM organisation_post p JOIN organisation_agency a ON a.id = p.agency_id
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN accounts_user u ON u.id = h.user_id
WHERE a.key = ANY(%(keys)s) AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
ORDER BY array_position(%(keys)s, a.key::text), p.function, p.title_vi, p.key
"""


def staffed_posts(keys: Iterable[str], *, on: date) -> list[StaffedPost]:
    """Return the posts of these agencies (by key, in this order) on a day, with their roles and holders."""
    rows = sql.rows(_STAFFED, {"keys": list(dict.fromkeys(keys)), "day": on})
    return [StaffedPost(*row) for row in rows]


@dataclass(frozen=True)
class DeskFacts:
    """A one-stop desk in its period."""

    name_vi: str
    name_en: str
    address: str
    phone: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


def desks_of(agency_id: UUID, *, on: date) -> list[DeskFacts]:
    """Return the desks of an agency on a day."""
    rows = OneStopDesk.objects.filter(on_day(on), agency_id=agency_id).order_by("valid_from", "id")
    return [DeskFacts(*row) for row in rows.values_list(*DeskFacts.__dataclass_fields__)]


@dataclass(frozen=True)
class CompetenceFacts:
    """What an act gives to an agency; an empty place is wherever it works."""

    duty: str
    procedure_id: UUID
    territory_code: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


def competences_of(agency_id: UUID, *, on: date) -> list[CompetenceFacts]:
    """Return the competences that an agency has by act on a day."""
    rows = Competence.objects.filter(on_day(on), agency_id=agency_id).order_by("valid_from", "id")
    return [CompetenceFacts(*row) for row in rows.values_list(*CompetenceFacts.__dataclass_fields__)]


def territory_names(codes: Iterable[str], *, on: date) -> dict[str, str]:
    """Return the names of territories by code, as on a day; one that was or will be there has its own."""
    rows = Territory.objects.filter(code__in={code for code in codes if code})
    found: dict[str, tuple[bool, str]] = {}
    for code, name, since, until in rows.order_by("valid_from").values_list(
        "code", "name", "valid_from", "valid_to"
    ):
        holds = since <= on and (until is None or on < until)
        if holds or not found.get(code, (False, ""))[0]:
            found[code] = (holds, name)
    return {code: name for code, (_, name) in found.items()}


# --- line of descent ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DescentLink:
    """That an agency followed another one on a day, for what, by which act; names are those of their time."""

    effective_on: date
    predecessor_id: UUID
    successor_id: UUID
    territory_code: str
    procedure_id: UUID | None
    fallback: bool
    ends: bool
    title: str
    legal_basis: str


@dataclass(frozen=True)
class Descent:
    """Where an agency comes from and what became of it, through all generations, the earliest first."""

    before: tuple[DescentLink, ...]
    after: tuple[DescentLink, ...]

    @property
    def agencies(self) -> set[UUID]:
        """Return every agency of the line."""
        links = (*self.before, *self.after)
        return {link.predecessor_id for link in links} | {link.successor_id for link in links}


# A later step of the line begins where the earlier one led to, never before it.
_DESCENT = """
WITH RECURSIVE back AS (
  SELECT s.id, s.predecessor_id AS next, s.effective_on FROM organisation_succession s
  WHERE s.successor_id = %(agency)s AND s.predecessor_id <> s.successor_id
  UNION
  SELECT s.id, s.predecessor_id, s.effective_on FROM organisation_succession s JOIN back b
    ON s.successor_id = b.next AND s.effective_on < b.effective_on
  WHERE s.predecessor_id <> s.successor_id
), forth AS (
  SELECT s.id, s.successor_id AS next, s.effective_on FROM organisation_succession s
  WHERE s.predecessor_id = %(agency)s AND s.predecessor_id <> s.successor_id
  UNION
  SELECT s.id, s.successor_id, s.effective_on FROM organisation_succession s JOIN forth f
    ON s.predecessor_id = f.next AND s.effective_on > f.effective_on
  WHERE s.predecessor_id <> s.successor_id
), found AS (
  SELECT id, 'back' AS way FROM back UNION SELECT id, 'forth' FROM forth
)
SELECT f.way, s.effective_on, s.predecessor_id, s.successor_id, s.territory_code, s.procedure_id, s.fallback, s.ends,
  r.title, r.legal_basis
FROM found f JOIN organisation_succession s ON s.id = f.id JOIN organisation_reorganisation r ON r.id = s.reorganisation_id
ORDER BY s.effective_on, s.successor_id, s.predecessor_id, s.territory_code, s.procedure_id
"""


def descent_of(agency_id: UUID) -> Descent:
    """Return an agency's line of descent both ways, in one query."""
    found: dict[str, list[DescentLink]] = {"back": [], "forth": []}
    for way, *row in sql.rows(_DESCENT, {"agency": agency_id}):
        found[way].append(DescentLink(*row))
    return Descent(tuple(found["back"]), tuple(found["forth"]))


def eve(day: date) -> date:
    """Return the day before, on which what ends on a day is still there."""
    return day - timedelta(days=1)
