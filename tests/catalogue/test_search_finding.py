"""The search of the product: what is in force on a day, kept in memory and never stale."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.catalogue import queries
from motcua.catalogue.actions import set_uses, withdraw_procedure
from motcua.catalogue.models import Procedure
from motcua.journal.events import SYSTEM
from tests.world import World, a_procedure

DAY = date(2026, 11, 6)
NEXT = date(2026, 11, 7)


def _codes(text: str, *, on: date = DAY, **narrow: Any) -> list[str]:
    return [row.code for row in queries.search(text, on=on, **narrow)]


def _named(code: str, name: str, **changes: Any) -> dict[str, Any]:
    return a_procedure(code, name={"vi": name, "en": name}, **changes)


@pytest.fixture
def several(world: World) -> World:
    """Two licences and a card beside the procedure of the world."""
    world.publish(_named("9.000002", "Cấp phép chăn nuôi", levels=["province"], audience=["business"]))
    world.publish(_named("9.000003", "Cấp phép trồng rừng", levels=["ministry"]))
    world.publish(_named("9.000004", "Cấp thẻ đọc sách", effective_from=NEXT.isoformat()))
    return world


def test_a_search_of_an_unchanged_catalogue_asks_the_database_once(several: World) -> None:
    _codes("chăn nuôi")
    for text in ("chăn nuôi", "9.000003", "", "chan nuoy"):
        with CaptureQueriesContext(connection) as asked:
            queries.search(text, on=DAY)
        assert len(asked) == 1


def test_a_new_version_is_found_by_its_new_words_and_no_more_by_the_old(several: World) -> None:
    assert _codes("chăn nuôi") == ["9.000002"]
    several.publish(_named("9.000002", "Cấp phép bay đêm"))
    assert _codes("bay đêm") == ["9.000002"]
    assert _codes("chăn nuôi") == []


def test_a_version_is_found_from_its_day_on(several: World) -> None:
    assert _codes("đọc sách") == []
    assert _codes("đọc sách", on=NEXT) == ["9.000004"]
    assert _codes("đọc sách") == []


@pytest.mark.parametrize(("day", "there"), [(DAY, False), (NEXT, True)])
def test_a_withdrawal_counts_at_once(several: World, day: date, there: bool) -> None:
    assert _codes("chăn nuôi") == ["9.000002"]
    id = Procedure.objects.get(code="9.000002").id
    withdraw_procedure(id, effective_on=day, legal_basis="1/QĐ-UBND", by=SYSTEM, at=several.at)
    assert bool(_codes("chăn nuôi")) is there


def test_what_is_used_more_comes_first_as_soon_as_it_is_counted(several: World) -> None:
    for code in ("9.000002", "9.000003", "9.000002"):
        set_uses({Procedure.objects.get(code=code).id: 50_000})
        assert _codes("cấp phép")[0] == code


def test_a_search_is_narrowed_in_every_way_with_words_and_without(several: World) -> None:
    named = {
        "executing": ["Sở Nông nghiệp"],
        "deciding": [],
        "delegated": [],
        "coordinating": [],
        "address": None,
    }
    origin = {"layout": "portal_crawl", "url": None}
    several.publish(_named("9.000005", "Cấp phép nuôi lợn", origin=origin, agencies=named))
    for text in ("cấp phép", ""):
        assert _codes(text, level="province") == ["9.000002"]
        assert _codes(text, audience="business") == ["9.000002"]
        assert _codes(text, agency="so-nong-nghiep") == ["9.000005"]
        assert _codes(text, level="province", audience="citizen") == []
        assert _codes(text, domain="khong-co") == []
    several.publish(_named("9.000006", "Đăng ký kết hôn"))
    assert _codes("", event="ket-hon") == _codes("đăng ký", event="ket-hon") == ["9.000006"]


def test_the_facets_count_what_the_narrowed_lists_hold(several: World) -> None:
    facets = queries.facets(on=DAY)
    assert facets.levels == {"commune": 1, "province": 1, "ministry": 1}
    for level, number in facets.levels.items():
        assert len(_codes("", level=level)) == number
    assert facets.audience == {"citizen": 2, "business": 1}
    assert facets.agencies == ()


def test_a_body_of_the_delivered_library_is_an_agency_too(world: World) -> None:
    body = {"vi": "Công an cấp xã", "en": "Commune police"}
    world.publish(_named("9.000007", "Khai báo ở lại", competent=[{"level": "commune", "body": body}]))
    [(agency, number)] = queries.facets(on=DAY).agencies
    assert (agency.name, number) == ("Công an cấp xã", 1)
    assert _codes("", agency=agency.key) == ["9.000007"]


def test_the_facets_are_counted_once_for_an_index_and_anew_after_a_change(several: World) -> None:
    first = queries.facets(on=DAY)
    assert queries.facets(on=DAY) is first
    assert first.domains == (("ho-tich", "Hộ tịch", "Civil status", 3),)
    several.publish(_named("9.000008", "Đo đất", domain={"key": "dat-dai", "vi": "Đất đai", "en": "Land"}))
    several.publish(_named("9.000009", "Sửa đường", domain={"key": "giao-thong", "vi": "Giao thông"}))
    found = queries.domains(on=DAY)
    with CaptureQueriesContext(connection) as asked:
        queries.facets(on=DAY)
    assert len(asked) == 1, "only whether anything changed"
    assert [(key, en, number) for key, _vi, en, number in found] == [
        ("dat-dai", "Land", 1), ("giao-thong", "", 1), ("ho-tich", "Civil status", 3),
    ]  # fmt: skip
    for key, _vi, _en, number in found:
        assert len(_codes("", domain=key)) == number
