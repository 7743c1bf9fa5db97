"""What people are told: once for each event, in their language, wherever they can be reached."""

from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.actions import PartyData
from motcua.dossiers.jobs import tell_applicant
from motcua.dossiers.models import Dossier
from motcua.dossiers.tracking import address_of
from motcua.journal.events import Happened
from motcua.journal.models import Event, OutboxEntry
from motcua.notifications.queries import messages_about
from tests.world import DossierStory, World


def _again(kind: str) -> None:
    row = Event.objects.get(kind=kind)
    tell_applicant(Happened(row.id, row.kind, row.schema, row.subject_id, row.agency_id, row.data))


def test_each_move_that_concerns_the_applicant_is_told_once(world: World, outbox: Any) -> None:
    outbox()  # what publishing the procedure owes
    story = world.a_dossier().accepted()
    world.later(days=3)
    story.supplement_requested()
    world.later(days=1)
    story.resubmitted().returned()

    # Five messages, and the papers that were given anew, of which no agency outside has to hear.
    assert outbox() == 6
    purposes = [message.text for message in messages_about(story.dossier.id)]
    assert len(purposes) == 5
    assert OutboxEntry.objects.exclude(state="done").count() == 0

    # A reaction that runs again, because its worker died before it said so, queues nothing new.
    _again("dossier.filed")
    _again("dossier.decided")
    assert [message.text for message in messages_about(story.dossier.id)] == purposes
    assert outbox() == 0


def test_the_message_names_the_number_the_moment_and_the_way_to_follow(world: World, outbox: Any) -> None:
    story = world.a_dossier().filed()
    outbox()

    [message] = messages_about(story.dossier.id)
    assert (message.channel, message.recipient) == ("email", "anh@example.vn")
    assert "X1.01-261106-0001" in message.text
    assert "9 giờ thứ Hai 9/11/2026" in message.text
    assert address_of(bytes(story.dossier.secret)) in message.text


@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (PartyData("A", phone="0912345678", email="a@example.vn"), ("email", "a@example.vn")),
        (PartyData("A", phone="0912345678"), ("sms", "0912345678")),
        (PartyData("A"), None),
    ],
)
def test_who_files_is_told_by_what_they_gave(
    world: World, outbox: Any, reach: PartyData, told: tuple[str, str] | None
) -> None:
    story = world.a_dossier()
    actions.save_people(
        story.dossier, applicant=PartyData("Mẹ", email="me@example.vn"), representative=reach, request="",
        at=world.at,
    )  # fmt: skip
    story.reload().filed()
    outbox()

    found = [(message.channel, message.recipient) for message in messages_about(story.dossier.id)]
    assert found == ([told] if told else [])


def test_a_request_for_papers_says_where_to_read_it(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted().supplement_requested()
    outbox()
    message = messages_about(story.dossier.id)[-1].text
    assert "đăng nhập và mở “Hồ sơ của tôi”, hoặc đến bộ phận một cửa" in message
    assert "Mở trang theo dõi" not in message, "that page shows no paper"


def _extended(story: DossierStory) -> None:
    from datetime import date, time

    from motcua.rules.localday import at_local

    story.extended(at_local(date(2026, 11, 13), time(17)))


def test_an_extension_apologises_with_the_new_date(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    _extended(story)
    outbox()

    text = messages_about(story.dossier.id)[-1].text
    assert "xin lỗi" in text
    assert "17 giờ thứ Sáu 13/11/2026" in text
    assert "Chờ xác minh" in text


def test_the_reader_of_english_is_told_the_name_of_the_procedure_in_english(
    world: World, outbox: Any
) -> None:
    story = world.a_dossier()
    Dossier.objects.filter(pk=story.dossier.pk).update(language="en")
    story.reload().filed()
    outbox()

    assert messages_about(story.dossier.id)[0].text.startswith("Trial confirmation. ")
