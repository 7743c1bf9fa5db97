"""Loading dossiers with permission: one answer for "not yours" and "not there"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from motcua.accounts.models import User
from motcua.dossiers.models import Dossier, Look, Opinion, PartnerKey
from motcua.dossiers.partner_keys import read_key, secret_digest
from motcua.dossiers.queries.outside import is_outside
from motcua.dossiers.queries.parts import whole_of
from motcua.dossiers.tracking import read_secret
from motcua.kit import sql
from motcua.organisation.queries import Duty, agencies, agency_facts, with_archives
from motcua.rules.assignment import may_give
from motcua.rules.transitions import State, Who

_WHOLE_PROVINCE = frozenset({"see_province"})
# Who administers accounts and settings has no business in people's dossiers.
_WHOLE_AGENCY = frozenset({"receive", "solve", "head", "sign", "see_agency"})
_ROLES = {"receive": Who.RECEIVER, "solve": Who.SPECIALIST, "head": Who.HEAD, "sign": Who.LEADER}
_GIVES_ADVICE = frozenset({"solve", "head", "sign"})
_DISTRIBUTES = frozenset({"head", "sign"})
_PEOPLE = ("applicant", "representative")
# For moves, which need the dossier's own row and nobody's particulars.
_OWN = "WHERE id = %s AND owner_id = %s"


class NotToBeSeen(Exception):
    """There is no such dossier for this person."""


def within_reach(duties: Iterable[Duty]) -> Q:
    """Return the condition on dossiers that a member of staff with these duties may see.

    Those of their agencies, and those about which their agency is or was asked for its opinion.
    """
    duties = tuple(duties)
    if any(duty.role in _WHOLE_PROVINCE for duty in duties):
        return ~Q(state=State.DRAFT)
    ids = _places(duties)
    own = Q(competent_agency__in=ids) | Q(receiving_agency__in=ids) | Q(support_agency__in=ids)
    if advising := advising_at(duties):
        asked = with_archives(advising)
        own |= Q(Exists(Opinion.objects.filter(dossier=OuterRef("pk"), agency__in=asked)))
    return ~Q(state=State.DRAFT) & own


def _places(duties: Iterable[Duty]) -> frozenset[UUID]:
    """Return the agencies whose dossiers someone with these duties sees; files of what ended are with who follows."""
    return with_archives(duty.agency_id for duty in duties if duty.role in _WHOLE_AGENCY)


def advising_at(duties: Iterable[Duty]) -> frozenset[UUID]:
    """Return the agencies for which someone with these duties gives an opinion when another agency asks for it."""
    return frozenset(duty.agency_id for duty in duties if duty.role in _GIVES_ADVICE)


def distributing_at(duties: Iterable[Duty]) -> frozenset[UUID]:
    """Return the agencies whose tasks someone with these duties gives out: those they head or sign for."""
    return frozenset(duty.agency_id for duty in duties if duty.role in _DISTRIBUTES)


def may_give_on(*, holder_id: UUID | None, agency_id: UUID, user: User, duties: Iterable[Duty]) -> bool:
    """Tell whether a person may give a task of an agency on, or back: who holds it, and who gives its tasks out."""
    return may_give(holder=holder_id, by=user.id, agency=agency_id, headed=distributing_at(duties))


def dossier_for(
    user: User, dossier_id: UUID, *, duties: Iterable[Duty], purpose: str, at: datetime
) -> Dossier:
    """Return a dossier that a member of staff may see, and log the look; else raise `NotToBeSeen`."""
    duties = tuple(duties)
    if not duties:
        raise NotToBeSeen
    found = Dossier.objects.select_related(*_PEOPLE).filter(within_reach(duties), id=dossier_id).first()
    if found is None:
        raise NotToBeSeen
    note_look(found, user, duties=duties, purpose=purpose, at=at)
    return found


def note_look(dossier: Dossier, user: User, *, duties: tuple[Duty, ...], purpose: str, at: datetime) -> None:
    """Log that a member of staff was shown a dossier, and for what."""
    label = f"{user.full_name}, {duties[0].title_vi}" if duties else user.full_name
    Look.objects.create(dossier=dossier, user_id=user.id, label=label[:240], purpose=purpose, at=at)


# The same reach as `within_reach`, for one row and by hand: every move of the desk begins with it.
_TO_MOVE = """
WHERE id = %(id)s AND state <> 'draft' AND (%(everywhere)s
  OR competent_agency_id = ANY(%(agencies)s) OR receiving_agency_id = ANY(%(agencies)s)
  OR support_agency_id = ANY(%(agencies)s))
