"""Who followed whom stays as it was written."""

from django.db import migrations

_TABLES = ("organisation_succession", "organisation_territorysuccession", "organisation_postsuccession")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0011_reorganisation"), ("kit", "0001_tries")]
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
