"""What a time limit written in Vietnamese says, and what it leaves open (Bộ luật Dân sự 2015, Điều 147, 148).

What is certain is read; a number without a unit, half a day, a choice or a sum of limits is not turned into
one limit but named. See docs/rules/limit_text.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final

from motcua.rules.deadlines import Limit, LimitRefused, Unit


class Unread(StrEnum):
    """Why a text gives no limit."""

    UNKNOWN_UNIT = "unknown_unit"
    UNREADABLE = "unreadable"
    NONE_STATED = "none_stated"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class LimitReading:
    """One text as read: either the limit, or why there is none; `phases` are limits that follow one another."""

    limit: Limit | None
    doubt: Unread | None = None
    phases: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A limit found inside a longer text, with the words of its sentence before and after it (lower case)."""

    limit: Limit
    before: str
    after: str


# Zero-width characters and the soft hyphen: they may stand inside a word and say nothing.
_INVISIBLE: Final = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
_UNITS: Final = {
    "giờ làm việc": (Unit.WORKING_HOUR, 1),
    "giờ": (Unit.HOUR, 1),
    "ngày làm việc": (Unit.WORKING_DAY, 1),
    "ngày (làm việc)": (Unit.WORKING_DAY, 1),
    "ngày": (Unit.CALENDAR_DAY, 1),
    # Weeks end on the same weekday of the last week, years on the same day of the last year (Điều 148 khoản 2, 4).
    "tuần": (Unit.CALENDAR_DAY, 7),
    "tháng": (Unit.MONTH, 1),
    "năm": (Unit.MONTH, 12),
}
_DIGITS: Final = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_TENS: Final = {"mươi": 10, "trăm": 100}
_WORD = "(?:" + "|".join([*_DIGITS, *_TENS, "mười", "linh", "lẻ"]) + ")"
_NUMBER = rf"(?:(\d+)(?: ?\( ?([^()\d]{{2,40}}?) ?\))?|({_WORD}(?: {_WORD}){{0,5}})(?: ?\( ?(\d+) ?\))?)"
_PERIOD = _NUMBER + " ?(" + "|".join(re.escape(name) for name in _UNITS) + r")(?!\w)"
_ONE = re.compile(_PERIOD)
# "ngày 10 tháng 7 năm 2024" is a date, "quý 2 năm 2025" a quarter.
_INSIDE = re.compile(r"(?<![\w.,/-])(?<!ngày )(?<!tháng )(?<!quý )" + _PERIOD)
_BEFORE = re.compile(
    r"(?:(?:tổng )?thời (?:hạn|gian)(?: giải quyết)?(?: là)? ?[:,]? ?)?"
    r"(?:(?:trong (?:vòng|thời (?:hạn|gian))|trong|không quá|tối đa là|tối đa|chậm nhất là|chậm nhất|là) ?:? ?)*"
)
_AFTER = re.compile(
    r",? ?(?:kể |tính )?từ (?:ngày|khi|lúc|thời điểm)(?: (?:cơ quan|bộ phận)[^,;:.\d]{0,60}?)?"
    r" (?:tiếp )?nhận(?: (?:được|đủ|đầy đủ))* (?:hồ sơ|đơn)[^,;:.\d]{0,60}$"
)
# In running text a number in words alone is often part of another word: "thông tư ngày", "hằng năm".
_LEADS_IN = re.compile(r"(?:trong|thời hạn|thời gian|vòng|không quá|tối đa|là) $")
_NEXT = re.compile(r" (?:và|cộng|cộng với) | ?\+ ?")
_SAME_DAY = re.compile(
    r"(?:giải quyết |trả kết quả )?(?:ngay )?trong (?:cùng )?ngày(?: làm việc)?"
    r"(?: (?:tiếp )?nhận(?: (?:được|đủ|đầy đủ))*(?: hồ sơ(?: (?:đầy đủ|hợp lệ|và))*)?)?(?![\w])"
)
_LATE = re.compile(
    r"sau (\d{1,2})(?: ?(?:giờ|h|g)(?: ?(\d{2})(?: phút)?)?|:(\d{2}))(?![\w])"
    r"[^.;]{0,160}?ngày làm việc (?:tiếp theo|kế tiếp|liền kề|sau)"
)
_LATE_TAIL = re.compile(r"[;,.:( ]*(?:[^.;\d]{0,100} )?" + _LATE.pattern + r"[^.;\d]{0,40}$")
_NO_LIMIT = re.compile(
    r"(?:khác|không(?: có(?: thông tin)?)?|(?:không|chưa) (?:có )?quy định(?: cụ thể)?(?: thời (?:hạn|gian)[^\d]{0,40})?"
    r"|không phải trả kết quả[^\d]{0,40}|-+)?"
)
_RANGE = re.compile(r"(?:từ )?\d+ ?(?:đến|tới|hoặc|-|–) ?\d+ ?(?:" + "|".join(map(re.escape, _UNITS)) + ")")
_BARE = re.compile(r"\d+(?:[.,]\d+)?(?: [^\W\d]+){0,2}")
_SENTENCE = re.compile(r"[.;\n](?: |$)|\n")
_CONTEXT = 160
# A line that goes on in lower case was broken by the width of a page, not by a sentence.
_WRAPPED = re.compile(r"(?<=[^.;:\n])[ \t]*\n[ \t]*(?=[^\W\d_A-ZÀ-Þ])")


