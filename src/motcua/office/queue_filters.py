"""What one asks of the queue of confirmation, carried from page to page in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.catalogue import queries
from motcua.catalogue.queries.doubts import doubt_queue_count
from motcua.office import catalogue_words as say

# Deeper than this nobody leafs; one narrows instead.
DEEPEST = 100_000


@dataclass(frozen=True)
class Filters:
    """The list of the queue: state, reason, domain, level, and from which place on; empty means all."""

    state: str = "open"
    reason: str = ""
    domain: str = ""
    level: str = ""
    first: int = 0

    @property
    def narrowed(self) -> bool:
        """Tell whether anything but the state is asked for."""
        return bool(self.reason or self.domain or self.level)

    @property
    def wanted(self) -> dict[str, str]:
        """The conditions as the queries take them."""
        return {"state": self.state, "reason": self.reason, "domain": self.domain, "level": self.level}

    @property
    def query(self) -> str:
        """The question as the end of an address, without what is usual."""
        asked = {
            "trang-thai": "" if self.state == "open" else self.state,
            "ly-do": self.reason,
            "linh-vuc": self.domain,
            "cap": self.level,
            "vt": str(self.first) if self.first else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})

    def at(self, first: int) -> "Filters":
        """Return the same question from another place on."""
        return replace(self, first=max(first, 0))

    @property
    def url(self) -> str:
        """Address of the list."""
        return _address(reverse("office:doubts"), self.query)

    def confirm_url(self, code: str, place: int) -> str:
        """Return the address of the page of confirmation of the procedure at a place of the list."""
        return _address(reverse("office:confirm", args=[code]), self.at(place).query)

    def lines(self, size: int) -> list[queries.QueueLine]:
        """Return the lines from the place on."""
        return queries.doubt_queue(**self.wanted, first=self.first, size=size)

    def count(self) -> int:
        """Return how many procedures the list has."""
        return doubt_queue_count(**self.wanted)

    def next_url(self, procedure_id: UUID) -> str:
        """Return the address of the next procedure after the one at this place; of the list when none is left.

        A procedure that is done with leaves the list, and the next one takes its place.
        """
        for start in dict.fromkeys((self.first, 0)):
            for offset, line in enumerate(self.at(start).lines(2)):
                if line.procedure_id != procedure_id:
                    return self.confirm_url(line.code, start + offset)
        return self.at(0).url


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def filters(given: Mapping[str, str]) -> Filters:
    """Read the question from the address; what is not understood is not asked."""
    state, level = given.get("trang-thai", ""), given.get("cap", "")
    place = given.get("vt", "")
    first = int(place) if place.isascii() and place.isdigit() and len(place) < 7 else 0
    return Filters(
        state=state if state in say.STATES else "open",
        reason=_short(given.get("ly-do", "")),
        domain=_short(given.get("linh-vuc", "")),
        level=level if level in say.LEVELS else "",
        first=min(first, DEEPEST),
    )


def _short(text: str) -> str:
    return text.strip()[:120].replace("\0", "")


def selects(asked: Filters, *, on: date) -> list[dict[str, Any]]:
    """Return the boxes of the question: name, label, and choices as (value, label, chosen)."""
    english = get_language() == "en"
    reasons = [
        (code, f"{say.reason(code)} ({n})") for code, n in queries.doubt_counts(state=asked.state).items()
    ]
    domains = [(key, en if english and en else vi) for key, vi, en, _n in queries.domains(on=on)]
    levels = [(key, str(label)) for key, label in say.LEVELS.items()]
    return [
        _select("ly-do", _("Lý do"), reasons, asked.reason, say.reason),
        _select("linh-vuc", _("Lĩnh vực"), domains, asked.domain, str),
        _select("cap", _("Cấp thực hiện"), levels, asked.level, str),
    ]


def _select(
    name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str, spell: Any
) -> dict[str, Any]:
    offered = dict(choices)
    if chosen and chosen not in offered:
        offered[chosen] = spell(chosen)
    everything = [("", _("Tất cả")), *offered.items()]
    return {
        "name": name,
        "label": label,
        "choices": [(value, text, value == chosen) for value, text in everything],
    }
