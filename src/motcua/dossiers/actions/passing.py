"""Dossiers pass to the agencies that follow in a reorganisation: in batches, each in a transaction of its own.

What has passed is no longer with the agency that was asked, so a run that was killed just begins anew, and a second
run finds nothing. Number, receipt, due time, clock and history stay; see docs/rules/reorganisation.md.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from motcua.dossiers.events import DossiersPassed
from motcua.dossiers.models import OPEN
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.organisation.queries import PostHeir, places_above
from motcua.rules.succession import Lines


class Held(NamedTuple):
    """An open dossier as far as it matters who answers for it."""

    id: UUID
    competent: UUID
    receiving: UUID | None
    place: str
    procedure: UUID
    paused: bool
    past_due: bool
    passed_before: bool


# One of them may be held by somebody who works on it just now: it is passed over, and found by the next run.
# In the order of their ids, as everything that locks more than one dossier does. Agency by agency, because each is a
# short stretch of an index; asked of all at once the planner may walk through every dossier in the order of ids.
_OPEN = """
SELECT o.id FROM unnest(%(from)s::uuid[]) AS a (agency) CROSS JOIN LATERAL (
  SELECT id FROM dossiers_dossier WHERE {column} = a.agency AND id > %(after)s
    AND state IN {states} {more}
    AND (%(procedures)s::uuid[] IS NULL OR procedure_id = ANY(%(procedures)s::uuid[])) ORDER BY id LIMIT %(most)s) AS o
"""
_NEXT = f"""
SELECT d.id, d.competent_agency_id, d.receiving_agency_id, d.place_code, d.procedure_id, d.state = 'paused',
  COALESCE(d.due_at < COALESCE(d.paused_at, %(at)s), false) AND d.state IN ('in_progress', 'paused'),
  d.moved_at IS NOT NULL
FROM ({_OPEN.format(column="competent_agency_id", more="", states=OPEN)}
  UNION {_OPEN.format(column="receiving_agency_id", more="AND receiving_agency_id <> competent_agency_id", states=OPEN)}
  ORDER BY id LIMIT %(most)s) AS found
JOIN dossiers_dossier d ON d.id = found.id
WHERE d.state IN {OPEN}
  AND (d.competent_agency_id = ANY(%(from)s::uuid[]) OR d.receiving_agency_id = ANY(%(from)s::uuid[]))
  AND (d.moved_at IS NULL OR NOT EXISTS (SELECT 1 FROM dossiers_agencyhandover h
    WHERE h.dossier_id = d.id AND h.reorganisation_id = %(reorganisation)s))
ORDER BY d.id FOR NO KEY UPDATE OF d """  # noqa: S608
_TASKS = """
SELECT id, function, agency_id, post_id, holder_id, subject_id FROM workflow_task
WHERE subject_id = ANY(%s::uuid[]) AND completed_at IS NULL
"""
# In one statement, so that the keys of a batch travel once. What is kept for good follows at the end: should the
# server die before it has written this down, the next run finds these dossiers where they were.
_WRITE = """
WITH n AS (
  SELECT * FROM unnest(%(ids)s::uuid[], %(keys)s::uuid[], %(places)s::smallint[], %(before)s::uuid[], %(after)s::uuid[],
    %(desks)s::uuid[], %(receiving)s::uuid[], %(flagged)s::boolean[])
  AS n (id, key, place, before, after, desk, receiving, flagged)),
handed AS (
  UPDATE dossiers_dossier d SET competent_agency_id = n.after, receiving_agency_id = n.receiving, moved_at = %(at)s,
    revision = revision + 1
  FROM n WHERE d.id = n.id),
written AS (
  INSERT INTO dossiers_agencyhandover (id, dossier_id, place, reorganisation_id, from_competent, to_competent,
    from_receiving, to_receiving, effective_on, at, flagged)
  SELECT key, id, place, %(reorganisation)s, before, after, desk, receiving, %(day)s, %(at)s, flagged FROM n),
tokens AS (
  UPDATE workflow_token t SET agency_id = CASE t.agency_id WHEN n.before THEN n.after ELSE n.receiving END
  FROM n WHERE t.subject_id = n.id AND t.agency_id IN (n.before, n.desk)),
