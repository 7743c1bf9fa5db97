"""How the organisation changes: competences by act, reorganisations, and who followed whom."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from motcua.kit.ids import uuid7
from motcua.kit.periods import DateRange, no_overlap
from motcua.organisation.models.agencies import Agency, Dated
from motcua.organisation.models.posts import Post


class Competence(Dated):
    """An agency receives or decides a procedure by an act, where that is not what its level says already.

    `procedure_id` is the procedure's key in the catalogue, which stands above this area. An empty `territory_code`
    means wherever the agency works.
    """

    class Duty(models.TextChoices):
        RECEIVE = "receive", "Tiếp nhận"
        DECIDE = "decide", "Giải quyết"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="competences")
    duty = models.CharField(max_length=8, choices=Duty.choices)
    procedure_id = models.UUIDField()
    territory_code = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            # A place is given to one; without a place several agencies may each do it where they work.
            ExclusionConstraint(
                name="competence_once",
                expressions=[
                    (DateRange(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                    ("duty", RangeOperators.EQUAL),
                    ("procedure_id", RangeOperators.EQUAL),
                    ("territory_code", RangeOperators.EQUAL),
                ],
                condition=~Q(territory_code=""),
            ),
            no_overlap("competence_of_agency_once", "agency", "duty", "procedure_id", "territory_code"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.agency_id}"


class Reorganisation(models.Model):
    """A plan that changes the organisation on a day, by a legal act: drafted, approved by another person, applied.

    `operations` are those of docs/rules/reorganisation.md, each with the line that it stands on. The counters say
    how far the application is; what is not in them was not touched.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        PROPOSED = "proposed", "Chờ duyệt"
        APPROVED = "approved", "Đã duyệt"
        APPLYING = "applying", "Đang thực hiện"
        APPLIED = "applied", "Đã thực hiện"
        DROPPED = "dropped", "Đã bỏ"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=240)
    legal_basis = models.CharField(max_length=240)
    effective_on = models.DateField()
    operations = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField()
    drafted_by = models.UUIDField(null=True)
    drafted_label = models.CharField(max_length=160)
    proposed_at = models.DateTimeField(null=True)
    # Who proposed it does not approve it.
    proposed_by = models.UUIDField(null=True)
    proposed_label = models.CharField(max_length=160, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_label = models.CharField(max_length=160, blank=True)
    begun_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    # Why its day came and it could not begin; an empty list when it could.
    faults = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    paused = models.PositiveIntegerField(default=0)
    past_due = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    tasks = models.PositiveIntegerField(default=0)
    tasks_flagged = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed", "dropped"])
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="reorganisation_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by")),
                name="reorganisation_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Succession(models.Model):
    """That from a day on an agency answers for what another one held: all of it, or a place or a procedure.

    Of several rows of one predecessor the most exact one holds: place and procedure, procedure, place, then that
    with neither, which is the default. `ends` says whether the predecessor was dissolved.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    predecessor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="inheritances")
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="successions")
    effective_on = models.DateField()
    territory_code = models.CharField(max_length=16, blank=True)
    procedure_id = models.UUIDField(null=True)
    # Not exact: the place is not known finely enough, or nothing said more.
    fallback = models.BooleanField(default=False)
    ends = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "effective_on", "territory_code", "procedure_id"],
                name="succession_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")) | Q(ends=False), name="succession_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} -> {self.successor_id}"


class TerritorySuccession(models.Model):
    """That a territory, or a part of it, became part of another one on a day; codes are never given twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    predecessor_code = models.CharField(max_length=16, db_index=True)
    successor_code = models.CharField(max_length=16, db_index=True)
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="territories")
    effective_on = models.DateField()
    # Only a part of it went there.
    partly = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor_code", "successor_code", "effective_on"],
                name="territory_succession_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_code} -> {self.successor_code}"


class PostSuccession(models.Model):
    """That what a post had to do goes to another post; one for each agency that followed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="posts")
    predecessor = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="inheritances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor", "agency"], name="post_succession_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} -> {self.successor_id}"


class Restructuring(models.Model):
    """A line of the restructuring register: what an act changed in units and posts, as counts.

    Of a reorganisation that was applied here the counts are taken from it; one from before this system, or done
    outside it, is entered by hand.
    """

    class Kind(models.TextChoices):
        UNITS = "units", "Sắp xếp đơn vị"
        STREAMLINED = "streamlined", "Tinh giản biên chế"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=240)
    legal_basis = models.CharField(max_length=240)
    effective_on = models.DateField()
    reorganisation = models.OneToOneField(
        Reorganisation, null=True, on_delete=models.PROTECT, related_name="register_line"
    )
    units_before = models.PositiveIntegerField(default=0)
    units_after = models.PositiveIntegerField(default=0)
    posts_before = models.PositiveIntegerField(default=0)
    posts_after = models.PositiveIntegerField(default=0)
    # Cases of staff streamlining, and on which ground (early retirement, leaving at once, …).
    cases = models.PositiveIntegerField(default=0)
    ground = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=400, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True)
    entered_label = models.CharField(max_length=160)
    # A line that was wrong is struck out and entered anew; it stays to be seen.
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)
    struck_reason = models.CharField(max_length=240, blank=True)

    class Meta:
        indexes = [models.Index(fields=["effective_on"], name="restructuring_day")]

    def __str__(self) -> str:
        return self.title
