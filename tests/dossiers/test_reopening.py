"""Reopened by a decision: a dossier of its own; the first one, its result and the figures of its day stay."""

from datetime import date, time
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from motcua.documents.queries import open_file
from motcua.dossiers import access, actions
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.models import Dossier, Reopening, Result
from motcua.dossiers.queries import identity_of, papers_of, result_of, to_return
from motcua.dossiers.queries.work import reopenings_of
from motcua.journal.queries import history_of
from motcua.notifications.models import Message
from motcua.organisation.queries import duties_of
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import FIGURES, Scope, count
from motcua.rules.localday import at_local, local_day
from motcua.workflow.queries import open_task_of, open_tasks_of
from tests.dossiers.asking import at_once, refused
from tests.world import DossierStory, World

DECISION = "15/QĐ-UBND"
WHY = "Ghi sai năm sinh trong giấy xác nhận"


def reopen(world: World, story: DossierStory, **changes: Any) -> Dossier:
    known: dict[str, Any] = {
        "decision_number": DECISION, "decided_on": local_day(world.at), "reason": WHY, "by": story.staff("leader"),
        "at": world.at,
    }  # fmt: skip
    return actions.reopen_dossier(story.dossier, **known | changes)


def test_a_dossier_of_its_own_begins_at_once(world: World) -> None:
    story = world.a_dossier().returned()
    world.later(days=3)
    anew = reopen(world, story)
    anew.refresh_from_db()
    assert (anew.state, anew.accepted_at, anew.parent_id) == ("in_progress", world.at, None)
    assert anew.number not in (None, story.dossier.number)
    # Three working days from Monday 9/11 09:00.
    assert anew.due_at == anew.promised_at == at_local(date(2026, 11, 12), time(17))
    task = open_task_of(anew.id)
    assert task is not None
    assert (task.step, task.holder_id) == ("specialist", world.people["xa-mot.specialist"].id)
    row = reopenings_of(story.dossier.id)[0]
    assert row is not None
    assert (row.anew_id, row.decision_number, row.reason) == (anew.id, DECISION, WHY)
    assert reopenings_of(anew.id)[1] == row
    assert [entry.kind for entry in history_of(anew.id)] == ["dossier.begun_anew"]
    assert history_of(story.dossier.id)[-1].data["number"] == anew.number


def test_people_and_papers_are_there_and_each_dossier_has_its_own(world: World) -> None:
    story = world.a_dossier().returned()
    anew = reopen(world, story)
    old, new = papers_of(story.dossier.id), papers_of(anew.id)
    assert {key: paper.form for key, paper in new.items()} == {key: paper.form for key, paper in old.items()}
    for key, paper in new.items():
        assert paper.file_id is not None
        assert paper.file_id != old[key].file_id
        found = open_file(paper.file_id, subject_id=anew.id)
        assert found is not None
        with found[1] as stream:
            assert stream.read(4) == b"%PDF"
    assert anew.applicant_id != story.dossier.applicant_id
    assert identity_of(anew.applicant) == "066190900017"
    assert anew.owner_id == story.dossier.owner_id


def test_the_first_result_stays_and_the_new_one_is_its_own(world: World) -> None:
    story = world.a_dossier().returned()
    before = Result.objects.filter(dossier=story.dossier).values().get()
    anew = reopen(world, story)
    other = DossierStory.__new__(DossierStory)
    other.world, other.agency, other.dossier = world, story.agency, anew
    for who in ("specialist", "head"):
        actions.hand_over(anew, by=other.staff(who), at=world.at)
    actions.decide_dossier(
        anew,
        outcome="granted",
        title="Giấy xác nhận sửa",
        number="02/GXN",
        by=other.staff("leader"),
        at=world.at,
    )
    actions.return_result(anew, to="applicant", by=other.staff("receiver"), at=world.at)
    assert Result.objects.filter(dossier=story.dossier).values().get() == before
    found = result_of(anew.id)
    assert found is not None
    assert found.title == "Giấy xác nhận sửa"
    # A wrong correction is corrected in its turn.
    anew.refresh_from_db()
    reopen(world, other)


