"""How the running product is."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from motcua.dossiers.queries import recomputations_unfinished
from motcua.journal.queries import CLOCKS_DIFFER, newest_event_at, outbox_state
from motcua.organisation.queries import reorganisations_waiting
from motcua.rules.localday import local_day

# An entry that waits longer than this says that no worker runs.
PATIENCE = timedelta(minutes=5)
# A recomputation takes seconds to minutes: one that is not done after this was given up.
RECOMPUTATION_TAKES = timedelta(hours=1)
# The whole country takes minutes.
REORGANISATION_TAKES = timedelta(minutes=30)


def report(*, at: datetime) -> dict[str, Any]:
    """Return database, migrations, outbox and recomputations with `ok` over all; no figure says anything about a person."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return {"ok": False, "database": "ok", "migrations_waiting": waiting}
    outbox = outbox_state(at=at, patience=PATIENCE)
    newest = newest_event_at()
    # A clock that was set back makes every ledger refuse its next entry; somebody must be told why.
    behind = max(timedelta(0), newest - at) if newest else timedelta(0)
    unfinished = recomputations_unfinished(since=at - RECOMPUTATION_TAKES)
    held_up, under_way = reorganisations_waiting(on=local_day(at), since=at - REORGANISATION_TAKES)
    return {
        "ok": waiting == 0
        and outbox.stuck == 0
        and behind <= CLOCKS_DIFFER
        and not unfinished
        and not held_up
        and not under_way,
        "database": "ok",
        "clock_behind_seconds": int(behind.total_seconds()),
        "migrations_waiting": waiting,
        "outbox_waiting": outbox.waiting,
        "outbox_failed": outbox.failed,
        "outbox_stuck": outbox.stuck,
        "recomputations_unfinished": unfinished,
        "reorganisations_held_up": held_up,
        "reorganisations_unfinished": under_way,
    }
