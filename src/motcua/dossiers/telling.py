"""What is told to the staff: a limit that comes near, and each morning what is late.

Whoever has no e-mail address and no telephone gets the message into their inbox, by their sign-in name: nothing is
lost, and a provider may carry it to a screen.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from motcua.accounts.models import User
from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.models import Dossier, Opinion
from motcua.dossiers.queries import LateLine, late_lines
from motcua.journal.events import Happened
from motcua.notifications.actions import queue_message
from motcua.organisation import queries as organisation
from motcua.rules.lateness import Cause
from motcua.rules.localday import local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar
from motcua.workflow.queries import TaskFacts, open_tasks_of, step_title

_log = logging.getLogger(__name__)
# A message is read, not searched: the rest stands on the page.
_MOST_LINES = 100
INBOX = "inbox"


@dataclass(frozen=True)
class _Said:
    """A message in the language of its reader; `short` is for a telephone."""

    title: str
    text: str
    short: str


def warn_staff(happened: Happened, *, at: datetime) -> int:
    """Queue a warning to who holds the dossier and to the head of its agency; return how many were new.

    Of a step it goes to who holds this step, and to nobody once it is done; of the whole, to all who hold one.
    """
    dossier = Dossier.objects.get(id=happened.subject_id)
    tasks = open_tasks_of(dossier.id)
    if happened.data["task"]:
        tasks = [task for task in tasks if str(task.id) == happened.data["task"]]
        if not tasks:
            return 0
    task = tasks[0] if tasks else None
    people = _heads(happened.agency_id, at) | {row.holder_id for row in tasks if row.holder_id}
    return _tell(
        people,
        lambda: _warning(dossier, task, happened.data),
        cause=happened.id,
        purpose=happened.kind,
        subject=("dossier", dossier.id),
        at=at,
    )


def _warning(dossier: Dossier, task: TaskFacts | None, data: Any) -> _Said:
    known = {
        "number": dossier.number,
        "procedure": _name_of(dossier.version_id),
        "when": words.moment(datetime.fromisoformat(data["due_at"])),
        "holder": (task.holder_name if task else None) or _("chưa ai nhận"),
        "step": _title(dossier, task),
    }
    if data["task"] and data["stage"] == "day":
        title = _("Bước “%(step)s” của hồ sơ %(number)s đến hạn hôm nay") % known
    elif data["task"]:
        title = _("Bước “%(step)s” của hồ sơ %(number)s sắp đến hạn") % known
    elif data["stage"] == "day":
        title = _("Hồ sơ %(number)s đến hạn hôm nay") % known
    else:
        title = _("Hồ sơ %(number)s sắp đến hạn") % known
    text = (
        _("%(procedure)s. Phải xong trước %(when)s. Đang ở bước “%(step)s”, người giữ: %(holder)s.") % known
    )
    return _Said(title, text, text)


def _title(dossier: Dossier, task: TaskFacts | None) -> str:
    if task is None:
        return ""
    return step_title(dossier.process_id, task.step, "en" if words.in_english() else "vi")


def tell_of_opinion(happened: Happened, *, at: datetime) -> int:
    """Tell who must know of an opinion; return how many messages were new.

    Asked: the heads of the asked agency. Given: who asked and who holds the dossier. Overdue: all of these and the
    asking agency's heads.
    """
    row = Opinion.objects.select_related("dossier").get(id=happened.data["opinion"])
    asked = _heads(row.agency_id, at)
    askers = {task.holder_id for task in open_tasks_of(row.dossier_id) if task.holder_id}
    if row.asked_by is not None:
        askers.add(row.asked_by)
    people = {
        "dossier.opinion_asked": asked,
        "dossier.opinion_given": askers,
        "dossier.opinion_overdue": asked | askers | _heads(row.asking_agency_id, at),
    }[happened.kind]
    return _tell(
        people,
        lambda: _of_opinion(row, happened.kind, at),
        cause=happened.id,
        purpose=happened.kind,
        subject=("dossier", row.dossier_id),
        at=at,
    )


def _of_opinion(row: Opinion, kind: str, at: datetime) -> _Said:
    language = "en" if words.in_english() else "vi"
    names = organisation.agencies_facts([row.agency_id, row.asking_agency_id], on=local_day(at))
    known = {
        "number": row.dossier.number,
        "asked": names[row.agency_id].name(language) if row.agency_id in names else "",
        "asking": names[row.asking_agency_id].name(language) if row.asking_agency_id in names else "",
        "when": words.moment(row.due_at),
        "address": f"{settings.MOTCUA_ADDRESS}/quay/y-kien/{row.id}/",
    }
    if kind == "dossier.opinion_asked":
        title = _("%(asking)s hỏi ý kiến về hồ sơ %(number)s") % known
        text = _("Trả lời trước %(when)s: %(address)s") % known
    elif kind == "dossier.opinion_given":
        title = _("%(asked)s đã cho ý kiến về hồ sơ %(number)s") % known
        text = _("Xem ý kiến: %(address)s") % known
    else:
        title = _("%(asked)s chưa cho ý kiến về hồ sơ %(number)s") % known
        text = _("Đã đến hạn %(when)s mà chưa trả lời: %(address)s") % known
    return _Said(title, text, f"{title}. {text}")


def tell_of_missing_paper(happened: Happened, *, at: datetime) -> int:
    """Tell who works on a dossier, and its head, that a partner outside the system lacks a paper of the applicant's.

    What it lacks stands on the page; return how many messages were new.
    """
    if (happened.data["said"], happened.data["standing"]) != ("supplement_needed", "taken"):
        return 0
    part = Dossier.objects.select_related("parent").get(id=happened.subject_id)
    whole = part.parent
    assert whole is not None
    holding = {row.holder_id for row in open_tasks_of(whole.id) if row.holder_id}
    return _tell(
        _heads(whole.competent_agency_id, at) | holding,
        lambda: _missing_paper(whole, part, at),
        cause=happened.id,
        purpose=happened.kind,
        subject=("dossier", whole.id),
        at=at,
    )


def _missing_paper(whole: Dossier, part: Dossier, at: datetime) -> _Said:
    assert part.competent_agency_id is not None
    partner = organisation.agency_facts(part.competent_agency_id, on=local_day(at))
    known = {
        "partner": partner.name("en" if words.in_english() else "vi"),
        "number": whole.number,
        "address": f"{settings.MOTCUA_ADDRESS}/quay/ho-so/{whole.id}/",
    }
    title = _("%(partner)s báo hồ sơ %(number)s còn thiếu giấy tờ") % known
    text = _("Xem giấy tờ còn thiếu, và yêu cầu bổ sung nếu đúng: %(address)s") % known
    return _Said(title, text, f"{title}. {text}")


def tell_of_late(agency_id: UUID, count: int, *, at: datetime) -> int:
    """Queue the list of an agency's late dossiers to its heads, once a day; return how many messages were new."""
    day = local_day(at)
    late = late_lines({agency_id}, at=at, size=_MOST_LINES)
    calendar = working_calendar(agency_id, on=day)
    agency = organisation.agency_facts(agency_id, on=day)
    return _tell(
        _heads(agency_id, at),
        lambda: _late_list(agency, late, count, calendar, at),
        # The same agency and day give the same cause: a job that runs twice queues nothing twice.
        cause=uuid5(NAMESPACE_URL, f"motcua:late:{agency_id}:{day.isoformat()}"),
        purpose="dossier.late_list",
        subject=("agency", agency_id),
        at=at,
    )


