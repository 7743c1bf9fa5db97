"""The pages on which reorganisations are planned, checked, approved and followed, through the client."""

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from motcua.accounts.models import User
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.organisation import plan_words
from motcua.organisation.actions import TerritoryData, register_territories
from motcua.organisation.models import Reorganisation
from motcua.organisation.queries import ReorganisationFacts, reorganisation, reorganisations
from motcua.rules.localday import local_day
from motcua.rules.reorganisation import Fault
from tests.dossiers.reorganised import applied
from tests.world import START, World

ROOT = Path(__file__).parents[2]

LIST = "/cchc/to-chuc/sap-xep/"
NEW = LIST + "moi/"
Given = dict[str, Any]


@pytest.fixture
def writer(world: World, client: Client) -> User:
    """Somebody who administers the province, signed in."""
    found = world.staff("soạn", world.province, "administrator", "administer")
    client.force_login(found)
    return found


@pytest.fixture
def approver(world: World) -> User:
    """Another one who does."""
    return world.staff("duyệt", world.province, "administrator", "administer")


def text_of(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def in_boxes(name: str, day: date) -> Given:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def a_day() -> date:
    return clock.today() + timedelta(days=3)


def begun(client: Client, **given: Any) -> str:
    answer = client.post(
        NEW, {"title": "Sắp xếp thử", "act": "NQ 1", **in_boxes("effective", a_day())} | given
    )
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def facts(address: str) -> ReorganisationFacts:
    found = reorganisation(UUID(address.split("/")[4]))
    assert found is not None
    return found


def sent(client: Client, address: str, where: str, **given: Any) -> Any:
    """Send a form of a plan as somebody who saw it as it is now."""
    return client.post(address + where, {"expected": facts(address).revision} | given)


MERGER = {
    "sources": ["xa-mot", "xa-hai"],
    "name_vi": "Ủy ban nhân dân xã Mới",
    "code_qd20": "X1.09",
    "posts": "together",
}


def test_two_communes_are_merged_by_form_and_approved_by_another(
    client: Client, world: World, writer: User, approver: User
) -> None:
    world.a_dossier().accepted()
    address = begun(client)
    answer = sent(client, address, "them/merge/", **MERGER)
    assert answer.status_code == 302, text_of(answer)
    said = text_of(client.get(address))
    assert "Thành lập “Ủy ban nhân dân xã Mới”" in said
    assert (
        "Hợp nhất “Ủy ban nhân dân xã Một” và “Ủy ban nhân dân xã Hai” vào “Ủy ban nhân dân xã Mới”" in said
    )
    checked = text_of(client.get(address + "kiem-tra/"))
    assert "Kiểm tra không còn lỗi" in checked
    assert "1 hồ sơ chuyển" in checked
    assert "4 người chưa có vị trí" in checked
    assert "Cán bộ xa-hai leader" in checked
    answer = client.post(address + "trinh/", follow=True)
    assert "Bạn đã trình kế hoạch này nên không tự duyệt được" in text_of(answer)
    assert client.post(address + "duyet/").status_code == 422
    client.force_login(approver)
    answer = client.post(address + "duyet/", follow=True)
    assert f"Kế hoạch chờ đến ngày {a_day():%d/%m/%Y}" in text_of(answer)
    assert facts(address).state == "approved"


# --- who may be here ----------------------------------------------------------------------------------------


def test_who_reads_writes_and_approves(client: Client, world: World, writer: User) -> None:
    address = begun(client)
    sent(client, address, "them/merge/", **MERGER)
    world.staff("cchc", world.province, "reform", "see_province")
    world.staff("ct-tinh", world.province, "leader", "sign")
    world.staff("qt-xa", world.commune, "administrator", "administer")
    reading = [LIST, address, address + "kiem-tra/", address + "ke-hoach.jsonl"]
    writing = [NEW, address + "dau/", address + "them/merge/", address + "dong/2/"]
    found = {}
    for name in ("soạn", "ct-tinh", "cchc", "qt-xa", "xa-mot.leader", "xa-mot.receiver", "dan"):
        client.force_login(world.people[name])
        found[name] = tuple({client.get(page).status_code for page in pages} for pages in (reading, writing))
    assert found == {
        "soạn": ({200}, {200}), "ct-tinh": ({200}, {404}), "cchc": ({200}, {404}),
        "qt-xa": ({404}, {404}), "xa-mot.leader": ({404}, {404}), "xa-mot.receiver": ({404}, {404}),
        "dan": ({404}, {404}),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["cchc", "qt-xa", "xa-mot.leader"])
def test_who_only_reads_or_less_changes_nothing(
    client: Client, world: World, writer: User, name: str
) -> None:
    address = begun(client)
    sent(client, address, "them/merge/", **MERGER)
    world.staff("cchc", world.province, "reform", "see_province")
    world.staff("qt-xa", world.commune, "administrator", "administer")
    before = facts(address)
    client.force_login(world.people[name])
    steps = ("trinh/", "duyet/", "tra-lai/", "bo/", "dong/2/bo/", "dau/", "them/move/")
    assert {client.post(address + step, {"ly_do": "Không"}).status_code for step in steps} == {404}
    assert client.post(NEW, {"title": "A"}).status_code == 404
    assert facts(address) == before


def test_a_leader_of_the_province_approves_and_sees_no_form_to_write(
    client: Client, world: World, writer: User
) -> None:
    leader = world.staff("ct-tinh", world.province, "leader", "sign")
    address = begun(client)
    sent(client, address, "them/merge/", **MERGER)
    client.post(address + "trinh/")
    client.force_login(leader)
    page = client.get(address)
    assert "Duyệt kế hoạch" in text_of(page)
    assert "them/merge/" not in page.content.decode()
    client.post(address + "duyet/")
    assert facts(address).state == "approved"


# --- a file -------------------------------------------------------------------------------------------------

HEAD = '{"motcua": "reorganisation", "version": 1, "title": "Tệp", "act": "NQ 2", "effective": "%s", "operations": %d}'
ESTABLISH = (
    '{"op": "establish", "key": "xa-moi", "name_vi": "Ủy ban nhân dân xã Mới", "kind": "commune", "level": "commune",'
    ' "parent": "tinh"}'
)
MERGE = '{"op": "merge", "from": ["xa-mot", "xa-hai"], "into": "xa-moi"}'


def a_file(*lines: str, declared: int | None = None) -> SimpleUploadedFile:
    head = HEAD % (a_day().isoformat(), len(lines) if declared is None else declared)
    return SimpleUploadedFile("ke-hoach.jsonl", "\n".join([head, *lines]).encode())


def test_a_whole_file_becomes_a_draft_and_comes_back_as_a_file(client: Client, writer: User) -> None:
    answer = client.post(NEW, {"file": a_file(ESTABLISH, MERGE)})
    assert answer.status_code == 302, text_of(answer)
    address = str(answer["Location"])
    assert (facts(address).title, len(facts(address).operations)) == ("Tệp", 2)
    kept = client.get(address + "ke-hoach.jsonl")
    assert kept["Content-Disposition"] == 'attachment; filename="tep.jsonl"'
    again = client.post(NEW, {"file": SimpleUploadedFile("a.jsonl", kept.content)})
    assert facts(str(again["Location"])).operations == facts(address).operations


def test_a_cut_file_is_refused_whole_with_every_fault_and_its_line(client: Client, writer: User) -> None:
    sent_file = a_file(ESTABLISH, '{"op": "explode"}', MERGE, MERGE[:30], declared=9)
    answer = client.post(NEW, {"file": sent_file, "title": "Tên đã gõ"})
    assert answer.status_code == 422
    said = text_of(answer)
    for words in (
        "3 lỗi trong tệp",
        "Dòng 3 : Không có thao tác “explode”",
        "Dòng 5 : Dòng này không đọc được",
        "Dòng 5 : Tệp không còn nguyên vẹn: dòng đầu ghi 9 thao tác nhưng tệp có 4",
    ):
        assert words in said, words
    # What was sent stands there to be mended.
    assert "&quot;explode&quot;" in answer.content.decode()
    assert 'value="Tên đã gõ"' in answer.content.decode()
    assert reorganisations() == []
    mended = "\n".join([HEAD % (a_day().isoformat(), 2), ESTABLISH, MERGE])
    assert client.post(NEW, {"text": mended}).status_code == 302


@pytest.mark.parametrize(("content", "said"), [
    (b"\xff\xfe\x00", "Tệp không phải mã UTF-8"),
    (b"   ", "Tệp này trống"),
    (b"a\x00b", "Tệp này không phải tệp chữ"),
])  # fmt: skip
def test_a_file_that_is_no_text_says_what_to_do(
    client: Client, writer: User, content: bytes, said: str
) -> None:
    answer = client.post(NEW, {"file": SimpleUploadedFile("a.jsonl", content)})
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_plan_needs_a_head(client: Client, writer: User) -> None:
    answer = client.post(NEW, {"title": "Chỉ có tên"})
    said = text_of(answer)
    assert answer.status_code == 422
    assert "Nhập số, ký hiệu văn bản" in said
    assert "Nhập ngày có hiệu lực" in said
    assert 'value="Chỉ có tên"' in answer.content.decode()


# --- its lines ----------------------------------------------------------------------------------------------

LINES: list[tuple[str, Given, Given, str]] = [
    ("establish", {"name_vi": "Phòng Thử", "kind": "department", "level": "province", "parent": "tinh", "desk_name": "Quầy"},
     {"op": "establish", "key": "phong-thu", "name_vi": "Phòng Thử", "kind": "department", "level": "province",
      "parent": "tinh", "desk": {"name_vi": "Quầy"}}, "Thành lập “Phòng Thử”, thuộc “Ủy ban nhân dân tỉnh Thử”"),
    ("rename", {"agency": "xa-mot", "name_vi": "Phường Một"}, {"op": "rename", "agency": "xa-mot", "name_vi": "Phường Một"},
     "Đổi tên “Ủy ban nhân dân xã Một” thành “Phường Một”"),
    ("recode", {"agency": "xa-mot", "code_qd20": "X1.77"}, {"op": "recode", "agency": "xa-mot", "code_qd20": "X1.77"},
     "Đổi mã của “Ủy ban nhân dân xã Một” (mã định danh X1.77)"),
    ("move", {"agency": "xa-mot", "parent": "xa-hai"}, {"op": "move", "agency": "xa-mot", "parent": "xa-hai"},
     "Chuyển “Ủy ban nhân dân xã Một” về trực thuộc “Ủy ban nhân dân xã Hai”"),
    ("dissolve", {"agency": "xa-mot", "successor": "xa-hai"}, {"op": "dissolve", "agency": "xa-mot", "successor": "xa-hai"},
     "Giải thể “Ủy ban nhân dân xã Một”, “Ủy ban nhân dân xã Hai” kế thừa"),
    ("transfer", {"procedures": "9.000001, 9.000002", "source": "xa-mot", "to": "xa-hai"},
     {"op": "transfer", "procedures": ["9.000001", "9.000002"], "from": "xa-mot", "to": "xa-hai"},
     "Chuyển thủ tục 9.000001, 9.000002 từ “Ủy ban nhân dân xã Một” sang “Ủy ban nhân dân xã Hai”"),
    ("split", {"agency": "xa-mot", "rest": "xa-mot", "rows": "2", "to-1": "xa-hai", "procedures-1": "9.000001"},
     {"op": "split", "agency": "xa-mot", "parts": [{"to": "xa-hai", "procedures": ["9.000001"]}], "rest": "xa-mot"},
     "Tách từ “Ủy ban nhân dân xã Một”: thủ tục 9.000001 về “Ủy ban nhân dân xã Hai”; phần còn lại giữ nguyên"),
    ("post", {"agency": "xa-mot", "title_vi": "Phó chủ tịch", "function": "leader", "roles": ["sign"], "holder": "-"},
     {"op": "post", "agency": "xa-mot", "key": "pho-chu-tich", "function": "leader", "title_vi": "Phó chủ tịch",
      "roles": ["sign"], "holder": ""}, "Vị trí “Phó chủ tịch” tại “Ủy ban nhân dân xã Một” (lãnh đạo; chưa có người)"),
    ("territory", {"code": "99001", "name": "Xã Mới", "kind": "commune", "whole": "99002 99003", "partly": "99004"},
     {"op": "territory", "code": "99001", "name": "Xã Mới", "kind": "commune",
      "from": [{"code": "99002"}, {"code": "99003"}, {"code": "99004", "partly": True}]},
     "Lập đơn vị hành chính “Xã Mới”, mã 99001 (gồm toàn bộ 99002, 99003; một phần 99004)"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "given", "kept", "said"), LINES, ids=[line[0] for line in LINES])
def test_each_operation_is_added_said_changed_and_taken_out(
    client: Client, writer: User, op: str, given: Given, kept: Given, said: str
) -> None:
    address = begun(client)
    answer = sent(client, address, f"them/{op}/", **given)
    assert answer.status_code == 302, text_of(answer)
    assert answer["Location"].endswith("#dong-2")
    assert facts(address).operations == [{**kept, "line": 2}]
    assert said in text_of(client.get(address))
    # The form of a kept line shows it; saved as it is, it stays as it is.
    page = client.get(address + "dong/2/")
    assert sent(client, address, "dong/2/", **boxes_of(page)).status_code == 302
    assert facts(address).operations == [{**kept, "line": 2}]
    assert sent(client, address, "dong/2/bo/").status_code == 302
    assert facts(address).operations == []
    assert client.get(address + "dong/2/").status_code == 404


def boxes_of(page: Any) -> Given:
    """What the form of a page sends when nothing is changed."""
    form, found = page.context["form"], {}
    for box in form:
        value = box.value()
        if isinstance(value, bool):
            value = "on" if value else None
        value = box.field.prepare_value(value) if hasattr(box.field, "prepare_value") else value
        if value not in (None, ""):
            found[box.html_name] = value
    return found | ({"rows": form.number_of_rows} if hasattr(form, "number_of_rows") else {})


@pytest.mark.parametrize(("op", "given", "said"), [
    ("merge", {"sources": ["xa-mot"], "name_vi": "Mới", "posts": "none"}, "Chọn ít nhất hai cơ quan"),
    ("merge", {"sources": ["xa-mot", "xa-hai"], "posts": "none"}, "Nhập tên sau khi hợp nhất"),
    ("merge", {"sources": ["xa-mot", "la"], "name_vi": "Mới", "posts": "none"}, "Chọn các cơ quan hợp nhất trong danh sách"),
    ("establish", {"name_vi": "A", "kind": "department", "level": "province", "desk_phone": "1"}, "Nhập tên bộ phận một cửa"),
    ("recode", {"agency": "xa-mot"}, "Nhập ít nhất một mã mới"),
    ("move", {"agency": "xa-mot"}, "Chọn cơ quan cấp trên mới"),
    ("split", {"agency": "xa-mot", "rest": "xa-hai", "rows": "2"}, "Ghi ít nhất một phần"),
    ("split", {"agency": "xa-mot", "rest": "xa-hai", "rows": "2", "to-2": "xa-hai"}, "Phần 2: ghi mã"),
    ("transfer", {"source": "xa-mot", "to": "xa-hai"}, "Nhập mã các thủ tục"),
    ("post", {"agency": "xa-mot"}, "Nhập chức danh"),
])  # fmt: skip
def test_a_line_that_lacks_something_is_not_kept_and_says_what(
    client: Client, writer: User, op: str, given: Given, said: str
) -> None:
    address = begun(client)
    answer = sent(client, address, f"them/{op}/", **given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert facts(address).operations == []


def test_a_search_keeps_what_is_ticked_and_typed(client: Client, world: World, writer: User) -> None:
    for n in range(45):
        world.partner(f"truong-{n}", f"Trường số {n}", "school", f"X9.{n}", world.province, outside=True)
    address = begun(client)
    page = client.get(address + "them/merge/")
    assert "Còn 8 cơ quan khác" in text_of(page)
    given = {"sources": ["xa-mot"], "tim": "truong so 44", "name_vi": "Tên mới", "viec": "tim"}
    answer = sent(client, address, "them/merge/", **given)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'value="xa-mot"[^>]* checked', text)
    assert re.search(r'value="truong-44"[^>]*>', text)
    assert 'value="truong-43"' not in text.split('name="into"')[0]
    assert 'value="Tên mới"' in text


def test_one_more_part_keeps_what_was_typed(client: Client, writer: User) -> None:
    address = begun(client)
    given = {"agency": "xa-mot", "rows": "2", "to-2": "xa-hai", "territories-2": "99001", "viec": "them"}
    text = sent(client, address, "them/split/", **given).content.decode()
    assert 'name="to-3"' in text
    assert "99001" in text
    assert facts(address).operations == []


@pytest.mark.parametrize(
    ("choice", "posts", "specialists"), [("together", 4, 1), ("each", 6, 2), ("none", 0, 0)]
)
def test_a_merger_takes_the_posts_along(
    client: Client, writer: User, choice: str, posts: int, specialists: int
) -> None:
    address = begun(client)
    sent(client, address, "them/merge/", **(MERGER | {"posts": choice}))
    lines = [said for said in facts(address).operations if said["op"] == "post"]
    assert len(lines) == posts
    assert len([said for said in lines if said["function"] == "specialist"]) == specialists
    assert len({said["key"] for said in lines}) == posts
    for said in lines:
        assert {"receiver": "receive", "specialist": "solve", "head": "head", "leader": "sign"}[
            said["function"]
        ] in said["roles"]
        assert "holder" not in said


def test_one_that_goes_on_takes_name_and_posts(client: Client, writer: User) -> None:
    address = begun(client)
    given = {"sources": ["xa-mot", "xa-hai"], "into": "xa-hai", "name_vi": "Phường Hai", "posts": "together"}
    sent(client, address, "them/merge/", **given)
    said = text_of(client.get(address))
    assert "Nhập “Ủy ban nhân dân xã Một” vào “Ủy ban nhân dân xã Hai”" in said
    assert [row["op"] for row in facts(address).operations] == ["rename", "merge", *["post"] * 4]
    assert "Kiểm tra không còn lỗi" in text_of(client.get(address + "kiem-tra/"))


def test_two_who_write_at_once_lose_nothing(client: Client, writer: User) -> None:
    address = begun(client)
    sent(client, address, "them/rename/", agency="xa-hai", name_vi="Phường Hai")
    late = {"expected": 1, "agency": "xa-mot", "name_vi": "Phường Một"}
    answer = client.post(address + "them/rename/", late)
    assert answer.status_code == 422
    assert "Người khác vừa sửa kế hoạch này" in text_of(answer)
    assert 'value="Phường Một"' in answer.content.decode()
    # The same once more, on what the page now shows.
    shown = re.search(r'name="expected" value="(\d+)"', answer.content.decode())
    assert shown is not None
    assert client.post(address + "them/rename/", late | {"expected": shown[1]}).status_code == 302
    assert len(facts(address).operations) == 2


# --- its way ------------------------------------------------------------------------------------------------


def test_a_faulty_plan_is_not_proposed_and_every_fault_leads_to_its_line(
    client: Client, writer: User
) -> None:
    address = begun(client)
    sent(client, address, "them/rename/", agency="xa-mot", name_vi="Phường Một")
    sent(client, address, "them/dissolve/", agency="xa-mot")
    sent(client, address, "them/move/", agency="xa-hai", parent="xa-mot")
    answer = client.post(address + "trinh/")
    assert answer.status_code == 422
    said = text_of(answer)
    assert "lỗi phải sửa trước khi trình" in said
    assert "Mục 1: “Ủy ban nhân dân xã Một” kết thúc theo kế hoạch này nên không đổi được nữa" in said
    assert "Mục 3: “Ủy ban nhân dân xã Một” được chọn làm cấp trên nhưng kết thúc hôm đó" in said
    assert f'href="{address}#dong-2"' in answer.content.decode()
    assert facts(address).state == "draft"


def test_a_proposed_plan_goes_back_with_a_reason_only(client: Client, writer: User) -> None:
    address = begun(client)
    sent(client, address, "them/rename/", agency="xa-mot", name_vi="Phường Một")
    client.post(address + "trinh/")
    assert client.get(address + "them/rename/").status_code == 404
    answer = client.post(address + "tra-lai/", {"ly_do": "  "})
    assert answer.status_code == 422
    assert "Nhập lý do." in text_of(answer)
    client.post(address + "tra-lai/", {"ly_do": "Sai tên"})
    assert facts(address).state == "draft"
    client.post(address + "bo/", {"ly_do": "Thôi"})
    assert facts(address).state == "dropped"
    assert "Đã bỏ" in text_of(client.get(LIST))


def test_what_was_done_names_who_has_to_look(client: Client, world: World, writer: User) -> None:
    story = world.a_dossier().accepted()
    rows = [TerritoryData("99001", "Thôn Thử", "", "commune", "")]
    register_territories(rows, valid_from=START, legal_basis="", by=SYSTEM, at=world.at)
    # The dossier knows no place: it goes to the default of the division, and no post follows its specialist's.
    parts = [{"to": "xa-hai", "territories": ["99001"]}]
    division = [{"op": "split", "agency": "xa-mot", "rest": "xa-hai", "parts": parts}]
    plan_id = applied(world, division, on=local_day(world.at) + timedelta(days=1))
    address, number = f"{LIST}{plan_id}/", str(story.dossier.number)
    world.staff("cchc", world.province, "reform", "see_province")
    for name, opens in (("soạn", False), ("cchc", True)):
        client.force_login(world.people[name])
        page = client.get(address + "ket-qua/")
        said = text_of(page)
        assert "1 hồ sơ đã chuyển" in said
        assert f"{number} Ủy ban nhân dân xã Một Ủy ban nhân dân xã Hai" in said
        assert f"{number} Ủy ban nhân dân xã Hai chuyên viên thụ lý" in said
        assert (
            f'href="{reverse("desk:dossier", args=[story.dossier.id])}"' in page.content.decode()
        ) is opens
    assert "Đã thực hiện xong: 1 hồ sơ đã ở cơ quan kế thừa" in text_of(client.get(address))
    assert client.get(f"{LIST}{UUID(int=3)}/ket-qua/").status_code == 404


def test_a_held_up_plan_says_why_and_what_to_do(
    client: Client, world: World, writer: User, approver: User
) -> None:
    address = begun(client)
    sent(client, address, "them/rename/", agency="xa-mot", name_vi="Phường Một")
    client.post(address + "trinh/")
    client.force_login(approver)
    client.post(address + "duyet/")
    kept = [{"line": 2, "code": "ended_agency", "facts": {"agency": "xa-mot"}}]
    Reorganisation.objects.filter(id=facts(address).id).update(faults=kept)
    said = text_of(client.get(address))
    assert "chưa thực hiện được. Chưa có gì thay đổi" in said
    assert "Mục 1: “Ủy ban nhân dân xã Một” đã kết thúc" in said
    assert "Đã duyệt nhưng bị dừng: còn 1 lỗi" in text_of(client.get(LIST))


def test_a_running_one_shows_its_progress_and_looks_again(
    client: Client, writer: User, approver: User
) -> None:
    address = begun(client)
    Reorganisation.objects.filter(id=facts(address).id).update(
        state="applying",
        begun_at=clock.now(),
        approved_at=clock.now(),
        approved_by=approver.id,
        total=2000,
        moved=1500,
    )
    page = client.get(address)
    assert "Đang chuyển hồ sơ: 1.500 trên 2.000" in text_of(page)
    assert 'http-equiv="refresh"' in page.content.decode()
    assert "Đang thực hiện: 1.500 trên 2.000 hồ sơ" in text_of(client.get(LIST))


def test_more_plans_and_lines_cost_no_more_queries(
    client: Client, world: World, writer: User, django_assert_max_num_queries: Any
) -> None:
    def queries_of(url: str) -> int:
        client.get(url)
        with django_assert_max_num_queries(25) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    address = begun(client)
    sent(client, address, "them/rename/", agency="xa-mot", name_vi="Phường Một")
    pages = (LIST, address, address + "kiem-tra/", address + "them/post/")
    few = [queries_of(page) for page in pages]
    for n in range(19):
        begun(client, title=f"Kế hoạch {n}")
        world.partner(f"truong-{n}", f"Trường số {n}", "school", f"X9.{n}", world.province, outside=True)
        sent(client, address, "them/rename/", agency=f"truong-{n}", name_vi=f"Trường mới {n}")
    assert [queries_of(page) for page in pages] == few


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_carry_no_style_or_script_of_their_own(client: Client, writer: User, language: str) -> None:
    client.cookies["motcua_language"] = language
    address = begun(client)
    sent(client, address, "them/merge/", **MERGER)
    pages = [LIST, NEW, address, address + "kiem-tra/", address + "dau/", address + "dong/3/"]
    for page in [*pages, *(f"{address}them/{op}/" for op, *_rest in LINES), address + "them/merge/"]:
        text = client.get(page).content.decode()
        for forbidden in (" style=", "<style", "<script>", "onclick", "{{", "{%"):
            assert forbidden not in text, (page, forbidden)


# --- words --------------------------------------------------------------------------------------------------


def test_every_fault_and_refusal_has_words_of_its_own() -> None:
    page = (ROOT / "docs/rules/reorganisation.md").read_text("utf-8")
    section = page.split("## What is checked")[1].split("## What becomes")[0]
    listed = {
        code for row in re.findall(r"^\| (`.+?) \|", section, re.M) for code in re.findall(r"`(\w+)`", row)
    }
    raised = set()
    for path in (ROOT / "src/motcua/rules/reorganisation").glob("*.py"):
        raised |= set(re.findall(r'Fault\.at\([^"]*?"(\w+)"', path.read_text("utf-8")))
    refused: set[str] = set()
    for name in ("planning", "register"):
        text = (ROOT / f"src/motcua/organisation/actions/{name}.py").read_text("utf-8")
        refused |= set(re.findall(r'UnableTo\w+\(\s*"(\w+)"', text))
    text = (ROOT / "src/motcua/organisation/actions/closing.py").read_text("utf-8")
    refused |= set(re.findall(r'Reason\(\s*"(\w+)"', text)) | {"same_person"}
    known = plan_words.known_faults()
    assert len(listed) > 40
    assert (listed | raised) - known == set()
    assert refused - plan_words.known_refusals() - known == set()
    every = dict.fromkeys(
        ("agency", "other", "code", "post", "function", "field", "day", "declared", "found"), "1"
    )
    every |= dict.fromkeys(("most", "op", "kind", "level", "procedure", "role", "person", "plan", "why"), "1")
    for language in ("vi", "en"):
        with override(language):
            said = [plan_words.fault(Fault.at(1, code, **every), {}) for code in known]
        assert len(set(said)) == len(said)
        assert not [text for text in said if "%(" in text]
