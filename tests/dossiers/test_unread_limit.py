"""A limit that nobody could read so far: nothing is taken in that we could not promise."""

from typing import Any

import pytest

from motcua.catalogue.format import library
from motcua.dossiers import actions
from motcua.dossiers.queries import limit_unread
from tests.dossiers.asking import refused
from tests.world import World, a_procedure

UNREAD = {"limit": None, "limit_source": "03 xuất", "limit_doubt": "Không rõ đơn vị"}


def _imported(code: str = "9.000008", *, online: dict[str, Any], counter: dict[str, Any]) -> dict[str, Any]:
    named = {"deciding": [], "delegated": [], "coordinating": [], "address": None}
    content = a_procedure(
        code,
        origin={"layout": "portal_crawl", "url": None},
        agencies=named | {"executing": ["Ủy ban nhân dân cấp xã"]},
    )
    for channel in content["channels"]:
        channel |= online if channel["channel"] == "online" else counter
    return content


def test_an_unread_limit_closes_the_portal_and_the_counter(world: World) -> None:
    version = world.publish(_imported(online=UNREAD, counter=UNREAD))
    assert not actions.takes_online(version)
    with refused("no_online_channel"):
        world.a_dossier(procedure=version)

    story = world.a_dossier(procedure=version, channel="counter")
    with refused("limit_unconfirmed"):
        story.filed()
    assert (story.reload().dossier.state, story.dossier.number) == ("draft", None)


def test_a_limit_that_is_not_fixed_or_only_doubted_promises_as_ever(world: World) -> None:
    none = {"limit": None, "limit_source": "Không quy định", "limit_doubt": None}
    doubted = {"limit_source": "3 ngày", "limit_doubt": "Nguồn ghi khác nhau"}
    version = world.publish(_imported(online=doubted, counter=none))
    assert actions.takes_online(version)

    online = world.a_dossier(procedure=version).accepted()
    counter = world.a_dossier(procedure=version, channel="counter").accepted()

    assert online.dossier.promised_at is not None
    assert (counter.dossier.state, counter.dossier.promised_at) == ("in_progress", None)


def test_a_version_whose_limit_cannot_be_read_is_not_accepted_under(world: World) -> None:
    good = _imported(online={}, counter={})
    story = world.a_dossier(procedure=world.publish(good)).filed()
    world.publish(_imported(online=UNREAD, counter={}))

    with refused("limit_unconfirmed"):
        story.accepted()

    assert story.reload().dossier.state == "filed"
    world.publish(_imported(online={"limit_source": "03 ngày làm việc"}, counter={}))
    assert story.accepted().dossier.promised_at is not None


@pytest.mark.parametrize(("level", "takes"), [("full", True), ("information", False), ("unstated", False)])
def test_online_is_taken_what_is_known_to_be_offered_online(world: World, level: str, takes: bool) -> None:
    content = _imported(online={}, counter={}) | {"service_level": level}
    assert actions.takes_online(world.publish(content)) is takes


def test_no_procedure_that_comes_along_is_closed_by_a_doubt() -> None:
    records = list(library())
    assert len(records) == 72
    shut = [
        (record.code, row.channel.value, row.case)
        for record in records
        for row in record.channels
        if limit_unread(record, channel=row.channel.value, case=row.case)
    ]
    assert shut == []
