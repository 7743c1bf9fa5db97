"""`motcua processes`: whether a drawn process is sound, and whether it could be published."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.kit import clock
from motcua.kit.reading import file_bytes
from motcua.ops.command import BAD_INPUT, REFUSED, as_json, bad_input, product, say
from motcua.ops.process_import import import_
from motcua.ops.reckoning import NeedsPerson, read_text, require_tables, without_database
from motcua.rules.deadlines import Limit
from motcua.rules.process.checks import check_publication, may_be_published
from motcua.rules.process.faults import Fault
from motcua.rules.process.scenarios import Scenario, ScenarioRefused
from motcua.rules.process.soundness import check_soundness
from motcua.rules.process.time_sum import fewest_minutes
from motcua.workflow.bpmn import BpmnRefused, Drawing, is_detail, read_bpmn, sketch_of
from motcua.workflow.bpmn.parsing import MOST_BYTES


@click.group()
def processes() -> None:
    """Processes: drawn in BPMN 2.0, checked before they are published."""


processes.add_command(import_)


@processes.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Everything that stops publication, not soundness alone.")
@click.option(
    "--procedure",
    default="",
    metavar="CODE",
    help="With --publish: the limit of this procedure, as of today.",
)
@click.option("--limit", "limit_text", help="With --publish: the legal limit, as the catalogue writes it.")
@click.option("--scenarios", type=click.Path(path_type=Path), help="With --publish: scenarios, as JSON.")
@click.option("--english", is_flag=True, help="Say the faults in English.")
@as_json
def check(
    file: Path,
    publish: bool,
    procedure: str,
    limit_text: str | None,
    scenarios: Path | None,
    english: bool,
    as_json: bool,
) -> None:
    """Read the BPMN 2.0 file FILE and prove it sound.

    Exit 0 sound (warnings allowed), 1 with each fault named, 2 for a file that cannot be read.
    """
    if not publish and (procedure or limit_text or scenarios):
        bad_input("--procedure, --limit, --scenarios chỉ dùng cùng --publish.")
    drawing = _drawing(file, english=english, as_json=as_json)
    unchecked: list[str] = []
    if publish:
        faults, unchecked = _publication(drawing, _legal_limit(procedure, limit_text), _scenarios(scenarios))
    else:
        faults = _soundness(drawing)
    passed = may_be_published(faults)
    told = _told(file, drawing, faults) | {
        "sound": may_be_published(_soundness(drawing)) if publish else passed,
        "publishable": passed if publish else None,
        "unchecked": unchecked,
    }
    lines = [] if as_json else _lines(file, faults, drawing, unchecked, english=english)
    say(told, as_json=as_json, lines=lines)
    sys.exit(0 if passed else REFUSED)


# --- reading ------------------------------------------------------------------------------------------------


def _drawing(file: Path, *, english: bool, as_json: bool) -> Drawing:
    data = file_bytes(file, most=MOST_BYTES)
    code, line = "missing", 0
    try:
        if data is not None:
            return read_bpmn(data)
    except BpmnRefused as refused:
        code, line = refused.code, refused.where
    if as_json:
        say({"file": str(file), "readable": False, "code": code, "line": line}, as_json=True)
    with _words(english):
        from motcua.workflow.words import UNREADABLE

        where = _("%(file)s, dòng %(line)s") if line else "%(file)s"
        click.echo(f"{where % {'file': file, 'line': line}}: {UNREADABLE[code]}.", err=True)
    sys.exit(BAD_INPUT)


def _scenarios(file: Path | None) -> tuple[Scenario, ...] | None:
    if file is None:
        return None
    data = file_bytes(file, most=MOST_BYTES)
    if data is None:
        bad_input(f"{file}: không tìm thấy tệp; kiểm tra lại đường dẫn.")
    try:
        rows = json.loads(data)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            bad_input(f"{file}: phải là một danh sách kịch bản.")
        return tuple(Scenario.from_json(row) for row in rows)
    except ScenarioRefused as refused:
        bad_input(f"{file}: không đọc được kịch bản ({refused.code}).")
    except (ValueError, RecursionError):
        bad_input(f"{file}: không phải JSON.")


def _legal_limit(procedure: str, text: str | None) -> Limit | None:
    if procedure and text is not None:
        bad_input("Nêu thời hạn bằng --limit, hoặc thủ tục bằng --procedure (một trong hai).")
    if text is not None:
        try:
            return read_text(text)
        except NeedsPerson:
            bad_input(f"“{text}”: không đọc được chắc chắn; viết lại, ví dụ 05 ngày làm việc.")
    return _limit_of(procedure) if procedure else None


def _limit_of(procedure: str) -> Limit | None:
    """Return the shortest limit that a procedure promises in any case, None where it promises none."""
    with product():
        require_tables()
        from motcua.catalogue.queries import current_version
        from motcua.dossiers.queries import limit_for

        version = current_version(procedure, on=clock.today())
        if version is None:
            bad_input(f"--procedure {procedure}: không có thủ tục nào mang mã này hôm nay.")
        record = version.record
        found = [limit_for(record, channel=row.channel.value, case=row.case) for row in record.channels]
        return min((limit for limit in found if limit), key=fewest_minutes, default=None)


# --- judging ------------------------------------------------------------------------------------------------


def _soundness(drawing: Drawing) -> tuple[Fault, ...]:
    """Judge where tokens go; what only publication needs is a warning."""
    sketch = sketch_of(drawing)
    details = tuple(replace(fault, warning=True) if is_detail(fault) else fault for fault in drawing.faults)
    return (*details, *(check_soundness(sketch) if sketch else ()))


def _publication(
    drawing: Drawing, limit: Limit | None, scenarios: tuple[Scenario, ...] | None
) -> tuple[tuple[Fault, ...], list[str]]:
    """Judge all that a file can tell; who holds its functions is seen where it is published."""
    unchecked = [
        "holders",
        *(["limit"] if limit is None else []),
        *(["scenarios"] if scenarios is None else []),
    ]
    if drawing.process is None:
        sketch = sketch_of(drawing)
        return (*drawing.faults, *(check_soundness(sketch) if sketch else ())), ["rest"]
    found = check_publication(drawing.process, limit=limit, scenarios=scenarios or ())
    if scenarios is None:
        found = tuple(fault for fault in found if fault.kind != "no_scenario")
    return found, unchecked


# --- saying -------------------------------------------------------------------------------------------------


def _told(file: Path, drawing: Drawing, faults: tuple[Fault, ...]) -> dict[str, Any]:
    titles = {node.key: node.title_vi for node in drawing.nodes}
    titles |= {flow.key: flow.title_vi for flow in drawing.flows}
    return {
        "file": str(file),
        "readable": True,
        "key": drawing.key,
        "title": drawing.title_vi,
        "nodes": len(drawing.nodes),
        "flows": len(drawing.flows),
        "faults": [fault.to_json() | {"title": titles.get(fault.element, "")} for fault in faults],
        "ignored": list(drawing.ignored),
    }


@contextmanager
def _words(english: bool) -> Iterator[None]:
    with without_database(), override("en" if english else "vi"):
        yield


def _lines(
    file: Path,
    faults: tuple[Fault, ...],
    drawing: Drawing,
    unchecked: list[str],
    *,
    english: bool,
) -> list[str]:
    """Say each fault with its kind, its story as numbered steps, and the verdict last."""
    lines = []
    with _words(english):
        from motcua.workflow.words import UNCHECKED, fault_words, story_words, titles_of

        titles = titles_of(drawing.nodes, drawing.flows, "en" if english else "vi")
        for fault in faults:
            what = _("Lưu ý") if fault.warning else _("Lỗi")
            lines.append(f"{what} [{fault.kind}] {fault_words(fault, titles)}.")
            steps = story_words(fault.story, titles)
            lines += [f"  {number}. {step}" for number, step in enumerate(steps, 1)]
        if drawing.ignored:
            lines.append(
                _("Bỏ qua vì không đổi đường đi: %(names)s.") % {"names": ", ".join(drawing.ignored)}
            )
        lines += [str(UNCHECKED[name]) for name in unchecked]
        count = sum(not fault.warning for fault in faults)
        lines.append(_verdict(count) % {"file": file, "count": count})
    return lines


def _verdict(count: int) -> str:
    return _("%(file)s: %(count)s lỗi.") if count else _("%(file)s: không có lỗi.")
