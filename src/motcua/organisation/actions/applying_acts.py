"""Competences by act change on the day of a reorganisation: those of the giver go to who follows, nobody else's."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from motcua.organisation.actions.applying_posts import last_day, still_dated
from motcua.organisation.models import Competence, Reorganisation
from motcua.organisation.queries import places_above, territories_of
from motcua.rules.succession import Lines, Link

# Duty, procedure, place.
_About = tuple[str, UUID, str]


def change_competences(row: Reorganisation, links: Sequence[Link[UUID]], day: date) -> None:
    """Let acts go to who follows for their procedure and place, with the time they have left, also those that begin later;
    and write down what the plan gives by procedure, where the giver worked.

    Where another agency has an act for just that place, it keeps it: nobody gives away what is not theirs.
    """
    new = [*_inherited(row, links, day), *_given(row, links, day)]
    taken = _taken(new)
    kept = list[Competence]()
    for act in new:
        about = (act.duty, act.procedure_id, act.territory_code)
        clash = [other for other in taken.get(about, ()) if _overlap(act, other)]
        if not any(act.territory_code or other.agency_id == act.agency_id for other in clash):
            kept.append(act)
            taken.setdefault(about, []).append(act)
    Competence.objects.bulk_create(kept)


def _inherited(row: Reorganisation, links: Sequence[Link[UUID]], day: date) -> list[Competence]:
    eve = day - timedelta(days=1)
    lines = Lines(links)
    held = list(
        Competence.objects.filter(still_dated(day), agency_id__in={link.predecessor for link in links})
    )
    places = places_above((one.territory_code for one in held), on=eve)
    new, over = list[Competence](), list[UUID]()
    for one in held:
        asked = {"places": places.get(one.territory_code, ()), "procedure": one.procedure_id}
        heir = lines.heir(one.agency_id, on=day, since=eve, **asked).agency  # type: ignore[arg-type]
        if heir != one.agency_id:
            over.append(one.id)
            new.append(
                _act(
                    row,
                    heir,
                    one.duty,
                    one.procedure_id,
                    one.territory_code,
                    max(day, one.valid_from),
                    one.valid_to,
                )
            )
    Competence.objects.filter(id__in=over).update(valid_to=last_day(day))
    return new


def _given(row: Reorganisation, links: Sequence[Link[UUID]], day: date) -> list[Competence]:
    """Return the acts that say what a plan gives by procedure; without a place, where the giver worked."""
    stood = territories_of((link.predecessor for link in links), on=day - timedelta(days=1))
    return [
        _act(
            row,
            link.successor,
            duty,
            UUID(str(link.procedure)),
            link.place or stood.get(link.predecessor, ""),
            day,
            None,
        )
        for link in links
        if link.procedure is not None and link.successor != link.predecessor
        for duty in Competence.Duty.values
    ]


def _act(
    row: Reorganisation, agency: UUID, duty: str, procedure: UUID, place: str, since: date, until: date | None
) -> Competence:
    return Competence(
        agency_id=agency, duty=duty, procedure_id=procedure, territory_code=place, valid_from=since,
        valid_to=until, legal_basis=row.legal_basis,
    )  # fmt: skip


def _taken(new: Sequence[Competence]) -> dict[_About, list[Competence]]:
    found: dict[_About, list[Competence]] = {}
    for act in Competence.objects.filter(procedure_id__in={act.procedure_id for act in new}):
        found.setdefault((act.duty, act.procedure_id, act.territory_code), []).append(act)
    return found


def _overlap(one: Competence, other: Competence) -> bool:
    ends, other_ends = one.valid_to or date.max, other.valid_to or date.max
    return one.valid_from < other_ends and other.valid_from < ends
