"""A dossier passes from an agency with a calendar of its own to one without: no due time moves, whoever asks when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from motcua.calendars.actions import DayChange, NoticeData, begin_calendar, lay_down_calendar, record_notice
from motcua.dossiers.actions import apply_moves, approve_moves, open_recomputation, recompute
from motcua.dossiers.actions.passing import Way, pass_dossiers
from motcua.dossiers.explaining import Explanation, explain_dossier, shares_of
from motcua.dossiers.models import AgencyHandover, Dossier, DueMove
from motcua.dossiers.queries import clock_rows, derived, held_before, moves
from motcua.dossiers.queries.many_ledgers import differing
from motcua.dossiers.queries.simulating import Asked, Change, simulated
from motcua.dossiers.tracking import secret_text
from motcua.journal.events import SYSTEM
from motcua.organisation.models import Agency, Post, Reorganisation, Succession
from motcua.organisation.queries import PostHeir, lines
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import at_local, local_day
from motcua.rules.process import DEFAULT_PROCESS, line
from motcua.rules.working_time import DEFAULT_WEEK
from motcua.workflow.actions import publish_process
from motcua.workflow.queries import open_task_of
from tests.reporting.lives import Life, procedures
from tests.world import DossierStory, World, a_procedure

CLOSING = time(17)


def closing(day: int) -> datetime:
    return at_local(date(2026, 11, day), CLOSING)


# Accepted on Friday 6/11, three working days, and A works on Saturdays.
PROMISED = closing(10)


@pytest.fixture
def merging(world: World) -> World:
    """A province in which the commune that will be merged works on Saturdays too, and the other one does not."""
    week = {**DEFAULT_WEEK, 5: DEFAULT_WEEK[4]}
    lay_down_calendar(world.commune, name="Xã Một", week=week, legal_basis="QĐ 1", by=SYSTEM, at=world.at)
    return world


def merge(world: World, old: Agency | None = None, new: Agency | None = None, *, most: int = 100) -> int:
    """Let the open dossiers of an agency (at most so many) pass to another one, and return how many did."""
    old, new = old or world.commune, new or world.neighbour
    on = local_day(world.at)
    plan = Reorganisation.objects.create(
        title="Nhập xã", legal_basis="NQ 1", effective_on=on, drafted_at=world.at, drafted_label="thử"
    )
    Succession.objects.get_or_create(
        predecessor=old, effective_on=on, defaults={"successor": new, "reorganisation": plan, "ends": False}
    )
    heirs = {
        (post.id, new.id): PostHeir(heir.id, heir.function, heir.holdings.get().user_id)
        for post in Post.objects.filter(agency=old)
        if (heir := Post.objects.filter(agency=new, key=post.key).first())
    }
    way = Way(plan.id, on, lines(), heirs, {}, {}, {})
    return pass_dossiers(way, [old.id], after=UUID(int=0), at=world.at, most=most).count


def moved_on(story: DossierStory, to: Agency | None = None) -> DossierStory:
    """Go on with the people of the agency that holds it now."""
    story.agency = to or story.world.neighbour
    return story.reload()


def due(story: DossierStory) -> datetime | None:
    """Return the due time, which every way of asking gives."""
    dossier = story.reload().dossier
    state = derived(clock_rows(dossier.id), agency_id=dossier.competent_agency_id, held=held_before(dossier))
    assert (state.due, state.original_due) == (dossier.due_at, dossier.promised_at)
    assert list(differing()) == list(differing(every=True)) == []
    told = explained(story)
    assert (told.due, told.original_due) == (dossier.due_at, dossier.promised_at)
    return dossier.due_at


def explained(story: DossierStory) -> Explanation:
    with override("vi"):
        return explain_dossier(story.dossier.id, agency_id=story.dossier.competent_agency_id)


def noticed(
    world: World, *days: int, agency: Agency | None = None, kind: str = "closure", look: bool = True
) -> UUID:
    """Record a notice about days of November, look at who is touched, and return the run."""
    calendar = world.calendar if agency is None else begin_calendar(agency.id, by=SYSTEM, at=world.at)
    changes = tuple(DayChange(date(2026, 11, day), kind, "Lũ", "TB 99") for day in days)
    notice = NoticeData("Lũ", legal_basis="TB 99", days=changes)
    number = record_notice(calendar, notice, by=SYSTEM, at=world.at)
    assert number
    run = open_recomputation(
        number, calendar_id=calendar.id, title="Lũ", legal_basis="TB 99", first_day=changes[0].day,
        last_day=changes[-1].day, at=world.at,
    )  # fmt: skip
    while look and recompute(run, at=world.at, most=2):
        pass
    return run


def found_by(run: UUID) -> list[tuple[str, datetime]]:
    return [(row.standing, row.after) for row in moves(run, agencies=None)]


def approve(world: World, run: UUID) -> None:
    by = world.as_actor("xa-hai.leader")
    assert approve_moves(run, by=by, at=world.at, agencies=frozenset({world.neighbour.id}), approve=True)
    while apply_moves(run, at=world.at):
        pass


# --- nothing but the agency changes ---------------------------------------------------------------------------


def test_a_hand_over_moves_no_due_time_and_says_whose_calendar_it_was(merging: World) -> None:
    story, theirs = merging.a_dossier().accepted(), merging.a_dossier(agency=merging.neighbour).accepted()
    assert (due(story), due(theirs)) == (PROMISED, closing(11))
    before = explained(story).to_json()
    merging.later(hours=1)
    assert merge(merging) == 1
    moved_on(story)
    assert (due(story), due(theirs)) == (PROMISED, closing(11))
    assert story.dossier.competent_agency_id == merging.neighbour.id

    told = explained(story)
    assert told.entries[0].calendar_of == "Ủy ban nhân dân xã Một"
    assert told.entries[0].lines[-1] == "Theo lịch làm việc của Ủy ban nhân dân xã Một, nơi giữ hồ sơ khi đó"
    after = told.to_json()
    assert after["entries"][0].pop("calendar_of") != before["entries"][0].pop("calendar_of")
    assert after == before
    assert [entry.calendar_of for entry in explained(theirs).entries] == [""]
    with override("en"):
        english = explain_dossier(story.dossier.id, agency_id=merging.neighbour.id)
    assert english.entries[0].lines[-1] == "By the working calendar of (xa-mot), which held the dossier then"


def test_the_citizens_page_says_it_too(merging: World, client: Client) -> None:
    story = merging.a_dossier().accepted()
    merging.later(hours=1)
    merge(merging)
    page = client.get(f"/t/{secret_text(bytes(story.reload().dossier.secret))}/cach-tinh/").content.decode()
    assert "17 giờ thứ Ba 10/11/2026" in page
    assert "Theo lịch làm việc của Ủy ban nhân dân xã Một" in page


def test_where_both_work_alike_nothing_is_said(world: World) -> None:
    story = world.a_dossier().accepted()
    world.later(hours=1)
    assert merge(world) == 1
    assert due(moved_on(story)) == closing(11)
    assert [entry.calendar_of for entry in explained(story).entries] == [""]


def test_an_entry_at_the_very_moment_of_the_hand_over_is_the_new_agencys(merging: World) -> None:
    story = merging.a_dossier().filed()
    merge(merging)
    moved_on(story).accepted()
    assert due(story) == closing(11)


def test_what_is_entered_by_a_clock_a_little_behind_is_still_derived(merging: World) -> None:
    story = merging.a_dossier().accepted()
    merging.later(hours=1)
    merge(merging)
    moved_on(story)
    merging.later(seconds=-1)
    story.supplement_requested()
    assert due(story) == PROMISED


# --- the clock goes on ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "after"), [("restart", 18), ("shift", 16), ("none", 10)])
def test_a_pause_over_the_hand_over_ends_by_the_new_calendar(merging: World, policy: str, after: int) -> None:
    procedure = merging.publish(a_procedure("9.000077", supplement_policy=policy))
    story = merging.a_dossier(procedure=procedure).accepted()
    merging.at = at_local(date(2026, 11, 9), time(9))
    story.supplement_requested()
    merging.later(hours=3)
    assert merge(merging) == 1
    moved_on(story)
    assert due(story) == PROMISED
    merging.at = at_local(date(2026, 11, 13), time(9))
    story.resubmitted()
    assert due(story) == closing(after)
    assert [bool(entry.calendar_of) for entry in explained(story).entries] == [True, True, False]
    merging.later(hours=1)
    third = merging._office("xa-ba", "Ủy ban nhân dân xã Ba", "X1.03")
    lay_down_calendar(
        third, name="Xã Ba", week={0: DEFAULT_WEEK[0]}, legal_basis="QĐ 3", by=SYSTEM, at=merging.at
    )
    merging.later(hours=1)
    assert merge(merging, merging.neighbour, third) == 1
    moved_on(story, third)
    assert due(story) == closing(after)
    assert [entry.calendar_of for entry in explained(story).entries] == [
        "Ủy ban nhân dân xã Một", "Ủy ban nhân dân xã Một", "Ủy ban nhân dân xã Hai",
    ]  # fmt: skip


def test_what_comes_back_is_derived_as_if_it_had_never_gone(merging: World) -> None:
    story = merging.a_dossier().accepted()
    for old, new in ((merging.commune, merging.neighbour), (merging.neighbour, merging.commune)):
        merging.later(days=1)
        assert merge(merging, old, new) == 1
    assert AgencyHandover.objects.count() == 2
    assert due(moved_on(story, merging.commune)) == PROMISED
    assert [entry.calendar_of for entry in explained(story).entries] == [""]


def test_it_is_extended_and_its_step_keeps_a_limit_that_began_before(merging: World) -> None:
    four = Limit(Unit.WORKING_DAY, 4)
    nodes = [
        replace(node, limit=four) if node.key == "specialist" else node for node in DEFAULT_PROCESS.steps
    ]
    publish_process(line(DEFAULT_PROCESS.key, nodes), legal_basis="", by=SYSTEM, at=merging.at)
    story, singly = (
        merging.a_dossier(procedure=merging.publish(a_procedure(code))).accepted()
        for code in ("9.000077", "9.000078")
    )
    merging.later(hours=1)
    merge(merging)
    moved_on(story).extended(closing(13))
    task = open_task_of(story.dossier.id)
    assert due(story) == closing(13)
    # By the calendar of A, which opened it: Saturday counts.
    assert task is not None
    assert (task.agency_id, task.due_at) == (merging.neighbour.id, closing(11))
    # The same where a notice moves many.
    run = noticed(merging, 9, kind="holiday")
    approve(merging, run)
    task = open_task_of(singly.dossier.id)
    assert due(moved_on(singly)) == closing(11)
    assert task is not None
    assert task.due_at == closing(11)


def test_the_parts_of_a_limit_stay_where_they_were(merging: World) -> None:
    content = a_procedure("9.000008")
    for channel in content["channels"]:
        channel["phases"] = [
            {"vi": name, "limit": {"unit": "working_day", "amount": amount, "cutoff": None}}
            for name, amount in (("Xã kiểm tra", 1), ("Công an xác minh", 2))
        ]
    story = merging.a_dossier(procedure=merging.publish(content)).accepted()
    accepted = merging.at
    before = shares_of(story.dossier, accepted_at=accepted)
    assert [row.due for row in before] == [closing(7), closing(10)]
    merging.later(hours=1)
    merge(merging)
    assert shares_of(moved_on(story).dossier, accepted_at=accepted) == before


# --- a notice comes later --------------------------------------------------------------------------------------


@pytest.fixture
def passed(merging: World) -> DossierStory:
    """A dossier promised by A for Tuesday 10/11 that B has held since Friday noon."""
    story = merging.a_dossier().accepted()
    merging.later(hours=3)
    merge(merging)
    return moved_on(story)


def test_a_day_off_of_the_nation_moves_it_as_if_it_had_stayed(merging: World, passed: DossierStory) -> None:
    run = noticed(merging, 10, kind="holiday")
    assert found_by(run) == [("proposed", closing(11))]
    assert DueMove.objects.get().agency_id == merging.neighbour.id, "who holds it now is asked"
    assert due(passed) == PROMISED
    approve(merging, run)
    assert due(passed) == closing(11)
    told = explained(passed).entries[-1]
    assert (told.kind, told.calendar_of) == ("reckon", "Ủy ban nhân dân xã Một")
    assert "thứ Ba 10/11: Lũ (TB 99)" in told.lines
    # And the clock goes on from there.
    merging.later(hours=1)
    passed.supplement_requested()
    merging.later(days=3)
    passed.resubmitted()
    assert due(passed) == closing(13)


def test_a_notice_of_the_old_calendar_reaches_it_and_asks_who_holds_it(
    merging: World, passed: DossierStory
) -> None:
    own = merging.a_dossier(agency=merging.neighbour).accepted()
    run = noticed(merging, 9, agency=merging.commune)
    assert found_by(run) == [("proposed", closing(11))]
    approve(merging, run)
    assert (due(passed), due(own)) == (closing(11), closing(11))
    better = noticed(merging, 8, agency=merging.commune, kind="swap_working")
    assert found_by(better) == [("applied", closing(10))]
    assert due(passed) == closing(10)


def test_a_notice_of_the_new_calendar_moves_only_what_the_new_agency_reckoned(
    merging: World, passed: DossierStory
) -> None:
    own = merging.a_dossier(agency=merging.neighbour).accepted()
    run = noticed(merging, 9, agency=merging.neighbour)
    assert [(row.dossier_id, row.after) for row in moves(run, agencies=None)] == [
        (own.dossier.id, closing(12))
    ]
    assert due(passed) == PROMISED
    merging.later(hours=1)
    passed.supplement_requested()
    merging.later(days=3)
    # By B's calendar: it came in on a day off, so it counts as received on Tuesday.
    passed.resubmitted()
    assert due(passed) == closing(13)
    again = noticed(merging, 11, agency=merging.neighbour)
    assert {row.dossier_id for row in moves(again, agencies=None)} == {own.dossier.id, passed.dossier.id}
    approve(merging, again)
    assert due(passed) == closing(16)
    # What A says now is behind the limit that began anew.
    assert found_by(noticed(merging, 14, agency=merging.commune)) == []


def test_more_dossiers_that_passed_ask_no_more_questions(merging: World) -> None:
    def asked(step: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as seen:
            step()
        return len(seen)

    stories = [merging.a_dossier().accepted() for _ in range(11)]
    for story in stories[::4]:
        story.supplement_requested()
    keys = [story.dossier.id for story in stories]
    merging.later(hours=1)
    assert merge(merging, most=2) == 2
    checked = asked(verified)
    assert merge(merging) == 9
    assert asked(verified) == checked
    run = noticed(merging, 9, kind="holiday", look=False)
    one, few, many = (
        asked(lambda part=part: recompute(run, at=merging.at, dossiers=part))
        for part in (keys[:1], keys[1:3], keys[3:])
    )
    assert many == few <= one
    assert found_by(run) == [("proposed", closing(11))] * 11


def verified() -> None:
    assert list(differing(every=True)) == []


# --- many at once ----------------------------------------------------------------------------------------------


@pytest.fixture
def lives(merging: World) -> list[Dossier]:
    rng, begin, known = Random(6), merging.at, procedures(merging)
    led = []
    for _ in range(30):
        merging.at = begin + timedelta(minutes=rng.randrange(60 * 24 * 12))
        led.append(Life(merging, rng, rng.choice(known)).lead())
    merging.at = begin + timedelta(days=40)
    return led


def test_whatever_lives_they_led_every_ledger_gives_what_is_stored(merging: World, lives: Any) -> None:
    assert list(differing(every=True)) == []
    assert merge(merging) > 5
    assert list(differing(every=True)) == []
    # And no notice of a calendar that counted nothing moves anything.
    run = noticed(merging, 7, 8, agency=merging.neighbour, kind="swap_working")
    passed = set(AgencyHandover.objects.values_list("dossier_id", flat=True))
    rows = moves(run, agencies=None)
    assert not [row for row in rows if row.dossier_id in passed and row.standing in ("applied", "unread")]


def test_a_simulation_counts_each_with_who_held_it(merging: World, lives: Any) -> None:
    end = merging.later(hours=1)
    asked = Asked(at_local(date(2026, 11, 1), time(0)), end)
    ours = replace(asked, agencies=frozenset({merging.commune.id}))
    before, of_ours = simulated(asked, Change()), simulated(ours, Change())
    merge(merging)
    assert simulated(asked, Change()) == before
    assert simulated(ours, Change()) == of_ours
    # A minute later they are with the other one, but for what was solved before.
    later = simulated(replace(asked, end=end + timedelta(minutes=1)), Change())
    assert later.total == before.total
    assert later.counts[merging.commune.id]["open"] == 0 < before.counts[merging.commune.id]["open"]
    assert later.counts[merging.commune.id]["solved"] == before.counts[merging.commune.id]["solved"] > 0
