"""The one request to complete a dossier: exact, whole, once; what it does to the clock is the procedure's policy."""

from datetime import date, datetime, time
from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData
from motcua.dossiers.models import SupplementRequest
from motcua.dossiers.queries import (
    clock_rows,
    extensions_allowed,
    further_grounds,
    open_request,
    papers_of,
    requests_of,
    supplements_allowed,
)
from motcua.journal.queries import history_of
from motcua.rules.localday import at_local
from motcua.workflow.queries import open_task_of
from tests.dossiers.asking import refused
from tests.world import DossierStory, World, a_procedure

GOOD = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")


def _ask(story: DossierStory, *faults: FaultData, ground: str = "Điều 15") -> None:
    actions.request_supplement(
        story.dossier, faults=list(faults), ground=ground, by=story.staff("specialist"), at=story.world.at
    )


@pytest.mark.parametrize(
    ("faults", "ground", "code"),
    [
        ([FaultData("ho-khau", "Thiếu", "Nộp")], "Điều 15", "not_listed"),
        ([GOOD, FaultData("ho-khau", "Thiếu", "Nộp")], "Điều 15", "not_listed"),
        ([], "Điều 15", "no_fault"),
        ([FaultData("to-khai", " ", "Nộp lại")], "Điều 15", "no_fault"),
        ([GOOD, FaultData("anh", "Mờ", " ")], "Điều 15", "no_remedy"),
        ([GOOD], " ", "no_ground"),
    ],
)
def test_an_unsound_request_is_refused_and_nothing_changes(
    world: World, faults: list[FaultData], ground: str, code: str
) -> None:
    story = world.a_dossier().accepted()
    before = (story.dossier.state, story.dossier.revision)

    with refused(code):
        _ask(story, *faults, ground=ground)

    assert (story.reload().dossier.state, story.dossier.revision) == before
    assert not SupplementRequest.objects.exists()
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start"]
    assert open_task_of(story.dossier.id) is not None


def test_a_paper_that_is_only_shown_cannot_be_asked_for(world: World) -> None:
    content = a_procedure("9.000003")
    content["components"].append({**content["components"][2], "key": "the", "group": "show"})
    story = world.a_dossier(procedure=world.publish(content)).accepted()

    with refused("not_listed"):
        _ask(story, FaultData("the", "Hết hạn", "Đổi thẻ"))


def test_all_faults_go_out_in_one_request_and_a_second_is_refused(world: World) -> None:
    story = world.a_dossier().accepted()
    _ask(story, GOOD, FaultData("anh", "Mờ", "Chụp lại"))
    story.reload()

    [request] = requests_of(story.dossier.id)
    assert [fault["component"] for fault in request.faults] == ["to-khai", "anh"]
    assert history_of(story.dossier.id)[-1].data["components"] == ["to-khai", "anh"]

    world.later(days=3)
    story.attach("to-khai")
    with refused("nothing_resubmitted"):  # the photograph is still missing
        actions.resubmit_dossier(story.dossier, by=world.as_actor("dan"), at=world.at)
    story.attach("anh")
    actions.resubmit_dossier(story.dossier, by=world.as_actor("dan"), at=world.at)
    story.reload()
    assert story.dossier.state == "in_progress"

    with refused("already_asked"):
        _ask(story, GOOD)
    assert story.reload().dossier.state == "in_progress"


def test_before_acceptance_no_clock_runs_and_the_dossier_comes_back_to_the_desk(world: World) -> None:
    story = world.a_dossier().filed().supplement_requested()

    assert (story.dossier.state, story.dossier.paused_at) == ("awaiting_applicant", None)
    assert clock_rows(story.dossier.id) == []
    assert open_task_of(story.dossier.id) is None

    world.later(days=3)
    story.resubmitted()
    assert (story.dossier.state, story.dossier.due_at) == ("filed", None)
    assert open_request(story.dossier.id) is None
    story.accepted()
    # Monday 9/11 is the day of receipt; Tuesday, Wednesday, Thursday.
    assert story.dossier.due_at == at_local(date(2026, 11, 12), time(17))


