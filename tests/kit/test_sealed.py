"""Identity numbers: unreadable at rest, whole when unsealed, found by a keyed digest."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as some

from motcua.kit.sealed import blind_index, seal, unseal

NUMBER = "066190900017"


@given(some.text(max_size=200))
def test_what_is_sealed_comes_back(text: str) -> None:
    assert unseal(seal(text)) == text
    assert unseal(memoryview(seal(text))) == text


def test_the_same_number_is_sealed_differently_each_time_and_never_shows() -> None:
    one, two = seal(NUMBER), seal(NUMBER)
    assert one != two
    assert NUMBER.encode() not in one
    assert NUMBER[-4:].encode() not in one


@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1])
def test_a_changed_byte_is_refused(place: int) -> None:
    sealed = bytearray(seal(NUMBER))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed))


def test_equal_numbers_have_equal_digests_and_no_key_no_digest(settings: Any) -> None:
    first = blind_index(NUMBER)
    assert first == blind_index(NUMBER)
    assert len(first) == 32
    assert first != blind_index("066190900018")

    sealed = seal(NUMBER)
    settings.MOTCUA_KEY = "another key"
    assert blind_index(NUMBER) != first
    with pytest.raises(InvalidTag):
        unseal(sealed)
