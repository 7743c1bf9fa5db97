"""What the documents say is so: commands, files, links, variables, and nothing of the machine they were written on."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from motcua.ops.cli import main as command_line

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "motcua"
READMES = ("README.md", "README.vi.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_WITHOUT_LAW = {"__init__", "refusals"}
# What a newcomer may do after the two commands; anything that installs or prepares is one command too many.
_LATER = re.compile(r"\.venv/bin/motcua [\w .:\"-]+|MOTCUA_PORT=\d+ make run|rm -rf \.motcua")
_NOT_KEPT = {
    ".git", ".venv", ".venv-lock", ".motcua", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", ".hypothesis", ".import_linter_cache", "static", "staticfiles", "dist", "build",
}  # fmt: skip


def _read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _code_blocks(text: str) -> list[list[str]]:
    found = re.findall(r"^```\w*\n(.*?)^```$", text, re.S | re.M)
    return [[line.strip() for line in block.splitlines() if line.strip()] for block in found]


def _names(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("name", READMES)
def test_a_newcomer_types_two_commands_and_no_third(name: str) -> None:
    first, *others = _code_blocks(_read(name))
    assert first == ["make run", "make test"]
    assert [line for block in others for line in block if not _LATER.fullmatch(line)] == []


def test_both_readmes_show_the_same_commands_and_links() -> None:
    english, vietnamese = (_read(name) for name in READMES)
    assert _code_blocks(english) == _code_blocks(vietnamese)
    links = [{link for link in _links(text) if "README" not in link} for text in (english, vietnamese)]
    assert links[0] == links[1]


def test_make_knows_each_target_that_is_named() -> None:
    targets = set(re.findall(r"^([a-z]+):", _read("Makefile"), re.M))
    named = {
        (_names(document), target)
        for document in DOCUMENTS
        for target in re.findall(r"(?:`|^|=\d{4} )make ([a-z]+)(?:`|$)", document.read_text("utf-8"), re.M)
    }
    assert {target for _, target in named} >= {"run", "test", "check", "bench", "browser"}
    assert [pair for pair in sorted(named) if pair[1] not in targets] == []


def _faulty_words(words: list[str]) -> list[str]:
    """Return the words that no command or option of the command line bears."""
    at: click.Command = command_line
    faults = []
    for word in words:
        if word.startswith("-"):
            known = [
                option for parameter in at.params for option in (*parameter.opts, *parameter.secondary_opts)
            ]
            faults += [] if word in known or word in ("--help", "-h") else [word]
        elif isinstance(at, click.Group):
            if word not in at.commands:
                return [*faults, word]
            at = at.commands[word]
    return faults


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names)
def test_each_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    lines = [line for block in _code_blocks(text) for line in block] + re.findall(r"`([^`\n]+)`", text)
    told = [re.fullmatch(r"(?:\w+=\S+ )*(?:\.venv/bin/)?motcua ([a-z-][\w /.-]*)", line) for line in lines]
    assert any(told) or _names(document) not in (*READMES, "docs/operations.md")
    faults = {row[0]: _faulty_words(row[1].split()) for row in told if row}
    assert {line: words for line, words in faults.items() if words} == {}


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert _faulty_words(["backup", "province.tar"]) == []
    assert _faulty_words(["backup", "--fast", "province.tar"]) == ["--fast"]
    assert _faulty_words(["journal", "burn"]) == ["burn"]


def _variables(*places: Path) -> set[str]:
    """Return the environment variables that are read below these places; a setting asked by name is none."""
    found: set[str] = set()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            text = re.sub(r"getattr\(\s*settings,[^)]*\)", "", path.read_text("utf-8"))
            quoted = (
                r"[\"'](MOTCUA_[A-Z_]*[A-Z])[\"']" if path.suffix == ".py" else r"\b(MOTCUA_[A-Z_]*[A-Z])\b"
            )
            found |= set(re.findall(quoted, text))
    return found


def test_each_variable_has_its_row_and_each_row_its_variable() -> None:
    read = _variables(PACKAGE, ROOT / "Makefile")
    told = re.findall(r"^\| `(MOTCUA_\w+)`", _read("docs/operations.md"), re.M)
    for_tests = re.findall(r"^\| `(MOTCUA_\w+)`", _read("CONTRIBUTING.md"), re.M)
    assert sorted(told) == sorted(set(told))
    assert sorted(read - set(told) - set(for_tests)) == []
    assert sorted(set(told) - read) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names)
def test_each_variable_that_is_named_is_read_somewhere(document: Path) -> None:
    read = _variables(PACKAGE, ROOT / "Makefile", ROOT / "tests", ROOT / ".ci" / "run")
    named = set(re.findall(r"\bMOTCUA_[A-Z_]*[A-Z]\b", document.read_text("utf-8")))
    assert sorted(named - read) == []


def _links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def _anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names)
def test_each_link_leads_somewhere(document: Path) -> None:
    for link in _links(document.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_each_file_on_the_map_exists() -> None:
    tokens = set(re.findall(r"`([^`\n]+)`", _read("docs/map.md")))
    files = {token for token in tokens if re.fullmatch(r"[\w./-]+(/|\.\w+)", token) and "/" in token}
    assert len(files) > 50
    assert sorted(name for name in files if not ((ROOT / name).exists() or (PACKAGE / name).exists())) == []


def test_the_map_shows_each_package_each_rule_and_each_decision() -> None:
    text = _read("docs/map.md")
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert sorted(name for name in packages if not re.search(rf"^\| \d+ \| `{name}/` \|", text, re.M)) == []
    pages = {
        path.relative_to(ROOT / "docs").as_posix()
        for path in DOCUMENTS
        if path.parent.name in ("rules", "adr")
    }
    assert sorted(pages - set(_links(text))) == []


def test_each_rule_has_its_page_and_each_page_what_it_describes() -> None:
    # A package of rules has a page by its name; its larger modules may have their own.
    packages = {path.parent.name for path in (PACKAGE / "rules").glob("*/__init__.py")}
    modules = {path.stem for path in (PACKAGE / "rules").glob("*.py")} - _WITHOUT_LAW | packages
    pages = {path.stem: path for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert sorted(modules - pages.keys()) == []
    for name, page in pages.items():
        title = page.read_text("utf-8").splitlines()[0]
        described = re.fullmatch(r"# .+ \(`([\w./]+)`\)", title)
        assert described, f"{name}: {title}"
        assert (PACKAGE / described[1]).exists(), title
        own = name in modules or Path(described[1]).stem == name.replace("-", "_")
        assert own or not described[1].startswith("rules/"), title


def test_decisions_are_numbered_once_and_say_what_and_why() -> None:
    found = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    for path in found:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.search(r"^Status: (proposed|accepted|replaced by \d+), \d+/\d+/\d{4}\.$", text, re.M), (
            path.name
        )
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert f"\n{heading}\n" in text, f"{path.name}: {heading}"


def test_every_place_tells_the_same_version() -> None:
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    assert f"\n## [{version}] - " in _read("CHANGELOG.md")
    assert f'\nsoftwareVersion: "{version}"\n' in _read("publiccode.yml")


def _kept_files() -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_KEPT and not name.endswith(".egg-info")]
        for name in names:
            path = Path(folder, name)
            try:
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue


def test_no_file_knows_a_machine_or_a_registry() -> None:
    # Put together here, so that this file does not hold what it looks for.
    machine = [f"/{name}/" for name in ("work", "root", "home", "Users")]
    registries = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "npm" + "js.com",
        "yarn" + "pkg.com",
    ]
    wrong = re.compile(rf"(?<![\w.}}<>/-])(?:{'|'.join(machine)})\w|{'|'.join(map(re.escape, registries))}")
    assert wrong.search(f"see {machine[0]}main")
    assert wrong.search(f"https://{registries[0]}/simple")
    kept = list(_kept_files())
    assert len(kept) > 200
    assert [(name, found[0]) for name, text in kept if (found := wrong.search(text))] == []
