"""Kept files and issued slips: whole or not at all, of their subject only."""

import errno
import os
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from motcua.documents import jobs, providers
from motcua.documents.actions import (
    ORPHAN_AGE,
    UnableToKeepFile,
    forget_files,
    issue_slip,
    keep_file,
    sweep_orphans,
)
from motcua.documents.models import StoredFile
from motcua.documents.print.sets import FormMissing
from motcua.documents.queries import files_of, open_file, slip_of, slips_of
from motcua.kit import clock
from motcua.kit.ids import uuid7
from motcua.kit.store import FakeStore, StoreFull

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def subject() -> UUID:
    return uuid7()


def _keep(subject: UUID, content: bytes = PDF, name: str = "to.pdf", largest: int = 1000) -> UUID:
    return keep_file(
        BytesIO(content),
        name=name,
        subject_kind="dossier",
        subject_id=subject,
        largest=largest,
        by=None,
        at=AT,
    )


def _on_disk() -> list[Path]:
    return [path for path in Path(settings.MOTCUA_FILES).rglob("*") if path.is_file()]


def test_a_kept_file_comes_back_with_its_facts(subject: UUID) -> None:
    key = _keep(subject, name="Tờ khai.pdf")
    found = open_file(key, subject_id=subject)
    assert found is not None
    facts, stream = found
    with stream:
        assert stream.read() == PDF
    assert (facts.name, facts.media_type, facts.size, facts.added_at) == (
        "Tờ khai.pdf", "application/pdf", len(PDF), AT,
    )  # fmt: skip
    assert files_of(subject) == {key: facts}


def test_a_file_opens_for_its_own_subject_only(subject: UUID) -> None:
    key = _keep(subject)
    assert open_file(key, subject_id=uuid7()) is None
    assert open_file(uuid7(), subject_id=subject) is None
    assert files_of(uuid7()) == {}


def test_the_same_bytes_twice_lie_once(subject: UUID) -> None:
    _keep(subject)
    _keep(uuid7(), name="khac.pdf")
    assert (StoredFile.objects.count(), len(_on_disk())) == (2, 1)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/to.pdf", "to.pdf"),
        ("C:\\Users\\dan\\to.pdf", "to.pdf"),
        ("t\u200bo\u0300.pdf", "tò.pdf"),
        ("đ" * 300 + ".PDF", "đ" * 187 + ".PDF"),
    ],
)
def test_a_name_is_kept_without_its_folders_in_one_form_and_cut(subject: UUID, name: str, kept: str) -> None:
    _keep(subject, name=name)
    assert [facts.name for facts in files_of(subject).values()] == [kept]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "to.pdf", "empty"),
        (b"<html></html>", "to.pdf", "not_accepted"),
        (PDF, "to.png", "not_what_it_says"),
        (PDF + bytes(1000), "to.pdf", "too_large"),
    ],
)
def test_what_is_refused_leaves_neither_bytes_nor_row(
    subject: UUID, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(UnableToKeepFile) as caught:
        _keep(subject, content, name)
    assert caught.value.code == code
    assert (StoredFile.objects.count(), _on_disk()) == (0, [])


def test_a_full_store_leaves_neither_bytes_nor_row(subject: UUID) -> None:
    full = FakeStore(room=5)
    with providers.using(full), pytest.raises(StoreFull):
        _keep(subject)
    assert (StoredFile.objects.count(), full.files) == (0, {})


def test_a_real_disk_that_is_full_is_told_so(subject: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreFull):
        _keep(subject)
    assert (StoredFile.objects.count(), _on_disk()) == (0, [])


def test_bytes_whose_row_was_rolled_back_are_swept_after_a_day_and_named_ones_stay(subject: UUID) -> None:
    kept = _keep(subject)
    with transaction.atomic():
        _keep(subject, PDF + b"rolled back")
        transaction.set_rollback(True)
    assert (StoredFile.objects.count(), len(_on_disk())) == (1, 2)
    newest = max(path.stat().st_mtime for path in _on_disk())
    written = datetime.fromtimestamp(newest, UTC)

    assert (
        sweep_orphans(at=written + ORPHAN_AGE - timedelta(seconds=1)) == 0
    )  # its transaction may still be open
    assert sweep_orphans(at=written + ORPHAN_AGE + timedelta(seconds=1)) == 1
    assert open_file(kept, subject_id=subject) is not None


def test_the_nightly_job_sweeps_what_was_forgotten(subject: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    # A test lives in one transaction, which a job must not end.
    monkeypatch.setattr("motcua.kit.jobs.close_old_connections", lambda: None)
    other = uuid7()
    _keep(subject)
    _keep(other, PDF + b"other")
    assert forget_files(subject) == 1
    written = max(path.stat().st_mtime for path in _on_disk())
    with clock.freeze(datetime.fromtimestamp(written, UTC) + ORPHAN_AGE + timedelta(minutes=1)):
        jobs.sweep_orphans(timestamp=0)
    assert [path.name for path in _on_disk()] == [StoredFile.objects.get(subject_id=other).sha256]


def _slip(subject: UUID, on: date, form: int = 4, at: datetime = AT) -> UUID:
    return issue_slip(
        form,
        on=on,
        subject_kind="dossier",
        subject_id=subject,
        agency_id=uuid7(),
        data={"a": "ă"},
        by=None,
        at=at,
    )


def test_a_slip_is_of_the_set_in_force_on_its_day_and_keeps_what_it_said(subject: UUID) -> None:
    old = _slip(subject, date(2025, 9, 14))
    new = _slip(subject, date(2025, 9, 15), at=AT + timedelta(seconds=1))

    assert [(slip.id, slip.kind.name_vi, slip.data) for slip in slips_of(subject)] == [
        (new, "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", {"a": "ă"}),
        (old, "Phiếu xin lỗi và hẹn lại ngày trả kết quả", {"a": "ă"}),
    ]
    assert slip_of(old, subject_id=uuid7()) is None
    with pytest.raises(FormMissing):
        _slip(subject, date(2018, 1, 1))
