"""Reading plans of reorganisations, and the organisation as their check needs it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, JSONField, Q, Value

from motcua.accounts.models import User
from motcua.kit import sql
from motcua.organisation.models import AgencyVersion, Competence, Grant, Post, Reorganisation, Succession
from motcua.organisation.queries.agencies import on_day
from motcua.rules.reorganisation import (
    AgencyState,
    Fault,
    Plan,
    PostChange,
    PostState,
    Split,
    Standing,
    TerritoryState,
    Transfer,
    operation_from,
)
from motcua.rules.succession import Link


def plan_of(row: Reorganisation) -> Plan:
    """Return a kept plan as the rules read it."""
    faults: list[Fault] = []
    operations = []
    for said in row.operations:
        plain = {name: value for name, value in said.items() if name != "line"}
        if operation := operation_from(plain, int(said["line"]), faults):
            operations.append(operation)
    if faults:
        # Kept lines were read once before they were kept.
        raise ValueError(f"reorganisation {row.id}: {faults}")
    return Plan(row.title, row.legal_basis, row.effective_on, tuple(operations))


def plan_by_id(reorganisation_id: UUID) -> Plan | None:
    """Return a kept plan, None where there is none."""
    row = Reorganisation.objects.filter(id=reorganisation_id).first()
    return plan_of(row) if row else None


@dataclass(frozen=True)
class ReorganisationFacts:
    """A plan as pages and commands show it."""

    id: UUID
    title: str
    legal_basis: str
    effective_on: date
    state: str
    revision: int
    operations: list[dict[str, Any]]
    count: int
    drafted_at: datetime
    drafted_label: str
    proposed_at: datetime | None
    proposed_by: UUID | None
    proposed_label: str
    approved_at: datetime | None
    approved_label: str
    begun_at: datetime | None
    applied_at: datetime | None
    faults: list[dict[str, Any]]
    total: int
    moved: int
    paused: int
    past_due: int
    flagged: int
    tasks: int
    tasks_flagged: int


_FIELDS = tuple(ReorganisationFacts.__dataclass_fields__)
_COUNT = Func(F("operations"), function="jsonb_array_length", output_field=IntegerField())


def reorganisations() -> list[ReorganisationFacts]:
    """Return all plans, the latest day first, without their operations: that of a country has thousands."""
    rows = Reorganisation.objects.annotate(count=_COUNT, none=Value([], output_field=JSONField()))
    fields = ["none" if name == "operations" else name for name in _FIELDS]
    return [
        ReorganisationFacts(*row)
        for row in rows.order_by("-effective_on", "-drafted_at").values_list(*fields)
    ]


def reorganisation(reorganisation_id: UUID) -> ReorganisationFacts | None:
    """Return one plan, None where there is none."""
    rows = Reorganisation.objects.annotate(count=_COUNT).filter(id=reorganisation_id)
    row = rows.values_list(*_FIELDS).first()
    return ReorganisationFacts(*row) if row else None


def same_reorganisation(plan: Plan, operations: list[dict[str, Any]]) -> UUID | None:
    """Return the approved plan that says just this, line for line, if there is one."""
    rows = Reorganisation.objects.filter(
        title=plan.title, legal_basis=plan.act, effective_on=plan.effective, approved_at__isnull=False
    ).exclude(state=Reorganisation.State.DROPPED)
    for key, kept in rows.values_list("id", "operations"):
        if kept == operations:
            found: UUID = key
            return found
    return None


def due_reorganisations(*, on: date) -> list[UUID]:
    """Return the approved plans whose day has come, and those under way, the earliest first."""
    rows = Reorganisation.objects.filter(
        state__in=[Reorganisation.State.APPROVED, Reorganisation.State.APPLYING], effective_on__lte=on
    )
    return list(rows.order_by("effective_on", "approved_at", "id").values_list("id", flat=True))


def reorganisations_waiting(*, on: date, since: datetime) -> tuple[int, int]:
    """Return how many approved plans could not begin although their day has come (or has passed without a word), and how
    many began before `since` and are not through.
    """
    due = Reorganisation.objects.filter(state=Reorganisation.State.APPROVED, effective_on__lte=on)
    held_up = due.exclude(Q(faults=[]) & Q(effective_on=on))
    under_way = Reorganisation.objects.filter(state=Reorganisation.State.APPLYING, begun_at__lt=since)
    return held_up.count(), under_way.count()


# --- the organisation as the check needs it -----------------------------------------------------------------

_AGENCIES = """
SELECT DISTINCT ON (a.key) a.key, a.id, v.kind, v.level, COALESCE(p.key, ''), v.territory_code, v.code_qd20, v.outside,
  v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to > %(day)s)
