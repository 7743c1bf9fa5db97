"""Which process a procedure runs by, from which day."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from motcua.catalogue.models import Procedure
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.queries import on_day
from motcua.rules.localday import local_day
from motcua.workflow.actions.drafting import UnableToDraft
from motcua.workflow.events import ProcessChosen
from motcua.workflow.models import ProcessUse
from motcua.workflow.queries import DEFAULT_KEY, check_use, newest_process, process

_MOST_BASIS = 240


@transaction.atomic
def use_process(
    procedure_id: UUID,
    key: str | None,
    *,
    valid_from: date,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> bool:
    """Let a procedure run by a process from a day on, None: by the default one again; return whether that is new.

    What was planned for later days is replaced. Dossiers that were accepted keep the process that they have. Raises
    `UnableToDraft`: no_such_procedure, no_such_process, does_not_fit (its
    faults for this procedure: time, holders, partners), past_day (another process was in use on a day that is over).
    """
    # Two who choose for one procedure take turns.
    if Procedure.objects.select_for_update(no_key=True).filter(id=procedure_id).first() is None:
        raise UnableToDraft("no_such_procedure")
    own = None if key == DEFAULT_KEY else key
    if own is not None:
        _check_fit(own, procedure_id, valid_from)
    rows = ProcessUse.objects.filter(procedure_id=procedure_id)
    planned = rows.filter(valid_from__gt=valid_from)
    now = rows.filter(on_day(valid_from)).first()
    if (now.key if now else None) == own and not planned.exists() and (now is None or now.valid_to is None):
        return False
    _refuse_the_past(procedure_id, valid_from, today=local_day(at))
    planned.delete()
    _end(now, valid_from)
    if own is not None:
        ProcessUse.objects.create(
            procedure_id=procedure_id, key=own, valid_from=valid_from, legal_basis=legal_basis[:_MOST_BASIS]
        )
    event = ProcessChosen(
        procedure_id, key=own or "", valid_from=valid_from, legal_basis=legal_basis[:_MOST_BASIS]
    )
    journal.record(event, by=by, at=at)
    return True


def _check_fit(key: str, procedure_id: UUID, on: date) -> None:
    """Refuse a process that the agencies which solve the procedure could not run on that day."""
    newest = newest_process(key)
    if newest is None:
        raise UnableToDraft("no_such_process", where=key)
    if faults := check_use(process(newest), procedure_id, on=on):
        raise UnableToDraft("does_not_fit", faults=faults)


def _refuse_the_past(procedure_id: UUID, valid_from: date, *, today: date) -> None:
    """What was in use on days that are over stays written as it was."""
    if valid_from >= today:
        return
    then = Q(valid_from__lt=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
    if ProcessUse.objects.filter(then, procedure_id=procedure_id).exists():
        raise UnableToDraft("past_day")


def _end(now: ProcessUse | None, day: date) -> None:
    if now is None:
        return
    if now.valid_from == day:
        now.delete()
    else:
        now.valid_to = day
        now.save(update_fields=["valid_to"])
