"""An invented country as it was before and after a reorganisation: its territories, agencies and procedures as rows."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from motcua.catalogue.actions.publishing import note_change
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.kit import clock
from motcua.kit.text import fold
from motcua.organisation.models import (
    Agency,
    AgencyVersion,
    Competence,
    Reorganisation,
    Succession,
    Territory,
    TerritorySuccession,
)

BEFORE, DAY = date(2020, 1, 1), date(2025, 7, 1)
_BASIS: Final = "Đo tốc độ"
_BATCH: Final = 2_000
_FIELDS: Final = (
    *("Xây dựng", "Tư pháp", "Y tế", "Nội vụ", "Tài chính", "Công Thương", "Khoa học và Công nghệ"),
    *(
        "Giáo dục và Đào tạo",
        "Nông nghiệp và Môi trường",
        "Văn hóa",
        "Dân tộc",
        "Ngoại vụ",
        "Du lịch",
        "Thanh tra",
    ),
)
# How often an act names a place, an act names none, and a version names an agency that has ended.
_BY_PLACE, _WHEREVER, _NAMED = 4, 20, 10


@dataclass(frozen=True)
class Extent:
    """How many of each there are; the whole country by default."""

    provinces: int = 63
    districts: int = 696
    communes: int = 10_040
    new_provinces: int = 34
    new_communes: int = 3_321
    procedures: int = 2_000


@dataclass(frozen=True)
class Nation:
    """What was made: codes of the communes of today, and the procedures."""

    communes: tuple[str, ...]
    procedures: tuple[UUID, ...]


@transaction.atomic
def invent_nation(extent: Extent) -> Nation:
    """Invent it all; rows without actions, because only reading is measured."""
    old = _Era("c", extent.provinces, extent.communes, BEFORE, DAY)
    new = _Era("m", extent.new_provinces, extent.new_communes, DAY, None)
    _territories(old, new, extent.districts)
    agencies = _agencies(old, new)
    _successions(old, new, agencies)
    procedures = _procedures(extent.procedures, agencies)
    _competences(procedures, new, agencies)
    note_change()
    return Nation(tuple(new.communes), tuple(row.id for row in procedures))


class _Era:
    """The codes of one time; each commune lies in a province by its number."""

    def __init__(self, sign: str, provinces: int, communes: int, since: date, until: date | None) -> None:
        self.since, self.until = since, until
        self.provinces = [f"{sign}p{number:02}" for number in range(provinces)]
        self.communes = [f"{sign}{number:05}" for number in range(communes)]

    def province(self, number: int) -> str:
        return self.provinces[number * len(self.provinces) // len(self.communes)]

    def share(self, number: int, of: list[str]) -> int:
        """Return what the commune of a number of this era has become, or was, in a list of another."""
        return number * len(of) // len(self.communes)


def _territories(old: _Era, new: _Era, districts: int) -> None:
    rows = [_territory(code, "province", "", era) for era in (old, new) for code in era.provinces]
    rows += [
        _territory(f"d{number:03}", "district", old.provinces[number * len(old.provinces) // districts], old)
        for number in range(districts)
    ]
    rows += [
        _territory(code, "commune", f"d{old.share(number, districts * ['']):03}", old)
        for number, code in enumerate(old.communes)
    ]
    rows += [
        _territory(code, "commune", new.province(number), new) for number, code in enumerate(new.communes)
    ]
    Territory.objects.bulk_create(rows, batch_size=_BATCH)


def _territory(code: str, kind: str, above: str, era: _Era) -> Territory:
    return Territory(
        code=code, name=code, kind=kind, parent_code=above, valid_from=era.since, valid_to=era.until
    )


def _agencies(old: _Era, new: _Era) -> dict[str, Agency]:
    keys: dict[str, tuple[str, str, str, str, _Era]] = {}
    for era in (old, new):
        for code in era.provinces:
            keys[code] = (f"Ủy ban nhân dân tỉnh {code}", "province", "province", code, era)
        for (number, field), code in product(enumerate(_FIELDS), era.provinces):
            name = f"Sở {field} tỉnh {code}"
            keys[f"so-{number}-{code}"] = (name, "department", "province", "", era)
        for code in era.communes:
            keys[code] = (f"Ủy ban nhân dân xã {code}", "commune", "commune", code, era)
    made = {key: Agency(key=f"do-{key}") for key in keys}
    Agency.objects.bulk_create(made.values(), batch_size=_BATCH)
    AgencyVersion.objects.bulk_create(
        (
            AgencyVersion(
                agency=made[key], name_vi=name, kind=kind, level=level, territory_code=place,
                parent=None if place else made[key.rsplit("-", 1)[1]], search_text=fold(name),
                valid_from=era.since, valid_to=era.until,
            )
            for key, (name, kind, level, place, era) in keys.items()
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    return made


def _successions(old: _Era, new: _Era, agencies: dict[str, Agency]) -> None:
    act = Reorganisation.objects.create(
        title=_BASIS, legal_basis=_BASIS, effective_on=DAY, drafted_at=clock.now(), drafted_label=_BASIS
    )
    pairs = [
        (code, new.communes[old.share(number, new.communes)]) for number, code in enumerate(old.communes)
    ]
    above = [
        (code, new.provinces[number * len(new.provinces) // len(old.provinces)])
        for number, code in enumerate(old.provinces)
    ]
    TerritorySuccession.objects.bulk_create(
        (
            TerritorySuccession(predecessor_code=a, successor_code=b, effective_on=DAY, reorganisation=act)
            for a, b in (*pairs, *above)
        ),
        batch_size=_BATCH,
    )
    departments = [
        (f"so-{number}-{a}", f"so-{number}-{b}") for number in range(len(_FIELDS)) for a, b in above
    ]
    Succession.objects.bulk_create(
        (
            Succession(
                predecessor=agencies[a], successor=agencies[b], effective_on=DAY, reorganisation=act, ends=True
            )
            for a, b in (*pairs, *above, *departments)
        ),
        batch_size=_BATCH,
    )  # fmt: skip


def _procedures(count: int, agencies: dict[str, Agency]) -> list[Procedure]:
    made = [Procedure(code=f"8.{number:06d}") for number in range(count)]
    Procedure.objects.bulk_create(made, batch_size=_BATCH)
    departments = [agency.key for key, agency in agencies.items() if key.startswith("so-")]
    ProcedureVersion.objects.bulk_create(
        (
            _version(procedure, _content(number, departments[number % len(departments)]))
            for number, procedure in enumerate(made)
        ),
        batch_size=500,
    )
    return made


def _content(number: int, department: str) -> dict[str, Any]:
    """Return what a version says of who is competent, all that is read here."""
    content: dict[str, Any] = {
        "keywords": [],
        "results": [],
        "agencies": None,
        "origin": None,
        "competent": [],
    }
    if number % _NAMED == 0:
        return content | {"competent": [{"agency": department}]}
    if number % 3 == 0:
        return content | {"competent": [{"level": "commune"}]}
    names = ["Ủy ban nhân dân cấp xã"] if number % 3 == 1 else [f"Sở {_FIELDS[number % len(_FIELDS)]}"]
    return content | {"origin": {"file": "do"}, "agencies": {"executing": names}}


def _version(procedure: Procedure, content: dict[str, Any]) -> ProcedureVersion:
    return ProcedureVersion(
        procedure=procedure, number=1, content=content, digest="", name_vi=procedure.code, domain_key="do",
        domain_vi="Đo", levels=["commune"], audience=["citizen"], service_level="full", run_by="local",
        search_text="", effective_from=BEFORE, published_at=clock.now(),
    )  # fmt: skip


def _competences(procedures: list[Procedure], new: _Era, agencies: dict[str, Agency]) -> None:
    communes = len(new.communes)
    rows = [
        Competence(
            agency=agencies[new.communes[(number * 7 + 1) % communes]], duty="decide",
            procedure_id=row.id, territory_code=new.communes[number * 7 % communes], valid_from=DAY,
        )
        for number, row in enumerate(procedures[::_BY_PLACE])
    ]  # fmt: skip
    rows += [
        Competence(
            agency=agencies[f"so-{number % len(_FIELDS)}-{code}"], duty="decide", procedure_id=row.id,
            valid_from=DAY,
        )
        for number, row in enumerate(procedures[::_WHEREVER])
        for code in new.provinces[::3]
    ]  # fmt: skip
    Competence.objects.bulk_create(rows, batch_size=_BATCH)
