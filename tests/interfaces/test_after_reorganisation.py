"""What citizens and officers read after their commune became another one."""

from datetime import timedelta

import pytest
from django.test import Client

from motcua.dossiers.tracking import secret_text
from motcua.kit import clock
from motcua.rules.localday import local_day
from tests.dossiers.reorganised import a_merger, applied
from tests.world import World

pytestmark = pytest.mark.django_db
SINCE = "Từ 07/11/2026, Ủy ban nhân dân xã Mới"


def test_the_page_tells_who_answers_now_and_who_received_then(client: Client, world: World) -> None:
    story = world.a_dossier().filed().accepted()
    applied(world, a_merger(), on=local_day(world.at) + timedelta(days=1))
    with clock.freeze(world.at):
        page = client.get(f"/t/{secret_text(bytes(story.dossier.secret))}/").content.decode()
    assert f"{SINCE} trả lời hồ sơ này thay Ủy ban nhân dân xã Một (NQ 1/2026/NQ-HĐND)." in page
    assert "ngày hẹn trả giữ nguyên" in page
    reception = page.split("Tiến độ")[1].split("Tiếp nhận")[1][:200]
    assert "xã Một" in reception
    assert "xã Mới" not in reception


def test_an_officer_reads_in_the_history_that_it_passed(client: Client, world: World) -> None:
    story = world.a_dossier().filed().accepted()
    applied(world, a_merger(), on=local_day(world.at) + timedelta(days=1))
    client.force_login(world.people["xa-mot.specialist"])
    with clock.freeze(world.at):
        page = client.get(f"/quay/ho-so/{story.dossier.id}/").content.decode()
    assert "Chuyển sang cơ quan kế thừa" in page
    assert f"{SINCE} giải quyết thay Ủy ban nhân dân xã Một" in page


def test_the_address_of_what_ended_leads_to_who_follows(client: Client, world: World) -> None:
    applied(world, a_merger(), on=local_day(world.at) + timedelta(days=1))
    with clock.freeze(world.at):
        answer = client.get("/co-quan/xa-mot/")
        assert (answer.status_code, answer["Location"]) == (302, "/co-quan/xa-moi/")
        assert client.get("/co-quan/khong-co/").status_code == 404
