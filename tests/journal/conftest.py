"""An event of the tests, and reactions of the tests in place of the product's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest

from motcua.config.wiring import REACTIONS
from motcua.journal.events import Happened, JournalEvent, Reaction, install


@dataclass(frozen=True)
class SomethingDone(JournalEvent):
    """An event of the tests."""

    kind: ClassVar[str] = "test.done"
    subject_kind: ClassVar[str] = "test"
    schema: ClassVar[int] = 3
    what: str


@pytest.fixture
def something() -> type[SomethingDone]:
    return SomethingDone


@pytest.fixture
def reactions() -> Iterator[Callable[..., None]]:
    """Install reactions to the event of the tests; the product's come back afterwards."""

    def put(**runs: Callable[[Happened], None]) -> None:
        install({SomethingDone: [Reaction(name, run) for name, run in runs.items()]})

    yield put
    install(REACTIONS)
