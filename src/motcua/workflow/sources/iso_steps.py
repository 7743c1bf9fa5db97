"""The rows of a table as steps: what each is for, who does it, and which belong to the process at all.

What comes before the acceptance and after the return of the result is no part of a process here. See
docs/rules/iso-processes.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from motcua.kit.text import fold, squeeze
from motcua.workflow.sources.doubts import Asking, Kind, Remark
from motcua.workflow.sources.iso_people import (
    FUNCTIONS,
    HEAD,
    LEADER,
    PARTNER,
    RECEIVER,
    SPECIALIST,
    read_doer,
)
from motcua.workflow.sources.iso_text import Row


class Deed(StrEnum):
    """What a step is for."""

    RECEIVE = "receive"
    WORK = "work"
    SIGN = "sign"
    RETURN = "return"
    PARTNER = "partner"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `row` is its row in the table (None for one that a person asked to add),
    `source` all that its cell says. `sometimes` tells that it is done in some cases only.
    """

    key: str
    title: str
    deed: Deed
    function: str
    partner: str = ""
    sometimes: bool = False
    prepares: bool = False
    row: int | None = None
    who: str = ""
    source: str = ""

    @property
    def always_a_task(self) -> bool:
        """Whether it is a task on every path."""
        return not self.sometimes and self.deed in (Deed.WORK, Deed.SIGN, Deed.RETURN)


ADD = "add"
_MOST_TITLE = 160
_SIGNS = re.compile(r"\b(?:ky|phe duyet|duyet|ban hanh|quyet dinh|chap thuan)\b")
_RETURNS = re.compile(
    r"\bhoan tra\b|\btrao\b|\bgiao (?:ket qua|giay)|(?<!kiem )(?<!tham )\btra (?:lai )?(?:ket qua|ho so|giay)"
)
_SOMETIMES = re.compile(r"^truong hop\b|\btrong truong hop\b|\bdoi voi (?!viec|ho so|cac)")
_PREPARES = re.compile(r"\b(?:du thao|soan|tham muu|lap to trinh|trinh)\b")
_LEAD = re.compile(r"^[-+*•\s]+")
_ASIDE = re.compile(r" ?\([^()]{0,300}\)")
_MARKS = " ,;:."
# Doing what a leader's row says without a word for signing is still deciding, where no other row decides.
_DECIDERS = (LEADER, HEAD)


