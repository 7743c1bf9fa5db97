"""A world whose rows are committed, for threads with connections of their own."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from motcua.kit import clock
from tests.world import World


@pytest.fixture
def committed_world(transactional_db: None, friday: datetime) -> Iterator[World]:
    """The usual province, seen by every connection."""
    with clock.freeze(friday):
        yield World(friday)
    # The jobs' tables are not Django's to empty.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
