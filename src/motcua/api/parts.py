"""A part as another system reads it."""

from datetime import datetime
from typing import Any

from motcua.dossiers.access import Dossier, PartnerFacts, note_partner_look
from motcua.dossiers.actions.partner_messages import paper_facts
from motcua.dossiers.queries import identity_of
from motcua.dossiers.queries.outside import asked_of_partner, last_reply_of, material_of
from motcua.rules.localday import local
from motcua.rules.transitions import State


def line_of(part: Dossier, *, at: datetime) -> dict[str, Any]:
    """Return a part as the list shows it."""
    asked, last = asked_of_partner(part), last_reply_of(part.id)
    return {
        "number": asked.number,
        "whole": asked.whole_number,
        "procedure": {"code": asked.procedure, "name": asked.procedure_vi},
        "asked": asked.step_vi,
        "asked_at": local(asked.asked_at),
        "due_at": local(asked.due_at) if asked.due_at else None,
        "late": asked.due_at is not None and (part.finished_at or at) > asked.due_at,
        "last": {"kind": last.said, "sequence": last.sequence, "at": local(last.at)} if last else None,
    }


def part_of(part: Dossier, partner: PartnerFacts, *, at: datetime) -> dict[str, Any]:
    """Return a part with people and papers, and log the look; of one that has ended only how it ended."""
    line = line_of(part, at=at)
    if part.finished_at is not None:
        state = "called_off" if part.state == State.WITHDRAWN else "answered"
        nobody: dict[str, Any] = {"request": "", "applicant": None, "representative": None, "papers": []}
        return {**line, **nobody, "state": state}
    whole = note_partner_look(part, partner, at=at)
    return {
        **line,
        "state": "open",
        "request": whole.request,
        "applicant": _person(whole.applicant),
        "representative": _person(whole.representative),
        "papers": [paper_facts(row, line["number"]) for row in material_of(part)],
    }


def _person(party: Any) -> dict[str, Any] | None:
    if party is None:
        return None
    return {
        "kind": party.kind,
        "name": party.name,
        "identity": identity_of(party),
        "birth_date": party.birth_date.isoformat() if party.birth_date else None,
        "phone": party.phone,
        "email": party.email,
        "address": party.address,
    }
