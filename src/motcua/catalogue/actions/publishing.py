"""Publishing procedures."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from motcua.catalogue.actions import doubting
from motcua.catalogue.differences import DECLARED
from motcua.catalogue.events import VersionPublished
from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.catalogue.sources.reading import Reason
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.kit.text import fold

_POLICIES: Final = frozenset({"stay", "follow"})


class UnableToPublish(Exception):
    """The version cannot be published; `code` says why, `field` where.

    Codes: unknown_field, unknown_policy, bad_day, limit_cannot_follow, already_published.
    """

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code}: {field}")
        self.code, self.field = code, field


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content in canonical form, in hexadecimal."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _declared(in_flight: Mapping[str, Any]) -> dict[str, Any]:
    """Return the declaration in full, every day checked; see docs/rules/catalogue-versions.md."""
    declared = {}
    for field, said in in_flight.items():
        if field not in DECLARED:
            raise UnableToPublish("unknown_field", field)
        policy, since = said.get("policy"), said.get("from")
        if policy not in _POLICIES:
            raise UnableToPublish("unknown_policy", field)
        if field == "limit" and policy == "follow":
            # A promise was given under the old limit; only an approved proposal may move it.
            raise UnableToPublish("limit_cannot_follow", field)
        try:
            day = date.fromisoformat(since).isoformat() if since is not None else None
        except (TypeError, ValueError):
            raise UnableToPublish("bad_day", field) from None
        declared[field] = {"policy": policy, "from": day}
    return declared


@transaction.atomic
def publish_version(
    content: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    in_flight: Mapping[str, Any] | None = None,
    first: bool = False,
) -> UUID:
    """Publish a version of a procedure from its content in the project's format; return its id.

    `in_flight` says by part (`differences.DECLARED`) what running dossiers do: `{"policy": "stay" | "follow",
    "from": "YYYY-MM-DD" | None}`; what is not named stays. The same content as the newest version's publishes
    nothing new. `first` wants the procedure to be new: a code that has a version is refused (already_published).
    Bad content raises `FormatFault`, a bad declaration `UnableToPublish`.
    """
    record = read_procedure(content)
    declared = _declared(in_flight or {})
    digest = digest_of(content)
    Procedure.objects.get_or_create(code=record.code)
    procedure = Procedure.objects.select_for_update(no_key=True).get(code=record.code)
    newest = procedure.versions.order_by("-number").only("id", "number", "digest").first()
    if newest and first:
        # Asked under the lock: of two who publish one code at once, the second is told.
        raise UnableToPublish("already_published", "code")
    if newest and newest.digest == digest:
        return newest.id
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=newest.number + 1 if newest else 1,
        content=dict(content),
        digest=digest,
        **_columns(record),
        effective_from=record.effective_from,
        published_at=at,
        published_label=by.label[:160],
        in_flight=declared if newest else {},
    )
    event = VersionPublished(
        procedure.id,
        code=record.code,
        version=version.id,
        number=version.number,
        digest=digest,
        in_flight=version.in_flight,
    )
    journal.record(event, by=by, at=at)
    note_change()
    if record.origin is None:
        _doubt_own(version, newest, at)
    return version.id


def _doubt_own(version: ProcedureVersion, before: ProcedureVersion | None, at: datetime) -> None:
    """Queue the limits that a content of our own marks as doubtful.

    What was doubted of an imported version that it replaces is nobody's to settle any more.
    """
    replaces = before is not None and before.content.get("origin") is not None
    reason = None if replaces else Reason.UNCONFIRMED
    found = doubting.to_confirm(version.content, ())
    doubting.find(version.procedure_id, found, at=at, reason=reason)


_REVISED: Final = """
INSERT INTO catalogue_cataloguerevision AS kept (id, number) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET number = kept.number + 1
"""


def note_change() -> None:
    """Let every process know, with this transaction, that a search may find something else now."""
    sql.run(_REVISED, ())


def _columns(record: ProcedureRecord) -> dict[str, Any]:
    """Return the columns beside the content that lists and search read."""
    english = record.name.en if record.name.en != record.name.vi else ""
    return {
        "name_vi": record.name.vi,
        "name_en": english,
        "domain_key": record.domain.key,
        "domain_vi": record.domain.vi,
        "domain_en": record.domain.en if record.domain.en != record.domain.vi else "",
        "levels": [level.value for level in record.levels],
        "audience": [who.value for who in record.audience],
        "service_level": record.service_level.value,
        "run_by": record.run_by.value,
        "search_text": _search_text(record, english),
    }


def _search_text(record: ProcedureRecord, english: str) -> str:
    parts = [record.name.vi, *record.keywords, english, record.domain.vi, record.code]
    return "".join(f" {fold(part)} " for part in parts if part)


@transaction.atomic
def set_uses(counts: Mapping[UUID, int]) -> int:
    """Set how often each procedure was asked for in the last twelve months; return how many changed.

    Procedures that are not named were not asked for at all.
    """
    changed = []
    for row in Procedure.objects.only("id", "uses"):
        uses = counts.get(row.id, 0)
        if row.uses != uses:
            row.uses = uses
            changed.append(row)
    Procedure.objects.bulk_update(changed, ["uses"], batch_size=500)
    if changed:
        note_change()
    return len(changed)
