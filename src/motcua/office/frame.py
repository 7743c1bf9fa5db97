"""The frame of the office's pages: who is here, and the same menu as at the desk, without its counts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.organisation.queries import Duty

_WORK = frozenset({"receive", "solve", "head", "sign"})
_HERE = "office:figures"


def frame(duties: tuple[Duty, ...]) -> dict[str, Any]:
    """Return what the frame shows of a person with these duties."""
    post = duties[0]
    title = post.title_en if get_language() == "en" and post.title_en else post.title_vi
    return {"desk_nav": _menu({duty.role for duty in duties}), "desk_post": title}


def _menu(roles: set[str]) -> list[dict[str, Any]]:
    entries = [("desk:queue", _("Việc của tôi"))]
    if "receive" in roles:
        entries += [
            ("desk:intake", _("Tiếp nhận tại quầy")),
            ("desk:to_receive", _("Chờ tiếp nhận")),
            ("desk:to_return", _("Chờ trả kết quả")),
        ]
    if roles & _WORK:
        entries += [("desk:awaiting", _("Chờ bổ sung")), ("desk:late", _("Quá hạn"))]
    entries.append((_HERE, _("Số liệu")))
    return [{"url": reverse(name), "label": label, "current": name == _HERE} for name, label in entries]
