"""Accounts: sealed identities, sign-in that tells nothing, tries that run out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import get_hashers_by_algorithm
from django.db import IntegrityError, transaction

from motcua.accounts import access, jobs
from motcua.accounts.access import PasswordBackend, TooManyTries
from motcua.accounts.actions import note_sign_in, open_account
from motcua.accounts.models import User
from motcua.accounts.queries import CITIZEN_LABEL, actor, names_of, person, user_named
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.kit.ids import uuid7
from motcua.kit.sealed import blind_index

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
NUMBER = "066190900017"


@pytest.fixture(autouse=True)
def _at(db: None) -> Iterator[None]:
    with clock.freeze(AT):
        yield


def _open(username: str = "dan", **changes: Any) -> User:
    given = {"full_name": "Nguyễn Thị Ánh", "kind": "citizen", "password": "một-cửa"} | changes
    return open_account(username, by=SYSTEM, at=AT, **given)


def test_the_identity_number_is_sealed_found_by_its_digest_and_comes_back_whole() -> None:
    user = _open(identity=NUMBER, birth_date=date(1990, 1, 2), phone="0912345678")
    row = User.objects.get(identity_index=blind_index(NUMBER))

    assert row.id == user.id
    assert row.identity_tail == "0017"
    for name, value in User.objects.filter(id=user.id).values()[0].items():
        assert NUMBER not in str(value), name
        assert not isinstance(value, memoryview | bytes) or NUMBER.encode() not in bytes(value)
    assert (person(row).identity, person(row).phone) == (NUMBER, "0912345678")


def test_opening_is_journalled_without_any_identity_data() -> None:
    user = _open(identity=NUMBER, phone="0912345678", email="anh@example.vn")
    [entry] = history_of(user.id)
    assert (entry.kind, entry.data) == ("account.opened", {"account_kind": "citizen"})
    row = Event.objects.get(id=entry.id)
    assert [text for text in (NUMBER, "Ánh", "0912345678", "dan", "example") if text in row.canonical] == []


def test_a_name_is_taken_once() -> None:
    _open()
    with pytest.raises(IntegrityError), transaction.atomic():
        _open()
    assert Event.objects.filter(kind="account.opened").count() == 1


def test_signing_in_by_name_and_password() -> None:
    user = _open()
    assert authenticate(username="dan", password="một-cửa") == user
    assert authenticate(username="dan", password="mot-cua") is None
    assert authenticate(username="ai-do", password="một-cửa") is None
    assert authenticate(username="", password="một-cửa") is None
    assert _open("khong", password=None).has_usable_password() is False
    assert authenticate(username="khong", password="") is None


def test_a_closed_account_neither_signs_in_nor_stays_signed_in() -> None:
    user = _open()
    assert PasswordBackend().get_user(user.id) == user
    User.objects.filter(id=user.id).update(is_active=False)
    assert authenticate(username="dan", password="một-cửa") is None
    assert PasswordBackend().get_user(user.id) is None


def test_tries_run_out_for_one_name_and_come_back_by_themselves() -> None:
    _open()
    for _ in range(access.TRIES):
        assert authenticate(username="dan", password="sai") is None
    with pytest.raises(TooManyTries):
        authenticate(username="DAN", password="một-cửa")
    assert authenticate(username="khac", password="sai") is None
    with clock.freeze(AT + timedelta(seconds=access.WINDOW)):
        assert authenticate(username="dan", password="một-cửa") is not None


def test_an_unknown_name_costs_a_hash_as_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    _open()
    hashed: list[str] = []
    hasher = type(get_hashers_by_algorithm()["md5"])
    encode = hasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hasher, "encode", counted)
    for name in ("dan", "ai-do"):
        hashed.clear()
        authenticate(username=name, password="sai")
        assert hashed == ["sai"], name


def test_staff_sign_ins_are_journalled_and_citizens_are_not() -> None:
    staff, citizen = _open("can-bo", kind="staff"), _open()
    for user in (staff, citizen):
        note_sign_in(user, at=AT)
        user.refresh_from_db()
        assert user.last_login == AT
    assert [entry.kind for entry in history_of(staff.id)] == ["account.opened", "account.signed_in"]
    assert [entry.kind for entry in history_of(citizen.id)] == ["account.opened"]


def test_people_are_named_by_id_and_by_sign_in_name() -> None:
    user = _open()
    assert names_of({user.id, uuid7()}) == {user.id: "Nguyễn Thị Ánh"}
    assert user_named("dan") == user
    assert user_named("Dan") is None


def test_staff_act_by_name_and_citizens_without_it() -> None:
    citizen, staff = _open(), _open("can-bo", kind="staff", full_name="Cán bộ A")
    assert (actor(citizen).id, actor(citizen).label) == (citizen.id, CITIZEN_LABEL)
    assert (actor(staff).id, actor(staff).label) == (staff.id, "Cán bộ A")


def test_old_tries_are_forgotten_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    # A test lives in one transaction, which a job must not end.
    monkeypatch.setattr("motcua.kit.jobs.close_old_connections", lambda: None)
    for _ in range(access.TRIES):
        authenticate(username="dan", password="sai")
    with clock.freeze(AT + timedelta(days=2)):
        jobs.forget_old_tries(timestamp=0)
    # Back in the same window, the count begins anew.
    assert authenticate(username="dan", password="sai") is None
