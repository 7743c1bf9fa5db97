"""Small BPMN files for the tests of reading."""

from itertools import pairwise

from motcua.workflow.bpmn import BpmnRefused, Drawing, read_bpmn

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPACES = (
    f'xmlns="{MODEL}" xmlns:bpmn="{MODEL}" xmlns:motcua="urn:motcua:process:1" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:z="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:other="urn:example:other"'
)
TASK = '<userTask id="t" name="Bước" motcua:function="head" {}>{}</userTask>'


def document(
    members: str = TASK.format("", ""),
    *,
    way: tuple[str, ...] = ("s", "t", "e"),
    flow: str = "",
    beside: str = "",
    process: str = "",
) -> str:
    """Give a file of one process whose start and end are joined by a way; `flow` stands in its first flow."""
    flows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}">{flow if number == 0 else ""}</sequenceFlow>'
        for number, (one, other) in enumerate(pairwise(way))
    )
    return (
        f'<definitions {SPACES}>{beside}<process id="p" {process}><startEvent id="s"/>{members}<endEvent id="e"/>'
        f"{flows}</process></definitions>"
    )


def faults(drawing: Drawing) -> list[tuple[str, str]]:
    """Give kind and element of each fault."""
    return [(fault.kind, fault.element) for fault in drawing.faults]


def named(drawing: Drawing) -> list[str]:
    """Give the names of what is refused."""
    return [str(fault.facts["name"]) for fault in drawing.faults if fault.kind == "unsupported_element"]


def refused(source: bytes | str) -> tuple[str, int]:
    """Give code and line of a refusal; ("", 0) if the file was read."""
    try:
        read_bpmn(source)
    except BpmnRefused as refusal:
        return refusal.code, refusal.where
    return "", 0
