"""What stands on each slip, as frozen data, and the printing of one slip by the set of forms of its day."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from motcua.documents.print.sets import FormMissing, form_set_on
from motcua.documents.print.typesetter import typeset
from motcua.documents.print.wording import dong, long_day, moment

Json = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who issues the slip, where and on which local day; `document_number` is "12/TB-TTPVHCC" or empty."""

    agency: str
    place: str
    day: date
    parent_agency: str = ""
    document_number: str = ""

    def to_json(self) -> Json:
        """The head as its template reads it."""
        return {
            "agency": self.agency,
            "parent_agency": self.parent_agency,
            "document_number": self.document_number,
            "place_and_day": f"{self.place}, {long_day(self.day)}",
        }


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The one-stop desk where the applicant stood, and how to reach it."""

    name: str
    address: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Whose dossier it is, who filed it if another, how to reach them; the personal number comes masked."""

    name: str
    filer: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    masked_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The dossier: number, what is asked, the procedure, the address its QR code opens (None = no code)."""

    number: str
    request: str
    procedure_code: str = ""
    procedure_name: str = ""
    qr_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper handed in: how many originals, certified copies and plain copies, and in which form."""

    name: str
    originals: int = 0
    copies: int = 0
    certified: int = 0
    electronic: bool = False


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """One fee in whole đồng, with what is to be said about it (paid, how, ...)."""

    name: str
    vnd: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of the dossier: the paper, what is wrong, how to put it right, and the legal ground."""

    paper: str
    wrong: str
    fix: str
    ground: str = ""


class Outcome(StrEnum):
    """How one unit's part of the handling ended against its due time."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


OUTCOME_WORDS = {
    Outcome.EARLY: "Trước hạn",
    Outcome.ON_TIME: "Đúng hạn",
    Outcome.LATE: "Quá hạn",
}


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One row of the control sheet: the unit or person who had the dossier, when, how it ended."""

    unit: str
    person: str = ""
    handed_at: datetime | None = None
    received_at: datetime | None = None
    outcome: Outcome | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs for the agency: the post, by whose authority ("TM. …", "KT. …"), the full name."""

    title: str
    name: str = ""
    authority: str = ""


class Slip(Protocol):
    """Any slip that can be printed."""

    form_key: ClassVar[str]

    @property
    def head(self) -> Letterhead:
        """Who issues it and when."""

    @property
    def matter(self) -> Matter:
        """The dossier it is about."""

    def to_json(self) -> Json:
        """What its template reads."""


@dataclass(frozen=True, kw_only=True)
class _OfDossier:
    """What every slip says: the issuer, the desk, the applicant, the dossier."""

    head: Letterhead
    desk: Desk
    applicant: Applicant
    matter: Matter

    def _shared(self) -> Json:
        return {
            "head": self.head.to_json(),
            "desk": asdict(self.desk),
            "applicant": asdict(self.applicant),
            "matter": asdict(self.matter),
        }


@dataclass(frozen=True, kw_only=True)
class Receipt(_OfDossier):
    """Form 01: what was received, by when it is promised, where the result waits.

    `time_limit` is in words; `appointed_at` None = the procedure has no time limit; `explanation` is the
    plain sentence saying how the day was counted; `online` = filed online, so nobody signs as filer.
    """

    form_key: ClassVar[str] = "receipt"

    papers: tuple[Paper, ...]
    received_at: datetime
    appointed_at: datetime | None
    sets: int = 1
    time_limit: str = ""
    explanation: str = ""
    return_place: str = ""
    return_method: str = ""
    fees: tuple[FeeLine, ...] = ()
    receiver: str = ""
    copy: str = ""
    online: bool = False

    def to_json(self) -> Json:
        """What the template `receipt` reads."""
        fees = [{"name": fee.name, "amount": dong(fee.vnd), "note": fee.note} for fee in self.fees]
        return self._shared() | {
            "papers": [asdict(paper) for paper in self.papers],
            "received_at": moment(self.received_at),
            "appointed_at": _moment_or_nothing(self.appointed_at),
            "sets": f"{self.sets:02} bộ",
            "time_limit": self.time_limit,
            "explanation": self.explanation,
            "return_place": self.return_place,
            "return_method": self.return_method,
            "fees": fees,
            "total": dong(sum(fee.vnd for fee in self.fees)) if len(fees) > 1 else "",
            "receiver": self.receiver,
            "copy": self.copy,
            "online": self.online,
        }


