"""Signing in, the session that runs out in the middle, and what belongs to whom."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from motcua.accounts.actions import enrol_second_factor
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from tests.interfaces.test_portal_filing import ANH, declared, filled, id_of, pdf, started, text
from tests.world import World

CREDENTIALS = {"username": "dan", "password": "một-cửa"}


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    client.force_login(world.citizen)
    return client


def run_out(browser: Client) -> None:
    """Let the session run out, as the browser sees it."""
    browser.cookies.pop(django_settings.SESSION_COOKIE_NAME)


def test_a_citizen_comes_in_and_returns_to_where_they_were_going(client: Client, world: World) -> None:
    answer = client.get("/cua-toi/")
    assert answer.headers["Location"] == "/dang-nhap/?next=%2Fcua-toi%2F"
    assert "Những gì đã lưu vẫn còn nguyên" in text(client.get(answer.headers["Location"]))
    entered = client.post("/dang-nhap/", CREDENTIALS | {"next": "/thu-tuc/9.000001/"})
    assert entered.headers["Location"] == "/thu-tuc/9.000001/"
    assert "Nguyễn Thị Ánh" in text(client.get("/cua-toi/"))


def test_the_session_key_changes_on_the_way_in(client: Client, world: World) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    client.post("/dang-nhap/", CREDENTIALS)
    assert client.session.session_key != before


def test_staff_go_to_their_queue(client: Client, world: World) -> None:
    entered = client.post("/dang-nhap/", {"username": "xa-mot.receiver", "password": "một-cửa"})
    assert entered.headers["Location"] == reverse("desk:queue")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/quay/"]
)
def test_nobody_is_led_elsewhere(client: Client, world: World, elsewhere: str) -> None:
    entered = client.post("/dang-nhap/", CREDENTIALS | {"next": elsewhere})
    assert entered.headers["Location"] == "/cua-toi/"


def test_a_wrong_password_and_an_unknown_name_get_one_answer(client: Client, world: World) -> None:
    answers = [
        client.post("/dang-nhap/", {"username": name, "password": "sai"}) for name in ("dan", "khong-co-ai")
    ]
    said = [text(answer) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Sai tên đăng nhập hoặc mật khẩu" in page for page in said)
    assert "sai" not in answers[0].content.decode().split("<form")[-1]


def test_too_many_tries_say_when_to_come_back(client: Client, world: World) -> None:
    for _ in range(10):
        client.post("/dang-nhap/", {"username": "dan", "password": "sai"})
    answer = client.post("/dang-nhap/", CREDENTIALS)
    assert answer.status_code == 429
    assert "Hãy đợi 5 phút" in text(answer)


def test_the_accounts_are_hinted_at_only_in_the_demonstration(
    client: Client, world: World, settings: Any
) -> None:
    assert "tài khoản mẫu" in text(client.get("/dang-nhap/"))
    settings.MOTCUA_DEMONSTRATION = False
    assert "tài khoản mẫu" not in text(client.get("/dang-nhap/"))


def test_signing_out_ends_the_session(browser: Client) -> None:
    assert browser.get("/dang-xuat/").status_code == 405
    browser.post("/dang-xuat/")
    assert browser.get("/cua-toi/").status_code == 302


def test_what_was_typed_survives_a_session_that_ran_out(browser: Client, world: World) -> None:
    folder = started(browser)
    browser.post(f"{folder}nguoi-nop/", ANH)
    run_out(browser)
    typed = ANH | {"address": "34 Ngõ Mới", "identity": "066190900099", "birth_date-day": "3"}
    answer = browser.post(f"{folder}nguoi-nop/", typed)
    assert answer.status_code == 302
    assert "066190900099" not in str(dict(browser.session.items()))
    page = text(browser.get(answer.headers["Location"]))
    assert "Không mất gì cả" in page
    entered = browser.post("/dang-nhap/", CREDENTIALS | {"next": f"{folder}nguoi-nop/"})
    assert entered.headers["Location"] == f"{folder}nguoi-nop/"
    refilled = browser.get(f"{folder}nguoi-nop/")
    assert "Chữ bạn gõ trước khi hết phiên đã được điền lại" in text(refilled)
    html = refilled.content.decode()
    assert 'value="34 Ngõ Mới"' in html
    assert 'name="birth_date-day" type="text" inputmode="numeric" value="3"' in html
    assert "066190900099" not in html
    again = browser.get(f"{folder}nguoi-nop/").content.decode()
    assert 'value="34 Ngõ Mới"' not in again, "shown once; it is saved only by its owner"


def test_what_was_typed_is_not_given_to_another(browser: Client, world: World) -> None:
    folder = started(browser)
    run_out(browser)
    browser.post(f"{folder}nguoi-nop/", ANH | {"address": "34 Ngõ Mới"})
    browser.post("/dang-nhap/", {"username": "la", "password": "một-cửa", "next": f"{folder}nguoi-nop/"})
    assert browser.get(f"{folder}nguoi-nop/").status_code == 404
    assert "34 Ngõ Mới" not in str(dict(browser.session.items()))


def test_the_keepsake_of_the_office_page_is_refilled_too(browser: Client, world: World) -> None:
    folder = started(browser)
    run_out(browser)
    browser.post(f"{folder}noi-nop/", {"agency": str(world.neighbour.id), "delivery": "post"})
    browser.post("/dang-nhap/", CREDENTIALS)
    html = browser.get(f"{folder}noi-nop/").content.decode()
    assert f'<option value="{world.neighbour.id}" selected>' in html
    assert 'value="post" checked' in html


def test_a_file_sent_without_a_session_is_said_to_be_lost(browser: Client, world: World) -> None:
    folder = started(browser)
    run_out(browser)
    answer = browser.post(f"{folder}giay-to/to-khai/", {"viec": "tep", "file": pdf()})
    assert "tệp vừa chọn chưa được giữ" in text(browser.get(answer.headers["Location"]))


def test_a_final_post_without_a_session_files_nothing(browser: Client, world: World) -> None:
    folder = filled(browser, world)
    run_out(browser)
    answer = declared(browser, folder)
    assert "hồ sơ chưa được nộp" in text(browser.get(answer.headers["Location"]))  # type: ignore[index]
    browser.post("/dang-nhap/", CREDENTIALS)
    assert declared(browser, folder).headers["Location"] == f"{folder}da-nop/"


def test_a_keepsake_is_small_whatever_is_sent(client: Client, world: World) -> None:
    client.post(
        "/nop/ho-so/01a00000-0000-7000-8000-000000000000/nguoi-nop/",
        {"name": "x" * 100_000, "unknown": "y" * 1000},
    )
    assert len(str(dict(client.session.items()))) < 5000


def test_everything_of_another_is_not_there(client: Client, world: World) -> None:
    story = world.a_dossier().filed()
    story.supplement_requested()
    draft = world.a_dossier().dossier
    client.force_login(world.people["la"])
    id = story.dossier.id
    slip = "01a00000-0000-7000-8000-000000000000"
    for address in (
        f"/cua-toi/{id}/",
        f"/cua-toi/{id}/rut/",
        f"/cua-toi/{id}/xoa/",
        f"/cua-toi/{id}/bo-sung/",
        f"/cua-toi/{id}/phieu/{slip}.pdf",
        f"/cua-toi/{id}/tep/{slip}/",
        f"/nop/ho-so/{id}/da-nop/",
        *(f"/nop/ho-so/{draft.id}/{page}/" for page in ("nguoi-nop", "noi-nop", "giay-to", "kiem-tra")),
        f"/nop/ho-so/{draft.id}/giay-to/to-khai/",
    ):
        assert client.get(address).status_code == 404, address
    for address in (f"/cua-toi/{id}/rut/", f"/cua-toi/{id}/bo-sung/", f"/cua-toi/{id}/bo-sung/to-khai/"):
        assert client.post(address, {"file": pdf()}).status_code == 404, address
    assert client.post(f"/nop/ho-so/{draft.id}/kiem-tra/", {"declared": "on"}).status_code == 404
    assert client.post(f"/cua-toi/{draft.id}/xoa/").status_code == 404
    story.reload()
    assert story.dossier.state == "awaiting_applicant"
    assert id_of(f"/nop/ho-so/{id}/") == id


def test_the_language_is_kept_and_leads_back(client: Client, world: World) -> None:
    answer = client.post("/ngon-ngu/", {"language": "en", "next": "/thu-tuc/9.000001/"})
    assert answer.headers["Location"] == "/thu-tuc/9.000001/"
    page = client.get("/thu-tuc/9.000001/").content.decode()
    assert '<html lang="en">' in page
    assert "Trial confirmation" in page
    client.post("/ngon-ngu/", {"language": "xx", "next": "https://evil.example/"})
    assert '<html lang="en">' in client.get("/").content.decode()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/ngon-ngu/", {"language": "en", "next": "//evil.example/"}).headers["Location"] == "/"


def test_public_pages_set_no_cookie(world: World) -> None:
    for address in ("/", "/thu-tuc/", "/thu-tuc/9.000001/", "/tra-cuu/"):
        assert not Client().get(address).cookies, address


def test_staff_give_a_code_where_the_deployment_asks_for_it(
    client: Client, world: World, settings: Any
) -> None:
    settings.MOTCUA_SECOND_FACTOR = True
    receiver = world.people["xa-mot.receiver"]
    address = enrol_second_factor(receiver, by=SYSTEM, at=world.at)
    code = pyotp.parse_uri(address).at(world.at)
    half = client.post("/dang-nhap/", {"username": "xa-mot.receiver", "password": "một-cửa"})
    assert half.headers["Location"] == "/dang-nhap/ma/"
    assert client.get("/cua-toi/").status_code == 302, "the password alone opens nothing"
    wrong = client.post("/dang-nhap/ma/", {"code": f"{(int(code) + 1) % 1_000_000:06}"})
    assert wrong.status_code == 422
    assert "Mã không đúng" in text(wrong)
    assert client.post("/dang-nhap/ma/", {"code": code}).headers["Location"] == "/quay/"
    assert client.get("/cua-toi/").status_code == 200
    again = Client()
    again.post("/dang-nhap/", {"username": "xa-mot.receiver", "password": "một-cửa"})
    assert again.post("/dang-nhap/ma/", {"code": code}).status_code == 422, "a code works once"


def test_a_code_is_asked_only_after_a_password_and_for_a_while(
    client: Client, world: World, settings: Any
) -> None:
    settings.MOTCUA_SECOND_FACTOR = True
    assert client.get("/dang-nhap/ma/").headers["Location"] == "/dang-nhap/"
    client.post("/dang-nhap/", {"username": "xa-mot.receiver", "password": "một-cửa"})
    assert client.get("/dang-nhap/ma/").status_code == 200
    with clock.freeze(world.at + timedelta(minutes=6)):
        assert client.get("/dang-nhap/ma/").headers["Location"] == "/dang-nhap/"
    assert client.post("/dang-nhap/", CREDENTIALS).headers["Location"] == "/cua-toi/", "citizens need none"
