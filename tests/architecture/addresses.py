"""Every address of the product with its declared audience, and an example of each."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

_ID = str(UUID(int=7))
_ARGUMENTS = {
    "uuid": _ID,
    "uuidstr": _ID,
    "int": "1",
    "slug": "khong-co",
    "str": "khong-co",
    "path": "khong/co",
}


def _walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for item in patterns:
        route = before + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, route)
        else:
            yield route, item


def addresses() -> dict[str, frozenset[str]]:
    """Return every route with its declared audience, empty where none is declared."""
    routes = _walk(get_resolver().url_patterns)
    return {route: getattr(item.callback, "motcua_audience", frozenset()) for route, item in routes}


def example(route: str) -> str:
    """Return an address of a route, with values that name nothing."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: _ARGUMENTS[found[1] or "str"], route)
    return "/" + filled
