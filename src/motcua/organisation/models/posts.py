"""Posts, who holds them, who is away, and the roles granted to them; all dated."""

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models import User
from motcua.kit.ids import uuid7
from motcua.kit.periods import no_overlap
from motcua.organisation.models.agencies import Agency, Dated


class Post(Dated):
    """A position in an agency; processes bind to its function, people come and go."""

    class Function(models.TextChoices):
        RECEIVER = "receiver", "Tiếp nhận và trả kết quả"
        SPECIALIST = "specialist", "Chuyên viên"
        HEAD = "head", "Trưởng phòng"
        LEADER = "leader", "Lãnh đạo"
        REFORM = "reform", "Cải cách hành chính"
        ADMINISTRATOR = "administrator", "Quản trị"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    key = models.CharField(max_length=80)
    title_vi = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    function = models.CharField(max_length=16, choices=Function.choices)

    class Meta:
        constraints = [no_overlap("post_once", "agency", "key")]

    def __str__(self) -> str:
        return self.title_vi


class Holding(Dated):
    """Who holds a post; a post has one holder at a time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")

    class Meta:
        constraints = [no_overlap("holding_once", "post")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.post_id}"


class Delegation(Dated):
    """The duties of a post, done by another person for a time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations")

    class Meta:
        constraints = [no_overlap("delegation_once", "post")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.post_id}"


class Absence(models.Model):
    """A person is away from a day until the day they are back: nothing new is given to them.

    Whoever is still away at the end of it gets another one. Where to and why is nobody's business here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    valid_from = models.DateField()
    valid_to = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("absence_once", "user"),
            # One that was cancelled before it began is empty: from and to are the same day.
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="absence_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.valid_from}"


class Grant(Dated):
    """A role over an agency, given to a post."""

    class Role(models.TextChoices):
        RECEIVE = "receive", "Tiếp nhận, trả kết quả"
        SOLVE = "solve", "Thụ lý"
        HEAD = "head", "Phụ trách"
        SIGN = "sign", "Ký"
        SEE_AGENCY = "see_agency", "Xem cơ quan"
        SEE_PROVINCE = "see_province", "Xem toàn tỉnh"
        ADMINISTER = "administer", "Quản trị"

    role = models.CharField(max_length=16, choices=Role.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="grants")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="grants", db_index=False)

    class Meta:
        constraints = [no_overlap("grant_once", "post", "role", "agency")]

    def __str__(self) -> str:
        return f"{self.role} {self.agency_id}"
