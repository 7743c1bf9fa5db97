"""What was written once stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER workflow_processversion_append_only BEFORE UPDATE OR DELETE ON workflow_processversion
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER workflow_processversion_append_only ON workflow_processversion",
        ),
    ]
