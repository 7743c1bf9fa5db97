"""The facts of a procedure for its page: what it takes and costs by each way to file, in the reader's language."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from motcua.catalogue.format import ChannelRecord, KeyedWords, ProcedureRecord
from motcua.dossiers import words
from motcua.portal.lines import Block, blocks
from motcua.portal.wording import fee_shown, marked, said
from motcua.rules.deadlines import Limit

# What is longer stands only in the section about the ways to file, to which the card then points.
_MOST_ROWS, _MOST_FEES, _MOST_LETTERS, _MOST_SOURCE = 4, 3, 160, 60


@dataclass(frozen=True)
class Fact:
    """One line of a facts card; an unconfirmed value says why (in Vietnamese) and what the source has."""

    label: str
    value: str
    unconfirmed: bool = False
    why: str = ""
    source: str = ""
    link: str = ""
    about: str = ""


@dataclass(frozen=True)
class Stretch:
    """One stretch of a limit, or its extension."""

    name: str
    limit: str


@dataclass(frozen=True)
class Way:
    """Channels of a case that take and cost the same."""

    case: str
    channels: tuple[str, ...]
    limit: Fact
    fees: tuple[str, ...]
    fee: Fact
    stretches: tuple[Stretch, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The channels in one line."""
        return ", ".join(self.channels)

    @property
    def note_blocks(self) -> list[Block]:
        """The notes in the shape that their marks ask for."""
        return blocks(self.notes)


@dataclass(frozen=True)
class CaseWays:
    """The ways to file in one case; no title where all cases are alike."""

    title: str
    ways: list[Way] = field(default_factory=list)


def _doubted(record: ProcedureRecord, row: ChannelRecord, part: str, doubts: Set[str]) -> bool:
    case = f".{row.case}" if len(record.cases) > 1 else ""
    return f"channel.{row.channel.value}{case}.{part}" in doubts


def limit_unconfirmed(record: ProcedureRecord, row: ChannelRecord, doubts: Set[str]) -> bool:
    """Tell whether no person has vouched for the limit of a row; `doubts` are the open ones of its procedure."""
    return row.limit_unread or "limits" in doubts or _doubted(record, row, "limit", doubts)


def fee_unconfirmed(record: ProcedureRecord, row: ChannelRecord, doubts: Set[str]) -> bool:
    """Tell whether no person has vouched for the fees of a row; `doubts` are the open ones of its procedure."""
    return any(fee["kind"] == "unread" for fee in row.fees) or _doubted(record, row, "fee", doubts)


