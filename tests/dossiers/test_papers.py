"""Bad files and a full disk: a clear refusal, and nothing half-written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import models

from motcua.documents import providers
from motcua.documents.actions import UnableToKeepFile
from motcua.documents.models import StoredFile
from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, Paper
from motcua.dossiers.queries import papers_of
from motcua.kit.store import FakeStore, StoreFull
from tests.dossiers.asking import refused
from tests.world import PDF, World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


@contextmanager
def nothing_changed() -> Iterator[None]:
    """Hold that rows and files are after the block as before it."""

    def seen() -> tuple[Any, ...]:
        folder = Path(settings.MOTCUA_FILES)
        files = sorted(path.name for path in folder.rglob("*") if path.is_file())
        return (*(_rows(model) for model in (Dossier, Paper, StoredFile)), files)

    before = seen()
    yield
    assert seen() == before


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "to.pdf", "empty"),
        (b"<html><script>alert(1)</script></html>", "to.pdf", "not_accepted"),
        (b"MZ\x90\x00" + bytes(200), "to.pdf", "not_accepted"),
        (b"just words, no file of any kind", "to.pdf", "not_accepted"),
        (PNG, "to.pdf", "not_what_it_says"),
        (PDF, "to.pdf.exe", "not_what_it_says"),
        (PDF, "to", "not_what_it_says"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    world: World, content: bytes, name: str, code: str
) -> None:
    story = world.a_dossier()
    with nothing_changed(), pytest.raises(UnableToKeepFile) as caught:
        story.attach("anh", content, name)
    assert caught.value.code == code


def test_an_oversized_file_is_refused(world: World, settings: Any) -> None:
    settings.MOTCUA_LARGEST_FILE = len(PDF)
    story = world.a_dossier()  # exactly as large as allowed
    with nothing_changed(), pytest.raises(UnableToKeepFile) as caught:
        story.attach("anh", PDF + b"\n")
    assert (caught.value.code, caught.value.facts["largest"]) == ("too_large", len(PDF))


def test_a_full_store_leaves_no_row_no_file_and_the_dossier_as_it_was(world: World) -> None:
    story = world.a_dossier()
    full = FakeStore(room=10)
    with nothing_changed(), providers.using(full), pytest.raises(StoreFull):
        story.attach("to-khai", PDF + b"anew")
    assert full.files == {}
    # Room again: the same person goes on where they were.
    with providers.using(FakeStore()):
        story.attach("to-khai", PDF + b"anew")
    assert story.filed().dossier.state == "filed"


def test_a_full_store_keeps_the_paper_that_was_there_while_a_supplement_waits(world: World) -> None:
    story = world.a_dossier().accepted()
    world.later(days=3)
    story.supplement_requested()
    with nothing_changed(), providers.using(FakeStore(room=0)), pytest.raises(StoreFull):
        story.attach("to-khai")
    with refused("nothing_resubmitted"):
        actions.resubmit_dossier(story.dossier, by=world.as_actor("dan"), at=world.at)
    assert story.reload().dossier.state == "paused"


def test_only_listed_components_take_papers_and_only_while_it_is_open_to_them(world: World) -> None:
    story = world.a_dossier()
    with nothing_changed(), refused("unknown_component"):
        story.attach("ho-khau")
    story.filed()
    with nothing_changed(), refused("move_not_allowed"):
        story.attach("anh")


def test_a_file_takes_the_place_of_the_one_before_and_both_stay_to_be_seen(world: World) -> None:
    story = world.a_dossier()
    first = papers_of(story.dossier.id)["to-khai"]
    world.later(minutes=1)
    story.attach("to-khai", PNG, "C:\\ảnh\\tờ khai.PNG")
    second = papers_of(story.dossier.id)["to-khai"]

    assert second.id != first.id
    assert Paper.objects.get(id=first.id).superseded_at == world.at
    row = StoredFile.objects.get(id=second.file_id)
    assert (row.name, row.media_type, row.size) == ("tờ khai.PNG", "image/png", len(PNG))
