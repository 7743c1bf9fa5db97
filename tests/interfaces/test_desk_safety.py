"""The desk under strain: wrong hands, stale forms, files, a full store, long queues."""

from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcua.documents import providers
from motcua.documents.queries import files_of, slips_of
from motcua.dossiers import actions, words
from motcua.dossiers.models import Look
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.kit.store import FakeStore
from motcua.rules.localday import at_local
from motcua.workflow.models import Task
from tests.world import PDF, DossierStory, World

IDENTITY = "066190900017"
EVERY_MOVE = (
    "tiep-nhan", "tu-choi", "yeu-cau-bo-sung", "nhan-bo-sung", "chuyen", "tra-lai",
    "gia-han", "ky", "tra-ket-qua", "rut", "dung",
)  # fmt: skip


def signed_in(world: World, name: str) -> Client:
    """Sign a person of this world in; no name: nobody."""
    client = Client()
    if name:
        client.force_login(world.people[name])
    return client


def page(story: DossierStory, slug: str) -> str:
    """Return the address of a move's page."""
    return reverse("desk:move", args=[story.dossier.id, slug])


def of_dossier(story: DossierStory) -> dict[str, str]:
    """Return every address under a dossier that is read, by name."""
    id = story.dossier.id
    found = {f"move {slug}": page(story, slug) for slug in EVERY_MOVE}
    return found | {
        "dossier": reverse("desk:dossier", args=[id]),
        "slip": reverse("desk:slip", args=[id, slips_of(id)[0].id]),
        "control_sheet": reverse("desk:control_sheet", args=[id]),
        "file": reverse("desk:file", args=[id, next(iter(files_of(id)))]),
    }


def queues() -> dict[str, str]:
    """Return the addresses that stand for no dossier, by name."""
    names = ("queue", "to_receive", "to_return", "awaiting", "late", "intake")
    return {name: reverse(f"desk:{name}") for name in names} | {
        "intake_form": reverse("desk:intake_form", args=["9.000001"])
    }


OWN = ("receiver", "specialist", "head", "leader")
OUTSIDE = ("xa-hai.receiver", "xa-hai.specialist", "xa-hai.head", "xa-hai.leader", "dan", "la")


@pytest.mark.parametrize("function", OWN)
def test_own_staff_read_every_page_of_a_dossier(world: World, function: str) -> None:
    story = world.a_dossier().accepted()
    client = signed_in(world, f"xa-mot.{function}")
    codes = {name: client.get(address).status_code for name, address in of_dossier(story).items()}
    assert {codes[name] for name in ("dossier", "slip", "control_sheet", "file")} == {200}
    # A move that is not theirs leads back to the dossier; one that is shows its form.
    assert {code for name, code in codes.items() if name.startswith("move")} == {200, 302}


@pytest.mark.parametrize("who", OUTSIDE)
def test_nothing_of_a_dossier_is_there_for_others(world: World, who: str) -> None:
    story = world.a_dossier().accepted()
    client = signed_in(world, who)
    before, revision = Look.objects.count(), story.dossier.revision
    for name, address in of_dossier(story).items():
        assert client.get(address).status_code == 404, name
        assert client.post(address, {"revision": revision}).status_code == 404, name
    for name in ("take", "reveal"):
        answer = client.post(reverse(f"desk:{name}", args=[story.dossier.id]), {"purpose": "identity_papers"})
        assert answer.status_code == 404, name
    assert Look.objects.count() == before, "no look is logged of what was not seen"
    assert story.reload().dossier.revision == revision


def test_who_is_not_signed_in_is_sent_to_sign_in_from_every_page(world: World) -> None:
    story = world.a_dossier().accepted()
    for name, address in (of_dossier(story) | queues()).items():
        answer = Client().get(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("portal:sign_in")), name


_RECEIVER_ONLY = {"intake", "intake_form"}


@pytest.mark.parametrize(
    "who", ["xa-mot.receiver", "xa-hai.receiver", "xa-mot.specialist", "xa-mot.leader", "dan"]
)
def test_queues_are_for_staff_and_the_counter_for_receivers(world: World, who: str) -> None:
    client = signed_in(world, who)
    for name, address in queues().items():
        closed = who == "dan" or (name in _RECEIVER_ONLY and not who.endswith("receiver"))
        assert client.get(address).status_code == (404 if closed else 200), name


def test_a_neighbours_queues_show_nothing_of_ours(world: World) -> None:
    stories = [
        world.a_dossier().filed(),
        world.a_dossier().accepted(),
        world.a_dossier().accepted().supplement_requested(),
        world.a_dossier().decided(),
    ]
    with clock.freeze(world.later(days=30)):
        ours, theirs = (
            "".join(signed_in(world, f"{agency}.{function}").get(address).text
                    for function in OWN for name, address in queues().items() if name not in _RECEIVER_ONLY)
            for agency in ("xa-mot", "xa-hai")
        )  # fmt: skip
    for story in stories:
        assert story.dossier.number in ours
        assert story.dossier.number not in theirs


