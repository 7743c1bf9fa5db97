"""The file of old and new units is read, refused in one line when it is damaged, and makes a plan without a fault."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motcua.ops.national.legacy import Country, LegacyUnreadable, read_country
from motcua.ops.national.plan import FUNCTIONS, plan_of
from motcua.rules.reorganisation import (
    AgencyState,
    PostState,
    Split,
    Standing,
    TerritoryState,
    check,
    read_plan,
)
from motcua.rules.reorganisation.reading import plan_text
from tests.ops.small_country import said, written
from tests.samples import SAMPLES, with_samples

_REAL = SAMPLES / "administrative-units" / "legacy_to_2025.json"


def _eve(country: Country) -> Standing:
    """Return the country of before as the check of a plan reads it."""
    levels = frozenset({"province", "district", "commune"})
    units = list(country.old_units)
    pieces = [piece.code for fate in country.communes for piece in fate.pieces]
    posts = [
        PostState(unit.key, name, name, f"{unit.code.lower()}.{name}") for unit in units for name in FUNCTIONS
    ]
    return Standing(
        today=date(2025, 6, 27),
        agencies={
            unit.key: AgencyState(
                unit.key, unit.level, unit.level, unit.above.key if unit.above else "", unit.code, unit.code, holds=True
            )
            for unit in units
        },
        posts={post.name: post for post in posts},
        territories={code: TerritoryState(code) for code in (*(unit.code for unit in units), *pieces)},
        codes={unit.code: unit.key for unit in units},
        kinds=levels,
        levels=levels,
        functions=frozenset(FUNCTIONS),
        roles=frozenset({"receive", "solve", "head", "sign", "see_agency"}),
    )  # fmt: skip


def test_a_small_file_is_read(tmp_path: Path) -> None:
    country = read_country(written(tmp_path))

    assert country.totals == {
        "old_provinces": 3, "old_districts": 5, "old_communes": 11, "divided": 2, "new_provinces": 2, "new_communes": 6,
    }  # fmt: skip
    (island,) = (fate.unit for fate in country.communes if not fate.unit.slug)
    assert island.name == "huyện dao (không có xã)"
    assert len({unit.key for unit in country.old_units}) == 3 + 5 + 11


def test_names_that_differ_only_in_their_marks_are_two_agencies(tmp_path: Path) -> None:
    content = said()
    whole = content["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdong"]
    whole["phuongmai"] += ["tinhdong_thanhphohai_phườngmái", "tinhdong_thanhphohai_phườngmài"]

    country = read_country(written(tmp_path, content))

    assert len({unit.key for unit in country.old_units}) == 3 + 5 + 13


def test_a_divided_commune_goes_to_its_parts_and_the_rest_to_the_default(tmp_path: Path) -> None:
    country = read_country(written(tmp_path))
    fate = next(fate for fate in country.communes if fate.unit.slug == "xathong")
    (line,) = (
        one for one in plan_of(country).operations if isinstance(one, Split) and one.agency == fate.unit.key
    )

    assert [piece.to.slug for piece in fate.pieces] == ["xathong", "xadao", "xahoa"]
    assert line.rest == fate.to.key == fate.pieces[0].to.key
    assert {part.to: part.territories for part in line.parts} == {
        piece.to.key: (piece.code,) for piece in fate.pieces
    }


def _damages() -> dict[str, Any]:
    twice, both, no_default, elsewhere, short, unknown = (said() for _ in range(6))
    twice["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdong"]["xadao"].append("tinhdong_huyenmot_xahoa")
    both["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdong"]["xadao"].append("tinhdong_huyenmot_xatruc")
    no_default["DICT_PROVINCE_WARD_DIVIDED"]["tinhdong"]["tinhdong_huyenmot_xatruc"].pop()
    elsewhere["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphobien"]["phuongsong"].append("tinhtay_huyenba_xala")
    short["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdong"]["xadao"].append("tinhdong_xala")
    unknown["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhdong"]["xadao"].append("tinhla_huyen_xala")
    tables: dict[str, Any] = {"DICT_PROVINCE": {}, "DICT_PROVINCE_WARD_NO_DIVIDED": []}
    shapes = {
        "not a table": [],
        "no tables": {},
        "half the tables": tables,
        "numbers": said() | {"DICT_PROVINCE": {"a": 3}},
    }
    return shapes | {
        "a commune twice": twice, "whole and divided": both, "no default": no_default,
        "to another province": elsewhere, "a short key": short, "an unknown province": unknown,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "content"), _damages().items())
def test_a_damaged_file_is_refused_in_one_line(name: str, content: Any, tmp_path: Path) -> None:
    with pytest.raises(LegacyUnreadable) as refused:
        read_country(written(tmp_path, content))

    assert len(str(refused.value).splitlines()) == 1
    assert "legacy.json" in str(refused.value)


def test_a_file_that_was_cut_or_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")

    for wrong in (path, tmp_path / "none.json", tmp_path):
        with pytest.raises(LegacyUnreadable, match=str(wrong)):
            read_country(wrong)


def test_the_plan_has_no_fault_and_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    country = read_country(written(tmp_path))
    plan = plan_of(country)

    assert check(plan, _eve(country)) == []
    assert read_plan(plan_text(plan)) == plan


@with_samples
def test_the_country_of_2025_is_read_and_its_plan_has_no_fault() -> None:
    country = read_country(_REAL)
    plan = plan_of(country)

    assert country.totals == {
        "old_provinces": 63, "old_districts": 696, "old_communes": 10_040, "divided": 471,
        "new_provinces": 34, "new_communes": 3_321,
    }  # fmt: skip
    assert len({unit.key for unit in country.old_units}) == 63 + 696 + 10_040
    assert max(len(piece.code) for fate in country.communes for piece in fate.pieces) <= 16
    assert check(plan, _eve(country)) == []
