"""Queueing and sending messages."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from motcua.notifications.models import Message
from motcua.notifications.providers import Parcel, provider

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
logger = logging.getLogger("motcua.notifications")


@transaction.atomic
def queue_message(
    *,
    cause: UUID,
    purpose: str,
    subject_kind: str,
    subject_id: UUID,
    channel: str,
    recipient: str,
    title: str,
    text: str,
    at: datetime,
) -> UUID | None:
    """Queue a message; the same cause, purpose, channel and recipient queue only once (then None)."""
    message, created = Message.objects.get_or_create(
        cause=cause,
        purpose=purpose,
        channel=channel,
        recipient=recipient,
        defaults={
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "title": title,
            "text": text,
            "created_at": at,
            "try_after": at,
        },
    )
    return message.id if created else None


def send_waiting(*, at: datetime, most: int = 100) -> int:
    """Send messages whose time has come, several workers side by side; return how many were sent.

    At most `most` are tried. A message whose provider fails keeps waiting, a minute at first and twice as
    long each time up to six hours, and holds up no other.
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
    """Try the message that is due first; None when nothing is due.

    Each has a transaction of its own: a worker that dies repeats one message, not a batch.
    """
    message = (
        Message.objects.select_for_update(skip_locked=True)
        .filter(state=Message.State.WAITING, try_after__lte=at)
        .order_by("try_after", "id")
        .first()
    )
    if message is None:
        return None
    message.attempts += 1
    parcel = Parcel(message.id, message.recipient, message.title, message.text)
    try:
        provider().send(message.channel, parcel)
    except Exception as error:  # whatever a carrier raises, the others must go out
        message.last_error = f"{type(error).__name__}: {error}"[:2000]
        message.try_after = at + min(_FIRST_WAIT * 2 ** min(message.attempts - 1, 20), _LONGEST_WAIT)
        logger.warning("message %s: %s", message.id, type(error).__name__)
    else:
        message.state, message.sent_at = Message.State.SENT, at
    message.save(update_fields=["state", "sent_at", "attempts", "last_error", "try_after"])
    return message.state == Message.State.SENT
