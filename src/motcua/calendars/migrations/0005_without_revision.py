"""The old columns go: week, legal basis and revision of a calendar stand in its notices."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0004_first_notices")]
    operations = [
        migrations.AlterField("calendarday", "number", models.PositiveIntegerField()),
        migrations.AlterField(
            "calendarday",
            "notice",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="days",
                to="calendars.calendarnotice",
            ),
        ),
        migrations.AddConstraint(
            "calendarday",
            models.UniqueConstraint(fields=("calendar", "day", "number"), name="calendar_day_once"),
        ),
        migrations.RemoveField("calendar", "week"),
        migrations.RemoveField("calendar", "legal_basis"),
        migrations.RemoveField("calendar", "revision"),
    ]
