"""The sheets that an agency prints for its boards, with its own desk as the place to file."""

from collections.abc import Sequence
from datetime import date

from motcua.catalogue.queries import Published
from motcua.documents.print.posters import agency_booklet, procedure_sheet
from motcua.dossiers.sheets import sheets_of
from motcua.kit.text import fold
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts


def sheets_pdf(agency: AgencyFacts, versions: Sequence[Published], *, on: date) -> bytes:
    """Return the sheets of these versions for the boards of an agency, as printed on a day.

    One version is one page; several are a booklet with a contents page, by domain and name.
    """
    place = _place(agency, on)
    sheets = sheets_of(sorted(versions, key=_by_domain), places=lambda _record: (place,), on=on)
    parent = organisation.agency_facts(agency.parent_id, on=on).name_vi if agency.parent_id else ""
    if len(versions) == 1:
        return procedure_sheet(next(sheets), agency=agency.name_vi, parent_agency=parent)
    return agency_booklet(sheets, agency=agency.name_vi, parent_agency=parent, made_on=on)


def _by_domain(version: Published) -> tuple[str, str]:
    return fold(version.record.domain.vi), fold(version.record.name.vi)


def _place(agency: AgencyFacts, on: date) -> str:
    desk = organisation.desk_of(agency.id, on=on)
    parts = (desk.name_vi, desk.address) if desk else (agency.name_vi,)
    return ", ".join(part for part in parts if part)
