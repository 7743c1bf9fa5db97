"""Random plans, one after the other: whatever was held has exactly one agency on every day, and it lives."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.reorganisation import (
    AgencyState,
    Fault,
    Outcome,
    Plan,
    PostState,
    Standing,
    TerritoryState,
    check,
    operation_from,
    outcome_of,
)
from motcua.rules.succession import Lines, Link

FIRST = date(2026, 1, 1)
PLACES = ("t0", "t1", "t2", "t0.1", "t0.2")
PROCEDURES = ("p", "q")
FUNCTIONS = ("receiver", "head")
_NAMES = [f"a{n}" for n in range(5)]


@dataclass
class _Country:
    """Agencies through several plans, as the facts would be after each."""

    today: date = FIRST
    agencies: dict[str, AgencyState] = field(default_factory=dict)
    posts: dict[str, PostState] = field(default_factory=dict)
    links: list[Link[str]] = field(default_factory=list)
    days: dict[date, frozenset[str]] = field(default_factory=dict)

    def standing(self) -> Standing:
        return Standing(
            today=self.today,
            agencies=dict(self.agencies),
            posts=dict(self.posts),
            territories={code: TerritoryState(code) for code in PLACES},
            procedures=frozenset(PROCEDURES),
            kinds=frozenset({"department"}),
            levels=frozenset({"province"}),
            functions=frozenset(FUNCTIONS),
        )

    @property
    def living(self) -> list[str]:
        return sorted(key for key, row in self.agencies.items() if row.living)

    def take(self, plan: Plan, outcome: Outcome) -> None:
        """Be as the plan says."""
        for key in outcome.ended:
            self.agencies[key] = replace(self.agencies[key], living=False)
        self.posts = {name: post for name, post in self.posts.items() if post.agency not in outcome.ended}
        for one in plan.operations:
            if type(one).__name__ == "Establish":
                self._add(one.key)  # type: ignore[union-attr]
        for key, (parent, _) in outcome.parents.items():
            self.agencies[key] = replace(self.agencies[key], parent=parent)
        self.links += outcome.links
        self.today = plan.effective
        self.days[plan.effective] = frozenset(self.living)

    def _add(self, key: str) -> None:
        self.agencies[key] = AgencyState(key, "department", "province", holds=True)
        for function in FUNCTIONS:
            post = PostState(key, function, function, f"{key}.{function}")
            self.posts[post.name] = post


def _country() -> _Country:
    country = _Country()
    for key in _NAMES[:4]:
        country._add(key)
    country.days[FIRST] = frozenset(country.living)
    return country


_pick = st.integers(0, 30)
_places = st.lists(st.sampled_from(PLACES), unique=True, max_size=2)
_procedures = st.lists(st.sampled_from(PROCEDURES), unique=True, max_size=1)
_OPS = ("establish", "merge", "split", "transfer", "dissolve", "move")
_drawn = st.lists(
    st.tuples(st.sampled_from(_OPS), _pick, _pick, _pick, _places, _procedures),
    min_size=1,
    max_size=5,
)  # fmt: skip


def _said(country: _Country, drawn: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return lines that name agencies which are there, or begin; what is wrong beyond that the check must find."""
    lines: list[dict[str, Any]] = []
    new = [f"n{len(country.agencies)}x{number}" for number, row in enumerate(drawn) if row[0] == "establish"]
    for key in new:
        lines.append(
            {
                "op": "establish",
                "key": key,
                "name_vi": key,
                "kind": "department",
                "level": "province",
                "code_qd20": key.upper(),
            }
        )
        lines += [{"op": "post", "agency": key, "key": f, "function": f, "title_vi": f} for f in FUNCTIONS]
    old, everyone = country.living, country.living + new

    for name, first, second, third, places, procedures in drawn:
        one, other, last = (
            old[first % len(old)],
            everyone[second % len(everyone)],
            everyone[third % len(everyone)],
        )
        match name:
            case "merge":
                lines.append({"op": "merge", "from": sorted({one, old[third % len(old)]}), "into": other})
            case "split":
                part = {"to": other, "territories": places, "procedures": procedures}
                lines.append({"op": "split", "agency": one, "parts": [part], "rest": last})
            case "transfer" if procedures:
                lines.append(
                    {
                        "op": "transfer",
                        "procedures": procedures,
                        "from": one,
                        "to": other,
                        "territories": places,
                    }
                )
            case "dissolve":
                lines.append({"op": "dissolve", "agency": one, "successor": other})
            case "move":
                lines.append({"op": "move", "agency": one, "parent": other})
            case _:
                pass
    return lines


def _plan(country: _Country, drawn: list[tuple[Any, ...]]) -> Plan:
    faults: list[Fault] = []
    made = [operation_from(said, line, faults) for line, said in enumerate(_said(country, drawn), 2)]
    assert not faults
    return Plan("T", "NQ", country.today + timedelta(days=7), tuple(one for one in made if one))


def _below(place: str) -> tuple[str, ...]:
    return (place, place.split(".")[0]) if "." in place else (place,)


@settings(max_examples=300)
@given(st.lists(_drawn, min_size=1, max_size=5))
def test_every_thing_has_one_living_agency_on_every_day(history: list[list[tuple[Any, ...]]]) -> None:
    country = _country()
    things = [
        (agency, place, procedure)
        for agency in country.living
        for place in ("", *PLACES)
        for procedure in PROCEDURES
    ]
    now = {thing: thing[0] for thing in things}
    sound = 0
    for drawn in history:
        plan = _plan(country, drawn)
        outcome = outcome_of(plan, country.standing())
        if check(plan, country.standing()):
            continue
        sound += 1
        eve = plan.effective - timedelta(days=1)
        country.take(plan, outcome)
        for thing, agency in now.items():
            now[thing] = outcome.lines.heir(
                agency, on=plan.effective, since=eve, places=_below(thing[1]), procedure=thing[2]
            ).agency
            assert now[thing] in country.living
    # All links together lead where going day by day has led, on every day that there was.
    lines = Lines(country.links)
    for thing, agency in now.items():
        asked = {"places": _below(thing[1]), "procedure": thing[2], "since": FIRST}
        assert lines.heir(thing[0], on=country.today, **asked).agency == agency
        for day, living in country.days.items():
            assert lines.heir(thing[0], on=day, **asked).agency in living


@settings(max_examples=300)
@given(_drawn)
def test_a_plan_with_a_fault_says_so_at_a_line_that_is_there(drawn: list[tuple[Any, ...]]) -> None:
    country = _country()
    plan = _plan(country, drawn)
    lines = {one.line for one in plan.operations} | {1}
    for fault in check(plan, country.standing()):
        assert fault.line in lines


@settings(max_examples=300)
@given(_drawn)
def test_a_sound_plan_leaves_no_parent_that_ended_and_no_circle(drawn: list[tuple[Any, ...]]) -> None:
    country = _country()
    plan = _plan(country, drawn)
    outcome = outcome_of(plan, country.standing())
    if check(plan, country.standing()):
        return
    country.take(plan, outcome)
    for key in country.living:
        way, step = [key], country.agencies[key].parent
        while step:
            assert step in country.living
            assert step not in way
            way.append(step)
            step = country.agencies[step].parent
