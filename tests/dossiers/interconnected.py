"""A process across three agencies, small: the commune signs, then police and insurance work side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motcua.dossiers import actions
from motcua.dossiers.models import Dossier
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, task
from tests.world import DossierStory, World


def days(number: int) -> Limit:
    return Limit(Unit.WORKING_DAY, number)


def three_agencies(**changes: Any) -> Process:
    """Return the process; `police_error` adds an error path for the police, `police_timer` one for taking too long."""
    nodes = [
        Node("start", NodeKind.START),
        task("check", "specialist", "Kiểm tra", "Check", prepares=True),
        task("sign", "leader", "Ký giấy khai sinh", "Sign", StepKind.DECIDE),
        Node("fork", NodeKind.PARALLEL),
        Node(
            "police", NodeKind.CALL, "Đăng ký thường trú", "Residence", partner="near:police", limit=days(2)
        ),
        Node("insurance", NodeKind.CALL, "Cấp thẻ BHYT", "Insurance card", partner="bhxh", limit=days(1)),
        Node("heard", NodeKind.EXCLUSIVE),
        Node("join", NodeKind.PARALLEL),
        task("return", "receiver", "Trả kết quả", "Return", StepKind.RETURN),
        Node("end", NodeKind.END),
    ]
    flows = [
        Flow("f1", "start", "check"), Flow("f2", "check", "sign"), Flow("f3", "sign", "fork"),
        Flow("f4", "fork", "police"), Flow("f5", "fork", "insurance"), Flow("f6a", "police", "heard"),
        Flow("f6", "heard", "join"), Flow("f7", "insurance", "join"), Flow("f8", "join", "return"), Flow("f9", "return", "end"),
    ]  # fmt: skip
    if changes.get("police_error"):
        nodes += [
            Node("refused", NodeKind.BOUNDARY_ERROR, "Công an không đồng ý", "Police refuse", host="police"),
            task("explain", "specialist", "Giải thích với người dân", "Explain"),
        ]
        flows += [Flow("f10", "refused", "explain"), Flow("f11", "explain", "heard")]
    if changes.get("police_timer"):
        nodes += [
            Node("too-long", NodeKind.BOUNDARY_TIMER, "Quá lâu", "Too long", host="police", limit=days(3)),
            task("go-on", "specialist", "Báo cáo", "Report"),
        ]
        flows += [Flow("f12", "too-long", "go-on"), Flow("f13", "go-on", "heard")]
    return Process("lien-thong", tuple(nodes), tuple(flows), title_vi="Liên thông thử", title_en="Trial")


def lay_down(world: World, **changes: Any) -> UUID:
    """Add the partners to the world and let its procedure run across them."""
    world.partner("ca-mot", "Công an xã Một", "police", "X1.01.9", world.commune)
    world.partner("ca-hai", "Công an xã Hai", "police", "X1.02.9", world.neighbour)
    world.partner("bhxh", "Bảo hiểm xã hội tỉnh Thử", "social_insurance", "X1.8", world.province)
    return world.run_by(three_agencies(**changes))


def signed(world: World, story: DossierStory) -> DossierStory:
    """Bring a dossier to where the partners have their parts."""
    story.accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.decide_dossier(
        story.reload().dossier, outcome="granted", title="Giấy khai sinh", number="01/KS",
        by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    return story.reload()


def part(story: DossierStory, call: str) -> Dossier:
    """Return the part of a partner."""
    return Dossier.objects.get(parent_id=story.dossier.id, call=call)


def partner_decides(
    world: World, of: Dossier, key: str, *, outcome: str = "granted", title: str = "Kết quả"
) -> Dossier:
    """Let a partner solve its part by the default process."""
    actions.hand_over(of, by=world.as_actor(f"{key}.specialist"), at=world.at)
    actions.hand_over(of, by=world.as_actor(f"{key}.head"), at=world.at)
    return actions.decide_dossier(
        of, outcome=outcome, title=title, summary="Chưa đủ điều kiện" if outcome == "refused" else "",
        by=world.as_actor(f"{key}.leader"), at=world.at,
    )  # fmt: skip
