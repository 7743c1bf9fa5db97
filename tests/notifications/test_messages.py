"""Messages: queued once, sent once, and a carrier that fails holds up nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from motcua.kit import clock
from motcua.kit.ids import uuid7
from motcua.notifications import jobs, providers
from motcua.notifications.actions import queue_message, send_waiting
from motcua.notifications.models import Message
from motcua.notifications.providers import FakeProvider, Parcel
from motcua.notifications.queries import messages_about

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _queue(recipient: str = "a@example.vn", **changes: Any) -> UUID | None:
    given = {
        "cause": uuid7(), "purpose": "dossier.filed", "subject_kind": "dossier", "subject_id": uuid7(),
        "channel": "email", "title": "Hồ sơ", "text": "Đã nhận", "at": AT,
    }  # fmt: skip
    return queue_message(recipient=recipient, **(given | changes))


@pytest.fixture
def carrier() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    with providers.using(fake):
        yield fake


def test_the_same_cause_queues_once_for_each_person_and_channel() -> None:
    cause, subject = uuid7(), uuid7()
    keys = [
        _queue(cause=cause, subject_id=subject, **changes)
        for changes in ({}, {"text": "khác"}, {"recipient": "b@example.vn"}, {"channel": "sms"})
    ]
    assert [key is None for key in keys] == [False, True, False, False]
    assert [message.text for message in messages_about(subject)] == ["Đã nhận"] * 3


def test_each_message_is_sent_once(carrier: FakeProvider) -> None:
    keys = [_queue(), _queue("b@example.vn")]
    assert send_waiting(at=AT) == 2
    assert send_waiting(at=AT + timedelta(days=1)) == 0
    assert [parcel.id for _, parcel in carrier.sent] == keys
    assert {(m.state, m.sent_at, m.attempts) for m in Message.objects.all()} == {("sent", AT, 1)}


def test_a_failure_keeps_the_message_waiting_a_little_longer_each_time(carrier: FakeProvider) -> None:
    _queue()
    carrier.failures, waits, at = 12, [], AT
    for _ in range(12):
        assert send_waiting(at=at) == 0
        message = Message.objects.get()
        waits.append((message.try_after - at).total_seconds() / 60)
        assert send_waiting(at=message.try_after - timedelta(seconds=1)) == 0
        at = message.try_after

    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 360
    assert (message.state, message.attempts, message.sent_at) == ("waiting", 12, None)
    assert message.last_error == "ConnectionError: the carrier does not answer"
    assert send_waiting(at=at) == 1
    assert Message.objects.get().state == "sent"


class _Choosy:
    """Refuses some addresses, in ways that no protocol names."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, channel: str, parcel: Parcel) -> None:
        if "bad" in parcel.recipient:
            raise ValueError("no such address")
        self.sent.append(parcel.recipient)


def test_a_message_that_always_fails_holds_up_no_other() -> None:
    for place in range(5):
        _queue(f"bad{place}@example.vn")
    _queue("good@example.vn", at=AT + timedelta(seconds=1))
    choosy = _Choosy()
    with providers.using(choosy):
        first = send_waiting(at=AT + timedelta(seconds=1), most=5)
        second = send_waiting(at=AT + timedelta(seconds=1), most=5)

    assert (first, second, choosy.sent) == (0, 1, ["good@example.vn"])
    assert Message.objects.filter(state="waiting").count() == 5


def test_the_job_sends_all_that_waits(carrier: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    # A test lives in one transaction, which a job must not end.
    monkeypatch.setattr("motcua.kit.jobs.close_old_connections", lambda: None)
    for place in range(103):
        _queue(f"{place}@example.vn")
    with clock.freeze(AT):
        jobs.send_waiting(timestamp=0)
    assert len(carrier.sent) == 103
    assert not Message.objects.filter(state="waiting").exists()


def test_the_folder_carrier_writes_a_private_file_once() -> None:
    key = _queue()
    assert send_waiting(at=AT) == 1
    Message.objects.update(state="waiting")  # as if the worker had died before it could say so
    assert send_waiting(at=AT) == 1

    [path] = Path(settings.MOTCUA_MESSAGES).iterdir()
    assert path.name == f"{key}.email.txt"
    assert path.read_text() == "To: a@example.vn\nSubject: Hồ sơ\n\nĐã nhận\n"
    assert path.stat().st_mode & 0o077 == 0