def read_limit(text: str) -> LimitReading:
    """Read a text that is a time limit and nothing else, such as "03 (ba) ngày làm việc"; never raises.

    "trong ngày" is `same_day`, with its cut-off where one is said. Parts that follow one another ("02 tháng và
    15 ngày làm việc") come as `phases` with the doubt `several`.
    """
    tidy = _tidy(text).replace("\n", " ").strip(" .;,")
    if _NO_LIMIT.fullmatch(tidy):
        return LimitReading(None, Unread.NONE_STATED)
    same_day = _same_day(tidy)
    if same_day is not None:
        return LimitReading(same_day)
    core = _AFTER.sub("", tidy[_end(_BEFORE.match(tidy)) :]).strip(" .;,")
    parts = [_period(_ONE.fullmatch(part.strip())) for part in _NEXT.split(core)]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts):
        return LimitReading(None, _why(core))
    return LimitReading(found[0]) if len(found) == 1 else LimitReading(None, Unread.SEVERAL, found)


def limits_in(text: str) -> tuple[Mention, ...]:
    """Return every limit that a longer text names, in order; dates, fractions and "trong ngày" are left out."""
    return tuple(_mentions(_tidy(text)))


def cutoff_in(text: str) -> time | None:
    """Return the hour after which a text says that the answer comes on the next working day, else None."""
    return _cutoff(_LATE.search(_tidy(text).replace("\n", " ")))


def say_limit(limit: Limit) -> str:
    """Write a limit in Vietnamese words that `read_limit` reads back, such as "3 ngày làm việc"."""
    if limit.unit is Unit.SAME_DAY:
        late = f"; nhận sau {limit.cutoff:%H:%M} thì trong ngày làm việc tiếp theo" if limit.cutoff else ""
        return "trong ngày" + late
    names = {unit: name for name, (unit, times) in reversed(_UNITS.items()) if times == 1 and "(" not in name}
    return f"{limit.amount} {names[limit.unit]}"


def _tidy(text: str) -> str:
    """Lower case, NFC, one space between words; line ends stay, because they end a sentence."""
    plain = "\n".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).splitlines())
    joined = _WRAPPED.sub(" ", plain).lower()
    return "\n".join(" ".join(line.split()) for line in joined.split("\n"))


def _end(found: re.Match[str] | None) -> int:
    return found.end() if found else 0


def _same_day(tidy: str) -> Limit | None:
    start = _SAME_DAY.match(tidy)
    if start is None:
        return None
    rest = tidy[start.end() :]
    if not rest.strip(" .;,"):
        return Limit(Unit.SAME_DAY, 1)
    late = _LATE_TAIL.match(rest)
    cutoff = _cutoff(late)
    return Limit(Unit.SAME_DAY, 1, cutoff) if cutoff else None


def _cutoff(late: re.Match[str] | None) -> time | None:
    if late is None:
        return None
    hour, minute = int(late[1]), int(late[2] or late[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _period(found: re.Match[str] | None) -> Limit | None:
    """Return the limit of one match of `_PERIOD`, None where figure and word disagree or the amount is absurd."""
    if found is None:
        return None
    digits, said, words, inside, name = found.groups()
    amount = int(digits) if digits and len(digits) <= 5 else _number(words or "")
    again = said or inside
    if amount is None or (again is not None and amount != _figure(again)):
        return None
    unit, times = _UNITS[name]
    try:
        return Limit(unit, amount * times)
    except LimitRefused:
        return None


def _figure(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 5 else _number(text)


def _number(words: str) -> int | None:
    """Return the number that Vietnamese words say, up to 999, or None."""
    total, open_digit = 0, 0
    for word in words.split():
        if word in _DIGITS and not open_digit:
            open_digit = _DIGITS[word]
        elif word in _TENS and open_digit:
            total, open_digit = total + open_digit * _TENS[word], 0
        elif word == "mười" and not open_digit:
            total += 10
        elif word not in ("linh", "lẻ"):
            return None
    return total + open_digit or None


def _mentions(tidy: str) -> Iterator[Mention]:
    for found in _INSIDE.finditer(tidy):
        limit = _period(found)
        if limit is not None:
            before = _SENTENCE.split(tidy[max(0, found.start() - _CONTEXT) : found.start()])[-1]
            after = _SENTENCE.split(tidy[found.end() : found.end() + _CONTEXT])[0]
            if found[1] or found[4] or _LEADS_IN.search(before):
                yield Mention(limit, before, after)


def _why(core: str) -> Unread:
    if re.fullmatch(r"\d+", core):
        return Unread.UNKNOWN_UNIT
    if _RANGE.fullmatch(core) or len(list(_mentions(core))) > 1:
        return Unread.SEVERAL
    known = any(core.endswith(name) for name in _UNITS)
    return Unread.UNKNOWN_UNIT if _BARE.fullmatch(core) and not known else Unread.UNREADABLE
