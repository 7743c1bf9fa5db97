"""Everything that stops the publication of a process, in one list.

See docs/rules/soundness.md.
"""

from collections.abc import Collection, Mapping, Sequence

from motcua.rules.deadlines import Limit
from motcua.rules.process.cases import faults_of_conditions
from motcua.rules.process.duties import (
    faults_at_return,
    faults_of_duties,
    faults_of_hands,
    faults_of_holders,
    faults_of_setting,
)
from motcua.rules.process.exploring import MOST_MOVES
from motcua.rules.process.faults import Fault
from motcua.rules.process.model import Process
from motcua.rules.process.scenarios import Scenario, faults_of_scenarios
from motcua.rules.process.soundness import check_soundness, each_once
from motcua.rules.process.time_sum import faults_of_time

_NOBODY: Mapping[str, Sequence[str]] = {}


def check_publication(
    process: Process,
    *,
    limit: Limit | None,
    scenarios: Sequence[Scenario],
    holders: Mapping[str, Sequence[str]] = _NOBODY,
    given: Collection[str] = (),
    for_partner: bool = False,
    most: int = MOST_MOVES,
) -> tuple[Fault, ...]:
    """Return every fault and warning of a process that is to be published; it may be where none is a fault.

    `limit` is the legal one of the procedure, None where it is not known. `holders` gives for a function or partner
    the agencies where nobody holds it. `given` are the data known before the process begins. A process `for_partner`
    decides and has nothing to return.
    """
    return each_once(
        (
            *check_soundness(process, most=most),
            *faults_of_conditions(process, given=given),
            *faults_of_time(process, limit),
            *faults_of_duties(process, most=most, for_partner=for_partner),
            *faults_at_return(process),
            *faults_of_setting(process),
            *faults_of_hands(process),
            *faults_of_holders(process, holders),
            *faults_of_scenarios(process, scenarios),
        )
    )


def may_be_published(faults: Sequence[Fault]) -> bool:
    """Tell whether all that was found are warnings."""
    return all(fault.warning for fault in faults)
