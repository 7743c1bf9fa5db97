"""Liên thông: one dossier at the door, parts at the partners, one end."""

from datetime import timedelta
from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, UnableToMove
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import late_lines
from motcua.dossiers.queries.many_ledgers import differing
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.notifications.queries import messages_about
from motcua.organisation.queries import partner_of
from motcua.rules.lateness import Cause
from motcua.rules.localday import local_day
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, task
from motcua.workflow.actions import publish_process
from motcua.workflow.queries import marking_of, open_tasks_of
from tests.dossiers.interconnected import lay_down, part, partner_decides, signed
from tests.world import World


def _kinds(dossier: Dossier) -> list[str]:
    return [entry.kind.removeprefix("dossier.") for entry in history_of(dossier.id)]


def test_the_partners_get_their_parts_when_the_commune_has_signed(world: World) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    assert (story.dossier.state, story.dossier.finished_at) == ("in_progress", None)
    assert marking_of(story.dossier.id) == ("insurance", "police")
    police, insurance = part(story, "police"), part(story, "insurance")
    assert (police.number, insurance.number) == ("X1.01.9-261106-0001", "X1.8-261106-0001")
    assert police.channel == "interconnected"
    assert police.receiving_agency_id == world.commune.id
    assert police.due_at < story.dossier.due_at
    assert insurance.due_at < police.due_at
    assert [task.holder_name for task in open_tasks_of(police.id)] == ["Cán bộ ca-mot specialist"]
    assert _kinds(story.dossier)[-1] == "result_signed"
    assert _kinds(police) == ["partner_asked"]


def test_when_both_have_answered_nothing_is_left_but_to_return(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    world.later(hours=1)
    answered = partner_decides(world, part(story, "insurance"), "bhxh")
    assert (answered.state, answered.outcome) == ("returned", "granted")
    outbox()
    assert story.reload().dossier.state == "in_progress"
    assert marking_of(story.dossier.id) == ("f7", "police")

    world.later(hours=1)
    partner_decides(world, part(story, "police"), "ca-mot")
    outbox()
    assert story.reload().dossier.state == "decided"
    assert story.dossier.finished_at is not None
    assert [(task.step, task.due_at) for task in open_tasks_of(story.dossier.id)] == [("return", None)]
    actions.return_result(story.dossier, to="applicant", by=story.staff("receiver"), at=world.at)
    assert story.reload().dossier.state == "returned"
    assert marking_of(story.dossier.id) == ()
    assert list(differing(every=True)) == []
    kinds = _kinds(story.dossier)
    assert kinds.count("partner_answer_taken") == 2
    assert kinds[-2:] == ["decided", "result_returned"]


def test_an_answer_that_is_taken_twice_moves_nothing(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "insurance"), "bhxh")
    assert actions.take_answers(story.dossier.id, at=world.at) == 1
    assert actions.take_answers(story.dossier.id, at=world.at) == 0
    outbox()
    assert marking_of(story.dossier.id) == ("f7", "police")
    assert _kinds(story.dossier).count("partner_answer_taken") == 1


