"""Imports of foreign catalogues: what each brought, and what it held back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.catalogue import queries
from motcua.catalogue.queries import ImportRunFacts
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.office import catalogue_words as say
from motcua.office import kept_words
from motcua.office.frame import frame, steward
from motcua.office.paging import paged
from motcua.office.wording import grouped, share

SIZE = 25
HELD_SIZE = 50
# Runs that can still be opened: years of monthly lists.
MOST_RUNS = 2_000
_HERE = "office:imports"


@audience(STAFF)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the imports, the newest first, each with its sums."""
    who = steward(request)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = queries.import_runs(first=page.first, size=SIZE + 1)
    labels = [_("Nhập lúc"), _("Ai nhập"), _("Tệp")]
    numbers = [_("Bản ghi đã đọc"), _("Đã công khai"), _("Phiên bản mới"), _("Bị giữ lại"), _("Chỗ nghi ngờ")]
    content = {
        "columns": [{"label": label} for label in labels]
        + [{"label": label, "number": True} for label in numbers],
        "rows": [_row(run) for run in found[:SIZE]],
        **pages(more=len(found) > SIZE),
    }
    return render(request, "office/imports.html", frame(who.duties, _HERE, **content))


def _row(run: ImportRunFacts) -> list[Any]:
    url = reverse("office:import", args=[run.id])
    held = {"url": f"{url}#giu-lai", "text": grouped(run.held)} if run.held else "0"
    return [
        {"url": url, "text": stamp(run.at)},
        run.label,
        ", ".join(run.files),
        *(grouped(number) for number in (run.read, run.published, run.new_versions)),
        held,
        grouped(run.doubts),
    ]


@audience(STAFF)
@require_safe
def run(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one import: its sums, how much of the cells was read, and the records that were held back."""
    who = steward(request)
    found = next((run for run in queries.import_runs(size=MOST_RUNS) if run.id == id), None)
    if found is None:
        raise Http404
    held = queries.held_back(id)
    page, pages = paged(request.GET.get("trang", ""), HELD_SIZE)
    shown = held[page.first : page.first + HELD_SIZE]
    content = {
        "run": found,
        "facts": _facts(found),
        "coverage_columns": _coverage_columns(),
        "coverage": [_coverage(kind, cells) for kind, cells in found.coverage.items()],
        "held": len(held),
        "columns": [{"label": label} for label in (_("Mã"), _("Tên"), _("Trường"), _("Vì sao giữ lại"))],
        "rows": [[code, name, _field(field), say.reason(reason)] for code, name, field, reason in shown],
        **pages(more=page.first + HELD_SIZE < len(held)),
    }
    return render(request, "office/import.html", frame(who.duties, _HERE, **content))


def _field(field: str) -> str:
    return str(say.PLAIN_FIELDS.get(field, field))


def _facts(run: ImportRunFacts) -> list[dict[str, str]]:
    facts = {
        _("Nhập lúc"): stamp(run.at),
        _("Ai nhập"): run.label,
        _("Tệp"): ", ".join(run.files),
        _("Bản ghi đã đọc"): grouped(run.read),
        _("Đã công khai"): grouped(run.published),
        _("Phiên bản mới"): grouped(run.new_versions),
        _("Bị giữ lại"): grouped(run.held),
        _("Chỗ nghi ngờ"): grouped(run.doubts),
    }
    return [{"label": label, "value": value} for label, value in facts.items()]


def _coverage_columns() -> list[dict[str, Any]]:
    numbers = [_("Số ô"), _("Đã đọc"), _("Đã nêu nghi ngờ"), _("Còn lại"), _("Đã đọc hoặc đã nêu")]
    return [{"label": _("Loại ô")}] + [{"label": label, "number": True} for label in numbers]


def _coverage(kind: str, cells: dict[str, int]) -> list[str]:
    total, structured, doubted = (cells.get(key, 0) for key in ("total", "structured", "doubted"))
    known = kept_words.percent(structured + doubted, total)
    numbers = [grouped(number) for number in (total, structured, doubted, total - structured - doubted)]
    return [str(kept_words.CELLS.get(kind, kind)), *numbers, share(known)]
