"""Tokens and tasks on their way from one version of a process to another.

See docs/rules/scenarios.md, "Versions and those in flight".
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.organisation.queries import holders
from motcua.rules.localday import local_day
from motcua.rules.process import Machine, Node, NodeKind
from motcua.workflow.actions.running import Opening
from motcua.workflow.models import Task, Token
from motcua.workflow.queries import function_of, someone_for

TIMED = frozenset({NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})
# The caller says where a node is worked on and until when, if it has been open since this moment.
Reopener = Callable[[Node, datetime], Opening]


@dataclass(frozen=True)
class Subject:
    """What is moved: its kind and key, since when it is paused (None: it is not), and who opens its places."""

    kind: str
    id: UUID
    paused_at: datetime | None
    reopener: Reopener


class People:
    """Who fills which function where at a moment; each asked once."""

    def __init__(self, at: datetime) -> None:
        self.on = local_day(at)
        self._known: dict[tuple[UUID, str], frozenset[UUID]] = {}

    def fill(self, agency_id: UUID, function: str, holder_id: UUID | None) -> bool:
        """Tell whether a person fills a function; nobody, in the common queue, always does."""
        if holder_id is None:
            return True
        key = (agency_id, function)
        if key not in self._known:
            found = holders(agency_id, function, on=self.on)
            self._known[key] = frozenset(person.user_id for person in found)
        return holder_id in self._known[key]


class Crossing:
    """One subject on its way: its tokens and tasks in the version that it comes to, not written yet."""

    def __init__(
        self, subject: Subject, process_id: UUID, old: Machine, new: Machine, people: People, at: datetime
    ) -> None:
        self.subject, self.process_id, self.old, self.new = subject, process_id, old, new
        self.people, self.at = people, at
        self.tokens: list[Token] = []
        self.tasks: list[Task] = []

    def token(self, place: str, before: Token | None) -> None:
        """Let a token come to a place from where it stood; a timer with the same limit keeps its time."""
        node = self.new.nodes.get(place)
        agency_id, due_at, entered_at = None, None, before.entered_at if before else self.at
        if node is not None and node.kind in TIMED:
            known = self.old.nodes.get(before.place) if before else None
            if before and known and known.kind is node.kind and known.limit == node.limit:
                agency_id, due_at = before.agency_id, before.due_at
            else:
                # A timer that was not running begins now; in a pause it stands still, as from its beginning.
                opening = self.subject.reopener(node, self.subject.paused_at or self.at)
                agency_id, due_at, entered_at = opening.agency_id, opening.due_at, self.at
        elif node is not None:
            agency_id = self.subject.reopener(node, self.at).agency_id
        self.tokens.append(
            Token(
                subject_kind=self.subject.kind,
                subject_id=self.subject.id,
                process_id=self.process_id,
                place=place,
                agency_id=agency_id,
                entered_at=entered_at,
                due_at=due_at,
            )
        )

    def task(self, place: str, *candidates: Task | None) -> None:
        """Open the task of a place for who had it; its limit counts from when it was first opened.

        Another function, another agency, or a holder who is none any more: it is opened anew for whoever is.
        """
        node = self.new.nodes.get(place)
        function = function_of(node) if node else None
        opening = self.subject.reopener(node, self.at) if node and function else Opening(None, None)
        if node is None or function is None or opening.agency_id is None:
            return
        had = [task for task in candidates if task is not None]
        for task in had:
            if self._goes_on(task, function, opening.agency_id):
                opened = self.subject.reopener(node, task.opened_at)
                self._open(node, opened, function, (task.post_id, task.holder_id), task.opened_at, task.note)
                return
        person = someone_for(
            self.subject.id, agency_id=opening.agency_id, function=function, on=self.people.on
        )
        post = (person.post_id, person.user_id) if person else (None, None)
        self._open(node, opening, function, post, self.at, had[0].note if had else "")

    def _goes_on(self, task: Task, function: str, agency_id: UUID) -> bool:
        same = (task.function, task.agency_id) == (function, agency_id)
        return same and self.people.fill(agency_id, function, task.holder_id)

    def _open(
        self,
        node: Node,
        opening: Opening,
        function: str,
        post: tuple[UUID | None, UUID | None],
        opened_at: datetime,
        note: str,
    ) -> None:
        assert opening.agency_id is not None
        self.tasks.append(
            Task(
                subject_kind=self.subject.kind,
                subject_id=self.subject.id,
                process_id=self.process_id,
                step=node.key,
                function=function,
                agency_id=opening.agency_id,
                post_id=post[0],
                holder_id=post[1],
                opened_at=opened_at,
                due_at=opening.due_at,
                note=note,
            )
        )


def clear(ids: Iterable[UUID], *, outcome: str, by: UUID | None, at: datetime) -> None:
    """Take the tokens of subjects away and close their open tasks with an outcome."""
    ids = list(ids)
    Token.objects.filter(subject_id__in=ids).delete()
    open_now = Task.objects.filter(subject_id__in=ids, completed_at__isnull=True)
    open_now.update(completed_at=at, completed_by=by, outcome=outcome)


def write(crossings: Sequence[Crossing]) -> None:
    """Write the tokens and tasks of subjects that have crossed."""
    Token.objects.bulk_create([token for crossing in crossings for token in crossing.tokens])
    Task.objects.bulk_create([task for crossing in crossings for task in crossing.tasks])


def tokens_by_subject(ids: Iterable[UUID]) -> dict[UUID, list[Token]]:
    """Return the tokens of several subjects, each list by when they came; who has none is left out."""
    found: dict[UUID, list[Token]] = {}
    for token in Token.objects.filter(subject_id__in=list(ids)).order_by("entered_at", "place"):
        found.setdefault(token.subject_id, []).append(token)
    return found


def open_tasks_by_subject(ids: Iterable[UUID]) -> dict[UUID, dict[str, Task]]:
    """Return the open tasks of several subjects, each by its step."""
    found: dict[UUID, dict[str, Task]] = {}
    for task in Task.objects.filter(subject_id__in=list(ids), completed_at__isnull=True):
        found.setdefault(task.subject_id, {})[task.step] = task
    return found
