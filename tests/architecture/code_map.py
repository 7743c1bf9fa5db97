"""What the actions of an area call, read from their source."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "motcua"


@dataclass
class Area:
    """The functions of an area's actions: what each calls by name, and which are public."""

    calls: dict[str, set[str]] = field(default_factory=dict)
    public: set[str] = field(default_factory=set)

    def reached(self, name: str) -> set[str]:
        """Return every name that a function calls, itself or through functions of the same area."""
        found, waiting = set[str](), [name]
        while waiting:
            for call in self.calls[waiting.pop()] - found:
                found.add(call)
                # A module of the same package called by its name: `slips.receipt`.
                inside = call.rsplit(".", 1)[-1]
                if inside in self.calls and call != "journal.record":
                    waiting.append(inside)
        return found


def actions_files(area: str) -> list[Path]:
    """Return the sources of an area's actions."""
    folder = SOURCE / area
    return sorted((folder / "actions").glob("*.py")) or [folder / "actions.py"]


def areas_with_actions() -> list[str]:
    """Return the areas that have actions."""
    return sorted(
        path.name
        for path in SOURCE.iterdir()
        if (path / "actions.py").exists() or (path / "actions").is_dir()
    )


def read_area(area: str) -> Area:
    """Read the actions of an area."""
    found = Area()
    for path in actions_files(area):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                assert node.name not in found.calls, f"{node.name} stands twice in the actions of {area}"
                found.calls[node.name] = set(_calls(node))
                if path.name == "actions.py" and not node.name.startswith("_"):
                    found.public.add(node.name)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                found.public |= set(ast.literal_eval(node.value))
    found.public &= set(found.calls)
    return found


def _calls(function: ast.FunctionDef) -> list[str]:
    names = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            text = ast.unparse(node.func)
            names.append(text if text == "journal.record" else text.rsplit(".", 1)[-1])
    return names
