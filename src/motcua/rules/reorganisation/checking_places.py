"""The places of a plan: whether each is there, goes to one, and is no seat of two."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from motcua.rules.reorganisation.case import Case
from motcua.rules.reorganisation.plan import (
    Establish,
    Fault,
    Operation,
    Recode,
    Split,
    TerritoryChange,
    Transfer,
)

_PLACE = re.compile(r"[0-9A-Za-z.\-]{1,16}")


def _named(one: Operation) -> tuple[str, ...]:
    """Return the territories that a line needs to be there."""
    match one:
        case Split():
            return tuple(code for part in one.parts for code in part.territories)
        case Transfer():
            return one.territories
        case Establish() | Recode() if one.territory:
            return (one.territory,)
        case _:
            return ()


def _there(case: Case) -> Iterator[Fault]:
    known = case.standing.territories
    for one in case.plan.operations:
        if isinstance(one, Split):
            for part in one.parts:
                if not part.territories and not part.procedures:
                    yield Fault.at(one.line, "split_unclear", agency=part.to)
        for code in _named(one):
            if code in case.new_territories:
                continue
            if code not in known:
                yield Fault.at(one.line, "unknown_territory", code=code)
            elif not known[code].living:
                yield Fault.at(one.line, "territory_ended", code=code)


def _territories(case: Case) -> Iterator[Fault]:
    known = case.standing.territories
    codes = Counter(one.code for one in case.plan.operations if isinstance(one, TerritoryChange))
    whole: dict[str, int] = {}
    partly: dict[str, int] = {}
    for one in case.plan.operations:
        if not isinstance(one, TerritoryChange):
            continue
        if not _PLACE.fullmatch(one.code):
            yield Fault.at(one.line, "field_wrong", field="code")
        if one.code in known or codes[one.code] > 1:
            yield Fault.at(one.line, "territory_taken", code=one.code)
        if one.parent and one.parent not in known and one.parent not in case.new_territories:
            yield Fault.at(one.line, "unknown_territory", code=one.parent)
        for source in one.sources:
            row = known.get(source.code)
            if row is None or not row.living:
                code = "unknown_territory" if row is None else "territory_ended"
                yield Fault.at(one.line, code, code=source.code)
            # Whole to one, or in parts to several: never whole and to another one too.
            other = whole.get(source.code) or (None if source.partly else partly.get(source.code))
            if other:
                yield Fault.at(one.line, "territory_twice", code=source.code, other=other)
            (partly if source.partly else whole).setdefault(source.code, one.line)


def _given_twice(case: Case) -> Iterator[Fault]:
    """A place or a procedure is given to two by the same agency."""
    seen: dict[tuple[str, str, object], tuple[str, int]] = {}
    for one in case.plan.operations:
        if not isinstance(one, Split | Transfer):
            continue
        source = one.agency if isinstance(one, Split) else one.source
        parts = (
            [(part.to, part.territories, part.procedures) for part in one.parts]
            if isinstance(one, Split)
            else [(one.to, one.territories, one.procedures)]
        )
        for _to, places, procedures in parts:
            for place in places or ("",):
                for procedure in procedures or (None,):
                    if not place and procedure is None:
                        continue
                    other = seen.get((source, place, procedure))
                    if other is not None:
                        code = "territory_twice" if place else "transfer_twice"
                        yield Fault.at(one.line, code, code=place or procedure, other=other[1])
                    seen[source, place, procedure] = (_to, one.line)


def _seats(case: Case) -> Iterator[Fault]:
    """Two living communes stand at one territory, or one at a territory that ends."""
    moved = {one.agency for one in case.plan.operations if isinstance(one, Recode) and one.territory}
    seats = {
        row.territory: row.key
        for row in case.standing.agencies.values()
        if row.living and row.territory and row.kind == "commune"
        if row.key not in case.outcome.ended and row.key not in moved
    }
    for one in case.plan.operations:
        if isinstance(one, TerritoryChange):
            for source in one.sources:
                if source.code in seats:
                    yield Fault.at(one.line, "seat_ends", code=source.code, agency=seats[source.code])
    for own, territory, line in _new_seats(case):
        if territory in seats:
            yield Fault.at(line, "territory_twice", code=territory, other=seats[territory])
        if territory in case.outcome.ended_territories:
            yield Fault.at(line, "territory_ended", code=territory)
        seats[territory] = own


def _new_seats(case: Case) -> Iterator[tuple[str, str, int]]:
    for one in case.plan.operations:
        if isinstance(one, Establish) and one.kind == "commune" and one.territory:
            yield one.key, one.territory, one.line
        elif isinstance(one, Recode) and one.territory:
            row = case.standing.agencies.get(one.agency)
            if row is not None and row.kind == "commune":
                yield one.agency, one.territory, one.line


PLACES: tuple[Callable[[Case], Iterator[Fault]], ...] = (_there, _territories, _given_twice, _seats)
