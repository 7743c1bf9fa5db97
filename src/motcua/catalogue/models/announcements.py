"""Decisions that announce procedures (quyết định công bố)."""

from django.db import models

from motcua.kit.ids import uuid7


class Announcement(models.Model):
    """A decision of announcement: by whom, signed and in force when, put into the catalogue when."""

    class Level(models.TextChoices):
        MINISTRY = "ministry", "Bộ"
        PROVINCE = "province", "Cấp tỉnh"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=80)
    issued_by = models.CharField(max_length=240)
    level = models.CharField(max_length=16, choices=Level.choices)
    signed_on = models.DateField()
    effective_on = models.DateField()
    shortened = models.BooleanField(default=False)
    entered_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    recorded_label = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "issued_by", "signed_on"], name="announced_once")
        ]

    def __str__(self) -> str:
        return self.number


class Announced(models.Model):
    """A procedure that a decision announces, by its code: it may not be in the catalogue yet."""

    class Kind(models.TextChoices):
        NEW = "new", "Mới ban hành"
        AMENDED = "amended", "Sửa đổi, bổ sung"
        REPLACED = "replaced", "Thay thế"
        ABOLISHED = "abolished", "Bãi bỏ"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="procedures")
    code = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "code"], name="announced_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
