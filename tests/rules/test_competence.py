"""Who receives and who decides: the table of the page, a naive reading of it, and the same question turned round."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.competence import (
    DECIDING,
    Act,
    Agencies,
    Answer,
    Competent,
    Duty,
    Solving,
    Source,
    Standing,
    Statement,
    Undecided,
    Work,
    answer_of,
)
from motcua.rules.places import Area, Became, Places
from motcua.rules.succession import Lines, Link

JUNE, JULY, AUGUST, SEPTEMBER = (date(2025, month, 1) for month in (6, 7, 8, 9))
EVER, NEVER = date(2020, 1, 1), date.max
COMMUNE: Statement[str] = Statement(level="commune")
PLACES = (
    Area("p", "", EVER),
    Area("p1", "", EVER, JULY),
    *(Area(code, "p", EVER) for code in ("t1", "t2", "t3")),
    Area("c1", "p1", EVER, JULY),
    Area("c", "p", JULY),
)
BECAME = (Became("c1", "c", JULY), Became("p1", "p", JULY))


def _work(
    key: str, place: str, kind: str = "commune", since: date = EVER, until: date = NEVER, **more: Any
) -> Work[str]:
    level = "commune" if kind == "commune" else "province"
    return Work(key, since, until, kind, level, place, **more)


COMMUNES = (_work("a", "t1"), _work("b", "t2"))


def _standing(works: Any = COMMUNES, links: Any = (), acts: Any = ()) -> Standing[str]:
    return Standing(Agencies(works), Places(PLACES, BECAME), list(links), acts)


def _act(agency: str, place: str = "", since: date = EVER, duty: Duty = Duty.DECIDE) -> Act[str]:
    return Act(agency, duty, "P", place, since)


def _asked(
    standing: Standing[str],
    place: str,
    on: date = SEPTEMBER,
    said: Any = (COMMUNE,),
    duty: Duty = Duty.DECIDE,
) -> Answer[str]:
    at = standing.deciding if duty is Duty.DECIDE else standing.receiving
    return answer_of(at("P", said, standing.where(place, on=on), on=on))


def _several(answer: Answer[str]) -> set[str]:
    assert isinstance(answer, Undecided)
    assert answer.code == ("several" if answer.found else "nobody")
    return {row.agency for row in answer.found}


def test_by_level_until_an_act_gives_it_away_there() -> None:
    standing = _standing(acts=[_act("b", "t1", SEPTEMBER)])
    assert _asked(standing, "t1", AUGUST) == Competent("a", Source.LEVEL, "t1")
    assert _asked(standing, "t1") == Competent("b", Source.ACT, "t1")
    assert _asked(standing, "t2") == Competent("b", Source.LEVEL, "t2")
    assert _several(_asked(standing, "t3")) == set()


def test_an_act_above_beats_the_level_and_an_act_below_beats_that() -> None:
    works = (*COMMUNES, _work("d", "p", "department"))
    above = _standing(works, acts=[_act("d")])
    for place in ("t1", "t2", "t3", "p"):
        assert _asked(above, place) == Competent("d", Source.ACT, "p")
    assert not above.solves("a", "P", (COMMUNE,), on=SEPTEMBER)
    assert above.solves("d", "P", (COMMUNE,), on=SEPTEMBER)
    both = _standing(works, acts=[_act("d"), _act("a", "t1")])
    assert _asked(both, "t1") == Competent("a", Source.ACT, "t1")
    assert both.solves("a", "P", (COMMUNE,), on=SEPTEMBER)
    assert not both.solves("b", "P", (COMMUNE,), on=SEPTEMBER)


def test_named_and_followed_by_what_was_merged_or_divided() -> None:
    works = (
        _work("x", "c1", until=JULY),
        _work("y", "c", since=JULY),
        _work("z", "t2", since=JULY),
        _work("k", "t3"),
    )
    said = (Statement("x", since=EVER),)
    merged = _standing(works, links=[Link("x", "y", JULY)])
    assert _asked(merged, "c1", JUNE, said) == Competent("x", Source.NAMED, "c1")
    assert _asked(merged, "c", said=said) == Competent("y", Source.NAMED, "c", followed_from="x")
    divided = _standing(works, links=[Link("x", "y", JULY, "c1"), Link("x", "z", JULY, fallback=True)])
    # What was said of the old commune is found for the new one.
    assert _asked(divided, "c", said=said) == Competent("y", Source.NAMED, "c", followed_from="x")
    assert _asked(divided, "t2", said=said) == Competent("z", Source.NAMED, "t2", "x", flagged=True)
    ended = _standing(works)
    assert _several(_asked(ended, "c", said=said)) == set()
    # A version of a later day means an agency as it is then; of one that has ended, who follows it.
    gave = _standing(works, links=[Link("k", "y", JULY, procedure="P"), Link("k", "k", JULY)])
    assert _asked(gave, "t3", said=(Statement("k", since=EVER),)) == Competent("y", Source.NAMED, "c", "k")
    assert _asked(gave, "t3", said=(Statement("k", since=AUGUST),)) == Competent("k", Source.NAMED, "t3")
    assert _asked(merged, "c", said=(Statement("x", since=AUGUST),)) == Competent("y", Source.NAMED, "c", "x")


def test_several_are_named_and_none_is_guessed() -> None:
    works = (*COMMUNES, _work("d", "p", "department"), _work("e", "p", "department"))
    province = Statement(level="province")
    assert _several(_asked(_standing(works), "t1", said=(province,))) == {"d", "e"}
    assert _several(_asked(_standing(works), "t1", said=(province, COMMUNE))) == {"a", "d", "e"}
    far = _standing((*COMMUNES, _work("f", "")), acts=[_act("f")])
    # Nobody knows where it works: it gets, and nobody loses.
    assert _several(_asked(far, "t1")) == {"a", "f"}
    assert {row.agency for row in far.everywhere("P", (COMMUNE,), on=JULY)} == {"a", "b", "f"}


def test_a_name_means_who_is_called_so_and_who_followed_them() -> None:
    works = (
        _work("gt", "p", "department", until=JULY, spelt="so giao thong van tai"),
        _work("xd", "p", "department", spelt="so xay dung tinh p"),
        _work("xda", "p1", "department", until=JULY, spelt="so xay dung tinh p mot"),
    )
    standing = _standing(works, links=[Link("gt", "xd", JULY)])
    spelt = Statement(spelt="so xay dung")
    assert _asked(standing, "t1", said=(spelt,)) == Competent("xd", Source.SPELT, "p")
    assert _asked(standing, "c1", JUNE, said=(spelt,)) == Competent("xda", Source.SPELT, "p1")
    old = Statement(spelt="so giao thong")
    assert _asked(standing, "t1", JUNE, (old,)) == Competent("gt", Source.SPELT, "p")
    assert _asked(standing, "t1", said=(old,)) == Competent("xd", Source.SPELT, "p", "gt")
    assert standing.solves("xd", "P", (old,), on=JULY)
    assert _several(_asked(standing, "t1", said=(Statement(spelt="so xay dun"),))) == set()


def test_who_decides_receives_unless_an_act_says_who() -> None:
    standing = _standing(acts=[_act("b", "t1", duty=Duty.RECEIVE)])
    assert _asked(standing, "t1", duty=Duty.RECEIVE) == Competent("b", Source.ACT, "t1")
    assert _asked(standing, "t1") == Competent("a", Source.LEVEL, "t1")
    assert _asked(standing, "t2", duty=Duty.RECEIVE) == Competent("b", Source.LEVEL, "t2")


def test_who_acts_for_a_partner_that_a_process_names() -> None:
    works = (*COMMUNES, _work("x", "c1", until=JULY), _work("y", "c", since=JULY))
    standing = _standing(works, links=[Link("x", "y", JULY)], acts=[_act("b", "t1", AUGUST)])
    where = standing.where("t1", on=AUGUST)
    assert standing.acting_for("a", None, where, on=AUGUST) == "a"
    assert standing.acting_for("a", "P", where, on=AUGUST) == "b"
    assert standing.acting_for("a", "Q", where, on=AUGUST) == "a"
    assert standing.acting_for("x", None, where, on=AUGUST) == "y"
    assert _standing(works).acting_for("x", None, where, on=AUGUST) is None


@pytest.mark.parametrize(
    ("code", "on", "above", "now"),
    [
        ("t1", JULY, ("t1", "p"), ("t1",)),
        ("c1", JUNE, ("c1", "p1"), ("c1",)),
        ("c1", AUGUST, ("c1",), ("c",)),
        ("c", JUNE, ("c",), ("c1",)),
        ("nowhere", JULY, ("nowhere",), ("nowhere",)),
        ("", JULY, (), ("",)),
    ],
)
def test_where_a_place_lies(code: str, on: date, above: tuple[str, ...], now: tuple[str, ...]) -> None:
    places = Places(PLACES, BECAME)
    assert places.above(code, on=on) == above
    assert places.now(code, on=on) == now


def test_what_was_divided_is_all_its_parts_and_a_circle_ends() -> None:
    areas = [
        Area("o", "p", EVER, JULY),
        Area("m", "p", JULY),
        Area("n", "p", JULY),
        Area("x", "", EVER, JULY),
    ]
    became = [
        Became("o", "m", JULY),
        Became("o", "n", JULY),
        Became("x", "x", AUGUST),
        Became("m", "o", AUGUST),
    ]
    places = Places(areas, became)
    assert places.now("o", on=AUGUST) == ("m", "n")
    assert places.now("x", on=AUGUST) == ("x",)
    assert places.ways("m", on=JULY) == (("o", "p", "m", "p"),)
    assert Places(PLACES, BECAME).ways("c", on=AUGUST) == (("c1", "p1", "c", "p"),)


# --- against a naive reading --------------------------------------------------------------------------------

_DAYS = [EVER + timedelta(days=number) for number in range(6)]
_CODES = ["p", "q", "t", "u", "v", "w"]
_KEYS = ["a", "b", "c", "d", "e"]
_NAMES = ["so mot", "so mot hai", "so ba"]
_AREAS = (
    Area("p", "", EVER),
    Area("q", "", EVER, _DAYS[3]),
    Area("t", "p", EVER),
    Area("u", "p", EVER, _DAYS[2]),
    Area("v", "q", EVER, _DAYS[3]),
    Area("w", "p", _DAYS[2]),
)
_JOINED = (Became("u", "w", _DAYS[2]), Became("v", "w", _DAYS[3]), Became("q", "p", _DAYS[3]))

_day = st.sampled_from(_DAYS)
_key = st.sampled_from(_KEYS)
_place = st.sampled_from(["", *_CODES])
_procedure = st.sampled_from(["P", "Q"])


@st.composite
def _works(draw: st.DrawFn) -> list[Work[str]]:
    found = []
    for key in _KEYS:
        cuts = sorted(draw(st.sets(_day, min_size=1, max_size=3)))
        ends = [*cuts[1:], draw(st.sampled_from([NEVER, NEVER, cuts[-1] + timedelta(days=1)]))]
        for since, until in zip(cuts, ends, strict=True):
            kind, level = draw(
                st.sampled_from(
                    [
                        ("commune", "commune"),
                        ("department", "province"),
                        ("province", "province"),
                        ("police", "commune"),
                    ]
                )
            )
            found.append(Work(key, since, until, kind, level, draw(_place), draw(st.sampled_from(_NAMES))))
    return found


_links = st.lists(
    st.builds(
        Link,
        predecessor=_key,
        successor=_key,
        on=_day,
        place=_place,
        procedure=st.sampled_from([None, None, "P"]),
        fallback=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda link: (link.predecessor, link.on, link.place, link.procedure),
)
_acts = st.lists(
    st.builds(
        Act,
        agency=_key,
        duty=st.sampled_from(["decide", "decide", "receive"]),
        procedure=_procedure,
        place=_place,
        since=_day,
        until=st.sampled_from([NEVER, *_DAYS[3:]]),
    ),
    max_size=5,
    # A place is given to one; of one agency only one act without a place.
    unique_by=lambda act: (act.duty, act.procedure, act.place or act.agency),
)
_statement = st.one_of(
    st.builds(Statement, agency=_key, since=_day),
    st.sampled_from(
        [
            Statement(level="commune"),
            Statement(level="province"),
            Statement(kind="commune"),
            Statement(spelt="so mot"),
            Statement(spelt="so"),
            Statement(spelt="so ba bon"),
        ]
    ),
)
_said = st.lists(_statement, max_size=3, unique=True).map(tuple)


class _Naive:
    """The page read line by line, with no index at all."""

    def __init__(self, works: list[Work[str]], links: list[Link[str]], acts: list[Act[str]]) -> None:
        self.works, self.links, self.acts = works, links, acts
        self.lines, self.places = Lines(links), Places(_AREAS, _JOINED)

    def living(self, agency: str, on: date) -> Work[str] | None:
        return next((w for w in self.works if w.agency == agency and w.since <= on < w.until), None)

    def since(self, agency: str, on: date) -> date:
        day = on
        while self.living(agency, day - timedelta(days=1)):
            day -= timedelta(days=1)
        return day

    def heirs(self, agency: str, since: date | None, procedure: str, place: str, on: date) -> set[str]:
        ways = self.places.ways(place, on=on) if place else ((),)
        found = {
            self.lines.heir(agency, on=on, since=since, places=way, procedure=procedure).agency
            for way in ways
        }
        return {one for one in found if self.living(one, on)}

    def given(self, duty: str, procedure: str, place: str, on: date) -> Iterator[tuple[str, str]]:
        """Give (agency, territory) of each act: the one named, or where its agency works."""
        codes = {code for way in self.places.ways(place, on=on) for code in way} if place else set()
        for act in self.acts:
            if (act.duty, act.procedure) != (duty, procedure) or not act.since <= on < act.until:
                continue
            worked = {work.place for work in self.works if work.agency == act.agency}
            for heir in self.heirs(act.agency, act.since, procedure, place, on):
                work = self.living(heir, on)
                assert work is not None
                if act.place:
                    yield heir, f"placed {act.place}"
                elif worked & (codes | {""} | set(self.places.above(place, on=on))):
                    yield heir, work.place

    def deciding(self, procedure: str, said: tuple[Statement[str], ...], place: str, on: date) -> set[str]:
        chain = self.places.above(place, on=on)
        given = list(self.given("decide", procedure, place, on))
        for code in chain:
            for wanted in (f"placed {code}", code):
                if found := {agency for agency, where in given if where == wanted}:
                    return found
        found = {agency for agency, where in given if where == ""}
        for one in said:
            found |= self.meant(one, procedure, place, chain, on)
        return found

    def meant(
        self, one: Statement[str], procedure: str, place: str, chain: tuple[str, ...], on: date
    ) -> set[str]:
        if one.agency is not None:
            since = one.since if one.since and self.living(one.agency, one.since) else None
            found = self.heirs(one.agency, since, procedure, place, on)
            own = self.living(one.agency, on)
            return found - ({one.agency} if own and own.place and own.place not in chain else set())
        fitting = [work for work in self.works if self.fits(one, work)]
        for code in (*chain, ""):
            living = {w.agency for w in fitting if w.place == code and w.since <= on < w.until}
            if living:
                return {
                    heir
                    for agency in living
                    for heir in self.heirs(agency, self.since(agency, on), procedure, place, on)
                }
        codes = {code for way in self.places.ways(place, on=on) for code in way} if place else set()
        ended = {w.agency for w in fitting if one.spelt and w.until <= on and w.place in codes | {""}}
        gone = {agency for agency in ended if agency in self.lines and not self.living(agency, on)}
        return {heir for agency in gone for heir in self.heirs(agency, None, procedure, place, on)}

    def fits(self, one: Statement[str], work: Work[str]) -> bool:
        if one.spelt:
            return work.spelt == one.spelt or work.spelt.startswith(one.spelt + " ")
        return work.kind == one.kind if one.kind else work.level == one.level and work.kind in DECIDING


@settings(max_examples=600, deadline=None)
@given(works=_works(), links=_links, acts=_acts, said=_said, place=_place, on=_day, procedure=_procedure)
def test_the_rule_reads_as_its_page(
    works: list[Work[str]], links: Any, acts: Any, said: Any, place: str, on: date, procedure: str
) -> None:
    standing = Standing(Agencies(works), Places(_AREAS, _JOINED), links, acts)
    found = standing.deciding(procedure, said, standing.where(place, on=on), on=on)
    assert {row.agency for row in found} == _Naive(works, links, acts).deciding(procedure, said, place, on)
    assert all(standing.agencies.on(row.agency, on) for row in found)


@settings(max_examples=400, deadline=None)
@given(works=_works(), links=_links, acts=_acts, said=_said, other=_said, on=_day)
def test_who_solves_what_is_the_same_question_turned_round(
    works: list[Work[str]], links: Any, acts: Any, said: Any, other: Any, on: date
) -> None:
    standing = Standing(Agencies(works), Places(_AREAS, _JOINED), links, acts)
    catalogue = {"P": said, "Q": other}
    solving = Solving(standing, catalogue, on=on)
    by_place = {
        (procedure, row.agency)
        for procedure, rows in catalogue.items()
        for code in ("", *_CODES)
        for row in standing.deciding(procedure, rows, standing.where(code, on=on), on=on)
    }
    assert {(procedure, key) for key in _KEYS for procedure in solving.of(key)} == by_place
    for procedure, rows in catalogue.items():
        found = {row.agency for row in standing.everywhere(procedure, rows, on=on)}
        assert found == {key for one, key in by_place if one == procedure}
