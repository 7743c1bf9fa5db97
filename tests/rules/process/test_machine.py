"""The machine's own tests: what waits after each move, and what it refuses."""

from random import Random

import pytest

from motcua.rules.process import (
    DEFAULT_PROCESS,
    Awaited,
    Machine,
    Node,
    NodeKind,
)
from tests.rules.process.random_processes import ALL_EXTRAS, PLAIN, random_values, sound_process
from tests.rules.process.small_machines import (
    DAY,
    error_on,
    exclusive,
    inclusive,
    machine_of,
    marking_after,
    parallel,
    refusal_of,
    task_at,
    timer_on,
)

# --- a line


def test_a_line_is_walked_step_by_step_and_says_what_was_left_and_entered() -> None:
    machine = Machine(DEFAULT_PROCESS)
    first = machine.begin()
    assert first == (("specialist",), (), ("specialist",), ("start-specialist",))
    second = machine.complete(first.marking, "specialist")
    assert second == (("head",), ("specialist",), ("head",), ("specialist-head",))
    assert not second.ended
    last = machine.complete(("return",), "return")
    assert last == ((), ("return",), (), ("return-end",))
    assert last.ended


@pytest.mark.parametrize("key", ["head", "end", "nowhere", "start-specialist"])
def test_only_what_waits_can_be_done(key: str) -> None:
    machine = Machine(DEFAULT_PROCESS)
    for move in ("complete", "fail", "expire"):
        assert refusal_of(machine, move, machine.begin().marking, key) == ("not_waiting", key)


def test_a_token_before_a_join_is_nothing_to_be_done() -> None:
    machine = _fork()
    marking = marking_after(machine, "a")
    assert marking == ("a>join", "b")
    for move in ("complete", "fail", "expire"):
        assert refusal_of(machine, move, marking, "a>join") == ("not_waiting", "a>join")


def test_a_task_must_give_the_data_that_it_sets_and_may_find_them_there() -> None:
    machine = machine_of((task_at("a", "x", "y"),), "start a", "a end")
    assert refusal_of(machine, "complete", ("a",), "a", {"x": True}) == ("data_missing", "y")
    assert machine.complete(("a",), "a", {"x": True, "y": False}).ended


# --- choices


def _choice(*ways: str) -> Machine:
    return machine_of((task_at("first"), exclusive("asked"), task_at("a"), task_at("b")), "start first",
                    "first asked", *ways, "a end", "b end")  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "data", "waiting"),
    [
        (("asked a x", "asked b else"), {"x": True}, "a"),
        (("asked a x", "asked b else"), {"x": False}, "b"),
        (("asked a x", "asked b else"), {}, "b"),
        # The default comes last, wherever it stands.
        (("asked b else", "asked a x"), {"x": True}, "a"),
        # The first that holds.
        (("asked a x", "asked b y"), {"x": True, "y": True}, "a"),
        (("asked b y", "asked a x"), {"x": True, "y": True}, "b"),
        (("asked a x", "asked b y"), {"y": True}, "b"),
        (("asked a x", "asked b"), {}, "b"),
    ],
)
def test_an_exclusive_choice_takes_one_way(
    ways: tuple[str, ...], data: dict[str, bool], waiting: str
) -> None:
    found = _choice(*ways).complete(("first",), "first", data)
    assert found.marking == (waiting,)
    assert found.flows == ("first>asked", f"asked>{waiting}")


def test_a_choice_that_finds_no_way_is_refused() -> None:
    machine = _choice("asked a x", "asked b y")
    assert refusal_of(machine, "complete", ("first",), "first", {"x": False}) == ("no_way", "asked")


def test_options_are_all_ways_that_some_data_could_choose() -> None:
    machine = machine_of(
        (inclusive("some"), parallel("all"), exclusive("one"), task_at("a"), task_at("b"), task_at("c")),
        "start some", "some a x", "some b y", "some c else", "a all", "all one", "all end", "one b", "one c",
        "b end", "c end",
    )  # fmt: skip
    node = machine.nodes
    assert machine.options(node["some"]) == (
        ("some>a",), ("some>b",), ("some>a", "some>b"), ("some>c",),
    )  # fmt: skip
    assert machine.options(node["all"]) == (("all>one", "all>end"),)
    assert machine.options(node["one"]) == (("one>b",), ("one>c",))
    assert machine.options(node["a"]) == (("a>all",),)


# --- parallel


def _fork(join: Node | None = None) -> Machine:
    join = join or parallel("join")
    return machine_of((parallel("split"), task_at("a"), task_at("b"), join, task_at("c")), "start split", "split a",
                    "split b", "a join", "b join", "join c", "c end")  # fmt: skip


@pytest.mark.parametrize("join", [parallel("join"), inclusive("join")])
@pytest.mark.parametrize("order", ["ab", "ba"])
def test_parallel_branches_wait_for_one_another(join: Node, order: str) -> None:
    machine = _fork(join)
    assert machine.begin().marking == ("a", "b")
    once = machine.complete(("a", "b"), order[0])
    assert once.marking == tuple(sorted((f"{order[0]}>join", order[1])))
    assert (once.left, once.entered) == ((order[0],), (f"{order[0]}>join",))
    both = machine.complete(once.marking, order[1])
    # What waited before the join is left, too.
    assert both == (("c",), (order[1], f"{order[0]}>join"), ("c",), (f"{order[1]}>join", "join>c"))


