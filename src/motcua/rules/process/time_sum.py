"""Whether the limits of the steps fit in the limit that the law gives the whole (NĐ 61/2018 Điều 19: each unit has
its time within the whole).

See docs/rules/soundness.md, "The sum of step limits".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process.faults import Fault
from motcua.rules.process.model import WAITING, Awaited, Node, NodeKind, Process
from motcua.rules.process.shape import Graph

# Minutes that a nominal working day has; every office's own week is near it.
DAY = 480
# A month has 28 days at least and 31 at most: 20 to 23 working days.
_SHORTEST_MONTH, _LONGEST_MONTH = 20, 23


def most_minutes(limit: Limit) -> int:
    """Return how many working minutes a step with this limit can take, at most, in a week without holidays."""
    return sum(_most(phase) for phase in limit.phases)


def fewest_minutes(limit: Limit) -> int:
    """Return how many working minutes a whole with this limit has, at least, in a time without holidays."""
    return sum(_fewest(phase) for phase in limit.phases)


def _most(limit: Limit) -> int:
    weeks, days = divmod(limit.amount, 7)
    whole, hours = divmod(limit.amount, 24)
    return {
        Unit.WORKING_HOUR: limit.amount * 60,
        Unit.WORKING_DAY: limit.amount * DAY,
        Unit.SAME_DAY: DAY,
        Unit.HOUR: whole * DAY + min(hours * 60, DAY),
        Unit.CALENDAR_DAY: (weeks * 5 + min(days, 5)) * DAY,
        Unit.MONTH: limit.amount * _LONGEST_MONTH * DAY,
    }[limit.unit]


def _fewest(limit: Limit) -> int:
    weeks, days = divmod(limit.amount, 7)
    # A last day on which nobody works moves to the next working day, so there is always one.
    working = max(1, weeks * 5 + max(0, days - 2))
    return {
        Unit.WORKING_HOUR: limit.amount * 60,
        Unit.WORKING_DAY: limit.amount * DAY,
        Unit.SAME_DAY: DAY,
        Unit.HOUR: min(limit.amount * 60, DAY) if limit.amount < 24 else limit.amount // 24 * DAY,
        Unit.CALENDAR_DAY: working * DAY,
        Unit.MONTH: limit.amount * _SHORTEST_MONTH * DAY,
    }[limit.unit]


def calendar_minutes(limit: Limit) -> int:
    """Return how much of a whole in calendar days a step with this limit can use up, a day as `DAY` minutes.

    What is less than a working day is that part of a day; more may span a weekend for each five working days begun.
    """
    return sum(_of_calendar(phase) for phase in limit.phases)


def _of_calendar(limit: Limit) -> int:
    if limit.unit is Unit.HOUR:
        return -(-limit.amount // 24) * DAY
    if limit.unit in (Unit.CALENDAR_DAY, Unit.MONTH):
        return limit.amount * DAY * (31 if limit.unit is Unit.MONTH else 1)
    minutes = _most(limit)
    weekends = -(-minutes // (5 * DAY)) if limit.unit is Unit.WORKING_DAY or minutes > DAY else 0
    return minutes + 2 * weekends * DAY


@dataclass(frozen=True, slots=True)
class LongestPath:
    """The longest path through a process: its waiting nodes, their working minutes, and who has no limit."""

    nodes: tuple[tuple[str, int], ...]
    unlimited: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """The sum along the path."""
        return sum(minutes for _, minutes in self.nodes)


def faults_of_time(process: Process, limit: Limit | None) -> tuple[Fault, ...]:
    """Return `too_long` where the longest path does not fit in the limit, and a warning for steps without limit."""
    longest = longest_path(process)
    faults: list[Fault] = []
    if (
        limit is not None
        and longest.minutes > fewest_minutes(limit)
        and not _in_calendar_days(process, limit)
    ):
        whole = fewest_minutes(limit)
        facts: dict[str, str | int] = {
            "nodes": ", ".join(key for key, _ in longest.nodes),
            "sum": longest.minutes,
            "limit": whole,
        }
        faults.append(Fault("too_long", _passes(longest, whole), facts=facts))
    if longest.unlimited:
        counted: dict[str, str | int] = {
            "count": len(longest.unlimited),
            "nodes": ", ".join(longest.unlimited),
        }
        faults.append(Fault("no_step_limit", facts=counted, warning=True))
    return tuple(faults)


def _in_calendar_days(process: Process, limit: Limit) -> bool:
    """Tell whether a whole in calendar days holds the steps counted in such days: 4 and 6 days fit in 10.

    Turned into working time each for itself they would not, for each is rounded with caution.
    """
    if any(phase.unit is not Unit.CALENDAR_DAY for phase in limit.phases):
        return False
    longest = longest_path(process, measure=calendar_minutes)
    return longest.minutes <= sum(phase.amount for phase in limit.phases) * DAY


def _passes(longest: LongestPath, whole: int) -> str:
    """Return the step at which the sum first exceeds the whole."""
    total = 0
    for key, minutes in longest.nodes:
        total += minutes
        if total > whole:
            return key
    return ""


def longest_path(process: Process, *, measure: Callable[[Limit], int] = most_minutes) -> LongestPath:
    """Find the path with the greatest sum: parallel branches side by side, every step at most once."""
    graph = Graph(process)
    search = _Search(graph, measure)
    # Deep processes: the search walks in order instead of calling itself.
    best: dict[str, tuple[int, str, str]] = {}
    for key in search.order:
        best[key] = max(
            (
                (best[one][0] + cost, one, counted)
                for one, cost, counted in search.next_of(key)
                if one in best
            ),
            default=(0, "", ""),
        )
    nodes: list[tuple[str, int]] = []
    at = graph.start
    while best[at][1]:
        _, following, counted = best[at]
        if counted and cost_of(graph.nodes[counted], measure):
            nodes.append((counted, cost_of(graph.nodes[counted], measure)))
        at = following
    return LongestPath(tuple(nodes), tuple(_unlimited(process, graph)))


def cost_of(node: Node, measure: Callable[[Limit], int] = most_minutes) -> int:
    """Return the minutes that a node can take: a wait for supplement takes none, for the clock is paused."""
    return measure(node.limit) if node.limit and node.awaits is not Awaited.SUPPLEMENT else 0


def _unlimited(process: Process, graph: Graph) -> Iterator[str]:
    for node in process.nodes:
        bare = node.kind in WAITING and node.limit is None and node.awaits is not Awaited.SUPPLEMENT
        if bare and node.key in graph.reachable:
            yield node.key


class _Search:
    """The graph without its ways back: where one leads back into a loop, it goes on to where the loop is left."""

    def __init__(self, graph: Graph, measure: Callable[[Limit], int]) -> None:
        self.graph = graph
        self.measure = measure
        self.nodes, self.back = _postorder(graph.start, graph.after)
        turned = {
            key: [
                left
                for one in graph.after[key]
                for left in (self._exits(key, one, ()) if (key, one) in self.back else [one])
            ]
            for key in self.nodes
        }
        # A drawing that is no loop proper may still go round: it is cut where it does.
        self.order, cut = _postorder(graph.start, turned)
        self.onward = {key: [one for one in turned[key] if (key, one) not in cut] for key in self.order}

    def _exits(self, last: str, first: str, outer: tuple[str, ...]) -> list[str]:
        """Return where a loop is left; where only by the way back of a loop around it, where that is left."""
        loop = self._loop(last, first)
        found: list[str] = []
        for key in loop:
            for after in self.graph.after[key]:
                if after in loop:
                    continue
                if (key, after) not in self.back:
                    found.append(after)
                elif after not in outer:
                    found += self._exits(key, after, (*outer, after))
        return found

    def _loop(self, last: str, first: str) -> set[str]:
        before: dict[str, list[str]] = {}
        for key in self.nodes:
            for after in self.graph.after[key]:
                before.setdefault(after, []).append(key)
        found, ahead = {first, last}, [last]
        while ahead:
            key = ahead.pop()
            if key != first:
                new = [one for one in before.get(key, ()) if one not in found]
                found.update(new)
                ahead.extend(new)
        return found

    def next_of(self, key: str) -> Iterator[tuple[str, int, str]]:
        """Yield what follows a node, what leaving it that way costs, and the node that the cost is of."""
        node = self.graph.nodes[key]
        for one in self.onward[key]:
            following = self.graph.nodes[one]
            if following.host == key and following.kind is NodeKind.BOUNDARY_TIMER:
                # The time until the timer runs out is counted at the timer; while the clock is paused it is none.
                yield one, 0, ""
            elif node.host and self.graph.nodes[node.host].awaits is Awaited.SUPPLEMENT:
                yield one, 0, ""
            else:
                yield one, cost_of(node, self.measure), key


def _postorder(start: str, following_of: Mapping[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the nodes in postorder from the start, and the edges that lead back."""
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    open_now: set[str] = set()
    seen: set[str] = {start}
    ahead: list[tuple[str, Iterator[str]]] = [(start, iter(following_of[start]))]
    open_now.add(start)
    while ahead:
        key, following = ahead[-1]
        for one in following:
            if one in open_now:
                back.add((key, one))
            elif one not in seen:
                seen.add(one)
                open_now.add(one)
                ahead.append((one, iter(following_of[one])))
                break
        else:
            ahead.pop()
            open_now.discard(key)
            order.append(key)
    return order, back
