"""That a dossier passed from agency to agency stays as it was written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0031_reorganisation"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_agencyhandover_append_only BEFORE UPDATE OR DELETE ON dossiers_agencyhandover
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER dossiers_agencyhandover_append_only ON dossiers_agencyhandover",
        ),
    ]
