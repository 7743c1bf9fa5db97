"""Who follows whom: the table of the page, and a plain search that must find the same."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.succession import Heir, Lines, Link

JULY, SEPTEMBER = date(2026, 7, 1), date(2026, 9, 1)
JUNE, AUGUST = date(2026, 6, 1), date(2026, 8, 1)


def _lines(*links: Link[str]) -> Lines[str]:
    return Lines(links)


DIVIDED = _lines(
    Link("A", "C1", JULY, "t1"), Link("A", "C2", JULY, "t2"), Link("A", "C1", JULY, fallback=True)
)
GIVEN = _lines(Link("A", "B", JULY, procedure="p"))
CHAIN = _lines(Link("A", "C", JULY), Link("C", "D", SEPTEMBER))


@pytest.mark.parametrize(
    ("lines", "asked", "heir"),
    [
        (_lines(Link("A", "C", JULY)), {"on": JULY}, Heir("C", False, 1)),
        (_lines(Link("A", "C", JULY)), {"on": JULY - timedelta(days=1)}, Heir("A")),
        (DIVIDED, {"on": JULY, "places": ("t2",)}, Heir("C2", False, 1)),
        (DIVIDED, {"on": JULY, "places": ("h", "t2", "x")}, Heir("C2", False, 1)),
        (DIVIDED, {"on": JULY}, Heir("C1", True, 1)),
        (DIVIDED, {"on": JULY, "places": ("t9",)}, Heir("C1", True, 1)),
        (GIVEN, {"on": JULY, "procedure": "p"}, Heir("B", False, 1)),
        (GIVEN, {"on": JULY, "procedure": "q"}, Heir("A")),
        (CHAIN, {"on": AUGUST}, Heir("C", False, 1)),
        (CHAIN, {"on": SEPTEMBER}, Heir("D", False, 2)),
        (CHAIN, {"on": SEPTEMBER, "since": AUGUST}, Heir("A")),
        (_lines(Link("C", "D", SEPTEMBER)), {"on": SEPTEMBER, "since": SEPTEMBER}, Heir("C")),
    ],
)  # fmt: skip
def test_the_page(lines: Lines[str], asked: dict[str, object], heir: Heir[str]) -> None:
    start = "C" if heir == Heir("C") else "A"
    assert lines.heir(start, **asked) == heir  # type: ignore[arg-type]


def test_procedure_with_place_is_more_exact_than_procedure_and_that_more_than_place() -> None:
    links = [
        Link("A", "both", JULY, "t", "p"), Link("A", "procedure", JULY, "", "p"),
        Link("A", "place", JULY, "t"), Link("A", "rest", JULY),
    ]  # fmt: skip
    lines = Lines(links)
    assert lines.heir("A", on=JULY, places=("t",), procedure="p").agency == "both"
    assert lines.heir("A", on=JULY, places=("u",), procedure="p").agency == "procedure"
    assert lines.heir("A", on=JULY, places=("t",), procedure="q").agency == "place"
    assert lines.heir("A", on=JULY, places=("u",), procedure="q").agency == "rest"


_DAYS = [JUNE + timedelta(days=n) for n in range(6)]
_links = st.lists(
    st.builds(
        Link,
        st.sampled_from("ABCD"),
        st.sampled_from("ABCD"),
        st.sampled_from(_DAYS),
        st.sampled_from(["", "t", "u"]),
        st.sampled_from([None, "p"]),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda link: (link.predecessor, link.on, link.place, link.procedure),
)


def _about(link: Link[str]) -> tuple[object, ...]:
    return link.predecessor, link.on, link.place, link.procedure


def _plain(
    links: list[Link[str]],
    agency: str,
    on: date,
    since: date | None,
    places: list[str],
    procedure: str | None,
) -> str:
    """Go through the days one by one, and through what a link may be exact about in the order of the page."""
    for day in _DAYS:
        if day > on or (since is not None and day <= since):
            continue
        wanted = [(place, procedure) for place in [*places, ""] if procedure] + [
            (place, None) for place in [*places, ""]
        ]
        for place, about in wanted:
            found = [one for one in links if _about(one) == (agency, day, place, about)]
            if found:
                if found[0].successor != agency:
                    agency = found[0].successor
                break
    return agency


@given(
    _links,
    st.sampled_from("ABCD"),
    st.sampled_from(_DAYS),
    st.none() | st.sampled_from(_DAYS),
    st.lists(st.sampled_from(["t", "u", "v"]), unique=True, max_size=2),
    st.none() | st.just("p"),
)
def test_a_plain_search_finds_the_same(
    links: list[Link[str]],
    agency: str,
    on: date,
    since: date | None,
    places: list[str],
    procedure: str | None,
) -> None:
    heir = Lines(links).heir(agency, on=on, since=since, places=places, procedure=procedure)
    assert heir.agency == _plain(links, agency, on, since, places, procedure)
    assert heir.steps <= len(_DAYS)
