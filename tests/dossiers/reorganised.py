"""Plans of reorganisations for tests, brought to their day by the actions that people use."""

from datetime import date
from typing import Any
from uuid import UUID

from motcua.dossiers.actions import approve_reorganisation, reorganise
from motcua.dossiers.queries import faults_of
from motcua.organisation.actions import PlanData, draft_reorganisation, propose_reorganisation
from motcua.organisation.queries import plan_by_id
from motcua.rules.localday import local_day
from tests.world import FUNCTIONS, World

TITLES = {"receiver": "Tiếp nhận", "specialist": "Chuyên viên", "head": "Trưởng phòng", "leader": "Chủ tịch"}


def a_merger(
    into: str = "xa-moi", sources: tuple[str, ...] = ("xa-mot", "xa-hai"), **new: Any
) -> list[dict[str, Any]]:
    """Return the lines by which communes become a new one, with its posts."""
    commune = {"op": "establish", "key": into, "name_vi": "Ủy ban nhân dân xã Mới", "name_en": "(xa-moi)", "kind": "commune",
               "level": "commune", "parent": "tinh", "code_qd20": "X1.09", "short_vi": "xã Mới"}  # fmt: skip
    return [commune | new, {"op": "merge", "from": list(sources), "into": into}, *the_posts(into, sources)]


def the_posts(into: str, sources: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a post of each function at an agency, with the work of the same posts before."""
    return [
        {"op": "post", "agency": into, "key": function, "function": function, "title_vi": TITLES[function],
         "roles": list(FUNCTIONS[function]), "from": [f"{source}/{function}" for source in sources]}
        for function in FUNCTIONS
    ]  # fmt: skip


def drafted(world: World, operations: list[dict[str, Any]], *, on: date) -> UUID:
    """Write a plan down."""
    _administrators(world)
    data = PlanData("Sắp xếp thử", "NQ 1/2026/NQ-HĐND", on, operations)
    return draft_reorganisation(data, by=world.as_actor("soạn"), at=world.at)


def approved(world: World, operations: list[dict[str, Any]], *, on: date) -> UUID:
    """Write a plan down, propose it, and let a second person approve it."""
    plan_id = drafted(world, operations, on=on)
    plan = plan_by_id(plan_id)
    assert plan is not None
    found = faults_of(plan, today=local_day(world.at))
    propose_reorganisation(plan_id, faults=found, by=world.as_actor("soạn"), at=world.at)
    approve_reorganisation(plan_id, by=world.as_actor("duyệt"), at=world.at)
    return plan_id


def applied(world: World, operations: list[dict[str, Any]], *, on: date) -> UUID:
    """Bring a plan to its day, and let it be done."""
    plan_id = approved(world, operations, on=on)
    while local_day(world.at) < on:
        world.later(days=1)
    reorganise(plan_id, at=world.at)
    return plan_id


def _administrators(world: World) -> None:
    for name in ("soạn", "duyệt"):
        if name not in world.people:
            world.staff(name, world.province, "administrator", "administer")
