"""After a notice changed a calendar: a better date holds at once, a worse one is only proposed, what is late
stays late, and nothing becomes due in the past (Bộ luật Dân sự 2015, Điều 148 khoản 5 with our own principles).

See docs/rules/recomputation.md.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from motcua.rules.clock import ClockState, counting_at, due_under
from motcua.rules.keepers import Keepers


class OutcomeKind(StrEnum):
    """What a changed calendar means for one dossier."""

    UNCHANGED = "unchanged"
    EARLIER = "earlier"
    LATER = "later"
    KEPT = "kept"
    # No rule gives it: the ledger could not be derived, and a person must look.
    UNREAD = "unread"


# A named tuple like `Due`: one is made for each open dossier of a province.
class Outcome(NamedTuple):
    """What becomes of a due time: the one that holds and the one that the calendar gives; None without a limit."""

    kind: OutcomeKind
    before: datetime | None
    after: datetime | None


def outcome(state: ClockState, calendars: Keepers, *, at: datetime) -> Outcome:
    """Decide for a ledger what a calendar changes at a moment; `OutsideCalendar` when it does not reach so far.

    `calendars` is one for all, or that of each who held the dossier.
    """
    after = due_under(state, calendars)
    if state.due is None or after is None:
        return Outcome(OutcomeKind.UNCHANGED, state.due, after)
    return Outcome(judged(state.due, after, counts=counting_at(state, at=at)), state.due, after)


def judged(before: datetime, after: datetime, *, counts: datetime) -> OutcomeKind:
    """Say what becomes of `before` if a calendar gives `after`.

    `counts` is the moment that counts: now, or since when a pause holds the due time.
    """
    if after == before:
        return OutcomeKind.UNCHANGED
    if before < counts or after < counts:
        return OutcomeKind.KEPT
    return OutcomeKind.EARLIER if after < before else OutcomeKind.LATER
