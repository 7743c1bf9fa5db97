"""Who reads, writes and approves plans of reorganisations and the register, and who closes an office for a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.organisation.queries import Duty, agencies

_PROVINCE = "province"
_OVER_PROVINCE = frozenset({"administer", "sign"})


@dataclass(frozen=True)
class PlanReach:
    """What someone has to do with plans: read them and the register, write and propose them, approve them."""

    reads: bool = False
    drafts: bool = False
    approves: bool = False


def plans_for(duties: Iterable[Duty], *, on: date) -> PlanReach:
    """Return what someone with these duties may do with plans of reorganisations on a day.

    The organisation is the province's: who administers its People's Committee writes, who administers it or signs
    for it approves (that it is another person is asked at the approval), who oversees the province reads.
    """
    duties = tuple(duties)
    over = {duty.agency_id for duty in duties if duty.role in _OVER_PROVINCE}
    # Asked for only where it can matter: most people neither administer nor sign.
    provinces = {row.id for row in agencies(on=on, kind=_PROVINCE)} if over else set()
    roles = {duty.role for duty in duties if duty.agency_id in provinces}
    return PlanReach(
        reads=bool(roles & _OVER_PROVINCE) or any(duty.role == "see_province" for duty in duties),
        drafts="administer" in roles,
        approves=bool(roles & _OVER_PROVINCE),
    )


def may_close(duties: Iterable[Duty], agency_id: UUID, *, on: date) -> bool:
    """Tell whether someone with these duties may let another office act for an agency.

    Who administers or heads it may, and who administers the province.
    """
    duties = tuple(duties)
    if any(duty.role in ("administer", "head") and duty.agency_id == agency_id for duty in duties):
        return True
    return plans_for(duties, on=on).drafts
