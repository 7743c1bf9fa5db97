"""Numbers: by agency and day, none lost, none twice."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, NumberSequence
from motcua.journal.events import SYSTEM
from motcua.organisation.actions import Establishment, establish_agency
from motcua.rules.localday import local_day
from tests.dossiers.asking import at_once, refused
from tests.world import START, DossierStory, World, a_procedure

THREADS, EACH = 4, 15


class _Broken(Exception):
    pass


def _without_papers(world: World) -> Any:
    return world.publish(a_procedure("9.000002", components=[]))


def test_threads_that_file_and_fail_leave_no_gap_and_no_double(committed_world: World) -> None:
    world = committed_world
    procedure = _without_papers(world)
    stories = [world.a_dossier(procedure=procedure) for _ in range(THREADS * EACH)]
    by = world.as_actor("dan")

    def file_one(story: DossierStory, fails: bool) -> None:
        try:
            with transaction.atomic():
                actions.file_dossier(story.dossier, by=by, at=world.at)
                if fails:
                    raise _Broken
        except _Broken:
            pass

    def file_share(place: int) -> Callable[[], None]:
        share = stories[place::THREADS]
        return lambda: [file_one(story, index % 5 == 3) for index, story in enumerate(share)] and None

    answers = at_once(*(file_share(place) for place in range(THREADS)))

    assert answers == [None] * THREADS
    given = sorted(Dossier.objects.exclude(number=None).values_list("number", flat=True))
    kept = THREADS * EACH - THREADS * len([index for index in range(EACH) if index % 5 == 3])
    assert given == [f"X1.01-261106-{place:04}" for place in range(1, kept + 1)]
    assert Dossier.objects.filter(state="draft", number=None).count() == THREADS * EACH - kept


def test_the_sequence_is_of_the_agency_and_the_day(world: World) -> None:
    here = [world.a_dossier().filed().dossier.number for _ in range(2)]
    there = world.a_dossier(agency=world.neighbour).filed().dossier.number
    world.later(days=3)
    on_monday = world.a_dossier().filed().dossier.number

    assert here == ["X1.01-261106-0001", "X1.01-261106-0002"]
    assert there == "X1.02-261106-0001"
    assert on_monday == "X1.01-261109-0001"


def test_the_day_is_the_local_one(world: World) -> None:
    world.later(hours=14, minutes=59)  # 23:59 in Viet Nam
    late = world.a_dossier().filed().dossier
    world.later(minutes=1)
    early = world.a_dossier().filed().dossier

    assert (late.number, early.number) == ("X1.01-261106-0001", "X1.01-261107-0001")


def test_the_number_widens_beyond_its_digits(world: World) -> None:
    world.a_dossier().filed()
    # Nobody files ten thousand dossiers in a test.
    NumberSequence.objects.filter(agency=world.commune, day=local_day(world.at)).update(last=9998)

    numbers = [world.a_dossier().filed().dossier.number for _ in range(3)]

    assert numbers == ["X1.01-261106-9999", "X1.01-261106-10000", "X1.01-261106-10001"]


def test_an_agency_without_a_usable_code_gives_no_number_and_leaves_the_draft(world: World) -> None:
    for key, code in (("khong-ma", ""), ("ma-xau", "x-1")):
        plan = Establishment(
            key=key, name_vi=key, kind="commune", level="commune", valid_from=START, code_qd20=code
        )
        agency = establish_agency(plan, by=SYSTEM, at=world.at)
        story = world.a_dossier(agency=agency)

        with refused("no_number_code"):
            story.filed()
        assert (story.reload().dossier.state, story.dossier.number) == ("draft", None)
        assert not NumberSequence.objects.filter(agency=agency).exists()


def test_an_agency_numbers_by_its_own_template(world: World) -> None:
    plan = Establishment(
        key="khac", name_vi="Ủy ban nhân dân xã Khác", kind="commune", level="commune", valid_from=START,
        code_qd20="X1.09", number_template="HS/{date:%d%m%Y}/{seq:06}/{agency}",
    )  # fmt: skip
    agency = establish_agency(plan, by=SYSTEM, at=world.at)

    assert world.a_dossier(agency=agency).filed().dossier.number == "HS/06112026/000001/X1.09"
