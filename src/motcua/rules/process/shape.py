"""What is wrong with the drawing of a process, seen without running it.

See docs/rules/soundness.md, "The drawing".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from motcua.rules.process.faults import Deed, Fault, Scene
from motcua.rules.process.model import GATEWAYS, Flow, Node, NodeKind, Process, well_formed


def faults_of_form(nodes: Iterable[Node], flows: Iterable[Flow]) -> tuple[Fault, ...]:
    """Return what keeps nodes and flows from being a process at all, as faults; empty if they are one."""
    return tuple(Fault(refused.code, refused.where) for refused in well_formed(nodes, flows))


def faults_of_shape(process: Process) -> tuple[Fault, ...]:
    """Return the faults that the drawing alone shows.

    Kinds: implicit_split, no_way_out, endless, unreachable, no_end, dead_node (an error path beside another of the
    same host).
    """
    graph = Graph(process)
    return (
        *_outs(graph),
        *_second_error_paths(graph),
        *(Fault("unreachable", key) for key in graph.nodes if key not in graph.reachable),
        *(
            Fault("endless", circle[0], graph.story_to(circle[0]), {"nodes": ", ".join(circle)})
            for circle in graph.circles()
        ),
        *(
            Fault("no_end", key, graph.story_to(key))
            for key in graph.nodes
            if key not in graph.ending and key in graph.reachable and graph.out[key]
        ),
    )


class Graph:
    """A process as a graph: what follows what, boundaries following their hosts."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.nodes: dict[str, Node] = {node.key: node for node in process.nodes}
        self.out: dict[str, list[Flow]] = {key: [] for key in self.nodes}
        for flow in process.flows:
            self.out[flow.source].append(flow)
        self.after: dict[str, list[str]] = {
            key: [flow.target for flow in flows] for key, flows in self.out.items()
        }
        for node in process.nodes:
            if node.host:
                self.after[node.host].append(node.key)
        self.start = next(node.key for node in process.nodes if node.kind is NodeKind.START)
        self.came_from = _tree(self.start, self.after)
        self.reachable = frozenset(self.came_from)
        before: dict[str, list[str]] = {key: [] for key in self.nodes}
        for key, following in self.after.items():
            for one in following:
                before[one].append(key)
        # How far it is to the nearest end, of all from which one can be reached.
        self.to_end = _distances([node.key for node in process.nodes if node.kind is NodeKind.END], before)
        self.ending = frozenset(self.to_end)

    def story_to(self, key: str, *, past: Collection[str] = ()) -> tuple[Scene, ...]:
        """Tell a shortest way to a node along the drawing, whether or not tokens can go it.

        It completes none of the nodes `past` where there is such a way.
        """
        came_from = self.came_from
        if past:
            boundaries = {node.key for node in self.process.nodes if node.host}
            after = {
                one: [other for other in following if one not in past or other in boundaries]
                for one, following in self.after.items()
            }
            around = _tree(self.start, after)
            came_from = around if key in around else came_from
        path = [key]
        while came_from.get(path[-1]):
            path.append(came_from[path[-1]])
        return tuple(_scenes(list(reversed(path)), self))

    def circles(self) -> Iterator[tuple[str, ...]]:
        """Yield each circle of gateways with no step in it, as the gateways that lie on it."""
        gateways = {
            key for key, node in self.nodes.items() if node.kind in GATEWAYS and key in self.reachable
        }
        inner = {key: [one for one in self.after[key] if one in gateways] for key in gateways}
        reached = {key: _below(key, inner) for key in gateways}
        told: set[str] = set()
        for key in self.nodes:
            if key in gateways and key in reached[key] and key not in told:
                circle = tuple(one for one in self.nodes if one in reached[key] and key in reached[one])
                told.update(circle)
                yield circle


def _scenes(path: list[str], graph: Graph) -> Iterator[Scene]:
    node, deed, flows = path[0], Deed.DONE, list[str]()
    for before, after in pairwise(path):
        following = graph.nodes[after]
        if following.host == before:
            # The host did not end by itself: this scene is told by its boundary.
            node, deed = (
                (before, Deed.FAILED) if following.kind is NodeKind.BOUNDARY_ERROR else (after, Deed.EXPIRED)
            )
            continue
        flows.append(next(flow.key for flow in graph.out[before] if flow.target == after))
        if following.kind not in GATEWAYS:
            yield Scene(node, deed, tuple(flows))
            node, deed, flows = after, Deed.DONE, []
    if flows:
        yield Scene(node, deed, tuple(flows))


def _tree(root: str, after: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return every node reached from a root, breadth first, with the one it was reached from."""
    found, ahead = {root: ""}, [root]
    for key in ahead:
        for one in after[key]:
            if one not in found:
                found[one] = key
                ahead.append(one)
    return found


def _distances(roots: Iterable[str], after: Mapping[str, Iterable[str]]) -> dict[str, int]:
    found = dict.fromkeys(roots, 0)
    for key in (ahead := list(found)):
        for one in after[key]:
            if one not in found:
                found[one] = found[key] + 1
                ahead.append(one)
    return found


def _below(key: str, after: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(after[key])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(after[one])
    return found


def _outs(graph: Graph) -> Iterator[Fault]:
    for key, node in graph.nodes.items():
        count = len(graph.out[key])
        if count == 0 and node.kind is not NodeKind.END:
            yield Fault("no_way_out", key, graph.story_to(key) if key in graph.reachable else ())
        elif count > 1 and node.kind not in GATEWAYS:
            yield Fault("implicit_split", key, facts={"flows": count})


def _second_error_paths(graph: Graph) -> Iterator[Fault]:
    taken: set[str] = set()
    for node in graph.nodes.values():
        if node.kind is NodeKind.BOUNDARY_ERROR:
            if node.host in taken:
                yield Fault("dead_node", node.key)
            taken.add(node.host)
