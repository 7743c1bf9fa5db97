"""Following a dossier: by QR, by number, in one's own list; answering, withdrawing, taking papers home."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from motcua.catalogue.queries import published
from motcua.documents.queries import slips_of
from motcua.dossiers import actions
from motcua.dossiers.access import dossier_for
from motcua.dossiers.models import Dossier
from motcua.dossiers.tracking import secret_text
from motcua.kit import clock
from motcua.kit.web import site
from motcua.organisation.queries import duties_of
from motcua.portal.story import Item, Story
from motcua.portal.way import drawn, tracking_page
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.queries import machine
from tests.interfaces.test_portal_filing import pdf, text
from tests.world import DossierStory, World, a_procedure


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    client.force_login(world.citizen)
    return client


def track(story: DossierStory, client: Client | None = None) -> Any:
    return (client or Client()).get(f"/t/{secret_text(bytes(story.dossier.secret))}/")


def timeline(response: Any) -> list[tuple[str, str]]:
    """Return (state, title) of each point of the way."""
    rows = re.findall(
        r'mc-timeline__item--(\w+)".*?</span>(.*?)</p>', response.content.decode(), flags=re.DOTALL
    )
    return [(state, " ".join(title.split())) for state, title in rows]


def test_the_qr_page_follows_every_step(world: World) -> None:
    story = world.a_dossier().filed()
    assert "trả lời tiếp nhận trước 9 giờ thứ Hai 9/11/2026" in text(track(story))
    assert timeline(track(story))[:2] == [("done", "Nộp hồ sơ"), ("now", "Tiếp nhận")]

    story.accepted()
    page = text(track(story))
    assert "Hẹn trả kết quả trước 17 giờ thứ Tư 11/11/2026." in page
    assert "Đang ở Ủy ban nhân dân xã Một" in page
    assert "Bước tiếp theo Trưởng phòng xem xét" in page
    assert timeline(track(story))[2] == ("now", "Chuyên viên thẩm định")

    asks = "Đăng nhập để xem chỗ cần sửa và nộp bổ sung"
    assert asks not in page
    story.supplement_requested()
    assert "thời hạn giải quyết tạm dừng" in text(track(story))
    assert "báo lại ngay khi bạn nộp bổ sung (hẹn lần đầu: 17 giờ thứ Tư 11/11/2026)." in text(track(story))
    assert asks in text(track(story))
    assert 'mc-button" href="/cua-toi/"' in track(story).text
    assert ("now", "Chờ bạn bổ sung hồ sơ") in timeline(track(story))
    story.resubmitted()
    assert timeline(track(story))[2] == ("now", "Chuyên viên thẩm định")

    story.returned()
    assert "Kết quả đã được trả" in text(track(story))
    assert {state for state, _ in timeline(track(story))} == {"done"}


def test_a_step_sent_back_is_open_again(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    actions.hand_over(story.dossier, by=story.staff("head"), note="Xem lại", back=True, at=world.at)
    assert [state for state, _ in timeline(track(story))] == ["done", "done", "now", "todo", "todo", "todo"]


def test_an_end_is_shown_where_it_came(world: World) -> None:
    refused = world.a_dossier().filed()
    actions.refuse_dossier(
        refused.dossier, reason="Hồ sơ giả", legal_basis="Điều 1", by=refused.staff("receiver"), at=world.at
    )
    assert timeline(track(refused)) == [("done", "Nộp hồ sơ"), ("stopped", "Từ chối tiếp nhận")]
    assert "Hồ sơ giả" not in text(track(refused)), "the reason is for the person, not for the bearer"
    withdrawn = world.a_dossier().accepted()
    actions.withdraw_dossier(withdrawn.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    assert timeline(track(withdrawn))[-1] == ("stopped", "Đã rút")


def test_lateness_is_said_with_an_apology(world: World) -> None:
    story = world.a_dossier().accepted()
    with clock.freeze(world.at + timedelta(days=10)):
        page = text(track(story))
    assert "Đã quá giờ hẹn: trước 17 giờ thứ Tư 11/11/2026. Chúng tôi xin lỗi bạn." in page
    assert "Quá hạn" in page


def test_the_qr_page_tells_nothing_of_the_person_and_leaves_no_trace(world: World) -> None:
    story = world.a_dossier().accepted()
    answer = track(story)
    for personal in ("Nguyễn Thị Ánh", "0912345678", "anh@example.vn", "0017", "Cán bộ"):
        assert personal not in answer.content.decode()
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Cookie" not in answer.headers.get("Vary", "")
    draft = world.a_dossier()
    assert track(draft).status_code == 404
    assert Client().get("/t/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    assert Client().get("/t/%FF/").status_code == 404


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_qr_page_costs_one_query(world: World, client: Client, signed_in: bool) -> None:
    story = world.a_dossier().at_leader()
    if signed_in:
        client.force_login(world.citizen)
    track(story, client)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert track(story, client).status_code == 200
    assert len(queries) == 1
    published.cache_clear()
    machine.cache_clear()
    with CaptureQueriesContext(connection) as queries:
        track(story, client)
    assert len(queries) <= 3


def test_a_bare_number_tells_the_state_and_the_degree_only(client: Client, world: World) -> None:
    story = world.a_dossier().accepted()
    answer = client.get("/tra-cuu/", {"ma": f" {story.dossier.number.lower()} "})
    page = text(answer)
    assert "Đang giải quyết" in page
    assert "Mức độ hoàn thành: 50%" in page
    for hidden in ("Nguyễn", "Xác nhận thử nghiệm", "xã Một", "11/11/2026", "Hẹn trả kết quả trước", "/t/"):
        assert hidden not in answer.content.decode()


def test_an_unknown_number_is_said_on_the_same_page(client: Client, world: World) -> None:
    answer = client.get("/tra-cuu/", {"ma": "X1.01-261106-9999"})
    assert answer.status_code == 404
    assert "Không có hồ sơ mang mã này" in text(answer)
    assert 'value="X1.01-261106-9999"' in answer.content.decode()
    assert client.get("/tra-cuu/", {"ma": ""}).status_code == 422


def test_a_draft_has_no_number_to_find(client: Client, world: World) -> None:
    story = world.a_dossier()
    assert client.get("/tra-cuu/", {"ma": str(story.dossier.id)}).status_code == 404


def test_guessing_numbers_is_stopped(client: Client, world: World) -> None:
    story = world.a_dossier().filed()
    for n in range(20):
        assert client.get("/tra-cuu/", {"ma": f"X{n}"}).status_code == 404
    answer = client.get("/tra-cuu/", {"ma": story.dossier.number})
    assert answer.status_code == 429
    assert "Hãy đợi 5 phút" in text(answer)
    assert client.get("/tra-cuu/").status_code == 200
    other = client.get("/tra-cuu/", {"ma": story.dossier.number}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200
    with clock.freeze(world.at + timedelta(minutes=6)):
        assert client.get("/tra-cuu/", {"ma": story.dossier.number}).status_code == 200


def test_the_list_costs_the_same_with_one_and_with_twenty(browser: Client, world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/cua-toi/").status_code == 200
        return len(queries)

    world.a_dossier().accepted()
    published.cache_clear()
    one = cost()
    other = world.publish(a_procedure("9.000005"))
    for n in range(19):
        story = world.a_dossier(procedure=other if n % 2 else None)
        if n % 3:
            story.filed()
    published.cache_clear()
    assert cost() == one
    assert browser.get("/cua-toi/").content.decode().count("<li>") >= 20


def test_my_dossier_shows_all_that_concerns_me(browser: Client, world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    outbox()
    receiver = world.people["xa-mot.receiver"]
    duties = duties_of(receiver, on=local_day(world.at))
    dossier_for(receiver, story.dossier.id, duties=duties, purpose="handling", at=world.at)
    answer = browser.get(f"/cua-toi/{story.dossier.id}/")
    page = text(answer)
    for words in (
        "đang giải quyết hồ sơ",
        "Hẹn trả kết quả trước 17 giờ thứ Tư 11/11/2026",
        "to.pdf",
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (PDF)",
        "Ai đã xem dữ liệu của tôi",
        "Cán bộ xa-mot receiver",
        "giải quyết hồ sơ",
        "thư điện tử",
    ):
        assert words in page
    slip = slips_of(story.dossier.id)[0]
    drawn = browser.get(f"/cua-toi/{story.dossier.id}/phieu/{slip.id}.pdf")
    assert drawn.headers["Content-Type"] == "application/pdf"
    assert drawn.content.startswith(b"%PDF-")
    assert browser.get(f"/cua-toi/{story.dossier.id}/phieu/{story.dossier.id}.pdf").status_code == 404


def test_my_own_file_comes_back_as_a_download(browser: Client, world: World) -> None:
    story = world.a_dossier().filed()
    page = browser.get(f"/cua-toi/{story.dossier.id}/").content.decode()
    address = re.search(r"/cua-toi/[\w-]+/tep/[\w-]+/", page)
    assert address is not None
    answer = browser.get(address[0])
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    foreign = world.a_dossier()
    assert browser.get(address[0].replace(str(story.dossier.id), str(foreign.dossier.id))).status_code == 404


def test_the_reason_of_a_refusal_is_told_to_its_person(browser: Client, world: World) -> None:
    story = world.a_dossier().filed()
    actions.refuse_dossier(
        story.dossier, reason="Không đúng thẩm quyền", legal_basis="", by=story.staff("receiver"), at=world.at
    )
    assert "Không đúng thẩm quyền" in text(browser.get(f"/cua-toi/{story.dossier.id}/"))


def test_a_supplement_is_answered_fault_by_fault(browser: Client, world: World) -> None:
    story = world.a_dossier().accepted()
    with clock.freeze(world.later(hours=1)):
        story.supplement_requested()
        _answer_the_request(browser, world, story)
    assert story.reload().dossier.state == "in_progress"
    assert browser.get(f"/cua-toi/{story.dossier.id}/bo-sung/").status_code == 302


def _answer_the_request(browser: Client, world: World, story: DossierStory) -> None:
    address = f"/cua-toi/{story.dossier.id}/bo-sung/"
    assert address in browser.get("/cua-toi/").content.decode()
    page = text(browser.get(address))
    for words in ("Tờ khai", "Thiếu chữ ký", "Ký và nộp lại", "Điều 15", "Chưa nộp lại"):
        assert words in page
    early = browser.post(address, {"revision": story.dossier.revision})
    assert early.status_code == 422
    assert "Hãy nộp lại ít nhất một giấy tờ" in text(early)
    with clock.freeze(world.later(minutes=5)):
        wrong = browser.post(f"{address}to-khai/", {"file": pdf("to.pdf", b"MZ" * 40)})
        assert wrong.status_code == 422
        assert "không đúng với đuôi tên tệp" in text(wrong)
        assert 'href="#id_to-khai_file"' in wrong.content.decode()
        assert 'id="id_to-khai_file"' in wrong.content.decode()
        assert browser.post(f"{address}giay-chung/", {"file": pdf()}).status_code == 404
        assert browser.post(f"{address}to-khai/", {"file": pdf("ky-lai.pdf")}).headers["Location"] == address
        assert "ky-lai.pdf" in text(browser.get(address))
        done = browser.post(address, {"revision": story.dossier.revision})
    assert done.headers["Location"] == f"/cua-toi/{story.dossier.id}/"


def test_a_dossier_is_withdrawn_after_asking_once_more(browser: Client, world: World) -> None:
    story = world.a_dossier().accepted()
    address = f"/cua-toi/{story.dossier.id}/rut/"
    assert "Bạn muốn rút hồ sơ này?" in text(browser.get(address))
    assert story.reload().dossier.state == "in_progress"
    stale = browser.post(address, {"reason": "", "revision": story.dossier.revision - 1})
    assert stale.status_code == 422
    browser.post(address, {"reason": "Không cần nữa", "revision": story.dossier.revision})
    assert story.reload().dossier.state == "withdrawn"
    assert browser.get(address).status_code == 302
    assert "Không cần nữa" in text(browser.get(f"/cua-toi/{story.dossier.id}/"))


def test_a_draft_is_thrown_away_after_asking_once_more(browser: Client, world: World) -> None:
    story = world.a_dossier()
    address = f"/cua-toi/{story.dossier.id}/xoa/"
    assert "Xóa bản nháp này?" in text(browser.get(address))
    assert Dossier.objects.filter(pk=story.dossier.pk).exists()
    browser.post(address)
    assert not Dossier.objects.filter(pk=story.dossier.pk).exists()
    filed = world.a_dossier().filed()
    browser.post(f"/cua-toi/{filed.dossier.id}/xoa/")
    assert Dossier.objects.filter(pk=filed.dossier.pk).exists()


def test_the_quick_timeline_is_the_shared_one(world: World) -> None:
    rows = (
        Item("Nộp <hồ sơ>", "done", ("09:00 & 10:00", "xã Một")),
        Item("Tiếp nhận", "now", ("nơi",)),
        Item("Ký", "todo"),
        Item("Đã rút", "stopped", ("",)),
    )
    for language in ("vi", "en"):
        with translation.override(language):
            assert drawn(rows) == get_template("ui/timeline.html").render({"items": rows})


def test_the_quick_page_is_the_template(world: World, rf: RequestFactory) -> None:
    request = rf.get('/t/x/?a="<b>"')
    rows = (Item("Nộp hồ sơ", "done", ("09:00",)), Item("Tiếp nhận", "now", ()))
    stories = [
        Story("Một & hai <câu>.", "Hẹn trước 17 giờ.", "Xã <Một>", "Ký", True, rows, ("Bản 2 <giấy>.",)),
        Story("Đã rút.", "", "", "", False, rows[:1], ()),
    ]
    for language in ("vi", "en"):
        with translation.override(language):
            for story in stories:
                known = {"request": request, "number": "X1 & 2", "name": "<Tên>", "state": "in_progress"}
                known |= {"story": story, "way": drawn(story.timeline), "nav_current": "find"} | site(request)
                for state in State:
                    whole = get_template("portal/track.html").render(known | {"state": state.value})
                    quick = tracking_page(
                        request, number="X1 & 2", name="<Tên>", state=state.value, story=story
                    )
                    assert quick == whole
                    assert ('mc-button" href="/cua-toi/"' in quick) == (
                        state in ("awaiting_applicant", "paused")
                    )
                assert "\x02" not in quick
                assert "<câu>" not in quick


def test_another_agency_than_the_receiving_one_is_named_as_the_holder(world: World) -> None:
    story = world.a_dossier().filed()
    Dossier.objects.filter(pk=story.dossier.pk).update(receiving_agency=world.neighbour)
    receiver = world.as_actor("xa-hai.receiver")
    actions.accept_dossier(story.reload().dossier, by=receiver, at=world.at)
    page = text(track(story))
    assert "Đang ở Ủy ban nhân dân xã Một" in page
    assert "Tiếp nhận Ủy ban nhân dân xã Hai" in page
