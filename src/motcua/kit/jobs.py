"""What jobs need that requests have by themselves."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

_P = ParamSpec("_P")
_R = TypeVar("_R")


def fresh_connection(job: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a job begin on a living connection: a worker's threads outlive a restart of the database."""

    @wraps(job)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        close_old_connections()
        try:
            return job(*args, **kwargs)
        finally:
            close_old_connections()

    return run
