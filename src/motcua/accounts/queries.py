"""Reading accounts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

# Interfaces name an account's type without reaching for the models.
from motcua.accounts.models import User as User
from motcua.journal.events import Actor
from motcua.kit.sealed import unseal

CITIZEN_LABEL = "Người nộp hồ sơ"


@dataclass(frozen=True)
class Person:
    """What an account says of its owner, for filling in a form; the identity number is whole."""

    name: str
    identity: str
    birth_date: date | None
    phone: str
    email: str
    address: str


def actor(user: User) -> Actor:
    """Return the user as the journal names an actor.

    Staff act by name; a citizen's name stays out of the journal, which can never forget it.
    """
    return Actor(user.id, user.full_name if user.is_staff_member else CITIZEN_LABEL)


def person(user: User) -> Person:
    """Return what the account says of its owner."""
    identity = unseal(user.identity_sealed) if user.identity_sealed else ""
    return Person(user.full_name, identity, user.birth_date, user.phone, user.email, user.address)


def names_of(ids: set[UUID]) -> dict[UUID, str]:
    """Return the full names of these accounts."""
    return dict(User.objects.filter(id__in=ids).values_list("id", "full_name"))


def user_named(username: str) -> User | None:
    """Return the account with this sign-in name."""
    return User.objects.filter(username=username).first()


def signed_in(request: HttpRequest) -> User:
    """Return who sent the request; raises `PermissionDenied` for someone not signed in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def accounts_exist() -> bool:
    """Tell whether anyone has an account."""
    return User.objects.exists()
