"""The history of a procedure: its versions, what each changed, and what that means for running dossiers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.catalogue import queries
from motcua.catalogue.differences import differences
from motcua.catalogue.queries import VersionFacts
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.office import kept_words
from motcua.office.frame import frame, steward

_HERE = "office:doubts"


@audience(STAFF)
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """List the versions of a procedure, the newest first."""
    who = steward(request)
    found = queries.versions_of(code)
    if not found:
        raise Http404
    names = [_("Phiên bản"), _("Áp dụng từ"), _("Công khai lúc"), _("Ai công khai")]
    content = {
        "code": code,
        "name": queries.published(found[0].id).record.name.vi,
        "columns": [{"label": name} for name in [*names, _("Hồ sơ đang giải quyết")]],
        "rows": [_row(code, version) for version in found],
    }
    return render(request, "office/versions.html", frame(who.duties, _HERE, **content))


def _row(code: str, version: VersionFacts) -> list[Any]:
    return [
        {"url": reverse("office:version", args=[code, version.number]), "text": str(version.number)},
        day(version.effective_from),
        stamp(version.published_at),
        version.label,
        "; ".join(kept_words.in_flight(version.in_flight)) if version.number > 1 else "–",
    ]


@audience(STAFF)
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show what a version changed against the one before it, field by field."""
    who = steward(request)
    found = queries.versions_of(code)
    here = next((row for row in found if row.number == number), None)
    if here is None:
        raise Http404
    before = next((row for row in found if row.number < number), None)
    english = get_language() == "en"
    changes = []
    if before is not None:
        rows = differences(queries.content_of(before.id), queries.content_of(here.id))
        changes = [
            {
                "label": row.label_en if english else row.label_vi,
                "before": row.before,
                "after": row.after,
            }
            for row in rows
        ]
    content = {
        "code": code,
        "name": queries.published(here.id).record.name.vi,
        "version": here,
        "before": before,
        "newer": next((row for row in reversed(found) if row.number > number), None),
        "changes": changes,
        "in_flight": kept_words.in_flight(here.in_flight) if before else [],
    }
    return render(request, "office/version.html", frame(who.duties, _HERE, **content))
