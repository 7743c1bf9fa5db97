from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.figures import (
    Figure,
    Happening,
    Rate,
    classify,
    classify_by_agency,
    rate_of_due,
    rate_of_solved,
    rate_of_to_solve,
    tally,
)
from tests.rules.samples import bounded, moment

NOVEMBER = moment("Sun 01/11/2026 00:00"), moment("Tue 01/12/2026 00:00")
DUE = moment("Thu 26/11/2026 17:00")


def _happened(kind: str, at: str, due: str | None = None) -> Happening:
    return Happening(kind, moment(at), moment(due) if due else None)


FILED = _happened("filed", "Thu 19/11/2026 10:00")
ACCEPTED = _happened("accepted", "Fri 20/11/2026 10:00", "Thu 26/11/2026 17:00")
FREE_OF_LIMIT = _happened("accepted", "Fri 20/11/2026 10:00")


def _figures(
    *history: Happening, period: tuple[datetime, datetime] = NOVEMBER, whole_days: bool = False
) -> set[str]:
    return set(classify(history, start=period[0], end=period[1], whole_days=whole_days))


NEW = {"received", "to_solve"}
IN = NEW | {"due"}
OLD = _happened("accepted", "Fri 30/10/2026 10:00", "Thu 26/11/2026 17:00")


@pytest.mark.parametrize(
    ("history", "figures"),
    [
        ([FILED], set()),
        ([FILED, _happened("refused", "Fri 20/11/2026 08:00")], {"refused"}),
        ([FILED, _happened("withdrawn", "Fri 20/11/2026 08:00")], {"withdrawn_before"}),
        ([_happened("refused", "Fri 30/10/2026 08:00")], set()),
        ([ACCEPTED, _happened("decided", "Wed 25/11/2026 17:00")], IN | {"solved", "early"}),
        ([ACCEPTED, _happened("decided", "Thu 26/11/2026 07:00")], IN | {"solved", "on_time"}),
        ([ACCEPTED, _happened("decided", "Thu 26/11/2026 17:00")], IN | {"solved", "on_time"}),
        ([ACCEPTED, _happened("decided", "Thu 26/11/2026 17:01")], IN | {"solved", "late"}),
        ([FREE_OF_LIMIT, _happened("decided", "Thu 26/11/2026 17:01")], NEW | {"solved", "without_limit"}),
        (
            [OLD, _happened("decided", "Wed 25/11/2026 17:00")],
            {"carried_over", "to_solve", "due", "solved", "early"},
        ),
        ([OLD, _happened("decided", "Sat 31/10/2026 08:00")], {"due"}),
        (
            [
                OLD,
                _happened("decided", "Sat 31/10/2026 08:00"),
                _happened("returned", "Mon 02/11/2026 08:00"),
            ],
            {"due", "returned"},
        ),
        ([OLD, _happened("withdrawn", "Sat 31/10/2026 08:00")], {"due"}),
        ([ACCEPTED, _happened("withdrawn", "Wed 25/11/2026 08:00")], IN | {"withdrawn"}),
        ([ACCEPTED, _happened("stopped", "Wed 25/11/2026 08:00")], IN | {"stopped"}),
        ([ACCEPTED], IN | {"in_progress_past"}),
        (
            [_happened("accepted", "Mon 30/11/2026 10:00", "Thu 03/12/2026 17:00")],
            NEW | {"in_progress_within"},
        ),
        ([FREE_OF_LIMIT], NEW | {"in_progress_no_limit"}),
        # a stopped clock stands as it stood when it stopped, even long after the due time
        ([ACCEPTED, _happened("paused", "Mon 23/11/2026 10:00")], IN | {"paused_within"}),
        ([ACCEPTED, _happened("paused", "Fri 27/11/2026 10:00")], IN | {"paused_past"}),
        ([FREE_OF_LIMIT, _happened("paused", "Fri 27/11/2026 10:00")], NEW | {"paused_no_limit"}),
        # the due time after pauses and extensions decides
        (
            [
                ACCEPTED,
                _happened("paused", "Mon 23/11/2026 10:00"),
                _happened("resumed", "Fri 27/11/2026 10:00", "Wed 02/12/2026 17:00"),
            ],
            NEW | {"in_progress_within"},
        ),
        (
            [
                ACCEPTED,
                _happened("due_changed", "Wed 25/11/2026 10:00", "Mon 30/11/2026 17:00"),
                _happened("decided", "Fri 27/11/2026 10:00"),
            ],
            IN | {"solved", "early"},
        ),
        (
            [
                ACCEPTED,
                _happened("paused", "Mon 23/11/2026 10:00"),
                _happened("resumed", "Tue 24/11/2026 10:00"),
                _happened("decided", "Fri 27/11/2026 10:00"),
            ],
            IN | {"solved", "late"},
        ),
        # what happened after the period is not known yet
        ([ACCEPTED, _happened("decided", "Tue 01/12/2026 00:00")], IN | {"in_progress_past"}),
        ([_happened("accepted", "Tue 01/12/2026 00:00", "Thu 03/12/2026 17:00")], set()),
    ],
)
def test_one_dossier_in_november(history: list[Happening], figures: set[str]) -> None:
    assert _figures(*history) == figures


