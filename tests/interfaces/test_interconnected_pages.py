"""Pages of an interconnected dossier: the door, a partner, the applicant, and whoever carries the QR code."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData
from motcua.dossiers.models import Dossier
from motcua.dossiers.tracking import secret_text
from motcua.rules.process import Condition, Datum, DatumKind, Flow, Node, NodeKind, Process, StepKind, task
from motcua.workflow.queries import marking_of, open_tasks_of
from tests.dossiers.interconnected import lay_down, part, partner_decides, signed
from tests.dossiers.test_process_moves import branching
from tests.world import DossierStory, World


def page(client: Client, world: World, name: str, row: Dossier) -> str:
    client.force_login(world.people[name])
    answer = client.get(reverse("desk:dossier", args=[row.id]))
    assert answer.status_code == 200
    return answer.content.decode()


def track(client: Client, story: DossierStory) -> str:
    client.logout()
    return client.get(f"/t/{secret_text(bytes(story.dossier.secret))}/").content.decode()


def test_the_door_sees_both_partners_and_opens_their_parts(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    seen = page(client, world, "xa-mot.receiver", story.dossier)
    for word in (
        "Công an xã Một",
        "Bảo hiểm xã hội tỉnh Thử",
        "Đăng ký thường trú",
        part(story, "police").number,
    ):
        assert word in seen
    assert "Giấy" in page(client, world, "xa-mot.receiver", part(story, "police"))


def test_a_partner_sees_its_part_with_the_papers_and_nothing_of_another(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    seen = page(client, world, "ca-mot.specialist", part(story, "police"))
    assert story.dossier.number in seen
    assert "Nguyễn Thị Ánh" in seen
    assert "to.pdf" in seen
    assert "066190900017" not in seen
    for other in (part(story, "insurance"), story.dossier):
        answer = client.get(reverse("desk:dossier", args=[other.id]))
        assert answer.status_code == 404
    assert client.get(reverse("desk:dossier", args=[story.dossier.owner_id])).status_code == 404


def test_a_partner_opens_a_paper_of_the_whole_and_a_stranger_does_not(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    file = story.dossier.papers.filter(file_id__isnull=False)[0].file_id
    police = part(story, "police")
    client.force_login(world.people["ca-mot.specialist"])
    assert client.get(reverse("desk:file", args=[police.id, file])).status_code == 200
    client.force_login(world.people["ca-hai.specialist"])
    assert client.get(reverse("desk:file", args=[police.id, file])).status_code == 404
    client.force_login(world.people["la"])
    assert client.get(reverse("portal:file", args=[story.dossier.id, file])).status_code == 404


def test_who_follows_reads_which_partner_has_it_and_which_is_late(
    world: World, client: Client, outbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "insurance"), "bhxh", title="Thẻ bảo hiểm y tế")
    outbox()
    seen = track(client, story)
    assert "Đang chờ kết quả của: Công an xã Một." in seen
    assert "Thẻ bảo hiểm y tế" in seen
    assert "quá hẹn" not in seen


def test_signing_says_what_comes_next(world: World, client: Client) -> None:
    lay_down(world)
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    story.reload()
    client.force_login(world.people["xa-mot.leader"])
    form = {"revision": story.dossier.revision, "outcome": "granted", "title": "Giấy khai sinh"}
    answer = client.post(reverse("desk:move", args=[story.dossier.id, "ky"]), form, follow=True)
    assert "Hồ sơ đi tiếp theo quy trình" in answer.content.decode()


def test_the_applicant_gets_all_results_at_one_place(world: World, client: Client, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "insurance"), "bhxh", title="Thẻ bảo hiểm y tế")
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused", title="Thông báo cư trú")
    outbox()
    client.force_login(world.citizen)
    seen = client.get(reverse("portal:one", args=[story.dossier.id])).content.decode()
    for word in ("Giấy khai sinh", "Thẻ bảo hiểm y tế", "Thông báo cư trú", "không đồng ý"):
        assert word in seen


def test_a_step_asks_for_its_data_and_keeps_the_answer_when_it_is_refused(
    world: World, client: Client
) -> None:
    world.run_by(branching())
    story = world.a_dossier().accepted()
    client.force_login(world.people["xa-mot.specialist"])
    address = reverse("desk:move", args=[story.dossier.id, "chuyen"])
    assert "Cần xác minh" in client.get(address).content.decode()
    refused = client.post(address, {"revision": story.dossier.revision, "note": "Đã xem"})
    assert refused.status_code == 422
    assert "Đã xem" in refused.content.decode()
    done = client.post(address, {"revision": story.dossier.revision, "data_verdict": "unclear"}, follow=True)
    seen = done.content.decode()
    assert "Xác minh" in seen
    assert "Tra lưu trữ" in seen


def test_a_partner_asks_for_a_paper_on_the_page(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    police = part(story, "police")
    client.force_login(world.people["ca-mot.specialist"])
    shown = client.get(reverse("desk:move", args=[police.id, "yeu-cau-bo-sung"]))
    assert "Tờ khai" in shown.content.decode()
    actions.request_supplement(
        police, faults=[FaultData("to-khai", "Mờ", "Chụp lại")], ground="Điều 15",
        by=world.as_actor("ca-mot.specialist"), at=world.at,
    )  # fmt: skip
    client.force_login(world.citizen)
    assert "Chụp lại" in client.get(reverse("portal:supplement", args=[story.dossier.id])).content.decode()


def _branches(world: World) -> tuple[DossierStory, dict[str, Any]]:
    world.run_by(branching())
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, data={"verdict": "unclear"}, by=story.staff("specialist"), at=world.at)
    return story.reload(), {task.step: task for task in open_tasks_of(story.dossier.id)}


@pytest.mark.parametrize("spelt", [str, lambda key: str(key).upper(), lambda key: key.hex])
def test_nobody_completes_the_task_of_another_however_it_is_spelt(
    world: World, client: Client, spelt: Any
) -> None:
    story, held = _branches(world)
    client.force_login(world.people["xa-mot.specialist"])
    form = {"revision": story.dossier.revision, "task": spelt(held["archive"].id), "note": "x"}
    for slug in ("chuyen", "tra-lai", "khong-thuc-hien-duoc"):
        client.post(reverse("desk:move", args=[story.dossier.id, slug]), form)
    assert marking_of(story.dossier.id) == ("archive", "late", "verify")


def test_a_form_for_a_task_that_is_done_is_done_to_no_other(world: World, client: Client) -> None:
    story, held = _branches(world)
    client.force_login(world.people["xa-mot.specialist"])
    form = {"revision": story.dossier.revision, "task": str(held["verify"].id), "note": ""}
    address = reverse("desk:move", args=[story.dossier.id, "chuyen"])
    assert client.post(address, form).status_code == 302
    again = client.post(address, form)
    assert again.status_code == 422
    assert "vừa được người khác xử lý" in again.content.decode()
    assert marking_of(story.dossier.id) == ("archive", "f6", "late")


def test_a_decision_says_what_the_ways_after_it_ask(world: World, client: Client) -> None:
    verdict = Datum("copies", DatumKind.TRUTH, "Có bản sao?", "Copies?")
    copies = Condition.read({"var": "copies"})
    world.run_by(
        Process(
            "ky-roi-re",
            (
                Node("start", NodeKind.START),
                task("sign", "leader", "Ký", "Sign", StepKind.DECIDE, sets=("copies",)),
                Node("way", NodeKind.EXCLUSIVE),
                task("copy", "specialist", "Làm bản sao", "Copy"),
                Node("merge", NodeKind.EXCLUSIVE),
                task("return", "receiver", "Trả", "Return", StepKind.RETURN),
                Node("end", NodeKind.END),
            ),
            (
                Flow("f1", "start", "sign"), Flow("f2", "sign", "way"), Flow("f3", "way", "copy", copies),
                Flow("f4", "way", "merge", default=True), Flow("f5", "copy", "merge"),
                Flow("f6", "merge", "return"), Flow("f7", "return", "end"),
            ),
            (verdict,),
        )
    )  # fmt: skip
    story = world.a_dossier().accepted()
    client.force_login(world.people["xa-mot.leader"])
    address = reverse("desk:move", args=[story.dossier.id, "ky"])
    assert "Có bản sao?" in client.get(address).content.decode()
    form = {"revision": story.dossier.revision, "outcome": "granted", "title": "Giấy"}
    assert client.post(address, form).status_code == 422
    assert client.post(address, form | {"data_copies": "yes"}).status_code == 302
    assert marking_of(story.dossier.id) == ("copy",)


def test_the_desk_reads_what_it_hands_out_and_what_a_withdrawal_ends(
    world: World, client: Client, outbox: Any
) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    client.force_login(world.people["xa-mot.receiver"])
    seen = client.get(reverse("desk:move", args=[story.dossier.id, "rut"])).content.decode()
    assert "Đã ký: Giấy khai sinh." in seen
    assert "Các cơ quan phối hợp sẽ dừng" in seen
    for call, key in (("police", "ca-mot"), ("insurance", "bhxh")):
        partner_decides(world, part(story, call), key, title=f"Kết quả {call}")
    outbox()
    seen = client.get(reverse("desk:move", args=[story.dossier.id, "tra-ket-qua"])).content.decode()
    for word in ("Giấy khai sinh", "Kết quả police", "Kết quả insurance"):
        assert word in seen


def test_a_partner_sees_what_was_decided_before(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    seen = page(client, world, "ca-mot.specialist", part(story, "police"))
    assert "Kết quả đã có của hồ sơ liên thông" in seen
    assert "Giấy khai sinh · 01/KS" in seen
