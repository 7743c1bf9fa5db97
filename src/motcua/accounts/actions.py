"""Opening accounts."""

from datetime import date, datetime

import pyotp
from django.db import transaction

from motcua.accounts.events import AccountOpened, SecondFactorEnrolled, SignedIn
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
    password_hash: str = "",
) -> User:
    """Open an account for a person; the identity number is kept encrypted.

    `password_hash` takes the place of a password that was hashed before.
    """
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
    if password_hash:
        user.password = password_hash
    else:
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


@transaction.atomic
def enrol_second_factor(user: User, *, by: Actor, at: datetime) -> str:
    """Give a person a new second factor (TOTP, RFC 6238) and return the address that their app reads once.

    The secret is kept encrypted and never shown again; a former one stops working.
    """
    secret = pyotp.random_base32()
    User.objects.filter(pk=user.pk).update(second_factor_sealed=seal(secret))
    journal.record(SecondFactorEnrolled(user.id), by=by, at=at)
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name="Một Cửa")
