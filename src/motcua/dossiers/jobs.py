"""What is told to people when their dossier moves, what a new version changes, and how much is asked for."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.calendars.queries import notices_of, working_calendar
from motcua.catalogue.actions import set_uses
from motcua.catalogue.queries import published
from motcua.dossiers import telling, words
from motcua.dossiers.actions import (
    apply_in_flight,
    apply_moves,
    follow_posts,
    hold_up_unapplied,
    mark_apology_sent,
    note_version,
    open_recomputation,
    overtake_ended,
    pass_stragglers,
    put_back_in_flight,
    queue_partner_messages,
    recompute,
    remind_of_opinions,
    reorganise,
    run_timers,
    send_partner_messages,
    take_answers,
    take_waiting_answers,
)
from motcua.dossiers.actions import warn_of_deadlines as warn
from motcua.dossiers.models import Dossier, Party
from motcua.dossiers.queries import late_by_agency, uses_since, whole_of
from motcua.dossiers.tracking import address_of
from motcua.journal.events import Happened
from motcua.kit import clock, sql
from motcua.kit.jobs import fresh_connection
from motcua.notifications.actions import queue_message, send_waiting
from motcua.organisation.queries import due_reorganisations
from motcua.rules.localday import local_day
from motcua.rules.refusals import Refusal
from motcua.rules.transitions import State

_log = logging.getLogger(__name__)
_A_YEAR = timedelta(days=365)

_Text = Callable[[Dossier, dict[str, Any]], str]


def tell_applicant(happened: Happened) -> None:
    """Queue the message that this event owes to the applicant, in their language, by e-mail or SMS."""
    _told(happened)


def send_apology(happened: Happened) -> None:
    """Queue an approved letter of apology to the applicant and mark it as sent.

    Whom no message reaches is handed the printed letter: then it is not marked.
    """
    letter = happened.data.get("apology")
    if _told(happened) and letter:
        mark_apology_sent(UUID(letter), at=clock.now())


def take_partner_answers(happened: Happened) -> None:
    """Let the dossier that a partner's part belongs to go on by its answer."""
    take_answers(UUID(happened.data["whole"]), at=clock.now())


def send_to_partner(happened: Happened) -> None:
    """Queue what agencies outside the system must hear of this event, and send it as soon as it is committed."""
    if queue_partner_messages(happened.id, happened.kind, happened.subject_id, at=clock.now()):
        transaction.on_commit(lambda: send_partner_messages(at=clock.now()), robust=True)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.send_waiting_to_partners")
@fresh_connection
def send_waiting_to_partners(timestamp: int) -> None:
    """Send what waits for agencies outside the system."""
    while send_partner_messages(at=clock.now()):
        pass


def _told(happened: Happened) -> bool:
    """Queue the message; False where there is nothing to say, or no way to reach whoever filed."""
    dossier = Dossier.objects.select_related("applicant", "representative").get(id=happened.subject_id)
    # Of a partner's part people hear what it promises anew; all else is told of the whole.
    if dossier.parent_id is not None and happened.kind not in _OF_PARTS:
        return False
    filed = whole_of(dossier)
    address = _address(filed.representative or filed.applicant)
    text = _TEXTS.get(happened.kind)
    if address is None or text is None:
        return False
    with override(dossier.language):
        record = published(dossier.version_id).record
        name = record.name.en if words.in_english() else record.name.vi
        lines = [f"{name}. {text(dossier, dict(happened.data))}"]
        lines.append(_("Theo dõi: %(address)s") % {"address": address_of(bytes(filed.secret))})
        queue_message(
            cause=happened.id,
            purpose=happened.kind,
            subject_kind="dossier",
            subject_id=filed.id,
            channel=address[0],
            recipient=address[1],
            title=_("Hồ sơ %(number)s") % {"number": filed.number},
            text="\n".join(lines),
            at=clock.now(),
        )
    # Only what is committed may leave the house: a message sent in a transaction that fails would be queued,
    # and sent, again.
    transaction.on_commit(lambda: send_waiting(at=clock.now()), robust=True)
    return True


