"""A reorganisation on its day: dossiers in flight go to who follows, and nothing of them changes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.dossiers.actions import (
    approve_reorganisation,
    ask_opinion,
    begin_reorganisation,
    decide_dossier,
    hand_over,
    passing,
    reorganise,
)
from motcua.dossiers.models import AgencyHandover, ClockRow, Dossier, Opinion
from motcua.dossiers.queries import simulate_reorganisation
from motcua.journal.models import Event
from motcua.journal.queries import broken_seals
from motcua.organisation.actions import (
    PlanData,
    UnableToReorganise,
    draft_reorganisation,
    drop_reorganisation,
    propose_reorganisation,
    return_reorganisation,
    save_reorganisation,
)
from motcua.organisation.models import (
    Agency,
    AgencyVersion,
    Grant,
    Holding,
    Post,
    Reorganisation,
    Restructuring,
    Succession,
)
from motcua.organisation.queries import agency_facts, duties_of, plan_by_id
from motcua.rules.localday import local_day
from motcua.workflow.models import Task, Token
from tests.dossiers.reorganised import a_merger, applied, approved, drafted, the_posts
from tests.world import DossierStory, World

pytestmark = pytest.mark.django_db


def _tomorrow(world: World) -> date:
    return local_day(world.at) + timedelta(days=1)


def _agency(key: str) -> Agency:
    return Agency.objects.get(key=key)


def _stories(world: World) -> dict[str, DossierStory]:
    """Return a dossier in each open state at the first commune, and one at the second."""
    return {
        "filed": world.a_dossier().filed(),
        "awaiting_applicant": world.a_dossier().filed().supplement_requested(),
        "in_progress": world.a_dossier().filed().accepted(),
        "paused": world.a_dossier().filed().accepted().supplement_requested(),
        "decided": world.a_dossier().filed().accepted().decided(),
        "neighbour": world.a_dossier(agency=world.neighbour).filed().accepted(),
    }


_KEPT = (
    "number",
    "state",
    "secret",
    "promised_at",
    "due_at",
    "paused_at",
    "accepted_at",
    "filed_at",
    "finished_at",
    "process_id",
)


def _kept(dossier_id: UUID) -> dict[str, Any]:
    return Dossier.objects.values(*_KEPT).get(id=dossier_id)


def test_open_dossiers_of_each_state_go_to_the_successor_with_all_they_are(world: World) -> None:
    stories = _stories(world)
    before = {name: _kept(story.dossier.id) for name, story in stories.items()}
    clocks = list(ClockRow.objects.order_by("id").values())
    plan = applied(world, a_merger(), on=_tomorrow(world))
    new = _agency("xa-moi")
    for name, story in stories.items():
        assert _kept(story.dossier.id) == before[name]
        row = Dossier.objects.get(id=story.dossier.id)
        assert (row.competent_agency_id, row.receiving_agency_id) == (new.id, new.id)
        handover = AgencyHandover.objects.get(dossier=row)
        assert handover.to_competent == new.id
        assert handover.from_competent == story.agency.id  # type: ignore[union-attr]
        assert handover.effective_on == local_day(world.at)
        assert not handover.flagged
    assert list(ClockRow.objects.order_by("id").values()) == clocks
    row = Reorganisation.objects.get(id=plan)
    assert (row.state, row.moved, row.total, row.paused, row.flagged) == ("applied", 6, 6, 1, 0)


def test_what_has_ended_stays_where_it_was(world: World) -> None:
    returned = world.a_dossier().filed().accepted().returned()
    applied(world, a_merger(), on=_tomorrow(world))
    assert Dossier.objects.get(id=returned.dossier.id).competent_agency_id == world.commune.id
    assert not AgencyHandover.objects.exists()


def test_tasks_go_to_the_posts_that_follow_and_the_work_goes_on(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    applied(world, a_merger(), on=_tomorrow(world))
    task = Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)
    new = _agency("xa-moi")
    assert (task.agency_id, task.unplaced) == (new.id, False)
    assert task.post == Post.objects.get(agency=new, key="specialist")
    assert task.holder == world.people["xa-mot.specialist"]
    assert not Token.objects.filter(subject_id=story.dossier.id, agency=world.commune).exists()
    dossier = hand_over(story.dossier, by=world.as_actor("xa-mot.specialist"), at=world.later(minutes=5))
    dossier = hand_over(dossier, by=world.as_actor("xa-mot.head"), at=world.later(minutes=5))
    decide_dossier(
        dossier,
        outcome="granted",
        title="Giấy",
        number="1",
        by=world.as_actor("xa-mot.leader"),
        at=world.later(minutes=5),
    )
    assert Dossier.objects.get(id=story.dossier.id).state == "decided"


def test_a_task_of_who_got_no_post_goes_to_the_head_and_is_marked(world: World) -> None:
    """The second commune's people have no post: its open work goes to the head of the new one."""
    story = world.a_dossier(agency=world.neighbour).filed().accepted()
    lines = a_merger()[:2] + the_posts("xa-moi", ("xa-mot",))
    plan = applied(world, lines, on=_tomorrow(world))
    task = Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)
    assert task.unplaced
    assert task.holder == world.people["xa-mot.head"]
    assert Reorganisation.objects.get(id=plan).tasks_flagged == 1


