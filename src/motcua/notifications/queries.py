"""Reading messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.notifications.models import Message


@dataclass(frozen=True)
class Sent:
    """A message as a page shows it."""

    channel: str
    recipient: str
    title: str
    text: str
    created_at: datetime
    sent_at: datetime | None


def messages_about(subject_id: UUID) -> list[Sent]:
    """Return the messages about a subject, oldest first."""
    rows = Message.objects.filter(subject_id=subject_id).order_by("created_at", "id")
    fields = ("channel", "recipient", "title", "text", "created_at", "sent_at")
    return [Sent(*row) for row in rows.values_list(*fields)]
