"""Who receives and who decides at a place on a day: acts first, then what the catalogue says, and who followed whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Generic

from motcua.rules.competence.agencies import Agencies, means
from motcua.rules.competence.values import Act, Competent, Duty, K, Source, Statement, Where, Work
from motcua.rules.places import Places
from motcua.rules.succession import Lines, Link, Procedure


class Standing(Generic[K]):
    """Everything that decides who is competent but the catalogue: agencies, places, successions, acts."""

    def __init__(
        self,
        agencies: Agencies[K],
        places: Places,
        links: Sequence[Link[K]] = (),
        acts: Iterable[Act[K]] = (),
    ) -> None:
        self.agencies, self.places = agencies, places
        self._lines = Lines(links)
        # Whom an agency can have followed, and where; whom it can have been followed by.
        self._into: dict[K, list[Link[K]]] = defaultdict(list)
        self._out: dict[K, set[K]] = defaultdict(set)
        # Procedures that were given on by themselves, and agencies that gave more than such.
        self._passed = {link.procedure for link in links if link.procedure is not None}
        self._gave: set[K] = set()
        for link in links:
            if link.successor == link.predecessor:
                continue
            self._into[link.successor].append(link)
            self._out[link.predecessor].add(link.successor)
            if link.procedure is None:
                self._gave.add(link.predecessor)
        self._acts: dict[tuple[Procedure, str], dict[str, list[Act[K]]]] = {}
        self._wherever: dict[tuple[Procedure, str], dict[str, list[Act[K]]]] = {}
        for act in acts:
            self._put(act)

    def _put(self, act: Act[K]) -> None:
        key = (act.procedure, act.duty)
        if act.place:
            self._acts.setdefault(key, {}).setdefault(act.place, []).append(act)
            return
        for place in {work.place for work in self.agencies.all_of(act.agency)}:
            self._wherever.setdefault(key, {}).setdefault(place, []).append(act)

    # --- one place --------------------------------------------------------------------------------------------

    def where(self, place: str, *, on: date) -> Where:
        """Return what must be known of a place on a day; an empty place lies nowhere."""
        if not place:
            return Where((), ((),))
        return Where(self.places.above(place, on=on), self.places.ways(place, on=on))

    def deciding(
        self, procedure: Procedure, said: Iterable[Statement[K]], where: Where, *, on: date
    ) -> list[Competent[K]]:
        """Return all who decide at a place; without one, those of whom nobody knows where they work."""
        if found := self.by_act(procedure, Duty.DECIDE, where, on=on):
            return found
        found = [row for one in said for row in self._meant(one, procedure, where, on)]
        return [*found, *self._unplaced(procedure, Duty.DECIDE, where, on)]

    def receiving(
        self, procedure: Procedure, said: Iterable[Statement[K]], where: Where, *, on: date
    ) -> list[Competent[K]]:
        """Return all who receive at a place: by act, else those who decide."""
        if found := self.by_act(procedure, Duty.RECEIVE, where, on=on):
            return found
        found = self.deciding(procedure, said, where, on=on)
        return [*found, *self._unplaced(procedure, Duty.RECEIVE, where, on)]

    def by_act(self, procedure: Procedure, duty: Duty, where: Where, *, on: date) -> list[Competent[K]]:
        """Return those to whom the most exact acts for a place give a procedure."""
        placed = self._acts.get((procedure, duty), {})
        wherever = self._given(procedure, duty, where, on)
        for place in where.chain:
            for act in placed.get(place, ()):
                if act.since <= on < act.until and (found := self._heirs(act, where, on, place)):
                    return found
            if found := [row for row in wherever if row.place == place]:
                return found
        return []

    def acting_for(self, agency: K, procedure: Procedure | None, where: Where, *, on: date) -> K | None:
        """Return who does at a place what this agency is asked for; None where it is nobody, or several.

        That is who has the procedure by act, if one is named; else the agency itself while it is there; else who
        follows it.
        """
        acts = self.by_act(procedure, Duty.DECIDE, where, on=on) if procedure is not None else []
        if not acts and self.agencies.on(agency, on):
            return agency
        found = {
            row.agency for row in acts or self._followed(agency, Source.NAMED, None, procedure, where, on)
        }
        if agency in found:
            return agency
        return found.pop() if len(found) == 1 else None

    def _unplaced(self, procedure: Procedure, duty: Duty, where: Where, on: date) -> list[Competent[K]]:
        return [row for row in self._given(procedure, duty, where, on) if not row.place]

    def _given(self, procedure: Procedure, duty: Duty, where: Where, on: date) -> list[Competent[K]]:
        """Return those who have it by an act without a place and work here now, each with where it works."""
        acts = self._wherever.get((procedure, duty))
        if not acts:
            return []
        found = []
        for place in dict.fromkeys(("", *where.chain, *(code for way in where.ways for code in way))):
            for act in acts.get(place, ()):
                if act.since <= on < act.until:
                    found += self._heirs(act, where, on, None)
        return [row for row in found if not row.place or row.place in where.chain]

    def _heirs(self, act: Act[K], where: Where, on: date, place: str | None) -> list[Competent[K]]:
        rows = self._followed(act.agency, Source.ACT, act.since, act.procedure, where, on)
        if place is not None:
            return [replace(row, place=place) for row in rows]
        return rows

    def _meant(self, said: Statement[K], procedure: Procedure, where: Where, on: date) -> list[Competent[K]]:
        """Return those whom one statement of the catalogue means at a place."""
        if said.agency is not None:
            return self._named(said.agency, said.since, procedure, where, on)
        group = self.agencies.meant(said)
        for place in (*where.chain, ""):
            found = [work.agency for work in group.get(place, ()) if work.since <= on < work.until]
            if found:
                return [
                    row
                    for agency in found
                    for row in self._followed(
                        agency, said.source, self.agencies.begun(agency, on), procedure, where, on
                    )
                ]
        return self._once_called(group, procedure, where, on) if said.spelt else []

    def _once_called(
        self, group: Mapping[str, Sequence[Work[K]]], procedure: Procedure, where: Where, on: date
    ) -> list[Competent[K]]:
        """Return who followed those that were called so when they ended."""
        places = dict.fromkeys((*(code for way in where.ways for code in way), ""))
        ended = dict.fromkeys(
            work.agency
            for place in places
            for work in group.get(place, ())
            if work.until <= on and work.agency in self._lines and not self.agencies.on(work.agency, on)
        )
        return [
            row
            for agency in ended
            for row in self._followed(agency, Source.SPELT, None, procedure, where, on)
        ]

    def _named(
        self, agency: K, since: date | None, procedure: Procedure, where: Where, on: date
    ) -> list[Competent[K]]:
        # A version that names an agency which has ended by then can only mean who followed it.
        held = since if since and self.agencies.on(agency, since) else None
        rows = self._followed(agency, Source.NAMED, held, procedure, where, on)
        return [row for row in rows if row.followed_from is not None or self._near(row.place, where)]

    def _near(self, place: str, where: Where) -> bool:
        return not place or place in where.chain

    def _followed(
        self,
        agency: K,
        source: Source,
        since: date | None,
        procedure: Procedure | None,
        where: Where,
        on: date,
    ) -> list[Competent[K]]:
        """Return who answers on the day for what an agency was given: itself, who followed it, or nobody."""
        if agency not in self._lines:
            work = self.agencies.on(agency, on)
            return [Competent(agency, source, work.place)] if work else []
        found: dict[K, Competent[K]] = {}
        for way in where.ways:
            heir = self._lines.heir(agency, on=on, since=since, places=way, procedure=procedure)
            if work := self.agencies.on(heir.agency, on):
                came = agency if heir.steps and heir.agency != agency else None
                found[heir.agency] = Competent(heir.agency, source, work.place, came, heir.flagged)
        return list(found.values())

    # --- everywhere -------------------------------------------------------------------------------------------

    def solves(self, agency: K, procedure: Procedure, said: Sequence[Statement[K]], *, on: date) -> bool:
        """Tell whether an agency decides a procedure for at least one place."""
        return self._somewhere(agency, procedure, said, on, Duty.DECIDE) is not None

    def everywhere(
        self, procedure: Procedure, said: Sequence[Statement[K]], *, on: date, duty: Duty = Duty.DECIDE
    ) -> list[Competent[K]]:
        """Return all who decide, or receive, a procedure for at least one place."""
        candidates = self._candidates(procedure, said, on, duty)
        found = (self._somewhere(agency, procedure, said, on, duty) for agency in candidates)
        return [row for row in found if row is not None]

    def _somewhere(
        self, agency: K, procedure: Procedure, said: Sequence[Statement[K]], on: date, duty: Duty
    ) -> Competent[K] | None:
        """Return an agency with why it does so at some place; None where it does so nowhere."""
        work = self.agencies.on(agency, on)
        if work is None:
            return None
        if self._is_plain(procedure, duty) and self.is_settled(agency, on=on):
            for one in said:
                if means(one, work):
                    return Competent(agency, one.source, work.place)
        at = self.deciding if duty is Duty.DECIDE else self.receiving
        for where in self._spots(agency, procedure, on):
            for row in at(procedure, said, where, on=on):
                if row.agency == agency:
                    return row
        return None

    def is_plain(self, procedure: Procedure) -> bool:
        """Tell whether no act ever said anything of who decides a procedure."""
        return self._is_plain(procedure, Duty.DECIDE)

    def _is_plain(self, procedure: Procedure, duty: Duty) -> bool:
        keys = [(procedure, one) for one in {duty, Duty.DECIDE}]
        given = any(key in self._acts or key in self._wherever for key in keys)
        return not given and procedure not in self._passed

    def is_settled(self, agency: K, *, on: date) -> bool:
        """Tell whether what no act names by itself is with an agency as it always was: it gave no place away, and
        follows only such as have ended.
        """
        return agency not in self._gave and not any(
            one in self._gave and self.agencies.on(one, on) for one in self.followed(agency) if one != agency
        )

    def followed(self, agency: K) -> frozenset[K]:
        """Return an agency and all that it can have followed, near or far."""
        if agency not in self._into:
            return frozenset((agency,))
        return frozenset(
            _closure([agency], lambda one: (link.predecessor for link in self._into.get(one, ())))
        )

    def _spots(self, agency: K, procedure: Procedure, on: date) -> Iterator[Where]:
        """Give the places that tell whether an agency decides anywhere: where it and those before it worked, by
        which links it followed, and for which places an act may have given it the procedure.
        """
        line = self.followed(agency)
        codes = {work.place for one in line for work in self.agencies.all_of(one)}
        codes.update(link.place for one in line for link in self._into.get(one, ()) if link.place)
        for duty in Duty:
            acts = self._acts.get((procedure, duty), {})
            codes.update(place for place, rows in acts.items() if any(act.agency in line for act in rows))
        for code in codes.union(*(self.places.now(code, on=on) for code in codes)):
            yield self.where(code, on=on)

    def _candidates(self, procedure: Procedure, said: Iterable[Statement[K]], on: date, duty: Duty) -> set[K]:
        found = {
            act.agency
            for one in {duty, Duty.DECIDE}
            for acts in (self._acts, self._wherever)
            for rows in acts.get((procedure, one), {}).values()
            for act in rows
            if act.since <= on < act.until
        }
        for one in said:
            if one.agency is not None:
                found.add(one.agency)
                continue
            for works in self.agencies.meant(one).values():
                found.update(work.agency for work in works if work.since <= on)
        return _closure(found, lambda agency: self._out.get(agency, ()))


def _closure(first: Iterable[K], further: Callable[[K], Iterable[K]]) -> set[K]:
    found = set(first)
    waiting = list(found)
    while waiting:
        for one in further(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found
