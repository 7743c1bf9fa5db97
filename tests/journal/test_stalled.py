"""What a killed worker left half done is taken up, also where the next one of its kind waits already."""

import asyncio

import pytest
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from motcua.journal.jobs import take_up_stalled
from motcua.kit import sql

_LEFT = """
WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, status, worker_id)
SELECT 'upkeep', %(task)s, 0, %(lock)s, %(queueing)s, '{"timestamp": 1}', 'doing', id FROM worker RETURNING id
"""
_WAITS = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, status)
VALUES ('upkeep', %(task)s, 0, %(lock)s, %(queueing)s, '{"timestamp": 2}', 'todo')
"""


def _take_up() -> None:
    async def run() -> None:
        worker = app.with_connector(app.connector.get_worker_connector())
        async with worker.open_async():
            job = Job(id=0, queue="upkeep", lock=None, queueing_lock=None, task_name="x")
            await take_up_stalled.func(
                JobContext(app=worker, job=job, start_timestamp=0.0, abort_reason=lambda: None), 0
            )

    asyncio.run(run())


@pytest.mark.django_db(transaction=True)
def test_a_dead_job_gives_way_to_the_next_one_and_the_others_are_taken_up() -> None:
    periodic = {
        "task": "motcua.dossiers.jobs.reorganise_when_due",
        "lock": "dossiers.reorganise",
        "queueing": "reorganise",
    }
    (dead,) = sql.row(_LEFT, periodic) or (None,)
    sql.run(_WAITS, periodic)
    (other,) = sql.row(_LEFT, {"task": "motcua.journal.jobs.react", "lock": "one", "queueing": None}) or (
        None,
    )
    _take_up()
    states = dict(
        sql.rows("SELECT id, status::text FROM procrastinate_jobs WHERE id = ANY(%s)", [[dead, other]])
    )
    assert states == {dead: "failed", other: "todo"}
