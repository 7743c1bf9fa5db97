"""The pages of the working calendars, through the client."""

import re
from datetime import date, datetime, time
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from motcua.accounts.models import User
from motcua.calendars.actions import (
    DayChange,
    NoticeData,
    begin_calendar,
    lay_down_calendar,
    record_notice,
    seeded_days,
)
from motcua.calendars.models import Calendar, CalendarDay, CalendarNotice
from motcua.calendars.queries import newest_notice, working_calendar
from motcua.dossiers.access import sees_recomputations
from motcua.dossiers.queries import open_between, recomputations_of
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.office.calendar_forms import MOST_ROWS
from motcua.organisation.queries import duties_of
from motcua.rules.localday import at_local
from tests.world import World

LIST, NATION, COMMUNE = "/cchc/lich/", "/cchc/lich/ca-nuoc/", "/cchc/lich/xa-mot/"
NOTICES, NEW = "thong-bao/", "thong-bao/moi/"
WEEK = {f"week-{n}": "07:00-11:30, 13:30-17:00" if n < 5 else "" for n in range(7)}
# Friday 27/11 off for Saturday 28/11, both after the holiday that the world knows.
SWAP = {
    "from-1": "27/11/2026", "kind-1": "swap_off", "name-1": "Nghỉ hoán đổi",
    "from-2": "28/11/2026", "kind-2": "swap_working", "name-2": "Làm bù",
}  # fmt: skip
HEAD = {
    "title": "Thông báo 7/TB-BNV",
    "announced_on-day": "5",
    "announced_on-month": "11",
    "announced_on-year": "2026",
    "rows": "2",
}
Given = dict[str, Any]


@pytest.fixture
def keeper(world: World, client: Client) -> User:
    """Somebody who keeps the national calendar, signed in."""
    found = world.staff("cchc", world.province, "reform", "see_province")
    client.force_login(found)
    return found


def given(*changed: Given, wish: str = "kiem-tra") -> Given:
    """Return what a notice's form sends."""
    all_of_it: Given = HEAD | WEEK | {"viec": wish}
    for more in changed:
        all_of_it |= more
    return all_of_it


def text_of(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def errors_of(answer: Any) -> list[str]:
    found = re.findall(
        r'<ul class="govuk-list govuk-error-summary__list">(.*?)</ul>', answer.content.decode(), re.S
    )
    return [
        unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r"<li>(.*?)</li>", "".join(found), re.S)
    ]


def hidden_of(answer: Any) -> Given:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode())
    return {name: unescape(value) for name, value in found if name not in ("csrfmiddlewaretoken", "next")}


def record(world: World, *days: DayChange, calendar: Calendar | None = None, title: str = "TB 1") -> int:
    notice = NoticeData(title, date(2026, 11, 2), "Quyết định 1", days)
    return record_notice(calendar or world.calendar, notice, by=SYSTEM, at=world.at)


# --- who may see what -----------------------------------------------------------------------------------


def test_all_of_the_staff_read_and_only_keepers_write(client: Client, world: World, keeper: User) -> None:
    world.staff("qt-xa", world.commune, "administrator", "administer")
    world.staff("qt-tinh", world.province, "administrator", "administer")
    pages = (LIST, NATION, NATION + NOTICES, COMMUNE, COMMUNE + NOTICES, NATION + NEW, COMMUNE + NEW)
    seen = {}
    for name in ("cchc", "qt-tinh", "qt-xa", "xa-mot.head", "xa-mot.receiver", "xa-hai.head", "dan"):
        client.force_login(world.people[name])
        read = [client.get(page).status_code for page in pages]
        sent = [client.post(page + NEW, given(SWAP)).status_code for page in (NATION, COMMUNE)]
        seen[name] = (read, sent)
    everything = [200] * 5
    assert seen == {
        "cchc": ([*everything, 200, 404], [200, 404]),
        "qt-tinh": ([*everything, 200, 404], [200, 404]),
        "qt-xa": ([*everything, 404, 200], [404, 200]),
        "xa-mot.head": ([*everything, 404, 200], [404, 200]),
        "xa-mot.receiver": ([*everything, 404, 404], [404, 404]),
        "xa-hai.head": ([*everything, 404, 404], [404, 404]),
        "dan": ([404] * 7, [404, 404]),
    }
    assert CalendarNotice.objects.count() == 2


