"""Messages to agencies outside the system, and the keys they answer with; see docs/rules/partner-messages.md."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from motcua.dossiers.events import (
    DossierResubmitted,
    DossierWithdrawn,
    PartnerAsked,
    PartnerKeyMade,
    PartnerMessageSent,
)
from motcua.dossiers.models import Dossier, PartnerKey, PartnerMessage
from motcua.dossiers.partner_keys import new_key, read_key, secret_digest, signed, signing_key
from motcua.dossiers.queries.outside import Material, asked_of_partner, is_outside, material_of
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.kit.ids import uuid7
from motcua.kit.sealed import seal, unseal
from motcua.notifications.providers import Parcel, provider
from motcua.notifications.providers.folder import MACHINES
from motcua.organisation.queries import agency_facts
from motcua.rules.localday import ZONE, local_day

SCHEMA = "motcua.partner/1"
# Below the product's own address; the interface that answers there is tested against it.
PLACE = "/api/partner/v1"
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_Purpose, _State = PartnerMessage.Purpose, PartnerMessage.State
_OF_PART = {PartnerAsked.kind: _Purpose.ASKED, DossierWithdrawn.kind: _Purpose.CALLED_OFF}
_log = logging.getLogger("motcua.partners")


class UnableToMakeKey(Exception):
    """The agency works in this system (not_outside): its people sign in, nobody answers for them by a key."""

    def __init__(self, code: str = "not_outside") -> None:
        super().__init__(code)
        self.code = code


class NoKey(Exception):
    """The agency has no key yet, so nothing to it can be signed."""


@transaction.atomic
def make_partner_key(agency_id: UUID, *, by: Actor, at: datetime, beside: bool = False) -> str:
    """Make a key for an agency outside the system and return it, the only time that it is seen.

    Earlier keys end with it, unless it is made `beside` them for a change without a gap.
    """
    if not agency_facts(agency_id, on=local_day(at)).outside:
        raise UnableToMakeKey
    ended = 0
    if not beside:
        ended = PartnerKey.objects.filter(agency_id=agency_id, ended_at__isnull=True).update(ended_at=at)
    key = new_key()
    mark, secret = read_key(key)
    PartnerKey.objects.create(
        agency_id=agency_id,
        mark=mark,
        digest=secret_digest(secret),
        signing_sealed=seal(signing_key(key).hex()),
        made_at=at,
        made_by=by.id,
    )
    journal.record(PartnerKeyMade(agency_id, mark=mark, ended=ended), by=by, at=at, agency_id=agency_id)
    return key


@transaction.atomic
def queue_partner_messages(cause: UUID, kind: str, dossier_id: UUID, *, at: datetime) -> int:
    """Queue what agencies outside the system must hear of an event of a dossier; return how many were new.

    Of a part's own event its agency hears; of papers that were given anew, whoever still works on a part. Of a part
    that has ended nothing is said but that it was called off. The same event queues once.
    """
    new = 0
    for part in _parts_to_tell(kind, dossier_id):
        if part.competent_agency_id is None or not is_outside(part):
            continue
        key = uuid7()
        purpose = _OF_PART.get(kind, _Purpose.PAPERS_CHANGED)
        if part.finished_at is not None and purpose != _Purpose.CALLED_OFF:
            # The reaction came late, behind what ended the part.
            continue
        _, created = PartnerMessage.objects.get_or_create(
            part=part,
            cause=cause,
            defaults={
                "id": key,
                "agency_id": part.competent_agency_id,
                "purpose": purpose,
                "content": _content_of(key, part, purpose, at),
                "created_at": at,
                "try_after": at,
            },
        )
        new += created
    return new


def _parts_to_tell(kind: str, dossier_id: UUID) -> list[Dossier]:
    if kind in _OF_PART:
        return list(Dossier.objects.filter(id=dossier_id))
    if kind == DossierResubmitted.kind:
        return _open_below(dossier_id)
    return []


def _open_below(dossier_id: UUID) -> list[Dossier]:
    """Return the open parts of a dossier and of its parts: all read the papers of what was filed."""
    found: list[Dossier] = []
    above = [dossier_id]
    while above:
        rows = list(Dossier.objects.filter(parent__in=above, finished_at__isnull=True).order_by("id"))
        found += rows
        above = [row.id for row in rows]
    return found


def _content_of(key: UUID, part: Dossier, purpose: str, at: datetime) -> dict[str, Any]:
    """Return what a message says: no name of a person; those are read through the interface, by who has the key."""
    asked = asked_of_partner(part)
    day = local_day(at)
    assert part.competent_agency_id is not None
    to = agency_facts(part.competent_agency_id, on=day)
    sender = agency_facts(part.receiving_agency_id, on=day) if part.receiving_agency_id else None
    content = {
        "schema": SCHEMA,
        "id": str(key),
        "kind": str(purpose),
        "at": moment(at),
        "to": {"key": to.key, "name": to.name_vi},
        "from": {"key": sender.key, "name": sender.name_vi} if sender else None,
        "part": {"number": asked.number, "asked_at": moment(asked.asked_at), "due_at": moment(asked.due_at)},
        "whole": {"number": asked.whole_number},
    }
    if purpose == _Purpose.CALLED_OFF:
        return content
    return content | {
        "procedure": {"code": asked.procedure, "name": asked.procedure_vi},
        "asked": asked.step_vi,
        "papers": [paper_facts(row, asked.number) for row in material_of(part)],
        "read_at": f"{settings.MOTCUA_ADDRESS}{PLACE}/parts/{asked.number}",
        "answer_to": f"{settings.MOTCUA_ADDRESS}{PLACE}/answers",
    }


def paper_facts(row: Material, number: str) -> dict[str, Any]:
    """Say of a paper what a partner needs to read it and to see that it is whole."""
    return {
        "id": str(row.file.id),
        "kind": row.kind,
        "component": row.component,
        "title": row.title,
        "media_type": row.file.media_type,
        "size": row.file.size,
        "sha256": row.file.sha256,
        "link": f"{settings.MOTCUA_ADDRESS}{PLACE}/parts/{number}/papers/{row.file.id}",
    }


def moment(at: datetime | None) -> str | None:
    """Write a moment as messages do: ISO 8601 with the hour of Viet Nam."""
    return at.astimezone(ZONE).isoformat(timespec="seconds") if at else None


def send_partner_messages(*, at: datetime, most: int = 100) -> int:
    """Carry the messages whose time has come, several workers side by side; return how many were carried.

    One that fails keeps waiting, a minute at first and twice as long each time up to six hours; it holds up later
    ones about the same part, which would make no sense before it, and no others. Later is what tells of a later event.
    """
    sent = 0
    for _ in range(most):
        went = _send_next(at)
        if went is None:
            break
        sent += went
    return sent


@transaction.atomic
def _send_next(at: datetime) -> bool | None:
    """Try the message that is due first; None when nothing is due."""
    waiting = PartnerMessage.objects.filter(state=_State.WAITING)
    before = waiting.filter(part=OuterRef("part"), cause__lt=OuterRef("cause"))
    free = waiting.select_for_update(skip_locked=True).filter(~Exists(before), try_after__lte=at)
    message = free.order_by("try_after", "cause").first()
    if message is None:
        return None
    message.attempts += 1
    try:
        agency = agency_facts(message.agency_id, on=local_day(at))
        text = json.dumps(_signed_message(message), ensure_ascii=False, indent=1)
        provider().send(MACHINES, Parcel(message.id, agency.key, message.purpose, text))
    except Exception as error:  # whatever a carrier raises, the others must go out
        message.last_error = f"{type(error).__name__}: {error}"[:2000]
        message.try_after = at + min(_FIRST_WAIT * 2 ** min(message.attempts - 1, 20), _LONGEST_WAIT)
        _log.warning("message %s to a partner: %s", message.id, type(error).__name__)
    else:
        message.state, message.sent_at = _State.SENT, at
        _note_sent(message, at)
    message.save(update_fields=["state", "sent_at", "attempts", "last_error", "try_after"])
    return message.state == _State.SENT


def _signed_message(message: PartnerMessage) -> dict[str, Any]:
    """Sign by the newest key of the agency, at the last moment: it may have changed while the message waited."""
    keys = PartnerKey.objects.filter(agency_id=message.agency_id, ended_at__isnull=True)
    key = keys.order_by("-made_at", "-id").first()
    if key is None:
        raise NoKey("motcua partners key")
    return signed(message.content, mark=key.mark, by=bytes.fromhex(unseal(key.signing_sealed)))


def _note_sent(message: PartnerMessage, at: datetime) -> None:
    state = Dossier.objects.values_list("state", flat=True).get(id=message.part_id)
    event = PartnerMessageSent(
        message.part_id, from_state=state, to_state=state, message=message.id, purpose=message.purpose
    )
    journal.record(event, by=SYSTEM, at=at, agency_id=message.agency_id)
