"""Plans that come late, meet each other, or fail; and dossiers that come to an agency after it ended."""

from datetime import date, timedelta
from typing import Any

import pytest

from motcua.dossiers import jobs
from motcua.dossiers.access import within_reach
from motcua.dossiers.actions import (
    approve_reorganisation,
    begin_reorganisation,
    file_dossier,
    give_task,
    pass_stragglers,
    reopen_dossier,
    reorganise,
)
from motcua.dossiers.models import AgencyHandover, Dossier
from motcua.dossiers.queries import faults_of, responsible_on, simulate_reorganisation
from motcua.journal.events import SYSTEM
from motcua.ops.health import report
from motcua.organisation.actions import (
    PlanData,
    TerritoryData,
    UnableToReorganise,
    grant_competence,
    propose_reorganisation,
    register_territories,
    save_reorganisation,
)
from motcua.organisation.models import Agency, Competence, Reorganisation
from motcua.organisation.queries import duties_of, plan_by_id, reorganisations_waiting, with_archives
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from tests.dossiers.reorganised import a_merger, applied, approved, drafted, the_posts
from tests.world import START, World

pytestmark = pytest.mark.django_db


def _day(world: World, days: int = 1) -> date:
    return local_day(world.at) + timedelta(days=days)


def _agency(key: str) -> Agency:
    return Agency.objects.get(key=key)


def _dissolved(source: str, to: str) -> list[dict[str, Any]]:
    return [{"op": "dissolve", "agency": source, "successor": to}]


def test_a_plan_whose_turn_was_missed_is_overtaken_by_one_of_a_later_day(world: World) -> None:
    """One goes to two, which then goes to one: carried out in the other order they would lead in a circle."""
    story = world.a_dossier().filed().accepted()
    early = approved(world, _dissolved("xa-mot", "xa-hai"), on=_day(world, 1))
    late = approved(world, _dissolved("xa-hai", "xa-mot"), on=_day(world, 2))
    world.later(days=3)
    assert reorganise(late, at=world.at) == 0
    assert reorganise(early, at=world.at) == 0
    row = Reorganisation.objects.get(id=early)
    assert (row.state, [fault["code"] for fault in row.faults]) == ("approved", ["overtaken"])
    assert responsible_on(story.dossier.id, day=local_day(world.at)) == world.commune.id
    assert with_archives([world.commune.id]) == {world.commune.id, world.neighbour.id}
    assert reorganisations_waiting(on=local_day(world.at), since=world.at) == (1, 0)
    assert not report(at=world.at)["ok"]


def test_two_plans_of_one_day_do_not_touch_the_same_agency(world: World) -> None:
    first = approved(world, _dissolved("xa-mot", "xa-hai"), on=_day(world))
    second = approved(world, a_merger("xa-moi", ("xa-hai",)), on=_day(world))
    world.later(days=1)
    reorganise(first, at=world.at)
    assert reorganise(second, at=world.at) == 0
    assert {fault["code"] for fault in Reorganisation.objects.get(id=second).faults} == {"same_day"}


def test_one_that_fails_keeps_why_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = world.a_dossier(agency=world.neighbour).filed().accepted()
    bad = approved(world, [{"op": "rename", "agency": "xa-mot", "name_vi": "Xã Một Mới"}], on=_day(world))
    good = approved(world, a_merger("xa-moi", ("xa-hai",)), on=_day(world))
    world.later(days=1)
    real = jobs.reorganise

    def fail(plan: Any, **more: Any) -> int:
        if plan == bad:
            raise RuntimeError("đĩa đầy")
        return real(plan, **more)

    monkeypatch.setattr(jobs, "reorganise", fail)
    jobs.apply_due(now=lambda: world.at)
    assert Reorganisation.objects.get(id=good).state == "applied"
    assert Reorganisation.objects.get(id=bad).faults[0]["code"] == "not_applied"
    assert responsible_on(story.dossier.id, day=local_day(world.at)) == _agency("xa-moi").id
    assert reorganisations_waiting(on=local_day(world.at), since=world.at) == (1, 0)


def test_who_wrote_a_plan_does_not_approve_it(world: World) -> None:
    plan = drafted(world, a_merger(), on=_day(world))
    data = PlanData("Sắp xếp", "NQ 2", _day(world), a_merger())
    save_reorganisation(plan, data, expected=1, by=world.as_actor("duyệt"), at=world.at)
    propose_reorganisation(plan, faults=[], by=world.as_actor("duyệt"), at=world.at)
    with pytest.raises(UnableToReorganise, match="same_person"):
        approve_reorganisation(plan, by=world.as_actor("soạn"), at=world.at)


def test_filed_across_midnight_it_passes_at_the_next_look(world: World) -> None:
    """A request that came before midnight writes after it: the dossier lies where nobody is any more."""
    draft = world.a_dossier()
    before = world.at
    applied(world, a_merger(), on=_day(world))
    filed = file_dossier(draft.dossier, by=world.as_actor("dan"), at=before)
    assert filed.competent_agency_id == world.commune.id
    assert pass_stragglers(at=world.at) == 1
    assert Dossier.objects.get(id=filed.id).competent_agency == _agency("xa-moi")
    assert pass_stragglers(at=world.at) == 0


