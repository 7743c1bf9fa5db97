"""Working calendars: one for the country, and more where an agency works otherwise."""

from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce

from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency

# Stands for the missing agency in the constraint: empty values are never equal to each other.
_NATIONAL = UUID(int=0)


class Calendar(models.Model):
    """A working week and its exceptions; without an agency it is the national one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.OneToOneField(Agency, null=True, on_delete=models.PROTECT, related_name="calendar")
    name = models.CharField(max_length=160)
    # {"0": [["07:00", "11:30"], ["13:30", "17:00"]], …}, 0 is Monday.
    week = models.JSONField(default=dict)
    legal_basis = models.CharField(max_length=240, blank=True)
    # Grows with every change, so that processes know that what they built is out of date.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("agency", models.Value(_NATIONAL, output_field=models.UUIDField())),
                name="calendar_one_national",
                condition=models.Q(agency__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from the week: by which act, announced when, and whether that is confirmed."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Nghỉ lễ"
        SUBSTITUTE_OFF = "substitute_off", "Nghỉ bù"
        SWAP_OFF = "swap_off", "Nghỉ hoán đổi"
        SWAP_WORKING = "swap_working", "Làm bù"
        HALF_DAY = "half_day", "Làm nửa ngày"
        CLOSURE = "closure", "Đóng cửa"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=160)
    legal_basis = models.CharField(max_length=240, blank=True)
    announced_on = models.DateField(null=True)
    confirmed = models.BooleanField(default=False)
    shifts = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
