"""Each module of the law has its page, and each page its module."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = {path.stem: path for path in (ROOT / "src" / "motcua" / "rules").glob("*.py")}
PAGES = {path.stem: path for path in (ROOT / "docs" / "rules").glob("*.md")}
WITHOUT_LAW = {"__init__", "refusals"}


def test_each_module_has_a_page_and_names_it() -> None:
    for name in MODULES.keys() - WITHOUT_LAW:
        assert name in PAGES, f"docs/rules/{name}.md is missing"
        assert f"docs/rules/{name}.md" in MODULES[name].read_text("utf-8"), name


def test_each_page_names_the_code_of_every_refusal() -> None:
    for name in MODULES.keys() - WITHOUT_LAW - {"working_time"}:
        codes = re.findall(r"(?:Refused|Refusal)\(\"(\w+)\"", MODULES[name].read_text("utf-8"))
        page = PAGES[name].read_text("utf-8")
        assert [code for code in codes if f"`{code}`" not in page] == [], name


def test_rules_need_nothing_but_the_standard_library() -> None:
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("motcua.rules."), (path.name, name)
