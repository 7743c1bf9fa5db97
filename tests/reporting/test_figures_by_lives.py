"""The SQL of figures against the rules, over random lives led by the actions."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from motcua.dossiers.models import Dossier
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import FIGURES, Attribution, Scope, count, drill_down, figures
from motcua.rules.figures import Figure, Happening, classify
from motcua.rules.localday import at_local
from tests.dossiers.interconnected import lay_down, part, partner_decides, signed
from tests.reporting.lives import CHANNELS, Life, happenings, procedures
from tests.world import World

LIVES = 70
ALL = Scope()
MOVES = {"moved_in", "moved_out"}
_MIDNIGHT, _CLOSING = time(), time(17)
AT_THE_END = [figure.value for figure in Figure if figure.startswith(("in_progress", "paused"))]
FLOWS = (
    "received", "refused", "withdrawn_before", "withdrawn", "stopped", "solved", "early", "on_time", "late",
    "without_limit", "returned",
)  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """A dossier as it is, and its history as the journal tells it."""

    dossier: Dossier
    domain: str
    history: list[Happening]

    def figures(self, period: Period, *, whole_days: bool) -> set[str]:
        """Return its figures by the rules, with the channels and the sums that follow from them."""
        found = set(classify(self.history, start=period.start, end=period.end, whole_days=whole_days))
        if "received" in found:
            found.add(f"received_{self.dossier.channel}")
            found |= {"received_direct"} if self.dossier.channel != "online" else set()
        return found | {sum_ for sum_ in ("in_progress", "paused") if any(f.startswith(sum_) for f in found)}


def _lives(world: World, rng: Random) -> list[Lived]:
    begin, known = world.at, procedures(world)
    lived = []
    for _ in range(LIVES):
        world.at = begin + timedelta(minutes=rng.randrange(60 * 24 * 50))
        dossier = Life(world, rng, rng.choice(known)).lead()
        domain = dossier.version.domain_key
        lived.append(Lived(dossier, domain, happenings(dossier.id)))
    return lived


def _periods(lived: list[Lived], rng: Random) -> list[Period]:
    """Whole months, and periods whose ends are the very moments at which something happened or was due."""
    moments = {each.at for life in lived for each in life.history}
    moments |= {each.due for life in lived for each in life.history if each.due}
    edges = sorted(moments)
    drawn = [sorted(rng.sample(edges, 2)) for _ in range(18)]
    ends = [each.at for life in lived for each in life.history if each.kind == "decided"]
    drawn += [[end, edges[-1]] for end in rng.sample(ends, 12) if end < edges[-1]]
    return [months(2026, 11), months(2026, 12), months(2026, 10, 3)] + [Period(a, b) for a, b in drawn]


def _expected(
    lived: list[Lived], period: Period, scope: Scope, agency: Callable[[Dossier], UUID]
) -> Counter[tuple[UUID, str]]:
    return Counter(
        (agency(life.dossier), figure)
        for life in lived
        if scope.domain in ("", life.domain)
        and scope.channel in ("", life.dossier.channel)
        and scope.procedure in (None, life.dossier.procedure_id)
        and (scope.agencies is None or agency(life.dossier) in scope.agencies)
        for figure in life.figures(period, whole_days=scope.whole_days)
    )


def _counted(period: Period, scope: Scope) -> Counter[tuple[UUID, str]]:
    rows = figures(period, scope)
    return Counter(
        {(row.agency_id, name): number for row in rows for name, number in row.counts.items() if number}
    )


def _total(period: Period, scope: Scope) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in figures(period, scope):
        total.update(row.counts)
    return total


def _competent(dossier: Dossier) -> UUID:
    return UUID(str(dossier.competent_agency_id))


def _receiving(dossier: Dossier) -> UUID:
    return UUID(str(dossier.receiving_agency_id))


def test_the_figures_are_those_of_the_rules(world: World) -> None:
    rng = Random(20261106)
    lived = _lives(world, rng)
    seen: set[str] = set()
    differ = False
    for period in _periods(lived, rng):
        scope = Scope(
            agencies=rng.choice((None, frozenset({world.commune.id}))),
            procedure=rng.choice((None, None, world.procedure.procedure_id)),
            domain=rng.choice(("", "", "dat-dai")),
            channel=rng.choice(("", "", *CHANNELS)),
            whole_days=rng.random() < 0.3,
        )
        for each in (ALL, scope):
            by_duty, by_door = each, replace(each, attribution=Attribution.RECEIVING)
            counted, received = _counted(period, by_duty), _counted(period, by_door)
            assert counted == _expected(lived, period, by_duty, _competent)
            assert received == _expected(lived, period, by_door, _receiving)
            differ = differ or counted != received
        seen |= {figure for _, figure in _counted(period, ALL)}

    # The lives were varied enough to say something about every figure and about both attributions; what moves is
    # for the tests of reorganisations.
    assert seen == set(FIGURES) - MOVES
    assert {figure.value for figure in Figure} - MOVES <= seen
    assert differ
    _check_lists(lived, rng, world)
    _check_sums(lived, rng, world)


def _check_lists(lived: list[Lived], rng: Random, world: World) -> None:
    """Each number is the length of its list, and the list holds the dossiers that the rules name."""
    for period in _periods(lived, rng)[:6]:
        for scope in (ALL, Scope(agencies=frozenset({world.neighbour.id}))):
            total = _total(period, scope)
            for figure in FIGURES:
                listed = drill_down(period, scope, figure, size=LIVES)
                named = {
                    life.dossier.id
                    for life in lived
                    if figure in life.figures(period, whole_days=False)
                    and (scope.agencies is None or _competent(life.dossier) in scope.agencies)
                }
                assert {line.id for line in listed} == named
                assert len(listed) == len(named) == total[figure] == count(period, scope, figure)


def _check_sums(lived: list[Lived], rng: Random, world: World) -> None:
    for period in _periods(lived, rng):
        whole = _total(period, ALL)
        ends = whole["withdrawn"] + whole["stopped"] + whole["in_progress"] + whole["paused"]
        assert whole["to_solve"] == whole["carried_over"] + whole["received"] == whole["solved"] + ends
        by_time = whole["early"] + whole["on_time"] + whole["late"]
        assert whole["solved"] == by_time + whole["without_limit"]
        assert whole["received"] == whole["received_online"] + whole["received_direct"]

        parts = [Scope(agencies=frozenset({place.id})) for place in (world.commune, world.neighbour)]
        assert _total(period, parts[0]) + _total(period, parts[1]) == +whole
        doors = [replace(part, attribution=Attribution.RECEIVING) for part in parts]
        assert _total(period, doors[0]) + _total(period, doors[1]) == +whole

        middle = period.start + (period.end - period.start) / 2
        first, second = _total(Period(period.start, middle), ALL), _total(Period(middle, period.end), ALL)
        assert {key: first[key] + second[key] for key in FLOWS} == {key: whole[key] for key in FLOWS}
        assert {key: second[key] for key in AT_THE_END} == {key: whole[key] for key in AT_THE_END}
        assert second["carried_over"] == sum(first[key] for key in AT_THE_END if key in set(Figure))


def test_a_closed_month_never_changes(world: World) -> None:
    """Whatever happens afterwards, counting November again gives November."""
    story = world.a_dossier().accepted()
    world.later(days=20)
    story.supplement_requested()
    november = months(2026, 11)
    before = _counted(november, ALL)
    assert before[world.commune.id, "paused_past"] == 1

    world.at = november.end
    story.resubmitted()
    assert _counted(november, ALL) == before
    story.returned()

    assert _counted(november, ALL) == before
    assert _counted(months(2026, 12), ALL) == {
        (world.commune.id, name): 1
        # What was late when it was asked for a supplement is late for good: no restart makes it early.
        for name in ("to_solve", "carried_over", "solved", "late", "returned")
    }


def test_months_are_local_months() -> None:
    november = months(2026, 11)
    assert (november.first, november.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert november.start == datetime.fromisoformat("2026-10-31T17:00:00+00:00")
    assert months(2026, 10, 3).end == months(2027, 1).start == months(2026, 12).end


def test_a_running_period_is_counted_up_to_the_moment_itself(friday: datetime) -> None:
    running = months(2026, 11).known_at(friday)
    assert running.start < friday < running.end < friday + timedelta(seconds=1)
    assert months(2026, 10).known_at(friday) == months(2026, 10)


def test_a_dossier_that_came_back_late_from_a_pause_is_due_by_its_new_date(world: World) -> None:
    story = world.a_dossier().accepted()
    assert story.dossier.due_at == at_local(date(2026, 11, 11), _CLOSING)
    world.later(days=3)
    story.supplement_requested()
    world.later(days=8)
    story.resubmitted()
    eleventh = Period(at_local(date(2026, 11, 11), _MIDNIGHT), at_local(date(2026, 11, 12), _MIDNIGHT))
    twentieth = Period(at_local(date(2026, 11, 20), _MIDNIGHT), at_local(date(2026, 11, 21), _MIDNIGHT))

    # As known on the day itself the dossier was due on the eleventh, though it is due on the twentieth now.
    assert count(eleventh, ALL, "due") == 1
    assert count(twentieth, ALL, "due") == 1
    assert drill_down(eleventh, ALL, "due")[0].due_at == at_local(date(2026, 11, 11), _CLOSING)
    assert drill_down(twentieth, ALL, "due")[0].due_at == story.dossier.due_at


def test_early_is_told_by_the_local_day(world: World) -> None:
    """Decided before dawn of the due day: the day before in UTC, but nobody calls it early here."""
    story = world.a_dossier().accepted()
    assert story.dossier.due_at == at_local(date(2026, 11, 11), _CLOSING)
    world.at = at_local(date(2026, 11, 11), time(3))
    story.decided()
    assert (count(months(2026, 11), ALL, "on_time"), count(months(2026, 11), ALL, "early")) == (1, 0)


def test_an_interconnected_dossier_counts_once_and_each_partner_apart(world: World) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    insurance = part(story, "insurance")
    partner_decides(world, insurance, "bhxh")
    world.later(days=10)
    period = months(2026, 11, 11)

    def count(**scope: Any) -> dict[UUID, dict[str, int]]:
        rows = figures(period.known_at(world.at), Scope(**scope))
        names = ("received", "solved", "in_progress_past")
        return {row.agency_id: {name: row.counts[name] for name in names} for row in rows}

    police = part(story, "police").competent_agency_id
    assert count() == {world.commune.id: {"received": 1, "solved": 0, "in_progress_past": 1}}
    assert count(channel="interconnected") == {
        police: {"received": 1, "solved": 0, "in_progress_past": 1},
        insurance.competent_agency_id: {"received": 1, "solved": 1, "in_progress_past": 0},
    }
    assert count(channel="online") == count()
    assert count(agencies=frozenset({police})) == {}
