"""The facts of a procedure on its page: the card says what is short, and leads to the section for what is long."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from motcua.catalogue.format import ProcedureRecord
from motcua.dossiers import procedure_facts
from motcua.dossiers.procedure_facts import CaseWays, Fact
from motcua.portal.lines import Block, blocks

__all__ = ["CaseWays", "Fact", "Way", "fee_facts", "limit_facts", "online_way", "ways"]

# What is longer stands only in the section about the ways to file, to which the card then points.
_MOST_ROWS, _MOST_FEES, _MOST_LETTERS, _MOST_SOURCE = 4, 3, 160, 60
_SECTION = "#cach-nop"


@dataclass(frozen=True)
class Way(procedure_facts.Way):
    """A way to file as the page draws it."""

    @property
    def note_blocks(self) -> list[Block]:
        """The notes in the shape that their marks ask for."""
        return blocks(self.notes)


def ways(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> list[CaseWays]:
    """Return the ways to file in a case, or in all of them (""), channels that are alike together."""
    found = procedure_facts.ways(record, case=case, doubts=doubts)
    return [replace(one, ways=[Way(**vars(way)) for way in one.ways]) for one in found]


def online_way(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> Way | None:
    """Return what filing online in a case takes and costs; None where it cannot be filed online."""
    way = procedure_facts.online_way(record, case=case, doubts=doubts)
    return Way(**vars(way)) if way else None


def limit_facts(found: Sequence[CaseWays]) -> list[Fact]:
    """Say the limits for the card: each once; where they are many, by a link to the section."""
    rows = procedure_facts.limit_facts(_short(found))
    return [_led(_("Thời hạn"), rows, found)] if len(rows) > _MOST_ROWS else rows


def fee_facts(found: Sequence[CaseWays]) -> list[Fact]:
    """Say the fees for the card: each once; where they are many or long, by a link to the section."""
    rows = procedure_facts.fee_facts(_short(found))
    long = any(_too_long(way.fees) for one in found for way in one.ways)
    return [_led(_("Phí, lệ phí"), rows, found)] if long or len(rows) > _MOST_ROWS else rows


def _led(label: str, rows: Sequence[Fact], found: Sequence[CaseWays]) -> Fact:
    text = _("Tùy trường hợp") if len(found) > 1 else _("Xem ở phần cách nộp")
    return Fact(label, text, any(row.unconfirmed for row in rows), link=_SECTION)


def _short(found: Sequence[CaseWays]) -> list[CaseWays]:
    """Leave what is long beside a value to the section about the ways to file."""
    return [
        replace(
            one,
            ways=[replace(way, limit=_for_card(way.limit), fee=_for_card(way.fee)) for way in one.ways],
        )
        for one in found
    ]


def _for_card(fact: Fact) -> Fact:
    if max(len(fact.source), len(fact.why)) <= _MOST_SOURCE:
        return fact
    kept = {name: text for name in ("why", "source") if len(text := getattr(fact, name)) <= _MOST_SOURCE}
    return replace(fact, link=_SECTION, **({"why": "", "source": ""} | kept))


def _too_long(fees: tuple[str, ...]) -> bool:
    return len(fees) > _MOST_FEES or sum(map(len, fees)) > _MOST_LETTERS
