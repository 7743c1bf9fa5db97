"""Queueing and sending messages."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.notifications.models import Message
from motcua.notifications.providers import Parcel, provider


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
        },
    )
    return message.id if created else None


@transaction.atomic
def send_waiting(*, at: datetime, most: int = 100) -> int:
    """Send messages that wait, a batch at a time, several workers side by side; return how many were sent.

    A message whose provider fails keeps waiting and holds up no other.
    """
    waiting = (
        Message.objects.select_for_update(skip_locked=True)
        .filter(state=Message.State.WAITING)
        .order_by("created_at")[:most]
    )
    sent = 0
    for message in waiting:
        try:
            provider().send(
                message.channel, Parcel(message.id, message.recipient, message.title, message.text)
            )
        except OSError:
            continue
        message.state, message.sent_at = Message.State.SENT, at
        message.save(update_fields=["state", "sent_at"])
        sent += 1
    return sent
