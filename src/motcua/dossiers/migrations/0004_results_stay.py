"""A decision is written once: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_waiting_index")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_result_append_only BEFORE UPDATE OR DELETE ON dossiers_result
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER dossiers_result_append_only ON dossiers_result",
        ),
    ]
