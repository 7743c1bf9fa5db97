"""Simulations of past periods over random lives: nothing changed gives the figures, and changes tell what they would."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.calendars.actions import DayChange, NoticeData, lay_down_calendar, record_notice
from motcua.dossiers import actions
from motcua.dossiers.models import ClockRow, Dossier
from motcua.dossiers.queries.many_ledgers import differing
from motcua.dossiers.queries.simulating import (
    COUNTS,
    Asked,
    Change,
    Simulation,
    procedures_named,
    simulated,
)
from motcua.journal.events import SYSTEM
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import Scope, figures
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import at_local
from motcua.workflow.models import Task
from tests.reporting.lives import Life, procedures
from tests.world import DossierStory, World

NOVEMBER = months(2026, 11)
NOTHING = Change()


def days(amount: int) -> Limit:
    return Limit(Unit.WORKING_DAY, amount)


def asked(period: Period = NOVEMBER, **more: Any) -> Asked:
    return Asked(period.start, period.end, **more)


def of(found: Simulation, agency: Any) -> dict[str, int]:
    """The counts of an agency that are not nought."""
    counts = found.counts.get(agency.id, Counter())
    return {name: counts[name] for name in COUNTS if counts[name]}


def moment(day: int, clock: time = time(10)) -> datetime:
    return at_local(date(2026, 11, day), clock)


def solved_on(world: World, day: int, **choices: Any) -> DossierStory:
    """Accept a dossier now and decide it at ten on a later day."""
    story = world.a_dossier(**choices).accepted()
    begun, world.at = world.at, moment(day)
    story.decided()
    world.at = begun
    return story


def test_a_simulation_that_changes_nothing_gives_the_lateness_of_the_figures(world: World) -> None:
    rng, begin, known = Random(20261128), world.at, procedures(world)
    for _ in range(50):
        world.at = begin + timedelta(minutes=rng.randrange(60 * 24 * 40))
        Life(world, rng, rng.choice(known)).lead()
    edges = sorted(ClockRow.objects.values_list("at", flat=True))
    drawn = [Period(*sorted(rng.sample(edges, 2))) for _ in range(8)]
    late = 0
    for period in [NOVEMBER, months(2026, 12), months(2026, 10, 3), *drawn]:
        for whole_days in (False, True):
            for agencies in (None, frozenset({world.commune.id})):
                for procedure in (None, known[1].procedure_id):
                    scope = {"agencies": agencies, "procedure": procedure, "whole_days": whole_days}
                    found = simulated(asked(period, **scope), NOTHING)
                    rows = {row.agency_id: row.counts for row in figures(period, Scope(**scope))}
                    _equal(found, rows)
                    late += found.total["late"] + found.total["open_late"]
    assert late > 40
    assert not found.unreplayed


def _equal(found: Simulation, rows: dict[UUID, Any]) -> None:
    for agency in found.counts.keys() | rows.keys():
        counts, row = found.counts.get(agency, Counter()), rows.get(agency, Counter())
        assert counts["solved"] == row["solved"]
        assert counts["late"] == counts["would_be_late"] == row["late"]
        assert counts["open"] == row["in_progress"] + row["paused"]
        past = row["in_progress_past"] + row["paused_past"]
        assert counts["open_late"] == counts["open_would_be_late"] == past
        for name in ("newly_late", "no_longer_late", "open_newly_late", "open_no_longer_late"):
            assert counts[name] == 0
    for name in ("late", "would_be_late", "open_late", "newly_late"):
        assert len(found.listed(name)) == found.total[name]


def test_a_shorter_limit_tells_who_would_have_been_late(world: World) -> None:
    # Accepted Friday 6/11 with three working days: due Wednesday 11/11 at closing.
    early, on_the_day, late = (solved_on(world, day) for day in (9, 11, 12))
    change = Change(limit=days(2))
    found = simulated(asked(procedure=world.procedure.procedure_id), change)
    assert of(found, world.commune) == {"solved": 3, "late": 1, "would_be_late": 2, "newly_late": 1}
    assert [row.number for row in found.listed("would_be_late")] == [
        on_the_day.dossier.number,
        late.dossier.number,
    ]
    [row] = found.listed("newly_late", agency=world.commune.id)
    assert (row.due_was, row.due_would) == (moment(11, time(17)), moment(10, time(17)))
    assert (row.accepted_at, row.ended_at) == (moment(6, time(9)), moment(11))
    assert procedures_named([row.version_id])[row.version_id].code == "9.000001"
    assert found.listed("newly_late", agency=world.neighbour.id) == []
    longer = simulated(asked(procedure=world.procedure.procedure_id), Change(limit=days(4)))
    assert of(longer, world.commune) == {"solved": 3, "late": 1, "no_longer_late": 1}
    assert early.dossier.number not in [row.number for row in longer.dossiers]


def test_what_is_open_at_the_end_is_measured_there_or_where_its_clock_stopped(world: World) -> None:
    world.a_dossier().accepted()
    stopped = world.a_dossier().accepted()
    world.at = moment(10, time(18))
    stopped.supplement_requested()
    until = Period(NOVEMBER.start, moment(11, time(12)))
    found = simulated(asked(until), Change(limit=days(2)))
    assert of(found, world.commune) == {"open": 2, "open_would_be_late": 2, "open_newly_late": 2}
    found = simulated(asked(), Change(limit=days(3)))
    assert of(found, world.commune) == {"open": 2, "open_late": 1, "open_would_be_late": 1}


def test_what_was_withdrawn_or_stopped_is_not_counted(world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = moment(30)
    actions.withdraw_dossier(story.dossier, reason="Đổi ý", by=story.staff("receiver"), at=world.at)
    assert simulated(asked(), Change(limit=days(1))).counts == {}


def test_a_letter_that_would_have_come_too_late_moves_nothing(world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = moment(11)
    story.extended(moment(16, time(17)))
    world.at = moment(13)
    story.reload().decided()
    [row] = simulated(asked(), Change(limit=days(2))).dossiers
    assert row.measured.newly_late
    assert row.passed_over == ("extend_after_due",)
    assert simulated(asked(), Change(limit=days(4))).dossiers == []


def test_a_notice_counts_for_those_who_follow_its_calendar(world: World) -> None:
    for agency in (world.commune, world.neighbour):
        solved_on(world, 12, agency=agency)
    closed = (DayChange(date(2026, 11, 10), "closure", "Lũ"),)
    everywhere = simulated(asked(), Change(days=closed))
    assert everywhere.total["no_longer_late"] == 2
    assert {row.due_would for row in everywhere.listed("no_longer_late")} == {moment(12, time(17))}
    # A commune without a calendar of its own: the days are its own, and nobody else's.
    one = simulated(asked(), Change(days=closed, calendar_of=world.commune.id))
    assert of(one, world.commune) == {"solved": 1, "late": 1, "no_longer_late": 1}
    assert of(one, world.neighbour) == {"solved": 1, "late": 1, "would_be_late": 1}
    province = simulated(asked(), Change(days=closed, calendar_of=world.province.id))
    assert province.total["no_longer_late"] == 2
    # One that got its own meanwhile: as if the notice had been known from the beginning.
    world.at = moment(6, time(9, 30))
    own = lay_down_calendar(world.neighbour, name="Xã Hai", legal_basis="thử", by=SYSTEM, at=world.at)
    solved_on(world, 12, agency=world.neighbour)
    assert of(simulated(asked(), Change(days=closed, calendar_of=own.agency_id)), world.neighbour) == {
        "solved": 2, "late": 2, "no_longer_late": 2,
    }  # fmt: skip
    below = simulated(asked(), Change(days=closed, calendar_of=world.province.id))
    assert (of(below, world.commune)["no_longer_late"], of(below, world.neighbour)["no_longer_late"]) == (
        1,
        2,
    )


def test_the_past_stays_as_it_was_reckoned(world: World) -> None:
    """A notice recorded later is no part of a simulation that changes nothing: each entry names its calendar."""
    story = solved_on(world, 12)
    world.at = moment(20)
    closed = DayChange(date(2026, 11, 10), "closure", "Lũ", "QĐ 9")
    record_notice(world.calendar, NoticeData("Thông báo 2", days=(closed,)), by=SYSTEM, at=world.at)
    [row] = simulated(asked(), NOTHING).dossiers
    assert (row.number, row.due_would) == (story.dossier.number, moment(11, time(17)))
    assert list(differing(every=True)) == []


def test_more_dossiers_cost_no_more_queries_and_nothing_is_written(world: World) -> None:
    solved_on(world, 12)
    change = Change(limit=days(2), days=(DayChange(date(2026, 11, 10), "closure", "Lũ"),))

    def queries() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            simulated(asked(), change)
        return [query["sql"].lstrip().split()[0] for query in seen.captured_queries]

    few = queries()
    for day in (11, 12, 13):
        solved_on(world, day)
    assert len(queries()) == len(few)
    assert set(few) <= {"SELECT", "DECLARE", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"}


# --- stored due times -----------------------------------------------------------------------------------------


def test_whatever_the_actions_stored_is_what_the_ledgers_give(world: World) -> None:
    rng, begin, known = Random(7), world.at, procedures(world)
    for _ in range(25):
        world.at = begin + timedelta(minutes=rng.randrange(60 * 24 * 30))
        Life(world, rng, rng.choice(known)).lead()
    looked_at: list[int] = []
    assert list(differing(every=True, checked=looked_at.append)) == []
    assert looked_at == [Dossier.objects.filter(accepted_at__isnull=False).count()]
    assert list(differing(checked=looked_at.append)) == []
    assert looked_at[1] == Dossier.objects.filter(state__in=["in_progress", "paused"]).count() > 1


@pytest.mark.parametrize(("field", "what"), [("due_at", "due_at"), ("promised_at", "promised_at")])
def test_a_stored_moment_that_differs_is_named(world: World, field: str, what: str) -> None:
    dossier = world.a_dossier().accepted().dossier
    Dossier.objects.filter(pk=dossier.pk).update(**{field: moment(20)})
    [found] = differing()
    assert (found.number, found.what, found.stored) == (dossier.number, what, moment(20))
    assert found.derived == moment(11, time(17))


def test_a_task_and_an_entry_that_differ_are_named(world: World) -> None:
    story = world.a_dossier().accepted()
    Task.objects.filter(subject_id=story.dossier.pk).update(due_at=None)
    assert [(one.what, one.stored) for one in differing()] == [("task", None)]
    Task.objects.filter(subject_id=story.dossier.pk).update(due_at=moment(11, time(17)))
    _entry_again(story.dossier, kind="pause", ground="thử", place=1, at=moment(9), due_after=moment(12))
    assert [(one.what, one.stored) for one in differing()] == [("due_after", moment(12))]


def test_a_ledger_that_cannot_be_is_named_by_its_refusal_and_counted_as_it_was(world: World) -> None:
    story = solved_on(world, 12)
    _entry_again(story.dossier, kind="resume", policy="shift", place=9, at=moment(30, time(23)))
    [found] = differing(every=True)
    assert (found.what, found.code) == ("ledger", "stopped")
    assert list(differing()) == []
    whole = simulated(asked(), Change(limit=days(20)))
    assert (whole.unreplayed, whole.total["would_be_late"]) == ([story.dossier.number], 1)


def _entry_again(dossier: Dossier, **changes: Any) -> None:
    """Write the last entry again, but for `changes`, as no action would."""
    row = ClockRow.objects.filter(dossier=dossier).order_by("-place")[0]
    kept = {field.attname: getattr(row, field.attname) for field in ClockRow._meta.concrete_fields}
    del kept["id"]
    ClockRow.objects.create(**kept | changes)
