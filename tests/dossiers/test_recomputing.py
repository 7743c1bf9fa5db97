"""A notice changes the calendar: what moves is listed, better dates hold at once, promises wait for approval."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.calendars.actions import DayChange, NoticeData, begin_calendar, record_notice
from motcua.dossiers.actions import (
    FaultData,
    UnableToDecide,
    apply_moves,
    approve_moves,
    open_recomputation,
    overtake_ended,
    recompute,
    request_supplement,
    withdraw_dossier,
)
from motcua.dossiers.actions import recomputing as module
from motcua.dossiers.jobs import enter_approved_moves, recompute_dossiers
from motcua.dossiers.models import ClockRow, Dossier, DueMove, Recomputation
from motcua.dossiers.queries import clock_rows, derived, held_before, moves, moves_by_agency, recomputation
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event, OutboxEntry
from motcua.journal.queries import broken_seals, history_of
from motcua.kit import clock, sql
from motcua.notifications.queries import messages_about
from motcua.reporting.periods import months
from motcua.reporting.queries import Scope, figures
from motcua.rules.localday import at_local
from motcua.workflow.queries import open_task_of
from tests.dossiers.asking import at_once
from tests.world import DossierStory, World, a_procedure

CLOSING = time(17)
DUE = at_local(date(2026, 11, 11), CLOSING)
Announce = Callable[..., UUID]


def _recorded(
    world: World,
    outbox: Any,
    *days: int,
    kind: str = "holiday",
    agency: Any = None,
    title: str = "Nghỉ Tết",
) -> UUID:
    calendar = world.calendar if agency is None else begin_calendar(agency.id, by=SYSTEM, at=world.at)
    changes = tuple(DayChange(date(2026, 11, day), kind, title, "TB 99") for day in days)
    notice = NoticeData(title, legal_basis="Thông báo 99/TB", days=changes)
    number = record_notice(calendar, notice, by=SYSTEM, at=world.at)
    assert number
    with clock.freeze(world.at):
        outbox()
    return Recomputation.objects.get(notice=number).id


@pytest.fixture
def announce(world: World, outbox: Any) -> Announce:
    """Record a notice about days of November 2026, and open the run for it as the worker would."""
    return partial(_recorded, world, outbox)


def _run(run: UUID, at: datetime, most: int = 3) -> None:
    while recompute(run, at=at, most=most):
        pass


def _apply(run: UUID, at: datetime) -> None:
    while apply_moves(run, at=at, most=2):
        pass


def _approve(
    run: UUID, world: World, agencies: frozenset[UUID] | None = None, *, approve: bool = True
) -> int:
    by = world.as_actor("xa-mot.leader")
    return approve_moves(run, by=by, at=world.at, agencies=agencies, approve=approve)


def _standing(run: UUID) -> dict[UUID, str]:
    return {row.dossier_id: row.standing for row in moves(run, agencies=None)}


def _due(story: DossierStory) -> datetime | None:
    dossier = story.reload().dossier
    state = derived(clock_rows(dossier.id), agency_id=dossier.competent_agency_id, held=held_before(dossier))
    assert state.due == dossier.due_at, "the ledger says what the dossier says"
    assert clock_rows(dossier.id)[-1].due_after == dossier.due_at
    if task := open_task_of(dossier.id):
        assert task.due_at == dossier.due_at
    return dossier.due_at


def test_tet_is_announced_and_no_promise_moves_before_it_is_approved(
    world: World, announce: Announce, outbox: Any
) -> None:
    ours = [world.a_dossier().accepted() for _ in range(5)]
    theirs = [world.a_dossier(agency=world.neighbour).accepted() for _ in range(2)]
    outbox()
    world.later(days=3)  # Monday morning
    run = announce(10, 11, 12, 13)
    _run(run, world.at)

    found = recomputation(run)
    assert found is not None
    assert (found.total, found.done, found.later, found.earlier, found.kept, found.unchanged) == (
        7,
        7,
        7,
        0,
        0,
        0,
    )
    assert not found.running
    listed = moves(run, agencies=None)
    assert {row.dossier_id for row in listed} == {story.dossier.id for story in ours + theirs}
    new = at_local(date(2026, 11, 17), CLOSING)
    assert {(row.before, row.after, row.standing) for row in listed} == {(DUE, new, "proposed")}
    for story in ours + theirs:
        before = story.dossier
        assert _due(story) == DUE == story.dossier.promised_at
        assert story.dossier.revision == before.revision
        assert ClockRow.objects.filter(dossier=before).count() == 1

    assert _approve(run, world, frozenset({world.commune.id})) == 5
    outbox()
    _apply(run, world.at)
    counts = {row.agency_id: row.counts for row in moves_by_agency(run, agencies=None)}
    assert counts[world.commune.id]["applied"] == 5
    assert counts[world.neighbour.id]["proposed"] == 2
    for story in theirs:
        assert _due(story) == DUE
    for story in ours:
        revision = story.dossier.revision
        assert _due(story) == new
        assert story.dossier.promised_at == DUE, "what the receipt says stays"
        assert story.dossier.revision == revision + 1
        entry = clock_rows(story.dossier.id)[-1]
        assert (entry.place, entry.kind, entry.reason, entry.legal_basis) == (
            1,
            "reckon",
            "calendar",
            "Thông báo 99/TB",
        )
        assert (entry.calendar, entry.by, entry.at, entry.paused_since) == (
            found.notice,
            story.staff("leader").id,
            world.at,
            None,
        )
        event = history_of(story.dossier.id)[-1]
        assert (event.kind, event.actor_label) == ("dossier.due_moved", "Cán bộ xa-mot leader")
        assert event.agency_id == world.commune.id
        assert (event.data["due_before"], event.data["due_after"]) == (DUE.isoformat(), new.isoformat())
        assert (event.data["notice"], event.data["title"]) == (found.notice, "Nghỉ Tết")
    approval = [entry for entry in history_of(run) if entry.kind == "recomputation.approved"]
    assert [entry.data["moves"] for entry in approval] == [5]
    assert broken_seals() == []


def test_a_citizen_is_told_once_of_the_old_date_the_new_one_and_why(
    world: World, announce: Announce, outbox: Any
) -> None:
    story = world.a_dossier().accepted()
    outbox()
    told = len(messages_about(story.dossier.id))
    run = announce(10)
    _run(run, world.at)
    outbox()
    assert len(messages_about(story.dossier.id)) == told, "nothing moved yet"
    _approve(run, world)
    outbox()
    for _ in range(2):
        _apply(run, world.at)
        outbox()

    message = messages_about(story.dossier.id)[-1]
    assert len(messages_about(story.dossier.id)) == told + 1
    assert "17 giờ thứ Tư 11/11/2026" in message.text
    assert "17 giờ thứ Năm 12/11/2026" in message.text
    assert "Nghỉ Tết" in message.text
    assert OutboxEntry.objects.exclude(state="done").count() == 0


def test_a_better_date_holds_at_once(world: World, announce: Announce, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    outbox()
    told = len(messages_about(story.dossier.id))
    run = announce(7, kind="swap_working", title="Làm thứ Bảy")
    _run(run, world.at)
    outbox()

    assert _due(story) == at_local(date(2026, 11, 10), CLOSING)
    assert story.dossier.promised_at == DUE
    assert _standing(run) == {story.dossier.id: "applied"}
    assert history_of(story.dossier.id)[-1].actor_label == "Hệ thống"
    assert len(messages_about(story.dossier.id)) == told + 1
    with pytest.raises(UnableToDecide, match="nothing_waits"):
        _approve(run, world)


def test_what_is_late_stays_late_and_nothing_becomes_due_in_the_past(
    world: World, announce: Announce
) -> None:
    late = world.a_dossier().accepted()
    world.later(days=5, hours=1)  # Wednesday at ten: the new time would be Tuesday
    past = announce(7, kind="swap_working", title="Làm thứ Bảy")
    _run(past, world.at)
    assert _standing(past) == {late.dossier.id: "kept"}
    world.later(days=1)  # Thursday: it is late now
    run = announce(9, 10)
    _run(run, world.at)

    assert _standing(run) == {late.dossier.id: "kept"}
    assert _due(late) == DUE
    assert recomputation(run).kept == 1  # type: ignore[union-attr]
    with pytest.raises(UnableToDecide, match="nothing_waits"):
        _approve(run, world)


def test_a_dossier_whose_clock_stands_moves_too(world: World, announce: Announce, outbox: Any) -> None:
    world.later(days=3)
    story = world.a_dossier().accepted()
    world.later(days=1)
    story.supplement_requested()
    since = world.at
    world.later(days=6)  # long after the due time, but it stands
    run = announce(11)
    _run(run, world.at)
    assert _standing(run) == {story.dossier.id: "proposed"}
    _approve(run, world)
    _apply(run, world.at)

    assert _due(story) == at_local(date(2026, 11, 13), CLOSING)
    entry = clock_rows(story.dossier.id)[-1]
    assert (entry.kind, entry.paused_since) == ("reckon", since)
    assert story.dossier.state == "paused"
    # The clock goes on as if it had always been so.
    world.later(days=1)
    story.resubmitted()
    assert _due(story) == at_local(date(2026, 11, 20), CLOSING)


def test_after_a_pause_the_ledger_is_derived_with_its_stretches(world: World, announce: Announce) -> None:
    shifting = world.publish(a_procedure("9.000077", supplement_policy="shift"))
    story = world.a_dossier(procedure=shifting).accepted()
    world.later(hours=2)
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()
    before = _due(story)
    assert before is not None
    run = announce(11)
    _run(run, world.at)
    [row] = moves(run, agencies=None)
    assert (row.before, row.standing) == (before, "proposed")
    _approve(run, world)
    _apply(run, world.at)
    assert _due(story) == row.after > before


def test_an_extension_whose_day_becomes_a_holiday_waits_for_the_next_working_day(
    world: World, announce: Announce
) -> None:
    story = world.a_dossier().accepted()
    world.later(days=3)
    story.extended(at_local(date(2026, 11, 16), CLOSING))
    run = announce(16)
    _run(run, world.at)
    _approve(run, world)
    _apply(run, world.at)
    assert _due(story) == at_local(date(2026, 11, 17), CLOSING)


def test_a_killed_job_goes_on_where_it_was_and_looks_at_nothing_twice(
    world: World, announce: Announce, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = [world.a_dossier().accepted() for _ in range(7)]
    run = announce(10)
    assert recompute(run, at=world.at, most=3) == 3
    found = recomputation(run)
    assert found is not None
    assert (found.done, found.total, found.state) == (3, 7, "running")

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # Dies after it has written, before it has committed.
        patch.setattr(module, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            recompute(run, at=world.at, most=3)
    assert recomputation(run).done == 3  # type: ignore[union-attr]
    assert len(moves(run, agencies=None)) == 3
    _run(run, world.at)
    found = recomputation(run)
    assert found is not None
    assert (found.done, found.later, found.state) == (7, 7, "done")
    assert set(_standing(run)) == {story.dossier.id for story in stories}


def _jobs(task: Any, run: UUID) -> list[ProcrastinateJob]:
    jobs = ProcrastinateJob.objects.filter(task_name=task.name, args={"recomputation_id": str(run)})
    assert {(job.queue_name, job.lock) for job in jobs} == {("upkeep", "dossiers.recomputation")}
    return list(jobs)


def test_the_same_job_twice_does_nothing(committed_world: World, outbox: Any) -> None:
    world = committed_world
    better = world.a_dossier().accepted()
    run = _recorded(world, outbox, 7, kind="swap_working", title="Làm thứ Bảy")
    [job] = _jobs(recompute_dossiers, run)
    for _ in range(2):
        recompute_dossiers(**job.args)
    found = recomputation(run)
    row = Recomputation.objects.get(id=run)
    again = open_recomputation(
        row.notice, calendar_id=row.calendar_id, title="", legal_basis="", first_day=row.first_day,
        last_day=row.last_day, at=world.at,
    )  # fmt: skip
    assert again == run
    recompute_dossiers(**job.args)
    assert recomputation(run) == found
    assert len(clock_rows(better.dossier.id)) == 2
    assert [entry.kind for entry in history_of(run)] == ["recomputation.opened", "recomputation.finished"]

    worse = _recorded(world, outbox, 10)
    recompute_dossiers(str(worse))
    _approve(worse, world)
    outbox()
    [job] = _jobs(enter_approved_moves, worse)
    for _ in range(2):
        enter_approved_moves(**job.args)
    assert _due(better) == DUE
    assert len(clock_rows(better.dossier.id)) == 3
    assert Event.objects.filter(kind="dossier.due_moved").count() == 2


def test_one_dossier_is_looked_at_by_the_same_action(world: World, announce: Announce) -> None:
    stories = [world.a_dossier().accepted() for _ in range(4)]
    run = announce(10)
    alone = stories[2].dossier.id
    assert recompute(run, at=world.at, dossiers=[alone]) == 1
    assert recompute(run, at=world.at, dossiers=[alone]) == 1
    assert _standing(run) == {alone: "proposed"}
    assert recomputation(run).done == 0  # type: ignore[union-attr]
    _run(run, world.at)
    found = recomputation(run)
    assert found is not None
    assert (found.done, found.later, len(moves(run, agencies=None))) == (4, 4, 4)
    assert recompute(UUID(int=3), at=world.at) == 0
    assert apply_moves(UUID(int=3), at=world.at) == 0


def test_what_is_approved_twice_or_while_it_runs_is_refused(world: World, announce: Announce) -> None:
    story = world.a_dossier().accepted()
    run = announce(10)
    with pytest.raises(UnableToDecide, match="still_running"):
        _approve(run, world)
    _run(run, world.at)
    assert _approve(run, world) == 1
    for approve in (True, False):
        with pytest.raises(UnableToDecide, match="nothing_waits"):
            _approve(run, world, approve=approve)
    _apply(run, world.at)
    with pytest.raises(UnableToDecide, match="nothing_waits"):
        _approve(run, world)
    with pytest.raises(UnableToDecide, match="not_there"):
        _approve(UUID(int=3), world)
    assert len(clock_rows(story.dossier.id)) == 2


def test_what_is_rejected_leaves_the_promise(world: World, announce: Announce, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    run = announce(10)
    _run(run, world.at)
    assert _approve(run, world, approve=False) == 1
    outbox()
    _apply(run, world.at)
    assert _due(story) == DUE
    assert _standing(run) == {story.dossier.id: "rejected"}
    assert [entry.kind for entry in history_of(run)][-1] == "recomputation.rejected"
    assert DueMove.objects.get().decided_by == world.people["xa-mot.leader"].id


def _decide(story: DossierStory) -> None:
    story.decided()


def _pause_and_resume(story: DossierStory) -> None:
    story.supplement_requested()
    story.world.later(hours=1)
    story.resubmitted()


def _extend(story: DossierStory) -> None:
    story.extended(at_local(date(2026, 11, 20), CLOSING))


def _let_it_go_late(story: DossierStory) -> None:
    story.world.later(days=7)


@pytest.mark.parametrize("meanwhile", [_decide, _pause_and_resume, _extend, _let_it_go_late])
def test_what_went_on_before_the_approval_is_not_touched(
    world: World, announce: Announce, outbox: Any, meanwhile: Callable[[DossierStory], None]
) -> None:
    story, other = world.a_dossier().accepted(), world.a_dossier().accepted()
    run = announce(11)
    _run(run, world.at)
    world.later(days=3)
    meanwhile(story)
    due, rows = story.reload().dossier.due_at, len(clock_rows(story.dossier.id))
    _approve(run, world)
    _apply(run, world.at)

    assert _standing(run)[story.dossier.id] == "overtaken"
    assert story.reload().dossier.due_at == due
    assert len(clock_rows(story.dossier.id)) == rows
    assert "dossier.due_moved" not in {entry.kind for entry in history_of(story.dossier.id)}
    late = meanwhile is _let_it_go_late
    assert _standing(run)[other.dossier.id] == ("overtaken" if late else "applied")


def test_a_later_notice_answers_what_an_earlier_one_left_open(world: World, announce: Announce) -> None:
    story = world.a_dossier().accepted()
    first = announce(11)
    _run(first, world.at)
    # Thursday is beyond the due time that holds, but not beyond the one that waits.
    second = announce(12, title="Nghỉ thêm")
    _run(second, world.at)
    assert _standing(first) == {story.dossier.id: "overtaken"}
    assert [(row.before, row.after) for row in moves(second, agencies=None)] == [
        (DUE, at_local(date(2026, 11, 13), CLOSING))
    ]
    third = announce(12, kind="as_usual", title="Sửa lại")
    _run(third, world.at)
    assert _standing(second) == {story.dossier.id: "overtaken"}
    _approve(third, world)
    _apply(third, world.at)
    assert _due(story) == at_local(date(2026, 11, 12), CLOSING)


def test_only_who_follows_the_calendar_and_whom_the_days_touch_is_looked_at(
    world: World, announce: Announce
) -> None:
    ours, theirs = world.a_dossier().accepted(), world.a_dossier(agency=world.neighbour).accepted()
    world.a_dossier().decided()
    world.a_dossier().filed()
    run = announce(10, kind="closure", agency=world.commune, title="Lũ")
    _run(run, world.at)
    found = recomputation(run)
    assert found is not None
    assert (found.total, set(_standing(run))) == (1, {ours.dossier.id})
    beyond = announce(12)
    _run(beyond, world.at)
    # What waits for the flood reaches into Thursday, what the neighbour promised does not.
    assert set(_standing(beyond)) == {ours.dossier.id}
    assert _due(theirs) == DUE
    after = world.a_dossier(agency=world.neighbour).accepted()
    assert recompute(beyond, at=world.at, dossiers=[after.dossier.id]) == 1
    assert set(_standing(beyond)) == {ours.dossier.id}, "it was reckoned by the new calendar already"


def test_a_run_reckons_by_the_newest_calendar_in_whatever_order_runs_are_made(
    world: World, announce: Announce
) -> None:
    first = announce(9)
    second = announce(10)
    story = world.a_dossier().accepted()
    due = _due(story)
    # By the first notice alone it would be due a day earlier.
    assert recompute(first, at=world.at, dossiers=[story.dossier.id]) == 1
    assert _standing(first) == {}
    assert _due(story) == due == at_local(date(2026, 11, 13), CLOSING)

    waiting = world.a_dossier().accepted()
    third = announce(11)
    _run(third, world.at)
    _run(second, world.at)
    # One proposal waits, and it is that of the newest calendar.
    assert _standing(third)[waiting.dossier.id] == "overtaken"
    assert _standing(second)[waiting.dossier.id] == "proposed"
    _approve(second, world)
    _apply(second, world.at)
    assert _due(waiting) == at_local(date(2026, 11, 16), CLOSING)


def test_a_pause_that_knows_a_newer_notice_of_another_office_hides_no_holiday(
    world: World, announce: Announce
) -> None:
    story = world.a_dossier().accepted()
    run = announce(10)
    announce(11, kind="closure", agency=world.neighbour, title="Lũ ở xã Hai")
    # Entered before the run came by: it pins the notice of the other office, and moves nothing by itself.
    story.supplement_requested()
    _run(run, world.at)
    assert _standing(run) == {story.dossier.id: "proposed"}


def test_a_better_date_is_entered_also_where_a_ledger_is_a_little_ahead(
    world: World, announce: Announce
) -> None:
    closed = announce(10, kind="closure", title="Lũ")
    story = world.a_dossier().accepted()
    assert _due(story) == at_local(date(2026, 11, 12), CLOSING)
    _run(closed, world.at)
    open_again = announce(10, kind="as_usual", title="Hết lũ")
    _run(open_again, world.at - timedelta(seconds=30))
    assert _standing(open_again) == {story.dossier.id: "applied"}
    entries = clock_rows(story.dossier.id)
    assert entries[-1].at == entries[0].at, "a ledger never goes back"
    assert _due(story) == DUE


def test_what_was_approved_is_asked_again_when_a_newer_notice_gives_another_date(
    world: World, announce: Announce
) -> None:
    story = world.a_dossier().accepted()
    run = announce(10)
    _run(run, world.at)
    assert _approve(run, world) == 1
    announce(12)
    _apply(run, world.at)
    assert _due(story) == DUE
    assert _standing(run) == {story.dossier.id: "proposed"}, "and nobody has approved it"
    assert _approve(run, world) == 1
    _apply(run, world.at)
    assert _due(story) == at_local(date(2026, 11, 13), CLOSING)


def test_a_ledger_that_cannot_be_derived_is_listed_for_a_person(world: World, announce: Announce) -> None:
    story = world.a_dossier().accepted()
    world.later(hours=1)
    story.supplement_requested()
    world.later(hours=1)
    story.resubmitted()
    Dossier.objects.filter(id=story.dossier.id).update(due_at=DUE + timedelta(days=20))
    run = announce(10)
    _run(run, world.at)
    assert _standing(run) == {story.dossier.id: "unread"}
    found = recomputation(run)
    assert found is not None
    assert (found.unread, found.kept) == (1, 0)


def test_no_notice_comes_between_reading_the_calendar_and_entering(committed_world: World) -> None:
    """A notice and an entry exclude each other until either is committed."""
    free = "SELECT pg_try_advisory_xact_lock(hashtext('calendars.notice'))"

    def asked() -> bool:
        (answer,) = at_once(lambda: sql.row(free, []))
        return bool(answer[0])

    story = committed_world.a_dossier().filed()
    with transaction.atomic():
        story.accepted()
        assert not asked()
    assert asked()


def test_officers_work_on_while_moves_are_entered_and_nothing_is_lost(
    committed_world: World, outbox: Any
) -> None:
    world = committed_world
    stories = [world.a_dossier().accepted() for _ in range(6)]
    run = _recorded(world, outbox, 10)
    _run(run, world.at, most=100)
    _approve(run, world)

    def works(story: DossierStory) -> Callable[[], Any]:
        by = story.staff("specialist")
        fault = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")
        return lambda: request_supplement(story.dossier, faults=[fault], ground="Điều 15", by=by, at=world.at)

    seen = stories[0].dossier.revision
    entering = [lambda: apply_moves(run, at=world.at) for _ in range(2)]
    answers = at_once(*[works(story) for story in stories[:3]], *entering)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    new = at_local(date(2026, 11, 12), CLOSING)
    assert set(_standing(run).values()) == {"applied"}
    for place, story in enumerate(stories):
        assert _due(story) == new
        rows = clock_rows(story.dossier.id)
        assert [row.place for row in rows] == list(range(len(rows)))
        kinds = sorted(row.kind for row in rows)
        assert kinds == (["pause", "reckon", "start"] if place < 3 else ["reckon", "start"])
        assert story.dossier.state == ("paused" if place < 3 else "in_progress")
        assert story.dossier.revision == seen + (2 if place < 3 else 1)


def test_the_figures_of_a_month_that_is_over_do_not_move(world: World, announce: Announce) -> None:
    for agency in (world.commune, world.neighbour):
        world.a_dossier(agency=agency).accepted()  # late in November
        world.a_dossier(agency=agency).decided()
    world.later(days=21)  # Friday 27 November
    running = [world.a_dossier(agency=world.commune).accepted() for _ in range(2)]
    world.later(days=4)  # Tuesday 1 December
    november = months(2026, 11)

    def counted() -> dict[UUID, Any]:
        return {row.agency_id: row.counts for row in figures(november, Scope())}

    before = counted()
    back = announce(9, 10, 11, 30, title="Nghỉ vừa công bố")
    _run(back, world.at)
    better = announce(28, 29, kind="swap_working", title="Đã làm bù")
    _run(better, world.at)
    for run in (back, better):
        if "proposed" in _standing(run).values():
            _approve(run, world)
        _apply(run, world.at)
    assert {len(clock_rows(story.dossier.id)) for story in running} == {2}, "something did move"
    assert counted() == before


def test_a_run_asks_no_more_questions_for_more_dossiers(world: World, announce: Announce) -> None:
    def asked(number: int, day: int) -> tuple[int, int]:
        for _ in range(number):
            world.a_dossier().accepted()
        run = announce(day, title=f"Nghỉ {day}")
        with CaptureQueriesContext(
            connection,
        ) as looked:
            recompute(run, at=world.at, most=100)
        _approve(run, world)
        with CaptureQueriesContext(connection) as entered:
            apply_moves(run, at=world.at, most=100)
        return len(looked), len(entered)

    few, many = asked(2, 9), asked(12, 10)
    assert many == few
    assert max(few) < 40


def test_what_was_entered_or_rejected_stays_whoever_asks(world: World, announce: Announce) -> None:
    world.a_dossier().accepted()
    run = announce(10)
    _run(run, world.at)
    _approve(run, world)
    _apply(run, world.at)
    move = DueMove.objects.get()
    for change in (lambda: DueMove.objects.update(state="proposed"), move.delete):
        with pytest.raises(IntegrityError, match="what was decided stays"), transaction.atomic():
            change()


def test_a_proposal_waits_for_no_dossier_that_has_ended(world: World, announce: Announce) -> None:
    story, open_still = world.a_dossier().accepted(), world.a_dossier().accepted()
    run = announce(10)
    _run(run, world.at)
    withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    assert overtake_ended() == 1
    assert _standing(run) == {story.dossier.id: "overtaken", open_still.dossier.id: "proposed"}


def test_a_pause_by_none_saves_no_late_dossier_through_a_notice_about_the_past(
    world: World, announce: Announce
) -> None:
    procedure = world.publish(a_procedure("9.000031", supplement_policy="none"))
    story = world.a_dossier(procedure=procedure).accepted()
    world.later(days=4)
    story.supplement_requested()
    world.later(days=2, hours=1)  # Thursday: late since Wednesday, for no time stood still
    run = announce(10, kind="closure", agency=world.commune, title="Lũ")
    _run(run, world.at)
    assert _standing(run) == {story.dossier.id: "kept"}
    story.resubmitted()
    assert _due(story) == DUE


def test_a_paused_dossier_is_told_of_no_date_that_may_have_passed(
    world: World, announce: Announce, outbox: Any
) -> None:
    story = world.a_dossier().accepted()
    world.later(days=3)
    story.supplement_requested()
    world.later(days=7)
    run = announce(7, kind="swap_working", title="Làm bù")
    _run(run, world.at)
    outbox()
    told = [row.text for row in messages_about(story.dossier.id) if "Làm bù" in row.text]
    assert len(told) == 1
    assert "Ngày hẹn mới được báo ngay khi" in told[0]
    assert "Hẹn mới: trước" not in told[0]
