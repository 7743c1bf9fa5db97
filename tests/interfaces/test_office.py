"""The pages of figures, through the client."""

import csv
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.dossiers.models import Dossier
from motcua.kit import clock
from motcua.office import wording
from motcua.office.tables import BAR, Bar, as_csv
from motcua.office.views import figures as views
from motcua.rules.localday import at_local
from tests.dossiers.interconnected import lay_down, signed
from tests.world import World, a_procedure

# Shown only where a reorganisation moved something.
MOVES = {"moved_in", "moved_out"}
PAGE, LIST = "/so-lieu/", "/so-lieu/ho-so/"
_LINK = re.compile(r'<a href="(/so-lieu/ho-so/\?[^"]+)">([\d.,]+)</a>')
_ROW = re.compile(r'<tr><th class="mc-code" scope="row">(.*?)</th>(.*?)</tr>', re.S)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)


@pytest.fixture
def province(world: World) -> User:
    """Somebody who steers the reform of the whole province."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def see(client: Client, province: User) -> Callable[..., str]:
    """Open a page at a moment as the province does, and return it."""

    def open_page(url: str = PAGE, *, at: datetime, **asked: str) -> str:
        client.force_login(province)
        with clock.freeze(at):
            response = client.get(url, asked)
        assert response.status_code == 200, response.content.decode()[:2000]
        return response.content.decode()

    return open_page


def _table(page: str, name: str = "so-lieu") -> dict[str, list[str]]:
    """Return the rows of a table: the agency and its numbers as they are printed."""
    found = re.search(rf'<table class="mc-table mc-figures" id="{name}">(.*?)</table>', page, re.S)
    assert found
    return {
        unescape(row[0]): [re.sub(r"<[^>]+>", "", cell) for cell in _CELL.findall(row[1])]
        for row in _ROW.findall(found[1])
    }


def _number(page: str, figure: str, row: str = "Tổng cộng") -> int:
    for groups, name in ((wording.TABLE, "so-lieu"), (wording.MORE, "so-khac")):
        keys = [key for _label, keys in groups for key in keys]
        if figure in keys:
            return int(_table(page, name)[row][keys.index(figure)].replace(".", ""))
    raise LookupError(figure)


def _links(page: str) -> list[tuple[str, int]]:
    return [(unescape(url), int(text.replace(".", ""))) for url, text in _LINK.findall(page)]


def _a_full_month(world: World) -> None:
    """Let the month hold every kind of dossier, in two communes."""
    from motcua.dossiers import actions

    free = a_procedure("9.000009")
    for row in free["channels"]:
        row["limit"] = None
    unlimited = world.publish(free)
    world.a_dossier().accepted()
    world.a_dossier(procedure=unlimited).accepted()
    world.a_dossier(procedure=unlimited).decided()
    world.a_dossier(procedure=unlimited).accepted().supplement_requested()
    world.a_dossier().returned()
    world.a_dossier(channel="counter", agency=world.neighbour).accepted().supplement_requested()
    world.a_dossier(channel="post", agency=world.neighbour).decided("refused")
    for move, accepted in (("withdraw", True), ("withdraw", False), ("stop", True), ("refuse", False)):
        story = world.a_dossier(agency=world.neighbour)
        story = story.accepted() if accepted else story.filed()
        ending = getattr(actions, f"{move}_dossier")
        why: dict[str, Any] = {"reason": "Có lý do"}
        if move != "withdraw":
            why["legal_basis"] = "Điều 1"
        ending(story.dossier, **why, by=story.staff("head"), at=world.at)
    on_time = world.a_dossier().accepted()
    late = [world.a_dossier().accepted(), world.a_dossier().accepted()]
    world.later(days=5)  # Wednesday, the due day
    on_time.decided()
    world.later(days=5)
    late[0].decided()
    late[1].supplement_requested()


@pytest.mark.parametrize("url", [PAGE, f"{LIST}?figure=to_solve"])
def test_figures_are_for_those_who_see_an_agency_or_the_province(
    client: Client, world: World, province: User, url: str
) -> None:
    assert client.get(url).status_code == 302
    without = world.staff("thu-ky", world.commune, "receiver", "receive", "administer")
    answers = {}
    for user in (world.people["dan"], without, world.people["xa-mot.leader"], province):
        client.force_login(user)
        answers[user.username] = client.get(url).status_code
    assert answers == {"dan": 404, "thu-ky": 404, "xa-mot.leader": 200, "cchc": 200}


def test_an_agency_sees_its_own_figures_only(client: Client, world: World) -> None:
    world.a_dossier().accepted()
    theirs = world.a_dossier(agency=world.neighbour).accepted().dossier
    client.force_login(world.people["xa-mot.leader"])

    page = client.get(PAGE).content.decode()
    assert _number(page, "to_solve") == 1
    assert list(_table(page)) == ["Tổng cộng", "xa-mot"]
    assert "xa-hai" not in page
    listed = client.get(LIST, {"figure": "to_solve"}).content.decode()
    assert str(theirs.number) not in listed
    foreign = client.get(LIST, {"figure": "to_solve", "co_quan": "xa-hai"})
    unknown = client.get(LIST, {"figure": "to_solve", "co_quan": "khong-co"})
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content.replace(b"khong-co", b"xa-hai")


def test_each_number_is_the_length_of_its_list(see: Callable[..., str], world: World) -> None:
    _a_full_month(world)
    page = see(at=world.at)
    links = _links(page)
    # Every figure is there to be opened, but for those that this month cannot have.
    shown = {re.findall(r"figure=(\w+)", url)[0] for url, _ in links}
    assert shown == set(wording.FIGURES) - {"carried_over", "in_progress_within"} - MOVES
    for url, number in links:
        listed = see(url, at=world.at + timedelta(hours=3))
        assert listed.count('<tr role="row"><td') == number, url
        assert f": {number} hồ sơ</h1>" in listed
    names = {url.partition("co_quan=")[2] for url, _ in links}
    assert {"", "xa-mot", "xa-hai"} <= {name.partition("&")[0] for name in names}


def test_the_columns_of_a_row_add_up(see: Callable[..., str], world: World) -> None:
    _a_full_month(world)
    for row in ("Tổng cộng", "xa-mot", "xa-hai"):
        page = see(at=world.at)
        is_ = {figure: _number(page, figure, row) for figure in wording.FIGURES.keys() - MOVES}
        assert is_["to_solve"] == is_["received_online"] + is_["received_direct"] + is_["carried_over"]
        ended = is_["solved"] + is_["withdrawn"] + is_["stopped"]
        assert is_["to_solve"] == ended + is_["in_progress"] + is_["paused"] > 0
        assert is_["solved"] == is_["early"] + is_["on_time"] + is_["late"] + is_["without_limit"]


def test_the_columns_of_the_parts_of_partners_add_up(see: Callable[..., str], world: World) -> None:
    lay_down(world)
    signed(world, world.a_dossier())
    signed(world, world.a_dossier())
    page = see(at=world.at, kenh=wording.PARTS)
    shown, _more = wording.groups_for(wording.PARTS)
    keys = [key for _label, keys in shown for key in keys]
    rows = _table(page)
    assert {"Tổng cộng", "ca-mot", "bhxh"} <= set(rows)
    for row in rows.values():
        is_ = dict(zip(keys, map(int, row), strict=False))
        assert is_["to_solve"] == is_["received"] + is_["carried_over"] > 0
        ended = is_["solved"] + is_["withdrawn"] + is_["stopped"]
        assert is_["to_solve"] == ended + is_["in_progress"] + is_["paused"]
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "Trực tuyến" not in said[said.index("Cơ quan Tiếp nhận") :].split("Mỗi số nghĩa là gì")[0]
    assert "không có phần việc phối hợp nào trong kỳ" in said
    assert "chưa có hồ sơ" not in said
    assert "Mỗi phần việc đếm một lần" in said
    assert "phần gửi cơ quan phối hợp không đếm thêm" not in said
    head, total, *_rest = csv.reader(
        StringIO(see(at=world.at, kenh=wording.PARTS, dang="csv").lstrip("\ufeff"))
    )
    assert "Tiếp nhận trực tuyến trong kỳ" not in head
    assert total[head.index("Tiếp nhận trong kỳ")] == total[head.index("Phải giải quyết")] == "4"


def test_the_month_moves_when_a_dossier_is_decided(see: Callable[..., str], world: World) -> None:
    story = world.a_dossier().accepted()
    before = see(at=world.at)
    assert (_number(before, "in_progress_within"), _number(before, "solved")) == (1, 0)
    world.later(days=1)
    story.decided()
    after = see(at=world.at)
    assert (_number(after, "in_progress_within"), _number(after, "solved")) == (0, 1)
    assert _number(after, "early") == 1
    # The number that was printed before still opens what it counted.
    [url] = [url for url, _ in _links(before) if "figure=in_progress_within" in url and "co_quan" not in url]
    assert str(story.dossier.number) in see(url, at=world.at)


def test_a_running_month_does_not_call_late_what_is_due_next_week(
    see: Callable[..., str], world: World
) -> None:
    world.a_dossier().accepted()
    assert _number(see(at=world.at), "in_progress_past") == 0
    world.later(days=10)
    page = see(at=world.at)
    assert _number(page, "in_progress_past") == 1
    assert "Kỳ chưa kết thúc: số liệu tính đến 09:00 16/11/2026." in page


def test_a_closed_month_does_not_change(see: Callable[..., str], world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = at_local(date(2026, 12, 2), time(9))
    asked = {"nam": "2026", "ky": "t11"}
    before = see(at=world.at, **asked)
    story.returned()
    after = see(at=world.at, **asked)
    assert _table(before) == _table(after)
    assert _number(after, "in_progress_past") == 1
    assert _links(before) == _links(after)
    assert "Số liệu cả kỳ, đến hết 30/11/2026." in after
    # December knows it, and so does the quarter.
    assert _number(see(at=world.at), "late") == 1
    assert _number(see(at=world.at), "carried_over") == 1
    assert _number(see(at=world.at, nam="2026", ky="q4"), "received_online") == 1


def test_months_begin_at_local_midnight(see: Callable[..., str], world: World) -> None:
    world.at = at_local(date(2026, 11, 30), time(23, 59))
    world.a_dossier().accepted()
    world.at = at_local(date(2026, 12, 1), time(0, 0))
    world.a_dossier().accepted()
    at = world.at + timedelta(hours=1)
    assert _number(see(at=at, ky="t11", nam="2026"), "received") == 1
    december = see(at=at)
    assert (_number(december, "received"), _number(december, "carried_over")) == (1, 1)


def test_the_file_says_what_the_page_says(see: Callable[..., str], world: World) -> None:
    _a_full_month(world)
    page = see(at=world.at)
    text = see(at=world.at, dang="csv")
    assert text.startswith("\ufeffCơ quan,")
    head, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert len(head) == len(set(head))
    main, more = _table(page), _table(page, "so-khac")
    filled = {row[0]: row[1:] for row in rows}
    for name, cells in main.items():
        numbers, rates = cells[:-2], cells[-2:]
        expected = [cell.replace(".", "") for cell in numbers + more[name]]
        expected += [rate.removesuffix("%").replace(",", ".").replace("–", "") for rate in rates]
        assert filled.pop(name) == expected
    # Who had no dossier is in the file too, with noughts, and folded away on the page.
    assert set(filled) == {"tinh"}
    assert "và 1 cơ quan chưa có hồ sơ" in page


def test_a_name_cannot_become_a_formula(world: World) -> None:
    from motcua.office.tables import Row, Table
    from motcua.reporting.queries import FIGURES

    row = Row("=1+1", dict.fromkeys(FIGURES, 0), (), (), ())
    assert "\r\n'=1+1," in as_csv(Table((row,), ()))


def test_rates_name_their_denominator(see: Callable[..., str], world: World) -> None:
    _a_full_month(world)
    page = see(at=world.at)
    assert "của số đã giải quyết" in page
    assert "của số phải giải quyết" in page
    assert [_number(page, key) for key in ("early", "on_time", "late", "in_progress_past")] == [2, 1, 1, 1]
    assert _number(page, "to_solve") == 12
    assert _table(page)["Tổng cộng"][-2:] == ["75,00%", "83,33%"]


def test_the_reading_is_named_under_the_table(see: Callable[..., str], world: World, settings: Any) -> None:
    story = world.a_dossier(agency=world.commune)
    Dossier.objects.filter(pk=story.dossier.pk).update(receiving_agency=world.neighbour)
    story.reload().accepted()
    page = see(at=world.at)
    assert "Hồ sơ tính cho cơ quan có thẩm quyền giải quyết." in page
    assert "Mỗi hồ sơ đếm một lần, tại cửa nơi người dân nộp" in page
    assert "Quá giờ hẹn trả là trễ hạn" in page
    assert _number(page, "received", "xa-mot") == 1

    by_door = see(at=world.at, tinh_theo="receiving")
    assert "Hồ sơ tính cho cơ quan đã tiếp nhận." in by_door
    assert _number(by_door, "received", "xa-hai") == 1
    assert "xa-mot" not in _table(by_door)

    settings.MOTCUA_WHOLE_DAYS = "Quyết định 5/2026"
    world.at = at_local(date(2026, 11, 11), time(18))
    story.decided()
    page = see(at=world.at)
    assert "Có kết quả trong ngày hẹn trả là đúng hạn, theo Quyết định 5/2026." in page
    assert _number(page, "on_time") == 1
    settings.MOTCUA_WHOLE_DAYS = ""
    assert _number(see(at=world.at), "late") == 1


def test_the_question_narrows(see: Callable[..., str], world: World) -> None:
    _a_full_month(world)
    assert _number(see(at=world.at, kenh="post"), "to_solve") == 1
    assert _number(see(at=world.at, thu_tuc="9.000009"), "to_solve") == 3
    assert _number(see(at=world.at, linh_vuc="ho-tich"), "to_solve") == 12
    assert _number(see(at=world.at, cap="commune"), "to_solve") == 12
    empty = see(at=world.at, cap="province")
    assert list(_table(empty)) == ["Tổng cộng"]
    assert "Chưa có hồ sơ nào trong kỳ này." in empty
    one = see(at=world.at, co_quan="xa-hai", kenh="online")
    assert list(_table(one)) == ["Tổng cộng", "xa-hai"]
    for url, number in _links(one):
        assert see(url, at=world.at).count('<tr role="row"><td') == number


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ky": "t12"}, "Kỳ này chưa bắt đầu. Chọn kỳ khác."),
        ({"ky": "t13"}, "Chọn kỳ trong danh sách"),
        ({"nam": "20x6"}, "Chọn năm trong danh sách"),
        ({"nam": "1700"}, "Chọn năm trong danh sách"),
        ({"thu_tuc": "9.999999"}, "Không có thủ tục nào mang mã này."),
        ({"den": "mai"}, "Đường dẫn này không đúng."),
        ({"den": "20991106T020000000000Z"}, "Đường dẫn này không đúng."),
        ({"den": "20001106T020000000000Z"}, "Đường dẫn này không đúng."),
    ],
)
@pytest.mark.parametrize("url", [PAGE, LIST])
def test_a_question_that_makes_no_sense_is_answered_plainly(
    client: Client, province: User, url: str, asked: dict[str, str], said: str
) -> None:
    client.force_login(province)
    response = client.get(url, {"figure": "late", **asked})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_an_unknown_figure_is_not_there(client: Client, province: User) -> None:
    client.force_login(province)
    for figure in ("", "id", "agency_id", "solved; drop"):
        assert client.get(LIST, {"figure": figure}).status_code == 404
    assert client.post(PAGE).status_code == 405


def test_a_long_list_is_shown_by_pages(
    see: Callable[..., str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    numbers = [str(world.a_dossier().accepted().dossier.number) for _ in range(3)]
    first = see(LIST, at=world.at, figure="received")
    assert ": 3 hồ sơ</h1>" in first
    assert [number in first for number in numbers] == [True, True, False]
    [follow] = re.findall(r'<a href="([^"]+)" rel="next">', first)
    second = see(unescape(follow), at=world.at)
    assert [number in second for number in numbers] == [False, False, True]
    assert [number in see(LIST, at=world.at, figure="received", trang="99") for number in numbers][2]


def test_a_list_names_the_applicant_and_nothing_more(see: Callable[..., str], world: World) -> None:
    dossier = world.a_dossier().accepted().dossier
    page = see(LIST, at=world.at, figure="received")
    assert "Nguyễn Thị Ánh" in page
    assert f'<a href="/quay/ho-so/{dossier.id}/">{dossier.number}</a>' in page
    for secret in ("066190900017", "0017", "0912345678", "anh@example.vn"):
        assert secret not in page


def test_pages_keep_to_the_strict_policy_and_speak_english(
    see: Callable[..., str], client: Client, world: World
) -> None:
    _a_full_month(world)
    page = see(at=world.at)
    assert "<svg" in page
    for forbidden in (" style=", "<style", "<script>"):
        assert forbidden not in page
    assert 'lang="vi"' in page
    client.cookies["motcua_language"] = "en"
    assert 'lang="en"' in see(at=world.at)
    assert "Trial confirmation" in see(LIST, at=world.at, figure="received")


def test_the_parts_of_a_bar_fill_it() -> None:
    for numbers in ((1, 1, 1), (0, 0, 7), (3, 0, 4), (999, 1, 0)):
        bar = Bar("xã", *numbers)
        assert bar.on_time_from + bar.on_time_width + bar.late_width == BAR
        widths = (bar.on_time_from, bar.on_time_width, bar.late_width)
        assert [width > 0 for width in widths] == [number > 0 for number in numbers]


def test_more_agencies_and_dossiers_cost_no_more_queries(
    client: Client, world: World, province: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(province)

    def queries_of(url: str) -> int:
        client.get(url)
        with django_assert_max_num_queries(12) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    world.a_dossier().accepted()
    urls = (PAGE, f"{LIST}?figure=received")
    few = [queries_of(url) for url in urls]
    for number in range(3):
        content = a_procedure(f"9.0001{number:02}")
        agency = world._office(f"xa-{number}", f"Ủy ban nhân dân xã Số {number}", f"X1.1{number}")
        for _ in range(2):
            world.a_dossier(agency=agency, procedure=world.publish(content)).accepted()
    assert [queries_of(url) for url in urls] == few


@pytest.mark.parametrize("name", ["xa-mot.receiver", "xa-mot.leader", "cchc"])
def test_the_menu_is_that_of_the_desk(client: Client, world: World, province: User, name: str) -> None:
    client.force_login(world.people[name])

    def menu(url: str) -> list[tuple[str, str]]:
        page = client.get(url).content.decode()
        [nav] = re.findall(r'<nav class="mc-side".*?</nav>', page, re.S)
        found: list[tuple[str, str]] = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?)(?: <|</a>)', nav)
        return found

    assert menu(PAGE) == menu("/quay/") != []
