"""The register of decisions that announce procedures."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from motcua.calendars.queries import working_calendar
from motcua.catalogue.actions.announcing import (
    Decision,
    UnableToAnnounce,
    amend_announcement,
    record_announcement,
)
from motcua.catalogue.models import Announced, Announcement
from motcua.catalogue.queries.announcements import announcement, announcements, announcements_of, names_of
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from motcua.rules.announcement import timeliness
from tests.world import World, a_procedure

DECISION = Decision(
    number="12/QĐ-UBND",
    issued_by="Chủ tịch Ủy ban nhân dân tỉnh Thử",
    level="province",
    signed_on=date(2026, 11, 2),
    effective_on=date(2026, 11, 9),
    procedures={"new": ("9.000001", "1.001193"), "abolished": ("2.000815.H15",)},
)


def _recorded(world: World, decision: Decision = DECISION) -> UUID:
    return record_announcement(decision, by=world.as_actor("xa-mot.head"), at=world.at)


def test_a_decision_is_in_the_register_with_what_it_announces(world: World) -> None:
    id = _recorded(world, replace(DECISION, number=" 12/QĐ-UBND  "))
    facts = announcement(id)
    assert facts is not None
    assert (facts.number, facts.signed_on, facts.entered_on) == ("12/QĐ-UBND", date(2026, 11, 2), None)
    assert facts.procedures == {"new": ("1.001193", "9.000001"), "abolished": ("2.000815.H15",)}
    assert facts.count == 3
    assert facts.recorded_label == world.as_actor("xa-mot.head").label
    event = Event.objects.get(kind="announcement.recorded")
    assert (event.subject_id, sorted(event.data["codes"])) == (id, ["1.001193", "2.000815.H15", "9.000001"])
    assert [row.id for row in announcements_of("1.001193")] == [id]
    assert announcements_of("1.000894") == []
    assert announcement(uuid4()) is None


def test_the_register_judges_by_the_rule_on_the_calendar(world: World) -> None:
    facts = announcement(_recorded(world))
    assert facts is not None
    calendar = working_calendar(None, on=world.at.date())
    found = timeliness(facts.dates, calendar, on=date(2026, 11, 9))
    assert (found.signing.last_day, found.signing.days) == (date(2026, 11, 4), 2)
    assert (found.entering.last_day, found.in_time) == (date(2026, 11, 9), None)


def test_a_decision_is_completed_when_it_has_been_entered(world: World) -> None:
    id = _recorded(world)
    world.later(days=1)
    amend_announcement(id, replace(DECISION, entered_on=date(2026, 11, 6)), by=SYSTEM, at=world.at)
    facts = announcement(id)
    assert facts is not None
    assert facts.entered_on == date(2026, 11, 6)
    assert Event.objects.get(kind="announcement.amended").data["before"].keys() == {"entered_on"}
    amend_announcement(id, replace(DECISION, entered_on=date(2026, 11, 6)), by=SYSTEM, at=world.at)
    assert Event.objects.filter(kind="announcement.amended").count() == 1


def test_the_procedures_of_a_decision_are_put_right(world: World) -> None:
    id = _recorded(world)
    amend_announcement(id, replace(DECISION, procedures={"amended": ("9.000001",)}), by=SYSTEM, at=world.at)
    facts = announcement(id)
    assert facts is not None
    assert facts.procedures == {"amended": ("9.000001",)}
    assert Announced.objects.count() == 1
    assert Event.objects.get(kind="announcement.amended").data["before"].keys() == {"procedures"}


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("no_number", replace(DECISION, number=" ")),
        ("no_issuer", replace(DECISION, issued_by="")),
        ("too_long", replace(DECISION, number="1" * 81)),
        ("no_procedures", replace(DECISION, procedures={"new": ()})),
        ("bad_kind", replace(DECISION, procedures={"renamed": ("9.000001",)})),
        ("bad_code", replace(DECISION, procedures={"new": ("9.01",)})),
        ("bad_code", replace(DECISION, procedures={"new": ("9.000001." + "A" * 40,)})),
        ("code_twice", replace(DECISION, procedures={"new": ("9.000001",), "amended": ("9.000001",)})),
        ("day_ahead", replace(DECISION, signed_on=date(2026, 11, 7))),
        ("day_ahead", replace(DECISION, entered_on=date(2026, 11, 7))),
        ("entered_before_signing", replace(DECISION, entered_on=date(2026, 11, 1))),
        ("bad_level", replace(DECISION, level="commune")),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(world: World, code: str, decision: Decision) -> None:
    with pytest.raises(UnableToAnnounce) as refused:
        _recorded(world, decision)
    assert refused.value.code == code
    assert not Announcement.objects.exists()
    id = _recorded(world)
    with pytest.raises(UnableToAnnounce) as refused:
        amend_announcement(id, decision, by=SYSTEM, at=world.at)
    assert refused.value.code == code
    facts = announcement(id)
    assert facts is not None
    assert facts.number == DECISION.number


def test_the_refusal_names_the_code_that_is_meant(world: World) -> None:
    with pytest.raises(UnableToAnnounce) as refused:
        _recorded(world, replace(DECISION, procedures={"new": ("9.000001", "sai")}))
    assert refused.value.subject == "sai"


def test_a_decision_stands_once_in_the_register(world: World) -> None:
    id = _recorded(world)
    with pytest.raises(UnableToAnnounce, match="already_recorded"):
        _recorded(world)
    other = _recorded(world, replace(DECISION, number="13/QĐ-UBND", signed_on=date(2026, 11, 5)))
    with pytest.raises(UnableToAnnounce, match="already_recorded"):
        amend_announcement(other, DECISION, by=SYSTEM, at=world.at)
    assert [row.id for row in announcements()] == [other, id], "the latest signed first"
    assert [row.id for row in announcements(first=1, size=1)] == [id]
    with pytest.raises(UnableToAnnounce, match="not_recorded"):
        amend_announcement(uuid4(), DECISION, by=SYSTEM, at=world.at)


def test_names_come_from_the_newest_version_where_there_is_one(world: World) -> None:
    world.publish(a_procedure(name={"vi": "Tên mới", "en": "New name"}))
    assert names_of(["9.000001", "1.001193"]) == {"9.000001": "Tên mới"}
