"""The dossier with its people, papers, requests and result."""

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models import User
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.kit.ids import uuid7
from motcua.organisation.models import Agency
from motcua.rules.transitions import State
from motcua.workflow.models import ProcessVersion


def choices(values: type) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]  # type: ignore[attr-defined]


# What an agency still has to answer for: of these none is without a living agency.
OPEN = ("filed", "awaiting_applicant", "in_progress", "paused", "decided")
# Accepted and not yet returned: these hold to the version that acceptance pinned.
IN_FLIGHT = (State.IN_PROGRESS.value, State.PAUSED.value, State.DECIDED.value)


class Door(models.Model):
    """A door through which dossiers come in, open in a period of local days, by a legal act."""

    class Kind(models.TextChoices):
        PORTAL = "portal", "Cổng của tỉnh"
        DESK = "desk", "Bộ phận một cửa"
        NATIONAL = "national", "Cổng Dịch vụ công quốc gia"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    legal_basis = models.CharField(max_length=240)

    def __str__(self) -> str:
        return self.kind


class Party(models.Model):
    """A person or organisation in a dossier, as it stood when it was filed."""

    class Kind(models.TextChoices):
        PERSON = "person", "Cá nhân"
        ORGANISATION = "organisation", "Tổ chức"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=160)
    identity_sealed = models.BinaryField(null=True)
    identity_index = models.BinaryField(max_length=32, null=True, db_index=True)
    identity_tail = models.CharField(max_length=4, blank=True)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=240, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Dossier(models.Model):
    """One application from its draft to the returned result."""

    class Channel(models.TextChoices):
        ONLINE = "online", "Trực tuyến"
        COUNTER = "counter", "Trực tiếp"
        POST = "post", "Bưu chính công ích"
        # The part of a partner: handed over by the agency where the person filed.
        INTERCONNECTED = "interconnected", "Liên thông"

    class Outcome(models.TextChoices):
        GRANTED = "granted", "Đồng ý giải quyết"
        REFUSED = "refused", "Không đồng ý giải quyết"

    class Delivery(models.TextChoices):
        DESK = "desk", "Nhận tại bộ phận một cửa"
        POST = "post", "Nhận qua bưu chính"
        ONLINE = "online", "Nhận bản điện tử"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=64, null=True, unique=True)
    # Codes issued elsewhere (the national portal) stay beside ours.
    external_number = models.CharField(max_length=64, blank=True)
    secret = models.BinaryField(max_length=16, unique=True)
    state = models.CharField(max_length=20, choices=choices(State))
    revision = models.PositiveIntegerField(default=1)

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    process = models.ForeignKey(
        ProcessVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.CharField(max_length=40)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    door = models.CharField(max_length=8, choices=Door.Kind.choices)

    # A partner's part of an interconnected dossier: whose part it is, and of which step of its process.
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    call = models.CharField(max_length=80, blank=True)

    # Where the person sat, who received, who is competent: often three agencies.
    support_agency = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiving_agency = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    competent_agency = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    # Where the matter lies, as finely as it is known: a split by place asks it. Empty: where the competent agency is.
    place_code = models.CharField(max_length=16, blank=True, default="", db_default="")
    # When it last passed to another agency; null for nearly all, which then have no hand-over to ask for.
    moved_at = models.DateTimeField(null=True)

    owner = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="dossiers", db_index=False
    )
    applicant = models.OneToOneField(Party, null=True, on_delete=models.PROTECT, related_name="+")
    representative = models.OneToOneField(Party, null=True, on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField(max_length=160, blank=True)
    request = models.CharField(max_length=500, blank=True)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.DESK)
    language = models.CharField(max_length=5, default="vi")

    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    acknowledge_by = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    # The promise that was first made; the due time now is derived from the clock's entries and kept here
    # only so that queues can be sorted.
    promised_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    returned_at = models.DateTimeField(null=True)
    # How long it is kept; the periods themselves are data of the archive law.
    retention_class = models.CharField(max_length=24, default="dossier")

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="dossier_owner"),
            models.Index(
                fields=["receiving_agency", "filed_at"], condition=Q(state="filed"), name="dossier_to_receive"
            ),
            models.Index(fields=["competent_agency", "accepted_at"], name="dossier_accepted"),
            models.Index(fields=["competent_agency", "filed_at"], name="dossier_filed"),
            models.Index(fields=["competent_agency", "finished_at"], name="dossier_finished"),
            models.Index(
                fields=["competent_agency", "due_at"],
                condition=Q(state="in_progress"),
                name="dossier_running",
            ),
            models.Index(
                fields=["saved_at", "id"],
                condition=Q(state__in=["awaiting_applicant", "paused"]),
                name="dossier_waiting",
            ),
            models.Index(
                fields=["receiving_agency", "finished_at"],
                condition=Q(state="decided"),
                name="dossier_to_return",
            ),
            models.Index(
                fields=["procedure", "id"], condition=Q(state__in=IN_FLIGHT), name="dossier_in_flight"
            ),
            # All that an agency still has to answer for: a reorganisation moves it, and counts it before.
            models.Index(fields=["competent_agency", "id"], condition=Q(state__in=OPEN), name="dossier_open"),
            models.Index(
                fields=["receiving_agency", "id"],
                condition=Q(state__in=OPEN) & ~Q(receiving_agency=F("competent_agency")),
                name="dossier_open_desk",
            ),
            models.Index(
                fields=["parent", "accepted_at"], condition=Q(parent__isnull=False), name="dossier_parts"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="dossier_state_known"
            ),
            models.UniqueConstraint(
                fields=["external_number"], condition=~Q(external_number=""), name="dossier_external_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False), name="dossier_numbered_when_filed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_progress", "paused", "decided", "returned"])
                | Q(accepted_at__isnull=False, process__isnull=False),
                name="dossier_accepted_when_worked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "returned", "withdrawn", "stopped", "refused"])
                | Q(finished_at__isnull=False),
                name="dossier_finished_when_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.id)


class Paper(models.Model):
    """What stands for one component: a file, a paper handed over, or data the state already holds."""

    class Form(models.TextChoices):
        FILE = "file", "Tệp điện tử"
        PAPER = "paper", "Bản giấy"
        DATA = "data", "Dữ liệu đã có"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="papers")
    component = models.CharField(max_length=80)
    form = models.CharField(max_length=8, choices=Form.choices)
    file_id = models.UUIDField(null=True)
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    added_by = models.UUIDField(null=True)
    # A resubmitted paper takes the place of this one; the earlier one stays to be seen.
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.component} {self.form}"


