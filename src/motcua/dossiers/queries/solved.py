"""Which procedures an agency of the province solves: one answer for its page, its boards and its booklet."""

from datetime import date
from uuid import UUID

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import Listed
from motcua.dossiers.queries.responsible import memory
from motcua.dossiers.queries.stated import done_in_province
from motcua.organisation.queries import AgencyFacts

__all__ = ["Competences", "deciding", "done_in_province", "solved_by", "solves"]

# More than any province has in force.
_ALL = 100_000


def solves(record: ProcedureRecord, agency_id: UUID, *, on: date) -> bool:
    """Tell whether an agency solves a procedure somewhere on a day, by act or as this version of it says."""
    return memory().decides(record, agency_id, on=on)


def deciding(record: ProcedureRecord, *, on: date) -> frozenset[UUID]:
    """Return all agencies that solve a procedure somewhere on a day; the same answer as `solves`."""
    return memory().deciding(record, on=on)


def solved_by(agency: AgencyFacts, *, on: date) -> list[Listed]:
    """Return the procedures in force on a day that an agency solves, by domain and name; see `Competences`."""
    return Competences(on=on).of(agency)


class Competences:
    """The procedures in force on a day, by who solves them: the same answer as `solves`, for all at once."""

    def __init__(self, *, on: date) -> None:
        self._rows = catalogue.search("", on=on, most=_ALL)
        self._solved = memory().solved(on=on)

    def of(self, agency: AgencyFacts) -> list[Listed]:
        """Return what an agency solves, in the order of the catalogue.

        One that is not there yet would solve what the catalogue says of agencies like it.
        """
        ids = self._solved.versions(agency)
        return [row for row in self._rows if row.id in ids]

    def count(self, agency: AgencyFacts) -> int:
        """Return how many procedures an agency solves."""
        return len(self._solved.versions(agency))
