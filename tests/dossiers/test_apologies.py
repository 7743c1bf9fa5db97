"""Letters of apology: drafted by one, approved by another, sent; and what is late stays late."""

import inspect
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from motcua.documents.queries import slips_of
from motcua.dossiers import actions
from motcua.dossiers.access import may_approve_letter
from motcua.dossiers.actions import FaultData, PartyData, UnableToMove
from motcua.dossiers.jobs import send_apology
from motcua.dossiers.models import Apology, ClockRow, Dossier
from motcua.dossiers.queries import clock_rows, extensions_left, letter_left, letters_of, letters_waiting
from motcua.journal.events import Happened
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from motcua.notifications.queries import messages_about
from motcua.organisation.queries import duties_of
from motcua.reporting.periods import Period
from motcua.reporting.queries import Scope, figures
from motcua.rules import statute
from motcua.rules.lateness import Cause
from motcua.rules.localday import at_local, local_day
from motcua.rules.statute import Number, Provision
from motcua.workflow.queries import open_task_of
from tests.dossiers.asking import at_once, refused
from tests.world import DossierStory, World, a_procedure

WEDNESDAY_11 = at_local(date(2026, 11, 11), time(17))  # due time of three days from Friday 6/11
FRIDAY_13 = at_local(date(2026, 11, 13), time(17))
MONDAY_16 = at_local(date(2026, 11, 16), time(17))


def _late(world: World, **choices: Any) -> DossierStory:
    """Return a dossier that is an hour late."""
    story = world.a_dossier(**choices).accepted()
    assert story.dossier.due_at is not None
    world.at = story.dossier.due_at + timedelta(hours=15)
    return story


def _approve(story: DossierStory, letter: Any, who: str = "head", **more: Any) -> Apology:
    approved = actions.approve_apology(
        story.dossier, letter=letter, by=story.staff(who), at=story.world.at, **more
    )
    story.reload()
    return approved


