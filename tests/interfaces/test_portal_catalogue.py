"""Searching and reading procedures, and the words of fees, limits and changes."""

import json
import re
from importlib import resources
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from motcua.portal.wording import fee_words
from tests.interfaces.test_portal_filing import text
from tests.world import World, a_procedure

LIBRARY = resources.files("motcua.catalogue").joinpath("library")


def library(code: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(LIBRARY.joinpath(f"{code}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("query", ["Xác nhận thử nghiệm", "xac nhan", "thử xác", "xac nhna", "9.000001"])
def test_a_procedure_is_found_with_and_without_diacritics(client: Client, world: World, query: str) -> None:
    assert "Xác nhận thử nghiệm" in text(client.get("/thu-tuc/", {"q": query}))


def test_a_search_stays_within_its_domain(client: Client, world: World) -> None:
    land = {"key": "dat-dai", "vi": "Đất đai", "en": "Land"}
    world.publish(a_procedure("9.000002", domain=land, name={"vi": "Xác nhận đất", "en": "Land"}))
    page = text(client.get("/thu-tuc/", {"q": "xac nhan", "linh-vuc": "dat-dai"}))
    assert "Xác nhận đất" in page
    assert "Xác nhận thử nghiệm" not in page


def test_an_empty_result_says_what_to_try(client: Client, world: World) -> None:
    page = text(client.get("/thu-tuc/", {"q": "zzzz qqqq", "linh-vuc": "ho-tich"}))
    assert "Chưa tìm thấy thủ tục nào" in page
    assert "Bỏ mọi điều kiện lọc" in page
    assert "Xem toàn bộ danh mục" in page


def test_what_is_searched_for_is_never_markup(client: Client, world: World) -> None:
    page = client.get("/thu-tuc/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_every_life_event_on_the_first_page_leads_to_procedures(client: Client, world: World) -> None:
    for file in LIBRARY.iterdir():
        if file.name.endswith(".json"):
            world.publish(json.loads(file.read_text(encoding="utf-8")))
    events = re.findall(r'href="(/thu-tuc/\?su-kien=[a-z-]+)"', client.get("/").content.decode())
    assert len(events) >= 8
    for address in events:
        page = client.get(address)
        assert "Chưa tìm thấy" not in text(page), address
        assert "Việc trong đời:" in text(page)
    for file in LIBRARY.iterdir():
        if file.name.endswith(".json"):
            assert client.get(f"/thu-tuc/{file.name.removesuffix('.json')}/").status_code == 200


def test_birth_registration_says_what_to_bring_and_what_the_state_has(client: Client, world: World) -> None:
    world.publish(library("1.001193"))
    answer = client.get("/thu-tuc/1.001193/")
    page = text(answer)
    must, _, held = page.partition("Không phải nộp nếu cơ quan đã có dữ liệu")
    assert "Tờ khai đăng ký khai sinh" in must
    assert "Giấy tờ chứng minh nơi cư trú" in held
    assert "Thời hạn Trong ngày" in page
    assert "Chưa xác nhận Nguồn chỉ ghi số 1" in page
    assert "8.000 ₫ mỗi bản" in page
    assert "Ủy ban nhân dân xã, phường" in page
    assert "Luật 60/2014/QH13" in page
    assert answer.content.decode().count('class="mc-button" href="/nop/1.001193/"') == 1


def test_a_procedure_reads_in_english_where_it_has_english(client: Client, world: World) -> None:
    world.publish(library("1.001193"))
    client.post("/ngon-ngu/", {"language": "en"})
    page = text(client.get("/thu-tuc/1.001193/"))
    assert "Birth registration" in page
    assert "Certificate of live birth" in page


@pytest.mark.parametrize("run_by", ["ministry_system", "national_portal"])
def test_a_procedure_run_elsewhere_has_no_button_but_a_way(client: Client, world: World, run_by: str) -> None:
    world.publish(a_procedure("9.000003", run_by=run_by))
    page = text(client.get("/thu-tuc/9.000003/"))
    assert "Nộp hồ sơ trực tuyến" not in page
    assert "bộ phận một cửa" in page
    client.force_login(world.citizen)
    answer = client.post("/nop/9.000003/")
    assert answer.status_code == 422
    assert "chưa nhận hồ sơ trực tuyến" in text(answer)


def test_an_unknown_code_is_not_there_and_shows_the_way(client: Client, world: World) -> None:
    answer = client.get("/thu-tuc/8.888888/")
    assert answer.status_code == 404
    assert "Tìm thủ tục" in text(answer)


def test_a_case_with_its_own_limit_is_told_apart(client: Client, world: World) -> None:
    content = a_procedure("9.000004")
    content["cases"].append({"key": "hard", "vi": "Phải xác minh", "en": "To verify"})
    longer = {"unit": "working_day", "amount": 10, "cutoff": None}
    content["channels"] += [row | {"case": "hard", "limit": longer} for row in list(content["channels"])]
    world.publish(content)
    page = text(client.get("/thu-tuc/9.000004/"))
    assert "Thời hạn (Thông thường) 3 ngày làm việc" in page
    assert "Thời hạn (Phải xác minh) 10 ngày làm việc" in page


@pytest.mark.parametrize(
    ("fee", "vi"),
    [
        ({"kind": "free"}, "Không thu phí"),
        ({"kind": "amount", "vnd": 15000}, "15.000\u00a0₫"),
        ({"kind": "per_unit", "vnd": 8000, "per": "copy"}, "8.000\u00a0₫ mỗi bản"),
        ({"kind": "by_reference", "act": "Nghị quyết 1"}, "Theo Nghị quyết 1"),
        (
            {
                "kind": "tiered",
                "per": "page",
                "max_vnd": 200000,
                "tiers": [{"from": 1, "to": 2, "vnd": 2000}, {"from": 3, "to": None, "vnd": 1000}],
            },
            "trang thứ 1 đến 2: 2.000\u00a0₫; từ trang thứ 3: 1.000\u00a0₫; tối đa 200.000\u00a0₫",
        ),
        (
            {"kind": "free", "what": {"vi": "Lệ phí đúng hạn", "en": "Within the period"}},
            "Lệ phí đúng hạn: không thu phí",
        ),
    ],
)
def test_fees_are_said_in_words(fee: dict[str, Any], vi: str) -> None:
    with translation.override("vi"):
        assert fee_words(fee) == vi
