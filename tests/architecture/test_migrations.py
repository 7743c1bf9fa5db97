"""Migrations say what the models say, go forward and back, and guard what is written once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from motcua.dossiers.models import Dossier
from motcua.kit import clock
from motcua.kit.postgres.cluster import Lease
from motcua.ops.database import APPEND_ONLY, APPLICATION, grant_to_application
from tests.world import World

_GUARDED = """
SELECT c.relname FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'kit_refuse_change' AND t.tgenabled = 'O'
  AND t.tgtype & 2 = 2 AND t.tgtype & 8 = 8 AND t.tgtype & 16 = 16
"""  # before, delete, update


def test_the_migrations_say_what_the_models_say(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_guarded_tables_are_those_the_grants_know(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED)
        assert sorted(row[0] for row in cursor.fetchall()) == sorted(APPEND_ONLY)


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


_THERE_AND_BACK = """
from importlib.util import find_spec

import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection

def tables():
    return {name for name in connection.introspection.table_names() if name.partition("_")[0] in labels}

labels = {config.label for config in apps.get_app_configs() if config.name.startswith("motcua.")}
with_migrations = [
    label for label in labels if find_spec(apps.get_app_config(label).name + ".migrations")
]
call_command("migrate", verbosity=0)
first = tables()
assert len(first) > 25, first
for label in sorted(with_migrations):
    call_command("migrate", label, "zero", verbosity=0)
assert tables() == set(), tables()
call_command("migrate", verbosity=0)
assert tables() == first
print(len(first))
"""


def test_every_area_migrates_to_nothing_and_forward_again(scratch: str) -> None:
    environment = os.environ | {
        "MOTCUA_DATABASE_URL": scratch,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", _THERE_AND_BACK], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 25


def _as_application(test_cluster: Lease) -> psycopg.Connection:
    """Sign in to the database of the tests as the application does."""
    name = connections["default"].settings_dict["NAME"]
    if os.environ.get("MOTCUA_TEST_URL"):
        # A server of someone else's: its owner takes on the role.
        known = connections["default"].settings_dict
        signed_in = psycopg.connect(
            dbname=name, user=known["USER"], password=known["PASSWORD"], host=known["HOST"],
            port=known["PORT"] or None, autocommit=True,
        )  # fmt: skip
        signed_in.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPLICATION)))
        return signed_in
    return psycopg.connect(test_cluster.cluster.url("app", database=name), autocommit=True)


def test_the_applications_role_reads_and_adds_and_never_changes_the_past(
    test_cluster: Lease, transactional_db: None, friday: datetime
) -> None:
    with clock.freeze(friday):
        World(friday).a_dossier().decided()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {APPLICATION} NOLOGIN")
        cursor.execute("DELETE FROM procrastinate_jobs")
    known = connections["default"].settings_dict
    grant_to_application(
        psycopg.conninfo.make_conninfo(
            dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"], host=known["HOST"],
            port=known["PORT"] or None,
        )
    )  # fmt: skip

    with _as_application(test_cluster) as application:
        found = application.execute("SELECT count(*) FROM journal_event").fetchone()
        assert found is not None
        assert found[0] == apps.get_model("journal", "Event").objects.count() > 5
        for table in APPEND_ONLY:
            name = sql.Identifier(table)
            columns = application.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(name)).description
            assert columns is not None
            column = sql.Identifier(columns[-1].name)
            for statement in (
                sql.SQL("UPDATE {} SET {} = {}").format(name, column, column),
                sql.SQL("DELETE FROM {}").format(name),
                sql.SQL("TRUNCATE {} CASCADE").format(name),
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    application.execute(statement)
        done = application.execute("UPDATE dossiers_dossier SET request = 'khác' RETURNING id").fetchall()
        assert len(done) == Dossier.objects.filter(request="khác").count() == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("ALTER TABLE journal_event DISABLE TRIGGER ALL")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE of_its_own (a int)")
