"""Counting tries in the database, so that many web processes share one count."""

from datetime import datetime, timedelta

from django.db import connection

_SQL = """
INSERT INTO kit_try (scope, key, bucket, tries, counted_at) VALUES (%s, %s, %s, 1, %s)
ON CONFLICT (scope, key, bucket) DO UPDATE SET tries = kit_try.tries + 1
RETURNING tries
"""


def too_many(scope: str, key: str, *, limit: int, seconds: int, at: datetime) -> bool:
    """Count one try of `key` and tell whether it is beyond `limit` in this window of `seconds`."""
    bucket = int(at.timestamp()) // seconds
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [scope, key[:200], bucket, at])
        row = cursor.fetchone()
    return row is not None and row[0] > limit


def forget_old(*, at: datetime, seconds: int = 86_400) -> int:
    """Delete counts older than a day; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kit_try WHERE counted_at < %s", [at - timedelta(seconds=seconds)])
        return int(cursor.rowcount)
