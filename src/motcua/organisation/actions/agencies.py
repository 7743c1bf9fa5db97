"""Establishing agencies, opening their desks, registering territories."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.text import fold
from motcua.organisation.events import AgencyEstablished, TerritoriesRegistered
from motcua.organisation.models import Agency, AgencyVersion, OneStopDesk, Territory
from motcua.rules.numbering import NumberTemplate

# What callers above the interfaces' line call an agency that they were given.
AgencyRef = Agency


@dataclass(frozen=True)
class Establishment:
    """What an agency is when it begins."""

    key: str
    name_vi: str
    kind: str
    level: str
    valid_from: date
    valid_to: date | None = None
    name_en: str = ""
    short_vi: str = ""
    parent: Agency | None = None
    territory_code: str = ""
    code_qcvn102: str = ""
    code_qd20: str = ""
    number_template: str = "{agency}-{date:%y%m%d}-{seq:04}"
    legal_basis: str = ""
    outside: bool = False


@transaction.atomic
def establish_agency(plan: Establishment, *, by: Actor, at: datetime) -> Agency:
    """Establish an agency with its first dated version; a bad number template is refused by its rule."""
    NumberTemplate.parse(plan.number_template)
    agency = Agency.objects.create(key=plan.key)
    AgencyVersion.objects.create(
        agency=agency,
        search_text=fold(plan.name_vi)[:240],
        **{name: getattr(plan, name) for name in plan.__dataclass_fields__ if name != "key"},
    )
    event = AgencyEstablished(
        agency.id,
        key=plan.key,
        valid_from=plan.valid_from.isoformat(),
        valid_to=plan.valid_to.isoformat() if plan.valid_to else None,
    )
    journal.record(event, by=by, at=at, agency_id=agency.id)
    return agency


def open_desk(
    agency: Agency, *, name_vi: str, name_en: str, address: str, phone: str, valid_from: date
) -> OneStopDesk:
    """Open a one-stop desk of an agency."""
    return OneStopDesk.objects.create(
        agency=agency, name_vi=name_vi, name_en=name_en, address=address, phone=phone, valid_from=valid_from
    )


@dataclass(frozen=True)
class TerritoryData:
    """A province or commune by its official code."""

    code: str
    name: str
    name_en: str
    kind: str
    parent_code: str


@transaction.atomic
def register_territories(
    rows: Iterable[TerritoryData], *, valid_from: date, legal_basis: str, by: Actor, at: datetime
) -> int:
    """Register territories from a day on; return how many."""
    made = Territory.objects.bulk_create(
        Territory(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            kind=row.kind,
            parent_code=row.parent_code,
            valid_from=valid_from,
            legal_basis=legal_basis,
        )
        for row in rows
    )
    if made:
        event = TerritoriesRegistered(made[0].id, count=len(made), legal_basis=legal_basis)
        journal.record(event, by=by, at=at)
    return len(made)
