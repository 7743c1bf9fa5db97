"""Figures over reorganisations: as it was, and as it is now; the SQL against the rules."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from motcua.dossiers.models import Dossier
from motcua.organisation.models import Agency, AgencyVersion, Competence, Reorganisation, Territory
from motcua.organisation.queries import lines
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import FIGURES, Attribution, Scope, count, drill_down, figures
from motcua.rules.figures import Happening, classify_by_agency
from motcua.rules.localday import at_local, local_day
from tests.reporting.lives import happenings, live_together, procedures
from tests.reporting.reorganised import link, passed, reorganise
from tests.world import START, World

LIVES = 70
ALL = Scope()
DOOR = Scope(attribution=Attribution.RECEIVING)
NOVEMBER = months(2026, 11)
# Of these places two lie in the third.
PLACES = ("", "P1", "P2", "P9")
OUTER = {"P1": ("P1", "P9"), "P2": ("P2",), "P9": ("P9",), "": ()}
_SIDES = {Attribution.COMPETENT: "competent", Attribution.RECEIVING: "receiving"}


def _counted(period: Period, scope: Scope) -> dict[tuple[UUID, str], int]:
    rows = figures(period, scope)
    assert all(any(row.counts.values()) for row in rows)
    return {(row.agency_id, name): number for row in rows for name, number in row.counts.items() if number}


def _total(period: Period, scope: Scope) -> Counter[str]:
    return sum((Counter(row.counts) for row in figures(period, scope)), Counter())


def _day(day: int, hour: int = 9, month: int = 11) -> datetime:
    return at_local(date(2026, month, day), time(hour))


# --- random histories


@dataclass(frozen=True)
class Lived:
    """A dossier, its history, and who had it at first by each attribution."""

    dossier: Dossier
    history: list[Happening]
    held: dict[Attribution, tuple[UUID, list[Happening]]]

    def figures(
        self, period: Period, scope: Scope, follow: Callable[..., UUID] | None
    ) -> dict[UUID, set[str]]:
        """Return by agency its figures by the rules, with the channels and the sums that follow from them."""
        first, passings = self.held[scope.attribution]
        found = classify_by_agency(
            self.history + passings, first=first, start=period.start, end=period.end,
            whole_days=scope.whole_days,
            follow=follow and (lambda agency, at: follow(self.dossier, agency, at)),
        )  # fmt: skip
        return {agency: self._with_sums(set(names)) for agency, names in found.items()}

    def _with_sums(self, names: set[str]) -> set[str]:
        if "received" in names:
            names.add(f"received_{self.dossier.channel}")
            names |= {"received_direct"} if self.dossier.channel != "online" else set()
        return names | {sum_ for sum_ in ("in_progress", "paused") if any(n.startswith(sum_) for n in names)}


class Province:
    """Four communes that are divided, merged and divided again while dossiers live on."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng, self.plans = world, rng, list[Reorganisation]()
        self.one, self.two = world.commune, world.neighbour
        self.three = world._office("xa-ba", "Ủy ban nhân dân xã Ba", "X1.03")
        self.four = world._office("xa-bon", "Ủy ban nhân dân xã Bốn", "X1.04")
        self.agencies = (self.one, self.two, self.three, self.four)
        for code, above in (("P9", ""), ("P1", "P9"), ("P2", "")):
            Territory.objects.create(
                code=code, name=code, kind="commune", parent_code=above, valid_from=START
            )
        self.known = procedures(world)
        self.snapshots: list[tuple[Period, Scope, dict[tuple[UUID, str], int]]] = []

    def live(self) -> list[Lived]:
        """Lead the lives through three reorganisations."""
        begin = self.world.at
        turns = [(begin + timedelta(days=days, hours=7), turn) for days, turn in (
            (5, self._places), (14, self._divide), (26, self._merge), (38, self._back), (41, self._places),
        )]  # fmt: skip
        dossiers = live_together(self.world, self.rng, self.known, self.agencies, count=LIVES, turns=turns)
        return [
            Lived(each, happenings(each.id), {a: passed(each, side) for a, side in _SIDES.items()})
            for each in dossiers
        ]

    def _places(self) -> None:
        for dossier in Dossier.objects.filter(place_code=""):
            dossier.place_code = self.rng.choice(PLACES)
            dossier.save(update_fields=["place_code"])

    def _divide(self) -> None:
        """One procedure goes from one to three, what lies in a place to four; the rest stays."""
        self._reorganise(
            link(self.one, self.three, procedure=self.known[1].procedure_id),
            link(self.one, self.four, place="P9"),
            link(self.one, self.one, fallback=True),
        )

    def _merge(self) -> None:
        """One, two and four become three; carried out two days late."""
        merged = [link(each, self.three, ends=True) for each in (self.one, self.two, self.four)]
        self._reorganise(*merged, on=local_day(self.world.at) - timedelta(days=2))

    def _back(self) -> None:
        """What came to three goes back to one, but for a place that goes to two."""
        self._reorganise(
            link(self.three, self.one, fallback=True, ends=True), link(self.three, self.two, place="P2")
        )

    def _reorganise(self, *links: dict[str, Any], on: date | None = None) -> None:
        past = Period(NOVEMBER.start, self.world.at)
        scopes = (ALL, DOOR, replace(ALL, agencies=frozenset({self.one.id, self.three.id})))
        self.snapshots += [(past, scope, _counted(past, scope)) for scope in scopes]
        self.plans.append(reorganise(self.world.at, *links, on=on))

    def follow(self, dossier: Dossier, agency: UUID, at: datetime) -> UUID:
        """Return who answers at last for what an agency held at a moment."""
        due = [plan.effective_on for plan in self.plans if plan.applied_at and plan.applied_at > at]
        if not due:
            return agency
        heir = lines().heir(
            agency, on=date(2027, 12, 31), since=min(due) - timedelta(days=1),
            places=OUTER[dossier.place_code], procedure=dossier.procedure_id,
        )  # fmt: skip
        return heir.agency


