"""The reorganisation of 1 July 2025 as a plan of the product's own format (docs/rules/reorganisation.md).

Every committee of before ends: provinces and communes that went whole are merged, divided communes and all districts
are split by place. New committees are new agencies, also where one keeps the name of an old one.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from motcua.ops.national.legacy import Country, Fate, Unit
from motcua.rules.reorganisation import (
    Desk,
    Establish,
    Merge,
    Operation,
    Part,
    Plan,
    PostChange,
    Split,
    TerritoryChange,
    TerritorySource,
)

EFFECTIVE = date(2025, 7, 1)
TITLE = "Sắp xếp đơn vị hành chính cả nước (dữ liệu thử, mã đơn vị tự đặt)"
ACT = "NQ 202/2025/QH15"
FUNCTIONS = {
    "receiver": ("receive", "Tiếp nhận và trả kết quả"),
    "specialist": ("solve", "Chuyên viên"),
    "head": ("head", "Trưởng phòng"),
    "leader": ("sign", "Lãnh đạo"),
}
SECOND = "specialist-2"


def committee(unit: Unit) -> str:
    """Return the name of a unit's People's Committee."""
    return f"Ủy ban nhân dân {unit.name}"[:200]


def plan_of(country: Country) -> Plan:
    """Return the plan, its lines numbered as its file has them."""
    operations: list[Operation] = [
        *_territories(country),
        *_established(country),
        *_merged(country),
        *_divided(country),
        *_districts(country),
        *_posts(country),
    ]
    # The head is line 1.
    numbered = (replace(one, line=line) for line, one in enumerate(operations, 2))
    return Plan(TITLE, ACT, EFFECTIVE, tuple(numbered))


def _territories(country: Country) -> Iterator[Operation]:
    whole: dict[str, list[TerritorySource]] = defaultdict(list)
    for unit, to in country.provinces:
        whole[to.code].append(TerritorySource(unit.code))
    for district in country.districts:
        # A district had no successor of its own kind: its land became part of the province.
        assert district.above is not None
        whole[country.province_after[district.above.code].code].append(TerritorySource(district.code))
    for fate in country.communes:
        for piece in fate.pieces:
            whole[piece.to.code] += [
                TerritorySource(fate.unit.code, partly=True),
                TerritorySource(piece.code),
            ]
        if not fate.pieces:
            whole[fate.to.code].append(TerritorySource(fate.unit.code))
    for unit in (*country.new_provinces, *country.new_communes):
        above = unit.above.code if unit.above else ""
        yield TerritoryChange(
            0, unit.code, unit.name, unit.level, parent=above, sources=tuple(whole[unit.code])
        )


def _established(country: Country) -> Iterator[Operation]:
    for unit in (*country.new_provinces, *country.new_communes):
        yield Establish(
            0,
            unit.key,
            committee(unit),
            unit.level,
            unit.level,
            parent=unit.above.key if unit.above else "",
            territory=unit.code,
            code_qd20=unit.code,
            desk=Desk(f"Trung tâm Phục vụ hành chính công {unit.name}"[:200]),
        )


def _merged(country: Country) -> Iterator[Operation]:
    sources: dict[str, list[str]] = defaultdict(list)
    for unit, to in country.provinces:
        sources[to.key].append(unit.key)
    for fate in country.communes:
        if not fate.pieces:
            sources[fate.to.key].append(fate.unit.key)
    for into, keys in sources.items():
        yield Merge(0, tuple(keys), into)


def _divided(country: Country) -> Iterator[Operation]:
    for fate in country.communes:
        if fate.pieces:
            parts = tuple(Part(piece.to.key, (piece.code,)) for piece in fate.pieces)
            yield Split(0, fate.unit.key, parts, fate.to.key)


def _districts(country: Country) -> Iterator[Operation]:
    """What a district held goes to the new communes by place, to the province where no place is known finely enough."""
    for district, fates in _by_district(country):
        places: dict[str, list[str]] = defaultdict(list)
        for fate in fates:
            if not fate.pieces:
                places[fate.to.key].append(fate.unit.code)
            for piece in fate.pieces:
                places[piece.to.key].append(piece.code)
        assert district.above is not None
        rest = country.province_after[district.above.code]
        parts = tuple(Part(to, tuple(codes)) for to, codes in places.items())
        yield Split(0, district.key, parts, rest.key)


def _by_district(country: Country) -> Iterator[tuple[Unit, list[Fate]]]:
    found: dict[str, list[Fate]] = defaultdict(list)
    for fate in country.communes:
        found[fate.district.code].append(fate)
    for district in country.districts:
        yield district, found[district.code]


def _posts(country: Country) -> Iterator[Operation]:
    before = _predecessors(country)
    for unit in (*country.new_provinces, *country.new_communes):
        own, districts = before[unit.key]
        for function, (role, title) in FUNCTIONS.items():
            # The desks of districts are closed: who received there has no post that follows in a commune.
            known = own if function == "receiver" and unit.level == "commune" else [*own, *districts]
            sources = tuple(f"{key}/{function}" for key in known)
            roles = (role, "see_agency")
            if function != "specialist":
                yield PostChange(0, unit.key, function, function, title, roles=roles, sources=sources)
                continue
            yield PostChange(0, unit.key, function, function, title, roles=roles, sources=sources[::2])
            if sources[1::2]:
                yield PostChange(0, unit.key, SECOND, function, title, roles=roles, sources=sources[1::2])


def _predecessors(country: Country) -> dict[str, tuple[list[str], list[str]]]:
    """Return for each new committee those of its own level that it follows, whose people come first, and districts."""
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
    for unit, to in country.provinces:
        found[to.key][0][unit.key] = None
    for district in country.districts:
        assert district.above is not None
        found[country.province_after[district.above.code].key][1][district.key] = None
    for fate in sorted(country.communes, key=lambda fate: bool(fate.pieces)):
        found[fate.to.key][0][fate.unit.key] = None
        for to in (fate.to, *(piece.to for piece in fate.pieces)):
            found[to.key][1][fate.district.key] = None
    for fate in country.communes:
        for piece in fate.pieces:
            found[piece.to.key][0].setdefault(fate.unit.key)
    return {key: (list(own), list(districts)) for key, (own, districts) in found.items()}
