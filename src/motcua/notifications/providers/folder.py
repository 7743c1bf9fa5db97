"""A provider that writes each message to a file of its own: the demonstration's gateway.

Messages to other systems stand in a folder of their recipient, as they are, so that a program can read them there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from motcua.notifications.providers import Parcel


# The channel to other systems, and the folder of its messages.
MACHINES = "partner"
OUTGOING = "partners"


class FolderProvider:
    """Writes messages to the folder of the settings; a message sent twice is one file."""

    def send(self, channel: str, parcel: Parcel) -> None:
        """Write the message, readable by its owner only."""
        folder = Path(settings.MOTCUA_MESSAGES)
        if channel == MACHINES:
            _write(folder / OUTGOING / parcel.recipient / f"{parcel.id}.json", parcel.text)
            return
        text = f"To: {parcel.recipient}\nSubject: {parcel.title}\n\n{parcel.text}\n"
        _write(folder / f"{parcel.id}.{channel}.txt", text)


def _write(target: Path, text: str) -> None:
    # Made one by one: the mode holds only for the last of those that a call makes.
    for folder in (Path(settings.MOTCUA_MESSAGES), target.parent.parent, target.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_suffix(".tmp")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(text)
    draft.replace(target)
