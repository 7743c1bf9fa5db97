"""Long official texts, line by line, given a shape that can be read: steps, points, points below points."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# "Bước 1: …", with or without a mark before it; its number may be a letter or carry a dot.
_STEP = re.compile(r"[-+*•–\s]*(bước\s+[0-9]+[a-zđ]?(?:\.[0-9]+)*)\s*[:.)–-]?\s*(.*)", re.IGNORECASE)
# A point, and a point below it: the more signs, the deeper.
_POINT = re.compile(r"(?:[-–—•*●]|o(?=\s))\s*(?=\S)")
_BELOW = re.compile(r"(?:\++\)?|∙|◦)\s*(?=\S)")


@dataclass(frozen=True)
class Item:
    """One point; `below` when it belongs to the point before it."""

    text: str
    below: bool


@dataclass
class Block:
    """A run of lines: `kind` is step (with its label), text or points."""

    kind: str
    text: str = ""
    label: str = ""
    items: list[Item] = field(default_factory=list)


def blocks(lines: Iterable[str]) -> list[Block]:
    """Give single-line texts the shape that their marks ask for; no word is lost, only the marks are."""
    found: list[Block] = []
    for line in lines:
        if step := _STEP.fullmatch(line):
            found.append(Block("step", text=step[2], label=step[1][:1].upper() + step[1][1:]))
        elif item := _item(line):
            if not found or found[-1].kind != "points":
                found.append(Block("points"))
            found[-1].items.append(item)
        else:
            found.append(Block("text", text=line))
    return found


def _item(line: str) -> Item | None:
    for pattern, below in ((_POINT, False), (_BELOW, True)):
        if mark := pattern.match(line):
            return Item(line[mark.end() :], below)
    return None
