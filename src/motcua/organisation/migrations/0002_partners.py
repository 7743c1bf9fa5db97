"""Agencies outside this system, and the kinds of agencies that are partners of interconnected procedures."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [
        migrations.AddField("agencyversion", "outside", models.BooleanField(default=False)),
        migrations.AlterField(
            "agencyversion",
            "kind",
            models.CharField(
                choices=[
                    ("province", "Ủy ban nhân dân tỉnh"),
                    ("department", "Sở, ban, ngành"),
                    ("commune", "Ủy ban nhân dân xã, phường"),
                    ("district", "Ủy ban nhân dân huyện"),
                    ("public_service_unit", "Đơn vị sự nghiệp công lập"),
                    ("sub_department", "Chi cục"),
                    ("school", "Trường học"),
                    ("one_stop_centre", "Trung tâm phục vụ hành chính công"),
                    ("police", "Công an"),
                    ("social_insurance", "Bảo hiểm xã hội"),
                    ("tax", "Thuế"),
                ],
                max_length=24,
            ),
        ),
    ]
