"""The moves of a dossier, as one table: refusal, supplement and stop in writing and with a reason, the
applicant met only at the one-stop desk (NĐ 61/2018 Điều 5, 17, 19; forms of TT 03/2025/TT-VPCP).

The table feeds the choices, the database constraint, the buttons and the diagram; docs/rules/transitions.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from motcua.rules.refusals import Refusal


class State(StrEnum):
    """Where a dossier stands."""

    DRAFT = "draft"
    FILED = "filed"
    AWAITING_APPLICANT = "awaiting_applicant"
    REFUSED = "refused"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    DECIDED = "decided"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Move(StrEnum):
    """What someone can do to a dossier."""

    FILE = "file"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REQUEST_SUPPLEMENT = "request_supplement"
    RESUBMIT = "resubmit"
    HAND_OVER = "hand_over"
    EXTEND = "extend"
    DECIDE = "decide"
    CONCLUDE = "conclude"
    ANSWER = "answer"
    RETURN_RESULT = "return_result"
    WITHDRAW = "withdraw"
    STOP = "stop"


class Who(StrEnum):
    """In what quality someone acts; `holder` has the open task of this very dossier."""

    APPLICANT = "applicant"
    RECEIVER = "receiver"
    SPECIALIST = "specialist"
    HEAD = "head"
    LEADER = "leader"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Step:
    """What a move leads to, whether it must give a reason, and who may make it."""

    target: State
    needs_reason: bool
    who: frozenset[Who]


class MoveRefused(Refusal):
    """The dossier stands where this move cannot be made; code move_not_allowed."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__("move_not_allowed")
        self.state = state
        self.move = move


# The receiver stands for the applicant who is at the counter.
_AT_THE_DOOR = frozenset({Who.APPLICANT, Who.RECEIVER})
_RECEIVER = frozenset({Who.RECEIVER})
_HOLDER = frozenset({Who.HOLDER})
_LEADER = frozenset({Who.LEADER})
_ABOVE = frozenset({Who.HEAD, Who.LEADER})

TABLE: Mapping[tuple[State, Move], Step] = MappingProxyType(
    {
        (State.DRAFT, Move.FILE): Step(State.FILED, False, _AT_THE_DOOR),
        (State.FILED, Move.ACCEPT): Step(State.IN_PROGRESS, False, _RECEIVER),
        (State.FILED, Move.REQUEST_SUPPLEMENT): Step(State.AWAITING_APPLICANT, True, _RECEIVER),
        (State.FILED, Move.REFUSE): Step(State.REFUSED, True, _RECEIVER),
        (State.FILED, Move.WITHDRAW): Step(State.WITHDRAWN, False, _AT_THE_DOOR),
        (State.AWAITING_APPLICANT, Move.RESUBMIT): Step(State.FILED, False, _AT_THE_DOOR),
        (State.AWAITING_APPLICANT, Move.REFUSE): Step(State.REFUSED, True, _RECEIVER),
        (State.AWAITING_APPLICANT, Move.WITHDRAW): Step(State.WITHDRAWN, False, _AT_THE_DOOR),
        (State.IN_PROGRESS, Move.HAND_OVER): Step(State.IN_PROGRESS, False, _HOLDER),
        (State.IN_PROGRESS, Move.REQUEST_SUPPLEMENT): Step(State.PAUSED, True, _HOLDER),
        (State.IN_PROGRESS, Move.EXTEND): Step(State.IN_PROGRESS, True, _HOLDER | _ABOVE),
        (State.IN_PROGRESS, Move.DECIDE): Step(State.DECIDED, False, _LEADER),
        # Nobody makes these two by hand: they follow when nothing is left but to return.
        (State.IN_PROGRESS, Move.CONCLUDE): Step(State.DECIDED, False, frozenset()),
        (State.DECIDED, Move.ANSWER): Step(State.RETURNED, False, frozenset()),
        (State.IN_PROGRESS, Move.STOP): Step(State.STOPPED, True, _ABOVE),
        (State.IN_PROGRESS, Move.WITHDRAW): Step(State.WITHDRAWN, False, _AT_THE_DOOR),
        (State.PAUSED, Move.RESUBMIT): Step(State.IN_PROGRESS, False, _AT_THE_DOOR),
        (State.PAUSED, Move.STOP): Step(State.STOPPED, True, _ABOVE),
        (State.PAUSED, Move.WITHDRAW): Step(State.WITHDRAWN, False, _AT_THE_DOOR),
        (State.DECIDED, Move.RETURN_RESULT): Step(State.RETURNED, False, _RECEIVER),
    }
)

ENDED: frozenset[State] = frozenset({State.REFUSED, State.RETURNED, State.WITHDRAWN, State.STOPPED})
# A draft is nobody's duty yet.
OPEN: frozenset[State] = frozenset(State) - ENDED - {State.DRAFT}
CLOCK_RUNS: frozenset[State] = frozenset({State.IN_PROGRESS})

_NATIONAL_CODES: Mapping[State, int] = MappingProxyType(
    {
        State.FILED: 1,
        State.REFUSED: 3,
        State.IN_PROGRESS: 4,
        State.AWAITING_APPLICANT: 5,
        State.PAUSED: 5,
        State.WITHDRAWN: 7,
        State.STOPPED: 8,
        State.DECIDED: 9,
        State.RETURNED: 10,
    }
)


def step(state: State, move: Move) -> Step:
    """Give what this move does in this state; `MoveRefused` when the table has no such row."""
    try:
        return TABLE[state, move]
    except KeyError:
        raise MoveRefused(state, move) from None


def moves_from(state: State, roles: Collection[Who]) -> tuple[Move, ...]:
    """Give the moves that someone in these qualities may make in this state, in the table's order."""
    return tuple(move for (at, move), row in TABLE.items() if at is state and not row.who.isdisjoint(roles))


def national_code(state: State) -> int:
    """Give the national portal's code of this state; `Refusal` (no_national_code) for a draft."""
    if state not in _NATIONAL_CODES:
        raise Refusal("no_national_code")
    return _NATIONAL_CODES[state]
