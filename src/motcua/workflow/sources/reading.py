"""Reading an internal process from a procedure text, with everything that a person must answer for.

See docs/rules/iso-processes.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.kit.text import fold
from motcua.rules.process.model import Process
from motcua.workflow.sources.doubts import Asking, Doubt, Kind, Note, Settled
from motcua.workflow.sources.iso_drawing import draw
from motcua.workflow.sources.iso_limits import Course, read_stated
from motcua.workflow.sources.iso_steps import Step, read_steps
from motcua.workflow.sources.iso_text import Document, Table, read_document
from motcua.workflow.sources.iso_timing import TimeSum, Timing, note_rounding, read_timing

_MOST_KEY = 80


@dataclass(frozen=True, slots=True)
class ReadProcess:
    """What one text gave: a draft, the questions that are open, and how its times add up.

    `process` holds what is proposed wherever a question is open (`doubts`), and is None where there is no table to
    read; `settled` are the questions that a person answered. `name` is the source's own name for the text, `steps`
    counts the rows of its table.
    """

    name: str
    title: str
    code: str
    procedure_code: str
    process: Process | None
    doubts: tuple[Doubt, ...]
    settled: tuple[Settled, ...]
    notes: tuple[Note, ...]
    sums: tuple[TimeSum, ...]
    steps: int
    document: Document = field(repr=False)

    @property
    def answers(self) -> dict[str, str]:
        """The answers given so far, by the key of their question."""
        return {row.doubt.key: row.answer for row in self.settled}

    @property
    def complete(self) -> bool:
        """Whether nothing is open and every course stays within its limit; soundness is judged elsewhere."""
        return self.process is not None and not self.doubts and all(row.fits for row in self.sums)


def read_procedure(text: str, name: str) -> ReadProcess:
    """Read a procedure text; never raises. `name` tells the source apart, such as the path of its file."""
    return _build(read_document(text), name, {})


def answer(read: ReadProcess, answers: Mapping[str, str]) -> ReadProcess:
    """Read again with these answers, by the key of their doubt, beside the earlier ones.

    Raises `AnswerRefused`: unknown_question, bad_answer. An answer may raise a new question.
    """
    return _build(read.document, read.name, {**read.answers, **answers})


def proposals(read: ReadProcess) -> dict[str, str]:
    """Return the proposed answer of each open question that has one."""
    return {doubt.key: doubt.proposed for doubt in read.doubts if doubt.proposed}


def _build(document: Document, name: str, answers: Mapping[str, str]) -> ReadProcess:
    asking = Asking(answers)
    process: Process | None = None
    timings: tuple[Timing, ...] = ()
    if document.table is None:
        kind = Kind.TORN_TABLE if document.torn else Kind.NO_TABLE
        asking.ask(kind, source=document.title or name)
    else:
        steps, timings = _read(document, document.table, asking)
        process = draw(_key(document, name), document.title or name, steps, timings)
    asking.finish()
    return ReadProcess(
        name,
        document.title,
        document.code,
        document.procedure_code,
        process,
        tuple(asking.doubts),
        tuple(asking.settled),
        tuple(asking.notes),
        tuple(timing.sum for timing in timings),
        len(document.table.rows) if document.table else 0,
        document,
    )


def _read(document: Document, table: Table, asking: Asking) -> tuple[tuple[Step, ...], tuple[Timing, ...]]:
    steps = read_steps(table.rows, asking, issuer=document.issuer)
    timings = read_timing(
        table, steps, read_stated(document.limit), asking, working_days=document.working_days
    )
    note_rounding(timings, asking)
    # The common course leads, in whatever order the columns stand.
    return steps, tuple(sorted(timings, key=lambda timing: timing.course is not Course.PLAIN))


def _key(document: Document, name: str) -> str:
    """Return a key made of code and title: offices use one code twice, and two offices one title."""
    key = ""
    for word in fold(f"{document.code} {document.title}").split() or fold(name).split():
        if len(key) + len(word) >= _MOST_KEY:
            break
        key = f"{key}-{word}" if key else word
    return key or "process"
