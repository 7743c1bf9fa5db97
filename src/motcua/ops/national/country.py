"""The country as it was before 1 July 2025, laid down in bulk: the rows are those that the actions of the organisation
would write, without a journal entry for each of forty thousand posts.

All people are invented.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Model

from motcua.accounts.models import User
from motcua.calendars.actions import NoticeData, lay_down_calendar, record_notice, seeded_days
from motcua.catalogue.actions import publish_version
from motcua.catalogue.format import library_contents
from motcua.dossiers.actions import open_door
from motcua.journal.events import SYSTEM
from motcua.kit.ids import uuid7
from motcua.kit.text import fold
from motcua.ops.national.legacy import Country, Unit
from motcua.ops.national.plan import FUNCTIONS, committee
from motcua.organisation.models import (
    Agency,
    AgencyVersion,
    Grant,
    Holding,
    OneStopDesk,
    Post,
    Territory,
)
from motcua.rules.process import DEFAULT_PROCESS
from motcua.workflow.actions import publish_process

SINCE = date(2021, 7, 1)
BASIS = "Dữ liệu thử: mã và tên tự đặt"


@transaction.atomic
def lay_down(country: Country, *, at: datetime) -> dict[str, UUID]:
    """Write the units, committees, desks, posts and people of before; return the agencies by their keys."""
    _lay(Territory, _territories(country))
    units = list(country.old_units)
    agencies = {unit.key: uuid7() for unit in units}
    _lay(Agency, ({"id": id, "key": key} for key, id in agencies.items()))
    _lay(AgencyVersion, (_version(unit, agencies) for unit in units))
    _lay(OneStopDesk, (_desk(unit, agencies) for unit in units))
    people = [(unit, function, uuid7(), uuid7()) for unit in units for function in FUNCTIONS]
    unusable = make_password(None)
    _lay(User, (_person(unit, function, user, unusable) for unit, function, user, _ in people))
    _lay(Post, (_post(agencies[unit.key], function, post) for unit, function, _, post in people))
    _lay(Holding, ({"post_id": post, "user_id": user, "valid_from": SINCE} for _, _, user, post in people))
    _lay(
        Grant,
        (row for unit, function, _, post in people for row in _grants(agencies[unit.key], function, post)),
    )
    _rules_of_work(at)
    return agencies


def _rules_of_work(at: datetime) -> None:
    """Give the country a calendar, a process, doors, and the library of procedures as if it had been in force."""
    calendar = lay_down_calendar(None, name="Cả nước", legal_basis=BASIS, by=SYSTEM, at=at)
    days = tuple(seeded_days(range(at.year - 1, at.year + 2)))
    record_notice(calendar, NoticeData(BASIS, days=days), by=SYSTEM, at=at)
    publish_process(DEFAULT_PROCESS, legal_basis=BASIS, by=SYSTEM, at=at)
    for door in ("portal", "desk"):
        open_door(door, valid_from=SINCE, legal_basis=BASIS, by=SYSTEM, at=at)
    for content in library_contents():
        publish_version({**content, "effective_from": SINCE.isoformat()}, by=SYSTEM, at=at)


def _territories(country: Country) -> Iterator[dict[str, Any]]:
    dated = {"valid_from": SINCE, "legal_basis": BASIS}
    for unit in country.old_units:
        above = unit.above.code if unit.above else ""
        yield {"code": unit.code, "name": unit.name, "kind": unit.level, "parent_code": above, **dated}
    for fate in country.communes:
        for number, piece in enumerate(fate.pieces, 1):
            name = f"{fate.unit.name}, phần {number}"
            yield {"code": piece.code, "name": name, "kind": "part", "parent_code": fate.unit.code, **dated}


def _version(unit: Unit, agencies: Mapping[str, UUID]) -> dict[str, Any]:
    name = committee(unit)
    return {
        "agency_id": agencies[unit.key],
        "name_vi": name,
        "kind": unit.level,
        "level": unit.level,
        "parent_id": agencies[unit.above.key] if unit.above else None,
        "territory_code": unit.code,
        "code_qd20": unit.code,
        "search_text": fold(name)[:240],
        "valid_from": SINCE,
        "legal_basis": BASIS,
    }


def _desk(unit: Unit, agencies: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "agency_id": agencies[unit.key],
        "name_vi": f"Bộ phận một cửa {unit.name}"[:200],
        "valid_from": SINCE,
        "legal_basis": BASIS,
    }


def _person(unit: Unit, function: str, user: UUID, password: str) -> dict[str, Any]:
    return {
        "id": user,
        "username": f"{unit.code.lower()}.{function}",
        "full_name": f"Cán bộ {unit.code} {function}",
        "kind": "staff",
        "password": password,
    }


def _post(agency: UUID, function: str, post: UUID) -> dict[str, Any]:
    return {
        "id": post,
        "agency_id": agency,
        "key": function,
        "function": function,
        "title_vi": FUNCTIONS[function][1],
        "valid_from": SINCE,
        "legal_basis": BASIS,
    }


def _grants(agency: UUID, function: str, post: UUID) -> Iterator[dict[str, Any]]:
    for role in (FUNCTIONS[function][0], "see_agency"):
        yield {
            "role": role,
            "agency_id": agency,
            "post_id": post,
            "valid_from": SINCE,
            "legal_basis": BASIS,
        }


def _lay(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows in bulk; what a row does not say is the default of its field."""
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row([row[f.attname] if f.attname in row else f.get_default() for f in fields])