"""


def dossier_to_move(dossier_id: UUID, *, duties: Iterable[Duty]) -> Dossier:
    """Return a dossier that a member of staff may see, for a move; else raise `NotToBeSeen`.

    A move that is made logs no look of its own: it stands in the journal with who made it. One that is refused
    shows the dossier again, and the view notes that look.
    """
    duties = tuple(duties)
    known = {
        "id": dossier_id,
        "everywhere": any(duty.role in _WHOLE_PROVINCE for duty in duties),
        "agencies": list(_places(duties)),
    }
    found = sql.one(Dossier, _TO_MOVE, known)
    if found is None:
        raise NotToBeSeen
    return found


def works_on(dossier: Dossier, *, duties: Iterable[Duty]) -> bool:
    """Tell whether someone with these duties works on a dossier, and not only oversees it.

    Whole identity numbers, files and slips are for those who work on it.
    """
    places = {dossier.competent_agency_id, dossier.receiving_agency_id, dossier.support_agency_id}
    return bool(with_archives(duty.agency_id for duty in duties if duty.role in _ROLES) & places)


def reads_inside(dossier: Dossier, *, duties: Iterable[Duty]) -> bool:
    """Tell whether someone with these duties reads what the staff say inside a dossier.

    Those of its agencies and those who oversee it; not an agency that is only asked for its opinion.
    """
    duties = tuple(duties)
    places = {dossier.competent_agency_id, dossier.receiving_agency_id, dossier.support_agency_id}
    return any(duty.role in _WHOLE_PROVINCE for duty in duties) or bool(_places(duties) & places)


def asks_opinions(dossier: Dossier, *, duties: Iterable[Duty]) -> bool:
    """Tell whether someone with these duties may ask another agency about a dossier: who solves, heads or signs for it."""
    return dossier.competent_agency_id in advising_at(duties)


def may_reopen(dossier: Dossier, *, duties: Iterable[Duty]) -> bool:
    """Tell whether someone with these duties may reopen a dossier by a decision: who signs for its competent agency."""
    signs = with_archives(duty.agency_id for duty in duties if duty.role == "sign")
    return dossier.competent_agency_id in signs


def opinion_for(
    user: User, opinion_id: UUID, *, duties: Iterable[Duty], at: datetime, purpose: str = "opinion"
) -> tuple[Opinion, Dossier]:
    """Return an opinion with its dossier for who is asked or who reads the dossier inside, and log the look.

    Raises `NotToBeSeen`, the same for "not yours" and "not there".
    """
    duties = tuple(duties)
    row = Opinion.objects.select_related("dossier", *(f"dossier__{name}" for name in _PEOPLE))
    found = row.filter(id=opinion_id).first()
    if found is None or not (
        found.agency_id in advising_at(duties) or reads_inside(found.dossier, duties=duties)
    ):
        raise NotToBeSeen
    note_look(found.dossier, user, duties=duties, purpose=purpose, at=at)
    return found, found.dossier


def qualities(
    dossier: Dossier, user: User, *, duties: Iterable[Duty], holder_id: UUID | None
) -> frozenset[Who]:
    """Return in what qualities a member of staff may act on a dossier.

    Reception counts at the receiving agency, work and signature at the competent one.
    """
    found = set[Who]()
    for duty in duties:
        who = _ROLES.get(duty.role)
        place = dossier.receiving_agency_id if who is Who.RECEIVER else dossier.competent_agency_id
        if who and duty.agency_id == place:
            found.add(who)
    if holder_id == user.id:
        found.add(Who.HOLDER)
    return frozenset(found)


def own_dossier(user: User, dossier_id: UUID, *, with_people: bool = True) -> Dossier:
    """Return a dossier of the person who owns it; else raise `NotToBeSeen`."""
    if with_people:
        found = Dossier.objects.select_related(*_PEOPLE).filter(id=dossier_id, owner=user).first()
    else:
        found = sql.one(Dossier, _OWN, [dossier_id, user.id])
    if found is None:
        raise NotToBeSeen
    return found


def own_dossiers(user: User) -> list[Dossier]:
    """Return the dossiers and drafts of a person, newest first."""
    return list(Dossier.objects.filter(owner=user).select_related("version").order_by("-created_at")[:200])


def found_by_number(number: str, *, duties: Iterable[Duty]) -> UUID | None:
    """Return the id of the dossier with this number, ours or another's, within reach of these duties."""
    if not number:
        # Most dossiers have no number from elsewhere: an empty text would find one of them.
        return None
    reach = within_reach(duties)
    for wanted in (Q(number=number), Q(external_number=number)):
        if found := Dossier.objects.filter(reach, wanted).values_list("id", flat=True).first():
            return found
    return None


def found_by_secret(text: str, *, duties: Iterable[Duty]) -> UUID | None:
    """Return the id of the dossier whose QR code reads `text` (an address or its secret), within reach."""
    secret = read_secret(text.rstrip("/").rsplit("/", 1)[-1])
    if secret is None:
        return None
    return Dossier.objects.filter(within_reach(duties), secret=secret).values_list("id", flat=True).first()


_SIGNS_LETTERS = frozenset({"head", "sign"})


