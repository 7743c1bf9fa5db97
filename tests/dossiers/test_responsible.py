"""Who is responsible, from memory: right after every kind of change, in every process, without a restart."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from motcua.catalogue.queries import Published
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.actions.competence import competent_agencies, solves
from motcua.dossiers.queries.responsible import Memory, responsible
from motcua.dossiers.queries.solved import Competences, solved_by
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.kit.fresh import Fresh
from motcua.ops.bench.nation import DAY as REORGANISED
from motcua.ops.bench.nation import Extent, invent_nation
from motcua.organisation import queries as organisation
from motcua.organisation.actions import end_competence, grant_competence
from motcua.organisation.models import (
    Agency,
    AgencyVersion,
    Reorganisation,
    Succession,
    Territory,
    TerritorySuccession,
)
from motcua.rules.competence import Answer, Competent, Source, Undecided
from motcua.rules.localday import local_day
from tests.world import START, World, a_procedure

DAY = date(2026, 11, 6)
LATER = date(2026, 12, 1)


@pytest.fixture
def placed(world: World) -> World:
    """The world with a territory for each commune, below the province."""
    rows = [("66", ""), ("66001", "66"), ("66002", "66")]
    for code, above in rows:
        Territory.objects.create(code=code, name=code, kind="x", parent_code=above, valid_from=START)
    for agency, code in zip(
        (world.province, world.commune, world.neighbour), (r[0] for r in rows), strict=True
    ):
        AgencyVersion.objects.filter(agency=agency).update(territory_code=code)
    return world


def _grant(agency: Agency, procedure: Published, **more: Any) -> UUID:
    known: dict[str, Any] = {"duty": "decide", "valid_from": LATER, "legal_basis": "QĐ 5", "at": clock.now()}
    return grant_competence(agency.id, procedure_id=procedure.procedure_id, by=SYSTEM, **(known | more))


def _pass_on(world: World, before: Agency, after: Agency, *, on: date, **more: Any) -> None:
    act = Reorganisation.objects.create(
        title="Sắp xếp", legal_basis="NQ 1", effective_on=on, drafted_at=world.at, drafted_label="thử"
    )
    Succession.objects.create(
        predecessor=before, successor=after, reorganisation=act, effective_on=on, ends=True, **more
    )
    AgencyVersion.objects.filter(agency=before).update(valid_to=on)


def _who(answer: Answer[UUID]) -> UUID | str:
    return answer.agency if isinstance(answer, Competent) else answer.code


def test_an_act_ahead_changes_who_is_responsible_from_its_day(placed: World) -> None:
    id = placed.procedure.procedure_id
    _grant(placed.neighbour, placed.procedure, territory_code="66001")
    before, after = (responsible(id, "66001", on=day) for day in (LATER - timedelta(days=1), LATER))
    assert before.decides == Competent(placed.commune.id, Source.LEVEL, "66001")
    assert after.decides == after.receives == Competent(placed.neighbour.id, Source.ACT, "66001")
    assert _who(responsible(id, "", on=DAY).decides) == "several"
    assert responsible(id, "66001", on=START - timedelta(days=1)).decides == Undecided("nobody")
    # What no act names stays; and where nobody works, nobody is invented.
    assert _who(responsible(id, "66002", on=LATER).decides) == placed.neighbour.id
    assert _who(responsible(id, "77001", on=LATER).decides) == "nobody"


def test_who_lost_a_procedure_by_act_solves_it_no_longer(placed: World) -> None:
    record = placed.procedure.record
    made = _grant(placed.province, placed.procedure)
    for day, keys in ((DAY, ["xa-hai", "xa-mot"]), (LATER, ["tinh"])):
        assert [agency.key for agency in competent_agencies(record, on=day)] == keys
        competences = Competences(on=day)
        for agency in organisation.agencies(on=day):
            assert solves(record, agency.id, on=day) is (agency.key in keys)
            assert [row.code for row in competences.of(agency)] == [record.code] * (agency.key in keys)
            assert competences.count(agency) == (agency.key in keys)
    end_competence(made, valid_to=LATER, legal_basis="QĐ 6", by=SYSTEM, at=placed.at)
    assert [agency.key for agency in competent_agencies(record, on=LATER)] == ["xa-hai", "xa-mot"]


def test_a_draft_goes_only_to_who_has_it_now(placed: World) -> None:
    _grant(placed.province, placed.procedure, valid_from=DAY)
    with pytest.raises(UnableToMove, match="not_competent"):
        placed.a_dossier()
    assert placed.a_dossier(agency=placed.province).dossier.competent_agency_id == placed.province.id


def test_the_catalogue_names_an_agency_that_has_ended(placed: World) -> None:
    named = placed.publish(a_procedure("9.000077", competent=[{"agency": "xa-mot"}]))
    _pass_on(placed, placed.commune, placed.neighbour, on=LATER)
    assert _who(responsible(named.procedure_id, "66001", on=DAY).decides) == placed.commune.id
    answer = responsible(named.procedure_id, "66001", on=LATER).decides
    assert answer == Competent(placed.neighbour.id, Source.NAMED, "66002", followed_from=placed.commune.id)
    [only] = competent_agencies(named.record, on=LATER)
    assert only.key == "xa-hai"
    heir = organisation.agency_facts(placed.neighbour.id, on=LATER)
    assert [row.code for row in solved_by(heir, on=LATER)] == ["9.000001", "9.000077"]


def test_a_partner_that_has_ended_is_who_followed_and_an_act_names_another(placed: World) -> None:
    police = placed.partner("ca-mot", "Công an xã Một", "police", "P1", placed.commune)
    other = placed.partner("ca-hai", "Công an xã Hai", "police", "P2", placed.neighbour)
    _pass_on(placed, police, other, on=LATER)
    asked = placed.publish(a_procedure("9.000078", competent=[{"agency": "ca-hai"}]))

    def partner(key: str, on: date, procedure: Published | None = None) -> str | None:
        found = organisation.partner_of(
            key, placed.commune.id, on=on, procedure_id=procedure and procedure.procedure_id
        )
        return found and found.key

    assert partner("ca-mot", DAY) == "ca-mot"
    assert partner("ca-mot", LATER) == "ca-hai"
    _grant(placed.province, asked, territory_code="66001")
    assert partner("ca-mot", LATER, asked) == partner("near:police", LATER, asked) == "tinh"
    assert partner("ca-mot", DAY, asked) == "ca-mot"
    assert partner("same", LATER, asked) == "xa-mot"


def test_an_old_place_is_what_it_became(placed: World) -> None:
    Territory.objects.create(
        code="45001", name="Cũ", kind="x", parent_code="66", valid_from=date(2020, 1, 1), valid_to=START
    )
    act = Reorganisation.objects.create(
        title="Nhập", legal_basis="NQ 1", effective_on=START, drafted_at=placed.at, drafted_label="thử"
    )
    TerritorySuccession.objects.create(
        predecessor_code="45001", successor_code="66001", reorganisation=act, effective_on=START
    )
    assert _who(responsible(placed.procedure.procedure_id, "45001", on=DAY).decides) == placed.commune.id


# --- two processes ------------------------------------------------------------------------------------------


class _Ticks:
    """A clock that only moves when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _change_act(world: World) -> None:
    _grant(world.neighbour, world.procedure, territory_code="66001", valid_from=DAY)


