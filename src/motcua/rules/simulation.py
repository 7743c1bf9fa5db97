"""What a past period would have looked like under another limit or calendar: each ledger replayed with the change.

What people did stays as they did it; an entry that could not have been made then moves nothing. Nothing is
written. See docs/rules/simulation.md.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from motcua.rules.clock import ClockEntry, ClockRefusal, ClockState, EntryKind, apply
from motcua.rules.deadlines import Limit, LimitRefused
from motcua.rules.keepers import Calendars
from motcua.rules.limit_text import LimitReading, Unread, cutoff_in, read_limit
from motcua.rules.localday import local_day

# What depends on the due time, and so may be refused where it was not. All else is a ledger that is broken.
_PASSED_OVER: Final = frozenset(
    {"extend_after_due", "extend_not_later", "restart_after_due", "reckon_after_due", "reckon_in_the_past"}
)
# From the mark that ends the limit to the hour of the cut-off.
_LATE_CLAUSE: Final = re.compile(r"[;,.(]\s*[^;,.(\d]*\bsau \d", re.IGNORECASE)


class Simulated(NamedTuple):
    """Where the clock would stand, and the codes of the entries that could not have been made, in order."""

    state: ClockState
    passed_over: tuple[str, ...] = ()


class Measured(NamedTuple):
    """Two due times of one dossier against the moment at which it is measured."""

    was_late: bool
    would_be_late: bool

    @property
    def newly_late(self) -> bool:
        """Tell whether only the change makes it late."""
        return self.would_be_late and not self.was_late

    @property
    def no_longer_late(self) -> bool:
        """Tell whether the change takes its lateness away."""
        return self.was_late and not self.would_be_late


def simulate(entries: Iterable[ClockEntry], calendars: Calendars, *, limit: Limit | None = None) -> Simulated:
    """Give the state after these entries with `limit` (None: their own) in the place of each limit they bring.

    `calendars` is one calendar for all, or each entry's by its pin, with whatever is changed in them. Raises
    `ClockRefusal` for a ledger that no change explains, `OutsideCalendar`.
    """
    state: ClockState | None = None
    passed_over = list[str]()
    for entry in entries:
        if limit is not None and (entry.limit is not None or entry.kind is EntryKind.START):
            entry = replace(entry, limit=limit)
        try:
            state = apply(state, entry, calendars)
        except ClockRefusal as refusal:
            if refusal.code not in _PASSED_OVER:
                raise
            passed_over.append(refusal.code)
    if state is None:
        raise ClockRefusal("not_started")
    return Simulated(state, tuple(passed_over))


def measure(
    *, was: datetime | None, would: datetime | None, at: datetime, whole_days: bool = False
) -> Measured:
    """Hold the due time as it was and as it would have been against the moment of measuring, as the figures do."""
    return Measured(is_past(was, at=at, whole_days=whole_days), is_past(would, at=at, whole_days=whole_days))


def is_past(due: datetime | None, *, at: datetime, whole_days: bool = False) -> bool:
    """Tell whether a moment is past a due time, with `whole_days` past its day; without one it never is."""
    if due is None:
        return False
    return local_day(at) > local_day(due) if whole_days else at > due


def limit_asked(text: str) -> LimitReading:
    """Read a limit that somebody asks about, whole: with its cut-off, and phases that follow one another as `then`.

    Never raises; without a limit the reading says why.
    """
    reading, cutoff, clause = read_limit(text), cutoff_in(text), _LATE_CLAUSE.search(text)
    if not reading.limit and not reading.phases and cutoff and clause:
        reading = read_limit(text[: clause.start()])
    first, *then = (reading.limit,) if reading.limit else reading.phases or (None,)
    if first is None:
        return reading
    try:
        whole = replace(first, cutoff=first.cutoff or cutoff, then=tuple(one for one in then if one))
    except LimitRefused:
        return LimitReading(None, Unread.SEVERAL, reading.phases)
    return LimitReading(whole)
