"""A deed through the whole handler against the same rows written bare: what filing and a step have in common."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from uuid import UUID

from motcua.ops.bench.replay import BareWriter, Witness, check_equal
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, interleaved, repeating

TARGET = 0.30
_BARE_TIMES = 4
# Gives a dossier's keys for those of the pattern's dossier.
KeysOf = Callable[[UUID], Mapping[UUID, UUID]]


def how_many(stage: Stage) -> int:
    """Return how many prepared dossiers a comparison uses up: the pattern, ours, the yardstick's."""
    return 1 + _used(stage) + _used(stage, times=_BARE_TIMES)


def _used(stage: Stage, *, times: int = 1) -> int:
    sizes = stage.sizes
    return sizes.warm_up + sizes.deeds + sizes.rounds * sizes.deeds * times


def compare(
    name: str,
    stage: Stage,
    *,
    dossiers: list[UUID],
    deed: Callable[[UUID], object],
    keys_of: KeysOf,
    number_of: Callable[[UUID], str] = lambda key: "",
) -> Outcome:
    """Time a deed on prepared dossiers against psycopg alone, after seeing that both write the same rows."""
    sizes, pattern = stage.sizes, dossiers[0]
    witness = Witness(stage.ground.application_url)
    rows = witness.seen(lambda: deed(pattern))
    writer = BareWriter(stage.ground.application_url, rows, number=number_of(pattern))
    mine, theirs = iter(dossiers[1 : 1 + _used(stage)]), iter(dossiers[1 + _used(stage) :])
    try:
        ours = repeating(lambda: deed(next(mine)))
        bare = _writing(writer, theirs, keys_of)
        equal = check_equal(
            witness.tally(lambda: ours(sizes.deeds)), witness.tally(lambda: bare(sizes.deeds))
        )
        timing = interleaved(
            ours,
            bare,
            rounds=sizes.rounds,
            each=sizes.deeds,
            warm_up=sizes.warm_up,
            bare_times=_BARE_TIMES,
        )
    finally:
        writer.close()
        witness.close()
    return timing.as_rate(name, target=TARGET, aside=equal)


def _writing(writer: BareWriter, dossiers: Iterator[UUID], keys_of: KeysOf) -> Part:
    """Make a part whose values are all prepared before its clock starts."""

    def part(times: int) -> float:
        deeds = iter([writer.prepared(keys_of(dossier)) for dossier in islice(dossiers, times)])
        return repeating(lambda: writer.write(next(deeds)))(times)

    return part
