"""Which process comes to which by the parts of partners: none may ask itself, and none may be nested too deep.

See docs/rules/scenarios.md, "Drafts and publication".
"""

from datetime import date
from uuid import UUID

from django.db.models import Q

from motcua.catalogue.queries import current_version
from motcua.rules.process import Node, NodeKind, Process
from motcua.rules.process.faults import Fault
from motcua.workflow.models import ProcessUse
from motcua.workflow.queries.running import DEFAULT_KEY, machine, newest_process, process_for

# A partner may ask partners in its turn, so many times; then the work is refused.
MOST_DEEP = 3
_ENDLESS = MOST_DEEP + 1


def faults_of_calls(key: str, process: Process, on: date) -> tuple[Fault, ...]:
    """Return what is wrong with whom the partners' steps of a process ask, on a day.

    Kinds: calls_itself (the part would run by this process again, and so for ever), parts_too_deep (parts of parts,
    this process and those that come to it counted, more than `MOST_DEEP` one in the other).
    """
    calls = _Calls(key, process, on)
    above = calls.above()
    faults = []
    for node in _calls_in(process):
        called = calls.called_by(node)
        if called is None:
            continue
        if called == key or key in calls.all_below(called):
            faults.append(Fault("calls_itself", node.key))
        elif above + 1 + calls.below(called) > MOST_DEEP:
            faults.append(Fault("parts_too_deep", node.key, facts={"most": MOST_DEEP}))
    return tuple(faults)


def faults_of_own_part(process: Process, procedure_id: UUID, on: date) -> tuple[Fault, ...]:
    """Return each partner's step that asks for the very procedure that is to run by this process: calls_itself."""
    asked = ((node, current_version(node.procedure, on=on)) for node in _calls_in(process) if node.procedure)
    return tuple(
        Fault("calls_itself", node.key)
        for node, version in asked
        if version and version.procedure_id == procedure_id
    )


def _calls_in(process: Process) -> list[Node]:
    return [node for node in process.nodes if node.kind is NodeKind.CALL]


class _Calls:
    """Who asks whom, each process looked at once; the one that is to be published as it is drafted."""

    def __init__(self, key: str, process: Process, on: date) -> None:
        self.key, self.on = key, on
        self._called = {key: frozenset(filter(None, map(self.called_by, _calls_in(process))))}

    def called_by(self, node: Node) -> str | None:
        """Return the key of the process that a partner works by; None while there is none."""
        version = current_version(node.procedure, on=self.on) if node.procedure else None
        # What names no procedure of its own is worked on by the default process.
        found = process_for(version.procedure_id, on=self.on) if version else newest_process(DEFAULT_KEY)
        return machine(found).process.key if found else None

    def called_from(self, key: str) -> frozenset[str]:
        """Return the keys of the processes that the partners of one work by."""
        if key not in self._called:
            found = newest_process(key)
            nodes = _calls_in(machine(found).process) if found else []
            self._called[key] = frozenset(filter(None, map(self.called_by, nodes)))
        return self._called[key]

    def all_below(self, key: str) -> set[str]:
        """Return everything that a process comes to."""
        found: set[str] = set()
        ahead = [key]
        while ahead:
            new = self.called_from(ahead.pop()) - found
            found |= new
            ahead += new
        return found

    def below(self, key: str, on_way: tuple[str, ...] = ()) -> int:
        """Return how deep parts are nested below one that runs by a process; never more than one too many."""
        if key in on_way or len(on_way) >= _ENDLESS:
            return _ENDLESS
        return max((1 + self.below(one, (*on_way, key)) for one in self.called_from(key)), default=0)

    def above(self) -> int:
        """Return how deep the process itself can be nested in those that procedures run by."""
        later = Q(valid_to__isnull=True) | Q(valid_to__gt=self.on)
        used = set(ProcessUse.objects.filter(later).values_list("key", flat=True)) | {DEFAULT_KEY}
        return max((self._down_to(key, ()) for key in used - {self.key}), default=0)

    def _down_to(self, key: str, on_way: tuple[str, ...]) -> int:
        """Return by how many parts, at most, one comes from a process to this one; 0 where by none."""
        if key in on_way or len(on_way) >= _ENDLESS:
            return 0
        found = 0
        for one in self.called_from(key):
            way = 1 if one == self.key else self._down_to(one, (*on_way, key))
            if way:
                found = max(found, way if one == self.key else way + 1)
        return found
