"""What each calendar holds becomes its first notice; backwards, what holds last becomes the calendar again."""

from datetime import UTC, date, datetime

from django.db import migrations

_FIRST_DAY = date(2018, 1, 1)
_TITLE = "Lịch có trước khi ghi theo thông báo"


def _into_notices(apps, schema_editor):
    models = {
        name: apps.get_model("calendars", name) for name in ("Calendar", "CalendarNotice", "CalendarWeek")
    }
    # The national one first, as it was laid down first.
    calendars = sorted(models["Calendar"].objects.all(), key=lambda row: (row.agency_id is not None, row.id))
    at = datetime.now(UTC)  # noqa: TID251 - a migration is told no moment
    for number, calendar in enumerate(calendars, start=1):
        notice = models["CalendarNotice"].objects.create(
            number=number, calendar=calendar, title=_TITLE, legal_basis=calendar.legal_basis, recorded_at=at,
            label="Hệ thống",
        )  # fmt: skip
        models["CalendarWeek"].objects.create(
            notice=notice, calendar=calendar, number=number, valid_from=_FIRST_DAY, shifts=calendar.week,
            legal_basis=calendar.legal_basis,
        )  # fmt: skip
        calendar.days.update(notice=notice, number=number)


def _out_of_notices(apps, schema_editor):
    Calendar, CalendarDay, CalendarWeek, CalendarNotice = (
        apps.get_model("calendars", name)
        for name in ("Calendar", "CalendarDay", "CalendarWeek", "CalendarNotice")
    )
    for calendar in Calendar.objects.all():
        newest = CalendarNotice.objects.filter(calendar=calendar).order_by("-number").first()
        week = CalendarWeek.objects.filter(calendar=calendar).order_by("-valid_from", "-number").first()
        if week is not None:
            calendar.week, calendar.legal_basis = week.shifts, week.legal_basis
        calendar.revision = newest.number if newest else 1
        calendar.save()
        holding = {}
        for row in CalendarDay.objects.filter(calendar=calendar).order_by("number"):
            holding[row.day] = row
        kept = [row.id for row in holding.values() if row.kind != "as_usual"]
        CalendarDay.objects.filter(calendar=calendar).exclude(id__in=kept).delete()
    CalendarDay.objects.update(notice=None, number=None)
    CalendarWeek.objects.all().delete()
    CalendarNotice.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("calendars", "0003_notices")]
    operations = [migrations.RunPython(_into_notices, _out_of_notices)]
