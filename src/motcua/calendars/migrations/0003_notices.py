"""Calendars change by notices: the tables, still beside the old columns."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.kit.ids


def _key() -> models.UUIDField:
    return models.UUIDField(default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("calendars", "0002_one_national")]
    operations = [
        migrations.CreateModel(
            name="CalendarNotice",
            fields=[
                ("id", _key()),
                ("number", models.PositiveIntegerField(unique=True)),
                ("title", models.CharField(max_length=200)),
                ("announced_on", models.DateField(null=True)),
                ("legal_basis", models.CharField(blank=True, max_length=240)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("label", models.CharField(max_length=200)),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="calendars.calendar",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["calendar", "number"], name="calendar_notice_newest")]},
        ),
        migrations.CreateModel(
            name="CalendarWeek",
            fields=[
                ("id", _key()),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("shifts", models.JSONField()),
                ("legal_basis", models.CharField(blank=True, max_length=240)),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="weeks",
                        to="calendars.calendar",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="weeks",
                        to="calendars.calendarnotice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "valid_from", "number"), name="calendar_week_once"
                    )
                ]
            },
        ),
        migrations.RemoveConstraint("calendarday", "calendar_day_once"),
        migrations.AddField("calendarday", "instead_of", models.DateField(null=True)),
        migrations.AddField("calendarday", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "calendarday",
            "notice",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="days",
                to="calendars.calendarnotice",
            ),
        ),
        migrations.AlterField(
            "calendarday",
            "kind",
            models.CharField(
                choices=[
                    ("holiday", "Nghỉ lễ"),
                    ("substitute_off", "Nghỉ bù"),
                    ("swap_off", "Nghỉ hoán đổi"),
                    ("swap_working", "Làm bù"),
                    ("half_day", "Làm nửa ngày"),
                    ("closure", "Đóng cửa"),
                    ("as_usual", "Như ngày thường"),
                ],
                max_length=16,
            ),
        ),
    ]
