"""The page of simulations, through the client."""

import csv
import re
from collections.abc import Callable
from datetime import date, time
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.accounts.models import User
from motcua.dossiers.models import ClockRow, Dossier
from motcua.journal.models import Event
from motcua.kit import clock
from motcua.office.simulation_form import read_typed, typed
from motcua.office.views import simulation as views
from motcua.rules.localday import at_local
from tests.world import World, a_procedure

PAGE = "/so-lieu/mo-phong/"
NOVEMBER = {"nam": "2026", "ky": "t11"}
SHORTER = NOVEMBER | {"thu_tuc": "9.000001", "thoi_han": "2 ngày làm việc"}
CLOSED = NOVEMBER | {"ngay": "10/11/2026; đóng cửa; Lũ"}
_CELL = re.compile(r'<td role="cell" data-label="([^"]*)"[^>]*>(.*?)</td>', re.S)
DECEMBER = at_local(date(2026, 12, 2), time(9))


@pytest.fixture
def province(world: World) -> User:
    """Somebody who steers the reform of the whole province."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def see(client: Client, province: User) -> Callable[..., str]:
    """Open the page in December as the province does, and return it."""

    def open_page(url: str = PAGE, *, by: User = province, status: int = 200, **asked: str) -> str:
        client.force_login(by)
        with clock.freeze(DECEMBER):
            response = client.get(url, asked)
        assert response.status_code == status, response.content.decode()[:2000]
        return response.content.decode()

    return open_page


@pytest.fixture
def past(world: World) -> World:
    """In each commune one that was solved on its last day and one that was a day late."""
    for agency in (world.commune, world.neighbour):
        for day in (11, 12):
            story = world.a_dossier(agency=agency).accepted()
            begun, world.at = world.at, at_local(date(2026, 11, day), time(10))
            story.decided()
            world.at = begun
    return world


def _rows(page: str) -> list[dict[str, str]]:
    """Return the lines of the table by their labels, as they are printed."""
    lines = page.split('<tr role="row">')[2:]
    return [
        {unescape(label): unescape(re.sub(r"<[^>]+>", "", cell)) for label, cell in _CELL.findall(line)}
        for line in lines
    ]


def _named(page: str) -> dict[str, dict[str, str]]:
    return {row["Cơ quan"]: row for row in _rows(page)}


def test_the_page_is_for_those_who_see_an_agency_or_the_province(
    client: Client, world: World, province: User
) -> None:
    assert client.get(PAGE).status_code == 302
    without = world.staff("thu-ky", world.commune, "receiver", "receive", "administer")
    answers = {}
    for user in (world.people["dan"], without, world.people["xa-mot.leader"], province):
        client.force_login(user)
        answers[user.username] = client.get(PAGE).status_code
        assert client.post(PAGE).status_code == (404 if answers[user.username] == 404 else 422)
    assert answers == {"dan": 404, "thu-ky": 404, "xa-mot.leader": 200, "cchc": 200}


def test_the_menu_leads_here_and_the_page_waits_to_be_asked(see: Callable[..., str]) -> None:
    page = see()
    assert f'<a href="{PAGE}" aria-current="page">Mô phỏng thời hạn</a>' in page
    assert "Chỉ là mô phỏng: không ghi gì" in page
    assert "Cần sửa" not in page
    assert _rows(page) == []


def test_a_shorter_limit_is_answered_by_agency_with_the_list_behind_each_number(
    see: Callable[..., str], past: World
) -> None:
    page = see(**SHORTER)
    found = _named(page)
    assert list(found) == ["Tổng cộng", "xa-hai", "xa-mot"]
    for name, solved in (("Tổng cộng", 4), ("xa-mot", 2), ("xa-hai", 2)):
        row = found[name]
        assert (row["Đã giải quyết"], row["Trễ hạn"]) == (str(solved), str(solved // 2))
        assert (row["Trễ hạn nếu mô phỏng"], row["Trễ thêm"]) == (str(solved), str(solved // 2))
        assert (row["Không còn trễ"], row["Cuối kỳ chưa xong"]) == ("0", "0")
    assert "trễ hạn từ 2 thành 4 (thêm 2, bớt 0)" in page
    assert "Thời hạn mô phỏng: 2 ngày làm việc" in page
    links = [unescape(url) for url in re.findall(rf'<a href="({re.escape(PAGE)}\?[^"]*xem=[^"]+)"', page)]
    assert len(links) == 9
    for url in links:
        shown = see(url)
        number = re.findall(r": (\d+) hồ sơ</h1>", shown)
        assert [str(len(_rows(shown)))] == number


def test_the_list_shows_both_due_times(see: Callable[..., str], past: World) -> None:
    [row] = _rows(see(**SHORTER, xem="newly_late", co_quan="xa-mot"))
    assert row["Thủ tục"] == "9.000001 Xác nhận thử nghiệm"
    assert (row["Tiếp nhận"], row["Có kết quả"]) == ("09:00 06/11/2026", "10:00 11/11/2026")
    assert (row["Hẹn trả"], row["Hẹn trả nếu mô phỏng"]) == ("17:00 11/11/2026", "17:00 10/11/2026")


def test_days_of_a_calendar_are_simulated_for_all_or_for_one_agency(
    see: Callable[..., str], past: World
) -> None:
    everywhere = _named(see(**CLOSED))
    assert (everywhere["Tổng cộng"]["Trễ hạn"], everywhere["Tổng cộng"]["Không còn trễ"]) == ("2", "2")
    one = _named(see(**CLOSED, lich="xa-mot"))
    assert (one["xa-mot"]["Không còn trễ"], one["xa-hai"]["Không còn trễ"]) == ("1", "0")
    assert "đặt 1 ngày" in see(**CLOSED)


def test_a_confirmed_holiday_can_be_worked_for_the_sake_of_argument(
    see: Callable[..., str], past: World
) -> None:
    page = see(**NOVEMBER, ngay="24/11/2026; như ngày thường; Không nghỉ")
    assert "đặt 1 ngày" in page


def test_an_agency_simulates_its_own_dossiers_only(see: Callable[..., str], past: World) -> None:
    head = past.people["xa-mot.leader"]
    page = see(by=head, **SHORTER)
    assert list(_named(page)) == ["Tổng cộng", "xa-mot"]
    assert _named(page)["Tổng cộng"]["Đã giải quyết"] == "2"
    assert "xa-hai" not in page
    foreign = see(by=head, status=404, **SHORTER, xem="late", co_quan="xa-hai")
    unknown = see(by=head, status=404, **SHORTER, xem="late", co_quan="khong-co")
    assert foreign == unknown.replace("khong-co", "xa-hai")
    see(by=head, status=422, **CLOSED, lich="xa-hai")


def test_nothing_is_written(see: Callable[..., str], past: World, client: Client) -> None:
    def kept() -> list[Any]:
        dossiers = Dossier.objects.order_by("id").values_list("id", "due_at", "revision", "saved_at")
        return [list(dossiers), ClockRow.objects.count(), Event.objects.count()]

    before = kept()
    see(**SHORTER)
    see(**CLOSED)
    client.post(PAGE, {"tep": SimpleUploadedFile("lich.csv", b"kind,from,name\nclosure,2026-11-10,L\n")})
    assert kept() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (NOVEMBER, "Nêu điều cần mô phỏng"),
        (NOVEMBER | {"thoi_han": "7 ngày"}, "Nêu thủ tục có thời hạn cần mô phỏng"),
        (
            SHORTER | {"thoi_han": "theo quy định"},
            "Chưa đọc được thời hạn “theo quy định”: không đọc được chắc chắn",
        ),
        (SHORTER | {"thoi_han": "3-5 ngày"}, "nêu nhiều thời hạn hoặc một khoảng"),
        (SHORTER | {"thoi_han": "<b>1"}, "“&lt;b&gt;1”"),
        (SHORTER | {"thu_tuc": "9.999999"}, "Không có thủ tục nào mang mã hoặc tên này"),
        (SHORTER | {"ky": "t13"}, "Chọn kỳ trong danh sách"),
        (SHORTER | {"ky": "nam", "nam": "1700"}, "Chọn năm trong danh sách"),
        (CLOSED | {"ngay": "31/2/2026; đóng cửa; Lũ"}, "Dòng 1 “31/2/2026"),
        (CLOSED | {"ngay": "\n10/11/2026; lễ hội; Lũ"}, "Dòng 2 “10/11/2026"),
        (CLOSED | {"lich": "khong-co"}, "Chọn lịch mô phỏng trong danh sách"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_plainly(
    see: Callable[..., str], asked: dict[str, str], said: str
) -> None:
    assert said in see(status=422, **asked)


def test_a_month_that_has_not_begun_is_refused(client: Client, world: World, province: User) -> None:
    client.force_login(province)
    response = client.get(PAGE, SHORTER | {"ky": "t12"})
    assert response.status_code == 422
    assert "Kỳ này chưa bắt đầu." in response.content.decode()


def test_an_unknown_list_is_not_there(see: Callable[..., str]) -> None:
    for which in ("solved", "open", "id; drop"):
        see(status=404, **SHORTER, xem=which)


def test_a_procedure_is_found_by_its_name_too(see: Callable[..., str], past: World) -> None:
    page = see(**SHORTER | {"thu_tuc": "Xác nhận thử nghiệm"})
    assert "Thủ tục 9.000001: Xác nhận thử nghiệm" in page
    assert _named(page)["Tổng cộng"]["Trễ hạn nếu mô phỏng"] == "4"
    assert _named(page) == _named(see(**SHORTER))
    past.publish(a_procedure("9.000002", name={"vi": "Xác nhận thử nghiệm lại", "en": None}))
    many = see(status=422, **SHORTER | {"thu_tuc": "thử nghiệm"})
    assert "Nhiều thủ tục có tên gần như vậy" in many
    assert "9.000002" in many


def test_a_notice_that_is_sent_comes_back_as_lines_in_the_address(
    client: Client, see: Callable[..., str], province: User, past: World
) -> None:
    client.force_login(province)
    file = SimpleUploadedFile("lich.csv", "loai,tu_ngay,den_ngay,ten\ndong_cua,2026-11-10,,Lũ\n".encode())
    response = client.post(PAGE, NOVEMBER | {"tep": file})
    assert response.status_code == 302
    assert _named(see(response["Location"]))["Tổng cộng"]["Không còn trễ"] == "2"
    for content, said in (
        (b"\x7fELF", "lich.csv"),
        (b"kind,from,name\nlunch,2026-11-10,L\n", "Dòng 1 “lunch"),
    ):
        wrong = client.post(PAGE, NOVEMBER | {"tep": SimpleUploadedFile("lich.csv", content)})
        assert wrong.status_code == 422
        assert said in wrong.content.decode()


def test_lines_are_read_back_as_they_were_written() -> None:
    text = (
        "10/11/2026 - 11/11/2026; đóng cửa; Lũ\n"
        "31/08/2026; nghỉ hoán đổi; Hoán đổi; 22/08/2026\n"
        "22/08/2026; làm bù; Làm bù; 31/08/2026; 07:00-11:30\n"
        "24/11/2026; nghỉ lễ; Ngày Văn hóa"
    )
    read = read_typed(text)
    assert read.faults == ()
    assert typed(read.lines) == text
    [quoted] = read_typed('10/11/2026; đóng cửa; "Lũ').lines
    assert quoted.change.name == '"Lũ'
    [short] = read_typed("2026-11-24").lines
    assert (short.change.kind, short.change.name) == ("holiday", "Mô phỏng")


def test_the_files_say_what_the_pages_say(see: Callable[..., str], past: World) -> None:
    text = see(**SHORTER, dang="csv")
    head, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    shown = _rows(see(**SHORTER))
    assert [dict(zip(head, row, strict=True)) for row in rows] == shown
    text = see(**SHORTER, xem="would_be_late", dang="csv")
    head, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    listed = _rows(see(**SHORTER, xem="would_be_late"))
    assert [row[0] for row in rows] == [row["Mã hồ sơ"] for row in listed]
    assert len(rows) == 4


def test_a_long_list_is_shown_by_pages(
    see: Callable[..., str], past: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SIZE", 3)
    first = see(**SHORTER, xem="would_be_late")
    assert len(_rows(first)) == 3
    [follow] = re.findall(r'<a href="([^"]+)" rel="next">', first)
    assert len(_rows(see(PAGE + unescape(follow)))) == 1


def test_more_dossiers_cost_no_more_queries(
    client: Client, world: World, province: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(province)
    world.a_dossier().decided()

    def queries_of(**asked: str) -> int:
        with clock.freeze(DECEMBER):
            client.get(PAGE, asked)
            with django_assert_max_num_queries(25) as seen:
                assert client.get(PAGE, asked).status_code == 200
        return len(seen)

    few = queries_of(**SHORTER), queries_of(**CLOSED)
    for _ in range(3):
        world.a_dossier().decided()
    assert (queries_of(**SHORTER), queries_of(**CLOSED)) == few


def test_pages_keep_to_the_strict_policy_and_speak_english(
    see: Callable[..., str], client: Client, past: World
) -> None:
    for page in (see(), see(**SHORTER), see(**SHORTER, xem="late")):
        for forbidden in (" style=", "<style", "<script>"):
            assert forbidden not in page
    client.cookies["motcua_language"] = "en"
    assert 'lang="en"' in see(**SHORTER)
    assert "Trial confirmation" in see(**SHORTER, xem="late")


def test_a_running_month_is_simulated_up_to_now(client: Client, world: World, province: User) -> None:
    world.a_dossier().accepted()
    client.force_login(province)
    at = at_local(date(2026, 11, 11), time(9))
    with clock.freeze(at):
        page = client.get(PAGE, SHORTER).content.decode()
    assert _named(page)["Tổng cộng"]["Quá hạn nếu mô phỏng"] == "1"
    assert "Kỳ chưa kết thúc: số liệu tính đến 09:00 11/11/2026." in page


def test_what_could_not_have_been_done_is_noted(see: Callable[..., str], world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = at_local(date(2026, 11, 11), time(10))
    story.extended(at_local(date(2026, 11, 16), time(17)))
    [row] = _rows(see(**SHORTER, xem="open_would_be_late"))
    assert row["Ghi chú"] == "gia hạn khi đã quá hạn nên không tính"
    assert (row["Hẹn trả"], row["Có kết quả"]) == ("17:00 16/11/2026", "–")
