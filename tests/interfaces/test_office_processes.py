"""The pages on which processes are drawn, tabled, checked, tried, published and used, through the client."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.accounts.models import User
from motcua.dossiers.actions import apply_in_flight, put_back_in_flight
from motcua.kit import clock
from motcua.office import process_words
from motcua.rules.process import Condition, Datum, DatumKind, Process
from motcua.workflow.models import ProcessDraft, ProcessVersion
from motcua.workflow.queries import draft_facts, process_for
from motcua.workflow.queries.drawings import read_drawing
from tests.world import World

LIST, NEW = "/cchc/quy-trinh/", "/cchc/quy-trinh/moi/"
Given = dict[str, Any]


@pytest.fixture
def keeper(world: World, client: Client) -> User:
    """Somebody of the reform office, signed in."""
    found = world.staff("cchc", world.province, "reform", "see_province")
    client.force_login(found)
    return found


@pytest.fixture
def draft(keeper: User, client: Client) -> str:
    """The address of a draft that was just begun."""
    answer = client.post(NEW, {"title_vi": "Xác nhận nhanh", "procedure": "9.000001"})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def id_in(address: str) -> UUID:
    return UUID(address.split("/")[4])


def facts(address: str) -> Any:
    found = draft_facts(id_in(address))
    assert found is not None
    return found


def text_of(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def sent(client: Client, address: str, where: str, **given: Any) -> Any:
    """Send a form of a draft as somebody who saw it as it is now."""
    return client.post(address + where, {"expected": facts(address).revision} | given)


def process(address: str) -> Process:
    found = facts(address).process
    assert found is not None
    return found


def keys(address: str) -> list[str]:
    """The steps of a draft in the order of its flows."""
    flows = {flow.source: flow.target for flow in process(address).flows}
    found, key = [], flows["start"]
    while key in flows:
        found.append(key)
        key = flows[key]
    return found


def add(client: Client, address: str, kind: str, **given: Any) -> Any:
    """Send the form of something new; a gateway's form also has its kind to choose."""
    return client.post(
        f"{address}them/?loai={kind}", {"expected": facts(address).revision, "kind": kind} | given
    )


def added(client: Client, address: str, kind: str, **given: Any) -> str:
    """Add something, and return its key."""
    before = {node.key for node in process(address).nodes}
    answer = add(client, address, kind, **given)
    assert answer.status_code == 302, text_of(answer)
    definition = facts(address).definition
    (key,) = {node["key"] for node in definition["nodes"]} - before
    return str(key)


def first_way(address: str, source: str) -> str:
    return next(flow.key for flow in process(address).flows if flow.source == source)


STEP = {
    "title_vi": "Kiểm tra hồ sơ",
    "function": "specialist",
    "work": "work",
    "amount": "4",
    "unit": "working_hour",
}


# --- who may be here ----------------------------------------------------------------------------------------


def test_only_those_who_keep_processes_find_the_pages(client: Client, world: World, draft: str) -> None:
    world.staff("qt-xa", world.commune, "administrator", "administer")
    world.staff("qt-tinh", world.province, "administrator", "administer")
    parts = (
        "",
        "hinh.json",
        "quy-trinh.bpmn",
        "them/",
        "kiem-tra/",
        "kich-ban/",
        "cong-bo/",
        "phan-tu/head/",
    )
    pages = [LIST, NEW, *(draft + part for part in parts)]
    found = {}
    for name in ("cchc", "qt-tinh", "qt-xa", "xa-mot.head", "xa-mot.receiver", "dan"):
        client.force_login(world.people[name])
        found[name] = {client.get(page).status_code for page in pages}
        found[name] |= {client.post(draft + "phan-tu/head/doi-cho/", {"viec": "khac"}).status_code}
    assert found == {
        "cchc": {200, 404}, "qt-tinh": {200, 404},
        "qt-xa": {404}, "xa-mot.head": {404}, "xa-mot.receiver": {404}, "dan": {404},
    }  # fmt: skip


# --- list, begin, copy --------------------------------------------------------------------------------------


