"""Pages of a list: which one is asked for, and the way to those beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

# Deeper than this nobody leafs; one narrows instead.
DEEPEST = 2_000


@dataclass(frozen=True)
class Page:
    """A page by its number from 1, and the place of its first line."""

    number: int
    first: int


def paged(text: str, size: int, **asked: str) -> tuple[Page, Callable[..., dict[str, str]]]:
    """Return the page that the text asks for, and what gives the links around it once `more` is known.

    A text that is no number is the first page. `asked` is what the links carry besides.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = min(max(number, 1), DEEPEST)

    def link(other: int) -> str:
        kept = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(kept | {'trang': str(other)})}"

    def around(*, more: bool) -> dict[str, str]:
        alone = number == 1 and not more
        return {
            "previous_url": link(number - 1) if number > 1 else "",
            "next_url": link(number + 1) if more and number < DEEPEST else "",
            "position": "" if alone else _("Trang %(n)s") % {"n": number},
        }

    return Page(number, (number - 1) * size), around
