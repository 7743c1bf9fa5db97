"""`motcua run`: one terminal that starts database, web server and worker, and stops them."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FrameType

import click

from motcua.kit.folders import PACKAGE, data_folder
from motcua.kit.postgres.errors import PostgresFault
from motcua.kit.postgres.watch import Watch
from motcua.ops.database import Database, running_database

READY_WITHIN = 60.0
GRACE = 15.0
# A program that dies more often than this within so many seconds is not started again.
DEATHS_ALLOWED, PATIENCE = 5, 120.0
_BUILT = PACKAGE / "config" / "static" / "motcua" / "app.css"


class Asked(Exception):
    """Someone asked the program to end."""


def run_all(*, host: str, port: int, demonstration: bool) -> int:
    """Start everything and wait; return the exit code."""
    if fault := _unable(host, port):
        click.echo(fault, err=True)
        return 2
    if not demonstration:
        os.environ["MOTCUA_DEMONSTRATION"] = "0"
    signal.signal(signal.SIGTERM, _ask)
    signal.signal(signal.SIGINT, _ask)
    try:
        with running_database() as database, ExitStack() as stack:
            if database.lease:
                stack.enter_context(Watch(database.lease))
            _prepare(database, host, port, demonstration)
            web = stack.enter_context(_child("web", _web(host, port), database.app, port))
            worker = stack.enter_context(_child("worker", _worker(), database.app, port))
            _wait_until_ready(host, port, web)
            _greet(host, port, demonstration)
            return _watch_over(web, worker)
    except Asked:
        click.echo("\nĐã dừng. Dữ liệu còn nguyên.")
        return 0
    except PostgresFault as fault:
        click.echo(str(fault), err=True)
        return 2


def _unable(host: str, port: int) -> str:
    """Say why nothing can be started; an empty text when everything can."""
    if not _BUILT.exists():
        return "Chưa dựng giao diện (CSS, phông chữ). Chạy: make setup"
    try:
        taken = _taken(host, port)
    except OSError as fault:
        return f"Không mở được địa chỉ {host}:{port}: {fault.strerror or fault}"
    if taken:
        return f"Cổng {port} đang có chương trình khác dùng. Chọn cổng khác: MOTCUA_PORT={port + 1} make run"
    return ""


def _taken(host: str, port: int) -> bool:
    """Tell whether someone listens there; a web server may share its port, so binding alone tells too little."""
    with socket.socket() as caller:
        caller.settimeout(2)
        if caller.connect_ex((host, port)) == 0:
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise
            return True
    return False


def _ask(number: int, frame: FrameType | None) -> None:
    # A second signal must not break the orderly end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Asked


def _environment(url: str, port: int) -> dict[str, str]:
    """Return the environment of a child; `run` has set what it knows of the demonstration before."""
    return os.environ | {
        "MOTCUA_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        "MOTCUA_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(database: Database, host: str, port: int, demonstration: bool) -> None:
    as_owner = _environment(database.owner, port)
    _step(
        "Cập nhật cấu trúc dữ liệu", [sys.executable, "-m", "motcua.ops.cli", "migrate", "--json"], as_owner
    )
    manifest = data_folder() / "static" / "staticfiles.json"
    if not manifest.exists() or manifest.stat().st_mtime < _BUILT.stat().st_mtime:
        # The fonts of printed slips are no web files, and compressing them takes longer than all the rest.
        command = [
            sys.executable,
            "-m",
            "django",
            "collectstatic",
            "--noinput",
            "-v",
            "0",
            "-i",
            "print-fonts",
        ]
        _step("Chuẩn bị tệp giao diện", command, as_owner)
    if demonstration:
        as_app = _environment(database.app, port)
        subprocess.run([sys.executable, "-m", "motcua.ops.cli", "demo"], env=as_app, check=True)


def _step(title: str, command: list[str], environment: Mapping[str, str]) -> None:
    click.echo(f"{title} … ", nl=False)
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    click.echo(f"xong ({time.monotonic() - began:.1f} giây)")


def _web(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", os.environ.get("MOTCUA_WEB_WORKERS", "1"), "--blocking-threads", "4",
        "--no-ws", "--log-level", "warning", "motcua.config.wsgi:application",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the program that started it is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Child:
    """A program that we keep running: started anew when it dies, given up when it dies again and again."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = data_folder() / f"{name}.log"
        self.deaths: list[float] = []
        self.start()

    def start(self) -> None:
        """Start the program, in a session of its own: Ctrl-C reaches only us, and we end it in order."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def keep_alive(self) -> bool:
        """Start the program anew if it died; return False once it has died too often to go on."""
        if self.process.poll() is None:
            return True
        # What the dead program had started must not go on beside its successor.
        self._signal(signal.SIGKILL)
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < PATIENCE] + [now]
        if len(self.deaths) > DEATHS_ALLOWED:
            return False
        click.echo(f"Tiến trình {self.name} đã dừng; đang khởi động lại.", err=True)
        self.start()
        return True

    def end(self) -> None:
        """Ask the program and all it started to end; after a while, end it."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.process.wait(GRACE)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, which outlives its first program."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


@contextmanager
def _child(name: str, command: list[str], url: str, port: int) -> Iterator[Child]:
    child = Child(name, command, _environment(url, port))
    try:
        yield child
    finally:
        child.end()


def _wait_until_ready(host: str, port: int, web: Child) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and web.process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/suc-khoe/song/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise click.ClickException(f"máy chủ web không trả lời; xem {data_folder() / 'web.log'}")


def _greet(host: str, port: int, demonstration: bool) -> None:
    from motcua.ops.demonstration_accounts import PASSWORD

    address = f"http://{host}:{port}"
    click.echo(f"\nMột Cửa đang chạy tại {address}\n")
    for label, path in (("Cổng người dân", "/"), ("Bàn xử lý hồ sơ", "/quay/"), ("Số liệu", "/so-lieu/")):
        click.echo(f"  {label:<18}{address}{path}")
    if demonstration and (ahead := os.environ.get("MOTCUA_DAYS_AHEAD", "0")) not in ("", "0"):
        click.echo(
            f"\nBản trình diễn chạy trước hiện tại {ahead} ngày. Khởi động lại cũng phải giữ MOTCUA_DAYS_AHEAD={ahead}."
        )
    if not demonstration:
        click.echo("\nNhấn Ctrl-C để dừng.")
        return
    click.echo(f"\nTài khoản trình diễn (mật khẩu chung: {PASSWORD}):")
    for line in account_lines():
        click.echo(f"  {line}")
    click.echo("\nNhấn Ctrl-C để dừng.")


def account_lines() -> list[str]:
    """Return the accounts of the demonstration in two columns, and how those of the partners are found."""
    from motcua.ops.demonstration_accounts import ACCOUNTS

    width = max(len(username) for username, _what in ACCOUNTS) + 2
    more = "Trưởng phòng và lãnh đạo của cơ quan phối hợp: đổi đuôi .chuyenvien thành .truongphong, .lanhdao"
    return [*(f"{username:<{width}}{what}" for username, what in ACCOUNTS), more]


def _watch_over(*children: Child) -> int:
    while True:
        for child in children:
            if not child.keep_alive():
                click.echo(f"Tiến trình {child.name} dừng liên tục; xem {child.log}", err=True)
                return 1
        time.sleep(0.5)