def test_a_process_ends_when_its_last_token_has_ended() -> None:
    machine = machine_of((parallel("split"), task_at("a"), task_at("b")), "start split", "split a", "split b",
                       "a end", "b end")  # fmt: skip
    once = machine.complete(("a", "b"), "a")
    assert (once.marking, once.ended) == (("b",), False)
    assert machine.complete(once.marking, "b").ended


@pytest.mark.parametrize("kind", [NodeKind.PARALLEL, NodeKind.INCLUSIVE])
def test_a_join_waits_anew_in_each_round_of_a_loop_whatever_the_order(kind: NodeKind) -> None:
    machine = machine_of(
        (exclusive("again"), parallel("split"), task_at("a"), task_at("b"), Node("join", kind), task_at("c", "x"),
         exclusive("asked")),
        "start again", "again split", "split a", "split b", "a join", "b join", "join c", "c asked",
        "asked again x", "asked end else",
    )  # fmt: skip
    marking = machine.begin().marking
    for order in ("ab", "ba", "ba", "ab"):
        half = machine.complete(marking, order[0]).marking
        assert half == tuple(sorted((f"{order[0]}>join", order[1])))
        assert machine.complete(half, order[1]).marking == ("c",)
        marking = machine.complete(("c",), "c", {"x": True}).marking
        assert marking == ("a", "b")
    assert machine.complete(("c",), "c", {"x": False}).ended


def test_a_second_token_at_the_same_place_is_refused_by_its_name() -> None:
    machine = _fork(exclusive("join"))
    assert refusal_of(machine, "complete", marking_after(machine, "a"), "b") == ("token_doubled", "c")


def test_a_second_token_before_a_join_is_refused_by_the_flow() -> None:
    machine = machine_of(
        (parallel("split"), task_at("a"), task_at("b"), task_at("c"), exclusive("merge"), parallel("join")),
        "start split", "split a", "split b", "split c", "a merge", "b merge", "merge join", "c join", "join end",
    )  # fmt: skip
    assert refusal_of(machine, "complete", marking_after(machine, "a"), "b") == (
        "token_doubled",
        "merge>join",
    )


def test_a_circle_without_a_step_is_refused_instead_of_running_for_ever() -> None:
    machine = machine_of((task_at("a"), exclusive("one"), exclusive("two")), "start a", "a one", "one two",
                       "two one x", "two end else")  # fmt: skip
    assert machine.complete(("a",), "a", {"x": False}).ended
    assert refusal_of(machine, "complete", ("a",), "a", {"x": True}) == ("endless", "")


def test_a_task_may_lead_back_to_itself() -> None:
    machine = machine_of((task_at("a", "x"), exclusive("asked")), "start a", "a asked", "asked a x",
                       "asked end else")  # fmt: skip
    again = machine.complete(("a",), "a", {"x": True})
    # Left and entered: whoever keeps the tasks closes one and opens another.
    assert again == (("a",), ("a",), ("a",), ("a>asked", "asked>a"))
    direct = machine_of((task_at("a"),), "start a", "a a", "a end")
    assert direct.complete(("a",), "a") == (("a",), ("a",), ("a",), ("a>a", "a>end"))


# --- boundaries


def _guarded(*, interrupts: bool = True) -> Machine:
    return machine_of(
        (task_at("a"), timer_on("a", interrupts=interrupts), error_on("a"), task_at("b"), task_at("late"), task_at("mend")),
        "start a", "a b", "b end", "late_a late", "late end", "failed_a mend", "mend end",
    )  # fmt: skip


def test_a_timer_is_armed_with_its_task_and_disarmed_when_it_is_done_or_fails() -> None:
    machine = _guarded()
    began = machine.begin()
    assert (began.marking, began.entered) == (("a", "late_a"), ("a", "late_a"))
    done = machine.complete(began.marking, "a")
    assert (done.marking, done.left) == (("b",), ("a", "late_a"))
    failed = machine.fail(began.marking, "a")
    assert (failed.marking, failed.left, failed.flows) == (("mend",), ("a", "late_a"), ("failed_a>mend",))


def test_an_interrupting_timer_ends_its_task() -> None:
    machine = _guarded()
    expired = machine.expire(("a", "late_a"), "late_a")
    assert (expired.marking, expired.left, expired.entered) == (("late",), ("a", "late_a"), ("late",))


def test_a_timer_that_does_not_interrupt_leaves_its_task_and_rings_once() -> None:
    machine = _guarded(interrupts=False)
    expired = machine.expire(("a", "late_a"), "late_a")
    assert (expired.marking, expired.left, expired.entered) == (("a", "late"), ("late_a",), ("late",))
    assert refusal_of(machine, "expire", expired.marking, "late_a") == ("not_waiting", "late_a")
    assert machine.complete(expired.marking, "a") == (("b", "late"), ("a",), ("b",), ("a>b",))


