"""Processes become graphs with tokens: versions hold a definition, drafts and uses exist, tasks are one for each step."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import motcua.kit.ids
import motcua.workflow.models.versions

_ID = (
    "id",
    models.UUIDField(default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
)
_PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0002_append_only"),
        ("catalogue", "0006_append_only"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField("processversion", "steps", "definition"),
        migrations.AddField(
            "processversion", "bpmn", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("processversion", "scenarios", models.JSONField(default=list)),
        migrations.AddField("processversion", "in_flight", models.JSONField(default=dict)),
        migrations.AddField("processversion", "published_by", models.UUIDField(null=True)),
        migrations.AddField("processversion", "drafted_by", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="ProcessDraft",
            fields=[
                _ID,
                ("key", models.CharField(max_length=80)),
                ("title_vi", models.CharField(max_length=240)),
                ("title_en", models.CharField(blank=True, max_length=240)),
                ("definition", models.JSONField(null=True)),
                ("bpmn", models.TextField(blank=True)),
                ("scenarios", models.JSONField(default=list)),
                ("in_flight", models.JSONField(default=dict)),
                ("doubts", models.JSONField(default=list)),
                ("source", models.CharField(blank=True, max_length=240)),
                (
                    "procedure",
                    models.ForeignKey(
                        null=True, on_delete=_PROTECT, related_name="+", to="catalogue.procedure"
                    ),
                ),
                ("legal_basis", models.CharField(blank=True, max_length=240)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                (
                    "published",
                    models.ForeignKey(
                        null=True, on_delete=_PROTECT, related_name="drafts", to="workflow.processversion"
                    ),
                ),
                ("dropped_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["key", "-saved_at"], name="process_draft_key")]},
        ),
        migrations.CreateModel(
            name="ProcessUse",
            fields=[
                _ID,
                ("key", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("legal_basis", models.CharField(blank=True, max_length=240)),
                (
                    "procedure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=_PROTECT,
                        related_name="process_uses",
                        to="catalogue.procedure",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["key"], name="process_use_key")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                motcua.workflow.models.versions._DateRange(F("valid_from"), F("valid_to")),
                                django.contrib.postgres.fields.ranges.RangeOperators.OVERLAPS,
                            ),
                            ("procedure", django.contrib.postgres.fields.ranges.RangeOperators.EQUAL),
                        ],
                        name="process_use_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                _ID,
                ("subject_kind", models.CharField(max_length=32)),
                ("subject_id", models.UUIDField()),
                ("place", models.CharField(max_length=80)),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=_PROTECT,
                        related_name="+",
                        to="organisation.agency",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=_PROTECT,
                        related_name="tokens",
                        to="workflow.processversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(due_at__isnull=False), fields=["due_at"], name="token_due"),
                    models.Index(fields=["process", "place"], name="token_process"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject_id", "place"), name="token_place_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                _ID,
                ("subject_id", models.UUIDField()),
                ("name", models.CharField(max_length=40)),
                ("value", models.JSONField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject_id", "name"), name="fact_once")]
            },
        ),
        migrations.AlterField("task", "step", models.CharField(max_length=80)),
        migrations.RemoveConstraint("task", "task_one_open"),
        migrations.AddConstraint(
            "task",
            models.UniqueConstraint(
                condition=Q(completed_at__isnull=True),
                fields=("subject_id", "step"),
                name="task_step_open_once",
            ),
        ),
    ]