def test_the_facts_have_their_last_and_their_first_day(world: World) -> None:
    day = _tomorrow(world)
    applied(world, a_merger(), on=day)
    old = AgencyVersion.objects.get(agency=world.commune)
    assert (old.valid_to, AgencyVersion.objects.get(agency__key="xa-moi").valid_from) == (day, day)
    assert not Post.objects.filter(agency=world.commune, valid_to__isnull=True).exists()
    eve = day - timedelta(days=1)
    person = world.people["xa-mot.specialist"]
    assert {duty.agency_id for duty in duties_of(person, on=eve)} == {world.commune.id}
    assert {duty.agency_id for duty in duties_of(person, on=day)} == {_agency("xa-moi").id}
    assert Succession.objects.filter(successor__key="xa-moi", ends=True).count() == 2
    line = Restructuring.objects.get()
    assert (line.units_before, line.units_after) == (2, 1)
    assert (line.posts_before, line.posts_after) == (8, 4)


def test_done_twice_it_changes_nothing(world: World) -> None:
    _stories(world)
    plan = applied(world, a_merger(), on=_tomorrow(world))
    state = [
        list(model.objects.order_by("pk").values())
        for model in (Dossier, AgencyHandover, Task, AgencyVersion, Reorganisation)
    ]
    assert reorganise(plan, at=world.later(minutes=1)) == 0
    assert state == [
        list(model.objects.order_by("pk").values())
        for model in (Dossier, AgencyHandover, Task, AgencyVersion, Reorganisation)
    ]


