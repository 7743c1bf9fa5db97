"""The pages of the notice boards and of the decisions of announcement, through the client."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.catalogue.actions.announcing import Decision, record_announcement
from motcua.catalogue.actions.posting import Finding, check_postings, post_versions
from motcua.catalogue.models import ProcedureDoubt
from motcua.catalogue.queries.announcements import announcements
from motcua.catalogue.queries.posting import postings
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.organisation.models import Agency
from motcua.rules.localday import local_day
from tests.documents.pdf_reader import Pdf, squeezed
from tests.world import World, a_procedure

BOARDS, BOARD = "/cchc/niem-yet/", "/cchc/niem-yet/xa-mot/"
DECISIONS = "/cchc/cong-bo/"
HALL = "Bảng ở sảnh"


@pytest.fixture
def reform(world: World) -> User:
    """Somebody of the province's office of the reform."""
    return world.staff("cchc", world.province, "reform", "see_province")


def _post(world: World, *versions: UUID, agency: Agency | None = None, place: str = HALL) -> list[UUID]:
    return post_versions(
        versions or (world.procedure.id,),
        agency_id=(agency or world.commune).id,
        place=place,
        posted_on=local_day(world.at),
        by=world.as_actor("xa-mot.receiver"),
        at=world.at,
    )


def _as(client: Client, world: World, name: str) -> Client:
    client.force_login(world.people[name])
    return client


def _text(answer: Any) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(found))


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


# --- who may see what -----------------------------------------------------------------------------------


def test_the_boards_of_an_agency_are_for_who_keeps_them_and_for_the_reform(
    client: Client, world: World, reform: User
) -> None:
    (id,) = _post(world)
    pages = ("", "treo/", "kiem-tra/?noi=" + HALL, "to-roi.pdf", f"go/{id}/")
    seen = {
        name: [_as(client, world, name).get(BOARD + page).status_code for page in pages]
        for name in ("xa-mot.receiver", "xa-mot.head", "xa-mot.specialist", "xa-hai.receiver", "cchc", "dan")
    }
    assert seen == {
        "xa-mot.receiver": [200] * 5,
        "xa-mot.head": [200] * 5,
        "xa-mot.specialist": [404] * 5,
        "xa-hai.receiver": [404] * 5,
        "cchc": [200, 404, 200, 200, 404],
        "dan": [404] * 5,
    }
    assert _as(client, world, "xa-mot.head").get("/cchc/niem-yet/khong-co/").status_code == 404


def test_who_keeps_one_board_is_led_to_it_and_the_reform_sees_all(
    client: Client, world: World, reform: User
) -> None:
    ids = _post(world, world.procedure.id, world.publish(a_procedure("9.000002")).id)
    check_postings(
        {ids[0]: Finding("damaged")}, agency_id=world.commune.id, by=world.as_actor("cchc"), at=world.at
    )
    assert _as(client, world, "xa-mot.receiver").get(BOARDS).headers["Location"] == BOARD
    assert client.get("/quay/").status_code == 200
    page = _as(client, world, "cchc").get(BOARDS)
    text = _text(page)
    assert "Ủy ban nhân dân xã Một 2 1 1 0 0 0 1 0 0" in text
    assert "2 cơ quan chưa ghi tờ nào" in text
    url = re.search(r'href="(/cchc/niem-yet/xa-mot/\?loc=damaged)"', page.content.decode())
    assert url
    narrowed = _text(client.get(url[1]))
    assert "9.000001" in narrowed
    assert "9.000002" not in narrowed
    assert _as(client, world, "xa-mot.specialist").get(BOARDS).status_code == 404


# --- the register ---------------------------------------------------------------------------------------


def test_the_register_says_what_hangs_and_what_must_be_done(client: Client, world: World) -> None:
    _post(world)
    text = _text(_as(client, world, "xa-mot.receiver").get(BOARD))
    assert "1 tờ đang treo, không tờ nào phải xử lý." in text
    assert "Chưa kiểm tra" in text
    assert f"từ 06/11/2026, {world.as_actor('xa-mot.receiver').label}" in text
    world.publish(a_procedure(keywords=["mới"]))
    text = _text(client.get(BOARD))
    assert "1 tờ đang treo, 1 tờ phải xử lý." in text
    assert "Bản cũ. In bản 2 rồi treo thay." in text
    assert "Không có tờ nào như vậy." in _text(client.get(BOARD + "?loc=missing"))
    assert "9.000001" not in _text(client.get(BOARD + "?noi=khác")).split("Đã gỡ")[0].split("Sổ niêm yết")[-1]


