"""What was decided stays: a letter that was approved or rejected, a move that was entered or rejected."""

from django.db import migrations

# A letter changes while it is a draft; approved, only its sending is still noted. A move changes while it is proposed.
_FORWARD = """
CREATE FUNCTION dossiers_refuse_letter_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('sent', 'rejected') OR (OLD.state = 'approved' AND (
      NEW.state NOT IN ('approved', 'sent')
      OR to_jsonb(NEW) - 'state' - 'sent_at' IS DISTINCT FROM to_jsonb(OLD) - 'state' - 'sent_at')) THEN
    RAISE EXCEPTION 'dossiers_apology: what was decided stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossiers_apology_stays BEFORE UPDATE OR DELETE ON dossiers_apology
FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_letter_change();
CREATE FUNCTION dossiers_refuse_move_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'dossiers_duemove: what was decided stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossiers_duemove_stays BEFORE UPDATE OR DELETE ON dossiers_duemove
FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_move_change();
"""
_BACKWARD = """
DROP TRIGGER dossiers_duemove_stays ON dossiers_duemove;
DROP FUNCTION dossiers_refuse_move_change();
DROP TRIGGER dossiers_apology_stays ON dossiers_apology;
DROP FUNCTION dossiers_refuse_letter_change();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0009_ledger_pinned")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
