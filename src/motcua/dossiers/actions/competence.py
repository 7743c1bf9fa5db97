"""Which agencies solve a procedure."""

from datetime import date

from motcua.catalogue.format import ProcedureRecord
from motcua.dossiers.queries.solved import deciding, solves
from motcua.organisation import queries as organisation

__all__ = ["competent_agencies", "solves"]


def competent_agencies(record: ProcedureRecord, *, on: date) -> list[organisation.AgencyFacts]:
    """Return the living agencies that solve a procedure, by name."""
    found = deciding(record, on=on)
    return [agency for agency in organisation.agencies(on=on) if agency.id in found]
