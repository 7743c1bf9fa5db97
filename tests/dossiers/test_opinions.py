"""Another agency is asked for its opinion: with a limit of its calendar, read by it, answered, late by name."""

from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from motcua.documents.queries import open_file
from motcua.dossiers import access, actions
from motcua.dossiers.access import NotToBeSeen
from motcua.dossiers.models import Opinion
from motcua.dossiers.queries import looks_at
from motcua.dossiers.queries.work import opinion_of, opinions_awaited, opinions_of, opinions_to_give
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.kit.ids import uuid7
from motcua.notifications.models import Message
from motcua.organisation.actions import Establishment, establish_agency
from motcua.organisation.queries import duties_of
from motcua.rules.localday import at_local, local_day
from tests.dossiers.asking import at_once, refused
from tests.world import PDF, START, DossierStory, World

QUESTION = "Thửa đất của ông Bình có tranh chấp không?"
# Two working days from Friday 6/11 09:00: Tuesday 10/11 at closing.
DUE = at_local(date(2026, 11, 10), time(17))


def ask(world: World, story: DossierStory, **changes: Any) -> UUID:
    known = {"agency_id": world.neighbour.id, "question": QUESTION, "days": 2}
    return actions.ask_opinion(story.dossier, by=story.staff("specialist"), at=world.at, **known | changes)


def give(world: World, opinion: UUID, **changes: Any) -> UUID:
    known = {"answer": "Không có tranh chấp", "by": world.as_actor("xa-hai.specialist"), "at": world.at}
    return actions.give_opinion(opinion, **known | changes)


def look(world: World, name: str, dossier_id: UUID) -> Any:
    user = world.people[name]
    duties = duties_of(user, on=local_day(world.at))
    return access.dossier_for(user, dossier_id, duties=duties, purpose="opinion", at=world.at)


def test_asked_with_a_due_time_while_the_own_clock_goes_on(world: World) -> None:
    story = world.a_dossier().accepted()
    before = story.dossier.due_at
    made = ask(world, story)
    [row] = opinions_of(story.dossier.id)
    assert (row.id, row.state, row.due_at, row.question) == (made, "asked", DUE, QUESTION)
    story.reload()
    assert (story.dossier.state, story.dossier.due_at) == ("in_progress", before)
    entry = history_of(story.dossier.id)[-1]
    assert (entry.kind, entry.data["agency"]) == ("dossier.opinion_asked", str(world.neighbour.id))
    assert not Event.objects.filter(canonical__contains="ông Bình").exists()
    assert [row.id for row in opinions_to_give([world.neighbour.id])] == [made]
    assert [row.id for row in opinions_awaited([world.commune.id])] == [made]
    assert opinions_to_give([world.commune.id]) == opinions_awaited([world.neighbour.id]) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"question": " "}, "question_needed"),
        ({"days": 0}, "opinion_days"),
        ({"days": 61}, "opinion_days"),
        ({"agency_id": uuid7()}, "opinion_no_agency"),
    ],
)
def test_what_cannot_be_asked(world: World, changes: dict[str, Any], code: str) -> None:
    story = world.a_dossier().accepted()
    with refused(code):
        ask(world, story, **changes)
    assert opinions_of(story.dossier.id) == []


def test_whom_one_cannot_ask(world: World) -> None:
    story = world.a_dossier().accepted()
    plan = Establishment(
        key="thue", name_vi="Thuế cơ sở", kind="tax", level="province", valid_from=START, outside=True
    )
    outside = establish_agency(plan, by=SYSTEM, at=world.at)
    for agency, code in ((world.commune, "opinion_itself"), (outside, "opinion_no_agency")):
        with refused(code):
            ask(world, story, agency_id=agency.id)
    ask(world, story)
    with refused("opinion_asked"):
        ask(world, story)


@pytest.mark.parametrize("state", ["filed", "decided", "returned", "paused"])
def test_only_about_what_is_being_worked_on(world: World, state: str) -> None:
    story = world.a_dossier()
    if state == "paused":
        story.accepted().supplement_requested()
    else:
        getattr(story, state)()
    with refused("move_not_allowed"):
        ask(world, story)


