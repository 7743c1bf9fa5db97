"""Drafts: begun, drawn and tabled, saved by two at once, imported, answered, sent to a second person, given up."""

from dataclasses import replace
from typing import Any

import pytest

from motcua.journal.queries import history_of
from motcua.ops import demonstration
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, Flow, Node, NodeKind
from motcua.rules.process.checks import check_publication
from motcua.rules.process.proposing import propose
from motcua.rules.process.scenarios import Scenario
from motcua.workflow import actions
from motcua.workflow.actions import UnableToDraft, publish_process, use_process
from motcua.workflow.bpmn import read_bpmn, write_bpmn
from motcua.workflow.bpmn.drawing import Bounds, Layout
from motcua.workflow.library import Delivered, delivered_processes
from motcua.workflow.models import ProcessDraft
from motcua.workflow.queries import draft_facts, drafts, drawing_of, process_list, versions_of
from tests.dossiers.asking import at_once
from tests.workflow.drafting import (
    CHECK,
    HEAD,
    LEADER,
    RETURN,
    SPECIALIST,
    facts,
    proposed,
    published,
    refused,
    steps,
    tabled,
)
from tests.world import World


def _draft(world: World, key: str = "thu", **said: Any) -> Any:
    by = world.as_actor("xa-mot.head")
    return actions.start_draft(key, title_vi="Quy trình thử", by=by, at=world.at, **said)


def _saying(world: World, revision: int) -> dict[str, Any]:
    return {"expected": revision, "by": world.as_actor("xa-mot.head"), "at": world.at}


def test_a_draft_begins_as_the_default_process_under_its_own_name(world: World) -> None:
    draft = facts(_draft(world, procedure_id=world.procedure.procedure_id))
    assert draft.process == replace(DEFAULT_PROCESS, key="thu", title_vi="Quy trình thử", title_en="")
    assert read_bpmn(draft.bpmn).process == draft.process
    assert (draft.state, draft.revision, draft.base, draft.in_flight) == ("open", 1, 0, {"kind": "stay"})
    assert [event.kind for event in history_of(draft.id)] == ["process_draft.started"]


def test_a_draft_begins_as_a_copy_with_its_drawing_its_scenarios_and_its_procedure(world: World) -> None:
    process = steps(SPECIALIST, CHECK, LEADER, RETURN, key="goc")
    own = world.procedure.procedure_id
    source = published(world, tabled(world, process, key="goc", procedure_id=own))
    draft = facts(_draft(world, "goc", copy_of=source))
    assert draft.process is not None
    assert [step.key for step in draft.process.steps] == ["specialist", "check", "leader", "return"]
    assert draft.scenarios == [one.to_json() for one in propose(process)]
    assert (draft.base, draft.procedure_id) == (1, own)
    # As another process it may be for another procedure: whoever copies says for which.
    assert facts(_draft(world, "khac", copy_of=source)).procedure_id is None


def test_a_copy_of_what_one_procedure_runs_by_is_for_this_one(world: World) -> None:
    process = steps(SPECIALIST, LEADER, RETURN, key="goc")
    by = world.as_actor("xa-mot.head")
    source = publish_process(process, legal_basis="", by=by, at=world.at)
    assert facts(_draft(world, "goc", copy_of=source)).procedure_id is None
    own = world.procedure.procedure_id
    use_process(own, "goc", valid_from=local_day(world.at), legal_basis="", by=by, at=world.at)
    assert facts(_draft(world, "goc", copy_of=source)).procedure_id == own


@pytest.mark.parametrize("delivered", list(delivered_processes()), ids=lambda one: one.code)
def test_what_is_delivered_is_published_as_it_was_drawn_and_tried(world: World, delivered: Delivered) -> None:
    demonstration._publish_tried(delivered.process, world.at, delivered.bpmn)
    [version] = versions_of(delivered.process.key)
    assert drawing_of(version.id) == delivered.bpmn
    draft = facts(_draft(world, delivered.process.key, copy_of=version.id))
    scenarios = [Scenario.from_json(row) for row in draft.scenarios]
    found = check_publication(delivered.process, limit=None, scenarios=scenarios)
    assert [fault.kind for fault in found if not fault.warning] == []


