"""What a reorganisation left for a person to look at: dossiers that went by default, tasks without a post."""

from dataclasses import dataclass
from uuid import UUID

from motcua.dossiers.models import AgencyHandover
from motcua.kit import sql


@dataclass(frozen=True)
class FlaggedDossier:
    """A dossier that went to the default successor because its place is not known finely enough."""

    dossier_id: UUID
    number: str
    from_id: UUID | None
    to_id: UUID | None


def flagged_dossiers(reorganisation_id: UUID, *, first: int, size: int) -> list[FlaggedDossier]:
    """Return the dossiers that a reorganisation flagged, in the order in which they passed."""
    rows = AgencyHandover.objects.filter(reorganisation=reorganisation_id, flagged=True).order_by("id")
    # What is only received elsewhere passes with its desk.
    found = rows.values_list(
        "dossier_id", "dossier__number", "from_competent", "to_competent", "from_receiving", "to_receiving"
    )
    return [
        FlaggedDossier(id, number or "", *((was, now) if was != now else (desk_was, desk_now)))
        for id, number, was, now, desk_was, desk_now in found[first : first + size]
    ]


@dataclass(frozen=True)
class UnplacedTask:
    """An open task that went to who leads, because no post followed the one that had it."""

    dossier_id: UUID
    number: str
    agency_id: UUID
    function: str


# From the tasks, of which few are unplaced, to the passing of their dossiers.
_UNPLACED = """
SELECT DISTINCT d.id, COALESCE(d.number, ''), t.agency_id, t.function
FROM workflow_task t
JOIN dossiers_dossier d ON d.id = t.subject_id
JOIN dossiers_agencyhandover h ON h.dossier_id = d.id AND h.reorganisation_id = %(reorganisation)s
WHERE t.unplaced AND t.completed_at IS NULL
ORDER BY 2, 4 LIMIT %(size)s OFFSET %(first)s
"""


def unplaced_tasks(reorganisation_id: UUID, *, first: int, size: int) -> list[UnplacedTask]:
    """Return the open tasks of a reorganisation's dossiers that still wait for a post."""
    known = {"reorganisation": reorganisation_id, "first": first, "size": size}
    return [UnplacedTask(*row) for row in sql.rows(_UNPLACED, known)]