def _periods(lived: list[Lived], plans: list[Reorganisation], rng: Random) -> list[Period]:
    moments = {each.at for life in lived for each in life.history}
    moments |= {each.due for life in lived for each in life.history if each.due}
    turns = [plan.applied_at for plan in plans if plan.applied_at]
    edges = sorted(moments)
    drawn = [sorted(rng.sample(edges, 2)) for _ in range(10)]
    drawn += [sorted((turn, rng.choice([edge for edge in edges if edge != turn]))) for turn in turns * 2]
    return [NOVEMBER, months(2026, 12), months(2026, 10, 3)] + [Period(a, b) for a, b in drawn]


def _expected(
    lived: list[Lived], period: Period, scope: Scope, follow: Callable[..., UUID] | None
) -> Counter[tuple[UUID, str]]:
    return Counter(
        (agency, name)
        for life in lived
        for agency, names in life.figures(period, scope, follow).items()
        if scope.agencies is None or agency in scope.agencies
        for name in names
    )


def test_the_figures_are_those_of_the_rules_over_reorganisations(world: World) -> None:
    rng = Random(20261128)
    province = Province(world, rng)
    lived = province.live()
    assert sum(len(life.held[Attribution.COMPETENT][1]) > 1 for life in lived) > 3
    for past, scope, before in province.snapshots:
        assert _counted(past, scope) == before
    today = date(2027, 12, 31)
    seen: set[str] = set()
    changed = False
    for period in _periods(lived, province.plans, rng):
        some = frozenset(each.id for each in rng.sample(province.agencies, 2))
        for attribution in Attribution:
            for agencies in (None, some):
                was = Scope(agencies=agencies, attribution=attribution, whole_days=rng.random() < 0.3)
                now = replace(was, followed_to=today)
                counted, followed = _counted(period, was), _counted(period, now)
                assert counted == _expected(lived, period, was, None)
                assert followed == _expected(lived, period, now, province.follow)
                seen |= {name for _, name in counted}
                changed = changed or counted != followed
    # The rarest ones need not be among so few lives.
    assert len(seen) > len(FIGURES) - 3
    assert {"moved_in", "moved_out"} <= seen
    assert changed
    _check_lists(lived, province, rng)
    _check_sums(lived, province, rng)


