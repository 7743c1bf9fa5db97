"""Publishing processes; running them; tasks."""

from motcua.workflow.actions.publishing import publish_process
from motcua.workflow.actions.running import (
    BACK,
    Opener,
    Opening,
    UnableToWork,
    begin_run,
    call_off_tasks,
    go_on,
    move_due,
    reopen_tasks,
    run_ended,
)

__all__ = [
    "BACK",
    "Opener",
    "Opening",
    "UnableToWork",
    "begin_run",
    "call_off_tasks",
    "go_on",
    "move_due",
    "publish_process",
    "reopen_tasks",
    "run_ended",
]
