"""The frame of the process pages: who may be here, the draft that is asked for, the way between its pages."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kit import clock
from motcua.kit.templatetags.ui import stamp
from motcua.kit.text import nfc, squeeze
from motcua.office.frame import Steward, frame, steward
from motcua.office.process_edits import Sheet
from motcua.organisation.queries import AgencyFacts, agencies
from motcua.rules.process import ConditionRefused, ProcessRefused
from motcua.workflow.queries import DraftFacts, draft_facts

HERE = "office:processes"


def keeper(request: HttpRequest) -> Steward:
    """Return who is here to keep processes: the reform office, or who administers the province; else `Http404`."""
    who = steward(request)
    if not who.keeps:
        raise Http404
    return who


def draft_here(id: UUID) -> DraftFacts:
    """Return a draft; `Http404` where there is none."""
    found = draft_facts(id)
    if found is None:
        raise Http404
    return found


def open_draft(id: UUID) -> DraftFacts:
    """Return a draft that can still be changed; `Http404` for every other."""
    found = draft_here(id)
    if found.state in ("published", "dropped"):
        raise Http404
    return found


def sheet_of(draft: DraftFacts) -> Sheet | None:
    """Return the table of a draft; None while its drawing cannot be read into one."""
    if draft.definition is None:
        return None
    try:
        return Sheet.from_json(draft.definition)
    except (ProcessRefused, ConditionRefused):
        return None


def expected(request: HttpRequest) -> int:
    """Return the revision that the person saw; 0, which none has, for anything else."""
    text = request.POST.get("expected", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def typed(request: HttpRequest, name: str) -> str:
    """Return a line of text from a form of one box, without what no database holds."""
    return squeeze(nfc(request.POST.get(name, "")))


def partners() -> list[AgencyFacts]:
    """Return the agencies that a process may name as partners: all but those of which there are many alike."""
    return [row for row in agencies(on=clock.today()) if row.level != "commune"]


def draft_frame(who: Steward, draft: DraftFacts, here: str, /, **content: Any) -> dict[str, Any]:
    """Return what every page of a draft shows, with the page's own content."""
    language = get_language() or "vi"
    tabs = (
        ("process_draft", _("Vẽ và bảng")),
        ("process_check", _("Kiểm tra")),
        ("process_scenarios", _("Kịch bản thử")),
        ("process_publish", _("Công bố")),
    )
    shown = {
        "draft": draft,
        "title": draft.title(language),
        "closed": draft.state in ("published", "dropped"),
        "saved": _("Lưu lần cuối %(at)s, %(who)s")
        % {"at": stamp(draft.saved_at), "who": draft.saved_by_name or "–"},
        "tabs": [
            {"label": label, "url": reverse(f"office:{name}", args=[draft.id]), "current": name == here}
            for name, label in tabs
        ],
    }
    return frame(who.duties, HERE, **(shown | content))