def test_the_list_tells_versions_users_running_and_drafts(client: Client, world: World, draft: str) -> None:
    world.a_dossier().accepted()
    said = text_of(client.get(LIST))
    assert "Mọi thủ tục chưa có quy trình riêng" in said
    row = re.search(r"số 1, \S+ Mọi thủ tục chưa có quy trình riêng (\d+) (\d+)", said)
    assert row is not None
    assert row.groups() == ("1", "0")
    assert "Xác nhận nhanh xac-nhan-nhanh" in said


def test_a_draft_begins_with_four_steps_and_a_key_from_its_title(draft: str) -> None:
    row = facts(draft)
    assert row.key == "xac-nhan-nhanh"
    assert keys(draft) == ["specialist", "head", "leader", "return"] or len(keys(draft)) == 4


def test_a_published_version_is_copied(client: Client, world: World, keeper: User) -> None:
    address = f"{NEW}?ban={world.process}"
    assert "Sao chép từ" in text_of(client.get(address))
    answer = client.post(address, {"title_vi": "Bản sao", "key": "default"})
    assert facts(answer["Location"]).key == "default"


@pytest.mark.parametrize("given", [
    {"title_vi": ""},
    {"title_vi": "A", "key": "Có dấu"},
    {"title_vi": "A", "key": "nhap"},
    {"title_vi": "A", "procedure": "9.999999"},
])  # fmt: skip
def test_a_draft_that_cannot_begin_says_why(client: Client, keeper: User, given: Given) -> None:
    answer = client.post(NEW, given)
    assert answer.status_code == 422
    assert "Cần sửa" in text_of(answer)
    assert not ProcessDraft.objects.exists()


# --- the table ----------------------------------------------------------------------------------------------


def test_steps_are_added_moved_and_taken_out_without_the_drawing(client: Client, draft: str) -> None:
    before = keys(draft)
    answer = add(client, draft, "task", place=f"on:{first_way(draft, 'start')}", **STEP)
    assert answer.status_code == 302, text_of(answer)
    assert keys(draft) == ["kiem-tra-ho-so", *before]
    node = process(draft).node("kiem-tra-ho-so")
    assert (node.function, node.limit.amount if node.limit else None) == ("specialist", 4)
    sent(client, draft, "phan-tu/kiem-tra-ho-so/doi-cho/", viec="xuong")
    assert keys(draft) == [before[0], "kiem-tra-ho-so", *before[1:]]
    sent(client, draft, "phan-tu/kiem-tra-ho-so/doi-cho/", viec="len")
    assert keys(draft) == ["kiem-tra-ho-so", *before]
    sent(client, draft, "phan-tu/kiem-tra-ho-so/doi-cho/", viec="bo", chac="co")
    assert keys(draft) == before


def test_what_the_table_changes_stands_in_the_drawing(client: Client, draft: str) -> None:
    key = keys(draft)[0]
    given = {"title_vi": "Thụ lý & thẩm định", "function": "head", "work": "work", "prepares": "on"}
    assert sent(client, draft, f"phan-tu/{key}/", **given).status_code == 302
    drawing = client.get(draft + "hinh.json").json()
    assert 'name="Thụ lý &amp; thẩm định"' in drawing["bpmn"]
    assert 'motcua:function="head"' in drawing["bpmn"]
    said = text_of(client.get(draft))
    assert "Thụ lý & thẩm định" in said


@pytest.mark.parametrize(("changes", "said"), [
    ({"title_vi": ""}, "Nhập tên bước"),
    ({"function": ""}, "Chọn ai làm"),
    ({"unit": ""}, "Thời hạn cần cả số và đơn vị"),
    ({"amount": ""}, "Thời hạn cần cả số và đơn vị"),
    ({"amount": "0"}, "Thời hạn phải từ 1 trở lên"),
])  # fmt: skip
def test_a_step_that_lacks_something_is_not_saved(
    client: Client, draft: str, changes: Given, said: str
) -> None:
    answer = add(client, draft, "task", **(STEP | changes))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert facts(draft).revision == 1


