from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import DEFAULT_PROCESS, Process
from motcua.rules.process.checks import check_publication, may_be_published
from motcua.rules.process.proposing import propose
from tests.rules.process.drawn import DAY, drawn


def _kinds(process: Process, **more: object) -> set[str]:
    asked = {"limit": DAY, "scenarios": propose(process), **more}
    return {fault.kind for fault in check_publication(process, **asked)}  # type: ignore[arg-type]


def test_the_default_process_may_be_published_with_what_is_proposed() -> None:
    faults = check_publication(DEFAULT_PROCESS, limit=DAY, scenarios=propose(DEFAULT_PROCESS))
    assert [(fault.kind, fault.warning) for fault in faults] == [("no_step_limit", True)]
    assert may_be_published(faults)


def test_all_that_is_wrong_comes_in_one_list() -> None:
    process = drawn(
        "start>x1 x1>a x1>b a>p2 b>p2 p2>end",
        conditions={"x1>a": {"var": "full"}},
    )
    found = _kinds(process, holders={"specialist": ["Xã A"]}, scenarios=())
    assert found >= {
        "deadlock", "flow_without_condition", "no_step_limit", "no_holder", "no_scenario",
    }  # fmt: skip
    assert not may_be_published(check_publication(process, limit=None, scenarios=()))


def test_duties_of_a_dossier_and_time_are_asked() -> None:
    process = drawn("start>a a>end")
    assert _kinds(process) >= {"no_decision", "no_return"}
    assert "no_return" not in _kinds(process, for_partner=True)
    short = Limit(Unit.WORKING_HOUR, 1)
    assert "too_long" not in _kinds(process, limit=short)


def test_each_fault_is_told_once() -> None:
    faults = check_publication(drawn("start>a a>b b>end"), limit=None, scenarios=())
    assert len({(fault.kind, fault.element) for fault in faults}) == len(faults)
