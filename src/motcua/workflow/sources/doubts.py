"""What a reading is unsure of, as questions with possible answers; a person answers, nothing is settled silently.

See docs/rules/iso-processes.md, "What is asked".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from motcua.kit.text import squeeze
from motcua.rules.refusals import Refusal

MOST_SOURCE = 300


class Kind(StrEnum):
    """What is asked; stable words, because answers are kept by them."""

    NO_TABLE = "no_table"
    TORN_TABLE = "torn_table"
    NO_LIMIT = "no_limit"
    LIMIT_IN_PARTS = "limit_in_parts"
    LIMITS_DIFFER = "limits_differ"
    UNIT_OF_DAYS = "unit_of_days"
    NO_TIME = "no_time"
    SEVERAL_TIMES = "several_times"
    SHARED_TIME = "shared_time"
    OVER_LIMIT = "over_limit"
    UNKNOWN_ACTOR = "unknown_actor"
    NO_DECISION = "no_decision"
    NO_RETURN = "no_return"
    NO_PREPARER = "no_preparer"


class Remark(StrEnum):
    """What was read in a certain way that people should know of; nothing to answer."""

    RECEIVED_BEFORE = "received_before"
    CLERK_IS_RECEIVER = "clerk_is_receiver"
    COUNCIL_SIGNS = "council_signs"
    RETURNED_BY_OTHER = "returned_by_other"
    AFTER_RETURN = "after_return"
    SOMETIMES = "sometimes"
    PARTNER = "partner"
    ROUNDED_TO_HOUR = "rounded_to_hour"
    COLUMN_LEFT_OUT = "column_left_out"
    LIMIT_WITHOUT_TIMES = "limit_without_times"


class AnswerRefused(Refusal):
    """An answer can't be taken; codes unknown_question, bad_answer. `where` is the key of the question."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(code)
        self.where = where


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question: its kind, the step or course it stands at, what was read, and how it can be answered.

    `proposed` is what the draft holds until a person says so or otherwise, empty where nothing is. `answers` are the
    codes that can be answered, `free` names what else may be written: `limit`, `time`, `limit_or_step` ("step_2=1
    ngày"), or nothing.
    """

    kind: Kind
    place: str
    source: str
    proposed: str
    answers: tuple[str, ...]
    free: str = ""

    @property
    def key(self) -> str:
        """The name under which it is answered."""
        return f"{self.kind}:{self.place}" if self.place else str(self.kind)

    def to_json(self) -> dict[str, object]:
        """Give all of it."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "place": self.place,
            "source": self.source,
            "proposed": self.proposed,
            "answers": list(self.answers),
            "free": self.free,
        }


@dataclass(frozen=True, slots=True)
class Settled:
    """A question with the answer that a person gave."""

    doubt: Doubt
    answer: str

    def to_json(self) -> dict[str, object]:
        """Give all of it."""
        return self.doubt.to_json() | {"answer": self.answer}


@dataclass(frozen=True, slots=True)
class Note:
    """One remark and where it stands."""

    remark: Remark
    place: str = ""
    source: str = ""

    def to_json(self) -> dict[str, str]:
        """Give all of it."""
        return {"remark": self.remark.value, "place": self.place, "source": self.source}


@dataclass
class Asking:
    """The questions of one reading: what is answered is taken, what is not becomes a doubt and the proposal holds."""

    answers: Mapping[str, str]
    doubts: list[Doubt] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def ask(
        self,
        kind: Kind,
        place: str = "",
        *,
        source: str,
        proposed: str = "",
        answers: tuple[str, ...] = (),
        free: str = "",
        accepts: Callable[[str], bool] = lambda _: False,
    ) -> str:
        """Return what was answered, else what is proposed; `AnswerRefused` (bad_answer) for what is no answer."""
        doubt = Doubt(kind, place, squeeze(source)[:MOST_SOURCE], proposed, answers, free)
        again = doubt.key in self.asked
        self.asked.add(doubt.key)
        given = self.answers.get(doubt.key)
        if given is None:
            if not again:
                self.doubts.append(doubt)
            return proposed
        said = squeeze(given)
        if said not in answers and not accepts(said):
            raise AnswerRefused("bad_answer", doubt.key)
        if not again:
            self.settled.append(Settled(doubt, said))
        return said

    def note(self, remark: Remark, place: str = "", source: str = "") -> None:
        """Keep a remark."""
        self.notes.append(Note(remark, place, squeeze(source)[:MOST_SOURCE]))

    def finish(self) -> None:
        """Refuse (`AnswerRefused`, unknown_question) an answer to what was not asked."""
        for key in self.answers:
            if key not in self.asked:
                raise AnswerRefused("unknown_question", key)
