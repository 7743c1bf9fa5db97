"""What was written once stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER documents_slip_append_only BEFORE UPDATE OR DELETE ON documents_slip
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER documents_slip_append_only ON documents_slip",
        ),
    ]
