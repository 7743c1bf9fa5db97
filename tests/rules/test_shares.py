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


@pytest.mark.parametrize(
    ("code", "shares"),
    [("no_shares", ()), ("bad_stage", (Share("a", Limit(DAYS, 1), 2),)), ("bad_stage", (SHARES[0], Share("a", Limit(DAYS, 1), 3)))],
)  # fmt: skip
def test_shares_that_make_no_plan_are_refused(code: str, shares: tuple[Share, ...]) -> None:
    with pytest.raises(SharesRefused, match=code):
        _plan(shares)
