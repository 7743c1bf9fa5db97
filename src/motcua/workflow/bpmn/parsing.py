"""From bytes to elements: XML read in one pass, within bounds, without entities and without anything from outside."""

from dataclasses import dataclass, field
from xml.parsers import expat

from motcua.workflow.bpmn.drawing import BpmnRefused
from motcua.workflow.bpmn.names import MODEL

# A process of 500 steps, drawn, has about 1 MB and 10,000 elements.
MOST_BYTES = 4 * 1024 * 1024
MOST_ELEMENTS = 40_000
_DEEPEST = 64
_BETWEEN = "\x1f"


# Slots: there may be 40,000 of them.
@dataclass(slots=True)
class Element:
    """An element: namespace and local name, attributes by (namespace, local name), text, children, line."""

    namespace: str
    local: str
    attributes: dict[tuple[str, str], str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        """The attribute `id`; empty without."""
        return self.attributes.get(("", "id"), "")

    def get(self, local: str, namespace: str = "") -> str:
        """Give an attribute; empty without."""
        return self.attributes.get((namespace, local), "")

    def all(self, local: str, namespace: str = MODEL) -> list["Element"]:
        """Give the children of this name."""
        return [child for child in self.children if child.local == local and child.namespace == namespace]

    def first(self, local: str, namespace: str = MODEL) -> "Element | None":
        """Give the first child of this name."""
        return next(iter(self.all(local, namespace)), None)

    def is_model(self, local: str) -> bool:
        """Tell whether it is this element of BPMN."""
        return self.local == local and self.namespace == MODEL


def parse(source: bytes | str) -> Element:
    """Read XML into elements; `BpmnRefused`: empty, not_xml, doctype, too_large, too_many_elements, too_deep.

    Bytes are read in the encoding that they name (UTF-8 and UTF-16 among them); text is text, whatever it names.
    """
    try:
        data = source.encode("utf-8") if isinstance(source, str) else bytes(source)
    except UnicodeEncodeError:
        raise BpmnRefused("not_xml") from None
    if len(data) > MOST_BYTES:
        raise BpmnRefused("too_large")
    if not data.strip():
        raise BpmnRefused("empty")
    builder = _Builder("utf-8" if isinstance(source, str) else None)
    return builder.read(data)


class _Builder:
    def __init__(self, encoding: str | None) -> None:
        self.parser = expat.ParserCreate(encoding, namespace_separator=_BETWEEN)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def read(self, data: bytes) -> Element:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as fault:
            raise BpmnRefused("not_xml", fault.lineno) from None
        except (LookupError, ValueError):
            # An encoding that nobody knows.
            raise BpmnRefused("not_xml", 1) from None
        if self.root is None:
            raise BpmnRefused("not_xml")
        return self.root

    def _doctype(self, *_told: object) -> None:
        # With it would come entities, which can grow without bound or reach for files.
        raise BpmnRefused("doctype", self.parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if self.count > MOST_ELEMENTS:
            raise BpmnRefused("too_many_elements", line)
        if len(self.open) >= _DEEPEST:
            raise BpmnRefused("too_deep", line)
        element = Element(*_split(name), {_split(key): value for key, value in attributes.items()}, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        # Only what stands before the children: bodies of ours have none.
        if not self.open[-1].children:
            self.open[-1].text += text


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_BETWEEN)
    return namespace, local