def short_title(title: str) -> str:
    """Return the first lines of a cell as one title: what is done, without its cases and what stands in brackets."""
    lines = [line for line in title.split("\n") if line.strip(" -+*•")]
    # A first line that ends in ":" or "nếu" is followed by cases, which are no part of the name.
    kept = (
        lines[:1] if lines and (not _LEAD.match(lines[0]) or lines[0].rstrip(" :").endswith("nếu")) else lines
    )
    kept = [line for line in kept if not line.lstrip().startswith("+")]
    named = (_ASIDE.sub("", squeeze(_LEAD.sub("", line))) for line in kept)
    parts = [name.rstrip(_MARKS).removesuffix("nếu").rstrip(_MARKS) for name in named]
    joined = squeeze("; ".join(part for part in parts if part))
    if len(joined) <= _MOST_TITLE:
        return joined
    return joined[: _MOST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def read_steps(rows: Sequence[Row], asking: Asking, *, issuer: str) -> tuple[Step, ...]:
    """Turn rows into steps, asking for what no row says: who decides, who prepares, who returns."""
    steps = [_step(at, row, asking, issuer) for at, row in enumerate(rows)]
    _mark_received(steps, asking)
    _mark_returned(steps, asking)
    _mark_decision(steps, asking)
    _mark_preparer(steps, asking)
    _mark_sometimes(steps, asking)
    return tuple(steps)


def _step(at: int, row: Row, asking: Asking, issuer: str) -> Step:
    key = f"step_{at + 1}"
    doer = read_doer(row.who, issuer=issuer)
    function, partner = doer.function, doer.partner
    if not function:
        function = asking.ask(
            Kind.UNKNOWN_ACTOR, key, source=row.who, proposed=SPECIALIST, answers=(*FUNCTIONS, PARTNER)
        )
        partner = row.who if function == PARTNER else ""
    if doer.clerk:
        asking.note(Remark.CLERK_IS_RECEIVER, key, row.who)
    if doer.council and _SIGNS.search(fold(row.title)):
        asking.note(Remark.COUNCIL_SIGNS, key, row.who)
        function, partner = LEADER, ""
    deed = Deed.PARTNER if function == PARTNER else Deed.WORK
    if deed is Deed.PARTNER:
        asking.note(Remark.PARTNER, key, row.who)
    return Step(key, short_title(row.title), deed, function, partner, row=at, who=row.who, source=row.title)


def _mark_received(steps: list[Step], asking: Asking) -> None:
    """Take the first rows of the desk out: acceptance, with which a process begins, ends them."""
    for at, step in enumerate(steps[:-1]):
        if step.function != RECEIVER or _clerk(step):
            return
        asking.note(Remark.RECEIVED_BEFORE, step.key, step.title)
        steps[at] = replace(step, deed=Deed.RECEIVE)


def _clerk(step: Step) -> bool:
    return read_doer(step.who).clerk


def _mark_returned(steps: list[Step], asking: Asking) -> None:
    returning = [
        at
        for at, step in enumerate(steps)
        if step.deed is Deed.WORK and _RETURNS.search(fold(step.title)) and at >= len(steps) // 2
    ]
    # The desk before anybody else.
    desk = [at for at in returning if steps[at].function == RECEIVER]
    if not returning:
        answer = asking.ask(
            Kind.NO_RETURN, source=steps[-1].title, proposed=ADD, answers=(ADD, *_keys(steps))
        )
        if answer == ADD:
            steps.append(Step("return", "Trả kết quả", Deed.RETURN, RECEIVER))
            return
        at = _at(steps, answer)
    else:
        at = (desk or returning)[-1]
    if steps[at].function != RECEIVER:
        asking.note(Remark.RETURNED_BY_OTHER, steps[at].key, steps[at].who)
    steps[at] = replace(steps[at], deed=Deed.RETURN, function=RECEIVER, partner="")
    for later in range(at + 1, len(steps)):
        asking.note(Remark.AFTER_RETURN, steps[later].key, steps[later].title)
        steps[later] = replace(steps[later], deed=Deed.AFTER)


def _mark_decision(steps: list[Step], asking: Asking) -> None:
    """Let the last row of a leader that speaks of signing decide; ask where there is none."""
    mine = [at for at, step in enumerate(steps) if step.deed is Deed.WORK]
    leaders = [at for at in mine if steps[at].function == LEADER]
    signing = [at for at in leaders if _SIGNS.search(fold(steps[at].source))]
    if signing or len(leaders) == 1:
        at = (signing or leaders)[-1]
    else:
        heads = [at for at in mine if steps[at].function in _DECIDERS]
        proposed = steps[heads[-1]].key if heads else ADD
        choices = tuple(steps[at].key for at in mine)
        answer = asking.ask(Kind.NO_DECISION, source=_list(steps), proposed=proposed, answers=(ADD, *choices))
        if answer == ADD:
            at = next(at for at, step in enumerate(steps) if step.deed is Deed.RETURN)
            steps.insert(at, Step("decision", "Ký duyệt kết quả", Deed.SIGN, LEADER))
            return
        at = _at(steps, answer)
    steps[at] = replace(steps[at], deed=Deed.SIGN, function=LEADER)


def _mark_preparer(steps: list[Step], asking: Asking) -> None:
    """Let who drafts the result prepare it: the last that speaks of drafting, else the first who examines."""
    end = next(at for at, step in enumerate(steps) if step.deed is Deed.SIGN)
    able = [
        at
        for at, step in enumerate(steps[:end])
        if step.deed is Deed.WORK and step.function in (SPECIALIST, HEAD) and not _some(step)
    ]
    drafting = [at for at in able if _PREPARES.search(fold(steps[at].title))]
    if able:
        at = drafting[-1] if drafting else able[0]
    else:
        asking.ask(Kind.NO_PREPARER, source=_list(steps), proposed=ADD, answers=(ADD,))
        at = next(at for at, step in enumerate(steps) if step.deed is not Deed.RECEIVE)
        steps.insert(at, Step("preparation", "Thẩm định, dự thảo kết quả", Deed.WORK, SPECIALIST))
    steps[at] = replace(steps[at], prepares=True)


def _mark_sometimes(steps: list[Step], asking: Asking) -> None:
    """Mark what is done in some cases only, if a task before it can say whether this is one."""
    asked = False
    for at, step in enumerate(steps):
        if asked and step.deed in (Deed.WORK, Deed.PARTNER) and not step.prepares and _some(step):
            asking.note(Remark.SOMETIMES, step.key, step.source)
            steps[at] = replace(step, sometimes=True)
        asked = asked or step.deed is Deed.WORK


def _some(step: Step) -> bool:
    # Only the first line: further ones tell the cases of one and the same work.
    return _SOMETIMES.search(fold(step.source.strip().split("\n")[0])) is not None


def _keys(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(step.key for step in steps if step.deed in (Deed.WORK, Deed.PARTNER))


def _at(steps: Sequence[Step], key: str) -> int:
    return next(at for at, step in enumerate(steps) if step.key == key)


def _list(steps: Sequence[Step]) -> str:
    return "; ".join(f"{step.key}: {step.title}" for step in steps)
