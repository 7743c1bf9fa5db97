"""Browsing the catalogue: filters together, pages, moments of life, domains, agencies, what a line says."""

import re
from typing import Any

import pytest
from django.test import Client

from motcua.catalogue import queries as catalogue
from motcua.catalogue.models import ProcedureDoubt
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries import door_open
from motcua.dossiers.queries.solved import Competences
from motcua.kit import clock
from motcua.organisation import queries as organisation
from motcua.portal.standing import standing
from tests.interfaces.imported import imported, row
from tests.interfaces.test_portal_filing import text
from tests.world import World, a_procedure


def codes(client: Client, address: str, **query: str) -> list[str]:
    """Return the codes that a list shows, in its order."""
    return re.findall(r'href="/thu-tuc/([0-9.]+)/"', client.get(address, query).content.decode())


@pytest.fixture
def shelf(world: World) -> World:
    """Three procedures besides the world's own, that differ in all that filters look at."""
    land = {"key": "dat-dai", "vi": "Đất đai", "en": "Land"}
    world.publish(
        a_procedure(
            "9.000011", name={"vi": "Xác nhận đất", "en": "Land note"}, domain=land, levels=["province"]
        )
    )
    world.publish(
        a_procedure(
            "9.000012", name={"vi": "Xác nhận đất hai", "en": "Second"}, domain=land, audience=["business"]
        )
    )
    world.publish(imported("9.000013", name={"vi": "Đăng ký kết hôn thử"}))
    return world


def test_filters_narrow_together_and_each_can_be_taken_back(client: Client, shelf: World) -> None:
    assert codes(client, "/thu-tuc/", **{"linh-vuc": "dat-dai"}) == ["9.000012", "9.000011"]
    query = {"q": "xac nhan", "linh-vuc": "dat-dai", "doi-tuong": "business"}
    assert codes(client, "/thu-tuc/", **query) == ["9.000012"]
    page = client.get("/thu-tuc/", query).content.decode()
    assert 'href="/thu-tuc/?q=xac+nhan&amp;doi-tuong=business"' in page
    assert 'href="/thu-tuc/?q=xac+nhan&amp;linh-vuc=dat-dai"' in page
    assert '<option value="business" selected>' in page
    assert codes(client, "/thu-tuc/", cap="province", **{"linh-vuc": "dat-dai"}) == ["9.000011"]
    assert codes(client, "/thu-tuc/", **{"su-kien": "ket-hon"}) == ["9.000013"]
    assert codes(client, "/thu-tuc/", **{"co-quan": "so-thu-nghiem"}) == ["9.000013"]


def test_choices_tell_how_many_there_are(client: Client, shelf: World) -> None:
    page = text(client.get("/thu-tuc/"))
    assert "Đất đai (2)" in page
    assert "Cấp tỉnh (2)" in page
    assert "Doanh nghiệp (1)" in page
    assert "Sở Thử nghiệm (1)" in page
    assert "Kết hôn, ly hôn (1)" in page


@pytest.mark.parametrize("name", ["linh-vuc", "cap", "doi-tuong", "su-kien", "co-quan"])
def test_an_unknown_choice_finds_nothing_and_breaks_nothing(client: Client, shelf: World, name: str) -> None:
    answer = client.get("/thu-tuc/", {name: "<b>khong-co"})
    assert answer.status_code == 200
    assert "Chưa tìm thấy thủ tục nào" in text(answer)
    assert "<b>khong" not in answer.content.decode()


def test_a_long_list_comes_in_pages_that_keep_what_was_asked(client: Client, world: World) -> None:
    for number in range(30):
        world.publish(a_procedure(f"9.0001{number:02}", name={"vi": f"Cấp thẻ số {number:02}", "en": "Card"}))
    first = codes(client, "/thu-tuc/", q="cấp thẻ")
    assert len(first) == 25
    page = client.get("/thu-tuc/", {"q": "cấp thẻ", "cap": "commune"}).content.decode()
    assert "30 thủ tục" in page
    following = re.search(r'href="(\?[^"]*trang=2[^"]*)" rel="next"', page)
    assert following
    assert "cap=commune" in following[1]
    second = codes(client, "/thu-tuc/" + following[1].replace("&amp;", "&"))
    assert len(second) == 5
    assert not set(first) & set(second)
    for wrong in ("0", "99", "x"):
        assert client.get("/thu-tuc/", {"trang": wrong}).status_code == 200


def test_a_line_helps_to_choose_but_tells_nothing_unconfirmed(client: Client, world: World) -> None:
    published = world.publish(imported(channels=[row("online")]))
    page = text(client.get("/thu-tuc/", {"linh-vuc": "thu-nghiem"}))
    assert "Thời hạn: 10 ngày làm việc · Phí, lệ phí: 150.000 ₫" in page
    for field in ("limits", "channel.online.fee"):
        ProcedureDoubt.objects.create(
            procedure_id=published.procedure_id,
            field=field,
            source_digest=field,
            reason="unconfirmed limit",
            found_at=world.at,
        )
    page = text(client.get("/thu-tuc/", {"linh-vuc": "thu-nghiem"}))
    assert "10 ngày làm việc" not in page
    assert "150.000 ₫" not in page
    assert "Nộp trực tuyến được" in text(client.get("/thu-tuc/", {"q": "xác nhận thử"}))


