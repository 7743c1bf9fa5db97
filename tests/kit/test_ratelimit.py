"""Tries counted in the database, by window."""

from datetime import UTC, datetime, timedelta

from motcua.kit.ratelimit import forget_old, too_many

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)


def test_the_limit_holds_in_a_window_for_one_key_and_opens_again(db: None) -> None:
    def tries(key: str, at: datetime, scope: str = "test") -> bool:
        return too_many(scope, key, limit=3, seconds=300, at=at)

    assert [tries("an", AT) for _ in range(5)] == [False, False, False, True, True]
    assert tries("binh", AT) is False
    assert tries("an", AT, scope="other") is False
    assert tries("an", AT + timedelta(seconds=299)) is True
    assert tries("an", AT + timedelta(seconds=300)) is False


def test_a_key_of_any_length_is_counted(db: None) -> None:
    answers = [too_many("test", "ă" * 5000, limit=1, seconds=60, at=AT) for _ in range(2)]
    assert answers == [False, True]


def test_old_counts_are_forgotten_by_the_time_that_is_given(db: None) -> None:
    for days in (0, 3):
        too_many("test", f"k{days}", limit=1, seconds=60, at=AT - timedelta(days=days))

    assert forget_old(at=AT) == 1
    assert too_many("test", "k0", limit=1, seconds=60, at=AT) is True
    assert forget_old(at=AT + timedelta(days=2)) == 1
