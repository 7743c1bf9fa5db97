"""The shapes of what goes over the interface; the address of the schema gives them to programs."""

import base64
import binascii
import unicodedata
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, field_validator

from motcua.dossiers.actions import OutsideAnswer, UnableToAnswer

# The database keeps no such character, and no name needs one.
_PLAIN = r"^[^\x00]*$"
_LAST = 2_000_000_000


class _Said(BaseModel):
    """What another system says: a field that is not known is a mistake, and is named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResultFile(_Said):
    """The document of a result."""

    name: str = Field(min_length=1, max_length=200, pattern=_PLAIN, examples=["the-bao-hiem.pdf"])
    content: str = Field(description="The bytes, in base64 (RFC 4648).")

    def content_bytes(self) -> bytes:
        """Return the bytes; `UnableToAnswer` (bad_base64) where it is none."""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise UnableToAnswer("bad_base64", "result.file.content") from None


class ResultIn(_Said):
    """A result: needed for granted and refused."""

    title: str = Field(max_length=240, pattern=_PLAIN, examples=["Thẻ bảo hiểm y tế"])
    number: str = Field("", max_length=80, pattern=_PLAIN)
    file: ResultFile | None = None

    @field_validator("title", "number")
    @classmethod
    def seen(cls, text: str) -> str:
        """Leave out what nobody can see: a title of that alone is none."""
        return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cf")).strip()


class AnswerIn(_Said):
    """A message about one part."""

    schema_version: Literal["motcua.partner/1"] = Field(alias="schema")
    message_id: str = Field(
        min_length=1,
        max_length=80,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="The sender's own id of this message: sent again, it gets the same reply.",
    )
    part: str = Field(min_length=1, max_length=64, pattern=_PLAIN, description="The number of the part.")
    sequence: int = Field(ge=1, le=_LAST, description="Grows with each message about this part.")
    kind: Literal["accepted", "working", "supplement_needed", "granted", "refused"]
    note: str = Field("", max_length=4000, pattern=_PLAIN)
    result: ResultIn | None = None

    def answer(self) -> OutsideAnswer:
        """Return what was said, for the action; `UnableToAnswer` for a file that cannot be read."""
        result = self.result
        file = result.file if result else None
        return OutsideAnswer(
            message_id=self.message_id,
            sequence=self.sequence,
            said=self.kind,
            note=self.note,
            title=result.title if result else "",
            number=result.number if result else "",
            document=(file.content_bytes(), file.name) if file else None,
        )


class Taken(Schema):
    """The reply to a message: `taken`, or `overtaken` where a newer one was taken before it."""

    message_id: str
    part: str
    status: Literal["taken", "overtaken"]
    at: datetime


class Words(Schema):
    """Words for people."""

    vi: str
    en: str


class Problem(Schema):
    """Why something was not taken; `message_id`, `part` and `at` where it was kept nevertheless."""

    code: str
    message: Words
    field: str | None = None
    message_id: str | None = None
    part: str | None = None
    at: datetime | None = None


class ProcedureOut(Schema):
    """The procedure that a partner is asked to carry out."""

    code: str
    name: str


class SaidOut(Schema):
    """The newest message of the partner that was taken."""

    kind: str
    sequence: int
    at: datetime


class PartLine(Schema):
    """A part in the list."""

    number: str
    whole: str
    procedure: ProcedureOut
    asked: str
    asked_at: datetime
    due_at: datetime | None
    late: bool
    last: SaidOut | None


class PartsOut(Schema):
    """A page of the open parts; `next` is the address of the page behind it."""

    parts: list[PartLine]
    next: str | None


class PersonOut(Schema):
    """A person in the dossier, as far as the partner's work needs it."""

    kind: str
    name: str
    identity: str
    birth_date: str | None
    phone: str
    email: str
    address: str


class PaperOut(Schema):
    """A file that the partner may read."""

    id: UUID
    kind: str
    component: str
    title: str
    media_type: str
    size: int
    sha256: str
    link: str


class PartOut(PartLine):
    """A part; people and papers only while it is open."""

    state: Literal["open", "answered", "called_off"]
    request: str
    applicant: PersonOut | None
    representative: PersonOut | None
    papers: list[PaperOut]


def body_schema() -> dict[str, Any]:
    """Return the schema of an answer as one piece, without references out of it."""
    whole = AnswerIn.model_json_schema(by_alias=True)
    known = whole.pop("$defs", {})
    return {name: _inlined(piece, known) for name, piece in whole.items()}


def _inlined(piece: Any, known: dict[str, Any]) -> Any:
    if isinstance(piece, list):
        return [_inlined(item, known) for item in piece]
    if not isinstance(piece, dict):
        return piece
    if "$ref" in piece:
        return _inlined(known[piece["$ref"].rsplit("/", 1)[-1]], known)
    return {key: _inlined(value, known) for key, value in piece.items()}
