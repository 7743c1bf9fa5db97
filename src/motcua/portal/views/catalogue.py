"""Finding a procedure and reading it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue import queries as catalogue
from motcua.catalogue.format import ComponentGroup, ProcedureRecord
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries import door_open
from motcua.kit import clock
from motcua.kit.audience import PUBLIC, audience
from motcua.portal import wording
from motcua.portal.wording import said

# More than a province has in force for one word; beyond it the reader narrows the search.
MOST = 100


@dataclass(frozen=True)
class Event:
    """A moment of life that makes people look for a procedure, and the words to search for."""

    title: object
    text: object
    words: str


LIFE_EVENTS = (
    Event(lazy("Sinh con"), lazy("Khai sinh, thường trú, thẻ bảo hiểm y tế cho trẻ"), "khai sinh"),
    Event(lazy("Kết hôn"), lazy("Đăng ký kết hôn, xác nhận tình trạng hôn nhân"), "kết hôn"),
    Event(lazy("Người thân qua đời"), lazy("Khai tử, phân chia di sản"), "khai tử"),
    Event(lazy("Cần bản sao, chứng thực"), lazy("Chứng thực bản sao, chữ ký, hợp đồng"), "chứng thực"),
    Event(lazy("Mở cửa hàng, hộ kinh doanh"), lazy("Đăng ký mới, thay đổi, tạm ngừng"), "hộ kinh doanh"),
    Event(lazy("Xây, sửa nhà"), lazy("Giấy phép xây mới, sửa chữa nhà ở"), "xây dựng"),
    Event(lazy("Nhà đất"), lazy("Giấy chứng nhận, biến động, tách thửa"), "đất đai"),
    Event(lazy("Chuyển chỗ ở"), lazy("Đăng ký thường trú, tạm trú, tách hộ"), "thường trú"),
)


@audience(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Show one search box, life events and the way to track a dossier."""
    return render(request, "portal/home.html", {"events": LIFE_EVENTS})


@audience(PUBLIC)
def search(request: HttpRequest) -> HttpResponse:
    """Find procedures by words, with or without diacritics, within a domain if wished."""
    text, domain = request.GET.get("q", "")[:200].strip(), request.GET.get("linh-vuc", "")[:80]
    on, language = clock.today(), wording.language()
    found = catalogue.search(text, on=on, domain=domain, most=MOST)
    domains = [
        {"key": key, "name": wording.one_of((vi, en)), "count": n}
        for key, vi, en, n in catalogue.domains(on=on)
    ]
    results = [
        {
            "code": row.code,
            "name": row.name(language),
            "domain": wording.one_of((row.domain_vi, row.domain_en)),
            "levels": ", ".join(str(wording.LEVELS[level]) for level in row.levels),
        }
        for row in found
    ]
    context = {
        "text": text,
        "domain": domain,
        "domains": domains,
        "results": results,
        "many": len(found) >= MOST,
        "events": LIFE_EVENTS,
        "nav_current": "search",
    }
    return render(request, "portal/search.html", context)


@audience(PUBLIC)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a procedure: the facts, what to bring, what the state has already, and one button."""
    on = clock.today()
    version = catalogue.current_version(code, on=on)
    if version is None:
        raise Http404
    record = version.record
    online = takes_online(version)
    context = {
        "record": record,
        "name": said(record.name),
        "domain": said(record.domain),
        "facts": _facts(record),
        "must": [item for item in _papers(record) if item["replaced_by"] is None],
        "held": [item for item in _papers(record) if item["replaced_by"] is not None],
        "several_cases": len(record.cases) > 1,
        "steps": [said(step) for step in record.steps],
        "conditions": [said(condition) for condition in record.conditions],
        "may_file": online and door_open("portal", on=on),
        "online": online,
        "run_by": wording.run_by_words(record),
        "partial": wording.PARTIAL_REASONS[record.partial_reason.kind] if record.partial_reason else "",
        "nav_current": "search",
    }
    return render(request, "portal/procedure.html", context)


def _facts(record: ProcedureRecord) -> list[wording.Fact]:
    places = wording.place_words(record, on=clock.today())
    return [
        *wording.limit_facts(record),
        *wording.fee_facts(record),
        wording.Fact(_("Nơi giải quyết"), "; ".join(places)),
        wording.Fact(_("Kết quả"), "; ".join(said(result.name) for result in record.results)),
        wording.Fact(_("Mức độ trực tuyến"), str(wording.SERVICE_LEVELS[record.service_level])),
    ]


def _papers(record: ProcedureRecord) -> list[dict[str, object]]:
    cases = {case.key: said(case) for case in record.cases}
    return [
        {
            "name": said(item.name),
            "count": wording.count_words(item),
            "required": item.required,
            "show": item.group is ComponentGroup.SHOW,
            "case": cases[item.case] if item.case and len(cases) > 1 else "",
            "form": item.form or "",
            "note": wording.note_of(item),
            "replaced_by": item.replaceable_by.name if item.replaceable_by else None,
        }
        for item in record.components
    ]
