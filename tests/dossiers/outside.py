"""A process with the part of an agency that is outside the system, and what such an agency writes."""

from __future__ import annotations

from typing import Any

from motcua.dossiers import actions
from motcua.dossiers.actions import OutsideAnswer, make_partner_key
from motcua.dossiers.models import Dossier, PartnerReply
from motcua.journal.events import SYSTEM, Actor
from motcua.organisation.models import Agency
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, task
from tests.dossiers.interconnected import days
from tests.world import PDF, DossierStory, World

INSURANCE = Actor(None, "Bảo hiểm xã hội tỉnh Thử")


def with_a_call(*, beside: bool, error: bool) -> Process:
    """Return a line with a call to the insurance; `beside` it somebody works on, `error` is its error path."""
    nodes = [
        Node("start", NodeKind.START),
        task("check", "specialist", "Kiểm tra", "Check", prepares=True),
        task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
        Node("insurance", NodeKind.CALL, "Cấp thẻ BHYT", "Insurance card", partner="bhxh", limit=days(1)),
        task("return", "receiver", "Trả kết quả", "Return", StepKind.RETURN),
        Node("end", NodeKind.END),
    ]
    flows = [Flow("f1", "start", "check"), Flow("f2", "check", "sign"), Flow("f9", "return", "end")]
    if beside:
        nodes += [
            Node("fork", NodeKind.PARALLEL),
            task("register", "specialist", "Vào sổ", "Register"),
            Node("join", NodeKind.PARALLEL),
        ]
        flows += [
            Flow("f3", "sign", "fork"), Flow("f4", "fork", "insurance"), Flow("f5", "fork", "register"),
            Flow("f6", "insurance", "join"), Flow("f7", "register", "join"), Flow("f8", "join", "return"),
        ]  # fmt: skip
    else:
        flows += [Flow("f3", "sign", "insurance"), Flow("f8", "insurance", "return")]
    if error:
        nodes += [
            Node("no", NodeKind.BOUNDARY_ERROR, "BHXH không cấp", "Not granted", host="insurance"),
            task("explain", "specialist", "Giải thích", "Explain"),
        ]
        flows += [Flow("f10", "no", "explain"), Flow("f11", "explain", "return")]
    return Process(
        "ngoai-he-thong", tuple(nodes), tuple(flows), title_vi="Ngoài hệ thống", title_en="Outside"
    )


def lay_down(world: World, *, beside: bool = False, error: bool = False) -> Agency:
    """Add the insurance, which is outside, and let the world's procedure run by it; return the insurance."""
    agency = world.partner("bhxh", INSURANCE.label, "social_insurance", "X1.8", world.province, outside=True)
    world.run_by(with_a_call(beside=beside, error=error))
    return agency


def a_key(world: World, agency: Agency, **choices: Any) -> str:
    """Give the agency a key."""
    return make_partner_key(agency.id, by=SYSTEM, at=world.at, **choices)


def asked(world: World, **choices: Any) -> DossierStory:
    """Bring a dossier to where the insurance has its part."""
    story = world.a_dossier(**choices).accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.decide_dossier(
        story.reload().dossier, outcome="granted", title="Giấy khai sinh", number="01/KS",
        by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    return story.reload()


def part_of(story: DossierStory) -> Dossier:
    """Return the insurance's part as it stands."""
    return Dossier.objects.get(parent_id=story.dossier.id)


def wrote(said: str, sequence: int = 1, **changes: Any) -> OutsideAnswer:
    """Return what the insurance writes; a decision comes with a title and a file, a refusal with its ground."""
    given: dict[str, Any] = {"message_id": f"bhxh-{sequence}-{said}"}
    if said in ("granted", "refused"):
        given |= {"title": "Thẻ BHYT", "number": "TE 1", "document": (PDF, "the.pdf")}
    if said in ("refused", "supplement_needed"):
        given |= {"note": "Thiếu nơi cư trú"}
    return OutsideAnswer(sequence=sequence, said=said, **(given | changes))


def write(world: World, story: DossierStory, said: str, sequence: int = 1, **changes: Any) -> PartnerReply:
    """Let the insurance write about its part."""
    return actions.answer_from_outside(
        part_of(story), wrote(said, sequence, **changes), by=INSURANCE, at=world.at
    )
