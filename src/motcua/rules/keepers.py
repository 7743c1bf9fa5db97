"""By whose calendar a clock runs: that of the agency that held the dossier when the entry was made. What was promised
stays promised when a dossier passes to another agency.

See docs/rules/keepers.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime

from motcua.rules.working_time import WorkingCalendar

# A notice, with the agency whose calendar it is unless that is the one that holds the dossier now.
Pin = int | tuple[int, Hashable]
# Over the whole life of a ledger: one calendar for all, or each entry's by its pin.
Calendars = WorkingCalendar | Mapping[Pin, WorkingCalendar]
# At one moment: one calendar for all, or that of each who held the dossier; None is who holds it now.
Keepers = WorkingCalendar | Mapping[Hashable | None, WorkingCalendar]


def keeper_at(held: Iterable[tuple[datetime, Hashable]], at: datetime, *, now: Hashable) -> Hashable | None:
    """Give who held a dossier at a moment, None for `now`; `held` says until when others held it, in order.

    From the very moment of its hand-over on it is with the other one.
    """
    for until, keeper in held:
        if at < until:
            return None if keeper == now else keeper
    return None


def pinned(notice: int, keeper: Hashable | None) -> Pin:
    """Give the key of a keeper's calendar as a notice left it."""
    return notice if keeper is None else (notice, keeper)


def at_notice(calendars: Calendars, notice: int, *, keepers: Iterable[Hashable | None]) -> Keepers:
    """Give the calendars of these keepers as a notice left them."""
    if isinstance(calendars, WorkingCalendar):
        return calendars
    return {keeper: calendars[pinned(notice, keeper)] for keeper in keepers}
