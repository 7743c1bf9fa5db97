"""Letters of apology and the list of what is late, on the desk's pages."""

import csv
from datetime import date, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.dossiers.actions import PartyData, save_people
from motcua.dossiers.models import Apology
from motcua.dossiers.queries import late_cause_of, letters_of
from motcua.kit import clock
from motcua.rules.localday import at_local
from tests.world import DossierStory, World

FRIDAY_13 = at_local(date(2026, 11, 13), time(17))
MORNING = at_local(date(2026, 11, 12), time(8))


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def of_letter(story: DossierStory) -> str:
    return reverse("desk:letter", args=[story.dossier.id, letters_of(story.dossier.id)[0].id])


def of_dossier(story: DossierStory) -> str:
    return reverse("desk:dossier", args=[story.dossier.id])


def decide(client: Client, story: DossierStory, decision: str, **more: Any) -> Any:
    story.reload()
    answers = {"revision": story.dossier.revision, "decision": decision, **more}
    answer = client.post(of_letter(story), answers)
    story.reload()
    return answer


def draft(client: Client, story: DossierStory, day: int = 13) -> Any:
    story.reload()
    answers = {
        "revision": story.dossier.revision, "until-day": day, "until-month": 11, "until-year": 2026,
        "cause": "complex", "reason": "Chờ xác minh đất", "legal_basis": "Điều 19",
    }  # fmt: skip
    return client.post(reverse("desk:move", args=[story.dossier.id, "gia-han"]), answers)


def test_from_draft_to_sent_through_the_pages(world: World, outbox: Any) -> None:
    story = world.a_dossier().accepted()
    specialist, head = signed_in(world, "xa-mot.specialist"), signed_in(world, "xa-mot.head")

    asked = specialist.get(reverse("desk:move", args=[story.dossier.id, "gia-han"])).text
    assert "Còn được gia hạn 1 lần" in asked
    assert "trưởng phòng hoặc lãnh đạo khác duyệt" in asked
    assert draft(specialist, story).status_code == 302
    assert story.reload().dossier.due_at == story.dossier.promised_at
    shown = specialist.get(of_dossier(story)).text
    assert "Dự thảo, chờ duyệt" in shown
    assert "Xem để duyệt" not in shown
    assert "Hạn chưa thay đổi" in shown

    for place in ("queue", "late"):
        assert "1 thư xin lỗi chờ bạn duyệt" in head.get(reverse(f"desk:{place}")).text
        assert "chờ bạn duyệt" not in specialist.get(reverse(f"desk:{place}")).text
    listed = head.get(reverse("desk:letters")).text
    assert of_letter(story) in listed
    assert "Xem để duyệt" in head.get(of_dossier(story)).text
    read = head.get(of_letter(story)).text
    assert "Ngày hẹn mới: trước 17 giờ thứ Sáu 13/11/2026. Lý do: Chờ xác minh đất" in read
    assert "Duyệt và gửi" in read

    assert decide(head, story, "approve").status_code == 302
    assert story.dossier.due_at == FRIDAY_13
    assert "Đã duyệt" in head.get(of_dossier(story)).text
    outbox()
    assert "Đã gửi" in head.get(of_dossier(story)).text
    assert "chờ bạn duyệt" not in head.get(reverse("desk:queue")).text
    again = decide(head, story, "approve")
    assert again.status_code == 422
    assert "Hồ sơ vừa được người khác xử lý" in again.text
    assert "Duyệt và gửi" not in again.text


def test_whom_no_message_reaches_is_printed_for(world: World, outbox: Any) -> None:
    story = world.a_dossier()
    save_people(
        story.dossier, applicant=PartyData("Bà Không Máy"), representative=None, request="", at=world.at
    )
    story.reload().accepted().extended(FRIDAY_13)
    outbox()
    shown = signed_in(world, "xa-mot.head").get(of_dossier(story)).text
    assert "in và giao" in shown
    assert "Đã gửi" not in shown


def test_a_head_does_not_approve_a_letter_of_their_own(world: World) -> None:
    story = world.a_dossier().accepted()
    head, leader = signed_in(world, "xa-mot.head"), signed_in(world, "xa-mot.leader")
    draft(head, story)
    page = head.get(of_letter(story)).text
    assert "Duyệt và gửi" not in page
    assert "người khác duyệt" in page
    refused = decide(head, story, "approve")
    assert refused.status_code == 422
    assert "Người soạn không tự duyệt" in refused.text
    assert story.dossier.due_at == story.dossier.promised_at
    assert "chờ bạn duyệt" not in head.get(reverse("desk:queue")).text
    assert decide(leader, story, "approve").status_code == 302
    assert story.dossier.due_at == FRIDAY_13


