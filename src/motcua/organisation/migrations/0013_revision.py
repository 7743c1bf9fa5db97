"""Every change of what decides who is competent gives its part another stamp, so that indexes in memory know of it."""

from django.db import migrations

# A stamp and not a number: one that was rolled back, or belongs to a database that was restored, is never met again.
# The row is locked until its transaction ends, so no change can become visible behind one that is newer.
_TABLE = """
CREATE TABLE organisation_revision (part text PRIMARY KEY, stamp uuid NOT NULL) WITH (fillfactor = 50);
INSERT INTO organisation_revision (part, stamp)
SELECT part, gen_random_uuid() FROM unnest(ARRAY['agencies', 'competences', 'successions', 'territories']) part;
CREATE FUNCTION organisation_revise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO organisation_revision (part, stamp) VALUES (TG_ARGV[0], gen_random_uuid())
  ON CONFLICT (part) DO UPDATE SET stamp = excluded.stamp;
  RETURN NULL;
END $$;
"""
_PARTS = {
    "organisation_agency": "agencies",
    "organisation_agencyversion": "agencies",
    "organisation_competence": "competences",
    "organisation_succession": "successions",
    "organisation_territory": "territories",
    "organisation_territorysuccession": "territories",
}


class Migration(migrations.Migration):
    dependencies = [("organisation", "0012_successions_stay")]
    operations = [
        migrations.RunSQL(_TABLE, "DROP FUNCTION organisation_revise(); DROP TABLE organisation_revision"),
        *(
            # Once for each statement, however many rows it changes.
            migrations.RunSQL(
                f"""
                CREATE TRIGGER {table}_revises AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION organisation_revise('{part}')
                """,
                f"DROP TRIGGER {table}_revises ON {table}",
            )
            for table, part in _PARTS.items()
        ),
    ]