def test_a_receiver_does_not_decide_and_a_specialist_does_not_sign(world: World) -> None:
    story = world.a_dossier().at_leader()
    for function in ("receiver", "specialist", "head"):
        client = signed_in(world, f"xa-mot.{function}")
        answers = {"revision": story.dossier.revision, "outcome": "granted", "title": "Giấy xác nhận"}
        assert client.post(page(story, "ky"), answers).status_code == 302, function
    assert story.reload().dossier.state == "in_progress"
    assert page(story, "ky") in signed_in(world, "xa-mot.leader").get(of_dossier(story)["dossier"]).text


def test_the_leader_signs_only_when_the_step_is_the_decision(world: World) -> None:
    story = world.a_dossier().accepted()
    leader = signed_in(world, "xa-mot.leader")
    answers = {"revision": story.dossier.revision, "outcome": "granted", "title": "Giấy xác nhận"}
    assert leader.post(page(story, "ky"), answers).status_code == 302
    assert story.reload().dossier.state == "in_progress"


class _Typed:
    """What a form page still holds of what was typed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def hidden(self, name: str) -> str:
        start = self.text.index(f'name="{name}" value="') + len(f'name="{name}" value="')
        return self.text[start : self.text.index('"', start)]


def test_a_stale_form_shows_the_new_state_and_can_be_sent_again(world: World) -> None:
    story = world.a_dossier().accepted()
    specialist = signed_in(world, "xa-mot.specialist")
    seen = story.dossier.revision
    until = at_local(date(2026, 11, 17), time(17))
    story.extended(until)
    asked = {"sai-to-khai": "Thiếu chữ ký", "sua-to-khai": "Ký rồi nộp lại", "ground": "Điều 15"}

    stale = specialist.post(page(story, "yeu-cau-bo-sung"), asked | {"revision": seen})
    assert stale.status_code == 422
    assert words.refusal("changed_meanwhile") in stale.text
    assert "Ký rồi nộp lại" in stale.text
    assert story.reload().dossier.state == "in_progress"
    assert story.dossier.due_at == until, "the other's move stands"

    again = specialist.post(
        page(story, "yeu-cau-bo-sung"), asked | {"revision": _Typed(stale.text).hidden("revision")}
    )
    assert again.status_code == 302
    assert story.reload().dossier.state == "paused"


def test_a_stale_form_of_a_move_that_is_over_keeps_the_text_but_offers_no_button(world: World) -> None:
    story = world.a_dossier().filed()
    seen = story.dossier.revision
    actions.accept_dossier(story.dossier, by=story.staff("receiver"), at=world.at)
    typed = {"revision": seen, "reason": "Không thuộc thẩm quyền", "legal_basis": "Điều 17"}
    late = signed_in(world, "xa-mot.receiver").post(page(story, "tu-choi"), typed)

    assert late.status_code == 422
    assert words.refusal("changed_meanwhile") in late.text
    assert "Không thuộc thẩm quyền" in late.text
    assert "Đang giải quyết" in late.text, "the new state is shown"
    assert "mc-button--danger" not in late.text
    assert story.reload().dossier.state == "in_progress"


def test_an_identity_number_is_masked_until_someone_says_what_for(world: World) -> None:
    story = world.a_dossier().accepted()
    client = signed_in(world, "xa-mot.specialist")
    shown = client.get(of_dossier(story)["dossier"]).text
    assert IDENTITY not in shown
    assert "•••• 0017" in shown

    reveal = reverse("desk:reveal", args=[story.dossier.id])
    assert client.get(reveal).status_code == 405
    assert IDENTITY not in client.post(reveal, {"purpose": "curiosity"}, follow=True).text
    revealed = client.post(reveal, {"purpose": "identity_papers"})
    assert IDENTITY in revealed.text
    look = Look.objects.order_by("-id")[0]
    assert (look.user_id, look.purpose) == (world.people["xa-mot.specialist"].id, "identity_papers")
    assert IDENTITY not in str(client.cookies), "no cookie keeps the number"
    assert IDENTITY not in client.get(of_dossier(story)["dossier"]).text, "the next look is masked again"


def test_every_look_says_in_words_what_it_was_for(world: World) -> None:
    story = world.a_dossier().accepted()
    client = signed_in(world, "xa-mot.specialist")
    for address in of_dossier(story).values():
        client.get(address)
    purposes = set(Look.objects.values_list("purpose", flat=True))
    assert {"handling", "reception", "file", "slip"} <= purposes
    assert purposes <= set(words.LOOKS)


def test_files_are_shut_off_from_the_site_and_named(world: World) -> None:
    story = world.a_dossier().accepted()
    answer = signed_in(world, "xa-mot.specialist").get(of_dossier(story)["file"])
    assert answer["Content-Disposition"] == 'inline; filename="to.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    slip = reverse("desk:slip", args=[story.dossier.id, story.dossier.id])
    assert signed_in(world, "xa-mot.specialist").get(slip).status_code == 404


def test_a_file_that_browsers_may_run_is_only_saved(world: World) -> None:
    story = world.a_dossier()
    story.attach("anh", b"II*\x00" + bytes(64), "anh.tif")
    story.accepted()
    file = next(key for key, facts in files_of(story.dossier.id).items() if facts.name == "anh.tif")
    answer = signed_in(world, "xa-mot.specialist").get(reverse("desk:file", args=[story.dossier.id, file]))
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_task_without_a_holder_is_taken_once(world: World) -> None:
    story = world.a_dossier().accepted()
    Task.objects.filter(subject_id=story.dossier.id).update(holder=None, post=None)
    take = reverse("desk:take", args=[story.dossier.id])
    queue = reverse("desk:queue")
    head, specialist = signed_in(world, "xa-mot.head"), signed_in(world, "xa-mot.specialist")
    assert take not in head.get(queue).text, "another function is not offered it"
    assert head.post(take).status_code == 404
    assert take in specialist.get(queue).text
    assert specialist.post(take).status_code == 302
    assert Task.objects.get(subject_id=story.dossier.id).holder == world.people["xa-mot.specialist"]
    assert words.refusal("changed_meanwhile") in specialist.post(take, follow=True).text
    assert [entry.kind for entry in history_of(story.dossier.id)].count("dossier.handed_over") == 1


def test_a_result_that_cannot_be_kept_leaves_the_dossier_undecided(world: World) -> None:
    story = world.a_dossier().at_leader()
    leader = signed_in(world, "xa-mot.leader")

    def sign(name: str, content: bytes) -> Any:
        document = SimpleUploadedFile(name, content, "application/pdf")
        answers = {"outcome": "granted", "title": "Giấy xác nhận số mười", "document": document}
        return leader.post(page(story, "ky"), answers | {"revision": story.reload().dossier.revision})

    disguised = sign("ket-qua.pdf", b"MZ\x90\x00" + bytes(200))
    assert disguised.status_code == 422
    assert "không đúng với đuôi tên tệp" in disguised.text
    with providers.using(FakeStore(room=0)):
        full = sign("ket-qua.pdf", PDF)
    assert full.status_code == 422
    assert "tạm hết chỗ" in full.text
    assert "Giấy xác nhận số mười" in full.text, "what was typed is kept"
    assert story.reload().dossier.state == "in_progress"
    assert "ket-qua.pdf" not in {file.name for file in files_of(story.dossier.id).values()}
    assert sign("ket-qua.pdf", PDF).status_code == 302


def test_a_refusal_on_the_merits_wants_its_reason(world: World) -> None:
    story = world.a_dossier().at_leader()
    leader = signed_in(world, "xa-mot.leader")
    answers = {"revision": story.dossier.revision, "outcome": "refused", "title": "Thông báo"}
    assert leader.post(page(story, "ky"), answers).status_code == 422
    assert leader.post(page(story, "ky"), answers | {"summary": "Không đủ tuổi"}).status_code == 302
    assert story.reload().dossier.outcome == "refused"


def test_the_queue_says_who_is_late_and_by_how_much(world: World) -> None:
    story = world.a_dossier().accepted()
    with clock.freeze(at_local(date(2026, 11, 13), time(17))):
        shown = signed_in(world, "xa-mot.leader").get(reverse("desk:late")).text
    assert story.dossier.number in shown
    assert "Quá hạn 2 ngày làm việc" in shown
    assert "Cán bộ xa-mot specialist" in shown


def test_the_least_time_stands_first_and_pages_follow_each_other(world: World) -> None:
    specialist = world.people["xa-mot.specialist"]
    numbers = [world.a_dossier().accepted().dossier for _ in range(27)]
    for place, dossier in enumerate(reversed(numbers)):
        due = at_local(date(2026, 12, 1 + place), time(17))
        Task.objects.filter(subject_id=dossier.id).update(due_at=due, holder=specialist)
    client = signed_in(world, "xa-mot.specialist")
    first, second = (client.get(reverse("desk:queue"), {"trang": n}).text for n in ("1", "2"))
    order = [dossier.number or "" for dossier in reversed(numbers)]
    assert [number for number in order if number in first] == order[:25]
    assert first.index(order[0]) < first.index(order[1]) < first.index(order[24])
    assert [number for number in order if number in second] == order[25:]
    assert client.get(reverse("desk:queue"), {"trang": "x"}).status_code == 200


def test_the_page_of_a_dossier_costs_the_same_however_long_its_story(world: World) -> None:
    short, long = world.a_dossier().accepted(), world.a_dossier().accepted()
    for _ in range(4):
        actions.hand_over(long.reload().dossier, by=long.staff("specialist"), at=world.at)
        actions.hand_over(
            long.reload().dossier, by=long.staff("head"), at=world.at, back=True, note="Xem lại"
        )
    client = signed_in(world, "xa-mot.specialist")

    def cost(id: UUID) -> int:
        address = reverse("desk:dossier", args=[id])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    # Three of them ask whether the memory of successions is fresh: within a transaction each time, else once a second.
    assert cost(long.dossier.id) <= cost(short.dossier.id) <= 33
