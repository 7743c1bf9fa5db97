"""Taking readings into the catalogue: all or nothing, twice is once, and what people set is kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from motcua.catalogue import queries
from motcua.catalogue.actions import (
    Imported,
    accept_all,
    correct,
    decide_withdrawal,
    import_records,
    take_imported,
)
from motcua.catalogue.models import (
    HeldRecord,
    ImportRun,
    OfficialEntry,
    Procedure,
    ProcedureDoubt,
    ProcedureVersion,
    SourceRecord,
    WithdrawalProposal,
)
from motcua.catalogue.sources.lists import ListRow, OfficialList
from motcua.catalogue.sources.reading import Cells, Doubt, Held, Reading, Reason
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from tests.world import World, a_procedure

DAY = date(2026, 11, 6)


def content_of(code: str, **changes: Any) -> dict[str, Any]:
    """Return what a reader makes of an invented record: no English, no day, an origin."""
    content = a_procedure(code) | {
        "name": {"vi": f"Cấp giấy thử {code}"},
        "domain": {"key": "thu-nghiem", "vi": "Thử nghiệm"},
        "service_level": "unstated",
        "keywords": [],
        "origin": {"layout": "portal_crawl", "url": None},
    }
    del content["effective_from"]
    return content | changes


def channel(days: int | None, source: str, **changes: Any) -> dict[str, Any]:
    limit = None if days is None else {"unit": "working_day", "amount": days, "cutoff": None}
    row = {
        "channel": "counter",
        "case": "ordinary",
        "limit": limit,
        "limit_source": source,
        "limit_doubt": None if limit else "Không rõ đơn vị",
        "fees": [{"kind": "free"}],
        "fee_source": "Miễn phí",
    }
    return row | changes


def a_reading(
    code: str, doubts: tuple[Doubt, ...] = (), held: tuple[Held, ...] = (), **changes: Any
) -> Reading:
    content = content_of(code, **changes)
    found = Reading(code, content["name"]["vi"], content, list(doubts), list(held))
    found.coverage = {"channels": Cells(3, 2, 1)}
    return found


def a_list(*codes: str, names: dict[str, str] | None = None, issuer: str = "Bộ Thử") -> OfficialList:
    rows = tuple(
        ListRow(
            code, (names or {}).get(code, f"Cấp giấy thử {code}"), issuer, ("Sở Thử",), "Thử nghiệm", line
        )
        for line, code in enumerate(codes, start=3)
    )
    return OfficialList(f"danh-muc-{len(codes)}.xlsx", "-".join(codes) + issuer, rows, ())


def bring(world: World, *readings: Reading, lists: tuple[OfficialList, ...] = (), **options: Any) -> Imported:
    at = options.pop("at", world.at)
    return import_records([("tep.jsonl", list(readings))], lists=lists, by=SYSTEM, at=at, **options)


def newest(code: str) -> ProcedureVersion:
    return ProcedureVersion.objects.filter(procedure__code=code).latest("number")


def test_what_is_read_is_published_or_held_back_and_every_doubt_is_told(world: World) -> None:
    unit = Doubt("channel.counter.limit", "1", "", Reason.UNKNOWN_UNIT)
    report = bring(
        world,
        a_reading("9.000101", (unit,), channels=[channel(None, "1")]),
        a_reading("9.000102"),
        a_reading("9.000103", held=(Held("ten_thu_tuc", Reason.OTHER_PROCEDURE),)),
    )

    assert report.balanced
    assert report.read == 3
    assert report.published == ["9.000101", "9.000102"]
    assert [(code, held.field) for code, _, held in report.held_back] == [("9.000103", "ten_thu_tuc")]
    said = report.to_json()
    assert said["doubts"] == [
        {
            "code": "9.000101",
            "field": "channel.counter.limit",
            "source": "1",
            "parsed": "",
            "reason": "unknown unit",
        }
    ]
    assert said["coverage"]["channels"] == {"total": 6, "structured": 4, "doubted": 2, "rest": 0}
    assert not Procedure.objects.filter(code="9.000103").exists()
    assert HeldRecord.objects.get().code == "9.000103"
    run = ImportRun.objects.get()
    assert (run.read, run.published, run.held, run.doubts) == (3, 2, 1, 1)
    assert Event.objects.get(kind="catalogue.imported").subject_id == run.id
    # The day from which it counts is the day on which it became known here.
    assert newest("9.000102").effective_from == DAY


def test_the_same_files_again_change_nothing(world: World) -> None:
    readings = (a_reading("9.000101"), a_reading("9.000102"))
    bring(world, *readings, lists=(a_list("9.000101", "9.000102"),))
    counted = (ProcedureVersion, ProcedureDoubt, OfficialEntry, SourceRecord)
    before = [model.objects.count() for model in counted]

    fresh = (a_reading("9.000101"), a_reading("9.000102"))
    again = bring(world, *fresh, lists=(a_list("9.000101", "9.000102"),), at=world.at + timedelta(days=40))

    assert again.published == ["9.000101", "9.000102"]
    assert again.new_versions == []
    assert [model.objects.count() for model in counted] == before


def test_a_changed_record_becomes_a_new_version_with_its_day(world: World) -> None:
    bring(world, a_reading("9.000101", channels=[channel(5, "5 Ngày làm việc")]))
    later = world.at + timedelta(days=3)
    report = bring(world, a_reading("9.000101", channels=[channel(7, "7 Ngày làm việc")]), at=later)

    assert report.new_versions == ["9.000101"]
    version = newest("9.000101")
    assert (version.number, version.effective_from) == (2, DAY + timedelta(days=3))


def test_a_dry_run_reports_the_same_and_writes_nothing(world: World) -> None:
    def both() -> tuple[Reading, ...]:
        return (a_reading("9.000101"), a_reading("9.000104", held=(Held("name", Reason.OTHER_PROCEDURE),)))

    before = Event.objects.count()
    dry = bring(world, *both(), lists=(a_list("9.000101", "9.000104"),), dry_run=True)
    assert not Procedure.objects.filter(code="9.000101").exists()
    assert (ImportRun.objects.count(), Event.objects.count(), OfficialEntry.objects.count()) == (0, before, 0)
    assert dry.to_json() == bring(world, *both(), lists=(a_list("9.000101", "9.000104"),)).to_json()


def test_content_that_is_none_holds_its_record_back_at_its_place(world: World) -> None:
    report = bring(world, a_reading("9.000101", channels=[]), a_reading("9.000102"))
    assert [(code, held.field, held.reason) for code, _, held in report.held_back] == [
        ("9.000101", "channels", "empty_list")
    ]
    assert report.published == ["9.000102"]
    assert report.balanced


def test_two_records_with_one_code_are_both_held_back(world: World) -> None:
    report = bring(world, a_reading("9.000101"), a_reading("9.000101"), a_reading("9.000102"))
    assert [held.reason for _, _, held in report.held_back] == [Reason.TWO_RECORDS] * 2
    assert report.published == ["9.000102"]
    assert report.balanced


def test_a_record_under_another_procedures_name_is_held_back(world: World) -> None:
    listed = a_list(
        "9.000101", "9.000102", "9.000103",
        names={"9.000102": "Hợp nhất công ty luật nước ngoài", "9.000103": "Cấp lại giấy thử 9.000103"},
    )  # fmt: skip
    readings = [a_reading("9.000101"), a_reading("9.000102"), a_reading("9.000103"), a_reading("9.000104")]
    report = bring(world, *readings, lists=(listed,))

    assert [(code, held.field, held.reason) for code, _, held in report.held_back] == [
        ("9.000102", "name", Reason.OTHER_PROCEDURE)
    ]
    assert {(code, doubt.reason) for code, doubt in report.doubts} == {
        ("9.000103", Reason.OTHER_NAME),
        ("9.000104", Reason.NOT_LISTED),
    }


def test_a_failure_in_the_middle_leaves_the_catalogue_as_it_was(world: World) -> None:
    def fail(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(world, a_reading("9.000101"), a_reading("9.000102"), a_reading("9.000103"), tell=fail)
    assert not Procedure.objects.filter(code__startswith="9.0001").exists()
    assert not ImportRun.objects.exists()


def test_what_a_person_set_outlives_the_next_import_while_the_source_says_the_same(world: World) -> None:
    unit = Doubt("channel.counter.limit", "1", "", Reason.UNKNOWN_UNIT)
    bring(world, a_reading("9.000101", (unit,), channels=[channel(None, "1")]))
    procedure = Procedure.objects.get(code="9.000101")
    row = ProcedureDoubt.objects.get(procedure=procedure, reason=Reason.UNKNOWN_UNIT)
    same_day = {"unit": "same_day", "amount": 1, "cutoff": "15:00"}
    correct(procedure.id, doubt=row.id, field=row.field, value=same_day, note="QĐ 1", by=SYSTEM, at=world.at)
    assert newest("9.000101").content["channels"][0]["limit"] == same_day

    # Something else of the record changes: the correction stays.
    changed = {"channels": [channel(None, "1")], "decision": "2/QĐ-BT"}
    bring(world, a_reading("9.000101", (unit,), **changed))
    version = newest("9.000101")
    assert (version.number, version.content["decision"]) == (3, "2/QĐ-BT")
    assert version.content["channels"][0]["limit"] == same_day
    assert ProcedureDoubt.objects.get(id=row.id).state == "corrected"

    # The source now says something else there: the person is asked again.
    report = bring(world, a_reading("9.000101", channels=[channel(8, "8 Ngày làm việc")]))
    assert newest("9.000101").content["channels"][0]["limit"]["amount"] == 8
    assert [doubt.reason for _, doubt in report.doubts] == [Reason.SET_BY_HAND]
    assert "channel.counter.limit" in queries.open_doubts(procedure.id)


def test_confirmed_limits_are_asked_again_only_when_their_source_changes(world: World) -> None:
    bring(world, a_reading("9.000101", channels=[channel(5, "5 Ngày làm việc")]))
    procedure = Procedure.objects.get(code="9.000101")
    waiting = [row.id for row in queries.doubts_of(procedure.id)]
    assert accept_all(procedure.id, doubts=waiting, by=SYSTEM, at=world.at) == 1
    assert queries.open_doubts(procedure.id) == frozenset()

    bring(world, a_reading("9.000101", channels=[channel(5, "5 Ngày làm việc")], decision="3/QĐ-BT"))
    assert queries.open_doubts(procedure.id) == frozenset()
    bring(world, a_reading("9.000101", channels=[channel(6, "6 Ngày làm việc")]))
    assert queries.open_doubts(procedure.id) == frozenset({"limits"})


def test_a_version_kept_by_hand_is_not_replaced_but_doubted(world: World) -> None:
    other = [channel(9, "9 Ngày làm việc")]
    report = bring(world, a_reading("9.000001", channels=other, name={"vi": "Xác nhận thử nghiệm"}))

    assert (report.published, report.kept, report.new_versions) == (["9.000001"], ["9.000001"], [])
    assert newest("9.000001").number == 1
    row = ProcedureDoubt.objects.get(procedure__code="9.000001")
    assert (row.reason, row.field) == (Reason.DIFFERS_FROM_KEPT, "version")
    assert "thời hạn" in row.parsed

    take_imported(row.id, by=SYSTEM, at=world.at)
    taken = newest("9.000001")
    assert taken.content["channels"][0]["limit"]["amount"] == 9
    # What the source does not state stays as it was, and so does the English of equal texts.
    assert (taken.service_level, taken.name_en, taken.content["keywords"]) == (
        "full", "Trial confirmation", ["giấy xác nhận"],
    )  # fmt: skip
    again = bring(world, a_reading("9.000001", channels=other, name={"vi": "Xác nhận thử nghiệm"}))
    assert again.new_versions == []
    assert newest("9.000001").number == taken.number


def test_one_domain_has_one_key(world: World) -> None:
    bring(world, a_reading("9.000101", domain={"key": "ho-tich-2", "vi": "HỘ TỊCH"}))
    version = newest("9.000101")
    assert (version.domain_key, version.domain_vi, version.domain_en) == (
        "ho-tich",
        "Hộ tịch",
        "Civil status",
    )


def test_what_a_newer_list_leaves_out_is_proposed_and_a_person_withdraws_it(world: World) -> None:
    both = (a_reading("9.000101"), a_reading("9.000102"))
    bring(world, *both, lists=(a_list("9.000101", "9.000102"),))
    report = import_records([], lists=(a_list("9.000101"),), by=SYSTEM, at=world.at)

    assert report.proposed == ["9.000102"]
    assert queries.current_version("9.000102", on=DAY) is not None
    proposal = queries.proposals()[0]
    assert proposal.code == "9.000102"
    decide_withdrawal(
        proposal.id,
        withdraw=True,
        effective_on=DAY + timedelta(days=5),
        legal_basis="12/QĐ-BT",
        by=SYSTEM,
        at=world.at,
    )
    assert queries.current_version("9.000102", on=DAY + timedelta(days=4)) is not None
    assert queries.current_version("9.000102", on=DAY + timedelta(days=5)) is None


def test_a_procedure_that_a_list_names_again_is_no_longer_proposed(world: World) -> None:
    bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=(a_list("9.000101", "9.000102"),))
    import_records([], lists=(a_list("9.000101"),), by=SYSTEM, at=world.at)
    import_records([], lists=(a_list("9.000101", "9.000102"),), by=SYSTEM, at=world.at)
    assert WithdrawalProposal.objects.get().state == "gone"
    assert queries.proposals() == []


def test_lists_of_two_ministries_stand_side_by_side(world: World) -> None:
    bring(
        world, a_reading("9.000101"), a_reading("9.000102"),
        lists=(a_list("9.000101", issuer="Bộ Một"), a_list("9.000102", issuer="Bộ Hai")),
    )  # fmt: skip
    lines = {line.agency: line for line in queries.kept_current(on=DAY)}
    assert (lines[""].listed, lines[""].published, lines[""].missing) == (2, 2, 0)


def test_how_current_the_catalogue_is_counts_exactly_what_its_lists_show(world: World) -> None:
    listed = a_list("9.000101", "9.000102", "9.000103", names={"9.000102": "Cấp đổi giấy thử 9.000102"})
    bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=(listed,))
    Procedure.objects.filter(code="9.000101").update(withdrawn_on=DAY)
    accept_all(
        Procedure.objects.get(code="9.000102").id,
        doubts=list(ProcedureDoubt.objects.values_list("id", flat=True)), by=SYSTEM, at=world.at,
    )  # fmt: skip

    whole = queries.kept_current(on=DAY)[-1]
    assert (whole.agency, whole.listed, whole.published, whole.missing) == ("", 3, 1, 1)
    assert (whole.withdrawn_here, whole.renamed, whole.unconfirmed) == (1, 1, 0)
    for what in ("listed", "published", "missing", "withdrawn_here", "renamed", "unconfirmed"):
        for agency in ("", "Sở Thử"):
            assert len(queries.kept_current_list(agency, what, on=DAY)) == getattr(whole, what)
    assert queries.kept_current_list("", "missing", on=DAY) == [("9.000103", "Cấp giấy thử 9.000103")]


def test_a_kept_version_is_doubted_as_long_as_the_two_differ(world: World) -> None:
    name = {"vi": "Xác nhận thử nghiệm"}
    bring(world, a_reading("9.000001", channels=[channel(9, "9 Ngày làm việc")], name=name))
    first = ProcedureDoubt.objects.get(procedure__code="9.000001")
    accept_all(first.procedure_id, doubts=[first.id], by=SYSTEM, at=world.at)
    # The same record again asks nothing; one that differs in another way asks again.
    bring(world, a_reading("9.000001", channels=[channel(9, "9 Ngày làm việc")], name=name))
    assert queries.open_doubts(first.procedure_id) == frozenset()
    bring(world, a_reading("9.000001", channels=[channel(12, "12 Ngày làm việc")], name=name))
    assert queries.open_doubts(first.procedure_id) == {"version"}


def test_our_own_version_ends_what_was_doubted_of_the_imported_one(world: World) -> None:
    unit = Doubt("channel.counter.limit", "1", "", Reason.UNKNOWN_UNIT)
    bring(world, a_reading("9.000101", (unit,), channels=[channel(None, "1")]))
    procedure = Procedure.objects.get(code="9.000101")
    assert queries.open_doubts(procedure.id) == {"channel.counter.limit", "limits"}
    world.publish(a_procedure("9.000101"))
    assert queries.open_doubts(procedure.id) == frozenset()


def test_a_limit_is_asked_again_when_only_the_end_of_a_long_source_changes(world: World) -> None:
    long = "trong thời hạn theo từng bước " * 30
    bring(world, a_reading("9.000101", channels=[channel(5, long + "một")]))
    procedure = Procedure.objects.get(code="9.000101")
    waiting = [row.id for row in queries.doubts_of(procedure.id)]
    accept_all(procedure.id, doubts=waiting, by=SYSTEM, at=world.at)
    bring(world, a_reading("9.000101", channels=[channel(5, long + "hai")]))
    assert queries.open_doubts(procedure.id) == {"limits"}


def test_two_lists_of_one_issuer_stand_side_by_side_and_twice_is_once(world: World) -> None:
    both = (a_list("9.000101"), a_list("9.000102"))
    bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=both)
    again = bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=both)

    assert (again.proposed, OfficialEntry.objects.count()) == ([], 2)
    assert queries.kept_current(on=DAY)[-1].listed == 2
    # A newer edition of the one leaves the other alone.
    import_records([], lists=(a_list("9.000102", "9.000103"),), by=SYSTEM, at=world.at)
    assert queries.kept_current(on=DAY)[-1].listed == 3


def test_a_code_in_two_lists_counts_once_in_the_whole(world: World) -> None:
    lists = (a_list("9.000101", issuer="Bộ Một"), a_list("9.000101", issuer="Bộ Hai"))
    bring(world, a_reading("9.000101"), lists=lists)
    assert queries.kept_current(on=DAY)[-1].listed == 1


def test_a_list_in_force_still_counts_when_it_is_not_given_again(world: World) -> None:
    agencies = {"executing": [], "deciding": [], "delegated": [], "coordinating": [], "address": None}
    bring(world, a_reading("9.000101", agencies=agencies), lists=(a_list("9.000101"),))
    again = bring(world, a_reading("9.000101", agencies=dict(agencies)))
    assert again.new_versions == []
    assert newest("9.000101").content["agencies"]["executing"] == ["Sở Thử"]


def test_a_code_that_stands_twice_in_a_list_is_still_named_by_it(world: World) -> None:
    bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=(a_list("9.000101", "9.000102"),))
    plain = a_list("9.000101", "9.000102")
    doubled = OfficialList("hai-lan.xlsx", "hai-lan", plain.rows[:1], (plain.rows[1], plain.rows[1]))
    report = bring(world, a_reading("9.000101"), a_reading("9.000102"), lists=(doubled,))
    assert report.proposed == []
    assert not [doubt for _, doubt in report.doubts if doubt.reason == Reason.NOT_LISTED]