def _check_lists(lived: list[Lived], province: Province, rng: Random) -> None:
    """Each number is the length of its list, and nothing stands in a list twice."""
    for period in _periods(lived, province.plans, rng)[:6]:
        for scope in (ALL, replace(ALL, followed_to=date(2027, 12, 31))):
            counted = _counted(period, scope)
            for name in FIGURES:
                listed = drill_down(period, scope, name, size=LIVES)
                assert len({line.id for line in listed}) == len(listed) == count(period, scope, name)
                found = Counter((line.agency_id, name) for line in listed)
                assert found == {key: number for key, number in counted.items() if key[1] == name}


def _check_sums(lived: list[Lived], province: Province, rng: Random) -> None:
    """The identities hold for each agency, and its agencies make the whole."""
    for period in _periods(lived, province.plans, rng):
        for scope in (ALL, DOOR, replace(ALL, followed_to=date(2027, 12, 31))):
            rows = [row.counts for row in figures(period, scope)]
            for row in rows:
                flows = row["carried_over"] + row["received"] + row["moved_in"] - row["moved_out"]
                ends = row["solved"] + row["withdrawn"] + row["stopped"] + row["in_progress"] + row["paused"]
                assert row["to_solve"] == flows == ends
                by_time = row["early"] + row["on_time"] + row["late"] + row["without_limit"]
                assert row["solved"] == by_time
            whole = _total(period, scope)
            assert whole["moved_in"] == whole["moved_out"]
            parts = [replace(scope, agencies=frozenset({each.id})) for each in province.agencies]
            assert sum((_total(period, part) for part in parts), Counter()) == +whole


# --- examples


def _merge(world: World, day: int, *before: Agency, into: Agency, **more: Any) -> None:
    world.at = _day(day, 1)
    reorganise(world.at, *(link(each, into, ends=True, **more) for each in before))


def _at(agency: Agency, counts: dict[tuple[UUID, str], int]) -> set[str]:
    return {
        name
        for (where, name), _ in counts.items()
        if where == agency.id and not name.startswith(("received_", "due"))
    }


def _now(world: World) -> Scope:
    return Scope(followed_to=local_day(world.at))


def test_a_month_of_a_merger(world: World) -> None:
    """Accepted and decided before; accepted before and decided after; as it was and as it is now."""
    new = world._office("xa-moi", "Ủy ban nhân dân xã Mới", "X1.03")
    world.a_dossier().decided()
    later = world.a_dossier().accepted()
    _merge(world, 10, world.commune, into=new)
    world.at = _day(20)
    later.decided()
    was = _counted(NOVEMBER, ALL)
    assert was[world.commune.id, "received"] == 2
    assert _at(world.commune, was) == {"received", "moved_out", "to_solve", "solved", "early"}
    assert _at(new, was) == {"moved_in", "to_solve", "solved", "late"}
    assert was[world.commune.id, "to_solve"] == was[new.id, "to_solve"] == 1

    now = _counted(NOVEMBER, _now(world))
    assert {agency for agency, _ in now} == {new.id}
    assert _at(new, now) == {"received", "to_solve", "solved", "early", "late"}
    assert now[new.id, "received"] == now[new.id, "to_solve"] == 2
    # Before the merger was carried out the same question had the old commune for an answer.
    assert _counted(NOVEMBER, Scope(followed_to=date(2026, 11, 9))) == was
    # Another agency's scope finds what led there, and only that.
    theirs = replace(_now(world), agencies=frozenset({new.id}))
    assert _counted(NOVEMBER, theirs) == now
    assert _counted(NOVEMBER, replace(theirs, agencies=frozenset({world.commune.id}))) == {}


