"""Open work goes with its post: to who acts for a closed office and back, and to who takes a post over."""

from datetime import date, timedelta

import pytest

from motcua.dossiers.actions import follow_posts, hand_over
from motcua.dossiers.queries.lists import queue_of
from motcua.journal.models import Event
from motcua.organisation.actions import appoint, close_office, reopen_office
from motcua.organisation.models import Post
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from tests.dossiers.reorganised import applied
from tests.world import DossierStory, World

pytestmark = pytest.mark.django_db


def _task(story: DossierStory) -> Task:
    return Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)


def _closed(world: World) -> date:
    today = local_day(world.at)
    close_office(
        world.commune.id, acting=world.neighbour.id, valid_from=today, valid_to=today + timedelta(days=5),
        legal_basis="QĐ 7", by=world.as_actor("dan"), at=world.at,
    )  # fmt: skip
    return today


def test_while_an_office_is_closed_its_work_lies_with_who_acts_and_comes_back(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    day = _closed(world)
    assert follow_posts(at=world.at) == 1
    acting = world.people["xa-hai.specialist"]
    assert _task(story).holder == acting
    assert [row.id for row in queue_of(acting.id)] == [story.dossier.id]
    hand_over(story.reload().dossier, by=world.as_actor("xa-hai.specialist"), at=world.later(minutes=5))
    reopen_office(world.commune.id, valid_from=day, by=world.as_actor("dan"), at=world.later(minutes=5))
    assert follow_posts(at=world.at) == 1
    assert _task(story).holder == world.people["xa-mot.head"]
    assert follow_posts(at=world.at) == 0


def test_at_its_end_a_closure_gives_back_by_itself(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    _closed(world)
    follow_posts(at=world.at)
    follow_posts(at=world.later(days=6))
    assert _task(story).holder == world.people["xa-mot.specialist"]
    kinds = Event.objects.filter(subject_id=story.dossier.id, kind="dossier.task_assigned").count()
    assert kinds == 2


def test_who_takes_a_post_over_has_its_open_work(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    other = _task(world.a_dossier(agency=world.neighbour).filed().accepted())
    post = Post.objects.get(agency=world.commune, key="specialist")
    appoint(
        post,
        world.people["xa-hai.head"],
        valid_from=local_day(world.at),
        by=world.as_actor("dan"),
        at=world.at,
    )
    assert follow_posts(at=world.at) == 1
    assert _task(story).holder == world.people["xa-hai.head"]
    other.refresh_from_db()
    assert other.holder == world.people["xa-hai.specialist"]


def test_a_post_that_a_plan_leaves_empty_leaves_its_work_to_all_marked(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    line = {"op": "post", "agency": "xa-mot", "key": "specialist", "holder": ""}
    applied(world, [line], on=local_day(world.at) + timedelta(days=1))
    follow_posts(at=world.at)
    task = _task(story)
    assert (task.holder_id, task.unplaced) == (None, True)
