"""Filing through the portal's pages: every page saved, uploads judged, filed once."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from motcua.dossiers.models import Dossier, Paper
from motcua.kit.store import StoreFull
from tests.world import PDF, World, a_procedure

ANH = {
    "filing_for": "self",
    "name": "Nguyễn Thị Ánh",
    "identity": "",
    "birth_date-day": "2",
    "birth_date-month": "9",
    "birth_date-year": "1990",
    "phone": "0912 345 678",
    "email": "anh@example.vn",
    "address": "12 Phố Thử",
    "request": "",
}


def pdf(name: str = "to.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def text(response: Any) -> str:
    """Return the page's words without mark-up."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def browser(world: World, client: Client) -> Client:
    """A browser in which the citizen is signed in."""
    client.force_login(world.citizen)
    return client


def started(browser: Client, code: str = "9.000001") -> str:
    """Begin a draft and return the address of its folder."""
    answer = browser.post(f"/nop/{code}/")
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removesuffix("nguoi-nop/")


def id_of(folder: str) -> UUID:
    return UUID(folder.strip("/").rsplit("/", 1)[-1])


def filled(browser: Client, world: World, papers: tuple[str, ...] = ("to-khai", "giay-chung")) -> str:
    """Fill in a whole draft by its pages and return the address of its folder."""
    folder = started(browser)
    assert browser.post(f"{folder}nguoi-nop/", ANH).status_code == 302
    office = {"agency": str(world.commune.id), "delivery": "desk"}
    assert browser.post(f"{folder}noi-nop/", office).status_code == 302
    for key in papers:
        assert browser.post(f"{folder}giay-to/{key}/", {"viec": "tep", "file": pdf()}).status_code == 302
    return folder


def declared(browser: Client, folder: str, **changes: Any) -> HttpResponse:
    return browser.post(f"{folder}kiem-tra/", {"declared": "on", "revision": "1"} | changes)  # type: ignore[return-value]


def test_a_citizen_searches_reads_files_and_follows(browser: Client, world: World, outbox: Any) -> None:
    found = browser.get("/thu-tuc/", {"q": "xac nhan"})
    assert 'href="/thu-tuc/9.000001/"' in found.content.decode()
    page = browser.get("/thu-tuc/9.000001/")
    assert "Nộp hồ sơ trực tuyến" in text(page)

    folder = started(browser)
    first = browser.get(f"{folder}nguoi-nop/")
    assert 'value="Nguyễn Thị Ánh"' in first.content.decode()
    assert "066190900017" not in first.content.decode(), "the whole number never goes back to the page"
    assert "•••• 0017" in text(first)
    answer = browser.post(f"{folder}nguoi-nop/", ANH)
    assert answer.headers["Location"] == f"{folder}noi-nop/"
    assert "Đã lưu 09:00" in text(browser.get(f"{folder}noi-nop/"))
    answer = browser.post(f"{folder}noi-nop/", {"agency": str(world.commune.id), "delivery": "desk"})
    assert answer.headers["Location"] == f"{folder}giay-to/"
    assert "Còn thiếu 2 giấy tờ bắt buộc" in text(browser.get(f"{folder}giay-to/"))
    for key in ("to-khai", "giay-chung"):
        browser.post(f"{folder}giay-to/{key}/", {"viec": "tep", "file": pdf(f"{key}.pdf")})
    assert "Còn thiếu" not in text(browser.get(f"{folder}giay-to/"))
    shown = text(browser.get(f"{folder}kiem-tra/"))
    for words in ("Nguyễn Thị Ánh", "•••• 0017", "02/09/1990", "Ủy ban nhân dân xã Một", "to-khai.pdf"):
        assert words in shown
    answer = declared(browser, folder)
    assert answer.headers["Location"] == f"{folder}da-nop/"

    sent = browser.get(f"{folder}da-nop/")
    assert "X1.01-261106-0001" in text(sent)
    assert "trả lời tiếp nhận trước" in text(sent)
    dossier = Dossier.objects.get(pk=id_of(folder))
    assert dossier.state == "filed"
    assert dossier.applicant is not None
    assert dossier.applicant.birth_date == date(1990, 9, 2)
    assert dossier.applicant.phone == "0912345678"
    track = re.search(r"/t/[\w-]{22}/", sent.content.decode())
    assert track is not None
    assert "đang chờ Ủy ban nhân dân xã Một tiếp nhận" in text(Client().get(track[0]))


