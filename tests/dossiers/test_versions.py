"""A draft follows the newest version and says so; acceptance pins it."""

from datetime import timedelta

import pytest

from motcua.catalogue.models import Procedure
from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, Paper, Party
from motcua.dossiers.queries import clock_rows
from motcua.journal.queries import history_of
from motcua.rules.localday import local_day
from tests.dossiers.asking import refused
from tests.world import World, a_procedure


def _more_papers(world: World, **changes: object) -> dict[str, object]:
    content = a_procedure(**changes)
    content["components"].append({**content["components"][0], "key": "ban-sao"})
    return content


def test_a_draft_follows_the_newest_version_and_says_which_it_left(world: World) -> None:
    story = world.a_dossier()
    second = world.publish(_more_papers(world))
    with refused("version_changed"):
        story.filed()

    left = actions.follow_newest(story.dossier, at=world.at)

    assert left == world.procedure
    assert story.reload().dossier.version_id == second.id
    assert actions.follow_newest(story.dossier, at=world.at) is None
    with refused("missing_papers"):  # the new version asks for one more
        story.filed()
    assert story.attach("ban-sao").filed().dossier.state == "filed"


def test_a_version_that_is_not_yet_in_force_changes_nothing(world: World) -> None:
    story = world.a_dossier()
    world.publish(_more_papers(world, effective_from="2027-01-01"))

    assert actions.follow_newest(story.dossier, at=world.at) is None
    assert story.filed().accepted().dossier.version_id == world.procedure.id


def test_acceptance_pins_the_version_of_its_day_for_good(world: World) -> None:
    story = world.a_dossier().filed()
    longer = a_procedure()
    for channel in longer["channels"]:
        channel["limit"] = {"unit": "working_day", "amount": 5, "cutoff": None}
    second = world.publish(longer)
    story.accepted()
    assert story.dossier.version_id == second.id
    assert clock_rows(story.dossier.id)[0].limit["amount"] == 5

    third = world.publish(_more_papers(world))
    draft = world.a_dossier()
    draft_follows = actions.follow_newest(draft.dossier, at=world.at)
    story.returned()

    assert (story.dossier.version_id, draft.dossier.version_id) == (second.id, third.id)
    assert draft_follows == world.procedure
    assert clock_rows(story.dossier.id)[0].limit["amount"] == 5


def test_a_version_that_asks_for_more_than_was_filed_is_not_accepted_over_it(world: World) -> None:
    story = world.a_dossier().filed()
    world.publish(_more_papers(world))

    with refused("missing_papers"):
        story.accepted()

    assert (story.reload().dossier.state, story.dossier.version_id) == ("filed", world.procedure.id)
    assert clock_rows(story.dossier.id) == []


def test_a_case_that_the_new_version_dropped_falls_back_to_its_first(world: World) -> None:
    both = a_procedure("9.000007")
    both["cases"].append({"key": "urgent", "vi": "Gấp", "en": "Urgent"})
    both["channels"] += [channel | {"case": "urgent"} for channel in both["channels"]]
    story = world.a_dossier(procedure=world.publish(both))
    agency_id = story.dossier.competent_agency_id
    actions.save_office(story.dossier, agency_id=agency_id, case="urgent", delivery="desk", at=world.at)
    story.reload()
    assert story.dossier.case == "urgent"
    world.publish(a_procedure("9.000007"))

    actions.follow_newest(story.dossier, at=world.at)

    assert story.reload().dossier.case == "ordinary"


@pytest.mark.parametrize(("ends", "filed"), [(timedelta(days=1), True), (timedelta(0), False)])
def test_a_withdrawn_procedure_takes_no_dossier_from_its_day_on(
    world: World, ends: timedelta, filed: bool
) -> None:
    story = world.a_dossier()
    # The importer of the catalogue withdraws; there is no action for it yet.
    Procedure.objects.filter(code="9.000001").update(withdrawn_on=local_day(world.at + ends))

    if filed:
        assert story.filed().dossier.state == "filed"
    else:
        with refused("procedure_withdrawn"):
            story.filed()
        assert story.reload().dossier.state == "draft"


def test_a_dossier_that_is_filed_is_finished_although_its_procedure_ends(world: World) -> None:
    story = world.a_dossier().filed()
    Procedure.objects.filter(code="9.000001").update(withdrawn_on=local_day(world.at))

    assert story.returned().dossier.state == "returned"


def test_a_draft_thrown_away_leaves_nothing_of_the_person(world: World) -> None:
    from motcua.documents.actions import sweep_orphans
    from motcua.documents.models import StoredFile
    from motcua.documents.providers import store

    story = world.a_dossier()
    kept = set(StoredFile.objects.values_list("sha256", flat=True))
    assert kept

    actions.discard_draft(story.dossier)

    assert (Dossier.objects.count(), Paper.objects.count(), Party.objects.count()) == (0, 0, 0)
    assert StoredFile.objects.count() == 0
    # Long after the files of this test were written, by the machine's own clock.
    sweep_orphans(at=world.at + timedelta(days=36500))
    assert not any(store().exists(sha256) for sha256 in kept)
    assert [entry.kind for entry in history_of(story.dossier.id)] == ["dossier.draft_started"]


def test_a_filed_dossier_is_not_thrown_away(world: World) -> None:
    story = world.a_dossier().filed()
    with refused("move_not_allowed"):
        actions.discard_draft(story.dossier)
    assert Dossier.objects.count() == 1


def test_a_dossier_whose_case_is_gone_is_not_accepted_under_another(world: World) -> None:
    content = a_procedure()
    content["cases"].append({"key": "cham", "vi": "Có xác minh", "en": "With verification"})
    slow = {"limit": {"unit": "working_day", "amount": 9, "cutoff": None}, "case": "cham"}
    content["channels"] += [row | slow for row in a_procedure()["channels"]]
    story = world.a_dossier(procedure=world.publish(content))
    Dossier.objects.filter(id=story.dossier.id).update(case="cham")
    story.reload().filed()
    world.publish(a_procedure(keywords=["không còn"]))

    with refused("case_gone"):
        story.accepted()
    assert story.reload().dossier.state == "filed"
