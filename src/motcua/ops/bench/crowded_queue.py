"""The queue of an officer with ten thousand open tasks in an agency of a million, against that of one with a hundred."""

from uuid import UUID

from motcua.accounts.queries import user_named
from motcua.kit import sql
from motcua.ops.bench.copies import copy_dossier
from motcua.ops.bench.queue_page import analyse, in_database, page_of, small_database
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, interleaved

TARGET = 1.30
HOLDER, OTHERS = "specialist", "head"
_BATCH = 50_000


def measure(stage: Stage) -> Outcome:
    """Time the page in two databases in turns; the small one is a copy made on the way to the large one."""
    sizes = stage.sizes
    dossier = stage.world.accepted()
    copy_dossier(dossier.id, sizes.few_tasks, papers=False, spread=True)
    officer = stage.signed_in(HOLDER)
    with small_database(stage.ground) as small:
        _fill(dossier.id, sizes.few_tasks + 1, sizes.many_tasks, holder=HOLDER)
        _fill(dossier.id, sizes.many_tasks + 1, sizes.open_dossiers, holder=OTHERS)
        analyse(stage.ground.owner_url)
        timing = interleaved(
            page_of(officer),
            in_database(small, page_of(officer)),
            rounds=sizes.rounds,
            each=sizes.queue_pages,
            warm_up=sizes.warm_up,
        )
    aside = f"{sizes.many_tasks} tasks of one officer among {sizes.open_dossiers}, against {sizes.few_tasks}"
    return timing.as_cost("crowded_queue", target=TARGET, aside=aside)


def _fill(source: UUID, first: int, last: int, *, holder: str) -> None:
    """Copy a dossier until there are so many, in batches; its tasks go to this person."""
    user = user_named(holder)
    assert user is not None
    while first <= last:
        count = min(_BATCH, last - first + 1)
        keys = copy_dossier(source, count, papers=False, spread=True, first=first)
        sql.run(
            "UPDATE workflow_task SET holder_id = %s WHERE subject_id = ANY(%s) AND holder_id <> %s",
            [user.id, keys, user.id],
        )
        first += count
