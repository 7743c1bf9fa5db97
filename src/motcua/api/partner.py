"""The interface for agencies outside the system, version 1: what they are asked, and their answers."""

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError as BadAddress
from pydantic import Field, ValidationError

from motcua.api.entry import partner_in
from motcua.api.parts import line_of, part_of
from motcua.api.shapes import AnswerIn, PartOut, PartsOut, Problem, Taken, body_schema
from motcua.api.wording import problem
from motcua.dossiers.access import NotToBeSeen, note_partner_look, part_for
from motcua.dossiers.actions import UnableToAnswer, UnableToMove, answer_from_outside
from motcua.dossiers.queries.outside import open_material, open_parts_at
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.kit.store import StoreFull

PLACE = "/api/partner/v1"
_PAGE = 100

api = NinjaAPI(
    title="Một Cửa: partners",
    version="1",
    description="For agencies outside the system that have a part in an interconnected dossier.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="partner",
)


@api.exception_handler(NotToBeSeen)
def not_there(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer the same for what is another agency's and what is not there."""
    return problem(404, "not_there")


@api.exception_handler(BadAddress)
def bad_address(request: HttpRequest, error: Any) -> HttpResponse:
    """Name what of the address cannot be read."""
    return problem(422, "malformed", field=str(error.errors[0]["loc"][-1]))


@api.exception_handler(UnableToAnswer)
def not_taken(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for a message that is kept by nobody: what is wrong with it, and where."""
    return problem(409 if error.code == "message_differs" else 422, error.code, field=error.field)


@api.exception_handler(UnableToMove)
@api.exception_handler(StoreFull)
def not_now(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer that nothing was written, through no fault of the partner's."""
    return problem(503, "try_later", retry_after=60)


@api.post(
    "/answers",
    response={200: Taken, (401, 404, 409, 413, 422, 429, 503): Problem},
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": body_schema()}}}
    },
    summary="Answer about a part",
    url_name="answers",
)
def answers(request: HttpRequest) -> HttpResponse | dict[str, Any]:
    """Take a message about a part.

    The same `message_id` gets the same reply. 409: the part has ended; the message is kept and moves nothing.
    """
    try:
        # Not `request.body`, whose bound is that of pages; the length was looked at before.
        told = AnswerIn.model_validate_json(request.read())
    except ValidationError as refused:
        return _malformed(refused)
    partner = partner_in(request)
    part = part_for(partner, told.part)
    by = Actor(None, partner.name[:160])
    reply = answer_from_outside(part, told.answer(), by=by, at=clock.now())
    kept: dict[str, Any] = {"message_id": reply.message_id, "part": told.part, "at": reply.at}
    if reply.code:
        return problem(409, reply.code, **kept)
    return {**kept, "status": reply.standing}


def _malformed(refused: ValidationError) -> HttpResponse:
    first = refused.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return problem(422, "not_json")
    return problem(422, "malformed", field=".".join(str(name) for name in first["loc"]) or "message")


@api.get("/parts", response=PartsOut, summary="The open parts of this agency, oldest first")
def parts(
    request: HttpRequest, after: UUID | None = None, most: Annotated[int, Field(ge=1, le=_PAGE)] = 50
) -> dict[str, Any]:
    """List what this agency has to answer; `after` comes with the address of the next page."""
    at = clock.now()
    found = open_parts_at(partner_in(request).agency_id, after=after, most=most + 1)
    page = found[:most]
    behind = f"{settings.MOTCUA_ADDRESS}{PLACE}/parts?most={most}&after="
    return {
        "parts": [line_of(row, at=at) for row in page],
        "next": f"{behind}{page[-1].id}" if len(found) > most else None,
    }


# Before the address of the part itself: numbers may hold strokes.
@api.get("/parts/{path:number}/papers/{uuid:file}", summary="A paper of a part", response={404: Problem})
def paper(request: HttpRequest, number: str, file: UUID) -> FileResponse:
    """Give a file that the list of papers names, while the part is open; the look is logged."""
    partner = partner_in(request)
    part = part_for(partner, number)
    found = open_material(part, file) if part.finished_at is None else None
    if found is None:
        raise NotToBeSeen
    facts, stream = found
    note_partner_look(part, partner, at=clock.now())
    return FileResponse(stream, content_type=facts.media_type, as_attachment=True, filename=str(facts.id))


@api.get("/parts/{path:number}", summary="A part", response={200: PartOut, 404: Problem})
def part(request: HttpRequest, number: str) -> dict[str, Any]:
    """Tell what is asked, for whom and with which papers; people and papers only while the part is open."""
    partner = partner_in(request)
    return part_of(part_for(partner, number), partner, at=clock.now())


def described() -> dict[str, Any]:
    """Describe the interface (OpenAPI 3.1), the key included."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"{PLACE}/"))
    key = {"key": {"type": "http", "scheme": "bearer"}}
    return found | {"components": found["components"] | {"securitySchemes": key}, "security": [{"key": []}]}
