"""What the desk's pages say before somebody acts: what is used up, what is promised, what a letter moves, what waits."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcua.accounts.queries import actor
from motcua.calendars.actions import DayChange, NoticeData, record_notice
from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, apply_moves, approve_moves, recompute
from motcua.dossiers.models import Apology, Recomputation
from motcua.dossiers.queries import letter_left, letters_of, supplement_left
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.rules.localday import at_local
from tests.world import DossierStory, World, a_procedure

FRIDAY_13 = at_local(date(2026, 11, 13), time(17))
MORNING_12 = at_local(date(2026, 11, 12), time(8))  # the dossier of Friday 6/11 is late since Wednesday 17:00
ASK, EXTEND = "yeu-cau-bo-sung", "gia-han"


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def move(story: DossierStory, slug: str) -> str:
    return reverse("desk:move", args=[story.dossier.id, slug])


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def offered(
    world: World, story: DossierStory, who: str = "specialist", at: datetime | None = None
) -> set[str]:
    """Return which of the two moves have a button on the dossier's page."""
    with clock.freeze(at or world.at):
        page = signed_in(world, f"xa-mot.{who}").get(reverse("desk:dossier", args=[story.dossier.id])).text
    return {slug for slug in (ASK, EXTEND) if move(story, slug) in page}


# --- buttons ----------------------------------------------------------------------------------------------


def test_a_request_that_is_used_up_has_no_button_and_is_still_refused_by_its_page(world: World) -> None:
    story = world.a_dossier().accepted()
    assert ASK in offered(world, story)
    story.supplement_requested()
    world.later(days=3)
    story.resubmitted()
    assert not supplement_left(story.dossier, at=world.at)
    assert ASK not in offered(world, story)
    with clock.freeze(world.at):
        opened = signed_in(world, "xa-mot.specialist").get(move(story, ASK))
    assert opened.status_code == 200, "the permission is another question"


def test_a_further_ground_keeps_the_button_until_it_is_used(world: World) -> None:
    policy = {
        "basis": "Nghị định 217/2026/NĐ-CP, Điều 54",
        "grounds": [{"key": "xac-minh", "vi": "Kết quả xác minh khác hồ sơ", "basis": "Điều 54 khoản 3"}],
    }
    procedure = world.publish(a_procedure("9.000007", deadline_policy=policy))
    story = world.a_dossier(procedure=procedure).accepted().supplement_requested()
    world.later(days=3)
    story.resubmitted().handed_over()
    assert ASK in offered(world, story, "head")
    fault = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")
    actions.request_supplement(
        story.dossier, faults=[fault], ground="Điều 54", more="xac-minh", by=story.staff("head"), at=world.at
    )
    world.later(days=3)
    story.reload().resubmitted()
    assert ASK not in offered(world, story, "head")


def test_a_letter_that_waits_or_was_used_has_no_button(world: World) -> None:
    story = world.a_dossier().accepted()
    assert EXTEND in offered(world, story)
    letter = story.drafted(FRIDAY_13)
    assert EXTEND not in offered(world, story), "one draft at a time"
    actions.reject_apology(story.dossier, letter=letter, note="Sớm hơn", by=story.staff("head"), at=world.at)
    assert EXTEND in offered(world, story)
    story.extended(FRIDAY_13)
    assert EXTEND not in offered(world, story), "nothing more may be extended, and it is not late"


def test_a_late_dossier_has_the_button_until_its_one_letter(world: World) -> None:
    story = world.a_dossier().accepted()
    story.drafted(FRIDAY_13)  # not approved in time: it gives way
    world.at = MORNING_12
    assert EXTEND in offered(world, story)
    letter = story.drafted(FRIDAY_13)
    assert EXTEND not in offered(world, story)
    actions.approve_apology(story.dossier, letter=letter, by=story.staff("head"), at=world.at)
    assert EXTEND not in offered(world, story, at=FRIDAY_13 + timedelta(days=3)), (
        "late again: no second letter"
    )


