"""Random lives of dossiers, led by the actions; and what the journal says of them, as the oracle reads it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from motcua.catalogue.queries import Published
from motcua.dossiers import actions
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.solved import solves
from motcua.journal.queries import Entry, history_of
from motcua.organisation.models import Agency
from motcua.rules.figures import Happening
from motcua.rules.localday import at_local, local_day
from tests.world import DossierStory, World, a_procedure

STEPS = 6
CHANNELS = ("online", "counter", "post")


def procedures(world: World) -> list[Published]:
    """Publish procedures with every policy of a pause, another domain, and no time limit."""

    def published(code: str, limit: dict[str, Any] | None, policy: str, domain: str = "ho-tich") -> Published:
        content = a_procedure(code, supplement_policy=policy)
        for row in content["channels"]:
            row["limit"] = limit
        return world.publish(content | {"domain": content["domain"] | {"key": domain}})

    def days(amount: int) -> dict[str, Any]:
        return {"unit": "working_day", "amount": amount, "cutoff": None}

    return [
        world.procedure,
        published("9.000002", days(5), "shift", "dat-dai"),
        published("9.000003", days(8), "resume"),
        published("9.000004", {"unit": "hour", "amount": 20, "cutoff": None}, "none", "dat-dai"),
        published("9.000005", None, "restart"),
    ]


class Life:
    """One dossier that goes its random way."""

    def __init__(self, world: World, rng: Random, procedure: Published, among: Sequence[Agency] = ()) -> None:
        self.world, self.rng = world, rng
        # A reorganisation may have left a procedure to another of them.
        agencies = [
            agency
            for agency in among or (world.commune, world.neighbour)
            if solves(procedure.record, agency.id, on=local_day(world.at))
        ]
        self.story = DossierStory(
            world, procedure=procedure, channel=rng.choice(CHANNELS), agency=rng.choice(agencies)
        )
        # Reception away from the competent agency: still the draft's choice.
        Dossier.objects.filter(pk=self.story.dossier.pk).update(receiving_agency=rng.choice(agencies))
        self.story.reload()

    def lead(self) -> Dossier:
        """Go on until it ends or rests."""
        self.story.filed()
        for _ in range(STEPS):
            self.world.at = self.next_moment()
            if not self.go_on():
                break
        return self.story.dossier

    def go_on(self) -> bool:
        """Take a step, and tell whether there may be another."""
        # It may have passed to another agency meanwhile.
        self.story.reload()
        step = self.rng.choice(self._steps().get(self.story.dossier.state, [None]))
        if step is None:
            return False
        # The law allows one supplement and one extension: what it refuses changes nothing.
        with suppress(actions.UnableToMove):
            step()
        self.story.reload()
        return True

    def next_moment(self) -> datetime:
        """Some hours or days later; now and then at once, or exactly at the due time, or at midnight."""
        world, due = self.world, self.story.dossier.due_at
        later = world.at + timedelta(minutes=self.rng.randrange(0, 60 * 24 * 6))
        match self.rng.randrange(6):
            case 0 if due is not None and due > world.at:
                later = due + timedelta(minutes=self.rng.choice((-1, 0, 1)))
            case 1:
                later = at_local(local_day(world.at) + timedelta(days=1), time())
            case 2:
                later = world.at
        return max(world.at, later)

    def _steps(self) -> dict[str, list[Callable[[], Any] | None]]:
        story, rng = self.story, self.rng
        ask, again = story.supplement_requested, story.resubmitted
        return {
            "filed": [*[story.accepted] * 8, ask, self._refuse, self._withdraw],
            "awaiting_applicant": [again, again, again, self._refuse, self._withdraw, None],
            "in_progress": [
                *[self._decide] * 4, ask, ask, self._extend, self._extend, self._stop, self._withdraw, None,
            ],
            "paused": [again, again, again, again, self._stop, self._withdraw, None, None],
            "decided": [self._return, None] if rng.random() < 0.8 else [None],
        }  # fmt: skip

    def _refuse(self) -> None:
        actions.refuse_dossier(
            self.story.dossier,
            reason="Không thuộc thẩm quyền",
            legal_basis="Điều 1",
            by=self._by("receiver"),
            at=self.world.at,
        )

    def _withdraw(self) -> None:
        actions.withdraw_dossier(
            self.story.dossier, reason="Đổi ý", by=self._by("receiver"), at=self.world.at
        )

    def _stop(self) -> None:
        actions.stop_dossier(
            self.story.dossier, reason="Tạm dừng theo luật", legal_basis="Điều 2", by=self._by("head"),
            at=self.world.at,
        )  # fmt: skip

    def _extend(self) -> None:
        due = self.story.dossier.due_at
        until = at_local(local_day((due or self.world.at) + timedelta(days=3)), time(17))
        self.story.extended(until, reason="Cần xác minh", legal_basis="Điều 3")

    def _decide(self) -> None:
        self.story.decided(self.rng.choice(("granted", "refused")))

    def _return(self) -> None:
        actions.return_result(self.story.dossier, to="applicant", by=self._by("receiver"), at=self.world.at)

    def _by(self, function: str) -> Any:
        return self.story.staff(function)


def live_together(
    world: World,
    rng: Random,
    known: Sequence[Published],
    among: Sequence[Agency],
    *,
    count: int,
    turns: Sequence[tuple[datetime, Callable[[], object]]],
) -> list[Dossier]:
    """Lead many lives side by side, each step at its moment; `turns` are what else happens, and when."""
    begin, order = world.at, itertools.count()
    waiting: list[tuple[datetime, int, Callable[[], object]]] = []
    lives: list[Life] = []

    def at(moment: datetime, deed: Callable[[], object]) -> None:
        heapq.heappush(waiting, (moment, next(order), deed))

    def start() -> None:
        lives.append(life := Life(world, rng, rng.choice(known), among))
        life.story.filed()
        at(life.next_moment(), lambda: go_on(life, STEPS - 1))

    def go_on(life: Life, more: int) -> None:
        if life.go_on() and more:
            at(life.next_moment(), lambda: go_on(life, more - 1))

    for moment, deed in turns:
        at(moment, deed)
    for _ in range(count):
        at(begin + timedelta(minutes=rng.randrange(60 * 24 * 50)), start)
    while waiting:
        world.at, _, deed = heapq.heappop(waiting)
        deed()
    return [life.story.reload().dossier for life in lives]


_SIMPLE = {
    "dossier.filed": "filed",
    "dossier.refused": "refused",
    "dossier.withdrawn": "withdrawn",
    "dossier.stopped": "stopped",
    "dossier.decided": "decided",
    "dossier.result_returned": "returned",
}
# A change of the due time, and where the event says it.
_WITH_DUE = {
    "dossier.accepted": ("accepted", "promised_at"),
    "dossier.deadline_extended": ("due_changed", "due_after"),
    "dossier.due_moved": ("due_changed", "due_after"),
}


def happenings(dossier_id: UUID) -> list[Happening]:
    """Return the history of a dossier by its journal alone."""
    found = (_happening(entry) for entry in history_of(dossier_id))
    return [each for each in found if each is not None]


def _happening(entry: Entry) -> Happening | None:
    if entry.kind in _SIMPLE:
        return Happening(_SIMPLE[entry.kind], entry.at)
    if entry.kind in _WITH_DUE:
        kind, field = _WITH_DUE[entry.kind]
        return Happening(kind, entry.at, _moment(entry.data[field]))
    if entry.kind == "dossier.supplement_requested" and entry.data["to_state"] == "paused":
        return Happening("paused", entry.at)
    if entry.kind == "dossier.resubmitted" and entry.data["from_state"] == "paused":
        return Happening("resumed", entry.at, _moment(entry.data["due_at"]))
    return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
