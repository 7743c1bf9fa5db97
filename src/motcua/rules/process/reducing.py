"""Folding what is sound by its form, so that only the rest of a process has to be searched.

Each rule keeps the answer: the smaller process is sound exactly if the larger one is. See docs/rules/soundness.md,
"Large processes".
"""

from collections.abc import Callable
from itertools import takewhile

from motcua.rules.process.model import NodeKind
from motcua.rules.process.sketch import END, START, Part, Sketch, Stretch, Waits

_XOR, _AND, _OR = NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE
# Which splits and joins fit together: the stretches between them are one stretch.
_FITTING = {
    _XOR: frozenset({_XOR, _OR, NodeKind.END}),
    _AND: frozenset({_AND, _OR, NodeKind.END}),
    _OR: frozenset({_OR, NodeKind.END}),
}


def reduce_sketch(found: Sketch) -> None:
    """Fold a sketch until no rule applies any more."""
    rules: tuple[Callable[[Sketch, int], bool], ...] = (_series, _beside, _loop, _flatten, _tail, _side)
    changed = True
    while changed:
        changed = False
        for point in list(found.kinds):
            for rule in rules:
                while point in found.kinds and rule(found, point):
                    changed = True


def _series(found: Sketch, point: int) -> bool:
    """A point with one way in and one way out is none."""
    if point in (START, END) or len(found.into[point]) != 1 or len(found.out[point]) != 1:
        return False
    (first,), (second,) = found.into[point], found.out[point]
    if first is second or first.fixed or second.fixed:
        return False
    found.remove(first)
    found.remove(second)
    found.drop(point)
    new = found.add(_followed(first, second))
    new.default = first.default
    return True


def _followed(first: Stretch, second: Stretch) -> Stretch:
    return Stretch(
        first.source,
        second.target,
        max(first.waits, second.waits),
        first.place or second.place,
        first.run + second.run,
        first.skip + second.skip if first.skips and second.skips else (),
        first.once or second.once,
        first.spawn if first.once else second.spawn,
        first.members | second.members,
    )


def _beside(found: Sketch, point: int) -> bool:
    """Stretches between a split and a join that fit are one."""
    kind = found.kinds[point]
    ends: dict[int, Stretch] = {}
    for second in found.out[point]:
        if second.fixed or found.kinds[second.target] not in _FITTING.get(kind, ()):
            continue
        first = ends.setdefault(second.target, second)
        if first is second or (found.kinds[second.target] is _OR and not first.waits and not second.waits):
            # An inclusive join holds tokens that come at one moment, and two by one way are a fault: that stays.
            continue
        together = _all_of if kind is _AND else _one_of
        new = together(first, second)
        new.default = first.default and second.default
        found.remove(first)
        found.remove(second)
        found.add(new)
        return True
    return False


def _one_of(first: Stretch, second: Stretch) -> Stretch:
    waiting = min((one for one in (first, second) if one.waits), key=_length, default=first)
    skipping = min((one for one in (first, second) if one.skips), key=_length, default=first)
    waits = first.waits if first.waits is second.waits else Waits.PERHAPS
    return Stretch(
        first.source,
        first.target,
        waits,
        waiting.place,
        waiting.run,
        skipping.skip,
        first.once or second.once,
        first.spawn if first.once else second.spawn,
        first.members | second.members,
    )


def _length(stretch: Stretch) -> int:
    return sum(part.deed is not None for part in stretch.run)


def _all_of(first: Stretch, second: Stretch) -> Stretch:
    new = _followed(first, second)
    new.source, new.target = first.source, first.target
    return new


def _loop(found: Sketch, point: int) -> bool:
    """A way back to where a stretch begins belongs to the stretch."""
    if found.kinds[point] is not _XOR or len(found.out[point]) != 1:
        return False
    (body,) = found.out[point]
    split = body.target
    if found.kinds[split] is not _XOR or len(found.into[split]) != 1 or split == point:
        return False
    # What nothing leaves is left for the search to find.
    if len(found.out[split]) < 2:
        return False
    back = next((one for one in found.out[split] if one.target == point), None)
    # What must not be gone twice is left for the search to find.
    if back is None or body.fixed or back.fixed or body.once or back.once:
        return False
    found.remove(back)
    if not body.waits and back.waits:
        body.waits, body.place, body.run = Waits.PERHAPS, back.place, body.run + back.run + body.run
    body.members |= back.members
    return True


def _flatten(found: Sketch, point: int) -> bool:
    """Gateways of one kind with nothing between them are one, where one of them only splits or only joins."""
    kind = found.kinds[point]
    if kind not in (_XOR, _AND):
        return False
    for bare in found.out[point]:
        target = bare.target
        if bare.waits or bare.once or bare.fixed or found.kinds[target] is not kind or target == point:
            continue
        if len(found.into[target]) == 1 and len(found.out[target]) > 1 and len(found.into[point]) == 1:
            _take_over_out(found, bare)
            return True
        if len(found.out[point]) == 1 and len(found.into[point]) > 1 and len(found.out[target]) == 1:
            _take_over_into(found, bare)
            return True
    return False


def _take_over_out(found: Sketch, bare: Stretch) -> None:
    found.remove(bare)
    for one in list(found.out[bare.target]):
        found.remove(one)
        one.source = bare.source
        one.run, one.skip = bare.run + one.run, bare.run + one.skip if one.skips else ()
        one.members |= bare.members
        found.add(one)
    found.drop(bare.target)


def _take_over_into(found: Sketch, bare: Stretch) -> None:
    found.remove(bare)
    for one in list(found.into[bare.source]):
        found.remove(one)
        one.target = bare.target
        one.run, one.skip = one.run + bare.run, one.skip + bare.run if one.skips else ()
        one.members |= bare.members
        found.add(one)
    found.drop(bare.source)


def _tail(found: Sketch, point: int) -> bool:
    """A branch that goes to the end by itself hinders nobody, unless it is begun again while it lasts."""
    if found.kinds[point] is not _AND or len(found.out[point]) < 2 or len(found.into[point]) != 1:
        return False
    (before,) = found.into[point]
    branch = next((one for one in found.out[point] if one.target == END and not one.fixed), None)
    if branch is None or before.fixed:
        return False
    found.remove(branch)
    before.once = before.once or branch.once or branch.place
    before.members |= branch.members
    before.run += branch.run
    if before.skips:
        before.skip += branch.run
    return True


def _begun(branch: Stretch) -> tuple[Part, ...]:
    """Return the way along a timer's branch to where its token first waits."""
    first = branch.run[0]
    return (first, *takewhile(lambda part: part.deed is None, branch.run[1:]))


def _side(found: Sketch, point: int) -> bool:
    """A reminder that goes to its own end hinders nobody, unless its host begins again while it lasts."""
    for wait in found.out[point]:
        for timer in wait.sides:
            start = found.side[timer]
            if len(found.out[start]) != 1:
                continue
            (branch,) = found.out[start]
            if branch.target != END or branch.fixed:
                continue
            found.remove(branch)
            found.drop(start)
            wait.sides = tuple(one for one in wait.sides if one != timer)
            if not wait.once and branch.place:
                wait.once, wait.spawn = branch.place, _begun(branch)
            wait.once = wait.once or branch.once
            wait.members |= branch.members
            return True
    return False
