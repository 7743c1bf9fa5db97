"""Drafts know which version they follow; what a new version does with whatever is in flight is kept."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.kit.ids

_PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_the_graph")]

    operations = [
        migrations.AddField("processdraft", "base", models.PositiveIntegerField(default=0)),
        migrations.AddField("processdraft", "for_partner", models.BooleanField(default=False)),
        migrations.AddField("processdraft", "imported_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="InFlight",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=_PROTECT,
                        primary_key=True,
                        related_name="run",
                        serialize=False,
                        to="workflow.processversion",
                    ),
                ),
                ("policy", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Đang chuyển"),
                            ("done", "Đã chuyển xong"),
                            ("undoing", "Đang hoàn lại"),
                            ("undone", "Đã hoàn lại"),
                        ],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("undo_asked_at", models.DateTimeField(null=True)),
                ("undo_asked_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False, on_delete=_PROTECT, related_name="+", to="workflow.processversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InFlightMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_kind", models.CharField(max_length=32)),
                ("subject_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("moved", "Đã chuyển"),
                            ("kept", "Ở lại phiên bản cũ"),
                            ("put_back", "Đã hoàn lại"),
                            ("gone_on", "Đã đi tiếp"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("place", models.CharField(blank=True, max_length=80)),
                ("before", models.JSONField(default=list)),
                ("after", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("put_back_at", models.DateTimeField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=_PROTECT,
                        related_name="moves",
                        to="workflow.processversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["version", "state", "id"], name="in_flight_move_state"),
                    models.Index(fields=["subject_id", "at"], name="in_flight_move_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "subject_id"), name="in_flight_move_once")
                ],
            },
        ),
    ]
