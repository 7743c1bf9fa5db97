"""The doubts of a procedure as blocks of the page of confirmation: source, what was read, what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.catalogue import queries
from motcua.catalogue.actions.confirming import nothing_read
from motcua.catalogue.differences import differences
from motcua.catalogue.fields import LIMITS
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import WAITING, DoubtFacts, Published
from motcua.catalogue.sources.merging import taken_over
from motcua.catalogue.sources.reading import Reason
from motcua.dossiers import words
from motcua.office import catalogue_words as say
from motcua.office.confirm_forms import AskForm, CorrectForm, LimitForm, PaperForm, ServiceForm
from motcua.office.fee_form import FeesForm


@dataclass(frozen=True)
class LimitRow:
    """One way to file with its limit, as a line of the block of all limits."""

    field: str
    label: str
    source: str
    read: list[str]


@dataclass(frozen=True)
class Change:
    """What taking the import would change in the version kept by hand; empty = nothing stands there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Block:
    """One doubt as the page shows it."""

    id: UUID
    key: str
    label: str
    reason: str
    source: str
    read: list[str]
    state: str
    said: str
    note: str
    may_accept: bool
    correct: CorrectForm | None
    ask: AskForm | None
    limits: list[LimitRow] = field(default_factory=list)
    imported: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Tell whether a person must still decide."""
        return self.state in WAITING

    @property
    def correcting(self) -> bool:
        """Tell whether the form of correction was sent and refused."""
        return self.correct is not None and self.correct.is_bound

    @property
    def asking(self) -> bool:
        """Tell whether the question was sent and refused."""
        return self.ask is not None and self.ask.is_bound


@dataclass(frozen=True)
class Value:
    """A value of the procedure that may be put right though nobody doubts it."""

    field: str
    label: str
    read: list[str]


def prefix_of(doubt: UUID | None) -> str:
    """Return the prefix of the boxes of a doubt's form; of a value without doubt for None."""
    return f"d{doubt.hex[-12:]}" if doubt else "v"


def alike(row: DoubtFacts, doubts: Iterable[DoubtFacts], record: ProcedureRecord) -> list[tuple[str, str]]:
    """Return (field, label) of the other waiting doubts of the same kind whose source says the same."""
    part = row.field.rpartition(".")[2]
    if not row.field.startswith("channel."):
        return []
    return [
        (other.field, say.field_label(other.field, record))
        for other in doubts
        if other.state in WAITING
        and other.field != row.field
        and other.field.startswith("channel.")
        and other.field.rpartition(".")[2] == part
        and other.source == row.source
    ]


def correct_form(
    path: str,
    version: Published,
    doubt: UUID | None,
    data: Any = None,
    *,
    alike: Sequence[tuple[str, str]] = (),
) -> CorrectForm | None:
    """Return the form that puts right the value at a path; None where only the source can be put right."""
    record = version.record
    common: dict[str, Any] = {"prefix": prefix_of(doubt), "alike": alike}
    initial: dict[str, Any] = {"version": version.number}
    row = say.channel_of(record, path)
    if row is not None and path.endswith(".limit"):
        return LimitForm(data, initial=initial | LimitForm.initial_of(row), **common)
    if row is not None and path.endswith(".fee"):
        return FeesForm(data, initial=initial, fees=row.fees, **common)
    if (item := say.component_of(record, path)) is not None:
        return PaperForm(data, initial=initial | PaperForm.initial_of(item), **common)
    if path == "service":
        return ServiceForm(data, initial=initial | ServiceForm.initial_of(record), **common)
    return None


def ask_form(doubt: UUID, data: Any = None) -> AskForm:
    """Return the form in which a question about a doubt is asked."""
    return AskForm(data, prefix=f"{prefix_of(doubt)}h")


def blocks(
    doubts: Iterable[DoubtFacts],
    version: Published,
    *,
    writes: bool,
    refused: CorrectForm | AskForm | None = None,
) -> list[Block]:
    """Return the doubts as blocks: those that wait first; `refused` takes the place of its own fresh form."""
    page = _Page(list(doubts), version, queries.content_of(version.id), writes, refused)
    made = [_block(row, page) for row in page.doubts]
    return sorted(made, key=lambda block: not block.open)


@dataclass(frozen=True)
class _Page:
    """What every block of a page is made from."""

    doubts: Sequence[DoubtFacts]
    version: Published
    content: Mapping[str, Any]
    writes: bool
    refused: CorrectForm | AskForm | None


def _block(row: DoubtFacts, page: _Page) -> Block:
    record, refused = page.version.record, page.refused
    mine = refused if refused and refused.prefix in (prefix_of(row.id), f"{prefix_of(row.id)}h") else None
    correct = mine if isinstance(mine, CorrectForm) else None
    ask = mine if isinstance(mine, AskForm) else None
    decides = page.writes and row.state in WAITING
    if decides:
        others = alike(row, page.doubts, record)
        correct = correct or correct_form(row.field, page.version, row.id, alike=others)
        ask = ask or ask_form(row.id)
    read, differs = say.value_lines(row.field, record), row.reason == Reason.DIFFERS_FROM_KEPT
    return Block(
        row.id,
        prefix_of(row.id),
        say.field_label(row.field, record),
        say.reason(row.reason),
        row.source,
        read or ([row.parsed] if row.parsed else []),
        row.state,
        say.decided(row.state, row.decided_label, row.decided_at),
        row.note,
        # A paper whose number the source leaves out can be agreed to: often it is a heading or a remark.
        decides and not nothing_read(row.field, page.content),
        correct,
        ask,
        limit_rows(record) if row.field == LIMITS else [],
        differs,
        _changes(row.procedure_id, page.content) if differs and row.state in WAITING else [],
    )


def _changes(procedure_id: UUID, kept: Mapping[str, Any]) -> list[Change]:
    """Return what the version would say differently, were the import taken, field by field."""
    imported = queries.imported_content(procedure_id)
    if imported is None:
        return []
    english = words.in_english()
    return [
        Change(row.label_en if english else row.label_vi, row.before, row.after)
        for row in differences(kept, taken_over(imported, kept=kept))
    ]


def limit_rows(record: ProcedureRecord) -> list[LimitRow]:
    """Return each way to file with its limit and what the source says of it."""
    rows = []
    for row in record.channels:
        path = say.path_of(row, "limit", record)
        label = say.field_label(path, record).partition(" · ")[2]
        rows.append(LimitRow(path, label, row.limit_source, say.limit_lines(row)))
    return rows


def values(record: ProcedureRecord) -> list[Value]:
    """Return what may be put right besides the doubts: limits, fees, papers, the level of service."""
    paths = [say.path_of(row, what, record) for what in ("limit", "fee") for row in record.channels]
    paths += [f"component.{item.key}" for item in record.components]
    found = [Value(path, say.field_label(path, record), say.value_lines(path, record)) for path in paths]
    return [*found, Value("service", _("Mức độ dịch vụ công"), [say.service_level(record)])]
