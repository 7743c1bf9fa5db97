"""Which procedures run by a process: planned ahead, given up again, each only after one has read what changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from motcua.kit import clock
from motcua.rules.process import StepKind, line, task
from motcua.workflow.models import ProcessUse
from motcua.workflow.queries import process_for
from tests.interfaces.test_office_processes import text_of
from tests.world import World, a_procedure

PAGE = "/cchc/quy-trinh/rieng/"
USE = PAGE + "su-dung/"


@pytest.fixture
def keeper(world: World, client: Client) -> Client:
    """Somebody of the reform office, signed in, with a process that one procedure runs by."""
    client.force_login(world.staff("cchc", world.province, "reform", "see_province"))
    world.run_by(
        line(
            "rieng",
            (
                task("check", "specialist", "Kiểm tra", "Check", prepares=True),
                task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
                task("return", "receiver", "Trả", "Return", StepKind.RETURN),
            ),
        )
    )
    return client


def begin(client: Client, code: str, day: date, **more: Any) -> Any:
    given = {
        "procedure": code, "valid_from-day": day.day, "valid_from-month": day.month, "valid_from-year": day.year,
    }  # fmt: skip
    return client.post(USE, given | more)


def test_a_use_that_is_to_begin_is_listed_and_can_be_given_up(keeper: Client, world: World) -> None:
    today, later = clock.today(), clock.today() + timedelta(days=12)
    other = world.publish(a_procedure("9.000002")).procedure_id
    assert begin(keeper, "9.000002", later).status_code == 302
    seen = text_of(keeper.get(PAGE))
    assert "9.000002" in seen
    assert f"từ {later:%d/%m/%Y}" in seen
    asked = keeper.get(USE, {"procedure": str(other)})
    assert f"không đổi quy trình từ {later:%d/%m/%Y} nữa" in text_of(asked)
    assert process_for(other, on=later) != world.process
    done = keeper.post(USE, {"viec": "mac-dinh", "procedure": str(other)}, follow=True)
    assert "Đã bỏ dự định đổi quy trình." in text_of(done)
    assert process_for(other, on=later) == process_for(other, on=today) == world.process
    assert "9.000002" not in text_of(keeper.get(PAGE))


def test_giving_up_a_plan_leaves_what_runs_today(keeper: Client, world: World) -> None:
    today, later = clock.today(), clock.today() + timedelta(days=12)
    mine = world.procedure.procedure_id
    own = process_for(mine, on=today)
    world.run_by(
        line(
            "khac",
            (
                task("check", "specialist", "K", "C", prepares=True),
                task("sign", "leader", "K", "S", StepKind.DECIDE),
                task("return", "receiver", "T", "R", StepKind.RETURN),
            ),
        ),
        world.publish(a_procedure("9.000003")),
    )
    moved = keeper.post(
        "/cchc/quy-trinh/khac/su-dung/",
        {
            "procedure": "9.000001",
            "valid_from-day": later.day,
            "valid_from-month": later.month,
            "valid_from-year": later.year,
        },
    )
    assert moved.status_code == 302
    assert f"đến hết {later - timedelta(days=1):%d/%m/%Y}" in text_of(keeper.get(PAGE))
    keeper.post("/cchc/quy-trinh/khac/su-dung/", {"viec": "mac-dinh", "procedure": str(mine)})
    assert process_for(mine, on=today) == process_for(mine, on=later) == own


def test_back_to_the_default_process_is_asked_first_and_keeps_its_ground(
    keeper: Client, world: World
) -> None:
    today, mine = clock.today(), world.procedure.procedure_id
    own = process_for(mine, on=today)
    assert own != world.process
    seen = text_of(keeper.get(USE, {"procedure": str(mine)}))
    assert "Hồ sơ tiếp nhận từ hôm nay chạy theo quy trình chung." in seen
    assert "Hồ sơ đang giải quyết giữ nguyên quy trình của nó." in seen
    assert process_for(mine, on=today) == own
    page = keeper.get(PAGE).content.decode()
    assert 'value="mac-dinh"' not in page
    keeper.post(USE, {"viec": "mac-dinh", "procedure": str(mine), "legal_basis": "Quyết định 5/QĐ-UBND"})
    assert process_for(mine, on=today) == world.process
    assert not ProcessUse.objects.filter(procedure_id=mine, valid_to__isnull=True).exists()


@pytest.mark.parametrize("procedure", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_does_not_run_by_it_cannot_leave_it(keeper: Client, procedure: str) -> None:
    assert keeper.get(USE, {"procedure": procedure}).status_code == 404
    assert keeper.post(USE, {"viec": "mac-dinh", "procedure": procedure}).status_code == 404
