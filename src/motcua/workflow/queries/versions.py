"""Reading published versions: by process, who runs by them, and how many are on their way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from motcua.kit import sql
from motcua.organisation.queries import on_day
from motcua.workflow.models import ProcessDraft, ProcessUse, ProcessVersion
from motcua.workflow.queries.running import DEFAULT_KEY, process


@dataclass(frozen=True)
class VersionFacts:
    """A published version; `running` counts the subjects that have a token in it."""

    id: UUID
    key: str
    number: int
    title_vi: str
    title_en: str
    legal_basis: str
    in_flight: Mapping[str, Any]
    published_at: datetime
    published_by: UUID | None
    drafted_by: UUID | None
    running: int

    def title(self, language: str) -> str:
        """Return the title in `vi` or `en`, else the key."""
        return (self.title_en if language == "en" and self.title_en else self.title_vi) or self.key


@dataclass(frozen=True)
class ProcessLine:
    """A process in the list: its newest version (None while it has only drafts), who uses it, what is in work."""

    key: str
    title_vi: str
    title_en: str
    newest: VersionFacts | None
    versions: int
    uses: tuple[UUID, ...]
    drafts: int
    running: Mapping[int, int]

    @property
    def is_default(self) -> bool:
        """Whether it is what every procedure runs by that has none of its own."""
        return self.key == DEFAULT_KEY

    def title(self, language: str) -> str:
        """Return the title in `vi` or `en`, else the key."""
        return (self.title_en if language == "en" and self.title_en else self.title_vi) or self.key


_RUNNING = "SELECT process_id, count(DISTINCT subject_id) FROM workflow_token GROUP BY process_id"
_RUNNING_OF = """
SELECT t.process_id, count(DISTINCT t.subject_id) FROM workflow_token t
WHERE t.process_id = ANY(%s) GROUP BY t.process_id
"""


def versions_of(key: str) -> list[VersionFacts]:
    """Return the published versions of a process, the newest first."""
    rows = list(_without_drawing().filter(key=key).order_by("-number"))
    running = dict(sql.rows(_RUNNING_OF, [[row.id for row in rows]]))
    return [_facts(row, running.get(row.id, 0)) for row in rows]


def version_facts(version_id: UUID) -> VersionFacts | None:
    """Return a published version; None where there is none."""
    row = _without_drawing().filter(id=version_id).first()
    if row is None:
        return None
    running = dict(sql.rows(_RUNNING_OF, [[row.id]]))
    return _facts(row, running.get(row.id, 0))


@lru_cache(maxsize=128)
def drawing_of(version_id: UUID) -> str:
    """Return the drawing of a published version as BPMN 2.0; one that nobody drew is laid out by us."""
    from motcua.workflow.bpmn import write_bpmn

    drawn = ProcessVersion.objects.values_list("bpmn", flat=True).get(id=version_id)
    return drawn or write_bpmn(process(version_id))


def newest_number(key: str) -> int:
    """Return the number of the newest version of a process; 0 where it has none."""
    rows = ProcessVersion.objects.filter(key=key).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def process_list(*, on: date | None = None) -> list[ProcessLine]:
    """Return every process with versions or open drafts, the default one first, then by key.

    `uses` are those of the day `on`, without it all that have no end.
    """
    versions: dict[str, list[ProcessVersion]] = {}
    for row in _without_drawing().order_by("key", "-number"):
        versions.setdefault(row.key, []).append(row)
    drafted = _open_drafts()
    uses: dict[str, list[UUID]] = {}
    used = ProcessUse.objects.filter(on_day(on) if on else Q(valid_to__isnull=True))
    for key, procedure_id in used.order_by("procedure_id").values_list("key", "procedure_id"):
        uses.setdefault(key, []).append(procedure_id)
    running = dict(sql.rows(_RUNNING, []))
    keys = sorted(versions.keys() | drafted.keys(), key=lambda key: (key != DEFAULT_KEY, key))
    return [
        _line(key, versions.get(key, []), drafted.get(key, ("", "", 0)), tuple(uses.get(key, ())), running)
        for key in keys
    ]


def _open_drafts() -> dict[str, tuple[str, str, int]]:
    rows = ProcessDraft.objects.filter(published__isnull=True, dropped_at__isnull=True)
    counts = dict(rows.order_by().values("key").annotate(n=Count("id")).values_list("key", "n"))
    titles = {
        key: (vi, en) for key, vi, en in rows.order_by("saved_at").values_list("key", "title_vi", "title_en")
    }
    return {key: (*titles[key], count) for key, count in counts.items()}


def _line(
    key: str,
    versions: list[ProcessVersion],
    drafted: tuple[str, str, int],
    uses: tuple[UUID, ...],
    running: Mapping[UUID, int],
) -> ProcessLine:
    newest = _facts(versions[0], running.get(versions[0].id, 0)) if versions else None
    return ProcessLine(
        key=key,
        title_vi=newest.title_vi if newest else drafted[0],
        title_en=newest.title_en if newest else drafted[1],
        newest=newest,
        versions=len(versions),
        uses=uses,
        drafts=drafted[2],
        running={row.number: running[row.id] for row in versions if running.get(row.id)},
    )


def _without_drawing() -> Any:
    return ProcessVersion.objects.defer("bpmn", "scenarios")


def _facts(row: ProcessVersion, running: int) -> VersionFacts:
    said = row.definition if isinstance(row.definition, dict) else {}
    return VersionFacts(
        id=row.id,
        key=row.key,
        number=row.number,
        title_vi=str(said.get("title_vi") or ""),
        title_en=str(said.get("title_en") or ""),
        legal_basis=row.legal_basis,
        in_flight=row.in_flight,
        published_at=row.published_at,
        published_by=row.published_by,
        drafted_by=row.drafted_by,
        running=running,
    )