def test_every_page_has_one_heading_a_title_and_the_language(browser: Client, world: World) -> None:
    folder = filled(browser, world)
    pages = ["/", "/thu-tuc/", "/thu-tuc/9.000001/", "/nop/9.000001/", "/cua-toi/", "/tra-cuu/"]
    pages += [f"{folder}{page}/" for page in ("nguoi-nop", "noi-nop", "giay-to", "giay-to/anh", "kiem-tra")]
    titles = set()
    for page in pages:
        html = browser.get(page).content.decode()
        assert len(re.findall(r"<h1[ >]", html)) == 1, page
        assert '<html lang="vi">' in html
        assert "{{" not in html
        assert " style=" not in html
        titles.add(re.search(r"<title>(.*?)</title>", html)[1])  # type: ignore[index]
    assert len(titles) == len(pages)


def test_a_draft_waits_in_the_list_and_goes_on_where_it_was(browser: Client, world: World) -> None:
    folder = started(browser)
    answer = browser.post(f"{folder}nguoi-nop/", ANH | {"later": "1"})
    assert answer.headers["Location"] == "/cua-toi/"
    page = browser.get("/cua-toi/")
    assert "Bản nháp đang làm" in text(page)
    assert folder in page.content.decode()
    assert 'value="12 Phố Thử"' in browser.get(f"{folder}nguoi-nop/").content.decode()


def test_filing_for_another_keeps_the_filers_number_apart(browser: Client, world: World) -> None:
    folder = started(browser)
    other = ANH | {
        "filing_for": "other",
        "name": "Nguyễn Văn Cha",
        "filer_name": "Nguyễn Thị Ánh",
        "filer_phone": "0912345678",
    }
    answer = browser.post(f"{folder}nguoi-nop/", other)
    assert answer.status_code == 422, "the filer's own number must not become the other's"
    assert "Nhập số định danh cá nhân" in text(answer)
    assert browser.post(f"{folder}nguoi-nop/", other | {"identity": "066 060 000 011"}).status_code == 302
    dossier = Dossier.objects.get(pk=id_of(folder))
    assert dossier.applicant is not None
    assert dossier.representative is not None
    assert (dossier.applicant.identity_tail, dossier.representative.identity_tail) == ("0011", "0017")
    # Saved again without the number: it is still the other's; with another name it is asked for anew.
    assert browser.post(f"{folder}nguoi-nop/", other).status_code == 302
    assert browser.post(f"{folder}nguoi-nop/", other | {"name": "Lê Thị Khác"}).status_code == 422


def test_someone_without_a_number_files_only_where_foreigners_may(browser: Client, world: World) -> None:
    world.publish(a_procedure("9.000006", audience=["citizen", "overseas_vietnamese"]))
    folder = started(browser, "9.000006")
    other = ANH | {"filing_for": "other", "filer_name": "Nguyễn Thị Ánh", "filer_phone": "0912345678"}
    answer = browser.post(f"{folder}nguoi-nop/", other)
    assert answer.status_code == 422, "prefilled with the filer: nobody else was named"
    assert "tên này là của bạn" in text(answer)
    assert browser.post(f"{folder}nguoi-nop/", other | {"name": "John Smith"}).status_code == 302


