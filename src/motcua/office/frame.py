"""The frame of the office's pages: who is here, what they may do with the catalogue, and the menu."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.accounts.queries import User, actor
from motcua.catalogue.access import boards_for, steward_of
from motcua.dossiers.access import advising_at, distributing_at, sees_recomputations
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.organisation.access import plans_for
from motcua.organisation.queries import Duty, duties_of
from motcua.workflow.queries import drafts_waiting

_WORK = frozenset({"receive", "solve", "head", "sign"})
_FIGURES = frozenset({"see_agency", "see_province"})
_ANSWERS = frozenset({"head", "administer", "see_province"})


@dataclass(frozen=True)
class Steward:
    """A member of staff who keeps the catalogue, or may read how it is kept."""

    user: User
    duties: tuple[Duty, ...]
    # Whether this person may change anything here.
    keeps: bool
    at: datetime

    @property
    def actor(self) -> Actor:
        """This person as the journal names an actor."""
        return actor(self.user)


def duties_here(request: HttpRequest) -> tuple[Duty, ...]:
    """Return the duties of today; someone without any gets the answer for what is not there."""
    duties = duties_of(request.user, on=clock.today())  # type: ignore[arg-type]
    if not duties:
        raise Http404
    return duties


def steward(request: HttpRequest) -> Steward:
    """Return who is here for the catalogue; anyone else, and a reader who writes, gets `Http404`."""
    duties = duties_here(request)
    may = steward_of(duties, on=clock.today())
    writes = request.method not in ("GET", "HEAD")
    if not (may.keeps if writes else may.reads):
        raise Http404
    return Steward(cast(User, request.user), duties, may.keeps, clock.now())


def frame(duties: tuple[Duty, ...], here: str = "office:figures", **content: Any) -> dict[str, Any]:
    """Return what the frame shows of a person with these duties, with the page's own content.

    `here` is the name of the menu's entry under which the page stands.
    """
    post = duties[0]
    title = post.title_en if get_language() == "en" and post.title_en else post.title_vi
    return {"desk_nav": _menu(duties, here), "desk_post": title, **content}


def _menu(duties: tuple[Duty, ...], here: str) -> list[dict[str, Any]]:
    roles = {duty.role for duty in duties}
    entries = [("desk:queue", _("Việc của tôi"))]
    if "receive" in roles:
        entries += [
            ("desk:intake", _("Tiếp nhận tại quầy")),
            ("desk:to_receive", _("Chờ tiếp nhận")),
            ("desk:to_return", _("Chờ trả kết quả")),
        ]
    if roles & _WORK:
        entries += [("desk:awaiting", _("Chờ bổ sung")), ("desk:late", _("Quá hạn"))]
        if distributing_at(duties):
            entries.append(("desk:tasks", _("Phân công việc")))
        if advising_at(duties):
            entries.append(("desk:opinions", _("Hỏi và cho ý kiến")))
    entries.append(("desk:absences", _("Vắng mặt, ủy quyền")))
    if roles & _ANSWERS:
        entries.append(("desk:unlisted", _("Yêu cầu ngoài danh mục")))
    if roles & _FIGURES:
        entries += [("office:figures", _("Số liệu")), ("office:simulation", _("Mô phỏng thời hạn"))]
    entries += [("office:calendars", _("Lịch làm việc")), ("office:structure", _("Cơ cấu tổ chức"))]
    if plans_for(duties, on=clock.today()).reads:
        entries += [
            ("office:reorganisations", _("Sắp xếp tổ chức")),
            ("office:register", _("Sổ sắp xếp, tinh giản")),
        ]
    if sees_recomputations(duties, on=clock.today()):
        entries.append(("office:recomputations", _("Hẹn trả khi đổi lịch")))
    entries += _catalogue(duties)
    return [{"url": reverse(name), "label": label, "current": name == here} for name, label in entries]


def _catalogue(duties: tuple[Duty, ...]) -> list[tuple[str, str]]:
    may, entries = steward_of(duties, on=clock.today()), []
    if may.reads:
        entries += [
            ("office:current", _("Danh mục cập nhật")),
            ("office:doubts", _("Xác nhận thủ tục")),
        ]
    if may.keeps:
        entries += [("office:imports", _("Nhập danh mục")), ("office:proposals", _("Đề xuất bãi bỏ"))]
        waiting = drafts_waiting()
        label = _("Quy trình (%(n)s chờ công bố)") % {"n": waiting} if waiting else _("Quy trình")
        entries.append(("office:processes", label))
    if may.reads:
        entries.append(("office:announcements", _("Quyết định công bố")))
    if boards_for(duties).any:
        entries.append(("office:boards", _("Niêm yết")))
    return entries
