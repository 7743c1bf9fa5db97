"""Another agency is asked for its opinion with a limit, and answers (NĐ 61/2018 Điều 19 khoản 5).

The asked agency answers in the stated time, and who is late is named. The dossier's own clock goes on: it is the asking
agency that promised. See docs/rules/opinions.md.
"""

from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.calendars.queries import NoCalendar
from motcua.documents.actions import keep_file
from motcua.dossiers.actions.moving import UnableToMove, locked, own_due
from motcua.dossiers.events import OpinionAsked, OpinionCalledOff, OpinionGiven, OpinionOverdue
from motcua.dossiers.models import Dossier, Opinion
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor, JournalEvent
from motcua.kit import sql
from motcua.organisation.queries import agencies_facts
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.rules.working_time import OutsideCalendar

MOST_DAYS = 60
_RUNNING = (State.IN_PROGRESS, State.PAUSED)
_ASKED, _ANSWERED = Opinion.State.ASKED, Opinion.State.ANSWERED
# What the journal keeps is said in the language of the office.
_ENDED = "Hồ sơ đã kết thúc."


@transaction.atomic
def ask_opinion(
    dossier: Dossier,
    *,
    agency_id: UUID,
    question: str,
    days: int,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> UUID:
    """Ask another agency for its opinion within `days` working days of its own calendar; return the opinion's id.

    Raises `UnableToMove`: move_not_allowed (the dossier is not being worked on), question_needed, opinion_days (not
    1 to 60), opinion_itself, opinion_no_agency (none on that day, or one outside the system), opinion_asked (it is
    asked already), outside_calendar, changed_meanwhile.
    """
    dossier = locked(dossier, expected=expected)
    asking = dossier.competent_agency_id
    if State(dossier.state) is not State.IN_PROGRESS or asking is None:
        raise UnableToMove("move_not_allowed")
    if not question.strip():
        raise UnableToMove("question_needed")
    _check_asked(dossier, agency_id, days, at)
    due_at = _opinion_due(agency_id, days, at)
    made = Opinion.objects.create(
        dossier=dossier,
        agency_id=agency_id,
        asking_agency_id=asking,
        question=question,
        days=days,
        due_at=due_at,
        asked_at=at,
        asked_by=by.id,
        asked_label=by.label[:160],
    )
    event = OpinionAsked(dossier.id, opinion=made.id, agency=agency_id, due_at=due_at.isoformat())
    journal.record(event, by=by, at=at, agency_id=asking)
    return made.id


def _check_asked(dossier: Dossier, agency_id: UUID, days: int, at: datetime) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise UnableToMove("opinion_days", most=MOST_DAYS)
    if agency_id == dossier.competent_agency_id:
        raise UnableToMove("opinion_itself")
    asked = agencies_facts([agency_id], on=local_day(at)).get(agency_id)
    if asked is None or asked.outside:
        raise UnableToMove("opinion_no_agency")
    if Opinion.objects.filter(dossier=dossier, agency_id=agency_id, state=_ASKED).exists():
        raise UnableToMove("opinion_asked")


def _opinion_due(agency_id: UUID, days: int, at: datetime) -> datetime:
    try:
        due_at = own_due(Limit(Unit.WORKING_DAY, days), agency_id, opened=at, latest=None)
    except (OutsideCalendar, NoCalendar):
        raise UnableToMove("outside_calendar") from None
    assert due_at is not None
    return due_at


@transaction.atomic
def give_opinion(
    opinion_id: UUID, *, answer: str, document: tuple[BinaryIO, str] | None = None, by: Actor, at: datetime
) -> UUID:
    """Answer what an agency was asked, late or not, with a file if there is one; return the dossier's id.

    Raises `UnableToMove`: answer_needed, opinion_over (answered, called off, or the dossier has ended).
    """
    row = _still_asked(opinion_id)
    if not answer.strip():
        raise UnableToMove("answer_needed")
    file_id = _answer_file(row, document, by, at) if document else None
    _end_opinion(row, _ANSWERED, by, at, answer=answer, file_id=file_id)
    event = OpinionGiven(row.dossier_id, opinion=row.id, agency=row.agency_id, late=at > row.due_at)
    journal.record(event, by=by, at=at, agency_id=row.agency_id)
    return row.dossier_id


@transaction.atomic
def call_off_opinion(opinion_id: UUID, *, reason: str, by: Actor, at: datetime) -> UUID:
    """Ask no more for an opinion, with a reason; return the dossier's id. `UnableToMove`: reason_needed, opinion_over."""
    row = _still_asked(opinion_id)
    if not reason.strip():
        raise UnableToMove("reason_needed")
    _end_opinion(row, Opinion.State.CALLED_OFF, by, at)
    event = OpinionCalledOff(row.dossier_id, opinion=row.id, agency=row.agency_id, reason=reason)
    journal.record(event, by=by, at=at, agency_id=row.asking_agency_id)
    return row.dossier_id


def _still_asked(opinion_id: UUID) -> Opinion:
    """Lock an opinion that is still asked for, in a dossier that is still worked on."""
    rows = Opinion.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier")
    row = rows.filter(id=opinion_id).first()
    if row is None or row.state != _ASKED or row.dossier.state not in _RUNNING:
        raise UnableToMove("opinion_over")
    return row


def _end_opinion(row: Opinion, state: Opinion.State, by: Actor, at: datetime, **said: Any) -> None:
    changes = {"state": state, "ended_at": at, "ended_by": by.id, "ended_label": by.label[:160]} | said
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def _answer_file(row: Opinion, document: tuple[BinaryIO, str], by: Actor, at: datetime) -> UUID:
    stream, name = document
    return keep_file(
        stream,
        name=name,
        subject_kind="opinion",
        subject_id=row.id,
        largest=settings.MOTCUA_LARGEST_FILE,
        by=by.id,
        at=at,
    )


# What is due and not yet reminded of lies in an index of its own; who works on a row this moment is left for next time.
_OVERDUE = """
SELECT o.id, o.dossier_id, o.agency_id, o.asking_agency_id, o.due_at, d.state = ANY(%(running)s)
FROM dossiers_opinion o JOIN dossiers_dossier d ON d.id = o.dossier_id
WHERE o.state = 'asked' AND o.reminded_at IS NULL AND o.due_at <= %(at)s
ORDER BY o.due_at LIMIT %(size)s FOR NO KEY UPDATE OF o SKIP LOCKED
"""


@transaction.atomic
def remind_of_opinions(*, at: datetime, size: int = 200) -> int:
    """Note once of each opinion that its due time came without an answer; return how many rows were done.

    Who is told follows from the event. What was asked for a dossier that has ended meanwhile is called off.
    """
    known = {"at": at, "size": size, "running": [state.value for state in _RUNNING]}
    rows = sql.rows(_OVERDUE, known)
    running, ended = [row for row in rows if row[5]], [row for row in rows if not row[5]]
    Opinion.objects.filter(id__in=[row[0] for row in running]).update(reminded_at=at)
    Opinion.objects.filter(id__in=[row[0] for row in ended]).update(
        state=Opinion.State.CALLED_OFF, ended_at=at, ended_label=SYSTEM.label
    )
    events: list[tuple[JournalEvent, UUID | None]] = [
        (OpinionOverdue(row[1], opinion=row[0], agency=row[2], due_at=row[4].isoformat()), row[3])
        for row in running
    ]
    events += [
        (OpinionCalledOff(row[1], opinion=row[0], agency=row[2], reason=_ENDED), row[3]) for row in ended
    ]
    if events:
        journal.record_many(events, by=SYSTEM, at=at)
    return len(rows)
