"""What a reader notes beside the process: faults, and what of other tools it passed over."""

from collections.abc import Iterator

from motcua.rules.process.faults import Fault
from motcua.workflow.bpmn.names import (
    ENGINES,
    KNOWN_PREFIXES,
    MODEL,
    OURS,
    RUNNING,
    SCHEMA,
    USUAL,
    key_of,
    name_of,
)
from motcua.workflow.bpmn.parsing import Element

# What is quoted of a file in a fault.
_LONGEST_QUOTE = 80
# More faults than this no person reads, and a hostile file shall not fill the memory with them.
_MOST_FAULTS = 1000


class Notes:
    """Faults and names, as they are met."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.passed_over: set[str] = set()
        # The elements that have a fault by now.
        self.blamed: set[str] = set()

    def fault(self, kind: str, element: str, **facts: str | int) -> None:
        """Note a fault; the same one at the same element only once."""
        cut = {name: fact[:_LONGEST_QUOTE] if isinstance(fact, str) else fact for name, fact in facts.items()}
        fault = Fault(kind, element[:_LONGEST_QUOTE], facts=cut)
        self.blamed.add(element)
        if len(self.faults) < _MOST_FAULTS and fault not in self.faults:
            self.faults.append(fault)

    def unsupported(self, element: Element, owner: str = "", name: str = "") -> None:
        """Refuse an element by name; without an id of its own it stands at its owner."""
        said = name or name_of(element.namespace, element.local)
        place = key_of(element.identifier) or owner
        self.fault("unsupported_element", place, name=said, id=place, line=element.line)

    def look_at(self, element: Element, ours: frozenset[str], owner: str = "") -> None:
        """Look through the attributes and extensions of an element: refuse what runs, pass over the rest.

        `ours` are the attributes of our namespace that it may have; `owner` is whose part it is.
        """
        place = owner or key_of(element.identifier)
        for (namespace, local), value in element.attributes.items():
            if namespace == OURS:
                if local not in ours:
                    self.fault("unknown_field", place, field=local)
            elif namespace in ("", MODEL):
                if value.strip() != USUAL.get(local, value.strip()):
                    self.unsupported(element, owner, local)
            elif namespace != SCHEMA:
                self._foreign(element, namespace, local, place)
        for extension in foreign(element):
            self._look_inside(extension, place)

    def _look_inside(self, element: Element, place: str) -> None:
        if element.namespace == OURS or self._foreign(element, element.namespace, element.local, place):
            return
        for (namespace, local), _value in element.attributes.items():
            if namespace not in ("", SCHEMA):
                self._foreign(element, namespace, local, place)
        for child in element.children:
            self._look_inside(child, place)

    def _foreign(self, element: Element, namespace: str, local: str, place: str) -> bool:
        """Refuse it (True) or pass over it."""
        name = name_of(namespace, local)
        if KNOWN_PREFIXES.get(namespace) in ENGINES and local in RUNNING:
            self.unsupported(element, place, name)
            return True
        self.passed_over.add(name[:_LONGEST_QUOTE])
        return False


def foreign(element: Element) -> Iterator[Element]:
    """Yield what stands in the extensions of an element, and beside BPMN's own children."""
    for child in element.children:
        if child.is_model("extensionElements"):
            yield from child.children
        elif child.namespace != MODEL:
            yield child


def ours(element: Element, local: str) -> list[Element]:
    """Give the extensions of our namespace with this name."""
    return [child for child in foreign(element) if child.namespace == OURS and child.local == local]
