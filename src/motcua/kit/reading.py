"""Reading a file that somebody names: only a regular one, never more of it than is asked for."""

import os
import stat
from pathlib import Path


def file_bytes(path: Path, *, most: int) -> bytes | None:
    """Return the bytes of a regular file, one more than `most` at most, so that one too long shows; None if there is none."""
    try:
        # Not blocking, so that a pipe without a writer cannot hold the reader up.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as opened:
            return opened.read(most + 1)
    finally:
        os.close(handle)