def test_before_its_day_nothing_is_done(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    plan = approved(world, a_merger(), on=_tomorrow(world))
    assert reorganise(plan, at=world.at) == 0
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == world.commune


def test_who_proposed_it_does_not_approve_it(world: World) -> None:
    plan = drafted(world, a_merger(), on=_tomorrow(world))
    propose_reorganisation(plan, faults=[], by=world.as_actor("soạn"), at=world.at)
    with pytest.raises(UnableToReorganise, match="same_person"):
        approve_reorganisation(plan, by=world.as_actor("soạn"), at=world.at)


def test_a_faulty_plan_is_not_approved_and_says_all_at_once(world: World) -> None:
    lines = [
        *a_merger(),
        {"op": "rename", "agency": "khong-co", "name_vi": "X"},
        {"op": "dissolve", "agency": "tinh"},
    ]
    plan = drafted(world, lines, on=_tomorrow(world))
    propose_reorganisation(plan, faults=[], by=world.as_actor("soạn"), at=world.at)
    with pytest.raises(UnableToReorganise) as refused:
        approve_reorganisation(plan, by=world.as_actor("duyệt"), at=world.at)
    codes = {(fault.line, fault.code) for fault in refused.value.faults}
    assert codes == {(7, "unknown_agency"), (1, "parent_ends")}


def test_a_plan_that_no_longer_fits_is_held_up_and_says_why(world: World) -> None:
    """Two plans end the same commune: the second finds it gone, does nothing, and keeps what is wrong."""
    first = approved(world, a_merger(), on=_tomorrow(world))
    other = [{"op": "dissolve", "agency": "xa-hai", "successor": "xa-mot"}]
    second = approved(world, other, on=_tomorrow(world))
    world.later(days=1)
    reorganise(first, at=world.at)
    assert reorganise(second, at=world.at) == 0
    row = Reorganisation.objects.get(id=second)
    assert row.state == "approved"
    assert {fault["code"] for fault in row.faults} == {"ended_agency", "same_day"}
    kinds = list(Event.objects.filter(subject_id=second).values_list("kind", flat=True))
    assert kinds.count("reorganisation.held_up") == 1
    reorganise(second, at=world.at)
    assert Event.objects.filter(subject_id=second, kind="reorganisation.held_up").count() == 1
    drop_reorganisation(second, reason="trùng", by=world.as_actor("soạn"), at=world.at)


def test_killed_between_batches_it_goes_on_and_all_is_there_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = _stories(world)
    plan = approved(world, a_merger(), on=_tomorrow(world))
    world.later(days=1)
    monkeypatch.setattr(passing, "_FIRST", 1)
    monkeypatch.setattr(passing, "_FEWEST", 1)
    monkeypatch.setattr(passing, "_MOST", 1)
    done = 0

    def stop(_: Any) -> None:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reorganise(plan, at=world.at, tell=stop)
    assert AgencyHandover.objects.count() == 3
    assert Reorganisation.objects.get(id=plan).moved == 3
    assert reorganise(plan, at=world.later(minutes=1)) == 3
    assert AgencyHandover.objects.count() == len(stories)
    row = Reorganisation.objects.get(id=plan)
    assert (row.state, row.moved) == ("applied", 6)


def test_a_simulation_tells_what_then_happens(world: World) -> None:
    _stories(world)
    lines = a_merger()[:2] + the_posts("xa-moi", ("xa-mot",))
    plan_id = approved(world, lines, on=_tomorrow(world))
    plan = plan_by_id(plan_id)
    assert plan is not None
    told = simulate_reorganisation(plan, today=local_day(world.at))
    assert told.faults == ()
    assert (told.dossiers, told.paused, told.flagged) == (6, 1, 0)
    assert set(told.people) == {
        f"Cán bộ xa-hai {function}" for function in ("receiver", "specialist", "head", "leader")
    }
    assert told.procedures == ()
    world.later(days=1)
    reorganise(plan_id, at=world.at)
    row = Reorganisation.objects.get(id=plan_id)
    assert (row.moved, row.paused, row.tasks) == (told.dossiers, told.paused, told.tasks)


def test_opinions_that_were_asked_are_asked_of_who_follows(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    ask_opinion(
        story.dossier,
        agency_id=world.neighbour.id,
        question="Ý kiến?",
        days=3,
        by=story.staff("specialist"),
        at=world.at,
    )
    lines = a_merger(sources=("xa-hai",))
    applied(world, lines, on=_tomorrow(world))
    opinion = Opinion.objects.get()
    assert (opinion.agency.key, opinion.asking_agency, opinion.state) == ("xa-moi", world.commune, "asked")


def test_hand_overs_stay_as_they_were_written(world: World) -> None:
    world.a_dossier().filed().accepted()
    applied(world, a_merger(), on=_tomorrow(world))
    for statement in (
        "UPDATE dossiers_agencyhandover SET flagged = true",
        "DELETE FROM organisation_succession",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert broken_seals() == []


def test_roles_over_what_ends_go_over_to_who_follows(world: World) -> None:
    watcher = world.staff("giám sát", world.province, "reform", "see_province")
    post = Post.objects.get(key="giám sát")
    Grant.objects.create(role="see_agency", agency=world.commune, post=post, valid_from=date(2026, 1, 1))
    day = _tomorrow(world)
    applied(world, a_merger(), on=day)
    over = {duty.agency_id for duty in duties_of(watcher, on=day) if duty.role == "see_agency"}
    assert over == {_agency("xa-moi").id}
    assert Holding.objects.filter(user=watcher, valid_to__isnull=True).exists()


def test_a_renamed_agency_keeps_its_dossiers_and_names_itself_anew_from_the_day(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    day = _tomorrow(world)
    applied(world, [{"op": "rename", "agency": "xa-mot", "name_vi": "Ủy ban nhân dân phường Một"}], on=day)
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == world.commune
    assert agency_facts(world.commune.id, on=day).name_vi == "Ủy ban nhân dân phường Một"
    assert agency_facts(world.commune.id, on=day - timedelta(days=1)).name_vi == "Ủy ban nhân dân xã Một"
    assert not AgencyHandover.objects.exists()


def test_a_draft_is_changed_only_by_who_saw_its_newest_state(world: World) -> None:
    plan = drafted(world, a_merger(), on=_tomorrow(world))
    data = PlanData("Khác", "NQ 2", _tomorrow(world), a_merger())
    save_reorganisation(plan, data, expected=1, by=world.as_actor("soạn"), at=world.at)
    with pytest.raises(UnableToReorganise, match="changed_meanwhile"):
        save_reorganisation(plan, data, expected=1, by=world.as_actor("soạn"), at=world.at)
    propose_reorganisation(plan, faults=[], by=world.as_actor("soạn"), at=world.at)
    with pytest.raises(UnableToReorganise, match="not_a_draft"):
        save_reorganisation(plan, data, expected=2, by=world.as_actor("soạn"), at=world.at)
    return_reorganisation(plan, reason="sai tên", by=world.as_actor("duyệt"), at=world.at)
    assert Reorganisation.objects.get(id=plan).state == "draft"


def test_begun_it_is_neither_dropped_nor_given_back(world: World) -> None:
    plan = approved(world, a_merger(), on=_tomorrow(world))
    assert begin_reorganisation(plan, at=world.later(days=1))
    with pytest.raises(UnableToReorganise, match="begun_already"):
        drop_reorganisation(plan, reason="x", by=world.as_actor("soạn"), at=world.at)
    with pytest.raises(UnableToReorganise, match="begun_already"):
        return_reorganisation(plan, reason="x", by=world.as_actor("soạn"), at=world.at)


def test_a_line_that_cannot_be_read_is_told_with_its_number(world: World) -> None:
    with pytest.raises(UnableToReorganise) as refused:
        draft_reorganisation(
            PlanData("T", "NQ", _tomorrow(world), [{"op": "merge", "from": [], "into": "x"}, {"op": "nope"}]),
            by=world.as_actor("dan"), at=world.at,
        )  # fmt: skip
    assert [(fault.line, fault.code) for fault in refused.value.faults] == [
        (1, "field_wrong"),
        (2, "unknown_op"),
    ]
