"""Which dossiers a new version of a process did not take along, each with the reason."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.dossiers.queries.numbers import numbers_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.office import process_words as say
from motcua.office.frame import frame
from motcua.office.process_frame import HERE, keeper
from motcua.office.views.process_publishing import places_told
from motcua.workflow.queries import KeptLine, in_flight_of, kept_of, process, versions_of

# One page of them.
MOST = 200


@audience(STAFF)
@require_safe
def kept(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """List the dossiers that stayed where they were when a version was published, or when that was undone."""
    who = keeper(request)
    row = next((one for one in versions_of(key) if one.number == number), None)
    flight = in_flight_of(row.id) if row else None
    if row is None or flight is None:
        raise Http404
    found = kept_of(row.id, after=_behind(request), most=MOST + 1)
    content = {
        "row": row,
        "title": row.title(get_language() or "vi"),
        "columns": [
            {"label": _("Hồ sơ")},
            {"label": _("Đang ở")},
            {"label": _("Vì sao")},
            {"label": _("Lúc xét")},
        ],
        "rows": _rows([line for _key, line in found[:MOST]], flight.source_id),
        "next": found[MOST - 1][0] if len(found) > MOST else None,
    }
    return render(request, "office/process_kept.html", frame(who.duties, HERE, **content))


def _behind(request: HttpRequest) -> UUID | None:
    text = request.GET.get("sau", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


def _rows(lines: list[KeptLine], source_id: UUID) -> list[list[Any]]:
    numbers = numbers_of(line.subject_id for line in lines)
    titles = dict(places_told(process(source_id), {line.place for line in lines}))
    return [
        [
            numbers.get(line.subject_id, "–"),
            titles.get(line.place, line.place) or "–",
            say.staying(line.reason),
            stamp(line.at),
        ]
        for line in lines
    ]
