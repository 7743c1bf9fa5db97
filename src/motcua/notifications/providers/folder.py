"""A provider that writes each message to a file of its own: the demonstration's gateway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from motcua.notifications.providers import Parcel


class FolderProvider:
    """Writes messages to the folder of the settings; a message sent twice is one file."""

    def send(self, channel: str, parcel: Parcel) -> None:
        """Write the message, readable by its owner only."""
        folder = Path(settings.MOTCUA_MESSAGES)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = folder / f"{parcel.id}.{channel}.txt"
        draft = target.with_suffix(".tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(f"To: {parcel.recipient}\nSubject: {parcel.title}\n\n{parcel.text}\n")
        draft.replace(target)
