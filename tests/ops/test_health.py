"""How the running product says it is."""

from datetime import date, timedelta
from typing import Any

from motcua.calendars.actions import DayChange, NoticeData, record_notice
from motcua.dossiers.actions import recompute
from motcua.dossiers.models import Recomputation
from motcua.journal.events import SYSTEM
from motcua.ops.health import report
from tests.world import World


def test_a_clock_that_was_set_back_is_told(world: World) -> None:
    world.a_dossier().filed()
    assert report(at=world.at)["clock_behind_seconds"] == 0
    told = report(at=world.at - timedelta(hours=2))
    assert (told["ok"], told["clock_behind_seconds"]) == (False, 7200)


def test_a_recomputation_that_was_given_up_is_told(world: World, outbox: Any) -> None:
    world.a_dossier().accepted()
    notice = NoticeData("TB 9", days=(DayChange(date(2026, 11, 10), "holiday", "Nghỉ"),))
    record_notice(world.calendar, notice, by=SYSTEM, at=world.at)
    outbox()
    *earlier, run = Recomputation.objects.order_by("notice")
    for one in earlier:
        _finish(one, world)
    soon, later = run.created_at + timedelta(minutes=50), run.created_at + timedelta(minutes=70)
    assert [(told["ok"], told["recomputations_unfinished"]) for told in map(_report, (soon, later))] == [
        (True, 0),
        (False, 1),
    ]
    _finish(run, world)
    assert _report(later)["recomputations_unfinished"] == 0


def _finish(run: Recomputation, world: World) -> None:
    while recompute(run.id, at=world.at):
        pass


def _report(at: Any) -> dict[str, Any]:
    return report(at=at)
