"""Keeping the official lists, and proposing what they no longer name for withdrawal."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from motcua.catalogue.models import (
    ImportRun,
    OfficialEntry,
    OfficialList,
    Procedure,
    WithdrawalProposal,
)
from motcua.catalogue.sources import lists as sources
from motcua.catalogue.sources.words import read_agencies
from motcua.kit.text import fold


def take_lists(lists: Iterable[sources.OfficialList], *, run: ImportRun, at: datetime) -> list[str]:
    """Keep new editions of official lists; return the codes proposed for withdrawal because of them.

    The same file as one in force changes nothing. A new one takes the place of the same issuers' editions of
    which it names at least half; what they named and no edition in force names any more is proposed.
    """
    proposed: list[str] = []
    for given in lists:
        if OfficialList.objects.filter(superseded=False, digest=given.digest).exists():
            continue
        issuers = sorted({fold(row.issued_by) for row in given.rows if row.issued_by})
        earlier = _earlier(given, issuers, run)
        OfficialList.objects.filter(id__in=earlier).update(superseded=True)
        edition = OfficialList.objects.create(
            name=given.name[:240], issuers=issuers, digest=given.digest, run=run
        )
        OfficialEntry.objects.bulk_create(
            OfficialEntry(
                edition=edition,
                code=row.code,
                name=row.name,
                issued_by=row.issued_by[:240],
                executing=[name[:240] for name in read_agencies("\n".join(row.executing))],
                domain=row.domain[:240],
            )
            for row in {row.code: row for row in (*given.duplicates, *given.rows)}.values()
        )
        proposed += _propose(edition, earlier, at)
    return sorted(proposed)


def _earlier(given: sources.OfficialList, issuers: list[str], run: ImportRun) -> list[UUID]:
    """Return the editions that a list takes the place of: an issuer may keep several lists side by side.

    Lists that come in one import never replace each other.
    """
    codes = {row.code for row in (*given.duplicates, *given.rows)}
    in_force = OfficialList.objects.filter(superseded=False, issuers__overlap=issuers).exclude(run=run)
    found = []
    for id in in_force.values_list("id", flat=True):
        named = set(OfficialEntry.objects.filter(edition_id=id).values_list("code", flat=True))
        if 2 * len(named & codes) >= min(len(named), len(codes)):
            found.append(id)
    return found


def _propose(edition: OfficialList, earlier: list[UUID], at: datetime) -> list[str]:
    named = set(OfficialEntry.objects.filter(edition__superseded=False).values_list("code", flat=True))
    before = set(OfficialEntry.objects.filter(edition_id__in=earlier).values_list("code", flat=True))
    back = WithdrawalProposal.objects.filter(state="open", procedure__code__in=named)
    back.update(state=WithdrawalProposal.State.GONE, decided_at=at)
    missing = Procedure.objects.filter(code__in=before - named, withdrawn_on__isnull=True)
    missing = missing.exclude(proposals__state="open")
    rows = [WithdrawalProposal(procedure=row, edition=edition, made_at=at) for row in missing]
    WithdrawalProposal.objects.bulk_create(rows)
    return [row.procedure.code for row in rows]
