"""`motcua processes check`: sound, unsound and unreadable files, for machines and for people."""

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils.translation import override

from motcua.ops.cli import main
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import DEFAULT_PROCESS, Flow, Node, NodeKind, Process, task
from motcua.rules.process.faults import Deed, Fault, Scene
from motcua.workflow.bpmn import write_bpmn
from motcua.workflow.words import FAULTS, MISSING, UNREADABLE, fault_words, story_words, titles_of
from tests.workflow.bpmn.samples import document

ROOT = Path(__file__).parents[3]
FILES = Path(__file__).parent / "files"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["processes", "check", *map(str, arguments)])


def told(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, found


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """A choice that a parallel gateway joins: it waits for ever for the other way."""
    nodes = (
        Node("s", NodeKind.START), task("look", "specialist", "Thẩm định hồ sơ", "Examine"),
        Node("g", NodeKind.EXCLUSIVE, "Đủ?"), task("a", "head", "Ký", "Sign"), task("b", "head", "Trả lại", "Refuse"),
        Node("join", NodeKind.PARALLEL, "Gộp"), Node("e", NodeKind.END),
    )  # fmt: skip
    pairs = (
        ("s", "look"),
        ("look", "g"),
        ("g", "a"),
        ("g", "b"),
        ("a", "join"),
        ("b", "join"),
        ("join", "e"),
    )
    titles = {("g", "a"): "Đủ", ("g", "b"): "Thiếu"}
    flows = tuple(
        Flow(f"{one}-{other}", one, other, title_vi=titles.get((one, other), "")) for one, other in pairs
    )
    file = tmp_path / "stuck.bpmn"
    file.write_text(write_bpmn(Process("stuck", nodes, flows)), encoding="utf-8")
    return file


@pytest.fixture
def usual(tmp_path: Path) -> Path:
    file = tmp_path / "usual.bpmn"
    file.write_text(write_bpmn(DEFAULT_PROCESS), encoding="utf-8")
    return file


# --- sound --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["modeler.bpmn", "eclipse.bpmn", "signavio.bpmn"])
def test_sound_files_of_other_tools_pass(name: str) -> None:
    code, found = told(FILES / name)
    assert (code, found["sound"], found["readable"]) == (0, True, True)
    assert all(fault["warning"] for fault in found["faults"])


def test_what_only_publication_needs_is_a_warning_until_then() -> None:
    file = FILES / "signavio.bpmn"
    assert told(file)[0] == 0
    code, found = told(file, "--publish")
    assert (code, found["sound"], found["publishable"], found["unchecked"]) == (1, True, False, ["rest"])
    assert [(fault["kind"], fault["element"], fault["warning"]) for fault in found["faults"]] == [
        ("missing_field", "sid-a", False),
        ("missing_field", "sid-b", False),
    ]


def test_a_drawing_is_not_needed(usual: Path) -> None:
    text = usual.read_text(encoding="utf-8")
    usual.write_text(
        re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.S), encoding="utf-8"
    )
    assert "waypoint" not in usual.read_text(encoding="utf-8")
    assert told(usual)[0] == 0


def test_the_usual_process_may_be_published_and_says_what_a_file_cannot_tell(usual: Path) -> None:
    code, found = told(usual, "--publish")
    assert (code, found["sound"], found["publishable"]) == (0, True, True), found["faults"]
    assert found["unchecked"] == ["holders", "limit", "scenarios"]
    assert told(usual, "--publish", "--limit", "5 ngày làm việc")[1]["unchecked"] == ["holders", "scenarios"]


def test_steps_that_do_not_fit_in_the_limit_stop_publication(tmp_path: Path) -> None:
    slow = tmp_path / "slow.bpmn"
    nodes = tuple(
        node if node.kind is not NodeKind.TASK else task(
            node.key, node.function, node.title_vi, node.title_en, node.work, Limit(Unit.WORKING_DAY, 2),
            prepares=node.prepares,
        )
        for node in DEFAULT_PROCESS.nodes
    )  # fmt: skip
    slow.write_text(write_bpmn(Process("slow", nodes, DEFAULT_PROCESS.flows)), encoding="utf-8")
    assert told(slow, "--publish", "--limit", "8 ngày làm việc")[0] == 0
    code, found = told(slow, "--publish", "--limit", "7 ngày làm việc")
    assert (code, [fault["kind"] for fault in found["faults"]]) == (1, ["too_long"])
    said = run(slow, "--publish", "--limit", "7 ngày làm việc", "--english").stdout
    assert "8 working days" in said


def test_scenarios_of_a_file_are_played(usual: Path, tmp_path: Path) -> None:
    scenarios = tmp_path / "scenarios.json"
    acts = [{"node": node.key} for node in DEFAULT_PROCESS.steps]
    scenarios.write_text(json.dumps([{"key": "k", "title": "Thường", "acts": acts}]), encoding="utf-8")
    assert told(usual, "--publish", "--scenarios", scenarios)[0] == 0
    scenarios.write_text(json.dumps([{"key": "k", "title": "Thường", "acts": acts[:1]}]), encoding="utf-8")
    assert "failing_scenario" in [
        fault["kind"] for fault in told(usual, "--publish", "--scenarios", scenarios)[1]["faults"]
    ]
    for bad in ("[", "{}", "[1]", '[{"key": 1}]', "[" * 100_000):
        scenarios.write_text(bad, encoding="utf-8")
        done = run(usual, "--publish", "--scenarios", scenarios)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), bad


# --- unsound ------------------------------------------------------------------------------------------------


