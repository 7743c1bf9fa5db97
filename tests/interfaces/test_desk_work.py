"""The daily work on the desk's pages: give back, give on, many at once, comments, opinions, reopening, absences."""

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcua.accounts.models import User
from motcua.desk.frame import Officer
from motcua.desk.work_block import work_block
from motcua.dossiers import actions
from motcua.dossiers.models import Comment, Dossier
from motcua.dossiers.queries.work import comments_of, opinions_of, reopenings_of
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.organisation.actions import note_absence
from motcua.organisation.models import Absence, Delegation, Post
from motcua.organisation.queries import duties_of
from motcua.rules.localday import at_local, local_day
from motcua.workflow.queries import TaskFacts, open_task_of
from tests.world import PDF, DossierStory, World


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def task_of(story: DossierStory) -> TaskFacts:
    found = open_task_of(story.dossier.id)
    assert found is not None
    return found


def colleague(world: World) -> User:
    return world.staff("xa-mot.hai", world.commune, "specialist", "solve", "see_agency")


def away(world: World, name: str) -> None:
    note_absence(
        world.people[name].id,
        valid_from=local_day(world.at),
        valid_to=date(2026, 11, 16),
        by=SYSTEM,
        at=world.at,
    )


def block(world: World, story: DossierStory, name: str) -> dict[str, Any]:
    user = world.people[name]
    officer = Officer(user, duties_of(user, on=local_day(world.at)), world.at)
    return work_block(Dossier.objects.get(id=story.dossier.id), officer)


def given(prefix: str, day: date) -> dict[str, int]:
    return {f"{prefix}-day": day.day, f"{prefix}-month": day.month, f"{prefix}-year": day.year}


# --- tasks -----------------------------------------------------------------------------------------------


def test_the_holder_gives_a_task_back_with_a_reason(world: World) -> None:
    story = world.a_dossier().accepted()
    task, client = task_of(story), signed_in(world, "xa-mot.specialist")
    address = reverse("desk:give_back", args=[story.dossier.id, task.id])
    assert "Trả về hàng chờ chung" in client.get(address).text
    answer = client.post(address, {"holder": task.holder_id, "reason": ""})
    assert (answer.status_code, task_of(story).holder_id) == (422, task.holder_id)
    answer = client.post(address, {"holder": task.holder_id, "reason": "Không thuộc địa bàn"}, follow=True)
    assert "Đã trả việc về hàng chờ chung" in answer.text
    assert task_of(story).holder_id is None
    again = client.get(address, follow=True)
    assert again.status_code == 404


def test_the_head_gives_it_to_a_colleague_who_is_there(world: World) -> None:
    story, other = world.a_dossier().accepted(), colleague(world)
    third = world.staff("xa-mot.ba", world.commune, "specialist", "solve")
    away(world, "xa-mot.ba")
    task, head = task_of(story), signed_in(world, "xa-mot.head")
    address = reverse("desk:give_task", args=[story.dossier.id, task.id])
    page = head.get(address).text
    holder = world.people["xa-mot.specialist"]
    assert str(other.id) in page
    assert str(third.id) not in page
    assert f'<option value="{holder.id}"' not in page
    answer = head.post(address, {"holder": task.holder_id, "to": other.id, "note": "Gấp"})
    assert answer.status_code == 302
    assert task_of(story).holder_id == other.id
    # On the page that another still has open nothing is written over.
    late = head.post(address, {"holder": holder.id, "to": holder.id})
    assert late.status_code == 422
    assert "Hồ sơ vừa được người khác xử lý" in late.text
    assert task_of(story).holder_id == other.id


def test_with_nobody_to_give_it_to_the_page_says_what_else_one_can_do(world: World) -> None:
    story = world.a_dossier().accepted()
    page = signed_in(world, "xa-mot.head").get(
        reverse("desk:give_task", args=[story.dossier.id, task_of(story).id])
    )
    assert "không có đồng nghiệp nào khác" in page.text
    assert 'name="to"' not in page.text


@pytest.mark.parametrize("name", ["xa-mot.hai", "xa-mot.receiver", "xa-hai.head", "la"])
@pytest.mark.parametrize("page", ["give_task", "give_back"])
def test_for_others_it_is_not_there(world: World, name: str, page: str) -> None:
    story = world.a_dossier().accepted()
    colleague(world)
    address = reverse(f"desk:{page}", args=[story.dossier.id, task_of(story).id])
    assert signed_in(world, name).get(address).status_code == 404
    assert signed_in(world, name).post(address, {}).status_code == 404


