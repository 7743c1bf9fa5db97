"""The page of confirmation of the catalogue, through the client."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.accounts.models import User
from motcua.catalogue import queries
from motcua.catalogue.models import Procedure, ProcedureDoubt, ProcedureVersion
from motcua.catalogue.sources.reading import Doubt, Reason
from motcua.kit import clock
from motcua.office.doubt_blocks import prefix_of
from tests.interfaces.catalogue_office import (
    CODE,
    FEE,
    LEGAL,
    NO_UNIT,
    PAPER,
    QUEUE,
    bring,
    channel,
    doubted,
    page_of,
    reading,
    text_of,
)
from tests.world import World

Send = Callable[..., HttpResponse]


@pytest.fixture
def keeper(world: World) -> User:
    """Somebody of the reform office."""
    return world.staff("cchc", world.province, "reform", "see_province")


@pytest.fixture
def see(client: Client, keeper: User, world: World) -> Callable[..., str]:
    """Open a page as the reform office does, and return its words."""

    def open_page(url: str, **asked: str) -> str:
        client.force_login(keeper)
        with clock.freeze(world.at):
            response = client.get(url, asked)
        assert response.status_code == 200, response.content.decode()[:2000]
        return response.content.decode()

    return open_page


@pytest.fixture
def send(client: Client, keeper: User, world: World) -> Send:
    """Send a form of the page of confirmation."""

    def post(viec: str, doubt: ProcedureDoubt | None = None, *, url: str = "", **given: Any) -> Any:
        client.force_login(given.pop("by", keeper))
        given |= given.pop("given", {})
        if doubt is not None:
            given = {_boxed(name, doubt, viec): value for name, value in given.items()}
            given["doubt"] = str(doubt.id)
        with clock.freeze(world.at):
            return client.post(url or page_of(), given | {"viec": viec})

    return post


def _boxed(name: str, doubt: ProcedureDoubt, viec: str) -> str:
    prefix = prefix_of(doubt.id) + ("h" if viec == "hoi" else "")
    return f"{prefix}-{name.replace('__', '-')}"


def row_of(doubt: Doubt, code: str = CODE) -> ProcedureDoubt:
    return ProcedureDoubt.objects.get(procedure__code=code, field=doubt.field, reason=doubt.reason)


def content(code: str = CODE) -> dict[str, Any]:
    found = ProcedureVersion.objects.filter(procedure__code=code).latest("number")
    return dict(found.content)


def test_the_catalogue_is_kept_by_the_reform_office_and_read_by_heads(
    client: Client, world: World, keeper: User
) -> None:
    bring(world, doubted())
    administrator = world.staff("qtri", world.province, "administrator", "administer")
    people = {
        "dan": world.people["dan"],
        "specialist": world.people["xa-mot.specialist"],
        "leader": world.people["xa-mot.leader"],
        "head": world.people["xa-mot.head"],
        "administrator": administrator,
        "keeper": keeper,
    }
    unknown = page_of("9.999999")
    pages = (
        QUEUE,
        page_of(),
        f"{QUEUE}nhap/",
        f"{QUEUE}de-xuat/",
        f"{QUEUE}cap-nhat/",
        f"{QUEUE}{CODE}/phien-ban/",
    )
    for url in pages:
        assert Client().get(url).status_code == 302, url
    seen, sent = {}, {}
    for name, user in people.items():
        client.force_login(user)
        with clock.freeze(world.at):
            seen[name] = {client.get(url).status_code for url in pages}
            sent[name] = client.post(
                page_of(), {"viec": "dong-y", "doubt": str(row_of(LEGAL).id)}
            ).status_code
            ProcedureDoubt.objects.filter(pk=row_of(LEGAL).pk).update(state="open", decided_at=None)
            assert client.get(unknown).status_code == 404
    assert seen == {
        "dan": {404}, "specialist": {404}, "leader": {404}, "head": {200}, "administrator": {200}, "keeper": {200},
    }  # fmt: skip
    assert sent == {
        "dan": 404, "specialist": 404, "leader": 404, "head": 404, "administrator": 302, "keeper": 302,
    }  # fmt: skip


def test_a_head_reads_without_a_single_button(client: Client, world: World) -> None:
    bring(world, doubted())
    client.force_login(world.people["xa-mot.head"])
    with clock.freeze(world.at):
        page = client.get(page_of()).content.decode()
    assert "Tờ khai (không ghi số bản)" in page
    assert 'name="viec"' not in page
    assert "sua=" not in page


def test_the_queue_begins_with_what_people_need_most(see: Callable[..., str], world: World) -> None:
    bring(world, reading("9.000103"), reading("9.000101"), reading("9.000102", LEGAL))
    Procedure.objects.filter(code="9.000103").update(uses=1200)
    page = see(QUEUE)
    codes = re.findall(r"/cchc/thu-tuc/(9\.\d+)/xac-nhan/", page)
    assert codes == ["9.000103", "9.000101", "9.000102"]
    assert "1200 hồ sơ trong 12 tháng" in text_of(page)


def test_the_queue_is_narrowed_by_reason_domain_and_state(
    see: Callable[..., str], world: World, send: Send
) -> None:
    other: dict[str, Any] = {"domain": {"key": "ho-tich", "vi": "Hộ tịch"}}
    bring(world, reading("9.000101", LEGAL), reading("9.000102", **other), doubted_as("9.000103"))

    def codes(**asked: str) -> list[str]:
        return re.findall(r"/cchc/thu-tuc/(9\.\d+)/xac-nhan/", see(QUEUE, **asked))

    assert codes(**{"ly-do": "unknown legal number"}) == ["9.000101", "9.000103"]
    assert codes(**{"ly-do": "unknown unit"}) == ["9.000103"]
    assert codes(**{"linh-vuc": "ho-tich"}) == ["9.000102"]
    assert codes(cap="ministry") == []
    assert codes(**{"trang-thai": "decided"}) == []
    send("dong-y", row_of(LEGAL, "9.000101"), url=page_of("9.000101"))
    assert codes(**{"trang-thai": "decided"}) == ["9.000101"]
    assert codes(**{"ly-do": "unknown legal number"}) == ["9.000103"]
    shown = text_of(see(QUEUE))
    assert "Chờ xác nhận (3)" in shown
    assert "Đã xử lý (1)" in shown
    assert "Không rõ số văn bản (1)" in shown


def doubted_as(code: str) -> Any:
    made = doubted()
    made.code, made.content["code"] = code, code
    return made


@pytest.mark.parametrize(
    "asked",
    [
        {"vt": "-1"},
        {"vt": "9" * 30},
        {"vt": "abc"},
        {"trang-thai": "x"},
        {"ly-do": "'; drop"},
        {"cap": "x", "linh-vuc": "x" * 400},
    ],
)
def test_an_address_typed_by_hand_breaks_nothing(
    see: Callable[..., str], world: World, asked: dict[str, str]
) -> None:
    bring(world, doubted())
    see(QUEUE, **asked)
    see(page_of(), **asked)


def test_each_doubt_shows_its_source_beside_what_was_read(see: Callable[..., str], world: World) -> None:
    bring(world, doubted())
    page = see(page_of())
    blocks = page.split("<section ")
    fee = next(text_of(block) for block in blocks if "Phí, lệ phí · Trực tiếp" in text_of(block)[:200])
    assert "Số tiền thiếu hàng nghìn" in fee
    assert "Nguồn ghi 75" in fee
    assert "Chưa đọc được số tiền" in fee
    assert "5 chỗ chờ xác nhận" in text_of(page)


def test_what_was_not_read_cannot_be_agreed_with(see: Callable[..., str], send: Send, world: World) -> None:
    bring(world, doubted())
    page = see(page_of())
    offered = re.findall(r'name="doubt" value="([0-9a-f-]+)"><button[^>]*value="dong-y"', page)
    assert set(offered) == {str(row_of(LEGAL).id), str(row_of(PAPER).id)}
    answer = send("dong-y", row_of(NO_UNIT))
    assert answer.status_code == 422
    assert "chưa có gì để đồng ý" in text_of(answer.content.decode())
    assert row_of(NO_UNIT).state == "open"


def test_who_agrees_goes_on_with_the_next_doubt_and_then_the_next_procedure(
    send: Send, see: Callable[..., str], world: World
) -> None:
    bring(world, reading("9.000101", LEGAL), reading("9.000102"))
    whole = Doubt("limits", "", "", Reason.UNCONFIRMED)
    answer: Any = send("dong-y", row_of(whole))
    assert answer.status_code == 302
    assert answer["Location"] == f"{page_of()}#{prefix_of(row_of(LEGAL).id)}"
    answer = send("dong-y", row_of(LEGAL))
    assert answer["Location"] == page_of("9.000102")
    said = text_of(see(page_of()))
    assert said.count("Cán bộ cchc đã đồng ý lúc") == 2
    answer = send("dong-y", row_of(whole, "9.000102"), url=page_of("9.000102"))
    assert answer["Location"] == QUEUE


def test_all_that_is_on_the_page_is_agreed_with_at_once_and_nothing_else(
    send: Send, see: Callable[..., str], world: World
) -> None:
    bring(world, doubted())
    page = see(page_of())
    shown = re.findall(r'name="doubts" value="([0-9a-f-]+)"', page)
    assert set(shown) == {str(row_of(LEGAL).id), str(row_of(PAPER).id)}
    send("dong-y-het", given={"doubts": shown[:1]})
    states = ProcedureDoubt.objects.filter(state="accepted").values_list("id", flat=True)
    assert [str(id) for id in states] == shown[:1]


def test_doubts_of_another_procedure_are_not_there(send: Send, world: World) -> None:
    bring(world, reading("9.000101", LEGAL), reading("9.000102", LEGAL))
    foreign = row_of(LEGAL, "9.000102")
    for viec in ("dong-y", "hoi", "sua", "dong-y-het", "lay"):
        for id in (str(foreign.id), "khong-phai-so"):
            assert send(viec, given={"doubt": id, "doubts": id}).status_code == 404, viec
    assert send("bay-ba").status_code == 404
    assert row_of(LEGAL, "9.000102").state == "open"


def test_a_limit_is_put_right(send: Send, world: World) -> None:
    bring(world, doubted())
    answer: Any = send("sua", row_of(NO_UNIT), version=1, amount="1", unit="working_day", note="Điều 5")
    assert answer.status_code == 302
    row = content()["channels"][0]
    assert row["limit"] == {"unit": "working_day", "amount": 1, "cutoff": None}
    assert row["limit_doubt"] is None
    assert row["limit_source"] == "1"
    settled = row_of(NO_UNIT)
    assert (settled.state, settled.decided_label, settled.note) == ("corrected", "Cán bộ cchc", "Điều 5")


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({"unit": "same_day", "cutoff": "15h"}, {"unit": "same_day", "amount": 1, "cutoff": "15:00"}),
        ({"unit": "same_day", "cutoff": "9:30"}, {"unit": "same_day", "amount": 1, "cutoff": "09:30"}),
        ({"unit": "none", "amount": "7"}, None),
        ({"unit": "month", "amount": "2"}, {"unit": "month", "amount": 2, "cutoff": None}),
    ],
)
def test_every_kind_of_limit_can_be_said(send: Send, world: World, given: dict[str, str], limit: Any) -> None:
    bring(world, doubted())
    assert send("sua", row_of(NO_UNIT), version=1, **given).status_code == 302
    assert content()["channels"][0]["limit"] == limit


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"unit": "", "amount": "5"}, "Chọn đơn vị"),
        ({"unit": "working_day", "amount": ""}, "Nhập số"),
        ({"unit": "working_day", "amount": "0"}, "Số phải từ 1 trở lên"),
        ({"unit": "working_day", "amount": "400"}, "nhiều nhất là 260"),
        ({"unit": "working_day", "amount": "5", "cutoff": "15:00"}, "chỉ dùng với thời hạn trong ngày"),
        ({"unit": "same_day", "cutoff": "25:00"}, "Ghi giờ như 15:00"),
    ],
)
def test_a_faulty_limit_changes_nothing_and_keeps_what_was_typed(
    send: Send, world: World, given: dict[str, str], said: str
) -> None:
    bring(world, doubted())
    answer: Any = send("sua", row_of(NO_UNIT), version=1, note="Ghi chú của tôi", **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in text_of(page)
    assert "Ghi chú của tôi" in page
    assert '<details class="govuk-details" data-do="s" open>' in page
    assert ProcedureVersion.objects.filter(procedure__code=CODE).count() == 1
    assert row_of(NO_UNIT).state == "open"


def test_fees_are_put_right_line_by_line(send: Send, world: World) -> None:
    bring(world, doubted())
    answer: Any = send(
        "sua", row_of(FEE), version=1,
        kind__0="amount", number__0="75.000 đồng", what__0="Lệ phí", act__0="Thông tư 85/2019/TT-BTC",
        kind__1="per_unit", number__1="3000", unit__1="trang",
    )  # fmt: skip
    assert answer.status_code == 302, text_of(answer.content.decode())
    row = content()["channels"][0]
    assert row["fees"] == [
        {"kind": "amount", "vnd": 75000, "act": "Thông tư 85/2019/TT-BTC", "what": {"vi": "Lệ phí"}},
        {"kind": "per_unit", "vnd": 3000, "per": "page"},
    ]
    assert row["fee_source"] == "75"
    assert row_of(FEE).state == "corrected"


@pytest.mark.parametrize(
    ("given", "fee"),
    [
        ({"kind": "free"}, {"kind": "free"}),
        (
            {"kind": "percentage", "number": "0,15%", "unit": "giá trị hợp đồng"},
            {"kind": "percentage", "rate": "0.15", "of": "giá trị hợp đồng"},
        ),
        (
            {"kind": "foreign", "number": "1.250", "unit": "usd"},
            {"kind": "foreign", "amount": "1250", "currency": "USD"},
        ),
        (
            {"kind": "by_reference", "act": "226/2016/TT-BTC"},
            {"kind": "by_reference", "act": "226/2016/TT-BTC"},
        ),
        (
            {"kind": "per_unit", "number": "20.000", "unit": "Giấy phép"},
            {"kind": "per_unit", "vnd": 20000, "per": "giay-phep"},
        ),
    ],
)
def test_every_kind_of_fee_can_be_said(send: Send, world: World, given: dict[str, str], fee: Any) -> None:
    bring(world, doubted())
    answer: Any = send(
        "sua", row_of(FEE), version=1, **{f"{name}__0": value for name, value in given.items()}
    )
    assert answer.status_code == 302, text_of(answer.content.decode())
    assert content()["channels"][0]["fees"] == [fee]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Chọn ít nhất một khoản"),
        ({"number__0": "75000"}, "Chọn loại của khoản 1"),
        ({"kind__0": "amount", "number__0": "75"}, "bằng đồng, từ 500 trở lên"),
        ({"kind__0": "amount", "number__0": "bảy lăm"}, "bằng đồng, từ 500 trở lên"),
        ({"kind__0": "per_unit", "number__0": "7500"}, "Ghi đơn vị của khoản 1"),
        ({"kind__0": "percentage", "number__0": "101", "unit__0": "giá"}, "Ghi tỷ lệ phần trăm"),
        ({"kind__0": "foreign", "number__0": "5", "unit__0": "VND"}, "Ghi loại tiền"),
        ({"kind__0": "by_reference"}, "Ghi số văn bản"),
        ({"kind__0": "free", "kind__1": "amount", "number__1": "7500"}, "không đứng cùng khoản khác"),
    ],
)
def test_a_faulty_fee_changes_nothing_and_keeps_what_was_typed(
    send: Send, world: World, given: dict[str, str], said: str
) -> None:
    bring(world, doubted())
    answer: Any = send("sua", row_of(FEE), version=1, note="Đang dở", **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in text_of(page)
    assert "Đang dở" in page
    assert content()["channels"][0]["fees"] == [{"kind": "unread"}]


def test_a_fee_that_the_form_cannot_say_is_kept_with_its_days(
    send: Send, see: Callable[..., str], world: World
) -> None:
    tiered = {
        "kind": "tiered", "per": "copy", "max_vnd": None,
        "tiers": [{"from": 1, "to": 2, "vnd": 2000}, {"from": 3, "to": None, "vnd": 1000}],
    }  # fmt: skip
    dated = {"kind": "amount", "vnd": 5000, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    bring(world, reading(CODE, FEE, channels=[channel(fees=[tiered, dated])]))
    page = see(page_of())
    assert re.search(r"Giữ nguyên: [^<]*2\.000[^<]*1\.000", page), "every tier is said"
    answer: Any = send("sua", row_of(FEE), version=1, kind__0="keep", kind__1="amount", number__1="6.000")
    assert answer.status_code == 302, text_of(answer.content.decode())
    assert content()["channels"][0]["fees"] == [tiered, dated | {"vnd": 6000}]


def test_the_number_of_a_paper_is_put_right(send: Send, world: World) -> None:
    bring(world, doubted())
    refused: Any = send(
        "sua", row_of(PAPER), version=1, originals="0", copies="0", group="submit", note="Tôi gõ"
    )
    assert refused.status_code == 422
    assert "ít nhất một bản chính hoặc một bản sao" in text_of(refused.content.decode())
    assert "Tôi gõ" in refused.content.decode()
    answer: Any = send("sua", row_of(PAPER), version=1, originals="1", copies="2", group="show")
    assert answer.status_code == 302
    paper = content()["components"][0]
    assert (paper["originals"], paper["copies"], paper["group"], paper["required"]) == (1, 2, "show", False)
    assert "doubt" not in paper


def test_a_question_waits_in_a_list_of_its_own(send: Send, see: Callable[..., str], world: World) -> None:
    bring(world, doubted())
    empty: Any = send("hoi", row_of(LEGAL), question=" ")
    assert empty.status_code == 422
    assert '<details class="govuk-details" data-do="h" open>' in empty.content.decode()
    answer: Any = send("hoi", row_of(LEGAL), question="Luật nào, số mấy?")
    assert answer.status_code == 302
    said = text_of(see(page_of()))
    assert "Cán bộ cchc đã hỏi lại lúc" in said
    assert "Luật nào, số mấy?" in said
    assert CODE in see(QUEUE, **{"trang-thai": "asked"})


def test_the_second_of_two_people_reads_who_was_first_and_loses_nothing(
    send: Send, see: Callable[..., str], world: World
) -> None:
    bring(world, doubted())
    other = world.staff("cchc-hai", world.province, "reform", "see_province")
    row = row_of(NO_UNIT)
    send("sua", row, version=1, amount="1", unit="working_day", by=other)
    world.later(minutes=5)
    late: Any = send("sua", row, version=1, amount="9", unit="month", note="Của người thứ hai")
    page = late.content.decode()
    assert late.status_code == 422
    assert "vừa có phiên bản mới" in text_of(page)
    assert "Của người thứ hai" in page
    # The form goes on from the version that is shown: now it is the doubt itself that waits no more.
    later: Any = send("sua", row, version=2, amount="9", unit="month", note="Của người thứ hai")
    assert later.status_code == 422
    assert "Cán bộ cchc-hai đã xử lý lúc" in text_of(later.content.decode())
    assert "Của người thứ hai" in later.content.decode()
    agreed: Any = send("dong-y", row)
    assert agreed.status_code == 422
    assert "Cán bộ cchc-hai đã xử lý lúc" in text_of(agreed.content.decode())
    assert content()["channels"][0]["limit"]["amount"] == 1


def test_a_value_that_nobody_doubts_is_put_right_too(
    send: Send, see: Callable[..., str], world: World
) -> None:
    bring(world, reading())
    page = see(page_of(), sua="service")
    assert "Sửa: Mức độ dịch vụ công" in text_of(page)
    url = f"{page_of()}?sua=service"
    faulty: Any = send("sua", url=url, field="service", **{"v-version": "1", "v-service_level": "partial"})
    assert faulty.status_code == 422
    assert "Chọn vì sao chỉ một phần" in text_of(faulty.content.decode())
    answer: Any = send(
        "sua", url=url, field="service",
        **{"v-version": "1", "v-service_level": "full", "v-run_by": "local", "v-partial_reason": "on_site_check"},
    )  # fmt: skip
    assert answer.status_code == 302
    now = content()
    assert (now["service_level"], now["partial_reason"], now["run_by"]) == ("full", None, "local")
    for field in ("steps", "channel.online.limit", "component.la", "x"):
        assert send("sua", field=field, **{"v-version": "1"}).status_code == 404


def test_a_case_is_named_where_there_are_several(see: Callable[..., str], send: Send, world: World) -> None:
    cases = [{"key": "c1", "vi": "Cấp mới"}, {"key": "c2", "vi": "Cấp lại"}]
    doubt = Doubt("channel.counter.c2.limit", "15", "", Reason.UNKNOWN_UNIT)
    rows = [channel(case="c1"), channel(days=None, source="15", case="c2")]
    bring(world, reading(CODE, doubt, cases=cases, channels=rows))
    assert "Thời hạn · Trực tiếp · Cấp lại" in text_of(see(page_of()))
    send("sua", row_of(doubt), version=1, amount="15", unit="calendar_day")
    limits = {row["case"]: row["limit"]["amount"] for row in content()["channels"]}
    assert limits == {"c1": 3, "c2": 15}


def test_an_import_that_says_otherwise_is_kept_out_or_taken(
    send: Send, see: Callable[..., str], world: World
) -> None:
    code = world.procedure.record.code
    bring(world, reading(code))
    row = ProcedureDoubt.objects.get(procedure__code=code, reason=Reason.DIFFERS_FROM_KEPT)
    page = see(page_of(code))
    assert "Giữ bản đang dùng" in text_of(page)
    assert send("lay", row, url=page_of(code)).status_code == 302
    assert queries.versions_of(code)[0].number == 2
    assert ProcedureDoubt.objects.get(pk=row.pk).state == "corrected"


def test_the_next_procedure_is_reached_without_deciding(see: Callable[..., str], world: World) -> None:
    bring(world, *(reading(f"9.00010{n}") for n in (1, 2, 3)))

    def after(code: str, place: int) -> str:
        asked = {"vt": str(place)} if place else {}
        found = re.search(r'<a href="([^"]+)">Thủ tục tiếp theo</a>', see(page_of(code), **asked))
        assert found
        return found[1]

    assert after("9.000101", 0) == f"{page_of('9.000102')}?vt=1"
    assert after("9.000102", 1) == f"{page_of('9.000103')}?vt=2"
    assert after("9.000103", 2) == page_of("9.000101")


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(
    client: Client, keeper: User, world: World, django_assert_num_queries: Any
) -> None:
    client.force_login(keeper)

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as asked, clock.freeze(world.at):
            assert client.get(url).status_code == 200
        print(url, *(query["sql"][:150] for query in asked), sep="\n")
        return len(asked)

    bring(world, doubted())
    before = asked(QUEUE), asked(page_of())
    papers = [Doubt(f"component.giay-{n}", f"Giấy {n}", "", Reason.MISSING_QUANTITY) for n in range(30)]
    bring(world, *(reading(f"9.0002{n:02}", *papers) for n in range(30)))
    assert (asked(QUEUE), asked(page_of("9.000201"))) == before
    assert max(before) <= 14


def test_nothing_invisible_or_foreign_becomes_markup(see: Callable[..., str], world: World) -> None:
    bad = "<script>alert(1)</script>"
    doubt = Doubt("legal_basis.1", bad, bad, Reason.UNKNOWN_LEGAL_NUMBER)
    url = {"layout": "portal_crawl", "url": "https://dichvucong.gov.vn.lua.example/x"}
    bring(world, reading(CODE, doubt, name={"vi": bad}, origin=url))
    page = see(page_of())
    assert bad not in page
    assert "lua.example" not in page
    assert bad not in see(QUEUE)


def test_the_source_is_linked_where_it_is_the_national_portal(see: Callable[..., str], world: World) -> None:
    origin = {"layout": "portal_crawl", "url": "https://dichvucong.gov.vn/thu-tuc?ma=9.000101"}
    bring(world, reading(origin=origin))
    assert 'href="https://dichvucong.gov.vn/thu-tuc?ma=9.000101"' in see(page_of())


def test_time_goes_by_the_clock(see: Callable[..., str], world: World) -> None:
    bring(world, reading())
    with clock.freeze(world.at + timedelta(days=2)):
        assert f"từ {world.at:%d/%m/%Y}" in see(QUEUE)
