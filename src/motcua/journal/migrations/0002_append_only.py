"""What was written once stays: the database refuses to change it, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("kit", "0001_tries")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER journal_event_append_only BEFORE UPDATE OR DELETE ON journal_event
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER journal_event_append_only ON journal_event",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER journal_batch_append_only BEFORE UPDATE OR DELETE ON journal_batch
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER journal_batch_append_only ON journal_batch",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER journal_batchmember_append_only BEFORE UPDATE OR DELETE ON journal_batchmember
            FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()
            """,
            "DROP TRIGGER journal_batchmember_append_only ON journal_batchmember",
        ),
    ]