@pytest.mark.parametrize(
    ("who", "seen", "tried"),
    [
        ("xa-mot.receiver", 200, 422),
        ("xa-mot.specialist", 200, 422),
        ("xa-hai.head", 404, 404),
        ("xa-hai.leader", 404, 404),
        ("dan", 404, 404),
    ],
)
def test_nobody_else_decides_on_a_letter(world: World, who: str, seen: int, tried: int) -> None:
    story = world.a_dossier().accepted()
    draft(signed_in(world, "xa-mot.leader"), story)
    client = signed_in(world, who)
    page = client.get(of_letter(story))
    assert page.status_code == seen
    assert "Duyệt và gửi" not in page.text
    for decision in ("approve", "reject"):
        answer = decide(client, story, decision, note="Không")
        assert answer.status_code == tried
    assert Apology.objects.get().state == "draft"
    assert story.dossier.due_at == story.dossier.promised_at


def test_who_only_oversees_reads_and_decides_nothing(world: World) -> None:
    world.staff("ca-tinh", world.province, "reform", "see_province")
    story = world.a_dossier().accepted()
    draft(signed_in(world, "xa-mot.specialist"), story)
    client = signed_in(world, "ca-tinh")
    assert client.get(of_letter(story)).status_code == 200
    assert decide(client, story, "approve").status_code == 422
    assert Apology.objects.get().state == "draft"


def test_a_letter_is_turned_down_with_what_to_do(world: World) -> None:
    story = world.a_dossier().accepted()
    specialist, head = signed_in(world, "xa-mot.specialist"), signed_in(world, "xa-mot.head")
    draft(specialist, story)
    bare = decide(head, story, "reject", note="")
    assert bare.status_code == 422
    assert "govuk-error-summary" in bare.text
    assert decide(head, story, "reject", note="Hẹn sớm hơn").status_code == 302
    assert "Hẹn sớm hơn" in specialist.get(of_dossier(story)).text
    assert draft(specialist, story, 12).status_code == 302
    # Who drafted takes it back as well.
    assert decide(specialist, story, "reject", note="Xong rồi").status_code == 302
    assert set(Apology.objects.values_list("state", flat=True)) == {"rejected"}


def test_a_letter_that_came_too_late_says_what_to_do(world: World) -> None:
    story = world.a_dossier().accepted()
    draft(signed_in(world, "xa-mot.specialist"), story)
    with clock.freeze(MORNING):
        answer = decide(signed_in(world, "xa-mot.head"), story, "approve")
        assert answer.status_code == 422
        assert "soạn một thư xin lỗi mới" in answer.text
        assert story.dossier.due_at == story.dossier.promised_at
        asked = signed_in(world, "xa-mot.specialist").get(
            reverse("desk:move", args=[story.dossier.id, "gia-han"])
        )
        assert "vẫn tính là trễ" in asked.text
        assert draft(signed_in(world, "xa-mot.specialist"), story).status_code == 302
        assert decide(signed_in(world, "xa-mot.head"), story, "approve").status_code == 302
    assert story.dossier.due_at == story.dossier.promised_at
    assert [(one.state, one.extends) for one in letters_of(story.dossier.id)] == [
        ("approved", False),
        ("rejected", True),
    ]


def test_a_letter_read_on_another_state_is_not_approved(world: World) -> None:
    story = world.a_dossier().accepted()
    draft(signed_in(world, "xa-mot.specialist"), story)
    seen = story.reload().dossier.revision
    story.handed_over()
    answers = {"revision": seen, "decision": "approve"}
    answer = signed_in(world, "xa-mot.head").post(of_letter(story), answers)
    assert answer.status_code == 422
    assert f'name="revision" value="{story.dossier.revision}"' in answer.text, (
        "as it is now, to be read again"
    )
    assert story.reload().dossier.due_at == story.dossier.promised_at


# --- what is late -----------------------------------------------------------------------------------------


