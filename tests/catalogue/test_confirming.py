"""A person settles doubts: agrees, corrects, asks; never twice, never unseen, never without a value."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from motcua.catalogue import queries
from motcua.catalogue.actions import UnableToConfirm, accept_all, accept_doubt, ask_about, correct
from motcua.catalogue.models import ProcedureDoubt, ProcedureVersion
from motcua.catalogue.sources.reading import Doubt, Reason
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.queries import history_of
from motcua.kit.ids import uuid7
from tests.catalogue.test_importing import a_reading, bring, channel
from tests.world import World, a_procedure

MAI = Actor(uuid7(), "Lê Thị Mai")
UNIT = Doubt("channel.counter.limit", "1", "", Reason.UNKNOWN_UNIT)


def imported(world: World, *doubts: Doubt, **changes: Any) -> UUID:
    bring(world, a_reading("9.000101", doubts, **changes))
    return ProcedureVersion.objects.get(procedure__code="9.000101").procedure_id


def row(procedure_id: UUID, field: str) -> ProcedureDoubt:
    return ProcedureDoubt.objects.get(procedure_id=procedure_id, field=field)


def test_agreeing_keeps_who_and_when_and_stands_in_the_history(world: World) -> None:
    procedure = imported(world)
    accept_doubt(row(procedure, "limits").id, by=MAI, at=world.at)

    settled = queries.doubts_of(procedure)[0]
    assert (settled.state, settled.decided_label, settled.decided_at) == ("accepted", MAI.label, world.at)
    assert history_of(procedure)[-1].data["decision"] == "accepted"


def test_what_another_person_settled_cannot_be_settled_again(world: World) -> None:
    procedure = imported(world)
    doubt = row(procedure, "limits").id
    accept_doubt(doubt, by=MAI, at=world.at)

    for again in (
        lambda: accept_doubt(doubt, by=SYSTEM, at=world.at),
        lambda: ask_about(doubt, question="Sao?", by=SYSTEM, at=world.at),
        lambda: correct(procedure, doubt=doubt, field="limits", value=None, note="", by=SYSTEM, at=world.at),
    ):
        with pytest.raises(UnableToConfirm) as refused:
            again()
        assert (refused.value.code, refused.value.facts["who"]) == ("not_open", MAI.label)


def test_nobody_can_agree_with_a_limit_of_which_nothing_was_read(world: World) -> None:
    procedure = imported(world, UNIT, channels=[channel(None, "1")])
    for doubt in ("channel.counter.limit", "limits"):
        with pytest.raises(UnableToConfirm) as refused:
            accept_doubt(row(procedure, doubt).id, by=MAI, at=world.at)
        assert refused.value.code == "nothing_read"
    both = [found.id for found in queries.doubts_of(procedure)]
    with pytest.raises(UnableToConfirm):
        accept_all(procedure, doubts=both, by=MAI, at=world.at)
    assert queries.open_doubts(procedure) == {"channel.counter.limit", "limits"}


def test_a_correction_is_a_new_version_and_settles_its_doubt(world: World) -> None:
    procedure = imported(world, UNIT, channels=[channel(None, "1")])
    limit = {"unit": "same_day", "amount": 1, "cutoff": "15:00"}
    doubt = row(procedure, "channel.counter.limit")
    id = correct(
        procedure, doubt=doubt.id, field=doubt.field, value=limit, note="Hộ tịch", by=MAI, at=world.at
    )

    version = queries.published(id)
    assert (version.number, version.record.channels[0].limit) == (2, limit)
    assert version.record.channels[0].limit_doubt is None
    assert queries.versions_of("9.000101")[0].label == MAI.label
    doubt.refresh_from_db()
    assert (doubt.state, doubt.value, doubt.note) == ("corrected", limit, "Hộ tịch")
    # Now that every limit is known, the limits as a whole can be agreed with.
    accept_doubt(row(procedure, "limits").id, by=MAI, at=world.at)
    assert queries.open_doubts(procedure) == frozenset()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("channel.counter.limit", {"unit": "day", "amount": 3, "cutoff": None}, "bad_value"),
        ("channel.counter.fee", [{"kind": "amount", "vnd": 20}], "bad_value"),
        ("channel.online.limit", None, "no_such_field"),
        ("component.khong-co", {"originals": 1}, "no_such_field"),
        ("component.anh", {"name": "x"}, "no_such_field"),
        ("name", "Tên khác", "no_such_field"),
    ],
)
def test_a_value_that_is_none_is_refused_and_nothing_changes(
    world: World, field: str, value: Any, code: str
) -> None:
    procedure = imported(world, channels=[channel(3, "3 Ngày làm việc")])
    with pytest.raises(UnableToConfirm) as refused:
        correct(procedure, doubt=None, field=field, value=value, note="", by=MAI, at=world.at)
    assert refused.value.code == code
    assert ProcedureVersion.objects.filter(procedure_id=procedure).count() == 1


def test_how_a_procedure_is_offered_here_is_set_by_hand_and_survives_an_import(world: World) -> None:
    procedure = imported(world)
    value = {"service_level": "full", "partial_reason": None, "run_by": "local"}
    for level in ("information", "full"):
        correct(
            procedure,
            doubt=None,
            field="service",
            value=value | {"service_level": level},
            note="",
            by=MAI,
            at=world.at,
        )
    bring(world, a_reading("9.000101", decision="9/QĐ-BT"))

    newest = ProcedureVersion.objects.filter(procedure_id=procedure).latest("number")
    assert (newest.service_level, newest.content["decision"]) == ("full", "9/QĐ-BT")
    assert ProcedureDoubt.objects.filter(procedure_id=procedure, field="service").count() == 1


def test_a_question_goes_on_waiting(world: World) -> None:
    procedure = imported(world)
    doubt = row(procedure, "limits").id
    with pytest.raises(UnableToConfirm):
        ask_about(doubt, question="  ", by=MAI, at=world.at)
    ask_about(doubt, question="Đúng theo quyết định nào?", by=MAI, at=world.at)

    assert queries.open_doubts(procedure) == {"limits"}
    assert [line.code for line in queries.doubt_queue(state="asked")] == ["9.000101"]
    accept_doubt(doubt, by=SYSTEM, at=world.at)
    assert queries.open_doubts(procedure) == frozenset()


def test_agreeing_with_all_settles_what_was_seen_and_nothing_else(world: World) -> None:
    fee = Doubt("channel.counter.fee", "Miễn phí 20", "", Reason.FREE_BESIDE_AMOUNT)
    procedure = imported(world, fee)
    seen = [row(procedure, "limits").id]
    assert accept_all(procedure, doubts=seen, by=MAI, at=world.at) == 1
    assert queries.open_doubts(procedure) == {"channel.counter.fee"}


def test_the_queue_has_first_what_people_need_most(world: World) -> None:
    bring(world, a_reading("9.000101"), a_reading("9.000102", (UNIT,)), a_reading("9.000103"))
    ProcedureVersion.objects.get(procedure__code="9.000103").procedure.__class__.objects.filter(
        code="9.000103"
    ).update(uses=7)

    assert [line.code for line in queries.doubt_queue()] == ["9.000103", "9.000101", "9.000102"]
    assert [line.code for line in queries.doubt_queue(reason=Reason.UNKNOWN_UNIT)] == ["9.000102"]
    assert queries.doubt_queue(domain="khong-co") == []
    assert queries.doubt_counts() == {Reason.UNCONFIRMED: 3, Reason.UNKNOWN_UNIT: 1}


def test_doubts_of_our_own_content_wait_too_until_a_person_sets_the_limit(world: World) -> None:
    content = a_procedure()
    content["channels"][0]["limit_doubt"] = "Nguồn chỉ ghi số 3"
    version = world.publish(content)

    assert queries.open_doubts(version.procedure_id) == {"channel.online.limit"}
    limit = {"unit": "working_day", "amount": 3, "cutoff": None}
    doubt = row(version.procedure_id, "channel.online.limit")
    correct(
        version.procedure_id, doubt=doubt.id, field=doubt.field, value=limit, note="", by=MAI, at=world.at
    )
    assert queries.open_doubts(version.procedure_id) == frozenset()
    doubt.refresh_from_db()
    assert doubt.state == "corrected"


def test_nobody_can_agree_with_a_fee_that_was_not_read(world: World) -> None:
    fee = Doubt("channel.counter.fee", "75", "", Reason.THOUSANDS_DROPPED)
    procedure = imported(world, fee, channels=[channel(3, "3 Ngày làm việc", fees=[{"kind": "unread"}])])
    with pytest.raises(UnableToConfirm) as refused:
        accept_doubt(row(procedure, "channel.counter.fee").id, by=MAI, at=world.at)
    assert refused.value.code == "nothing_read"


def test_a_correction_counts_from_its_day_and_only_on_the_version_that_was_seen(world: World) -> None:
    procedure = imported(world, channels=[channel(3, "3 Ngày làm việc")])
    later = world.at + timedelta(days=10)
    limit = {"unit": "working_day", "amount": 4, "cutoff": None}
    given: Any = {"doubt": None, "field": "channel.counter.limit", "note": "", "by": MAI, "at": later}
    correct(procedure, value=limit, expected=1, **given)
    newest = ProcedureVersion.objects.filter(procedure_id=procedure).latest("number")
    assert newest.effective_from == later.date()
    with pytest.raises(UnableToConfirm) as refused:
        correct(procedure, value=limit | {"amount": 5}, expected=1, **given)
    assert refused.value.code == "changed_meanwhile"
