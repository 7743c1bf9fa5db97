"""Taking readings of foreign files into the catalogue: all of them or, when something fails, none."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.catalogue.actions import doubting
from motcua.catalogue.actions.listing import take_lists
from motcua.catalogue.actions.publishing import digest_of, publish_version
from motcua.catalogue.differences import changed_parts
from motcua.catalogue.events import ProceduresImported
from motcua.catalogue.fields import NoSuchField, replaced, source_of
from motcua.catalogue.format import FormatFault, read_procedure
from motcua.catalogue.models import (
    HeldRecord,
    ImportRun,
    OfficialEntry,
    Procedure,
    ProcedureDoubt,
    ProcedureVersion,
    SourceRecord,
)
from motcua.catalogue.sources.crosscheck import cross_check
from motcua.catalogue.sources.lists import ListRow, OfficialList
from motcua.catalogue.sources.merging import compared, in_known_domain, says_otherwise
from motcua.catalogue.sources.reading import MOST_SOURCE, Cells, Doubt, Held, Reading, Reason
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.kit.text import fold
from motcua.rules.localday import local_day

Tell = Callable[[int, int], object]


@dataclass
class Imported:
    """What an import did; `read` is the number of `published` and `held_back` records together."""

    read: int = 0
    published: list[str] = field(default_factory=list)
    held_back: list[tuple[str, str, Held]] = field(default_factory=list)
    doubts: list[tuple[str, Doubt]] = field(default_factory=list)
    new_versions: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    coverage: dict[str, Cells] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether every record read was either published or held back."""
        return self.read == len(self.published) + len(self.held_back)

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON: read, published, held_back, doubts, and more counts."""
        return {
            "read": self.read,
            "published": self.published,
            "held_back": [
                {"code": code, "field": held.field, "reason": str(held.reason)}
                for code, _, held in self.held_back
            ],
            "doubts": [
                {
                    "code": code,
                    "field": doubt.field,
                    "source": doubt.source[:MOST_SOURCE],
                    "parsed": doubt.parsed,
                    "reason": str(doubt.reason),
                }
                for code, doubt in self.doubts
            ],
            "new_versions": self.new_versions,
            "kept_by_hand": self.kept,
            "proposed_for_withdrawal": self.proposed,
            "coverage": {
                kind: {
                    "total": cells.total,
                    "structured": cells.structured,
                    "doubted": cells.doubted,
                    "rest": cells.rest,
                }
                for kind, cells in self.coverage.items()
            },
        }


@dataclass(frozen=True)
class _Settings:
    by: Actor
    at: datetime
    in_flight: Mapping[str, Any]
    tell: Tell


class _DryRun(Exception):
    """Takes back everything that a dry run wrote."""


def import_records(
    files: Sequence[tuple[str, Sequence[Reading]]],
    *,
    lists: Sequence[OfficialList],
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    in_flight: Mapping[str, Any] | None = None,
    tell: Tell = lambda done, of: None,
) -> Imported:
    """Publish what was read with certainty, hold back what is not to be trusted, and keep every doubt.

    `files` are (name, readings). One transaction: an error leaves the catalogue as it was, and so does a
    `dry_run`, which reports the same. A record that was read the same before publishes nothing; one that says
    something else becomes a new version; a version kept by hand is not replaced but doubted. `in_flight` says
    what running dossiers follow, as in `publish_version`, for those of its fields that a new version changes.
    `tell` hears how many records are done.
    """
    report = Imported()
    try:
        with transaction.atomic():
            _import(report, files, lists, _Settings(by, at, in_flight or {}, tell))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _import(
    report: Imported,
    files: Sequence[tuple[str, Sequence[Reading]]],
    lists: Sequence[OfficialList],
    how: _Settings,
) -> None:
    cross_check([readings for _, readings in files], lists, in_force=_listed())
    readings = [reading for _, file in files for reading in file]
    report.read = len(readings)
    run = ImportRun(
        id=uuid7(),
        at=how.at,
        label=how.by.label[:160],
        files=[name[:240] for name in (*(name for name, _ in files), *(item.name for item in lists))],
        **dict.fromkeys(("read", "published", "new_versions", "held", "doubts"), 0),
    )
    run.save()
    desk = _Desk(run, how, readings)
    for number, reading in enumerate(readings, start=1):
        _one(report, desk, reading)
        how.tell(number, len(readings))
    report.proposed = take_lists(lists, run=run, at=how.at)
    _close(report, run, how.by, how.at)


def _one(report: Imported, desk: _Desk, reading: Reading) -> None:
    try:
        if not reading.held:
            desk.take(reading, report)
    except FormatFault as fault:
        reading.held.append(Held(fault.path, fault.code))
    if reading.held:
        report.held_back.append((reading.code, reading.name, reading.held[0]))
        return
    report.published.append(reading.code)
    report.doubts.extend((reading.code, doubt) for doubt in reading.doubts)
    for kind, cells in reading.coverage.items():
        report.coverage.setdefault(kind, Cells()).add(cells)


def _close(report: Imported, run: ImportRun, by: Actor, at: datetime) -> None:
    HeldRecord.objects.bulk_create(
        HeldRecord(run=run, code=code[:80], name=name, field=held.field[:120], reason=held.reason)
        for code, name, held in report.held_back
    )
    run.read, run.published = report.read, len(report.published)
    run.new_versions, run.held = len(report.new_versions), len(report.held_back)
    said = report.to_json()
    run.doubts, run.coverage, run.report = len(report.doubts), said["coverage"], said
    run.save()
    event = ProceduresImported(
        run.id,
        files=tuple(run.files),
        read=run.read,
        published=run.published,
        new_versions=run.new_versions,
        held=run.held,
        doubts=run.doubts,
    )
    journal.record(event, by=by, at=at)


class _Desk:
    """What an import must know of the catalogue, read once for all its records."""

    def __init__(self, run: ImportRun, how: _Settings, readings: Iterable[Reading]) -> None:
        self.run, self.by, self.at, self.in_flight = run, how.by, how.at, how.in_flight
        codes = [reading.code for reading in readings]
        # Two imports at once would both see what is there now: the second waits here for the first, and whoever
        # corrects a procedure waits for both.
        sql.run("SELECT pg_advisory_xact_lock(hashtext('motcua.import'))", ())
        list(Procedure.objects.select_for_update(no_key=True).order_by("code").values_list("id", flat=True))
        rows = ProcedureVersion.objects.filter(procedure__code__in=codes)
        newest = rows.order_by("procedure_id", "-number").distinct("procedure_id")
        self.current = dict(newest.values_list("procedure__code", "content"))
        sources = SourceRecord.objects.filter(procedure__code__in=codes)
        self.digests = dict(sources.values_list("procedure__code", "digest"))
        settled = ProcedureDoubt.objects.filter(
            procedure__code__in=codes, state="corrected", value__isnull=False
        )
        self.settled: dict[str, list[ProcedureDoubt]] = {}
        for row in settled.select_related("procedure").order_by("decided_at"):
            self.settled.setdefault(row.procedure.code, []).append(row)
        self.domains = _known_domains()

    def take(self, reading: Reading, report: Imported) -> None:
        """Bring one record in; `FormatFault` if what was read is no content of the format."""
        content = in_known_domain(reading.content, self.domains)
        # A domain that comes with these files is known to the records after the first that names it.
        self.domains.setdefault(fold(content["domain"]["vi"]), content["domain"])
        digest = digest_of({"content": content, "doubts": [vars(doubt) for doubt in reading.doubts]})
        current = self.current.get(reading.code)
        if content.get("origin") is None:
            self._publish_own(reading, content, report)
        elif current is not None and current.get("origin") is None:
            report.kept.append(reading.code)
            # A person keeps this version: the record is laid beside it, not over it.
            read_procedure(content | {"effective_from": current["effective_from"]})
            kept = _differs(content, current)
            reading.doubts.extend(kept)
            # Looked at each time: the version kept by hand may have changed though the source has not.
            self._keep(reading.code, content, digest, kept, Reason.DIFFERS_FROM_KEPT)
        elif self.digests.get(reading.code) != digest:
            if self._publish(reading, content, current):
                report.new_versions.append(reading.code)
            self._keep(reading.code, content, digest, doubting.to_confirm(content, reading.doubts), None)

    def _publish_own(self, reading: Reading, content: dict[str, Any], report: Imported) -> None:
        """Publish a content in the project's own format: it is what people here wrote, and is taken as it is."""
        before = self.current.get(reading.code)
        publish_version(content, by=self.by, at=self.at, in_flight=self._declared(content, before))
        if before is None or digest_of(before) != digest_of(content):
            report.new_versions.append(reading.code)

    def _publish(self, reading: Reading, content: dict[str, Any], current: Mapping[str, Any] | None) -> bool:
        new = self._with_corrections(reading, content)
        if current is not None and _same(new, current):
            return False
        # It counts from the day on which it is known here; the source does not say since when it held.
        new["effective_from"] = local_day(self.at).isoformat()
        publish_version(new, by=self.by, at=self.at, in_flight=self._declared(new, current))
        return True

    def _declared(self, new: Mapping[str, Any], current: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what this version declares for running dossiers: only what it changes can be followed."""
        if not self.in_flight or current is None:
            return {}
        changed = set(changed_parts(current, new))
        return {field: said for field, said in self.in_flight.items() if field in changed}

    def _with_corrections(self, reading: Reading, content: dict[str, Any]) -> dict[str, Any]:
        """Return the content with what people set, where the source still says what they set it against."""
        new = copy.deepcopy(content)
        for row in self.settled.get(reading.code, []):
            if row.reason == Reason.DIFFERS_FROM_KEPT:
                continue
            try:
                unchanged = source_of(content, row.field) == row.value_source
                if unchanged:
                    new = replaced(new, row.field, row.value)
            except NoSuchField:
                unchanged = False
            if not unchanged:
                told = f"Đã sửa tay trước đây; nguồn nay ghi khác: {row.value_source[:200]}"
                reading.doubts.append(Doubt(row.field, row.field, told, Reason.SET_BY_HAND))
        return new

    def _keep(
        self,
        code: str,
        content: dict[str, Any],
        digest: str,
        doubts: Sequence[Doubt],
        reason: Reason | None,
    ) -> None:
        procedure_id: UUID = Procedure.objects.values_list("id", flat=True).get(code=code)
        told: dict[str, Any] = {"run": self.run, "content": content, "digest": digest}
        if code not in self.digests:
            SourceRecord.objects.create(procedure_id=procedure_id, **told)
        elif self.digests[code] != digest:
            SourceRecord.objects.filter(procedure_id=procedure_id).update(**told)
        doubting.find(procedure_id, doubts, at=self.at, reason=reason)


def _differs(content: Mapping[str, Any], current: Mapping[str, Any]) -> list[Doubt]:
    """Return the doubt that an imported record says otherwise than the version kept by hand, if it does.

    Its source names what the record says in the compared parts, so that it is asked again when that changes.
    """
    differs = says_otherwise(content, current)
    if not differs:
        return []
    source = f"{content['decision'] or content['code']} ({digest_of(compared(content))[:12]})"
    told = f"Khác bản đang dùng ở: {', '.join(differs)}"
    return [Doubt("version", source, told, Reason.DIFFERS_FROM_KEPT)]


def _listed() -> list[ListRow]:
    """Return what the official lists in force name, as rows of a list."""
    fields = ("code", "name", "issued_by", "executing", "domain")
    rows = OfficialEntry.objects.filter(edition__superseded=False).order_by("edition_id")
    return [
        ListRow(code, name, issued_by, tuple(executing), domain, 0)
        for code, name, issued_by, executing, domain in rows.values_list(*fields)
    ]


def _same(new: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    return digest_of({**new, "effective_from": ""}) == digest_of({**current, "effective_from": ""})


def _known_domains() -> dict[str, dict[str, str]]:
    """Return the domains in the catalogue by folded name, so that one domain has one key."""
    rows = ProcedureVersion.objects.order_by("domain_vi", "published_at")
    known: dict[str, dict[str, str]] = {}
    for key, vi, en in rows.values_list("domain_key", "domain_vi", "domain_en").distinct("domain_vi"):
        known.setdefault(fold(vi), {"key": key, "vi": vi} | ({"en": en} if en else {}))
    return known