def _address(party: Party | None) -> tuple[str, str] | None:
    if party is None:
        return None
    if party.email:
        return "email", party.email
    return ("sms", party.phone) if party.phone else None


def _moment(text: str | None) -> str:
    return words.moment(datetime.fromisoformat(text)) if text else ""


def _accepted(dossier: Dossier, data: dict[str, Any]) -> str:
    if not data["promised_at"]:
        return _("Hồ sơ đã được tiếp nhận. Thủ tục này không quy định thời hạn.")
    return _("Hồ sơ đã được tiếp nhận. Hẹn trả kết quả trước %(when)s.") % {
        "when": _moment(data["promised_at"])
    }


def _decided(dossier: Dossier) -> str:
    if dossier.delivery == "post":
        return _("Đã có kết quả. Kết quả sẽ được gửi đến bạn qua bưu chính.")
    if dossier.delivery == "online":
        return _("Đã có kết quả. Bản điện tử sẽ được gửi cho bạn.")
    return _("Đã có kết quả. Mời bạn đến nhận tại bộ phận một cửa.")


def _due_moved(dossier: Dossier, data: dict[str, Any]) -> str:
    if dossier.state == State.PAUSED:
        # The date that counts comes with the end of the pause; the one found now may lie in the past.
        return _(
            "Lịch làm việc vừa thay đổi (%(title)s). Ngày hẹn mới được báo ngay khi cơ quan nhận đủ hồ sơ bổ sung."
        ) % {"title": data["title"]}
    return _(
        "Ngày hẹn trả kết quả của bạn đổi theo lịch làm việc mới (%(title)s). Hẹn cũ: trước %(before)s. "
        "Hẹn mới: trước %(after)s."
    ) % {
        "title": data["title"],
        "before": _moment(data["due_before"]),
        "after": _moment(data["due_after"]),
    }


def _reopened(data: dict[str, Any]) -> str:
    known = data | {"when": _moment(data["promised_at"])}
    said = _(
        "Kết quả của hồ sơ này được xem xét lại theo quyết định %(decision_number)s. Lý do: %(reason)s. Bạn không phải "
        "nộp lại giấy tờ. Hồ sơ mới: mã %(number)s."
    )
    parts = [said % known]
    if data["promised_at"]:
        parts.append(_("Hẹn trả kết quả trước %(when)s.") % known)
    return " ".join(parts)


_OF_PARTS = frozenset({"dossier.deadline_extended", "dossier.apology_approved"})
_TEXTS: dict[str, _Text] = {
    "dossier.filed": lambda dossier, data: (
        _("Cơ quan đã nhận được hồ sơ của bạn, mã %(number)s, và sẽ trả lời tiếp nhận trước %(when)s.")
        % {"number": data["number"], "when": _moment(data["acknowledge_by"])}
    ),
    "dossier.accepted": _accepted,
    "dossier.refused": lambda dossier, data: _("Hồ sơ không được tiếp nhận. Lý do: %(reason)s") % data,
    "dossier.supplement_requested": lambda dossier, data: _(
        "Hồ sơ cần bổ sung. Để xem từng chỗ cần sửa và nộp bổ sung, đăng nhập và mở “Hồ sơ của tôi”, hoặc đến bộ "
        "phận một cửa."
    ),
    "dossier.resubmitted": lambda dossier, data: (
        _("Đã nhận bổ sung. Hẹn trả kết quả trước %(when)s.") % {"when": _moment(data["due_at"])}
        if data["due_at"]
        else _("Đã nhận bổ sung.")
    ),
    "dossier.deadline_extended": lambda dossier, data: words.apology_sentence(
        extends=True, until=datetime.fromisoformat(data["due_after"]), reason=data["reason"]
    ),
    "dossier.apology_approved": lambda dossier, data: words.apology_sentence(
        extends=False, until=datetime.fromisoformat(data["until"]), reason=data["reason"]
    ),
    "dossier.due_moved": lambda dossier, data: _due_moved(dossier, data),
    "dossier.decided": lambda dossier, data: _decided(dossier),
    "dossier.reopened": lambda dossier, data: _reopened(data),
    "dossier.stopped": lambda dossier, data: _("Hồ sơ dừng giải quyết. Lý do: %(reason)s") % data,
}


