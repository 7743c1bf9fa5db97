"""Parts of parts: what the applicant filed stands at the top, and whoever asks asks it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData
from motcua.dossiers.models import Dossier, Paper, PartnerMessage, SupplementRequest
from motcua.dossiers.queries import material_file, results_before, supplement_left, whole_of
from motcua.dossiers.queries.many_ledgers import differing
from motcua.journal.queries import history_of
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, task
from motcua.workflow.queries import marking_of, open_tasks_of
from tests.dossiers.asking import refused
from tests.dossiers.interconnected import days, lay_down, part, partner_decides, signed
from tests.world import PDF, DossierStory, World, a_procedure

FAULT = FaultData("to-khai", "Thiếu chữ ký", "Ký lại")


def _inner() -> Process:
    """Return how the police work: the insurance is asked beside a step of their own, an archive outside too."""
    return Process(
        "ben-trong",
        (
            Node("start", NodeKind.START),
            task("check", "specialist", "Kiểm tra", "Check", prepares=True),
            Node("fork", NodeKind.PARALLEL),
            Node("insurance", NodeKind.CALL, "Cấp thẻ", "Card", partner="bhxh", limit=days(1)),
            Node("archive", NodeKind.CALL, "Lưu trữ", "Archive", partner="luu-tru", limit=days(1)),
            task("own", "head", "Xác minh", "Verify"),
            Node("join", NodeKind.PARALLEL),
            task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
            Node("end", NodeKind.END),
        ),
        (
            Flow("f1", "start", "check"), Flow("f2", "check", "fork"), Flow("f3", "fork", "insurance"),
            Flow("f4", "fork", "own"), Flow("f5", "fork", "archive"), Flow("f6", "insurance", "join"),
            Flow("f7", "own", "join"), Flow("f8", "archive", "join"), Flow("f9", "join", "sign"),
            Flow("f10", "sign", "end"),
        ),
    )  # fmt: skip


def _outer() -> Process:
    return Process(
        "ben-ngoai",
        (
            Node("start", NodeKind.START),
            task("check", "specialist", "Kiểm tra", "Check", prepares=True),
            task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
            Node("police", NodeKind.CALL, "Công an", "Police", partner="near:police", procedure="9.000002"),
            task("return", "receiver", "Trả", "Return", StepKind.RETURN),
            Node("end", NodeKind.END),
        ),
        (
            Flow("f1", "start", "check"), Flow("f2", "check", "sign"), Flow("f3", "sign", "police"),
            Flow("f4", "police", "return"), Flow("f5", "return", "end"),
        ),
    )  # fmt: skip


@dataclass
class Nested:
    world: World
    story: DossierStory

    def row(self, call: str) -> Dossier:
        above = self.story.dossier.id if call == "police" else self.row("police").id
        return Dossier.objects.get(parent_id=above, call=call)

    def states(self) -> tuple[str, str, str]:
        return self.story.reload().dossier.state, self.row("police").state, self.row("insurance").state

    def asks(self, call: str, who: str, **said: Any) -> None:
        given = {"faults": [FAULT], "ground": "Điều 15"} | said
        actions.request_supplement(self.row(call), by=self.world.as_actor(who), at=self.world.at, **given)


@pytest.fixture
def nested(world: World) -> Nested:
    world.partner("ca-mot", "Công an xã Một", "police", "X1.01.9", world.commune)
    world.partner("bhxh", "Bảo hiểm xã hội", "social_insurance", "X1.8", world.province)
    world.partner("luu-tru", "Lưu trữ", "archive", "X1.7", world.province, outside=True)
    world.run_by(_inner(), world.publish(a_procedure("9.000002")))
    said = {
        "basis": "Điều 54",
        "grounds": [{"key": "xac-minh", "vi": "Xác minh khác hồ sơ", "basis": "Điều 54 khoản 3"}],
    }
    procedure = world.publish(a_procedure("9.000003", deadline_policy=said))
    world.run_by(_outer(), procedure)
    found = Nested(world, signed(world, world.a_dossier(procedure=procedure)))
    actions.hand_over(found.row("police"), by=world.as_actor("ca-mot.specialist"), at=world.at)
    return found


def test_what_a_part_of_a_part_lacks_is_asked_of_the_applicant(nested: Nested) -> None:
    nested.asks("insurance", "bhxh.specialist")
    assert nested.states() == ("paused", "paused", "paused")
    assert SupplementRequest.objects.get().dossier_id == nested.story.dossier.id
    assert nested.row("archive").state == "in_progress", "the others go on"
    assert open_tasks_of(nested.row("police").id) == []
    before = [nested.row(call).due_at for call in ("police", "insurance")]

    nested.world.later(days=3)
    nested.story.resubmitted()
    assert nested.states() == ("in_progress", "in_progress", "in_progress")
    assert [row.step for row in open_tasks_of(nested.row("police").id)] == ["own"]
    assert [row.step for row in open_tasks_of(nested.row("insurance").id)] == ["specialist"]
    after = [nested.row(call).due_at for call in ("police", "insurance")]
    assert all(new > old for old, new in zip(before, after, strict=True))
    assert list(differing(every=True)) == []


def test_the_request_used_up_below_is_used_up_above_and_for_the_others(nested: Nested) -> None:
    nested.asks("insurance", "bhxh.specialist")
    nested.world.later(days=3)
    nested.story.resubmitted()
    for call, who in (("insurance", "bhxh.specialist"), ("police", "ca-mot.head")):
        with refused("already_asked"):
            nested.asks(call, who)
    assert nested.states() == ("in_progress", "in_progress", "in_progress")
    assert supplement_left(whole_of(nested.row("insurance")), at=nested.world.at)


def test_a_further_request_is_for_the_head_of_who_asks(nested: Nested) -> None:
    nested.asks("insurance", "bhxh.specialist")
    nested.world.later(days=3)
    nested.story.resubmitted()
    with refused("second_needs_head"):
        nested.asks("insurance", "bhxh.specialist", more="xac-minh")
    assert nested.states() == ("in_progress", "in_progress", "in_progress")
    actions.hand_over(
        nested.row("insurance"), by=nested.world.as_actor("bhxh.specialist"), at=nested.world.at
    )
    nested.asks("insurance", "bhxh.head", more="xac-minh")
    assert nested.states() == ("paused", "paused", "paused")


def test_an_answer_that_came_while_the_part_above_waited_is_taken(nested: Nested, outbox: Any) -> None:
    nested.asks("police", "ca-mot.head")
    assert nested.states() == ("paused", "paused", "in_progress")
    nested.world.later(hours=1)
    partner_decides(nested.world, nested.row("insurance"), "bhxh")
    outbox()
    assert "insurance" in marking_of(nested.row("police").id)
    nested.world.later(hours=1)
    nested.story.resubmitted()
    assert marking_of(nested.row("police").id) == ("archive", "f6", "own")


def test_the_journal_tells_first_that_the_applicant_gave_the_papers(world: World, outbox: Any) -> None:
    lay_down(world, police_error=True)
    story = signed(world, world.a_dossier())
    partner_decides(world, part(story, "police"), "ca-mot", outcome="refused")
    outbox()
    story.reload().supplement_requested()
    partner_decides(world, part(story, "insurance"), "bhxh")
    outbox()
    world.later(days=1)
    story.resubmitted()
    kinds = [entry.kind.removeprefix("dossier.") for entry in history_of(story.dossier.id)]
    assert kinds[-2:] == ["resubmitted", "partner_answer_taken"]


def test_new_papers_are_told_to_parts_of_parts_outside(nested: Nested, outbox: Any) -> None:
    outbox()
    nested.asks("insurance", "bhxh.specialist")
    nested.world.later(days=3)
    nested.story.resubmitted()
    outbox()
    told = PartnerMessage.objects.filter(part=nested.row("archive")).order_by("cause")
    assert list(told.values_list("purpose", flat=True)) == ["asked", "papers_changed"]


def test_a_part_of_a_part_stands_below_what_the_applicant_filed(nested: Nested) -> None:
    filed = whole_of(nested.row("insurance"))
    assert filed == nested.story.dossier
    assert filed.applicant is not None
    assert whole_of(filed) is filed


def test_a_partner_reads_the_papers_and_what_was_decided_before(world: World, outbox: Any) -> None:
    lay_down(world)
    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.decide_dossier(
        story.reload().dossier, outcome="granted", title="Giấy khai sinh", number="01/KS",
        document=(BytesIO(PDF), "ks.pdf"), by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    police, insurance = part(story, "police"), part(story, "insurance")
    [own] = results_before(police)
    assert (own.title, own.number, own.agency_id) == ("Giấy khai sinh", "01/KS", world.commune.id)
    assert own.file_id is not None
    assert material_file(police, own.file_id) == story.dossier.id
    paper = Paper.objects.filter(dossier=story.dossier, file_id__isnull=False).first()
    assert paper is not None
    assert paper.file_id is not None
    assert material_file(police, paper.file_id) == story.dossier.id

    world.later(minutes=1)
    partner_decides(world, insurance, "bhxh", title="Thẻ BHYT")
    assert [row.title for row in results_before(police)] == ["Giấy khai sinh", "Thẻ BHYT"]
    assert [row.title for row in results_before(insurance)] == ["Giấy khai sinh"]
    assert results_before(story.dossier) == []
    assert material_file(story.dossier, own.file_id) is None
    other = world.a_dossier().accepted()
    strange = Paper.objects.filter(dossier=other.dossier, file_id__isnull=False).first()
    assert strange is not None
    assert strange.file_id is not None
    assert material_file(police, strange.file_id) is None


def test_a_part_of_a_part_reads_what_others_beside_and_above_it_decided(nested: Nested) -> None:
    assert [row.title for row in results_before(nested.row("insurance"))] == ["Giấy khai sinh"]
    partner_decides(nested.world, nested.row("insurance"), "bhxh", title="Thẻ BHYT")
    assert [row.title for row in results_before(nested.row("archive"))] == ["Giấy khai sinh", "Thẻ BHYT"]
    assert [row.title for row in results_before(nested.row("police"))] == ["Giấy khai sinh"]
