"""Working calendars: one for the country, and more where an agency works otherwise; each changes by notices."""

from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce

from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency

# Stands for the missing agency in the constraint: empty values are never equal to each other.
_NATIONAL = UUID(int=0)


class Calendar(models.Model):
    """A working week and its exceptions, as its notices set them; without an agency it is the national one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.OneToOneField(Agency, null=True, on_delete=models.PROTECT, related_name="calendar")
    name = models.CharField(max_length=160)

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


class CalendarNotice(models.Model):
    """An act that changes a calendar; numbered over all calendars in the order of recording, written once.

    The number of the newest notice at a moment pins the state of every calendar at that moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="notices", db_index=False)
    title = models.CharField(max_length=200)
    announced_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=240, blank=True)
    # The name of the file that it was read from.
    source = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["calendar", "number"], name="calendar_notice_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CalendarWeek(models.Model):
    """A working week from a day on; of two for one day the one with the higher number holds. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="weeks")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="weeks", db_index=False)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    # {"0": [["07:00", "11:30"], ["13:30", "17:00"]], …}, 0 is Monday.
    shifts = models.JSONField()
    legal_basis = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "valid_from", "number"], name="calendar_week_once")
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.number}"


class CalendarDay(models.Model):
    """A day that differs from the week: by which act, announced when, and whether that is confirmed.

    Of several for one day the one with the highest number holds. Written once.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Nghỉ lễ"
        SUBSTITUTE_OFF = "substitute_off", "Nghỉ bù"
        SWAP_OFF = "swap_off", "Nghỉ hoán đổi"
        SWAP_WORKING = "swap_working", "Làm bù"
        HALF_DAY = "half_day", "Làm nửa ngày"
        CLOSURE = "closure", "Đóng cửa"
        AS_USUAL = "as_usual", "Như ngày thường"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="days")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="days", db_index=False)
    number = models.PositiveIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=160)
    legal_basis = models.CharField(max_length=240, blank=True)
    announced_on = models.DateField(null=True)
    confirmed = models.BooleanField(default=False)
    shifts = models.JSONField(null=True)
    # The other day of a swap, or the holiday that a substitute day gives back.
    instead_of = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day", "number"], name="calendar_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
