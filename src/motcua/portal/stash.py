"""What was typed on a filing page after the session had run out: kept until its owner has signed in again.

Only texts of known fields are kept, each cut at its length; never files, passwords or identity numbers.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from motcua.kit.fields import PersonalNumberField

_KEY = "motcua_typed"
_LONGEST = 2000


def keep(request: HttpRequest, form_class: type[forms.Form], *, draft: UUID, page: str) -> None:
    """Keep the texts that were sent to a page, in the session of whoever sent them."""
    fields = {
        name: _plain(field.widget.value_from_datadict(request.POST, request.FILES, name))
        for name, field in form_class.base_fields.items()
        if not isinstance(field, PersonalNumberField | forms.FileField)
        and not isinstance(field.widget, forms.PasswordInput)
        and name not in getattr(form_class, "sensitive", ())
    }
    request.session[_KEY] = {"draft": str(draft), "page": page, "fields": fields}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value[:20]]
    return value[:_LONGEST] if isinstance(value, str) else value


def draft_of(request: HttpRequest) -> UUID | None:
    """Return the draft whose texts are kept in this session."""
    kept = request.session.get(_KEY)
    return UUID(kept["draft"]) if kept else None


def drop(request: HttpRequest) -> None:
    """Forget what was kept."""
    request.session.pop(_KEY, None)


def take(request: HttpRequest, *, draft: UUID, page: str) -> dict[str, Any]:
    """Return the texts kept for a page as initial values, and forget them; empty when there are none."""
    kept = request.session.get(_KEY)
    if not kept or kept["draft"] != str(draft) or kept["page"] != page:
        return {}
    drop(request)
    fields: dict[str, Any] = kept["fields"]
    return {name: value for name, value in fields.items() if value is not None}
