"""Comments of the staff, opinions of other agencies, reopenings; what was said and decided stays."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.kit.ids

# An opinion changes while it is asked for: it is reminded of, and then ends. Question, limit and agency never change.
_FORWARD = """
CREATE TRIGGER dossiers_comment_append_only BEFORE UPDATE OR DELETE ON dossiers_comment
FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER dossiers_reopening_append_only BEFORE UPDATE OR DELETE ON dossiers_reopening
FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE FUNCTION dossiers_refuse_opinion_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'asked'
      OR ROW(NEW.question, NEW.days, NEW.due_at, NEW.agency_id, NEW.dossier_id)
        IS DISTINCT FROM ROW(OLD.question, OLD.days, OLD.due_at, OLD.agency_id, OLD.dossier_id) THEN
    RAISE EXCEPTION 'dossiers_opinion: what was said stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossiers_opinion_stays BEFORE UPDATE OR DELETE ON dossiers_opinion
FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_opinion_change();
"""
_BACKWARD = """
DROP TRIGGER dossiers_opinion_stays ON dossiers_opinion;
DROP FUNCTION dossiers_refuse_opinion_change();
DROP TRIGGER dossiers_reopening_append_only ON dossiers_reopening;
DROP TRIGGER dossiers_comment_append_only ON dossiers_comment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0011_interconnected"),
        ("organisation", "0010_absences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reopening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("decision_number", models.CharField(max_length=80)),
                ("decided_on", models.DateField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("label", models.CharField(max_length=160)),
                (
                    "anew",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopens",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopened_by",
                        to="dossiers.dossier",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("by", models.UUIDField(null=True)),
                ("label", models.CharField(max_length=160)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "dossier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["dossier", "at"], name="comment_dossier")],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("answered", "answered"), ("called_off", "called_off")],
                        default="asked",
                        max_length=12,
                    ),
                ),
                ("question", models.TextField()),
                ("days", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_label", models.CharField(max_length=160)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_label", models.CharField(blank=True, max_length=160)),
                ("answer", models.TextField(blank=True)),
                ("file_id", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.agency",
                    ),
                ),
                (
                    "asking_agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.agency",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dossier", "asked_at"], name="opinion_dossier"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["agency", "due_at", "id"],
                        name="opinion_to_answer",
                    ),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["asking_agency", "due_at", "id"],
                        name="opinion_awaited",
                    ),
                    models.Index(
                        condition=models.Q(("reminded_at__isnull", True), ("state", "asked")),
                        fields=["due_at"],
                        name="opinion_to_remind",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("dossier", "agency"),
                        name="opinion_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "asked"), ("ended_at__isnull", False), _connector="OR"),
                        name="opinion_ended_when_over",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
