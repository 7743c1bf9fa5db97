"""What is told to people when their dossier moves, what a new version changes, and how much is asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.catalogue.actions import set_uses
from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.actions import note_version
from motcua.dossiers.models import Dossier, Party
from motcua.dossiers.queries import uses_since
from motcua.dossiers.tracking import address_of
from motcua.journal.events import Happened
from motcua.kit import clock, sql
from motcua.kit.jobs import fresh_connection
from motcua.notifications.actions import queue_message, send_waiting

_A_YEAR = timedelta(days=365)

_Text = Callable[[Dossier, dict[str, Any]], str]


def tell_applicant(happened: Happened) -> None:
    """Queue the message that this event owes to the applicant, in their language, by e-mail or SMS."""
    dossier = Dossier.objects.select_related("applicant", "representative").get(id=happened.subject_id)
    reach = dossier.representative or dossier.applicant
    address = _address(reach)
    text = _TEXTS.get(happened.kind)
    if address is None or text is None:
        return
    with override(dossier.language):
        record = published(dossier.version_id).record
        name = record.name.en if words.in_english() else record.name.vi
        lines = [f"{name}. {text(dossier, dict(happened.data))}"]
        lines.append(_("Theo dõi: %(address)s") % {"address": address_of(bytes(dossier.secret))})
        queue_message(
            cause=happened.id,
            purpose=happened.kind,
            subject_kind="dossier",
            subject_id=dossier.id,
            channel=address[0],
            recipient=address[1],
            title=_("Hồ sơ %(number)s") % {"number": dossier.number},
            text="\n".join(lines),
            at=clock.now(),
        )
    # Only what is committed may leave the house: a message sent in a transaction that fails would be queued,
    # and sent, again.
    transaction.on_commit(lambda: send_waiting(at=clock.now()), robust=True)


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


_TEXTS: dict[str, _Text] = {
    "dossier.filed": lambda dossier, data: (
        _("Cơ quan đã nhận được hồ sơ của bạn, mã %(number)s, và sẽ trả lời tiếp nhận trước %(when)s.")
        % {"number": data["number"], "when": _moment(data["acknowledge_by"])}
    ),
    "dossier.accepted": _accepted,
    "dossier.refused": lambda dossier, data: _("Hồ sơ không được tiếp nhận. Lý do: %(reason)s") % data,
    "dossier.supplement_requested": lambda dossier, data: _(
        "Hồ sơ cần bổ sung. Mở trang theo dõi để xem từng giấy tờ, chỗ sai và cách sửa."
    ),
    "dossier.resubmitted": lambda dossier, data: (
        _("Đã nhận bổ sung. Hẹn trả kết quả trước %(when)s.") % {"when": _moment(data["due_at"])}
        if data["due_at"]
        else _("Đã nhận bổ sung.")
    ),
    "dossier.deadline_extended": lambda dossier, data: (
        _("Chúng tôi xin lỗi vì chưa kịp trả kết quả. Ngày hẹn mới: trước %(when)s. Lý do: %(reason)s")
        % {"when": _moment(data["due_after"]), "reason": data["reason"]}
    ),
    "dossier.decided": lambda dossier, data: _decided(dossier),
    "dossier.stopped": lambda dossier, data: _("Hồ sơ dừng giải quyết. Lý do: %(reason)s") % data,
}


# By the versioned function of the job library, in the reaction's own transaction.
_NOTE_LATER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
  'upkeep', %s, 0, %s, NULL, jsonb_build_object('version_id', %s::text), NULL
)::procrastinate_job_to_defer_v1])
"""


def note_new_version(happened: Happened) -> None:
    """Queue the job that notes for running dossiers what a version changes for them.

    The first version changes nothing for anybody. Run twice it queues the job twice, which then finds nothing.
    """
    if happened.data["number"] > 1:
        version = happened.data["version"]
        sql.row(_NOTE_LATER, [note_running_dossiers.name, f"dossiers.version.{version}", version])


@app.task(queue="upkeep", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def note_running_dossiers(version_id: str) -> None:
    """Note for every running dossier of an earlier version what this one changes; each batch is committed."""
    last = None
    while last := note_version(UUID(version_id), at=clock.now(), after=last):
        pass


@app.periodic(cron="23 2 * * *")
@app.task(queue="upkeep", queueing_lock="dossiers.count_uses")
@fresh_connection
def count_uses(timestamp: int) -> None:
    """Count what was filed in the last 365 days, so that what people need most is found first."""
    note_uses(at=clock.now())


def note_uses(*, at: datetime) -> int:
    """Count now what was filed in the 365 days before; return how many procedures' counts changed."""
    return set_uses(uses_since(at - _A_YEAR, until=at))