def test_reopened_after_a_late_plan_it_is_with_who_follows(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    plan = approved(world, a_merger(), on=_day(world))
    world.later(days=2)
    story.returned()
    reorganise(plan, at=world.at)
    anew = reopen_dossier(
        story.dossier, decision_number="1", decided_on=local_day(world.at), reason="Sai",
        by=world.as_actor("xa-mot.leader"), at=world.at,
    )  # fmt: skip
    assert anew.competent_agency_id == _agency("xa-moi").id


def test_a_part_needs_people_who_can_do_the_work(world: World) -> None:
    new = {"op": "establish", "key": "tram", "name_vi": "Trạm", "kind": "public_service_unit", "level": "commune",
           "parent": "xa-mot", "code_qd20": "X1.77"}  # fmt: skip
    split = {
        "op": "split",
        "agency": "xa-mot",
        "parts": [{"to": "tram", "procedures": ["9.000001"]}],
        "rest": "xa-mot",
    }
    plan = plan_by_id(drafted(world, [new, split], on=_day(world)))
    assert plan is not None
    assert {fault.code for fault in faults_of(plan, today=local_day(world.at))} == {"duty_without_post"}


def test_dossiers_of_one_procedure_go_and_the_simulation_counts_their_work(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    plan_id = approved(
        world,
        [{"op": "transfer", "procedures": ["9.000001"], "from": "xa-mot", "to": "xa-hai"}],
        on=_day(world),
    )
    plan = plan_by_id(plan_id)
    assert plan is not None
    told = simulate_reorganisation(plan, today=local_day(world.at))
    assert (told.dossiers, told.tasks) == (1, 1)
    world.later(days=1)
    reorganise(plan_id, at=world.at)
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == world.neighbour
    acts = Competence.objects.values_list("agency__key", "duty", "valid_to")
    assert set(acts) == {("xa-hai", "receive", None), ("xa-hai", "decide", None)}


def test_an_act_goes_on_with_the_time_it_has_left_and_later_ones_go_along(world: World) -> None:
    places = [TerritoryData(code, code, "", "ward", "") for code in ("p1", "p2")]
    register_territories(places, valid_from=START, legal_basis="", by=SYSTEM, at=world.at)
    ends = _day(world, 200)
    known = {"procedure_id": world.procedure.procedure_id, "duty": "decide", "legal_basis": "QĐ 5"}
    grant_competence(
        world.commune.id,
        territory_code="p1",
        valid_from=_day(world, 0),
        valid_to=ends,
        by=SYSTEM,
        at=world.at,
        **known,
    )
    grant_competence(
        world.commune.id, territory_code="p2", valid_from=_day(world, 50), by=SYSTEM, at=world.at, **known
    )
    day = _day(world)
    applied(world, a_merger(), on=day)
    rows = set(Competence.objects.values_list("agency__key", "territory_code", "valid_from", "valid_to"))
    assert rows == {
        ("xa-mot", "p1", day - timedelta(days=1), day), ("xa-moi", "p1", day, ends),
        ("xa-mot", "p2", day + timedelta(days=49), day + timedelta(days=49)), ("xa-moi", "p2", day + timedelta(days=49), None),
    }  # fmt: skip


def test_partners_brought_together_without_becoming_one_are_told(world: World) -> None:
    for commune, code in ((world.commune, "X1.01.9"), (world.neighbour, "X1.02.9")):
        world.partner(f"ca-{commune.key}", f"Công an {commune.key}", "police", code, commune)
    plan = plan_by_id(drafted(world, a_merger(), on=_day(world)))
    assert plan is not None
    assert simulate_reorganisation(plan, today=local_day(world.at)).twins == (
        "Công an xa-hai",
        "Công an xa-mot",
    )
    alone = plan_by_id(drafted(world, a_merger("xa-le", ("xa-hai",)), on=_day(world)))
    assert alone is not None
    assert simulate_reorganisation(alone, today=local_day(world.at)).twins == ()


def test_a_task_given_to_somebody_is_marked_no_longer(world: World) -> None:
    story = world.a_dossier(agency=world.neighbour).filed().accepted()
    lines = a_merger()[:2] + the_posts("xa-moi", ("xa-mot",))
    applied(world, lines, on=_day(world))
    task = Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)
    assert task.unplaced
    to = world.people["xa-mot.specialist"].id
    give_task(
        story.reload().dossier,
        task=task.id,
        to=to,
        seen=task.holder_id,
        by=world.as_actor("xa-mot.head"),
        at=world.at,
    )
    task.refresh_from_db()
    assert (task.holder_id, task.unplaced) == (to, False)


def test_everybody_sees_what_they_saw_and_nobody_else(world: World) -> None:
    """After the merger the head of one commune sees what the other had; before it nobody did."""
    story = world.a_dossier(agency=world.neighbour).filed().accepted()
    head = world.people["xa-mot.head"]

    def seen() -> bool:
        duties = duties_of(head, on=local_day(world.at))
        return Dossier.objects.filter(within_reach(duties), id=story.dossier.id).exists()

    assert not seen()
    plan = approved(world, a_merger(), on=_day(world))
    begin_reorganisation(plan, at=world.later(days=1))
    reorganise(plan, at=world.at)
    assert seen()
    assert AgencyHandover.objects.count() == 1
