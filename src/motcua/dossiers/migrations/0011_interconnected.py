"""Dossiers have parts at partners; every dossier in flight gets the token that its open or paused task stood for."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# One token for each open task, and for a paused dossier one where its task was called off.
_TOKENS = """
INSERT INTO workflow_token (id, subject_kind, subject_id, process_id, place, agency_id, entered_at, due_at)
SELECT t.id, t.subject_kind, t.subject_id, t.process_id, t.step, t.agency_id, t.opened_at, NULL::timestamptz
FROM workflow_task t WHERE t.completed_at IS NULL
UNION ALL
SELECT t.id, t.subject_kind, t.subject_id, t.process_id, t.step, t.agency_id, t.opened_at, NULL::timestamptz
FROM dossiers_dossier d
JOIN LATERAL (
  SELECT * FROM workflow_task k WHERE k.subject_id = d.id AND k.outcome = 'paused'
  ORDER BY k.opened_at DESC, k.id DESC LIMIT 1) t ON true
WHERE d.state = 'paused'
ON CONFLICT (subject_id, place) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0010_decisions_stay"), ("workflow", "0003_the_graph")]
    operations = [
        migrations.AlterField(
            "dossier",
            "channel",
            models.CharField(
                max_length=16,
                choices=[
                    ("online", "Trực tuyến"),
                    ("counter", "Trực tiếp"),
                    ("post", "Bưu chính công ích"),
                    ("interconnected", "Liên thông"),
                ],
            ),
        ),
        migrations.AddField(
            "dossier",
            "parent",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="dossiers.dossier",
            ),
        ),
        migrations.AddField(
            "dossier", "call", models.CharField(blank=True, max_length=80, default=""), preserve_default=False
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(
                condition=Q(parent__isnull=False), fields=["parent", "accepted_at"], name="dossier_parts"
            ),
        ),
        migrations.RunSQL(_TOKENS, "DELETE FROM workflow_token"),
    ]
