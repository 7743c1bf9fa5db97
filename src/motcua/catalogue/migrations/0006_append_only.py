"""Who found what on a notice board, and what an import held back, stays as it was written."""

from django.db import migrations

_TABLES = ("catalogue_postingcheck", "catalogue_heldrecord")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_revision")]
    operations = [
        migrations.RunSQL(
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            f"DROP TRIGGER {table}_append_only ON {table}",
        )
        for table in _TABLES
    ]
