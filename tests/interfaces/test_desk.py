"""The officers' desk: the whole way of a dossier, who may do what, and two at once."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.documents.queries import files_of, slips_of
from motcua.dossiers.models import Dossier
from motcua.journal.queries import history_of
from tests.world import PDF, DossierStory, World, a_procedure


def officer(world: World, name: str) -> Client:
    """Sign a person of this world in."""
    client = Client()
    client.force_login(world.people[name])
    return client


def page(story: DossierStory, slug: str) -> str:
    """Return the address of a move's page."""
    return reverse("desk:move", args=[story.dossier.id, slug])


def do(client: Client, story: DossierStory, slug: str, **answers: Any) -> Any:
    """Fill in a move's page as it stands now and send it."""
    story.reload()
    response = client.post(page(story, slug), {"revision": story.dossier.revision, **answers})
    story.reload()
    return response


def test_a_dossier_goes_its_whole_way_through_the_pages(world: World) -> None:
    story = world.a_dossier().filed()
    receiver, specialist, head, leader = (
        officer(world, f"xa-mot.{function}") for function in ("receiver", "specialist", "head", "leader")
    )

    assert story.dossier.number in receiver.get(reverse("desk:to_receive")).text
    assert do(receiver, story, "tiep-nhan").status_code == 302
    assert story.dossier.state == "in_progress"
    assert story.dossier.number in specialist.get(reverse("desk:queue")).text

    asked = {"sai-to-khai": "Thiếu chữ ký", "sua-to-khai": "Ký rồi nộp lại", "ground": "Điều 15"}
    assert do(specialist, story, "yeu-cau-bo-sung", **asked).status_code == 302
    assert story.dossier.state == "paused"
    assert story.dossier.number in receiver.get(reverse("desk:awaiting")).text
    assert do(receiver, story, "nhan-bo-sung", papers=["to-khai"]).status_code == 302
    assert story.dossier.state == "in_progress"

    assert do(specialist, story, "chuyen", note="Đủ điều kiện").status_code == 302
    assert "Đủ điều kiện" in head.get(reverse("desk:dossier", args=[story.dossier.id])).text
    assert do(head, story, "tra-lai", note="Kiểm tra lại ngày sinh").status_code == 302
    assert do(specialist, story, "chuyen").status_code == 302
    assert do(head, story, "chuyen").status_code == 302
    result = SimpleUploadedFile("ket-qua.pdf", PDF, "application/pdf")
    answers = {"outcome": "granted", "title": "Giấy xác nhận", "number": "01", "document": result}
    assert do(leader, story, "ky", **answers).status_code == 302
    assert story.dossier.state == "decided"
    assert story.dossier.number in receiver.get(reverse("desk:to_return")).text
    assert do(receiver, story, "tra-ket-qua", to="applicant").status_code == 302
    assert story.dossier.state == "returned"

    shown = receiver.get(reverse("desk:dossier", args=[story.dossier.id]))
    assert shown.status_code == 200
    assert "ket-qua.pdf" in {file.name for file in files_of(story.dossier.id).values()}
    slip = slips_of(story.dossier.id)[-1]
    printed = receiver.get(reverse("desk:slip", args=[story.dossier.id, slip.id]))
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    sheet = receiver.get(reverse("desk:control_sheet", args=[story.dossier.id]))
    assert sheet.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("xa-mot.receiver", 200),
        ("xa-mot.specialist", 200),
        ("xa-mot.head", 200),
        ("xa-mot.leader", 200),
        ("xa-hai.receiver", 404),
        ("xa-hai.leader", 404),
        ("dan", 404),
    ],
)
def test_a_dossier_is_there_only_for_its_agency(world: World, who: str, expected: int) -> None:
    story = world.a_dossier().accepted()
    client = officer(world, who)
    assert client.get(reverse("desk:dossier", args=[story.dossier.id])).status_code == expected
    missing = client.get(reverse("desk:dossier", args=[world.citizen.id]))
    assert missing.status_code == 404
    if expected == 404:
        seen = client.get(reverse("desk:dossier", args=[story.dossier.id]))
        assert seen.content == missing.content, "not yours and not there answer alike"


def test_nobody_who_is_not_signed_in_gets_in(world: World) -> None:
    story = world.a_dossier().accepted()
    response = Client().get(reverse("desk:dossier", args=[story.dossier.id]))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("portal:sign_in"))


MOVES = {
    "receiver": {"rut"},
    "specialist": {"yeu-cau-bo-sung", "chuyen", "gia-han"},
    "head": {"gia-han", "dung"},
    "leader": {"gia-han", "dung"},
}


