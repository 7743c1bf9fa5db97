"""Who may settle the catalogue of the province on the office's pages, and what those decide who may."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.catalogue import queries
from motcua.catalogue.models import ProcedureDoubt
from motcua.catalogue.sources.reading import Reason
from motcua.kit import clock
from tests.interfaces.catalogue_office import (
    CODE,
    FEE,
    LEGAL,
    bring,
    channel,
    doubted,
    page_of,
    reading,
    text_of,
)
from tests.world import World

ENTRIES = ("Danh mục cập nhật", "Xác nhận thủ tục", "Nhập danh mục", "Đề xuất bãi bỏ", "Quyết định công bố")


@pytest.fixture
def keeper(world: World) -> User:
    """Somebody of the reform office."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def ask(client: Client, keeper: User, world: World) -> Callable[..., Any]:
    """Open a page of confirmation as the reform office does, or send its form."""

    def send(code: str = CODE, **given: str) -> Any:
        client.force_login(keeper)
        with clock.freeze(world.at):
            return client.post(page_of(code), given) if given else client.get(page_of(code))

    return send


def row_of(field: str, code: str = CODE) -> ProcedureDoubt:
    return ProcedureDoubt.objects.get(procedure__code=code, field=field)


def test_who_administers_a_commune_decides_nothing_for_the_province(client: Client, world: World) -> None:
    bring(world, doubted())
    row = row_of(LEGAL.field)
    people = {
        "commune": world.staff("qtri-xa", world.commune, "administrator", "administer"),
        "province": world.staff("qtri-tinh", world.province, "administrator", "administer"),
    }
    answers = {}
    for name, user in people.items():
        client.force_login(user)
        with clock.freeze(world.at):
            read = client.get(page_of()).status_code
            sent = client.post(page_of(), {"viec": "dong-y", "doubt": str(row.id)}).status_code
        answers[name] = (read, sent)
        row.refresh_from_db()
        assert row.state == ("open" if name == "commune" else "accepted")
    assert answers == {"commune": (404, 404), "province": (200, 302)}


@pytest.mark.parametrize("page", ["/quay/", "/so-lieu/"])
def test_the_menus_of_desk_and_office_name_the_same_pages(client: Client, world: World, page: str) -> None:
    world.staff("qtri-xa", world.commune, "administrator", "administer", "see_agency")
    world.staff("qtri-tinh", world.province, "administrator", "administer", "see_province")
    world.staff("cchc", world.province, "reform", "see_province")
    seen = {}
    for name in ("qtri-xa", "qtri-tinh", "cchc", "xa-mot.head", "xa-mot.receiver"):
        client.force_login(world.people[name])
        with clock.freeze(world.at):
            answer = client.get(page)
        assert answer.status_code == 200
        labels = re.findall(r'<a href="/cchc/[^"]*"[^>]*>(.*?)</a>', answer.content.decode(), re.S)
        seen[name] = [entry for entry in ENTRIES if any(entry in label for label in labels)]
    read_only = [ENTRIES[0], ENTRIES[1], ENTRIES[4]]
    assert seen == {
        "qtri-xa": [],
        "qtri-tinh": list(ENTRIES),
        "cchc": list(ENTRIES),
        "xa-mot.head": read_only,
        "xa-mot.receiver": [],
    }


def test_a_fee_that_nobody_could_read_is_not_agreed_with_by_a_form_either(
    ask: Callable[..., Any], world: World
) -> None:
    bring(world, doubted())
    row = row_of(FEE.field)
    buttons = re.findall(r'value="([0-9a-f-]{36})"><button[^>]*value="dong-y"', ask().content.decode())
    assert str(row.id) not in buttons
    assert ask(viec="dong-y", doubt=str(row.id)).status_code == 422
    assert ask(viec="dong-y-het", doubts=str(row.id)).status_code == 422
    row.refresh_from_db()
    assert row.state == "open"


def test_a_fee_that_was_read_may_be_agreed_with_though_its_doubt_says_nothing_of_it(
    ask: Callable[..., Any], world: World
) -> None:
    bring(world, reading(CODE, FEE, channels=[channel(fees=[{"kind": "amount", "vnd": 75000}])]))
    row = row_of(FEE.field)
    assert f'value="{row.id}"><button' in ask().content.decode()
    assert ask(viec="dong-y", doubt=str(row.id)).status_code == 302


def test_the_form_of_a_question_says_that_nothing_is_sent(ask: Callable[..., Any], world: World) -> None:
    bring(world, doubted())
    page = text_of(ask().content.decode())
    assert "hệ thống không gửi đi đâu" in page
    assert "đến khi có người xử lý" in page
    assert "Câu hỏi gửi" not in page


def test_before_an_import_is_taken_the_page_says_what_would_change(
    ask: Callable[..., Any], world: World
) -> None:
    code = world.procedure.record.code
    bring(world, reading(code, channels=[channel(days=7, source="7 ngày làm việc")]))
    page = ask(code).content.decode()
    [table] = re.findall(r'<table class="mc-table mc-table--cards".*?</table>', page, re.S)
    rows = [text_of(row) for row in re.findall(r"<tr.*?</tr>", table, re.S)]
    assert rows[0] == "Phần Bản đang dùng Bản nhập"
    assert f"Tên Xác nhận thử nghiệm Cấp giấy thử {code}" in rows
    assert "Thời hạn trực tiếp: 3 ngày làm việc trực tiếp: 7 ngày làm việc" in rows
    assert "Thời hạn trực tuyến: 3 ngày làm việc (bỏ)" in rows
    # What the source does not state stays as it is, so it is no change.
    assert not any(row.startswith("Mức độ trực tuyến") for row in rows)
    assert page.index(table) < page.index('value="lay"')
    before = queries.content_of(world.procedure.id)
    doubt = ProcedureDoubt.objects.get(procedure__code=code, reason=Reason.DIFFERS_FROM_KEPT)
    assert ask(code, viec="lay", doubt=str(doubt.id)).status_code == 302
    after = queries.content_of(queries.versions_of(code)[0].id)
    assert after["service_level"] == before["service_level"]
    assert "Lấy bản nhập thì đổi" not in ask(code).content.decode()
