"""The page of publication: what still lacks, who would be moved, which dossiers were not, each with the reason."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from motcua.dossiers.actions import apply_in_flight
from motcua.rules.process import Flow, Node, NodeKind, Process
from tests.workflow.drafting import CHECK, HEAD, LEADER, RETURN, SPECIALIST, facts, published, steps, tabled
from tests.world import World

NEW = steps(SPECIALIST, CHECK, LEADER, RETURN)


@pytest.fixture
def here(world: World, client: Client) -> Client:
    """A browser of somebody of the reform office."""
    client.force_login(world.staff("cchc", world.province, "reform", "see_province"))
    return client


def text_of(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def page(client: Client, draft: UUID) -> Any:
    return client.get(f"/cchc/quy-trinh/nhap/{draft}/cong-bo/")


def button(answer: Any) -> str:
    found = re.search(r"<button[^>]*>Đề nghị công bố", answer.content.decode())
    assert found is not None
    return found[0]


LACKS = "Còn thiếu quyết định phê duyệt quy trình nội bộ"


def test_what_lacks_is_said_before_a_draft_is_proposed(here: Client, world: World) -> None:
    bare = tabled(world, NEW, key="default", legal_basis="")
    answer = page(here, bare)
    assert "disabled" in button(answer)
    assert LACKS in text_of(answer)
    # The link leads to the box where it is typed.
    [box] = re.findall(r'href="#([^"]+)">\s*Còn thiếu quyết định', answer.content.decode())
    assert f'id="{box}"' in answer.content.decode()
    revision = facts(bare).revision
    sent = here.post(f"/cchc/quy-trinh/nhap/{bare}/cong-bo/de-nghi/", {"expected": revision})
    assert sent.status_code == 422
    assert facts(bare).state == "open"

    whole = tabled(world, NEW, key="thu")
    assert "disabled" not in button(page(here, whole))
    assert LACKS not in text_of(page(here, whole))


def _beside() -> Process:
    nodes = (Node("start", NodeKind.START), Node("fork", NodeKind.PARALLEL), SPECIALIST, HEAD,
             Node("join", NodeKind.PARALLEL), LEADER, RETURN, Node("end", NodeKind.END))  # fmt: skip
    ways = ("start-fork", "fork-specialist", "fork-head", "specialist-join", "head-join", "join-leader",
            "leader-return", "return-end")  # fmt: skip
    return Process("default", nodes, tuple(Flow(way, *way.split("-")) for way in ways), title_vi="Song song")


MORE = "cộng các dòng lại nhiều hơn số hồ sơ"


def test_the_preview_says_that_it_counts_what_is_to_be_done(here: Client, world: World) -> None:
    story = world.a_dossier().accepted()
    said = text_of(page(here, tabled(world, NEW, key="default")))
    assert "Hồ sơ có việc này" in said
    assert "1: đã chọn để ở lại" in said
    assert MORE not in said

    published(world, tabled(world, _beside(), key="default", policy={"kind": "restart"}))
    version = story.reload().dossier.process_id
    assert version == world.process
    newest = world.a_dossier().accepted()
    assert newest.dossier.process_id != world.process
    said = text_of(page(here, tabled(world, NEW, key="default")))
    assert "đang có 1 hồ sơ: 0 sẽ chuyển, 1 ở lại" in said
    assert MORE in said


def test_every_dossier_that_was_not_taken_along_is_listed_with_its_reason(here: Client, world: World) -> None:
    kept, gone = world.a_dossier().accepted().handed_over(), world.a_dossier().accepted()
    policy = {"kind": "move", "mapping": {"head": ""}}
    version = published(world, tabled(world, NEW, key="default", policy=policy))
    while apply_in_flight(version, at=world.at):
        pass
    overview = here.get("/cchc/quy-trinh/default/2/")
    address = "/cchc/quy-trinh/default/2/o-lai/"
    assert f'href="{address}"' in overview.content.decode()
    said = text_of(here.get(address))
    assert str(kept.dossier.number) in said
    assert "chưa chọn nơi chuyển đến" in said
    assert "Trưởng phòng xem xét" in said
    assert str(gone.dossier.number) not in said
    assert here.get(address + "?sau=x").status_code == 404
    assert here.get("/cchc/quy-trinh/default/1/o-lai/").status_code == 404
    assert here.get("/cchc/quy-trinh/default/9/o-lai/").status_code == 404
    here.force_login(world.people["xa-mot.leader"])
    assert here.get(address).status_code == 404