def test_what_comes_back_in_the_same_month_has_not_moved(world: World) -> None:
    world.a_dossier().accepted()
    _merge(world, 10, world.commune, into=world.neighbour)
    _merge(world, 20, world.neighbour, into=world.commune)
    whole = _counted(NOVEMBER, ALL)
    assert _at(world.commune, whole) == {"received", "to_solve", "in_progress", "in_progress_past"}
    assert world.neighbour.id not in {agency for agency, name in whole if name != "due"}
    halves = Period(NOVEMBER.start, _day(15)), Period(_day(15), NOVEMBER.end)
    first, second = (_counted(half, ALL) for half in halves)
    assert _at(world.commune, first) == {"received", "moved_out"}
    assert _at(world.neighbour, second) == {"carried_over", "moved_out"}
    assert {"moved_in", "to_solve"} < _at(world.commune, second)
    # Due on the eleventh, when the neighbour had it.
    assert whole[world.neighbour.id, "due"] == 1


def test_what_passed_over_two_agencies_moved_from_the_first_to_the_last(world: World) -> None:
    third = world._office("xa-ba", "Ủy ban nhân dân xã Ba", "X1.03")
    world.a_dossier().accepted()
    _merge(world, 10, world.commune, into=world.neighbour)
    _merge(world, 20, world.neighbour, into=third)
    counts = _counted(NOVEMBER, ALL)
    assert _at(world.commune, counts) == {"received", "moved_out"}
    assert _at(world.neighbour, counts) == set()
    assert _at(third, counts) == {"moved_in", "to_solve", "in_progress", "in_progress_past"}
    now = _counted(NOVEMBER, _now(world))
    assert _at(third, now) == {"received", "to_solve", "in_progress", "in_progress_past"}


def test_only_a_change_of_the_agency_that_is_asked_for_is_a_move(world: World) -> None:
    story = world.a_dossier(agency=world.commune)
    Dossier.objects.filter(pk=story.dossier.pk).update(receiving_agency=world.neighbour)
    story.reload().accepted()
    third = world._office("xa-ba", "Ủy ban nhân dân xã Ba", "X1.03")
    _merge(world, 10, world.commune, into=third)
    assert _counted(NOVEMBER, ALL)[third.id, "moved_in"] == 1
    assert {agency for agency, _ in _counted(NOVEMBER, DOOR)} == {world.neighbour.id}


def test_what_passed_before_it_was_accepted_is_received_where_it_is_then(world: World) -> None:
    story = world.a_dossier().filed()
    _merge(world, 10, world.commune, into=world.neighbour)
    world.at = _day(11)
    story.accepted()
    assert {agency for agency, _ in _counted(NOVEMBER, ALL)} == {world.neighbour.id}
    assert "moved_in" not in _at(world.neighbour, _counted(NOVEMBER, ALL))


def test_where_an_agency_stood_leads_what_knows_no_place(world: World) -> None:
    """By the eve of each day of reorganisation, whatever the agency is told of later."""
    AgencyVersion.objects.filter(agency=world.commune).update(territory_code="P1")
    world.a_dossier().decided()
    north = world._office("xa-bac", "Ủy ban nhân dân xã Bắc", "X1.03")
    world.at = _day(10, 1)
    reorganise(
        world.at,
        link(world.commune, north, place="P1", ends=True),
        link(world.commune, world.neighbour, fallback=True, ends=True),
    )
    assert {agency for agency, _ in _counted(NOVEMBER, _now(world))} == {north.id}


def test_what_an_agency_does_after_it_was_divided_stays_with_it(world: World) -> None:
    """Decided after its day of effect but before it was carried out goes along; decided afterwards does not."""
    world.at = _day(12)
    world.a_dossier().decided()
    mine = link(world.commune, world.neighbour, procedure=world.procedure.procedure_id)
    reorganise(_day(13), mine, on=date(2026, 11, 10))
    assert {agency for agency, _ in _counted(NOVEMBER, _now(world))} == {world.neighbour.id}
    world.at = _day(16)
    # By an act of its own the commune does it again.
    Competence.objects.create(
        agency=world.commune,
        duty="decide",
        procedure_id=world.procedure.procedure_id,
        valid_from=date(2026, 11, 16),
    )
    world.a_dossier().decided()
    now = _counted(NOVEMBER, _now(world))
    assert now[world.neighbour.id, "solved"] == now[world.commune.id, "solved"] == 1
