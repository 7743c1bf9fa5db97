"""Where a plan stands, in words, and what the person here may do next with it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kit.templatetags.ui import day, stamp
from motcua.office import organisation_words as say
from motcua.office.plan_frame import Planner, faults_shown
from motcua.office.wording import grouped
from motcua.organisation.queries import ReorganisationFacts
from motcua.rules.reorganisation import Fault

_BEFORE_IT_BEGINS = frozenset({"draft", "proposed", "approved"})


def standing_of_plan(request: HttpRequest, who: Planner, found: ReorganisationFacts) -> dict[str, Any]:
    """Return the state of a plan, the steps behind it, and the buttons that this person has."""
    word, tag = say.STATES[found.state]
    changes = who.reach.drafts or who.reach.approves
    own = found.proposed_by == who.user.id
    return {
        "state": word,
        "tag": tag,
        "said": _said(found, who),
        "steps": _steps(found),
        "held": faults_shown(found, stored_faults(found)) if found.state == "approved" else [],
        "may_propose": found.state == "draft" and who.reach.drafts,
        "may_approve": found.state == "proposed" and who.reach.approves and not own,
        "may_return": found.state in ("proposed", "approved") and changes,
        "may_drop": found.state in _BEFORE_IT_BEGINS and changes,
        "why_not": _why_not(found, who, own),
        "reason": request.POST.get("ly_do", ""),
    }


def stored_faults(found: ReorganisationFacts) -> list[Fault]:
    """Return why a plan was held up, as it was kept."""
    return [Fault.at(int(one["line"]), one["code"], **one["facts"]) for one in found.faults]


def _said(found: ReorganisationFacts, who: Planner) -> str:
    """Say in a sentence where a plan stands and what comes next."""
    known = {"day": day(found.effective_on), "moved": grouped(found.moved), "total": grouped(found.total)}
    if found.state == "approved" and found.faults:
        return _("Đến ngày %(day)s nhưng chưa thực hiện được. Chưa có gì thay đổi.") % known
    if found.state == "approved" and found.effective_on <= who.today:
        return _("Đã duyệt và đã đến ngày %(day)s. Hệ thống thực hiện trong ít phút nữa.") % known
    return {
        "draft": _("Dự thảo, chưa trình. Sửa xong thì kiểm tra và trình duyệt."),
        "proposed": _("Đang chờ một người khác duyệt. Muốn sửa thì trả lại."),
        "approved": _("Đã duyệt. Kế hoạch chờ đến ngày %(day)s; hệ thống tự thực hiện vào ngày đó."),
        "applying": _("Cơ cấu mới đã có hiệu lực. Đang chuyển hồ sơ: %(moved)s trên %(total)s."),
        "applied": _("Đã thực hiện xong: %(moved)s hồ sơ đã ở cơ quan kế thừa."),
        "dropped": _("Kế hoạch này đã bỏ; chỉ xem, không sửa được."),
    }[found.state] % known


def _steps(found: ReorganisationFacts) -> list[dict[str, str]]:
    """Return who did what with a plan so far."""
    steps = [(_("Lập"), found.drafted_label, stamp(found.drafted_at))]
    if found.proposed_label:
        steps.append((_("Trình"), found.proposed_label, stamp(found.proposed_at)))
    if found.approved_label:
        steps.append((_("Người duyệt"), found.approved_label, stamp(found.approved_at)))
    if found.begun_at:
        steps.append((_("Bắt đầu thực hiện"), "", stamp(found.begun_at)))
    if found.applied_at:
        steps.append((_("Xong"), "", stamp(found.applied_at)))
    return [{"label": label, "value": ", ".join(filter(None, facts))} for label, *facts in steps]


def _why_not(found: ReorganisationFacts, who: Planner, own: bool) -> str:
    """Say why there is no button to approve, to who might look for it."""
    if found.state != "proposed" or (who.reach.approves and not own):
        return ""
    if own:
        return _(
            "Bạn đã trình kế hoạch này nên không tự duyệt được. Người khác có quyền quản trị hoặc ký ở Ủy ban nhân dân "
            "tỉnh mở trang này để duyệt."
        )
    return _("Duyệt kế hoạch là việc của người có quyền quản trị hoặc ký ở Ủy ban nhân dân tỉnh.")


def figures_of(found: ReorganisationFacts) -> list[dict[str, str]]:
    """Return what was done, in numbers."""
    figures = {
        _("hồ sơ đã chuyển"): found.moved,
        _("trong đó đang tạm dừng"): found.paused,
        _("trong đó quá hạn"): found.past_due,
        _("hồ sơ cần người xem"): found.flagged,
        _("việc đã chuyển"): found.tasks,
        _("việc lên phụ trách vì chưa có vị trí"): found.tasks_flagged,
    }
    return [{"label": label, "value": grouped(number)} for label, number in figures.items()]