def test_a_branch_is_built_by_forms_alone(client: Client, draft: str) -> None:
    first = keys(draft)[0]
    assert sent(client, draft, "du-lieu/", title_vi="Hồ sơ đủ", kind="truth").status_code == 302
    after = process(draft)
    assert [datum.name for datum in after.data] == ["ho_so_du"]
    given = {
        "title_vi": "Thụ lý",
        "function": "specialist",
        "work": "work",
        "prepares": "on",
        "sets": "ho_so_du",
    }
    sent(client, draft, f"phan-tu/{first}/", **given)
    gateway = added(client, draft, "exclusive", place=f"on:{first_way(draft, first)}", title_vi="Đủ chưa?")
    way = next(flow for flow in process(draft).flows if flow.source == gateway)
    saved = sent(
        client, draft, f"duong/{way.key}/", source=way.source, target=way.target, joined="and",
        **{"datum-1": "ho_so_du", "operator-1": "==", "value-1": "ho_so_du=true"},
    )  # fmt: skip
    assert saved.status_code == 302, text_of(saved)
    back = client.post(
        f"{draft}duong/?tu={gateway}",
        {"expected": facts(draft).revision, "source": gateway, "target": first, "default": "on"},
    )
    assert back.status_code == 302, text_of(back)
    found = {flow.target: flow for flow in process(draft).flows if flow.source == gateway}
    assert found[first].default
    condition = found[way.target].condition
    assert condition is not None
    assert condition.to_json() == {"==": [{"var": "ho_so_du"}, True]}
    assert "nếu Hồ sơ đủ là có" in text_of(client.get(draft))