def test_an_organisation_gives_its_tax_code(browser: Client, world: World) -> None:
    world.publish(a_procedure("9.000007", audience=["business"]))
    folder = started(browser, "9.000007")
    company = ANH | {
        "filing_for": "other",
        "filer_name": "Nguyễn Thị Ánh",
        "filer_phone": "0912345678",
        "kind": "organisation",
        "name": "Công ty Thử",
    }
    assert "Nhập mã số thuế" in text(browser.post(f"{folder}nguoi-nop/", company))
    assert "Mã số thuế không đúng" in text(
        browser.post(f"{folder}nguoi-nop/", company | {"tax_code": "0100109107"})
    )
    assert browser.post(f"{folder}nguoi-nop/", company | {"tax_code": "0100109106"}).status_code == 302
    party = Dossier.objects.get(pk=id_of(folder)).applicant
    assert party is not None
    assert (party.kind, party.identity_tail, party.birth_date) == ("organisation", "9106", None)


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("31", "2", "1990", "tháng 2 năm 1990 chỉ có 28 ngày"),
        ("1", "13", "1990", "tháng phải là số từ 1 đến 12"),
        ("7", "11", "2026", "không được sau hôm nay, 06/11/2026"),
        ("5", "", "1990", "còn thiếu tháng"),
    ],
)
def test_an_impossible_date_is_said_and_everything_typed_stays(
    browser: Client, world: World, day: str, month: str, year: str, said: str
) -> None:
    folder = started(browser)
    typed = ANH | {"birth_date-day": day, "birth_date-month": month, "birth_date-year": year}
    answer = browser.post(f"{folder}nguoi-nop/", typed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "<title>Lỗi:" in answer.content.decode()
    assert 'value="12 Phố Thử"' in answer.content.decode()
    assert Dossier.objects.get(pk=id_of(folder)).applicant is None


def test_text_in_an_old_encoding_is_refused_with_what_to_do(browser: Client, world: World) -> None:
    folder = started(browser)
    answer = browser.post(f"{folder}nguoi-nop/", ANH | {"name": "NguyÔn V¨n B×nh"})
    assert answer.status_code == 422
    assert "TCVN3" in text(answer)
    assert Dossier.objects.get(pk=id_of(folder)).applicant is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("to.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "không đúng với đuôi tên tệp"),
        ("may.exe", b"MZ" + b"0" * 50, "Không nhận loại tệp"),
        ("to.pdf", b"MZ" + b"0" * 50, "không đúng với đuôi tên tệp"),
        ("rong.pdf", b"", "không có nội dung"),
        ("to.pdf", PDF + b"0" * 5000, "lớn hơn"),
    ],
)
def test_a_wrong_file_is_said_beside_its_box_and_nothing_is_kept(
    browser: Client, world: World, settings: Any, name: str, content: bytes, said: str
) -> None:
    settings.MOTCUA_LARGEST_FILE = 4096
    folder = started(browser)
    answer = browser.post(f"{folder}giay-to/to-khai/", {"viec": "tep", "file": pdf(name, content)})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Paper.objects.exists()


