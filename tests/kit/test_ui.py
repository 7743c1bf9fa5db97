"""The frame of the pages, the parts that pages include, the error pages and the lock of the front end."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from motcua.kit.forms import PlainForm
from motcua.kit.templatetags import ui

ROOT = Path(__file__).resolve().parents[2]
STATES = (
    "draft",
    "filed",
    "awaiting_applicant",
    "refused",
    "in_progress",
    "paused",
    "decided",
    "returned",
    "withdrawn",
    "stopped",
    "on_time",
    "late",
)


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_portal = [
    path(f"p/{name}/", _page, name=name)
    for name in ("home", "search", "find", "mine", "sign_in", "sign_out", "language")
]
_desk = [path(f"d/{name}/", _page, name=name) for name in ("queue", "find")]
urlpatterns = [path("", include((_portal, "portal"))), path("", include((_desk, "desk")))]

pytestmark = pytest.mark.urls(__name__)


class Visitor:
    """A visitor as the templates see one."""

    def __init__(self, name: str = "") -> None:
        self.is_authenticated = bool(name)
        self.full_name = name


@pytest.fixture(autouse=True)
def _no_frames() -> Iterator[None]:
    ui._frames.clear()
    yield
    ui._frames.clear()


def _render(template: str, **context: object) -> str:
    return str(get_template(template).render(context))


def _base(name: str = "", *, at: str = "/x/", **more: object) -> str:
    known = {
        "user": Visitor(name),
        "request": RequestFactory().get(at),
        "site": SimpleNamespace(province_name="Tỉnh Lâm Đồng"),
        "csrf_token": f"token-of-{name}",
    }
    return _render("base.html", **(known | more))


def test_the_public_frame_says_where_one_is() -> None:
    html = _base(nav_current="find")
    assert "Tỉnh Lâm Đồng" in html
    assert "Bản trình diễn, không phải cổng chính thức" in html
    assert html.count('aria-current="page"') == 1
    assert '<a class="govuk-skip-link" href="#content"' in html
    assert '<main class="mc-main" id="content"' in html
    assert "{{" not in html
    assert "\x02" not in html


def test_the_note_of_the_demonstration_leaves_with_it() -> None:
    site = SimpleNamespace(province_name="Tỉnh Lâm Đồng", demonstration=False)
    assert "trình diễn" not in _base(site=site)
    assert "trình diễn" in _base()


def test_the_cached_frame_never_gives_one_person_the_name_token_or_address_of_another() -> None:
    first = _base("Trần Thị Mai", at="/mot/?a=1&b=2")
    second = _base("Lê Văn <Ba>", at='/hai/"><script>')
    assert "Trần Thị Mai" in first
    assert "token-of-Trần Thị Mai" in first
    assert 'value="/mot/?a=1&amp;b=2"' in first
    assert "Trần Thị Mai" not in second
    assert "/mot/" not in second
    assert "Lê Văn &lt;Ba&gt;" in second
    assert "<script>" not in second
    anonymous = _base()
    assert "csrfmiddlewaretoken" not in anonymous
    assert "Đăng nhập" in anonymous
    assert "Đăng xuất" not in anonymous


def test_the_frame_is_drawn_once_per_language_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = ui._frame
    monkeypatch.setattr(ui, "_frame", lambda name, known: drawn.append(name) or real(name, known))
    for _ in range(3):
        _base()
    assert sorted(drawn) == ["public_footer", "public_head", "public_header"]
    with translation.override("en"):
        assert 'value="en" lang="en" aria-current="true"' in _base()
    assert len(drawn) == 6
    assert "Tỉnh Nghệ An" in _base(site={"province_name": "Tỉnh Nghệ An"})


def test_the_memory_of_frames_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "_MOST_FRAMES", 6)
    for n in range(20):
        _base(nav_current=f"s{n}")
    assert len(ui._frames) <= 6


def test_a_page_with_faults_says_so_in_its_title_and_links_each_fault() -> None:
    class Form(PlainForm):
        full_name = forms.CharField(label="Họ và tên")
        age = forms.IntegerField(label="Tuổi")

    html = _base(form=Form({}))
    assert "<title>Lỗi: " in html
    assert "Cần sửa 2 chỗ" in html
    assert '<a href="#id_full_name">Nhập họ và tên</a>' in html
    assert "Lỗi: " not in _base(form=Form())


def test_no_page_carries_script_or_style_inside_it() -> None:
    for html in (_base("Mai"), _desk_page(), _render("500.html")):
        assert "<style" not in html
        assert "style=" not in html
        assert " onclick" not in html
        assert html.count("<script") == html.count('<script type="module" src="/')


def _desk_page() -> str:
    nav = [
        {"url": "/quay/", "label": "Việc của tôi", "count": 12, "current": True},
        {"url": "/so-lieu/", "label": "Số liệu", "count": None, "current": False},
    ]
    return _render(
        "desk_base.html",
        user=Visitor("Trần Thị Mai"),
        request=RequestFactory().get("/quay/"),
        desk_nav=nav,
        desk_post="Chuyên viên, phường Xuân Hương",
        csrf_token="t",
    )


def test_the_desk_says_who_one_is_and_how_much_waits() -> None:
    html = _desk_page()
    assert "Trần Thị Mai" in html
    assert "Chuyên viên, phường Xuân Hương" in html
    assert (
        '<a href="/quay/" aria-current="page">Việc của tôi <span class="mc-side__count">12</span></a>' in html
    )
    assert '<a href="/so-lieu/">Số liệu</a>' in html
    assert 'action="/d/find/"' in html


def test_each_state_has_its_own_word_and_an_icon() -> None:
    drawn = {key: _render("ui/tag.html", key=key) for key in STATES}
    words = {html.split("</svg>")[1].split("<")[0] for html in drawn.values()}
    icons = {html.split(' d="')[1].split('"')[0] for html in drawn.values()}
    assert len(words) == len(icons) == len(STATES)
    assert all("aria-hidden" in html for html in drawn.values())
    assert "Quá 2 ngày" in _render("ui/tag.html", key="late", word="Quá 2 ngày")


def test_the_timeline_says_in_words_what_is_done_and_what_is_now() -> None:
    items = [
        {"title": "Đã nộp", "meta": ["08:12"], "state": "done"},
        {"title": "Thẩm tra", "state": "now"},
        {"title": "Ký", "state": "todo"},
    ]
    html = _render("ui/timeline.html", items=items)
    assert html.count('aria-current="step"') == 1
    for word in ("Đã xong:", "Đang làm:", "Chưa tới:"):
        assert html.count(word) == 1


def test_a_row_of_the_summary_offers_a_named_change() -> None:
    rows = [
        {"label": "Họ tên", "value": "<Mai>", "url": "/sua/"},
        {"label": "Nơi ở", "lines": ["Số 1", "Đà Lạt"]},
    ]
    html = _render("ui/summary_list.html", rows=rows)
    assert '<a href="/sua/">Sửa<span class="govuk-visually-hidden"> Họ tên</span></a>' in html
    assert "&lt;Mai&gt;" in html
    assert "Số 1<br>Đà Lạt" in html


def test_a_cell_of_a_table_knows_its_column_on_a_narrow_screen() -> None:
    html = _render(
        "ui/table.html",
        columns=[{"label": "Mã"}, {"label": "Lệ phí", "number": True}],
        rows=[[{"url": "/h/1/", "text": "H1"}, "15.000 ₫"]],
    )
    assert '<td role="cell" data-label="Mã"><a href="/h/1/">H1</a></td>' in html
    assert '<td role="cell" data-label="Lệ phí" class="mc-number">15.000 ₫</td>' in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "413", "500", "503"])
def test_an_error_page_stands_alone_and_speaks_both_languages(code: str) -> None:
    html = _render(f"{code}.html")
    assert "<h1>" in html
    assert "Bạn có thể làm gì" in html
    assert 'lang="en"' in html
    assert 'href="/static/motcua/app.css"' in html
    assert "{" not in html


def test_money_days_and_moments_are_written_as_people_write_them() -> None:
    at = datetime(2026, 1, 16, 10, 0, tzinfo=UTC)
    assert ui.money(15000) == "15.000\u00a0₫"
    assert ui.money(0) == "0\u00a0₫"
    assert ui.money(None) == ""
    assert ui.day(date(2026, 1, 5)) == "05/01/2026"
    assert ui.day(datetime(2026, 1, 5, 18, 0, tzinfo=UTC)) == "06/01/2026"
    assert ui.moment(at) == "17 giờ, thứ Sáu 16/01/2026"
    assert ui.moment(at.replace(minute=5)) == "17 giờ 05, thứ Sáu 16/01/2026"
    assert ui.stamp(at) == "17:00 16/01/2026"
    assert ui.moment(None) == ui.stamp(None) == ui.day(None) == ""


def test_the_lock_pins_every_package_and_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    wanted = json.loads((ROOT / "package.json").read_text())
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert versions
    assert all(version[0].isdigit() for version in versions)
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
