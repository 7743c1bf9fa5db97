"""A paper that the procedure does not list: refused, nothing else done, and the attempt kept."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from motcua.dossiers import actions
from motcua.dossiers.actions import CounterPaper, FaultData, UnlistedPapers
from motcua.dossiers.models import Dossier, Paper, SupplementRequest, UnlistedPaperAttempt
from motcua.dossiers.queries import attempt_counts, attempts
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from tests.dossiers.asking import refused
from tests.world import DossierStory, World

GOOD = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")
MARRIAGE = "Giấy đăng ký kết hôn của bà Trần Thị Bí Mật"


def _ask(story: DossierStory, *faults: FaultData, ground: str = "Điều 15", **more: Any) -> None:
    actions.request_supplement(
        story.dossier,
        faults=list(faults),
        ground=ground,
        by=story.staff("specialist"),
        at=story.world.at,
        **more,
    )


def test_the_attempt_outlives_the_refused_request(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    revision = story.dossier.revision

    with pytest.raises(UnlistedPapers) as caught:
        _ask(story, GOOD, unlisted=[f"  {MARRIAGE} ", " ", "Sổ hộ khẩu"])

    assert caught.value.facts["papers"] == f"{MARRIAGE}; Sổ hộ khẩu"
    assert not SupplementRequest.objects.exists()
    assert (story.reload().dossier.state, story.dossier.revision) == ("in_progress", revision)
    rows = list(UnlistedPaperAttempt.objects.order_by("id"))
    assert [(row.name, row.occasion, row.at) for row in rows] == [
        (MARRIAGE, "request", world.at),
        ("Sổ hộ khẩu", "request", world.at),
    ]
    assert {row.agency_id for row in rows} == {world.commune.id}
    assert {row.by for row in rows} == {world.people["xa-mot.specialist"].id}
    event = Event.objects.get(kind="dossier.unlisted_paper_refused")
    assert (event.subject_id, event.agency_id, event.actor_id) == (
        story.dossier.id,
        world.commune.id,
        rows[0].by,
    )
    assert event.data == {"attempts": [str(row.id) for row in rows], "occasion": "request"}
    assert "Bí Mật" not in event.canonical


def test_a_caller_whose_transaction_would_lose_the_attempt_is_told(committed_world: World) -> None:
    story = committed_world.a_dossier().accepted()

    with pytest.raises(RuntimeError), transaction.atomic():
        _ask(story, GOOD, unlisted=["Sổ hộ khẩu"])


def test_a_key_posted_by_hand_counts_as_an_attempt(world: World) -> None:
    story = world.a_dossier().accepted()

    with refused("not_listed"):
        _ask(story, GOOD, FaultData("ho-khau\0" + "x" * 500, "Thiếu", "Nộp"))

    [row] = UnlistedPaperAttempt.objects.all()
    assert row.name.startswith("ho-khau xxx")
    assert len(row.name) == 240


def test_the_attempt_counts_even_where_the_request_lacks_its_ground_or_comes_second(world: World) -> None:
    story = world.a_dossier().accepted()
    with refused("not_listed"):
        _ask(story, ground=" ", unlisted=["Sổ hộ khẩu"])
    world.later(days=3)
    story.supplement_requested()
    story.resubmitted()

    with refused("not_listed"):
        _ask(story, GOOD, unlisted=["Sổ hộ khẩu"])

    assert UnlistedPaperAttempt.objects.count() == 2


def test_what_is_refused_for_another_reason_is_no_attempt(world: World) -> None:
    story = world.a_dossier().accepted()
    with refused("no_ground"):
        _ask(story, GOOD, ground=" ", unlisted=[" "])
    with refused("changed_meanwhile"):
        _ask(story, GOOD, unlisted=["Sổ hộ khẩu"], expected=story.dossier.revision + 1)

    assert not UnlistedPaperAttempt.objects.exists()
    assert "dossier.unlisted_paper_refused" not in [entry.kind for entry in history_of(story.dossier.id)]


@pytest.mark.parametrize("how", ["named", "posted"])
def test_at_the_counter_a_paper_beyond_the_list_takes_nothing_in(world: World, how: str) -> None:
    story = world.a_dossier().accepted().supplement_requested()
    papers = [CounterPaper("to-khai", "paper", originals=1)]
    papers += [CounterPaper("ho-khau", "paper", originals=1)] if how == "posted" else []
    before = Paper.objects.count()

    with refused("not_listed"):
        actions.resubmit_at_counter(
            story.dossier, papers=papers, unlisted=["Sổ hộ khẩu"] if how == "named" else [],
            by=story.staff("receiver"), at=world.at,
        )  # fmt: skip

    assert Paper.objects.count() == before
    assert story.reload().dossier.state == "paused"
    [row] = UnlistedPaperAttempt.objects.all()
    assert (row.name, row.occasion) == ("Sổ hộ khẩu" if how == "named" else "ho-khau", "counter")


def test_before_acceptance_the_attempt_counts_where_the_dossier_is_received(world: World) -> None:
    story = world.a_dossier()
    Dossier.objects.filter(pk=story.dossier.pk).update(receiving_agency=world.neighbour)
    story.reload().filed()

    with refused("not_listed"):
        _ask(story, unlisted=["Sổ hộ khẩu"])

    assert UnlistedPaperAttempt.objects.get().agency_id == world.neighbour.id


def test_attempts_are_counted_by_month_officer_and_procedure(world: World) -> None:
    first, second = world.a_dossier().accepted(), world.a_dossier().filed()
    for name in ("Sổ hộ khẩu", "Giấy khai sinh"):
        with refused("not_listed"):
            _ask(first, unlisted=[name])
    world.later(days=24, hours=14, minutes=59)  # 30/11, 23:59 in Viet Nam
    with refused("not_listed"):
        _ask(first, unlisted=["Sổ hộ khẩu"])
    world.later(minutes=1)  # 1/12 there, still 30/11 in UTC
    with refused("not_listed"):
        actions.request_supplement(
            second.dossier,
            faults=[],
            ground="",
            unlisted=["Ảnh thẻ"],
            by=second.staff("receiver"),
            at=world.at,
        )

    found = attempt_counts({world.commune.id}, since=date(2026, 11, 1))
    assert [(row.month, row.count, row.code) for row in found] == [
        (date(2026, 12, 1), 1, "9.000001"),
        (date(2026, 11, 1), 3, "9.000001"),
    ]
    assert found[0].officer != found[1].officer
    assert attempt_counts({world.commune.id}, since=date(2026, 12, 1)) == found[:1]
    assert attempt_counts({world.neighbour.id}, since=date(2026, 11, 1)) == []
    assert attempt_counts(None, since=date(2026, 11, 1)) == found
    assert [row.name for row in attempts({world.commune.id}, size=2)] == ["Ảnh thẻ", "Sổ hộ khẩu"]
    assert attempts({world.neighbour.id}) == []