A_TO_B = Happening("passed", moment("Tue 10/11/2026 01:00"), agency="B")
B_TO_A = Happening("passed", moment("Fri 20/11/2026 01:00"), agency="A")
B_TO_C = Happening("passed", moment("Fri 20/11/2026 01:00"), agency="C")
EARLIER = _happened("accepted", "Mon 02/11/2026 10:00", "Thu 05/11/2026 17:00")
OPEN_PAST = {"to_solve", "in_progress_past"}


@pytest.mark.parametrize(
    ("history", "figures"),
    [
        ([EARLIER], {"A": OPEN_PAST | {"received", "due"}}),
        ([EARLIER, A_TO_B], {"A": {"received", "due", "moved_out"}, "B": OPEN_PAST | {"moved_in"}}),
        # due when the other agency had it
        (
            [OLD, A_TO_B, _happened("decided", "Fri 27/11/2026 10:00")],
            {
                "A": {"carried_over", "moved_out"},
                "B": {"moved_in", "to_solve", "solved", "late", "due"},
            },
        ),
        # handed over to the citizen by the one that followed the one that decided
        (
            [
                EARLIER,
                _happened("decided", "Wed 04/11/2026 10:00"),
                A_TO_B,
                _happened("returned", "Wed 11/11/2026 10:00"),
            ],
            {"A": {"received", "to_solve", "solved", "early", "due"}, "B": {"returned"}},
        ),
        # moves are net
        ([EARLIER, A_TO_B, B_TO_A], {"A": OPEN_PAST | {"received", "due"}}),
        ([EARLIER, A_TO_B, B_TO_C], {"A": {"received", "due", "moved_out"}, "C": OPEN_PAST | {"moved_in"}}),
        # no move before acceptance, nor after the end
        (
            [A_TO_B, _happened("accepted", "Tue 10/11/2026 01:00", "Thu 12/11/2026 17:00")],
            {"B": OPEN_PAST | {"received", "due"}},
        ),
        ([A_TO_B, _happened("refused", "Fri 13/11/2026 10:00")], {"B": {"refused"}}),
        ([_happened("withdrawn", "Fri 06/11/2026 10:00"), A_TO_B], {"A": {"withdrawn_before"}}),
        # what passes in the last moment of a period is with the other agency when it ends
        (
            [EARLIER, Happening("passed", NOVEMBER[1], agency="B")],
            {"A": OPEN_PAST | {"received", "due"}},
        ),
        (
            [OLD, Happening("passed", NOVEMBER[0], agency="B")],
            {"A": {"carried_over", "moved_out"}, "B": OPEN_PAST | {"moved_in", "due"}},
        ),
    ],
)
def test_each_figure_counts_where_the_dossier_was_then(
    history: list[Happening], figures: dict[str, set[str]]
) -> None:
    found = classify_by_agency(history, first="A", start=NOVEMBER[0], end=NOVEMBER[1])
    assert found == figures


def test_agencies_that_have_the_same_successor_now_are_one() -> None:
    decided = _happened("decided", "Fri 27/11/2026 10:00")
    asked: list[tuple[str, datetime]] = []

    def follow(agency: str, at: datetime) -> str:
        asked.append((agency, at))
        return {"A": "B"}.get(agency, agency)

    found = classify_by_agency(
        [OLD, A_TO_B, decided], first="A", start=NOVEMBER[0], end=NOVEMBER[1], follow=follow
    )
    assert found == {"B": {"carried_over", "to_solve", "solved", "late", "due"}}
    assert {("B", decided.at), ("B", DUE)} < set(asked)
    assert [at < NOVEMBER[0] for agency, at in asked if agency == "A"] == [True, True]


def test_a_dossier_of_another_month_counts_nowhere() -> None:
    december = NOVEMBER[1], moment("Fri 01/01/2027 00:00")
    assert _figures(ACCEPTED, _happened("decided", "Wed 25/11/2026 16:00"), period=december) == set()


