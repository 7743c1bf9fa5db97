"""Visitors: in process through the whole WSGI handler, and over a socket to a server that runs it."""

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

Application = Callable[[dict[str, Any], Any], Any]
HOST = "127.0.0.1"
_SAID = "messages"
_READY_WITHIN = 60.0
_GRACE = 10.0


class Unexpected(Exception):
    """A page answered otherwise than the measurement needs: its numbers would mean nothing."""


@dataclass(frozen=True)
class Answer:
    """Status, headers in order, and body of a response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def expected(self, status: int) -> "Answer":
        """Return the answer, or raise `Unexpected` when its status is another one."""
        if self.status != status:
            raise Unexpected(f"status {self.status} in place of {status}: {self.body[:400]!r}")
        return self


@dataclass
class Visitor:
    """Someone with cookies, before the WSGI application itself: no socket, no test client in between."""

    application: Application
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, b"")

    def post(self, path: str, body: bytes) -> Answer:
        """Send a form, already encoded."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "HTTP_HOST": HOST,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        told: list[Any] = []
        result = self.application(environ, lambda status, headers, *_: told.extend((status, headers)))
        try:
            content = b"".join(result)
        finally:
            result.close()
        status, headers = told
        for name, value in headers:
            if name == "Set-Cookie":
                self._keep(value)
        return Answer(int(status[:3]), headers, content)

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            # What a page has to say after a redirect is read and gone by the next form.
            if name != _SAID:
                self.cookies[name] = morsel.value


class _Forms(HTMLParser):
    """Reads the fields of every form of a page as a browser would send them, each box ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or one of its fields."""
        said = dict(attrs)
        if tag == "form":
            self.found.append((said.get("action") or "", {}))
        name = said.get("name")
        if not self.found or not name:
            return
        fields = self.found[-1][1]
        if tag == "input" and said.get("type") not in ("submit", "button", "file"):
            value = said.get("value")
            if said.get("type") != "radio" or name not in fields:
                fields[name] = "on" if value is None and said.get("type") == "checkbox" else value or ""
        elif tag == "textarea":
            fields[name] = ""


def form_of(page: Answer, *, having: str) -> dict[str, str]:
    """Return the fields of the form of a page that has the field `having`."""
    forms = _Forms()
    forms.feed(page.body.decode())
    for _, fields in forms.found:
        if having in fields:
            return fields
    raise Unexpected(f"no form with a field {having!r}: {[sorted(fields) for _, fields in forms.found]}")


def encoded(fields: Mapping[str, str]) -> bytes:
    """Return a form as a browser sends it."""
    return urlencode(fields).encode()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application with granian as `motcua run` does; give its port and the worker's process id."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", application,
    ]  # fmt: skip
    server = subprocess.Popen(
        command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, start_new_session=True, stdout=sys.stderr
    )
    try:
        _await(server, port)
        yield port, _worker_of(server.pid)
    finally:
        _end(server)


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            raise Unexpected(f"the web server ended with code {server.returncode}")
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise Unexpected("the web server did not listen in time")


def _end(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if server.poll() is None:
            try:
                os.killpg(server.pid, number)
                server.wait(_GRACE)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def _worker_of(server: int) -> int:
    """Return the process that answers: the youngest descendant with threads enough, by resident memory."""
    children = [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(int(name)) == server]
    return max(children, key=resident, default=server)


def _parent(process: int) -> int:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as stat:
            return int(stat.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def resident(process: int) -> int:
    """Return the resident memory of a process in kB."""
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise Unexpected(f"process {process} tells no resident memory")


class Caller:
    """One keep-alive connection to a served application."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)

    def get(self, path: str, *, status: int = 200) -> bytes:
        """Open a page and read it whole; raise `Unexpected` for another status."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != status:
            raise Unexpected(f"{path}: status {response.status} in place of {status}: {body[:300]!r}")
        return body

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
