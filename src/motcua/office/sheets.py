"""What stands on the sheets that an agency prints for its boards: the facts of a version, in Vietnamese."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.catalogue.format import ChannelRecord, ComponentRecord, ProcedureRecord
from motcua.catalogue.queries import Published
from motcua.catalogue.queries.posting import doubts_among
from motcua.documents.print.posters import SheetData, SheetLine, SheetPaper, agency_booklet, procedure_sheet
from motcua.dossiers import words
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries import door_open
from motcua.kit.text import fold
from motcua.office import catalogue_words as say
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts

Said = tuple[str, bool]


def sheets_pdf(agency: AgencyFacts, versions: Sequence[Published], *, on: date) -> bytes:
    """Return the sheets of these versions for the boards of an agency, to hang from a day on.

    One version is one page; several are a booklet with a contents page, by domain and name.
    """
    place, online = _place(agency, on), door_open("portal", on=on)
    doubts = doubts_among(version.procedure_id for version in versions)
    with translation.override("vi"):
        sheets = [
            _sheet(version, doubts.get(version.procedure_id, frozenset()), place, online=online, on=on)
            for version in sorted(versions, key=_by_domain)
        ]
    parent = organisation.agency_facts(agency.parent_id, on=on).name_vi if agency.parent_id else ""
    if len(sheets) == 1:
        return procedure_sheet(sheets[0], agency=agency.name_vi, parent_agency=parent)
    return agency_booklet(sheets, agency=agency.name_vi, parent_agency=parent, made_on=on)


def _by_domain(version: Published) -> tuple[str, str]:
    return fold(version.record.domain.vi), fold(version.record.name.vi)


def _place(agency: AgencyFacts, on: date) -> str:
    desk = organisation.desk_of(agency.id, on=on)
    parts = (desk.name_vi, desk.address) if desk else (agency.name_vi,)
    return ", ".join(part for part in parts if part)


def _sheet(version: Published, doubts: frozenset[str], place: str, *, online: bool, on: date) -> SheetData:
    record = version.record
    return SheetData(
        code=record.code,
        name=record.name.vi,
        name_en=record.name.en if record.name.en != record.name.vi else "",
        domain=record.domain.vi,
        decision=record.decision or "",
        version=version.number,
        posted_from=on,
        look_up_url=settings.MOTCUA_ADDRESS + reverse("portal:procedure", args=[record.code]),
        file_url=(
            settings.MOTCUA_ADDRESS + reverse("portal:start", args=[record.code])
            if online and takes_online(version)
            else None
        ),
        limits=_lines(record, [(row, _limit(record, row, doubts)) for row in record.channels]),
        fees=_lines(record, [(row, _fees(record, row, doubts)) for row in record.channels]),
        places=(SheetLine(value=place),),
        papers=tuple(_paper(record, item) for item in record.components),
    )


def _limit(record: ProcedureRecord, row: ChannelRecord, doubts: frozenset[str]) -> Said:
    unconfirmed = (
        row.limit_doubt is not None or "limits" in doubts or say.path_of(row, "limit", record) in doubts
    )
    if row.limit_unread:
        return _("nguồn ghi “%(source)s”") % {"source": row.limit_source}, True
    return "; ".join(say.limit_lines(row)), unconfirmed


def _fees(record: ProcedureRecord, row: ChannelRecord, doubts: frozenset[str]) -> Said:
    unconfirmed = row.fee_doubt is not None or say.path_of(row, "fee", record) in doubts
    unread = any(fee["kind"] == "unread" for fee in row.fees)
    if unread and row.fee_source:
        return _("nguồn ghi “%(source)s”") % {"source": row.fee_source}, True
    return "; ".join(dict.fromkeys(say.fee_words(fee) for fee in row.fees)), unconfirmed


def _lines(record: ProcedureRecord, found: Iterable[tuple[ChannelRecord, Said]]) -> tuple[SheetLine, ...]:
    """Fold channels, and cases, of which the same is said into one line each."""
    names = {case.key: case.vi for case in record.cases}
    by_case: dict[str, dict[Said, list[str]]] = {case.key: {} for case in record.cases}
    for row, said in found:
        by_case[row.case].setdefault(said, []).append(str(words.CHANNELS[row.channel.value]))
    alike: dict[tuple[tuple[Said, tuple[str, ...]], ...], list[str]] = {}
    for key, groups in by_case.items():
        told = tuple((said, tuple(channels)) for said, channels in groups.items())
        alike.setdefault(told, []).append(names[key])
    lines = []
    for told, cases in alike.items():
        for (value, unconfirmed), channels in told:
            about = [
                " / ".join(cases) if len(alike) > 1 else "",
                ", ".join(channels) if len(told) > 1 else "",
            ]
            lines.append(
                SheetLine(
                    about=", ".join(part for part in about if part), value=value, unconfirmed=unconfirmed
                )
            )
    return tuple(lines)


def _paper(record: ProcedureRecord, item: ComponentRecord) -> SheetPaper:
    cases = {case.key: case.vi for case in record.cases} if len(record.cases) > 1 else {}
    details = [
        _("%(n)s bản chính") % {"n": item.originals} if item.originals else "",
        _("%(n)s bản sao") % {"n": item.copies} if item.copies else "",
        "" if item.originals or item.copies else _("số lượng chưa rõ"),
        _("chỉ xuất trình") if item.group.value == "show" else "",
        "" if item.required else _("nếu có"),
        _("không phải nộp khi cơ quan đã có dữ liệu") if item.replaceable_by else "",
        cases.get(item.case or "", "") or item.when or "",
    ]
    return SheetPaper(name=item.name.vi, detail="; ".join(part for part in details if part))
