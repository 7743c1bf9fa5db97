"""`motcua organisation`: a plan of a reorganisation from its file."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from motcua.kit import clock
from motcua.kit.reading import file_bytes
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.ops.reckoning import require_tables, without_database
from motcua.rules.localday import local_day
from motcua.rules.reorganisation import Fault, Plan, PlanRefused, read_plan

if TYPE_CHECKING:
    from motcua.dossiers.queries import Simulation
    from motcua.journal.events import Actor

# Larger than a plan for the whole country.
_MOST_BYTES = 60_000_000
_SHOWN = 50


@click.group()
def organisation() -> None:
    """Agencies over time: plans that reorganise them."""


@organisation.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and simulate; write nothing. This is the default.")
@click.option("--apply", "apply_", is_flag=True, help="Record it as approved; done now if its day has come.")
@click.option("--by", default="", metavar="USERNAME", help="With --apply: who proposes it.")
@click.option(
    "--approved-by", default="", metavar="USERNAME", help="With --apply: who approves it, another person."
)
@as_json
def plan(file: Path, dry_run: bool, apply_: bool, by: str, approved_by: str, as_json: bool) -> None:
    """Check the reorganisation in FILE (JSON lines), tell what it would do, and with --apply let it be done.

    Exit 0 it can be done (or was), 1 with every fault and its line, 2 for what cannot be read. Applied a second time
    it changes nothing; one that was stopped on the way goes on.
    """
    if apply_ and dry_run:
        bad_input("Chọn một trong hai: --dry-run (chỉ kiểm tra) hoặc --apply (thực hiện).")
    if apply_ and (not by or not approved_by or by == approved_by):
        bad_input("--apply cần hai người khác nhau: --by NGƯỜI_TRÌNH --approved-by NGƯỜI_DUYỆT.")
    text = _text(file)
    try:
        read = read_plan(text)
    except PlanRefused as refused:
        with without_database():
            _refuse(file, refused.faults, as_json)
    with product():
        require_tables()
        if apply_:
            _apply(file, read, by, approved_by, as_json)
        else:
            _simulate(file, read, as_json)


def _text(file: Path) -> str:
    data = file_bytes(file, most=_MOST_BYTES)
    if data is None:
        bad_input(f"{file}: không tìm thấy tệp; kiểm tra lại đường dẫn.")
    if len(data) > _MOST_BYTES:
        bad_input(f"{file}: tệp lớn hơn {_MOST_BYTES // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        bad_input(f"{file}: không phải văn bản UTF-8.")


def _refuse(file: Path, faults: Sequence[Fault], as_json: bool) -> None:
    told = {"file": str(file), "applied": False, "faults": [_fault(one) for one in faults]}
    say(told, as_json=as_json, lines=_fault_lines(file, faults) if not as_json else [])
    sys.exit(REFUSED)


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "line": one.line,
        "code": one.code,
        **{name: value for name, value in one.facts if name != "code"},
    }


def _fault_lines(file: Path, faults: Sequence[Fault]) -> list[str]:
    from motcua.organisation.plan_words import fault

    lines = [f"{file}, dòng {one.line}: {fault(one, {})}" for one in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"… và {len(faults) - _SHOWN} chỗ khác.")
    return [*lines, f"{len(faults)} chỗ sai; chưa có gì thay đổi."]


def _simulate(file: Path, read: Plan, as_json: bool) -> None:
    from motcua.dossiers.queries import simulate_reorganisation

    told = simulate_reorganisation(read, today=clock.today())
    if told.faults:
        _refuse(file, told.faults, as_json)
    result = {
        "file": str(file),
        "applied": False,
        "effective": read.effective.isoformat(),
        "operations": len(read.operations),
        "dossiers": told.dossiers,
        "paused": told.paused,
        "past_due": told.past_due,
        "flagged": told.flagged,
        "tasks": told.tasks,
        "people_without_post": len(told.people),
        "procedures_without_receiver": list(told.procedures),
        "partners_side_by_side": list(told.twins),
        "agencies_before": told.agencies_before,
        "agencies_after": told.agencies_after,
        "faults": [],
    }
    say(result, as_json=as_json, lines=_told(read, told))


def _told(read: Plan, told: "Simulation") -> list[str]:
    lines = [
        f"{read.title} ({read.act}), từ {read.effective:%d/%m/%Y}: {len(read.operations)} thao tác, không có chỗ sai.",
        f"Cơ quan: {told.agencies_before} trước, {told.agencies_after} sau.",
        f"Ngày đó: {told.dossiers} hồ sơ chuyển, trong đó {told.paused} đang tạm dừng, {told.past_due} quá hạn; "
        f"{told.flagged} cần người xem lại; {told.tasks} việc đang mở đi theo.",
        f"{len(told.people)} người chưa có vị trí; {len(told.procedures)} thủ tục chưa có nơi tiếp nhận.",
    ]
    if told.twins:
        lines.append(
            f"Cùng loại, cùng một nơi mà chưa hợp nhất: {', '.join(told.twins)}. Hồ sơ liên thông sẽ không biết hỏi ai."
        )
    most = sorted(told.moving, key=lambda row: -row.count)
    lines += [f"  {row.before} → {row.after}: {row.count} hồ sơ" for row in most[:_SHOWN]]
    if len(most) > _SHOWN:
        lines.append(f"  … và {len(most) - _SHOWN} đường chuyển khác.")
    return lines


# --- applying -----------------------------------------------------------------------------------------------


def _apply(file: Path, read: Plan, by: str, approved_by: str, as_json: bool) -> None:
    from motcua.organisation.actions import UnableToReorganise
    from motcua.organisation.queries import reorganisation as one

    proposer, approver = _person(by, "draft"), _person(approved_by, "approve")
    try:
        key = _recorded(read, proposer, approver)
    except UnableToReorganise as refused:
        if refused.code == "plan_faulty":
            _refuse(file, refused.faults, as_json)
        raise
    at = clock.now()
    if read.effective <= local_day(at):
        _run(key, as_json)
    row = one(key)
    assert row is not None
    told = {
        "file": str(file), "id": str(key), "state": row.state, "applied": row.state == "applied", "moved": row.moved,
        "flagged": row.flagged, "tasks": row.tasks, "tasks_without_post": row.tasks_flagged, "faults": row.faults,
    }  # fmt: skip
    say(
        told,
        as_json=as_json,
        lines=_done(row.state, row.moved, row.flagged, row.tasks_flagged, read.effective),
    )
    sys.exit(REFUSED if row.faults else 0)


def _done(state: str, moved: int, flagged: int, unplaced: int, day: date) -> list[str]:
    if state == "approved":
        return [f"Đã duyệt; đến ngày {day:%d/%m/%Y} sẽ tự thực hiện khi chương trình nền đang chạy."]
    return [
        f"Đã thực hiện: {moved} hồ sơ đã chuyển, {flagged} cần người xem lại, {unplaced} việc chưa có vị trí tiếp nhận."
    ]


def _person(username: str, deed: str) -> "Actor":
    from motcua.accounts.queries import actor, user_named
    from motcua.organisation.access import plans_for
    from motcua.organisation.queries import duties_of

    user = user_named(username)
    may = plans_for(duties_of(user, on=clock.today()), on=clock.today()) if user else None
    if user is None or may is None or not (may.drafts if deed == "draft" else may.approves):
        what = "soạn, trình" if deed == "draft" else "duyệt"
        bad_input(f"{username}: không có tài khoản được {what} việc sắp xếp tổ chức.")
    return actor(user)


def _recorded(read: Plan, proposer: "Actor", approver: "Actor") -> UUID:
    """Return the key of this plan as it was approved, recording it if it never was."""
    from django.db import transaction

    from motcua.dossiers.actions import approve_reorganisation
    from motcua.dossiers.queries import faults_of
    from motcua.organisation.actions import (
        PlanData,
        draft_reorganisation,
        operations_of,
        propose_reorganisation,
    )
    from motcua.organisation.queries import same_reorganisation

    operations = operations_of(read)
    if known := same_reorganisation(read, operations):
        return known
    at = clock.now()
    with transaction.atomic():
        data = PlanData(read.title, read.act, read.effective, operations)
        key = draft_reorganisation(data, by=proposer, at=at)
        propose_reorganisation(key, faults=faults_of(read, today=local_day(at)), by=proposer, at=at)
        approve_reorganisation(key, by=approver, at=at)
    return key


def _run(key: UUID, as_json: bool) -> None:
    from motcua.dossiers.actions import Progress, reorganise

    shown = 0

    def tell(progress: Progress) -> None:
        nonlocal shown
        if progress.moved - shown >= max(1000, progress.total // 50):
            shown = progress.moved
            click.echo(f"{progress.moved}/{progress.total} hồ sơ …", err=True)

    reorganise(key, at=clock.now(), tell=None if as_json else tell)
