"""Jobs of the documents area."""

from procrastinate.contrib.django import app

from motcua.documents import actions
from motcua.kit import clock
from motcua.kit.jobs import fresh_connection


@app.periodic(cron="17 3 * * *")
@app.task(queue="upkeep")
@fresh_connection
def sweep_orphans(timestamp: int) -> None:
    """Remove bytes that no row names."""
    actions.sweep_orphans(at=clock.now())
