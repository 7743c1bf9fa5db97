"""Reading recomputations: how far each is, what it found by agency, and which due times moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from motcua.dossiers.models import DueMove, Recomputation
from motcua.dossiers.queries.lists import COUNTED

# As the list shows them: what was approved waits for the job that enters it.
STANDINGS = ("proposed", "approved", "applied", "rejected", "overtaken", "kept", "unread")
_APPROVED = Q(state=DueMove.State.PROPOSED, decided_at__isnull=False)


@dataclass(frozen=True)
class RunFacts:
    """A recomputation: for which notice, how far it is, and how many dossiers fell to each kind."""

    id: UUID
    notice: int
    title: str
    legal_basis: str
    first_day: date
    last_day: date
    state: str
    created_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    unchanged: int
    earlier: int
    later: int
    kept: int
    unread: int

    @property
    def running(self) -> bool:
        """Whether dossiers are still to be looked at."""
        return self.state != Recomputation.State.DONE


_RUN = (
    "id", "notice", "title", "legal_basis", "first_day", "last_day", "state", "created_at", "finished_at", "total",
    "done", "unchanged", "earlier", "later", "kept", "unread",
)  # fmt: skip


def recomputations(*, first: int = 0, size: int = 25) -> list[RunFacts]:
    """Return a page of the recomputations, the newest notice first; those that could touch no dossier are left out."""
    rows = (
        Recomputation.objects.filter(total__gt=0).order_by("-notice").values_list(*_RUN)[first : first + size]
    )
    return [RunFacts(*row) for row in rows]


def recomputation(id: UUID) -> RunFacts | None:
    """Return a recomputation."""
    row = Recomputation.objects.filter(id=id).values_list(*_RUN).first()
    return RunFacts(*row) if row else None


def recomputations_unfinished(*, since: datetime) -> int:
    """Return how many recomputations were begun before a moment and are not done."""
    rows = Recomputation.objects.exclude(state=Recomputation.State.DONE)
    return rows.filter(created_at__lt=since).count()


def recomputations_of(notices: Iterable[int]) -> dict[int, UUID]:
    """Return the recomputation that each of these notices caused, if it caused one."""
    return dict(Recomputation.objects.filter(notice__in=list(notices)).values_list("notice", "id"))


def _seen(agencies: Iterable[UUID] | None) -> Q:
    return Q() if agencies is None else Q(agency_id__in=list(agencies))


def _standing() -> Case:
    return Case(
        When(_APPROVED, then=Value("approved")), default=F("state"), output_field=CharField(max_length=9)
    )


@dataclass(frozen=True)
class AgencyMoves:
    """How many moves of a recomputation stand where at an agency, by the words of `STANDINGS`."""

    agency_id: UUID
    counts: dict[str, int]


def moves_by_agency(id: UUID, *, agencies: Iterable[UUID] | None) -> list[AgencyMoves]:
    """Return how the moves of a recomputation stand at each of these agencies (None: all) that has any."""
    rows = DueMove.objects.filter(_seen(agencies), recomputation_id=id).order_by()
    found: dict[UUID, dict[str, int]] = {}
    for agency, standing, number in rows.values_list("agency_id", _standing()).annotate(number=Count("id")):
        found.setdefault(agency, dict.fromkeys(STANDINGS, 0))[standing] = number
    return [AgencyMoves(agency, counts) for agency, counts in found.items()]


def waiting_by_run(ids: Iterable[UUID], *, agencies: Iterable[UUID] | None) -> dict[UUID, int]:
    """Return how many proposals of these recomputations wait for a decision at these agencies (None: all)."""
    rows = DueMove.objects.filter(
        _seen(agencies), recomputation_id__in=list(ids), state=DueMove.State.PROPOSED, decided_at__isnull=True
    ).order_by()
    return dict(rows.values_list("recomputation_id").annotate(number=Count("id")))


def moves_waiting_count(agencies: Iterable[UUID] | None) -> int:
    """Return how many proposals of any recomputation wait at these agencies (None: all), counted up to `COUNTED`."""
    # By run: the index of moves begins with it, and most moves wait for nobody.
    waiting = DueMove.objects.filter(
        _seen(agencies),
        recomputation__in=Recomputation.objects.all(),
        state=DueMove.State.PROPOSED,
        decided_at__isnull=True,
    )
    return waiting.order_by()[:COUNTED].count()


@dataclass(frozen=True)
class MoveFacts:
    """A due time that a recomputation moves, proposes to move, or keeps."""

    id: UUID
    dossier_id: UUID
    number: str
    applicant_name: str
    agency_id: UUID
    before: datetime
    after: datetime
    standing: str

    @property
    def better(self) -> bool:
        """Whether the new date is the earlier one."""
        return self.after < self.before


def _moves(id: UUID, agencies: Iterable[UUID] | None, standing: str) -> QuerySet[DueMove]:
    rows = DueMove.objects.filter(_seen(agencies), recomputation_id=id).order_by("state", "agency_id", "id")
    if standing == "approved":
        return rows.filter(_APPROVED)
    if standing == "proposed":
        return rows.filter(state=standing, decided_at__isnull=True)
    return rows.filter(state=standing) if standing else rows


_MOVE = ("id", "dossier_id", "dossier__number", "dossier__applicant_name", "agency_id", "before", "after")


def moves(
    id: UUID, *, agencies: Iterable[UUID] | None, standing: str = "", first: int = 0, size: int = 50
) -> list[MoveFacts]:
    """Return a page of the moves of a recomputation at these agencies (None: all), by state and agency."""
    rows = _moves(id, agencies, standing).values_list(*_MOVE, _standing())
    return [MoveFacts(*row) for row in rows[first : first + size]]


def each_move(id: UUID, *, agencies: Iterable[UUID] | None, standing: str = "") -> Iterator[MoveFacts]:
    """Give every such move, however many there are, in the same order."""
    rows = _moves(id, agencies, standing).values_list(*_MOVE, _standing())
    return (MoveFacts(*row) for row in rows.iterator(chunk_size=2_000))