def test_what_is_not_there_is_not_there(client: Client, keeper: User) -> None:
    for page in ("khong-co/", "khong-co/thong-bao/", "khong-co/thong-bao/moi/", "ca-nuoc/?nam=1066",
                 "ca-nuoc/?nam=hai", "xa-mot/thong-bao/moi/"):  # fmt: skip
        assert client.get(LIST + page).status_code == 404, page
    assert client.get(NATION + "?nam=2026&ngay=hôm-nay").status_code == 200


def test_what_is_recomputed_is_no_calendar_of_an_agency(db: None) -> None:
    assert resolve("/cchc/lich/tinh-lai/").url_name == "recomputations"
    assert resolve(NATION).url_name == "calendar"


def test_the_menu_leads_everyone_with_duties_here(client: Client, world: World) -> None:
    client.force_login(world.people["xa-mot.specialist"])
    page = client.get(LIST).content.decode()
    assert f'<a href="{LIST}" aria-current="page">Lịch làm việc</a>' in page


def test_the_list_names_the_calendars_and_leads_to_any_agency(client: Client, world: World) -> None:
    begin_calendar(world.neighbour.id, by=SYSTEM, at=world.at)
    client.force_login(world.people["xa-mot.head"])
    page = client.get(LIST)
    text = text_of(page)
    assert "Cả nước" in text
    assert "Ủy ban nhân dân xã Hai Số 3, ghi lúc 09:00 06/11/2026" in text
    # Nobody is offered what is not theirs to keep; what is theirs and not begun yet is.
    written = re.findall(r'href="([^"]*/thong-bao/moi/)"', page.content.decode())
    assert written == [COMMUNE + NEW]
    assert re.search(r'<option value="xa-mot" selected', page.content.decode())
    assert client.get(LIST + "?co_quan=xa-mot").headers["Location"] == COMMUNE
    assert client.get(LIST + "?co_quan=khong-co").status_code == 422


# --- a year ---------------------------------------------------------------------------------------------


def test_a_year_without_any_holiday_says_so(client: Client, keeper: User) -> None:
    said = "chưa có ngày nghỉ lễ nào: kiểm tra lại trước khi hẹn."
    assert f"Lịch năm 2027 {said}" in text_of(client.get(NATION + "?nam=2027"))
    assert said not in text_of(client.get(NATION + "?nam=2026"))


def test_a_year_shows_each_day_by_letter_and_word(client: Client, world: World, keeper: User) -> None:
    record(
        world,
        DayChange(date(2026, 12, 1), "closure", "Sửa trụ sở"),
        DayChange(date(2026, 12, 2), "half_day", "Nửa buổi"),
        DayChange(date(2026, 12, 4), "holiday", "Dự kiến", confirmed=False),
    )
    page = client.get(NATION + "?nam=2026").content.decode()
    assert page.count('<table class="mc-month">') == 12
    assert page.count('<th scope="col"><abbr title="Chủ nhật">CN</abbr></th>') == 12
    assert page.count('class="mc-day mc-day--') == 365 + 5, "each day, and the legend"
    said = dict(re.findall(r'<a class="mc-day [^>]*ngay=(2026-\d\d-\d\d)#ngay"[^>]*>(.*?)</a>', page))
    assert said["2026-12-03"] == "3"
    plain = {day: text_of_cell(said[day]) for day in ("2026-11-06", "2026-11-24", "2026-12-01", "2026-12-02",
                                                      "2026-12-04", "2026-12-05")}  # fmt: skip
    assert plain == {
        "2026-11-06": "6 hôm nay",
        "2026-11-24": "24 L nghỉ lễ, Ngày Văn hóa Việt Nam",
        "2026-12-01": "1 Đ đóng cửa, Sửa trụ sở",
        "2026-12-02": "2 ½ làm nửa ngày, Nửa buổi",
        "2026-12-04": "4 L? nghỉ lễ, Dự kiến, chưa xác nhận",
        "2026-12-05": "5 nghỉ hằng tuần",
    }
    assert "style=" not in page
    # 261 weekdays of 2026, less a holiday, a closure and what is only planned.
    assert "Năm 2026 có 258 ngày làm việc. 1 ngày chưa có thông báo xác nhận." in text_of_html(page)
    assert "Thứ Hai đến Thứ Sáu: 07:00-11:30, 13:30-17:00 Thứ Bảy, Chủ nhật: nghỉ" in text_of_html(page)
    assert "Tháng 12 21" in text_of_html(page)