def test_a_head_gives_many_at_once(world: World) -> None:
    away(world, "xa-mot.specialist")
    stories = [world.a_dossier().accepted() for _ in range(3)]
    head = signed_in(world, "xa-mot.head")
    deserted = head.get(reverse("desk:tasks")).text
    assert deserted.count("mọi người đảm nhiệm bước này đang vắng mặt") == 3
    other = colleague(world)
    page = head.get(reverse("desk:tasks")).text
    assert page.count('name="viec"') == 3
    assert "vắng mặt, trở lại 16/11/2026" in page
    assert "mọi người đảm nhiệm" not in page
    ticked = [f"{task_of(story).id}:" for story in stories]
    assert all(value in page for value in ticked)
    # One is taken meanwhile.
    task = task_of(stories[0])
    actions.give_task(stories[0].dossier, task=task.id, to=other.id, seen=None, by=SYSTEM, at=world.at)
    answer = head.post(reverse("desk:tasks"), {"viec": ticked, "cho": "deu"}, follow=True)
    assert "Đã giao 2 việc." in answer.text
    assert f"Bỏ qua 1 việc ({stories[0].dossier.number})" in answer.text
    assert {task_of(story).holder_id for story in stories} == {other.id}
    for wrong in (
        {"viec": ticked, "cho": ""},
        {"viec": [], "cho": "deu"},
        {"viec": ["x", "y:z"], "cho": "deu"},
    ):
        assert "Đã giao" not in head.post(reverse("desk:tasks"), wrong, follow=True).text


def test_only_who_does_a_step_shown_is_offered_and_ticks_outlive_a_refusal(world: World) -> None:
    first, second = world.a_dossier().accepted(), world.a_dossier().accepted().handed_over()
    head, other = signed_in(world, "xa-mot.head"), colleague(world)
    offered = re.compile(r'<option value="([0-9a-f-]{36})"')
    narrowed = head.get(reverse("desk:tasks"), {"buoc": "specialist"}).text
    given_to = set(offered.findall(narrowed[narrowed.index('id="cho"') :]))
    assert given_to == {str(other.id), str(world.people["xa-mot.specialist"].id)}
    assert '<optgroup label="Chuyên viên">' in narrowed

    def ticked(page: str) -> list[str]:
        return re.findall(r'name="viec" value="([0-9a-f-]{36}):[^"]*" checked', page)

    tasks = [task_of(story) for story in (first, second)]
    values = [f"{task.id}:{task.holder_id}" for task in tasks]
    unchosen = head.post(reverse("desk:tasks"), {"viec": values, "cho": ""}, follow=True).text
    assert set(ticked(unchosen)) == {str(task.id) for task in tasks}
    partly = head.post(reverse("desk:tasks"), {"viec": values, "cho": str(other.id)}, follow=True).text
    assert "Đã giao 1 việc." in partly
    assert ticked(partly) == [str(tasks[1].id)]
    assert task_of(first).holder_id == other.id


def test_the_filters_of_the_list(world: World) -> None:
    first, second = world.a_dossier().accepted(), world.a_dossier().accepted().handed_over()
    head = signed_in(world, "xa-mot.head")
    holder = world.people["xa-mot.specialist"].id

    def shown(**asked: Any) -> set[str]:
        page = head.get(reverse("desk:tasks"), asked).text
        return {number for s in (first, second) if (number := str(s.dossier.number)) in page}

    numbers = [str(first.dossier.number), str(second.dossier.number)]
    assert shown() == set(numbers)
    assert shown(nguoi=holder) == {numbers[0]}
    assert shown(nguoi="chua") == set()
    assert shown(buoc="head") == {numbers[1]}
    assert shown(tre="1") == set()
    # What somebody typed in the address breaks nothing.
    assert shown(nguoi="x'", buoc="", trang="x", **{"co-quan": world.neighbour.id}) == set(numbers)
    with clock.freeze(world.at + timedelta(days=30)):
        assert shown(tre="1") == set(numbers)


def test_the_list_costs_no_more_queries_with_twenty_rows(world: World) -> None:
    head = signed_in(world, "xa-mot.head")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert head.get(reverse("desk:tasks")).status_code == 200
        return len(found)

    world.a_dossier().accepted()
    queries()
    one = queries()
    for _ in range(20):
        world.a_dossier().accepted()
    assert queries() == one


