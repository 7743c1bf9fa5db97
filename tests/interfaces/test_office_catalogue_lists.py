"""Imports, proposals of withdrawal, versions and the figure of currency, through the client."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.catalogue import queries
from motcua.catalogue.actions import publish_version
from motcua.catalogue.models import ImportRun, Procedure, ProcedureDoubt, WithdrawalProposal
from motcua.catalogue.sources.reading import Held, Reason
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.rules.localday import local_day
from tests.interfaces.catalogue_office import CODE, QUEUE, bring, channel, official, page_of, reading, text_of
from tests.world import World, a_procedure

IMPORTS, PROPOSALS, CURRENT = f"{QUEUE}nhap/", f"{QUEUE}de-xuat/", f"{QUEUE}cap-nhat/"


@pytest.fixture
def keeper(world: World) -> User:
    """Somebody of the reform office."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def see(client: Client, keeper: User, world: World) -> Callable[..., str]:
    """Open a page as the reform office does, and return it."""

    def open_page(url: str, **asked: str) -> str:
        client.force_login(keeper)
        with clock.freeze(world.at):
            response = client.get(url, asked)
        assert response.status_code == 200, url
        return response.content.decode()

    return open_page


@pytest.fixture
def send(client: Client, keeper: User, world: World) -> Callable[..., Any]:
    """Send a form as the reform office does."""

    def post(url: str, **given: str) -> Any:
        client.force_login(keeper)
        with clock.freeze(world.at):
            return client.post(url, given)

    return post


def test_each_import_tells_its_sums_and_leads_to_what_it_held_back(
    see: Callable[..., str], world: World
) -> None:
    held = Held("name", Reason.OTHER_PROCEDURE)
    bring(world, reading(), reading("9.000102", held=(held,)), reading("9.000103", held=(held,)))
    world.later(days=1)
    bring(world, reading())
    page = see(IMPORTS)
    first = ImportRun.objects.order_by("at")[0]
    rows = [text_of(row) for row in re.findall(r'<tr role="row">(.*?)</tr>', page, re.S)[1:]]
    assert rows[0].endswith("Hệ thống tep.jsonl 1 1 0 0 0")
    assert rows[1].endswith("Hệ thống tep.jsonl 3 1 1 2 0")
    assert f'href="{IMPORTS}{first.id}/#giu-lai">2</a>' in page
    shown = text_of(see(f"{IMPORTS}{first.id}/"))
    assert "Giữ lại 2 bản ghi" in shown
    assert "9.000102 Cấp giấy thử 9.000102 Tên thủ tục Nội dung của thủ tục khác" in shown
    assert "Thời hạn theo cách nộp 4 3 1 0 100,00%" in shown


def test_an_import_that_is_not_there_is_not_there(client: Client, keeper: User, world: World) -> None:
    client.force_login(keeper)
    run = "0" * 8 + "-0000-7000-8000-" + "0" * 12
    assert client.get(f"{IMPORTS}{run}/").status_code == 404
    assert client.get(f"{PROPOSALS}{run}/").status_code == 404
    assert client.get(f"{QUEUE}9.999999/phien-ban/").status_code == 404
    assert client.get(f"{QUEUE}9.000001/phien-ban/7/").status_code == 404
    assert client.get(f"{CURRENT}danh-sach/", {"so": "la"}).status_code == 404
    assert client.get(f"{CURRENT}danh-sach/", {"so": "listed", "co-quan": "Sở Lạ"}).status_code == 404


def _proposed(world: World) -> WithdrawalProposal:
    """Let a newer list no longer name a procedure that is here."""
    bring(world, reading(), reading("9.000102"), lists=(official(CODE, "9.000102"),))
    world.later(days=30)
    bring(world, lists=(official("9.000102", edition="2"),))
    return WithdrawalProposal.objects.get(procedure__code=CODE)


def test_a_procedure_that_a_newer_list_leaves_out_is_proposed_and_still_there(
    see: Callable[..., str], world: World
) -> None:
    row = _proposed(world)
    page = see(PROPOSALS)
    assert f'href="{PROPOSALS}{row.id}/"' in page
    assert "danh-muc-2.xlsx" in page
    assert "Chờ quyết định (1)" in text_of(page)
    assert queries.current_version(CODE, on=local_day(world.at)) is not None


