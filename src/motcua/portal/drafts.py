"""What the filing pages share: the draft with its version, and what changed under it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.accounts.queries import signed_in
from motcua.catalogue.format import ComponentRecord, ProcedureRecord
from motcua.catalogue.queries import published
from motcua.dossiers.access import Dossier, NotToBeSeen, own_dossier
from motcua.dossiers.actions import follow_newest
from motcua.dossiers.queries import components_needed
from motcua.kit import clock
from motcua.portal.changes import changes
from motcua.portal.wording import said
from motcua.rules.localday import local
from motcua.rules.transitions import State

PAGES = {
    "nguoi-nop": lazy("Người nộp hồ sơ"),
    "noi-nop": lazy("Nơi giải quyết và nhận kết quả"),
    "giay-to": lazy("Giấy tờ"),
    "kiem-tra": lazy("Kiểm tra và nộp"),
}


class Draft:
    """A draft with the version of the procedure that it follows now."""

    def __init__(self, dossier: Dossier, changed: list[str] | None) -> None:
        self.dossier, self.changed = dossier, changed

    @property
    def id(self) -> UUID:
        """The draft's id."""
        return self.dossier.id

    @property
    def record(self) -> ProcedureRecord:
        """What the procedure says."""
        return published(self.dossier.version_id).record

    @property
    def name(self) -> str:
        """The procedure's name."""
        return said(self.record.name)

    @property
    def components(self) -> list[ComponentRecord]:
        """The papers to hand in."""
        return components_needed(self.record, self.dossier.case)

    @property
    def saved(self) -> str:
        """When it was last saved: "10:42", with the day if that is not today."""
        there = local(self.dossier.saved_at)
        same_day = there.date() == local(clock.now()).date()
        return f"{there:%H:%M}" if same_day else f"{there:%H:%M %d/%m/%Y}"


def own(request: HttpRequest, id: UUID) -> Dossier:
    """Return a dossier of whoever sent the request; someone else's is not there."""
    try:
        # A page that is looked at shows the people; one that is saved asks for them only if it needs them.
        return own_dossier(signed_in(request), id, with_people=request.method != "POST")
    except NotToBeSeen:
        raise Http404 from None


def draft_for(request: HttpRequest, id: UUID) -> Draft | HttpResponseRedirect:
    """Return the draft to fill in, following the newest version when it is looked at.

    What was filed already is answered by the way to where it is now.
    """
    dossier = own(request, id)
    if dossier.state != State.DRAFT:
        return redirect("portal:sent" if dossier.state == State.FILED else "portal:one", id=id)
    left = follow_newest(dossier, at=clock.now()) if request.method != "POST" else None
    if left is None:
        return Draft(dossier, None)
    now = published(dossier.version_id).record
    return Draft(dossier, changes(left.record, now, case=dossier.case))


def frame(draft: Draft, page: str) -> dict[str, object]:
    """Return what every filing page says of itself."""
    keys = list(PAGES)
    place = keys.index(page)
    return {
        "draft": draft,
        "page": page,
        "title": PAGES[page],
        "place": place + 1,
        "places": len(keys),
        "steps": ["is-done" if n < place else "is-now" if n == place else "" for n in range(len(keys))],
        "back": reverse("portal:page", args=[draft.id, keys[place - 1]]) if place else reverse("portal:mine"),
        "nav_current": "mine",
    }


def after_saving(request: HttpRequest, draft: Draft, page: str) -> HttpResponseRedirect:
    """Send on after a page was saved: to the next page, back to the check page, or to the list for later."""
    if "later" in request.POST:
        saved = local(clock.now())
        messages.success(
            request, _("Đã lưu %(time)s. Bạn có thể làm tiếp bất cứ lúc nào.") % {"time": f"{saved:%H:%M}"}
        )
        return redirect("portal:mine")
    keys = list(PAGES)
    following = "kiem-tra" if request.GET.get("ve") == "kiem-tra" else keys[keys.index(page) + 1]
    return redirect("portal:page", id=draft.id, page=following)
