"""`motcua procedures`: bringing foreign catalogues in from the command line."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from motcua.catalogue.differences import DECLARED
from motcua.catalogue.sources.faults import SourceFault
from motcua.catalogue.sources.lists import OfficialList, read_list
from motcua.catalogue.sources.opening import read_all
from motcua.catalogue.sources.reading import Reading
from motcua.kit import clock
from motcua.ops.command import REFUSED, bad_input, product
from motcua.ops.database import bring_tables

if TYPE_CHECKING:
    from motcua.catalogue.actions import Imported

_EVERY = 100
# What running dossiers may follow; the limit was promised and stays.
FOLLOWED = tuple(part for part in DECLARED if part != "limit")
_File = tuple[str, list[Reading]]
# Earlier days are slips of the keyboard.
_FIRST_YEAR = 2020
Say = Callable[[str], None]


class NothingInCommon(Exception):
    """A list that names none of the procedures at hand: most likely that of another ministry."""


def read_files(
    files: Iterable[Path], lists: Iterable[Path], *, say: Say
) -> tuple[list[_File], list[OfficialList]]:
    """Read all files and lists before anything is written; `SourceFault` or `NothingInCommon` in one line."""
    read: list[_File] = []
    for path in files:
        readings, notes = read_all(path)
        for note in notes:
            say(f"{path.name}: {note}")
        say(f"{path.name}: {len(readings)} thủ tục")
        read.append((path.name, readings))
    editions = [read_list(path) for path in lists]
    codes = {reading.code for _, readings in read for reading in readings}
    for edition in editions:
        say(f"{edition.name}: {len(edition.rows)} thủ tục trong danh mục")
        if read:
            _in_common(edition, codes)
    return read, editions


def _in_common(edition: OfficialList, codes: set[str]) -> None:
    if codes.isdisjoint(row.code for row in edition.rows):
        raise NothingInCommon(
            f"{edition.name}: không có mã nào trùng với các thủ tục được đối chiếu; có thể là danh mục của bộ khác. "
            "Kiểm tra lại tệp danh mục rồi nhập lại; chưa có gì được ghi."
        )


def import_files(
    read: list[_File],
    editions: list[OfficialList],
    *,
    dry_run: bool,
    say: Say,
    in_flight: dict[str, Any] | None = None,
) -> "Imported":
    """Import what was read, telling how far it is."""
    from motcua.catalogue.actions import import_records
    from motcua.catalogue.queries import known_codes
    from motcua.dossiers.jobs import note_uses
    from motcua.journal.events import Actor

    if not read:
        for edition in editions:
            _in_common(edition, known_codes())

    def tell(done: int, of: int) -> None:
        if done % _EVERY == 0 or done == of:
            say(f"Đã xử lý {done}/{of} thủ tục")

    by = Actor(None, f"Nhập từ dòng lệnh ({_account()})")
    done = import_records(
        read, lists=editions, by=by, at=clock.now(), dry_run=dry_run, in_flight=in_flight, tell=tell
    )
    if not dry_run:
        # What people need most is confirmed first, from the first day.
        note_uses(at=clock.now())
    return done


def _account() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "root"


@click.group()
def procedures() -> None:
    """The catalogue of procedures."""


@procedures.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--list", "lists", multiple=True, type=click.Path(path_type=Path), help="Official list (xlsx, csv)."
)
@click.option("--dry-run", is_flag=True, help="Write nothing but the report.")
@click.option(
    "--report", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Report, as JSON."
)
@click.option(
    "--follow", "follow", multiple=True, metavar="FIELD[=DAY]",
    help="Let running dossiers follow a changed field (fees, components, ...) at once or from a day.",
)  # fmt: skip
def import_(
    files: tuple[Path, ...], lists: tuple[Path, ...], dry_run: bool, report: Path, follow: tuple[str, ...]
) -> None:
    """Read FILES of foreign catalogues into ours; every doubt stands in the report.

    Exit 0 when all that was read is either published or held back, 2 for a file that cannot be read: then
    nothing was written.
    """
    if not files and not lists:
        bad_input("Chưa có tệp nào để nhập; nêu ít nhất một tệp thủ tục hoặc một --list.")
    in_flight = _declared(follow)
    part = _opened(report, files + lists)
    try:
        read, editions = read_files(files, lists, say=_say)
        done = _on_database(read, editions, dry_run, in_flight)
        _keep(part, report, done.to_json() | {"dry_run": dry_run})
    except (SourceFault, NothingInCommon) as fault:
        bad_input(_printable(str(fault)))
    finally:
        Path(part.name).unlink(missing_ok=True)
    click.echo(_summary(done, dry_run))
    sys.exit(0 if done.balanced else REFUSED)


def _on_database(
    read: list[_File], editions: list[OfficialList], dry_run: bool, in_flight: dict[str, Any]
) -> "Imported":
    # As the owner, because the tables may be missing or of an older version; the triggers bind the owner too.
    with product(owner=True) as database:
        bring_tables(database)
        return import_files(read, editions, dry_run=dry_run, say=_say, in_flight=in_flight)


def _say(line: str) -> None:
    click.echo(_printable(line), err=True)


def _printable(line: str) -> str:
    """Return the line as any terminal takes it: the name of a file need not be text."""
    return line.encode("utf-8", "replace").decode()


def _declared(follow: tuple[str, ...]) -> dict[str, Any]:
    """Read what running dossiers follow; the limit never, because it was promised."""
    declared: dict[str, Any] = {}
    for said in follow:
        field, _, day = said.partition("=")
        if field not in FOLLOWED:
            bad_input(f"--follow {said}: không có mục này; chọn một trong {', '.join(FOLLOWED)}.")
        try:
            declared[field] = {
                "policy": "follow",
                "from": date.fromisoformat(day).isoformat() if day else None,
            }
        except ValueError:
            bad_input(f"--follow {said}: ngày viết dạng NĂM-THÁNG-NGÀY, ví dụ {field}=2027-01-01.")
    return declared


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    if day.isoformat() != text or day.year < _FIRST_YEAR:
        raise ValueError(text)
    return text


def _opened(report: Path, given: tuple[Path, ...]) -> IO[str]:
    """Open what becomes the report before anything is imported: a report that cannot be written comes too late.

    It takes its place only when all is done, and never that of a file that is imported.
    """
    place = report.resolve()
    if place in {path.resolve() for path in given}:
        bad_input(f"{report}: báo cáo không được ghi đè lên tệp đang nhập.")
    try:
        if place.exists() and not place.is_file():
            bad_input(f"{report}: không phải tệp thường nên không ghi báo cáo vào đó được.")
        return tempfile.NamedTemporaryFile(
            "w", dir=place.parent, prefix=".bao-cao-", suffix=".part", encoding="utf-8", delete=False
        )
    except OSError as fault:
        bad_input(f"{report}: không ghi được báo cáo ở đây ({fault.strerror}); chọn nơi khác.")


def _keep(part: IO[str], report: Path, said: dict[str, Any]) -> None:
    json.dump(said, part, ensure_ascii=False, indent=1)
    part.write("\n")
    part.close()
    Path(part.name).chmod(0o644)
    Path(part.name).replace(report.resolve())


def _summary(done: "Imported", dry_run: bool) -> str:
    told = [
        f"Đọc {done.read}",
        f"công bố {len(done.published)} (phiên bản mới: {len(done.new_versions)})",
        f"giữ lại {len(done.held_back)}",
        f"điều còn ngờ {len(done.doubts)}",
    ]
    if done.proposed:
        told.append(f"đề nghị bãi bỏ {len(done.proposed)}")
    return "; ".join(told) + (" (chạy thử: chưa ghi gì)." if dry_run else ".")
