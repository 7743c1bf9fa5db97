"""Who is here for the notice boards, at which agency, and what does not hang there yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.http import Http404, HttpRequest

from motcua.accounts.queries import User, actor
from motcua.catalogue.access import Boards, boards_for
from motcua.catalogue.queries import Listed
from motcua.dossiers.queries.solved import solved_by
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.office.frame import duties_here
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts, Duty
from motcua.rules.localday import local_day


@dataclass(frozen=True)
class Keeper:
    """A member of staff who keeps the boards of an agency, or oversees those of the province."""

    user: User
    duties: tuple[Duty, ...]
    boards: Boards
    at: datetime

    @property
    def actor(self) -> Actor:
        """This person as the journal names an actor."""
        return actor(self.user)

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.at)


def keeper(request: HttpRequest) -> Keeper:
    """Return who is here for the boards; anyone without a board gets `Http404`."""
    duties = duties_here(request)
    boards = boards_for(duties)
    if not boards.any:
        raise Http404
    return Keeper(cast(User, request.user), duties, boards, clock.now())


def board(request: HttpRequest, key: str, *, keeps: bool = False) -> tuple[Keeper, AgencyFacts]:
    """Return who is here, and the agency of the key; `Http404` for one out of reach or not there alike.

    With `keeps` only for who may put up and take down there.
    """
    who = keeper(request)
    found = organisation.agency_by_key(key)
    if found is None or not (who.boards.may_keep(found) if keeps else who.boards.may_see(found)):
        raise Http404
    return who, organisation.agency_facts(found, on=who.today)


def not_posted(agency: AgencyFacts, hanging: Iterable[str], *, on: date) -> list[Listed]:
    """Return the procedures that an agency solves and whose code is not among those that hang, by domain and name."""
    there = set(hanging)
    return [row for row in solved_by(agency, on=on) if row.code not in there]
