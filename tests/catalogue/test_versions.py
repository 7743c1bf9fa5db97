"""What a new version changes for those who began under an earlier one, and what differs between two."""

from datetime import date
from typing import Any

import pytest

from motcua.catalogue import queries
from motcua.catalogue.actions import UnableToPublish, publish_version, set_uses
from motcua.catalogue.differences import changed_parts, differences
from motcua.catalogue.models import Procedure
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from tests.world import World, a_procedure


def published(world: World, in_flight: dict[str, Any], *words: str) -> queries.Published:
    content = a_procedure(keywords=list(words))
    return queries.published(publish_version(content, by=SYSTEM, at=world.at, in_flight=in_flight))


def follow(day: str | None = None) -> dict[str, Any]:
    return {"policy": "follow", "from": day}


def test_the_pinned_version_governs_until_a_later_one_takes_a_field_over(world: World) -> None:
    first = world.procedure
    published(world, {}, "hai")
    third = published(world, {"components": follow("2026-12-01"), "fees": {"policy": "stay"}}, "ba")
    fourth = published(world, {"components": {"policy": "stay"}, "fees": follow()}, "bốn")

    def governs(field: str, day: date) -> int:
        return queries.governing(first, field, on=day).number

    assert governs("components", date(2026, 11, 30)) == 1
    assert governs("components", date(2026, 12, 1)) == third.number == 3
    assert governs("components", date(2027, 12, 1)) == 3
    assert governs("fees", date(2026, 11, 6)) == fourth.number == 4
    assert governs("limit", date(2027, 1, 1)) == 1
    assert queries.governing(third, "components", on=date(2026, 12, 1)).number == 3


def test_what_is_declared_stands_in_the_version_and_its_event(world: World) -> None:
    version = published(world, {"components": follow("2026-12-01")}, "hai")
    declared = {"components": {"policy": "follow", "from": "2026-12-01"}}
    assert queries.versions_of("9.000001")[0].in_flight == declared
    assert history_of(version.procedure_id)[-1].data["in_flight"] == declared


@pytest.mark.parametrize(
    ("in_flight", "code"),
    [
        ({"colour": {"policy": "stay"}}, "unknown_field"),
        ({"fees": {"policy": "jump"}}, "unknown_policy"),
        ({"fees": {"policy": "follow", "from": "1/12/2026"}}, "bad_day"),
        ({"limit": {"policy": "follow", "from": None}}, "limit_cannot_follow"),
    ],
)
def test_a_declaration_that_makes_no_sense_publishes_nothing(
    world: World, in_flight: dict[str, Any], code: str
) -> None:
    with pytest.raises(UnableToPublish) as refused:
        published(world, in_flight, "hai")
    assert refused.value.code == code
    assert len(queries.versions_of("9.000001")) == 1


def test_differences_name_each_entry_that_changed() -> None:
    old, new = a_procedure(), a_procedure()
    new["channels"][0]["limit"] = {"unit": "working_day", "amount": 5, "cutoff": None}
    new["channels"][1]["fees"] = [{"kind": "amount", "vnd": 20000}]
    new["components"][2]["required"] = True
    del new["components"][1]
    new["legal_bases"].append(
        {"kind": "Nghị định", "number": "1/2026/NĐ-CP", "vi": "Nghị định", "issued": None}
    )

    assert differences(old, old) == []
    assert [(found.field, found.before, found.after) for found in differences(old, new)] == [
        ("limit", "trực tuyến: 3 ngày làm việc", "trực tuyến: 5 ngày làm việc"),
        ("fees", "trực tiếp: không thu", "trực tiếp: 20.000 đồng"),
        ("components", "Giấy chứng nhận (1 bản chính)", ""),
        ("components", "Ảnh (1 bản chính, nếu có)", "Ảnh (1 bản chính)"),
        ("legal_bases", "", "1/2026/NĐ-CP Nghị định"),
    ]
    assert changed_parts(old, new) == ["limit", "fees", "components", "legal_bases"]


def test_uses_are_set_for_all_and_fall_back_to_none(world: World) -> None:
    other = world.publish(a_procedure("9.000002"))
    assert set_uses({world.procedure.procedure_id: 5}) == 1
    assert set_uses({other.procedure_id: 2}) == 2
    assert dict(Procedure.objects.values_list("code", "uses")) == {"9.000001": 0, "9.000002": 2}


def _changes() -> list[tuple[str, list[Any], Any]]:
    return [
        ("components", ["components", 0, "group"], "show"),
        ("components", ["components", 0, "form"], "Mẫu số 2"),
        ("components", ["components", 0, "replaceable_by"], {"kind": "database", "name": "Dữ liệu dân cư"}),
        ("components", ["components", 0, "note"], "Còn hạn"),
        ("fees", ["channels", 0, "fees", 0, "valid_to"], "2026-12-31"),
        ("fees", ["channels", 0, "fees", 0, "act"], "Thông tư 1/2026/TT-BTC"),
        ("limit", ["channels", 0, "phases"], [{"vi": "Thẩm định", "limit": None}]),
        ("limit", ["channels", 0, "extension"], {"limit": None, "source": "không quá 5 ngày"}),
        ("results", ["results", 0, "code"], "KQ.G15.000031"),
        ("steps", ["steps"], list(reversed(a_procedure()["steps"]))),
        ("service", ["service_level"], "information"),
        ("competent", ["competent"], [{"level": "province"}]),
    ]


@pytest.mark.parametrize(("part", "path", "value"), _changes())
def test_whatever_a_version_says_otherwise_is_shown(part: str, path: list[Any], value: Any) -> None:
    old, new = a_procedure(), a_procedure()
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert changed_parts(old, new) == [part]
    found = differences(old, new)
    assert found
    assert {row.field for row in found} == {part}


def test_how_a_value_was_read_is_no_part_of_what_is_said() -> None:
    old, new = a_procedure(), a_procedure()
    new["components"][0] |= {"source": "Tờ khai...", "doubt": "Xem lại"}
    new["channels"][0] |= {"limit_source": "3 Ngày", "fee_source": "Miễn phí", "fee_doubt": "Xem lại"}
    assert changed_parts(old, new) == []
    assert differences(old, new) == []
