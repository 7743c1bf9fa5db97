"""Processes, tokens and tasks."""

from motcua.workflow.models.tasks import Fact, Task, Token
from motcua.workflow.models.versions import ProcessDraft, ProcessUse, ProcessVersion

__all__ = ["Fact", "ProcessDraft", "ProcessUse", "ProcessVersion", "Task", "Token"]
