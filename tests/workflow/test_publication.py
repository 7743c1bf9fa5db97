"""Publication: nothing with a fault, every path tried, a second person; and which procedure runs by which process."""

import ast
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from motcua.accounts.queries import actor
from motcua.dossiers.actions import partners
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation.models import Holding
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, Node, NodeKind, line, task
from motcua.rules.process.faults import Fault
from motcua.workflow import actions, words
from motcua.workflow.actions import UnableToDraft, publish_process, use_process
from motcua.workflow.bpmn import read_bpmn
from motcua.workflow.models import ProcessUse, ProcessVersion
from motcua.workflow.queries import (
    check_draft,
    drawing_of,
    process,
    process_for,
    process_list,
    version_facts,
    versions_of,
)
from tests.architecture.code_map import SOURCE
from tests.dossiers.asking import at_once
from tests.workflow.drafting import (
    CHECK,
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
from tests.world import World, a_procedure


def _saying(world: World, draft_id: UUID, name: str = "xa-mot.head") -> dict[str, Any]:
    return {"expected": facts(draft_id).revision, "by": world.as_actor(name), "at": world.at}


def _kinds(world: World, draft_id: UUID, **said: Any) -> set[tuple[str, str]]:
    checked = check_draft(facts(draft_id), on=local_day(world.at), **said)
    return {(fault.kind, fault.element) for fault in checked.errors}


def test_a_draft_becomes_the_next_version_by_a_second_person(world: World) -> None:
    draft_id = tabled(world, steps(SPECIALIST, LEADER, RETURN), key="thu", title_en="Trial")
    version_id = published(world, draft_id)

    version = version_facts(version_id)
    assert version is not None
    assert (version.key, version.number, version.title("en")) == ("thu", 1, "Trial")
    assert version.drafted_by == world.people["xa-mot.head"].id
    assert version.published_by == world.people["xa-mot.leader"].id
    assert facts(draft_id).published_id == version_id
    drawn = read_bpmn(drawing_of(version_id))
    assert drawn.process == process(version_id)
    assert process(version_id).title_en == "Trial"
    [event] = history_of(version_id)
    assert (event.kind, event.data["draft"], event.data["in_flight"]) == (
        "process.published", str(draft_id), "stay",
    )  # fmt: skip
    with refused("published_before"):
        actions.save_drawing(draft_id, "", **_saying(world, draft_id))
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcessVersion.objects.filter(id=version_id).update(bpmn="")


def test_who_proposed_or_saved_last_does_not_publish(world: World) -> None:
    draft_id = tabled(world, DEFAULT_PROCESS, key="thu")
    with refused("not_proposed"):
        actions.publish_draft(draft_id, **_saying(world, draft_id, "xa-mot.leader"))
    # Saved by the head, proposed by the specialist: neither may.
    actions.propose_draft(draft_id, **_saying(world, draft_id, "xa-mot.specialist"))
    for name in ("xa-mot.head", "xa-mot.specialist"):
        with refused("same_person"):
            actions.publish_draft(draft_id, **_saying(world, draft_id, name))
    with refused("same_person"):
        actions.publish_draft(draft_id, expected=facts(draft_id).revision, by=SYSTEM, at=world.at)
    assert ProcessVersion.objects.filter(key="thu").count() == 0
    actions.publish_draft(draft_id, **_saying(world, draft_id, "xa-mot.leader"))


def test_a_draft_with_a_fault_or_a_path_untried_is_not_proposed(world: World) -> None:
    draft_id = tabled(world, steps(SPECIALIST, RETURN), key="thu")
    with refused("has_faults") as caught:
        actions.propose_draft(draft_id, **_saying(world, draft_id))
    assert {fault.kind for fault in caught.value.faults} >= {"no_decision", "return_before_decision"}

    untried = tabled(world, DEFAULT_PROCESS, key="hai")
    actions.save_scenarios(untried, [], **_saying(world, untried))
    assert _kinds(world, untried) == {("no_scenario", "")}
    with refused("has_faults"):
        actions.propose_draft(untried, **_saying(world, untried))


def test_everything_is_checked_again_at_publication(world: World) -> None:
    draft_id = proposed(
        world, tabled(world, DEFAULT_PROCESS, key="thu", procedure_id=world.procedure.procedure_id)
    )
    # The only head of a commune leaves between proposal and publication.
    Holding.objects.filter(user=world.people["xa-hai.head"]).update(valid_to=local_day(world.at))
    with refused("has_faults") as caught:
        actions.publish_draft(draft_id, **_saying(world, draft_id, "xa-mot.leader"))
    [fault] = [fault for fault in caught.value.faults if not fault.warning]
    assert (fault.kind, fault.element) == ("no_holder", "head")
    assert fault.facts == {"agencies": "Ủy ban nhân dân xã Hai"}
    # On the day before, somebody still was.
    assert check_draft(facts(draft_id), on=local_day(world.at) - timedelta(days=1)).errors == ()


def test_an_act_and_answered_doubts_are_needed(world: World) -> None:
    bare = tabled(world, DEFAULT_PROCESS, key="thu", legal_basis=" ")
    with refused("no_legal_basis"):
        actions.propose_draft(bare, **_saying(world, bare))

    draft_id = tabled(world, DEFAULT_PROCESS, key="hai")
    from motcua.workflow.models import ProcessDraft

    ProcessDraft.objects.filter(id=draft_id).update(doubts=[{"key": "no_time:step_1"}])
    with refused("open_doubts"):
        actions.propose_draft(draft_id, **_saying(world, draft_id))


def test_a_version_that_came_meanwhile_is_not_overwritten(world: World) -> None:
    slow = tabled(world, steps(SPECIALIST, LEADER, RETURN), key="thu")
    quick = tabled(world, steps(SPECIALIST, CHECK, LEADER, RETURN), key="thu")
    published(world, quick)
    with refused("newer_version"):
        actions.propose_draft(slow, **_saying(world, slow))
    # Who has looked at it and says what happens to those in flight may go on.
    actions.save_in_flight(slow, {"kind": "stay"}, **_saying(world, slow))
    published(world, slow)
    assert [row.number for row in versions_of("thu")] == [2, 1]


def test_two_publish_at_once_and_the_numbers_have_no_gap(committed_world: World) -> None:
    world = committed_world
    drafts = [proposed(world, tabled(world, DEFAULT_PROCESS, key="thu")) for _ in range(2)]
    answers = at_once(
        *[
            lambda draft_id=draft_id: actions.publish_draft(
                draft_id, **_saying(world, draft_id, "xa-mot.leader")
            )
            for draft_id in drafts
        ]
    )
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert [answer.code for answer in lost if isinstance(answer, UnableToDraft)] == ["newer_version"]
    assert [row.number for row in versions_of("thu")] == [1]


def test_the_limit_is_the_shortest_of_the_procedure(world: World) -> None:
    content = a_procedure("9.000077")
    content["channels"][1]["limit"] = {"unit": "working_day", "amount": 2, "cutoff": None}
    procedure = world.publish(content)
    long = task("specialist", "specialist", "Thẩm định", limit=Limit(Unit.WORKING_DAY, 3), prepares=True)
    draft_id = tabled(world, steps(long, LEADER, RETURN), key="thu", procedure_id=procedure.procedure_id)
    checked = check_draft(facts(draft_id), on=local_day(world.at))
    assert checked.limit == Limit(Unit.WORKING_DAY, 2)
    assert [(fault.kind, fault.element) for fault in checked.errors] == [("too_long", "specialist")]
    assert checked.coverage is not None
    assert checked.coverage.whole
    assert [played.passed for played in checked.played] == [True]


def test_a_function_or_a_partner_that_nobody_is(world: World) -> None:
    asked = Node("ask", NodeKind.CALL, "Hỏi", partner="khong-co")
    odd = task("check", "wizard", "Phép lạ")
    draft_id = tabled(
        world,
        steps(SPECIALIST, odd, asked, LEADER, RETURN),
        key="thu",
        procedure_id=world.procedure.procedure_id,
    )
    assert _kinds(world, draft_id) == {("no_holder", "wizard"), ("no_holder", "khong-co")}
    # Asked of one agency only, as the page does that knows who solves the procedure.
    [fault] = [
        fault
        for fault in check_draft(facts(draft_id), on=local_day(world.at), agencies=[world.commune.id]).errors
        if fault.element == "wizard"
    ]
    assert fault.facts == {"agencies": "Ủy ban nhân dân xã Một"}


def test_a_process_whose_parts_would_run_by_it_for_ever(world: World) -> None:
    publish_process(
        steps(SPECIALIST, Node("up", NodeKind.CALL, "Hỏi", procedure="9.000009", partner="xa-hai"), LEADER, key="phan"),
        legal_basis="", by=SYSTEM, at=world.at,
    )  # fmt: skip
    asked = Node("ask", NodeKind.CALL, "Hỏi", partner="xa-hai")
    default = tabled(world, steps(SPECIALIST, asked, LEADER, RETURN), key="default")
    assert ("calls_itself", "ask") in _kinds(world, default)
    # By way of another: thu asks 9.000008, which runs by phan, which asks 9.000009, which runs by thu.
    publish_process(steps(SPECIALIST, LEADER, RETURN, key="thu"), legal_basis="", by=SYSTEM, at=world.at)
    for code, key in (("9.000008", "phan"), ("9.000009", "thu")):
        procedure = world.publish(a_procedure(code))
        use_process(
            procedure.procedure_id,
            key,
            valid_from=local_day(world.at),
            legal_basis="",
            by=SYSTEM,
            at=world.at,
        )
    around = Node("ask", NodeKind.CALL, "Hỏi", procedure="9.000008", partner="xa-hai")
    draft_id = tabled(world, steps(SPECIALIST, around, LEADER, RETURN), key="thu")
    assert _kinds(world, draft_id) == {("calls_itself", "ask")}
    other = tabled(world, steps(SPECIALIST, around, LEADER, RETURN), key="khac")
    assert _kinds(world, other) == set()


def _asking(code: str) -> Node:
    return Node("ask", NodeKind.CALL, "Hỏi", procedure=code, partner="xa-hai")


def _chain(world: World, *links: tuple[str, str, str]) -> None:
    """Publish processes, each with the procedure that runs by it and the one whose procedure its partner does."""
    for key, own, other in links:
        nodes = (SPECIALIST, *([_asking(other)] if other else []), LEADER)
        publish_process(steps(*nodes, key=key), legal_basis="", by=SYSTEM, at=world.at)
        procedure = world.publish(a_procedure(own))
        use_process(
            procedure.procedure_id,
            key,
            valid_from=local_day(world.at),
            legal_basis="",
            by=SYSTEM,
            at=world.at,
        )


def test_parts_of_parts_that_would_be_refused_one_day_are_found_at_publication(world: World) -> None:
    _chain(world, ("mot", "9.000011", "9.000012"), ("hai", "9.000012", "9.000013"), ("ba", "9.000013", ""))
    # Three, one in the other: mot, hai, ba.
    right = tabled(world, steps(SPECIALIST, _asking("9.000011"), LEADER, RETURN), key="dau")
    assert _kinds(world, right) == set()
    published(world, right)
    procedure = world.publish(a_procedure("9.000010"))
    use_process(
        procedure.procedure_id, "dau", valid_from=local_day(world.at), legal_basis="", by=SYSTEM, at=world.at
    )
    # One more above, and one more below: each is told where it would be published.
    above = tabled(world, steps(SPECIALIST, _asking("9.000010"), LEADER, RETURN), key="tren")
    assert _kinds(world, above) == {("parts_too_deep", "ask")}
    below = tabled(world, steps(SPECIALIST, Node("ask", NodeKind.CALL, "Hỏi", partner="xa-hai"), LEADER),
                   key="ba", for_partner=True)  # fmt: skip
    [fault] = check_draft(facts(below), on=local_day(world.at)).errors
    assert (fault.kind, fault.element, fault.facts) == ("parts_too_deep", "ask", {"most": 3})
    assert fault.facts["most"] == partners._DEEPEST


def test_partners_that_ask_each_other_for_ever_are_too_deep_for_who_asks_them(world: World) -> None:
    _chain(world, ("mot", "9.000011", "9.000012"), ("hai", "9.000012", "9.000011"))
    draft_id = tabled(world, steps(SPECIALIST, _asking("9.000011"), LEADER, RETURN), key="dau")
    assert _kinds(world, draft_id) == {("parts_too_deep", "ask")}


def test_a_drawing_with_faults_is_told_as_far_as_it_can_be_read(world: World) -> None:
    draft_id = tabled(world, DEFAULT_PROCESS, key="thu")
    actions.save_drawing(draft_id, "<a/>", **_saying(world, draft_id))
    checked = check_draft(facts(draft_id), on=local_day(world.at))
    assert [fault.kind for fault in checked.errors] == ["not_bpmn"]
    assert checked.process is None
    with refused("has_faults"):
        actions.propose_draft(draft_id, **_saying(world, draft_id))


def test_a_wrong_mapping_stops_publication_and_one_with_gaps_does_not(world: World) -> None:
    policy = {"kind": "move", "mapping": {"nowhere": "leader"}}
    wrong = tabled(world, steps(SPECIALIST, LEADER, RETURN), key="default", policy=policy)
    assert _kinds(world, wrong) == {("unknown_place", "nowhere")}
    gaps = tabled(world, steps(SPECIALIST, LEADER, RETURN), key="default", policy={"kind": "move"})
    checked = check_draft(facts(gaps), on=local_day(world.at))
    assert checked.errors == ()
    assert ("unmapped_place", "head") in {(fault.kind, fault.element) for fault in checked.warnings}


def test_a_partners_process_has_nothing_to_return(world: World) -> None:
    draft_id = tabled(world, steps(SPECIALIST, LEADER), key="thu")
    assert {kind for kind, _ in _kinds(world, draft_id)} == {"no_return"}
    said = {"title_vi": "Phần việc", "title_en": "", "procedure_id": None, "legal_basis": "QĐ 1"}
    actions.save_about(draft_id, **said, for_partner=True, **_saying(world, draft_id))
    assert _kinds(world, draft_id) == set()


# --- which procedure runs by which ------------------------------------------------------------------------------


def _use(world: World, key: str | None, day: date) -> bool:
    return use_process(
        world.procedure.procedure_id, key, valid_from=day, legal_basis="QĐ 5", by=world.as_actor("xa-mot.head"),
        at=world.at,
    )  # fmt: skip


def _numbers(world: World, day: date) -> str:
    found = process_for(world.procedure.procedure_id, on=day)
    assert found is not None
    return process(found).key


def test_publication_can_begin_the_use_on_a_day(world: World) -> None:
    day = local_day(world.at) + timedelta(days=10)
    draft_id = tabled(world, DEFAULT_PROCESS, key="thu", procedure_id=world.procedure.procedure_id)
    version = published(world, draft_id, use_from=day)
    assert _numbers(world, day - timedelta(days=1)) == "default"
    assert process_for(world.procedure.procedure_id, on=day) == version
    [line] = [line for line in process_list(on=day) if line.key == "thu"]
    assert (line.uses, line.drafts, line.running) == ((world.procedure.procedure_id,), 0, {})


def test_the_default_is_one_call_away_and_the_past_stays(world: World) -> None:
    publish_process(steps(SPECIALIST, LEADER, RETURN, key="thu"), legal_basis="", by=SYSTEM, at=world.at)
    today = local_day(world.at)
    assert _use(world, "thu", today)
    assert not _use(world, "thu", today + timedelta(days=3))
    world.later(days=30)
    assert _use(world, None, local_day(world.at))
    assert not _use(world, None, local_day(world.at))
    assert [_numbers(world, today + timedelta(days=n)) for n in (-1, 0, 29, 30)] == [
        "default", "thu", "thu", "default",
    ]  # fmt: skip
    with refused("past_day"):
        _use(world, "default", today + timedelta(days=5))
    kinds = [(e.kind, e.data["key"]) for e in history_of(world.procedure.procedure_id) if "chosen" in e.kind]
    assert kinds == [("procedure.process_chosen", "thu"), ("procedure.process_chosen", "")]


def test_what_was_planned_is_replaced(world: World) -> None:
    for key in ("mot", "hai"):
        publish_process(steps(SPECIALIST, LEADER, RETURN, key=key), legal_basis="", by=SYSTEM, at=world.at)
    today = local_day(world.at)
    _use(world, "mot", today + timedelta(days=20))
    _use(world, "hai", today + timedelta(days=10))
    assert [_numbers(world, today + timedelta(days=n)) for n in (9, 10, 25)] == ["default", "hai", "hai"]
    assert ProcessUse.objects.count() == 1
    with refused("no_such_process"):
        _use(world, "ba", today)


def test_two_choose_at_once_and_one_use_stands(committed_world: World) -> None:
    world = committed_world
    for key in ("mot", "hai"):
        publish_process(steps(SPECIALIST, LEADER, RETURN, key=key), legal_basis="", by=SYSTEM, at=world.at)
    today = local_day(world.at)
    answers = at_once(lambda: _use(world, "mot", today), lambda: _use(world, "hai", today))
    assert answers == [True, True]
    assert ProcessUse.objects.count() == 1


def test_dossiers_run_by_what_was_in_use_when_they_were_accepted(world: World) -> None:
    before = world.a_dossier().accepted()
    version = publish_process(
        steps(SPECIALIST, LEADER, RETURN, key="thu"), legal_basis="", by=SYSTEM, at=world.at
    )
    _use(world, "thu", local_day(world.at))
    assert world.a_dossier().accepted().dossier.process_id == version
    assert before.reload().dossier.process_id == world.process
    [row] = versions_of("thu")
    assert row.running == 1
    assert actor(world.people["xa-mot.head"]).id is not None


# --- words ------------------------------------------------------------------------------------------------------


def _codes(name: str, folder: Path) -> set[str]:
    """Return the codes that are raised under a name: `UnableToDraft("…")`."""
    calls = (
        node
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == name
    )
    return {
        call.args[0].value
        for call in calls
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_every_refusal_of_a_draft_has_words_of_its_own() -> None:
    raised = _codes("UnableToDraft", SOURCE / "workflow" / "actions")
    assert len(raised) >= 15
    assert raised == words.known_refusals()
    for language in ("vi", "en"):
        with override(language):
            said = {code: words.refusal(code) for code in raised}
            assert words.refusal("no-such-code") not in said.values()
            assert len(set(said.values())) == len(said)


def test_every_reason_to_stay_has_words() -> None:
    raised = _codes("ProcessRefused", SOURCE / "workflow" / "queries") | _codes(
        "ProcessRefused", SOURCE / "workflow" / "actions"
    )
    own = raised & {"stays", "data_not_set", "other_stage", "part_open", "paused"}
    assert len(own) == 5
    moving = {"unmapped_place", "token_doubled", "unreachable_marking", "too_complex"}
    assert own | moving | {"not_reckoned", "changed_meanwhile"} <= set(words.KEPT)


def test_what_a_check_finds_can_be_told() -> None:
    for kind in ("calls_itself", "not_bpmn", "empty", "doctype"):
        with override("vi"):
            assert words.fault_words(Fault(kind, "ask"), {}) != kind


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"function": "reform"}, "no_holder"),
        ({"limit": Limit(Unit.WORKING_DAY, 500)}, "too_long"),
    ],
)
def test_a_process_that_a_procedure_cannot_run_by_is_not_put_into_use(
    world: World, change: dict[str, Any], kind: str
) -> None:
    """Published for no procedure it had no agency and no limit to be asked about."""
    first, *others = DEFAULT_PROCESS.steps
    publish_process(
        line("mot-minh", (replace(first, **change), *others)), legal_basis="QĐ 1", by=SYSTEM, at=world.at
    )
    with pytest.raises(UnableToDraft) as refused:
        use_process(
            world.procedure.procedure_id, "mot-minh", valid_from=local_day(world.at), legal_basis="QĐ 2",
            by=SYSTEM, at=world.at,
        )  # fmt: skip
    assert refused.value.code == "does_not_fit"
    assert kind in {fault.kind for fault in refused.value.faults}
    assert process_for(world.procedure.procedure_id, on=local_day(world.at)) == world.process
