"""Whether a draft that was read could run and keep its promises: soundness, duties, and the sum of its times.

See docs/rules/iso-processes.md, "What is checked".
"""

from motcua.rules.deadlines import Limit
from motcua.rules.process.cases import faults_of_conditions
from motcua.rules.process.duties import (
    faults_at_return,
    faults_of_duties,
    faults_of_hands,
    faults_of_setting,
)
from motcua.rules.process.exploring import MOST_MOVES
from motcua.rules.process.faults import Fault
from motcua.rules.process.soundness import check_soundness, each_once
from motcua.rules.process.time_sum import faults_of_time, fewest_minutes
from motcua.workflow.sources.reading import ReadProcess


def faults_of(read: ReadProcess) -> tuple[Fault, ...]:
    """Return what would stop the publication of the draft, and warnings; of an unreadable text nothing.

    Holders and scenarios belong to the office that will use it and are not judged here. The sums of the source's own
    table are a matter of their own (`ReadProcess.sums`).
    """
    process = read.process
    if process is None:
        return ()
    return each_once(
        (
            *check_soundness(process),
            *faults_of_conditions(process),
            *faults_of_time(process, longest_limit(read)),
            *faults_of_duties(process, most=MOST_MOVES),
            *faults_at_return(process),
            *faults_of_setting(process),
            *faults_of_hands(process),
        )
    )


def longest_limit(read: ReadProcess) -> Limit | None:
    """Return the limit of the course that may take longest, which the longest path has to fit in."""
    limits = [row.limit for row in read.sums if row.limit is not None]
    return max(limits, key=fewest_minutes, default=None)


def passes(read: ReadProcess) -> bool:
    """Tell whether a reading is complete and its draft without a fault."""
    return read.complete and all(fault.warning for fault in faults_of(read))
