"""The posts of a plan: whether each is sound, and whether no duty is left without one."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from motcua.rules.reorganisation.outcome import Outcome
from motcua.rules.reorganisation.plan import Establish, Fault, Plan, PostChange, Split, Transfer
from motcua.rules.reorganisation.standing import Standing

# What the work on dossiers needs; who runs the reform or the system may sit anywhere.
_DUTIES = ("receiver", "specialist", "head", "leader")


def post_faults(plan: Plan, standing: Standing, outcome: Outcome) -> Iterator[Fault]:
    """Yield every fault of the posts of a plan."""
    changes = [one for one in plan.operations if isinstance(one, PostChange)]
    names = Counter(one.name for one in changes)
    new = {one.key for one in plan.operations if isinstance(one, Establish)}
    heirs = _heirs(outcome)
    seen: dict[tuple[str, str], int] = {}
    for one in changes:
        row = standing.agencies.get(one.agency)
        if one.agency not in new and (row is None or not row.living or one.agency in outcome.ended):
            yield Fault.at(one.line, "unknown_agency" if row is None else "ended_agency", agency=one.agency)
        if names[one.name] > 1:
            yield Fault.at(one.line, "post_twice", post=one.name)
        yield from _said(one, standing)
        for source in one.sources:
            if source not in standing.posts:
                yield Fault.at(one.line, "unknown_post", post=source)
                continue
            before = standing.posts[source].agency
            if one.agency not in heirs[before]:
                yield Fault.at(one.line, "post_elsewhere", post=source, agency=one.agency)
            if (source, one.agency) in seen:
                yield Fault.at(one.line, "post_twice", post=source)
            seen[source, one.agency] = one.line
    yield from _duties(plan, standing, outcome, heirs)


def _heirs(outcome: Outcome) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for link in outcome.links:
        found[link.predecessor].add(link.successor)
    return found


def _said(one: PostChange, standing: Standing) -> Iterator[Fault]:
    there = standing.posts.get(one.name)
    if there is None:
        if not one.title_vi:
            yield Fault.at(one.line, "title_needed", post=one.name)
        if one.function not in standing.functions:
            yield Fault.at(one.line, "function_wrong", function=one.function)
    elif one.function and one.function != there.function:
        yield Fault.at(one.line, "function_wrong", function=one.function)
    for role in one.roles:
        if role not in standing.roles:
            yield Fault.at(one.line, "role_wrong", role=role)
    if one.holder and one.holder not in standing.people:
        yield Fault.at(one.line, "unknown_person", person=one.holder)


def _duties(plan: Plan, standing: Standing, outcome: Outcome, heirs: dict[str, set[str]]) -> Iterator[Fault]:
    """A successor needs a post of each function that its predecessors had: else nobody could do the work."""
    functions: dict[str, set[str]] = defaultdict(set)
    for post in standing.posts.values():
        functions[post.agency].add(post.function)
    after = {agency: set(has) for agency, has in functions.items() if agency not in outcome.ended}
    for one in plan.operations:
        if isinstance(one, PostChange) and one.function:
            after.setdefault(one.agency, set()).add(one.function)
    outside = {one.key for one in plan.operations if isinstance(one, Establish) and one.outside}
    outside |= {row.key for row in standing.agencies.values() if row.outside}
    gone = outside | set(outcome.ended)
    lines = dict(_giving(plan)) | dict(outcome.ended)
    for agency, line in lines.items():
        for heir in sorted(heirs[agency] - gone - {agency}):
            for function in _DUTIES:
                if function in functions[agency] and function not in after.get(heir, set()):
                    yield Fault.at(line, "duty_without_post", agency=heir, function=function)


def _giving(plan: Plan) -> Iterator[tuple[str, int]]:
    """Yield each agency that goes on and gives something away, with the line that says so."""
    for one in plan.operations:
        if isinstance(one, Split):
            yield one.agency, one.line
        elif isinstance(one, Transfer):
            yield one.source, one.line