def test_a_draft_moves_nothing(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    outbox()
    seen = story.dossier.revision
    story.drafted(FRIDAY_13)

    story.reload()
    task = open_task_of(story.dossier.id)
    assert task is not None
    assert (story.dossier.due_at, task.due_at, story.dossier.revision) == (WEDNESDAY_11, WEDNESDAY_11, seen)
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start"]
    assert [slip.kind.key for slip in slips_of(story.dossier.id)] == ["receipt"]
    assert outbox() == 0, "nobody is told"
    [letter] = letters_of(story.dossier.id)
    assert (letter.state, letter.extends, letter.until) == ("draft", True, FRIDAY_13)
    assert history_of(story.dossier.id)[-1].kind == "dossier.apology_drafted"


def test_approval_moves_the_due_time_and_names_the_new_date_on_the_slip_and_in_the_message(
    world: World, outbox: Any
) -> None:
    story = world.a_dossier().accepted()
    letter = story.drafted(FRIDAY_13)
    world.later(hours=1)
    _approve(story, letter)
    outbox()

    task = open_task_of(story.dossier.id)
    assert task is not None
    assert (story.dossier.due_at, task.due_at, story.dossier.promised_at) == (
        FRIDAY_13,
        FRIDAY_13,
        WEDNESDAY_11,
    )
    entry = clock_rows(story.dossier.id)[-1]
    assert (entry.kind, entry.at, entry.due_after) == ("extend", world.at, FRIDAY_13), "at its approval"
    event = history_of(story.dossier.id)[-1]
    assert event.kind == "dossier.deadline_extended"
    assert datetime.fromisoformat(event.data["due_before"]) == WEDNESDAY_11
    assert datetime.fromisoformat(event.data["due_after"]) == FRIDAY_13
    slip = slips_of(story.dossier.id)[0]
    assert (slip.kind.key, str(slip.id)) == ("apology", event.data["slip"])
    assert "13/11/2026" in str(slip.data["new_appointed_at"])
    assert "Cán bộ xa-mot head" in str(slip.data["signature"])
    text = messages_about(story.dossier.id)[-1].text
    assert "xin lỗi" in text
    assert "17 giờ thứ Sáu 13/11/2026" in text
    [sent] = letters_of(story.dossier.id)
    assert (sent.state, sent.slip_id) == ("sent", slip.id)
    assert sent.sent_at is not None
    recorded = Event.objects.get(kind="dossier.apology_sent")
    assert (recorded.subject_id, recorded.data) == (story.dossier.id, {"apology": str(sent.id)})


def test_a_reaction_that_runs_again_sends_nothing_twice(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted().extended(FRIDAY_13)
    outbox()
    told, sent = len(messages_about(story.dossier.id)), letters_of(story.dossier.id)[0].sent_at
    row = Event.objects.get(kind="dossier.deadline_extended")
    send_apology(Happened(row.id, row.kind, row.schema, row.subject_id, row.agency_id, row.data))
    assert len(messages_about(story.dossier.id)) == told
    assert letters_of(story.dossier.id)[0].sent_at == sent
    assert Event.objects.filter(kind="dossier.apology_sent").count() == 1


def test_whom_no_message_reaches_is_handed_the_letter(world: World, outbox: Any) -> None:
    story = world.a_dossier()
    actions.save_people(
        story.dossier, applicant=PartyData("Bà Không Máy"), representative=None, request="", at=world.at
    )
    story.reload().accepted().extended(FRIDAY_13)
    outbox()
    [letter] = letters_of(story.dossier.id)
    assert (letter.state, letter.sent_at) == ("approved", None)
    assert not Event.objects.filter(kind="dossier.apology_sent").exists()
    assert letter.slip_id is not None


@pytest.mark.parametrize(
    ("until", "changes", "code"),
    [
        (at_local(date(2026, 11, 14), time(17)), {}, "not_a_working_day"),  # Saturday
        (at_local(date(2026, 11, 24), time(17)), {}, "not_a_working_day"),  # a holiday of this world
        (WEDNESDAY_11, {}, "extend_not_later"),
        (at_local(date(2026, 11, 9), time(17)), {}, "extend_not_later"),
        (at_local(date(2126, 11, 13), time(17)), {}, "outside_calendar"),
        (at_local(date(1926, 11, 12), time(17)), {}, "outside_calendar"),
        (FRIDAY_13, {"reason": "  "}, "reason_needed"),
    ],
)
def test_an_unsound_draft_is_refused(
    world: World, until: datetime, changes: dict[str, str], code: str
) -> None:
    story = world.a_dossier().accepted()
    with refused(code):
        story.drafted(until, **changes)
    assert not Apology.objects.exists()


def _extend_days_before(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    rows = [row for row in statute.PROVISIONS if row.number is not Number.EXTENSION_DAYS_BEFORE]
    rule = Provision(Number.EXTENSION_DAYS_BEFORE, days, date(2018, 6, 21), None, "thử nghiệm", True)
    monkeypatch.setattr(statute, "PROVISIONS", (*rows, rule))


def test_an_extension_comes_as_many_days_before_the_due_day_as_the_law_of_the_day_wants(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, story = world.a_dossier().accepted(), world.a_dossier().accepted()
    draft = waiting.drafted(FRIDAY_13)
    world.at = at_local(date(2026, 11, 11), time(7, 30))
    _extend_days_before(monkeypatch, 1)
    with refused("extend_too_late"):
        story.drafted(FRIDAY_13)
    with refused("extend_too_late"):
        _approve(waiting, draft)
    assert waiting.reload().dossier.due_at == WEDNESDAY_11
    assert not letter_left(story.dossier, at=world.at)
    with refused("extend_after_due"):
        world.at = WEDNESDAY_11
        story.drafted(FRIDAY_13)
    world.at = at_local(date(2026, 11, 10), time(23))
    _approve(waiting, draft)
    assert waiting.dossier.due_at == FRIDAY_13
    world.at = at_local(date(2026, 11, 12), time(8))
    assert story.drafted(FRIDAY_13), "once it is late a letter only apologises"


def test_today_an_extension_is_allowed_until_the_due_time(world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = WEDNESDAY_11 - timedelta(minutes=1)
    assert letter_left(story.dossier, at=world.at)
    assert story.extended(FRIDAY_13).dossier.due_at == FRIDAY_13


def test_an_extension_beyond_what_is_allowed_is_refused(world: World) -> None:
    story = world.a_dossier().accepted()
    assert extensions_left(story.dossier, at=world.at) == 1
    story.extended(FRIDAY_13)
    assert extensions_left(story.dossier, at=world.at) == 0
    with refused("extended_too_often"):
        story.drafted(MONDAY_16)
    assert story.reload().dossier.due_at == FRIDAY_13


def test_without_a_limit_or_while_it_waits_no_letter_is_drafted(world: World) -> None:
    content = a_procedure("9.000006")
    for channel in content["channels"]:
        channel["limit"] = None
    unlimited = world.a_dossier(procedure=world.publish(content)).accepted()
    with refused("no_limit"):
        unlimited.drafted(FRIDAY_13)
    paused = world.a_dossier().accepted().supplement_requested()
    with refused("move_not_allowed"):
        paused.drafted(FRIDAY_13)


def test_one_draft_at_a_time(world: World) -> None:
    story = world.a_dossier().accepted()
    first = story.drafted(FRIDAY_13)
    with refused("apology_drafted"):
        story.drafted(MONDAY_16, by="head")
    with refused("reason_needed"):
        actions.reject_apology(story.dossier, letter=first, note=" ", by=story.staff("head"), at=world.at)
    actions.reject_apology(
        story.dossier, letter=first, note="Hẹn xa quá", by=story.staff("head"), at=world.at
    )
    second = story.drafted(MONDAY_16)
    assert {letter.id: letter.state for letter in letters_of(story.dossier.id)} == {
        first: "rejected",
        second: "draft",
    }
    with refused("changed_meanwhile"):
        _approve(story, first)
    assert story.reload().dossier.due_at == WEDNESDAY_11


@pytest.mark.parametrize("late", [False, True])
def test_nobody_approves_a_letter_of_their_own(world: World, late: bool) -> None:
    story = _late(world) if late else world.a_dossier().accepted()
    letter = story.drafted(FRIDAY_13, by="head")
    with refused("approve_not_own"):
        _approve(story, letter, "head")
    assert letters_of(story.dossier.id)[0].state == "draft"
    _approve(story, letter, "leader")
    assert letters_of(story.dossier.id)[0].state == "approved"


@pytest.mark.parametrize("past", [timedelta(0), timedelta(minutes=1), timedelta(days=1)])
def test_approval_after_the_due_time_is_refused(world: World, past: timedelta) -> None:
    story = world.a_dossier().accepted()
    letter = story.drafted(FRIDAY_13)
    world.at = WEDNESDAY_11 + past
    with refused("extend_after_due"):
        _approve(story, letter)
    assert story.reload().dossier.due_at == WEDNESDAY_11
    assert ClockRow.objects.count() == 1


def test_a_draft_overtaken_by_the_due_time_gives_way_to_a_letter_that_moves_nothing(world: World) -> None:
    story = world.a_dossier().accepted()
    first = story.drafted(FRIDAY_13)
    with refused("extend_after_due"):
        world.at = WEDNESDAY_11
        story.drafted(FRIDAY_13)
    world.at = WEDNESDAY_11 + timedelta(hours=15)
    second = story.drafted(FRIDAY_13)
    found = {letter.id: (letter.state, letter.extends) for letter in letters_of(story.dossier.id)}
    assert found == {first: ("rejected", True), second: ("draft", False)}


def test_a_draft_about_another_due_time_is_not_approved(world: World) -> None:
    story = world.a_dossier().accepted()
    letter = story.drafted(FRIDAY_13)
    world.later(hours=2)
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()
    assert story.dossier.due_at > WEDNESDAY_11
    with refused("apology_overtaken"):
        _approve(story, letter)
    assert story.drafted(at_local(date(2026, 11, 18), time(17)))


def test_a_letter_for_a_late_dossier_never_moves_its_due_time(world: World, outbox: Any) -> None:
    story = _late(world)
    letter = story.drafted(FRIDAY_13)
    assert not letters_of(story.dossier.id)[0].extends
    _approve(story, letter)
    outbox()

    assert story.dossier.due_at == WEDNESDAY_11
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start"]
    event = history_of(story.dossier.id)[-1]
    assert event.kind == "dossier.apology_approved"
    assert "13/11/2026" in str(slips_of(story.dossier.id)[0].data["new_appointed_at"])
    message = messages_about(story.dossier.id)[-1]
    assert "17 giờ thứ Sáu 13/11/2026" in message.text
    assert "vẫn tính là trễ" in message.text
    assert letters_of(story.dossier.id)[0].state == "sent"
    with refused("apologised_already"):
        story.drafted(MONDAY_16)
    world.at = FRIDAY_13 + timedelta(days=3)  # late again
    with refused("apologised_already"):
        story.drafted(at_local(date(2026, 11, 18), time(17)))


def test_a_letter_names_a_day_that_is_still_to_come(world: World) -> None:
    story = _late(world)
    with refused("apology_day_past"):
        story.drafted(WEDNESDAY_11)
    letter = story.drafted(FRIDAY_13)
    world.at = FRIDAY_13
    with refused("apology_day_past"):
        _approve(story, letter)


def test_an_extended_dossier_that_is_late_all_the_same_owes_an_apology_of_its_own(world: World) -> None:
    story = world.a_dossier().accepted().extended(FRIDAY_13)
    world.at = FRIDAY_13 + timedelta(days=3)
    letter = story.drafted(at_local(date(2026, 11, 18), time(17)))
    _approve(story, letter)
    assert story.dossier.due_at == FRIDAY_13


def test_two_heads_approve_at_once_and_one_wins(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    letter, dossier = story.drafted(FRIDAY_13), story.dossier
    deputies = [story.staff("head"), story.staff("leader")]

    def approve(by: Any) -> Callable[[], Any]:
        return lambda: actions.approve_apology(
            dossier, letter=letter, by=by, at=world.at, expected=dossier.revision
        )

    answers = at_once(*[approve(by) for by in deputies])
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert [answer.code for answer in lost if isinstance(answer, UnableToMove)] == ["changed_meanwhile"]
    assert len(lost) == 1
    assert [row.kind for row in clock_rows(dossier.id)] == ["start", "extend"]
    assert [slip.kind.key for slip in slips_of(dossier.id)].count("apology") == 1
    assert story.reload().dossier.due_at == FRIDAY_13


def test_two_approve_a_late_letter_at_once_and_one_slip_is_issued(committed_world: World) -> None:
    world = committed_world
    story = _late(world)
    letter, dossier = story.drafted(FRIDAY_13), story.dossier
    by = story.staff("head")
    answers = at_once(
        *[lambda: actions.approve_apology(dossier, letter=letter, by=by, at=world.at) for _ in range(2)]
    )
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert [slip.kind.key for slip in slips_of(dossier.id)].count("apology") == 1


def test_drafts_wait_for_the_heads_of_their_agency_and_not_for_who_drafted(world: World) -> None:
    story = world.a_dossier().accepted()
    letter = story.drafted(FRIDAY_13, by="head")

    def waiting(name: str, agency: Any) -> list[Any]:
        return [row.id for row in letters_waiting({agency.id}, user_id=world.people[name].id)]

    assert waiting("xa-mot.leader", world.commune) == [letter]
    assert waiting("xa-mot.head", world.commune) == []
    assert waiting("xa-hai.head", world.neighbour) == []
    story.decided()
    assert waiting("xa-mot.leader", world.commune) == [], "what is decided asks for no letter any more"


def test_who_may_approve_a_letter(world: World) -> None:
    story = world.a_dossier().accepted()

    def may(name: str, drafted_by: str = "xa-mot.specialist") -> bool:
        user = world.people[name]
        duties = duties_of(user, on=local_day(world.at))
        return may_approve_letter(story.dossier, user, duties=duties, drafted_by=world.people[drafted_by].id)

    allowed = {name for name in world.people if may(name)}
    assert allowed == {"xa-mot.head", "xa-mot.leader"}
    assert not may("xa-mot.head", drafted_by="xa-mot.head")
    story.supplement_requested()
    assert not may("xa-mot.head"), "while it waits no letter is approved"


# --- no way to make a late dossier early ------------------------------------------------------------------

ROLES = ("receiver", "specialist", "head", "leader")
_LATER_DAYS = [
    at_local(date(2026, 11, 12), time(17)),
    FRIDAY_13,
    MONDAY_16,
    at_local(date(2026, 12, 31), time(17)),
]


def _ask(story: DossierStory, by: Any) -> None:
    actions.request_supplement(
        story.dossier, faults=[FaultData("to-khai", "Thiếu chữ ký", "Ký")], ground="Điều 15", by=by,
        at=story.world.at,
    )  # fmt: skip


def _pause_and_resume(story: DossierStory, by: Any) -> None:
    _ask(story, by)
    story.world.later(days=4)
    story.attach("to-khai")
    actions.resubmit_dossier(story.dossier, by=by, at=story.world.at)


def _resubmit_at_counter(story: DossierStory, by: Any) -> None:
    _ask(story, by)
    story.world.later(days=2)
    papers = [actions.CounterPaper("to-khai", "paper", originals=1)]
    actions.resubmit_at_counter(story.dossier, papers=papers, by=by, at=story.world.at)


def _extend(until: datetime) -> Callable[[DossierStory, Any], None]:
    def deed(story: DossierStory, by: Any) -> None:
        letter = actions.draft_apology(
            story.dossier, until=until, cause=Cause.OTHER, reason="Muốn đẹp số", legal_basis="Điều 19", by=by,
            at=story.world.at,
        )  # fmt: skip
        for approver in ROLES:
            if story.staff(approver) != by:
                actions.approve_apology(
                    story.dossier, letter=letter.id, by=story.staff(approver), at=story.world.at
                )
                break

    return deed


def _hand_on(back: bool) -> Callable[[DossierStory, Any], None]:
    return lambda story, by: _done(
        actions.hand_over(story.dossier, back=back, note="Xem", by=by, at=story.world.at)
    )


def _done(_: object) -> None:
    return None


def _note(story: DossierStory, by: Any) -> None:
    actions.note_late_cause(story.dossier, cause=Cause.DISASTER, by=by, at=story.world.at)


def _accept_again(story: DossierStory, by: Any) -> None:
    actions.accept_dossier(story.dossier, by=by, at=story.world.at)


# Whatever touches the clock, or could be thought to: pause and resume by every policy, extension, a step more.
DEEDS: dict[str, Callable[[DossierStory, Any], None]] = {
    "pause": _ask,
    "pause and resume": _pause_and_resume,
    "resume at the counter": _resubmit_at_counter,
    **{f"letter to {local_day(until)}": _extend(until) for until in _LATER_DAYS},
    "hand over": _hand_on(False),
    "hand back": _hand_on(True),
    "note a cause": _note,
    "accept again": _accept_again,
}
_POLICIES = ("restart", "shift", "resume", "none")


def _figures(world: World) -> dict[str, int]:
    """Return how the month counts the dossier, up to a moment long after all of this."""
    period = Period(at_local(date(2026, 11, 1), time()), at_local(date(2027, 2, 1), time()))
    [row] = figures(period, Scope(agencies=frozenset({world.commune.id})))
    return {key: row.counts[key] for key in ("early", "on_time", "late", "in_progress_past")}


@pytest.mark.parametrize("policy", _POLICIES)
@pytest.mark.parametrize("role", ROLES)
def test_no_way_for_any_role_to_make_a_late_dossier_early(world: World, role: str, policy: str) -> None:
    procedure = world.publish(a_procedure("9.000007", supplement_policy=policy))
    for name, deed in DEEDS.items():
        story = world.a_dossier(procedure=procedure).accepted()
        due = story.dossier.due_at
        world.at = due + timedelta(minutes=1)
        before = world.at
        try:
            deed(story, story.staff(role))
        except UnableToMove:
            pass  # what the rules refuse changes nothing, which is looked at below
        story.reload()
        assert story.dossier.due_at == due, name
        rows = clock_rows(story.dossier.id)
        assert {row.due_after for row in rows} == {due}, name
        assert all(row.at >= before for row in rows[1:]), f"{name}: no entry takes effect before it was made"
        if story.dossier.state == "paused":
            world.later(days=1)
            story.resubmitted()
            assert story.dossier.due_at == due, name
        # To its end: late it was, late it counts.
        _solved(story, signed_by="head" if role == "leader" else "leader")
        assert story.dossier.due_at == due, name
        assert story.dossier.finished_at > due, name
    counted = _figures(world)
    assert (counted["early"], counted["on_time"], counted["late"]) == (0, 0, len(DEEDS))
    world.at = at_local(date(2026, 11, 6), time(9))


def _solved(story: DossierStory, *, signed_by: str) -> None:
    """Hand the dossier on to the leader from wherever it stands, and decide it: not by who prepared it."""
    for _ in range(3):
        task = open_task_of(story.dossier.id)
        assert task is not None
        if task.function == "leader":
            break
        actions.hand_over(story.dossier, by=story.staff(task.function), at=story.world.at)
    actions.decide_dossier(
        story.dossier, outcome="granted", title="Giấy xác nhận", by=story.staff(signed_by), at=story.world.at
    )
    story.reload()


# Of what makes the due time, only these name a day or a moment, and none says since when.
_MOMENTS = {"at", "until"}


def test_no_action_takes_an_effective_time_of_its_own() -> None:
    """A pause, an extension, a restart count from the moment they are recorded: nothing is backdated."""
    timed = {
        name: {
            parameter
            for parameter, known in inspect.signature(deed).parameters.items()
            if "datetime" in str(known.annotation) or getattr(known.annotation, "__name__", "") == "date"
        }
        for name, deed in vars(actions).items()
        if name in actions.__all__ and inspect.isfunction(deed)
    }
    with_until = {name for name, found in timed.items() if "until" in found}
    assert with_until == {"draft_apology"}
    # A door opens for a period of days, a recomputation looks at some, a decision bears its own day; no dossier begins
    # or stops by them. A reorganisation asks for the moment of each of its batches.
    days = {"open_door", "open_recomputation", "reopen_dossier", "continue_reorganisation", "pass_stragglers"}
    assert {
        name: found - _MOMENTS for name, found in timed.items() if found - _MOMENTS and name not in days
    } == {}


def test_every_action_that_enters_the_clock_is_tried() -> None:
    """A new way to the clock must be put into the table above."""
    from tests.architecture.code_map import read_area

    area = read_area("dossiers")
    entering = {name for name in area.public if area.reached(name) & {"enter"}}
    # These stop the clock where it stands; a partner's part, and a dossier that reopens another, begin with a clock of
    # their own.
    ends = {
        "decide_dossier", "hand_over", "take_answers", "withdraw_dossier", "stop_dossier", "run_timers",
        "answer_from_outside", "apply_in_flight", "reopen_dossier", "take_waiting_answers", "return_result",
    }  # fmt: skip
    tried = {
        "accept_dossier", "approve_apology", "request_supplement", "resubmit_dossier", "receive_at_counter",
        "resubmit_at_counter",
    }  # fmt: skip
    # A changed calendar moves due times too: tests/dossiers/test_recomputing.py.
    elsewhere = {name for name in entering if "recomput" in name or "move" in name}
    assert entering - ends - elsewhere == tried
    assert Dossier._meta.get_field("due_at") is not None


def test_a_letter_that_was_decided_on_stays_whoever_asks(world: World) -> None:
    story = world.a_dossier().accepted()
    story.extended(at_local(date(2026, 11, 20), time(17)))
    letter = Apology.objects.get(dossier=story.dossier)
    for change in (lambda: Apology.objects.filter(pk=letter.pk).update(reason="Khác"), letter.delete):
        with pytest.raises(IntegrityError, match="what was decided stays"), transaction.atomic():
            change()
    Apology.objects.filter(pk=letter.pk, state="approved").update(state="sent", sent_at=world.at)