def test_the_register_asks_as_often_for_twenty_as_for_one(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    versions = [world.publish(a_procedure(f"9.0001{n:02}")).id for n in range(20)]
    _post(world, versions[0])
    _as(client, world, "xa-mot.receiver").get(BOARD)
    with django_assert_max_num_queries(20) as one:
        client.get(BOARD)
    _post(world, *versions)
    with django_assert_max_num_queries(20) as twenty:
        client.get(BOARD)
    assert len(twenty) <= len(one)


# --- putting up, checking, taking down ------------------------------------------------------------------


def test_what_is_ticked_and_written_is_put_up(client: Client, world: World) -> None:
    world.publish(a_procedure("9.000002", name={"vi": "Tờ thứ hai", "en": "Second"}))
    page = _as(client, world, "xa-mot.receiver").get(BOARD + "treo/")
    assert "Tờ thứ hai" in _text(page), "what does not hang yet is offered"
    given = {
        "place": HALL,
        "codes": "9.000002",
        "thu_tuc": ["9.000001"],
        **_day("posted_on", date(2026, 11, 6)),
    }
    answer = client.post(BOARD + "treo/", given)
    assert answer.headers["Location"] == BOARD
    assert [row.code for row in postings(on=date(2026, 11, 6))] == ["9.000001", "9.000002"]
    page = client.get(BOARD)
    assert "Đã ghi 2 tờ vào sổ niêm yết." in _text(page)
    page = client.get(BOARD + "treo/")
    assert f'<option value="{HALL}">' in page.content.decode()
    assert "Chưa treo ở đâu" not in _text(page)


def test_faults_are_named_and_what_was_written_stays(client: Client, world: World) -> None:
    _as(client, world, "xa-mot.receiver")
    good = {"place": HALL, "thu_tuc": ["9.000001"], **_day("posted_on", date(2026, 11, 6))}
    for changed, said in (
        ({"place": ""}, "Nhập nơi niêm yết"),
        ({"codes": "9.999999"}, "Không có thủ tục nào đang áp dụng mang mã: 9.999999"),
        ({"thu_tuc": []}, "Ghi hoặc đánh dấu ít nhất một thủ tục."),
        (_day("posted_on", date(2026, 11, 5)), "Có bản được công khai sau ngày này"),
        (_day("posted_on", date(2026, 11, 7)), "Ngày treo"),
    ):
        answer = client.post(BOARD + "treo/", good | changed)
        assert answer.status_code == 422
        assert said in _text(answer)
        if "thu_tuc" not in changed:
            assert 'value="9.000001" checked' in answer.content.decode()
    assert postings(on=date(2026, 11, 6)) == []


def test_a_place_is_checked_at_one_go(client: Client, world: World, reform: User) -> None:
    ids = _post(world, world.procedure.id, world.publish(a_procedure("9.000002")).id)
    _as(client, world, "cchc")
    url = f"{BOARD}kiem-tra/?noi={HALL}"
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {f"gc-{ids[0]}": "bị che"}).status_code == 422
    given = {f"tt-{ids[0]}": "damaged", f"gc-{ids[0]}": "bị che", "rest": "on"}
    assert client.post(url, given).headers["Location"] == BOARD
    found = {row.id: (row.finding, row.note) for row in postings(on=date(2026, 11, 6))}
    assert found == {ids[0]: ("damaged", "bị che"), ids[1]: ("in_place", "")}
    text = _text(client.get(BOARD))
    assert "Rách, mờ, bị che. In lại bản 1 rồi treo lại." in text
    assert client.get(f"{BOARD}kiem-tra/?noi=khác").status_code == 404


def test_without_a_word_about_the_rest_only_what_was_seen_is_kept(client: Client, world: World) -> None:
    ids = _post(world, world.procedure.id, world.publish(a_procedure("9.000002")).id)
    _as(client, world, "xa-mot.head").post(f"{BOARD}kiem-tra/?noi={HALL}", {f"tt-{ids[1]}": "in_place"})
    found = {row.id: row.finding for row in postings(on=date(2026, 11, 6))}
    assert found == {ids[0]: "", ids[1]: "in_place"}


def test_a_sheet_is_taken_down(client: Client, world: World) -> None:
    (id,) = _post(world)
    _as(client, world, "xa-mot.receiver")
    answer = client.post(f"{BOARD}go/{id}/", _day("removed_on", date(2026, 11, 5)))
    assert answer.status_code == 422
    assert "Ngày gỡ trước ngày treo" in _text(answer)
    answer = client.post(f"{BOARD}go/{id}/", _day("removed_on", date(2026, 11, 6)))
    assert answer.headers["Location"] == BOARD
    assert postings(on=date(2026, 11, 6)) == []
    assert client.post(f"{BOARD}go/{id}/", _day("removed_on", date(2026, 11, 6))).status_code == 404