def test_no_space_left_says_so_and_keeps_what_was_there(
    browser: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(browser, world, papers=("to-khai",))

    def full(*_: Any, **__: Any) -> None:
        raise StoreFull

    monkeypatch.setattr("motcua.dossiers.actions.drafts.keep_file", full)
    answer = browser.post(f"{folder}giay-to/to-khai/", {"viec": "tep", "file": pdf("moi.pdf")})
    assert answer.status_code == 503
    assert "tạm hết chỗ" in text(answer)
    papers = Paper.objects.filter(dossier=id_of(folder))
    assert [paper.superseded_at for paper in papers] == [None]


def test_a_paper_can_be_taken_back_and_left_to_the_states_data(browser: Client, world: World) -> None:
    content = a_procedure("9.000002")
    content["components"][0]["replaceable_by"] = {"kind": "database", "name": "Cơ sở dữ liệu dân cư"}
    world.publish(content)
    folder = started(browser, "9.000002")
    browser.post(f"{folder}giay-to/to-khai/", {"viec": "tep", "file": pdf()})
    assert browser.post(f"{folder}giay-to/to-khai/", {"viec": "xoa"}).status_code == 302
    assert not Paper.objects.filter(superseded_at__isnull=True).exists()
    assert browser.post(f"{folder}giay-to/to-khai/", {"viec": "du-lieu"}).status_code == 302
    assert Paper.objects.get(superseded_at__isnull=True).form == "data"
    assert browser.post(f"{folder}giay-to/giay-chung/", {"viec": "du-lieu"}).status_code == 404
    assert browser.get(f"{folder}giay-to/khong-co/").status_code == 404


def test_an_incomplete_draft_is_not_filed_and_says_what_is_missing(browser: Client, world: World) -> None:
    folder = filled(browser, world, papers=("to-khai",))
    assert "Còn thiếu giấy tờ bắt buộc" in text(browser.get(f"{folder}kiem-tra/"))
    answer = declared(browser, folder)
    assert answer.status_code == 422
    assert "Giấy chứng nhận" in text(answer)
    undeclared = browser.post(f"{folder}kiem-tra/", {"revision": "1"})
    assert undeclared.status_code == 422
    assert "Đánh dấu vào ô cam đoan" in text(undeclared)
    assert Dossier.objects.get(pk=id_of(folder)).state == "draft"


def test_sending_twice_files_once(browser: Client, world: World) -> None:
    folder = filled(browser, world)
    answers = [declared(browser, folder), declared(browser, folder)]
    assert [answer.headers["Location"] for answer in answers] == [f"{folder}da-nop/"] * 2
    assert list(Dossier.objects.values_list("number", flat=True)) == ["X1.01-261106-0001"]


def test_two_windows_filing_at_once_both_reach_the_confirmation(
    browser: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from motcua.dossiers import actions

    folder = filled(browser, world)
    real = actions.file_dossier

    def after_the_other(dossier: Dossier, **known: Any) -> Dossier:
        real(dossier, **known)
        return real(dossier, **known)

    monkeypatch.setattr(actions, "file_dossier", after_the_other)
    assert declared(browser, folder).headers["Location"] == f"{folder}da-nop/"


def new_version(world: World) -> None:
    content = a_procedure(effective_from="2026-11-01")
    content["components"] = [row for row in content["components"] if row["key"] != "giay-chung"]
    content["components"].append(
        content["components"][0] | {"key": "cam-ket", "vi": "Bản cam kết", "en": "Pledge"}
    )
    content["channels"] = [
        row | {"limit": {"unit": "working_day", "amount": 5, "cutoff": None}} for row in content["channels"]
    ]
    world.publish(content)


def test_a_draft_follows_the_newest_version_and_says_what_changed(browser: Client, world: World) -> None:
    folder = filled(browser, world)
    new_version(world)
    shown = text(browser.get(f"{folder}giay-to/"))
    assert "Thủ tục vừa có phiên bản mới" in shown
    assert "Thêm giấy tờ: “Bản cam kết”" in shown
    assert "Không còn phải nộp: “Giấy chứng nhận”" in shown
    assert "từ “3 ngày làm việc” thành “5 ngày làm việc”" in shown
    assert "Thủ tục vừa có phiên bản mới" not in text(browser.get(f"{folder}giay-to/"))


def test_a_version_that_came_while_the_check_page_was_open_leads_back_to_the_papers(
    browser: Client, world: World
) -> None:
    folder = filled(browser, world)
    browser.get(f"{folder}kiem-tra/")
    new_version(world)
    answer = declared(browser, folder)
    assert answer.headers["Location"] == f"{folder}giay-to/"
    assert "Bản cam kết" in text(browser.get(f"{folder}giay-to/"))
    assert Dossier.objects.get(pk=id_of(folder)).state == "draft"
    browser.post(f"{folder}giay-to/cam-ket/", {"viec": "tep", "file": pdf()})
    assert declared(browser, folder).headers["Location"] == f"{folder}da-nop/"


def test_the_list_of_agencies_narrows_without_diacritics(browser: Client, world: World) -> None:
    folder = started(browser)
    page = browser.get(f"{folder}noi-nop/", {"tim": "xa hai"}).content.decode()
    assert "xã Hai" in page
    assert "xã Một" not in page
    wrong = browser.post(f"{folder}noi-nop/", {"agency": str(world.province.id), "delivery": "desk"})
    assert wrong.status_code == 422


def test_a_closed_door_says_where_to_file(browser: Client, world: World) -> None:
    from motcua.dossiers.models import Door

    folder = filled(browser, world)
    Door.objects.filter(kind="portal").update(valid_to=date(2026, 11, 1))
    answer = declared(browser, folder)
    assert answer.status_code == 422
    assert "Cổng Dịch vụ công quốc gia" in text(answer)
    page = text(browser.get("/thu-tuc/9.000001/"))
    assert "Nộp hồ sơ trực tuyến" not in page
    assert "Cổng Dịch vụ công quốc gia" in page
