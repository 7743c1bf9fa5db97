"""The pages on agencies, acting for a closed office, and the restructuring register, through the client."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.organisation.actions import RestructuringData, enter_restructuring, grant_competence
from motcua.organisation.models import Competence, Delegation, Restructuring
from motcua.organisation.queries import duties_of
from motcua.rules.localday import local_day
from tests.dossiers.reorganised import a_merger, applied, approved
from tests.world import World

TREE, COMMUNE, REGISTER = "/cchc/to-chuc/", "/cchc/to-chuc/xa-mot/", "/cchc/to-chuc/so/"
Given = dict[str, Any]


@pytest.fixture
def officer(world: World, client: Client) -> User:
    """A receiver of a commune, signed in."""
    client.force_login(world.people["xa-mot.receiver"])
    return world.people["xa-mot.receiver"]


@pytest.fixture
def keeper(world: World, client: Client) -> User:
    """Somebody who administers the province, signed in."""
    found = world.staff("quản trị", world.province, "administrator", "administer")
    client.force_login(found)
    return found


def text_of(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def in_boxes(name: str, day: date) -> Given:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


# --- the tree -----------------------------------------------------------------------------------------------


def test_every_member_of_staff_reads_the_tree_and_nobody_else(client: Client, world: World) -> None:
    found = {}
    for name in ("xa-mot.receiver", "xa-hai.leader", "dan"):
        client.force_login(world.people[name])
        found[name] = {client.get(page).status_code for page in (TREE, COMMUNE)}
    assert found == {"xa-mot.receiver": {200}, "xa-hai.leader": {200}, "dan": {404}}
    client.force_login(world.people["xa-mot.receiver"])
    assert client.get("/cchc/to-chuc/khong-co/").status_code == 404
    menu = client.get("/quay/").content.decode()
    assert (f'href="{TREE}"' in menu, f'href="{TREE}sap-xep/"' in menu) == (True, False)


def test_the_tree_of_a_day_is_that_of_the_day(client: Client, world: World, officer: User) -> None:
    said = text_of(client.get(TREE))
    assert "3 cơ quan" in said
    assert (
        "Ủy ban nhân dân xã Một Ủy ban nhân dân xã, phường Ủy ban nhân dân tỉnh Thử X1.01 01/07/2025" in said
    )
    before = text_of(client.get(TREE, in_boxes("ngay", date(2025, 6, 30))))
    assert "0 cơ quan, ngày 30/06/2025" in before
    answer = client.get(TREE, {"ngay-day": "31", "ngay-month": "2", "ngay-year": "2026", "tim": "xa"})
    assert answer.status_code == 422
    assert "Vào ngày: tháng 2 năm 2026 chỉ có 28 ngày" in text_of(answer)


@pytest.mark.parametrize(("asked", "names"), [
    ({"tim": "xa mot"}, {"xa-mot"}),
    ({"tim": "X1.02"}, {"xa-hai"}),
    ({"loai": "province"}, {"tinh"}),
    ({"tim": "không có gì"}, set()),
])  # fmt: skip
def test_a_search_finds_by_name_code_and_kind(
    client: Client, world: World, officer: User, asked: Given, names: set[str]
) -> None:
    text = client.get(TREE, asked).content.decode()
    assert set(re.findall(rf'href="{TREE}([a-z-]+)/"', text)) == names


# --- an agency ----------------------------------------------------------------------------------------------


def test_an_agency_shows_its_dated_facts(client: Client, world: World, officer: User) -> None:
    grant_competence(
        world.commune.id, duty="decide", procedure_id=world.procedure.procedure_id, valid_from=local_day(world.at),
        legal_basis="QĐ 77", by=SYSTEM, at=world.at,
    )  # fmt: skip
    world.a_dossier().accepted()
    said = text_of(client.get(COMMUNE))
    for words in (
        "Mã định danh (QĐ 20) X1.01", "Hoạt động từ 01/07/2025", "Leader lãnh đạo Cán bộ xa-mot leader Ký, Xem cơ quan",
        "Trung tâm PVHCC xa-mot", "Giải quyết 9.000001 Xác nhận thử nghiệm mọi nơi cơ quan làm việc", "QĐ 77",
        "Chưa qua lần sắp xếp nào", "Hồ sơ đang mở 1",
    ):  # fmt: skip
        assert words in said, words
    client.force_login(world.people["xa-hai.receiver"])
    assert "Hồ sơ đang giải quyết" not in text_of(client.get(COMMUNE))


def test_the_line_of_descent_goes_through_all_generations_both_ways(client: Client, world: World) -> None:
    first = local_day(world.at) + timedelta(days=1)
    applied(world, a_merger(), on=first)
    second = first + timedelta(days=1)
    again = [
        {"op": "establish", "key": "xa-cuoi", "name_vi": "Ủy ban nhân dân xã Cuối", "kind": "commune", "level": "commune",
         "code_qd20": "X1.33",
         "parent": "tinh"},
        {"op": "merge", "from": ["xa-moi"], "into": "xa-cuoi"},
        *({"op": "post", "agency": "xa-cuoi", "key": name, "function": name, "title_vi": name, "roles": [],
           "from": [f"xa-moi/{name}"]} for name in ("receiver", "specialist", "head", "leader")),
    ]  # fmt: skip
    applied(world, again, on=second)
    client.force_login(world.people["soạn"])
    last = text_of(client.get("/cchc/to-chuc/xa-cuoi/"))
    for words in ("Ủy ban nhân dân xã Một → thành Ủy ban nhân dân xã Mới", "NQ 1/2026/NQ-HĐND",
                  "Ủy ban nhân dân xã Mới → thành Ủy ban nhân dân xã Cuối", f"{first:%d/%m/%Y}"):  # fmt: skip
        assert words in last, words
    gone = text_of(client.get(COMMUNE, in_boxes("ngay", second)))
    assert f"Cơ quan đã kết thúc từ {first:%d/%m/%Y}" in gone
    assert "Ủy ban nhân dân xã Mới → thành Ủy ban nhân dân xã Cuối" in gone
    # Of who became the same as another one's successor only the own line is told.
    assert "xã Hai →" not in gone


def test_twenty_more_cost_no_more_queries(
    client: Client, world: World, keeper: User, django_assert_max_num_queries: Any
) -> None:
    def queries_of(url: str) -> int:
        client.get(url)
        with django_assert_max_num_queries(22) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def more(n: int) -> None:
        world.partner(f"truong-{n}", f"Trường số {n}", "school", f"X9.{n}", world.province, outside=True)
        world.staff(f"cb-{n}", world.commune, "specialist", "solve")
        Competence.objects.create(
            agency=world.commune, duty="decide", procedure_id=world.procedure.procedure_id, territory_code=f"9{n}",
            valid_from=date(2025, 7, 1),
        )  # fmt: skip
        data = RestructuringData("units", f"Việc {n}", "QĐ", date(2025, 7, 1), 5, 3)
        enter_restructuring(data, by=SYSTEM, at=world.at)

    more(0)
    pages = (TREE, COMMUNE, REGISTER)
    few = [queries_of(page) for page in pages]
    for n in range(1, 20):
        more(n)
    assert [queries_of(page) for page in pages] == few


# --- acting for another -------------------------------------------------------------------------------------


def closing(**changes: Any) -> Given:
    since = clock.today() + timedelta(days=1)
    given = {"dong-acting": "xa-hai", "dong-legal_basis": "QĐ 45/QĐ-UBND"}
    given |= in_boxes("dong-valid_from", since) | in_boxes("dong-valid_to", since + timedelta(days=7))
    return given | changes


def test_a_closed_office_is_acted_for_and_opens_again(client: Client, world: World, keeper: User) -> None:
    answer = client.post(COMMUNE + "dong-cua/", closing(), follow=True)
    said = text_of(answer)
    assert "Đã giao 4 vị trí làm thay" in said
    assert "Ủy ban nhân dân xã Hai làm thay" in said
    assert "Leader: Cán bộ xa-hai leader" in said
    assert "Đang nhận làm thay cho Ủy ban nhân dân xã Một" in text_of(client.get("/cchc/to-chuc/xa-hai/"))
    on = clock.today() + timedelta(days=2)
    over = {(duty.role, duty.agency_id) for duty in duties_of(world.people["xa-hai.leader"], on=on)}
    assert ("sign", world.commune.id) in over
    shown = re.search(r'name="tu" value="([^"]+)"', answer.content.decode())
    assert shown is not None
    said = text_of(client.post(COMMUNE + "mo-lai/", {"tu": shown[1]}, follow=True))
    assert "Đã kết thúc việc làm thay ở 4 vị trí" in said
    assert "Không có đợt làm thay nào" in said


def test_a_closure_that_cannot_be_says_every_reason_and_keeps_what_was_typed(
    client: Client, world: World, keeper: User
) -> None:
    answer = client.post(COMMUNE + "dong-cua/", closing(**{"dong-acting": "tinh"}))
    assert answer.status_code == 422
    said = text_of(answer)
    for function in ("tiếp nhận và trả kết quả", "chuyên viên thụ lý", "trưởng phòng", "lãnh đạo"):
        assert f"không có ai có mặt suốt thời gian đó ở vị trí {function}" in said
    assert 'value="QĐ 45/QĐ-UBND"' in answer.content.decode()
    empty = client.post(COMMUNE + "dong-cua/", {})
    assert empty.status_code == 422
    assert "Chọn cơ quan làm thay" in text_of(empty)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(("name", "status"), [
    ("xa-mot.head", 302), ("xa-mot.receiver", 404), ("xa-hai.head", 404), ("dan", 404),
])  # fmt: skip
def test_who_may_close_an_office(client: Client, world: World, name: str, status: int) -> None:
    client.force_login(world.people[name])
    assert client.post(COMMUNE + "dong-cua/", closing()).status_code == status
    assert client.post(COMMUNE + "mo-lai/", {"tu": "2026-01-01"}).status_code == status
    assert ("Giao làm thay" in text_of(client.get(COMMUNE))) is (status == 302)


# --- the register -------------------------------------------------------------------------------------------

UNITS = {
    "kind": "units", "title": "Hợp nhất ba trạm", "legal_basis": "QĐ 5", "units_before": "33", "units_after": "2",
    "posts_before": "90", "posts_after": "61", **in_boxes("effective_on", date(2025, 8, 1)),
}  # fmt: skip
CASES = {
    "kind": "streamlined", "title": "Đợt 1", "legal_basis": "NĐ 29/2023/NĐ-CP", "cases": "106", "ground": "early_retirement",
    **in_boxes("effective_on", date(2025, 8, 1)),
}  # fmt: skip


def test_lines_are_entered_summed_opened_and_struck(client: Client, world: World, keeper: User) -> None:
    for given in (UNITS, CASES):
        assert client.post(REGISTER + "moi/", given).status_code == 302
    page = client.get(REGISTER)
    said = text_of(page)
    for words in (
        "giảm 31 đơn vị",
        "giảm 29 vị trí",
        "106 trường hợp tinh giản",
        "106 trường hợp: Nghỉ hưu trước tuổi",
    ):
        assert words in said, words
    behind = text_of(client.get(REGISTER, {"nam": "2025", "loai": "streamlined"}))
    assert "Đợt 1" in behind
    assert "Hợp nhất ba trạm" not in behind
    line = Restructuring.objects.get(kind="units")
    refused = client.post(f"{REGISTER}{line.id}/gach/", {"ly_do": " "})
    assert refused.status_code == 422
    assert "Nhập lý do gạch dòng này" in text_of(refused)
    client.post(f"{REGISTER}{line.id}/gach/", {"ly_do": "Ghi hai lần"})
    said = text_of(client.get(REGISTER))
    assert "không giảm đơn vị" in said
    assert "Ghi hai lần" in said
    assert Restructuring.objects.count() == 2


@pytest.mark.parametrize(("changes", "said"), [
    ({"title": ""}, "Nhập nội dung"),
    ({"units_before": "", "posts_before": ""}, "Nhập số đơn vị hoặc số vị trí trước khi sắp xếp"),
    ({"units_before": "-3"}, "Đơn vị trước phải từ 0 trở lên"),
    ({"kind": "streamlined"}, "Nhập số trường hợp tinh giản"),
    ({"kind": "streamlined", "cases": "4"}, "Chọn lý do tinh giản trong danh sách"),
    ({"effective_on-year": "2099"}, "Ngày có hiệu lực không được sau hôm nay"),
])  # fmt: skip
def test_a_line_that_lacks_something_is_not_entered(
    client: Client, world: World, keeper: User, changes: Given, said: str
) -> None:
    answer = client.post(REGISTER + "moi/", UNITS | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Restructuring.objects.exists()


def test_who_reads_the_register_and_who_writes(client: Client, world: World, keeper: User) -> None:
    client.post(REGISTER + "moi/", UNITS)
    line = Restructuring.objects.get()
    world.staff("cchc", world.province, "reform", "see_province")
    pages = (REGISTER, REGISTER + "moi/", f"{REGISTER}{line.id}/gach/")
    found = {}
    for name in ("quản trị", "cchc", "xa-mot.leader", "dan"):
        client.force_login(world.people[name])
        found[name] = [client.get(page).status_code for page in pages]
    assert found == {
        "quản trị": [200, 200, 200], "cchc": [200, 404, 404], "xa-mot.leader": [404] * 3, "dan": [404] * 3,
    }  # fmt: skip
    client.force_login(world.people["cchc"])
    client.post(f"{REGISTER}{line.id}/gach/", {"ly_do": "Không"})
    assert Restructuring.objects.get().struck_at is None


@pytest.mark.parametrize("asked", [{"nam": "abcd"}, {"nam": "20255"}, {"loai": "khac"}])
def test_a_made_up_question_of_the_register_is_not_there(
    client: Client, world: World, keeper: User, asked: Given
) -> None:
    assert client.get(REGISTER, asked).status_code == 404


def test_a_reorganisation_writes_its_own_line(client: Client, world: World, keeper: User) -> None:
    day = local_day(world.at) + timedelta(days=1)
    plan_id = applied(world, a_merger(), on=day)
    said = client.get(REGISTER)
    assert "2 đơn vị còn 1 (giảm 1 đơn vị)" in text_of(said)
    assert f'href="/cchc/to-chuc/sap-xep/{plan_id}/"' in said.content.decode()


def test_an_approved_plan_waits(client: Client, world: World, keeper: User) -> None:
    day = local_day(world.at) + timedelta(days=5)
    plan_id = approved(world, a_merger(), on=day)
    assert "Kế hoạch chờ đến ngày" in text_of(client.get(f"/cchc/to-chuc/sap-xep/{plan_id}/"))
