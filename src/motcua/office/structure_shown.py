"""An agency in words and rows: its versions, its line of descent, its posts, desks, competences, who acts for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kit.templatetags.ui import day
from motcua.office import organisation_words as say
from motcua.office.plan_simulated import parts_in_words
from motcua.organisation.plan_words import FUNCTIONS
from motcua.organisation.queries.closures import Closure
from motcua.organisation.queries.structure import (
    CompetenceFacts,
    DescentLink,
    StaffedPost,
    VersionOfAgency,
    eve,
    version_on,
)

Versions = Mapping[UUID, list[VersionOfAgency]]


@dataclass(frozen=True)
class Names:
    """What agencies were called on any day, and the way to their pages."""

    versions: Versions
    today: date

    def text(self, id: UUID | None, on: date) -> str:
        """Return the name of a day; the nearest one where there was none."""
        found = version_on(self.versions.get(id, ()), on) if id else None
        return found.name(get_language() or "vi") if found else "–"

    def link(self, id: UUID, on: date) -> dict[str, str]:
        """Return the name of a day with the way to the agency as it was then."""
        found = self.versions.get(id)
        if not found:
            return {"url": "", "text": "–"}
        return {"url": page_of(found[0].key, on, self.today), "text": self.text(id, on)}


def page_of(key: str, on: date, today: date) -> str:
    """Return the address of an agency's page as of a day."""
    page = reverse("office:agency", args=[key])
    return page if on == today else f"{page}?{urlencode(asked_day(on))}"


def asked_day(on: date) -> dict[str, int]:
    """Return a day as an address carries it."""
    return {"ngay-day": on.day, "ngay-month": on.month, "ngay-year": on.year}


def period(since: date, until: date | None) -> str:
    """Write a half-open period as people say it, by its last day."""
    if until is None:
        return _("từ %(day)s") % {"day": day(since)}
    return _("từ %(first)s đến hết %(last)s") % {"first": day(since), "last": day(eve(until))}


def columns(*labels: str) -> list[dict[str, str]]:
    """Return the heads of a table."""
    return [{"label": label} for label in labels]


def version_rows(versions: Iterable[VersionOfAgency], names: Names) -> list[list[Any]]:
    """Return what an agency was called, coded and placed, the latest first."""
    return [
        [
            period(row.valid_from, row.valid_to),
            row.name(get_language() or "vi"),
            names.text(row.parent_id, row.valid_from) if row.parent_id else "–",
            row.code_qd20 or "–",
            row.legal_basis or "–",
        ]
        for row in reversed(list(versions))
    ]


# --- line of descent ----------------------------------------------------------------------------------------


def generations(
    links: Iterable[DescentLink], names: Names, places: Mapping[str, str], codes: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """Return the steps of a line, one for each day and act, each with who went to whom and for what."""
    steps: dict[tuple[date, str, str], dict[tuple[UUID, UUID], list[DescentLink]]] = {}
    for link in links:
        step = steps.setdefault((link.effective_on, link.legal_basis, link.title), {})
        step.setdefault((link.predecessor_id, link.successor_id), []).append(link)
    return [
        {
            "day": day(on),
            "act": act,
            "title": title,
            "pairs": [_pair(on, pair, found, names, places, codes) for pair, found in pairs.items()],
        }
        for (on, act, title), pairs in steps.items()
    ]


def _pair(
    on: date,
    pair: tuple[UUID, UUID],
    links: list[DescentLink],
    names: Names,
    places: Mapping[str, str],
    codes: Mapping[UUID, str],
) -> dict[str, Any]:
    parts = [
        (link.territory_code, codes.get(link.procedure_id, "…") if link.procedure_id else "")
        for link in links
    ]
    return {
        "before": names.link(pair[0], eve(on)),
        "after": names.link(pair[1], on),
        "what": parts_in_words(parts, places),
        "goes_on": not any(link.ends for link in links),
    }


# --- posts, competences, who acts for whom ------------------------------------------------------------------


def post_rows(posts: Iterable[StaffedPost]) -> list[list[Any]]:
    """Return the posts of an agency with who holds them."""
    english = get_language() == "en"
    return [
        [
            post.title_en if english and post.title_en else post.title_vi,
            FUNCTIONS.get(post.function, post.function),
            post.name or _("chưa có người"),
            ", ".join(str(word) for role, word in say.ROLES.items() if role in post.roles) or "–",
        ]
        for post in posts
    ]


def competence_rows(
    rows: Iterable[CompetenceFacts], names: Mapping[UUID, tuple[str, str]], places: Mapping[str, str]
) -> list[list[Any]]:
    """Return the competences by act."""
    return [
        [
            say.DUTIES[row.duty],
            " ".join(names.get(row.procedure_id, ("", "–"))).strip(),
            places.get(row.territory_code, row.territory_code) or _("mọi nơi cơ quan làm việc"),
            period(row.valid_from, row.valid_to),
            row.legal_basis or "–",
        ]
        for row in rows
    ]


def closure_shown(one: Closure, names: Names, *, may_end: bool) -> dict[str, Any]:
    """Return a closure as a page shows it, with its posts."""
    english = get_language() == "en"
    return {
        "of": names.link(one.agency_id, one.valid_from),
        "acting": names.link(one.acting_id, one.valid_from),
        "period": period(one.valid_from, one.valid_to),
        "act": one.legal_basis,
        "since": one.valid_from.isoformat(),
        "may_end": may_end,
        "posts": [
            {"title": row.title_en if english and row.title_en else row.title_vi, "name": row.name}
            for row in one.posts
        ],
    }
