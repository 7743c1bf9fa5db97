"""Who has a task: given back, given on, many at once; never to who is away, never over what others did."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from motcua.accounts.models import User
from motcua.accounts.queries import actor
from motcua.dossiers import access, actions
from motcua.dossiers.actions import AssignedTask, TickedTask, UnableToMove
from motcua.dossiers.queries.work import TaskFilter, agency_tasks, open_work
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit.ids import uuid7
from motcua.organisation.actions import note_absence
from motcua.organisation.queries import duties_of
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from motcua.workflow.queries import TaskFacts, open_task_of
from tests.dossiers.asking import at_once, refused
from tests.world import DossierStory, World

BACK = date(2026, 11, 16)


def away(world: World, user: User, back: date = BACK) -> None:
    note_absence(user.id, valid_from=local_day(world.at), valid_to=back, by=SYSTEM, at=world.at)


def task_of(story: DossierStory) -> TaskFacts:
    found = open_task_of(story.dossier.id)
    assert found is not None
    return found


def colleague(world: World, name: str = "hai", function: str = "specialist") -> User:
    role = {"specialist": "solve", "head": "head"}.get(function, function)
    return world.staff(f"xa-mot.{name}", world.commune, function, role, "see_agency")


def specialist(world: World) -> User:
    return world.people["xa-mot.specialist"]


def tick(*stories: DossierStory) -> list[TickedTask]:
    return [TickedTask((task := task_of(story)).id, task.holder_id) for story in stories]


def assign(world: World, ticked: list[TickedTask], to: User | None = None) -> list[AssignedTask]:
    return actions.assign_tasks(
        world.commune.id, ticked, to=to.id if to else None, by=world.as_actor("xa-mot.head"), at=world.at
    )


def test_given_back_it_waits_for_everybody(world: World) -> None:
    story = world.a_dossier().accepted()
    task, seen = task_of(story), story.dossier.revision
    actions.give_back(
        story.dossier, task=task.id, seen=task.holder_id, reason="Không thuộc địa bàn tôi phụ trách",
        by=story.staff("specialist"), at=world.at,
    )  # fmt: skip
    assert task_of(story).holder_id is None
    entry = history_of(story.dossier.id)[-1]
    assert (entry.kind, entry.data["holder"]) == ("dossier.task_given_back", str(specialist(world).id))
    assert entry.data["reason"] == "Không thuộc địa bàn tôi phụ trách"
    # Whoever has a form of it open saw another holder.
    with refused("changed_meanwhile"):
        actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at, expected=seen)


def test_it_is_not_given_back_without_a_reason_nor_twice(world: World) -> None:
    story = world.a_dossier().accepted()
    task, by = task_of(story), story.staff("specialist")
    known: dict[str, Any] = {"task": task.id, "seen": task.holder_id, "by": by, "at": world.at}
    with refused("reason_needed"):
        actions.give_back(story.dossier, reason=" ", **known)
    actions.give_back(story.dossier, reason="Nhầm", **known)
    with refused("changed_meanwhile"):
        actions.give_back(story.dossier, reason="Nhầm", **known)
    with refused("changed_meanwhile"):
        actions.give_back(story.dossier, reason="Nhầm", **known | {"seen": None})


def test_given_to_a_colleague_with_the_post_that_is_theirs(world: World) -> None:
    story, other = world.a_dossier().accepted(), colleague(world)
    task = task_of(story)
    actions.give_task(
        story.dossier, task=task.id, to=other.id, seen=task.holder_id, note="Chị rành việc này hơn",
        by=story.staff("specialist"), at=world.at,
    )  # fmt: skip
    row = Task.objects.select_related("post").get(id=task.id)
    assert (row.holder_id, row.post.key if row.post else "") == (other.id, "xa-mot.hai")
    data = history_of(story.dossier.id)[-1].data
    assert (data["from_holder"], data["holder"]) == (str(specialist(world).id), str(other.id))
    assert data["note"] == "Chị rành việc này hơn"
    # The colleague goes on with it.
    actions.hand_over(story.dossier, by=actor(other), at=world.at)
    assert task_of(story).step == "head"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("xa-mot.specialist", "holds_already"),
        ("xa-mot.head", "not_of_this_function"),
        ("xa-hai.specialist", "not_of_this_function"),
        ("dan", "not_of_this_function"),
        ("xa-mot.hai", "colleague_away"),
    ],
)
def test_who_cannot_get_it(world: World, to: str, code: str) -> None:
    story = world.a_dossier().accepted()
    away(world, colleague(world))
    task = task_of(story)
    with refused(code):
        actions.give_task(
            story.dossier, task=task.id, to=world.people[to].id, seen=task.holder_id, by=SYSTEM, at=world.at
        )
    assert task_of(story).holder_id == specialist(world).id


def test_what_is_done_or_elsewhere_is_not_given(world: World) -> None:
    story, other = world.a_dossier().accepted(), colleague(world)
    task = task_of(story)
    known: dict[str, Any] = {"to": other.id, "by": SYSTEM, "at": world.at}
    for wrong, seen in ((uuid7(), task.holder_id), (task.id, None), (task.id, other.id)):
        with refused("changed_meanwhile"):
            actions.give_task(story.dossier, task=wrong, seen=seen, **known)
    story.handed_over()
    with refused("changed_meanwhile"):
        actions.give_task(story.dossier, task=task.id, seen=task.holder_id, **known)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("xa-mot.specialist", True),
        ("xa-mot.hai", False),
        ("xa-mot.head", True),
        ("xa-mot.leader", True),
        ("xa-mot.receiver", False),
        ("xa-hai.head", False),
    ],
)
def test_who_may_give_it_on(world: World, name: str, may: bool) -> None:
    story = world.a_dossier().accepted()
    colleague(world)
    task, user = task_of(story), world.people[name]
    duties = duties_of(user, on=local_day(world.at))
    assert may == access.may_give_on(
        holder_id=task.holder_id, agency_id=task.agency_id, user=user, duties=duties
    )


# --- who is away -----------------------------------------------------------------------------------------


def test_nothing_new_goes_to_who_is_away(world: World) -> None:
    other = colleague(world)
    away(world, specialist(world))
    holders = {task_of(world.a_dossier().accepted()).holder_id for _ in range(6)}
    assert holders == {other.id}


def test_with_nobody_there_it_waits_in_the_common_queue(world: World) -> None:
    away(world, specialist(world))
    story = world.a_dossier().accepted()
    assert task_of(story).holder_id is None
    # Whoever is there all the same takes it.
    task, user = task_of(story), specialist(world)
    post = next(duty.post_id for duty in duties_of(user, on=local_day(world.at)))
    actions.take_task(story.dossier, user_id=user.id, post_id=post, by=actor(user), at=world.at, task=task.id)
    assert task_of(story).holder_id == user.id


def test_what_they_have_open_stays_with_them_and_a_step_that_comes_back_does_not(world: World) -> None:
    story = world.a_dossier().accepted()
    away(world, specialist(world))
    assert task_of(story).holder_id == specialist(world).id
    story.handed_over()
    actions.hand_over(story.dossier, by=story.staff("head"), at=world.at, back=True, note="Sửa lại")
    assert (task_of(story).step, task_of(story).holder_id) == ("specialist", None)


def test_after_a_pause_too(world: World) -> None:
    story = world.a_dossier().accepted().supplement_requested()
    away(world, specialist(world))
    story.resubmitted()
    assert task_of(story).holder_id is None


def test_back_again_they_get_work_again(world: World) -> None:
    away(world, specialist(world), back=date(2026, 11, 9))
    world.later(days=3)
    assert task_of(world.a_dossier().accepted()).holder_id == specialist(world).id


# --- many at once ----------------------------------------------------------------------------------------


def test_many_go_to_one_person(world: World) -> None:
    stories = [world.a_dossier().accepted() for _ in range(4)]
    other = colleague(world)
    task = task_of(stories[3])
    actions.give_task(
        stories[3].dossier, task=task.id, to=other.id, seen=task.holder_id, by=SYSTEM, at=world.at
    )
    ticked = tick(*stories)
    found = assign(world, [*ticked, ticked[0]], other)
    assert [row.task for row in found] == [row.task for row in ticked]
    # Who has one of them already keeps it, and is told so.
    assert [row.code for row in found] == ["", "", "", "holds_already"]
    assert {row.holder for row in found} == {task_of(story).holder_id for story in stories} == {other.id}
    said = [[entry.kind for entry in history_of(story.dossier.id)] for story in stories]
    assert [kinds.count("dossier.task_assigned") for kinds in said] == [1, 1, 1, 1]


def test_many_are_spread_by_the_open_work(world: World) -> None:
    away(world, specialist(world))
    kept = [world.a_dossier().accepted() for _ in range(6)]
    people = [colleague(world, name) for name in ("hai", "ba", "tu")]
    away(world, people[2])
    # The first of them has two open already.
    assign(world, tick(*kept[:2]), people[0])
    found = assign(world, tick(*kept[2:]))
    assert {row.code for row in found} == {""}
    assert open_work(person.id for person in people) == {people[0].id: 3, people[1].id: 3}


def test_what_others_did_meanwhile_is_told_and_passed_over(world: World) -> None:
    other = colleague(world)
    away(world, other, back=date(2026, 11, 7))
    stories = [world.a_dossier().accepted() for _ in range(4)]
    world.later(days=3)
    ticked = tick(*stories)
    stories[0].handed_over()
    task = task_of(stories[1])
    actions.give_task(
        stories[1].dossier, task=task.id, to=other.id, seen=task.holder_id, by=SYSTEM, at=world.at
    )
    found = assign(world, [*ticked, TickedTask(uuid7(), None)], other)
    assert [row.code for row in found] == [
        "changed_meanwhile",
        "changed_meanwhile",
        "",
        "",
        "changed_meanwhile",
    ]
    assert task_of(stories[0]).holder_id == world.people["xa-mot.head"].id


def test_a_person_of_one_function_gets_no_task_of_another(world: World) -> None:
    other = colleague(world)
    away(world, other, back=date(2026, 11, 7))
    mine, heads = world.a_dossier().accepted(), world.a_dossier().accepted().handed_over()
    world.later(days=3)
    found = assign(world, tick(mine, heads), other)
    assert [row.code for row in found] == ["", "not_of_this_function"]


def test_tasks_of_another_agency_are_not_there(world: World) -> None:
    theirs = world.a_dossier(agency=world.neighbour).accepted()
    [row] = assign(world, tick(theirs), colleague(world))
    assert (row.code, row.number, row.dossier_id) == ("changed_meanwhile", "", None)


def test_refused_as_a_whole(world: World) -> None:
    other, story = colleague(world), world.a_dossier().accepted()
    away(world, other)
    with refused("nothing_ticked"):
        assign(world, [], other)
    with refused("too_many_ticked"):
        assign(world, [TickedTask(uuid7(), None) for _ in range(201)], other)
    with refused("colleague_away"):
        assign(world, tick(story), other)
    away(world, specialist(world))
    [row] = assign(world, tick(story))
    assert row.code == "nobody_present"


def test_two_heads_at_once_give_each_task_once(committed_world: World) -> None:
    world = committed_world
    people = [colleague(world, name) for name in ("hai", "ba")]
    for user in people:
        away(world, user, back=date(2026, 11, 7))
    stories = [world.a_dossier().accepted() for _ in range(6)]
    world.later(days=3)
    ticked = tick(*stories)

    first, second = at_once(
        lambda: assign(world, ticked, people[0]), lambda: assign(world, ticked[::-1], people[1])
    )

    assert isinstance(first, list), first
    assert isinstance(second, list), second
    done = Counter(row.task for row in [*first, *second] if not row.code)
    assert done == Counter({row.task: 1 for row in ticked})
    assert {row.code for row in [*first, *second] if row.code} == {"changed_meanwhile"}
    holders = {task_of(story).holder_id for story in stories}
    assert holders == {people[0].id} or holders == {people[1].id}
    events = [entry for story in stories for entry in history_of(story.dossier.id)]
    assert sum(entry.kind == "dossier.task_assigned" for entry in events) == 6


def test_one_hands_over_and_the_head_gives_on_at_once(committed_world: World) -> None:
    world = committed_world
    story, other = world.a_dossier().accepted(), colleague(world)
    task, by = task_of(story), story.staff("specialist")
    seen = story.dossier.revision

    answers = at_once(
        lambda: actions.hand_over(story.dossier, by=by, at=world.at, expected=seen),
        lambda: actions.give_task(
            story.dossier, task=task.id, to=other.id, seen=task.holder_id, by=SYSTEM, at=world.at
        ),
    )

    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, UnableToMove) for answer in lost), answers
    assert [answer.code for answer in lost] == ["changed_meanwhile"]


def test_one_takes_from_the_queue_and_the_head_gives_it_out_at_once(committed_world: World) -> None:
    world = committed_world
    me, other = specialist(world), colleague(world)
    for user in (me, other):
        away(world, user, back=date(2026, 11, 7))
    story = world.a_dossier().accepted()
    world.later(days=3)
    post = next(duty.post_id for duty in duties_of(me, on=local_day(world.at)))
    ticked = tick(story)

    taken, given = at_once(
        lambda: actions.take_task(story.dossier, user_id=me.id, post_id=post, by=actor(me), at=world.at),
        lambda: assign(world, ticked, other),
    )

    if isinstance(taken, UnableToMove):
        assert (taken.code, [row.code for row in given]) == ("changed_meanwhile", [""])
        assert task_of(story).holder_id == other.id
    else:
        assert (taken, [row.code for row in given]) == (None, ["changed_meanwhile"])
        assert task_of(story).holder_id == me.id


# --- the list --------------------------------------------------------------------------------------------


def _listed(world: World, **asked: Any) -> list[UUID]:
    rows = agency_tasks(
        [world.commune.id],
        ["specialist", "head", "leader", "receiver"],
        asked=TaskFilter(**asked),
        at=world.at,
    )
    return [row.dossier_id for row in rows]


def test_the_list_of_an_agency_and_its_filters(world: World) -> None:
    first = world.a_dossier().accepted()
    second = world.a_dossier().accepted().handed_over()
    world.a_dossier(agency=world.neighbour).accepted()
    away(world, specialist(world), back=date(2026, 11, 7))
    third = world.a_dossier().accepted()
    assert set(_listed(world)) == {first.dossier.id, second.dossier.id, third.dossier.id}
    assert _listed(world, holder=specialist(world).id) == [first.dossier.id]
    assert _listed(world, unassigned=True) == [third.dossier.id]
    assert _listed(world, step="head") == [second.dossier.id]
    assert _listed(world, late=True) == []
    world.later(days=30)
    assert len(_listed(world, late=True)) == 3


def test_the_list_is_leafed_through_in_the_order_of_what_is_due(world: World) -> None:
    stories = []
    for _ in range(5):
        stories.append(world.a_dossier().accepted())
        world.at += timedelta(days=1)
    wanted = [story.dossier.id for story in sorted(stories, key=lambda s: s.dossier.due_at or world.at)]
    found = []
    for first in (0, 2, 4):
        rows = agency_tasks(
            [world.commune.id], ["head", "specialist"], asked=TaskFilter(), at=world.at, first=first, size=2
        )
        found += [row.dossier_id for row in rows]
    assert found == wanted
