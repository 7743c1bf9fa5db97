"""Whether a plan can be: all its faults at once, each with the line it stands on."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from motcua.rules.numbering import NumberRefused, NumberTemplate
from motcua.rules.reorganisation.case import Case
from motcua.rules.reorganisation.checking_places import PLACES
from motcua.rules.reorganisation.checking_posts import post_faults
from motcua.rules.reorganisation.outcome import default_heirs, ends_said, outcome_of
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
    Transfer,
)
from motcua.rules.reorganisation.standing import Standing
from motcua.rules.succession import Link

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CODE = re.compile(r"[0-9A-Z.]{1,35}")


def check(plan: Plan, standing: Standing) -> list[Fault]:
    """Return every fault of a plan, in the order of the lines; none: it may be approved."""
    case = Case(plan, standing, outcome_of(plan, standing))
    found = [fault for look in _LOOKS for fault in look(case)]
    found += post_faults(plan, standing, case.outcome)
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line)


def _head(case: Case) -> Iterator[Fault]:
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


def _agencies(case: Case) -> Iterator[Fault]:
    for one in case.plan.operations:
        for key, before in _named(one):
            known = case.standing.agencies.get(key)
            if known is not None and not known.living:
                yield Fault.at(one.line, "ended_agency", agency=key)
            elif known is None and key not in case.new:
                yield Fault.at(one.line, "unknown_agency", agency=key)
            elif known is None and before:
                yield Fault.at(one.line, "new_agency", agency=key)


def _established(case: Case) -> Iterator[Fault]:
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
        template = one.number_template or "{agency}"
        if not one.code_qd20 and not one.outside and "{agency}" in template:
            # Nothing could be filed there: its numbers begin with the code.
            yield Fault.at(one.line, "code_needed", agency=one.key)


def _codes(case: Case) -> Iterator[Fault]:
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


def _endings(case: Case) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for agency, line in ends_said(case.plan):
        if agency in seen:
            yield Fault.at(line, "ends_twice", agency=agency, other=seen[agency])
        seen.setdefault(agency, line)
    said = set[tuple[type, str]]()
    for one in case.plan.operations:
        if isinstance(one, Rename | Recode | Move | Split):
            if (type(one), one.agency) in said and not (isinstance(one, Split) and one.agency in seen):
                yield Fault.at(one.line, "changed_twice", agency=one.agency)
            said.add((type(one), one.agency))
        if isinstance(one, Recode) and not (
            one.territory or one.code_qd20 or one.code_qcvn102 or one.number_template
        ):
            yield Fault.at(one.line, "field_missing", field="code_qd20")
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


def _successors(case: Case) -> Iterator[Fault]:
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
        if isinstance(one, Merge) and all(source == one.into for source in one.sources):
            yield Fault.at(one.line, "to_itself", agency=one.into)


def _passing_on(case: Case) -> Iterator[Fault]:
    """An agency that goes on gives away on that day what another gives it: nobody could say who has it then."""
    giving: dict[str, list[Link[str]]] = {}
    for link in case.outcome.links:
        if link.predecessor != link.successor and link.predecessor not in case.outcome.ended:
            giving.setdefault(link.predecessor, []).append(link)
    lines = {one.line: one for one in case.plan.operations}
    for line, one in lines.items():
        for before, after in _followers(one):
            if before == after or after not in giving:
                continue
            mine = [
                link for link in case.outcome.links if (link.predecessor, link.successor) == (before, after)
            ]
            if any(_meet(link, other) for link in mine for other in giving[after]):
                yield Fault.at(line, "passes_on", agency=after)


def _meet(one: Link[str], other: Link[str]) -> bool:
    procedures = one.procedure is None or other.procedure is None or one.procedure == other.procedure
    return procedures and (not one.place or not other.place or one.place == other.place)


def _same_day(case: Case) -> Iterator[Fault]:
    """What follows or is followed by another plan of that day is not touched again on it."""
    for one in case.plan.operations:
        for before, after in _followers(one):
            for key in {before, after} & case.standing.moved_that_day:
                yield Fault.at(one.line, "same_day", agency=key)


def _outsiders(case: Case) -> Iterator[Fault]:
    """Work inside the system never goes to who is outside of it, nor the other way: nobody could do it there."""
    outside = {key for key, row in case.standing.agencies.items() if row.outside}
    outside |= {key for key, one in case.new.items() if one.outside}
    for one in case.plan.operations:
        for before, after in _followers(one):
            if (before in outside) != (after in outside):
                yield Fault.at(one.line, "outside_mixed", agency=after)


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


def _parents(case: Case) -> Iterator[Fault]:
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


def _left_behind(case: Case) -> Iterator[Fault]:
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


def _procedures(case: Case) -> Iterator[Fault]:
    for one in case.plan.operations:
        named: tuple[str, ...] = ()
        if isinstance(one, Transfer):
            named = one.procedures
        elif isinstance(one, Split):
            named = tuple(code for part in one.parts for code in part.procedures)
        for code in named:
            if code not in case.standing.procedures:
                yield Fault.at(one.line, "unknown_procedure", procedure=code)


_LOOKS: tuple[Callable[[Case], Iterator[Fault]], ...] = (
    _head,
    _agencies,
    _established,
    _codes,
    _endings,
    _successors,
    _passing_on,
    _same_day,
    _outsiders,
    _parents,
    _left_behind,
    *PLACES,
    _procedures,
)