@pytest.mark.parametrize("function", sorted(MOVES))
def test_each_function_is_offered_its_moves_and_no_others(world: World, function: str) -> None:
    story = world.a_dossier().accepted()
    client = officer(world, f"xa-mot.{function}")
    every = {
        "tiep-nhan", "tu-choi", "yeu-cau-bo-sung", "nhan-bo-sung", "chuyen", "tra-lai",
        "gia-han", "ky", "tra-ket-qua", "rut", "dung",
    }  # fmt: skip
    shown = client.get(reverse("desk:dossier", args=[story.dossier.id])).text
    assert {slug for slug in every if page(story, slug) in shown} == MOVES[function]
    for slug in every - MOVES[function]:
        refused = client.post(page(story, slug), {"revision": story.dossier.revision, "to": "applicant"})
        assert refused.status_code == 302, slug
    assert story.reload().dossier.state == "in_progress"
    assert client.get(page(story, "khong-co")).status_code == 404


def test_two_officers_at_once_overwrite_nothing(world: World) -> None:
    story = world.a_dossier().filed()
    receiver = officer(world, "xa-mot.receiver")
    seen = story.dossier.revision
    assert receiver.post(page(story, "tu-choi"), _refusal(seen)).status_code == 302
    assert story.reload().dossier.state == "refused"

    other = world.a_dossier().filed()
    stale = receiver.post(page(other, "tu-choi"), _refusal(other.dossier.revision - 1))
    assert stale.status_code == 422
    assert "Hồ sơ vừa được người khác xử lý" in stale.text
    assert "Không thuộc thẩm quyền" in stale.text, "what was typed is kept"
    assert other.reload().dossier.state == "filed"
    assert "dossier.refused" not in [entry.kind for entry in history_of(other.dossier.id)]


def _refusal(revision: int) -> dict[str, Any]:
    return {"revision": revision, "reason": "Không thuộc thẩm quyền", "legal_basis": "Điều 17"}


def test_a_file_is_served_only_within_its_dossier(world: World) -> None:
    first, second = world.a_dossier().accepted(), world.a_dossier().accepted()
    client = officer(world, "xa-mot.specialist")
    file = next(iter(files_of(first.dossier.id)))
    mine = client.get(reverse("desk:file", args=[first.dossier.id, file]))
    assert b"".join(mine.streaming_content) == PDF  # type: ignore[attr-defined]
    assert mine["Content-Security-Policy"].startswith("sandbox")
    assert client.get(reverse("desk:file", args=[second.dossier.id, file])).status_code == 404


def test_a_supplement_names_faults_with_their_remedies(world: World) -> None:
    story = world.a_dossier().accepted()
    client = officer(world, "xa-mot.specialist")
    nothing = do(client, story, "yeu-cau-bo-sung", ground="Điều 15")
    assert nothing.status_code == 422
    half = do(client, story, "yeu-cau-bo-sung", ground="Điều 15", **{"sai-to-khai": "Thiếu chữ ký"})
    assert half.status_code == 422
    assert "Thiếu chữ ký" in half.text
    assert "Ghi cách sửa" in half.text
    assert story.dossier.state == "in_progress"


def test_an_extension_wants_a_later_working_day(world: World) -> None:
    story = world.a_dossier().accepted()
    client = officer(world, "xa-mot.leader")

    def draft(day: int) -> Any:
        said = {"cause": "complex", "reason": "Chờ xác minh", "legal_basis": "Điều 19"}
        date = {"until-day": day, "until-month": 11, "until-year": 2026}
        return do(client, story, "gia-han", **said, **date)

    assert "phải là ngày làm việc" in draft(14).text
    assert "phải sau ngày hẹn hiện tại" in draft(10).text
    assert draft(16).status_code == 302
    assert story.dossier.due_at == story.dossier.promised_at, "a draft moves nothing"


COUNTER = {
    "kind": "person", "name": "Lê Thị Quầy", "phone": "0912345678", "filing_for": "self", "case": "ordinary",
    "channel": "counter", "delivery": "desk", "form-to-khai": "paper", "originals-to-khai": "1",
    "form-giay-chung": "paper", "originals-giay-chung": "1",
}  # fmt: skip


def test_counter_intake_gives_a_receipt_at_once(world: World) -> None:
    client = officer(world, "xa-mot.receiver")
    found = client.get(reverse("desk:intake"), {"q": "xac nhan thu"})
    address = reverse("desk:intake_form", args=["9.000001"])
    assert address in found.text
    assert client.get(address).status_code == 200
    taken = client.post(address, COUNTER | {"agency": str(world.commune.id)})
    assert taken.status_code == 302, taken.text
    dossier = Dossier.objects.get(applicant_name="Lê Thị Quầy")
    assert (dossier.state, dossier.channel, dossier.door) == ("in_progress", "counter", "desk")
    assert [slip.kind.key for slip in slips_of(dossier.id)] == ["receipt"]
    assert any("Đã tiếp nhận hồ sơ" in str(message) for message in get_messages(taken.wsgi_request))


