"""The facts change on the day of a reorganisation: all in the caller's transaction, none of the past.

What ends gets its last day, what begins its first; see docs/rules/reorganisation.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.kit.text import fold
from motcua.organisation.actions.applying_acts import change_competences
from motcua.organisation.actions.applying_posts import change_posts, last_day, still_dated
from motcua.organisation.events import AgencyChanged, AgencyEnded, AgencyEstablished
from motcua.organisation.models import (
    Agency,
    AgencyVersion,
    OneStopDesk,
    Reorganisation,
    Succession,
    Territory,
    TerritorySuccession,
)
from motcua.organisation.queries import on_day
from motcua.rules.reorganisation import (
    Establish,
    Outcome,
    Plan,
    Recode,
    Rename,
    TerritoryChange,
)
from motcua.rules.succession import Link

_BATCH = 5000


@dataclass
class Applied:
    """What a plan did to the organisation: the agencies by key, and how many began and ended."""

    agencies: dict[str, UUID] = field(default_factory=dict)
    established: int = 0
    ended: int = 0
    links: list[Link[UUID]] = field(default_factory=list)


def change_facts(
    row: Reorganisation, plan: Plan, outcome: Outcome, *, procedures: Mapping[str, UUID], at: datetime
) -> Applied:
    """Let the organisation be as a checked plan says from its day on; `procedures` gives the keys of its codes."""
    day = plan.effective
    done = Applied(dict(Agency.objects.values_list("key", "id")))
    _change_territories(row, plan, outcome, day)
    begun = _establish(row, plan, outcome, done, day)
    changed = _change_versions(row, plan, outcome, done, day)
    done.links = _link(row, outcome, done, procedures, day)
    heirs = _heirs(done.links)
    ended = _end(row, outcome, done, heirs, day)
    change_competences(row, done.links, day)
    change_posts(row, plan, outcome, done.agencies, heirs, at=at)
    _open_desks(row, plan, outcome, done, day)
    journal.record_many([(event, event.subject_id) for event in (*begun, *changed, *ended)], by=SYSTEM, at=at)
    return done


def _heirs(links: Iterable[Link[UUID]]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for link in links:
        heirs = found.setdefault(link.predecessor, [])
        if link.successor not in heirs:
            heirs.append(link.successor)
    return found


# --- territories --------------------------------------------------------------------------------------------


def _change_territories(row: Reorganisation, plan: Plan, outcome: Outcome, day: date) -> None:
    changes = [one for one in plan.operations if isinstance(one, TerritoryChange)]
    if not changes:
        return
    Territory.objects.filter(still_dated(day), code__in=outcome.ended_territories).update(
        valid_to=last_day(day)
    )
    Territory.objects.bulk_create(
        (
            Territory(
                code=one.code, name=one.name, name_en=one.name_en, kind=one.kind, parent_code=one.parent,
                valid_from=day, legal_basis=row.legal_basis,
            )
            for one in changes
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    _move_below(row, changes, day)
    TerritorySuccession.objects.bulk_create(
        (
            TerritorySuccession(
                predecessor_code=source.code,
                successor_code=one.code,
                reorganisation=row,
                effective_on=day,
                partly=source.partly,
            )
            for one in changes
            for source in one.sources
        ),
        batch_size=_BATCH,
    )


def _move_below(row: Reorganisation, changes: list[TerritoryChange], day: date) -> None:
    """Let what lies in a territory that went whole into another lie in that one, unless it ended as well."""
    became = {source.code: one.code for one in changes for source in one.sources if not source.partly}
    begun = {one.code for one in changes}
    below = list(
        Territory.objects.filter(on_day(day), parent_code__in=became, valid_from__lt=day).exclude(
            code__in=begun
        )
    )
    Territory.objects.filter(id__in=[area.id for area in below]).update(valid_to=day)
    Territory.objects.bulk_create(
        (
            Territory(
                code=area.code, name=area.name, name_en=area.name_en, kind=area.kind, valid_from=day,
                parent_code=became[area.parent_code], valid_to=area.valid_to, legal_basis=row.legal_basis,
            )
            for area in below
        ),
        batch_size=_BATCH,
    )  # fmt: skip


# --- agencies -----------------------------------------------------------------------------------------------


def _establish(
    row: Reorganisation, plan: Plan, outcome: Outcome, done: Applied, day: date
) -> list[AgencyEstablished]:
    new = [one for one in plan.operations if isinstance(one, Establish)]
    agencies = Agency.objects.bulk_create((Agency(key=one.key) for one in new), batch_size=_BATCH)
    done.agencies |= {agency.key: agency.id for agency in agencies}
    done.established = len(new)
    default = AgencyVersion._meta.get_field("number_template").default
    AgencyVersion.objects.bulk_create(
        (
            AgencyVersion(
                agency_id=done.agencies[one.key], name_vi=one.name_vi, name_en=one.name_en, short_vi=one.short_vi[:80],
                kind=one.kind, level=one.level, parent_id=done.agencies.get(outcome.parents[one.key][0]),
                territory_code=one.territory, code_qd20=one.code_qd20, code_qcvn102=one.code_qcvn102,
                number_template=one.number_template or default, outside=one.outside,
                search_text=fold(one.name_vi)[:240], valid_from=day, legal_basis=row.legal_basis,
            )
            for one in new
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    return [
        AgencyEstablished(done.agencies[one.key], key=one.key, valid_from=day.isoformat(), valid_to=None)
        for one in new
    ]


def _changes(plan: Plan, outcome: Outcome, done: Applied) -> dict[UUID, dict[str, Any]]:
    """Return what changes of agencies that go on, by agency."""
    found: dict[UUID, dict[str, Any]] = {}

    def take(key: str, **values: Any) -> None:
        found.setdefault(done.agencies[key], {}).update(values)

    for one in plan.operations:
        match one:
            case Rename():
                search = fold(one.name_vi)[:240]
                take(
                    one.agency, name_vi=one.name_vi, name_en=one.name_en, short_vi=one.short_vi[:80],
                    search_text=search,
                )  # fmt: skip
            case Recode():
                take(one.agency, **_recoded(one))
            case _:
                pass
    for key, territory in outcome.seats.items():
        take(key, territory_code=territory)
    new = {one.key for one in plan.operations if isinstance(one, Establish)}
    for key, (parent, _line) in outcome.parents.items():
        if key not in new:
            take(key, parent_id=done.agencies[parent])
    return found


def _recoded(one: Recode) -> dict[str, str]:
    said = {
        "territory_code": one.territory,
        "code_qd20": one.code_qd20,
        "code_qcvn102": one.code_qcvn102,
        "number_template": one.number_template,
    }
    return {name: value for name, value in said.items() if value}


def _change_versions(
    row: Reorganisation, plan: Plan, outcome: Outcome, done: Applied, day: date
) -> list[AgencyChanged]:
    changes = _changes(plan, outcome, done)
    now = {
        version.agency_id: version
        for version in AgencyVersion.objects.filter(on_day(day), agency_id__in=list(changes))
    }
    # What began this very day is changed where it stands; anything earlier ends, and a copy begins.
    earlier = [version.id for version in now.values() if version.valid_from < day]
    copies = []
    for agency, values in changes.items():
        version = now[agency]
        copy = AgencyVersion(
            **{
                one.attname: getattr(version, one.attname)
                for one in AgencyVersion._meta.concrete_fields
                if one.attname != "id"
            }
        )
        copy.valid_from, copy.legal_basis = day, row.legal_basis
        for name, value in values.items():
            setattr(copy, name, value)
        copies.append(copy)
    same_day = [version.id for version in now.values() if version.valid_from == day]
    AgencyVersion.objects.filter(id__in=same_day).delete()
    AgencyVersion.objects.filter(id__in=earlier).update(valid_to=day)
    AgencyVersion.objects.bulk_create(copies, batch_size=_BATCH)
    # What an agency is to be later keeps the parent that follows.
    for key, (parent, line) in outcome.parents.items():
        if not line:
            later = AgencyVersion.objects.filter(agency_id=done.agencies[key], valid_from__gt=day)
            later.filter(parent__key__in=outcome.ended).update(parent_id=done.agencies[parent])
    return [
        AgencyChanged(agency, reorganisation=row.id, valid_from=day.isoformat(), what=tuple(sorted(values)))
        for agency, values in changes.items()
    ]


def _end(
    row: Reorganisation, outcome: Outcome, done: Applied, heirs: Mapping[UUID, list[UUID]], day: date
) -> list[AgencyEnded]:
    keys = list(outcome.ended)
    ids = [done.agencies[key] for key in keys]
    done.ended = len(ids)
    # A version that was to begin later never does: it ends on its first day.
    AgencyVersion.objects.filter(agency_id__in=ids, valid_from__gt=day).delete()
    AgencyVersion.objects.filter(still_dated(day), agency_id__in=ids).update(valid_to=day)
    OneStopDesk.objects.filter(still_dated(day), agency_id__in=ids).update(valid_to=last_day(day))
    return [
        AgencyEnded(
            done.agencies[key],
            reorganisation=row.id,
            valid_to=day.isoformat(),
            successors=tuple(heirs.get(done.agencies[key], ())),
        )
        for key in keys
    ]


def _link(
    row: Reorganisation, outcome: Outcome, done: Applied, procedures: Mapping[str, UUID], day: date
) -> list[Link[UUID]]:
    links = [
        Link(
            done.agencies[link.predecessor],
            done.agencies[link.successor],
            day,
            link.place,
            procedures[str(link.procedure)] if link.procedure is not None else None,
            link.fallback,
        )
        for link in outcome.links
    ]
    ended = {done.agencies[key] for key in outcome.ended}
    Succession.objects.bulk_create(
        (
            Succession(
                predecessor_id=link.predecessor, successor_id=link.successor, reorganisation=row,
                effective_on=day, territory_code=link.place, procedure_id=link.procedure,
                fallback=link.fallback, ends=link.predecessor in ended,
            )
            for link in links
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    return links


# --- desks -------------------------------------------------------------------------------------------------


def _open_desks(row: Reorganisation, plan: Plan, outcome: Outcome, done: Applied, day: date) -> None:
    """Open the desks that the plan names; a new agency without one takes the place of a predecessor's."""
    before: dict[str, str] = {}
    for link in outcome.links:
        before.setdefault(link.successor, link.predecessor)
    eve = day - timedelta(days=1)
    desks = {desk.agency_id: desk for desk in OneStopDesk.objects.filter(on_day(eve)).order_by("-valid_from")}
    new = []
    for one in plan.operations:
        if not isinstance(one, Establish) or one.outside:
            continue
        agency = done.agencies[one.key]
        if one.desk is not None:
            said = {name.name: getattr(one.desk, name.name) for name in fields(one.desk)}
            new.append(OneStopDesk(agency_id=agency, valid_from=day, legal_basis=row.legal_basis, **said))
        elif (source := before.get(one.key)) and (desk := desks.get(done.agencies[source])):
            name = f"Trung tâm Phục vụ hành chính công {one.short_vi or one.name_vi.removeprefix('Ủy ban nhân dân ')}"[
                :200
            ]
            new.append(
                OneStopDesk(
                    agency_id=agency, name_vi=name, address=desk.address, phone=desk.phone,
                    valid_from=day, legal_basis=row.legal_basis,
                )
            )  # fmt: skip
    OneStopDesk.objects.bulk_create(new, batch_size=_BATCH)
