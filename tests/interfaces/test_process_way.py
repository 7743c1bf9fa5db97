"""The way of a dossier as it is told: to the staff as a list and as marks, to the applicant as a timeline."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.accounts.queries import actor
from motcua.dossiers import actions
from motcua.dossiers.actions import apply_in_flight
from motcua.dossiers.process_view import PlaceLine, lines_of_dossier, marks_of
from motcua.dossiers.queries import parts_of, tracked
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.portal.story import tell
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, line, task
from motcua.workflow.actions.publishing import _publish
from motcua.workflow.queries import marking_of, process, tasks_of
from tests.dossiers.interconnected import lay_down, part, partner_decides, signed
from tests.world import DossierStory, World

CHECK = task("check", "specialist", "Kiểm tra", "Check", prepares=True)
HEAD = task("h", "head", "Trưởng phòng xem", "Head")
SIGN = task("sign", "leader", "Ký", "Sign", StepKind.DECIDE)
RETURN = task("return", "receiver", "Trả", "Return", StepKind.RETURN)


def way(story: DossierStory, world: World) -> dict[str, PlaceLine]:
    story.reload()
    row = story.dossier
    assert row.process_id is not None
    lines = lines_of_dossier(
        process(row.process_id),
        places=marking_of(row.id),
        tasks=tasks_of(row.id),
        timers={},
        parts=parts_of(row.id),
        at=world.at,
    )
    return {line.id: line for line in lines}


def timeline(story: DossierStory, world: World) -> dict[str, str]:
    facts = tracked(bytes(story.dossier.secret), on=clock.today())
    assert facts is not None
    return {item.title: item.state for item in tell(facts, at=world.at).timeline}


def restarted(world: World, story: DossierStory, newer: Process) -> None:
    version = _publish(newer, legal_basis="", by=SYSTEM, at=world.at, in_flight={"kind": "restart"})
    while apply_in_flight(version.id, at=world.at):
        pass
    assert story.reload().dossier.process_id == version.id


def test_a_signed_step_is_done_and_partners_have_their_time(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()
    found = way(story, world)
    assert found["sign"].state == "done"
    assert found["sign"].said.startswith("Xong ")
    assert (found["insurance"].state, found["insurance"].said[:5]) == ("done", "Xong ")
    assert (found["police"].state, found["police"].said[:12]) == ("now", "Đang làm: cò")
    assert found["return"].state == "todo"
    world.later(days=20)
    found = way(story, world)
    assert found["police"].state == "late"
    assert found["police"].said.startswith("Quá hạn ")
    marks = {mark["id"]: mark["kind"] for mark in marks_of(found.values())}
    assert marks == {"check": "done", "sign": "done", "insurance": "done", "police": "late"}


def test_what_a_partner_did_not_agree_to_is_not_said_to_be_to_come(world: World, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    assert (way(story, world)["police"].state, way(story, world)["police"].said[:14]) == (
        "refused",
        "Không đồng ý 0",
    )
    actions.stop_dossier(
        part(story, "insurance"),
        reason="Không đủ điều kiện",
        legal_basis="Điều 3",
        by=world.as_actor("bhxh.leader"),
        at=world.at,
    )
    found = way(story, world)["insurance"]
    assert (found.state, found.said[:7]) == ("stopped", "Đã dừng")
    assert {"id": "insurance", "kind": "done", "text": found.said} in marks_of([found])


def test_the_page_of_the_way_shows_what_became_of_the_partners(
    world: World, client: Client, outbox: Any
) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    client.force_login(world.people["xa-mot.receiver"])
    seen = client.get(reverse("desk:process", args=[story.dossier.id])).content.decode()
    assert "Không đồng ý" in seen
    assert "Đang làm: còn" in seen


def test_what_was_handed_back_is_to_come(world: World) -> None:
    world.run_by(line("hb", (CHECK, HEAD, SIGN, RETURN)))
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.hand_over(story.reload().dossier, by=story.staff("head"), note="Xem lại", back=True, at=world.at)
    assert [row.state for row in way(story, world).values()] == ["now", "todo", "todo", "todo"]


def test_what_was_done_before_a_dossier_began_again_is_to_come(world: World) -> None:
    world.run_by(line("sr", (CHECK, HEAD, SIGN, RETURN)))
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    world.later(hours=1)
    actions.hand_over(story.reload().dossier, by=story.staff("head"), at=world.at)
    world.later(hours=1)
    restarted(world, story, line("sr", (CHECK, HEAD, SIGN, task("n", "head", "Soát", "Proof"), RETURN)))
    assert [row.state for row in way(story, world).values()] == ["now", "todo", "todo", "todo", "todo"]
    told = timeline(story, world)
    assert (told["Kiểm tra"], told["Trưởng phòng xem"], told["Ký"]) == ("now", "todo", "todo")


def test_nothing_is_to_come_once_all_is_over(world: World) -> None:
    story = world.a_dossier().accepted().returned()
    assert {row.state for row in way(story, world).values()} == {"done"}
    assert set(timeline(story, world).values()) == {"done"}


def history(client: Client, world: World, name: str, of: Any) -> str:
    client.force_login(world.people[name])
    seen = client.get(reverse("desk:dossier", args=[of.id])).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def test_a_part_that_ended_with_its_whole_says_so_in_words(world: World, client: Client) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    actions.withdraw_dossier(
        story.dossier, reason="Không cần nữa", by=actor(world.citizen), at=world.at, expected=None
    )
    seen = history(client, world, "ca-mot.specialist", part(story, "police"))
    assert "whole_ended" not in seen
    assert "Hồ sơ chung đã kết thúc" in seen


def test_the_system_signs_nothing(world: World, client: Client, outbox: Any) -> None:
    lay_down(world)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "insurance"), "bhxh")
    partner_decides(world, part(story, "police"), "ca-mot")
    outbox()
    seen = history(client, world, "xa-mot.receiver", story.dossier)
    assert "Đã đủ kết quả Hệ thống" in seen
    assert "Ký kết quả Hệ thống" not in seen


def test_a_branch_that_waits_for_others_has_no_arrow_to_nowhere(world: World, client: Client) -> None:
    a, b = (
        task(key, name, title, title)
        for key, name, title in (("a", "specialist", "Nhánh A"), ("b", "head", "Nhánh B"))
    )
    fork, join = Node("fork", NodeKind.PARALLEL), Node("join", NodeKind.PARALLEL)
    way = (
        ("start", "check"),
        ("check", "fork"),
        ("fork", "a"),
        ("fork", "b"),
        ("a", "join"),
        ("b", "join"),
        ("join", "sign"),
        ("sign", "return"),
        ("return", "end"),
    )
    world.run_by(
        Process(
            "fk",
            (Node("start", NodeKind.START), CHECK, fork, a, b, join, SIGN, RETURN, Node("end", NodeKind.END)),
            tuple(Flow(f"f{n}", *pair) for n, pair in enumerate(way)),
        )
    )
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.hand_over(story.reload().dossier, by=story.staff("head"), at=world.at)
    seen = history(client, world, "xa-mot.head", story.dossier)
    assert "Kiểm tra → Nhánh A; Nhánh B" in seen
    assert "Xong: Nhánh B" in seen
    assert "Nhánh B → " not in seen


def test_ones_own_list_does_not_hide_that_it_is_late(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = world.a_dossier().accepted()
    client.force_login(world.citizen)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    assert "Quá hạn" not in client.get(reverse("portal:mine")).content.decode()
    assert story.dossier.due_at is not None
    monkeypatch.setattr(clock, "now", lambda: story.dossier.due_at + timedelta(minutes=1))
    seen = client.get(reverse("portal:mine")).content.decode()
    assert "Quá hạn" in seen
    assert "Đã quá giờ hẹn: trước" in seen