def test_a_person_withdraws_it_from_a_day_on(
    see: Callable[..., str], send: Callable[..., Any], world: World
) -> None:
    row = _proposed(world)
    url = f"{PROPOSALS}{row.id}/"
    end = local_day(world.at) + timedelta(days=10)
    day = {
        "effective_on-day": str(end.day),
        "effective_on-month": str(end.month),
        "effective_on-year": str(end.year),
    }
    for given, said in (
        ({"decision": "withdraw", **day}, "Nhập căn cứ"),
        ({"decision": "withdraw", "legal_basis": "Quyết định 7"}, "Nhập bãi bỏ từ ngày"),
        ({"legal_basis": "Quyết định 7"}, "Chọn quyết định"),
    ):
        faulty = send(url, **given)
        assert faulty.status_code == 422
        assert said in text_of(faulty.content.decode())
    answer = send(url, decision="withdraw", legal_basis="Quyết định 7/QĐ-UBND", **day)
    assert answer.status_code == 302
    assert Procedure.objects.get(code=CODE).withdrawn_on == end
    shown = text_of(see(PROPOSALS, **{"trang-thai": "withdrawn"}))
    assert (
        f"Cán bộ cchc đã bãi bỏ lúc {_stamp(world)}; hiệu lực từ {end:%d/%m/%Y}; Quyết định 7/QĐ-UBND"
        in shown
    )


def test_a_person_keeps_it_and_the_second_one_reads_who_was_first(
    see: Callable[..., str], send: Callable[..., Any], world: World
) -> None:
    row = _proposed(world)
    url = f"{PROPOSALS}{row.id}/"
    assert send(url, decision="keep", legal_basis="Danh mục còn sót").status_code == 302
    assert Procedure.objects.get(code=CODE).withdrawn_on is None
    late = send(url, decision="keep", legal_basis="Ý người thứ hai")
    page = late.content.decode()
    assert late.status_code == 422
    assert "Cán bộ cchc đã xử lý lúc" in text_of(page)
    assert "Ý người thứ hai" in page
    assert "Ghi quyết định" not in text_of(page)
    row.refresh_from_db()
    assert row.legal_basis == "Danh mục còn sót"
    assert "Cán bộ cchc đã giữ lại lúc" in text_of(see(url))


def test_a_head_reads_a_proposal_but_decides_nothing(client: Client, world: World) -> None:
    url = f"{PROPOSALS}{_proposed(world).id}/"
    client.force_login(world.people["xa-mot.head"])
    with clock.freeze(world.at):
        page = client.get(url).content.decode()
        answer = client.post(url, {"decision": "keep", "legal_basis": "x"})
    assert "Ghi quyết định" not in page
    assert answer.status_code == 404
    assert WithdrawalProposal.objects.get().state == "open"


def _stamp(world: World) -> str:
    from motcua.kit.templatetags.ui import stamp

    return stamp(world.at)


def test_each_version_shows_what_it_changed_and_what_running_dossiers_follow(
    see: Callable[..., str], world: World
) -> None:
    code = "9.000555"
    publish_version(a_procedure(code), by=SYSTEM, at=world.at)
    changed = a_procedure(code)
    changed["channels"][0]["limit"]["amount"] = 5
    del changed["components"][2]
    world.later(days=3)
    follow = {
        "components": {"policy": "follow", "from": "2026-12-01"},
        "fees": {"policy": "stay", "from": None},
    }
    publish_version(changed, by=SYSTEM, at=world.at, in_flight=follow)
    listed = text_of(see(f"{QUEUE}{code}/phien-ban/"))
    assert "Giấy tờ theo phiên bản này từ 01/12/2026; Các phần còn lại giữ như lúc nộp" in listed
    page = see(f"{QUEUE}{code}/phien-ban/2/")
    shown = text_of(page)
    assert "Thời hạn trực tuyến: 3 ngày làm việc trực tuyến: 5 ngày làm việc" in shown
    assert re.search(r"<del>Ảnh \(1 bản chính, nếu có\)</del></td><td[^>]*><span[^>]*>\(bỏ\)", page)
    assert "Giấy tờ theo phiên bản này từ 01/12/2026" in shown
    assert "Đây là phiên bản đầu tiên" in text_of(see(f"{QUEUE}{code}/phien-ban/1/"))


