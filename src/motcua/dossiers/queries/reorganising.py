"""What a reorganisation would move and leave, told before its day; and what is left to move while it runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple
from uuid import UUID

from motcua.accounts.models import User
from motcua.catalogue import queries as catalogue
from motcua.catalogue.models import Procedure
from motcua.dossiers.models import OPEN
from motcua.dossiers.queries.solved import Competences
from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts
from motcua.rules.localday import at_local
from motcua.rules.reorganisation import (
    Dissolve,
    Establish,
    Fault,
    Outcome,
    Plan,
    PostChange,
    Standing,
    check,
    outcome_of,
)

_OPEN = f"state IN {OPEN}"
# Also what is finished: its files must be somebody's.
_HOLDING = """
SELECT a.key FROM organisation_agency a WHERE a.key = ANY(%s) AND (
  EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.competent_agency_id = a.id AND d.number IS NOT NULL)
  OR EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.receiving_agency_id = a.id AND d.number IS NOT NULL)
  OR EXISTS (SELECT 1 FROM dossiers_opinion o WHERE o.agency_id = a.id AND o.state = 'asked'))
"""


def procedure_keys(codes: Iterable[str]) -> dict[str, UUID]:
    """Return the keys of those of these procedures that the catalogue has, by code."""
    return dict(Procedure.objects.filter(code__in=set(codes)).values_list("code", "id"))


def standing_for(plan: Plan, *, today: date) -> Standing:
    """Return the organisation on the eve of a plan as its check reads it, with what is held there today."""
    return organisation.standing_of(
        plan,
        today=today,
        # What is planned for later is judged by what holds then, as far as it is known.
        eve=max(today, plan.effective - timedelta(days=1)),
        procedures=procedure_keys(organisation.procedures_named(plan)),
        holding=[key for (key,) in sql.rows(_HOLDING, [_left_to_nobody(plan)])],
    )


def _left_to_nobody(plan: Plan) -> list[str]:
    """Return the agencies that end without a successor: of these it matters whether they hold anything."""
    return [one.agency for one in plan.operations if isinstance(one, Dissolve) and not one.successor]


def faults_of(plan: Plan, *, today: date) -> list[Fault]:
    """Return all that is wrong with a plan as things stand on a day."""
    return check(plan, standing_for(plan, today=today))


# --- simulation ---------------------------------------------------------------------------------------------


class Stack(NamedTuple):
    """Open dossiers that are alike as far as a reorganisation asks, and how many they are."""

    competent: UUID
    receiving: UUID | None
    place: str
    procedure: UUID
    state: str
    past_due: bool
    number: int
    tasks: int


_STACKS = f"""
SELECT competent_agency_id, receiving_agency_id, place_code, procedure_id, state,
  COALESCE(due_at < COALESCE(paused_at, %(at)s), false) AND state IN ('in_progress', 'paused'), count(*),
  COALESCE(sum(open.tasks), 0)
FROM dossiers_dossier d
LEFT JOIN LATERAL (SELECT count(*) AS tasks FROM workflow_task t
  WHERE %(with_tasks)s AND t.subject_id = d.id AND t.completed_at IS NULL
    AND t.agency_id IN (d.competent_agency_id, d.receiving_agency_id)) open ON true
WHERE {_OPEN} AND (competent_agency_id = ANY(%(from)s) OR receiving_agency_id = ANY(%(from)s))
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608


@dataclass(frozen=True)
class Moving:
    """How many open dossiers go from one agency to another; of them paused, past due on that day, and flagged."""

    before: str
    after: str
    count: int
    paused: int
    past_due: int
    flagged: int


@dataclass(frozen=True)
class Simulation:
    """What would happen on the day, if it were as things stand now.

    `people` are those who would have no post, by name; `procedures` those that somebody receives now and nobody would
    then, by code; `tasks` counts open tasks that would go along.
    """

    faults: tuple[Fault, ...]
    dossiers: int
    paused: int
    past_due: int
    flagged: int
    tasks: int
    moving: tuple[Moving, ...]
    people: tuple[str, ...]
    procedures: tuple[str, ...]
    # Agencies of one sort that would stand under one agency: a process that asks the nearest of them finds none.
    twins: tuple[str, ...]
    agencies_before: int
    agencies_after: int


def simulate(plan: Plan, *, today: date) -> Simulation:
    """Tell what a plan would do on its day, as things stand today; nothing is written.

    One with faults is told as far as it can be.
    """
    standing = standing_for(plan, today=today)
    outcome = outcome_of(plan, standing)
    faults = check(plan, standing)
    moving, tasks = moving_by(plan, outcome, today=today, with_tasks=True)
    people = User.objects.filter(username__in=outcome.unplaced).order_by("full_name")
    living = sum(row.living for row in standing.agencies.values())
    new = sum(isinstance(one, Establish) for one in plan.operations)
    return Simulation(
        tuple(faults),
        sum(row.count for row in moving),
        sum(row.paused for row in moving),
        sum(row.past_due for row in moving),
        sum(row.flagged for row in moving),
        tasks,
        tuple(moving),
        tuple(people.values_list("full_name", flat=True)),
        tuple(_orphans(plan, standing, outcome)) if not faults else (),
        _named(_twins(standing, outcome), on=today),
        living,
        living + new - len(outcome.ended),
    )


