"""A question that was asked goes along when the asked agency is followed by another, and not otherwise."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION dossiers_refuse_opinion_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'asked'
      OR ROW(NEW.question, NEW.days, NEW.due_at, NEW.dossier_id)
        IS DISTINCT FROM ROW(OLD.question, OLD.days, OLD.due_at, OLD.dossier_id)
      OR (NEW.agency_id <> OLD.agency_id AND {unless}) THEN
    RAISE EXCEPTION 'dossiers_opinion: what was said stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""
_FOLLOWED = """NOT EXISTS (SELECT 1 FROM organisation_succession s
        WHERE s.predecessor_id = OLD.agency_id AND s.successor_id = NEW.agency_id)"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0032_handovers_stay"), ("organisation", "0011_reorganisation")]
    operations = [
        migrations.RunSQL(_FUNCTION.format(unless=_FOLLOWED), _FUNCTION.format(unless="true")),
    ]
