"""The processes that come along: drawn in BPMN, one for each interconnected procedure, named by its code."""

from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from motcua.rules.process import Process
from motcua.workflow.bpmn import read_bpmn


class Delivered(NamedTuple):
    """The code of a procedure, its process, and the drawing as it was drawn."""

    code: str
    process: Process
    bpmn: str


def delivered_processes() -> Iterator[Delivered]:
    """Yield the process of each procedure; `ValueError` names a file that is not sound in form."""
    for item in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".bpmn"):
            continue
        text = item.read_text(encoding="utf-8")
        drawing = read_bpmn(text.encode())
        if drawing.process is None:
            raise ValueError(item.name)
        yield Delivered(item.name.removesuffix(".bpmn"), drawing.process, text)
