"""Imports of foreign catalogues: what each brought, and what it held back."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from motcua.catalogue import queries
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import ImportRunFacts
from motcua.catalogue.queries.announcements import names_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.office import catalogue_words as say
from motcua.office import kept_words
from motcua.office.frame import frame, steward
from motcua.office.paging import paged
from motcua.office.wording import grouped, share
from motcua.rules.localday import local_day

SIZE = 25
HELD_SIZE = 50
LIST_SIZE = 50
_HERE = "office:imports"
# Each sum of an import, by the key of its list in the report.
_SUMS: dict[str, str | Promise] = {
    "read": lazy("Bản ghi đã đọc"),
    "published": lazy("Đã công khai"),
    "new_versions": lazy("Phiên bản mới"),
    "held_back": lazy("Bị giữ lại"),
    "doubts": lazy("Chỗ nghi ngờ"),
}


@audience(STAFF)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """List the imports, the newest first, each with its sums."""
    who = steward(request)
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    found = queries.import_runs(first=page.first, size=SIZE + 1)
    labels = [_("Nhập lúc"), _("Ai nhập"), _("Tệp")]
    content = {
        "columns": [{"label": label} for label in labels]
        + [{"label": label, "number": True} for label in _SUMS.values()],
        "rows": [_row(run) for run in found[:SIZE]],
        **pages(more=len(found) > SIZE),
    }
    return render(request, "office/imports.html", frame(who.duties, _HERE, **content))


def _row(run: ImportRunFacts) -> list[Any]:
    return [
        {"url": reverse("office:import", args=[run.id]), "text": stamp(run.at)},
        run.label,
        ", ".join(run.files),
        *(_number(run, what, number) for what, number in _sums(run).items()),
    ]


def _sums(run: ImportRunFacts) -> dict[str, int]:
    """Return the sums of an import, by the key of the list behind each."""
    return {
        "read": run.read,
        "published": run.published,
        "new_versions": run.new_versions,
        "held_back": run.held,
        "doubts": run.doubts,
    }


def _number(run: ImportRunFacts, what: str, number: int) -> dict[str, str] | str:
    """Return a number of an import with the address of its list; nought has none."""
    if not number:
        return "0"
    url = reverse("office:import", args=[run.id])
    there = "#giu-lai" if what == "held_back" else f"danh-sach/?so={what}"
    return {"url": f"{url}{there}", "text": grouped(number)}


@audience(STAFF)
@require_safe
def run(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one import: its sums, how much of the cells was read, and the records that were held back."""
    who = steward(request)
    found = _run(id)
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


@audience(STAFF)
@require_safe
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the whole report of an import as the command line wrote it, as a file."""
    steward(request)
    found = _run(id)
    return JsonResponse(
        queries.import_report(found.id),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="bao-cao-nhap-{local_day(found.at)}.json"'},
    )


@audience(STAFF)
@require_safe
def listed(request: HttpRequest, id: UUID) -> HttpResponse:
    """List exactly what a number of an import counts, from its report."""
    who = steward(request)
    found, what = _run(id), request.GET.get("so", "")
    if what not in _SUMS or what == "held_back":
        raise Http404
    said = queries.import_report(id)
    lines = [row for key in (("published", "held_back") if what == "read" else (what,)) for row in said[key]]
    page, pages = paged(request.GET.get("trang", ""), LIST_SIZE, so=what)
    shown = lines[page.first : page.first + LIST_SIZE]
    rows = _doubts(shown, local_day(who.at)) if what == "doubts" else _records(shown)
    content = {
        "run": found,
        "heading": f"{_SUMS[what]}: {grouped(len(lines))}",
        "columns": [{"label": label} for label in _COLUMNS["doubts" if what == "doubts" else "records"]],
        "rows": rows,
        **pages(more=page.first + LIST_SIZE < len(lines)),
    }
    return render(request, "office/import_list.html", frame(who.duties, _HERE, **content))


_COLUMNS: dict[str, list[str | Promise]] = {
    "records": [lazy("Mã"), lazy("Tên"), lazy("Kết quả đọc")],
    "doubts": [lazy("Mã"), lazy("Trường"), lazy("Vì sao nghi ngờ"), lazy("Nguồn ghi"), lazy("Đã đọc là")],
}


def _records(lines: list[Any]) -> list[list[Any]]:
    """Return the lines of records: a code that was published, or what was held back of one and why."""
    codes = [line if isinstance(line, str) else line["code"] for line in lines]
    names = names_of(codes)
    return [
        [
            _confirm(code) if code in names else code,
            names.get(code, ""),
            _outcome(line),
        ]
        for code, line in zip(codes, lines, strict=True)
    ]


def _outcome(line: str | dict[str, str]) -> str:
    if isinstance(line, str):
        return _("Đã công khai")
    return _("Giữ lại: %(why)s") % {"why": say.reason(line["reason"])}


def _doubts(lines: list[dict[str, str]], today: date) -> list[list[Any]]:
    current = dict(queries.every_current(on=today))
    records = {
        code: queries.published(current[code]).record
        for code in {line["code"] for line in lines}
        if code in current
    }
    return [
        [
            _confirm(line["code"]) if line["code"] in records else line["code"],
            _doubted(line["field"], records.get(line["code"])),
            say.reason(line["reason"]),
            line["source"],
            line["parsed"],
        ]
        for line in lines
    ]


def _confirm(code: str) -> dict[str, str]:
    return {"url": reverse("office:confirm", args=[code]), "text": code}


def _doubted(field: str, record: ProcedureRecord | None) -> str:
    """Name a doubted field; of a procedure that is no longer here only where that needs no look at it."""
    return say.field_label(field, record) if record else _field(field)


def _run(id: UUID) -> ImportRunFacts:
    found = queries.import_run(id)
    if found is None:
        raise Http404
    return found


def _field(field: str) -> str:
    return str(say.PLAIN_FIELDS.get(field, field))


def _facts(run: ImportRunFacts) -> list[dict[str, str]]:
    facts = {_("Nhập lúc"): stamp(run.at), _("Ai nhập"): run.label, _("Tệp"): ", ".join(run.files)}
    numbers = {str(_SUMS[what]): _linked(_number(run, what, number)) for what, number in _sums(run).items()}
    return [{"label": label, "value": value} for label, value in (facts | numbers).items()]


def _linked(cell: dict[str, str] | str) -> str:
    return format_html('<a href="{}">{}</a>', cell["url"], cell["text"]) if isinstance(cell, dict) else cell


def _coverage_columns() -> list[dict[str, Any]]:
    numbers = [_("Số ô"), _("Đã đọc"), _("Đã nêu nghi ngờ"), _("Còn lại"), _("Đã đọc hoặc đã nêu")]
    return [{"label": _("Loại ô")}] + [{"label": label, "number": True} for label in numbers]


def _coverage(kind: str, cells: dict[str, int]) -> list[str]:
    total, structured, doubted = (cells.get(key, 0) for key in ("total", "structured", "doubted"))
    known = kept_words.percent(structured + doubted, total)
    numbers = [grouped(number) for number in (total, structured, doubted, total - structured - doubted)]
    return [str(kept_words.CELLS.get(kind, kind)), *numbers, share(known)]
