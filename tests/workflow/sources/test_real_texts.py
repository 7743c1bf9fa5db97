"""The 33 texts of a province: how many come out complete, and after how many answers."""

from collections import Counter

from motcua.ops.process_import import read_texts
from motcua.workflow.bpmn.writing import write_bpmn
from motcua.workflow.sources.checking import passes
from motcua.workflow.sources.reading import answer, proposals
from tests.samples import SAMPLES, with_samples

FILE = SAMPLES / "iso-processes" / "procedures_fulltext.jsonl"
FEW = 2


@with_samples
def test_nearly_all_real_texts_are_complete_after_at_most_two_answers() -> None:
    read = read_texts(FILE)
    assert len(read) == 33
    assert all(one.process is not None for one in read)
    asked = Counter(len(one.doubts) for one in read)
    assert asked == {0: 12, 1: 19, 2: 1, 4: 1}
    done = [answer(one, proposals(one)) for one in read]
    few = [one for one, before in zip(done, read, strict=True) if len(before.doubts) <= FEW]
    assert sum(passes(one) for one in few) == 32
    assert sum(passes(one) for one in done) == 33


@with_samples
def test_each_real_text_has_a_key_of_its_own_and_can_be_drawn() -> None:
    processes = [one.process for one in read_texts(FILE) if one.process]
    assert len({process.key for process in processes}) == 33
    assert all(len(process.key) <= 80 for process in processes)
    assert all("bpmn" in write_bpmn(process) for process in processes)
