import re
from pathlib import Path

import pytest

from motcua.rules.refusals import Refusal
from motcua.rules.transitions import (
    CLOCK_RUNS,
    ENDED,
    OPEN,
    TABLE,
    Move,
    MoveRefused,
    State,
    Step,
    Who,
    moves_from,
    national_code,
    step,
)

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "transitions.md"


def _reach(start: State) -> set[State]:
    found, edge = {start}, [start]
    while edge:
        at = edge.pop()
        for (state, _), row in TABLE.items():
            if state is at and row.target not in found:
                found.add(row.target)
                edge.append(row.target)
    return found


def test_every_state_is_reached_from_a_draft() -> None:
    assert _reach(State.DRAFT) == set(State)


@pytest.mark.parametrize("state", [state for state in State if state not in ENDED])
def test_every_open_state_has_a_way_to_an_end(state: State) -> None:
    assert _reach(state) & ENDED


def test_nothing_follows_an_end_and_every_move_is_used() -> None:
    assert not {state for state, _ in TABLE} & ENDED
    assert {move for _, move in TABLE} == set(Move)


def test_a_filed_dossier_can_always_reach_an_end_without_its_applicant() -> None:
    """A dossier is never stuck because the citizen does not answer."""
    for state in OPEN:
        found, edge = {state}, [state]
        while edge:
            at = edge.pop()
            for (origin, _), row in TABLE.items():
                if origin is at and row.who != {Who.APPLICANT} and row.target not in found:
                    found.add(row.target)
                    edge.append(row.target)
        assert found & {State.REFUSED, State.STOPPED, State.RETURNED}, state


def test_what_goes_against_the_applicant_needs_a_reason() -> None:
    against = {Move.REFUSE, Move.REQUEST_SUPPLEMENT, Move.STOP, Move.EXTEND}
    assert {move for (_, move), row in TABLE.items() if row.needs_reason} == against
    assert all(row.needs_reason for (_, move), row in TABLE.items() if move in against)


def test_the_sets_divide_the_states() -> None:
    assert OPEN | ENDED | {State.DRAFT} == set(State)
    assert not OPEN & ENDED
    assert CLOCK_RUNS < OPEN


def test_only_the_receiver_meets_the_applicant() -> None:
    for (state, move), row in TABLE.items():
        if Who.APPLICANT in row.who:
            assert row.who == {Who.APPLICANT, Who.RECEIVER}, (state, move)


def test_the_page_shows_the_table_as_it_is() -> None:
    rows = re.findall(
        r"^\| (\w+) \| (\w+) \| (\w+) \| (yes)? ?\| ([\w, ]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    shown = {
        (State(origin), Move(move)): Step(
            State(target), bool(yes), frozenset(map(Who, who.split(", "))) if who != "nobody" else frozenset()
        )
        for origin, move, target, yes, who in rows
    }
    assert shown == dict(TABLE)


@pytest.mark.parametrize(
    ("state", "roles", "moves"),
    [
        (State.FILED, {Who.APPLICANT}, (Move.WITHDRAW,)),
        (
            State.FILED,
            {Who.RECEIVER},
            (Move.ACCEPT, Move.REQUEST_SUPPLEMENT, Move.REFUSE, Move.WITHDRAW),
        ),
        (
            State.IN_PROGRESS,
            {Who.SPECIALIST, Who.HOLDER},
            (Move.HAND_OVER, Move.REQUEST_SUPPLEMENT, Move.EXTEND),
        ),
        (State.IN_PROGRESS, {Who.SPECIALIST}, ()),
        (State.IN_PROGRESS, {Who.LEADER}, (Move.EXTEND, Move.DECIDE, Move.STOP)),
        (State.DECIDED, {Who.RECEIVER}, (Move.RETURN_RESULT,)),
        (State.RETURNED, set(Who), ()),
    ],
)
def test_the_moves_someone_may_make(state: State, roles: set[Who], moves: tuple[Move, ...]) -> None:
    assert moves_from(state, roles) == moves


def test_a_step_is_a_row_of_the_table_or_a_refusal() -> None:
    assert step(State.PAUSED, Move.RESUBMIT).target is State.IN_PROGRESS
    with pytest.raises(MoveRefused) as refused:
        step(State.RETURNED, Move.DECIDE)
    assert (refused.value.code, refused.value.state, refused.value.move) == (
        "move_not_allowed",
        State.RETURNED,
        Move.DECIDE,
    )


def test_national_codes() -> None:
    codes = {state: national_code(state) for state in State if state is not State.DRAFT}
    assert codes == {
        State.FILED: 1, State.REFUSED: 3, State.IN_PROGRESS: 4, State.AWAITING_APPLICANT: 5, State.PAUSED: 5,
        State.WITHDRAWN: 7, State.STOPPED: 8, State.DECIDED: 9, State.RETURNED: 10,
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        national_code(State.DRAFT)
    assert refused.value.code == "no_national_code"
