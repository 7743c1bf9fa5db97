"""Signing in."""

from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from motcua.accounts.models import User
from motcua.kit import clock, ratelimit

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
        return User.objects.filter(pk=user_id, is_active=True).first()
