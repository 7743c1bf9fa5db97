"""What calendars held before there were notices becomes their first notice, and comes back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg import sql

from motcua.kit.postgres.cluster import Lease

_THERE_AND_BACK = """
from datetime import date
from uuid import UUID

import django
django.setup()
from django.core.management import call_command
from django.db import connection

def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None

old, agency, other = UUID(int=1), UUID(int=2), UUID(int=3)
call_command("migrate", verbosity=0)
call_command("migrate", "calendars", "0002", verbosity=0)
run("INSERT INTO organisation_agency (id, key) VALUES (%s, 'a')", agency)
new = "INSERT INTO calendars_calendar (id, agency_id, name, week, legal_basis, revision) VALUES (%s, %s, %s, %s, 'Q', 3)"
week = '{"0": [["07:00", "11:30"]]}'
run(new, other, agency, "xa", week)
run(new, old, None, "nuoc", week)
day = (
    "INSERT INTO calendars_calendarday (id, calendar_id, day, kind, name, legal_basis, confirmed)"
    " VALUES (gen_random_uuid(), %s, %s, 'holiday', 'Le', 'B', true)"
)
run(day, old, date(2026, 1, 1))
run(day, other, date(2026, 1, 2))

call_command("migrate", "calendars", verbosity=0)
notices = run("SELECT calendar_id, number, legal_basis FROM calendars_calendarnotice ORDER BY number")
assert notices == [(old, 1, "Q"), (other, 2, "Q")], notices
from motcua.calendars.queries import working_calendar
calendar = working_calendar(None, on=date(2026, 1, 1))
assert not calendar.is_working_day(date(2026, 1, 1))
assert calendar.is_working_day(date(2026, 1, 5)) and not calendar.is_working_day(date(2026, 1, 6))

from motcua.calendars.actions import DayChange, NoticeData, WeekChange, record_notice
from motcua.calendars.models import Calendar
from motcua.journal.events import SYSTEM
from motcua.kit import clock
changed = NoticeData(
    "TB",
    days=(DayChange(date(2026, 1, 1), "as_usual", "Lam"), DayChange(date(2026, 5, 1), "holiday", "Le")),
    weeks=(WeekChange(date(2026, 1, 1), {1: (("08:00", "12:00"),)}),),
)
record_notice(Calendar.objects.get(agency=None), changed, by=SYSTEM, at=clock.now())

call_command("migrate", "calendars", "0002", verbosity=0)
assert run("SELECT week::text, legal_basis, revision FROM calendars_calendar WHERE id = %s", old) == [
    ('{"1": [["08:00", "12:00"]]}', "", 3)
]
assert run("SELECT calendar_id, day FROM calendars_calendarday ORDER BY day") == [
    (other, date(2026, 1, 2)), (old, date(2026, 5, 1))
]
call_command("migrate", "calendars", verbosity=0)
print("done")
"""


@pytest.fixture
def scratch(test_cluster: Lease) -> Iterator[str]:
    """An empty database of its own, by its owner's address."""
    name = f"scratch_{uuid4().hex[:12]}"
    with test_cluster.cluster.connect() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield test_cluster.cluster.url("owner", database=name)
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.slow
def test_what_calendars_held_becomes_a_notice_and_comes_back(scratch: str) -> None:
    environment = os.environ | {
        "MOTCUA_DATABASE_URL": scratch,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", _THERE_AND_BACK], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
