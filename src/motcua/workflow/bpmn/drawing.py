"""What a BPMN file says: the process, its faults, and where everything is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from motcua.rules.process import Datum, Flow, Node, Process
from motcua.rules.process.faults import Fault
from motcua.rules.refusals import Refusal


class BpmnRefused(Refusal):
    """A file cannot be read at all.

    Codes: empty, not_xml, doctype, too_large, too_many_elements, too_deep, not_bpmn, no_process, two_processes. `where`
    is the line at which the reader stopped, 0 where no line is to blame.
    """

    def __init__(self, code: str, where: int = 0) -> None:
        super().__init__(code)
        self.where = where


class Point(NamedTuple):
    """A point of the drawing, in pixels, y growing downward."""

    x: float
    y: float


class Bounds(NamedTuple):
    """A rectangle of the drawing, in pixels: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def meets(self, other: "Bounds", gap: float = 0) -> bool:
        """Tell whether the two share more than an edge, or come nearer than `gap`."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )


@dataclass(frozen=True)
class Layout:
    """Where nodes, lines and their labels are drawn, each by the key of its node or flow; any may be missing."""

    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    waypoints: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: Mapping[str, Bounds] = field(default_factory=dict)


class Definition(Protocol):
    """What can be written: a process, or a drawing that is none yet."""

    @property
    def key(self) -> str: ...
    @property
    def nodes(self) -> tuple[Node, ...]: ...
    @property
    def flows(self) -> tuple[Flow, ...]: ...
    @property
    def data(self) -> tuple[Datum, ...]: ...
    @property
    def title_vi(self) -> str: ...
    @property
    def title_en(self) -> str: ...


@dataclass(frozen=True)
class Drawing:
    """A file that was read: what it defines, well formed or not, and the faults that keep it from being a process.

    `process` is None as long as a fault is more than a warning. `ignored` names, in order, what of other tools was
    passed over: attributes and elements that change nothing of the way.
    """

    key: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    data: tuple[Datum, ...] = ()
    title_vi: str = ""
    title_en: str = ""
    faults: tuple[Fault, ...] = ()
    layout: Layout = field(default_factory=Layout)
    ignored: tuple[str, ...] = ()
    process: Process | None = None