def letters_reach(duties: Iterable[Duty]) -> frozenset[UUID]:
    """Return the agencies whose letters of apology someone with these duties may approve: those they head or sign for."""
    return frozenset(duty.agency_id for duty in duties if duty.role in _SIGNS_LETTERS)


def may_approve_letter(
    dossier: Dossier, user: User, *, duties: Iterable[Duty], drafted_by: UUID | None
) -> bool:
    """Tell whether a person may approve a draft of a letter of apology: one who heads or signs for the competent
    agency, while the dossier runs, and never who drafted it.
    """
    return (
        dossier.state == State.IN_PROGRESS
        and drafted_by != user.id
        and dossier.competent_agency_id in letters_reach(duties)
    )


_SEES_MOVES = frozenset({"head", "see_agency", "sign"})
_DECIDES_FOR_ALL = frozenset({"sign", "administer"})


@dataclass(frozen=True)
class MovesReach:
    """At which agencies a person sees what a changed calendar moves, and for which they decide; None: for all."""

    sees: frozenset[UUID] | None
    decides: frozenset[UUID] | None

    @property
    def any(self) -> bool:
        """Whether there is anything to see at all."""
        return self.sees is None or bool(self.sees)


def sees_recomputations(duties: Iterable[Duty], *, on: date) -> bool:
    """Tell whether someone with these duties sees anything of recomputations; for menus, mostly without a question."""
    duties = tuple(duties)
    if any(duty.role in _SEES_MOVES | _WHOLE_PROVINCE for duty in duties):
        return True
    return recomputations_for(duties, on=on).any


def recomputations_for(duties: Iterable[Duty], *, on: date) -> MovesReach:
    """Return what someone with these duties has to do with recomputations on a day.

    Who signs for an agency decides for it. Who signs for, or administers, the province's own People's Committee
    decides for all. Heads and those who oversee an agency see it.
    """
    duties = tuple(duties)
    own = {duty.agency_id for duty in duties if duty.role in _SEES_MOVES}
    everywhere = any(duty.role in _WHOLE_PROVINCE for duty in duties)
    high = {duty.agency_id for duty in duties if duty.role in _DECIDES_FOR_ALL}
    # Asked for only where it can matter: nearly nobody signs or administers.
    if high and any(row.id in high for row in agencies(on=on, kind="province")):
        return MovesReach(None, None)
    decides = frozenset(duty.agency_id for duty in duties if duty.role == "sign")
    return MovesReach(None if everywhere else frozenset(own), decides)


@dataclass(frozen=True)
class PartnerFacts:
    """An agency outside the system that showed its key."""

    agency_id: UUID
    name: str
    key_id: UUID


def partner_by_key(key: str, *, on: date) -> PartnerFacts | None:
    """Return the agency outside the system that this key was made for, while both hold; else None."""
    mark, secret = read_key(key)
    row = PartnerKey.objects.filter(mark=mark, ended_at__isnull=True).first() if mark else None
    # The comparison is made for an unknown key too: it takes as long, and tells nothing.
    fits = compare_digest(bytes(row.digest) if row else bytes(32), secret_digest(secret))
    if row is None or not fits:
        return None
    agency = agency_facts(row.agency_id, on=on)
    return PartnerFacts(agency.id, agency.name_vi, row.id) if agency.outside else None


def part_for(partner: PartnerFacts, number: str) -> Dossier:
    """Return the part with this number if this agency outside the system was asked for it; else `NotToBeSeen`."""
    rows = Dossier.objects.filter(parent__isnull=False, competent_agency_id=partner.agency_id)
    found = rows.filter(number=number).first() if "\0" not in number else None
    if found is None or not is_outside(found):
        raise NotToBeSeen
    return found


def note_partner_look(part: Dossier, partner: PartnerFacts, *, at: datetime) -> Dossier:
    """Log that an agency outside the system was shown a dossier for its part, and return the one that was filed."""
    whole = whole_of(part)
    label = partner.name[:240]
    Look.objects.create(dossier=whole, user_id=partner.key_id, label=label, purpose="partner", at=at)
    return whole


# Interfaces name a dossier's type without reaching for the models.
__all__ = [
    "Dossier",
    "MovesReach",
    "NotToBeSeen",
    "Opinion",
    "PartnerFacts",
    "advising_at",
    "asks_opinions",
    "distributing_at",
    "dossier_for",
    "dossier_to_move",
    "found_by_number",
    "found_by_secret",
    "letters_reach",
    "may_approve_letter",
    "may_give_on",
    "may_reopen",
    "note_look",
    "note_partner_look",
    "opinion_for",
    "own_dossier",
    "own_dossiers",
    "part_for",
    "partner_by_key",
    "qualities",
    "reads_inside",
    "recomputations_for",
    "sees_recomputations",
    "within_reach",
    "works_on",
]
