"""Who carries messages: a registry of providers by channel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from motcua.notifications.providers.folder import FolderProvider


@dataclass(frozen=True)
class Parcel:
    """A message as a provider gets it; the id lets it drop what it has carried before."""

    id: UUID
    recipient: str
    title: str
    text: str


class Provider(Protocol):
    """Carries messages of one channel; raising means that it was not sent."""

    def send(self, channel: str, parcel: Parcel) -> None: ...


class FakeProvider:
    """Keeps what it was given, for tests; it can be told to fail a number of times."""

    def __init__(self, failures: int = 0) -> None:
        self.sent: list[tuple[str, Parcel]] = []
        self.failures = failures

    def send(self, channel: str, parcel: Parcel) -> None:
        """Keep the parcel, or fail."""
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the carrier does not answer")
        self.sent.append((channel, parcel))


_override: list[Provider] = []


def provider() -> Provider:
    """Return the provider of this deployment: a folder of text files, until a gateway is configured."""
    return _override[-1] if _override else FolderProvider()


@contextmanager
def using(other: Provider) -> Iterator[None]:
    """Use another provider inside the block."""
    _override.append(other)
    try:
        yield
    finally:
        _override.pop()
