"""The real type of a file, by its first bytes and not by its name."""

import puremagic

# What the product accepts as a paper of a dossier: media type -> the extensions a person may use for it.
ACCEPTED: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/heic": (".heic",),
    "image/tiff": (".tif", ".tiff"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (4, b"ftypheic", "image/heic"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
)


def real_type(head: bytes) -> str | None:
    """Return the media type that the first bytes (at least 4 kB of a longer file) show, or None."""
    for offset, signature, media in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return media
    if head[:4] == b"PK\x03\x04":
        return _office_type(head)
    try:
        return puremagic.from_string(head, mime=True) or None
    except (puremagic.PureError, ValueError):
        return None


def _office_type(head: bytes) -> str:
    for part, media in (
        (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        if part in head:
            return media
    return "application/zip"


def fits_name(media: str, name: str) -> bool:
    """Tell whether a file of this type may carry this name."""
    return name.lower().endswith(ACCEPTED.get(media, ()))
