"""Jobs of the journal: reactions and seals."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.journal import actions
from motcua.kit import clock


# After 3, 9, 27 … seconds, the last try six days after the one before: later reactions of the same subject
# wait for this one, so the waits must not run to months.
@app.task(queue="outbox", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def react(entry_id: str) -> None:
    """Run one owed reaction."""
    actions.run_reaction(UUID(entry_id), at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep")
def seal(timestamp: int) -> None:
    """Seal the settled part of the journal."""
    while actions.seal_settled(at=clock.now()):
        pass
