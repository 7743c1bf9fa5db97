"""The plan is drafted, approved by a second person and applied, by the product's own actions."""

import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock_time
from uuid import UUID

from motcua.accounts.actions import open_account
from motcua.accounts.queries import actor
from motcua.dossiers.actions.reorganising import (
    Progress,
    approve_reorganisation,
    begin_reorganisation,
    continue_reorganisation,
)
from motcua.dossiers.queries.reorganising import faults_of
from motcua.journal.events import SYSTEM, Actor
from motcua.kit import clock
from motcua.organisation.actions.planning import (
    PlanData,
    draft_reorganisation,
    operations_of,
    propose_reorganisation,
)
from motcua.rules.localday import at_local, local_day
from motcua.rules.reorganisation import Fault, Plan

DRAFTED_AT = at_local(date(2025, 6, 27), clock_time(15))
Tell = Callable[[str], object]


class PlanFaulty(Exception):
    """The plan cannot be; `faults` are all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} lỗi, lỗi đầu ở dòng {faults[0].line}: {faults[0].code}")
        self.faults = faults


def midnight(plan: Plan) -> datetime:
    """Return the first moment of the day from which the plan holds."""
    return at_local(plan.effective, clock_time(0))


def approved(plan: Plan) -> UUID:
    """Draft a plan, check it, and let a second person approve it; `PlanFaulty` with everything that is wrong with it."""
    at = DRAFTED_AT
    with clock.freeze(at):
        if faults := faults_of(plan, today=local_day(at)):
            raise PlanFaulty(faults)
        one, other = (_planner(name, at) for name in ("planner", "approver"))
        data = PlanData(plan.title, plan.act, plan.effective, operations_of(plan))
        row = draft_reorganisation(data, by=one, at=at)
        propose_reorganisation(row, faults=(), by=one, at=at)
        approve_reorganisation(row, by=other, at=at)
    return row


def _planner(name: str, at: datetime) -> Actor:
    return actor(
        open_account(name, full_name=f"Cán bộ {name}", kind="staff", password=None, by=SYSTEM, at=at)
    )


def begin(reorganisation_id: UUID, plan: Plan) -> float:
    """Let the facts change on the day; return the seconds that took. `PlanFaulty` if its day found it faulty."""
    began = time.perf_counter()
    with clock.freeze(midnight(plan)):
        if not begin_reorganisation(reorganisation_id, at=midnight(plan)):
            raise PlanFaulty(faults_of(plan, today=plan.effective) or [Fault.at(1, "not_begun")])
    return time.perf_counter() - began


def pass_all(
    reorganisation_id: UUID, plan: Plan, *, tell: Tell = lambda line: None
) -> tuple[int, float, float]:
    """Let all dossiers pass; return how many, the seconds that took, and those of the longest transaction."""
    longest, said = 0.0, 0.0

    def note(progress: Progress) -> None:
        nonlocal longest, said
        longest = progress.longest
        if time.monotonic() - said > 5:
            said = time.monotonic()
            tell(f"{progress.moved} / {progress.total} hồ sơ")

    began = time.perf_counter()
    with clock.freeze(midnight(plan)):
        moved = continue_reorganisation(reorganisation_id, at=midnight(plan), tell=note)
    return moved, time.perf_counter() - began, longest


def carry_out(plan: Plan) -> int:
    """Approve a plan and apply it whole on its day; return how many dossiers passed."""
    row = approved(plan)
    begin(row, plan)
    return pass_all(row, plan)[0]
