"""The process of one dossier: its drawing with where it stands, and the same as a list."""

import json
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from motcua.desk.frame import frame, officer
from motcua.desk.views.dossier import load
from motcua.dossiers.process_view import lines_of_dossier, marks_of
from motcua.dossiers.queries import parts_of
from motcua.kit.audience import STAFF, audience
from motcua.organisation.queries import partner_of
from motcua.rules.localday import local_day
from motcua.rules.process import Process
from motcua.workflow.queries import drawing_of, process, tasks_of, tokens_of, version_facts


@audience(STAFF)
@require_safe
def dossier_process(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the way of a dossier: what is done, who has it, how long they still have, what is to come."""
    who = officer(request)
    row = load(who, id, "handling" if who.agencies else "supervision")
    version = version_facts(row.process_id) if row.process_id else None
    if version is None:
        raise Http404
    tokens, graph = tokens_of(row.id), process(version.id)
    lines = lines_of_dossier(
        graph,
        places=[token.place for token in tokens],
        tasks=tasks_of(row.id),
        timers={token.place: (token.due_at, token.agency_id) for token in tokens},
        parts=parts_of(row.id),
        partners=_partners(graph, row.competent_agency_id, local_day(who.at)),
        at=who.at,
    )
    content = {
        "dossier": row,
        "version": version,
        "process_title": version.title(get_language() or "vi"),
        "lines": lines,
        "marks_json": json.dumps(marks_of(lines)),
    }
    return render(request, "desk/process.html", frame(request, who, **content))


def _partners(graph: Process, agency_id: UUID | None, today: date) -> dict[str, str]:
    """Return the names of the agencies that are this dossier's partners."""
    language = get_language() or "vi"
    asked = dict.fromkeys(node.partner for node in graph.nodes if node.partner)
    found = {key: partner_of(key, agency_id, on=today) for key in asked}
    return {key: agency.name(language) for key, agency in found.items() if agency is not None}


@audience(STAFF)
@require_safe
def version_drawing(request: HttpRequest, version: UUID) -> HttpResponse:
    """Give the viewer the drawing of a published version; what stands where is in the page that asks."""
    officer(request)
    if version_facts(version) is None:
        raise Http404
    return JsonResponse({"bpmn": drawing_of(version), "marks": []})
