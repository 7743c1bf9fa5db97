"""The doors through which dossiers come in, as dated settings."""

from datetime import date, datetime

from django.db import transaction

from motcua.dossiers.events import DoorOpened
from motcua.dossiers.models import Door
from motcua.journal import actions as journal
from motcua.journal.events import Actor


@transaction.atomic
def open_door(
    kind: str, *, valid_from: date, legal_basis: str, by: Actor, at: datetime, valid_to: date | None = None
) -> None:
    """Open a door from a local day on, by a legal act; with `valid_to` it closes again on that day."""
    door = Door.objects.create(kind=kind, valid_from=valid_from, valid_to=valid_to, legal_basis=legal_basis)
    event = DoorOpened(door.id, door=kind, valid_from=valid_from, valid_to=valid_to, legal_basis=legal_basis)
    journal.record(event, by=by, at=at)
