"""Extensions, the guard of append-only tables, and the table of counted tries.

Tries are unlogged, because losing a count after a crash harms nobody.
"""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(
            """
            CREATE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """,
            "DROP FUNCTION kit_refuse_change()",
        ),
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE kit_try (
                scope text NOT NULL,
                key text NOT NULL,
                bucket bigint NOT NULL,
                tries integer NOT NULL,
                counted_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (scope, key, bucket)
            )
            """,
            "DROP TABLE kit_try",
        ),
    ]
