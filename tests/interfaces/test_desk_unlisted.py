"""A paper beyond the list on screen: refused with the list beside it, counted, and shown to who answers for it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.catalogue.actions import publish_version
from motcua.dossiers import actions
from motcua.dossiers.actions import UnlistedPapers
from motcua.dossiers.models import SupplementRequest, UnlistedPaperAttempt
from motcua.journal.events import SYSTEM
from tests.world import DossierStory, World, a_procedure

ASKED = {"sai-to-khai": "Thiếu chữ ký", "sua-to-khai": "Ký rồi nộp lại", "ground": "Điều 15 Nghị định"}


def officer(world: World, name: str) -> Client:
    """Sign a person of this world in."""
    client = Client()
    client.force_login(world.people[name])
    return client


def send(client: Client, story: DossierStory, slug: str, **answers: Any) -> Any:
    """Send a move's form as it stands now."""
    address = reverse("desk:move", args=[story.dossier.id, slug])
    return client.post(address, {"revision": story.dossier.revision, **answers})


def attempted(story: DossierStory, *names: str, by: str = "specialist") -> None:
    """Let somebody try to get papers beyond the list."""
    with pytest.raises(UnlistedPapers):
        actions.request_supplement(
            story.dossier, faults=[], ground="", unlisted=names, by=story.staff(by), at=story.world.at
        )


