from datetime import time

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.shares import Share, SharesRefused, share_limit
from tests.rules.samples import CALENDAR, SATURDAYS, moment

DAYS = Unit.WORKING_DAY
RECEIVED = moment("Wed 18/11/2026 09:00")
SHARES = (
    Share("commune", Limit(DAYS, 1)),
    Share("police", Limit(DAYS, 2), 2),
    Share("insurance", Limit(DAYS, 3), 2),
)


def _plan(shares: tuple[Share, ...], whole: Limit = Limit(DAYS, 5)):  # type: ignore[no-untyped-def]
    calendars = {"police": SATURDAYS}
    return share_limit(whole, shares, received=RECEIVED, calendar=CALENDAR, calendars=calendars)


def test_each_agency_has_its_time_within_the_whole() -> None:
    plan = share_limit(Limit(DAYS, 5), SHARES, received=RECEIVED, calendar=CALENDAR, calendars={})
    assert [(row.share.agency, row.begins, row.due, row.cut) for row in plan.shares] == [
        ("commune", RECEIVED, moment("Thu 19/11/2026 17:00"), False),
        ("police", moment("Thu 19/11/2026 17:00"), moment("Mon 23/11/2026 17:00"), False),
        ("insurance", moment("Thu 19/11/2026 17:00"), moment("Wed 25/11/2026 17:00"), False),
    ]
    assert (plan.due, plan.ends, plan.spare) == (
        moment("Thu 26/11/2026 17:00"),
        moment("Wed 25/11/2026 17:00"),
        480,
    )


def test_each_share_runs_by_its_own_agencys_calendar() -> None:
    police = next(row for row in _plan(SHARES).shares if row.share.agency == "police")
    # That office works on Saturday morning.
    assert police.due == moment("Sat 21/11/2026 11:00")


def test_what_does_not_fit_is_cut_at_the_promise_and_named() -> None:
    plan = _plan((*SHARES, Share("tax", Limit(DAYS, 4), 3)))
    tax = plan.shares[-1]
    assert (tax.due, tax.cut) == (plan.due, True)
    assert plan.spare == -480 * 3


def test_phases_of_a_share_follow_one_another() -> None:
    share = Share("land", Limit(Unit.CALENDAR_DAY, 2, then=(Limit(DAYS, 1),)))
    assert _plan((share,)).shares[0].due == moment("Mon 23/11/2026 17:00")


def test_a_phase_within_a_share_is_not_moved_off_a_day_of_rest() -> None:
    # Day 3 after Wed 18/11 is Saturday: Monday is day 1 of the second phase.
    share = Share("land", Limit(Unit.CALENDAR_DAY, 3, then=(Limit(DAYS, 1),)))
    assert _plan((share,)).shares[0].due == moment("Mon 23/11/2026 17:00")


def test_hours_of_a_share_run_from_the_end_of_the_share_before() -> None:
    day, hours = Share("commune", Limit(DAYS, 2)), Share("tax", Limit(Unit.WORKING_HOUR, 3), 2)
    assert _plan((day, hours)).shares[1].due == moment("Mon 23/11/2026 10:00")
    clock = Share("police", Limit(Unit.HOUR, 2), 2)
    # The police office works on Saturday from 07:30.
    assert _plan((day, clock)).shares[1].due == moment("Sat 21/11/2026 07:30")
    early = Share("tax", Limit(Unit.HOUR, 2), 2)
    closed = Share("police", Limit(DAYS, 3))
    # The police end on Saturday 11:00, when the tax office is closed: its hours run from Monday 07:00.
    plan = _plan((closed, early))
    assert plan.shares[0].due == plan.shares[1].begins == moment("Sat 21/11/2026 11:00")
    assert plan.shares[1].due == moment("Mon 23/11/2026 09:00")


def test_a_share_for_the_same_day_ends_with_the_day_on_which_it_begins() -> None:
    day, same = Share("commune", Limit(DAYS, 1)), Share("tax", Limit(Unit.SAME_DAY, 1), 2)
    assert _plan((day, same)).shares[1].due == moment("Thu 19/11/2026 17:00")
    assert _plan((same_first := Share("tax", Limit(Unit.SAME_DAY, 0)),)).shares[0].share is same_first


def test_shares_may_be_named_in_any_order() -> None:
    plan, turned = _plan(SHARES), _plan(SHARES[::-1])
    assert {row.share.agency: row.due for row in plan.shares} == {
        r.share.agency: r.due for r in turned.shares
    }
    assert (plan.ends, plan.due, plan.spare) == (turned.ends, turned.due, turned.spare)


def test_a_share_that_ends_with_the_whole_fits() -> None:
    plan = _plan((Share("commune", Limit(DAYS, 5)),))
    assert (plan.shares[0].cut, plan.spare, plan.shares[0].due) == (False, 0, plan.due)
    assert Share("commune", Limit(DAYS, 5)).stage == 1


def test_the_cutoff_of_the_whole_holds_for_the_first_share() -> None:
    whole = Limit(DAYS, 5, time(8, 0))
    first = _plan(SHARES, whole).shares[0]
    assert (first.begins, first.due) == (moment("Thu 19/11/2026 07:00"), moment("Fri 20/11/2026 17:00"))


@pytest.mark.parametrize(
    ("code", "shares"),
    [
        ("no_shares", ()),
        ("bad_stage", (Share("a", Limit(DAYS, 1), 2),)),
        ("bad_stage", (Share("a", Limit(DAYS, 1), 0), SHARES[0])),
        ("bad_stage", (SHARES[0], Share("a", Limit(DAYS, 1), 3))),
    ],
)
def test_shares_that_make_no_plan_are_refused(code: str, shares: tuple[Share, ...]) -> None:
    with pytest.raises(SharesRefused) as refused:
        _plan(shares)
    assert refused.value.code == code
