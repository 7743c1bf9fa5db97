"""At the counter: what a citizen does page by page online, an officer does in one go with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from motcua.catalogue.queries import Published
from motcua.dossiers.actions.drafts import (
    PartyData,
    attach_file,
    attach_paper,
    save_office,
    save_people,
    start_draft,
)
from motcua.dossiers.actions.intake import file_dossier
from motcua.dossiers.actions.moving import locked
from motcua.dossiers.actions.reception import accept_dossier
from motcua.dossiers.actions.supplement import resubmit_dossier
from motcua.dossiers.actions.unlisted import UnlistedPapers, keep_attempt, refuse_unlisted
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import asked_of, papers_listed
from motcua.journal.events import Actor
from motcua.rules.localday import local_day


@dataclass(frozen=True)
class CounterPaper:
    """What came for one component: paper with its numbers, a scanned file, or data the state holds."""

    component: str
    form: str
    originals: int = 0
    copies: int = 0
    scan: tuple[BinaryIO, str] | None = None


@transaction.atomic
def receive_at_counter(
    version: Published,
    *,
    applicant: PartyData,
    representative: PartyData | None,
    request: str,
    competent_id: UUID,
    receiving_id: UUID,
    case: str,
    channel: str,
    delivery: str,
    papers: Iterable[CounterPaper],
    external_number: str = "",
    place_code: str = "",
    language: str = "vi",
    by: Actor,
    at: datetime,
) -> Dossier:
    """Take a complete dossier at the counter: filed, accepted, with its receipt, in one transaction.

    The agency that receives is the officer's; another may be competent. Raises what filing and acceptance
    raise; then nothing of it remains.
    """
    dossier = start_draft(version, owner=None, channel=channel, door="desk", language=language, by=by, at=at)
    save_people(dossier, applicant=applicant, representative=representative, request=request, at=at)
    save_office(
        dossier,
        agency_id=competent_id,
        receiving_agency_id=receiving_id,
        case=case,
        delivery=delivery,
        place_code=place_code,
        at=at,
    )
    _attach(dossier, papers, by, at)
    filed = file_dossier(
        dossier, support_agency_id=receiving_id, external_number=external_number, by=by, at=at
    )
    return accept_dossier(filed, by=by, at=at)


def resubmit_at_counter(
    dossier: Dossier,
    *,
    papers: Iterable[CounterPaper],
    by: Actor,
    at: datetime,
    unlisted: Sequence[str] = (),
    expected: int | None = None,
) -> Dossier:
    """Take the papers that were asked for at the counter and hand the dossier back to work.

    `unlisted` names papers beyond the list that were taken in or wanted; like keys that are not listed they
    are refused with all the rest, and that refusal is kept, so this cannot run inside a transaction of its
    caller. Raises what resubmission raises, and not_listed.
    """
    papers = list(papers)
    try:
        with transaction.atomic():
            dossier = locked(dossier, expected=expected)
            listed = {item.key for item in papers_listed(dossier, on=local_day(at))}
            # What was asked by an earlier version's list may still be handed in.
            listed |= asked_of(dossier.id)
            refuse_unlisted([paper.component for paper in papers], listed, unlisted)
            _attach(dossier, papers, by, at)
            return resubmit_dossier(dossier, by=by, at=at)
    except UnlistedPapers as refused:
        keep_attempt(dossier, refused.names, occasion="counter", by=by, at=at)
        raise


def _attach(dossier: Dossier, papers: Iterable[CounterPaper], by: Actor, at: datetime) -> None:
    for paper in papers:
        if paper.scan is not None:
            stream, name = paper.scan
            attach_file(dossier, component=paper.component, stream=stream, name=name, by=by, at=at)
        else:
            attach_paper(
                dossier,
                component=paper.component,
                form=paper.form,
                originals=paper.originals,
                copies=paper.copies,
                by=by,
                at=at,
            )