# --- printing -------------------------------------------------------------------------------------------


def test_the_sheet_of_an_agency_says_where_to_file_and_what_is_not_confirmed(
    client: Client, world: World
) -> None:
    content = a_procedure()
    content["channels"][1]["limit_doubt"] = "Khác với trình tự"
    content["components"][2]["originals"], content["components"][2]["doubt"] = 0, "không ghi"
    world.publish(content)
    answer = _as(client, world, "xa-mot.receiver").get(BOARD + "to-roi.pdf?ma=9.000001")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = Pdf(answer.content).text()
    for part in (
        "ỦY BAN NHÂN DÂN XÃ MỘT",
        "Trực tuyến, Bưu chính công ích: 3 ngày làm việc",
        "Trực tiếp: 3 ngày làm việc chưa xác nhận",
        "Không thu phí",
        "Trung tâm PVHCC xa-mot, 01 Phố Thử",
        "1. Tờ khai (1 bản chính)",
        "Phiên bản 2 · In ngày 06/11/2026",
        "Nộp hồ sơ",
    ):
        assert squeezed(part) in text, part
    # A line of which nobody has confirmed that it is a paper is on no notice board.
    assert squeezed("Ảnh") not in text
    assert client.get(BOARD + "to-roi.pdf?ma=9.999999").status_code == 404


def test_the_sheet_of_an_agency_says_what_the_public_one_says(client: Client, world: World) -> None:
    content = a_procedure("9.000301")
    content["cases"].append({"key": "verify", "vi": "Phải xác minh", "en": "Verification"})
    more = {"case": "verify", "fees": [{"kind": "amount", "vnd": 7000, "valid_to": "2026-12-31"}]}
    content["channels"] += [row | more for row in content["channels"]]
    published = world.publish(content)
    ProcedureDoubt.objects.create(
        procedure_id=published.procedure_id, field="channel.counter.fee", source_digest="x",
        reason="number glued to the fee", found_at=world.at,
    )  # fmt: skip
    public = Pdf(client.get("/thu-tuc/9.000301/to-roi.pdf").content).text()
    own = Pdf(_as(client, world, "xa-mot.head").get(BOARD + "to-roi.pdf?ma=9.000301").content).text()
    for part in (
        "Thông thường: Trực tuyến, Bưu chính công ích: Không thu phí",
        "Thông thường: Trực tiếp: Không thu phí chưa xác nhận",
        "Phải xác minh: Trực tiếp: 7.000 ₫ (đến hết ngày 31/12/2026) chưa xác nhận",
    ):
        assert squeezed(part) in own, own
        assert squeezed(part) in public, public
    assert "xa-mot" in own
    assert "xa-mot" not in public


def test_what_must_be_replaced_is_printed_in_its_new_version(client: Client, world: World) -> None:
    second, third = (world.publish(a_procedure(f"9.00000{n}")) for n in (2, 3))
    _post(world, world.procedure.id, second.id, third.id)
    world.publish(a_procedure("9.000002", keywords=["mới"]))
    world.publish(a_procedure("9.000003", keywords=["mới"]))
    _as(client, world, "xa-mot.receiver")
    texts = Pdf(client.get(BOARD + "to-roi.pdf?loc=phai-thay").content).texts()
    assert len(texts) == 3
    assert squeezed("2 thủ tục") in texts[0]
    assert all("Phiênbản2" in text for text in texts[1:])
    assert len(Pdf(client.get(BOARD + "to-roi.pdf").content).pages) == 4
    given = {"codes": "9.000001", "in": "1"}
    answer = client.post(BOARD + "treo/", given)
    assert len(Pdf(answer.content).pages) == 1
    assert len(postings(on=date(2026, 11, 6))) == 3, "printing records nothing"


# --- decisions of announcement --------------------------------------------------------------------------


def _given(**changes: Any) -> dict[str, Any]:
    given = {
        "number": "12/QĐ-UBND",
        "issued_by": "Chủ tịch UBND tỉnh Thử",
        "level": "province",
        "new": "9.000001\n1.001193",
        **_day("signed_on", date(2026, 11, 2)),
        **_day("effective_on", date(2026, 11, 9)),
    }
    return given | changes


