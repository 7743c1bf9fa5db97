"""Competences by act, plans of reorganisations, who followed whom, and the restructuring register."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import motcua.kit.ids
import motcua.kit.periods


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0010_absences"),
    ]

    operations = [
        migrations.AlterField(
            model_name="agencyversion",
            name="territory_code",
            field=models.CharField(blank=True, db_index=True, max_length=16),
        ),
        migrations.AlterField(
            model_name="territory",
            name="code",
            field=models.CharField(db_index=True, max_length=16),
        ),
        migrations.AlterField(
            model_name="territory",
            name="parent_code",
            field=models.CharField(blank=True, db_index=True, max_length=16),
        ),
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=240)),
                ("legal_basis", models.CharField(max_length=240)),
                ("effective_on", models.DateField()),
                ("operations", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Dự thảo"),
                            ("proposed", "Chờ duyệt"),
                            ("approved", "Đã duyệt"),
                            ("applying", "Đang thực hiện"),
                            ("applied", "Đã thực hiện"),
                            ("dropped", "Đã bỏ"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by", models.UUIDField(null=True)),
                ("drafted_label", models.CharField(max_length=160)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_label", models.CharField(blank=True, max_length=160)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_label", models.CharField(blank=True, max_length=160)),
                ("begun_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("faults", models.JSONField(default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("paused", models.PositiveIntegerField(default=0)),
                ("past_due", models.PositiveIntegerField(default=0)),
                ("flagged", models.PositiveIntegerField(default=0)),
                ("tasks", models.PositiveIntegerField(default=0)),
                ("tasks_flagged", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "proposed", "dropped"]),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reorganisation_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            ("proposed_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="reorganisation_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Competence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("legal_basis", models.CharField(blank=True, max_length=240)),
                (
                    "duty",
                    models.CharField(
                        choices=[("receive", "Tiếp nhận"), ("decide", "Giải quyết")], max_length=8
                    ),
                ),
                ("procedure_id", models.UUIDField()),
                ("territory_code", models.CharField(blank=True, max_length=16)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="organisation.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("territory_code", ""), _negated=True),
                        expressions=[
                            (
                                motcua.kit.periods.DateRange(models.F("valid_from"), models.F("valid_to")),
                                "&&",
                            ),
                            ("duty", "="),
                            ("procedure_id", "="),
                            ("territory_code", "="),
                        ],
                        name="competence_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                motcua.kit.periods.DateRange(models.F("valid_from"), models.F("valid_to")),
                                "&&",
                            ),
                            ("agency", "="),
                            ("duty", "="),
                            ("procedure_id", "="),
                            ("territory_code", "="),
                        ],
                        name="competence_of_agency_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostSuccession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.agency",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisation.post",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inheritances",
                        to="organisation.post",
                    ),
                ),
                (
                    "reorganisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="organisation.reorganisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reorganisation", "predecessor", "agency"), name="post_succession_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Restructuring",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("units", "Sắp xếp đơn vị"), ("streamlined", "Tinh giản biên chế")],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=240)),
                ("legal_basis", models.CharField(max_length=240)),
                ("effective_on", models.DateField()),
                ("units_before", models.PositiveIntegerField(default=0)),
                ("units_after", models.PositiveIntegerField(default=0)),
                ("posts_before", models.PositiveIntegerField(default=0)),
                ("posts_after", models.PositiveIntegerField(default=0)),
                ("cases", models.PositiveIntegerField(default=0)),
                ("ground", models.CharField(blank=True, max_length=24)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.UUIDField(null=True)),
                ("entered_label", models.CharField(max_length=160)),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by", models.UUIDField(null=True)),
                ("struck_reason", models.CharField(blank=True, max_length=240)),
                (
                    "reorganisation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_line",
                        to="organisation.reorganisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["effective_on"], name="restructuring_day")],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_on", models.DateField()),
                ("territory_code", models.CharField(blank=True, max_length=16)),
                ("procedure_id", models.UUIDField(null=True)),
                ("fallback", models.BooleanField(default=False)),
                ("ends", models.BooleanField()),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisation.agency",
                    ),
                ),
                (
                    "reorganisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisation.reorganisation",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inheritances",
                        to="organisation.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("predecessor", "effective_on", "territory_code", "procedure_id"),
                        name="succession_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("predecessor", models.F("successor")), _negated=True),
                            ("ends", False),
                            _connector="OR",
                        ),
                        name="succession_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TerritorySuccession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("predecessor_code", models.CharField(db_index=True, max_length=16)),
                ("successor_code", models.CharField(db_index=True, max_length=16)),
                ("effective_on", models.DateField()),
                ("partly", models.BooleanField(default=False)),
                (
                    "reorganisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="territories",
                        to="organisation.reorganisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("predecessor_code", "successor_code", "effective_on"),
                        name="territory_succession_once",
                    )
                ],
            },
        ),
    ]
