"""The page on which a new procedure is typed and published, through the client."""

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from motcua.accounts.models import User
from motcua.accounts.queries import actor
from motcua.catalogue import queries
from motcua.catalogue.actions import UnableToPublish, publish_version
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.models import ProcedureVersion
from motcua.dossiers.queries.solved import solves
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.office.procedure_form import procedure_form
from motcua.organisation.queries import agencies
from motcua.rules.localday import local_day
from tests.dossiers.asking import at_once
from tests.world import World, a_procedure

NEW, CODE = "/cchc/thu-tuc/moi/", "9.123456"
TYPED = {
    "papers": "3",
    "bases": "1",
    "code": CODE,
    "name_vi": "Cấp giấy  phép biểu diễn đường phố",
    "domain_new": "Văn hóa cơ sở",
    "levels": ["commune"],
    "audience": ["citizen", "organisation"],
    "service_level": "full",
    "channels": ["online", "counter"],
    "amount": "5",
    "unit": "working_day",
    "fee": "amount",
    "vnd": "50.000 đ",
    "paper-1": "Đơn đề nghị",
    "originals-1": "1",
    "copies-1": "0",
    "needed-1": "on",
    "paper-2": "Đơn đề nghị",
    "originals-2": "0",
    "copies-2": "2",
    "paper-3": "",
    "originals-3": "1",
    "copies-3": "0",
    "needed-3": "on",
    "kind-1": "Nghị định",
    "number-1": "144/2020/NĐ-CP",
    "act-1": "Quy định về hoạt động nghệ thuật biểu diễn",
    "result": "Giấy phép biểu diễn",
    "effective_from-day": "1",
    "effective_from-month": "10",
    "effective_from-year": "2026",
    "steps": "Nộp hồ sơ.\r\n\r\nNhận kết quả.",
}


@pytest.fixture
def keeper(world: World, client: Client) -> User:
    """Who administers the province, signed in."""
    found = world.staff("quantri", world.province, "administrator", "administer")
    client.force_login(found)
    return found


