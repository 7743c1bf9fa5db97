"""What a proof found wrong with a process, told as a story of steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Deed(StrEnum):
    """What can happen to a token that waits."""

    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Scene:
    """One step of a story: at `node`, `deed` happened, and the flows `flows` were taken."""

    node: str
    deed: Deed
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind (a code, never a sentence), the node, flow or datum it stands at, the story that leads to it.

    `facts` fill the sentence that the interface finds for the code. `warning` tells what does not stop publication.
    """

    kind: str
    element: str = ""
    story: tuple[Scene, ...] = ()
    facts: Mapping[str, str | int] = field(default_factory=dict)
    warning: bool = False

    def to_json(self) -> dict[str, object]:
        """Give kind, element, story and facts."""
        return {
            "kind": self.kind,
            "element": self.element,
            "warning": self.warning,
            "story": [
                {"node": scene.node, "deed": scene.deed.value, "flows": list(scene.flows)}
                for scene in self.story
            ],
            "facts": dict(self.facts),
        }
