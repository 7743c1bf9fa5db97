"""Jobs of the accounts area."""

from procrastinate.contrib.django import app

from motcua.kit import clock, ratelimit
from motcua.kit.jobs import fresh_connection


@app.periodic(cron="41 3 * * *")
@app.task(queue="upkeep")
@fresh_connection
def forget_old_tries(timestamp: int) -> None:
    """Forget counted tries of days gone by."""
    ratelimit.forget_old(at=clock.now())
