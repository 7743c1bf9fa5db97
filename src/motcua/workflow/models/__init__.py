"""Processes, tokens and tasks."""

from motcua.workflow.models.in_flight import InFlight, InFlightMove
from motcua.workflow.models.tasks import Fact, Task, Token
from motcua.workflow.models.versions import ProcessDraft, ProcessUse, ProcessVersion

__all__ = [
    "Fact",
    "InFlight",
    "InFlightMove",
    "ProcessDraft",
    "ProcessUse",
    "ProcessVersion",
    "Task",
    "Token",
]
