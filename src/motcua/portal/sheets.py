"""The sheets of procedures for a notice board, as anyone may print them."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial
from uuid import UUID

from django.utils import translation

from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import Listed, published
from motcua.documents.print.posters import agency_booklet, procedure_sheet
from motcua.dossiers.sheets import sheet_of, sheets_of
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts
from motcua.portal import wording

_MOST_KEPT = 64


@lru_cache(maxsize=_MOST_KEPT)
def sheet_pdf(version_id: UUID, *, doubts: frozenset[str], may_file: bool, on: date) -> bytes:
    """Return the printed sheet of a version; kept for a while, because a board of sheets is printed at once."""
    version = published(version_id)
    places = _places(version.record, on=on)
    sheet = sheet_of(version, doubts=doubts, door=may_file, places=places, on=on)
    return procedure_sheet(sheet, agency=organisation.province_name(on=on))


def booklet_pdf(agency: AgencyFacts, rows: Sequence[Listed], *, on: date) -> bytes:
    """Return the printed sheets of an agency's procedures in one file, one after the other in the order given."""
    versions = [published(row.id) for row in rows]
    sheets = sheets_of(versions, places=partial(_places, on=on), on=on)
    return agency_booklet(sheets, agency=agency.name_vi, made_on=on)


def _places(record: ProcedureRecord, *, on: date) -> list[str]:
    with translation.override("vi"):
        return wording.executing_here(record, on=on) or wording.place_words(record, on=on)
