"""The glossary names every model and every event, and names nothing that is not there."""

import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from motcua.journal.events import JournalEvent

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
_ROW = re.compile(r"^\| (?P<english>[^|]+?) \| (?P<vietnamese>[^|]+?) \| `(?P<name>[\w.]+)` \|$")


def _lines() -> list[str]:
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(("|---", "| English name |"))]


def _rows() -> list[re.Match[str]]:
    return [row for line in _lines() if (row := _ROW.match(line))]


def _named(name: str) -> Any:
    """Return the module, or what stands in it, that a row names below `motcua`."""
    parts = ["motcua", *name.split(".")]
    for cut in range(len(parts), 1, -1):
        module = ".".join(parts[:cut])
        # find_spec imports the parents: a class in the middle of the name is no package.
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            continue
        if found is not None:
            thing: Any = importlib.import_module(module)
            for attribute in parts[cut:]:
                thing = getattr(thing, attribute)
            return thing
    raise ModuleNotFoundError(name)


def _event_classes() -> list[type[JournalEvent]]:
    for config in apps.get_app_configs():
        if config.name.startswith("motcua.") and importlib.util.find_spec(f"{config.name}.events"):
            importlib.import_module(f"{config.name}.events")
    known = list(_below(JournalEvent))
    return [event for event in known if event.__module__.startswith("motcua.") and getattr(event, "kind", "")]


def _below(parent: type[JournalEvent]) -> Iterator[type[JournalEvent]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def test_each_row_has_three_columns_and_a_name() -> None:
    assert [line for line in _lines() if not _ROW.match(line)] == []


@pytest.mark.parametrize("name", [row["name"] for row in _rows()])
def test_what_a_row_names_is_there(name: str) -> None:
    assert _named(name) is not None


def test_each_model_has_a_row() -> None:
    named = [_named(row["name"]) for row in _rows()]
    models = [model for model in apps.get_models() if model.__module__.startswith("motcua.")]
    assert len(models) > 20
    assert [model.__qualname__ for model in models if model not in named] == []


def test_each_event_has_a_row() -> None:
    named = [_named(row["name"]) for row in _rows()]
    events = _event_classes()
    assert len(events) > 15
    assert [event.kind for event in events if event not in named] == []


def test_a_word_and_a_thing_stand_once() -> None:
    for column in ("english", "name"):
        found = [row[column] for row in _rows()]
        assert sorted(word for word in set(found) if found.count(word) > 1) == []
