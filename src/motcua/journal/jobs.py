"""Jobs of the journal: reactions and seals."""

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from motcua.journal import actions
from motcua.kit import clock
from motcua.kit.jobs import fresh_connection


# After 3, 9, 27 … seconds, the last try six days after the one before: later reactions of the same subject
# wait for this one, so the waits must not run to months.
@app.task(queue="outbox", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def react(entry_id: str) -> None:
    """Run one owed reaction."""
    actions.run_reaction(UUID(entry_id), at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep")
@fresh_connection
def seal(timestamp: int) -> None:
    """Seal the settled part of the journal."""
    while actions.seal_settled(at=clock.now()):
        pass


@app.periodic(cron="*/2 * * * *")
@app.task(queue="upkeep", queueing_lock="journal.take_up_stalled", pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Run again what a killed worker left half done; reactions may run twice, so nothing happens twice.

    Of a job that comes again by itself the next one may wait already: then that one does the work, and the dead one is
    ended, because it would hold the lock for ever.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except (UniqueViolation, AlreadyEnqueued):
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
