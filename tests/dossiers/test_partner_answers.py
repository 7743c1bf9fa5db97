"""Answers of partners when something is in the way: a next partner that is gone, a timer, a message that comes late."""

from datetime import timedelta
from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.actions import make_partner_key, run_timers, send_partner_messages, take_waiting_answers
from motcua.dossiers.models import Dossier, PartnerMessage
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from motcua.kit.ids import uuid7
from motcua.organisation.actions import note_absence
from motcua.organisation.models import AgencyVersion
from motcua.rules.localday import local_day
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, line, task
from motcua.workflow.queries import marking_of, open_tasks_of
from tests.dossiers import outside
from tests.dossiers.interconnected import days, lay_down, part, partner_decides, signed
from tests.world import DossierStory, World, a_procedure

CHECK = task("check", "specialist", "Kiểm tra", "Check", prepares=True)
SIGN = task("sign", "leader", "Ký", "Sign", StepKind.DECIDE)
RETURN = task("return", "receiver", "Trả", "Return", StepKind.RETURN)


def _two_in_turn() -> Process:
    """Return a process where the insurance is asked after the police, the tax office beside them."""
    return Process(
        "lan-luot",
        (
            Node("start", NodeKind.START), CHECK, SIGN, Node("fork", NodeKind.PARALLEL),
            Node("police", NodeKind.CALL, "Công an", "P", partner="near:police", limit=days(1)),
            Node("insurance", NodeKind.CALL, "Bảo hiểm", "I", partner="bhxh", limit=days(1)),
            Node("tax", NodeKind.CALL, "Thuế", "T", partner="thue", limit=days(1)),
            Node("join", NodeKind.PARALLEL), RETURN, Node("end", NodeKind.END),
        ),
        (
            Flow("f1", "start", "check"), Flow("f2", "check", "sign"), Flow("f3", "sign", "fork"),
            Flow("f4", "fork", "police"), Flow("f5", "fork", "tax"), Flow("f6", "police", "insurance"),
            Flow("f7", "insurance", "join"), Flow("f8", "tax", "join"), Flow("f9", "join", "return"),
            Flow("f10", "return", "end"),
        ),
    )  # fmt: skip


def _asked(world: World) -> tuple[DossierStory, Any]:
    world.partner("ca-mot", "Công an xã Một", "police", "X1.01.9", world.commune)
    insurance = world.partner("bhxh", "BHXH", "social_insurance", "X1.8", world.province)
    world.partner("thue", "Thuế", "tax", "X1.6", world.province)
    world.run_by(_two_in_turn())
    return signed(world, world.a_dossier()), insurance