def test_a_period_is_half_open() -> None:
    start = moment("Sun 01/11/2026 00:00")
    before = Happening("accepted", moment("Fri 30/10/2026 10:00"), start)
    at_start = _figures(before, Happening("decided", start))
    assert at_start == {"carried_over", "to_solve", "due", "solved", "on_time"}
    assert _figures(Happening("accepted", start, start)) == IN | {"in_progress_past"}
    assert _figures(Happening("accepted", ACCEPTED.at, NOVEMBER[1])) == NEW | {"in_progress_within"}


def test_a_second_pause_does_not_move_the_first() -> None:
    """Records of other systems may repeat it; the clock stopped when it first did."""
    again = _happened("paused", "Fri 27/11/2026 10:00")
    assert "paused_within" in _figures(ACCEPTED, _happened("paused", "Mon 23/11/2026 10:00"), again)


def test_a_setting_may_let_the_whole_due_day_count() -> None:
    evening = _happened("decided", "Thu 26/11/2026 20:00")
    assert "late" in _figures(ACCEPTED, evening)
    assert "on_time" in _figures(ACCEPTED, evening, whole_days=True)
    assert "late" in _figures(ACCEPTED, _happened("decided", "Fri 27/11/2026 00:00"), whole_days=True)


def test_the_order_of_the_list_does_not_matter_and_nonsense_is_an_error() -> None:
    decided = _happened("decided", "Wed 25/11/2026 17:00")
    assert _figures(decided, ACCEPTED) == _figures(ACCEPTED, decided)
    with pytest.raises(ValueError, match="period"):
        classify([ACCEPTED], start=NOVEMBER[1], end=NOVEMBER[0])
    with pytest.raises(ValueError, match="eaten"):
        classify([Happening("eaten", ACCEPTED.at)], start=NOVEMBER[0], end=NOVEMBER[1])


# --- identities over random histories

_ORIGIN = moment("Thu 01/01/2026 00:00")
hours = st.integers(0, 24 * 120)
ENDS = ["decided", "withdrawn", "stopped", None]


@st.composite
def dossiers(draw: st.DrawFn) -> list[Happening]:
    """A possible life: filed; refused, withdrawn or accepted; pauses and changes; an end or none."""
    times = iter(sorted(_ORIGIN + timedelta(hours=draw(hours)) for _ in range(9)))
    history = [Happening("filed", next(times))]
    entry = draw(st.sampled_from(["accepted", "accepted", "accepted", "refused", "withdrawn", None]))
    limited = draw(st.booleans())

    def promise(at: datetime) -> datetime | None:
        return at + timedelta(hours=draw(st.integers(1, 600))) if limited else None

    if entry is None:
        return history
    at = next(times)
    history.append(Happening(entry, at, promise(at) if entry == "accepted" else None))
    if entry != "accepted":
        return history
    for _ in range(draw(st.integers(0, 2))):
        history.append(Happening("paused", next(times)))
        at = next(times)
        history.append(Happening("resumed", at, promise(at) if draw(st.booleans()) else None))
    if draw(st.booleans()):
        at = next(times)
        history.append(Happening("due_changed", at, promise(at)))
    if draw(st.integers(0, 3)) == 0:
        history.append(Happening("paused", next(times)))
    else:
        end = draw(st.sampled_from(ENDS))
        if end is not None:
            history.append(Happening(end, next(times)))
        if end == "decided" and draw(st.booleans()):
            history.append(Happening("returned", history[-1].at + timedelta(hours=draw(hours))))
    return history


periods = st.tuples(hours, hours, hours).filter(lambda cuts: len(set(cuts)) == 3).map(
    lambda cuts: tuple(_ORIGIN + timedelta(hours=cut) for cut in sorted(cuts))
)  # fmt: skip
AT_THE_END = [figure.value for figure in Figure if figure.startswith(("in_progress", "paused"))]
FLOWS = [
    "received", "refused", "withdrawn_before", "withdrawn", "stopped", "solved", "early", "on_time", "late",
    "without_limit", "returned",
]  # fmt: skip


@bounded
@given(st.lists(dossiers(), max_size=4), periods)
def test_the_identities_hold(histories: list[list[Happening]], cuts: tuple[datetime, ...]) -> None:
    count = tally(histories, start=cuts[0], end=cuts[2])
    still_open = sum(count[key] for key in AT_THE_END)
    assert count["to_solve"] == count["carried_over"] + count["received"]
    assert count["to_solve"] == count["solved"] + count["withdrawn"] + count["stopped"] + still_open
    assert count["solved"] == count["early"] + count["on_time"] + count["late"] + count["without_limit"]
    assert set(count) <= {figure.value for figure in Figure}


