"""What the page of a move says before its form: what it does to the clock, who gets the dossier, what is promised."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.catalogue.queries import published
from motcua.desk.frame import Officer
from motcua.desk.letters import before_drafting
from motcua.desk.wording import SEND_BACK, SLUGS
from motcua.dossiers import queries, words
from motcua.dossiers.access import Dossier
from motcua.rules.localday import local_day
from motcua.rules.process import NodeKind
from motcua.rules.statute import Number, provision
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.queries import (
    TaskFacts,
    back_to,
    done_steps,
    following,
    function_of,
    node_of,
    someone_for,
)

_SUPPLEMENT_NOTES = {
    "restart": lazy("Thời hạn dừng ngay khi gửi và tính lại từ đầu khi nhận đủ."),
    "shift": lazy("Thời hạn dừng ngay khi gửi; ngày hẹn lùi bằng thời gian chờ."),
    "resume": lazy("Thời hạn dừng ngay khi gửi và chạy tiếp phần còn lại khi nhận đủ."),
    "none": lazy("Ngày hẹn trả không thay đổi."),
}


def note_before(row: Dossier, slug: str, task: TaskFacts | None, who: Officer) -> str:
    """Say before the form what the move does; an empty text for nothing."""
    if slug == SLUGS[Move.REQUEST_SUPPLEMENT]:
        return _before_asking(row, who.at)
    if slug in (SLUGS[Move.HAND_OVER], SEND_BACK):
        return _who_gets_it(row, slug, task, who)
    if slug == SLUGS[Move.EXTEND]:
        return before_drafting(row, at=who.at)
    if slug in (SLUGS[Move.WITHDRAW], SLUGS[Move.STOP]):
        return _what_ends_with_it(row)
    return ""


def _what_ends_with_it(row: Dossier) -> str:
    """Say which results were signed already, and that partners stop."""
    said = []
    result = queries.result_of(row.id)
    if result is not None:
        said.append(_("Đã ký: %(result)s.") % {"result": result.title})
    parts = queries.parts_of(row.id)
    said += [_("Đã ký: %(result)s.") % {"result": part.result_title} for part in parts if part.result_title]
    if any(part.finished_at is None for part in parts):
        said.append(_("Các cơ quan phối hợp sẽ dừng phần việc đang làm."))
    return " ".join(said)


def to_hand_out(row: Dossier) -> list[dict[str, Any]]:
    """Return the results that wait to be handed out, the own one and those of partners, as rows."""
    result = queries.result_of(row.id)
    found = [(result.title, result.number)] if result else []
    found += [
        (part.result_title, part.result_number) for part in queries.parts_of(row.id) if part.result_title
    ]
    return [
        {"label": _("Kết quả"), "value": " · ".join(text for text in texts if text), "url": ""}
        for texts in found
    ]


def _before_asking(row: Dossier, at: datetime) -> str:
    if row.state == State.FILED:
        return _("Hồ sơ chưa tiếp nhận nên chưa tính thời hạn. Nêu đủ mọi chỗ cần sửa trong một lần.")
    policy = published(row.version_id).record.supplement_policy.value
    once = _("Chỉ được yêu cầu một lần: nêu đủ mọi chỗ cần sửa.")
    return " ".join(part for part in (str(_SUPPLEMENT_NOTES[policy]), once, _asked_late(row, at)) if part)


def _asked_late(row: Dossier, at: datetime) -> str:
    """Say that more working days have passed since acceptance than the law of the day gives; it refuses nothing."""
    if row.accepted_at is None:
        return ""
    today = local_day(at)
    try:
        calendar = working_calendar(row.competent_agency_id, on=today)
        passed = calendar.working_days_between(local_day(row.accepted_at), today)
    except (OutsideCalendar, NoCalendar):
        return ""
    rule = provision(Number.SUPPLEMENT_WITHIN_DAYS, on=today)
    if passed <= rule.value:
        return ""
    since = ngettext(
        "Đã %(n)s ngày làm việc từ khi tiếp nhận.", "Đã %(n)s ngày làm việc từ khi tiếp nhận.", passed
    ) % {"n": passed}
    said = ngettext(
        "Quy định chung là yêu cầu bổ sung trong %(n)s ngày làm việc (%(basis)s); chỉ gửi nếu luật chuyên ngành cho "
        "phép.",
        "Quy định chung là yêu cầu bổ sung trong %(n)s ngày làm việc (%(basis)s); chỉ gửi nếu luật chuyên ngành cho "
        "phép.",
        rule.value,
    ) % {"n": rule.value, "basis": _basis(rule.basis, confirmed=rule.confirmed)}
    return f"{since} {said}"


def _basis(basis: str, *, confirmed: bool) -> str:
    return basis if confirmed else _("%(act)s, chưa đối chiếu văn bản") % {"act": basis}


def _who_gets_it(row: Dossier, slug: str, task: TaskFacts | None, who: Officer) -> str:
    if task is None or row.process_id is None or row.competent_agency_id is None:
        return ""
    steps = (
        [back_to(row.process_id, task.step, done=done_steps(row.id))]
        if slug == SEND_BACK
        else following(row.process_id, task.step)
    )
    said = [_receiver(row, key, who) for key in steps if key]
    return _("Bước nhận: %(step)s.") % {"step": "; ".join(said)} if said else ""


def _receiver(row: Dossier, key: str, who: Officer) -> str:
    """Say who would get a step, or which partner."""
    language = "en" if words.in_english() else "vi"
    node = node_of(row.process_id, key)
    if node is None or row.competent_agency_id is None:
        return ""
    if node.kind is NodeKind.CALL:
        partner = queries.partner_at(node, row.competent_agency_id, on=local_day(who.at))
        return f"{node.title(language)} ({partner.name(language) if partner else _('chưa có cơ quan')})"
    function = function_of(node)
    if function is None:
        return node.title(language)
    person = someone_for(row.id, agency_id=row.competent_agency_id, function=function, on=local_day(who.at))
    holder = person.name if person else _("chưa có người giữ, vào hàng chờ chung")
    return f"{node.title(language)} ({holder})"


def promised(row: Dossier, *, at: datetime) -> list[dict[str, Any]]:
    """Return what acceptance at this moment would promise, as rows; none where it would be refused."""
    try:
        promise = queries.promise_of(row, at=at)
    except (OutsideCalendar, NoCalendar):
        return []
    if promise is None:
        said = _("Chưa hẹn được ngày: thời hạn hoặc trường hợp trong danh mục cần được xem lại")
        return [{"label": _("Thời hạn"), "value": said, "url": ""}]
    due = words.moment(promise.due_at) if promise.due_at else ""
    rows = [
        (_("Thời hạn"), words.limit_words(promise.limit)),
        (_("Sẽ hẹn trả kết quả"), _("trước %(when)s, nếu tiếp nhận lúc này") % {"when": due} if due else ""),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]
