"""`motcua processes import`: internal processes of others as drafts, with a report of what people must settle."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.catalogue.sources.faults import SourceFault, read_source
from motcua.catalogue.sources.jsontext import json_records
from motcua.catalogue.sources.textfile import decode_text
from motcua.kit import clock
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.ops.database import bring_tables
from motcua.ops.reckoning import without_database
from motcua.rules.limit_text import say_limit
from motcua.rules.process.faults import Fault
from motcua.workflow.sources.checking import faults_of
from motcua.workflow.sources.doubts import AnswerRefused
from motcua.workflow.sources.iso_timing import TimeSum
from motcua.workflow.sources.reading import ReadProcess, answer, proposals, read_procedure

if TYPE_CHECKING:
    from motcua.journal.events import Actor

Answers = Mapping[str, Mapping[str, str]]
Words = Callable[[Any], str]
_MOST_NAME = 240
_COURSES = {"plain": "thường", "verification": "có xác minh", "other_case": "trường hợp khác"}
_STATES = {
    "complete": "đủ",
    "asks": "còn phải hỏi",
    "faulty": "có lỗi",
    "unreadable": "không đọc được",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One text as it was read, after the answers given, with the faults of its draft."""

    read: ReadProcess
    faults: tuple[Fault, ...]

    @property
    def state(self) -> str:
        """`complete`, `asks`, `faulty` (nothing to answer, yet not fit to be published), or `unreadable`."""
        if self.read.process is None:
            return "unreadable"
        if self.read.doubts:
            return "asks"
        sound = all(fault.warning for fault in self.faults)
        return "complete" if self.read.complete and sound else "faulty"

    def to_json(self, question: Words, remark: Words) -> dict[str, object]:
        """Give everything that the report says of it."""
        read = self.read
        return {
            "key": read.process.key if read.process else "",
            "name": read.name,
            "title": read.title,
            "code": read.code,
            "procedure": read.procedure_code,
            "state": self.state,
            "steps": read.steps,
            "sums": [row.to_json() for row in read.sums],
            "doubts": [doubt.to_json() | {"question": question(doubt)} for doubt in read.doubts],
            "remarks": [note.to_json() | {"said": remark(note)} for note in read.notes],
            "answers": read.answers,
            "faults": [fault.to_json() for fault in self.faults],
        }


def read_texts(path: Path) -> list[ReadProcess]:
    """Read every text of a file; `SourceFault` in one line for a file that is none."""
    text, _ = decode_text(read_source(path), file=path.name)
    found = []
    for line, record in json_records(text, file=path.name):
        said = record.get("text")
        if not isinstance(said, str) or not said.strip():
            raise SourceFault("thiếu trường “text”: nội dung của quy trình.", file=path.name, line=line)
        name = record.get("_path") or record.get("name") or f"{path.name}:{line}"
        found.append(read_procedure(said, str(name)[-_MOST_NAME:]))
    return found


def apply_answers(read: Sequence[ReadProcess], answers: Answers) -> list[Imported]:
    """Read again with what was answered, by the name or key of a text; `AnswerRefused` for what can't be taken."""
    known = {one.name for one in read} | {one.process.key for one in read if one.process}
    for name in answers:
        if name not in known:
            raise AnswerRefused("unknown_question", name)
    done = []
    for one in read:
        key = one.process.key if one.process else ""
        given = {**answers.get(one.name, {}), **answers.get(key, {})}
        told = answer(one, given) if given else one
        done.append(Imported(told, faults_of(told)))
    return done


def report_of(imported: Sequence[Imported], question: Words, remark: Words) -> dict[str, Any]:
    """Give the whole report: how many are in which state, and each text."""
    states = [one.state for one in imported]
    return {
        "read": len(imported),
        **{state: states.count(state) for state in _STATES},
        "processes": [one.to_json(question, remark) for one in imported],
    }