# By the versioned function of the job library, in the reaction's own transaction.
_LATER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
  'upkeep', %s, 0, %s, NULL, jsonb_build_object(%s::text, %s::text), NULL
)::procrastinate_job_to_defer_v1])
"""


def note_new_version(happened: Happened) -> None:
    """Queue the job that notes for running dossiers what a version changes for them.

    The first version changes nothing for anybody. Run twice it queues the job twice, which then finds nothing.
    """
    if happened.data["number"] > 1:
        version = happened.data["version"]
        lock = f"dossiers.version.{version}"
        sql.row(_LATER, [note_running_dossiers.name, lock, "version_id", version])


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def note_running_dossiers(version_id: str) -> None:
    """Note for every running dossier of an earlier version what this one changes; each batch is committed."""
    last = None
    while last := note_version(UUID(version_id), at=clock.now(), after=last):
        pass


def begin_following(happened: Happened) -> None:
    """Queue the job that takes running dossiers along to a new version of their process, where it says so.

    Run twice it queues the job twice, which then finds nothing.
    """
    if happened.data.get("in_flight", "stay") != "stay":
        _follow_later(follow_process.name, happened.subject_id)


def begin_putting_back(happened: Happened) -> None:
    """Queue the job that puts dossiers back under the version that they were taken from."""
    _follow_later(unfollow_process.name, happened.subject_id)


def _follow_later(name: str, version_id: UUID) -> None:
    sql.row(_LATER, [name, f"dossiers.process.{version_id}", "version_id", version_id])


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def follow_process(version_id: str) -> None:
    """Take every running dossier along to a version; each batch is committed, a killed job goes on behind it."""
    while apply_in_flight(UUID(version_id), at=clock.now()):
        pass


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def unfollow_process(version_id: str) -> None:
    """Put every dossier back that a version took along and that has not gone on; each batch is committed."""
    while put_back_in_flight(UUID(version_id), at=clock.now()):
        pass


def tell_of_opinion(happened: Happened) -> None:
    """Queue what the staff are told of an opinion that is asked, given or overdue."""
    telling.tell_of_opinion(happened, at=clock.now())


def tell_of_missing_paper(happened: Happened) -> None:
    """Queue what the staff are told of a paper that a partner outside the system lacks."""
    telling.tell_of_missing_paper(happened, at=clock.now())


def warn_of_limit(happened: Happened) -> None:
    """Queue the warning of a limit that comes near to who holds the dossier and to the head."""
    telling.warn_staff(happened, at=clock.now())


# Also the unit of the turns: see `actions.warn_of_deadlines`.
_WARN_EVERY = 5 * 60


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.warn_of_deadlines")
@fresh_connection
def warn_of_deadlines(timestamp: int) -> None:
    """Warn of limits whose time for it has come."""
    warn(at=clock.now(), turn=timestamp // _WARN_EVERY)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.remind_of_overdue_opinions")
@fresh_connection
def remind_of_overdue_opinions(timestamp: int) -> None:
    """Remind of opinions whose due time has come without an answer."""
    while remind_of_opinions(at=clock.now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.let_timers_run_out")
@fresh_connection
def let_timers_run_out(timestamp: int) -> None:
    """Let the timers of processes take their ways whose time is over."""
    run_timers(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.take_answers_that_wait")
@fresh_connection
def take_answers_that_wait(timestamp: int) -> None:
    """Take the answers of partners that could not be taken when they came."""
    take_waiting_answers(at=clock.now())


# A quarter past seven in Viet Nam.
@app.periodic(cron="15 0 * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.tell_heads_of_late")
@fresh_connection
def tell_heads_of_late(timestamp: int) -> None:
    """Send each head the list of what is late."""
    tell_late(at=clock.now())


def tell_late(*, at: datetime) -> int:
    """Queue the list of late dossiers to the heads of each agency that works today; return how many were new.

    An agency of which nothing can be reckoned is logged, and the others get theirs.
    """
    told = 0
    for agency_id, count in late_by_agency(at=at).items():
        try:
            told += _tell_agency(agency_id, count, at)
        except (LookupError, Refusal):
            _log.exception("no list of late dossiers for agency %s", agency_id)
    return told


def _tell_agency(agency_id: UUID, count: int, at: datetime) -> int:
    today = local_day(at)
    if not working_calendar(agency_id, on=today).is_working_day(today):
        return 0
    with transaction.atomic():
        return telling.tell_of_late(agency_id, count, at=at)


@app.periodic(cron="23 2 * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.count_uses")
@fresh_connection
def count_uses(timestamp: int) -> None:
    """Count what was filed in the last 365 days, so that what people need most is found first."""
    note_uses(at=clock.now())


def note_uses(*, at: datetime) -> int:
    """Count now what was filed in the 365 days before; return how many procedures' counts changed."""
    return set_uses(uses_since(at - _A_YEAR, until=at))