@pytest.mark.parametrize("key", ["", "Chữ", "a b", "a--b", "x" * 81, "../a"])
def test_a_key_is_a_slug(world: World, key: str) -> None:
    with refused("bad_key"):
        _draft(world, key)


def test_what_is_not_there_is_refused(world: World) -> None:
    stranger = _draft(world)
    with refused("no_such_version"):
        _draft(world, "hai", copy_of=stranger)
    with refused("no_such_procedure"):
        _draft(world, "hai", procedure_id=stranger)
    with refused("not_there"):
        actions.drop_draft(world.procedure.procedure_id, **_saying(world, 1))
    with pytest.raises(UnableToDraft) as caught:
        actions.start_draft("ba", title_vi=" ", by=world.as_actor("xa-mot.head"), at=world.at)
    assert caught.value.code == "no_title"


def test_a_table_is_drawn_and_what_stays_keeps_its_place(world: World) -> None:
    draft_id = _draft(world)
    moved = Layout({"leader": Bounds(1000, 700, 100, 80)})
    process = facts(draft_id).process
    assert process is not None
    actions.save_drawing(draft_id, write_bpmn(process, moved), **_saying(world, 1))

    table = steps(SPECIALIST, CHECK, LEADER, RETURN).to_json()
    saved = actions.save_table(draft_id, table, **_saying(world, 2))

    assert (saved.revision, saved.faults) == (3, ())
    drawing = read_bpmn(facts(draft_id).bpmn)
    assert drawing.layout.bounds["leader"] == Bounds(1000, 700, 100, 80)
    assert "check" in drawing.layout.bounds
    assert "head" not in drawing.layout.bounds
    assert drawing.process == facts(draft_id).process
    assert [event.data.get("part") for event in history_of(draft_id)] == [None, "drawing", "table"]


def test_a_table_with_faults_is_kept_with_them(world: World) -> None:
    draft_id = _draft(world)
    bare = {"nodes": [{"key": "start", "kind": "start"}, {"key": "a", "kind": "task", "title_vi": "Việc"}],
            "flows": [{"key": "f", "source": "start", "target": "a"}], "data": []}  # fmt: skip
    saved = actions.save_table(draft_id, bare, **_saying(world, 1))
    # Each missing field by its name, and the end that is not there.
    assert {(fault.kind, fault.element) for fault in saved.faults} == {
        ("missing_field", "a"),
        ("no_end", "a"),
    }
    draft = facts(draft_id)
    assert draft.definition is not None
    assert [node["key"] for node in draft.definition["nodes"]] == ["start", "a"]
    assert draft.process is None


@pytest.mark.parametrize(
    "table",
    [
        {"nodes": "x"},
        {"nodes": [{"kind": "task"}]},
        {"nodes": [{"key": "a", "kind": "rocket"}]},
        {"nodes": [{"key": "a", "kind": "start"}, {"key": "a", "kind": "end"}]},
        {"nodes": [{"key": "a", "kind": "start"}], "flows": [{"key": "f", "source": "a", "target": "b"}]},
        {"nodes": [], "flows": [{"key": "f"}]},
        {"nodes": [], "data": [{"name": 1}]},
        {"nodes": [{"key": "t", "kind": "boundary_timer", "host": "nowhere"}]},
    ],
)
def test_what_is_no_table_is_refused_and_changes_nothing(world: World, table: dict[str, Any]) -> None:
    draft_id = _draft(world)
    before = facts(draft_id)
    with refused("bad_definition") as caught:
        actions.save_table(draft_id, table, **_saying(world, 1))
    assert caught.value.faults
    assert facts(draft_id) == before


