"""The parts of an interconnected dossier as its page lists them: which partner has what, until when."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from motcua.desk.wording import reply_said
from motcua.dossiers import queries, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.queries import PartFacts
from motcua.dossiers.queries.outside import last_reply_of
from motcua.organisation.queries import agencies_facts
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.queries import step_title

_ENDED_WITHOUT = frozenset({State.STOPPED, State.WITHDRAWN})


def part_lines(row: Dossier, *, at: datetime) -> list[dict[str, Any]]:
    """Return a line for each part: the partner by name, its state, its limit, its result."""
    parts = queries.parts_of(row.id)
    if not parts:
        return []
    language = "en" if words.in_english() else "vi"
    names = agencies_facts((part.agency_id for part in parts), on=local_day(at))
    return [
        {
            "id": part.id,
            "number": part.number,
            "title": step_title(row.process_id, part.call, language),
            "agency": names[part.agency_id].name(language) if part.agency_id in names else "",
            "tag": _tag(part, at),
            "done": part.finished_at,
            "until": words.moment(part.due_at) if part.due_at else "",
            "news": _news(part),
            "result": " · ".join(text for text in (part.result_title, part.result_number) if text),
        }
        for part in parts
    ]


def _news(part: PartFacts) -> str:
    """Say what a partner outside the system wrote last, while its part is open."""
    reply = last_reply_of(part.id) if part.finished_at is None else None
    if reply is None:
        return ""
    return f"{reply_said(reply.said)}: {reply.note}" if reply.note else reply_said(reply.said)


def earlier_results(row: Dossier, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the whole of a part, and other partners, have decided so far, a line each."""
    found = queries.results_before(row) if row.parent_id is not None else []
    names = agencies_facts({result.agency_id for result in found if result.agency_id}, on=local_day(at))
    language = "en" if words.in_english() else "vi"
    return [
        {
            "title": " · ".join(text for text in (result.title, result.number) if text),
            "agency": names[result.agency_id].name(language) if result.agency_id in names else "",
            "file_id": result.file_id,
        }
        for result in found
    ]


def _tag(part: PartFacts, at: datetime) -> tuple[str, str]:
    """Return which tag a part bears and, where the usual word does not say it, its word."""
    late = part.late(at=at)
    if part.finished_at is None:
        return ("late", "") if late else (part.state, "")
    if State(part.state) in _ENDED_WITHOUT:
        return part.state, ""
    if part.outcome == "refused":
        return "refused", _("Không đồng ý")
    return ("late", _("Xong sau hạn")) if late else ("done", "")
