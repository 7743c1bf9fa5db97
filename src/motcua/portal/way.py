"""The timeline as mark-up, drawn from the shared template once for each kind of point and then reused.

The tracking page is reloaded more than any other, and its points differ only in their lines of time and place.
"""

from functools import lru_cache

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from motcua.portal.story import Item

# Stands in no text, as it is taken out of every text that people write.
_LINE = "\x02"


def drawn(timeline: tuple[Item, ...]) -> SafeString:
    """Draw a timeline in the reader's language, the same as `ui/timeline.html` does."""
    language = get_language() or ""
    head, tail = _frame(language)
    parts = [head]
    for item in timeline:
        pieces = _point(language, item.state, item.title, len(item.meta))
        parts.append(pieces[0])
        for line, piece in zip(item.meta, pieces[1:], strict=True):
            parts += [escape(line), piece]
    parts.append(tail)
    return mark_safe("".join(parts))


@lru_cache(maxsize=8)
def _frame(language: str) -> tuple[str, str]:
    empty = get_template("ui/timeline.html").render({"items": ()})
    head, tag, tail = empty.partition("</ol>")
    return head, tag + tail


@lru_cache(maxsize=512)
def _point(language: str, state: str, title: str, lines: int) -> tuple[str, ...]:
    item = Item(title, state, (_LINE,) * lines)
    text = get_template("ui/timeline.html").render({"items": (item,)})
    head, tail = _frame(language)
    return tuple(text.removeprefix(head).removesuffix(tail).split(_LINE))