def test_more_lines_ask_the_database_no_more_often(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        world.publish(a_procedure(f"9.0001{number:02}"))
    client.get("/thu-tuc/")
    with django_assert_max_num_queries(4):
        client.get("/thu-tuc/")


def test_the_first_page_leads_to_every_way_to_browse(client: Client, shelf: World) -> None:
    page = client.get("/").content.decode()
    for address in ("/linh-vuc/", "/co-quan/", "/thu-tuc/?su-kien=ket-hon", "/thu-tuc/?cap=province"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert "Cấp tỉnh</a> (2)" in page
    assert "su-kien=thuy-san" not in page


def test_domains_are_listed_with_their_number(client: Client, shelf: World) -> None:
    page = text(client.get("/linh-vuc/"))
    assert "Đất đai (2)" in page
    assert page.index("Đất đai") < page.index("Hộ tịch") < page.index("Thử nghiệm")
    client.post("/ngon-ngu/", {"language": "en"})
    english = client.get("/linh-vuc/").content.decode()
    assert ">Land</a>" in english
    assert '<span lang="vi">Thử nghiệm</span>' in english


def test_agencies_are_listed_with_what_they_solve(client: Client, shelf: World) -> None:
    page = text(client.get("/co-quan/"))
    assert "Ủy ban nhân dân xã Một (3)" in page
    assert "tỉnh Thử" not in page
    found = text(client.get("/co-quan/", {"tim": "xa hai"}))
    assert "Ủy ban nhân dân xã Hai (3)" in found
    assert "xã Một" not in found
    assert "Không có cơ quan nào tên như vậy" in text(client.get("/co-quan/", {"tim": "zzz"}))


def test_an_agency_has_its_desk_its_procedures_and_a_search_in_them(client: Client, shelf: World) -> None:
    assert codes(client, "/co-quan/xa-mot/") == ["9.000012", "9.000001", "9.000011"]
    assert codes(client, "/co-quan/xa-mot/", q="9.000012") == ["9.000012"]
    page = text(client.get("/co-quan/xa-mot/"))
    assert "01 Phố Thử" in page
    assert "không có thủ tục nào như vậy" in text(client.get("/co-quan/xa-mot/", {"q": "zzqqxx"}))
    for key in ("khong-co", "x1"):
        assert client.get(f"/co-quan/{key}/").status_code == 404


def test_a_department_is_known_by_the_spelling_of_a_source_and_by_its_key(
    client: Client, shelf: World, world: World
) -> None:
    world._agency("so-thu", "Sở Thử nghiệm tỉnh Thử", "department", "province", "X1.03", world.province)
    world._agency("so-khac", "Sở Khác tỉnh Thử", "department", "province", "X1.04", world.province)
    world.publish(a_procedure("9.000014", competent=[{"agency": "so-khac"}]))
    assert codes(client, "/co-quan/so-thu/") == ["9.000013"]
    assert codes(client, "/co-quan/so-khac/") == ["9.000014"]


def test_an_imported_procedure_of_communes_belongs_to_every_commune(client: Client, world: World) -> None:
    named = imported()["agencies"] | {"executing": ["Ủy ban nhân dân cấp xã"]}
    world.publish(imported("9.000015", levels=["commune"], competent=[], agencies=named))
    assert "9.000015" in codes(client, "/co-quan/xa-mot/")
    assert "9.000015" in codes(client, "/co-quan/xa-hai/")
    competences = Competences(on=clock.today())
    facts = organisation.agency_facts(world.province.id, on=clock.today())
    assert "9.000015" not in [line.code for line in competences.of(facts)]


def test_the_booklet_of_an_agency_is_printed_but_not_for_ever(client: Client, world: World) -> None:
    for _ in range(3):
        answer = client.get("/co-quan/xa-mot/niem-yet.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    answer = client.get("/co-quan/xa-mot/niem-yet.pdf")
    assert answer.status_code == 429
    assert "thử lại sau 5 phút" in text(answer)


def test_an_agency_without_procedures_has_no_booklet(client: Client, world: World) -> None:
    assert "niem-yet.pdf" not in client.get("/co-quan/tinh/").content.decode()
    assert client.get("/co-quan/tinh/niem-yet.pdf").status_code == 404


def test_the_statement_of_the_page_answers_as_the_three_queries_do(world: World) -> None:
    on = clock.today()
    published = world.publish(imported())
    world.publish(imported("9.000016", effective_from="2030-01-01"))
    ProcedureDoubt.objects.create(
        procedure_id=published.procedure_id, field="limits", source_digest="", reason="x", found_at=world.at
    )
    for code in ("9.000101", "9.000001", "9.000016", "8.888888"):
        version, now = catalogue.current_version(code, on=on), standing(code, on=on)
        assert (now and now.version) == version
        if now and version:
            assert now.doubts == catalogue.open_doubts(version.procedure_id)
            assert now.door == door_open("portal", on=on)
            assert now.online == takes_online(version)
    assert standing("9.000101", on=on.replace(year=2020)) is None
