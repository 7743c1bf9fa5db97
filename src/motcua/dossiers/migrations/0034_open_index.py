"""Finding what an agency still has to answer for, built while people go on filing."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_OPEN = models.Q(("state__in", ("filed", "awaiting_applicant", "in_progress", "paused", "decided")))
_ELSEWHERE = models.Q(("receiving_agency", models.F("competent_agency")), _negated=True)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dossiers", "0033_opinions_follow")]
    operations = [
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(condition=_OPEN, fields=["competent_agency", "id"], name="dossier_open"),
        ),
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                condition=_OPEN & _ELSEWHERE,
                fields=["receiving_agency", "id"],
                name="dossier_open_desk",
            ),
        ),
    ]
