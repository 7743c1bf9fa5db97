"""Who is here for a calendar, whose it is, and which calendar that agency really follows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.accounts.queries import User, actor
from motcua.calendars.access import may_edit
from motcua.calendars.queries import CalendarFacts, NoCalendar, calendars_known, followed_calendars
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.office.frame import duties_here
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts, Duty
from motcua.rules.localday import local_day

NATION = "ca-nuoc"


@dataclass(frozen=True)
class Place:
    """A calendar by whose it is (no agency: the country's), and a member of staff who looks at it."""

    user: User
    duties: tuple[Duty, ...]
    at: datetime
    key: str
    agency: AgencyFacts | None
    keeps: bool
    known: tuple[CalendarFacts, ...]
    # None before the national calendar was laid down.
    followed: UUID | None

    @property
    def actor(self) -> Actor:
        """This person as the journal names an actor."""
        return actor(self.user)

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.at)

    @property
    def agency_id(self) -> UUID | None:
        """The agency's id, None for the country."""
        return self.agency.id if self.agency else None

    @property
    def name(self) -> str:
        """The agency's name, or the country."""
        return self.agency.name(get_language() or "vi") if self.agency else _("Cả nước")

    @property
    def own(self) -> CalendarFacts | None:
        """The calendar of its own, if it was ever laid down."""
        return next((row for row in self.known if row.agency_id == self.agency_id), None)

    @property
    def national(self) -> CalendarFacts | None:
        """The national calendar."""
        return next((row for row in self.known if row.agency_id is None), None)

    @property
    def inherited(self) -> list[CalendarFacts]:
        """The calendars from which days come, the nearest first and the national one last."""
        by_agency = {row.agency_id: row for row in self.known if row.agency_id}
        found, step, seen = list[CalendarFacts](), self.agency, set[UUID]()
        while step is not None and step.id not in seen:
            if step.id in by_agency:
                found.append(by_agency[step.id])
            seen.add(step.id)
            above = step.parent_id
            step = organisation.agency_facts(above, on=self.today) if above else None
        return [*found, *([self.national] if self.national else [])]

    def calendar(self, id: UUID | None) -> CalendarFacts | None:
        """Return a calendar by its id."""
        return next((row for row in self.known if row.id == id), None)

    def source(self, id: UUID) -> str:
        """Say from which calendar something comes."""
        if self.own and id == self.own.id:
            return _("Lịch riêng của cơ quan") if self.agency else _("Lịch cả nước")
        found = self.calendar(id)
        if found and found.agency_id is None:
            return _("Lịch cả nước")
        return found.name if found else ""


def place(request: HttpRequest, key: str, *, keeps: bool = False) -> Place:
    """Return who is here and the calendar of the key; `Http404` for a key that names nothing.

    With `keeps` only for who may change that calendar.
    """
    duties, at = duties_here(request), clock.now()
    today = local_day(at)
    id = None if key == NATION else organisation.agency_by_key(key)
    may = may_edit(duties, id, on=today)
    if (id is None and key != NATION) or (keeps and not may):
        raise Http404
    agency = organisation.agency_facts(id, on=today) if id else None
    try:
        followed = followed_calendars(id, on=today)[0]
    except NoCalendar:
        followed = None
    return Place(cast(User, request.user), duties, at, key, agency, may, tuple(calendars_known()), followed)
