"""Opening accounts."""

from datetime import date, datetime

from django.db import transaction

from motcua.accounts.events import AccountOpened, SignedIn
from motcua.accounts.models import User
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.sealed import blind_index, seal


@transaction.atomic
def open_account(
    username: str,
    *,
    full_name: str,
    kind: str,
    password: str | None,
    by: Actor,
    at: datetime,
    identity: str = "",
    birth_date: date | None = None,
    phone: str = "",
    email: str = "",
    address: str = "",
) -> User:
    """Open an account for a person; the identity number is kept encrypted."""
    user = User(
        username=username,
        full_name=full_name,
        kind=kind,
        birth_date=birth_date,
        phone=phone,
        email=email,
        address=address,
    )
    if identity:
        user.identity_sealed = seal(identity)
        user.identity_index = blind_index(identity)
        user.identity_tail = identity[-4:]
    user.set_password(password)
    user.save(force_insert=True)
    journal.record(AccountOpened(user.id, account_kind=kind), by=by, at=at)
    return user


@transaction.atomic
def note_sign_in(user: User, *, at: datetime) -> None:
    """Record that a member of staff signed in."""
    User.objects.filter(pk=user.pk).update(last_login=at)
    if user.is_staff_member:
        journal.record(SignedIn(user.id), by=Actor(user.id, user.full_name), at=at)
