"""What stands on the sheet of a procedure for a notice board: the facts of its page, in Vietnamese, on every sheet.

Who prints it only says where to file and on which day.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import Published
from motcua.catalogue.queries.doubts import open_doubts_among
from motcua.documents.print.posters import SheetData, SheetLine, SheetPaper
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.procedure_facts import (
    CaseWays,
    Fact,
    Group,
    Paper,
    Way,
    asked,
    fee_facts,
    limit_facts,
    ways,
)
from motcua.dossiers.queries import door_open


def sheet_of(
    version: Published, *, doubts: Set[str], door: bool, places: Sequence[str], on: date
) -> SheetData:
    """Return the sheet of a version as it is printed on a day.

    `doubts` are the open ones of its procedure, `door` whether dossiers are taken online here at all, `places` where
    it is filed.
    """
    record = version.record
    with translation.override("vi"):
        found = [_printed(one) for one in ways(record, case="", doubts=doubts)]
        return SheetData(
            code=record.code,
            name=record.name.vi,
            name_en=record.name.en if record.name.en != record.name.vi else "",
            domain=record.domain.vi,
            decision=record.decision or "",
            version=version.number,
            posted_from=on,
            look_up_url=_address("portal:procedure", record.code),
            file_url=_address("portal:start", record.code) if door and takes_online(version) else None,
            limits=_lines(limit_facts(found)),
            fees=_lines(fee_facts(found)),
            places=tuple(SheetLine(value=place) for place in places),
            papers=tuple(_papers(record)),
        )


def sheets_of(
    versions: Sequence[Published], *, places: Callable[[ProcedureRecord], Sequence[str]], on: date
) -> Iterator[SheetData]:
    """Yield the sheets of versions in the order given; doubts and the door are asked for once, before the first."""
    doubts = open_doubts_among(version.procedure_id for version in versions)
    door = door_open("portal", on=on)
    for version in versions:
        yield sheet_of(
            version,
            doubts=doubts[version.procedure_id],
            door=door,
            places=places(version.record),
            on=on,
        )


def _address(name: str, code: str) -> str:
    return settings.MOTCUA_ADDRESS + reverse(name, args=[code])


def _printed(one: CaseWays) -> CaseWays:
    """Say all of a fact in its value: paper has no room beside it for a source, nor a link to its stretches."""
    return CaseWays(one.title, [_printed_way(way) for way in one.ways])


def _printed_way(way: Way) -> Way:
    lengths = (f"{part.name}: {part.limit}" for part in way.stretches if part.known)
    limit = "; ".join([_readable(way.limit, way.limit.value), *lengths])
    fees = (_readable(way.fee, ""),) if way.fee.unread and way.fee.source else way.fees
    return replace(way, limit=_only(way.limit, limit), fees=fees, fee=_only(way.fee, ""))


def _only(fact: Fact, value: str) -> Fact:
    return Fact(fact.label, value, fact.unconfirmed)


def _readable(fact: Fact, value: str) -> str:
    """Return the value; what could not be read, in the words of its source."""
    if fact.unread and fact.source:
        return _("nguồn ghi “%(source)s”") % {"source": fact.source}
    return value


def _lines(facts: Iterable[Fact]) -> tuple[SheetLine, ...]:
    return tuple(
        SheetLine(about=fact.about, value=fact.value, unconfirmed=fact.unconfirmed) for fact in facts
    )


def _papers(record: ProcedureRecord) -> Iterator[SheetPaper]:
    papers = asked(record, case="", doubts=frozenset())
    parts = (
        (papers.must, ""),
        (papers.show, _("chỉ xuất trình")),
        (papers.held, _("không phải nộp khi cơ quan đã có dữ liệu")),
    )
    for groups, how in parts:
        for group in groups:
            yield from (_paper(item, group, how) for item in group.items)


def _paper(item: Paper, group: Group, how: str) -> SheetPaper:
    details = [item.count, how, item.need, group.title]
    return SheetPaper(name=item.name, detail="; ".join(part for part in details if part))