def test_without_a_limit_there_is_nothing_to_extend(world: World) -> None:
    content = a_procedure("9.000006")
    for channel in content["channels"]:
        channel["limit"] = None
    story = world.a_dossier(procedure=world.publish(content)).accepted()
    assert not letter_left(story.dossier, at=world.at)
    assert offered(world, story) == {ASK}


# --- before a form ----------------------------------------------------------------------------------------


def test_acceptance_shows_what_it_is_about_to_promise_and_keeps_it(world: World) -> None:
    story = world.a_dossier().filed()
    page = text(signed_in(world, "xa-mot.receiver").get(move(story, "tiep-nhan")))
    assert "Thời hạn 3 ngày làm việc" in page
    assert "trước 17 giờ thứ Tư 11/11/2026, nếu tiếp nhận lúc này" in page
    assert story.accepted().dossier.promised_at == at_local(date(2026, 11, 11), time(17))


def test_acceptance_without_a_limit_says_so(world: World) -> None:
    content = a_procedure("9.000006")
    for channel in content["channels"]:
        channel["limit"] = None
    story = world.a_dossier(procedure=world.publish(content)).filed()
    page = text(signed_in(world, "xa-mot.receiver").get(move(story, "tiep-nhan")))
    assert "Không quy định thời hạn" in page
    assert "nếu tiếp nhận lúc này" not in page


@pytest.mark.parametrize(("day", "said"), [(11, False), (12, True)])
def test_a_request_that_comes_late_is_told_so_and_may_go_out(world: World, day: int, said: bool) -> None:
    limit = {"unit": "working_day", "amount": 30, "cutoff": None}
    content = a_procedure("9.000008")
    for channel in content["channels"]:
        channel["limit"] = limit
    story = world.a_dossier(procedure=world.publish(content)).accepted()
    client = signed_in(world, "xa-mot.specialist")
    with clock.freeze(at_local(date(2026, 11, day), time(9))):
        page = text(client.get(move(story, ASK)))
        assert ("Đã 4 ngày làm việc từ khi tiếp nhận" in page) == said
        assert ("trong 3 ngày làm việc (NĐ 118/2025, chưa đối chiếu văn bản)" in page) == said
        answers = {
            "revision": story.dossier.revision, "sai-to-khai": "Thiếu chữ ký", "sua-to-khai": "Ký",
            "ground": "Điều 15",
        }  # fmt: skip
        assert client.post(move(story, ASK), answers).status_code == 302


def test_before_acceptance_no_day_is_counted(world: World) -> None:
    story = world.a_dossier().filed()
    with clock.freeze(world.at + timedelta(days=20)):
        page = text(signed_in(world, "xa-mot.receiver").get(move(story, ASK)))
    assert "từ khi tiếp nhận" not in page


# --- the new day of a letter ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ((13, 6, 2033), "Chưa có lịch làm việc cho ngày này"),
        ((13, 6, 2036), "Chưa có lịch làm việc cho ngày này"),
        ((14, 11, 2026), "phải là ngày làm việc"),
        ((10, 11, 2026), "phải sau ngày hẹn hiện tại"),
    ],
)
def test_what_is_wrong_with_the_new_day_stands_at_the_day(
    world: World, day: tuple[int, int, int], said: str
) -> None:
    story = world.a_dossier().accepted()
    answers = {
        "revision": story.dossier.revision, "cause": "complex", "reason": "Chờ xác minh", "legal_basis": "Điều 19",
        "until-day": day[0], "until-month": day[1], "until-year": day[2],
    }  # fmt: skip
    refused = signed_in(world, "xa-mot.specialist").post(move(story, EXTEND), answers)
    assert refused.status_code == 422
    form = refused.context["form"]
    assert list(form.errors) == ["until"]
    assert said in str(form.errors["until"])
    assert not Apology.objects.exists()


