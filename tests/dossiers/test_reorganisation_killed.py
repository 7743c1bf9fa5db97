"""A process that applies a reorganisation is killed in the middle, by the signal that nobody can catch."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from motcua.dossiers.actions import reorganise
from motcua.dossiers.models import AgencyHandover, Dossier
from motcua.journal.models import Event
from motcua.journal.queries import broken_seals
from motcua.organisation.models import Agency, Reorganisation
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from tests.dossiers.reorganised import a_merger, approved
from tests.dossiers.test_reorganising import _kept
from tests.world import World

# One dossier a batch, a word after each, and then it waits to be killed within a batch that is not committed yet.
_APPLY = """
import sys
import django
django.setup()
from datetime import datetime
from uuid import UUID
from django.db import connection
from motcua.dossiers.actions import passing, reorganise
for name in ("_FIRST", "_FEWEST", "_MOST"):
    setattr(passing, name, 1)
write_down, done = passing._write_down, 0

def stand_still(*given):
    global done
    found = write_down(*given)
    done += 1
    if done > 3:
        print("in the middle of a batch", flush=True)
        sys.stdin.read()
    return found

passing._write_down = stand_still
reorganise(UUID(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""


def _address() -> str:
    known = connection.settings_dict
    # A socket's folder stands as the host.
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@/{known['NAME']}?host={known['HOST']}&port={known['PORT'] or 5432}"


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_is_completed_by_the_next_run(committed_world: World) -> None:
    world = committed_world
    ids = [world.a_dossier().filed().accepted().dossier.id for _ in range(6)]
    before = {key: _kept(key) for key in ids}
    plan = approved(world, a_merger(), on=local_day(world.at) + timedelta(days=1))
    world.later(days=1)
    command = [sys.executable, "-c", _APPLY, str(plan), world.at.isoformat()]
    environment = os.environ | {
        "MOTCUA_DATABASE_URL": _address(),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            assert process.stderr is not None
            pytest.fail(process.stderr.read())
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    row = Reorganisation.objects.get(id=plan)
    assert (row.state, row.moved, AgencyHandover.objects.count()) == ("applying", 3, 3)
    assert reorganise(plan, at=world.later(minutes=1)) == 3
    new = Agency.objects.get(key="xa-moi")
    assert {key: _kept(key) for key in ids} == before
    assert set(Dossier.objects.values_list("competent_agency_id", flat=True)) == {new.id}
    assert set(Task.objects.filter(completed_at__isnull=True).values_list("agency_id", flat=True)) == {new.id}
    assert sorted(AgencyHandover.objects.values_list("dossier_id", flat=True)) == sorted(ids)
    row.refresh_from_db()
    assert (row.state, row.moved) == ("applied", 6)
    passed = Event.objects.filter(kind="reorganisation.dossiers_passed")
    assert sum(event.data["count"] for event in passed) == 6
    assert broken_seals() == []
