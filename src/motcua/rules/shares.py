"""Shares of a limit: the receiving unit sets the order of the agencies of an interconnected dossier, and each
has its time within the whole (NĐ 118/2025 Điều 20, NĐ 61/2018 Điều 19 khoản 5, 6). See docs/rules/shares.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from motcua.rules.deadlines import Limit, due, end_from
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar


class SharesRefused(Refusal):
    """The shares make no plan; codes no_shares, bad_stage."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one agency: its limit, and the stage in which it works; shares of a stage run side by side."""

    agency: str
    limit: Limit
    stage: int = 1


@dataclass(frozen=True, slots=True)
class SharePlan:
    """When a share begins and is due (UTC); `cut` where it would have ended after the whole."""

    share: Share
    begins: datetime
    due: datetime
    cut: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares of a dossier, when the last one would end, when the whole is due.

    `spare` are the working minutes between the two by the promising agency's calendar, negative when the shares
    do not fit.
    """

    shares: tuple[SharePlan, ...]
    ends: datetime
    due: datetime
    spare: int


def share_limit(
    whole: Limit,
    shares: Sequence[Share],
    *,
    received: datetime,
    calendar: WorkingCalendar,
    calendars: Mapping[str, WorkingCalendar],
) -> Plan:
    """Plan the shares of a limit; `calendars` holds each agency's own, the promising one's stands in for the rest.

    Raises `SharesRefused`, and `OutsideCalendar` past a calendar.
    """
    if not shares:
        raise SharesRefused("no_shares")
    stages = sorted({share.stage for share in shares})
    if stages != list(range(1, len(stages) + 1)):
        raise SharesRefused("bad_stage")
    last = due(whole, received=received, calendar=calendar).at
    begins = calendar.moment_of_receipt(received, whole.cutoff)
    planned: list[SharePlan] = []
    for _, group in groupby(sorted(shares, key=lambda share: share.stage), key=lambda share: share.stage):
        ended = begins
        for share in group:
            ends = end_from(share.limit, begins, calendars.get(share.agency, calendar))
            planned.append(SharePlan(share, begins, min(ends, last), ends > last))
            ended = max(ended, ends)
        begins = ended
    return Plan(tuple(planned), begins, last, calendar.minutes_between(begins, last))