def test_a_deadlock_is_named_by_kind_and_element_with_its_story(stuck: Path) -> None:
    code, found = told(stuck)
    assert code == 1
    fault = next(fault for fault in found["faults"] if fault["kind"] == "deadlock")
    assert (fault["element"], fault["title"]) == ("join", "Gộp")
    assert [scene["node"] for scene in fault["story"]][:2] == ["s", "look"]


def test_the_story_is_told_as_numbered_steps_with_titles(stuck: Path) -> None:
    lines = run(stuck).stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Lỗi [deadlock] “Gộp” (join):"))
    assert lines[at + 1 : at + 4] == [
        "  1. “Điểm bắt đầu” (s): xong",
        "  2. “Thẩm định hồ sơ” (look): xong, theo “Đủ”",
        "  3. “Ký” (a): xong",
    ]
    assert lines[-1].endswith("lỗi.")


@pytest.mark.parametrize(
    ("members", "kind", "element"),
    [
        ('<scriptTask id="t"/>', "unsupported_element", "t"), ('<userTask id="t"/>' * 2, "repeated_key", "t"),
        ('<userTask id="q"/>', "unknown_node", "f0"), ('<userTask id="t"/><userTask id="q"/>', "unreachable", "q"),
    ],
)  # fmt: skip
def test_each_fault_is_named(tmp_path: Path, members: str, kind: str, element: str) -> None:
    file = tmp_path / "x.bpmn"
    file.write_text(document(members), encoding="utf-8")
    code, found = told(file)
    assert code == 1
    assert (kind, element) in [(fault["kind"], fault["element"]) for fault in found["faults"]]


# --- unreadable ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("no xml", "not_xml"), ("<!DOCTYPE x>" + document(), "doctype"), ("<a/>", "not_bpmn"),
        (document() + " " * 5_000_000, "too_large"), (document("<a/>" * 50_000), "too_many_elements"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_ends_with_two_and_one_line(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "x.bpmn"
    file.write_text(text, encoding="utf-8")
    done = run(file, "--json")
    assert (done.exit_code, json.loads(done.stdout)["code"]) == (2, code)
    said = run(file)
    assert (said.exit_code, said.stdout) == (2, "")
    assert len(said.stderr.splitlines()) == 1


def test_what_is_no_file_ends_with_two(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file in (tmp_path / "none.bpmn", tmp_path, pipe):
        done = run(file, "--json")
        assert (done.exit_code, json.loads(done.stdout)["code"]) == (2, "missing"), file


@pytest.mark.parametrize(
    "options",
    [
        ("--limit", "5 ngày"), ("--procedure", "1.000001"), ("--publish", "--limit", "sớm"),
        ("--publish", "--limit", "5 ngày", "--procedure", "1.000001"), ("--publish", "--scenarios", "none.json"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_end_with_two(usual: Path, options: tuple[str, ...]) -> None:
    done = run(usual, *options)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


# --- words --------------------------------------------------------------------------------------------------


def kinds_in_the_source() -> set[str]:
    """Give every kind of fault that the source names: of `Fault`, of the refusals that become faults, of readers."""
    found: set[str] = set()
    places = [
        *(ROOT / "src/motcua/rules/process").glob("*.py"),
        *(ROOT / "src/motcua/workflow/bpmn").glob("*.py"),
    ]
    for path in places:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                if name in ("Fault", "fault", "breach"):
                    found.add(call.args[0].value)
    moving = (ROOT / "src/motcua/rules/process/moving.py").read_text("utf-8")
    form = {"token_doubled", "endless", "no_start", "two_starts", "no_end", "bad_flow", "bad_attachment"}
    return found | form | set(re.findall(r'ProcessRefused\("(\w+)"', moving))


def test_each_kind_of_fault_has_a_sentence() -> None:
    assert sorted(kinds_in_the_source() - FAULTS.keys()) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_sentence_can_be_said_whatever_a_fault_brings(language: str) -> None:
    with override(language):
        for kind in FAULTS:
            said = fault_words(
                Fault(kind, "x", facts={"sum": 480, "limit": 100, "nodes": "x, y"}), {"x": "Bước"}
            )
            assert "%(" not in said
        for field in MISSING:
            assert "%(" not in fault_words(Fault("missing_field", "x", facts={"field": field}), {})
        assert fault_words(Fault("of tomorrow", "x"), {}) == "of tomorrow"


def test_each_refusal_has_a_sentence() -> None:
    text = (ROOT / "src/motcua/workflow/bpmn/parsing.py").read_text("utf-8")
    text += (ROOT / "src/motcua/workflow/bpmn/reading.py").read_text("utf-8")
    codes = set(re.findall(r'BpmnRefused\("(\w+)"', text)) | {"two_processes", "no_process", "missing"}
    assert codes == UNREADABLE.keys()
    page = (ROOT / "docs/rules/bpmn.md").read_text("utf-8")
    assert [code for code in codes - {"missing"} if f"`{code}`" not in page] == []


def test_a_story_is_told_in_both_languages() -> None:
    process = DEFAULT_PROCESS
    story = (Scene("start", Deed.DONE), Scene("head", Deed.FAILED), Scene("leader", Deed.EXPIRED))
    with override("vi"):
        lines = story_words(story, titles_of(process.nodes, process.flows, "vi"))
    assert lines == [
        "“Điểm bắt đầu” (start): xong",
        "“Trưởng phòng xem xét” (head): không thành, đi đường lỗi",
        "“Lãnh đạo ký duyệt” (leader): hết giờ",
    ]
    assert titles_of(process.nodes, process.flows, "en")["head"] == "Review by the head"
