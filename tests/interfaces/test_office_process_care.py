"""What a person could lose or overlook at a draft: its drawing, a step, an old name, a second person who is waited for."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.accounts.models import User
from motcua.office.process_conditions import parts_of
from motcua.rules.process import Condition, Datum, DatumKind, Node
from motcua.workflow.models import ProcessDraft
from tests.interfaces.test_office_processes import (
    LIST,
    draft,
    facts,
    id_in,
    keeper,
    keys,
    places_of,
    process,
    sent,
    text_of,
)
from tests.world import World

__all__ = ["draft", "keeper"]


def opened(client: Client, address: str, bpmn: str) -> Any:
    return sent(client, address, "hinh/", bpmn=SimpleUploadedFile("q.bpmn", bpmn.encode()))


def node(address: str, key: str) -> Node:
    found = process(address).node(key)
    assert found is not None
    return found


# --- a file that was chosen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "said"), [
    ("<bpmn:userTask id", "<bpmn:scriptTask id", "chưa dùng được “scriptTask”"),
    ("<bpmn:endEvent", '<bpmn:subProcess id="trong" /><bpmn:endEvent', "chưa dùng được “subProcess”"),
    ('motcua:function="head"', 'motcua:functoin="head"', "không có thuộc tính “functoin”"),
])  # fmt: skip
def test_a_chosen_file_with_faults_takes_the_place_of_nothing(
    client: Client, draft: str, old: str, new: str, said: str
) -> None:
    before = facts(draft)
    broken = before.bpmn.replace(old, new, 1)
    if "script" in new:
        broken = broken.replace("</bpmn:userTask>", "</bpmn:scriptTask>", 1)
    answer = opened(client, draft, broken)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "bản nháp vẫn như cũ" in text_of(answer)
    assert facts(draft) == before


def test_a_file_that_lacks_only_what_the_table_asks_for_opens(client: Client, draft: str) -> None:
    bare = facts(draft).bpmn.replace('motcua:function="head"', "")
    assert opened(client, draft, bare).status_code == 302
    assert "chưa chọn chức năng thực hiện" in text_of(client.get(draft))


def test_a_file_without_a_drawing_is_drawn(client: Client, draft: str) -> None:
    bare = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", facts(draft).bpmn, flags=re.DOTALL)
    bare = bare.replace("Trưởng phòng xem xét", "Từ tệp trơn")
    assert not places_of(bare)
    assert opened(client, draft, bare).status_code == 302
    assert set(places_of(facts(draft).bpmn)) == {one.key for one in process(draft).nodes}
    assert facts(draft).bpmn.count("<bpmndi:BPMNEdge") == len(process(draft).flows)
    assert node(draft, "head").title_vi == "Từ tệp trơn"


def test_what_a_file_draws_stays_where_it_is_and_the_rest_finds_a_place(client: Client, draft: str) -> None:
    before = facts(draft).bpmn
    shape = re.search(r'<bpmndi:BPMNShape [^>]*bpmnElement="head".*?</bpmndi:BPMNShape>', before, re.DOTALL)
    assert shape is not None
    assert opened(client, draft, before.replace(shape[0], "")).status_code == 302
    places, old = places_of(facts(draft).bpmn), places_of(before)
    assert "head" in places
    assert {key: place for key, place in places.items() if key != "head"} == {
        key: place for key, place in old.items() if key != "head"
    }


# --- a step that goes ---------------------------------------------------------------------------------------


def test_a_step_goes_only_when_that_was_confirmed(client: Client, draft: str) -> None:
    before = facts(draft)
    asked = sent(client, draft, "phan-tu/head/doi-cho/", viec="bo")
    assert "Bỏ “Trưởng phòng xem xét” khỏi quy trình?" in text_of(asked)
    assert "nối thẳng đến “Lãnh đạo ký duyệt”" in text_of(asked)
    assert facts(draft) == before
    assert sent(client, draft, "phan-tu/head/doi-cho/", viec="bo", chac="co").status_code == 302
    assert "head" not in keys(draft)


def test_who_confirms_too_late_takes_nothing_out(client: Client, draft: str) -> None:
    asked = sent(client, draft, "phan-tu/head/doi-cho/", viec="bo").content.decode()
    (seen,) = re.findall(r'name="expected" value="(\d+)"', asked)
    sent(client, draft, "du-lieu/", title_vi="Hồ sơ đủ", kind="truth")
    late = {"viec": "bo", "chac": "co", "expected": seen}
    answer = client.post(draft + "phan-tu/head/doi-cho/", late, follow=True)
    assert "Người khác vừa lưu" in text_of(answer)
    assert "head" in keys(draft)


def test_a_missing_end_is_told_at_the_step_that_leads_nowhere(client: Client, draft: str) -> None:
    assert sent(client, draft, "phan-tu/end/doi-cho/", viec="bo", chac="co").status_code == 302
    answer = client.get(draft)
    assert "“Trả kết quả”: từ đây không đến được điểm kết thúc" in text_of(answer)
    assert 'data-choose="return">“Trả kết quả”: từ đây' in answer.content.decode()
    assert "xac-nhan-nhanh:" not in text_of(client.get(draft + "kiem-tra/"))


# --- an old name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("vietnamese", "english", "kept"), [
    ("Phòng xem", "Department head reviews", ""),
    ("Phòng xem", "The office looks", "The office looks"),
    ("Trưởng phòng xem xét", "Department head reviews", "Department head reviews"),
])  # fmt: skip
def test_a_step_with_a_new_name_loses_the_old_english_one(
    client: Client, draft: str, vietnamese: str, english: str, kept: str
) -> None:
    bpmn = re.sub(r'(id="head"[^>]*) motcua:title_en="[^"]*"', r"\1", facts(draft).bpmn)
    bpmn = bpmn.replace('id="head"', 'id="head" motcua:title_en="Department head reviews"', 1)
    assert opened(client, draft, bpmn).status_code == 302
    assert node(draft, "head").title_en == "Department head reviews"
    assert "thì tên tiếng Anh cũ được bỏ" in text_of(client.get(draft + "phan-tu/head/"))
    given = {"title_vi": vietnamese, "title_en": english, "function": "head", "work": "work"}
    assert sent(client, draft, "phan-tu/head/", **given).status_code == 302
    assert (node(draft, "head").title_vi, node(draft, "head").title_en) == (vietnamese, kept)


# --- the second person --------------------------------------------------------------------------------------


def test_the_page_names_who_may_publish(client: Client, world: World, draft: str) -> None:
    assert "Chưa có người thứ hai nào được công bố" in text_of(client.get(draft + "cong-bo/"))
    world.staff("cchc-2", world.province, "reform", "see_province")
    world.staff("qt-tinh", world.province, "administrator", "administer")
    world.staff("qt-xa", world.commune, "administrator", "administer")
    said = text_of(client.get(draft + "cong-bo/"))
    assert "Có thể công bố: Cán bộ cchc-2 (cchc-2), Cán bộ qt-tinh (qt-tinh)" in said
    assert "Cán bộ qt-xa" not in said
    assert "Cán bộ cchc (" not in said
    for number in range(3, 8):
        world.staff(f"cchc-{number}", world.province, "reform", "see_province")
    said = text_of(client.get(draft + "cong-bo/"))
    assert "Cán bộ cchc-6 (cchc-6), và 2 người khác" in said


def test_those_who_may_publish_see_in_their_menu_that_something_waits(
    client: Client, world: World, draft: str, keeper: User
) -> None:
    assert "chờ công bố)" not in text_of(client.get(LIST))
    at = facts(draft).saved_at
    ProcessDraft.objects.filter(id=id_in(draft)).update(proposed_at=at, proposed_by=keeper.id)
    client.force_login(world.staff("cchc-2", world.province, "reform", "see_province"))
    assert "Quy trình (1 chờ công bố)" in text_of(client.get(LIST))
    ProcessDraft.objects.filter(id=id_in(draft)).update(dropped_at=at)
    assert "chờ công bố)" not in text_of(client.get(LIST))


def test_a_condition_that_rows_cannot_say_is_kept_when_its_way_is_saved_unchanged() -> None:
    """More comparisons than a form has rows, and a datum that nobody declared, were dropped in silence."""
    known = (Datum("n", DatumKind.NUMBER),)
    many = Condition.read({"or": [{"==": [{"var": "n"}, number]} for number in range(12)]})
    unknown = Condition.read({"==": [{"var": "qq"}, True]})
    false_kind = Condition.read({"==": [{"var": "n"}, "x"]})
    for condition in (many, unknown, false_kind):
        assert parts_of(condition, known).rows is None
    few = Condition.read({"and": [{">": [{"var": "n"}, 1]}, {"<": [{"var": "n"}, 5]}]})
    parts = parts_of(few, known)
    assert parts.rows is not None
    assert parts.condition() == few
