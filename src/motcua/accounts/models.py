"""People who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from motcua.kit.ids import uuid7


class UserSet(BaseUserManager["User"]):
    """Finds users by the name they sign in with."""


class User(AbstractBaseUser):
    """A person with an account: a citizen, or a member of staff whose rights come from dated grants."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", "citizen"
        STAFF = "staff", "staff"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CITIZEN)
    language = models.CharField(max_length=5, default="vi")
    is_active = models.BooleanField(default=True)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=240, blank=True)
    # The personal identity number, encrypted, with a keyed digest for look-up and its last digits to show.
    identity_sealed = models.BinaryField(null=True)
    identity_index = models.BinaryField(max_length=32, null=True, db_index=True)
    identity_tail = models.CharField(max_length=4, blank=True)
    second_factor_sealed = models.BinaryField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = UserSet()

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff_member(self) -> bool:
        """Tell whether this is a member of staff."""
        return self.kind == self.Kind.STAFF
