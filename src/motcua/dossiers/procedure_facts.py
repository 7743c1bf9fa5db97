"""What a procedure takes, costs and asks for, in the reader's language: one answer for pages and for sheets.

`doubts` are everywhere the addresses of a procedure's values that nobody has settled yet (`catalogue.fields`).
Only they mark a value: what the content itself says of a doubt stays there when somebody agrees to the value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from motcua.catalogue.fields import LIMITS, channel_fields
from motcua.catalogue.format import (
    ChannelRecord,
    ComponentGroup,
    ComponentRecord,
    KeyedWords,
    ProcedureRecord,
)
from motcua.dossiers import words
from motcua.dossiers.procedure_words import count_words, fee_shown, joined, marked, said, shown
from motcua.kit.text import fold
from motcua.rules.deadlines import Limit

# A longer name is a text to read, not a heading.
_HEADING = 110
# Only the national portal is linked to: the address comes from a file that somebody imported.
_NATIONAL_PORTAL = "dichvucong.gov.vn"


@dataclass(frozen=True)
class Fact:
    """One fact; an unconfirmed value says why (in Vietnamese) and what the source has, `unread` that there is none.

    `about` says for what the value holds, empty for everything; `link` where a page says more.
    """

    label: str
    value: str
    unconfirmed: bool = False
    why: str = ""
    source: str = ""
    link: str = ""
    about: str = ""
    unread: bool = False


@dataclass(frozen=True)
class Stretch:
    """One stretch of a limit, or its extension; `known` when its length is, else `limit` is what is said of it."""

    name: str
    limit: str
    known: bool


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


@dataclass(frozen=True)
class CaseWays:
    """The ways to file in one case; no title where all cases are alike."""

    title: str
    ways: Sequence[Way] = ()


def limit_unconfirmed(row: ChannelRecord, doubts: Set[str]) -> bool:
    """Tell whether no person has vouched for the limit of a row."""
    return row.limit_unread or LIMITS in doubts or _open(row, "limit", doubts)


def fee_unconfirmed(row: ChannelRecord, doubts: Set[str]) -> bool:
    """Tell whether no person has vouched for the fees of a row."""
    return _fee_unread(row) or _open(row, "fee", doubts)


def _fee_unread(row: ChannelRecord) -> bool:
    return any(fee["kind"] == "unread" for fee in row.fees)


def _open(row: ChannelRecord, part: str, doubts: Set[str]) -> bool:
    return not channel_fields(row.channel.value, row.case, part).isdisjoint(doubts)


def ways(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> list[CaseWays]:
    """Return the ways to file in a case, or in all of them (""), channels that are alike together."""
    cases = [row for row in record.cases if case in ("", row.key)]
    found = [CaseWays(said(row), _ways_of(record, row, doubts)) for row in cases]
    alike = all(_caseless(one) == _caseless(found[0]) for one in found[1:])
    return [CaseWays("", found[0].ways)] if found and alike else found


def online_way(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> Way | None:
    """Return what filing online in a case takes and costs; None where it cannot be filed online."""
    online = str(words.CHANNELS["online"])
    found = ways(record, case=case, doubts=doubts)
    return next((way for one in found for way in one.ways if online in way.channels), None)


def _caseless(one: CaseWays) -> list[Way]:
    return [replace(way, case="") for way in one.ways]


def _ways_of(record: ProcedureRecord, case: KeyedWords, doubts: Set[str]) -> list[Way]:
    alike: dict[Way, list[str]] = {}
    for row in record.channels_of(case.key):
        alike.setdefault(_way(row, doubts), []).append(str(words.CHANNELS[row.channel.value]))
    return [replace(way, case=said(case), channels=tuple(names)) for way, names in alike.items()]


def _way(row: ChannelRecord, doubts: Set[str]) -> Way:
    limit = Fact(_("Thời hạn"), _limit(row), unread=row.limit_unread)
    if limit_unconfirmed(row, doubts):
        source = row.limit_source if row.limit_source != "(trống)" else ""
        limit = replace(limit, unconfirmed=True, why=row.limit_doubt or "", source=source)
    fee = Fact(_("Phí, lệ phí"), "", unread=_fee_unread(row))
    if fee_unconfirmed(row, doubts):
        fee = replace(fee, unconfirmed=True, why=row.fee_doubt or "", source=row.fee_source or "")
    fees = tuple(dict.fromkeys(fee_shown(one) for one in row.fees))
    return Way("", (), limit, fees, fee, tuple(_stretches(row)), row.note)


def _limit(row: ChannelRecord) -> str:
    if row.limit_unread:
        return _("Chưa đọc được thời hạn")
    return words.limit_words(Limit.from_json(row.limit) if row.limit else None)


def _stretches(row: ChannelRecord) -> Iterable[Stretch]:
    for phase in row.phases:
        length = _length(phase.limit)
        yield Stretch(marked(phase.name), length or _("chưa rõ"), bool(length))
    if row.extension:
        length = _length(row.extension.limit)
        yield Stretch(_("Được gia hạn"), length or marked(row.extension.source), bool(length))


def _length(limit: Mapping[str, object] | None) -> str:
    return words.limit_words(Limit.from_json(limit)) if limit else ""


def limit_facts(found: Sequence[CaseWays]) -> list[Fact]:
    """Say each limit once, with the cases and channels that it holds for where there are several."""
    return _folded(found, lambda way: way.limit)


def fee_facts(found: Sequence[CaseWays]) -> list[Fact]:
    """Say all that a way costs once, with the cases and channels that cost the same where there are several."""
    return _folded(found, lambda way: replace(way.fee, value=joined(way.fees)))


def _folded(found: Sequence[CaseWays], fact_of: Callable[[Way], Fact]) -> list[Fact]:
    tables: dict[tuple[tuple[Fact, tuple[str, ...]], ...], list[str]] = {}
    for one in found:
        channels: dict[Fact, tuple[str, ...]] = {}
        for way in one.ways:
            fact = fact_of(way)
            channels[fact] = channels.get(fact, ()) + way.channels
        tables.setdefault(tuple(channels.items()), []).append(one.title)
    names: dict[Fact, list[str]] = {}
    for table, titles in tables.items():
        for fact, channels_of in table:
            parts = [" / ".join(titles)] if len(tables) > 1 else []
            parts += [", ".join(channels_of)] if len(table) > 1 else []
            names.setdefault(fact, []).append(": ".join(parts))
    if len(names) == 1:
        return list(names)
    return [replace(fact, about="; ".join(about)) for fact, about in names.items()]


@dataclass(frozen=True)
class Paper:
    """One paper; `need` is empty for one that everybody hands in, `why` and `source` stand beside a doubt."""

    name: str
    count: str
    need: str
    form: str
    note: str
    replaced_by: str
    why: str
    source: str
    long: bool


@dataclass
class Group:
    """The papers of one case, or of every case (no title); `of_source` when only the source names the case."""

    title: str
    of_source: bool = False
    items: list[Paper] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What a procedure asks for: to hand in, to show, and what data of the state replace.

    `notes` are lines of a source of which nobody has confirmed that they are papers.
    """

    must: list[Group]
    show: list[Group]
    held: list[Group]
    notes: list[Group]

    @property
    def noted(self) -> int:
        """How many lines are only noted."""
        return sum(len(group.items) for group in self.notes)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to hand in or to show."""
        return not (self.must or self.show)


def asked(record: ProcedureRecord, *, case: str, doubts: Set[str]) -> Asked:
    """Return the papers that a case asks for, or all cases (""); what data replace comes apart."""
    rows = record.components_of(case) if case else record.components
    # Within one case there is nothing to tell apart.
    cases = {} if case or len(record.cases) == 1 else {row.key: said(row) for row in record.cases}
    certain = [row for row in rows if not row.unread]
    held = [row for row in certain if row.replaceable_by]
    own = [row for row in certain if not row.replaceable_by]
    return Asked(
        must=_groups([row for row in own if row.group is ComponentGroup.SUBMIT], cases, doubts),
        show=_groups([row for row in own if row.group is ComponentGroup.SHOW], cases, doubts),
        held=_groups(held, cases, doubts),
        notes=_groups([row for row in rows if row.unread], cases, doubts),
    )


def _groups(rows: Iterable[ComponentRecord], cases: Mapping[str, str], doubts: Set[str]) -> list[Group]:
    found: dict[tuple[str, str], Group] = {}
    for row in rows:
        case = cases.get(row.case or "", "")
        key = (case, row.when or "")
        if key not in found:
            found[key] = _group(case, row.when)
        found[key].items.append(_paper(row, doubts))
    # What everyone needs comes first; the cases keep the order of the file.
    return sorted(found.values(), key=lambda group: bool(group.title))


def _group(case: str, when: str | None) -> Group:
    if not when:
        return Group(case)
    return Group(f"{case}; {when}" if case else when, of_source=True)


def _paper(row: ComponentRecord, doubts: Set[str]) -> Paper:
    unread = not row.originals and not row.copies
    why = (row.doubt or "") if unread or f"component.{row.key}" in doubts else ""
    source = row.source or ""
    return Paper(
        name=shown(row.name),
        count=count_words(row),
        need=need_words(row),
        form=_form(row),
        # It exists in Vietnamese only.
        note=row.note or "",
        replaced_by=marked(row.replaceable_by.name) if row.replaceable_by else "",
        why=why,
        # A source that says no more than the name would only be read twice.
        source=source if why and fold(source) != fold(row.name.vi) else "",
        long=len(said(row.name)) > _HEADING,
    )


def need_words(row: ComponentRecord) -> str:
    """Say when a paper need not be handed in by everybody; empty where it must, or where its name says so."""
    if row.required or "nếu có" in row.name.vi.lower():
        return ""
    if row.when:
        return _("chưa rõ có bắt buộc không")
    # What a source was read from says its condition in the name; what people here wrote says it so.
    return _("tùy trường hợp") if row.source else _("nếu có")


def _form(row: ComponentRecord) -> str:
    if row.form and row.form_file:
        return f"{row.form} ({row.form_file})"
    return row.form or (_("mẫu %(file)s") % {"file": row.form_file} if row.form_file else "")


def national_address(record: ProcedureRecord) -> str:
    """Return the procedure's page on the national portal, where its source names one that can be trusted."""
    url = record.origin.url if record.origin else None
    try:
        parts = urlsplit(url or "")
        host = parts.hostname or ""
    except ValueError:
        return ""
    ours = host == _NATIONAL_PORTAL or host.endswith(f".{_NATIONAL_PORTAL}")
    return url or "" if parts.scheme in ("http", "https") and ours else ""
