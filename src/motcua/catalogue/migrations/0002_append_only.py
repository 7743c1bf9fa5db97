"""What was written once stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER catalogue_procedureversion_append_only BEFORE UPDATE OR DELETE ON catalogue_procedureversion
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER catalogue_procedureversion_append_only ON catalogue_procedureversion",
        ),
    ]