def test_a_condition_takes_no_value_of_another_datum(client: Client, draft: str) -> None:
    sent(client, draft, "du-lieu/", title_vi="Hồ sơ đủ", kind="truth")
    sent(client, draft, "du-lieu/", title_vi="Kết luận", kind="choice", values="Đạt\nKhông đạt = Failed")
    datum = process(draft).data[1]
    assert datum.values == (("dat", "Đạt", ""), ("khong_dat", "Không đạt", "Failed"))
    flow = process(draft).flows[0]
    answer = sent(
        client, draft, f"duong/{flow.key}/", source=flow.source, target=flow.target,
        **{"datum-1": "ket_luan", "operator-1": "==", "value-1": "ho_so_du=true"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "phải là một trong: Đạt, Không đạt" in text_of(answer)


@pytest.mark.parametrize(("logic", "said"), [
    ({"==": [{"var": "fit"}, False]}, "Hồ sơ đủ là không"),
    ({"and": [{"==": [{"var": "end"}, "no"]}, {">": [{"var": "area"}, 500.5]}]},
     "Kết luận là Không đạt và Diện tích lớn hơn 500,5"),
    ({"or": [{"var": "fit"}, {"and": [{"<=": [{"var": "area"}, 3]}, {"!=": [{"var": "end"}, "no"]}]}]},
     "Hồ sơ đủ là có hoặc (Diện tích không quá 3 và Kết luận không phải là Không đạt)"),
    ({"!": {"in": [{"var": "end"}, ["yes", "no"]]}}, "không phải: Kết luận là một trong: Đạt, Không đạt"),
    ({"==": [{"var": "gone"}, "x"]}, "gone là x"),
])  # fmt: skip
def test_a_condition_is_said_as_people_say_it(logic: object, said: str) -> None:
    data = (
        Datum("fit", DatumKind.TRUTH, "Hồ sơ đủ"),
        Datum("end", DatumKind.CHOICE, "Kết luận", "", (("yes", "Đạt", ""), ("no", "Không đạt", ""))),
        Datum("area", DatumKind.NUMBER, "Diện tích"),
    )
    assert process_words.condition(Condition.read(logic), data) == said


def test_whoever_was_overtaken_sees_both_and_can_save_again(client: Client, world: World, draft: str) -> None:
    key = keys(draft)[0]
    mine = {
        "title_vi": "Của tôi",
        "function": "specialist",
        "work": "work",
        "expected": facts(draft).revision,
    }
    client.force_login(world.staff("cchc-2", world.province, "reform", "see_province"))
    sent(client, draft, f"phan-tu/{key}/", title_vi="Của người khác", function="head", work="work")
    answer = client.post(f"{draft}phan-tu/{key}/", mine)
    assert answer.status_code == 409
    assert "đã lưu bản nháp này" in text_of(answer)
    assert "Của người khác" in text_of(answer)
    assert 'value="Của tôi"' in answer.content.decode()
    assert process(draft).node(key).title_vi == "Của người khác"
    again = sent(
        client, draft, f"phan-tu/{key}/", **{name: mine[name] for name in ("title_vi", "function", "work")}
    )
    assert again.status_code == 302
    assert process(draft).node(key).title_vi == "Của tôi"


# --- the drawing --------------------------------------------------------------------------------------------


def saved_drawing(client: Client, address: str, bpmn: str, expected: int) -> Any:
    file = SimpleUploadedFile("q.bpmn", bpmn.encode(), content_type="application/xml")
    return client.post(
        address + "hinh/", {"expected": expected, "bpmn": file}, HTTP_ACCEPT="application/json"
    )


def test_a_saved_drawing_gives_the_table_back(client: Client, draft: str) -> None:
    start = client.get(draft + "hinh.json").json()
    key = keys(draft)[0]
    title = process(draft).node(key).title_vi
    answer = saved_drawing(client, draft, start["bpmn"].replace(title, "Vẽ lại"), start["revision"])
    said = answer.json()
    assert said["revision"] == start["revision"] + 1
    assert "Vẽ lại" in said["table"]
    assert said["marks"] == []
    assert process(draft).node(key).title_vi == "Vẽ lại"


def test_a_drawing_that_was_overtaken_gets_the_other_one(client: Client, draft: str) -> None:
    start = client.get(draft + "hinh.json").json()
    sent(client, draft, "du-lieu/", title_vi="Hồ sơ đủ", kind="truth")
    answer = saved_drawing(client, draft, start["bpmn"], start["revision"])
    assert answer.status_code == 409
    said = answer.json()
    assert said["revision"] == start["revision"] + 1
    assert "Hồ sơ đủ" in said["bpmn"]
    assert "đã lưu bản khác lúc" in said["said"]


def test_a_drawing_with_a_fault_is_kept_and_told(client: Client, draft: str) -> None:
    start = client.get(draft + "hinh.json").json()
    broken = start["bpmn"].replace('motcua:function="head"', "")
    said = saved_drawing(client, draft, broken, start["revision"]).json()
    assert [mark["kind"] for mark in said["marks"]] == ["fault"]
    assert "chưa chọn chức năng thực hiện" in text_of(client.get(draft))
    assert facts(draft).bpmn == broken


_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>'


@pytest.mark.parametrize(("content", "said"), [
    (b"\xff\xfe\x00\xd8", "Chọn một tệp BPMN"),
    (None, "Chọn một tệp BPMN"),
    (b"PK\x03\x04", "không phải XML đọc được"),
    (b"<a>\x00</a>", "không phải XML đọc được"),
    (b"<html/>", "không phải BPMN 2.0"),
    (_BOMB.encode(), "có khai báo DOCTYPE"),
    (b"<" + b"x" * (4 * 1024 * 1024), "lớn hơn 4 MB"),
])  # fmt: skip
def test_a_chosen_file_that_is_no_bpmn_takes_the_place_of_nothing(
    client: Client, draft: str, content: bytes | None, said: str
) -> None:
    before = facts(draft)
    file = {} if content is None else {"bpmn": SimpleUploadedFile("q.bpmn", content)}
    answer = client.post(draft + "hinh/", {"expected": 1} | file)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert facts(draft) == before


def test_a_file_of_another_tool_opens_and_goes_out_again(client: Client, draft: str) -> None:
    drawn = client.get(draft + "quy-trinh.bpmn")
    assert drawn["Content-Disposition"] == 'attachment; filename="xac-nhan-nhanh.bpmn"'
    other = drawn.content.replace("Trưởng phòng xem xét".encode(), "Từ tệp".encode())
    answer = sent(client, draft, "hinh/", bpmn=SimpleUploadedFile("q.bpmn", other))
    assert answer.status_code == 302
    assert process(draft).node("head").title_vi == "Từ tệp"


def places_of(bpmn: str) -> Any:
    drawing = read_drawing(bpmn)[0]
    assert drawing is not None
    return drawing.layout.bounds


def test_what_the_table_adds_gets_room_and_all_can_be_arranged_anew(client: Client, draft: str) -> None:
    key = added(client, draft, "task", place=f"on:{first_way(draft, 'head')}", **STEP)
    places = places_of(facts(draft).bpmn)
    assert places["head"].right < places[key].x
    assert places[key].right < places["leader"].x
    # Somebody moves a step by hand: from then on it stays where it is, until all is arranged anew.
    moved = facts(draft).bpmn.replace(
        f'x="{places[key].x:g}" y="{places[key].y:g}"', f'x="{places[key].x:g}" y="700"'
    )
    saved_drawing(client, draft, moved, facts(draft).revision)
    sent(client, draft, f"phan-tu/{key}/", **(STEP | {"title_vi": "Tên khác"}))
    assert places_of(facts(draft).bpmn)[key].y == 700
    assert sent(client, draft, "sap-xep/").status_code == 302
    assert places_of(facts(draft).bpmn)[key].y == places[key].y


# --- check, scenarios, publication --------------------------------------------------------------------------


def test_faults_are_told_with_their_story_and_lead_to_their_element(client: Client, draft: str) -> None:
    second = keys(draft)[1]
    gateway = added(client, draft, "parallel", place=f"on:{first_way(draft, 'start')}", title_vi="Cùng lúc")
    client.post(
        f"{draft}duong/?tu={gateway}",
        {"expected": facts(draft).revision, "source": gateway, "target": second},
    )
    answer = client.get(draft + "kiem-tra/")
    said = text_of(answer)
    assert "lỗi phải sửa trước khi công bố" in said
    assert "cùng một bước bị mở hai lần" in said
    assert "Xảy ra khi nào" in said
    assert f'href="{draft}?chon=' in answer.content.decode()
    assert any(mark["kind"] == "fault" for mark in client.get(draft + "kiem-tra/hinh.json").json()["marks"])


def test_a_draft_is_tried_proposed_and_published_by_a_second_person(
    client: Client, world: World, draft: str, keeper: User
) -> None:
    assert "chưa có kịch bản thử nào" in text_of(client.get(draft + "kiem-tra/")).lower()
    page = client.get(draft + "kich-ban/de-xuat/")
    assert "Giữ kịch bản 1" in text_of(page)
    sent(client, draft, "kich-ban/de-xuat/", **{"chon-1": "1", "ten-1": "Đi thẳng"})
    said = text_of(client.get(draft + "kich-ban/"))
    assert "Đi thẳng Đạt" in said
    about = {"title_vi": "Xác nhận nhanh", "procedure": "9.000001", "legal_basis": "QĐ 12"}
    answer = sent(
        client, draft, "cong-bo/thong-tin/", **{f"about-{name}": text for name, text in about.items()}
    )
    assert answer.status_code == 302, text_of(answer)
    assert "Không có lỗi" in text_of(client.get(draft + "kiem-tra/")), text_of(
        client.get(draft + "kiem-tra/")
    )
    answer = sent(client, draft, "cong-bo/de-nghi/")
    assert answer.status_code == 302, text_of(answer)
    assert sent(client, draft, "cong-bo/xac-nhan/").status_code == 422
    assert "phải khác người" in text_of(client.get(draft + "cong-bo/"))
    client.force_login(world.staff("cchc-2", world.province, "reform", "see_province"))
    today = clock.today()
    dated = {"use_from-day": today.day, "use_from-month": today.month, "use_from-year": today.year}
    answer = sent(client, draft, "cong-bo/xac-nhan/", **dated)
    assert answer.status_code == 302, text_of(answer)
    version = ProcessVersion.objects.get(key="xac-nhan-nhanh")
    assert process_for(world.procedure.procedure_id, on=today) == version.id
    assert "9.000001" in text_of(client.get(LIST + "xac-nhan-nhanh/"))
    again = client.post(
        LIST + "xac-nhan-nhanh/su-dung/",
        {"viec": "mac-dinh", "procedure": str(world.procedure.procedure_id)},
    )
    assert again.status_code == 302
    assert process_for(world.procedure.procedure_id, on=today) == world.process


def test_a_scenario_is_written_by_form_and_says_where_it_fails(client: Client, draft: str) -> None:
    first, second = keys(draft)[:2]
    given = {"title": "Sai thứ tự", "rows": "2", "node-1": second, "deed-1": "done"}
    answer = sent(client, draft, "kich-ban/moi/", **given)
    assert answer.status_code == 302, text_of(answer)
    said = text_of(client.get(draft + "kich-ban/"))
    assert "Không đạt" in said
    assert "Việc thứ 1" in said
    assert "chưa đến lượt" in said
    key = facts(draft).scenarios[0]["key"]
    sent(client, draft, f"kich-ban/{key}/", title="Dở dang", rows="2", **{"node-1": first, "deed-1": "done"})
    assert "Hết kịch bản mà còn chờ ở" in text_of(client.get(draft + "kich-ban/"))
    sent(client, draft, f"kich-ban/{key}/", viec="bo")
    assert facts(draft).scenarios == []


def test_a_scenario_that_was_overtaken_is_typed_only_once(client: Client, draft: str) -> None:
    given = {"title": "Của tôi", "rows": "2", "node-1": keys(draft)[0], "expected": facts(draft).revision}
    sent(client, draft, "du-lieu/", title_vi="Hồ sơ đủ", kind="truth")
    answer = client.post(draft + "kich-ban/moi/", given)
    assert answer.status_code == 422
    assert 'value="Của tôi"' in answer.content.decode()
    assert f'name="expected" value="{facts(draft).revision}"' in answer.content.decode()
    assert (
        sent(client, draft, "kich-ban/moi/", **{**given, "expected": facts(draft).revision}).status_code
        == 302
    )


def test_text_that_no_database_holds_breaks_nothing(client: Client, draft: str) -> None:
    ProcessDraft.objects.filter(id=id_in(draft)).update(doubts=[{"key": "a", "kind": "no_limit"}])
    assert sent(client, draft, "tra-loi/", key="a", answer="1\0 ngày").status_code == 302
    assert sent(client, draft, "kich-ban/de-xuat/", **{"chon-1": "1", "ten-1": "\0"}).status_code == 302
    assert add(client, draft, "task", **(STEP | {"title_vi": "a\0b"})).status_code == 302
    for where, given in (
        ("du-lieu/", {"title_vi": "\0", "kind": "truth"}), ("kich-ban/moi/", {"title": "\0", "rows": "1"}),
        ("cong-bo/thong-tin/", {"about-title_vi": "\0"}),
    ):  # fmt: skip
        assert sent(client, draft, where, **given).status_code == 422, where


def test_those_in_flight_are_counted_before_a_version_takes_them(
    client: Client, world: World, keeper: User
) -> None:
    world.a_dossier().accepted()
    started = client.post(f"{NEW}?ban={world.process}", {"title_vi": "Quy trình chung", "key": "default"})
    address = started["Location"]
    answer = sent(client, address, "cong-bo/dang-chay/", **{"policy-kind": "stay"})
    assert answer.status_code == 302, text_of(answer)
    assert "đang có 1 hồ sơ: 0 sẽ chuyển, 1 ở lại" in text_of(client.get(address + "cong-bo/"))
    sent(client, address, "cong-bo/dang-chay/", **{"policy-kind": "restart"})
    assert "đang có 1 hồ sơ: 1 sẽ chuyển, 0 ở lại" in text_of(client.get(address + "cong-bo/"))
    page = client.get(address + "cong-bo/").content.decode()
    places = dict(
        re.findall(r'<select name="(policy-place-\d+)".*?<option value="([^"]*)" selected>', page, re.S)
    )
    assert len(places) >= 4
    sent(client, address, "cong-bo/dang-chay/", **({"policy-kind": "move"} | places))
    assert "đang có 1 hồ sơ: 1 sẽ chuyển, 0 ở lại" in text_of(client.get(address + "cong-bo/"))
    emptied = dict.fromkeys(places, "")
    sent(client, address, "cong-bo/dang-chay/", **({"policy-kind": "move"} | emptied))
    said = text_of(client.get(address + "cong-bo/"))
    assert "0 sẽ chuyển, 1 ở lại" in said
    assert "chưa chọn nơi chuyển đến" in said


def test_what_a_version_took_along_is_told_and_can_be_put_back(
    client: Client, world: World, keeper: User
) -> None:
    world.a_dossier().accepted()
    started = client.post(f"{NEW}?ban={world.process}", {"title_vi": "Quy trình chung", "key": "default"})
    address = started["Location"]
    sent(client, address, "kich-ban/de-xuat/", **{"chon-1": "1", "ten-1": "Đi thẳng"})
    about = {"about-title_vi": "Quy trình chung", "about-legal_basis": "QĐ 12"}
    sent(client, address, "cong-bo/thong-tin/", **about)
    sent(client, address, "cong-bo/dang-chay/", **{"policy-kind": "restart"})
    sent(client, address, "cong-bo/de-nghi/")
    client.force_login(world.staff("cchc-2", world.province, "reform", "see_province"))
    answer = sent(client, address, "cong-bo/xac-nhan/")
    assert answer.status_code == 302, text_of(answer)
    version = ProcessVersion.objects.get(key="default", number=2)
    assert apply_in_flight(version.id, at=world.later(minutes=1)) == 1
    page = LIST + "default/2/"
    assert "Đã chuyển 1 hồ sơ, còn 0 hồ sơ chưa xét" in text_of(client.get(page))
    assert "Nhập lý do" in text_of(client.post(page + "hoan-lai/", {"reason": " "}, follow=True))
    assert "Đã ghi yêu cầu" in text_of(client.post(page + "hoan-lai/", {"reason": "Nhầm"}, follow=True))
    assert put_back_in_flight(version.id, at=world.later(minutes=1)) == 1
    said = text_of(client.get(page))
    assert "Đã đưa về phiên bản trước 1 hồ sơ" in said
    assert "Lý do đưa hồ sơ" not in said


def test_a_draft_that_was_given_up_is_read_only(client: Client, draft: str) -> None:
    assert sent(client, draft, "bo/").status_code == 302
    assert "chỉ xem, không sửa được" in text_of(client.get(draft))
    assert client.get(draft + "them/").status_code == 404
    assert sent(client, draft, "phan-tu/head/doi-cho/", viec="bo").status_code == 404


# --- as it runs ---------------------------------------------------------------------------------------------


def test_a_version_shows_what_stands_where_in_words_and_marks(
    client: Client, world: World, keeper: User
) -> None:
    world.a_dossier().accepted()
    world.a_dossier().accepted()
    address = LIST + "default/1/"
    said = text_of(client.get(address))
    assert "2 hồ sơ · gấp nhất: còn" in said
    marks = client.get(address + "hinh.json").json()["marks"]
    assert [mark["kind"] for mark in marks] == ["now"]
    assert marks[0]["text"].startswith("2 hồ sơ")


def test_the_way_of_a_dossier_is_a_list_and_a_drawing(client: Client, world: World) -> None:
    story = world.a_dossier().accepted()
    client.force_login(world.people["xa-mot.head"])
    answer = client.get(f"/quay/ho-so/{story.dossier.id}/quy-trinh/")
    said = text_of(answer)
    assert "Chưa đến" in said
    marks = json.loads(unescape(re.findall(r'data-marks="([^"]*)"', answer.content.decode())[0]))
    assert [mark["kind"] for mark in marks] == ["now"]
    source = re.findall(r'data-drawing="([^"]*)"', answer.content.decode())[0]
    assert (
        "bpmn:definitions" in client.get(source).json()["bpmn"]
        or "definitions" in client.get(source).json()["bpmn"]
    )
    client.force_login(world.people["xa-hai.head"])
    assert client.get(f"/quay/ho-so/{story.dossier.id}/quy-trinh/").status_code == 404


def test_a_late_dossier_is_late_on_the_drawing_too(
    client: Client, world: World, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.a_dossier().accepted()
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.force_login(keeper)
    marks = client.get(LIST + "default/1/hinh.json").json()["marks"]
    assert [mark["kind"] for mark in marks] == ["late"]
    assert "1 quá hạn" in marks[0]["text"]


def test_a_question_of_an_import_is_answered_on_the_page(client: Client, draft: str) -> None:
    doubt = {"key": "no_time:step_2", "kind": "no_time", "place": "step_2", "source": "Giờ hành chính"}
    ProcessDraft.objects.filter(id=id_in(draft)).update(doubts=[doubt])
    said = text_of(client.get(draft))
    assert "Thời gian của bước là bao lâu?" in said
    sent(client, draft, "tra-loi/", key="no_time:step_2", answer="1 ngày")
    assert "Trả lời: 1 ngày" in text_of(client.get(draft))
