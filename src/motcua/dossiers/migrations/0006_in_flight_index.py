"""Finding the dossiers in flight of a procedure, built while people go on filing."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dossiers", "0005_in_flight")]
    operations = [
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("state__in", ("in_progress", "paused", "decided"))),
                fields=["procedure", "id"],
                name="dossier_in_flight",
            ),
        ),
    ]
