"""Identity numbers, by form only: personal identification number (NĐ 137/2015 Điều 13), tax code
(TT 86/2024/TT-BTC), telephone. Whether a number exists is not asked here. See docs/rules/identity.md.
"""

import re
from datetime import date

_PROVINCES = range(1, 97)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_TAX_CODE = re.compile(r"([0-9]{10})(-[0-9]{3})?")
_PHONE = re.compile(r"(?:\+84|0)(?:[35789][0-9]{8}|2[0-9]{9})")
_DOTS = "••••"


def personal_id_fault(text: str, *, today: date) -> str | None:
    """Name what is wrong with a personal identification number, None if it is well formed.

    Codes: not_12_digits, unknown_province, year_in_future. `today` is the local day.
    """
    fault = _personal_form_fault(text)
    if fault is None and birth_year(text) > today.year:
        return "year_in_future"
    return fault


def birth_year(text: str) -> int:
    """Give the year of birth a well-formed number carries: 0 and 1 for 1900-1999, 2 and 3 for 2000-2099, …"""
    return 1900 + 100 * (int(text[3]) // 2) + int(text[4:6])


def tax_code_fault(text: str) -> str | None:
    """Name what is wrong with a tax code, None if it is well formed.

    10 digits with a check digit, those with a branch (`-001`), or a personal identification number. Codes:
    not_a_tax_code, bad_check_digit, unknown_province.
    """
    if _TWELVE_DIGITS.fullmatch(text):
        return _personal_form_fault(text)
    found = _TAX_CODE.fullmatch(text)
    if found is None:
        return "not_a_tax_code"
    digits = [int(digit) for digit in found[1]]
    total = sum(weight * digit for weight, digit in zip(_TAX_WEIGHTS, digits[:9], strict=True))
    return None if 10 - total % 11 == digits[9] else "bad_check_digit"


def phone_fault(text: str) -> str | None:
    """Name what is wrong with a Vietnamese telephone number (not_a_phone_number), None if it is sound."""
    return None if _PHONE.fullmatch(re.sub(r"[ .\-]", "", text)) else "not_a_phone_number"


def mask(text: str) -> str:
    """Give what a list may show of a number: its last four characters, nothing of one that has no more."""
    return mask_tail(text[-4:]) if len(text) > 4 else _DOTS


def mask_tail(tail: str) -> str:
    """Give the same of a number of which only the last characters are at hand; nothing of an empty one."""
    return f"{_DOTS} {tail}" if tail else ""


def _personal_form_fault(text: str) -> str | None:
    if not _TWELVE_DIGITS.fullmatch(text):
        return "not_12_digits"
    return None if int(text[:3]) in _PROVINCES else "unknown_province"
