"""The refusal of a whole source file, in one line that tells a person where to look and what to do."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from motcua.kit.text import squeeze, visible

# Twice the whole catalogue of the country as the portal shows it; a larger file is something else.
MOST_BYTES = 64 * 1024 * 1024


class SourceFault(ValueError):
    """A source file cannot be read; `message_vi` is one line with file, place and what to do.

    `line` counts from 1 and is None where the fault is not in one line; `cell` names a cell (`C17`).
    """

    def __init__(self, problem: str, *, file: str, line: int | None = None, cell: str | None = None) -> None:
        self.problem = squeeze(visible(problem))
        self.file = squeeze(visible(file))
        self.line = line
        self.cell = cell
        place = f"ô {cell}" if cell else f"dòng {line}" if line else ""
        self.message_vi = f"{self.file}{', ' if place else ''}{place}: {self.problem}"
        super().__init__(self.message_vi)


def read_source(path: Path) -> bytes:
    """Return the bytes of a plain file of at most MOST_BYTES.

    A larger one is refused before it is read, and so is whatever is no plain file (SourceFault).
    """
    try:
        # Not blocking, so that a pipe without a writer cannot hold the reader up.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise SourceFault(_unopened(error), file=path.name) from error
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise SourceFault("không phải một tệp; hãy chỉ đến đúng một tệp.", file=path.name)
        if state.st_size > MOST_BYTES:
            raise SourceFault(_too_large(state.st_size), file=path.name)
        with open(handle, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    finally:
        os.close(handle)
    if len(data) > MOST_BYTES:
        raise SourceFault(_too_large(len(data)), file=path.name)
    if not data or data.isspace():
        raise SourceFault("tệp rỗng; hãy xuất lại từ nguồn.", file=path.name)
    return data


def _unopened(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "không tìm thấy tệp; kiểm tra lại đường dẫn."
    if isinstance(error, PermissionError):
        return "không được phép đọc tệp; kiểm tra quyền của tệp."
    return "không mở được tệp; kiểm tra lại đường dẫn và quyền của tệp."


def _too_large(size: int) -> str:
    shown = f"{size / 1024 / 1024:.1f}".replace(".", ",")
    return f"tệp lớn {shown} MB, tối đa {MOST_BYTES // 1024 // 1024} MB; hãy chia thành nhiều tệp."
