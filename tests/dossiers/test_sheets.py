"""The sheet of a procedure: the same facts whoever prints it; only open doubts and unread values are marked."""

from typing import Any

import pytest

from motcua.catalogue.models import ProcedureDoubt
from motcua.catalogue.queries import Published
from motcua.documents.print.posters import SheetData, SheetLine, SheetPaper
from motcua.dossiers.sheets import sheet_of, sheets_of
from motcua.rules.localday import local_day
from tests.interfaces.imported import imported, paper, row
from tests.world import World, a_procedure

CASES = [{"key": "moi", "vi": "Cấp mới"}, {"key": "lai", "vi": "Cấp lại"}]
TEN, THREE = "10 ngày làm việc", "3 ngày làm việc"
SHORT = {"limit": {"unit": "working_day", "amount": 3, "cutoff": None}, "limit_source": "3"}


def sheet(world: World, published: Published, *doubts: str, door: bool = True) -> SheetData:
    return sheet_of(
        published, doubts=frozenset(doubts), door=door, places=("Quầy 1",), on=local_day(world.at)
    )


def two_cases(**changes: Any) -> dict[str, Any]:
    channels = [row(channel, case) for case in ("moi", "lai") for channel in ("online", "counter")]
    return imported(cases=CASES, channels=channels, **changes)


@pytest.mark.parametrize("part", ["fee", "limit"])
def test_a_doubt_without_a_case_is_of_all_cases(world: World, part: str) -> None:
    published = world.publish(two_cases())
    drawn = sheet(world, published, f"channel.counter.{part}")
    lines = {"fee": drawn.fees, "limit": drawn.limits}[part]
    assert [(line.about, line.unconfirmed) for line in lines] == [("Trực tuyến", False), ("Trực tiếp", True)]
    drawn = sheet(world, published, f"channel.counter.lai.{part}")
    lines = {"fee": drawn.fees, "limit": drawn.limits}[part]
    assert [(line.about, line.unconfirmed) for line in lines] == [
        ("Cấp mới; Cấp lại: Trực tuyến", False), ("Cấp lại: Trực tiếp", True),
    ]  # fmt: skip


def test_what_somebody_agreed_to_is_not_marked_though_the_content_keeps_its_doubt(world: World) -> None:
    doubted = row("online", limit_doubt="Khác với trình tự", fee_doubt="Mất số không", fee_source="150")
    published = world.publish(imported(channels=[doubted]))
    drawn = sheet(world, published)
    assert drawn.limits == (SheetLine(value=TEN),)
    assert drawn.fees == (SheetLine(value="150.000\u00a0₫"),)
    drawn = sheet(world, published, "limits", "channel.online.fee")
    assert drawn.limits == (SheetLine(value=TEN, unconfirmed=True),)
    assert drawn.fees == (SheetLine(value="150.000\u00a0₫", unconfirmed=True),)


def test_what_could_not_be_read_stands_in_the_words_of_its_source(world: World) -> None:
    unread = row(
        "online", limit=None, limit_source="15", limit_doubt="Không rõ đơn vị",
        fees=[{"kind": "unread"}], fee_source="Phí : 250 <A & B>", fee_doubt="Mất số không",
    )  # fmt: skip
    drawn = sheet(world, world.publish(imported(channels=[unread])))
    assert drawn.limits == (SheetLine(value="nguồn ghi “15”", unconfirmed=True),)
    assert drawn.fees == (SheetLine(value="nguồn ghi “Phí : 250 <A & B>”", unconfirmed=True),)


def test_stretches_of_known_length_and_days_of_fees_are_printed_as_plain_text(world: World) -> None:
    long = row(
        "online",
        phases=[{"vi": "Thẩm định A & B", "limit": SHORT["limit"]}, {"vi": "Chờ", "limit": None}],
        extension={"limit": SHORT["limit"], "source": "kéo dài"},
        fees=[
            {"kind": "amount", "vnd": 5000, "what": {"vi": "Phí R&D"}, "valid_to": "2026-12-31"},
            {"kind": "free", "valid_from": "2027-01-01"},
        ],
    )
    drawn = sheet(world, world.publish(imported(channels=[long])))
    assert drawn.limits == (SheetLine(value=f"{TEN}; Thẩm định A & B: {THREE}; Được gia hạn: {THREE}"),)
    assert drawn.fees == (
        SheetLine(
            value="Phí R&D: 5.000\u00a0₫ (đến hết ngày 31/12/2026); Không thu phí (từ ngày 01/01/2027)"
        ),
    )


def test_cases_and_channels_of_which_the_same_is_said_share_a_line(world: World) -> None:
    cases = [*CASES, {"key": "doi", "vi": "Đổi"}]
    channels = [row("online", "moi"), row("online", "lai"), row("online", "doi", **SHORT), row("post", "doi")]
    drawn = sheet(world, world.publish(imported(cases=cases, channels=channels)))
    assert [(line.about, line.value) for line in drawn.limits] == [
        ("Cấp mới / Cấp lại; Đổi: Bưu chính công ích", TEN), ("Đổi: Trực tuyến", THREE),
    ]  # fmt: skip
    assert drawn.fees == (SheetLine(value="150.000\u00a0₫"),)


def test_all_papers_are_printed_with_how_they_are_given(world: World) -> None:
    held = {"kind": "database", "name": "CSDL quốc gia về dân cư"}
    papers = [
        paper("khai-sinh", "Giấy khai sinh", replaceable_by=held),
        paper("the", "Thẻ căn cước", group="show"),
        paper("anh", "Ảnh", originals=0, copies=2, case="lai", required=False),
        paper("don", "Đơn", originals=0, doubt="không ghi"),
    ]
    drawn = sheet(world, world.publish(two_cases(components=papers)))
    assert drawn.papers == (
        SheetPaper(name="Ảnh", detail="2 bản sao; nếu có; Cấp lại"),
        SheetPaper(name="Thẻ căn cước", detail="1 bản chính; chỉ xuất trình"),
        SheetPaper(name="Giấy khai sinh", detail="1 bản chính; không phải nộp khi cơ quan đã có dữ liệu"),
    )


def test_the_second_code_stands_only_where_a_dossier_can_be_filed(world: World) -> None:
    own = world.publish(a_procedure())
    assert sheet(world, own).file_url is not None
    assert sheet(world, own, door=False).file_url is None
    assert sheet(world, world.publish(imported())).file_url is None


def test_many_sheets_ask_once_for_doubts_and_for_the_door(
    world: World, django_assert_num_queries: Any
) -> None:
    versions = [world.publish(a_procedure(f"9.00020{n}")) for n in range(3)]
    ProcedureDoubt.objects.create(
        procedure_id=versions[1].procedure_id, field="channel.online.limit", source_digest="x",
        reason="unconfirmed limit", found_at=world.at,
    )  # fmt: skip
    with django_assert_num_queries(2):
        drawn = list(sheets_of(versions, places=lambda _record: ("Quầy 1",), on=local_day(world.at)))
    assert [any(line.unconfirmed for line in one.limits) for one in drawn] == [False, True, False]
    assert {one.places for one in drawn} == {(SheetLine(value="Quầy 1"),)}
