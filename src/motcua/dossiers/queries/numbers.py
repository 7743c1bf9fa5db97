"""The numbers of dossiers, for lists that know them by their ids."""

from collections.abc import Iterable
from uuid import UUID

from motcua.dossiers.models import Dossier


def numbers_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the number of each dossier that has one."""
    rows = Dossier.objects.filter(id__in=list(ids), number__isnull=False).order_by()
    return {key: number or "" for key, number in rows.values_list("id", "number")}
