"""Reading drafts of processes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.accounts.models import User
from motcua.rules.process import Process
from motcua.workflow.models import ProcessDraft
from motcua.workflow.queries.drawings import process_of


@dataclass(frozen=True)
class DraftFacts:
    """A draft as a page shows it; `definition` is None while the drawing cannot be read into a table."""

    id: UUID
    key: str
    title_vi: str
    title_en: str
    definition: dict[str, Any] | None
    bpmn: str
    scenarios: list[dict[str, Any]]
    in_flight: dict[str, Any]
    doubts: list[dict[str, Any]]
    source: str
    procedure_id: UUID | None
    legal_basis: str
    for_partner: bool
    base: int
    revision: int
    created_at: datetime
    created_by: UUID | None
    saved_at: datetime
    saved_by: UUID | None
    saved_by_name: str
    proposed_at: datetime | None
    proposed_by: UUID | None
    proposed_by_name: str
    published_id: UUID | None
    dropped_at: datetime | None

    @property
    def state(self) -> str:
        """One of open, proposed, published, dropped."""
        if self.published_id is not None:
            return "published"
        if self.dropped_at is not None:
            return "dropped"
        return "proposed" if self.proposed_at is not None else "open"

    @property
    def open_doubts(self) -> list[dict[str, Any]]:
        """What an import could not read and nobody has answered yet."""
        return [doubt for doubt in self.doubts if not doubt.get("answer")]

    @property
    def process(self) -> Process | None:
        """The process that it defines; None while it is none that a machine could run."""
        return process_of(self.definition, key=self.key, title_vi=self.title_vi, title_en=self.title_en)

    def title(self, language: str) -> str:
        """Return the title in `vi` or `en`; the Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title_vi


def draft_facts(draft_id: UUID) -> DraftFacts | None:
    """Return a draft; None where there is none."""
    row = ProcessDraft.objects.filter(id=draft_id).first()
    return _facts([row])[0] if row else None


def drafts(
    *, key: str | None = None, procedure_id: UUID | None = None, closed: bool = False, most: int = 500
) -> list[DraftFacts]:
    """Return the open drafts, the one saved last first, perhaps of one key or for one procedure.

    With `closed` also those that were published or given up.
    """
    rows = ProcessDraft.objects.order_by("-saved_at", "-id")
    if key is not None:
        rows = rows.filter(key=key)
    if procedure_id is not None:
        rows = rows.filter(procedure_id=procedure_id)
    if not closed:
        rows = rows.filter(published__isnull=True, dropped_at__isnull=True)
    return _facts(rows[:most])


def drafts_waiting() -> int:
    """Return how many drafts wait for a second person to publish them."""
    rows = ProcessDraft.objects.filter(proposed_at__isnull=False, published__isnull=True)
    return rows.filter(dropped_at__isnull=True).count()


def _facts(rows: Iterable[ProcessDraft]) -> list[DraftFacts]:
    rows = list(rows)
    people = {id for row in rows for id in (row.saved_by, row.proposed_by) if id}
    names: dict[UUID | None, str] = dict(
        User.objects.filter(id__in=people).values_list("id", "full_name") if people else ()
    )
    return [
        DraftFacts(
            id=row.id,
            key=row.key,
            title_vi=row.title_vi,
            title_en=row.title_en,
            definition=row.definition,
            bpmn=row.bpmn,
            scenarios=row.scenarios,
            in_flight=row.in_flight,
            doubts=row.doubts,
            source=row.source,
            procedure_id=row.procedure_id,
            legal_basis=row.legal_basis,
            for_partner=row.for_partner,
            base=row.base,
            revision=row.revision,
            created_at=row.created_at,
            created_by=row.created_by,
            saved_at=row.saved_at,
            saved_by=row.saved_by,
            saved_by_name=names.get(row.saved_by, ""),
            proposed_at=row.proposed_at,
            proposed_by=row.proposed_by,
            proposed_by_name=names.get(row.proposed_by, ""),
            published_id=row.published_id,
            dropped_at=row.dropped_at,
        )
        for row in rows
    ]
