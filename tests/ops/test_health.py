"""How the running product says it is."""

from datetime import timedelta

from motcua.ops.health import report
from tests.world import World


def test_a_clock_that_was_set_back_is_told(world: World) -> None:
    world.a_dossier().filed()
    assert report(at=world.at)["clock_behind_seconds"] == 0
    told = report(at=world.at - timedelta(hours=2))
    assert (told["ok"], told["clock_behind_seconds"]) == (False, 7200)
