"""What a dossier was told of a later version stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0006_in_flight_index")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_versionchange_append_only BEFORE UPDATE OR DELETE ON dossiers_versionchange
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER dossiers_versionchange_append_only ON dossiers_versionchange",
        ),
    ]
