"""A step's own limit: both warnings reach who holds the step and the head, wherever the step is done."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from motcua.accounts.models import User
from motcua.dossiers.actions import warn_of_deadlines
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.notifications.models import Message
from motcua.organisation.actions import note_absence
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import at_local, local_day
from motcua.rules.process import DEFAULT_PROCESS, line
from motcua.workflow.actions import publish_process
from motcua.workflow.models import Task
from tests.world import DossierStory, World, a_procedure

ONE_DAY = Limit(Unit.WORKING_DAY, 1)
# One working day from Friday 6/11 09:00 is due on Monday 9/11 at closing; a fifth of it before that, and its morning.
SOON, DAY = at_local(date(2026, 11, 9), time(16)), at_local(date(2026, 11, 9), time(7))


def _limited_step(world: World, function: str = "specialist") -> DossierStory:
    nodes = [
        replace(node, limit=ONE_DAY) if node.function == function and node.key == function else node
        for node in DEFAULT_PROCESS.steps
    ]
    publish_process(line(DEFAULT_PROCESS.key, nodes), legal_basis="", by=SYSTEM, at=world.at)
    content = a_procedure("9.000077")
    for row in content["channels"]:
        row["limit"] = {"unit": "working_day", "amount": 20, "cutoff": None}
    return world.a_dossier(procedure=world.publish(content)).accepted()


def _told(world: World, outbox: Any, at: datetime) -> set[tuple[str, str]]:
    known = set(Message.objects.values_list("id", flat=True))
    with clock.freeze(at):
        assert warn_of_deadlines(at=at) == 1
        outbox()
    names = {user.username: name for name, user in world.people.items()}
    return {
        (names[message.recipient], message.title)
        for message in Message.objects.filter(purpose="dossier.deadline_warned").exclude(id__in=known)
    }


def test_both_stages_of_a_step_reach_holder_and_head(world: World, outbox: Any) -> None:
    story = _limited_step(world)
    number = story.dossier.number
    for at, said in ((DAY, "đến hạn hôm nay"), (SOON, "sắp đến hạn")):
        found = _told(world, outbox, at)
        assert {name for name, _ in found} == {"xa-mot.specialist", "xa-mot.head"}
        assert all(str(number) in title and said in title for _, title in found)
    assert warn_of_deadlines(at=SOON) == 0


def test_it_is_the_holder_of_this_step_who_is_told(world: World, outbox: Any) -> None:
    story = _limited_step(world)
    # A second step stands open beside it, due earlier, with somebody else.
    other = world.staff("xa-mot.ba", world.commune, "leader", "sign")
    first = Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)
    Task.objects.create(
        subject_kind="dossier", subject_id=story.dossier.id, process_id=first.process_id, step="beside",
        function="leader", agency=world.commune, holder=other, opened_at=world.at,
        due_at=at_local(date(2026, 11, 6), time(17)),
    )  # fmt: skip
    found = {name for name, _ in _told(world, outbox, DAY)}
    assert found == {"xa-mot.specialist", "xa-mot.head"}


def test_a_step_that_was_done_before_the_message_warns_nobody(world: World, outbox: Any) -> None:
    story = _limited_step(world)
    with clock.freeze(DAY):
        assert warn_of_deadlines(at=DAY) == 1
        world.at = DAY
        story.handed_over()
        outbox()
    assert not Message.objects.filter(purpose="dossier.deadline_warned").exists()


def test_while_the_head_is_away_the_leader_is_told(world: World, outbox: Any) -> None:
    _limited_step(world)
    head: User = world.people["xa-mot.head"]
    note_absence(head.id, valid_from=local_day(world.at), valid_to=date(2026, 11, 16), by=SYSTEM, at=world.at)
    found = {name for name, _ in _told(world, outbox, DAY)}
    assert found == {"xa-mot.specialist", "xa-mot.leader"}


def test_a_step_at_a_desk_where_no_dossier_is_solved_is_warned_of(world: World, outbox: Any) -> None:
    story = _limited_step(world)
    # The step is done at another agency than the one that solves, as at a one-stop centre.
    receiver = world.people["xa-hai.receiver"]
    Task.objects.filter(subject_id=story.dossier.id, completed_at__isnull=True).update(
        agency=world.neighbour, holder=receiver
    )
    found = {name for name, _ in _told(world, outbox, DAY)}
    assert found == {"xa-hai.receiver", "xa-hai.head"}
