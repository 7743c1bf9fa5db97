"""`motcua world`: invented worlds on which the product is proved at the size of a country."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.kit.folders import data_folder
from motcua.kit.postgres.errors import PostgresFault
from motcua.ops.bench.ground import Ground, GroundRefused, prepared_ground, remove_ground
from motcua.ops.command import REFUSED, as_json, bad_input, say

if TYPE_CHECKING:
    from motcua.ops.national.legacy import Country
    from motcua.ops.national.world import Outcome

_FILE = Path("administrative-units/legacy_to_2025.json")
_FOLDER = "world-2025"


@click.group()
def world() -> None:
    """Worlds of the size of a country."""


@world.command("reorganise-2025")
@click.option("--dossiers", type=click.IntRange(1, 10_000_000), default=1_000_000, show_default=True)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="Old and new units by their keys; by default the one below MOTCUA_SAMPLES.",
)
@click.option(
    "--plan-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan to this file as well, for `motcua organisation plan`.",
)
@click.option("--keep", is_flag=True, help="Keep the database afterwards, to be looked at.")
@click.option("--replace", is_flag=True, help="Remove a database that was kept before.")
@as_json
def reorganise_2025(
    dossiers: int, file: Path | None, plan_out: Path | None, keep: bool, replace: bool, as_json: bool
) -> None:
    """Lay down the country of before 1 July 2025, reorganise it overnight, and prove that nothing went amiss.

    Everything happens in a database of its own, never in the product's. Codes of history, names of people and
    dossiers are invented; how many units there were and what became of each is as FILE says.

    Exit 0 when all is proved, 1 when a line of the proof fails, 2 for a file that cannot be read or a database that
    was kept and is not to be replaced.
    """
    from motcua.ops.national.legacy import LegacyUnreadable, read_country

    try:
        country = read_country(file or _sample())
    except LegacyUnreadable as fault:
        bad_input(str(fault))
    if plan_out is not None:
        _write(country, plan_out)
    folder = data_folder() / _FOLDER
    if folder.exists():
        if not replace:
            bad_input(f"{folder}: cơ sở dữ liệu của lần trước còn đó; thêm --replace để thay.")
        remove_ground(folder)
    try:
        with prepared_ground(folder, keep=keep) as ground:
            outcome = _run(ground, country, dossiers)
    except (GroundRefused, PostgresFault) as fault:
        bad_input(str(fault))
    say(_said(outcome, country), as_json=as_json, lines=_lines(outcome, folder if keep else None))
    sys.exit(0 if outcome.good else REFUSED)


def _sample() -> Path:
    import os

    return Path(os.environ.get("MOTCUA_SAMPLES", "../shared/data")) / _FILE


def _write(country: "Country", path: Path) -> None:
    from motcua.ops.national.plan import plan_of
    from motcua.rules.reorganisation.reading import plan_text

    try:
        path.write_text(plan_text(plan_of(country)), encoding="utf-8")
    except OSError as fault:
        bad_input(f"{path}: không ghi được ({fault.strerror}).")


def _run(ground: Ground, country: "Country", dossiers: int) -> "Outcome":
    # The product can be imported only now that Django runs.
    from motcua.ops.bench.twin import analyse
    from motcua.ops.national.world import reorganise

    return reorganise(
        country,
        dossiers,
        tell=lambda line: click.echo(f"{line} …", err=True),
        settle=lambda: analyse(ground),
    )


def _said(outcome: "Outcome", country: "Country") -> dict[str, Any]:
    return {
        "good": outcome.good,
        "dossiers": outcome.dossiers,
        "units": country.totals,
        "seconds": outcome.seconds,
        "measured": {
            **asdict(outcome.measured),
            "ratio": outcome.measured.ratio,
            "page_ratio": outcome.measured.page_ratio,
        },
        "proof": [asdict(line) for line in outcome.proof],
    }


def _lines(outcome: "Outcome", kept: Path | None) -> list[str]:
    took, seconds = outcome.measured, outcome.seconds
    lines = [
        f"{outcome.dossiers} hồ sơ, dựng trong {seconds['build']:.0f} giây",
        f"Phương án: kiểm tra và duyệt {seconds['approve']:.1f} giây, tổ chức thay đổi {seconds['facts']:.1f} giây",
        f"{took.moved} hồ sơ bàn giao trong {took.seconds:.1f} giây, gấp {took.ratio:.2f} lần một lệnh UPDATE cùng số "
        f"dòng ({took.bare:.1f} giây); giao dịch lâu nhất {1000 * took.longest:.0f} ms",
        f"Trang tra cứu: {1000 * took.page_idle:.1f} ms lúc rảnh, {1000 * took.page_busy:.1f} ms trong khi bàn giao, "
        f"gấp {took.page_ratio:.2f} lần",
        *(f"{'ĐẠT ' if line.good else 'HỎNG'} {line.text}" for line in outcome.proof),
        "Tất cả đều được chứng minh." if outcome.good else "CÓ ĐIỀU KHÔNG ĐÚNG: xem các dòng HỎNG.",
    ]
    return [*lines, f"Giữ lại: MOTCUA_DATA={kept} motcua run --empty"] if kept else lines
