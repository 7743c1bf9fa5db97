"""Everything that must hold before a change lands; all checks run, and the failed ones are named."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "src", "tests", "tools", "frontend"],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "src", "tests", "tools", "frontend"],
    "import contracts": [str(BIN / "lint-imports"), "--no-cache"],
    "types": [sys.executable, "-m", "mypy"],
    "dependencies": [str(BIN / "deptry"), "."],
    "front-end dependencies": [sys.executable, "frontend/build.py", "--check"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "settings": [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"],
    "templates": [sys.executable, "tools/templates.py"],
    "translations": [sys.executable, "tools/messages.py", "missing"],
}


def _environment() -> dict[str, str]:
    # No check needs a database; a wrong address proves it.
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        "MOTCUA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history:RuntimeWarning",
    }


def _run(name: str) -> tuple[str, bool, float, str]:
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=_environment(), capture_output=True, text=True)
    return name, done.returncode == 0, time.monotonic() - began, done.stdout + done.stderr


def main() -> int:
    """Run the checks two at a time and print what each said if it failed."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, good, seconds, output in pool.map(_run, CHECKS):
            print(f"{'ok  ' if good else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
            if not good:
                failed.append(name)
                print(output, flush=True)
    print(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
