"""What the staff say inside a dossier: kept, never changed, never told to the applicant."""

import pytest
from django.db import DatabaseError, transaction

from motcua.dossiers import access, actions
from motcua.dossiers.models import Comment
from motcua.dossiers.queries import tracked
from motcua.dossiers.queries.work import comments_of
from motcua.journal.models import Event, OutboxEntry
from motcua.journal.queries import history_of
from motcua.organisation.queries import duties_of
from motcua.rules.localday import local_day
from tests.dossiers.asking import refused
from tests.world import World

TEXT = "Đã gọi bà Ánh, hẹn thứ Hai kiểm tra thực địa"


def test_said_kept_and_in_the_journal_without_its_words(world: World) -> None:
    story = world.a_dossier().accepted()
    before = OutboxEntry.objects.count()
    seen = story.dossier.revision
    made = actions.comment_inside(story.dossier, text=TEXT, by=story.staff("specialist"), at=world.at)
    [said] = comments_of(story.dossier.id)
    assert (said.text, said.label, said.at) == (TEXT, "Cán bộ xa-mot specialist", world.at)
    entry = history_of(story.dossier.id)[-1]
    assert (entry.kind, entry.data) == ("dossier.comment_made", {"comment": str(made)})
    assert not Event.objects.filter(canonical__contains="bà Ánh").exists()
    # It tells nobody and puts nobody's form out of date.
    assert OutboxEntry.objects.count() == before
    assert story.reload().dossier.revision == seen


def test_the_applicant_is_never_told(world: World) -> None:
    story = world.a_dossier().accepted()
    plain = tracked(bytes(story.dossier.secret), on=local_day(world.at))
    actions.comment_inside(story.dossier, text=TEXT, by=story.staff("specialist"), at=world.at)
    assert tracked(bytes(story.dossier.secret), on=local_day(world.at)) == plain


@pytest.mark.parametrize(
    ("text", "code"), [("", "comment_needed"), (" \n", "comment_needed"), ("x" * 4001, "comment_too_long")]
)
def test_nothing_and_too_much_is_not_said(world: World, text: str, code: str) -> None:
    story = world.a_dossier().accepted()
    with refused(code):
        actions.comment_inside(story.dossier, text=text, by=story.staff("head"), at=world.at)
    assert comments_of(story.dossier.id) == []


def test_a_draft_is_not_the_business_of_the_staff_but_an_ended_dossier_is(world: World) -> None:
    draft = world.a_dossier()
    with refused("move_not_allowed"):
        actions.comment_inside(draft.dossier, text=TEXT, by=world.as_actor("dan"), at=world.at)
    ended = world.a_dossier().returned()
    actions.comment_inside(ended.dossier, text=TEXT, by=ended.staff("head"), at=world.at)
    assert len(comments_of(ended.dossier.id)) == 1


def test_what_was_said_stays(world: World) -> None:
    story = world.a_dossier().accepted()
    actions.comment_inside(story.dossier, text=TEXT, by=story.staff("head"), at=world.at)
    for change in (lambda: Comment.objects.update(text="khác"), lambda: Comment.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert [row.text for row in comments_of(story.dossier.id)] == [TEXT]


@pytest.mark.parametrize(
    ("name", "reads"),
    [("xa-mot.specialist", True), ("xa-mot.receiver", True), ("xa-hai.head", False), ("dan", False)],
)
def test_who_reads_inside(world: World, name: str, reads: bool) -> None:
    story = world.a_dossier().accepted()
    actions.ask_opinion(
        story.dossier, agency_id=world.neighbour.id, question="Ranh giới?", days=2,
        by=story.staff("specialist"), at=world.at,
    )  # fmt: skip
    duties = duties_of(world.people[name], on=local_day(world.at))
    assert access.reads_inside(story.dossier, duties=duties) is reads