def test_an_answer_without_a_way_holds_up_neither_the_applicant_nor_the_others(
    world: World, outbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    story, insurance = _asked(world)
    story.supplement_requested()
    partner_decides(world, part(story, "police"), "ca-mot")
    partner_decides(world, part(story, "tax"), "thue")
    outbox()
    valid_to = AgencyVersion.objects.get(agency=insurance).valid_to
    AgencyVersion.objects.filter(agency=insurance).update(valid_to=world.at.date())

    story.resubmitted()
    assert story.dossier.state == "in_progress"
    assert marking_of(story.dossier.id) == ("f8", "police"), "the other answer was taken"
    assert "no_partner" in caplog.text
    assert take_waiting_answers(at=world.at) == 0

    AgencyVersion.objects.filter(agency=insurance).update(valid_to=valid_to)
    assert take_waiting_answers(at=world.at, most=1) == 1
    assert marking_of(story.dossier.id) == ("f8", "insurance")
    assert take_waiting_answers(at=world.at) == 0
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()
    assert story.reload().dossier.state == "decided"


def test_an_answer_in_time_comes_before_a_timer_that_runs_out_meanwhile(world: World, outbox: Any) -> None:
    lay_down(world, police_timer=True)
    story = signed(world, world.a_dossier())
    world.later(hours=1)
    partner_decides(world, part(story, "police"), "ca-mot")
    world.later(days=10)
    assert run_timers(at=world.at) == 0
    assert marking_of(story.dossier.id) == ("f6", "insurance")
    outbox()
    assert marking_of(story.dossier.id) == ("f6", "insurance")


def _timed(key: str, first: Node) -> Process:
    return Process(
        key,
        (
            Node("start", NodeKind.START), Node("t", NodeKind.TIMER, "Chờ", "Wait", limit=days(1)), first, CHECK,
            SIGN, RETURN, Node("end", NodeKind.END),
        ),
        (
            Flow("a", "start", "t"), Flow("b", "t", first.key), Flow("c", first.key, "check"),
            Flow("d", "check", "sign"), Flow("e", "sign", "return"), Flow("f", "return", "end"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "first",
    [
        task("far", "head", "Rất lâu", "Long", limit=days(3650)),
        Node("call", NodeKind.CALL, "Hỏi", "Ask", partner="khong-co", limit=days(1)),
    ],
)
def test_a_timer_whose_way_is_refused_holds_up_no_other(world: World, first: Node) -> None:
    world.run_by(_timed("hong", first))
    bad = [world.a_dossier().accepted() for _ in range(3)]
    world.later(minutes=1)
    other = world.publish(a_procedure("9.000002"))
    world.run_by(_timed("tot", task("work", "specialist", "Làm", "Work")), other)
    good = world.a_dossier(procedure=other).accepted()
    world.later(days=5)
    assert run_timers(at=world.at, most=2) == 1
    assert marking_of(good.dossier.id) == ("work",)
    assert [marking_of(story.dossier.id) for story in bad] == [("t",)] * 3


@pytest.mark.parametrize("stops", [False, True])
def test_who_explains_a_refusal_reads_its_reason(world: World, outbox: Any, stops: bool) -> None:
    lay_down(world, police_error=True)
    story = signed(world, world.a_dossier())
    if stops:
        actions.stop_dossier(
            part(story, "police"), reason="Trùng hồ sơ", legal_basis="Điều 9",
            by=world.as_actor("ca-mot.head"), at=world.at,
        )  # fmt: skip
    else:
        partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    [explain] = open_tasks_of(story.dossier.id)
    said = "Trùng hồ sơ" if stops else "Chưa đủ điều kiện"
    assert (explain.step, explain.note) == ("explain", f"Công an xã Một: {said}")


def test_a_part_by_a_procedure_without_a_read_limit_has_that_of_the_whole(world: World) -> None:
    unread = {"limit": None, "limit_source": "03 xuất", "limit_doubt": "Không rõ đơn vị"}
    named = {"deciding": [], "delegated": [], "coordinating": [], "address": None, "executing": ["Công an"]}
    content = a_procedure("9.000002", origin={"layout": "portal_crawl", "url": None}, agencies=named)
    for channel in content["channels"]:
        channel |= unread
    world.publish(content)
    world.partner("ca-mot", "Công an xã Một", "police", "X1.01.9", world.commune)
    call = Node("police", NodeKind.CALL, "Công an", "P", partner="near:police", procedure="9.000002")
    world.run_by(line("chua-doc", (CHECK, SIGN, call, RETURN)))
    story = signed(world, world.a_dossier())
    assert part(story, "police").due_at == story.dossier.due_at is not None


# --- the pause ------------------------------------------------------------------------------------------------


def _paused_with_a_note(world: World) -> DossierStory:
    """Bring a dossier to a specialist by a hand-back, give it to a colleague, and let it wait for the applicant."""
    other = world.staff("xa-mot.hai", world.commune, "specialist", "solve", "see_agency")
    world.run_by(line("tra-lai", (CHECK, task("head", "head", "Duyệt", "Review"), SIGN, RETURN)))
    story = world.a_dossier().accepted()
    # By whoever the even share gave it to.
    _give(world, story, world.people["xa-mot.specialist"].id)
    actions.hand_over(story.reload().dossier, by=story.staff("specialist"), at=world.at)
    actions.hand_over(
        story.reload().dossier, by=story.staff("head"), at=world.at, back=True, note="Sửa ngày sinh"
    )
    for user in (world.people["xa-mot.specialist"].id, other.id):
        _give(world, story, user)
    return story.reload().supplement_requested()


def _give(world: World, story: DossierStory, user: Any) -> None:
    [held] = open_tasks_of(story.dossier.id)
    if held.holder_id != user:
        actions.give_task(
            story.dossier, task=held.id, to=user, seen=held.holder_id, by=story.staff("head"), at=world.at
        )


def test_a_pause_keeps_the_note_of_a_hand_back_and_who_had_the_step(world: World) -> None:
    story = _paused_with_a_note(world)
    story.resubmitted()
    [held] = open_tasks_of(story.dossier.id)
    assert (held.step, held.note, held.holder_id) == (
        "check", "Sửa ngày sinh", world.people["xa-mot.hai"].id,
    )  # fmt: skip


def test_who_is_away_when_the_dossier_goes_on_does_not_have_it_again(world: World) -> None:
    story = _paused_with_a_note(world)
    day = local_day(world.at)
    note_absence(
        world.people["xa-mot.hai"].id,
        valid_from=day,
        valid_to=day + timedelta(days=7),
        by=SYSTEM,
        at=world.at,
    )
    world.later(days=3)
    story.resubmitted()
    [held] = open_tasks_of(story.dossier.id)
    assert (held.note, held.holder_id) == ("Sửa ngày sinh", world.people["xa-mot.specialist"].id)


# --- messages that come out of order --------------------------------------------------------------------------


def _queue(kind: str, part_id: Any, at: Any) -> int:
    event = Event.objects.get(kind=kind, subject_id=part_id)
    return actions.queue_partner_messages(event.id, event.kind, event.subject_id, at=at)


def test_of_an_ended_part_nothing_is_said_but_that_it_was_called_off(world: World) -> None:
    outside.lay_down(world)
    story = outside.asked(world)
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    ended = outside.part_of(story)
    assert _queue("dossier.withdrawn", ended.id, world.at) == 1
    # The reaction to the asking failed, and comes only now.
    assert _queue("dossier.partner_asked", ended.id, world.at) == 0
    assert [row.purpose for row in PartnerMessage.objects.filter(part=ended)] == ["called_off"]


def test_messages_go_in_the_order_of_what_they_tell(world: World) -> None:
    agency = outside.lay_down(world)
    make_partner_key(agency.id, by=SYSTEM, at=world.at)
    story = outside.asked(world)
    asked = Event.objects.get(kind="dossier.partner_asked")
    papers = uuid7()
    actions.queue_partner_messages(papers, "dossier.resubmitted", story.dossier.id, at=world.at)
    actions.queue_partner_messages(asked.id, asked.kind, asked.subject_id, at=world.at)
    assert send_partner_messages(at=world.at) == 2
    sent = Event.objects.filter(kind="dossier.partner_message_sent").order_by("recorded_at", "id")
    assert [row.data["purpose"] for row in sent] == ["asked", "papers_changed"]
    assert Dossier.objects.filter(parent=story.dossier).count() == 1
