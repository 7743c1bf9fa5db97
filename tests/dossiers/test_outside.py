"""Agencies outside the system: what they are told, what they answer, and what an answer moves."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from motcua.documents.models import StoredFile
from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, UnableToAnswer, UnableToMakeKey, send_partner_messages
from motcua.dossiers.models import PartnerKey, PartnerMessage, PartnerReply, Result
from motcua.dossiers.partner_keys import read_key, signature_holds, signing_key
from motcua.dossiers.queries.many_ledgers import differing
from motcua.dossiers.queries.outside import last_reply_of, messages_waiting, parts_waiting, replies_of
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from motcua.notifications import providers
from motcua.notifications.models import Message
from motcua.notifications.providers import FakeProvider
from motcua.organisation.models import Agency
from motcua.workflow.queries import marking_of, open_tasks_of
from tests.dossiers.outside import a_key, asked, lay_down, part_of, write, wrote
from tests.world import PDF, DossierStory, World


@pytest.fixture
def insurance(world: World) -> Agency:
    """The insurance outside, with the process that asks it."""
    return lay_down(world)


@pytest.fixture
def carrier() -> Iterator[FakeProvider]:
    """A carrier that keeps what it was given."""
    fake = FakeProvider()
    with providers.using(fake):
        yield fake


def _kinds(story: DossierStory) -> list[str]:
    return [entry.kind.removeprefix("dossier.") for entry in history_of(part_of(story).id)]


def _messages(carrier: FakeProvider) -> list[dict[str, Any]]:
    return [json.loads(parcel.text) for channel, parcel in carrier.sent if channel == "partner"]


# --- what they are told ---------------------------------------------------------------------------------------


def test_a_part_outside_gets_a_message_and_no_tasks(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    key = a_key(world, insurance)
    story = asked(world)
    part = part_of(story)
    assert (part.state, marking_of(part.id), open_tasks_of(part.id)) == ("in_progress", (), [])
    assert (marking_of(story.dossier.id), part.number) == (("insurance",), "X1.8-261106-0001")
    outbox()
    assert send_partner_messages(at=world.at) == 1

    [message] = _messages(carrier)
    assert signature_holds(message, by=signing_key(key))
    assert message["signature"]["key"] == read_key(key)[0]
    assert (message["schema"], message["kind"], message["asked"]) == (
        "motcua.partner/1", "asked", "Cấp thẻ BHYT",
    )  # fmt: skip
    assert message["part"] == {
        "number": "X1.8-261106-0001",
        "asked_at": "2026-11-06T09:00:00+07:00",
        "due_at": "2026-11-09T17:00:00+07:00",
    }
    assert message["whole"] == {"number": story.dossier.number}
    assert message["procedure"] == {"code": "9.000001", "name": "Xác nhận thử nghiệm"}
    assert (message["to"]["key"], message["from"]["key"]) == ("bhxh", "xa-mot")
    stored = StoredFile.objects.get(subject_id=story.dossier.id, name="to.pdf", sha256__gt="", id__in=[
        paper["id"] for paper in message["papers"][:1]
    ])  # fmt: skip
    assert [paper["title"] for paper in message["papers"]] == ["Tờ khai", "Giấy chứng nhận"]
    assert (message["papers"][0]["sha256"], message["papers"][0]["size"]) == (stored.sha256, len(PDF))
    assert message["papers"][0]["link"].endswith(f"/parts/{part.number}/papers/{stored.id}")
    assert _kinds(story) == ["partner_asked", "partner_message_sent"]


def test_a_message_names_no_person(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    a_key(world, insurance)
    asked(world)
    outbox()
    send_partner_messages(at=world.at)
    text = json.dumps(_messages(carrier), ensure_ascii=False)
    assert not [said for said in ("Ánh", "066190900017", "0912345678", "Xin xác nhận") if said in text]


def test_a_changed_message_does_not_fit_its_signature(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    key, other = a_key(world, insurance), a_key(world, insurance, beside=True)
    asked(world)
    outbox()
    send_partner_messages(at=world.at)
    [message] = _messages(carrier)
    # Signed by the newest of two that hold.
    assert [signature_holds(message, by=signing_key(one)) for one in (key, other)] == [False, True]
    changed = json.loads(json.dumps(message))
    changed["part"]["due_at"] = "2027-01-01T17:00:00+07:00"
    assert not signature_holds(changed, by=signing_key(other))
    assert not signature_holds({name: message[name] for name in message if name != "signature"}, by=b"")


def test_the_reaction_run_twice_queues_once(world: World, insurance: Agency, outbox: Any) -> None:
    story = asked(world)
    outbox()
    event = Event.objects.get(kind="dossier.partner_asked")
    assert actions.queue_partner_messages(event.id, event.kind, event.subject_id, at=world.at) == 0
    assert PartnerMessage.objects.filter(part=part_of(story)).count() == 1


def test_a_carrier_that_fails_is_tried_again_later_and_each_try_is_seen(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    a_key(world, insurance)
    story = asked(world)
    carrier.failures = 2
    outbox()
    for minutes in (0, 0.9, 1, 2.9):
        assert send_partner_messages(at=world.at + timedelta(minutes=minutes)) == 0
    [waiting] = messages_waiting()
    assert (waiting.attempts, waiting.agency, waiting.purpose) == (2, "bhxh", "asked")
    assert waiting.last_error == "ConnectionError: the carrier does not answer"
    assert send_partner_messages(at=world.at + timedelta(minutes=3)) == 1
    assert send_partner_messages(at=world.at + timedelta(days=1)) == 0
    assert messages_waiting() == []
    assert len(_messages(carrier)) == 1
    assert _kinds(story).count("partner_message_sent") == 1


def test_without_a_key_the_message_waits_and_says_so_and_goes_when_there_is_one(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    asked(world)
    outbox()
    assert send_partner_messages(at=world.at) == 0
    assert messages_waiting()[0].last_error.startswith("NoKey")
    key = a_key(world, insurance)
    assert send_partner_messages(at=world.later(minutes=1)) == 1
    assert signature_holds(_messages(carrier)[0], by=signing_key(key))


def test_the_folder_of_the_agency_holds_each_message_once(
    world: World, insurance: Agency, outbox: Any
) -> None:
    a_key(world, insurance)
    asked(world)
    outbox()
    # A worker that dies after the file was written and before that is noted writes it again.
    with transaction.atomic():
        assert send_partner_messages(at=world.at) == 1
        transaction.set_rollback(True)
    assert len(messages_waiting()) == 1
    assert send_partner_messages(at=world.at) == 1
    folder = Path(settings.MOTCUA_MESSAGES) / "partners" / "bhxh"
    [file] = folder.iterdir()
    assert json.loads(file.read_text("utf-8"))["id"] == file.stem
    assert {place.stat().st_mode & 0o777 for place in (folder, folder.parent, folder.parent.parent)} == {
        0o700
    }
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_withdrawn_whole_calls_the_agency_off_after_it_was_asked(
    world: World, insurance: Agency, outbox: Any, carrier: FakeProvider
) -> None:
    a_key(world, insurance)
    story = asked(world)
    carrier.failures = 1
    outbox()
    assert send_partner_messages(at=world.at) == 0
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.later(seconds=10))
    outbox()
    # What calls off waits for what asks, whose turn comes only after a minute.
    assert send_partner_messages(at=world.at) == 0
    assert send_partner_messages(at=world.later(minutes=2)) == 2
    assert [message["kind"] for message in _messages(carrier)] == ["asked", "called_off"]
    assert "papers" not in _messages(carrier)[1]
    assert part_of(story).state == "withdrawn"


def test_papers_that_are_given_anew_are_told(world: World, outbox: Any, carrier: FakeProvider) -> None:
    a_key(world, lay_down(world, beside=True))
    story = asked(world)
    outbox()
    send_partner_messages(at=world.at)
    write(world, story, "supplement_needed")
    _pause(world, story)
    world.later(minutes=5)
    story.attach("to-khai", PDF + b"% moi")
    actions.resubmit_dossier(story.dossier, by=world.as_actor("dan"), at=world.at)
    outbox()
    send_partner_messages(at=world.at)
    first, second = _messages(carrier)
    assert (second["kind"], len(second["papers"])) == ("papers_changed", 2)
    hashes = [{paper["component"]: paper["sha256"] for paper in one["papers"]} for one in (first, second)]
    assert hashes[0]["to-khai"] != hashes[1]["to-khai"]
    assert hashes[0]["giay-chung"] == hashes[1]["giay-chung"]


def test_what_was_said_stays_said(world: World, insurance: Agency, outbox: Any) -> None:
    a_key(world, insurance)
    story = asked(world)
    outbox()
    send_partner_messages(at=world.at)
    write(world, story, "working")
    for statement in (
        "UPDATE dossiers_partnermessage SET state = 'waiting'",
        "DELETE FROM dossiers_partnermessage",
        "UPDATE dossiers_partnerreply SET said = 'granted'",
        "DELETE FROM dossiers_partnerreply",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_key_is_kept_as_a_hash_and_a_new_one_ends_it(world: World, insurance: Agency) -> None:
    first = a_key(world, insurance)
    row = PartnerKey.objects.get()
    kept = b"".join(bytes(part) for part in (row.digest, row.signing_sealed)) + row.mark.encode()
    assert read_key(first)[1].encode() not in kept
    second = a_key(world, insurance, beside=True)
    assert PartnerKey.objects.filter(ended_at__isnull=True).count() == 2
    third = a_key(world, insurance)
    assert [row.mark for row in PartnerKey.objects.filter(ended_at__isnull=True)] == [read_key(third)[0]]
    assert len({first, second, third}) == 3


def test_an_agency_inside_gets_no_key(world: World) -> None:
    with pytest.raises(UnableToMakeKey):
        a_key(world, world.commune)
    assert PartnerKey.objects.count() == 0


# --- what they answer -----------------------------------------------------------------------------------------


def test_a_granted_answer_ends_the_part_and_the_whole_goes_on(
    world: World, insurance: Agency, outbox: Any
) -> None:
    story = asked(world)
    world.later(hours=1)
    reply = write(world, story, "granted")
    part = part_of(story)
    assert (reply.standing, part.state, part.outcome) == ("taken", "returned", "granted")
    assert part.finished_at == part.returned_at == world.at
    result = Result.objects.get(dossier=part)
    assert (result.title, result.number, result.outcome) == ("Thẻ BHYT", "TE 1", "granted")
    assert StoredFile.objects.get(id=result.file_id).subject_id == part.id
    assert [row.kind for row in part.clock.order_by("place")] == ["start", "stop"]
    assert _kinds(story) == ["partner_asked", "partner_replied", "decided", "partner_answered"]

    assert story.reload().dossier.state == "in_progress"
    outbox()
    assert story.reload().dossier.state == "decided"
    assert [task.step for task in open_tasks_of(story.dossier.id)] == ["return"]
    assert list(differing(every=True)) == []


def test_a_refusal_takes_the_error_path(world: World, outbox: Any) -> None:
    lay_down(world, error=True)
    story = asked(world)
    write(world, story, "refused")
    part = part_of(story)
    assert (part.state, part.outcome, part.result.summary) == ("returned", "refused", "Thiếu nơi cư trú")
    outbox()
    assert marking_of(story.dossier.id) == ("explain",)


@pytest.mark.parametrize("said", ["accepted", "working", "supplement_needed"])
def test_news_moves_nothing_and_is_kept(world: World, insurance: Agency, outbox: Any, said: str) -> None:
    story = asked(world)
    before = part_of(story).revision
    write(world, story, said, note="Cần giấy tạm trú")
    outbox()
    assert (part_of(story).state, part_of(story).revision) == ("in_progress", before)
    assert marking_of(story.dossier.id) == ("insurance",)
    last = last_reply_of(part_of(story).id)
    assert last is not None
    assert (last.said, last.note) == (said, "Cần giấy tạm trú")
    # What people write may name somebody: it stands in no event.
    assert "tạm trú" not in "".join(Event.objects.values_list("canonical", flat=True))


def test_who_works_on_the_whole_hears_of_a_missing_paper_and_of_nothing_else(
    world: World, outbox: Any
) -> None:
    lay_down(world, beside=True)
    story = asked(world)
    outbox()
    Message.objects.all().delete()
    write(world, story, "working", 2)
    write(world, story, "supplement_needed", 1)
    outbox()
    assert Message.objects.count() == 0, "one that was overtaken asks for nothing"
    write(world, story, "supplement_needed", 3, note="Thiếu giấy tạm trú")
    outbox()
    told = list(Message.objects.order_by("recipient"))
    assert [message.recipient for message in told] == ["xa-mot.head", "xa-mot.specialist"]
    assert {message.title for message in told} == {
        f"Bảo hiểm xã hội tỉnh Thử báo hồ sơ {story.dossier.number} còn thiếu giấy tờ"
    }
    assert f"/quay/ho-so/{story.dossier.id}/" in told[0].text
    assert "tạm trú" not in told[0].text


def test_the_same_message_again_gets_the_same_reply_and_moves_nothing(
    world: World, insurance: Agency, outbox: Any
) -> None:
    story = asked(world)
    first = write(world, story, "granted")
    outbox()
    events, revision = Event.objects.count(), story.reload().dossier.revision
    world.later(hours=2)
    again = write(world, story, "granted")
    outbox()
    assert (again.id, again.at, again.standing) == (first.id, first.at, "taken")
    assert (Event.objects.count(), story.reload().dossier.revision) == (events, revision)
    assert (PartnerReply.objects.count(), Result.objects.filter(dossier=part_of(story)).count()) == (1, 1)


def test_another_message_under_the_same_id_is_not_taken(world: World, insurance: Agency) -> None:
    story = asked(world)
    write(world, story, "working", message_id="m")
    with pytest.raises(UnableToAnswer) as refused:
        write(world, story, "granted", 2, message_id="m")
    assert (refused.value.code, refused.value.field) == ("message_differs", "message_id")
    with pytest.raises(UnableToAnswer):
        write(world, story, "working", message_id="m", note="khác")
    assert part_of(story).state == "in_progress"


def test_the_file_belongs_to_what_the_message_says(world: World, insurance: Agency) -> None:
    story = asked(world)
    write(world, story, "granted", message_id="m")
    with pytest.raises(UnableToAnswer):
        write(world, story, "granted", message_id="m", document=(PDF + b"%", "the.pdf"))


def test_a_message_that_was_overtaken_is_kept_and_moves_nothing(world: World, insurance: Agency) -> None:
    story = asked(world)
    write(world, story, "working", 5)
    for said, sequence in (("granted", 4), ("refused", 5), ("accepted", 1)):
        assert write(world, story, said, sequence).standing == "overtaken"
    assert (part_of(story).state, Result.objects.filter(dossier=part_of(story)).count()) == ("in_progress", 0)
    assert StoredFile.objects.filter(subject_id=part_of(story).id).count() == 0
    # What was overtaken sets no mark of its own.
    assert write(world, story, "granted", 6).standing == "taken"
    assert write(world, story, "working", 2).standing == "overtaken"
    assert [row.standing for row in replies_of(part_of(story).id)].count("overtaken") == 4


def test_after_the_result_a_newer_message_is_kept_and_refused(
    world: World, insurance: Agency, outbox: Any
) -> None:
    story = asked(world)
    write(world, story, "granted", 1)
    outbox()
    late = write(world, story, "refused", 2)
    assert (late.standing, late.code) == ("refused", "answered_before")
    # It was not taken, so it overtakes nobody.
    assert write(world, story, "working", 2).standing == "refused"
    assert (part_of(story).outcome, story.reload().dossier.state) == ("granted", "decided")


def test_an_answer_for_a_withdrawn_dossier_is_kept_and_moves_nothing(
    world: World, insurance: Agency, outbox: Any
) -> None:
    story = asked(world)
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    reply = write(world, story, "granted")
    outbox()
    assert (reply.standing, reply.code) == ("refused", "called_off")
    assert (part_of(story).state, story.reload().dossier.state) == ("withdrawn", "withdrawn")
    assert Result.objects.filter(dossier=part_of(story)).count() == 0
    assert replies_of(part_of(story).id)[0].result_title == "Thẻ BHYT"


def _pause(world: World, story: DossierStory) -> None:
    actions.request_supplement(
        story.dossier, faults=[FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")], ground="Điều 15",
        by=story.staff("specialist"), at=world.at,
    )  # fmt: skip
    story.reload()


def test_an_answer_while_the_whole_is_paused_is_taken_and_waits(world: World, outbox: Any) -> None:
    lay_down(world, beside=True)
    story = asked(world)
    _pause(world, story)
    assert write(world, story, "granted").standing == "taken"
    outbox()
    assert (part_of(story).state, story.reload().dossier.state) == ("returned", "paused")
    assert marking_of(story.dossier.id) == ("insurance", "register")
    world.later(hours=3)
    story.resubmitted()
    assert story.dossier.state == "in_progress"
    assert marking_of(story.dossier.id) == ("f6", "register")


def test_a_late_partner_outside_is_late_by_name_and_may_answer(
    world: World, insurance: Agency, outbox: Any
) -> None:
    story = asked(world)
    write(world, story, "accepted")
    [waiting] = parts_waiting(at=world.at)
    assert (waiting.agency, waiting.number, waiting.late, waiting.said) == (
        "bhxh", "X1.8-261106-0001", False, "accepted",
    )  # fmt: skip
    world.later(days=4)
    assert parts_waiting(at=world.at)[0].late
    write(world, story, "granted", 2)
    outbox()
    taken = [row for row in history_of(story.dossier.id) if row.kind == "dossier.partner_answer_taken"]
    assert [row.data["late"] for row in taken] == [True]
    assert parts_waiting(at=world.at) == []


def test_a_part_inside_is_no_part_outside(world: World) -> None:
    from tests.dossiers.interconnected import lay_down as inside
    from tests.dossiers.interconnected import signed

    inside(world)
    signed(world, world.a_dossier())
    assert parts_waiting(at=world.at) == []


@pytest.mark.parametrize(
    ("said", "changes", "code", "field"),
    [
        ("granted", {"title": " "}, "title_needed", "result.title"),
        ("refused", {"note": ""}, "note_needed", "note"),
        ("supplement_needed", {"note": " "}, "note_needed", "note"),
        ("working", {"document": (PDF, "a.pdf")}, "file_without_result", "result.file"),
        ("granted", {"document": (b"", "a.pdf")}, "empty", "result.file"),
        ("granted", {"document": (b"MZ\x90\0" * 50, "a.exe")}, "not_accepted", "result.file"),
        ("granted", {"document": (PDF, "a.png")}, "not_what_it_says", "result.file"),
        ("granted", {"document": (PDF * 100, "a.pdf")}, "too_large", "result.file"),
    ],
)
def test_what_cannot_be_taken_leaves_nothing(
    world: World, insurance: Agency, settings: Any, said: str, changes: Any, code: str, field: str
) -> None:
    story = asked(world)
    settings.MOTCUA_LARGEST_FILE = 4000
    events = Event.objects.count()
    with pytest.raises(UnableToAnswer) as refused:
        write(world, story, said, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (PartnerReply.objects.count(), Event.objects.count()) == (0, events)
    assert part_of(story).state == "in_progress"
    # The same id is still free.
    assert write(world, story, said, **({"document": None} if said == "working" else {})).standing == "taken"


def test_a_failure_at_the_last_row_takes_everything_back(world: World, insurance: Agency) -> None:
    story = asked(world)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF NEW.kind = 'dossier.partner_answered' THEN RAISE 'no room'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER fails BEFORE INSERT ON journal_event FOR EACH ROW EXECUTE FUNCTION fails()
            """
        )
    events = Event.objects.count()
    with pytest.raises(DatabaseError):
        write(world, story, "granted")
    assert (PartnerReply.objects.count(), Event.objects.count()) == (0, events)
    assert (part_of(story).state, Result.objects.filter(dossier=part_of(story)).count()) == ("in_progress", 0)
    assert StoredFile.objects.filter(subject_id=part_of(story).id).count() == 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER fails ON journal_event; DROP FUNCTION fails()")
    assert write(world, story, "granted").standing == "taken"
    assert part_of(story).state == "returned"


def test_an_answer_says_the_same_only_if_all_of_it_is_the_same() -> None:
    same = wrote("granted").digest()
    assert wrote("granted").digest() == same
    for changes in (
        {"title": "khác"},
        {"number": "2"},
        {"note": "a"},
        {"document": None},
        {"document": (PDF, "b.pdf")},
    ):
        assert wrote("granted", **changes).digest() != same
    assert wrote("granted", 2, message_id=wrote("granted").message_id).digest() != same
