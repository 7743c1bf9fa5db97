"""The pages that say how a promised date was reckoned, for the bearer of the code and for staff."""

import json

from django.test import Client

from motcua.dossiers.tracking import secret_text
from tests.world import World


def _addresses(story) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    secret = secret_text(bytes(story.dossier.secret))
    return f"/t/{secret}/cach-tinh/", f"/t/{secret}/cach-tinh.json"


def test_who_carries_the_code_reads_both_dates_and_every_step(world: World) -> None:
    story = world.a_dossier().accepted()
    page, data = _addresses(story)
    text = Client().get(page).content.decode()
    assert "thứ Hai 9/11 đến thứ Tư 11/11 là ngày thứ 1 đến 3" in text
    assert "Hẹn lần đầu" not in text, "nothing was moved"

    world.later(days=3)
    story.supplement_requested()
    world.later(days=8)
    story.resubmitted()
    answer = Client().get(page)
    text = answer.content.decode()
    assert "17 giờ thứ Sáu 20/11/2026" in text
    assert "17 giờ thứ Tư 11/11/2026" in text
    assert "Nhận đủ hồ sơ: tính lại thời hạn từ đầu" in text
    assert answer["Referrer-Policy"] == "no-referrer"
    told = json.loads(Client().get(data).content)
    assert (told["original_due"], told["due"]) == ("2026-11-11T17:00+07:00", "2026-11-20T17:00+07:00")
    assert {"from", "to", "counted", "reason", "basis"} <= told["steps"][0].keys()


def test_there_is_nothing_to_reckon_before_acceptance_or_for_a_wrong_code(world: World) -> None:
    story = world.a_dossier().filed()
    for address in (*_addresses(story), "/t/AAAAAAAAAAAAAAAAAAAAAA/cach-tinh/", "/t/x/cach-tinh.json"):
        assert Client().get(address).status_code == 404


def test_the_tracking_page_leads_there_only_when_there_is_a_date(world: World) -> None:
    story = world.a_dossier().filed()
    secret = secret_text(bytes(story.dossier.secret))
    assert "cach-tinh" not in Client().get(f"/t/{secret}/").content.decode()
    story.accepted()
    assert 'href="cach-tinh/"' in Client().get(f"/t/{secret}/").content.decode()


def test_the_officers_page_shows_the_ledger_and_gives_it_as_data(world: World) -> None:
    story = world.a_dossier().accepted()
    client = Client()
    client.force_login(world.people["xa-mot.specialist"])
    page = client.get(f"/quay/ho-so/{story.dossier.id}/").content.decode()
    assert "không tính ngày tiếp nhận" in page
    told = client.get(f"/quay/ho-so/{story.dossier.id}/cach-tinh-han.json").json()
    assert told["number"] == story.dossier.number

    stranger = Client()
    stranger.force_login(world.people["xa-hai.specialist"])
    assert stranger.get(f"/quay/ho-so/{story.dossier.id}/cach-tinh-han.json").status_code == 404
