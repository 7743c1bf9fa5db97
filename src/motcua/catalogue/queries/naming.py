"""What procedures are called, by their keys."""

from collections.abc import Iterable
from uuid import UUID

from motcua.catalogue.models import ProcedureVersion


def names_by_id(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return code and Vietnamese name of procedures by key, as in their newest published version, in one query."""
    rows = ProcedureVersion.objects.filter(procedure_id__in=set(ids), published_at__isnull=False)
    found = rows.order_by("number").values_list("procedure_id", "procedure__code", "name_vi")
    return {id: (code, name) for id, code, name in found}