@pytest.mark.parametrize("name", ["xa-mot.specialist", "xa-mot.receiver"])
def test_who_gives_nothing_out_has_no_such_list(world: World, name: str) -> None:
    assert signed_in(world, name).get(reverse("desk:tasks")).status_code == 404
    assert reverse("desk:tasks") not in signed_in(world, name).get(reverse("desk:queue")).text


# --- the block on the dossier's page ---------------------------------------------------------------------


def test_the_block_says_who_has_it_and_offers_what_one_may_do(world: World) -> None:
    story = world.a_dossier().accepted()
    away(world, "xa-mot.specialist")
    [mine] = block(world, story, "xa-mot.specialist")["tasks"]
    assert mine["give_url"] == reverse("desk:give_task", args=[story.dossier.id, task_of(story).id])
    [theirs] = block(world, story, "xa-mot.receiver")["tasks"]
    assert (theirs["give_url"], theirs["back_url"]) == ("", "")
    assert theirs["flag"] == "vắng mặt, trở lại 16/11/2026"
    waiting = world.a_dossier().accepted()
    [free] = block(world, waiting, "xa-mot.head")["tasks"]
    assert free["back_url"] == ""
    assert free["flag"] == "mọi người đảm nhiệm bước này đang vắng mặt"


# --- comments --------------------------------------------------------------------------------------------


def test_a_comment_is_kept_and_nobody_else_says_anything(world: World) -> None:
    story = world.a_dossier().accepted()
    address = reverse("desk:comment", args=[story.dossier.id])
    answer = signed_in(world, "xa-mot.specialist").post(address, {"text": "Đã gọi điện <b>hẹn</b>"})
    assert answer.status_code == 302
    assert [row.text for row in block(world, story, "xa-mot.head")["comments"]] == ["Đã gọi điện <b>hẹn</b>"]
    empty = signed_in(world, "xa-mot.specialist").post(address, {"text": " "})
    assert empty.status_code == 422
    for name in ("xa-hai.head", "la"):
        assert signed_in(world, name).post(address, {"text": "x"}).status_code == 404
    assert Comment.objects.count() == len(comments_of(story.dossier.id)) == 1


def test_the_applicants_pages_never_show_it(world: World) -> None:
    story = world.a_dossier().accepted()
    actions.comment_inside(story.dossier, text="Bí mật nội bộ", by=story.staff("head"), at=world.at)
    citizen = signed_in(world, "dan")
    for page in (
        citizen.get(reverse("portal:one", args=[story.dossier.id])),
        citizen.get(reverse("portal:mine")),
    ):
        assert page.status_code == 200
        assert "nội bộ" not in page.text


# --- opinions --------------------------------------------------------------------------------------------


def ask(world: World, story: DossierStory, **changes: Any) -> Any:
    story.reload()
    known = {
        "revision": story.dossier.revision, "agency": world.neighbour.id, "question": "Ranh giới thửa đất?", "days": 2,
    }  # fmt: skip
    address = reverse("desk:ask_opinion", args=[story.dossier.id])
    return signed_in(world, "xa-mot.specialist").post(address, known | changes)


def test_from_the_question_to_the_answer_through_the_pages(world: World) -> None:
    story = world.a_dossier().accepted()
    assert block(world, story, "xa-mot.specialist")["ask_url"]
    assert ask(world, story, question="").status_code == 422
    assert ask(world, story, days=99).status_code == 422
    assert ask(world, story).status_code == 302
    assert "đang được hỏi ý kiến" in ask(world, story).text
    [row] = opinions_of(story.dossier.id)
    theirs = signed_in(world, "xa-hai.specialist")
    listed = theirs.get(reverse("desk:opinions")).text
    address = reverse("desk:opinion", args=[row.id])
    assert address in listed
    page = theirs.get(address).text
    assert "Ranh giới thửa đất?" in page
    assert "17 giờ thứ Ba 10/11/2026" in page
    [paper, *_] = [line.split('"')[0] for line in page.split('href="') if "/tep/" in line.split('"')[0]]
    read = theirs.get(paper)
    assert (read.status_code, b"".join(read.streaming_content)[:4]) == (200, b"%PDF")
    assert read.headers["Content-Security-Policy"].startswith("sandbox")
    assert theirs.post(address, {"answer": ""}).status_code == 422
    upload = SimpleUploadedFile("tra-loi.pdf", PDF, "application/pdf")
    answer = theirs.post(address, {"answer": "Không tranh chấp", "document": upload}, follow=True)
    assert "Đã gửi ý kiến" in answer.text
    read_by_us = signed_in(world, "xa-mot.head").get(address).text
    assert "Không tranh chấp" in read_by_us
    assert "tra-loi.pdf" in read_by_us
    again = theirs.post(address, {"answer": "Khác"})
    assert again.status_code == 422
    assert "đã kết thúc" in again.text


