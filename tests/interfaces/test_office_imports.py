"""An import as the office reads it: every number opens its list, and the whole report is a file."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.catalogue import queries
from motcua.catalogue.models import ImportRun
from motcua.catalogue.sources.reading import Held, Reason
from motcua.kit import clock
from motcua.office import catalogue_words
from tests.interfaces.catalogue_office import (
    FEE,
    LEGAL,
    NO_UNIT,
    QUEUE,
    bring,
    channel,
    page_of,
    reading,
    text_of,
)
from tests.world import World

IMPORTS = f"{QUEUE}nhap/"
Open = Callable[..., Any]


@pytest.fixture
def keeper(world: World) -> User:
    """Somebody of the reform office."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def see(client: Client, keeper: User, world: World) -> Open:
    """Open a page as the reform office does."""

    def open_page(url: str, **asked: str) -> Any:
        client.force_login(keeper)
        with clock.freeze(world.at):
            return client.get(url, asked)

    return open_page


def _words(answer: Any) -> str:
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def _brought(world: World) -> UUID:
    """Import three records that are published, with doubts, and one that is held back."""
    held = Held("name", Reason.NOT_PUBLIC)
    unread = [channel(days=None, source="1")]
    bring(
        world,
        reading("9.000101", NO_UNIT, LEGAL, channels=unread),
        reading("9.000102", FEE),
        reading("9.000103"),
        reading("9.000104", held=(held,)),
    )
    run: UUID = ImportRun.objects.values_list("id", flat=True).get()
    return run


def test_every_number_of_an_import_opens_its_list(see: Open, world: World) -> None:
    run = _brought(world)
    for page in (see(f"{IMPORTS}{run}/"), see(IMPORTS)):
        links = dict(re.findall(r'href="([^"]*(?:\?so=\w+|#giu-lai))">([\d.]+)<', page.content.decode()))
        assert links == {
            f"{IMPORTS}{run}/danh-sach/?so=read": "4",
            f"{IMPORTS}{run}/danh-sach/?so=published": "3",
            f"{IMPORTS}{run}/danh-sach/?so=new_versions": "3",
            f"{IMPORTS}{run}/#giu-lai": "1",
            f"{IMPORTS}{run}/danh-sach/?so=doubts": "3",
        }
        for url, number in links.items():
            if "so=" in url:
                listed = see(url)
                assert f": {number}</h1>" in listed.content.decode()
                assert listed.content.decode().count('<tr role="row"><td') == int(number)


def test_the_lists_lead_to_the_procedures_and_say_why(see: Open, world: World) -> None:
    url = f"{IMPORTS}{_brought(world)}/danh-sach/"
    whole = see(url, so="read")
    assert "9.000102 Cấp giấy thử 9.000102 Đã công khai" in _words(whole)
    assert "9.000104 Giữ lại: Nguồn ghi không công khai" in _words(whole)
    assert f'href="{page_of("9.000102")}"' in whole.content.decode()
    assert page_of("9.000104") not in whole.content.decode(), "it never was published"
    doubts = _words(see(url, so="doubts"))
    assert "9.000101 Thời hạn · Trực tiếp Thời hạn không ghi đơn vị 1" in doubts
    assert "9.000102 Phí, lệ phí · Trực tiếp Số tiền thiếu hàng nghìn 75" in doubts


def test_a_long_list_has_pages_that_keep_what_was_asked(see: Open, world: World) -> None:
    bring(world, *(reading(f"9.0002{n:02}") for n in range(60)))
    url = f"{IMPORTS}{ImportRun.objects.get().id}/danh-sach/"
    first = see(url, so="published").content.decode()
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    second = see(url + unescape(following[1])).content.decode()
    codes = [re.findall(r">(9\.0002\d\d)</a>", page) for page in (first, second)]
    assert [len(page) for page in codes] == [50, 10]
    assert len({*codes[0], *codes[1]}) == 60


def test_the_whole_report_is_a_file(see: Open, world: World) -> None:
    run = _brought(world)
    page = see(f"{IMPORTS}{run}/").content.decode()
    url = f"{IMPORTS}{run}/bao-cao.json"
    assert f'href="{url}"' in page
    answer = see(url)
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="bao-cao-nhap-2026-11-06.json"')
    said = json.loads(answer.content)
    assert said == queries.import_report(run)
    assert said["read"] == 4
    assert {row["code"] for row in said["doubts"]} == {"9.000101", "9.000102"}
    assert "Luật lạ" in answer.content.decode(), "readable as it stands"


def test_what_is_not_there_is_not_there(see: Open, world: World) -> None:
    run, other = _brought(world), UUID(int=7)
    for url in (f"{IMPORTS}{other}/bao-cao.json", f"{IMPORTS}{other}/danh-sach/?so=doubts"):
        assert see(url).status_code == 404
    for what in ("", "held_back", "coverage", "la"):
        assert see(f"{IMPORTS}{run}/danh-sach/", so=what).status_code == 404
    assert _words(see(f"{IMPORTS}{run}/danh-sach/", so="doubts", trang="9")).endswith(
        "Không có gì ở trang này."
    )


@pytest.mark.parametrize("place", ["bao-cao.json", "danh-sach/?so=doubts"])
def test_who_keeps_no_catalogue_reads_no_report(client: Client, world: World, place: str) -> None:
    url = f"{IMPORTS}{_brought(world)}/{place}"
    world.staff("qtri-xa", world.commune, "administrator", "administer")
    answers = {}
    for name in ("dan", "xa-mot.receiver", "qtri-xa", "xa-mot.head"):
        client.force_login(world.people[name])
        with clock.freeze(world.at):
            answers[name] = client.get(url).status_code
    assert answers == {"dan": 404, "xa-mot.receiver": 404, "qtri-xa": 404, "xa-mot.head": 200}


def test_every_reason_has_words() -> None:
    assert {str(reason) for reason in Reason} - set(catalogue_words.REASONS) == set()
