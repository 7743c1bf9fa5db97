"""Whose figures a person may see."""

from collections.abc import Iterable
from uuid import UUID

from motcua.dossiers.access import within_reach
from motcua.dossiers.models import Dossier
from motcua.organisation.queries import Duty


class NoFigures(Exception):
    """There are no figures for this person."""


def agencies_for(duties: Iterable[Duty]) -> frozenset[UUID] | None:
    """Return the agencies whose figures someone with these duties may see; None means all.

    Raises `NoFigures` for who may see none.
    """
    duties = tuple(duties)
    if any(duty.role == "see_province" for duty in duties):
        return None
    own = frozenset(duty.agency_id for duty in duties if duty.role == "see_agency")
    if not own:
        raise NoFigures
    return own


def openable(ids: Iterable[UUID], *, duties: Iterable[Duty]) -> set[UUID]:
    """Return those of these dossiers that someone with these duties may open, in one query."""
    return set(Dossier.objects.filter(within_reach(duties), id__in=list(ids)).values_list("id", flat=True))