def test_answered_with_a_file(world: World) -> None:
    story = world.a_dossier().accepted()
    made = ask(world, story)
    assert give(world, made, document=(BytesIO(PDF), "y-kien.pdf")) == story.dossier.id
    row = opinion_of(made)
    assert row is not None
    assert (row.state, row.answer, row.ended_label) == (
        "answered", "Không có tranh chấp", "Cán bộ xa-hai specialist",
    )  # fmt: skip
    assert not row.late(world.at)
    assert row.file_id is not None
    found = open_file(row.file_id, subject_id=made)
    assert found is not None
    found[1].close()
    # No paper of the applicant's.
    assert open_file(row.file_id, subject_id=story.dossier.id) is None
    assert history_of(story.dossier.id)[-1].data == {
        "opinion": str(made), "agency": str(world.neighbour.id), "late": False,
    }  # fmt: skip
    assert opinions_to_give([world.neighbour.id]) == []


def test_answered_late_and_said_so(world: World) -> None:
    story = world.a_dossier().accepted()
    made = ask(world, story)
    world.at = DUE + timedelta(minutes=1)
    assert opinions_of(story.dossier.id)[0].late(world.at)
    give(world, made)
    assert history_of(story.dossier.id)[-1].data["late"]
    # What was late stays late, whenever one looks.
    assert opinions_of(story.dossier.id)[0].late(DUE)


@pytest.mark.parametrize("end", ["answered", "called_off", "dossier"])
def test_what_is_over_is_not_answered(world: World, end: str) -> None:
    story = world.a_dossier().accepted()
    made = ask(world, story)
    if end == "answered":
        give(world, made)
    elif end == "called_off":
        actions.call_off_opinion(made, reason="Đã có văn bản", by=story.staff("specialist"), at=world.at)
    else:
        actions.stop_dossier(
            story.dossier, reason="Trùng", legal_basis="Điều 1", by=story.staff("head"), at=world.at
        )
    with refused("opinion_over"):
        give(world, made)
    assert opinions_to_give([world.neighbour.id]) == []


def test_an_answer_says_something_and_a_calling_off_why(world: World) -> None:
    made = ask(world, world.a_dossier().accepted())
    with refused("answer_needed"):
        give(world, made, answer=" ", document=(BytesIO(PDF), "a.pdf"))
    with refused("reason_needed"):
        actions.call_off_opinion(made, reason="", by=SYSTEM, at=world.at)
    with refused("opinion_over"):
        give(world, uuid7())


def test_called_off_it_may_be_asked_again(world: World) -> None:
    story = world.a_dossier().accepted()
    actions.call_off_opinion(ask(world, story), reason="Hỏi nhầm", by=story.staff("head"), at=world.at)
    ask(world, story)
    assert [row.state for row in opinions_of(story.dossier.id)] == ["asked", "called_off"]


def test_what_was_said_stays(world: World) -> None:
    made = ask(world, world.a_dossier().accepted())
    changes: list[Callable[[], object]] = [
        lambda: Opinion.objects.filter(id=made).update(question="khác"),
        lambda: Opinion.objects.filter(id=made).update(due_at=world.at),
        lambda: Opinion.objects.filter(id=made).delete(),
    ]
    give_first = changes[:]
    for change in give_first:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    give(world, made)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opinion.objects.filter(id=made).update(answer="khác")


# --- who sees it -----------------------------------------------------------------------------------------


def test_the_asked_agency_sees_the_dossier_while_and_after_it_was_asked(world: World) -> None:
    story = world.a_dossier().accepted()
    for name in ("xa-hai.specialist", "xa-hai.head", "xa-hai.leader"):
        with pytest.raises(NotToBeSeen):
            look(world, name, story.dossier.id)
    made = ask(world, story)
    for name in ("xa-hai.specialist", "xa-hai.head", "xa-hai.leader"):
        assert look(world, name, story.dossier.id).id == story.dossier.id
    give(world, made)
    assert look(world, "xa-hai.specialist", story.dossier.id).id == story.dossier.id
    assert "Cán bộ xa-hai specialist, Specialist" in {row.label for row in looks_at(story.dossier.id)}


def test_who_only_receives_there_sees_nothing_and_nobody_sees_another_dossier(world: World) -> None:
    story, other = world.a_dossier().accepted(), world.a_dossier().accepted()
    made = ask(world, story)
    for name, dossier_id in (
        ("xa-hai.receiver", story.dossier.id),
        ("xa-hai.specialist", other.dossier.id),
    ):
        with pytest.raises(NotToBeSeen):
            look(world, name, dossier_id)
    user = world.people["xa-hai.receiver"]
    duties = duties_of(user, on=local_day(world.at))
    for wanted in (made, uuid7()):
        with pytest.raises(NotToBeSeen):
            access.opinion_for(user, wanted, duties=duties, at=world.at)