def test_the_list_tells_holder_cause_and_what_is_owed(world: World) -> None:
    story, other = world.a_dossier().accepted(), world.a_dossier().accepted()
    head, specialist = signed_in(world, "xa-mot.head"), signed_in(world, "xa-mot.specialist")
    with clock.freeze(MORNING):
        page = head.get(reverse("desk:late")).text
        assert "Cán bộ xa-mot specialist" in page
        assert "Chưa xin lỗi" in page
        assert reverse("desk:move", args=[story.dossier.id, "gia-han"]) in page
        address = reverse("desk:late_cause", args=[story.dossier.id])
        assert address in page
        assert address in specialist.get(reverse("desk:late")).text, "who holds it says why"
        assert specialist.get(address).status_code == 200
        assert specialist.post(address, {"cause": "", "note": ""}).status_code == 422
        told = specialist.post(address, {"cause": "disaster", "note": "=Lũ ngày 10/11"})
        assert told.status_code == 302
        known = late_cause_of(story.dossier.id)
        assert known is not None
        assert known[0].value == "disaster"

        found = head.get(reverse("desk:late"), {"ly-do": "disaster"}).text
        assert story.dossier.number in found
        assert other.dossier.number not in found
        silent = head.get(reverse("desk:late"), {"ly-do": "none", "xin-loi": "owed"}).text
        assert story.dossier.number not in silent
        assert other.dossier.number in silent
        assert other.dossier.number not in head.get(reverse("desk:late"), {"xin-loi": "sent"}).text
        assert other.dossier.number in head.get(reverse("desk:late"), {"ly-do": "khong-co"}).text

        file = head.get(reverse("desk:late"), {"dang": "csv", "ly-do": "disaster"})
        assert file["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert rows[1][0] == story.dossier.number
        assert "Thiên tai, dịch bệnh" in rows[1]
        assert "'=Lũ ngày 10/11" in rows[1], "no formula"
        assert "Nguyễn Thị Ánh" not in file.content.decode(), "no more of people than the list is for"


@pytest.mark.parametrize(
    ("who", "answer"),
    [("xa-mot.receiver", 302), ("xa-mot.leader", 302), ("xa-hai.head", 404), ("xa-mot.head", 200)],
)
def test_the_cause_is_for_who_holds_it_and_its_head(world: World, who: str, answer: int) -> None:
    story = world.a_dossier().accepted()
    client = signed_in(world, who)
    address = reverse("desk:late_cause", args=[story.dossier.id])
    with clock.freeze(MORNING):
        assert client.get(address).status_code == answer
        if answer != 200:
            assert client.post(address, {"cause": "other"}).status_code == answer
            assert late_cause_of(story.dossier.id) is None


def test_a_cause_for_what_is_not_late_is_refused(world: World) -> None:
    story = world.a_dossier().accepted()
    address = reverse("desk:late_cause", args=[story.dossier.id])
    answer = signed_in(world, "xa-mot.head").post(address, {"cause": "other"})
    assert answer.status_code == 422
    assert "không quá hạn" in answer.text


def test_another_agency_sees_nothing_of_the_list(world: World) -> None:
    story = world.a_dossier().accepted()
    with clock.freeze(MORNING):
        for where in ({}, {"dang": "csv"}):
            answer = signed_in(world, "xa-hai.head").get(reverse("desk:late"), where)
            assert story.dossier.number not in answer.content.decode()


@pytest.mark.parametrize("name", ["late", "letters"])
def test_the_lists_cost_the_same_with_one_and_twenty_rows(
    world: World, name: str, django_assert_max_num_queries: Any
) -> None:
    def one_more() -> None:
        world.a_dossier().accepted().drafted(FRIDAY_13)

    client = signed_in(world, "xa-mot.head")
    one_more()
    with clock.freeze(MORNING if name == "late" else world.at + timedelta(minutes=1)):
        client.get(reverse(f"desk:{name}"))
        with django_assert_max_num_queries(30) as few:
            client.get(reverse(f"desk:{name}"))
        for _ in range(19):
            one_more()
        with django_assert_max_num_queries(len(few.captured_queries)):
            page = client.get(reverse(f"desk:{name}"))
    assert page.text.count("data-row") == 20


@pytest.mark.parametrize("name", ["late", "letters"])
def test_the_pages_are_english_for_who_reads_english(world: World, name: str) -> None:
    client = signed_in(world, "xa-mot.head")
    client.cookies["motcua_language"] = "en"
    world.a_dossier().accepted().drafted(FRIDAY_13)
    with clock.freeze(MORNING):
        page = client.get(reverse(f"desk:{name}"))
    assert page.status_code == 200
    assert 'lang="en"' in page.text
