"""The folded search and the search of everything agree on random processes: drawn with care, broken, and tangled."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.process import Process, ProcessRefused
from motcua.rules.process.exploring import Explored, explore
from motcua.rules.process.faults import Deed
from motcua.rules.process.kernel import kernel_of
from motcua.rules.process.shape import Graph
from motcua.rules.process.soundness import check_soundness, faults_of_kernel
from tests.rules.process.broken_processes import broken_process
from tests.rules.process.drawn import tangle, walked
from tests.rules.process.random_processes import ALL_EXTRAS, sound_process

ENOUGH = 40_000
many = settings(max_examples=70, deadline=None, database=None, derandomize=True)
seeds = st.integers(0, 2**32)


def _verdict(found: Explored) -> bool | None:
    """Tell whether a search found the process sound, without any of the code that tells faults; None: not finished."""
    if not found.complete:
        return None
    if found.refused:
        return False
    return found.reaching({state for state in found.origin if not state.marking}) == found.origin.keys()


def _agree(process: Process) -> None:
    if any(True for _ in Graph(process).circles()):
        assert "endless" in {fault.kind for fault in check_soundness(process)}
        return
    whole = explore(process, most=ENOUGH)
    kernel = kernel_of(process)
    folded = explore(kernel.process, most=ENOUGH, watch=kernel.watch())
    sound = _verdict(whole)
    if sound is None:
        return
    assert _verdict(folded) is sound
    faults = faults_of_kernel(process, frozenset(), most=ENOUGH)
    # What has only dead parts is sound in the sense of the verdict.
    assert bool([fault for fault in faults if not fault.kind.startswith("dead_")]) is not sound
    for fault in faults:
        if fault.kind == "deadlock":
            marking = walked(process, fault.story)
            assert not isinstance(marking, ProcessRefused)
            assert any(fault.element == flow.target for flow in process.flows if flow.key in marking)


@many
@given(seeds)
def test_on_sound_processes(seed: int) -> None:
    random = Random(seed)
    _agree(sound_process(random, size=random.randint(3, 14), extras=ALL_EXTRAS))


@many
@given(seeds)
def test_on_broken_processes(seed: int) -> None:
    random = Random(seed)
    _agree(broken_process(random, size=random.randint(3, 14), extras=ALL_EXTRAS)[0])


@settings(many, max_examples=200)
@given(seeds)
def test_on_tangles(seed: int) -> None:
    random = Random(seed)
    _agree(tangle(random, random.randint(3, 10)))


@many
@given(seeds)
def test_what_is_drawn_sound_is_found_sound(seed: int) -> None:
    random = Random(seed)
    assert check_soundness(sound_process(random, size=random.randint(3, 25), extras=ALL_EXTRAS)) == ()


@many
@given(seeds)
def test_what_is_broken_is_found(seed: int) -> None:
    random = Random(seed)
    process, breaking = broken_process(random, size=random.randint(3, 25), extras=ALL_EXTRAS)
    expected = {
        "parallel_join": "deadlock",
        "exclusive_split": "deadlock",
        "exclusive_join": "token_doubled",
        "no_exit": None,
        "dead_step": "unreachable",
        "lost_token": None,
        "no_step": "endless",
    }[breaking]
    kinds = {fault.kind for fault in check_soundness(process)}
    assert kinds
    assert expected is None or expected in kinds


@pytest.mark.parametrize("seed", range(40))
def test_a_fault_of_a_small_process_has_a_true_story(seed: int) -> None:
    process = tangle(Random(seed), 8)
    for fault in check_soundness(process):
        if fault.kind in ("deadlock", "token_doubled"):
            found = walked(process, fault.story)
            assert isinstance(found, ProcessRefused) is (fault.kind == "token_doubled")
            if isinstance(found, ProcessRefused):
                assert found.where == fault.element
        assert all(isinstance(scene.deed, Deed) for scene in fault.story)
