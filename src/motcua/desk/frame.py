"""The frame of the desk's pages: who is here, in which post, and the queues with their counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.accounts.queries import User
from motcua.catalogue.access import boards_for, steward_of
from motcua.dossiers import queries, words
from motcua.dossiers.access import advising_at, distributing_at, sees_recomputations
from motcua.kit import clock
from motcua.organisation.access import plans_for
from motcua.organisation.queries import Duty, duties_of
from motcua.rules.localday import local_day

_WORK = frozenset({"receive", "solve", "head", "sign"})
_ANSWERS = frozenset({"head", "administer"})


@dataclass(frozen=True)
class Officer:
    """A member of staff at work: the account and the duties of today."""

    user: User
    duties: tuple[Duty, ...]
    at: datetime

    @property
    def receiving(self) -> set[UUID]:
        """Agencies where this person receives and returns."""
        return {duty.agency_id for duty in self.duties if duty.role == "receive"}

    @property
    def agencies(self) -> set[UUID]:
        """Agencies where this person works."""
        return {duty.agency_id for duty in self.duties if duty.role in _WORK}

    @property
    def headed(self) -> set[UUID]:
        """Agencies that this person heads or administers."""
        return {duty.agency_id for duty in self.duties if duty.role in _ANSWERS}

    @property
    def sees_province(self) -> bool:
        """Whether this person oversees every agency."""
        return any(duty.role == "see_province" for duty in self.duties)

    @property
    def functions(self) -> set[tuple[UUID, str]]:
        """The (agency, function) pairs that this person fills."""
        return {(duty.post_agency_id, duty.function) for duty in self.duties}

    @property
    def post(self) -> str:
        """The title of the person's first post."""
        first = self.duties[0]
        return first.title_en if words.in_english() and first.title_en else first.title_vi


def officer(request: HttpRequest) -> Officer:
    """Return who is at work; someone without duties gets the answer for what is not there."""
    user = cast(User, request.user)
    duties = duties_of(user, on=clock.today())
    if not duties:
        raise Http404
    return Officer(user, duties, clock.now())


def frame(request: HttpRequest, who: Officer, **content: Any) -> dict[str, Any]:
    """Return what the frame shows, with the page's own content."""
    return {"desk_nav": _menu(request, who), "desk_post": who.post, **content}


def _menu(request: HttpRequest, who: Officer) -> list[dict[str, Any]]:
    entries: list[tuple[str, str, str | None]] = [
        ("desk:queue", _("Việc của tôi"), _count(queries.queue_count(who.user.id)))
    ]
    if who.receiving:
        entries += [
            ("desk:intake", _("Tiếp nhận tại quầy"), None),
            ("desk:to_receive", _("Chờ tiếp nhận"), _count(queries.to_receive_count(who.receiving))),
            ("desk:to_return", _("Chờ trả kết quả"), _count(queries.to_return_count(who.receiving))),
        ]
    if who.agencies:
        entries += [
            ("desk:awaiting", _("Chờ bổ sung"), None),
            ("desk:late", _("Quá hạn"), _count(queries.late_count(who.agencies, at=who.at))),
        ]
        if distributing_at(who.duties):
            entries.append(("desk:tasks", _("Phân công việc"), None))
        if advising_at(who.duties):
            entries.append(("desk:opinions", _("Hỏi và cho ý kiến"), None))
    entries.append(("desk:absences", _("Vắng mặt, ủy quyền"), None))
    if who.headed or who.sees_province:
        entries.append(("desk:unlisted", _("Yêu cầu ngoài danh mục"), None))
    if any(duty.role in ("see_agency", "see_province") for duty in who.duties):
        entries += [
            ("office:figures", _("Số liệu"), None),
            ("office:simulation", _("Mô phỏng thời hạn"), None),
        ]
    entries.append(("office:calendars", _("Lịch làm việc"), None))
    entries += [(name, label, None) for name, label in _organisation(who)]
    if sees_recomputations(who.duties, on=local_day(who.at)):
        entries.append(("office:recomputations", _("Hẹn trả khi đổi lịch"), None))
    entries += [(name, label, None) for name, label in _catalogue(who)]
    return [
        {
            "url": (url := reverse(name)),
            "label": label,
            "count": count,
            "current": request.path == url,
        }
        for name, label, count in entries
    ]


def _organisation(who: Officer) -> list[tuple[str, str]]:
    """Return the entries on the organisation; the office's own menu says the same of them."""
    entries = [("office:structure", _("Cơ cấu tổ chức"))]
    if plans_for(who.duties, on=local_day(who.at)).reads:
        entries += [
            ("office:reorganisations", _("Sắp xếp tổ chức")),
            ("office:register", _("Sổ sắp xếp, tinh giản")),
        ]
    return entries


def _catalogue(who: Officer) -> list[tuple[str, str]]:
    """Return the entries of those who keep the catalogue; the office's own menu says the same of them."""
    may, entries = steward_of(who.duties, on=local_day(who.at)), []
    if may.reads:
        entries += [
            ("office:current", _("Danh mục cập nhật")),
            ("office:doubts", _("Xác nhận thủ tục")),
        ]
    if may.keeps:
        entries += [("office:imports", _("Nhập danh mục")), ("office:proposals", _("Đề xuất bãi bỏ"))]
        entries.append(("office:processes", _("Quy trình")))
    if may.reads:
        entries.append(("office:announcements", _("Quyết định công bố")))
    if boards_for(who.duties).any:
        entries.append(("office:boards", _("Niêm yết")))
    return entries


def _count(number: int) -> str:
    return f"{number}+" if number >= queries.COUNTED else str(number)