def _late_list(
    agency: organisation.AgencyFacts,
    late: list[LateLine],
    count: int,
    calendar: WorkingCalendar,
    at: datetime,
) -> _Said:
    name = agency.name("en" if words.in_english() else "vi")
    title = ngettext("%(n)s hồ sơ quá hạn, %(agency)s", "%(n)s hồ sơ quá hạn, %(agency)s", count) % {
        "n": count,
        "agency": name,
    }
    lines = [f"{place}. {_line_or_number(row, calendar, at)}" for place, row in enumerate(late, 1)]
    if count > len(late):
        lines.append(_("Còn %(n)s hồ sơ nữa trong danh sách.") % {"n": count - len(late)})
    where = _("Xem và lọc danh sách: %(address)s") % {"address": f"{settings.MOTCUA_ADDRESS}/quay/tre-han/"}
    return _Said(title, "\n".join([*lines, where]), f"{title}. {where}")


def _line_or_number(row: LateLine, calendar: WorkingCalendar, at: datetime) -> str:
    """Say a line of the list; one dossier of which something cannot be read keeps at least its number in it."""
    try:
        return _late_line(row, calendar, at)
    except (LookupError, Refusal):
        _log.exception("a late dossier cannot be told of: %s", row.id)
        return row.number


def _late_line(row: LateLine, calendar: WorkingCalendar, at: datetime) -> str:
    parts = [
        row.number,
        _name_of(row.version_id),
        row.holder_name or _("chưa ai nhận"),
        late_by(row.due_at, calendar, at),
        str(words.CAUSES[Cause(row.cause)]) if row.cause else _("chưa ghi lý do"),
        str(words.OWED[row.owed]),
    ]
    return " · ".join(parts)


def late_by(due_at: datetime, calendar: WorkingCalendar, at: datetime) -> str:
    """Say by how much working time a due time has passed."""
    try:
        amount, _whole = words.working_amount(calendar, due_at, at)
    except OutsideCalendar:
        return words.moment(due_at)
    return _("trễ %(amount)s") % {"amount": amount}


def _name_of(version_id: UUID) -> str:
    return published(version_id).name("en" if words.in_english() else "vi")


def _heads(agency_id: UUID | None, at: datetime) -> set[UUID]:
    """Return the heads of an agency; where there is none, or all are away, its leaders answer."""
    if agency_id is None:
        return set()
    day = local_day(at)
    heads = organisation.holders(agency_id, "head", on=day)
    leaders = organisation.holders(agency_id, "leader", on=day)
    for people in (heads, leaders):
        if present := {person.user_id for person in people if not person.away}:
            return present
    return {person.user_id for person in heads or leaders}


def _tell(
    people: Iterable[UUID],
    say: Callable[[], _Said],
    *,
    cause: UUID,
    purpose: str,
    subject: tuple[str, UUID],
    at: datetime,
) -> int:
    told = 0
    for user in User.objects.filter(id__in=set(people), is_active=True).order_by("username"):
        channel, recipient = _reach(user)
        with override(user.language):
            said = say()
        queued = queue_message(
            cause=cause,
            purpose=purpose,
            subject_kind=subject[0],
            subject_id=subject[1],
            channel=channel,
            recipient=recipient,
            title=said.title[:240],
            text=said.short if channel == "sms" else said.text,
            at=at,
        )
        told += queued is not None
    return told


def _reach(user: User) -> tuple[str, str]:
    if user.email:
        return "email", user.email
    return ("sms", user.phone) if user.phone else (INBOX, user.username)