def test_late_is_visible_by_name(world: World) -> None:
    story = world.a_dossier().accepted()
    ask(world, story)
    with clock.freeze(at_local(date(2026, 11, 11), time(8))):
        page = signed_in(world, "xa-mot.head").get(reverse("desk:opinions")).text
    assert "Ủy ban nhân dân xã Hai" in page
    assert "Quá hạn trả lời" in page


def test_the_asked_read_the_dossier_but_do_not_hear_what_is_said_inside(world: World) -> None:
    story = world.a_dossier().accepted()
    theirs = signed_in(world, "xa-hai.head")
    address = reverse("desk:dossier", args=[story.dossier.id])
    assert theirs.get(address).status_code == 404
    ask(world, story)
    actions.comment_inside(story.dossier, text="Bí mật nội bộ", by=story.staff("head"), at=world.at)
    page = theirs.get(address)
    assert page.status_code == 200
    assert "Bí mật nội bộ" not in page.text
    shown = block(world, story, "xa-hai.head")
    assert (shown["inside"], shown["comments"], shown["tasks"], shown["ask_url"]) == (False, [], [], "")
    assert len(shown["opinions"]) == 1
    assert theirs.post(reverse("desk:comment", args=[story.dossier.id]), {"text": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["xa-hai.receiver", "la"])
def test_an_opinion_of_others_is_not_there(world: World, name: str) -> None:
    story = world.a_dossier().accepted()
    ask(world, story)
    [row] = opinions_of(story.dossier.id)
    client = signed_in(world, name)
    assert client.get(reverse("desk:opinion", args=[row.id])).status_code == 404
    assert client.post(reverse("desk:opinion", args=[row.id]), {"answer": "x"}).status_code == 404
    assert client.post(reverse("desk:call_off_opinion", args=[row.id]), {"reason": "x"}).status_code == 404


def test_who_asked_does_not_answer_and_who_is_asked_does_not_call_off(world: World) -> None:
    story = world.a_dossier().accepted()
    ask(world, story)
    [row] = opinions_of(story.dossier.id)
    ours, theirs = signed_in(world, "xa-mot.specialist"), signed_in(world, "xa-hai.specialist")
    assert ours.post(reverse("desk:opinion", args=[row.id]), {"answer": "x"}).status_code == 404
    off = reverse("desk:call_off_opinion", args=[row.id])
    assert theirs.post(off, {"reason": "x"}).status_code == 404
    assert ours.post(off, {"reason": ""}).status_code == 422
    assert ours.post(off, {"reason": "Đã rõ"}).status_code == 302
    assert opinions_of(story.dossier.id)[0].state == "called_off"


def test_only_papers_of_this_dossier_are_opened_through_an_opinion(world: World) -> None:
    story, other = world.a_dossier().accepted(), world.a_dossier().accepted()
    ask(world, story)
    [row] = opinions_of(story.dossier.id)
    foreign: UUID = other.dossier.papers.values_list("file_id", flat=True)[0]
    theirs = signed_in(world, "xa-hai.specialist")
    assert theirs.get(reverse("desk:opinion_file", args=[row.id, foreign])).status_code == 404


# --- reopening -------------------------------------------------------------------------------------------


def test_the_leader_reopens_by_a_decision(world: World) -> None:
    story = world.a_dossier().returned()
    assert block(world, story, "xa-mot.head")["reopen_url"] == ""
    address = block(world, story, "xa-mot.leader")["reopen_url"]
    leader = signed_in(world, "xa-mot.leader")
    assert "giữ nguyên" in leader.get(address).text
    answers = {
        "revision": story.dossier.revision, "decision_number": "15/QĐ-UBND", "reason": "Sai năm sinh", "days": "",
        **given("decided_on", date(2026, 11, 6)),
    }  # fmt: skip
    assert leader.post(address, answers | {"reason": ""}).status_code == 422
    assert leader.post(address, answers | given("decided_on", date(2026, 11, 5))).status_code == 422
    done = leader.post(address, answers)
    row = reopenings_of(story.dossier.id)[0]
    assert row is not None
    assert done.headers["Location"] == reverse("desk:dossier", args=[row.anew_id])
    assert block(world, story, "xa-mot.leader")["reopen_url"] == ""
    assert block(world, story, "xa-mot.receiver")["reopened"] == row
    assert leader.get(done.headers["Location"]).status_code == 200
    for name in ("xa-mot.head", "xa-hai.leader", "la"):
        assert signed_in(world, name).get(address).status_code == 404


def test_the_applicant_is_not_asked_to_come_for_a_result_that_is_looked_at_again(world: World) -> None:
    story = world.a_dossier().decided()
    page = reverse("portal:one", args=[story.dossier.id])
    citizen = signed_in(world, "dan")
    assert "Mời bạn đến nhận" in citizen.get(page).text
    anew = actions.reopen_dossier(
        story.dossier, decision_number="15/QĐ-UBND", decided_on=local_day(world.at), reason="Sai năm sinh",
        by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    old = citizen.get(page).text
    assert "Mời bạn đến nhận" not in old
    assert "xem xét lại theo quyết định" in old
    assert "đang giải quyết hồ sơ" in citizen.get(reverse("portal:one", args=[anew.id])).text
    assert str(anew.number) in citizen.get(reverse("portal:mine")).text


# --- absences and delegations ----------------------------------------------------------------------------

MONDAY, FRIDAY = date(2026, 11, 9), date(2026, 11, 13)


def test_one_enters_ones_own_absence_and_ends_it(world: World) -> None:
    client, me = signed_in(world, "xa-mot.specialist"), world.people["xa-mot.specialist"]
    answers = {"person": me.id, **given("first", MONDAY), **given("last", FRIDAY)}
    assert client.post(reverse("desk:absences"), answers).status_code == 302
    row = Absence.objects.get()
    assert (row.user_id, row.valid_from, row.valid_to) == (me.id, MONDAY, date(2026, 11, 14))
    page = client.get(reverse("desk:absences")).text
    assert "13/11/2026" in page
    again = client.post(reverse("desk:absences"), answers)
    assert again.status_code == 422
    assert "đã có một đợt vắng mặt" in again.text
    assert client.post(reverse("desk:end_absence", args=[row.id])).status_code == 302
    assert "13/11/2026" not in client.get(reverse("desk:absences")).text


def test_a_head_enters_it_for_their_people_and_a_colleague_does_not(world: World) -> None:
    whom = world.people["xa-mot.specialist"]
    answers = {"person": whom.id, **given("first", MONDAY), **given("last", FRIDAY)}
    for name in ("xa-mot.receiver", "xa-hai.head"):
        assert signed_in(world, name).post(reverse("desk:absences"), answers).status_code == 422
    assert signed_in(world, "xa-mot.head").post(reverse("desk:absences"), answers).status_code == 302
    row = Absence.objects.get()
    assert "Cán bộ xa-mot specialist" in signed_in(world, "xa-mot.leader").get(reverse("desk:absences")).text
    for name in ("xa-mot.receiver", "xa-hai.head"):
        assert signed_in(world, name).post(reverse("desk:end_absence", args=[row.id])).status_code == 404


def test_duties_are_delegated_and_the_delegation_ends_early(world: World) -> None:
    post = Post.objects.get(agency=world.commune, key="specialist")
    answers = {
        "post": post.id, "person": world.people["xa-mot.head"].id, "legal_basis": "12/UQ",
        **given("first", date(2026, 11, 6)), **given("last", FRIDAY),
    }  # fmt: skip
    address = reverse("desk:delegations")
    for name in ("xa-mot.receiver", "xa-hai.head"):
        assert signed_in(world, name).post(address, answers).status_code == 422
    client = signed_in(world, "xa-mot.specialist")
    # Who has but one post is not asked whether to stand in for themselves; of several, the refusal says which is theirs.
    own = {"person": world.people["xa-mot.specialist"].id}
    assert f'<option value="{own["person"]}"' not in client.get(address).text
    assert client.post(address, answers | own).status_code == 422
    headed = signed_in(world, "xa-mot.head").post(address, answers | own)
    assert headed.status_code == 422
    assert "đang giữ chính vị trí ấy" in headed.text
    assert client.post(address, answers).status_code == 302
    assert task_of(world.a_dossier().accepted()).holder_id == world.people["xa-mot.head"].id
    assert "12/UQ" in client.get(address).text
    row = Delegation.objects.get()
    assert (
        signed_in(world, "xa-mot.receiver").post(reverse("desk:end_delegation", args=[row.id])).status_code
        == 404
    )
    assert client.post(reverse("desk:end_delegation", args=[row.id])).status_code == 302
    assert task_of(world.a_dossier().accepted()).holder_id == world.people["xa-mot.specialist"].id