def test_counter_intake_keeps_what_was_typed(world: World) -> None:
    client = officer(world, "xa-mot.receiver")
    address = reverse("desk:intake_form", args=["9.000001"])
    answers = COUNTER | {"agency": str(world.commune.id), "form-giay-chung": ""}
    lacking = client.post(address, answers)
    assert lacking.status_code == 422
    assert "Còn thiếu giấy tờ bắt buộc: Giấy chứng nhận" in lacking.text
    assert "Lê Thị Quầy" in lacking.text
    assert not Dossier.objects.exists(), "nothing half-written"


def test_reception_outside_the_territory_names_three_agencies(world: World) -> None:
    client = officer(world, "xa-hai.receiver")
    address = reverse("desk:intake_form", args=["9.000001"])
    assert client.post(address, COUNTER | {"agency": str(world.commune.id)}).status_code == 302
    dossier = Dossier.objects.get()
    assert dossier.competent_agency_id == world.commune.id
    assert dossier.receiving_agency_id == world.neighbour.id
    assert dossier.support_agency_id == world.neighbour.id
    assert str(dossier.number).startswith("X1.02-")
    assert client.get(reverse("desk:dossier", args=[dossier.id])).status_code == 200


@pytest.mark.parametrize("name", ["queue", "late", "to_receive", "to_return", "awaiting"])
def test_a_queue_costs_the_same_with_one_and_twenty_rows(
    world: World, name: str, django_assert_max_num_queries: Any
) -> None:
    stages = {
        "queue": lambda: world.a_dossier().accepted(),
        "late": lambda: world.a_dossier().accepted(),
        "to_receive": lambda: world.a_dossier().filed(),
        "to_return": lambda: world.a_dossier().decided(),
        "awaiting": lambda: world.a_dossier().accepted().supplement_requested(),
    }
    client = officer(world, "xa-mot.specialist" if name in ("queue", "late") else "xa-mot.receiver")
    stages[name]()
    client.get(reverse(f"desk:{name}"))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse(f"desk:{name}"))
    for _ in range(19):
        stages[name]()
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse(f"desk:{name}"))


def test_the_search_box_finds_by_number_and_by_qr_code(world: World) -> None:
    story = world.a_dossier().accepted()
    client = officer(world, "xa-mot.receiver")
    target = reverse("desk:dossier", args=[story.dossier.id])
    from motcua.dossiers.tracking import address_of

    for text in (story.dossier.number, story.dossier.number.lower(), address_of(bytes(story.dossier.secret))):
        assert client.get(reverse("desk:find"), {"ma": text})["Location"] == target
    stranger = officer(world, "xa-hai.receiver")
    assert stranger.get(reverse("desk:find"), {"ma": story.dossier.number})["Location"] == reverse(
        "desk:queue"
    )


def test_a_procedure_of_another_system_is_not_taken_here(world: World) -> None:
    world.publish(a_procedure("9.000002", run_by="ministry_system"))
    client = officer(world, "xa-mot.receiver")
    assert client.get(reverse("desk:intake_form", args=["9.000002"])).status_code == 404
    assert officer(world, "xa-mot.specialist").get(reverse("desk:intake")).status_code == 404


def test_a_slip_issued_at_any_fraction_of_a_second_prints(world: World) -> None:
    world.later(microseconds=123_456)
    story = world.a_dossier().accepted()
    client = officer(world, "xa-mot.receiver")
    slip = slips_of(story.dossier.id)[0]
    assert client.get(reverse("desk:slip", args=[story.dossier.id, slip.id])).content.startswith(b"%PDF")


def test_who_only_oversees_sees_no_number_file_or_slip(world: World) -> None:
    world.staff("ca-tinh", world.province, "reform", "see_province")
    story = world.a_dossier().accepted()
    client = officer(world, "ca-tinh")
    assert client.get(reverse("desk:dossier", args=[story.dossier.id])).status_code == 200
    file, slip = next(iter(files_of(story.dossier.id))), slips_of(story.dossier.id)[0]
    assert client.get(reverse("desk:file", args=[story.dossier.id, file])).status_code == 404
    assert client.get(reverse("desk:slip", args=[story.dossier.id, slip.id])).status_code == 404
    asked = client.post(reverse("desk:reveal", args=[story.dossier.id]), {"purpose": "identity_papers"})
    assert asked.status_code == 404


@pytest.mark.parametrize("address", ["/thu-tuc/%00/", "/thu-tuc/?q=a%00b", "/quay/tim/?ma=%00"])
def test_an_address_with_a_null_character_is_not_there(world: World, address: str) -> None:
    assert officer(world, "xa-mot.receiver").get(address).status_code == 404


def test_a_code_from_elsewhere_is_never_one_of_ours(world: World) -> None:
    client = officer(world, "xa-mot.receiver")
    answers = COUNTER | {"agency": str(world.commune.id), "external_number": "X1.01-261106-0002"}
    refused = client.post(reverse("desk:intake_form", args=["9.000001"]), answers)
    assert refused.status_code == 422
    assert "giống mã do hệ thống cấp" in refused.text
    assert not Dossier.objects.exists()
