"""The database of a command: the one that is named, else the embedded one, started if none runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from motcua.kit.folders import data_folder
from motcua.kit.postgres.cluster import Lease, ensure_running

URL = "MOTCUA_DATABASE_URL"
OWNER_URL = "MOTCUA_OWNER_URL"
APPLICATION = "motcua_app"
# What is written once: the application may read and add, never change or remove.
APPEND_ONLY = (
    "journal_event",
    "journal_batch",
    "journal_batchmember",
    "dossiers_clockrow",
    "dossiers_look",
    "dossiers_result",
    "documents_slip",
    "workflow_processversion",
    "catalogue_procedureversion",
    "catalogue_postingcheck",
    "catalogue_heldrecord",
    "dossiers_versionchange",
    "dossiers_comment",
    "dossiers_reopening",
    "dossiers_latenote",
    "dossiers_deadlinewarning",
    "dossiers_partnerreply",
    "dossiers_agencyhandover",
    "organisation_succession",
    "organisation_territorysuccession",
    "organisation_postsuccession",
    "calendars_calendarnotice",
    "calendars_calendarweek",
    "calendars_calendarday",
)


class Database:
    """The addresses of a running database, for the application and for its owner."""

    def __init__(self, app: str, owner: str, lease: Lease | None) -> None:
        self.app, self.owner, self.lease = app, owner, lease


@contextmanager
def running_database(*, owner: bool = False) -> Iterator[Database]:
    """Give a running database and set it in the environment; the last command out stops an embedded one.

    `owner` connects as the owner of the tables (migrations); otherwise as the application.
    """
    if given := os.environ.get(URL):
        database = Database(given, os.environ.get(OWNER_URL, given), None)
        with _in_environment(database.owner if owner else database.app):
            yield database
        return
    with ensure_running(pg_folder()) as lease:
        database = Database(lease.url("app"), lease.url("owner"), lease)
        with _in_environment(database.owner if owner else database.app):
            yield database


def pg_folder() -> Path:
    """Return the folder of the embedded database."""
    return data_folder() / "pg"


@contextmanager
def _in_environment(url: str) -> Iterator[None]:
    before = os.environ.get(URL)
    os.environ[URL] = url
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(URL, None)
        else:
            os.environ[URL] = before


@contextmanager
def one_at_a_time(owner_url: str) -> Iterator[None]:
    """Let migrations take turns: two first starts at once must not both make the tables."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('motcua.migrate'))")
        yield


def bring_tables(database: Database, *, tell: bool = False) -> None:
    """Bring the tables to this version and give the application its rights; Django must be set up as owner."""
    from django.core.management import call_command

    with one_at_a_time(database.owner):
        call_command("migrate", verbosity=1 if tell else 0, interactive=False)
        grant_to_application(database.owner)


def grant_to_application(owner_url: str) -> None:
    """Let the application's role read and write rows, and only read and add where nothing past is edited."""
    role = sql.Identifier(APPLICATION)
    with psycopg.connect(owner_url) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone()
        if known is None:
            return
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(role))
        for table in APPEND_ONLY:
            connection.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role)
            )
