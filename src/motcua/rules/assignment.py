"""Who gets a task: never somebody who is away, only who fills the function, and many tasks spread by the open work.

The head of an agency distributes its work; who works for the state answers for what is given to them. See
docs/rules/assignment.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from uuid import UUID

from motcua.rules.refusals import Refusal


class AssignmentRefused(Refusal):
    """The person cannot get the task; codes not_of_this_function, colleague_away, holds_already, nobody_present."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who fills a function in an agency; `load` are the tasks that they have open."""

    id: UUID
    away: bool = False
    load: int = 0


def chosen(key: UUID, people: Sequence[Colleague]) -> Colleague | None:
    """Give who gets the task of a subject: by its key, evenly over who is present; None where nobody is."""
    present = [person for person in people if not person.away]
    return present[key.int % len(present)] if present else None


def check_new_holder(to: UUID, people: Iterable[Colleague], *, holder: UUID | None) -> None:
    """Ask whether a person may get a task that `holder` has (None: nobody), else raise `AssignmentRefused`."""
    person = next((one for one in people if one.id == to), None)
    if person is None:
        raise AssignmentRefused("not_of_this_function")
    if person.away:
        raise AssignmentRefused("colleague_away")
    if to == holder:
        raise AssignmentRefused("holds_already")


def spread(tasks: Iterable[UUID], people: Sequence[Colleague]) -> dict[UUID, UUID]:
    """Give each task to whoever then has the least open work, the first of equals; `AssignmentRefused` if nobody is there.

    The tasks are taken in their order; the same input gives the same answer.
    """
    # One place for each person, also for who fills two posts of the function.
    known = {person.id: person for person in reversed(people)}
    order = {person.id: place for place, person in reversed(list(enumerate(people)))}
    heap = [(person.load, order[person.id], person.id) for person in known.values() if not person.away]
    if not heap:
        raise AssignmentRefused("nobody_present")
    heapify(heap)
    given: dict[UUID, UUID] = {}
    for task in tasks:
        load, place, person_id = heap[0]
        given[task] = person_id
        heapreplace(heap, (load + 1, place, person_id))
    return given


def may_give(*, holder: UUID | None, by: UUID, agency: UUID, headed: Collection[UUID]) -> bool:
    """Tell whether somebody may give a task on: who holds it, and who heads the agency that it is done at."""
    return by == holder or agency in headed
