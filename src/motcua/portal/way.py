"""The tracking page, drawn from its template once for each kind of dossier and then only filled in.

A province reloads this page more than any other, and two of them differ in a few texts only. What differs is
cut out of the drawn page by marks, as the frame of every page does with the name of its reader.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from motcua.kit.web import site
from motcua.portal.story import Item, Story

# A line of the timeline, and the texts of the page: these marks stand in no text that people write.
_LINE = "\x02"
_NAMES = ("path", "number", "name", "sentence", "promise", "holder", "following", "way")
_MARKS = {name: f"\x02{name}\x03" for name in _NAMES}


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


def tracking_page(request: HttpRequest, *, number: str, name: str, state: str, story: Story) -> str:
    """Draw the tracking page in the reader's language, the same as `portal/track.html` does."""
    known = site(request)["site"]
    shown = (bool(story.promise), bool(story.holder), bool(story.following), story.explained)
    pieces = _pieces(
        get_language() or "",
        state,
        story.late,
        shown,
        # Few and alike for all dossiers of a procedure, so they are drawn with the frame.
        story.changes,
        known["province_name"],
        known["demonstration"],
    )
    texts = {
        "path": escape(request.get_full_path()),
        "number": escape(number),
        "name": escape(name),
        "sentence": escape(story.sentence),
        "promise": escape(story.promise),
        "holder": escape(story.holder),
        "following": escape(story.following),
        "way": drawn(story.timeline),
    }
    return "".join([texts[piece] if place % 2 else piece for place, piece in enumerate(pieces)])


@dataclass(frozen=True)
class _Anywhere:
    """Stands for the request while the page is drawn for every address at once."""

    def get_full_path(self) -> str:
        return _MARKS["path"]


@lru_cache(maxsize=256)
def _pieces(
    language: str,
    state: str,
    late: bool,
    shown: tuple[bool, bool, bool, bool],
    changes: tuple[str, ...],
    province: str,
    demonstration: bool,
) -> tuple[str, ...]:
    promise, holder, following = (
        _MARKS[name] if there else ""
        for name, there in zip(("promise", "holder", "following"), shown[:3], strict=True)
    )
    story = Story(_MARKS["sentence"], promise, holder, following, late, (), changes, shown[3])
    known = {
        "request": _Anywhere(),
        "number": _MARKS["number"],
        "name": _MARKS["name"],
        "state": state,
        "story": story,
        "way": mark_safe(_MARKS["way"]),
        "nav_current": "find",
        "site": {"province_name": province, "demonstration": demonstration},
    }
    text = get_template("portal/track.html").render(known)
    # Every mark opens with one sign and closes with the other, so names and texts come out in turn.
    return tuple(text.replace("\x03", "\x02").split("\x02"))
