"""A run through those in flight remembers how far it came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0010_in_flight")]

    operations = [migrations.AddField("inflight", "reached", models.UUIDField(null=True))]
