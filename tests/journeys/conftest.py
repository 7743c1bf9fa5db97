"""The running site and a real browser: journeys drive what `motcua run` starts, as people do."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from motcua.kit.postgres.cluster import destroy

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (320, 390, 768, 1280)
START_WITHIN = 180.0
HERE = Path(__file__).parent


def browser_path() -> str | None:
    """Return the browser of this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark journeys, keep them on one worker, and skip them where there is no browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))
            if browser_path() is None:
                item.add_marker(pytest.mark.skip(reason="no browser"))


class Site:
    """The whole product on a folder and a port of its own; stopped and started again it keeps its data."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-journeys-"))
        self.folder.chmod(0o711)
        self.port = _free_port()
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, days_ahead: int = 0) -> None:
        """Start it, so many days ahead of the present."""
        environment = os.environ | {
            "MOTCUA_DATA": str(self.folder / "data"),
            "MOTCUA_PORT": str(self.port),
            "MOTCUA_DAYS_AHEAD": str(days_ahead),
        }
        for name in ("MOTCUA_DATABASE_URL", "MOTCUA_TEST_CLUSTER", "MOTCUA_KEY"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "motcua.ops.cli", "run"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        _await_line(self.process, "Ctrl-C")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process = None

    def remove(self) -> None:
        """Leave nothing of it."""
        self.stop()
        destroy(self.folder / "data" / "pg")
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Start the product once for all journeys; return its address.

    `MOTCUA_SITE` names one that runs already, for whoever writes a journey.
    """
    if running := os.environ.get("MOTCUA_SITE"):
        yield running
        return
    made = Site()
    try:
        made.start()
        yield made.address
    finally:
        made.remove()


@pytest.fixture
def own_site() -> Iterator[Site]:
    """A product for one journey alone: what is changed in it, time among it, concerns no other."""
    made = Site()
    try:
        made.start()
        yield made
    finally:
        made.remove()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_line(process: subprocess.Popen[str], wanted: str) -> None:
    """Wait for a line of output; whatever came instead stands in the failure."""
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    output = process.stdout
    threading.Thread(target=lambda: [lines.put(line) for line in output], daemon=True).start()
    seen = ""
    while wanted not in seen:
        try:
            seen += lines.get(timeout=START_WITHIN)
        except Empty:
            break
        if process.poll() is not None and lines.empty():
            break
    assert wanted in seen, f"the site did not start:\n{seen}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Launch the machine's browser once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


class Visitor:
    """Someone with a browser of their own; every page they see is held to the same demands."""

    def __init__(self, browser: Browser, site: str, *, javascript: bool = True, width: int = 1280) -> None:
        self.context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale="vi-VN",
        )
        self.javascript = javascript
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def _console(self, message: Any) -> None:
        # A page that answers 404 or 422 on purpose is told by the browser as a console error.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def sign_in(self, username: str, password: str) -> Page:
        """Sign in on the sign-in page."""
        self.page.goto("/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        expect(self.page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        return self.page

    def look(self, name: str) -> None:
        """Hold the page to the demands: accessible, no sideways scrolling, our font, no leftovers."""
        page = self.page
        # A page that is still on its way has no body to be measured.
        page.wait_for_load_state("load")
        usual = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if self.javascript:
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{name}: {wide} px wide on a screen of {width} px"
            self._shoot(name, width)
        if usual:
            page.set_viewport_size(usual)
        text = page.content()
        assert "{{" not in text, f"{name}: template left over"
        assert "{%" not in text, f"{name}: template left over"
        assert page.locator("h1").count() == 1, f"{name}: one heading of the first level"
        if self.javascript:
            font = page.evaluate("getComputedStyle(document.body).fontFamily")
            assert "Be Vietnam Pro" in font, f"{name}: {font}"
            found = Axe().run(
                page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
            )
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert not self.faults, f"{name}: {self.faults}"

    def _shoot(self, name: str, width: int) -> None:
        folder = os.environ.get("MOTCUA_SHOTS")
        if folder and width in (390, 1280):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """Open a browser for someone: `visitor()`, `visitor(javascript=False)`, `visitor(width=390)`."""
    visitors: list[Visitor] = []

    def come(**choices: Any) -> Visitor:
        visitors.append(Visitor(chromium, site, **choices))
        return visitors[-1]

    yield come
    for each in visitors:
        each.context.close()
        assert not each.faults