def text_of_cell(html: str) -> str:
    return text_of_html(html).strip()


def text_of_html(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_a_day_tells_whence_it_comes_and_all_that_was_ever_set(
    client: Client, world: World, keeper: User
) -> None:
    day = date(2026, 11, 24)
    own = begin_calendar(world.commune.id, by=SYSTEM, at=world.at)
    text = text_of(client.get(f"{COMMUNE}?nam=2026&ngay={day}"))
    assert (
        "Thứ Ba 24/11/2026 Là ngày gì Nghỉ lễ Tên gọi Ngày Văn hóa Việt Nam Giờ làm việc Không làm việc"
        in text
    )
    assert "Căn cứ NQ 28/2026/QH16" in text
    assert "Từ lịch Lịch cả nước" in text
    record(world, DayChange(day, "as_usual", "Trực"), calendar=own, title="TB 5 của xã")
    text = text_of(client.get(f"{COMMUNE}?nam=2026&ngay={day}"))
    assert "Giờ làm việc 07:00-11:30, 13:30-17:00" in text
    assert "Từ lịch Lịch riêng của cơ quan" in text
    history = text[text.index("Mọi lần ghi") :]
    assert history.index("TB 5 của xã") < history.index("Thông báo 1")
    assert "Lịch riêng của cơ quan Hệ thống, 09:00 06/11/2026" in history
    # A neighbour still has the holiday, and says whom it follows.
    text = text_of(client.get(f"{LIST}xa-hai/?nam=2026&ngay={day}"))
    assert "Cơ quan chưa có lịch riêng, theo: Cả nước." in text
    assert "TB 5 của xã" not in text
    plain = text_of(client.get(f"{COMMUNE}?nam=2026&ngay=2026-11-25"))
    assert "Chưa thông báo nào nói về ngày này" in plain


def test_neighbouring_days_that_say_the_same_are_one_line(client: Client, world: World, keeper: User) -> None:
    tet = [DayChange(date(2026, 12, n), "holiday", "Nghỉ thử") for n in (9, 10, 11)]
    record(world, *tet, DayChange(date(2026, 12, 15), "holiday", "Nghỉ thử"))
    text = text_of(client.get(NATION + "?nam=2026"))
    assert (
        "Thứ Tư 09/12/2026 – Thứ Sáu 11/12/2026 Nghỉ lễ (Nghỉ thử) Quyết định 1 02/11/2026 Lịch cả nước"
        in text
    )
    assert "Thứ Ba 15/12/2026 Nghỉ lễ (Nghỉ thử)" in text


@pytest.mark.parametrize("page", [NATION + "?nam=2026&ngay=2026-12-01", NATION + NOTICES, LIST])
def test_pages_ask_as_often_for_twenty_as_for_one(
    client: Client, world: World, keeper: User, django_assert_max_num_queries: Any, page: str
) -> None:
    record(world, DayChange(date(2026, 12, 1), "closure", "Đóng"))
    client.get(page)
    with django_assert_max_num_queries(20) as one:
        client.get(page)
    for n in range(2, 21):
        record(
            world,
            DayChange(date(2026, 12, 1), "closure", f"Đóng {n}"),
            DayChange(date(2026, 10, n), "holiday", "X"),
        )
    with django_assert_max_num_queries(20) as twenty:
        client.get(page)
    assert len(twenty) <= len(one)


# --- notices --------------------------------------------------------------------------------------------


def test_notices_stand_newest_first_with_what_each_set(client: Client, world: World, keeper: User) -> None:
    record(world, DayChange(date(2026, 12, 1), "closure", "Sửa trụ sở"), title="TB 8")
    text = text_of(client.get(NATION + NOTICES))
    assert text.index("TB 8 Số thứ tự 3") < text.index("Thông báo 1 Số thứ tự 2") < text.index("Số thứ tự 1")
    assert "Ngày thông báo 02/11/2026 Căn cứ Quyết định 1 Ai ghi, lúc nào Hệ thống, 09:00 06/11/2026" in text
    assert "Thứ Ba 01/12/2026 Đóng cửa (Sửa trụ sở)" in text
    assert "Tuần làm việc từ 01/01/2018" in text
    assert "Cơ quan chưa có lịch riêng." in text_of(client.get(COMMUNE + NOTICES))


def test_a_notice_leads_to_the_recomputation_that_it_caused(
    client: Client, world: World, keeper: User, outbox: Any
) -> None:
    world.a_dossier().accepted()
    number = record(world, DayChange(date(2026, 11, 10), "closure", "Bão số 9"))
    outbox()
    [id] = recomputations_of([number]).values()
    link = f'<a href="/cchc/lich/tinh-lai/{id}/">'
    assert link in client.get(NATION + NOTICES).content.decode()
    client.force_login(world.people["xa-mot.specialist"])
    reads = sees_recomputations(
        duties_of(world.people["xa-mot.specialist"], on=date(2026, 11, 6)), on=date(2026, 11, 6)
    )
    assert (link in client.get(NATION + NOTICES).content.decode()) == reads


def test_many_notices_come_by_pages(client: Client, world: World, keeper: User) -> None:
    for n in range(22):
        record(world, DayChange(date(2026, 12, 1), "closure", f"Lần {n}"), title=f"TB thứ {n:02}")
    first = text_of(client.get(NATION + NOTICES))
    assert ("TB thứ 21" in first, "TB thứ 02" in first, "TB thứ 01" in first) == (True, True, False)
    assert "TB thứ 01" in text_of(client.get(NATION + NOTICES + "?trang=2"))


# --- recording ------------------------------------------------------------------------------------------


def test_a_notice_is_looked_at_day_by_day_and_then_recorded(
    client: Client, world: World, keeper: User
) -> None:
    world.a_dossier().accepted()
    before = newest_notice()
    # The dossier runs until Wednesday 11/11: a closure on the 10th may move it.
    more = {"from-3": "10/11/2026", "kind-3": "closure", "name-3": "Bão số 9", "rows": "3"}
    page = client.post(NATION + NEW, given(SWAP, more))
    assert page.status_code == 200
    text = text_of(page)
    assert "3 ngày thay đổi" in text
    assert "Thứ Ba 10/11/2026 Ngày làm việc Đóng cửa (Bão số 9)" in text
    assert "Thứ Sáu 27/11/2026 Ngày làm việc Nghỉ hoán đổi. Hoán đổi với Thứ Bảy 28/11/2026" in text
    assert (
        "Thứ Bảy 28/11/2026 Nghỉ hằng tuần Làm bù 07:00-11:30, 13:30-17:00. Hoán đổi với Thứ Sáu 27/11/2026"
        in text
    )
    assert "1 hồ sơ đang giải quyết có thể đổi hạn" in text
    assert "Ủy ban nhân dân xã Một 1" in text
    assert newest_notice() == before, "the check writes nothing"

    done = client.post(NATION + NEW, hidden_of(page) | {"viec": "ghi"})
    assert done.headers["Location"] == NATION + NOTICES
    text = text_of(client.get(NATION + NOTICES))
    assert f"Đã ghi thông báo số {before + 1}." in text
    assert "Cán bộ cchc" in text
    row = CalendarDay.objects.get(day=date(2026, 11, 27))
    assert (row.legal_basis, row.announced_on, row.confirmed) == (
        "Thông báo 7/TB-BNV",
        date(2026, 11, 5),
        True,
    )
    assert "+ làm bù" in text_of(client.get(NATION + "?nam=2026"))


def test_the_check_names_what_stays_unconfirmed_of_the_same_holiday(
    client: Client, world: World, keeper: User
) -> None:
    tet = {"from-1": "05/02/2027", "to-1": "09/02/2027", "kind-1": "holiday", "name-1": "Tết Nguyên đán"}
    assert "cùng dịp lễ" not in text_of(client.post(NATION + NEW, given(tet)))
    seed = [day for day in seeded_days([2027]) if day.day.month == 2]
    record(world, *seed)
    text = text_of(client.post(NATION + NEW, given(tet)))
    assert "không có trong thông báo này, vẫn giữ là ngày nghỉ:" in text
    assert "Thứ Năm 04/02/2027 (Tết Nguyên đán), Thứ Tư 10/02/2027 (Tết Nguyên đán)." in text


def test_the_first_notice_of_an_agency_begins_its_calendar(client: Client, world: World) -> None:
    client.force_login(world.people["xa-mot.head"])
    assert "Ghi thông báo này thì lập lịch riêng" in text_of(client.get(COMMUNE + NEW))
    closed = {"from-1": "10/11/2026", "to-1": "15/11/2026", "kind-1": "closure", "name-1": "Sửa trụ sở"}
    page = client.post(COMMUNE + NEW, given(closed))
    assert "4 ngày thay đổi" in text_of(page), "the weekend is free anyway"
    assert Calendar.objects.count() == 1
    assert client.post(COMMUNE + NEW, hidden_of(page) | {"viec": "ghi"}).status_code == 302
    on = date(2026, 11, 6)
    assert not working_calendar(world.commune.id, on=on).is_working_day(date(2026, 11, 10))
    assert working_calendar(world.neighbour.id, on=on).is_working_day(date(2026, 11, 10))
    assert not working_calendar(world.commune.id, on=on).is_working_day(date(2026, 11, 24)), "inherited"


@pytest.mark.parametrize(
    ("changed", "box", "said"),
    [
        ({"from-1": "31/11/2026"}, "from-1", "Dòng 1 “31/11/2026 · Nghỉ hoán đổi · Nghỉ hoán đổi”: không phải một ngày"),
        ({"from-1": ""}, "from-1", "Dòng 1 “Nghỉ hoán đổi · Nghỉ hoán đổi”: không phải một ngày"),
        ({"to-1": "20/11/2026"}, "to-1", "ngày cuối đứng trước ngày đầu"),
        ({"kind-1": ""}, "kind-1", "chưa chọn loại ngày"),
        ({"name-1": ""}, "name-1", "Dòng 1 “27/11/2026 · Nghỉ hoán đổi”, ngày 27/11/2026: chưa có tên gọi của ngày"),
        ({"shifts-1": "07:00-11:00"}, "shifts-1", "loại ngày này không có ca làm việc"),
        ({"shifts-2": "7 giờ"}, "shifts-2", "không đọc được ca làm việc"),
        ({"shifts-2": "11:00-07:00"}, "shifts-2", "giờ kết thúc ca không sau giờ bắt đầu"),
        ({"instead_of-1": "12/13/2026"}, "instead_of-1", "không phải một ngày"),
        ({"from-2": "29/12/2062"}, "from-2", "ngày quá xa hôm nay"),
        ({"kind-2": "closure"}, "from-2", "Dòng 2 “28/11/2026 · Đóng cửa · Làm bù”, ngày 28/11/2026: ngày này vốn đã nghỉ"),
        ({"from-1": "24/11/2026", "kind-1": "swap_working"}, "from-1", "làm bù vào ngày nghỉ lễ"),
        ({"title": ""}, "title", "Nhập số, ký hiệu của thông báo"),
        ({"announced_on-day": "7"}, "announced_on", "Ngày thông báo không được sau hôm nay, 06/11/2026"),
        ({"announced_on-day": "", "announced_on-month": "", "announced_on-year": ""}, "announced_on", "Nhập ngày thông báo"),
        ({"week-5": "07:00-11:00"}, "week_from", "Nhập ngày bắt đầu áp dụng tuần làm việc mới"),
    ],
)  # fmt: skip
def test_each_fault_is_named_beside_its_box(
    client: Client, keeper: User, changed: Given, box: str, said: str
) -> None:
    answer = client.post(NATION + NEW, given(SWAP, changed))
    assert answer.status_code == 422
    assert any(said in error for error in errors_of(answer)), errors_of(answer)
    assert re.search(
        rf'href="#id_{box}[^"]*"[^>]*>[^<]*{re.escape(said[:20])}', unescape(answer.content.decode())
    )
    # What was typed stays.
    name = changed.get("name-2", SWAP["name-2"])
    assert f'name="name-2" value="{name}"' in answer.content.decode()
    assert CalendarNotice.objects.count() == 2


def test_all_faults_come_at_once(client: Client, keeper: User) -> None:
    answer = client.post(
        NATION + NEW,
        given(
            {
                "title": "",
                "from-1": "31/11/2026",
                "from-2": "28/11/2026",
                "kind-2": "closure",
                "name-2": "Đóng",
            }
        ),
    )
    found = errors_of(answer)
    assert len(found) == 5
    assert [any(said in error for error in found) for said in (
        "Nhập số, ký hiệu", "không phải một ngày", "chưa chọn loại ngày", "chưa có tên gọi", "vốn đã nghỉ",
    )] == [True] * 5  # fmt: skip


def test_a_notice_that_says_nothing_or_nothing_new_is_told_so(
    client: Client, world: World, keeper: User
) -> None:
    assert errors_of(client.post(NATION + NEW, given())) == [
        "Điền ít nhất một dòng ngày, chọn một tệp, hoặc đổi tuần làm việc."
    ]
    page = client.post(NATION + NEW, given(SWAP))
    client.post(NATION + NEW, hidden_of(page) | {"viec": "ghi"})
    answer = client.post(NATION + NEW, given(SWAP))
    assert answer.status_code == 422
    assert errors_of(answer) == ["Lịch đã ghi đúng như thông báo này, không có gì để ghi thêm."]


def test_a_week_changes_from_a_day_on(client: Client, world: World, keeper: User) -> None:
    page = client.get(NATION + NEW).content.decode()
    assert 'name="week-0" value="07:00-11:30, 13:30-17:00"' in page
    since = {"week_from-day": "1", "week_from-month": "12", "week_from-year": "2026", "week-5": "07:30-11:30"}
    answer = client.post(NATION + NEW, given(since))
    text = text_of(answer)
    assert (
        "Tuần làm việc từ 01/12/2026 Hiện nay Thứ Hai đến Thứ Sáu: 07:00-11:30, 13:30-17:00 Thứ Bảy, Chủ nhật: nghỉ"
        in text
    )
    assert "Sẽ là Thứ Hai đến Thứ Sáu: 07:00-11:30, 13:30-17:00 Thứ Bảy: 07:30-11:30 Chủ nhật: nghỉ" in text
    assert client.post(NATION + NEW, hidden_of(answer) | {"viec": "ghi"}).status_code == 302
    there = working_calendar(None, on=date(2026, 11, 6))
    assert [there.is_working_day(date(2026, *day)) for day in ((11, 28), (12, 5))] == [False, True]
    assert there.closing(date(2026, 12, 5)) == at_local(date(2026, 12, 5), time(11, 30))
    assert "Từ 01/12/2026 Thứ Hai đến Thứ Sáu" in text_of(client.get(NATION + "?nam=2026"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({f"week-{n}": "" for n in range(7)}, "Tuần làm việc không có ca nào."),
        ({"week-2": "17:00-13:30"}, "Thứ Tư “17:00-13:30”: giờ kết thúc ca không sau giờ bắt đầu"),
        ({"week-3": "07:00-12:00, 11:00-17:00"}, "Thứ Năm “07:00-12:00, 11:00-17:00”: các ca chồng lên nhau"),
        ({"week-6": "sáng"}, "Chủ nhật “sáng”: không đọc được ca làm việc"),
        ({"week_from-year": "2062"}, "Ngày quá xa hôm nay"),
        ({"week_from-day": "31", "week_from-month": "11"}, "tháng 11 năm 2026 chỉ có 30 ngày"),
    ],
)
def test_faults_of_a_week_are_named_by_weekday(
    client: Client, keeper: User, changed: Given, said: str
) -> None:
    since = {"week_from-day": "1", "week_from-month": "12", "week_from-year": "2026"}
    answer = client.post(NATION + NEW, given(since, changed))
    assert answer.status_code == 422
    assert any(said in error for error in errors_of(answer)), errors_of(answer)
    assert '<details class="govuk-details mc-more" open>' in answer.content.decode()


def test_a_line_is_added_and_nothing_is_judged_yet(client: Client, keeper: User) -> None:
    answer = client.post(NATION + NEW, given({"from-1": "31/11/2026", "name-1": "Dở dang"}, wish="them"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert errors_of(answer) == []
    assert 'name="from-1" value="31/11/2026"' in page
    assert 'name="announced_on-day"' in page
    assert 'value="5"' in page
    assert 'name="rows" value="3"' in page
    assert 'name="from-3"' in page
    full = client.post(NATION + NEW, given({"rows": "99"}, wish="them")).content.decode()
    assert f'name="rows" value="{MOST_ROWS}"' in full
    assert "Thêm dòng" not in full


def test_from_the_check_one_goes_back_with_all_that_was_typed(client: Client, keeper: User) -> None:
    page = client.post(NATION + NEW, given(SWAP))
    back = client.post(NATION + NEW, hidden_of(page) | {"viec": "sua"})
    text = back.content.decode()
    assert back.status_code == 200
    for name in ("title", "from-1", "name-2"):
        assert f'name="{name}" value="{(HEAD | SWAP)[name]}"' in text
    assert '<option value="swap_working" selected>' in text


# --- a file ---------------------------------------------------------------------------------------------

CSV = """# so_hieu: Thông báo 9/TB-BNV
# ngay_thong_bao: 05/11/2026
loai,tu_ngay,den_ngay,ten,thay_cho
nghi_hoan_doi,27/11/2026,,Nghỉ thay,28/11/2026
lam_bu,28/11/2026,,Làm bù,27/11/2026
"""
NOTHING = WEEK | {"viec": "kiem-tra", "rows": "2"}


def upload(content: str | bytes, name: str = "tb.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def test_a_file_is_read_checked_and_recorded_with_its_name(client: Client, keeper: User) -> None:
    page = client.post(NATION + NEW, NOTHING | {"file": upload("\ufeff" + CSV)})
    text = text_of(page)
    assert page.status_code == 200
    assert "Số, ký hiệu Thông báo 9/TB-BNV Ngày thông báo 05/11/2026" in text
    assert "2 ngày thay đổi" in text
    assert client.post(NATION + NEW, hidden_of(page) | {"viec": "ghi"}).status_code == 302
    row = CalendarNotice.objects.latest("number")
    assert (row.title, row.source, row.announced_on) == ("Thông báo 9/TB-BNV", "tb.csv", date(2026, 11, 5))


def test_a_faulty_file_can_be_mended_on_the_page(client: Client, keeper: User) -> None:
    faulty = CSV + "ngay_dep,2026-12-01,,Sai,\nnghi_bu,2026-12-02,,Bù,\n"
    answer = client.post(NATION + NEW, NOTHING | {"file": upload(faulty)})
    assert answer.status_code == 422
    assert errors_of(answer) == [
        "Dòng 6 của tệp “ngay_dep,2026-12-01,,Sai”: không có loại ngày này; dùng nghi_le, nghi_bu, nghi_hoan_doi, "
        "lam_bu, nua_ngay, dong_cua hoặc nhu_ngay_thuong",
        "Dòng 7 của tệp “nghi_bu,2026-12-02,,Bù”, ngày 02/12/2026: không có ngày lễ nào trùng ngày nghỉ hằng tuần "
        "để nghỉ bù",
    ]
    assert "ngay_dep,2026-12-01" in re.findall(r"<textarea.*?</textarea>", answer.content.decode(), re.S)[0]
    mended = client.post(NATION + NEW, NOTHING | {"text": CSV, "file_name": "tb.csv"})
    assert "2 ngày thay đổi" in text_of(mended)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "không phải UTF-8"),
        (b"", "tệp rỗng"),
        (b"x" * (1024 * 1024 + 1), "tệp lớn hơn 1 MB"),
        ("mot,hai\n1,2\n", "thiếu cột kind, from, name"),
        ("# co_quan: xa-mot\n" + CSV, "Tệp này ghi cho lịch của “xa-mot”, không phải lịch đang mở."),
        (CSV.replace("05/11/2026", "07/11/2026"), "Ngày thông báo sau hôm nay."),
        (CSV.split("\n", 1)[1], "Nhập số, ký hiệu của thông báo"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    client: Client, keeper: User, content: str | bytes, said: str
) -> None:
    answer = client.post(NATION + NEW, NOTHING | {"file": upload(content)})
    assert answer.status_code == 422
    assert any(said in error for error in errors_of(answer)), errors_of(answer)
    assert CalendarNotice.objects.count() == 2


def test_a_file_and_lines_together_are_refused(client: Client, keeper: User) -> None:
    answer = client.post(NATION + NEW, given(SWAP, {"file": upload(CSV)}))
    assert errors_of(answer) == ["Đã có tệp: bỏ trống các dòng và tuần làm việc, hoặc xóa nội dung tệp."]


# --- meanwhile ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [NATION, COMMUNE])
def test_who_looked_at_an_older_calendar_looks_again_and_loses_nothing(
    client: Client, world: World, keeper: User, page: str
) -> None:
    if page == COMMUNE:
        client.force_login(world.people["xa-mot.head"])
    looked = client.post(page + NEW, given(SWAP))
    record(world, DayChange(date(2026, 12, 1), "closure", "Việc khác"))
    newest = newest_notice()
    stale = client.post(page + NEW, hidden_of(looked) | {"viec": "ghi"})
    assert stale.status_code == 422
    assert "Vừa có thông báo khác được ghi; xem lại lịch rồi ghi lần nữa." in text_of(stale)
    assert newest_notice() == newest
    kept = hidden_of(stale)
    assert kept == hidden_of(looked) | {"expected": str(newest)}
    assert client.post(page + NEW, kept | {"viec": "ghi"}).status_code == 302
    assert newest_notice() == newest + 1 + (page == COMMUNE)


def test_without_having_looked_nothing_is_recorded(client: Client, keeper: User) -> None:
    for expected in ("", "-1", "x"):
        answer = client.post(NATION + NEW, given(SWAP, {"expected": expected}, wish="ghi"))
        assert answer.status_code == 200
        assert "Kiểm tra thông báo trước khi ghi" in text_of(answer)
    assert CalendarNotice.objects.count() == 2


def test_without_any_calendar_the_pages_say_so(
    client: Client, db: None, friday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(World, "_calendar", lambda self: None)
    with clock.freeze(friday):
        world = World(friday)
        client.force_login(world.staff("qt-tinh", world.province, "administrator", "administer"))
        assert "Chưa có lịch nào." in text_of(client.get(LIST))
        for key in ("ca-nuoc/", "xa-mot/", "tinh/"):
            assert "Chưa có lịch cả nước" in text_of(client.get(LIST + key))
            assert "Chưa có thông báo nào." in text_of(client.get(LIST + key + NOTICES))
        for page in (NATION + NEW, f"{LIST}tinh/{NEW}"):
            assert "Chưa có lịch cả nước" in text_of(client.get(page))
            assert client.post(page, given(SWAP)).status_code == 200
        assert not CalendarNotice.objects.exists()


# --- what may move --------------------------------------------------------------------------------------


def test_open_dossiers_are_counted_by_agency_over_the_days(world: World) -> None:
    # Three working days from Friday 6/11: until Wednesday 11/11.
    world.a_dossier().accepted()
    world.a_dossier(agency=world.neighbour).accepted()
    world.a_dossier().filed()
    world.a_dossier().decided()
    one, other = world.commune.id, world.neighbour.id
    both = {one: 1, other: 1}
    assert open_between(None, date(2026, 11, 11), date(2026, 11, 11)) == both
    assert open_between(None, date(2026, 11, 12), None) == {}
    assert open_between(None, date(2026, 11, 1), date(2026, 11, 5)) == {}
    assert open_between(None, date(2026, 11, 1), None) == both
    assert open_between({other}, date(2026, 11, 9), date(2026, 11, 30)) == {other: 1}
    assert open_between(frozenset(), date(2026, 11, 9), None) == {}


def test_a_commune_counts_its_own_dossiers_only(client: Client, world: World) -> None:
    world.a_dossier().accepted()
    world.a_dossier(agency=world.neighbour).accepted()
    lay_down_calendar(world.province, name="Tỉnh", legal_basis="", by=SYSTEM, at=world.at)
    client.force_login(world.people["xa-mot.head"])
    closed = {"from-1": "10/11/2026", "kind-1": "closure", "name-1": "Sửa trụ sở"}
    text = text_of(client.post(COMMUNE + NEW, given(closed)))
    assert "1 hồ sơ đang giải quyết có thể đổi hạn" in text
    assert "xã Hai" not in text
