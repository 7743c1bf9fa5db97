"""What an agency outside the system answers about its part of a dossier; see docs/rules/partner-messages.md.

Who is late in answering is named (NĐ 61/2018 Điều 19 khoản 5): a part outside runs on the same clock as one inside.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from motcua.documents.actions import UnableToKeepFile, keep_file
from motcua.dossiers.actions.concluding import conclude
from motcua.dossiers.actions.moving import locked
from motcua.dossiers.events import PartnerReplied
from motcua.dossiers.models import Dossier, PartnerReply, Result
from motcua.dossiers.partner_keys import canonical
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.transitions import State

_Said, _Standing = PartnerReply.Said, PartnerReply.Standing
# These end the part; the others only tell how far it is.
_OUTCOMES = {_Said.GRANTED: Dossier.Outcome.GRANTED, _Said.REFUSED: Dossier.Outcome.REFUSED}
_ENDED = {State.WITHDRAWN: "called_off", State.STOPPED: "stopped"}


class UnableToAnswer(Exception):
    """The answer is not taken and not kept; `code` says why, `field` where.

    Codes: message_differs, title_needed, note_needed, and those of `UnableToKeepFile`.
    """

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True)
class OutsideAnswer:
    """A message of a partner: its own id, its place in the order of the part's messages, and what it says.

    `note` is the ground of a refusal or what is missing; `document` the result as bytes with its name.
    """

    message_id: str
    sequence: int
    said: str
    note: str = ""
    title: str = ""
    number: str = ""
    document: tuple[bytes, str] | None = None

    def digest(self) -> bytes:
        """Return the hash over all that was said, the file included."""
        content, name = self.document or (b"", "")
        told = {
            "id": self.message_id,
            "sequence": self.sequence,
            "said": self.said,
            "note": self.note,
            "title": self.title,
            "number": self.number,
            "file": [name, hashlib.sha256(content).hexdigest()] if self.document else None,
        }
        return hashlib.sha256(canonical(told)).digest()


@transaction.atomic
def answer_from_outside(part: Dossier, answer: OutsideAnswer, *, by: Actor, at: datetime) -> PartnerReply:
    """Take what a partner outside the system wrote about its part; a decision ends the part and goes to the door.

    All of it or nothing. The same message again gives the same reply and moves nothing; one that is not newer than what
    was taken is kept as overtaken; one for a part that has ended is kept as refused. Raises `UnableToAnswer`.
    """
    part = locked(part, expected=None)
    assert part.competent_agency_id is not None
    known = PartnerReply.objects.filter(part=part, message_id=answer.message_id).first()
    if known is not None:
        if bytes(known.digest) != answer.digest():
            raise UnableToAnswer("message_differs", "message_id")
        return known
    _check_answer(answer)
    standing, code = _standing_of(part, answer.sequence)
    reply = PartnerReply.objects.create(
        part=part,
        agency_id=part.competent_agency_id,
        message_id=answer.message_id,
        sequence=answer.sequence,
        said=answer.said,
        note=answer.note,
        result_number=answer.number,
        result_title=answer.title,
        digest=answer.digest(),
        standing=standing,
        code=code,
        at=at,
    )
    event = PartnerReplied(
        part.id,
        from_state=part.state,
        to_state=part.state,
        reply=reply.id,
        said=answer.said,
        sequence=answer.sequence,
        standing=standing,
    )
    journal.record(event, by=by, at=at, agency_id=part.competent_agency_id)
    if standing == _Standing.TAKEN and answer.said in _OUTCOMES:
        _conclude_part(part, answer, by, at)
    return reply


def _check_answer(answer: OutsideAnswer) -> None:
    if answer.said in _OUTCOMES and not answer.title.strip():
        raise UnableToAnswer("title_needed", "result.title")
    if answer.said in (_Said.REFUSED, _Said.SUPPLEMENT_NEEDED) and not answer.note.strip():
        raise UnableToAnswer("note_needed", "note")
    if answer.said not in _OUTCOMES and answer.document is not None:
        raise UnableToAnswer("file_without_result", "result.file")


def _standing_of(part: Dossier, sequence: int) -> tuple[str, str]:
    """Tell what becomes of a message with this place in the order, and why it is not taken."""
    taken = PartnerReply.objects.filter(part=part, standing=_Standing.TAKEN)
    newest = taken.aggregate(newest=Max("sequence"))["newest"]
    if newest is not None and sequence <= newest:
        return _Standing.OVERTAKEN, ""
    if part.finished_at is not None:
        return _Standing.REFUSED, _ENDED.get(State(part.state), "answered_before")
    return _Standing.TAKEN, ""


def _conclude_part(part: Dossier, answer: OutsideAnswer, by: Actor, at: datetime) -> None:
    Result.objects.create(
        dossier=part,
        outcome=_OUTCOMES[_Said(answer.said)],
        number=answer.number,
        title=answer.title,
        summary=answer.note,
        file_id=_file_of(part, answer, by, at),
        decided_at=at,
        decided_by=by.id,
    )
    conclude(part, by=by, at=at)


def _file_of(part: Dossier, answer: OutsideAnswer, by: Actor, at: datetime) -> UUID | None:
    if answer.document is None:
        return None
    content, name = answer.document
    try:
        return keep_file(
            BytesIO(content),
            name=name,
            subject_kind="dossier",
            subject_id=part.id,
            largest=settings.MOTCUA_LARGEST_FILE,
            by=by.id,
            at=at,
        )
    except UnableToKeepFile as refused:
        raise UnableToAnswer(refused.code, "result.file") from None