@bounded
@given(st.lists(dossiers(), max_size=4), periods)
def test_two_halves_make_the_whole(histories: list[list[Happening]], cuts: tuple[datetime, ...]) -> None:
    first = tally(histories, start=cuts[0], end=cuts[1])
    second = tally(histories, start=cuts[1], end=cuts[2])
    whole = tally(histories, start=cuts[0], end=cuts[2])
    assert {key: first[key] + second[key] for key in FLOWS} == {key: whole[key] for key in FLOWS}
    assert {key: second[key] for key in AT_THE_END} == {key: whole[key] for key in AT_THE_END}
    assert first["carried_over"] == whole["carried_over"]
    assert second["carried_over"] == sum(first[key] for key in AT_THE_END)


@st.composite
def passing_on(draw: st.DrawFn) -> list[Happening]:
    """A life in which the dossier passes between three agencies, now and then back to one that had it."""
    history = draw(dossiers())
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.sampled_from([each.at for each in history])) + timedelta(
            hours=draw(st.integers(-50, 50))
        )
        history.append(Happening("passed", at, agency=draw(st.sampled_from("ABC"))))
    return history


@bounded
@given(st.lists(passing_on(), max_size=4), periods, st.booleans())
def test_the_identities_hold_for_each_agency(
    histories: list[list[Happening]], cuts: tuple[datetime, ...], now: bool
) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for history in histories:
        found = classify_by_agency(
            history, first="A", start=cuts[0], end=cuts[2], follow=_b_became_a if now else None
        )
        for agency, figures in found.items():
            counts[agency].update(figures)
    for count in counts.values():
        came = count["carried_over"] + count["received"] + count["moved_in"] - count["moved_out"]
        still_open = sum(count[key] for key in AT_THE_END)
        assert (
            count["to_solve"] == came == count["solved"] + count["withdrawn"] + count["stopped"] + still_open
        )
    whole = sum(counts.values(), Counter[str]())
    assert whole["moved_in"] == whole["moved_out"]
    assert whole - Counter(moved_in=99, moved_out=99) == tally(histories, start=cuts[0], end=cuts[2])
    assert not now or "B" not in counts


def _b_became_a(agency: str, _at: datetime) -> str:
    return "A" if agency == "B" else agency


@bounded
@given(passing_on(), periods)
def test_what_one_half_leaves_open_is_carried_into_the_other_at_the_same_agency(
    history: list[Happening], cuts: tuple[datetime, ...]
) -> None:
    first = classify_by_agency(history, first="A", start=cuts[0], end=cuts[1])
    second = classify_by_agency(history, first="A", start=cuts[1], end=cuts[2])
    left = {agency for agency, figures in first.items() if figures & set(AT_THE_END)}
    assert left == {agency for agency, figures in second.items() if "carried_over" in figures}


# --- rates


@pytest.mark.parametrize(
    ("rate", "percent"),
    [
        (rate_of_solved(early=1, on_time=1, late=1), "66.67"),
        (rate_of_solved(early=0, on_time=0, late=0), None),
        (rate_of_due(done_in_time=1, due=3), "33.33"),
        (rate_of_to_solve(late_solved=1, late_in_progress=1, to_solve=8), "75.00"),
        (Rate(1, 800), "0.13"),
        (Rate(3, 800), "0.38"),
        (Rate(99_994, 100_000), "99.99"),
        (Rate(99_995, 100_000), "100.00"),
    ],
)
def test_rates_round_half_up_to_two_decimals(rate: Rate, percent: str | None) -> None:
    assert rate.percent == (Decimal(percent) if percent else None)
    assert percent is None or str(rate.percent) == percent


def test_a_threshold_is_compared_with_the_unrounded_share() -> None:
    almost = Rate(99_995, 100_000)
    assert almost.percent == Decimal("100.00")
    assert not almost.reaches(100)
    assert almost.reaches(Decimal("99.995"))
    assert not Rate(0, 0).reaches(0)


@bounded
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_rounding_is_never_off_by_more_than_half_a_hundredth(numerator: int, denominator: int) -> None:
    percent = Rate(numerator, denominator).percent
    assert percent is not None
    doubled = 2 * (int(percent * 100) * denominator - 10_000 * numerator)
    assert -denominator < doubled <= denominator
