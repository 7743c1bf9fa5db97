"""Jobs of the notifications area."""

from procrastinate.contrib.django import app

from motcua.kit import clock
from motcua.kit.jobs import fresh_connection
from motcua.notifications import actions


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="notifications.send")
@fresh_connection
def send_waiting(timestamp: int) -> None:
    """Send what waits."""
    while actions.send_waiting(at=clock.now()):
        pass
