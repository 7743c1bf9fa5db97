"""Drawings that come in as files: what the editor sends, and what a person chose."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from motcua.office.process_edits import Sheet
from motcua.office.process_table import Told, faults_told
from motcua.workflow.bpmn import Drawing, write_bpmn
from motcua.workflow.queries.drawings import definition_of, read_drawing
from motcua.workflow.words import UNREADABLE

# What the reader takes as one drawing.
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Sent:
    """The text of a drawing; else why it is not taken, with what is wrong in it."""

    text: str = ""
    refused: str = ""
    told: tuple[Told, ...] = ()


def sent(upload: "UploadedFile[Any] | None", *, chosen: bool) -> Sent:
    """Return the drawing that was sent.

    What the editor sends is kept with its faults. A file that a person chose takes the place of a drawing only if the
    table can hold all of it; what it does not draw gets a place.
    """
    if upload is None:
        return Sent(refused=_("Chọn một tệp BPMN (XML, mã UTF-8)."))
    if (upload.size or 0) > _MOST_BYTES:
        return _unreadable("too_large")
    try:
        text = str(upload.read(), "utf-8-sig")
    except UnicodeDecodeError:
        return Sent(refused=_("Chọn một tệp BPMN (XML, mã UTF-8)."))
    if "\0" in text:
        return _unreadable("not_xml")
    return _chosen(text) if chosen else Sent(text)


def _unreadable(code: str) -> Sent:
    return Sent(refused=_("Không mở được tệp: %(why)s.") % {"why": UNREADABLE.get(code, code)})


def _chosen(text: str) -> Sent:
    drawing, faults = read_drawing(text)
    if drawing is None:
        return _unreadable(faults[0].kind)
    if definition_of(drawing, drawing.key, drawing.title_vi, drawing.title_en) is None:
        sheet = Sheet(
            drawing.key, drawing.title_vi, drawing.title_en, drawing.nodes, drawing.flows, drawing.data
        )
        return Sent(
            refused=_("Chưa mở tệp này vì còn lỗi; bản nháp vẫn như cũ. Sửa các lỗi dưới đây rồi mở lại."),
            told=tuple(one for one in faults_told(sheet, faults) if not one.warning),
        )
    return Sent(text if _drawn(drawing) else write_bpmn(drawing, drawing.layout))


def _drawn(drawing: Drawing) -> bool:
    """Tell whether the file says of everything where it is drawn."""
    return all(node.key in drawing.layout.bounds for node in drawing.nodes) and all(
        flow.key in drawing.layout.waypoints for flow in drawing.flows
    )