@pytest.mark.parametrize("text", ["", "<a/>", "no xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'])
def test_a_drawing_that_cannot_be_read_is_kept_and_loses_nothing(world: World, text: str) -> None:
    draft_id = _draft(world)
    saved = actions.save_drawing(draft_id, text, **_saying(world, 1))
    assert len(saved.faults) == 1
    draft = facts(draft_id)
    assert (draft.bpmn, draft.definition, draft.process) == (text, None, None)
    # The next one that can be read is the table again.
    actions.save_drawing(draft_id, write_bpmn(steps(SPECIALIST, LEADER)), **_saying(world, 2))
    process = facts(draft_id).process
    assert process is not None
    assert (process.key, process.title_vi) == ("thu", "Quy trình thử")


def test_what_a_table_could_not_hold_is_left_in_the_drawing(world: World) -> None:
    draft_id = _draft(world)
    text = facts(draft_id).bpmn.replace('<bpmn:userTask id="head"', '<bpmn:scriptTask id="head"', 1)
    text = text.replace("</bpmn:userTask>", "</bpmn:scriptTask>", 2).replace(
        "</bpmn:scriptTask>", "</bpmn:userTask>", 1
    )
    saved = actions.save_drawing(draft_id, text, **_saying(world, 1))
    assert {fault.kind for fault in saved.faults} >= {"unsupported_element"}, saved
    assert facts(draft_id).definition is None
    assert facts(draft_id).bpmn == text


def test_two_save_at_once_and_one_is_told(committed_world: World) -> None:
    world = committed_world
    draft_id = _draft(world)
    ours, theirs = (steps(SPECIALIST, step, LEADER, RETURN).to_json() for step in (CHECK, HEAD))

    answers = at_once(
        lambda: actions.save_table(draft_id, ours, **_saying(world, 1)),
        lambda: actions.save_table(draft_id, theirs, **_saying(world, 1)),
    )

    lost = [answer for answer in answers if isinstance(answer, UnableToDraft)]
    assert [answer.code for answer in lost] == ["changed_meanwhile"]
    draft = facts(draft_id)
    assert draft.revision == 2
    won = "check" if answers[1] is lost[0] else "head"
    assert draft.process is not None
    assert draft.process.steps[1].key == won


def test_any_save_takes_a_proposal_back(world: World) -> None:
    draft_id = proposed(world, tabled(world, DEFAULT_PROCESS, key="thu"))
    assert facts(draft_id).state == "proposed"
    draft = facts(draft_id)
    actions.save_scenarios(draft_id, draft.scenarios, **_saying(world, draft.revision))
    assert facts(draft_id).state == "open"


@pytest.mark.parametrize(
    ("policy", "where"),
    [
        ({"kind": "jump"}, "jump"),
        ({"kind": ["move"]}, "['move']"),
        ({"kind": "move", "mapping": ["a"]}, ""),
        ({"kind": "move", "mapping": {"a": 1}}, "a"),
    ],
)
def test_a_policy_is_one_of_three(world: World, policy: dict[str, Any], where: str) -> None:
    draft_id = _draft(world)
    with refused("bad_policy") as caught:
        actions.save_in_flight(draft_id, policy, **_saying(world, 1))
    assert caught.value.where == where


def test_scenarios_are_read_before_they_are_kept(world: World) -> None:
    draft_id = _draft(world)
    with refused("bad_scenario"):
        actions.save_scenarios(draft_id, [{"key": "a", "acts": [{"node": ""}]}], **_saying(world, 1))
    kept = [scenario.to_json() for scenario in propose(DEFAULT_PROCESS)]
    assert kept
    actions.save_scenarios(draft_id, kept, **_saying(world, 1))
    assert facts(draft_id).scenarios == kept


def _imported(world: World, **said: Any) -> Any:
    process = steps(SPECIALIST, LEADER, RETURN, key="qt-01")
    doubts = [{"key": "no_time:step_2", "kind": "no_time", "proposed": "1 ngày"}]
    known: dict[str, Any] = {
        "key": "qt-01",
        "title_vi": "Cấp giấy",
        "definition": process.to_json(),
        "bpmn": write_bpmn(process),
        "doubts": doubts,
        "source": "a/b.docx",
    }
    return actions.save_imported_draft(**known | said, by=world.as_actor("xa-mot.head"), at=world.at)


def test_an_import_renews_what_nobody_touched_and_leaves_the_rest_alone(world: World) -> None:
    first = _imported(world)
    assert _imported(world) == first
    assert facts(first).revision == 1

    world.later(days=1)
    assert _imported(world, title_vi="Cấp giấy phép") == first
    assert (facts(first).revision, facts(first).title_vi) == (2, "Cấp giấy phép")

    world.later(days=1)
    actions.answer_doubt(first, "no_time:step_2", "2 ngày", **_saying(world, 2))
    second = _imported(world, title_vi="Khác")
    assert second != first
    assert facts(first).title_vi == "Cấp giấy phép"
    assert ProcessDraft.objects.filter(source="a/b.docx").count() == 2


def test_a_proposed_import_counts_as_touched(world: World) -> None:
    process = steps(SPECIALIST, LEADER, RETURN, key="qt-01")
    first = _imported(world, doubts=[])
    scenarios = [row.to_json() for row in propose(process)]
    ProcessDraft.objects.filter(id=first).update(scenarios=scenarios, legal_basis="QĐ 1")
    actions.propose_draft(first, **_saying(world, 1))
    assert _imported(world, title_vi="Khác", doubts=[]) != first


def test_a_doubt_is_answered_once_it_is_there(world: World) -> None:
    draft_id = _imported(world)
    assert [doubt["key"] for doubt in facts(draft_id).open_doubts] == ["no_time:step_2"]
    with refused("no_such_doubt"):
        actions.answer_doubt(draft_id, "other", "x", **_saying(world, 1))
    with refused("no_answer"):
        actions.answer_doubt(draft_id, "no_time:step_2", "  ", **_saying(world, 1))
    actions.answer_doubt(draft_id, "no_time:step_2", "2 ngày", **_saying(world, 1))
    assert facts(draft_id).open_doubts == []
    assert facts(draft_id).doubts[0]["answer"] == "2 ngày"


def test_a_draft_that_was_given_up_is_only_read(world: World) -> None:
    draft_id = _draft(world)
    actions.drop_draft(draft_id, **_saying(world, 1))
    assert facts(draft_id).state == "dropped"
    assert drafts() == []
    assert [row.id for row in drafts(closed=True)] == [draft_id]
    with refused("not_there"):
        actions.save_drawing(draft_id, "", **_saying(world, 1))
    assert [line.key for line in process_list()] == ["default"]


def test_a_list_of_drafts_costs_the_same_for_one_and_for_many(
    world: World, django_assert_num_queries: Any
) -> None:
    _draft(world)
    with django_assert_num_queries(2):
        assert len(drafts()) == 1
    for number in range(5):
        _draft(world, f"q-{number}")
    with django_assert_num_queries(2):
        assert len(drafts()) == 6
    assert drafts(key="q-3")[0].saved_by_name == "Cán bộ xa-mot head"


def test_an_ill_formed_graph_stays_a_table(world: World) -> None:
    draft_id = _draft(world)
    two = (Node("start", NodeKind.START), Node("again", NodeKind.START), LEADER)
    table = {
        "nodes": [node.to_json() for node in two],
        "flows": [Flow("f", "start", "leader").to_json()],
    }
    saved = actions.save_table(draft_id, table, **_saying(world, 1))
    assert {fault.kind for fault in saved.faults} == {"two_starts", "no_end"}
    found = draft_facts(draft_id)
    assert found is not None
    # The drawing says the same, so that saving it unchanged keeps the table.
    actions.save_drawing(draft_id, found.bpmn, **_saying(world, 2))
    assert facts(draft_id).definition == found.definition