def test_the_asked_do_not_work_on_it(world: World) -> None:
    story = world.a_dossier().accepted()
    ask(world, story)
    user = world.people["xa-hai.specialist"]
    duties = duties_of(user, on=local_day(world.at))
    assert not access.works_on(story.dossier, duties=duties)
    assert access.qualities(story.dossier, user, duties=duties, holder_id=None) == frozenset()
    with pytest.raises(NotToBeSeen):
        access.dossier_to_move(story.dossier.id, duties=duties)
    assert not access.asks_opinions(story.dossier, duties=duties)


@pytest.mark.parametrize("name", ["xa-hai.specialist", "xa-mot.receiver", "xa-mot.head"])
def test_an_opinion_is_seen_by_both_sides_and_the_look_is_logged(world: World, name: str) -> None:
    story = world.a_dossier().accepted()
    made, user = ask(world, story), world.people[name]
    duties = duties_of(user, on=local_day(world.at))
    found, dossier = access.opinion_for(user, made, duties=duties, at=world.at)
    assert (found.id, dossier.id) == (made, story.dossier.id)
    assert looks_at(story.dossier.id)[0].purpose == "opinion"


# --- told and reminded -----------------------------------------------------------------------------------


def _told(world: World) -> dict[str, set[str]]:
    names = {user.username: name for name, user in world.people.items()}
    found: dict[str, set[str]] = {}
    for message in Message.objects.filter(purpose__startswith="dossier.opinion"):
        found.setdefault(message.purpose, set()).add(names[message.recipient])
    return found


def test_both_sides_are_told(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    made = ask(world, story)
    outbox()
    assert _told(world) == {"dossier.opinion_asked": {"xa-hai.head"}}
    assert "Ủy ban nhân dân xã Một hỏi ý kiến" in Message.objects.get(purpose="dossier.opinion_asked").title
    give(world, made)
    outbox()
    assert _told(world)["dossier.opinion_given"] == {"xa-mot.specialist"}


def test_reminded_once_at_the_limit_by_name(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    ask(world, story)
    assert actions.remind_of_opinions(at=DUE - timedelta(seconds=1)) == 0
    assert actions.remind_of_opinions(at=DUE) == 1
    assert actions.remind_of_opinions(at=DUE) == 0
    with clock.freeze(DUE):
        outbox()
    assert _told(world)["dossier.opinion_overdue"] == {"xa-hai.head", "xa-mot.head", "xa-mot.specialist"}
    said = Message.objects.filter(purpose="dossier.opinion_overdue").first()
    assert said is not None
    assert "Ủy ban nhân dân xã Hai chưa cho ý kiến" in said.title
    assert "17 giờ thứ Ba 10/11/2026" in said.text
    assert history_of(story.dossier.id)[-1].kind == "dossier.opinion_overdue"


def test_an_ended_dossier_needs_no_opinion_any_more(world: World) -> None:
    story = world.a_dossier().accepted()
    made = ask(world, story)
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    assert actions.remind_of_opinions(at=DUE) == 1
    row = opinion_of(made)
    assert row is not None
    assert (row.state, row.late(DUE + timedelta(days=9))) == ("called_off", False)
    assert history_of(story.dossier.id)[-1].kind == "dossier.opinion_called_off"
    assert actions.remind_of_opinions(at=DUE) == 0


def test_two_answer_at_once_and_one_is_kept(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    made = ask(world, story)
    answers = at_once(*[lambda text=text: give(world, made, answer=text) for text in ("Có", "Không")])
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert [getattr(answer, "code", answer) for answer in lost] == ["opinion_over"]
    kinds = [entry.kind for entry in history_of(story.dossier.id)]
    assert kinds.count("dossier.opinion_given") == 1


def test_two_reminders_at_once_remind_once(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    ask(world, story)
    answers = at_once(*[lambda: actions.remind_of_opinions(at=DUE) for _ in range(3)])
    assert sorted(answers) == [0, 0, 1]
    kinds = [entry.kind for entry in history_of(story.dossier.id)]
    assert kinds.count("dossier.opinion_overdue") == 1
