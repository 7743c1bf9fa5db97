"""Processes as BPMN 2.0 files: read from any modeller, written for any. See docs/rules/bpmn.md."""

from motcua.workflow.bpmn.drawing import Bounds, BpmnRefused, Definition, Drawing, Layout, Point
from motcua.workflow.bpmn.layout import lay_out
from motcua.workflow.bpmn.reading import read_bpmn
from motcua.workflow.bpmn.sketch import is_detail, sketch_of
from motcua.workflow.bpmn.writing import write_bpmn

__all__ = [
    "Bounds",
    "BpmnRefused",
    "Definition",
    "Drawing",
    "Layout",
    "Point",
    "is_detail",
    "lay_out",
    "read_bpmn",
    "sketch_of",
    "write_bpmn",
]