def send(client: Client, **changes: Any) -> Any:
    """Send the form, filled in but for the changes; None leaves a box out."""
    return client.post(NEW, {name: value for name, value in (TYPED | changes).items() if value is not None})


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def faults(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


def record(code: str = CODE) -> ProcedureRecord:
    return queries.published(queries.versions_of(code)[0].id).record


def test_what_is_typed_is_published_as_a_first_version(client: Client, keeper: User, world: World) -> None:
    answer = send(client)
    assert answer.status_code == 302, faults(answer)
    (facts,) = queries.versions_of(CODE)
    assert (facts.number, facts.label) == (1, actor(keeper).label)
    found = record()
    assert found.name.vi == "Cấp giấy phép biểu diễn đường phố"
    assert (found.domain.key, found.domain.vi) == ("van-hoa-co-so", "Văn hóa cơ sở")
    assert [(row.channel, row.limit_source, row.limit_doubt) for row in found.channels] == [
        ("online", "5 ngày làm việc", None),
        ("counter", "5 ngày làm việc", None),
    ]
    assert found.channels[0].fees == ({"kind": "amount", "vnd": 50000},)
    # The third line has no name; two papers of one name each have a key.
    papers = [(row.key, row.originals, row.copies, row.required) for row in found.components]
    assert papers == [("don-de-nghi", 1, 0, True), ("don-de-nghi-2", 0, 2, False)]
    assert [step.vi for step in found.steps] == ["Nộp hồ sơ.", "Nhận kết quả."]
    assert found.keywords == ("Cấp giấy phép biểu diễn đường phố",)
    on = local_day(clock.now())
    assert {row.key for row in agencies(on=on) if solves(found, row.id, on=on)} == {"xa-mot", "xa-hai"}
    assert queries.open_doubts(facts.procedure_id) == frozenset()


def test_what_comes_next_is_offered(client: Client, keeper: User) -> None:
    page = client.get(send(client)["Location"])
    assert page.status_code == 200
    shown = page.content.decode()
    assert f'href="/cchc/quy-trinh/moi/?thu-tuc={CODE}"' in shown
    assert f'href="/thu-tuc/{CODE}/"' in shown
    draft = client.get(f"/cchc/quy-trinh/moi/?thu-tuc={CODE}").content.decode()
    assert f'value="{CODE}"' in draft
    assert client.get(f"/thu-tuc/{CODE}/").status_code == 200
    assert client.get("/cchc/thu-tuc/9.999999/da-cong-bo/").status_code == 404


def test_one_that_begins_later_offers_no_process_yet(client: Client, keeper: User) -> None:
    year = str(clock.today().year + 1)
    page = client.get(send(client, **{"effective_from-year": year})["Location"])
    assert f"Thủ tục áp dụng từ 01/10/{year}" in text_of(page)
    assert "?thu-tuc=" not in page.content.decode()


def test_an_agency_of_the_province_solves_what_is_given_to_it(client: Client, keeper: User) -> None:
    assert faults(send(client, levels=["province"])) == {"agency": ["Chọn cơ quan cấp tỉnh giải quyết"]}
    assert send(client, levels=["commune", "province"], agency="tinh").status_code == 302
    rows = [(row.level, row.agency) for row in record().competent]
    assert rows == [("commune", None), (None, "tinh")]


def test_same_day_and_partly_online(client: Client, keeper: User) -> None:
    given = {"unit": "same_day", "amount": "", "service_level": "partial", "fee": "free"}
    assert faults(send(client, **given)).keys() == {"partial_reason"}
    assert send(client, **given, partial_reason="presence_required").status_code == 302
    found = record()
    assert found.channels[0].limit == {"unit": "same_day", "amount": 1, "cutoff": "15:00"}
    # The amount stands behind an answer that was not given: it is not kept.
    assert found.channels[0].fees == ({"kind": "free"},)
    assert found.partial_reason is not None


def test_a_new_domain_that_is_known_is_the_known_one(client: Client, keeper: User) -> None:
    assert send(client, domain_new="hộ tịch").status_code == 302
    assert (record().domain.key, record().domain.vi) == ("ho-tich", "Hộ tịch")
    assert send(client, code="9.123457", domain_new="Hồ tích").status_code == 302
    assert (record("9.123457").domain.key, record("9.123457").domain.vi) == ("ho-tich-2", "Hồ tích")


@pytest.mark.parametrize(
    ("changes", "box", "said"),
    [
        ({"code": "12"}, "code", "Mã thủ tục gồm một số"),
        ({"name_vi": ""}, "name_vi", "Nhập tên thủ tục"),
        ({"domain_new": ""}, "domain", "Chọn lĩnh vực, hoặc đặt lĩnh vực mới"),
        ({"domain": "ho-tich"}, "domain", "không cả hai"),
        ({"domain_new": "???"}, "domain_new", "bằng chữ"),
        ({"levels": None}, "levels", "Chọn cấp nào giải quyết"),
        ({"audience": None}, "audience", "Chọn đối tượng"),
        ({"channels": ["counter"]}, "channels", "phải có cách nộp trực tuyến"),
        ({"service_level": "information"}, "channels", "không nộp trực tuyến"),
        ({"amount": ""}, "amount", "Nhập số từ 1 đến 260"),
        ({"amount": "999"}, "amount", "Nhập số từ 1 đến 260"),
        ({"vnd": "20"}, "vnd", "từ 500 trở lên"),
        ({"paper-1": "", "copies-1": "2"}, "paper-1", "Nhập tên giấy tờ"),
        ({"originals-1": "0"}, "originals-1", "ít nhất một bản chính"),
        ({"kind-1": "", "number-1": "", "act-1": ""}, "number-1", "ít nhất một căn cứ"),
        ({"act-1": ""}, "act-1", "Nhập tên văn bản"),
        # What only the format itself refuses.
        ({"number-1": "số 5"}, "number-1", "Ghi số văn bản như 60/2014/QH13"),
        ({"decision": "163"}, "decision", "Ghi số quyết định như 163/QĐ-BTP"),
        ({"paper-2": "Đơn\ue000"}, "paper-2", "Có ký tự ẩn"),
        ({"result": "Giấy\ue000 phép"}, "result", "Có ký tự ẩn"),
        ({"steps": "Nộp\ue000"}, "steps", "Có ký tự ẩn"),
        ({"domain_new": "Văn\ue000 hóa"}, "domain_new", "Có ký tự ẩn"),
        ({"effective_from-day": "31", "effective_from-month": "2"}, "effective_from", "chỉ có"),
    ],
)
def test_a_fault_stands_at_its_box_and_nothing_typed_is_lost(
    client: Client, keeper: User, changes: dict[str, Any], box: str, said: str
) -> None:
    answer = send(client, **changes)
    found = faults(answer)
    assert found.keys() == {box}
    assert said in found[box][0]
    assert said in text_of(answer)
    kept = answer.content.decode()
    for name in ("code", "name_vi", "vnd", "paper-1", "number-1", "result"):
        value = (TYPED | changes)[name]
        assert not value or f'value="{value}"' in kept, name
    assert queries.versions_of(CODE) == []


def test_a_fault_in_a_later_line_stands_in_that_line(client: Client, keeper: User) -> None:
    second = {"kind-3": "Luật", "number-3": "144/2020/NĐ-CP", "act-3": "Luật thử"}
    answer = send(client, bases="3", **second)
    assert faults(answer) == {"number-3": ["Đã ghi ở trên, mỗi thứ chỉ ghi một lần"]}


def test_a_line_more_keeps_what_was_typed_and_judges_nothing(client: Client, keeper: User) -> None:
    answer = send(client, viec="giay-to", code="", vnd="50.000", **{"needed-3": None})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert form["papers"].value() == "4"
    assert form["paper-2"].value() == "Đơn đề nghị"
    assert form["levels"].value() == ["commune"]
    assert form["vnd"].value() == "50.000"
    assert form["effective_from"].value() == ("1", "10", "2026")
    assert [form[f"needed-{n}"].value() for n in range(1, 5)] == [True, False, False, True]
    assert "Mã thủ tục gồm" not in text_of(answer)
    more = send(client, viec="can-cu")
    assert (more.context["form"]["papers"].value(), more.context["form"]["bases"].value()) == ("3", "2")
    # Numbers that no page of ours sends.
    most = client.post(NEW, {"viec": "giay-to", "papers": "99", "bases": "x"})
    assert (most.context["form"]["papers"].value(), most.context["form"]["bases"].value()) == ("40", "1")
    assert "Thêm giấy tờ" not in text_of(most)
    assert queries.versions_of(CODE) == []


def test_a_code_that_is_there_is_refused_with_the_way_to_it(
    client: Client, keeper: User, world: World
) -> None:
    answer = send(client, code="9.000001")
    assert faults(answer) == {"code": ["Đã có thủ tục mang mã này"]}
    assert 'href="/cchc/thu-tuc/9.000001/phien-ban/"' in answer.content.decode()
    assert len(queries.versions_of("9.000001")) == 1


def test_one_that_was_published_meanwhile_is_refused_too(keeper: User, world: World) -> None:
    data = QueryDict(mutable=True)
    for name, value in TYPED.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = procedure_form(data, on=local_day(world.at))
    assert form.is_valid()
    publish_version(a_procedure(CODE), by=SYSTEM, at=world.at)
    with pytest.raises(UnableToPublish) as refused:
        publish_version(form.content, first=True, by=SYSTEM, at=world.at)
    assert (refused.value.code, refused.value.field) == ("already_published", "code")
    form.refuse_taken()
    assert (form.errors["code"], form.taken) == (["Vừa có người khác công bố thủ tục mang mã này"], CODE)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_one_code_at_once_one_publishes(world: World) -> None:
    people = [world.staff(name, world.province, "reform", "see_province") for name in ("mot", "hai")]
    clients = [Client(), Client()]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    found = at_once(*(lambda c=c, n=n: send(c, name_vi=f"Tên {n}") for n, c in enumerate(clients)))
    assert sorted(answer.status_code for answer in found) == [302, 422]
    (refused,) = (answer for answer in found if answer.status_code == 422)
    assert f'href="/cchc/thu-tuc/{CODE}/phien-ban/"' in refused.content.decode()
    assert faults(refused).keys() == {"code"}
    assert ProcedureVersion.objects.filter(procedure__code=CODE).count() == 1


def test_only_those_who_keep_the_catalogue_find_the_page(client: Client, world: World) -> None:
    world.staff("qt-xa", world.commune, "administrator", "administer")
    world.staff("cchc", world.province, "reform", "see_province")
    people = {"qt-xa": 404, "xa-mot.head": 404, "xa-mot.receiver": 404, "cchc": 200}
    publish_version(a_procedure(CODE), by=SYSTEM, at=world.at)
    for name, status in people.items():
        client.force_login(world.people[name])
        assert client.get(NEW).status_code == status, name
        assert client.get(f"/cchc/thu-tuc/{CODE}/da-cong-bo/").status_code == status, name
        if status == 404:
            assert send(client, code="9.123460").status_code == 404, name
    assert queries.versions_of("9.123460") == []


def test_the_pages_of_the_catalogue_and_of_processes_lead_here(client: Client, world: World) -> None:
    world.staff("cchc", world.province, "reform", "see_province")
    client.force_login(world.people["cchc"])
    for address in ("/cchc/thu-tuc/cap-nhat/", "/cchc/quy-trinh/"):
        assert f'href="{NEW}"' in client.get(address).content.decode(), address
    client.force_login(world.people["xa-mot.head"])
    assert f'href="{NEW}"' not in client.get("/cchc/thu-tuc/cap-nhat/").content.decode()
