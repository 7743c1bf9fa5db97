"""The final POST of a filled draft with three stored files, against the same rows written bare."""

from uuid import UUID

from django.urls import reverse

from motcua.dossiers.access import Dossier
from motcua.ops.bench.browsing import encoded, form_of
from motcua.ops.bench.copies import copy_dossier
from motcua.ops.bench.deeds import compare, how_many
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.ops.bench.world import CITIZEN


def measure(stage: Stage) -> Outcome:
    """File prepared drafts: session, CSRF check, number, row lock, journal, outbox and job included."""
    draft = stage.world.draft()
    citizen = stage.signed_in(CITIZEN)
    page = citizen.get(_address(draft.id)).expected(200)
    form = encoded(form_of(page, having="declared"))
    drafts = copy_dossier(draft.id, how_many(stage))
    pattern = drafts[0]
    return compare(
        "filing",
        stage,
        dossiers=drafts,
        deed=lambda key: citizen.post(_address(key), form).expected(302),
        keys_of=lambda key: {pattern: key},
        number_of=_number,
    )


def _address(key: UUID) -> str:
    return reverse("portal:page", args=[key, "kiem-tra"])


def _number(key: UUID) -> str:
    return Dossier.objects.values_list("number", flat=True).get(id=key) or ""
