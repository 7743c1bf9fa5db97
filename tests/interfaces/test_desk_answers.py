"""Answers typed at the desk: what is wrong is said and kept, nothing is half-written; and times in words."""

from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.desk.wording import Timekeeper
from motcua.documents import providers
from motcua.documents.queries import files_of
from motcua.dossiers.models import Dossier, Party
from motcua.kit.store import FakeStore
from motcua.rules.localday import at_local
from tests.world import PDF, World


def signed_in(world: World, name: str) -> Client:
    """Sign a person of this world in."""
    client = Client()
    client.force_login(world.people[name])
    return client


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"until-day": "31", "until-month": "11", "until-year": "2026"}, "chỉ có 30 ngày"),
        ({"until-day": "", "until-month": "11", "until-year": "2026"}, "còn thiếu ngày"),
        ({"until-day": "5", "until-month": "11", "until-year": "2026"}, "phải từ"),
        ({"until-day": "5", "until-month": "11", "until-year": "2999"}, "Chưa có lịch làm việc"),
        ({"reason": "Trần ThÞ L�"}, "ký tự bị hỏng"),
        ({"reason": ""}, "Nhập lý do chậm"),
        ({"legal_basis": "x" * 241}, "dài quá"),
    ],
)
def test_bad_answers_are_said_and_kept(world: World, answers: dict[str, str], said: str) -> None:
    story = world.a_dossier().accepted()
    good = {
        "until-day": "17", "until-month": "11", "until-year": "2026",
        "cause": "complex", "reason": "Chờ xác minh", "legal_basis": "Điều 19",
    }  # fmt: skip
    given = good | answers | {"revision": story.dossier.revision}
    refused = signed_in(world, "xa-mot.head").post(
        reverse("desk:move", args=[story.dossier.id, "gia-han"]), given
    )
    assert refused.status_code == 422
    assert said in refused.text
    assert "govuk-error-summary" in refused.text
    assert "Lỗi:" in refused.text.split("</title>")[0]
    assert story.reload().dossier.due_at == story.dossier.promised_at


_NEVER_LEFT = {Dossier: 0, Party: 0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"identity": "06619090001"}, "phải có đúng 12 chữ số"),
        (
            {"birth_date-day": "1", "birth_date-month": "1", "birth_date-year": "2990"},
            "không được sau hôm nay",
        ),
        ({"phone": "12"}, "phải có 10 chữ số"),
        ({"agency": "khong-co"}, "Chọn cơ quan giải quyết"),
        ({"external_number": "có dấu!"}, "Mã hồ sơ do nơi khác cấp"),
        ({"form-to-khai": "file"}, "Chọn tệp quét"),
        ({"filing_for": "other"}, "Nhập họ tên người được ủy quyền"),
    ],
)
def test_counter_intake_says_what_is_wrong_and_writes_nothing(
    world: World, changes: dict[str, str], said: str
) -> None:
    good = {
        "kind": "person", "name": "Lê Thị Quầy", "filing_for": "self", "channel": "counter", "delivery": "desk",
        "agency": str(world.commune.id), "case": "ordinary", "form-to-khai": "paper", "form-giay-chung": "paper",
    }  # fmt: skip
    address = reverse("desk:intake_form", args=["9.000001"])
    refused = signed_in(world, "xa-mot.receiver").post(address, good | changes)
    assert refused.status_code == 422
    assert said in refused.text
    assert "Lê Thị Quầy" in refused.text
    assert {model: model.objects.count() for model in _NEVER_LEFT} == _NEVER_LEFT


def test_counter_intake_on_a_full_store_writes_nothing(world: World) -> None:
    good = {
        "kind": "person", "name": "Lê Thị Quầy", "filing_for": "self", "channel": "counter", "delivery": "desk",
        "agency": str(world.commune.id), "case": "ordinary", "form-to-khai": "file", "form-giay-chung": "paper",
    }  # fmt: skip
    address = reverse("desk:intake_form", args=["9.000001"])
    client = signed_in(world, "xa-mot.receiver")
    with providers.using(FakeStore(room=0)):
        scan = SimpleUploadedFile("to-khai.pdf", PDF, "application/pdf")
        full = client.post(address, good | {"file-to-khai": scan})
    assert full.status_code == 422
    assert "tạm hết chỗ" in full.text
    assert not Dossier.objects.exists()
    scan = SimpleUploadedFile("to-khai.pdf", PDF, "application/pdf")
    assert client.post(address, good | {"file-to-khai": scan}).status_code == 302
    assert "to-khai.pdf" in {file.name for file in files_of(Dossier.objects.get().id).values()}


def test_a_scan_at_the_counter_is_never_lost_without_a_word(world: World) -> None:
    good = {
        "kind": "person", "name": "Lê Thị Quầy", "filing_for": "self", "channel": "counter", "delivery": "desk",
        "agency": str(world.commune.id), "form-giay-chung": "paper",
    }  # fmt: skip
    address = reverse("desk:intake_form", args=["9.000001"])
    client = signed_in(world, "xa-mot.receiver")

    def send(**changes: str) -> Any:
        scan = SimpleUploadedFile("to-khai.pdf", PDF, "application/pdf")
        return client.post(address, good | changes | {"file-to-khai": scan})

    beside = send(**{"form-to-khai": "paper"})
    assert beside.status_code == 422
    assert "đã đính kèm tệp quét" in beside.text
    assert send().status_code == 302, "a scan alone says what came"
    assert "to-khai.pdf" in {file.name for file in files_of(Dossier.objects.get().id).values()}


def test_time_left_is_said_in_working_time(world: World) -> None:
    def left(day: int, hour: int, minute: int = 0) -> tuple[str, str]:
        due = at_local(date(2026, 11, day), time(hour, minute))
        said = Timekeeper(world.at).left(due, world.commune.id)
        return said.text, said.kind

    # From Friday 6/11, 9:00: 2.5 hours are left of the morning and 3.5 of the afternoon.
    assert left(6, 9, 20) == ("Còn 20 phút", "soon")
    assert left(6, 14, 30) == ("Còn 3 giờ làm việc", "soon")
    assert left(10, 17) == ("Còn 2 ngày làm việc", "")
    assert left(6, 8) == ("Quá hạn 1 giờ làm việc", "late")
    assert left(5, 7, 30) == ("Quá hạn 1 ngày làm việc", "late")
    assert Timekeeper(world.at).left(None, world.commune.id).text == "Không thời hạn"


def test_the_clock_explains_how_the_day_was_reckoned(world: World) -> None:
    story = world.a_dossier().accepted()
    shown = signed_in(world, "xa-mot.specialist").get(reverse("desk:dossier", args=[story.dossier.id])).text
    assert "<li>không tính ngày tiếp nhận (Bộ luật Dân sự 2015, Điều 147 khoản 2)</li>" in shown
    assert "thứ Hai 9/11 đến thứ Tư 11/11 là ngày thứ 1 đến 3" in shown