def _named(keys: Iterable[str], *, on: date) -> tuple[str, ...]:
    wanted = set(keys)
    return tuple(row.name_vi for row in organisation.agencies(on=on) if row.key in wanted) if wanted else ()


# Sorts of agencies that a process asks as partners by their nearness.
_PARTNERS = frozenset({"police", "social_insurance", "tax"})


def _twins(standing: Standing, outcome: Outcome) -> list[str]:
    """Return the keys of partners, sorted, that the plan brings together without making them one."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in standing.agencies.values():
        if row.living and row.kind in _PARTNERS and row.key not in outcome.ended:
            parent = outcome.parents.get(row.key, (row.parent, 0))[0]
            together[row.kind, parent].append(row.key)
    return sorted(
        key
        for keys in together.values()
        if len(keys) > 1 and any(one in outcome.parents for one in keys)
        for key in keys
    )


def moving_by(
    plan: Plan, outcome: Outcome, *, today: date, with_tasks: bool = False
) -> tuple[list[Moving], int]:
    """Return what open dossiers a plan moves from whom to whom, and (if asked for) how many open tasks go along."""
    keys = {link.predecessor for link in outcome.links}
    ids = _ids_of(keys)
    names = {id: key for key, id in ids.items()}
    at = at_local(max(plan.effective, today), time(0))
    stacks = [
        Stack(*row)
        for row in sql.rows(_STACKS, {"from": list(ids.values()), "at": at, "with_tasks": with_tasks})
    ]
    eve = plan.effective - timedelta(days=1)
    stands = organisation.territories_of(ids.values(), on=eve)
    places = organisation.places_above([row.place or stands.get(row.competent, "") for row in stacks], on=eve)
    codes = {id: code for code, id in procedure_keys(organisation.procedures_named(plan)).items()}
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    lines, tasks = outcome.lines, 0
    for row in stacks:
        # What is only received there goes to who follows the desk.
        own = row.competent if row.competent in names else row.receiving
        if own is None or own not in names:
            continue
        place = row.place or stands.get(row.competent, "")
        heir = lines.heir(
            names[own], on=plan.effective, places=places.get(place, ()), procedure=codes.get(row.procedure)
        )
        if heir.agency == names[own]:
            continue
        tasks += int(row.tasks)
        found[names[own], heir.agency].update(
            count=row.number,
            paused=row.number * (row.state == "paused"),
            past_due=row.number * row.past_due,
            flagged=row.number * heir.flagged,
        )
    moving = [
        Moving(before, after, count["count"], count["paused"], count["past_due"], count["flagged"])
        for (before, after), count in sorted(found.items())
    ]
    return moving, tasks


def _ids_of(keys: Iterable[str]) -> dict[str, UUID]:
    return dict(sql.rows("SELECT key, id FROM organisation_agency WHERE key = ANY(%s)", [list(keys)]))


def _orphans(plan: Plan, standing: Standing, outcome: Outcome) -> list[str]:
    """Return the procedures that somebody here solves now and nobody who could receive them would then."""
    day = plan.effective - timedelta(days=1)
    before = organisation.agencies(on=day)
    after = _agencies_after(plan, outcome, before)
    receivers = {post.agency for post in standing.posts.values() if post.function == "receiver"}
    receivers |= {
        one.agency for one in plan.operations if isinstance(one, PostChange) and one.function == "receiver"
    }
    competences = Competences(on=day)
    solved = {row.id for agency in _kinds(before) for row in competences.of(agency)}
    kept = {row.id for agency in _kinds(after) if agency.key in receivers for row in competences.of(agency)}
    # A procedure that names an ended agency by its key goes to who follows it.
    ended = [row for row in before if row.key in outcome.ended]
    inherited = {
        row.id
        for agency in _kinds(ended)
        for row in competences.of(agency)
        if outcome.heirs(agency.key) & (receivers - set(outcome.ended))
    }
    lost = solved - kept - inherited
    rows = Procedure.objects.filter(id__in=[catalogue.published(id).procedure_id for id in lost])
    return sorted(rows.values_list("code", flat=True))


def _agencies_after(plan: Plan, outcome: Outcome, before: Sequence[AgencyFacts]) -> list[AgencyFacts]:
    """Return the agencies of the day as far as competence asks: kind, level, name, key."""
    found = [row for row in before if row.key not in outcome.ended]
    by_key = {row.key: row.id for row in before}
    for one in plan.operations:
        if isinstance(one, Establish):
            own = (UUID(int=0), one.key, one.name_vi, one.name_en, one.short_vi, one.kind, one.level)
            place = (by_key.get(one.parent), one.territory, one.code_qd20, one.number_template, one.outside)
            found.append(AgencyFacts(*own, *place))
    return found


def _kinds(agencies: Sequence[AgencyFacts]) -> list[AgencyFacts]:
    """Return one of each kind and level of communes, which all solve alike, and every other agency."""
    found: dict[tuple[str, ...], AgencyFacts] = {}
    for row in agencies:
        alike = row.kind in ("commune", "district")
        found.setdefault((row.kind, row.level) if alike else (row.key,), row)
    return list(found.values())


__all__ = [
    "Moving",
    "Simulation",
    "faults_of",
    "procedure_keys",
    "simulate",
    "standing_for",
]