@dataclass(frozen=True, kw_only=True)
class Supplement(_OfDossier):
    """Form 02: every fault at once, with its cure and ground; `effect` = what happens to the time limit."""

    form_key: ClassVar[str] = "supplement"

    faults: tuple[Fault, ...]
    received_at: datetime | None = None
    reply_by: datetime | None = None
    effect: str = ""
    guide: str = ""
    guide_phone: str = ""

    def to_json(self) -> Json:
        """What the template `supplement` reads."""
        return self._shared() | {
            "faults": [asdict(fault) for fault in self.faults],
            "received_at": _moment_or_nothing(self.received_at),
            "reply_by": _moment_or_nothing(self.reply_by),
            "effect": self.effect,
            "guide": self.guide,
            "guide_phone": self.guide_phone,
        }


@dataclass(frozen=True, kw_only=True)
class Refusal(_OfDossier):
    """Form 03: the dossier is not received, why, on which ground, what the applicant can do (`advice`)."""

    form_key: ClassVar[str] = "refusal"

    reason: str
    filed_at: datetime | None = None
    ground: str = ""
    advice: str = ""
    refuser: str = ""
    guide_phone: str = ""
    online: bool = False

    def to_json(self) -> Json:
        """What the template `refusal` reads."""
        return self._shared() | {
            "reason": self.reason,
            "filed_at": _moment_or_nothing(self.filed_at),
            "ground": self.ground,
            "advice": self.advice,
            "refuser": self.refuser,
            "guide_phone": self.guide_phone,
            "online": self.online,
        }


@dataclass(frozen=True, kw_only=True)
class Apology(_OfDossier):
    """Form 04: the agency says it is late or will be, why, whose doing it is, and the new appointment."""

    form_key: ClassVar[str] = "apology"

    received_at: datetime
    appointed_at: datetime
    new_appointed_at: datetime
    reason: str
    signature: Signature
    late_agency: str = ""
    ground: str = ""
    recipients: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """What the template `apology` reads."""
        return self._shared() | {
            "received_at": moment(self.received_at),
            "appointed_at": moment(self.appointed_at),
            "new_appointed_at": moment(self.new_appointed_at),
            "reason": self.reason,
            "signature": asdict(self.signature),
            "late_agency": self.late_agency,
            "ground": self.ground,
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, kw_only=True)
class StopNotice(_OfDossier):
    """Form 05: the handling ends without a result, from when, why, on which ground; `advice` = what next."""

    form_key: ClassVar[str] = "stop_notice"

    received_at: datetime
    stopped_at: datetime
    reason: str
    signature: Signature
    ground: str = ""
    advice: str = ""
    recipients: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """What the template `stop_notice` reads."""
        return self._shared() | {
            "received_at": moment(self.received_at),
            "stopped_at": moment(self.stopped_at),
            "reason": self.reason,
            "signature": asdict(self.signature),
            "ground": self.ground,
            "advice": self.advice,
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, kw_only=True)
class ControlSheet(_OfDossier):
    """The control sheet that travels with the dossier: every hand it passed, in order."""

    form_key: ClassVar[str] = "control_sheet"

    received_at: datetime
    appointed_at: datetime | None
    competent_agency: str
    cooperating: tuple[str, ...] = ()
    rows: tuple[Handover, ...] = ()

    def to_json(self) -> Json:
        """What the template `control_sheet` reads."""
        return self._shared() | {
            "received_at": moment(self.received_at),
            "appointed_at": _moment_or_nothing(self.appointed_at),
            "competent_agency": self.competent_agency,
            "cooperating": list(self.cooperating),
            "rows": [_row(row) for row in self.rows],
        }


def print_slip(
    slip: Slip, *, on: date | None = None, made_at: datetime | None = None, font_folder: Path | None = None
) -> bytes:
    """The PDF of a slip under the set of forms in force on the local day `on` (its own day if not given).

    Raises FormMissing when that day's set has no such form or does not draw it, and what `typeset` raises.
    """
    form_set = form_set_on(on or slip.head.day)
    kind = form_set.form(slip.form_key)
    if kind.template is None:
        raise FormMissing(code="not_drawn", subject=f"{form_set.key}/{kind.key}")
    form = {"number": f"{kind.number:02}", "title": kind.name_vi, "basis": form_set.basis}
    return typeset(
        kind.template,
        slip.to_json() | {"form": form},
        qr=slip.matter.qr_url,
        made_at=made_at,
        font_folder=font_folder,
    )


def _moment_or_nothing(at: datetime | None) -> str:
    return "" if at is None else moment(at)


def _row(row: Handover) -> Json:
    return {
        "unit": row.unit,
        "person": row.person,
        "handed_at": _moment_or_nothing(row.handed_at),
        "received_at": _moment_or_nothing(row.received_at),
        "outcome": "" if row.outcome is None else OUTCOME_WORDS[row.outcome],
        "note": row.note,
    }
