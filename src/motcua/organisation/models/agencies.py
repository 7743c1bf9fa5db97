"""Territories, agencies and their desks: every row holds in [valid_from, valid_to)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from motcua.kit.ids import uuid7
from motcua.kit.periods import DateRange, no_overlap


class Dated(models.Model):
    """A fact that holds in a half-open period of local days, by a legal act."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    legal_basis = models.CharField(max_length=240, blank=True)

    class Meta:
        abstract = True


class Territory(Dated):
    """A province or commune with its official code; codes are dated facts, never keys."""

    code = models.CharField(max_length=16, db_index=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16)
    parent_code = models.CharField(max_length=16, blank=True, db_index=True)

    class Meta:
        constraints = [no_overlap("territory_once", "code")]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An agency through all its names; what it is called and where it stands is in its dated versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.key


class AgencyVersion(Dated):
    """How an agency is called, coded and placed in a period."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "Ủy ban nhân dân tỉnh"
        DEPARTMENT = "department", "Sở, ban, ngành"
        COMMUNE = "commune", "Ủy ban nhân dân xã, phường"
        DISTRICT = "district", "Ủy ban nhân dân huyện"
        PUBLIC_SERVICE_UNIT = "public_service_unit", "Đơn vị sự nghiệp công lập"
        SUB_DEPARTMENT = "sub_department", "Chi cục"
        SCHOOL = "school", "Trường học"
        ONE_STOP_CENTRE = "one_stop_centre", "Trung tâm phục vụ hành chính công"
        POLICE = "police", "Công an"
        SOCIAL_INSURANCE = "social_insurance", "Bảo hiểm xã hội"
        TAX = "tax", "Thuế"

    class Level(models.TextChoices):
        MINISTRY = "ministry", "Bộ"
        PROVINCE = "province", "Cấp tỉnh"
        DISTRICT = "district", "Cấp huyện"
        COMMUNE = "commune", "Cấp xã"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="versions", db_index=False)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    short_vi = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="children")
    territory_code = models.CharField(max_length=16, blank=True, db_index=True)
    code_qcvn102 = models.CharField(max_length=35, blank=True)
    code_qd20 = models.CharField(max_length=35, blank=True)
    # An agency that does not work in this system: its part of a dossier is sent to it as a message.
    outside = models.BooleanField(default=False)
    number_template = models.CharField(max_length=80, default="{agency}-{date:%y%m%d}-{seq:04}")
    search_text = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            no_overlap("agency_version_once", "agency"),
            ExclusionConstraint(
                name="agency_code_qd20_once",
                expressions=[
                    (DateRange(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                    ("code_qd20", RangeOperators.EQUAL),
                ],
                condition=~Q(code_qd20=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name_vi


class OneStopDesk(Dated):
    """A place where people hand in and collect."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="desks")
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=240, blank=True)
    phone = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name_vi
