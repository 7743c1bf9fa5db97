"""Limits that the delivered procedures mark as doubtful get their place in the queue of what waits."""

import hashlib

from django.db import migrations

from motcua.kit.ids import uuid7


def queue_doubts(apps, schema_editor):
    versions = apps.get_model("catalogue", "ProcedureVersion").objects
    doubt = apps.get_model("catalogue", "ProcedureDoubt")
    found = []
    for version in (
        versions.filter(published_at__isnull=False)
        .order_by("procedure_id", "-number")
        .distinct("procedure_id")
    ):
        several = len(version.content["cases"]) > 1
        for row in version.content["channels"]:
            if not row.get("limit_doubt"):
                continue
            case = f".{row['case']}" if several else ""
            source = row["limit_source"]
            found.append(
                doubt(
                    id=uuid7(),
                    procedure_id=version.procedure_id,
                    field=f"channel.{row['channel']}{case}.limit",
                    source=source,
                    source_digest=hashlib.sha256(source.encode()).hexdigest(),
                    parsed=_words(row["limit"]),
                    reason="unconfirmed limit",
                    found_at=version.published_at,
                )
            )
    # Run again it adds nothing: a doubt is kept once.
    doubt.objects.bulk_create(found, batch_size=500, ignore_conflicts=True)


_UNITS = {
    "working_day": "ngày làm việc",
    "calendar_day": "ngày",
    "month": "tháng",
    "hour": "giờ",
    "working_hour": "giờ làm việc",
}


def _words(limit):
    if limit is None:
        return ""
    if limit["unit"] == "same_day":
        return "trong ngày" + (
            f", sau {limit['cutoff']} thì ngày làm việc tiếp theo" if limit["cutoff"] else ""
        )
    return f"{limit['amount']} {_UNITS[limit['unit']]}"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_the_real_catalogue")]
    operations = [migrations.RunPython(queue_doubts, migrations.RunPython.noop)]
