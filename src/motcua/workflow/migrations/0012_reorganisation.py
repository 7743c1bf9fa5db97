"""Marking a task that came to an agency in which no post follows the one that had it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0011_in_flight_reached"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="unplaced",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
