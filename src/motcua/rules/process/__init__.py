"""Processes: their form, the machine that runs them, and what is proved before they are published."""

from motcua.rules.process.conditions import Condition, ConditionRefused, Datum, DatumKind
from motcua.rules.process.machine import Advance, Machine, Marking
from motcua.rules.process.model import (
    BOUNDARIES,
    DEFAULT_PROCESS,
    GATEWAYS,
    WAITING,
    Awaited,
    Flow,
    Node,
    NodeKind,
    Process,
    ProcessRefused,
    StepKind,
    Travel,
    line,
    read_definition,
    task,
    well_formed,
)

__all__ = [
    "BOUNDARIES",
    "DEFAULT_PROCESS",
    "GATEWAYS",
    "WAITING",
    "Advance",
    "Awaited",
    "Condition",
    "ConditionRefused",
    "Datum",
    "DatumKind",
    "Flow",
    "Machine",
    "Marking",
    "Node",
    "NodeKind",
    "Process",
    "ProcessRefused",
    "StepKind",
    "Travel",
    "line",
    "read_definition",
    "task",
    "well_formed",
]