def test_whoever_approves_sees_how_far_the_date_moves(world: World) -> None:
    story = world.a_dossier().accepted()
    story.drafted(at_local(date(2028, 11, 10), time(17)))
    letter = letters_of(story.dossier.id)[0]
    page = text(
        signed_in(world, "xa-mot.head").get(reverse("desk:letter", args=[story.dossier.id, letter.id]))
    )
    found = re.search(r"Lùi so với ngày hẹn trước (\d+) ngày làm việc", page)
    assert found is not None
    assert 500 < int(found[1]) < 530
    assert "Thời hạn của thủ tục 3 ngày làm việc" in page


# --- what a changed calendar moves ------------------------------------------------------------------------


def _announced(world: World, outbox: Any, *, title: str = "Nghỉ bão số 9") -> UUID:
    day = DayChange(date(2026, 11, 10), "closure", title, "TB 99")
    notice = NoticeData(title, legal_basis="Thông báo 99/TB", days=(day,))
    number = record_notice(world.calendar, notice, by=SYSTEM, at=world.at)
    outbox()
    run = Recomputation.objects.get(notice=number).id
    while recompute(run, at=world.at):
        pass
    return run


def test_moved_dates_that_wait_are_told_to_who_decides_on_the_queue(world: World, outbox: Any) -> None:
    world.staff("tinh.ky", world.province, "leader", "sign")
    leader = signed_in(world, "xa-mot.leader")
    for agency in (world.commune, world.commune, world.neighbour):
        world.a_dossier(agency=agency).accepted()

    def told(client: Client) -> str:
        return text(client.get(reverse("desk:queue")))

    leader.get(reverse("desk:queue"))
    with CaptureQueriesContext(connection) as before:
        assert "đổi theo lịch mới chờ" not in told(leader)
    run = _announced(world, outbox)
    with CaptureQueriesContext(connection) as after:
        assert "2 ngày hẹn đổi theo lịch mới chờ bạn duyệt" in told(leader)
    assert len(after) == len(before)
    assert sum("dossiers_duemove" in query["sql"] for query in after) == 1, "one question"
    assert reverse("office:recomputations") in leader.get(reverse("desk:queue")).text
    assert "3 ngày hẹn đổi theo lịch mới chờ bạn duyệt" in told(signed_in(world, "tinh.ky"))
    for name in ("xa-mot.head", "xa-mot.specialist", "xa-mot.receiver"):
        assert "chờ bạn duyệt" not in told(signed_in(world, name)), name

    by = actor(world.people["xa-mot.leader"])
    approve_moves(run, by=by, at=world.at, agencies=frozenset({world.commune.id}), approve=True)
    assert "chờ bạn duyệt" not in told(leader)


def test_a_moved_date_is_told_with_its_notice_and_both_dates(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    run = _announced(world, outbox)
    approve_moves(run, by=world.as_actor("xa-mot.leader"), at=world.at, agencies=None, approve=True)
    while apply_moves(run, at=world.at):
        pass
    page = text(signed_in(world, "xa-mot.head").get(reverse("desk:dossier", args=[story.dossier.id])))
    _, _, happened = page.partition("Ngày hẹn đổi theo lịch mới")
    assert "Nghỉ bão số 9" in happened
    assert "Hẹn cũ: trước 17 giờ thứ Tư 11/11/2026. Hẹn mới: trước 17 giờ thứ Năm 12/11/2026." in happened
    assert " calendar " not in page

    mine = text(signed_in(world, "dan").get(reverse("portal:one", args=[story.dossier.id])))
    assert re.search(r"Ngày hẹn đổi theo lịch mới \([^)]*\): Nghỉ bão số 9", mine)


def test_a_letter_that_was_sent_stands_in_the_timeline(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted().extended(FRIDAY_13)
    outbox()
    page = text(signed_in(world, "xa-mot.head").get(reverse("desk:dossier", args=[story.dossier.id])))
    assert "Gửi thư xin lỗi cho người nộp" in page
    assert "apology_sent" not in page
