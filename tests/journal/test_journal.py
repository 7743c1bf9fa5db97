"""The journal: what was recorded stays, and a changed past shows."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.catalogue.actions import Finding, check_postings, import_records, post_versions, publish_version
from motcua.catalogue.models import Posting
from motcua.catalogue.sources.reading import Held, Reading, Reason
from motcua.dossiers.access import dossier_for
from motcua.dossiers.actions import (
    comment_inside,
    note_late_cause,
    note_version,
    reopen_dossier,
    warn_of_deadlines,
)
from motcua.journal import actions
from motcua.journal.actions import record, seal_settled
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.models import Batch, BatchMember, Event
from motcua.journal.queries import broken_seals, chain_digest, history_of
from motcua.kit.ids import uuid7
from motcua.ops.database import APPEND_ONLY
from motcua.organisation.actions import TerritoryData, register_territories
from motcua.organisation.queries import duties_of
from motcua.rules.lateness import Cause
from motcua.rules.localday import local_day
from tests.dossiers.outside import asked, lay_down, write
from tests.dossiers.reorganised import a_merger, applied
from tests.world import START, DossierStory, World, a_procedure

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def lived(world: World) -> World:
    """A province in which every table that only grows has rows, all events sealed in three batches."""
    story = world.a_dossier().decided()
    user = world.people["xa-mot.leader"]
    dossier_for(
        user, story.dossier.id, duties=duties_of(user, on=local_day(world.at)), purpose="test", at=world.at
    )
    reopen_dossier(
        story.dossier, decision_number="12/QĐ", decided_on=local_day(world.at), reason="Sai họ tên",
        by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    late = world.a_dossier().accepted()
    comment_inside(late.dossier, text="Đã gọi điện", by=late.staff("specialist"), at=world.at)
    _hear_from_outside(world)
    _keep_the_catalogue(world)
    _come_too_late(world, late)
    _become_one(world)
    world.later(minutes=5)
    while seal_settled(at=world.at, most=20):
        pass
    return world


def _keep_the_catalogue(world: World) -> None:
    """Check a notice board, hold a record back, and publish a version over a running dossier."""
    world.a_dossier().accepted()
    day, at = local_day(world.at), world.at
    place: dict[str, Any] = {"agency_id": world.commune.id, "by": SYSTEM, "at": at}
    post_versions([world.procedure.id], place="Sảnh", posted_on=day, **place)
    check_postings({Posting.objects.get().id: Finding("in_place")}, **place)
    held = Reading("9.000301", "Thử", {}, held=[Held("name", Reason.OTHER_PROCEDURE)])
    import_records([("tep.jsonl", [held])], lists=(), by=SYSTEM, at=at)
    version = publish_version(a_procedure(decision="9/QĐ-BT", steps=[{"vi": "Nộp"}]), by=SYSTEM, at=at)
    note_version(version, at=at)


def _come_too_late(world: World, story: DossierStory) -> None:
    """Let a dossier be warned of on its day, and run past it."""
    warn_of_deadlines(at=world.later(days=5))
    note_late_cause(story.dossier, cause=Cause.WORKLOAD, by=SYSTEM, at=world.later(days=1))


def _become_one(world: World) -> None:
    """Let two communes and a territory become new ones."""
    places = [TerritoryData("p1", "Xã Một", "", "commune", "")]
    register_territories(places, valid_from=START, legal_basis="", by=SYSTEM, at=world.at)
    territory = {
        "op": "territory",
        "code": "p2",
        "name": "Xã Mới",
        "kind": "commune",
        "from": [{"code": "p1"}],
    }
    applied(world, [territory, *a_merger()], on=local_day(world.at) + timedelta(days=1))


def _hear_from_outside(world: World) -> None:
    """Let an agency outside the system write about its part."""
    lay_down(world)
    write(world, asked(world), "working")


def _rows(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


def test_what_was_written_once_is_neither_changed_nor_removed(lived: World) -> None:
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            rows = _rows(cursor, table)
            assert rows > 0, table
            columns = connection.introspection.get_table_description(cursor, table)
            column = next(c.name for c in columns if c.name not in ("id", "event_id", "number"))
            for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
                with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
                    cursor.execute(statement)
            assert _rows(cursor, table) == rows


def test_models_refuse_as_the_database_does(lived: World) -> None:
    event = Event.objects.all()[0]
    event.actor_label = "Người khác"
    for change in (event.save, event.delete, lambda: Event.objects.update(data={})):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_event_keeps_its_bytes_and_their_digest(db: None, something: Any) -> None:
    subject, agency, person = uuid7(), uuid7(), uuid7()
    with transaction.atomic():
        key = record(something(subject, what="đã làm"), by=Actor(person, "Cán bộ A"), at=AT, agency_id=agency)

    row = Event.objects.get(id=key)
    assert hashlib.sha256(row.canonical.encode()).digest() == bytes(row.digest)
    assert json.loads(row.canonical) == {
        "id": str(key),
        "kind": "test.done",
        "schema": 3,
        "at": "2026-11-06T02:00:00+00:00",
        "subject": ["test", str(subject)],
        "actor": [str(person), "Cán bộ A"],
        "agency": str(agency),
        "data": {"what": "đã làm"},
    }
    assert row.canonical.startswith('{"actor":[')  # keys in order, no spaces: the same bytes anywhere
    [entry] = history_of(subject)
    assert (entry.kind, entry.at, entry.actor_label, entry.agency_id) == ("test.done", AT, "Cán bộ A", agency)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(something: Any) -> None:
    with pytest.raises(RuntimeError):
        record(something(uuid7(), what="một mình"), by=SYSTEM, at=AT)
    assert not Event.objects.exists()


def test_batches_chain_and_cover_everything_once(lived: World) -> None:
    batches = list(Batch.objects.order_by("number"))
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert len(batches) >= 2
    assert BatchMember.objects.count() == Event.objects.count() == sum(batch.count for batch in batches)
    before = b""
    for batch in batches:
        members = batch.members.order_by("place").values_list("event__digest", flat=True)
        assert bytes(batch.previous) == before
        before = chain_digest(before, [bytes(digest) for digest in members])
        assert bytes(batch.digest) == before
    assert broken_seals() == []
    assert seal_settled(at=lived.at) == 0


def test_what_may_still_be_committing_is_not_sealed_yet(db: None, something: Any) -> None:
    with transaction.atomic():
        record(something(uuid7(), what="x"), by=SYSTEM, at=AT)

    assert seal_settled(at=AT + actions.SETTLED) == 0
    assert seal_settled(at=AT + actions.SETTLED + timedelta(microseconds=1)) == 1


def test_an_event_committed_late_is_sealed_with_the_next_batch(db: None, something: Any) -> None:
    with transaction.atomic():
        record(something(uuid7(), what="one"), by=SYSTEM, at=AT)
    seal_settled(at=AT + timedelta(minutes=10))
    with transaction.atomic():
        late = record(something(uuid7(), what="two"), by=SYSTEM, at=AT - timedelta(minutes=1))

    assert seal_settled(at=AT + timedelta(minutes=20)) == 1
    assert BatchMember.objects.get(event_id=late).batch_id == 2
    assert broken_seals() == []


@pytest.fixture
def tamper(lived: World) -> Iterator[Any]:
    """Change a table as only its owner can, with the guard taken off."""

    def run(table: str, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
            cursor.execute(statement)
            assert cursor.rowcount > 0
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")

    assert broken_seals() == []
    yield run
    assert broken_seals() != []


_ONE = "WHERE id = (SELECT id FROM journal_event ORDER BY recorded_at, id LIMIT 1)"


@pytest.mark.parametrize(
    "change",
    [
        "actor_label = 'Không phải tôi'",
        "data = '{}'",
        "recorded_at = recorded_at - interval '1 day'",
        "subject_id = gen_random_uuid()",
        "agency_id = gen_random_uuid()",
        "kind = 'dossier.accepted'",
        "canonical = replace(canonical, '\"actor\"', '\"act0r\"')",
    ],
)
def test_a_changed_event_is_found(tamper: Any, change: str) -> None:
    tamper("journal_event", f"UPDATE journal_event SET {change} {_ONE}")
    assert len(broken_seals()) == 1


def test_an_event_rewritten_with_a_fitting_digest_is_found_by_its_seal(tamper: Any) -> None:
    forged = (
        "UPDATE journal_event SET digest = sha256(convert_to(c, 'UTF8')), canonical = c, actor_label = 'X' "
    )
    source = "FROM (SELECT id AS i, jsonb_set(canonical::jsonb, '{actor,1}', '\"X\"')::text AS c FROM journal_event "
    tamper("journal_event", forged + source + "ORDER BY recorded_at, id LIMIT 1) AS f WHERE id = f.i")
    assert broken_seals() == ["batch 1: the seal does not fit"]


def test_a_removed_event_is_found(tamper: Any) -> None:
    first = "(SELECT event_id FROM journal_batchmember WHERE batch_id = 2 ORDER BY place LIMIT 1)"
    tamper("journal_batchmember", f"DELETE FROM journal_batchmember WHERE event_id = {first}")
    assert "batch 2: a link or a member is missing" in broken_seals()


def test_a_removed_batch_is_found(tamper: Any) -> None:
    tamper("journal_batchmember", "DELETE FROM journal_batchmember WHERE batch_id = 1")
    tamper("journal_batch", "DELETE FROM journal_batch WHERE number = 1")
    assert "batch 2: a link or a member is missing" in broken_seals()


def test_an_event_slipped_into_the_past_is_found(lived: World, something: Any) -> None:
    with transaction.atomic():
        key = record(something(uuid7(), what="lùi ngày"), by=SYSTEM, at=lived.at - timedelta(days=40))
    while seal_settled(at=lived.at + timedelta(hours=1)):
        pass
    assert broken_seals() == [f"event {key}: older than the seals, yet in none"]
