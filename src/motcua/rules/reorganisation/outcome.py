"""What a plan leads to: who ends, who follows whom, who stands under whom, who is in which post."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motcua.rules.reorganisation.plan import (
    Dissolve,
    Establish,
    Merge,
    Move,
    Plan,
    PostChange,
    Recode,
    Split,
    TerritoryChange,
    Transfer,
)
from motcua.rules.reorganisation.standing import PostState, Standing
from motcua.rules.succession import Lines, Link


@dataclass(frozen=True)
class Outcome:
    """The organisation from the day on, as far as the plan changes it.

    `ended` gives the line by which an agency ends, `parents` each agency that stands under another from that day, with the line
    (0: it follows from its parent's end). `holders` says who is in the posts that the plan names, `unplaced` which
    people held posts of what ends and are in none.
    """

    ended: Mapping[str, int]
    links: tuple[Link[str], ...]
    parents: Mapping[str, tuple[str, int]]
    holders: Mapping[str, str]
    unplaced: frozenset[str]
    ended_territories: frozenset[str]
    # Agencies that go on where a territory became part of one other: they stand there from that day.
    seats: Mapping[str, str]

    @property
    def lines(self) -> Lines[str]:
        """Who follows whom by this plan."""
        return Lines(self.links)

    def heirs(self, agency: str) -> frozenset[str]:
        """Return who follows an agency in anything."""
        return frozenset(
            link.successor for link in self.links if link.predecessor == agency != link.successor
        )


def outcome_of(plan: Plan, standing: Standing) -> Outcome:
    """Return what a plan leads to; of one with faults only as far as it can be said."""
    ended = endings(plan)
    links = tuple(links_of(plan))
    posts = _posts_of(standing, frozenset(ended))
    holders = _holders(plan, standing)
    before = {post.holder for rows in posts.values() for post in rows if post.holder}
    # A post that goes on may get another holder.
    kept = {name: standing.posts[name].holder for name in holders if name in standing.posts}
    before |= {holder for name, holder in kept.items() if holder and holder != holders[name]}
    # Who has a post elsewhere too is not without one.
    elsewhere = {
        post.holder
        for post in standing.posts.values()
        if post.agency not in ended and post.holder and post.name not in kept
    }
    return Outcome(
        ended=ended,
        links=links,
        parents=_parents(plan, standing, ended, links),
        holders=holders,
        unplaced=frozenset(before - set(holders.values()) - elsewhere),
        ended_territories=frozenset(
            source.code
            for one in plan.operations
            if isinstance(one, TerritoryChange)
            for source in one.sources
            if not source.partly
        )
        | _divided(plan),
        seats=_seats(plan, standing, ended),
    )


def _seats(plan: Plan, standing: Standing, ended: Mapping[str, int]) -> dict[str, str]:
    """Return where agencies stand whose territory became part of another one; a commune's own seat must be said."""
    became = {
        source.code: one.code
        for one in plan.operations
        if isinstance(one, TerritoryChange)
        for source in one.sources
        if not source.partly
    }
    said = {one.agency for one in plan.operations if isinstance(one, Recode) and one.territory}
    return {
        row.key: became[row.territory]
        for row in standing.agencies.values()
        if row.living and row.territory in became and row.kind != "commune"
        if row.key not in ended and row.key not in said
    }


def _divided(plan: Plan) -> frozenset[str]:
    """Return the territories of which parts went elsewhere: nothing of them is left, the parts are the whole."""
    return frozenset(
        source.code
        for one in plan.operations
        if isinstance(one, TerritoryChange)
        for source in one.sources
        if source.partly
    )


def endings(plan: Plan) -> dict[str, int]:
    """Return the agencies that end, each with the first line that says so."""
    found: dict[str, int] = {}
    for agency, line in ends_said(plan):
        found.setdefault(agency, line)
    return found


def ends_said(plan: Plan) -> Iterator[tuple[str, int]]:
    """Yield each agency that a line ends, with that line."""
    for one in plan.operations:
        match one:
            case Merge():
                yield from ((source, one.line) for source in one.sources if source != one.into)
            case Split() if one.rest != one.agency:
                yield one.agency, one.line
            case Dissolve():
                yield one.agency, one.line
            case _:
                pass


def links_of(plan: Plan) -> Iterator[Link[str]]:
    """Yield who follows whom, for what, by each line."""
    day = plan.effective
    for one in plan.operations:
        match one:
            case Merge():
                for source in one.sources:
                    if source != one.into:
                        yield Link(source, one.into, day)
            case Dissolve() if one.successor:
                yield Link(one.agency, one.successor, day)
            case Split():
                yield from _split_links(plan, one)
            case Transfer():
                for procedure in one.procedures:
                    for place in one.territories or ("",):
                        yield Link(one.source, one.to, day, place, procedure)
            case _:
                pass


def _split_links(plan: Plan, one: Split) -> Iterator[Link[str]]:
    day = plan.effective
    for part in one.parts:
        for procedure in part.procedures or (None,):
            for place in part.territories or ("",):
                if place or procedure:
                    yield Link(one.agency, part.to, day, place, procedure)
    # What lies nowhere that is named went to the rest by default; of a division by procedure the rest is meant.
    by_place = any(part.territories for part in one.parts)
    yield Link(one.agency, one.rest, day, fallback=by_place and one.rest != one.agency)


def default_heirs(links: tuple[Link[str], ...]) -> dict[str, str]:
    """Return who follows an agency where nothing more exact is said."""
    return {link.predecessor: link.successor for link in links if not link.place and link.procedure is None}


def _parents(
    plan: Plan, standing: Standing, ended: Mapping[str, int], links: tuple[Link[str], ...]
) -> dict[str, tuple[str, int]]:
    heirs = default_heirs(links)
    found = {
        row.key: (heirs[row.parent], 0)
        for row in standing.agencies.values()
        if row.living and row.parent in ended and row.key not in ended and row.parent in heirs
    }
    for one in plan.operations:
        if isinstance(one, Move):
            found[one.agency] = (one.parent, one.line)
        elif isinstance(one, Establish):
            found[one.key] = (one.parent, one.line)
    return found


def _posts_of(standing: Standing, agencies: frozenset[str]) -> dict[str, list[PostState]]:
    found: dict[str, list[PostState]] = defaultdict(list)
    for post in standing.posts.values():
        if post.agency in agencies:
            found[post.agency].append(post)
    return found


def _holders(plan: Plan, standing: Standing) -> dict[str, str]:
    """Return who is in each post that the plan names, "" for nobody."""
    found: dict[str, str] = {}
    for one in plan.operations:
        if not isinstance(one, PostChange):
            continue
        there = standing.posts.get(one.name)
        if one.holder is not None:
            found[one.name] = one.holder
        elif there is not None and there.holder:
            found[one.name] = there.holder
        else:
            held = (standing.posts[name].holder for name in one.sources if name in standing.posts)
            found[one.name] = next((holder for holder in held if holder), "")
    return found
