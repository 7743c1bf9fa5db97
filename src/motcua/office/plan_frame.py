"""The frame of the pages on plans of reorganisations: who is here, which plan, what its agencies are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.accounts.queries import User, actor
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.kit.text import nfc
from motcua.office.frame import duties_here, frame
from motcua.organisation.access import PlanReach, plans_for
from motcua.organisation.plan_words import agencies_in
from motcua.organisation.plan_words import fault as say_fault
from motcua.organisation.queries import Duty, ReorganisationFacts, reorganisation
from motcua.organisation.queries.structure import names_by_key
from motcua.rules.localday import local_day
from motcua.rules.reorganisation import Fault

HERE = "office:reorganisations"
# In a file the head is the first line; what is typed is numbered as that file would be.
FIRST_LINE = 2
Said = dict[str, Any]


@dataclass(frozen=True)
class Planner:
    """A member of staff who reads the plans, and what else they may do with them."""

    user: User
    duties: tuple[Duty, ...]
    reach: PlanReach
    at: datetime

    @property
    def actor(self) -> Actor:
        """This person as the journal names an actor."""
        return actor(self.user)

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.at)


def planner(request: HttpRequest, *, drafts: bool = False, approves: bool = False) -> Planner:
    """Return who is here for the plans; `Http404` for anyone who does not read, write or approve them as is asked."""
    duties, at = duties_here(request), clock.now()
    reach = plans_for(duties, on=local_day(at))
    if not reach.reads or (drafts and not reach.drafts) or (approves and not reach.approves):
        raise Http404
    return Planner(cast(User, request.user), duties, reach, at)


def plan_here(id: UUID) -> ReorganisationFacts:
    """Return a plan; `Http404` where there is none."""
    found = reorganisation(id)
    if found is None:
        raise Http404
    return found


def draft_here(id: UUID) -> ReorganisationFacts:
    """Return a plan that may still be changed; `Http404` for every other."""
    found = plan_here(id)
    if found.state != "draft":
        raise Http404
    return found


def expected(request: HttpRequest) -> int:
    """Return the revision that the person saw; 0, which none has, for anything else."""
    text = request.POST.get("expected", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def reason(request: HttpRequest) -> str:
    """Return the reason that was typed."""
    return nfc(request.POST.get("ly_do", "")).strip()


def keys_in(operations: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the keys of agencies that kept lines name, those of posts among them."""
    found: set[str] = set()
    for said in operations:
        for field in ("agency", "parent", "into", "to", "rest", "successor", "key"):
            if isinstance(said.get(field), str) and not (said["op"] == "post" and field == "key"):
                found.add(said[field])
        sources = said.get("from", [])
        for source in [sources] if isinstance(sources, str) else sources:
            if isinstance(source, str):
                found.add(source.partition("/")[0])
        found |= {part["to"] for part in said.get("parts", ())}
    return found - {""}


def names_for(
    operations: Iterable[Mapping[str, Any]],
    *,
    on: date,
    also: Iterable[str] = (),
    only: set[str] | None = None,
) -> dict[str, str]:
    """Return what the agencies of a plan are called by key, those that it establishes by their new names."""
    operations = list(operations)
    english = get_language() == "en"
    wanted = (keys_in(operations) if only is None else only) | set(also)
    names = {key: en if english else vi for key, (vi, en) in names_by_key(wanted, on=on).items()}
    for said in operations:
        if said["op"] == "establish":
            name = said.get("name_en") if english else ""
            names.setdefault(said["key"], name or said["name_vi"])
    return names


def item_of(operations: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Return which item of the shown list stands on which line of the plan."""
    return {int(said["line"]): n for n, said in enumerate(operations, 1)}


def faults_shown(plan: ReorganisationFacts, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Return faults in words, each with its item and the way to it."""
    faults = list(faults)
    keys = agencies_in(faults)
    names = names_for(plan.operations, on=plan.effective_on, also=keys, only=keys) if keys else {}
    items = item_of(plan.operations)
    return [
        {
            "place": _("Mục %(n)s") % {"n": items[one.line]} if one.line in items else _("Phần đầu"),
            "url": line_url(plan, one.line, items),
            "text": say_fault(one, names, line=lambda number: items.get(number, number)),
        }
        for one in faults
    ]


LINES_A_PAGE = 100


def line_url(plan: ReorganisationFacts, line: int, items: Mapping[int, int]) -> str:
    """Return the way to a line of a plan; to its head for a line that is none."""
    page = reverse("office:reorganisation", args=[plan.id])
    if line not in items:
        return f"{page}#phan-dau"
    number = (items[line] - 1) // LINES_A_PAGE + 1
    asked = f"?trang={number}" if number > 1 else ""
    return f"{page}{asked}#dong-{line}"


def plan_frame(who: Planner, plan: ReorganisationFacts, here: str, /, **content: Any) -> dict[str, Any]:
    """Return what every page of a plan shows, with the page's own content."""
    second = (
        ("reorganisation_done", _("Kết quả"))
        if plan.begun_at
        else ("reorganisation_check", _("Kiểm tra và mô phỏng"))
    )
    tabs = (("reorganisation", _("Nội dung")), second)
    shown = {
        "plan": plan,
        "tabs": [
            {"label": label, "url": reverse(f"office:{name}", args=[plan.id]), "current": name == here}
            for name, label in tabs
        ],
    }
    return frame(who.duties, HERE, **(shown | content))
