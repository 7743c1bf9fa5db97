"""The limit of one way to file: what the cell says, held against its own description and the steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from motcua.catalogue.format_values import LIMIT_UNITS
from motcua.catalogue.sources.clean import lines, one_line, sentences
from motcua.catalogue.sources.reading import Reason
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.limit_text import LimitReading, Mention, Unread, cutoff_in, limits_in, read_limit, say_limit

Json = dict[str, object]

REASON_OF: Final = {
    Unread.UNKNOWN_UNIT: Reason.UNKNOWN_UNIT,
    Unread.UNREADABLE: Reason.UNREADABLE_LIMIT,
    Unread.NONE_STATED: Reason.NO_LIMIT_STATED,
    Unread.SEVERAL: Reason.SEVERAL_LIMITS,
}
_SAID: Final = {
    Reason.UNKNOWN_UNIT: "Nguồn chỉ ghi “{source}”, không rõ đơn vị thời gian.",
    Reason.UNREADABLE_LIMIT: "Chưa đọc được thời hạn “{source}” của nguồn.",
    Reason.NO_LIMIT_STATED: "Nguồn không ghi thời hạn.",
    Reason.SEVERAL_LIMITS: "Nguồn ghi nhiều thời hạn: “{source}”.",
    Reason.GLUED_NUMBER: "Nguồn dính số của thời hạn vào số tiền, không tách được chắc chắn.",
}
# Both units of a pair are meant by the same word in the mouth of many: only one of them can be right.
_CONFUSED: Final = (
    {Unit.WORKING_DAY, Unit.CALENDAR_DAY},
    {Unit.WORKING_HOUR, Unit.HOUR},
)
_FROM_RECEIPT = re.compile(
    r",? ?(?:kể |tính )?từ (?:ngày|khi|lúc|thời điểm) (?:tiếp )?nhận[^.;,]{0,30}(?:hồ sơ|đơn)"
)
# Not the time of the agency for the whole: what the applicant must mend, or what happens when something lacks.
_OTHER_MATTER = re.compile(r"chưa|không|bổ sung|sửa đổi|hoàn thiện|xác minh|hiệu lực|trước|nộp")
_EXTENDS = re.compile(
    r"(?:gia hạn|kéo dài)(?: thêm)?(?:,? (?:thời hạn|thời gian)[^.;:\d]{0,40})?,?"
    r"(?: nhưng| thêm| thì| thời gian| thời hạn)*(?: không quá| tối đa(?: không quá| là)?) $"
)
# A part of the work opens with its time, with who does it, or with what is done; another case does not.
_STAGE = re.compile(
    r"thời hạn|thời gian|trong|chậm nhất|không quá|cục|sở|bộ|ủy ban|uỷ ban|vụ|cơ quan|phòng|tổ|cảng vụ"
    r"|văn phòng|chi cục|chi nhánh|thẩm định|kiểm tra|tiếp nhận|trả kết quả|xem xét|lấy ý kiến|bước",
    re.IGNORECASE,
)
_CASE = re.compile(r"trường hợp|đối với")
_ITEM = re.compile(r"^(?:[-+*•]|\(?[a-zđ0-9]{1,3}[).]) ?", re.IGNORECASE)


@dataclass
class RowLimit:
    """The limit of one row: in the format, or None with the reason; phases and an extension where plainly said."""

    source: str
    limit: Json | None = None
    reason: Reason | None = None
    doubt: str | None = None
    phases: list[Json] = field(default_factory=list)
    extension: Json | None = None


def row_limit(words: str, *, description: str, steps: Sequence[Mention], glued: bool = False) -> RowLimit:
    """Read the limit of one way to file.

    `words` is the cell; `steps` are the limits that the steps of the procedure name (`limits_in`). A limit
    that its own description or steps contradict keeps its value and gets the reason.
    """
    source = one_line(words) or "(trống)"
    own = limits_in(description)
    reading = _from_description(words, description) or _with_cutoff(read_limit(words), description)
    result = RowLimit(source, phases=[_phase(limit) for limit in reading.phases])
    result.extension = _extension(description)
    if glued or reading.limit is None or not _believable(reading.limit):
        result.reason = Reason.GLUED_NUMBER if glued else REASON_OF[reading.doubt or Unread.UNREADABLE]
        result.doubt = _SAID[result.reason].format(source=source) + _hint(own, steps)
        return result
    result.limit = reading.limit.to_json()
    result.phases = _phases(reading.limit, description)
    against = _contradiction(reading.limit, description, own, steps)
    if against is not None:
        result.reason, result.doubt = Reason.CONTRADICTS_STEPS, against
    return result


def _believable(limit: Limit) -> bool:
    return limit.amount <= LIMIT_UNITS[limit.unit.value]


def _from_description(words: str, description: str) -> LimitReading | None:
    """Read "Khác" from the first line of the description, which then says the limit itself."""
    if words.strip().casefold() != "khác" or not description.strip():
        return None
    first = next(iter(lines(description)), "")
    head = re.split(r",? trong đó", first, maxsplit=1)[0]
    reading = read_limit(head)
    return reading if reading.limit or reading.phases else None


def _with_cutoff(reading: LimitReading, description: str) -> LimitReading:
    limit = reading.limit
    if limit is None or limit.unit is not Unit.SAME_DAY or limit.cutoff:
        return reading
    return replace(reading, limit=replace(limit, cutoff=cutoff_in(description)))


def _hint(own: Sequence[Mention], steps: Sequence[Mention]) -> str:
    """Say what the description or the steps name, where it is one limit only."""
    for place, named in (("Phần mô tả", own), ("Trình tự", steps)):
        limits = {mention.limit for mention in named}
        if len(limits) == 1:
            return f" {place} ghi {say_limit(limits.pop())}."
    return ""


def _phase(limit: Limit) -> Json:
    return {"vi": say_limit(limit), "limit": limit.to_json()}


def _phases(limit: Limit, description: str) -> list[Json]:
    """Return the parts of a limit that a description lists line by line, where they add up to it exactly."""
    parts: list[tuple[str, Limit]] = []
    for line in sentences(description):
        text = _ITEM.sub("", line)
        named = limits_in(text)
        if _ITEM.match(line) and _STAGE.match(text) and named and not _CASE.search(named[0].before):
            parts.append((text, named[0].limit))
    if any(part.unit is not limit.unit for _, part in parts):
        return []
    if len(parts) < 2 or sum(part.amount for _, part in parts) != limit.amount:
        return []
    return [{"vi": one_line(text, most=200), "limit": part.to_json()} for text, part in parts]


def _extension(description: str) -> Json | None:
    """Return by how much the limit may be extended, where the description names it once and counts it apart."""
    found = {
        mention.limit: line
        for line in sentences(description)
        for mention in limits_in(line)
        if _EXTENDS.search(mention.before) and not _FROM_RECEIPT.match(mention.after)
    }
    if len(found) != 1:
        return None
    limit, source = found.popitem()
    return {"limit": limit.to_json(), "source": one_line(source, most=300)} if _believable(limit) else None


def _contradiction(
    limit: Limit, description: str, own: Sequence[Mention], steps: Sequence[Mention]
) -> str | None:
    """Say in Vietnamese what stands against the limit, None where nothing plainly does."""
    place, other = "phần mô tả", _against_description(limit, description, own)
    if other is None and limit not in _limits([*own, *steps]):
        serious = _whole(steps)
        place, other = "trình tự", _confused(limit, serious) or (None if own else _longer(limit, serious))
    return f"Bảng của nguồn ghi {say_limit(limit)}, {place} ghi {say_limit(other)}." if other else None


def _against_description(limit: Limit, description: str, own: Sequence[Mention]) -> Limit | None:
    longer = _longer(limit, [item for item in _whole(own) if not _CASE.search(item.before + item.after)])
    if longer is not None or limit in _limits(own):
        return longer
    whole = read_limit(description).limit
    return whole if whole and whole.unit is not Unit.SAME_DAY else _confused(limit, own)


def _whole(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the durations that run from the receipt of a dossier in which nothing is missing."""
    from_receipt = [item for item in mentions if _FROM_RECEIPT.match(item.after)]
    return [item for item in from_receipt if not _OTHER_MATTER.search(item.before)]


def _limits(mentions: Iterable[Mention]) -> set[Limit]:
    return {mention.limit for mention in mentions}


def _confused(limit: Limit, mentions: Iterable[Mention]) -> Limit | None:
    """Return a limit of the same amount in the unit that is mistaken for this one."""
    for mention in mentions:
        if mention.limit.amount == limit.amount and {mention.limit.unit, limit.unit} in _CONFUSED:
            return mention.limit
    return None


def _longer(limit: Limit, mentions: Iterable[Mention]) -> Limit | None:
    """Return a single duration that is longer than the whole limit."""
    for mention in mentions:
        same = mention.limit.unit is limit.unit
        stricter = limit.unit is Unit.CALENDAR_DAY and mention.limit.unit is Unit.WORKING_DAY
        if (same or stricter) and mention.limit.amount > limit.amount:
            return mention.limit
    return None
