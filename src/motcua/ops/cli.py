"""The command line `motcua`: exit 0 done, 1 done with refusals named, 2 bad input in one clear line."""

import json
import sys
import time
from pathlib import Path

import click

from motcua.kit import clock
from motcua.kit.postgres.errors import PostgresFault
from motcua.ops.bench.run import MEASUREMENTS
from motcua.ops.calendar import calendar
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.ops.database import bring_tables
from motcua.ops.deadlines import deadlines
from motcua.ops.organisation import organisation
from motcua.ops.partners import partners
from motcua.ops.procedures import procedures
from motcua.ops.processes import processes
from motcua.ops.world import world


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Một Cửa: the one-stop shop of a province."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), envvar="MOTCUA_PORT", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--demonstration/--empty", default=True, help="Load the demonstration province if nothing is there."
)
def run(port: int, host: str, demonstration: bool) -> None:
    """Start everything: database, web server, worker; Ctrl-C stops what it started."""
    from motcua.ops.running import run_all

    sys.exit(run_all(host=host, port=port, demonstration=demonstration))


@main.command()
@as_json
def migrate(as_json: bool) -> None:
    """Bring the tables to this version, and give the application its rights on them."""
    with product(owner=True) as database:
        bring_tables(database, tell=not as_json)
    say({"migrated": True}, as_json=as_json, lines=[])


@main.command()
@as_json
def demo(as_json: bool) -> None:
    """Load the demonstration province, if nothing is there yet."""
    with product():
        from motcua.ops.demonstration import load

        with clock.freeze(clock.now()):
            counts = load(show_progress=not as_json)
    say(counts, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def backup(file: Path, as_json: bool) -> None:
    """Write database and files into one archive FILE."""
    from motcua.kit.postgres import backup as archive

    if file.exists():
        bad_input(f"{file}: đã có tệp này; chọn tên khác.")
    if not file.absolute().parent.is_dir():
        bad_input(f"{file.parent}: không có thư mục này.")
    with product(owner=True) as database:
        manifest = archive.backup(
            database.lease or database.owner, file, at=clock.now(), product="motcua", extra=_stores()
        )
    rows = sum(manifest.tables.values())
    say({"file": str(file), "tables": len(manifest.tables), "rows": rows}, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there.")
@as_json
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Bring back what `backup` wrote into FILE; a failed restore leaves everything as it was."""
    from motcua.kit.postgres import backup as archive
    from motcua.kit.postgres.errors import BackupFault

    with product(owner=True) as database:
        from django.db import connections

        connections.close_all()
        try:
            manifest = archive.restore(database.lease or database.owner, file, force=force, extra=_stores())
        except BackupFault as fault:
            bad_input(str(fault))
    say({"restored": str(file), "rows": sum(manifest.tables.values())}, as_json=as_json)


def _stores() -> dict[str, Path]:
    """Return the folders of the data; the key that unseals identities is kept apart on purpose."""
    from django.conf import settings

    return {"files": Path(settings.MOTCUA_FILES)}


@main.group()
def journal() -> None:
    """The journal of who did what."""


@journal.command()
@as_json
def verify(as_json: bool) -> None:
    """Recompute every digest and seal; exit 1 if one does not fit."""
    with product():
        from motcua.journal.queries import broken_seals, unsealed_count

        faults, unsealed = broken_seals(), unsealed_count()
    lines = faults or ["Nhật ký nguyên vẹn."]
    if unsealed:
        lines = [*lines, f"{unsealed} sự kiện mới chưa niêm phong."]
    say({"faults": faults, "unsealed": unsealed}, as_json=as_json, lines=lines)
    sys.exit(REFUSED if faults else 0)


@journal.command()
@as_json
def seal(as_json: bool) -> None:
    """Seal the settled part of the journal now."""
    with product():
        from motcua.journal.actions import seal_settled

        sealed = 0
        while some := seal_settled(at=clock.now()):
            sealed += some
    say({"sealed": sealed}, as_json=as_json)


@main.command()
@as_json
def health(as_json: bool) -> None:
    """Tell how database, migrations, outbox and recomputations are; exit 1 if something is wrong."""
    with product():
        from motcua.ops.health import report

        found = report(at=clock.now())
    say(found, as_json=as_json)
    sys.exit(0 if found["ok"] else REFUSED)


@main.command("second-factor")
@click.argument("username")
@as_json
def second_factor(username: str, as_json: bool) -> None:
    """Give USERNAME a new second factor and print the address for their authenticator app, once."""
    with product():
        from motcua.accounts.actions import enrol_second_factor
        from motcua.accounts.queries import user_named
        from motcua.journal.events import SYSTEM

        user = user_named(username)
        if user is None:
            bad_input(f"{username}: không có tài khoản này.")
        else:
            address = enrol_second_factor(user, by=SYSTEM, at=clock.now())
            say({"username": username, "address": address}, as_json=as_json)


@main.command()
@click.option("--only", type=click.Choice(MEASUREMENTS), help="Take one measurement.")
@click.option(
    "--quick", is_flag=True, help="Tiny sizes: shows that all of it runs, says nothing about speed."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("bench.json"), show_default=True
)
@as_json
def bench(only: str | None, quick: bool, out: Path, as_json: bool) -> None:
    """Measure against bare yardsticks on a database of its own; print a table and write JSON to --out."""
    from motcua.ops.bench.ground import GroundRefused
    from motcua.ops.bench.run import run_bench
    from motcua.ops.bench.table import as_json as measured
    from motcua.ops.bench.table import table

    at, began = clock.now(), time.monotonic()
    try:
        outcomes = list(
            run_bench(only=only, quick=quick, tell=lambda line: click.echo(f"{line} …", err=True))
        )
    except (GroundRefused, PostgresFault) as fault:
        bad_input(str(fault))
        return
    result = measured(outcomes, at=at, seconds=time.monotonic() - began, quick=quick)
    out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(result, as_json=as_json, lines=table(outcomes))


main.add_command(procedures)
main.add_command(calendar)
main.add_command(deadlines)
main.add_command(organisation)
main.add_command(partners)
main.add_command(processes)
main.add_command(world)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command with the database of this product."""
    with product(owner=True):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["motcua manage", *arguments])


if __name__ == "__main__":
    main()