def ways(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> list[CaseWays]:
    """Return the ways to file in a case, or in all of them (""), channels that are alike together."""
    cases = [row for row in record.cases if case in ("", row.key)]
    found = [CaseWays(said(row), _ways_of(record, row, doubts)) for row in cases]
    alike = all(_plain(one) == _plain(found[0]) for one in found[1:])
    return [CaseWays("", found[0].ways)] if found and alike else found


def online_way(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> Way | None:
    """Return what filing online in a case takes and costs; None where it cannot be filed online."""
    online = str(words.CHANNELS["online"])
    for one in ways(record, case=case, doubts=doubts):
        for way in one.ways:
            if online in way.channels:
                return way
    return None


def _plain(one: CaseWays) -> list[Way]:
    return [replace(way, case="") for way in one.ways]


def _ways_of(record: ProcedureRecord, case: KeyedWords, doubts: Set[str]) -> list[Way]:
    alike: dict[Way, list[str]] = {}
    for row in record.channels_of(case.key):
        way = _way(record, row, doubts)
        alike.setdefault(way, []).append(str(words.CHANNELS[row.channel.value]))
    return [replace(way, case=said(case), channels=tuple(names)) for way, names in alike.items()]


def _way(record: ProcedureRecord, row: ChannelRecord, doubts: Set[str]) -> Way:
    unsure, dear = limit_unconfirmed(record, row, doubts), fee_unconfirmed(record, row, doubts)
    limit = Fact(
        _("Thời hạn"), _limit(row), unsure, (row.limit_doubt or "") if unsure else "", _source(row, unsure)
    )
    fee = Fact(
        _("Phí, lệ phí"),
        "",
        dear,
        (row.fee_doubt or "") if dear else "",
        (row.fee_source or "") if dear else "",
    )
    fees = tuple(dict.fromkeys(fee_shown(one) for one in row.fees))
    return Way("", (), limit, fees, fee, tuple(_stretches(row)), row.note)


def _source(row: ChannelRecord, unsure: bool) -> str:
    return row.limit_source if unsure and row.limit_source != "(trống)" else ""


def _limit(row: ChannelRecord) -> str:
    if row.limit_unread:
        return _("Chưa đọc được thời hạn")
    return words.limit_words(Limit.from_json(row.limit) if row.limit else None)


def _stretches(row: ChannelRecord) -> Iterable[Stretch]:
    for phase in row.phases:
        yield Stretch(marked(phase.name), _length(phase.limit) or _("chưa rõ"))
    if row.extension:
        yield Stretch(_("Được gia hạn"), _length(row.extension.limit) or marked(row.extension.source))


def _length(limit: dict[str, object] | None) -> str:
    return words.limit_words(Limit.from_json(limit)) if limit else ""


def limit_facts(several_cases: bool, found: Sequence[CaseWays], *, short: bool = True) -> list[Fact]:
    """Say the limit once where it is one, else by case and channels; many, if `short`, by a link to the section."""
    rows: list[Fact] = []
    for one in found:
        alike: dict[Fact, list[str]] = {}
        for way in one.ways:
            alike.setdefault(_for_card(way.limit, short), []).extend(way.channels)
        for limit, channels in alike.items():
            about = [one.title] if one.title and several_cases else []
            about += [", ".join(channels)] if len(alike) > 1 else []
            rows.append(_of(limit, about))
    if len({_of(row, []) for row in rows}) == 1:
        return [_of(rows[0], [])]
    if short and len(rows) > _MOST_ROWS:
        unsure = any(row.unconfirmed for row in rows)
        return [Fact(_("Thời hạn"), _("Tùy trường hợp"), unsure, link="#cach-nop")]
    return rows


def fee_facts(several_cases: bool, found: Sequence[CaseWays], *, short: bool = True) -> list[Fact]:
    """Say the fees once where all ways cost the same, else by way; many, if `short`, by a link to the section."""
    costs: dict[tuple[tuple[str, ...], Fact], list[str]] = {}
    for one in found:
        for way in one.ways:
            name = f"{one.title}: {way.title}" if one.title and several_cases else way.title
            costs.setdefault((way.fees, _for_card(way.fee, short)), []).append(name)
    if short and (len(costs) > _MOST_ROWS or any(_too_long(fees) for fees, _fee in costs)):
        unsure = any(fee.unconfirmed for _fees, fee in costs)
        return [Fact(_("Phí, lệ phí"), _("Tùy trường hợp"), unsure, link="#cach-nop")]
    return [
        _of(replace(fee, value=_joined(fees)), names if len(costs) > 1 else [])
        for (fees, fee), names in costs.items()
    ]


def _for_card(fact: Fact, short: bool) -> Fact:
    """Leave what is long beside a value to the section about the ways to file."""
    if not short or max(len(fact.source), len(fact.why)) <= _MOST_SOURCE:
        return fact
    kept = {name: text for name in ("why", "source") if len(text := getattr(fact, name)) <= _MOST_SOURCE}
    return replace(fact, link="#cach-nop", **({"why": "", "source": ""} | kept))


def _of(fact: Fact, about: list[str]) -> Fact:
    return replace(fact, about="; ".join(dict.fromkeys(about)))


def _too_long(fees: tuple[str, ...]) -> bool:
    return len(fees) > _MOST_FEES or sum(map(len, fees)) > _MOST_LETTERS


def _joined(fees: tuple[str, ...]) -> str:
    return format_html_join("; ", "{}", ((fee,) for fee in fees))