def test_the_figure_of_currency_drills_down_to_exactly_its_procedures(
    see: Callable[..., str], world: World
) -> None:
    lists = (
        official(CODE, "9.000102", "9.000103", agency="Sở Một"),
        official("9.000104", agency="Sở Hai", issuer="Bộ Khác", c9_000104="Tên khác"),
    )
    bring(world, reading(), reading("9.000102"), reading("9.000104"), lists=lists[:1])
    bring(world, lists=lists[1:])
    ProcedureDoubt.objects.filter(procedure__code=CODE).update(state="accepted")
    page = see(CURRENT)
    body = re.search(r'<table[^>]*id="cap-nhat".*?<tbody>(.*?)</tbody>', page, re.S)
    assert body
    rows = {
        unescape(name): re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S)
        for name, cells in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body[1], re.S)
    }
    numbers = {name: [text_of(cell) for cell in cells] for name, cells in rows.items()}
    assert numbers == {
        "Cả danh mục": ["4", "3", "1", "0", "1", "2", "75,00%"],
        "Sở Hai": ["1", "1", "0", "0", "1", "1", "100,00%"],
        "Sở Một": ["3", "2", "1", "0", "0", "1", "66,66%"],
    }
    opened = 0
    for cells in rows.values():
        for cell in cells[:6]:
            link = re.search(r'href="([^"]+)">(\d+)<', cell)
            assert bool(link) == (text_of(cell) != "0")
            if link:
                opened += 1
                shown = see(unescape(link[1]))
                assert f": {link[2]} thủ tục</h1>" in shown
                assert shown.count('<tr role="row"><td') == int(link[2])
    assert opened == 13
    assert "Đã công khai 3 trên 4 thủ tục của danh mục chính thức (75,00%)." in text_of(page)


def test_the_file_of_the_figure_holds_the_same_numbers_and_no_formula(
    see: Callable[..., str], world: World
) -> None:
    bring(world, reading(), lists=(official(CODE, "9.000102", agency="=1+1"),))
    text = see(CURRENT, dang="csv")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "Cơ quan thực hiện"
    assert rows[1] == ["Cả danh mục", "2", "1", "1", "0", "0", "1", "50.00"]
    assert rows[2][0] == "'=1+1"


def test_nothing_imported_yet_is_said(see: Callable[..., str], world: World) -> None:
    assert "Chưa nhập danh mục chính thức nào" in see(CURRENT)
    assert "Chưa nhập lần nào" in see(IMPORTS)
    assert "Không có đề xuất nào" in see(PROPOSALS)
    assert "Không có thủ tục nào ở đây" in see(QUEUE)


def test_the_menu_shows_the_catalogue_to_whom_it_concerns(client: Client, world: World, keeper: User) -> None:
    entries = {}
    for name in ("xa-mot.leader", "xa-mot.head", "cchc"):
        client.force_login(world.people[name])
        with clock.freeze(world.at):
            page = client.get("/so-lieu/").content.decode()
        entries[name] = f'<a href="{QUEUE}"' in page
    assert entries == {"xa-mot.leader": False, "xa-mot.head": True, "cchc": True}


def test_the_pages_read_in_english_too(client: Client, keeper: User, world: World) -> None:
    bring(world, reading(channels=[channel(days=None, source="1")]), lists=(official(CODE),))
    client.force_login(keeper)
    client.cookies["motcua_language"] = "en"
    left = re.compile(r"\{\{|\}\}|\{%|%\}|%\(\w+\)s")
    for url in (QUEUE, page_of(), IMPORTS, PROPOSALS, CURRENT, f"{QUEUE}{CODE}/phien-ban/"):
        with clock.freeze(world.at):
            page = client.get(url).content.decode()
        assert 'lang="en"' in page
        assert not left.search(page), url


def test_the_day_is_that_of_the_province(see: Callable[..., str], world: World) -> None:
    assert f"đến {local_day(world.at):%d/%m/%Y}" in see(CURRENT)
    assert isinstance(local_day(world.at), date)
