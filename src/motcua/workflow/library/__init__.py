"""The processes that come along: drawn in BPMN, one for each interconnected procedure, named by its code."""

from collections.abc import Iterator
from importlib import resources

from motcua.rules.process import Process
from motcua.workflow.bpmn import read_bpmn


def delivered_processes() -> Iterator[tuple[str, Process]]:
    """Yield the code of each procedure with its process; `ValueError` names a file that is not sound in form."""
    for item in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".bpmn"):
            continue
        drawing = read_bpmn(item.read_bytes())
        if drawing.process is None:
            raise ValueError(item.name)
        yield item.name.removesuffix(".bpmn"), drawing.process
