"""What the tests of dossiers share: expecting a refusal, and doing things at the same moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from motcua.dossiers.actions import UnableToMove


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal with exactly this code."""
    with pytest.raises(UnableToMove) as caught:
        yield
    assert caught.value.code == code


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Run these in threads that start together, each on a connection of its own; return what each gave or raised."""
    together, answers = Barrier(len(deeds), timeout=30), [None] * len(deeds)

    def run(place: int) -> None:
        try:
            together.wait()
            answers[place] = deeds[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a deed waits for ever"
    return answers
