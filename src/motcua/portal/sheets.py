"""What stands on the sheet of a procedure for a notice board: the facts of its page, in Vietnamese."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import Listed, Published, published
from motcua.documents.print.posters import SheetData, SheetLine, SheetPaper, agency_booklet, procedure_sheet
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries import door_open
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts
from motcua.portal import wording
from motcua.portal.facts import Fact, fee_facts, limit_facts, ways
from motcua.portal.listing import doubts_among
from motcua.portal.papers_asked import asked

_MOST_KEPT = 64


def sheet_of(version: Published, *, doubts: frozenset[str], may_file: bool, on: date) -> SheetData:
    """Return the sheet of a version in Vietnamese, for someone who stands before the board on a day."""
    record = version.record
    with translation.override("vi"):
        several, found = len(record.cases) > 1, ways(record, case="", doubts=doubts)
        return SheetData(
            code=record.code,
            name=record.name.vi,
            name_en=record.name.en if record.name.en != record.name.vi else "",
            domain=record.domain.vi,
            decision=record.decision or "",
            version=version.number,
            posted_from=on,
            look_up_url=_address("portal:procedure", record.code),
            file_url=_address("portal:start", record.code) if may_file else None,
            limits=_lines(limit_facts(several, found, short=False)),
            fees=_lines(fee_facts(several, found, short=False)),
            places=tuple(SheetLine(value=place) for place in _places(record, on)),
            papers=tuple(_papers(record)),
        )


@lru_cache(maxsize=_MOST_KEPT)
def sheet_pdf(version_id: UUID, *, doubts: frozenset[str], may_file: bool, on: date) -> bytes:
    """Return the printed sheet of a version; kept for a while, because a board of sheets is printed at once."""
    sheet = sheet_of(published(version_id), doubts=doubts, may_file=may_file, on=on)
    return procedure_sheet(sheet, agency=organisation.province_name(on=on))


def booklet_pdf(agency: AgencyFacts, rows: Sequence[Listed], *, on: date) -> bytes:
    """Return the printed sheets of an agency's procedures in one file, one after the other in the order given."""
    versions = [published(row.id) for row in rows]
    doubts, door = doubts_among(version.procedure_id for version in versions), door_open("portal", on=on)
    sheets = (
        sheet_of(
            version,
            doubts=doubts.get(version.procedure_id, frozenset()),
            may_file=door and takes_online(version),
            on=on,
        )
        for version in versions
    )
    return agency_booklet(sheets, agency=agency.name_vi, made_on=on)


def _address(name: str, code: str) -> str:
    return settings.MOTCUA_ADDRESS + reverse(name, args=[code])


def _lines(facts: Iterable[Fact]) -> tuple[SheetLine, ...]:
    return tuple(
        SheetLine(about=fact.about, value=str(fact.value), unconfirmed=fact.unconfirmed) for fact in facts
    )


def _places(record: ProcedureRecord, on: date) -> list[str]:
    return wording.executing_here(record, on=on) or wording.place_words(record, on=on)


def _papers(record: ProcedureRecord) -> Iterable[SheetPaper]:
    papers = asked(record, case="")
    for group in [*papers.must, *papers.show]:
        for item in group.items:
            details = [item.count, "" if item.required else _("nếu có"), group.title]
            yield SheetPaper(name=str(item.name), detail="; ".join(part for part in details if part))
