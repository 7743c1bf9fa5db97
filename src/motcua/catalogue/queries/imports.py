"""Reading imports: runs, what they held back, proposals, and how current the catalogue is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from motcua.catalogue.models import (
    HeldRecord,
    ImportRun,
    ProcedureVersion,
    SourceRecord,
    WithdrawalProposal,
)
from motcua.kit import sql
from motcua.kit.text import fold


@dataclass(frozen=True)
class ImportRunFacts:
    """One import and its sums."""

    id: UUID
    at: datetime
    label: str
    files: tuple[str, ...]
    read: int
    published: int
    new_versions: int
    held: int
    doubts: int
    coverage: dict[str, Any]


_RUN = ("id", "at", "label", "files", "read", "published", "new_versions", "held", "doubts", "coverage")


def import_runs(*, first: int = 0, size: int = 25) -> list[ImportRunFacts]:
    """Return the imports, the newest first."""
    rows = ImportRun.objects.order_by("-at", "-id").values_list(*_RUN)[first : first + size]
    return [ImportRunFacts(*(*row[:3], tuple(row[3]), *row[4:])) for row in rows]


def import_run(run_id: UUID) -> ImportRunFacts | None:
    """Return one import, or None."""
    row = ImportRun.objects.filter(id=run_id).values_list(*_RUN).first()
    return ImportRunFacts(*(*row[:3], tuple(row[3]), *row[4:])) if row else None


def import_report(run_id: UUID) -> dict[str, Any]:
    """Return the report of an import as the command line wrote it; empty for no import."""
    found = ImportRun.objects.filter(id=run_id).values_list("report", flat=True).first()
    return dict(found or {})


def imported_content(procedure_id: UUID) -> dict[str, Any] | None:
    """Return what foreign files say of a procedure, before anything that people set; None where none do."""
    return SourceRecord.objects.filter(procedure_id=procedure_id).values_list("content", flat=True).first()


def held_back(run_id: UUID) -> list[tuple[str, str, str, str]]:
    """Return (code, name, field, reason) of each record that a run held back."""
    rows = HeldRecord.objects.filter(run_id=run_id).order_by("code", "id")
    return list(rows.values_list("code", "name", "field", "reason"))


@dataclass(frozen=True)
class ProposalFacts:
    """A proposal to withdraw a procedure, and the list that no longer names it."""

    id: UUID
    procedure_id: UUID
    code: str
    name_vi: str
    because: str
    made_at: datetime
    state: str
    effective_on: date | None
    legal_basis: str
    decided_label: str
    decided_at: datetime | None


_PROPOSAL = (
    *("id", "procedure_id", "procedure__code", "name_vi", "edition__name", "made_at", "state"),
    *("effective_on", "legal_basis", "decided_label", "decided_at"),
)


def proposals(*, state: str = "open") -> list[ProposalFacts]:
    """Return proposals in a state (`open`, `withdrawn`, `kept`, `gone`), by code."""
    return _proposals(WithdrawalProposal.objects.filter(state=state))


def proposal(proposal_id: UUID) -> ProposalFacts | None:
    """Return one proposal, or None."""
    found = _proposals(WithdrawalProposal.objects.filter(id=proposal_id))
    return found[0] if found else None


def _proposals(rows: QuerySet[WithdrawalProposal]) -> list[ProposalFacts]:
    newest = ProcedureVersion.objects.filter(procedure=OuterRef("procedure")).order_by("-number")
    named = rows.annotate(name_vi=Subquery(newest.values("name_vi")[:1])).order_by("procedure__code", "id")
    return [ProposalFacts(*row) for row in named.values_list(*_PROPOSAL)]


@dataclass(frozen=True)
class CurrentLine:
    """How current the catalogue is for one executing agency; `agency` is empty in the line of the whole."""

    agency: str
    listed: int
    published: int
    missing: int
    withdrawn_here: int
    renamed: int
    unconfirmed: int


# One statement: what the newest editions name against what is in force here on a day.
_CURRENT = """
SELECT e.executing, e.code, e.name, v.name_vi, p.withdrawn_on, d.procedure_id IS NOT NULL
FROM catalogue_officialentry e
JOIN catalogue_officiallist l ON l.id = e.edition_id AND NOT l.superseded
LEFT JOIN catalogue_procedure p ON p.code = e.code
LEFT JOIN LATERAL (
  SELECT name_vi FROM catalogue_procedureversion
  WHERE procedure_id = p.id AND published_at IS NOT NULL AND effective_from <= %(on)s
  ORDER BY number DESC LIMIT 1
) v ON true
LEFT JOIN (
  SELECT DISTINCT procedure_id FROM catalogue_proceduredoubt
  WHERE state IN ('open', 'asked') AND (field = 'limits' OR field LIKE 'channel.%%.limit')
) d ON d.procedure_id = p.id
ORDER BY e.code
"""
_WHATS = ("listed", "published", "missing", "withdrawn_here", "renamed", "unconfirmed")


def _standing(on: date) -> Iterable[tuple[tuple[str, ...], str, str, set[str]]]:
    """Give for each listed procedure its agencies, code, name, and the columns in which it counts."""
    # A code that two lists in force name counts once, for all the agencies that either names.
    rows: dict[str, tuple[Any, ...]] = {}
    agencies: dict[str, list[str]] = {}
    for executing, code, *told in sql.rows(_CURRENT, {"on": on}):
        rows.setdefault(code, (code, *told))
        agencies.setdefault(code, []).extend(executing)
    for code, name, here, withdrawn_on, unconfirmed in rows.values():
        what = {"listed"}
        if withdrawn_on is not None and withdrawn_on <= on:
            what.add("withdrawn_here")
        elif here is None:
            what.add("missing")
        else:
            what.add("published")
            if fold(here) != fold(name):
                what.add("renamed")
            if unconfirmed:
                what.add("unconfirmed")
        yield tuple(dict.fromkeys(agencies[code])), code, name, what


def kept_current(*, on: date) -> list[CurrentLine]:
    """Return by executing agency how many listed procedures are published here, and the whole as last line.

    A procedure that several agencies execute counts once for each, and once in the whole. `withdrawn_here`
    are procedures that the list still names and the catalogue has withdrawn.
    """
    sums: dict[str, dict[str, int]] = {}
    whole = dict.fromkeys(_WHATS, 0)
    for agencies, _, _, what in _standing(on):
        for line in [whole, *(sums.setdefault(name, dict.fromkeys(_WHATS, 0)) for name in agencies)]:
            for key in what:
                line[key] += 1
    lines = [CurrentLine(name, **sums[name]) for name in sorted(sums, key=fold)]
    return [*lines, CurrentLine("", **whole)] if lines or whole["listed"] else []


def kept_current_list(agency: str, what: str, *, on: date) -> list[tuple[str, str]]:
    """Return (code, name) of exactly the procedures that `kept_current` counts in a cell."""
    return [
        (code, name)
        for agencies, code, name, columns in _standing(on)
        if what in columns and (not agency or agency in agencies)
    ]
