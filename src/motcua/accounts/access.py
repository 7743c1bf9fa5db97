"""Signing in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from motcua.accounts.models import User
from motcua.kit import clock, ratelimit, sql
from motcua.kit.sealed import unseal

TRIES = 10
WINDOW = 300


class TooManyTries(Exception):
    """This account was tried too often; it opens again by itself."""


class PasswordBackend:
    """Signs in by name and password; an unknown name costs the same time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """Return the account, or None; raises `TooManyTries` beyond ten tries in five minutes."""
        if not username or password is None:
            return None
        if ratelimit.too_many("sign-in", username.lower(), limit=TRIES, seconds=WINDOW, at=clock.now()):
            raise TooManyTries
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            make_password(password)
            return None
        return user if check_password(password, user.password) else None

    def get_user(self, user_id: UUID) -> User | None:
        """Return the signed-in account while it is active."""
        return active_user(user_id)


def needs_second_factor(user: User) -> bool:
    """Tell whether this sign-in needs a code: for staff, where the deployment says so (security level 3)."""
    return bool(settings.MOTCUA_SECOND_FACTOR) and user.is_staff_member


def second_factor_fits(user: User, code: str, *, at: datetime) -> bool:
    """Tell whether the six digits fit now (half a minute of drift either way); each code works once.

    Raises `TooManyTries` as for passwords. Someone without a second factor never gets in.
    """
    if ratelimit.too_many("second-factor", user.username.lower(), limit=TRIES, seconds=WINDOW, at=at):
        raise TooManyTries
    digits = code.strip().replace(" ", "")
    if not user.second_factor_sealed or not digits.isdigit():
        return False
    if not pyotp.TOTP(unseal(user.second_factor_sealed)).verify(digits, for_time=at, valid_window=1):
        return False
    return not ratelimit.too_many("second-factor-used", f"{user.id}:{digits}", limit=1, seconds=WINDOW, at=at)


# One prepared statement: every page of a signed-in person asks it.
_ACTIVE = "WHERE id = %s AND is_active"


def active_user(user_id: UUID) -> User | None:
    """Return an account while it is active."""
    return sql.one(User, _ACTIVE, [user_id])
