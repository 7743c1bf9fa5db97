"""There is one national calendar."""

from uuid import UUID

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial"), ("organisation", "0001_initial")]
    operations = [
        migrations.AddConstraint(
            model_name="calendar",
            constraint=models.UniqueConstraint(
                Coalesce("agency", models.Value(UUID(int=0), output_field=models.UUIDField())),
                name="calendar_one_national",
                condition=models.Q(("agency__isnull", True)),
            ),
        ),
    ]
