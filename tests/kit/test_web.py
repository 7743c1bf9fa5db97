"""What every page has in common: browser safety, the chosen language, plain failures."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from motcua.kit import web

_answers: list[Callable[[], HttpResponse]] = []


def _next(request: HttpRequest) -> HttpResponse:
    return _answers.pop(0)()


def _reading(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.POST)} {len(request.FILES)} {translation.get_language()}")


urlpatterns = [
    path("next/", csrf_exempt(_next)),
    path("read/", csrf_exempt(_reading)),
    path("guarded/", _reading),
]
handler400, handler403, handler404, handler500 = web.bad_request, web.forbidden, web.not_found, web.failed


def _gone() -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


def _closed() -> HttpResponse:
    raise InterfaceError("connection already closed")


def _good() -> HttpResponse:
    return HttpResponse("good")


@pytest.fixture
def client(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(web.connection, "close", lambda: None)
    _answers.clear()
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("lost", [_gone, _closed])
def test_a_read_is_tried_once_more_on_a_new_connection(client: Client, lost: Any) -> None:
    _answers[:] = [lost, _good]
    response = client.get("/next/")
    assert (response.status_code, response.content) == (200, b"good")


def test_a_read_that_fails_twice_says_to_come_back(client: Client) -> None:
    _answers[:] = [_gone, _gone, _good]
    response = client.get("/next/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert len(_answers) == 1
    assert "OperationalError" not in response.content.decode()


def test_a_write_is_never_tried_again(client: Client) -> None:
    _answers[:] = [_gone, _good]
    assert client.post("/next/").status_code == 503
    assert len(_answers) == 1


def test_the_failure_is_said_in_the_readers_language(client: Client) -> None:
    pages = []
    for language in ("vi", "en"):
        client.cookies["motcua_language"] = language
        _answers[:] = [_gone]
        response = client.post("/next/")
        assert response["Content-Language"] == language
        pages.append(response.content.decode())
    assert 'lang="vi"' in pages[0]
    assert 'lang="en"' in pages[1]


def test_a_database_lost_outside_the_views_is_said_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.middleware.common import CommonMiddleware

    monkeypatch.setattr(CommonMiddleware, "process_response", lambda *args: _gone())
    _answers[:] = [_good]
    assert client.get("/next/").status_code == 503

    def fault(*args: object) -> HttpResponse:
        raise ZeroDivisionError

    monkeypatch.setattr(CommonMiddleware, "process_response", fault)
    _answers[:] = [_good]
    assert client.get("/next/").status_code == 500


@pytest.mark.parametrize("address", ["/read/", "/guarded/"])
def test_a_request_larger_than_any_page_of_files_is_refused_before_it_is_read(
    client: Client, settings: Any, address: str
) -> None:
    settings.MOTCUA_LARGEST_FILE = 1000
    page = client.post(address, {"a": SimpleUploadedFile("a.pdf", bytes(4000))})
    assert page.status_code == 200
    response = client.post(address, {"a": SimpleUploadedFile("a.pdf", bytes(6000))})
    assert response.status_code == 413
    assert "text/html" in response["Content-Type"]


def test_fields_beyond_the_limit_are_refused_plainly(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert client.post("/read/", "a=" + "x" * 200, "application/x-www-form-urlencoded").status_code == 413


def test_a_page_that_is_not_there_answers_plainly(client: Client) -> None:
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "text/html" in response["Content-Type"]


def test_a_form_from_elsewhere_is_refused_plainly(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    response = Client(enforce_csrf_checks=True).post("/guarded/")
    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    _answers[:] = [_good]
    response = client.get("/next/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("cookie", "accept", "language"),
    [(None, "en", "vi"), ("en", "vi", "en"), ("xx", "en", "vi"), ("", "en", "vi")],
)
def test_the_language_is_the_readers_choice_and_not_the_browsers(
    client: Client, cookie: str | None, accept: str, language: str
) -> None:
    if cookie is not None:
        client.cookies["motcua_language"] = cookie
    response = client.get("/read/", headers={"Accept-Language": accept})
    assert response.content.decode() == f"0 0 {language}"
    assert response["Content-Language"] == language


def test_unknown_failures_are_left_to_the_error_page() -> None:
    handler = web.PlainFailures(lambda request: HttpResponse())
    request = RequestFactory().get("/")
    assert handler.process_exception(request, ValueError("x")) is None
    too_big = handler.process_exception(request, RequestDataTooBig())
    assert too_big is not None
    assert too_big.status_code == 413
