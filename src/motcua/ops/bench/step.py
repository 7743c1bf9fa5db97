"""Completing a step at the desk, against the same rows written bare."""

from uuid import UUID

from django.urls import reverse

from motcua.kit import sql
from motcua.ops.bench.browsing import encoded, form_of
from motcua.ops.bench.copies import copy_dossier
from motcua.ops.bench.deeds import compare, how_many
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome

HOLDER = "specialist"
_MOVE = "chuyen"


def measure(stage: Stage) -> Outcome:
    """Hand prepared dossiers over from the specialist to the head: permission, look, tasks and journal included."""
    dossier = stage.world.accepted()
    officer = stage.signed_in(HOLDER)
    page = officer.get(_address(dossier.id)).expected(200)
    form = form_of(page, having="revision")
    dossiers = copy_dossier(dossier.id, how_many(stage))
    pattern, tasks, tokens = dossiers[0], _open_tasks(dossiers), _tokens(dossiers)
    forms = {key: encoded(form | {"task": str(task)}) for key, task in tasks.items()}
    return compare(
        "step",
        stage,
        dossiers=dossiers,
        deed=lambda key: officer.post(_address(key), forms[key]).expected(302),
        keys_of=lambda key: {pattern: key, tasks[pattern]: tasks[key], tokens[pattern]: tokens[key]},
    )


def _address(key: UUID) -> str:
    return reverse("desk:move", args=[key, _MOVE])


def _open_tasks(dossiers: list[UUID]) -> dict[UUID, UUID]:
    return dict(
        sql.rows(
            "SELECT subject_id, id FROM workflow_task WHERE completed_at IS NULL AND subject_id = ANY(%s)",
            [dossiers],
        )
    )


def _tokens(dossiers: list[UUID]) -> dict[UUID, UUID]:
    return dict(sql.rows("SELECT subject_id, id FROM workflow_token WHERE subject_id = ANY(%s)", [dossiers]))
