"""SpiffWorkflow as another reading of BPMN: it gets a process of ours as a file, and is led by the same hand."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.exceptions import WorkflowException

from motcua.ops.bench.foreign_engine import foreign_tasks, foreign_workflow
from motcua.rules.process import Process
from motcua.rules.process.conditions import Value


class NoWay(Exception):
    """A choice found no condition that holds, and has no default."""


class Spiff:
    """One run of a process by SpiffWorkflow."""

    def __init__(self, process: Process) -> None:
        self.workflow = foreign_workflow(process)
        self._settle()

    @property
    def offered(self) -> list[str]:
        """The tasks that wait for a person, sorted; one twice where two tokens wait."""
        return [task.task_spec.name for task in foreign_tasks(self.workflow)]

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return bool(self.workflow.completed)

    @property
    def data(self) -> dict[str, Value]:
        """What is known at the end."""
        return dict(self.workflow.data)

    def data_at(self, key: str) -> dict[str, Value]:
        """Give what the token at a task knows."""
        return dict(self._at(key).data)

    def complete(self, key: str, values: Mapping[str, Value]) -> None:
        """Do the task, and all that follows without a person; `NoWay` where a choice is stuck."""
        task = self._at(key)
        task.data.update(values)
        task.run()
        self._settle()

    def _at(self, key: str) -> Any:
        return next(task for task in foreign_tasks(self.workflow) if task.task_spec.name == key)

    def _settle(self) -> None:
        try:
            self.workflow.do_engine_steps()
        except WorkflowException as refused:
            if "No conditions satisfied" not in str(refused):
                raise
            raise NoWay from refused