def test_a_late_partner_is_late_by_name_and_the_other_is_not(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot")
    outbox()
    late = part(story, "insurance").due_at + timedelta(minutes=1)
    lines = late_lines({world.people["bhxh.head"].holdings.get().post.agency_id}, at=late)
    assert [line.number for line in lines] == ["X1.8-261106-0001"]
    whole_late = story.dossier.due_at + timedelta(minutes=1)
    [line] = late_lines({world.commune.id}, at=whole_late)
    assert line.partners == (part(story, "insurance").competent_agency_id,)
    assert line.step == ""
    world.at = whole_late
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()
    taken = [entry.data for entry in history_of(story.dossier.id) if entry.kind.endswith("answer_taken")]
    assert [(row["call"], row["late"]) for row in taken] == [("police", False), ("insurance", True)]


@pytest.mark.parametrize("path", [False, True])
def test_a_partner_that_refuses_takes_the_error_path_where_there_is_one(
    world: World, outbox: Any, path: bool
) -> None:
    lay_down(world, police_error=path)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    expected = ("explain", "insurance") if path else ("f6", "insurance")
    assert marking_of(story.dossier.id) == expected


def test_a_partner_that_stops_its_part_has_refused(world: World, outbox: Any) -> None:
    lay_down(world, police_error=True)
    story = signed(world, world.a_dossier())
    actions.stop_dossier(
        part(story, "police"), reason="Trùng hồ sơ", legal_basis="Điều 9",
        by=world.as_actor("ca-mot.head"), at=world.at,
    )  # fmt: skip
    outbox()
    assert marking_of(story.dossier.id) == ("explain", "insurance")


def test_a_withdrawn_whole_takes_its_open_parts_along(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot")
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    assert (part(story, "police").state, part(story, "insurance").state) == ("returned", "withdrawn")
    assert marking_of(part(story, "insurance").id) == ()
    assert open_tasks_of(part(story, "insurance").id) == []
    outbox()
    assert story.reload().dossier.state == "withdrawn", "the answer came for a dossier that had ended"
    assert marking_of(story.dossier.id) == ()


def test_a_part_is_not_withdrawn_by_itself(world: World) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    with pytest.raises(UnableToMove) as refused:
        actions.withdraw_dossier(part(story, "police"), reason="", by=world.as_actor("dan"), at=world.at)
    assert refused.value.code == "part_of_whole"


def test_without_a_partner_the_move_is_refused_and_nothing_changed(world: World) -> None:
    lay_down(world)
    story = world.a_dossier(agency=world.neighbour).accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    for key in ("ca-mot", "ca-hai"):
        _close(key)
    before = story.reload().dossier.revision
    with pytest.raises(UnableToMove) as refused:
        actions.decide_dossier(
            story.dossier, outcome="granted", title="Giấy", by=story.staff("leader"), at=world.at
        )
    assert (refused.value.code, refused.value.facts["where"]) == ("no_partner", "Đăng ký thường trú")
    assert story.reload().dossier.revision == before
    assert marking_of(story.dossier.id) == ("sign",)


def _close(key: str) -> None:
    from motcua.organisation.models import AgencyVersion

    AgencyVersion.objects.filter(agency__key=key).update(kind="school")


def test_the_nearest_partner_is_the_one_below_the_same_commune(world: World) -> None:
    lay_down(world)
    day = local_day(world.at)
    for commune, key in ((world.commune, "ca-mot"), (world.neighbour, "ca-hai")):
        found = partner_of("near:police", commune.id, on=day)
        assert found is not None
        assert found.key == key
    assert partner_of("near:tax", world.commune.id, on=day) is None
    assert partner_of("khong-co", world.commune.id, on=day) is None
    same = partner_of("same", world.commune.id, on=day)
    assert same is not None
    assert same.id == world.commune.id


def test_answers_wait_while_the_whole_waits_for_its_applicant(world: World, outbox: Any) -> None:
    """The commune finds a missing paper while a partner works: the answer is taken when the dossier goes on."""
    lay_down(world, police_error=True)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    story.reload().supplement_requested()
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()
    assert marking_of(story.dossier.id) == ("explain", "insurance")
    world.later(days=1)
    story.resubmitted()
    assert marking_of(story.dossier.id) == ("explain", "f7")
    assert [task.step for task in open_tasks_of(story.dossier.id)] == ["explain"]


def test_a_partner_asks_for_a_paper_through_the_door(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    fault = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")
    actions.request_supplement(
        part(story, "police"), faults=[fault], ground="Điều 15", by=world.as_actor("ca-mot.specialist"),
        at=world.at,
    )  # fmt: skip
    assert (story.reload().dossier.state, part(story, "police").state) == ("paused", "paused")
    assert part(story, "insurance").state == "in_progress", "the others go on"
    assert marking_of(part(story, "police").id) == ("specialist",)
    before = part(story, "police").due_at
    world.later(days=3)
    story.resubmitted()
    police = part(story, "police")
    assert (story.dossier.state, police.state) == ("in_progress", "in_progress")
    assert police.due_at > before
    assert [task.step for task in open_tasks_of(police.id)] == ["specialist"]
    assert list(differing()) == []
    # Asked once is asked for the whole: the other partner finds the request used up.
    with pytest.raises(UnableToMove) as refused:
        actions.request_supplement(
            part(story, "insurance"), faults=[fault], ground="Điều 15", by=world.as_actor("bhxh.specialist"),
            at=world.at,
        )  # fmt: skip
    assert refused.value.code == "already_asked"
    assert part(story, "insurance").state == "in_progress"


def test_the_applicant_hears_of_the_whole_and_of_what_a_partner_promises_anew(
    world: World, outbox: Any
) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    outbox()
    before = len(messages_about(story.dossier.id))
    police = part(story, "police")
    world.at = police.due_at + timedelta(hours=20)
    letter = actions.draft_apology(
        police, until=police.due_at + timedelta(days=7), cause=Cause.COMPLEX, reason="Chờ xác minh",
        legal_basis="Điều 19", by=world.as_actor("ca-mot.specialist"), at=world.at,
    )  # fmt: skip
    actions.approve_apology(police, letter=letter.id, by=world.as_actor("ca-mot.head"), at=world.at)
    outbox()
    told = [message.text for message in messages_about(story.dossier.id)]
    assert len(told) == before + 1
    assert messages_about(police.id) == []
    partner_decides(world, part(story, "police"), "ca-mot")
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()  # the answers
    outbox()  # what they led to
    told = [message.text for message in messages_about(story.dossier.id)]
    assert len(told) == before + 2, "one result, told once"


def test_a_timer_that_goes_on_without_a_partner_calls_its_part_off(world: World, outbox: Any) -> None:
    lay_down(world, police_timer=True)
    story = signed(world, world.a_dossier())
    world.later(days=10)
    assert actions.run_timers(at=world.at) == 1
    assert marking_of(story.dossier.id) == ("go-on", "insurance")
    police = part(story, "police")
    assert (police.state, marking_of(police.id), open_tasks_of(police.id)) == ("withdrawn", (), [])
    outbox()
    assert marking_of(story.dossier.id) == ("go-on", "insurance"), "what was called off is no answer"


def test_partners_that_ask_each_other_in_a_circle_are_refused(world: World) -> None:
    """The default process itself asks a partner: each part would open another for ever."""
    world.partner("ca-mot", "Công an xã Một", "police", "X1.01.9", world.commune)
    circle = Process(
        "default",
        (
            Node("start", NodeKind.START),
            Node("again", NodeKind.CALL, "Hỏi lại", partner="same"),
            task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
            Node("end", NodeKind.END),
        ),
        (Flow("f1", "start", "again"), Flow("f2", "again", "sign"), Flow("f3", "sign", "end")),
    )
    publish_process(circle, legal_basis="", by=SYSTEM, at=world.at)
    story = world.a_dossier().filed()
    with pytest.raises(UnableToMove, match="parts_too_deep"):
        actions.accept_dossier(story.dossier, by=story.staff("receiver"), at=world.at)
    assert Dossier.objects.count() == 1
    assert story.reload().dossier.state == "filed"
