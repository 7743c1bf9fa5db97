"""What the staff say inside a dossier: never shown to the applicant, kept as it was said."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove
from motcua.dossiers.events import CommentMade
from motcua.dossiers.models import Comment, Dossier
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.transitions import State

LONGEST = 4000


@transaction.atomic
def comment_inside(dossier: Dossier, *, text: str, by: Actor, at: datetime) -> UUID:
    """Say something inside a filed dossier, whatever its state; return the comment's id.

    It moves nothing, so nobody's form is out of date by it. Raises `UnableToMove`: comment_needed, comment_too_long,
    move_not_allowed (a draft is its applicant's alone).
    """
    if dossier.state == State.DRAFT:
        raise UnableToMove("move_not_allowed")
    if not text.strip():
        raise UnableToMove("comment_needed")
    if len(text) > LONGEST:
        raise UnableToMove("comment_too_long", most=LONGEST)
    said = Comment.objects.create(dossier=dossier, text=text, label=by.label[:160], by=by.id, at=at)
    agency = dossier.competent_agency_id
    journal.record(CommentMade(dossier.id, comment=said.id), by=by, at=at, agency_id=agency)
    return said.id
