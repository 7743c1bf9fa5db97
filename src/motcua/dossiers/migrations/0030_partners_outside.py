"""Agencies outside the system: keys, messages to them, and what they reply, which stays as it was taken."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import motcua.kit.ids

# What a message says never changes after it was queued, and one that was sent not at all.
_FORWARD = """
CREATE TRIGGER dossiers_partnerreply_append_only BEFORE UPDATE OR DELETE ON dossiers_partnerreply
FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE FUNCTION dossiers_refuse_message_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'waiting'
      OR ROW(NEW.part_id, NEW.agency_id, NEW.cause, NEW.purpose, NEW.content)
        IS DISTINCT FROM ROW(OLD.part_id, OLD.agency_id, OLD.cause, OLD.purpose, OLD.content) THEN
    RAISE EXCEPTION 'dossiers_partnermessage: what was said stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossiers_partnermessage_stays BEFORE UPDATE OR DELETE ON dossiers_partnermessage
FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_message_change();
"""
_BACKWARD = """
DROP TRIGGER dossiers_partnermessage_stays ON dossiers_partnermessage;
DROP FUNCTION dossiers_refuse_message_change();
DROP TRIGGER dossiers_partnerreply_append_only ON dossiers_partnerreply;
"""


def _key() -> models.UUIDField:
    return models.UUIDField(default=motcua.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _to(model: str, related_name: str = "+", *, db_index: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=db_index,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=model,
    )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0020_work"), ("organisation", "0002_partners")]
    operations = [
        migrations.CreateModel(
            "PartnerKey",
            [
                ("id", _key()),
                ("mark", models.CharField(max_length=16, unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("signing_sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("agency", _to("organisation.agency", db_index=True)),
            ],
        ),
        migrations.CreateModel(
            "PartnerMessage",
            [
                ("id", _key()),
                ("cause", models.UUIDField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("asked", "Đề nghị giải quyết"),
                            ("papers_changed", "Giấy tờ đã bổ sung"),
                            ("called_off", "Thôi đề nghị"),
                        ],
                        max_length=16,
                    ),
                ),
                ("content", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Chờ gửi"), ("sent", "Đã gửi")], default="waiting", max_length=8
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("try_after", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("agency", _to("organisation.agency")),
                ("part", _to("dossiers.dossier", "partner_messages")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(state="waiting"), fields=["try_after"], name="partner_message_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("part", "cause"), name="partner_message_once")
                ],
            },
        ),
        migrations.CreateModel(
            "PartnerReply",
            [
                ("id", _key()),
                ("message_id", models.CharField(max_length=80)),
                ("sequence", models.PositiveIntegerField()),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("accepted", "Đã nhận việc"),
                            ("working", "Đang giải quyết"),
                            ("supplement_needed", "Cần bổ sung giấy tờ"),
                            ("granted", "Đồng ý giải quyết"),
                            ("refused", "Không đồng ý giải quyết"),
                        ],
                        max_length=24,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("result_number", models.CharField(blank=True, max_length=80)),
                ("result_title", models.CharField(blank=True, max_length=240)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("taken", "Đã ghi nhận"),
                            ("overtaken", "Đến sau thư mới hơn"),
                            ("refused", "Không ghi nhận"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=24)),
                ("at", models.DateTimeField()),
                ("agency", _to("organisation.agency")),
                ("part", _to("dossiers.dossier", "partner_replies")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("part", "message_id"), name="partner_reply_once"),
                    models.CheckConstraint(
                        condition=~Q(standing="refused") | ~Q(code=""), name="partner_reply_refused_says_why"
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
