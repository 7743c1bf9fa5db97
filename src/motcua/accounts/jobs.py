"""Jobs of the accounts area."""

from procrastinate.contrib.django import app

from motcua.kit import clock, ratelimit


@app.periodic(cron="41 3 * * *")
@app.task(queue="upkeep")
def forget_old_tries(timestamp: int) -> None:
    """Forget counted tries of days gone by."""
    ratelimit.forget_old(at=clock.now())
