"""What happens to accounts."""

from dataclasses import dataclass
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class AccountOpened(JournalEvent):
    """An account was opened."""

    kind: ClassVar[str] = "account.opened"
    subject_kind: ClassVar[str] = "account"
    account_kind: str


@dataclass(frozen=True)
class SignedIn(JournalEvent):
    """A member of staff signed in."""

    kind: ClassVar[str] = "account.signed_in"
    subject_kind: ClassVar[str] = "account"


@dataclass(frozen=True)
class SecondFactorEnrolled(JournalEvent):
    """A person got a new second factor."""

    kind: ClassVar[str] = "account.second_factor_enrolled"
    subject_kind: ClassVar[str] = "account"
