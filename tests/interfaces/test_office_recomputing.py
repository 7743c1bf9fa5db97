"""What a changed calendar moves, as the office sees it: who sees what, who decides, and how it is said."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.calendars.actions import DayChange, NoticeData, record_notice
from motcua.dossiers.actions import apply_moves, recompute
from motcua.dossiers.models import DueMove, Recomputation
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit import clock
from tests.interfaces.catalogue_office import text_of
from tests.world import World

LIST = "/cchc/lich/tinh-lai/"
Open = Callable[..., Any]


@pytest.fixture
def run(world: World, outbox: Any) -> UUID:
    """A holiday on Tuesday: two dossiers of the first commune and one of the second wait for approval."""
    for agency in (world.commune, world.commune, world.neighbour):
        world.a_dossier(agency=agency).accepted()
    return _announced(world, outbox, 10)


def _announced(world: World, outbox: Any, day: int, *, finished: bool = True) -> UUID:
    change = DayChange(date(2026, 11, day), "holiday", "Nghỉ", "TB 99")
    notice = NoticeData("Nghỉ thêm một ngày", legal_basis="Thông báo 99/TB", days=(change,))
    number = record_notice(world.calendar, notice, by=SYSTEM, at=world.at)
    outbox()
    id = Recomputation.objects.get(notice=number).id
    while finished and recompute(id, at=world.at):
        pass
    return id


@pytest.fixture
def people(world: World) -> World:
    """People of the province beside those of the communes."""
    world.staff("tinh.ky", world.province, "leader", "sign")
    world.staff("tinh.quan-tri", world.province, "clerk", "administer")
    world.staff("tinh.xem", world.province, "reform", "see_province")
    world.staff("xa-mot.quan-tri", world.commune, "clerk", "administer")
    return world


@pytest.fixture
def see(world: World) -> Open:
    """Open a page as somebody."""

    def open_page(who: str, url: str, **form: str) -> Any:
        client = Client()
        client.force_login(world.people[who])
        with clock.freeze(world.at):
            return client.post(url, form) if form else client.get(url)

    return open_page


_EVERYWHERE, _FIRST, _NOWHERE = {"xa-mot": 2, "xa-hai": 1}, {"xa-mot": 2}, None


@pytest.mark.parametrize(
    ("who", "sees", "decides"),
    [
        ("tinh.ky", _EVERYWHERE, 3),
        ("tinh.quan-tri", _EVERYWHERE, 3),
        ("tinh.xem", _EVERYWHERE, 0),
        ("xa-mot.leader", _FIRST, 2),
        ("xa-mot.head", _FIRST, 0),
        ("xa-mot.specialist", _FIRST, 0),
        ("xa-mot.quan-tri", _NOWHERE, 0),
        ("dan", _NOWHERE, 0),
    ],
)
def test_who_sees_it_and_who_decides(
    people: World, run: UUID, see: Open, who: str, sees: dict[str, int] | None, decides: int
) -> None:
    page = see(who, f"{LIST}{run}/")
    ask = see(who, f"{LIST}{run}/duyet/?quyet=duyet")
    listed = see(who, LIST)
    if sees is None:
        assert {page.status_code, ask.status_code, listed.status_code} == {404}
        return
    text = page.content.decode()
    assert f"Chờ duyệt ({sum(sees.values())})" in text
    for key in ("xa-mot", "xa-hai"):
        assert (f"co_quan={key}" in text) == (key in sees)
        narrowed = see(who, f"{LIST}{run}/?co_quan={key}")
        assert narrowed.status_code == (200 if key in sees else 404)
    assert (f"Duyệt {decides} hẹn muộn hơn" in text) == bool(decides)
    assert ask.status_code == (200 if decides else 404)
    assert f'href="{LIST}"' in text, "it stands in the menu"
    assert "Nghỉ thêm một ngày" in text_of(listed.content.decode())


def test_what_is_not_there_is_not_there(people: World, run: UUID, see: Open) -> None:
    for url in (
        f"{LIST}{UUID(int=4)}/",
        f"{LIST}{UUID(int=4)}/duyet/?quyet=duyet",
        f"{LIST}{run}/?loc=khong-co",
        f"{LIST}{run}/?co_quan=khong-co",
        f"{LIST}{run}/duyet/",
        f"{LIST}{run}/duyet/?quyet=xoa",
    ):
        assert see("tinh.ky", url).status_code == 404, url
    assert "(desk_nav)" not in see("xa-mot.quan-tri", "/quay/").content.decode()
    assert LIST not in see("xa-mot.quan-tri", "/quay/").content.decode()


def test_the_list_says_both_dates_in_words(people: World, run: UUID, see: Open) -> None:
    page = see("xa-mot.leader", f"{LIST}{run}/")
    said = text_of(page.content.decode())
    assert "17 giờ, thứ Tư 11/11/2026" in said
    assert "17 giờ, thứ Năm 12/11/2026" in said
    assert said.count("Nguyễn Thị Ánh") == 2
    assert "Thông báo 99/TB" in said
    assert "Xong" in said
    # Who decides for all and works on none of them is not shown whose they are.
    page = see("tinh.quan-tri", f"{LIST}{run}/")
    assert "Nguyễn Thị Ánh" not in page.content.decode()
    assert "Hẹn muộn hơn, phải duyệt 3" in text_of(page.content.decode())


def test_no_script_and_no_style_stands_in_the_pages(people: World, run: UUID, see: Open) -> None:
    for url in (LIST, f"{LIST}{run}/", f"{LIST}{run}/duyet/?quyet=duyet"):
        text = see("tinh.ky", url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)


def test_a_leader_decides_for_the_own_agency_and_for_no_other(people: World, run: UUID, see: Open) -> None:
    address = f"{LIST}{run}/duyet/"
    asked = see("xa-mot.leader", f"{address}?quyet=duyet")
    assert "Duyệt và báo cho người nộp" in text_of(asked.content.decode())
    assert DueMove.objects.filter(decided_at__isnull=False).count() == 0, "looking decides nothing"

    assert see("xa-mot.leader", address, quyet="duyet", co_quan="xa-hai").status_code == 404
    assert see("xa-mot.head", address, quyet="duyet").status_code == 404
    done = see("xa-mot.leader", address, quyet="duyet")
    assert (done.status_code, done["Location"]) == (302, f"{LIST}{run}/")
    decided = DueMove.objects.filter(decided_at__isnull=False)
    assert {row.agency_id for row in decided} == {people.commune.id}
    assert decided.count() == 2
    assert "Đã duyệt, đang ghi (2)" in see("xa-mot.leader", f"{LIST}{run}/").content.decode()
    apply_moves(run, at=people.at)
    assert "Đã đổi (2)" in see("xa-mot.leader", f"{LIST}{run}/").content.decode()
    # Once more: it was decided already.
    again = see("xa-mot.leader", address, quyet="khong-duyet")
    assert again.status_code == 302
    assert DueMove.objects.filter(state="rejected").count() == 0
    assert see("xa-mot.leader", f"{address}?quyet=duyet").status_code == 302


def test_the_province_decides_for_one_agency_or_for_all(people: World, run: UUID, see: Open) -> None:
    address = f"{LIST}{run}/duyet/"
    done = see("tinh.ky", address, quyet="khong-duyet", co_quan="xa-hai")
    assert done["Location"] == f"{LIST}{run}/?co_quan=xa-hai"
    assert {row.agency_id for row in DueMove.objects.filter(state="rejected")} == {people.neighbour.id}
    see("tinh.quan-tri", address, quyet="duyet")
    kinds = [entry.kind for entry in history_of(run)]
    assert kinds[-2:] == ["recomputation.rejected", "recomputation.approved"]
    assert history_of(run)[-1].actor_label == "Cán bộ tinh.quan-tri"


def test_progress_is_shown_while_it_runs_and_nothing_can_be_decided(
    people: World, see: Open, outbox: Any
) -> None:
    for _ in range(3):
        people.a_dossier().accepted()
    run = _announced(people, outbox, 10, finished=False)
    recompute(run, at=people.at, most=2)
    text = see("tinh.ky", f"{LIST}{run}/").content.decode()
    assert "Đã xem 2 trên 3 hồ sơ" in text
    assert '<progress value="2" max="3"' in text
    assert 'http-equiv="refresh"' in text
    assert "/duyet/" not in text
    assert "Đã xem 2 trên 3 hồ sơ" in see("tinh.ky", LIST).content.decode()
    assert see("tinh.ky", f"{LIST}{run}/duyet/", quyet="duyet").status_code == 302
    assert DueMove.objects.filter(decided_at__isnull=False).count() == 0


def test_the_file_holds_what_the_list_holds(people: World, run: UUID, see: Open) -> None:
    answer = see("xa-mot.leader", f"{LIST}{run}/?dang=csv&loc=proposed")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert rows[0].startswith("Mã hồ sơ,Người nộp,Cơ quan,Hẹn trước khi đổi lịch,Hẹn theo lịch mới,")
    assert all("17:00 11/11/2026,17:00 12/11/2026,Chờ duyệt" in row for row in rows[1:])
    other = see("tinh.quan-tri", f"{LIST}{run}/?dang=csv")
    assert "Nguyễn Thị Ánh" not in b"".join(other.streaming_content).decode()


def test_the_pages_ask_no_more_for_more_rows(people: World, see: Open, outbox: Any) -> None:
    def asked(day: int, number: int) -> list[int]:
        for _ in range(number):
            people.a_dossier().accepted()
        run = _announced(people, outbox, day)
        counts = []
        for url in (LIST, f"{LIST}{run}/", f"{LIST}{run}/duyet/?quyet=duyet"):
            see("tinh.ky", url)
            with CaptureQueriesContext(connection) as queries:
                assert see("tinh.ky", url).status_code == 200
            counts.append(len(queries))
        return counts

    assert asked(9, 1) == asked(10, 15)