def text_of(page: Any) -> str:
    """Return what stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_another_paper_is_refused_with_the_list_and_nothing_typed_is_lost(world: World) -> None:
    content = a_procedure("9.000009", decision="1234/QĐ-UBND")
    content["components"][2] |= {"originals": 0, "copies": 2}
    story = world.a_dossier(procedure=world.publish(content)).accepted()
    client = officer(world, "xa-mot.specialist")
    offered = client.get(reverse("desk:move", args=[story.dossier.id, "yeu-cau-bo-sung"]))
    assert "Không được yêu cầu giấy tờ ngoài danh mục" in offered.text
    assert "Giấy tờ mà thủ tục quy định" not in offered.text

    page = send(client, story, "yeu-cau-bo-sung", **ASKED, unlisted="Giấy đăng ký kết hôn\nSổ hộ khẩu")

    assert page.status_code == 422
    said = text_of(page)
    assert "Không được yêu cầu “Giấy đăng ký kết hôn; Sổ hộ khẩu”" in said
    assert "Tờ khai 1 bản chính, 0 bản sao bắt buộc" in said
    assert "Ảnh 0 bản chính, 2 bản sao nếu có" in said
    assert (
        "Theo phiên bản 1 của thủ tục. Quyết định công bố: 1234/QĐ-UBND. Căn cứ: Luật 60/2014/QH13." in said
    )
    # The forbidden papers are named above and no more in their box: pressing again is no second attempt.
    assert "Giấy đăng ký kết hôn\nSổ hộ khẩu" not in page.text
    for typed in ("Thiếu chữ ký", "Ký rồi nộp lại", "Điều 15 Nghị định"):
        assert typed in page.text
    assert story.reload().dossier.state == "in_progress"
    assert not SupplementRequest.objects.exists()
    assert UnlistedPaperAttempt.objects.count() == 2

    # Without it the same form goes out.
    assert send(client, story, "yeu-cau-bo-sung", **ASKED).status_code == 302
    assert story.reload().dossier.state == "paused"


@pytest.mark.parametrize(
    ("half", "said"),
    [
        ({"sai-to-khai": "Thiếu chữ ký", "ground": "Điều 15"}, "Ghi cách sửa của “Tờ khai”"),
        ({"sua-to-khai": "Ký lại", "ground": "Điều 15"}, "Ghi rõ “Tờ khai” sai hoặc thiếu gì"),
        ({}, "Nhập căn cứ của yêu cầu"),
    ],
)
def test_a_half_empty_form_says_both_and_counts(world: World, half: dict[str, str], said: str) -> None:
    story = world.a_dossier().accepted()

    page = send(officer(world, "xa-mot.specialist"), story, "yeu-cau-bo-sung", **half, unlisted="Sổ hộ khẩu")

    assert page.status_code == 422
    assert "Không được yêu cầu “Sổ hộ khẩu”" in page.text
    assert said in page.text
    assert [row.name for row in UnlistedPaperAttempt.objects.all()] == ["Sổ hộ khẩu"]


@pytest.mark.parametrize("answers", [{"sai-ho-khau": "Thiếu"}, {"sua-ho-khau": "Nộp"}])
def test_a_box_that_the_page_does_not_have_counts(world: World, answers: dict[str, str]) -> None:
    story = world.a_dossier().accepted()

    page = send(officer(world, "xa-mot.specialist"), story, "yeu-cau-bo-sung", **ASKED, **answers)

    assert page.status_code == 422
    assert "Không được yêu cầu “ho-khau”" in page.text
    assert [row.name for row in UnlistedPaperAttempt.objects.all()] == ["ho-khau"]


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"papers": ["to-khai"], "unlisted": "Sổ hộ khẩu"}, ["Sổ hộ khẩu"]),
        ({"papers": ["to-khai", "ho-khau"]}, ["ho-khau"]),
        ({"papers": ["to-khai", "anh"]}, []),  # listed, and not asked for: refused, and no attempt
    ],
)
def test_at_the_counter_it_is_the_same(world: World, answers: dict[str, Any], named: list[str]) -> None:
    story = world.a_dossier().accepted().supplement_requested()

    page = send(officer(world, "xa-mot.receiver"), story, "nhan-bo-sung", **answers)

    assert page.status_code == 422
    assert ("Giấy tờ mà thủ tục quy định" in page.text) is bool(named)
    assert [row.name for row in UnlistedPaperAttempt.objects.all()] == named
    assert story.reload().dossier.state == "paused"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("xa-mot.head", True),
        ("xa-mot.specialist", None),
        ("xa-mot.receiver", None),
        ("xa-hai.head", False),
        ("cai-cach", True),
        ("quan-tri", True),
    ],
)
def test_who_answers_for_an_agency_sees_its_attempts(world: World, who: str, sees: bool | None) -> None:
    world.staff("cai-cach", world.province, "reform", "see_province")
    world.staff("quan-tri", world.commune, "administrator", "administer")
    story = world.a_dossier().accepted()
    attempted(story, "Sổ hộ khẩu", "Ảnh thẻ")
    client = officer(world, who)

    page = client.get(reverse("desk:unlisted"))

    menu = client.get(reverse("desk:queue")).text
    assert (reverse("desk:unlisted") in menu) is (sees is not None)
    if sees is None:
        assert page.status_code == 404
        return
    assert ("Sổ hộ khẩu" in page.text) is sees
    if sees:
        said = text_of(page)
        assert "11/2026 Cán bộ xa-mot specialist Xác nhận thử nghiệm · 9.000001 2" in said
        opens = reverse("desk:dossier", args=[story.dossier.id]) in page.text
        assert opens is (who != "quan-tri")
    else:
        assert "Không có yêu cầu nào" in page.text


def test_the_page_of_attempts_costs_the_same_with_one_and_twenty(
    world: World, django_assert_max_num_queries: Any
) -> None:
    story = world.a_dossier().accepted()
    attempted(story, "Sổ hộ khẩu")
    client = officer(world, "xa-mot.head")
    address = reverse("desk:unlisted")
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for number in range(30):
        attempted(story, f"Giấy {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        first = client.get(address)
    assert "Giấy 29" in first.text
    assert "Sổ hộ khẩu" not in first.text
    assert "Sổ hộ khẩu" in client.get(address, {"trang": "2"}).text


def test_the_dossier_says_what_was_tried_and_what_a_new_version_changes(world: World) -> None:
    story = world.a_dossier().accepted()
    attempted(story, "Sổ hộ khẩu")
    content = a_procedure()
    content["components"].append({**content["components"][0], "key": "ban-sao", "vi": "Bản sao"})
    for channel in content["channels"]:
        channel["limit"] = {"unit": "working_day", "amount": 5, "cutoff": None}
    follow = {"components": {"policy": "follow", "from": "2026-11-06"}}
    version = publish_version(content, by=SYSTEM, at=world.at, in_flight=follow)
    actions.note_version(version, at=world.at)
    client = officer(world, "xa-mot.specialist")

    page = client.get(reverse("desk:dossier", args=[story.dossier.id]))

    assert "Yêu cầu giấy tờ ngoài danh mục: bị từ chối" in page.text
    assert "Sổ hộ khẩu" not in page.text
    assert (
        "Phiên bản 2 của thủ tục (từ 1/7/2025): giấy tờ theo bản mới từ 6/11/2026; thời hạn giữ như đã hẹn."
        in page.text
    )
    asking = client.get(reverse("desk:move", args=[story.dossier.id, "yeu-cau-bo-sung"]))
    assert "Bản sao" in asking.text


def test_the_counter_says_before_typing_that_a_limit_is_not_confirmed(world: World) -> None:
    content = a_procedure("9.000010", origin={"layout": "portal_crawl", "url": None})
    client = officer(world, "xa-mot.receiver")
    address = reverse("desk:intake_form", args=["9.000010"])
    world.publish(content)
    assert "chưa được xác nhận" not in client.get(address).text
    for channel in content["channels"]:
        channel |= {"limit": None, "limit_source": "03 xuất", "limit_doubt": "Không rõ đơn vị"}
    world.publish(content)

    assert "Thời hạn của thủ tục này chưa được xác nhận" in client.get(address).text
