"""Keys that sort by the time they were made, so that indexes stay warm and cells can be merged."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """Return a new UUIDv7 as a standard UUID."""
    return _uuid7()
