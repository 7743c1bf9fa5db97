"""What folding must not fold: each of these is unsound for a reason that a careless rule would hide."""

import pytest

from motcua.rules.process import Node, Process
from motcua.rules.process.exploring import Explored, explore
from motcua.rules.process.kernel import kernel_of
from motcua.rules.process.reducing import reduce_sketch
from motcua.rules.process.sketch import Waits, sketch
from tests.rules.process.drawn import DAY, drawn, side_by_side, timer
from tests.rules.process.test_soundness import SOUND

REMINDER = (timer("t", "a", interrupts=False),)

HIDDEN: dict[str, tuple[str, tuple[Node, ...]]] = {
    "a branch to the end begun again": ("start>x1 x1>p1 p1>a a>end2 p1>b b>x2 x2>x1 x2>end", ()),
    "a reminder begun again": ("start>x1 x1>a a>x2 x2>x1 x2>end t>r r>end", REMINDER),
    "a reminder begun again far from its host": (
        "start>x1 x1>a a>b b>p1 p1>c p1>d c>p2 d>p2 p2>x2 x2>e e>x1 x2>end t>r r>end",
        REMINDER,
    ),
    "a way back that another token can take": ("start>p1 p1>x1 x1>a a>x2 x2>x1 x2>end p1>c c>x2", ()),
    "a loop that nothing leaves": ("start>x1 x1>a a>x2 x2>b b>x1 x2>c c>x1 start>d d>end", ()),
    "branches of a choice joined as if all came": ("start>x1 x1>a x1>b a>p2 b>p2 p2>end", ()),
    "branches side by side joined as if one came": ("start>p1 p1>a p1>b a>x2 b>x2 x2>c c>end", ()),
    "some branches joined as if one came": ("start>o1 o1>a o1>b a>x2 b>x2 x2>c c>end", ()),
    "two tokens at one moment before an inclusive join": (
        "start>p1 p1>x1 p1>x3 x3>x1 x1>o2 x1>x4 x4>o2 o2>end",
        (),
    ),
    "two gateways of which one joins and splits": ("start>p1 p1>a p1>b a>x1 b>x1 x1>c x1>d c>end d>end", ()),
}


def _sound(found: Explored) -> bool:
    assert found.complete
    ended = {state for state in found.origin if not state.marking}
    return not found.refused and found.reaching(ended) == found.origin.keys()


def _folded(process: Process) -> Explored:
    kernel = kernel_of(process)
    return explore(kernel.process, most=10_000, watch=kernel.watch())


@pytest.mark.parametrize(("way", "nodes"), HIDDEN.values(), ids=HIDDEN.keys())
def test_what_is_wrong_stays_wrong_when_folded(way: str, nodes: tuple[Node, ...]) -> None:
    process = drawn(way, nodes=nodes)
    assert not _sound(explore(process, most=10_000))
    assert not _sound(_folded(process))


@pytest.mark.parametrize("process", SOUND.values(), ids=SOUND.keys())
def test_what_is_sound_stays_sound(process: Process) -> None:
    assert _sound(_folded(process))


@pytest.mark.parametrize(
    "process",
    [
        side_by_side(10, 6, loop=True),
        side_by_side(10, 6, kind="o", loop=True),
        side_by_side(3, 3, remind=True),
        SOUND["choice"],
        SOUND["interrupted"],
        SOUND["failed"],
        SOUND["reminded"],
    ],
)
def test_blocks_are_folded_to_one_stretch(process: Process) -> None:
    found = sketch(process)
    reduce_sketch(found)
    (only,) = found.stretches
    assert only.waits is Waits.ALWAYS
    assert only.members >= {node.key for node in process.nodes if node.key not in ("start", "end")}


def test_what_is_kept_stays_apart() -> None:
    kernel = kernel_of(side_by_side(3, 3), keep=frozenset({"b1s1"}))
    assert "b1s1" in {node.key for node in kernel.process.nodes}
    assert len(kernel.process.nodes) < 12


def test_a_stretch_that_may_be_passed_at_once_is_told_from_one_that_always_waits() -> None:
    found = sketch(drawn("start>x1 x1>a x1>x2 a>x2 x2>end"))
    reduce_sketch(found)
    (only,) = found.stretches
    assert only.waits is Waits.PERHAPS
    assert [part.key for part in only.skip] == ["start>x1", "x1>x2", "x2>end"]
    assert only.place == "a"


def test_an_armed_timer_keeps_no_inclusive_join_waiting_that_its_host_does_not() -> None:
    process = drawn(
        "start>a a>o1 o1>x1 o1>o2 x1>b x1>o2 b>o1 t>o2 o2>end", nodes=[timer("t", "b", limit=DAY)]
    )
    # From b a token can come to where one stands already, so nothing is waited for; the timer's is the same token.
    found = {state.marking for state in explore(process, most=10_000).origin}
    assert ("b", "t") in found
    assert not any("o1>o2" in marking for marking in found)
    assert _sound(explore(process, most=10_000)) is _sound(_folded(process))