# One after the other, in the order of their notices: a later one answers what an earlier one left open.
_IN_TURN = "dossiers.recomputation"


def begin_recomputation(happened: Happened) -> None:
    """Open the recomputation that a notice asks for, and queue the job that runs it.

    Run twice it queues the job twice, which then finds nothing.
    """
    data = happened.data
    if not data.get("number") or not data.get("first_day"):
        # From before notices were numbered: what it changed was entered by the calendars themselves.
        return
    notice = next(row for row in notices_of(happened.subject_id) if row.number == data["number"])
    run = open_recomputation(
        notice.number,
        calendar_id=notice.calendar_id,
        title=notice.title,
        legal_basis=notice.legal_basis,
        first_day=date.fromisoformat(data["first_day"]),
        last_day=date.fromisoformat(data["last_day"]) if data["last_day"] else None,
        at=clock.now(),
    )
    sql.row(_LATER, [recompute_dossiers.name, _IN_TURN, "recomputation_id", run])


def begin_applying(happened: Happened) -> None:
    """Queue the job that enters the moves that were approved."""
    sql.row(_LATER, [enter_approved_moves.name, _IN_TURN, "recomputation_id", happened.subject_id])


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def recompute_dossiers(recomputation_id: str) -> None:
    """Look at every dossier that a notice touches; each batch is committed, and a killed job goes on behind it."""
    while recompute(UUID(recomputation_id), at=clock.now()):
        pass


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def enter_approved_moves(recomputation_id: str) -> None:
    """Enter every approved move of a recomputation; each batch is committed."""
    while apply_moves(UUID(recomputation_id), at=clock.now()):
        pass


@app.periodic(cron="41 * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.drop_ended_moves")
@fresh_connection
def drop_ended_moves(timestamp: int) -> None:
    """Let no proposal wait for a dossier that has ended meanwhile."""
    overtake_ended()


# One at a time: two of one day follow each other, and the other places of a worker stay free for everything else.
_REORGANISING = "dossiers.reorganise"


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.reorganise_when_due", lock=_REORGANISING)
@fresh_connection
def reorganise_when_due(timestamp: int) -> None:
    """Apply the approved reorganisations whose day has come, and go on with what was stopped on the way."""
    apply_due(now=clock.now)


def apply_due(*, now: Callable[[], datetime]) -> None:
    """Apply what is due; one that fails keeps why and holds up none of the others."""
    for plan in due_reorganisations(on=local_day(now())):
        try:
            reorganise(plan, at=now(), now=now)
        except Exception as fault:
            _log.exception("reorganisation %s could not be applied", plan)
            hold_up_unapplied(plan, why=type(fault).__name__, at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.pass_what_stayed", lock=_REORGANISING)
@fresh_connection
def pass_what_stayed(timestamp: int) -> None:
    """Let open dossiers pass that came to an agency after it had ended, and open work go with its post."""
    pass_stragglers(at=clock.now(), now=clock.now)
    follow_posts(at=clock.now())


def follow_posts_now(happened: Happened) -> None:
    """Let open work go to who acts for an office that closed, or back to its people; run twice it finds nothing."""
    follow_posts(at=clock.now())