def test_the_figures_of_the_past_stay_as_they_were(world: World) -> None:
    story = world.a_dossier().returned()
    november, december = months(2026, 11), months(2026, 12)

    def told(period: Period) -> dict[str, int]:
        return {figure: count(period, Scope(), figure) for figure in FIGURES}

    before = told(november)
    world.at = at_local(date(2026, 12, 2), time(9))
    reopen(world, story)
    assert told(november) == before
    assert before["solved"] == 1
    assert (told(december)["received"], told(december)["solved"]) == (1, 0)


def test_the_decision_may_give_a_limit_of_its_own(world: World) -> None:
    anew = reopen(world, world.a_dossier().returned(), days=1)
    assert anew.due_at == at_local(date(2026, 11, 9), time(17))


def test_a_result_that_waits_at_the_desk_is_not_handed_out_any_more(world: World) -> None:
    story = world.a_dossier().decided()
    agencies = {world.commune.id}
    assert [row.id for row in to_return(agencies)] == [story.dossier.id]
    seen = story.dossier.revision
    reopen(world, story)
    assert to_return(agencies) == []
    assert open_tasks_of(story.dossier.id) == []
    for expected in (None, seen):
        with refused("changed_meanwhile"):
            actions.return_result(
                story.dossier, to="applicant", by=story.staff("receiver"), at=world.at, expected=expected
            )
    assert (story.reload().dossier.state, story.dossier.returned_at) == ("decided", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decision_number": " "}, "decision_needed"),
        ({"reason": ""}, "reason_needed"),
        ({"decided_on": date(2026, 11, 5)}, "decision_day"),
        ({"decided_on": date(2026, 11, 7)}, "decision_day"),
        ({"days": 0}, "reopen_days"),
        ({"days": 181}, "reopen_days"),
        ({"expected": 1}, "changed_meanwhile"),
    ],
)
def test_what_a_reopening_needs(world: World, changes: dict[str, Any], code: str) -> None:
    story = world.a_dossier().returned()
    with refused(code):
        reopen(world, story, **changes)
    assert reopenings_of(story.dossier.id)[0] is None
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("state", ["filed", "accepted", "stopped"])
def test_only_what_was_decided_is_reopened(world: World, state: str) -> None:
    story = world.a_dossier()
    if state == "stopped":
        story.accepted()
        actions.stop_dossier(
            story.dossier, reason="Trùng", legal_basis="Điều 1", by=story.staff("head"), at=world.at
        )
    else:
        getattr(story, state)()
    with refused("reopen_not_decided"):
        reopen(world, story)


def test_reopened_once(world: World) -> None:
    story = world.a_dossier().returned()
    reopen(world, story)
    with refused("reopened_before"):
        reopen(world, story)


def test_two_reopen_at_once_and_one_does(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().returned()
    answers = at_once(*[lambda: reopen(world, story) for _ in range(2)])
    lost = [answer for answer in answers if isinstance(answer, UnableToMove)]
    assert [answer.code for answer in lost] == ["reopened_before"]
    assert Dossier.objects.count() == 2


def test_what_was_reopened_stays(world: World) -> None:
    reopen(world, world.a_dossier().returned())
    with pytest.raises(DatabaseError), transaction.atomic():
        Reopening.objects.update(reason="khác")


@pytest.mark.parametrize(
    ("name", "may"), [("xa-mot.leader", True), ("xa-mot.head", False), ("xa-hai.leader", False)]
)
def test_who_may_reopen(world: World, name: str, may: bool) -> None:
    story = world.a_dossier().returned()
    duties = duties_of(world.people[name], on=local_day(world.at))
    assert access.may_reopen(story.dossier, duties=duties) is may


def test_the_applicant_is_told(world: World, outbox: Any) -> None:
    story = world.a_dossier().returned()
    anew = reopen(world, story)
    outbox()
    said = Message.objects.get(purpose="dossier.reopened")
    assert said.subject_id == story.dossier.id
    assert DECISION in said.text
    assert WHY in said.text
    assert str(anew.number) in said.text
    assert "17 giờ thứ Tư 11/11/2026" in said.text
