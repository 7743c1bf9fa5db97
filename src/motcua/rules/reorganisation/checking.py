"""Whether a plan can be: all its faults at once, each with the line it stands on."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from motcua.rules.numbering import NumberRefused, NumberTemplate
from motcua.rules.reorganisation.checking_posts import post_faults
from motcua.rules.reorganisation.outcome import Outcome, default_heirs, ends_said, outcome_of
from motcua.rules.reorganisation.plan import (
    Dissolve,
    Establish,
    Fault,
    Merge,
    Move,
    Operation,
    Plan,
    Recode,
    Rename,
    Split,
    TerritoryChange,
    Transfer,
)
from motcua.rules.reorganisation.standing import Standing

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CODE = re.compile(r"[0-9A-Z.]{1,35}")
_PLACE = re.compile(r"[0-9A-Za-z.\-]{1,16}")


@dataclass(frozen=True)
class _Case:
    """A plan with what it meets and what it leads to."""

    plan: Plan
    standing: Standing
    outcome: Outcome

    @cached_property
    def new(self) -> dict[str, Establish]:
        """The agencies that begin by the plan."""
        return {one.key: one for one in self.plan.operations if isinstance(one, Establish)}

    @cached_property
    def new_territories(self) -> frozenset[str]:
        """The territories that begin by the plan."""
        return frozenset(one.code for one in self.plan.operations if isinstance(one, TerritoryChange))


def check(plan: Plan, standing: Standing) -> list[Fault]:
    """Return every fault of a plan, in the order of the lines; none: it may be approved."""
    case = _Case(plan, standing, outcome_of(plan, standing))
    found = [fault for look in _LOOKS for fault in look(case)]
    found += post_faults(plan, standing, case.outcome)
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line)


def _head(case: _Case) -> Iterator[Fault]:
    plan = case.plan
    if not plan.title.strip():
        yield Fault.at(1, "title_missing")
    if not plan.act.strip():
        yield Fault.at(1, "act_missing")
    if plan.effective < case.standing.today:
        yield Fault.at(1, "effective_past", day=plan.effective.isoformat())
    if not plan.operations:
        yield Fault.at(1, "nothing_to_do")


def _named(one: Operation) -> Iterator[tuple[str, bool]]:
    """Yield each agency that a line names, and whether it must be there already."""
    match one:
        case Rename() | Recode():
            yield one.agency, True
        case Move():
            yield one.agency, True
            yield one.parent, False
        case Merge():
            yield from ((source, True) for source in one.sources)
            yield one.into, False
        case Split():
            yield one.agency, True
            yield one.rest, False
            yield from ((part.to, False) for part in one.parts)
        case Transfer():
            yield one.source, True
            yield one.to, False
        case Dissolve():
            yield one.agency, True
            if one.successor:
                yield one.successor, False
        case Establish():
            if one.parent:
                yield one.parent, False
        case _:
            pass


def _agencies(case: _Case) -> Iterator[Fault]:
    for one in case.plan.operations:
        for key, before in _named(one):
            known = case.standing.agencies.get(key)
            if known is not None and not known.living:
                yield Fault.at(one.line, "ended_agency", agency=key)
            elif known is None and key not in case.new:
                yield Fault.at(one.line, "unknown_agency", agency=key)
            elif known is None and before:
                yield Fault.at(one.line, "new_agency", agency=key)


def _established(case: _Case) -> Iterator[Fault]:
    keys = Counter(one.key for one in case.plan.operations if isinstance(one, Establish))
    for one in case.plan.operations:
        if not isinstance(one, Establish):
            continue
        if not _KEY.fullmatch(one.key) or len(one.key) > 80:
            yield Fault.at(one.line, "key_wrong", agency=one.key)
        elif one.key in case.standing.agencies or keys[one.key] > 1:
            yield Fault.at(one.line, "key_taken", agency=one.key)
        if one.kind not in case.standing.kinds:
            yield Fault.at(one.line, "kind_wrong", kind=one.kind)
        if one.level not in case.standing.levels:
            yield Fault.at(one.line, "level_wrong", level=one.level)
        if len(one.name_vi) > 200:
            yield Fault.at(one.line, "field_wrong", field="name_vi")


def _codes(case: _Case) -> Iterator[Fault]:
    said = Counter(
        one.code_qd20 for one in case.plan.operations if isinstance(one, Establish | Recode) and one.code_qd20
    )
    for one in case.plan.operations:
        if not isinstance(one, Establish | Recode):
            continue
        own = one.key if isinstance(one, Establish) else one.agency
        code = one.code_qd20
        if code and not _CODE.fullmatch(code):
            yield Fault.at(one.line, "field_wrong", field="code_qd20")
        elif code and (said[code] > 1 or case.standing.codes.get(code, own) != own):
            yield Fault.at(one.line, "code_taken", code=code)
        if one.number_template:
            try:
                NumberTemplate.parse(one.number_template)
            except NumberRefused:
                yield Fault.at(one.line, "template_wrong")


def _endings(case: _Case) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for agency, line in ends_said(case.plan):
        if agency in seen:
            yield Fault.at(line, "ends_twice", agency=agency, other=seen[agency])
        seen.setdefault(agency, line)
    for one in case.plan.operations:
        if isinstance(one, Rename | Recode | Move) and one.agency in case.outcome.ended:
            yield Fault.at(one.line, "changed_and_ends", agency=one.agency)
        if isinstance(one, Transfer) and one.source in case.outcome.ended:
            yield Fault.at(one.line, "changed_and_ends", agency=one.source)


def _followers(one: Operation) -> Iterator[tuple[str, str]]:
    """Yield each (predecessor, successor) of a line."""
    match one:
        case Merge():
            yield from ((source, one.into) for source in one.sources if source != one.into)
        case Split():
            yield from ((one.agency, part.to) for part in one.parts)
            yield one.agency, one.rest
        case Dissolve() if one.successor:
            yield one.agency, one.successor
        case Transfer():
            yield one.source, one.to
        case _:
            pass


def _successors(case: _Case) -> Iterator[Fault]:
    heirs = default_heirs(case.outcome.links)
    circles = _in_circles({one: to for one, to in heirs.items() if one in case.outcome.ended})
    for one in case.plan.operations:
        for before, after in _followers(one):
            if before in circles and after in circles:
                yield Fault.at(one.line, "cycle", agency=before)
            elif after in case.outcome.ended:
                yield Fault.at(one.line, "successor_ends", agency=after)
        if isinstance(one, Transfer) and one.source == one.to:
            yield Fault.at(one.line, "to_itself", agency=one.to)


def _in_circles(after: Mapping[str, str]) -> frozenset[str]:
    """Return what leads back to itself."""
    done: dict[str, bool] = {}
    for start in after:
        way: list[str] = []
        step: str | None = start
        while step is not None and step not in done and step not in way:
            way.append(step)
            step = after.get(step)
        circle = set(way[way.index(step) :]) if step in way else set()
        for one in way:
            done[one] = one in circle
    return frozenset(one for one, inside in done.items() if inside)


def _parents(case: _Case) -> Iterator[Fault]:
    above = {
        key: row.parent
        for key, row in case.standing.agencies.items()
        if row.living and row.parent and key not in case.outcome.ended
    }
    above |= {key: parent for key, (parent, _) in case.outcome.parents.items() if parent}
    circles = _in_circles(above)
    for one in case.plan.operations:
        if not isinstance(one, Move | Establish) or not one.parent:
            continue
        own = one.agency if isinstance(one, Move) else one.key
        if own in circles:
            yield Fault.at(one.line, "cycle", agency=own)
        if one.parent in case.outcome.ended:
            yield Fault.at(one.line, "parent_ends", agency=one.parent)


def _left_behind(case: _Case) -> Iterator[Fault]:
    heirs = default_heirs(case.outcome.links)
    parents = {row.parent for row in case.standing.agencies.values() if row.living}
    moved = {key for key, (_, line) in case.outcome.parents.items() if line}
    kept = {
        row.parent
        for row in case.standing.agencies.values()
        if row.living and row.key not in case.outcome.ended and row.key not in moved
    }
    for agency, line in case.outcome.ended.items():
        row = case.standing.agencies.get(agency)
        if row is None or agency in heirs:
            continue
        if row.holds or row.territory or (agency in parents and agency in kept):
            yield Fault.at(line, "successor_missing", agency=agency)


def _places(case: _Case) -> Iterator[Fault]:
    known = case.standing.territories
    for one in case.plan.operations:
        codes: tuple[str, ...] = ()
        match one:
            case Split():
                codes = tuple(code for part in one.parts for code in part.territories)
                for part in one.parts:
                    if not part.territories and not part.procedures:
                        yield Fault.at(one.line, "split_unclear", agency=part.to)
            case Transfer():
                codes = one.territories
            case Establish() | Recode() if one.territory:
                codes = (one.territory,)
            case _:
                pass
        for code in codes:
            if code not in known and code not in case.new_territories:
                yield Fault.at(one.line, "unknown_territory", code=code)


def _territories(case: _Case) -> Iterator[Fault]:
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


def _given_twice(case: _Case) -> Iterator[Fault]:
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


def _seats(case: _Case) -> Iterator[Fault]:
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


def _new_seats(case: _Case) -> Iterator[tuple[str, str, int]]:
    for one in case.plan.operations:
        if isinstance(one, Establish) and one.kind == "commune" and one.territory:
            yield one.key, one.territory, one.line
        elif isinstance(one, Recode) and one.territory:
            row = case.standing.agencies.get(one.agency)
            if row is not None and row.kind == "commune":
                yield one.agency, one.territory, one.line


def _procedures(case: _Case) -> Iterator[Fault]:
    for one in case.plan.operations:
        named: tuple[str, ...] = ()
        if isinstance(one, Transfer):
            named = one.procedures
        elif isinstance(one, Split):
            named = tuple(code for part in one.parts for code in part.procedures)
        for code in named:
            if code not in case.standing.procedures:
                yield Fault.at(one.line, "unknown_procedure", procedure=code)


_LOOKS: tuple[Callable[[_Case], Iterator[Fault]], ...] = (
    _head,
    _agencies,
    _established,
    _codes,
    _endings,
    _successors,
    _parents,
    _left_behind,
    _places,
    _territories,
    _given_twice,
    _seats,
    _procedures,
)