def test_decisions_are_read_by_heads_and_kept_by_the_reform(
    client: Client, world: World, reform: User
) -> None:
    decision = Decision(
        number="1/QĐ-UBND",
        issued_by="UBND tỉnh",
        level="province",
        signed_on=date(2026, 11, 2),
        effective_on=date(2026, 11, 9),
        procedures={"new": ("9.000001",)},
    )
    id = record_announcement(decision, by=SYSTEM, at=world.at)
    world.staff("quan-tri", world.province, "administrator", "administer")
    pages = ("", f"{id}/", "moi/", f"{id}/sua/")
    seen = {
        name: [_as(client, world, name).get(DECISIONS + page).status_code for page in pages]
        for name in ("cchc", "quan-tri", "xa-mot.head", "xa-mot.receiver", "dan")
    }
    assert seen == {
        "cchc": [200] * 4,
        "quan-tri": [200] * 4,
        "xa-mot.head": [200, 200, 404, 404],
        "xa-mot.receiver": [404] * 4,
        "dan": [404] * 4,
    }
    assert _as(client, world, "xa-mot.head").post(DECISIONS + "moi/", _given()).status_code == 404
    assert _as(client, world, "cchc").get(f"{DECISIONS}{uuid4()}/").status_code == 404


def test_a_decision_is_recorded_judged_and_completed(client: Client, world: World, reform: User) -> None:
    _as(client, world, "cchc")
    answer = client.post(DECISIONS + "moi/", _given(abolished="2.000815, 1.000894"))
    assert answer.status_code == 302
    page = answer.headers["Location"]
    text = _text(client.get(page))
    for part in (
        "Quyết định 12/QĐ-UBND",
        "Ký đúng hạn, sớm 2 ngày",
        "Ngày cuối: 04/11/2026 (5 ngày, NĐ 63/2010 Điều 15)",
        "Chưa đưa vào, còn 1 ngày làm việc",
        "Ngày cuối: 09/11/2026 (5 ngày làm việc, NĐ 63/2010 Điều 24)",
        "03/11/2026 – 06/11/2026: 4 ngày làm việc",
        "07/11/2026 – 08/11/2026: nghỉ hằng tuần",
        "Mới ban hành (2)",
        "9.000001 Xác nhận thử nghiệm",
        "1.001193 chưa có trong danh mục ở đây",
        "Bãi bỏ (2)",
    ):
        assert part in text, part
    with clock.freeze(world.later(days=4)):
        assert "Chưa đưa vào, quá hạn 1 ngày làm việc" in _text(client.get(DECISIONS))
        given = _given(**_day("entered_on", date(2026, 11, 10)))
        assert client.post(page + "sua/", given).headers["Location"] == page
        assert "Đưa vào trễ 1 ngày làm việc" in _text(client.get(page))
    (facts,) = announcements()
    assert facts.procedures == {"new": ("1.001193", "9.000001")}


def test_a_decision_that_cannot_be_is_refused_beside_its_box(
    client: Client, world: World, reform: User
) -> None:
    _as(client, world, "cchc")
    client.post(DECISIONS + "moi/", _given())
    for changed, box, said in (
        ({"number": ""}, "number", "Nhập số quyết định"),
        ({}, "number", "Quyết định này đã có trong sổ"),
        ({"number": "2/QĐ", "new": ""}, "", "Ghi mã của ít nhất một thủ tục."),
        ({"number": "2/QĐ", "amended": "sai"}, "amended", "“sai” không phải mã thủ tục"),
        ({"number": "2/QĐ", "replaced": "9.000001"}, "replaced", "Mã 9.000001 đứng ở hai mục"),
        (
            {"number": "2/QĐ", **_day("entered_on", date(2026, 11, 1))},
            "entered_on",
            "Ngày đưa vào cơ sở dữ liệu trước ngày ký",
        ),
    ):
        answer = client.post(DECISIONS + "moi/", _given(**changed))
        assert answer.status_code == 422
        assert said in _text(answer)
        if box:
            assert f'id="id_{box}_error"' in answer.content.decode(), box
        assert "Chủ tịch UBND tỉnh Thử" in unescape(answer.content.decode())
    assert len(announcements()) == 1


def test_a_decision_before_the_first_provision_is_shown_unjudged(
    client: Client, world: World, reform: User
) -> None:
    days = {**_day("signed_on", date(2012, 3, 1)), **_day("effective_on", date(2012, 4, 1))}
    answer = _as(client, world, "cchc").post(DECISIONS + "moi/", _given(**days))
    assert "Không xét được" in _text(client.get(answer.headers["Location"]))