asking AS (
  UPDATE dossiers_opinion o SET asking_agency_id = n.after
  FROM n WHERE o.dossier_id = n.id AND o.state = 'asked' AND o.asking_agency_id = n.before),
moves AS (
  UPDATE dossiers_duemove m SET agency_id = n.after
  FROM n WHERE m.dossier_id = n.id AND m.state = 'proposed' AND m.agency_id <> n.after)
SELECT set_config('synchronous_commit', 'off', true)
"""
_PLACES = "SELECT dossier_id, max(place) FROM dossiers_agencyhandover WHERE dossier_id = ANY(%s) GROUP BY dossier_id"
_GIVE = """
UPDATE workflow_task t SET agency_id = n.agency, post_id = n.post, holder_id = n.holder,
  unplaced = n.unplaced
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::boolean[]) AS n (id, agency, post, holder, unplaced)
WHERE t.id = n.id
"""


@dataclass(frozen=True)
class Passed:
    """What one batch did; `reached` is the last dossier that was looked at, None when there was none."""

    count: int = 0
    paused: int = 0
    past_due: int = 0
    flagged: int = 0
    tasks: int = 0
    tasks_flagged: int = 0
    looked_at: int = 0
    reached: UUID | None = None


@dataclass
class Way:
    """How a reorganisation leads from agency to agency on its day, and from post to post; kept over batches."""

    reorganisation_id: UUID
    effective_on: date
    lines: Lines[UUID]
    posts: Mapping[tuple[UUID, UUID], PostHeir]
    # Where an agency stands by itself, for dossiers that say nothing more exact.
    stands: Mapping[UUID, str]
    # Who leads an agency that follows (person and post), and which functions somebody fills there.
    heads: Mapping[UUID, tuple[UUID | None, UUID]]
    functions: Mapping[UUID, frozenset[str]]
    # From whom anything passes; from those in `only` no more than these procedures.
    sources: Sequence[UUID] = ()
    only: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)
    _places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _heirs: dict[tuple[UUID, str, UUID], tuple[UUID, bool]] = field(default_factory=dict)

    @property
    def eve(self) -> date:
        """The day before."""
        return self.effective_on - timedelta(days=1)

    def know_places(self, codes: Iterable[str]) -> None:
        """Look up which territories these places lie in, as they did on the eve."""
        if new := {code for code in codes if code} - self._places.keys():
            self._places |= places_above(new, on=self.eve)

    def heir(self, agency: UUID, place: str, procedure: UUID) -> tuple[UUID, bool]:
        """Return who answers from that day on, and whether it went there by default."""
        key = (agency, place, procedure)
        found = self._heirs.get(key)
        if found is None:
            at = place or self.stands.get(agency, "")
            heir = self.lines.heir(
                agency,
                on=self.effective_on,
                since=self.eve,
                places=self._places.get(at, (at,) if at else ()),
                procedure=procedure,
            )
            found = self._heirs[key] = (heir.agency, heir.flagged)
        return found


class _Change(NamedTuple):
    held: Held
    competent: UUID
    receiving: UUID | None
    flagged: bool


@transaction.atomic
def pass_dossiers(
    way: Way,
    agencies: Sequence[UUID],
    *,
    after: UUID,
    at: datetime,
    most: int,
    procedures: Sequence[UUID] | None = None,
    wait: bool = False,
) -> Passed:
    """Let the next open dossiers of these agencies, beyond the one `after`, pass to who follows; at most `most`.

    With `procedures` only theirs. What somebody has under way just now is left for the next run, unless `wait`.
    """
    known = {
        "reorganisation": way.reorganisation_id,
        "from": list(agencies),
        "after": after,
        "most": most,
        "procedures": procedures,
        "at": at,
    }
    found = [Held(*row) for row in sql.rows(_NEXT + ("" if wait else "SKIP LOCKED"), known)]
    if not found:
        return Passed()
    way.know_places(row.place or way.stands.get(row.competent, "") for row in found)
    changes = [change for row in found if (change := _change(way, row))]
    tasks = _pass_all(way, changes, at) if changes else _Tasks()
    return Passed(
        len(changes),
        sum(change.held.paused for change in changes),
        sum(change.held.past_due for change in changes),
        sum(change.flagged for change in changes),
        len(tasks.ids),
        sum(tasks.unplaced),
        len(found),
        found[-1].id,
    )


def _change(way: Way, row: Held) -> _Change | None:
    competent, flagged = way.heir(row.competent, row.place, row.procedure)
    receiving = row.receiving
    if receiving == row.competent:
        receiving = competent
    elif receiving is not None:
        receiving, _ = way.heir(receiving, row.place, row.procedure)
    if competent == row.competent and receiving == row.receiving:
        return None
    return _Change(row, competent, receiving, flagged)


def _pass_all(way: Way, changes: list[_Change], at: datetime) -> "_Tasks":
    digest = _write_down(way, changes, at)
    tasks = _tasks_of(way, changes)
    if tasks.ids:
        keys = (tasks.ids, tasks.agencies, tasks.posts, tasks.holders)
        sql.run(_GIVE, [*(_array(column) for column in keys), tasks.unplaced])
    event = DossiersPassed(
        way.reorganisation_id,
        count=len(changes),
        flagged=sum(change.flagged for change in changes),
        tasks=len(tasks.ids),
        effective_on=way.effective_on.isoformat(),
        digest=digest,
    )
    journal.record(event, by=SYSTEM, at=at)
    return tasks


def _write_down(way: Way, changes: list[_Change], at: datetime) -> str:
    """Let the dossiers pass, write a row for each, and return the digest of what the rows say."""
    again = [change.held.id for change in changes if change.held.passed_before]
    known = dict(sql.rows(_PLACES, [again])) if again else {}
    places = [known.get(change.held.id, 0) + 1 for change in changes]
    digest = hashlib.sha256()
    for place, (held, competent, receiving, flagged) in zip(places, changes, strict=True):
        said = (held.id, place, held.competent, competent, held.receiving, receiving, flagged)
        digest.update(("|".join(map(str, said)) + "\n").encode())
    keys = {
        "ids": _array(change.held.id for change in changes),
        "keys": _array(uuid7() for _ in changes),
        "before": _array(change.held.competent for change in changes),
        "after": _array(change.competent for change in changes),
        "desks": _array(change.held.receiving for change in changes),
        "receiving": _array(change.receiving for change in changes),
    }
    flags = [change.flagged for change in changes]
    of = {"reorganisation": way.reorganisation_id, "day": way.effective_on, "at": at}
    sql.rows(_WRITE, {**keys, **of, "places": places, "flagged": flags})
    return digest.hexdigest()


def _array(keys: Iterable[UUID | None]) -> str:
    """Return keys as the database reads an array: many times as fast as one by one through its driver."""
    return "{" + ",".join(key.hex if key else "NULL" for key in keys) + "}"


@dataclass
class _Tasks:
    """Open tasks with where each goes, column by column."""

    ids: list[UUID] = field(default_factory=list)
    agencies: list[UUID] = field(default_factory=list)
    posts: list[UUID | None] = field(default_factory=list)
    holders: list[UUID | None] = field(default_factory=list)
    unplaced: list[bool] = field(default_factory=list)


def _tasks_of(way: Way, changes: list[_Change]) -> _Tasks:
    by_id = {change.held.id: change for change in changes}
    tasks = _Tasks()
    rows: list[tuple[Any, ...]] = sql.rows(_TASKS, [_array(by_id)])
    for task, function, agency, post, holder, subject in rows:
        change = by_id[subject]
        to = change.competent if agency == change.held.competent else change.receiving
        if to is None or to == agency:
            continue
        new_post, new_holder, unplaced = _seat(way, to, function, post, holder)
        tasks.ids.append(task)
        tasks.agencies.append(to)
        tasks.posts.append(new_post)
        tasks.holders.append(new_holder)
        tasks.unplaced.append(unplaced)
    return tasks


def _seat(
    way: Way, agency: UUID, function: str, post: UUID | None, holder: UUID | None
) -> tuple[UUID | None, UUID | None, bool]:
    """Return the post and the person that a task goes to, and whether nobody follows who had it.

    What nobody had stays in the common queue if somebody there fills the function.
    """
    heir = way.posts.get((post, agency)) if post else None
    if heir and heir.function == function and heir.holder_id:
        return heir.post_id, heir.holder_id, False
    if holder is None and function in way.functions.get(agency, frozenset()):
        return None, None, False
    head = way.heads.get(agency)
    return (head[1], head[0], True) if head else (None, None, True)


# --- until none is left --------------------------------------------------------------------------------------

# No transaction shall hold its rows for longer than 200 ms, so a batch is made to take a fifth of it; the first ones are
# small, because nothing is warm yet.
_AIM = 0.04
_FIRST, _FEWEST, _MOST = 50, 50, 5000
_NOBODY = UUID(int=0)
_COUNTS = f"""
SELECT agency, sum(n) FROM (
  SELECT competent_agency_id AS agency, count(*) AS n FROM dossiers_dossier WHERE competent_agency_id = ANY(%(from)s)
    AND state IN {OPEN} GROUP BY 1
  UNION ALL
  SELECT receiving_agency_id, count(*) FROM dossiers_dossier WHERE receiving_agency_id = ANY(%(from)s)
    AND state IN {OPEN}
    AND receiving_agency_id <> competent_agency_id GROUP BY 1
) AS each GROUP BY agency ORDER BY agency
"""  # noqa: S608


class _Pace:
    """How many dossiers a batch takes, so that it holds its rows no longer than it may."""

    def __init__(self) -> None:
        self.size, self.longest = _FIRST, 0.0

    def took(self, seconds: float) -> None:
        """Learn from the last batch."""
        self.longest = max(self.longest, seconds)
        # Never many more at once: one quick batch says little.
        fitting = int(self.size * min(1.5, _AIM / max(seconds, 0.001)))
        self.size = max(_FEWEST, min(_MOST, fitting))


def pass_all(
    way: Way,
    *,
    at: Callable[[], datetime],
    after_batch: Callable[[Way, Passed], None],
    tell: Callable[[Passed, float], None] | None = None,
) -> int:
    """Let every open dossier of the agencies that are followed pass; return how many did.

    `at` gives the moment of each batch: what was entered before its dossiers passed was entered before.
    `after_batch` is called in the transaction of each batch, `tell` after it with the longest transaction so far, in
    seconds. Rounds are made until one finds nothing: what was locked in the first is waited for in the next.
    """
    pace, passed, wait = _Pace(), 0, False
    # Most of the places that dossiers name, at once and not batch by batch.
    way.know_places(way.stands.values())
    while True:
        here = 0
        for agencies, procedures in _in_stretches(way, pace):
            here += _pass_stretch(way, agencies, procedures, pace, at, wait, after_batch, tell)
        passed += here
        if here == 0 and wait:
            return passed
        wait = True


def _in_stretches(way: Way, pace: _Pace) -> Iterator[tuple[list[UUID], Sequence[UUID] | None]]:
    """Yield agencies that together have about as many open dossiers as a batch takes, then each with a few procedures."""
    whole = [agency for agency in way.sources if agency not in way.only]
    stretch: list[UUID] = []
    filled = 0
    for agency, count in sql.rows(_COUNTS, {"from": whole}):
        if stretch and filled + count > pace.size:
            yield stretch, None
            stretch, filled = [], 0
        stretch.append(agency)
        filled += int(count)
    if stretch:
        yield stretch, None
    for agency, procedures in way.only.items():
        yield [agency], procedures


def _pass_stretch(
    way: Way,
    agencies: list[UUID],
    procedures: Sequence[UUID] | None,
    pace: _Pace,
    at: Callable[[], datetime],
    wait: bool,
    after_batch: Callable[[Way, Passed], None],
    tell: Callable[[Passed, float], None] | None,
) -> int:
    passed, after = 0, _NOBODY
    while True:
        asked, began = pace.size, monotonic()
        with transaction.atomic():
            batch = pass_dossiers(
                way, agencies, after=after, at=at(), most=asked, procedures=procedures, wait=wait
            )
            if batch.count:
                after_batch(way, batch)
        if batch.reached is None:
            return passed
        pace.took(monotonic() - began)
        passed, after = passed + batch.count, batch.reached
        if tell:
            tell(batch, pace.longest)
