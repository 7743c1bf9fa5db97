"""What the tests of drafts share: whole processes, drafts brought to publication, refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from motcua.rules.process import DEFAULT_PROCESS, Node, Process, StepKind, line, task
from motcua.rules.process.proposing import propose
from motcua.workflow import actions
from motcua.workflow.actions import UnableToDraft
from motcua.workflow.queries import DraftFacts, draft_facts
from tests.world import World


@contextmanager
def refused(code: str) -> Iterator[Any]:
    """Expect a refusal with exactly this code."""
    with pytest.raises(UnableToDraft) as caught:
        yield caught
    assert caught.value.code == code


def facts(draft_id: UUID) -> DraftFacts:
    """Return a draft that is there."""
    found = draft_facts(draft_id)
    assert found is not None
    return found


def steps(*nodes: Node, key: str = "default") -> Process:
    """Return a process of steps one after the other."""
    return line(key, nodes, title_vi="Quy trình thử")


SPECIALIST = task("specialist", "specialist", "Thẩm định", prepares=True)
CHECK = task("check", "head", "Kiểm tra")
HEAD = task("head", "head", "Xem lại")
LEADER = task("leader", "leader", "Ký", work=StepKind.DECIDE)
RETURN = task("return", "receiver", "Trả kết quả", work=StepKind.RETURN)


def tabled(
    world: World, process: Process, *, key: str, policy: dict[str, Any] | None = None, **about: Any
) -> UUID:
    """Return a draft with this table, a scenario for each path, a policy and an act, saved by the first person."""
    by, at = world.as_actor("xa-mot.head"), world.at
    draft_id = actions.start_draft(key, title_vi="Quy trình thử", by=by, at=at)
    actions.save_table(draft_id, process.to_json(), expected=1, by=by, at=at)
    scenarios = [scenario.to_json() for scenario in propose(process)]
    actions.save_scenarios(draft_id, scenarios, expected=2, by=by, at=at)
    actions.save_in_flight(draft_id, policy or {"kind": "stay"}, expected=3, by=by, at=at)
    about = {"title_vi": "Quy trình thử", "title_en": "", "procedure_id": None, "legal_basis": "QĐ 1"} | about
    actions.save_about(draft_id, expected=4, by=by, at=at, **about)
    return draft_id


def proposed(world: World, draft_id: UUID) -> UUID:
    """Propose a draft as the first person."""
    revision = facts(draft_id).revision
    actions.propose_draft(draft_id, expected=revision, by=world.as_actor("xa-mot.head"), at=world.at)
    return draft_id


def published(world: World, draft_id: UUID, **chosen: Any) -> UUID:
    """Propose a draft and publish it as a second person; return the version."""
    proposed(world, draft_id)
    revision = facts(draft_id).revision
    by = world.as_actor("xa-mot.leader")
    return actions.publish_draft(draft_id, expected=revision, by=by, at=world.at, **chosen)


__all__ = [
    "CHECK",
    "DEFAULT_PROCESS",
    "HEAD",
    "LEADER",
    "RETURN",
    "SPECIALIST",
    "facts",
    "proposed",
    "published",
    "refused",
    "steps",
    "tabled",
]
