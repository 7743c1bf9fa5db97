"""Publishing processes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.process import Process
from motcua.workflow.events import ProcessPublished
from motcua.workflow.models import ProcessVersion


@transaction.atomic
def publish_process(process: Process, *, legal_basis: str, by: Actor, at: datetime) -> UUID:
    """Publish a process as its next version; return the version's id."""
    newest = ProcessVersion.objects.filter(key=process.key).order_by("-number").first()
    version = ProcessVersion.objects.create(
        key=process.key,
        number=newest.number + 1 if newest else 1,
        definition=process.to_json(),
        legal_basis=legal_basis,
        published_at=at,
        published_by=by.id,
    )
    event = ProcessPublished(version.id, key=version.key, number=version.number)
    journal.record(event, by=by, at=at)
    return version.id
