"""After a reorganisation: who answers on which day, whose archives are whose, and what drafts and results meet."""

from datetime import date, timedelta

import pytest

from motcua.dossiers.access import NotToBeSeen, dossier_for, may_reopen
from motcua.dossiers.actions import (
    UnableToMove,
    begin_reorganisation,
    file_dossier,
    reopen_dossier,
    reorganise,
    return_result,
    save_office,
)
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import passed_on, responsible_on, tracked
from motcua.organisation.models import Agency
from motcua.organisation.queries import duties_of
from motcua.rules.localday import local_day
from tests.dossiers.reorganised import a_merger, applied, approved
from tests.world import World

pytestmark = pytest.mark.django_db


def _tomorrow(world: World) -> date:
    return local_day(world.at) + timedelta(days=1)


def _agency(key: str) -> Agency:
    return Agency.objects.get(key=key)


def test_on_every_day_one_agency_answers_and_it_is_there(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    day = _tomorrow(world)
    applied(world, a_merger(), on=day)
    eve = day - timedelta(days=1)
    assert responsible_on(story.dossier.id, day=eve - timedelta(days=1)) is None
    assert responsible_on(story.dossier.id, day=eve) == world.commune.id
    assert responsible_on(story.dossier.id, day=day) == _agency("xa-moi").id
    assert responsible_on(story.dossier.id, day=day + timedelta(days=300)) == _agency("xa-moi").id
    (passed,) = passed_on(story.dossier.id)
    assert passed.before[0] == "Ủy ban nhân dân xã Một"
    assert (passed.after[0], passed.act) == ("Ủy ban nhân dân xã Mới", "NQ 1/2026/NQ-HĐND")


def test_a_second_reorganisation_goes_on_from_the_first(world: World) -> None:
    story = world.a_dossier().filed().accepted()
    first = _tomorrow(world)
    applied(world, a_merger(), on=first)
    second = _tomorrow(world)
    applied(world, a_merger("xa-sau", ("xa-moi",), code_qd20="X1.10"), on=second)
    assert [step.after[0] for step in passed_on(story.dossier.id)] == ["Ủy ban nhân dân xã Mới"] * 2
    answers = [
        responsible_on(story.dossier.id, day=day) for day in (first - timedelta(days=1), first, second)
    ]
    assert answers == [world.commune.id, _agency("xa-moi").id, _agency("xa-sau").id]


def test_the_page_names_who_follows_from_the_first_moment(world: World) -> None:
    """The facts have changed, and this dossier's turn has not come yet: nobody reads the name of what is gone."""
    story = world.a_dossier().filed().accepted()
    day = _tomorrow(world)
    plan = approved(world, a_merger(), on=day)
    begin_reorganisation(plan, at=world.later(days=1))
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == world.commune
    facts = tracked(bytes(story.dossier.secret), on=day)
    assert facts is not None
    assert (facts.competent[0], facts.receiving[0]) == ("Ủy ban nhân dân xã Mới",) * 2
    assert responsible_on(story.dossier.id, day=day) == _agency("xa-moi").id
    assert facts.passed == ()
    reorganise(plan, at=world.at)
    facts = tracked(bytes(story.dossier.secret), on=day)
    assert facts is not None
    assert [one.after[0] for one in facts.passed] == ["Ủy ban nhân dân xã Mới"]


def test_a_draft_for_what_has_ended_says_so_and_is_filed_anew_elsewhere(world: World) -> None:
    draft = world.a_dossier()
    applied(world, a_merger(), on=_tomorrow(world))
    with pytest.raises(UnableToMove, match="agency_ended"):
        file_dossier(draft.dossier, by=world.as_actor("dan"), at=world.at)
    new = _agency("xa-moi")
    save_office(draft.dossier, agency_id=new.id, case="ordinary", delivery="desk", at=world.at)
    filed = file_dossier(draft.dossier, by=world.as_actor("dan"), at=world.at)
    assert (filed.receiving_agency_id, filed.number.split("-")[0]) == (new.id, "X1.09")  # type: ignore[union-attr]


def test_a_waiting_result_is_returned_by_who_follows(world: World) -> None:
    story = world.a_dossier().filed().accepted().decided()
    applied(world, a_merger(), on=_tomorrow(world))
    back = return_result(
        story.reload().dossier, to="applicant", by=world.as_actor("xa-mot.receiver"), at=world.at
    )
    assert back.state == "returned"


def test_files_of_what_ended_are_with_who_follows_and_with_nobody_else(world: World) -> None:
    story = world.a_dossier().filed().accepted().returned()
    other = world.partner("xa-ba", "Ủy ban nhân dân xã Ba", "commune", "X1.03", world.province)
    applied(world, a_merger(), on=_tomorrow(world))
    day = local_day(world.at)
    keeper, stranger = world.people["xa-mot.leader"], world.people["xa-ba.leader"]
    seen = dossier_for(keeper, story.dossier.id, duties=duties_of(keeper, on=day), purpose="x", at=world.at)
    assert seen.id == story.dossier.id
    assert other.id not in (seen.competent_agency_id, seen.receiving_agency_id)
    with pytest.raises(NotToBeSeen):
        dossier_for(stranger, story.dossier.id, duties=duties_of(stranger, on=day), purpose="x", at=world.at)


def test_a_matter_that_an_ended_agency_decided_is_reopened_by_who_follows(world: World) -> None:
    story = world.a_dossier().filed().accepted().returned()
    applied(world, a_merger(), on=_tomorrow(world))
    leader = world.people["xa-mot.leader"]
    assert may_reopen(story.dossier, duties=duties_of(leader, on=local_day(world.at)))
    anew = reopen_dossier(
        story.dossier, decision_number="01/QĐ", decided_on=local_day(world.at), reason="Sai tên",
        by=world.as_actor("xa-mot.leader"), at=world.at,
    )  # fmt: skip
    assert anew.competent_agency_id == _agency("xa-moi").id
    assert anew.number.startswith("X1.09-")  # type: ignore[union-attr]
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == world.commune