def _change_agency(world: World) -> None:
    AgencyVersion.objects.filter(agency=world.commune).update(territory_code="66002")


def _change_territory(world: World) -> None:
    Territory.objects.filter(code="66001").update(valid_to=DAY)
    act = Reorganisation.objects.create(
        title="Nhập", legal_basis="NQ 1", effective_on=DAY, drafted_at=world.at, drafted_label="thử"
    )
    TerritorySuccession.objects.create(
        predecessor_code="66001", successor_code="66002", reorganisation=act, effective_on=DAY
    )


def _change_succession(world: World) -> None:
    _pass_on(world, world.commune, world.neighbour, on=DAY, territory_code="66001")


def _change_catalogue(world: World) -> None:
    world.publish(a_procedure(competent=[{"agency": "tinh"}]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", [_change_act, _change_agency, _change_territory, _change_succession, _change_catalogue]
)
def test_another_process_sees_a_change_within_two_seconds(
    change: Callable[[World], None], placed: World
) -> None:
    ticks = _Ticks()
    # Each has its own index, as two processes have.
    ours, others = Memory(monotonic=ticks), Memory(monotonic=ticks)

    def asked(memory: Memory) -> Answer[UUID]:
        try:
            return memory.responsible(placed.procedure.procedure_id, "66001", on=DAY).decides
        finally:
            connection.close()

    before = asked(others)
    assert before == asked(ours) == Competent(placed.commune.id, Source.LEVEL, "66001")
    change(placed)
    ticks.now = 0.999
    with ThreadPoolExecutor(1) as other:
        # For a second nothing is asked of the database.
        assert other.submit(asked, others).result() == before
        ticks.now = 1.0
        after = other.submit(asked, others).result()
    assert after != before
    assert after == asked(ours) == asked(Memory())


@pytest.mark.django_db(transaction=True)
def test_what_was_given_up_is_forgotten_and_an_action_sees_its_own(placed: World) -> None:
    from django.db import transaction

    id = placed.procedure.procedure_id
    memory = Memory(monotonic=_Ticks())

    def asked() -> UUID | str:
        return _who(memory.responsible(id, "66001", on=DAY).decides)

    assert asked() == placed.commune.id
    with transaction.atomic():
        _change_act(placed)
        assert asked() == placed.neighbour.id
        transaction.set_rollback(True)
    assert asked() == placed.commune.id


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_is_read_again(placed: World) -> None:
    memory = organisation.memory(every=0.0)
    first = memory.value()
    assert memory.value() is first
    _change_act(placed)
    second = memory.value()
    assert (second.agencies, second.places, second.links) == (first.agencies, first.places, first.links)
    assert len(second.acts) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_another_thread_reads(world: World) -> None:
    """A change while it is being read is read as well, and who asks meanwhile gets the last answer."""
    revisions, given = iter([1, 1, 2, 3, 3]), []

    def read(revision: int, _before: object) -> int:
        if revision > 1:
            with ThreadPoolExecutor(1) as other:
                given.append(other.submit(fresh.value).result())
        return revision * 10

    fresh = Fresh(lambda: next(revisions), read, every=0.0)
    assert fresh.value() == 10
    assert fresh.value() == 30
    assert given == [10, 10]


# --- the nation ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_whole_country_is_in_memory_and_answers_for_past_and_future(db: None) -> None:
    nation = invent_nation(Extent())
    memory, today = Memory(), date(2026, 11, 6)
    with_procedures = list(zip(nation.procedures[:60], nation.communes[::50], strict=False))
    assert len(nation.communes) == 3_321
    assert len(nation.procedures) == 2_000
    single = 0
    for number, (procedure, place) in enumerate(with_procedures):
        answer = memory.responsible(procedure, place, on=today).decides
        single += isinstance(answer, Competent)
        if isinstance(answer, Competent) and answer.source is Source.NAMED:
            assert answer.followed_from is not None, number
    assert single > 40
    level = nation.procedures[3]
    old, new = "c00000", "m00000"
    then = memory.responsible(level, old, on=REORGANISED - timedelta(days=1)).decides
    now = memory.responsible(level, old, on=today).decides
    assert isinstance(then, Competent)
    assert isinstance(now, Competent)
    assert (then.place, now.place) == (old, new)


def test_one_statement_revises_once_however_many_rows(world: World) -> None:
    before = organisation.revision()
    Territory.objects.bulk_create(
        Territory(code=f"c{number}", name="x", kind="commune", valid_from=START) for number in range(2_000)
    )
    changed = {
        part for (part, old), (_, new) in zip(before, organisation.revision(), strict=True) if old != new
    }
    assert changed == {"territories"}
    assert local_day(world.at) == DAY