def test_every_timer_of_a_task_is_disarmed_by_the_one_that_interrupts() -> None:
    first = Node("remind", NodeKind.BOUNDARY_TIMER, limit=DAY, host="a", interrupts=False)
    machine = machine_of((task_at("a"), first, timer_on("a"), task_at("late")), "start a", "a end", "remind end",
                       "late_a late", "late end")  # fmt: skip
    assert machine.begin().marking == ("a", "late_a", "remind")
    assert machine.expire(("a", "late_a", "remind"), "late_a").marking == ("late",)
    assert machine.expire(("a", "late_a", "remind"), "remind").marking == ("a", "late_a")


def test_a_timer_is_no_task_and_a_task_no_timer() -> None:
    machine = _guarded()
    assert refusal_of(machine, "complete", ("a", "late_a"), "late_a") == ("not_waiting", "late_a")
    assert refusal_of(machine, "expire", ("a", "late_a"), "a") == ("not_waiting", "a")


def test_what_has_no_error_path_cannot_fail() -> None:
    machine = _guarded()
    assert refusal_of(machine, "fail", ("b",), "b") == ("no_error_path", "b")


def test_partners_waits_and_timers_are_waited_for() -> None:
    nodes = (
        Node("partner", NodeKind.CALL, procedure="2.000986", partner="territory:police"),
        Node("answer", NodeKind.WAIT, awaits=Awaited.PAYMENT),
        Node("pause", NodeKind.TIMER, limit=DAY),
        error_on("partner"),
        task_at("mend"),
    )
    machine = machine_of(nodes, "start partner", "partner answer", "answer pause", "pause end",
                       "failed_partner mend", "mend end")  # fmt: skip
    assert marking_after(machine, "partner", "answer") == ("pause",)
    assert machine.complete(("pause",), "pause").ended
    assert machine.fail(("partner",), "partner").marking == ("mend",)


def test_a_refused_move_leaves_the_marking_as_it_was() -> None:
    machine = _fork(exclusive("join"))
    marking = marking_after(machine, "a")
    before = tuple(marking)
    refusal_of(machine, "complete", marking, "b")
    assert marking == before


# --- handing back


def test_a_task_is_handed_back_to_any_before_it_but_not_across_a_fork_or_join() -> None:
    machine = machine_of(
        (task_at("first"), exclusive("asked"), task_at("a"), task_at("b"), exclusive("merge"), task_at("c"),
         parallel("split"), task_at("d"), task_at("e"), task_at("f"), parallel("join"), task_at("g")),
        "start first", "first asked", "asked a x", "asked b else", "a merge", "b merge", "merge c", "c split",
        "split d", "split f", "d e", "e join", "f join", "join g", "g end",
    )  # fmt: skip
    found = {key: set(machine.behind(key)) for key in ("first", "a", "c", "d", "e", "f", "g")}
    assert found["first"] == set()
    assert found["a"] == {"first"}
    assert {"a", "b"} <= found["c"]
    assert (found["d"], found["e"], found["f"], found["g"]) == (set(), {"d"}, set(), set())


def test_handing_back_disarms_and_arms_timers_and_leaves_what_runs_beside() -> None:
    machine = machine_of(
        (parallel("split"), task_at("a"), timer_on("a"), task_at("b"), timer_on("b"), task_at("c"), task_at("late")),
        "start split", "split a", "a b", "b end", "split c", "c end", "late_a late", "late_b late", "late end",
    )  # fmt: skip
    marking = marking_after(machine, "a")
    assert marking == ("b", "c", "late_b")
    back = machine.step_back(marking, "b", "a")
    assert back == (("a", "c", "late_a"), ("b", "late_b"), ("a", "late_a"), ())
    assert refusal_of(machine, "step_back", marking, "c", "a") == ("unknown_step", "a")
    assert refusal_of(machine, "step_back", marking, "a", "a") == ("not_waiting", "a")
    assert refusal_of(machine, "step_back", ("a", "b"), "b", "a") == ("token_doubled", "a")


# --- random processes


@pytest.mark.parametrize("seed", range(60))
def test_left_and_entered_tell_the_whole_difference_between_two_markings(seed: int) -> None:
    random = Random(seed)
    process = sound_process(random, size=random.randint(2, 14), extras=ALL_EXTRAS if seed % 2 else PLAIN)
    machine = Machine(process)
    now = machine.begin()
    data: dict[str, object] = {}
    for _ in range(80):
        if now.ended:
            return
        key = random.choice([place for place in now.marking if place in machine.nodes])
        if machine.nodes[key].kind is NodeKind.BOUNDARY_TIMER:
            after = machine.expire(now.marking, key, data)  # type: ignore[arg-type]
        else:
            data |= random_values(process, machine.nodes[key].sets, random)
            after = machine.complete(now.marking, key, data)  # type: ignore[arg-type]
        assert len(set(after.left)) == len(after.left)
        assert set(after.left) <= set(now.marking)
        assert set(after.marking) == set(now.marking) - set(after.left) | set(after.entered)
        assert after.marking == tuple(sorted(after.marking))
        now = after
