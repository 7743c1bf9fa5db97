"""Which agencies solve a procedure."""

from collections.abc import Iterable
from datetime import date

from motcua.catalogue.format import CompetentRecord, ProcedureRecord
from motcua.organisation import queries as organisation

# Agencies that decide on dossiers; a one-stop centre only receives.
_DECIDING = frozenset({"commune", "department", "province", "public_service_unit", "sub_department"})


def is_competent(rows: Iterable[CompetentRecord], agency: organisation.AgencyFacts) -> bool:
    """Tell whether an agency is among those that solve a procedure."""
    return any(
        row.agency == agency.key
        or (row.agency is None and row.level is not None and _of_level(row.level.value, agency))
        for row in rows
    )


def _of_level(level: str, agency: organisation.AgencyFacts) -> bool:
    return agency.level == level and agency.kind in _DECIDING


def competent_agencies(record: ProcedureRecord, *, on: date) -> list[organisation.AgencyFacts]:
    """Return the living agencies that solve a procedure, by name."""
    return [agency for agency in organisation.agencies(on=on) if is_competent(record.competent, agency)]
