"""What was written once stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_clockrow_append_only BEFORE UPDATE OR DELETE ON dossiers_clockrow
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER dossiers_clockrow_append_only ON dossiers_clockrow",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER dossiers_look_append_only BEFORE UPDATE OR DELETE ON dossiers_look
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER dossiers_look_append_only ON dossiers_look",
        ),
    ]
