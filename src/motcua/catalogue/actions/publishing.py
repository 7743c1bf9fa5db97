"""Publishing procedures."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.catalogue.events import VersionPublished
from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.text import fold


@transaction.atomic
def publish_version(content: Mapping[str, Any], *, by: Actor, at: datetime) -> UUID:
    """Publish a version of a procedure from its content in the project's format; return its id.

    The same content as the newest version's publishes nothing new. Bad content raises `FormatFault`.
    """
    record = read_procedure(content)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    Procedure.objects.get_or_create(code=record.code)
    procedure = Procedure.objects.select_for_update().get(code=record.code)
    newest = procedure.versions.order_by("-number").first()
    if newest and newest.digest == digest:
        return newest.id
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=newest.number + 1 if newest else 1,
        content=dict(content),
        digest=digest,
        name_vi=record.name.vi,
        name_en=record.name.en,
        domain_key=record.domain.key,
        domain_vi=record.domain.vi,
        domain_en=record.domain.en,
        levels=[level.value for level in record.levels],
        audience=[who.value for who in record.audience],
        service_level=record.service_level.value,
        run_by=record.run_by.value,
        search_text=_search_text(record),
        effective_from=record.effective_from,
        published_at=at,
    )
    event = VersionPublished(
        procedure.id, code=record.code, version=version.id, number=version.number, digest=digest
    )
    journal.record(event, by=by, at=at)
    return version.id


def _search_text(record: ProcedureRecord) -> str:
    parts = [record.name.vi, *record.keywords, record.name.en, record.domain.vi, record.code]
    return "".join(f" {fold(part)} " for part in parts if part)
