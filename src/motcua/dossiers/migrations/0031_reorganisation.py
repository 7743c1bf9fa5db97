"""Where the matter of a dossier lies, and how a dossier passes from agency to agency."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import motcua.kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_append_only"),
        ("dossiers", "0030_partners_outside"),
        ("organisation", "0012_successions_stay"),
        ("workflow", "0012_reorganisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyHandover",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("from_competent", models.UUIDField(null=True)),
                ("to_competent", models.UUIDField(null=True)),
                ("from_receiving", models.UUIDField(null=True)),
                ("to_receiving", models.UUIDField(null=True)),
                ("effective_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("flagged", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="dossier",
            name="moved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="dossier",
            name="place_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="agencyhandover",
            name="dossier",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers",
                to="dossiers.dossier",
            ),
        ),
        migrations.AddField(
            model_name="agencyhandover",
            name="reorganisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers",
                to="organisation.reorganisation",
            ),
        ),
        migrations.AddIndex(
            model_name="agencyhandover",
            index=models.Index(fields=["from_competent", "at"], name="handover_from"),
        ),
        migrations.AddIndex(
            model_name="agencyhandover",
            index=models.Index(fields=["from_receiving", "at"], name="handover_from_desk"),
        ),
        migrations.AddIndex(
            model_name="agencyhandover",
            index=models.Index(
                condition=models.Q(("flagged", True)),
                fields=["reorganisation", "id"],
                name="handover_flagged",
            ),
        ),
        migrations.AddIndex(
            model_name="agencyhandover",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="handover_at"),
        ),
        migrations.AddConstraint(
            model_name="agencyhandover",
            constraint=models.UniqueConstraint(fields=("dossier", "place"), name="handover_place_once"),
        ),
    ]
