"""What a new version changes for dossiers that run under an earlier one: noted once, and followed where it says so."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.catalogue.actions import publish_version
from motcua.catalogue.models import Procedure
from motcua.documents.queries import slips_of
from motcua.dossiers import actions, words
from motcua.dossiers.actions import CounterPaper, FaultData
from motcua.dossiers.jobs import count_uses, note_running_dossiers
from motcua.dossiers.models import VersionChange
from motcua.dossiers.queries import (
    VersionNote,
    clock_rows,
    noted,
    papers_listed,
    tracked,
    uses_since,
)
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.rules.localday import local_day
from tests.dossiers.asking import refused
from tests.world import DossierStory, World, a_procedure

FOLLOW = {"components": {"policy": "follow", "from": "2026-11-16"}}
COPY = FaultData("ban-sao", "Thiếu", "Nộp bản sao")


def _second(world: World, in_flight: dict[str, Any] | None = None, **changes: Any) -> UUID:
    """Publish a version with one more paper, a longer limit and a fee."""
    content = a_procedure(**changes)
    content["components"].append(
        {**content["components"][0], "key": "ban-sao", "vi": "Bản sao", "en": "Copy", "required": False}
    )
    for channel in content["channels"]:
        channel["limit"] = {"unit": "working_day", "amount": 5, "cutoff": None}
        channel["fees"] = [{"kind": "amount", "vnd": 8000}]
    return publish_version(content, by=SYSTEM, at=world.at, in_flight=in_flight)


def _notes(story: DossierStory) -> list[VersionNote]:
    entries = history_of(story.dossier.id)
    return [noted(entry.data, at=entry.at) for entry in entries if entry.kind == "dossier.version_changed"]


def test_running_dossiers_are_told_once_and_others_not(committed_world: World, outbox: Any) -> None:
    world = committed_world
    running = world.a_dossier().accepted()
    paused = world.a_dossier().accepted().supplement_requested()
    world.a_dossier().returned()
    other = world.a_dossier(procedure=world.publish(a_procedure("9.000002"))).accepted()
    filed, draft = world.a_dossier().filed(), world.a_dossier()

    version = _second(world, FOLLOW)
    outbox()
    [job] = ProcrastinateJob.objects.filter(task_name=note_running_dossiers.name)
    assert (job.queue_name, job.args) == ("upkeep", {"version_id": str(version)})
    note_running_dossiers(**job.args)
    note_running_dossiers(**job.args)

    told = {row.dossier_id for row in VersionChange.objects.all()}
    assert told == {running.dossier.id, paused.dossier.id}
    [note] = _notes(running)
    assert note == VersionNote(
        2, date(2025, 7, 1), ("limit", "fees"), {"components": date(2026, 11, 16)}, world.at
    )
    assert [_notes(story) for story in (other, filed, draft)] == [[], [], []]
    [entry] = [e for e in history_of(running.dossier.id) if e.kind == "dossier.version_changed"]
    assert (entry.actor_label, entry.agency_id) == ("Hệ thống", world.commune.id)


def test_a_batch_goes_on_behind_the_last_and_a_broken_run_tells_nobody_twice(world: World) -> None:
    stories = [world.a_dossier().accepted() for _ in range(5)]
    version = _second(world)

    last = actions.note_version(version, at=world.at, most=2)
    assert last == stories[1].dossier.id
    assert actions.note_version(version, at=world.at, after=last, most=2) == stories[3].dossier.id
    assert VersionChange.objects.count() == 4

    # Begun anew after a worker died: only the fifth is left.
    assert actions.note_version(version, at=world.at, most=2) == stories[4].dossier.id
    assert actions.note_version(version, at=world.at, most=2) is None
    assert [len(_notes(story)) for story in stories] == [1] * 5


def test_the_first_version_changes_nothing_for_anybody(world: World, outbox: Any) -> None:
    outbox()
    assert not ProcrastinateJob.objects.filter(task_name=note_running_dossiers.name).exists()


def test_the_limit_and_the_promise_stay_whatever_follows(world: World) -> None:
    story = world.a_dossier().accepted()
    promised = story.dossier.promised_at
    actions.note_version(_second(world, FOLLOW), at=world.at)
    world.later(days=10)
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()

    assert story.dossier.promised_at == promised
    assert [row.limit["amount"] for row in clock_rows(story.dossier.id) if row.limit] == [3, 3]


def test_papers_may_be_asked_by_the_new_list_from_its_day_on(world: World) -> None:
    story = world.a_dossier().accepted()
    _second(world, FOLLOW)
    by = story.staff("specialist")

    with refused("not_listed"):
        actions.request_supplement(story.dossier, faults=[COPY], ground="Điều 15", by=by, at=world.at)
    world.later(days=10)  # Monday 16/11
    actions.request_supplement(story.dossier, faults=[COPY], ground="Điều 15", by=by, at=world.at)

    assert story.reload().dossier.state == "paused"
    assert "supplement" in {slip.kind.key for slip in slips_of(story.dossier.id)}
    with refused("nothing_resubmitted"):
        actions.resubmit_dossier(story.dossier, by=by, at=world.at)
    papers = [CounterPaper("ban-sao", "paper", copies=1)]
    actions.resubmit_at_counter(story.dossier, papers=papers, by=story.staff("receiver"), at=world.at)
    assert story.reload().dossier.state == "in_progress"


def test_a_version_that_says_nothing_of_papers_leaves_them(world: World) -> None:
    story = world.a_dossier().accepted()
    _second(world)
    world.later(days=30)

    keys = [item.key for item in papers_listed(story.dossier, on=local_day(world.at))]
    assert keys == ["to-khai", "giay-chung", "anh"]


def test_a_dossier_that_is_not_yet_accepted_is_asked_by_the_list_that_acceptance_will_take(
    world: World,
) -> None:
    story = world.a_dossier().filed()
    _second(world)

    actions.request_supplement(
        story.dossier, faults=[COPY], ground="Điều 15", by=story.staff("receiver"), at=world.at
    )

    assert story.reload().dossier.state == "awaiting_applicant"
    story.attach("ban-sao")
    actions.resubmit_dossier(story.dossier, by=world.as_actor("dan"), at=world.at)
    assert story.reload().accepted().dossier.state == "in_progress"


def test_a_new_list_without_the_dossiers_case_asks_for_nothing_new(world: World) -> None:
    both = a_procedure("9.000007")
    both["cases"].append({"key": "urgent", "vi": "Gấp", "en": "Urgent"})
    both["channels"] += [channel | {"case": "urgent"} for channel in both["channels"]]
    story = world.a_dossier(procedure=world.publish(both))
    actions.save_office(
        story.dossier, agency_id=world.commune.id, case="urgent", delivery="desk", at=world.at
    )
    story.reload().accepted()
    _second(world, {"components": {"policy": "follow", "from": None}}, code="9.000007")

    keys = [item.key for item in papers_listed(story.dossier, on=local_day(world.at))]
    assert keys == ["to-khai", "giay-chung", "anh"]


def test_a_dossier_accepted_before_a_published_version_begins_is_told_at_acceptance(world: World) -> None:
    _second(world, FOLLOW, effective_from="2026-12-01")
    story = world.a_dossier().accepted()

    [note] = _notes(story)
    assert (note.number, note.effective_from) == (2, date(2026, 12, 1))
    assert [entry.kind for entry in history_of(story.dossier.id)][-2:] == [
        "dossier.accepted", "dossier.version_changed",
    ]  # fmt: skip


def test_who_follows_a_dossier_reads_what_changed_in_the_same_one_query(
    world: World, django_assert_num_queries: Any
) -> None:
    story = world.a_dossier().accepted()
    secret = bytes(story.dossier.secret)
    facts = tracked(secret, on=local_day(world.at))
    assert facts is not None
    assert facts.changes == ()
    actions.note_version(_second(world, FOLLOW), at=world.at)

    with django_assert_num_queries(1):
        facts = tracked(secret, on=local_day(world.at))

    assert facts is not None
    assert facts.changes == tuple(_notes(story))


@pytest.mark.parametrize(
    ("stays", "follows", "fields", "said"),
    [
        (
            ("limit", "steps"), {"components": None}, None,
            "Phiên bản 3 của thủ tục (từ 1/12/2026): giấy tờ theo bản mới; trình tự giữ như cũ; "
            "thời hạn giữ như đã hẹn.",
        ),
        (
            ("limit", "steps"), {"fees": date(2027, 1, 1)}, words.FOR_APPLICANT,
            "Phiên bản 3 của thủ tục (từ 1/12/2026): phí, lệ phí theo bản mới từ 1/1/2027; "
            "thời hạn giữ như đã hẹn.",
        ),
        (("steps",), {"legal_bases": None}, words.FOR_APPLICANT, ""),
        ((), {}, None, ""),
    ],
)  # fmt: skip
def test_what_changed_is_said_in_plain_words(
    friday: Any, stays: tuple[str, ...], follows: dict[str, date | None], fields: Any, said: str
) -> None:
    note = VersionNote(3, date(2026, 12, 1), stays, follows, friday)
    with override("vi"):
        found = words.version_change(note, fields=fields) if fields else words.version_change(note)
    assert found == said


def test_uses_are_what_was_filed_in_the_last_year(committed_world: World) -> None:
    world = committed_world
    other = world.publish(a_procedure("9.000002"))
    world.a_dossier().filed()
    world.later(seconds=1)
    since = world.at
    world.a_dossier().filed()
    world.a_dossier(procedure=other).filed()
    world.a_dossier(procedure=other).accepted()
    world.a_dossier()
    world.later(seconds=1)
    counts = uses_since(since, until=world.at)
    assert counts == {world.procedure.procedure_id: 1, other.procedure_id: 2}

    with clock.freeze(world.at):
        count_uses(0)

    assert dict(Procedure.objects.values_list("code", "uses")) == {"9.000001": 2, "9.000002": 2}