FROM organisation_agency a JOIN organisation_agencyversion v ON v.agency_id = a.id
LEFT JOIN organisation_agency p ON p.id = v.parent_id
ORDER BY a.key, v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to > %(day)s) DESC, v.valid_from DESC
"""
_CODES = """
SELECT v.code_qd20, a.key FROM organisation_agencyversion v JOIN organisation_agency a ON a.id = v.agency_id
WHERE v.code_qd20 <> ''
"""
_TERRITORIES = """
SELECT DISTINCT ON (code) code, parent_code, valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
FROM organisation_territory
ORDER BY code, valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s) DESC, valid_from DESC
"""
_POSTS = """
SELECT a.key, p.key, p.function, COALESCE(u.username, '')
FROM organisation_post p JOIN organisation_agency a ON a.id = p.agency_id
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN accounts_user u ON u.id = h.user_id
WHERE p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
"""


def standing_of(
    plan: Plan, *, today: date, eve: date, procedures: Iterable[str], holding: Iterable[str]
) -> Standing:
    """Return the organisation of the eve as the check of a plan reads it.

    `procedures` are the codes that there are, `holding` the agencies that hold dossiers, by key; both are known above this area.
    """
    acts = Competence.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=eve))
    holds = set(holding) | set(acts.values_list("agency__key", flat=True).distinct())
    day = {"day": eve}
    agencies = {
        key: AgencyState(key, kind, level, parent, territory, code, living, key in holds, outside)
        for key, id, kind, level, parent, territory, code, outside, living in sql.rows(_AGENCIES, day)
    }
    posts = (PostState(*row) for row in sql.rows(_POSTS, day))
    named = {one.holder for one in plan.operations if isinstance(one, PostChange) and one.holder}
    staff = User.objects.filter(username__in=named, kind=User.Kind.STAFF, is_active=True)
    return Standing(
        today=today,
        agencies=agencies,
        posts={post.name: post for post in posts},
        territories={
            code: TerritoryState(code, parent, living) for code, parent, living in sql.rows(_TERRITORIES, day)
        },
        codes=dict(sql.rows(_CODES, {})),
        procedures=frozenset(procedures),
        people=frozenset(staff.values_list("username", flat=True)),
        kinds=frozenset(AgencyVersion.Kind.values),
        levels=frozenset(AgencyVersion.Level.values),
        functions=frozenset(Post.Function.values),
        roles=frozenset(Grant.Role.values),
        moved_that_day=_moved_on(plan.effective),
    )


def _moved_on(day: date) -> frozenset[str]:
    rows = Succession.objects.filter(effective_on=day)
    return frozenset(key for pair in rows.values_list("predecessor__key", "successor__key") for key in pair)


def procedures_named(plan: Plan) -> set[str]:
    """Return the codes of procedures that a plan names."""
    found: set[str] = set()
    for one in plan.operations:
        if isinstance(one, Transfer):
            found.update(one.procedures)
        elif isinstance(one, Split):
            found.update(code for part in one.parts for code in part.procedures)
    return found


# --- what was applied ---------------------------------------------------------------------------------------


def links_by(reorganisation_id: UUID) -> list[Link[UUID]]:
    """Return the links that a reorganisation made."""
    fields = (
        "predecessor_id", "successor_id", "effective_on", "territory_code", "procedure_id", "fallback",
    )  # fmt: skip
    rows = Succession.objects.filter(reorganisation_id=reorganisation_id)
    return [Link(*row) for row in rows.values_list(*fields)]


@dataclass(frozen=True)
class Staffing:
    """Who leads agencies, and which functions somebody fills there, on a day."""

    heads: Mapping[UUID, tuple[UUID | None, UUID]]
    functions: Mapping[UUID, frozenset[str]]


# The leader where nobody heads: a commune's chairman gives out what its head would.
_STAFFING = """
SELECT p.agency_id, p.function, p.id, COALESCE(d.user_id, h.user_id)
FROM organisation_post p
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN organisation_delegation d ON d.post_id = p.id
  AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s)
WHERE p.agency_id = ANY(%(agencies)s) AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
ORDER BY p.agency_id, p.key
"""
_LEADS = ("head", "leader")


def staffing(agencies: Iterable[UUID], *, on: date) -> Staffing:
    """Return who leads these agencies on a day (head, else leader; person and post), and which functions are filled."""
    functions: dict[UUID, set[str]] = defaultdict(set)
    leads: dict[UUID, dict[str, tuple[UUID | None, UUID]]] = defaultdict(dict)
    for agency, function, post, holder in sql.rows(_STAFFING, {"agencies": list(set(agencies)), "day": on}):
        if holder:
            functions[agency].add(function)
        if function in _LEADS and (holder or function not in leads[agency]):
            leads[agency].setdefault(function, (holder, post))
            if holder and leads[agency][function][0] is None:
                leads[agency][function] = (holder, post)
    heads = {
        agency: next(
            (found[name] for name in _LEADS if name in found and found[name][0]),
            next(found[name] for name in _LEADS if name in found),
        )
        for agency, found in leads.items()
        if found
    }
    return Staffing(heads, {agency: frozenset(has) for agency, has in functions.items()})


def territories_of(agencies: Iterable[UUID], *, on: date) -> dict[UUID, str]:
    """Return where these agencies stand on a day, those that stand somewhere."""
    rows = AgencyVersion.objects.filter(on_day(on), agency_id__in=set(agencies)).exclude(territory_code="")
    return dict(rows.values_list("agency_id", "territory_code"))
