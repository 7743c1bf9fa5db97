"""Each try of a message is visible, and a failed one makes way for the others."""

from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]
    operations = [
        migrations.AddField("message", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("message", "last_error", models.TextField(blank=True, default=""), False),
        # What waits already is due at once.
        migrations.AddField(
            "message", "try_after", models.DateTimeField(default=datetime(2025, 7, 1, tzinfo=UTC)), False
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["try_after"], name="message_waiting"
            ),
        ),
    ]