class SupplementRequest(models.Model):
    """A request to complete the dossier: all faults at once, each with its listed component and remedy."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_requests")
    ground = models.TextField()
    # A list of objects with component, fault and remedy.
    faults = models.JSONField()
    after_acceptance = models.BooleanField()
    # The ground of the procedure that allows this one although one was made before.
    more = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.made_at}"


class UnlistedPaperAttempt(models.Model):
    """Somebody tried to get a paper that the procedure does not list: refused, and kept to be counted.

    The name is as it was typed. It stands here and in no event, because people write names of people into it.
    """

    class Occasion(models.TextChoices):
        REQUEST = "request", "Yêu cầu bổ sung"
        COUNTER = "counter", "Nhận bổ sung tại quầy"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    # Where it was tried: the receiving agency before acceptance and at the counter, else the competent one.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.UUIDField(null=True)
    label = models.CharField(max_length=160)
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    name = models.CharField(max_length=240)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-at"], name="attempt_agency"),
            models.Index(fields=["-at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"


class VersionChange(models.Model):
    """What a later version of its procedure changes for a dossier that runs under an earlier one.

    `stays` lists what the version changes and this dossier keeps, `follows` what it takes over, each with its
    day (YYYY-MM-DD, or null for at once). Written once for a dossier and a version.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="version_changes", db_index=False
    )
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    stays = models.JSONField(default=list)
    follows = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "version"], name="version_change_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.version_id}"


class Result(models.Model):
    """The decision on a dossier with its document."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="result")
    outcome = models.CharField(max_length=8, choices=Dossier.Outcome.choices)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=240)
    summary = models.TextField(blank=True)
    file_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.title


class NumberSequence(models.Model):
    """The last number given by an agency on a local day; taken inside the dossier's transaction."""

    pk = models.CompositePrimaryKey("agency", "day")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.agency_id} {self.day} {self.last}"


class Look(models.Model):
    """Who looked at a dossier, when and for what: shown to the person it is about."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="looks")
    user_id = models.UUIDField()
    label = models.CharField(max_length=240)
    purpose = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
