from datetime import date

import pytest

from motcua.rules.identity import birth_year, mask, personal_id_fault, phone_fault, tax_code_fault

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("066203001234", None),
        ("001099000001", None),
        ("096326000001", None),
        ("06620300123", "not_12_digits"),
        ("0662030012345", "not_12_digits"),
        ("06620300123a", "not_12_digits"),
        ("０66203001234", "not_12_digits"),
        ("066203001234\n", "not_12_digits"),
        ("", "not_12_digits"),
        ("000203001234", "unknown_province"),
        ("097203001234", "unknown_province"),
        ("066227001234", "year_in_future"),
        ("066403001234", "year_in_future"),
        ("066926001234", "year_in_future"),
    ],
)
def test_personal_identification_numbers(text: str, fault: str | None) -> None:
    assert personal_id_fault(text, today=TODAY) == fault


@pytest.mark.parametrize(
    ("text", "year"), [("066099001234", 1999), ("066199001234", 1999), ("066203001234", 2003)]
)
def test_the_number_carries_the_year_of_birth(text: str, year: int) -> None:
    assert birth_year(text) == year


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0100684378", None),
        ("0100109106", None),
        ("0101248141", None),
        ("0100684378-001", None),
        ("066203001234", None),
        ("0100684379", "bad_check_digit"),
        ("0100684387", "bad_check_digit"),
        ("0100684378-01", "not_a_tax_code"),
        ("123", "not_a_tax_code"),
        ("0100684378001", "not_a_tax_code"),
        ("099203001234", "unknown_province"),
    ],
)
def test_tax_codes(text: str, fault: str | None) -> None:
    assert tax_code_fault(text) == fault


@pytest.mark.parametrize(
    "text", ["0912345678", "0912 345 678", "+84912345678", "02623.812.345", "0355-123-456"]
)
def test_telephones_as_people_write_them(text: str) -> None:
    assert phone_fault(text) is None


@pytest.mark.parametrize(
    "text", ["", "12345", "0112345678", "091234567", "09123456789", "84912345678", "09１2345678"]
)
def test_what_is_no_telephone(text: str) -> None:
    assert phone_fault(text) == "not_a_phone_number"


@pytest.mark.parametrize(
    ("text", "shown"), [("066203003004", "•••• 3004"), ("12345", "•••• 2345"), ("1234", "••••"), ("", "••••")]
)
def test_a_list_shows_the_last_four_at_most(text: str, shown: str) -> None:
    assert mask(text) == shown