def store(read: ReadProcess, *, by: "Actor", at: datetime) -> None:
    """Keep what was read as a draft, with its questions and the answers given; a text without a process is not kept."""
    from motcua.workflow.actions.drafting import save_imported_draft
    from motcua.workflow.bpmn.writing import write_bpmn

    if read.process is None:
        return
    save_imported_draft(
        key=read.process.key,
        title_vi=read.title[:_MOST_NAME],
        definition=read.process.to_json(),
        bpmn=write_bpmn(read.process),
        doubts=[*(doubt.to_json() for doubt in read.doubts), *(row.to_json() for row in read.settled)],
        source=read.name,
        by=by,
        at=at,
    )


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--answers", type=click.Path(path_type=Path), help="Answers to the questions of a former run, as JSON."
)
@click.option(
    "--questions", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the open questions with the proposed answers, to be gone through and given back as --answers.",
)  # fmt: skip
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Report, as JSON.")
@click.option("--save", is_flag=True, help="Keep the drafts.")
@as_json
def import_(
    file: Path, answers: Path | None, questions: Path | None, report: Path | None, save: bool, as_json: bool
) -> None:
    """Read FILE, internal processes as texts (JSONL), into drafts; every doubt is a question in the report.

    Exit 0 when every text is complete or asks, 1 when one can't be read or its draft has a fault, 2 for bad input.
    """
    for place in (questions, report):
        if place is not None and place.resolve() in {path.resolve() for path in (file, answers) if path}:
            bad_input(f"{place}: không được ghi đè lên tệp đang đọc.")
    try:
        imported = apply_answers(read_texts(file), _answers_from(answers))
    except SourceFault as fault:
        bad_input(str(fault))
    except AnswerRefused as refused:
        why = "không có câu hỏi này" if refused.code == "unknown_question" else "trả lời không hợp lệ"
        bad_input(f"{answers}: {refused.where}: {why}.")
    with _kept_drafts() if save else without_database():
        told = report_of(imported, *_words()) | {"saved": _readable(imported) if save else 0}
        if questions is not None:
            _write(questions, {one.read.name: _open(one.read) for one in imported if one.read.doubts})
        if report is not None:
            _write(report, told)
        if save:
            _save(imported)
    say(told, as_json=as_json, lines=[*_lines(told, imported), _kept(told, save=save)])
    sys.exit(REFUSED if told["unreadable"] or told["faulty"] else 0)


def _open(read: ReadProcess) -> dict[str, str]:
    # A question without a proposal stands there empty, so that nobody overlooks it.
    return {doubt.key: "" for doubt in read.doubts} | proposals(read)


def _answers_from(path: Path | None) -> Answers:
    if path is None:
        return {}
    text, _ = decode_text(read_source(path), file=path.name)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not all(_is_answers(row) for row in said.values()):
        raise SourceFault(
            "cần một đối tượng JSON: tên quy trình, rồi câu hỏi và câu trả lời.", file=path.name
        )
    # What was left empty is not answered.
    return {name: {key: text for key, text in row.items() if text} for name, row in said.items()}


def _is_answers(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(text, str) for text in row.values())


def _write(place: Path, said: object) -> None:
    try:
        place.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as fault:
        bad_input(f"{place}: không ghi được ({fault.strerror}).")


def _words() -> tuple[Words, Words]:
    """Return how questions and remarks are put into words; the product must be set up."""
    from motcua.workflow.sources.questions import question_of, remark_of

    return question_of, remark_of


@contextmanager
def _kept_drafts() -> Iterator[None]:
    """Start the product where drafts are kept; its database must be known before anything of it is loaded."""
    with product(owner=True) as database:
        bring_tables(database)
        yield


def _readable(imported: Sequence[Imported]) -> int:
    return sum(one.read.process is not None for one in imported)


def _save(imported: Sequence[Imported]) -> None:
    """Keep every text that has a process: all of them or, if one can't be kept, none."""
    from django.db import transaction

    from motcua.journal.events import Actor

    by, at = Actor(None, "Nhập quy trình từ dòng lệnh"), clock.now()
    with transaction.atomic():
        for one in imported:
            store(one.read, by=by, at=at)


def _kept(told: Mapping[str, Any], *, save: bool) -> str:
    if save:
        return f"Đã giữ {told['saved']} bản nháp; xem ở trang “Quy trình”."
    return "Mới đọc thử, chưa giữ lại gì. Chạy lại với --save để giữ các bản nháp."


def _lines(told: Mapping[str, Any], imported: Sequence[Imported]) -> list[str]:
    counts = ", ".join(f"{words} {told[state]}" for state, words in _STATES.items())
    lines = [f"Đọc {told['read']} quy trình: {counts}. Mọi câu trả lời đề xuất đều cần người xác nhận."]
    for one, row in zip(imported, told["processes"], strict=True):
        state = _STATES[row["state"]] + (f" {len(row['doubts'])} câu" if row["state"] == "asks" else "")
        sums = "; ".join(_sum(found) for found in one.read.sums)
        lines.append(
            f"{row['title'] or row['name']}: {state}; {row['steps']} bước; {sums or 'không có thời gian'}"
        )
        for doubt in row["doubts"]:
            proposed = f" Đề xuất: {doubt['proposed']}." if doubt["proposed"] else ""
            lines.append(f"  ? {doubt['key']}: {doubt['question']}{proposed}")
            lines.append(f"    “{doubt['source']}”")
        lines += [f"  ! {fault.kind} {fault.element}" for fault in one.faults if not fault.warning]
    return lines


def _sum(found: TimeSum) -> str:
    limit = say_limit(found.limit) if found.limit else "không rõ"
    return f"{_COURSES[found.course.value]}: tổng {float(found.total):g} ngày, thời hạn {limit}"
