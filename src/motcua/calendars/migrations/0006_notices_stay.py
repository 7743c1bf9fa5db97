"""What a notice said stays: the database refuses to change it, whoever asks."""

from django.db import migrations

_TABLES = ("calendars_calendarnotice", "calendars_calendarweek", "calendars_calendarday")


class Migration(migrations.Migration):
    dependencies = [("calendars", "0005_without_revision"), ("kit", "0001_tries")]
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
