"""How the running product is."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from motcua.journal.queries import outbox_state

# An entry that waits longer than this says that no worker runs.
PATIENCE = timedelta(minutes=5)


def report(*, at: datetime) -> dict[str, Any]:
    """Return database, migrations and outbox with `ok` over all; no figure says anything about a person."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return {"ok": False, "database": "ok", "migrations_waiting": waiting}
    outbox = outbox_state(at=at, patience=PATIENCE)
    return {
        "ok": waiting == 0 and outbox.stuck == 0,
        "database": "ok",
        "migrations_waiting": waiting,
        "outbox_waiting": outbox.waiting,
        "outbox_failed": outbox.failed,
        "outbox_stuck": outbox.stuck,
    }
