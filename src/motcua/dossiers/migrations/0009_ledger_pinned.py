"""Entries from before know no calendar. What was promised by them then is written beside them and is taken at its word;
the calendar that holds when this comes pins them for what follows. Notes and warnings stay as written.
"""

from django.db import migrations

_STAY = ("dossiers_latenote", "dossiers_deadlinewarning")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_the_ledger"), ("calendars", "0006_notices_stay")]
    operations = [
        # The trigger that refuses changes is set aside, openly, for what these columns could not say before.
        migrations.RunSQL(
            """
            ALTER TABLE dossiers_clockrow DISABLE TRIGGER dossiers_clockrow_append_only;
            UPDATE dossiers_clockrow SET
              calendar = COALESCE((SELECT max(number) FROM calendars_calendarnotice), 0),
              ground = CASE WHEN kind IN ('pause', 'resume') THEN 'supplement' ELSE '' END,
              until = CASE WHEN kind IN ('start', 'resume', 'restart') THEN due_after ELSE until END,
              paused_since = CASE WHEN kind = 'pause' THEN at END
            WHERE calendar = 0;
            ALTER TABLE dossiers_clockrow ENABLE TRIGGER dossiers_clockrow_append_only;
            """,
            migrations.RunSQL.noop,
        ),
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
                """,
                f"DROP TRIGGER {table}_append_only ON {table}",
            )
            for table in _STAY
        ),
    ]