def test_after_acceptance_the_work_stops_with_the_clock_and_goes_on_at_the_same_step(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    actions.request_supplement(
        story.dossier, faults=[GOOD], ground="Điều 15", by=story.staff("head"), at=world.at
    )
    story.reload()
    assert (story.dossier.state, story.dossier.paused_at) == ("paused", world.at)
    assert open_task_of(story.dossier.id) is None

    first = papers_of(story.dossier.id)["to-khai"].id
    world.later(days=3)
    story.resubmitted()

    task = open_task_of(story.dossier.id)
    assert task is not None
    assert (task.step, task.due_at) == ("head", story.dossier.due_at)
    assert papers_of(story.dossier.id)["to-khai"].id != first


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        ("restart", at_local(date(2026, 11, 20), time(17))),  # three days anew: 18, 19, 20
        ("shift", at_local(date(2026, 11, 20), time(10))),  # 50 hours and a half of waiting after 11/11 17:00
        ("resume", at_local(date(2026, 11, 20), time(10))),  # 22 hours were left at the pause
        ("none", at_local(date(2026, 11, 11), time(17))),
    ],
)
def test_the_policy_of_the_procedure_says_how_the_clock_goes_on(
    world: World, policy: str, due: datetime
) -> None:
    procedure = world.publish(a_procedure("9.000004", supplement_policy=policy))
    story = world.a_dossier(procedure=procedure).accepted()
    promised = story.dossier.promised_at
    world.later(days=3)  # Monday 9/11, 09:00
    story.supplement_requested()
    world.later(days=8, hours=5)  # Tuesday 17/11, 14:00
    story.resubmitted()

    task = open_task_of(story.dossier.id)
    assert story.dossier.due_at == due
    assert task is not None
    assert task.due_at == due
    assert clock_rows(story.dossier.id)[-1].due_after == due
    assert story.dossier.promised_at == promised == at_local(date(2026, 11, 11), time(17))


def test_a_procedure_without_a_limit_goes_on_without_one(world: World) -> None:
    content = a_procedure("9.000005")
    for channel in content["channels"]:
        channel |= {"limit": None, "limit_source": "Không quy định"}
    story = world.a_dossier(procedure=world.publish(content)).accepted()
    assert story.dossier.due_at is None

    world.later(days=3)
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()

    assert (story.dossier.state, story.dossier.due_at) == ("in_progress", None)


def test_asking_before_acceptance_uses_up_the_one_request(world: World) -> None:
    story = world.a_dossier().filed().supplement_requested()
    world.later(days=3)
    story.resubmitted().accepted()

    with refused("already_asked"):
        _ask(story, GOOD)


def _with_ground(world: World, **policy: Any) -> Any:
    said = {
        "basis": "Nghị định 217/2026/NĐ-CP, Điều 54",
        "grounds": [{"key": "xac-minh", "vi": "Kết quả xác minh khác hồ sơ", "basis": "Điều 54 khoản 3"}],
    } | policy
    return world.publish(a_procedure("9.000007", deadline_policy=said))


def test_a_second_request_needs_a_listed_ground_and_the_head(world: World) -> None:
    story = world.a_dossier(procedure=_with_ground(world)).accepted()
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()
    world.later(hours=1)

    def ask(who: str, more: str) -> None:
        actions.request_supplement(
            story.dossier,
            faults=[FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")],
            ground="Điều 54",
            more=more,
            by=story.staff(who),
            at=world.at,
        )

    with refused("already_asked"):
        ask("specialist", "")
    with refused("no_such_ground"):
        ask("specialist", "bịa")
    with refused("second_needs_head"):
        ask("specialist", "xac-minh")
    story.handed_over()
    assert [ground.key for ground in further_grounds(story.dossier, at=world.at)] == ["xac-minh"]
    ask("head", "xac-minh")
    assert story.reload().dossier.state == "paused"

    world.later(days=3)
    story.resubmitted()
    assert further_grounds(story.dossier, at=world.at) == ()
    with refused("ground_used"):
        ask("head", "xac-minh")


def test_the_procedure_says_how_often_it_asks_and_extends(world: World) -> None:
    story = world.a_dossier(procedure=_with_ground(world, supplements=0, extensions=0)).accepted()
    assert (
        supplements_allowed(story.dossier, at=world.at),
        extensions_allowed(story.dossier, at=world.at),
    ) == (0, 0)
    with refused("already_asked"):
        story.supplement_requested()
