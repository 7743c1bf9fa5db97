"""Who receives and who decides a procedure at a place on a day, from the memory of each process."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import SaidOfCompetence, VersionInForce
from motcua.dossiers.queries.stated import statements, statements_of
from motcua.kit.fresh import Fresh
from motcua.kit.text import fold
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts, InMemory
from motcua.rules.competence import Agencies, Answer, Duty, Solving, Statement, Undecided, Work, answer_of

# Days of which it is kept who solves what: today, and a few that somebody looks ahead or back to.
_DAYS: Final = 4

Said = tuple[Statement[UUID], ...]
Revision = tuple[object, ...]


@dataclass(frozen=True)
class Responsible:
    """Who receives and who decides; each one agency with where that comes from, or why there is no single one."""

    receives: Answer[UUID]
    decides: Answer[UUID]


@dataclass(frozen=True)
class _Versions:
    """Every published version with what it says; a version is read once, because it never changes."""

    said: dict[UUID, SaidOfCompetence]
    by_procedure: dict[UUID, list[VersionInForce]]
    by_code: dict[str, UUID]

    def in_force(self, procedure_id: UUID, on: date) -> VersionInForce | None:
        """Return the version of a procedure that is in force on a day."""
        for version in reversed(self.by_procedure.get(procedure_id, ())):
            if version.withdrawn_on is not None and version.withdrawn_on <= on:
                return None
            if version.effective_from <= on:
                return version
        return None


def _read(_revision: Revision, before: tuple[Revision, _Versions] | None) -> _Versions:
    known = before[1].said if before else {}
    said = known | catalogue.said_of_competence(known=known)
    by_procedure: dict[UUID, list[VersionInForce]] = defaultdict(list)
    by_code: dict[str, UUID] = {}
    for version in catalogue.versions_in_force():
        by_procedure[version.procedure_id].append(version)
        by_code[version.code] = version.procedure_id
    return _Versions(said, dict(by_procedure), by_code)


@dataclass(frozen=True)
class _Whole:
    """Organisation and catalogue as they were read, and what follows from both, worked out when first asked for."""

    organisation: InMemory
    versions: _Versions
    stated: dict[UUID, Said] = field(default_factory=dict)
    days: "dict[date, Solved]" = field(default_factory=dict)


@dataclass(frozen=True)
class Solved:
    """Which procedures in force on a day are solved by whom."""

    agencies: Agencies[UUID]
    solving: Solving[UUID]
    ids: Mapping[UUID | str, UUID]

    def versions(self, agency: AgencyFacts) -> frozenset[UUID]:
        """Return the versions of what an agency solves; of one that is not there yet, what those like it solve."""
        if self.agencies.all_of(agency.id):
            found = self.solving.of(agency.id)
        else:
            like = (agency.kind, agency.level, agency.territory_code, fold(agency.name_vi))
            found = self.solving.alike(Work(_unborn(agency.key), date.min, date.max, *like))
        return frozenset(self.ids[procedure] for procedure in found)


class Memory:
    """What one process knows of who is responsible; tests and measurements may have several."""

    def __init__(self, **choices: Any) -> None:
        """Begin with nothing; `choices` are those of `Fresh`."""
        self._organisation = organisation.memory(**choices)
        self._versions: Fresh[Revision, _Versions] = Fresh(catalogue.catalogue_revision, _read, **choices)
        self._whole: _Whole | None = None

    def responsible(self, procedure_id: UUID, place: str, *, on: date) -> Responsible:
        """Return who receives and who decides at a place, given by the code of its territory, on a day."""
        whole = self._present()
        version = whole.versions.in_force(procedure_id, on)
        if version is None:
            return Responsible(Undecided("nobody"), Undecided("nobody"))
        said, standing = _stated(whole, version), whole.organisation.standing
        if not place:
            # Nobody knows where: all who do so somewhere, for a person to choose.
            return Responsible(
                answer_of(standing.everywhere(procedure_id, said, on=on, duty=Duty.RECEIVE)),
                answer_of(standing.everywhere(procedure_id, said, on=on)),
            )
        wheres = [standing.where(code, on=on) for code in standing.places.now(place, on=on)]
        return Responsible(
            answer_of(
                row for where in wheres for row in standing.receiving(procedure_id, said, where, on=on)
            ),
            answer_of(row for where in wheres for row in standing.deciding(procedure_id, said, where, on=on)),
        )

    def deciding(self, record: ProcedureRecord, *, on: date) -> frozenset[UUID]:
        """Return all who decide the procedure of this record somewhere on a day."""
        whole = self._present()
        procedure_id, said = _of_record(whole, record)
        found = whole.organisation.standing.everywhere(procedure_id, said, on=on)
        return frozenset(row.agency for row in found)

    def decides(self, record: ProcedureRecord, agency_id: UUID, *, on: date) -> bool:
        """Tell whether an agency decides the procedure of this record somewhere on a day."""
        whole = self._present()
        standing = whole.organisation.standing
        procedure_id, said = _of_record(whole, record)
        return standing.solves(agency_id, procedure_id, said, on=on)

    def solved(self, *, on: date) -> "Solved":
        """Return which procedures in force on a day are solved by whom."""
        whole = self._present()
        if found := whole.days.get(on):
            return found
        in_force: dict[UUID | str, VersionInForce] = {}
        for procedure_id in whole.versions.by_procedure:
            if version := whole.versions.in_force(procedure_id, on):
                in_force[procedure_id] = version
        said = {procedure: _stated(whole, version) for procedure, version in in_force.items()}
        ids = {procedure: version.id for procedure, version in in_force.items()}
        standing = whole.organisation.standing
        # Two threads may make the same at once; neither disturbs who reads.
        made = whole.days[on] = Solved(standing.agencies, Solving(standing, said, on=on), ids)
        while len(whole.days) > _DAYS:
            whole.days.pop(next(iter(whole.days)), None)
        return made

    def _present(self) -> _Whole:
        known, versions, whole = self._organisation.value(), self._versions.value(), self._whole
        if whole is None or whole.organisation is not known or whole.versions is not versions:
            whole = self._whole = _Whole(known, versions)
        return whole


def _unborn(key: str) -> UUID:
    """Return what stands for an agency that the catalogue names by a key and nobody has established yet."""
    return uuid5(NAMESPACE_OID, key)


def _agency_of(whole: _Whole, key: str) -> UUID:
    return whole.organisation.keys.get(key) or _unborn(key)


def _stated(whole: _Whole, version: VersionInForce) -> Said:
    found = whole.stated.get(version.id)
    if found is None:
        said = whole.versions.said[version.id]
        found = whole.stated[version.id] = statements(
            said.competent,
            said.executing,
            foreign=said.foreign,
            since=version.effective_from,
            agency_of=partial(_agency_of, whole),
        )
    return found


def _of_record(whole: _Whole, record: ProcedureRecord) -> tuple[UUID | str, Said]:
    """Return the procedure of a record, by its code as long as nobody published it, and what the record says."""
    said = statements_of(record, agency_of=partial(_agency_of, whole))
    return whole.versions.by_code.get(record.code, record.code), said


_memory = Memory()


def memory() -> Memory:
    """Return what this process knows; after a change in any process the new within two seconds."""
    return _memory


def responsible(procedure_id: UUID, place: str, *, on: date) -> Responsible:
    """Return who receives and who decides a procedure at a place on a day; see `Memory.responsible`."""
    return _memory.responsible(procedure_id, place, on=on)
