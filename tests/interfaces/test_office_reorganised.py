"""The pages of figures over a reorganisation, through the client."""

import csv
import re
from collections.abc import Callable
from datetime import date, time
from html import unescape
from io import StringIO

import pytest
from django.test import Client

from motcua.kit import clock
from motcua.rules.localday import at_local
from tests.reporting.reorganised import link, reorganise
from tests.world import World

PAGE = "/so-lieu/"
NOW = {"to_chuc": "hien-nay"}
_ROW = re.compile(r'<tr><th class="mc-code" scope="row">(.*?)</th>(.*?)</tr>', re.S)
_LINK = re.compile(r'<a href="(/so-lieu/ho-so/\?[^"]+)">([\d.,]+)</a>')


@pytest.fixture
def see(client: Client, world: World) -> Callable[..., str]:
    """Open a page as somebody who steers the reform of the whole province."""
    user = world.staff("cchc", world.province, "reform", "see_province")

    def open_page(url: str = PAGE, **asked: str) -> str:
        client.force_login(user)
        with clock.freeze(world.at):
            response = client.get(url, asked)
        assert response.status_code == 200, response.content.decode()[:2000]
        return response.content.decode()

    return open_page


@pytest.fixture
def merged(world: World) -> World:
    """Two dossiers of a commune that became another one: decided before, and open when it passed."""
    world.a_dossier().decided()
    world.a_dossier().accepted()
    new = world._office("xa-moi", "Ủy ban nhân dân xã Mới", "X1.03")
    world.at = at_local(date(2026, 11, 10), time(1))
    reorganise(world.at, link(world.commune, new, ends=True))
    world.at = at_local(date(2026, 11, 10), time(9))
    return world


def _rows(page: str) -> list[str]:
    main = page.split('id="so-lieu"')[1].split("</table>")[0]
    return [unescape(name) for name, _ in _ROW.findall(main)]


def _said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _file(page: str) -> dict[str, dict[str, str]]:
    lines = csv.DictReader(StringIO(page.removeprefix("\ufeff")))
    return {line["Cơ quan"]: line for line in lines}


def test_a_month_is_shown_as_it_was_with_what_moved(see: Callable[..., str], merged: World) -> None:
    page = see()
    assert _rows(page) == ["Tổng cộng", "xa-moi", "xa-mot"]
    assert "Tháng 11 năm 2026 · Như tại thời điểm đó" in _said(page)
    assert "Cơ quan như tại thời điểm đó: hồ sơ tính cho nơi giữ hồ sơ lúc ấy" in _said(page)
    rows = _file(see(dang="csv"))
    moved = {name: (row["Chuyển đến trong kỳ"], row["Chuyển đi trong kỳ"]) for name, row in rows.items()}
    assert moved["xa-mot"] == ("0", "1")
    assert moved["xa-moi"] == ("1", "0")
    assert moved["Tổng cộng"] == ("1", "1")
    assert [rows[name]["Phải giải quyết"] for name in ("xa-mot", "xa-moi", "Tổng cộng")] == ["1", "1", "2"]


def test_or_by_the_organisation_of_today(see: Callable[..., str], merged: World) -> None:
    page = see(**NOW)
    assert _rows(page) == ["Tổng cộng", "xa-moi"]
    assert "Tháng 11 năm 2026 · Theo tổ chức hiện nay" in _said(page)
    assert "Cơ quan theo tổ chức hiện nay (10/11/2026)" in _said(page)
    rows = _file(see(dang="csv", **NOW))
    assert rows["xa-moi"]["Phải giải quyết"] == "2"
    # Nothing moved between agencies that are one now: there are no such columns.
    assert "Chuyển đến trong kỳ" not in rows["xa-moi"]


def test_each_reading_leads_to_the_other(see: Callable[..., str], merged: World) -> None:
    [to_now] = re.findall(r'<a href="([^"]+)">Xem số liệu theo tổ chức hiện nay</a>', see())
    page = see(unescape(to_now))
    assert _rows(page) == ["Tổng cộng", "xa-moi"]
    [back] = re.findall(r'<a href="([^"]+)">Xem số liệu như tại thời điểm đó</a>', page)
    assert _rows(see(unescape(back))) == ["Tổng cộng", "xa-moi", "xa-mot"]


@pytest.mark.parametrize("asked", [{}, NOW, {"tinh_theo": "receiving", **NOW}])
def test_a_number_opens_its_own_list_by_either_reading(
    see: Callable[..., str], merged: World, asked: dict[str, str]
) -> None:
    page = see(**asked)
    links = [(unescape(url), int(text)) for url, text in _LINK.findall(page)]
    assert links
    for url, number in links:
        assert ("to_chuc=hien-nay" in url) == ("to_chuc" in asked)
        assert see(url).count('<tr role="row"><td') == number, url
    shown = {re.findall(r"figure=(\w+)", url)[0] for url, _ in links}
    assert ("moved_out" in shown) == ("moved_in" in shown) == ("to_chuc" not in asked)


def test_who_follows_sees_what_the_merged_agency_did(client: Client, merged: World) -> None:
    client.force_login(merged.people["xa-moi.leader"])
    with clock.freeze(merged.at):
        then, now = (client.get(PAGE, {"dang": "csv", **more}).content.decode() for more in ({}, NOW))
    assert _file(then)["xa-moi"]["Đã giải quyết"] == "0"
    assert _file(now)["xa-moi"]["Đã giải quyết"] == "1"


def test_without_a_reorganisation_there_are_no_columns_of_moves(
    see: Callable[..., str], world: World
) -> None:
    world.a_dossier().accepted()
    for asked in ({}, NOW):
        assert "figure=moved" not in see(**asked)
        assert "Chuyển đi trong kỳ" not in see(dang="csv", **asked)


def test_an_unknown_reading_is_answered_plainly(client: Client, world: World) -> None:
    client.force_login(world.people["xa-mot.leader"])
    assert client.get(PAGE, {"to_chuc": "mai-sau"}).status_code == 422


def test_the_readings_have_english_names(see: Callable[..., str], client: Client, merged: World) -> None:
    client.cookies["motcua_language"] = "en"
    page = _said(see(**NOW))
    assert "As organised today" in page
    assert "See the figures as at the time" in page
