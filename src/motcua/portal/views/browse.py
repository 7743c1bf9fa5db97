"""Finding a procedure: by words, by domain, by moment of life, by level, by who may ask, by agency."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from motcua.catalogue import queries as catalogue
from motcua.dossiers.queries.solved import Competences, solved_by
from motcua.kit import clock, ratelimit
from motcua.kit.audience import PUBLIC, audience
from motcua.kit.text import fold
from motcua.organisation import queries as organisation
from motcua.organisation.queries import AgencyFacts
from motcua.portal import wording
from motcua.portal.filters import filters, life_events, wanted, without
from motcua.portal.listing import PAGE, lines
from motcua.portal.sheets import booklet_pdf

# More than any province has in force.
_ALL = 100_000
# A booklet of hundreds of sheets takes a processor for seconds.
TRIES, WINDOW = 3, 300


@audience(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Show one search box, moments of life, the other ways to browse, and the way to track a dossier."""
    on = clock.today()
    found = catalogue.facets(on=on)
    context = {
        "events": life_events(found),
        "levels": [
            (key, word, found.levels[key]) for key, word in wording.LEVELS.items() if key in found.levels
        ],
        "audiences": [
            (key.value, word, found.audience[key.value])
            for key, word in wording.AUDIENCES.items()
            if key.value in found.audience
        ],
    }
    return render(request, "portal/home.html", context)


@audience(PUBLIC)
def search(request: HttpRequest) -> HttpResponse:
    """Find procedures by words, with or without diacritics, narrowed by any filters together."""
    on, asked = clock.today(), wanted(request.GET)
    rows = catalogue.search(asked.text, on=on, most=_ALL, **asked.search())
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    found = catalogue.facets(on=on)
    offered = filters(asked, found)
    context = {
        "text": asked.text,
        "total": len(rows),
        "page": page,
        "results": lines(list(page.object_list)),
        "filters": offered,
        "chips": [
            (row.label, row.chosen.word, without(request.GET, row.name)) for row in offered if row.chosen
        ],
        "without_filters": _only_words(asked.text),
        "events": life_events(found) if not rows else [],
        "nav_current": "search",
    }
    return render(request, "portal/search.html", context)


def _only_words(text: str) -> str:
    return urlencode({"q": text}) if text else ""


@audience(PUBLIC)
def domains(request: HttpRequest) -> HttpResponse:
    """List the domains with how many procedures each has."""
    rows = [
        (key, wording.marked(vi, en), wording.one_of((vi, en)), n)
        for key, vi, en, n in catalogue.domains(on=clock.today())
    ]
    context = {"domains": sorted(rows, key=lambda row: fold(row[2])), "nav_current": "search"}
    return render(request, "portal/domains.html", context)


@audience(PUBLIC)
def agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies that solve procedures, by kind, with how many each has; found by a part of the name."""
    on, text = clock.today(), request.GET.get("tim", "")[:80].strip()
    competences = Competences(on=on)
    found = [row for row in organisation.agencies(on=on) if fold(text) in fold(row.name_vi)]
    kinds = _by_kind(found)
    groups = [
        (
            word,
            [
                (row.key, row.name(wording.language()), n)
                for row in kinds[kind]
                if (n := competences.count(row))
            ],
        )
        for kind, word in wording.KINDS.items()
        if kind in kinds
    ]
    context = {"text": text, "groups": [group for group in groups if group[1]], "nav_current": "search"}
    return render(request, "portal/agencies.html", context)


@audience(PUBLIC)
def agency(request: HttpRequest, key: str) -> HttpResponse:
    """Show an agency with where it receives people and the procedures that it solves."""
    on, text = clock.today(), request.GET.get("q", "")[:200].strip()
    if follower := _follower(key):
        return redirect("portal:agency", key=follower)
    facts = _agency(key)
    own = solved_by(facts, on=on)
    rows = own
    if text:
        ids = {row.id for row in own}
        rows = [row for row in catalogue.search(text, on=on, most=_ALL) if row.id in ids]
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    context = {
        "agency": facts,
        "name": facts.name(wording.language()),
        "desk": organisation.desk_of(facts.id, on=on),
        "text": text,
        "own": len(own),
        "total": len(rows),
        "page": page,
        "results": lines(list(page.object_list)),
        "nav_current": "search",
    }
    return render(request, "portal/agency.html", context)


@audience(PUBLIC)
def agency_booklet(request: HttpRequest, key: str) -> HttpResponse:
    """Print the sheets of all procedures of an agency, for its notice boards; tries are counted."""
    on, facts = clock.today(), _agency(key)
    address = request.META.get("REMOTE_ADDR", "")
    if ratelimit.too_many("booklet", address, limit=TRIES, seconds=WINDOW, at=clock.now()):
        return render(request, "portal/wait.html", {"agency": facts}, status=429)
    rows = solved_by(facts, on=on)
    if not rows:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="niem-yet-{facts.key}.pdf"'}
    return HttpResponse(booklet_pdf(facts, rows, on=on), "application/pdf", headers=headers)


def _by_kind(agencies: Iterable[AgencyFacts]) -> dict[str, list[AgencyFacts]]:
    """Return agencies by kind, in their order."""
    found: dict[str, list[AgencyFacts]] = defaultdict(list)
    for row in agencies:
        found[row.kind].append(row)
    return found


def _follower(key: str) -> str:
    """Return the key of who follows an agency that has ended: addresses on printed sheets lead on."""
    today = clock.today()
    found = organisation.agency_by_key(key)
    if found is None or organisation.living(found, on=today):
        return ""
    heir = organisation.agencies_facts([organisation.heir_of(found, on=today)], on=today)
    return next((row.key for row in heir.values()), "")


def _agency(key: str) -> AgencyFacts:
    on = clock.today()
    found = organisation.agency_by_key(key)
    facts = organisation.agencies_facts([found], on=on).get(found) if found else None
    if facts is None or facts.kind not in wording.KINDS:
        raise Http404
    return facts
