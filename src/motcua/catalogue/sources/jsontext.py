"""JSON from outside, read strictly: lines, arrays or one object, each record with the line it starts on."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from typing import NoReturn

from motcua.catalogue.sources.faults import SourceFault

Record = tuple[int, dict[str, object]]

# The longest record of the national portal has 0.12 million characters.
MOST_RECORD = 4_000_000
MOST_DEPTH = 20

_BLANK = re.compile(r"\s*")
# NUL cannot be stored by PostgreSQL, half of a surrogate pair by nobody.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _Odd(ValueError):
    """What the decoder found inside valid JSON that cannot be meant."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Odd(f"khóa “{key[:60]}” viết hai lần trong một đối tượng; bỏ một trong hai.")
        found[key] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise _Odd(f"“{word}” không phải là số của JSON; hãy xuất lại từ nguồn.")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits[:40])


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)


def json_records(text: str, *, file: str) -> Iterator[Record]:
    """Yield each JSON object of `text` with the number of its first line, counted from 1.

    The text is an array of objects, one object, or one object per line. Raises SourceFault when the reading
    comes to a fault: broken or cut JSON, a key twice, nesting past MOST_DEPTH, a record past MOST_RECORD
    characters, a text that cannot be stored, or something that is no object.
    """
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        yield from _array(text, start, file)
    elif file.lower().endswith(".jsonl") or _holds_lines(text, start):
        yield from _lines(text, file)
    else:
        yield from _single(text, start, file)


def _skip(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _holds_lines(text: str, start: int) -> bool:
    end = text.find("\n", start)
    if end < 0 or end - start > MOST_RECORD:
        return False
    try:
        json.loads(text[start:end])
    except (ValueError, RecursionError):
        return False
    return True


def _lines(text: str, file: str) -> Iterator[Record]:
    for number, line in enumerate(io.StringIO(text), 1):
        if not line.strip():
            continue
        if len(line) > MOST_RECORD:
            raise SourceFault(_too_long(), file=file, line=number)
        start = _skip(line, 0)
        value, end = _decode(line, start, file, number)
        if line[end:].strip():
            raise SourceFault("một dòng chỉ được chứa một đối tượng JSON.", file=file, line=number)
        yield number, _object(value, end - start, file, number)


def _single(text: str, start: int, file: str) -> Iterator[Record]:
    number = 1 + text.count("\n", 0, start)
    value, end = _decode(text, start, file, number)
    if text[end:].strip():
        line = number + text.count("\n", start, _skip(text, end))
        raise SourceFault("còn nội dung sau khi đối tượng JSON đã hết; hãy bỏ đi.", file=file, line=line)
    yield number, _object(value, end - start, file, number)


def _array(text: str, start: int, file: str) -> Iterator[Record]:
    number, counted = 1, 0
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        number, counted = number + text.count("\n", counted, at), at
        value, end = _decode(text, at, file, number)
        yield number, _object(value, end - at, file, number)
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise SourceFault(_break(text, at), file=file, line=number + text.count("\n", counted, at))
    if text[at + 1 :].strip():
        line = number + text.count("\n", counted, _skip(text, at + 1))
        raise SourceFault("còn nội dung sau khi danh sách JSON đã hết; hãy bỏ đi.", file=file, line=line)


def _decode(text: str, start: int, file: str, line: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        here = line + text.count("\n", start, error.pos)
        problem = _CUT if error.msg.startswith("Unterminated") else _break(text, error.pos)
        raise SourceFault(problem, file=file, line=here) from None
    except RecursionError:
        raise SourceFault(_too_deep(), file=file, line=line) from None
    except _Odd as odd:
        raise SourceFault(str(odd), file=file, line=line) from None
    except ValueError:
        raise SourceFault("có một số quá dài; hãy xuất lại từ nguồn.", file=file, line=line) from None


_CUT = "dữ liệu bị cắt giữa chừng; hãy tải hoặc xuất lại tệp."


def _break(text: str, at: int) -> str:
    if not text[at:].strip():
        return _CUT
    column = at - text.rfind("\n", 0, at)
    return f"sai cú pháp JSON ở ký tự thứ {column} của dòng; hãy xuất lại từ nguồn."


def _too_deep() -> str:
    return f"dữ liệu lồng nhau quá {MOST_DEPTH} tầng; đây không phải danh mục thủ tục."


def _too_long() -> str:
    millions = MOST_RECORD // 1_000_000
    return f"một thủ tục dài quá {millions} triệu ký tự; hãy xuất lại, mỗi thủ tục một đối tượng."


def _object(value: object, length: int, file: str, line: int) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SourceFault(
            "không phải đối tượng JSON {…}; mỗi thủ tục là một đối tượng.", file=file, line=line
        )
    if length > MOST_RECORD:
        raise SourceFault(_too_long(), file=file, line=line)
    _check(value, file, line)
    return value


def _check(record: dict[str, object], file: str, line: int) -> None:
    waiting: list[tuple[object, int]] = [(record, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise SourceFault(_too_deep(), file=file, line=line)
        if isinstance(value, dict):
            waiting.extend((key, depth) for key in value)
            waiting.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)
        elif isinstance(value, str) and _UNSTORABLE.search(value):
            raise SourceFault(
                "có ký tự hỏng (NUL hoặc nửa cặp thay thế); xuất lại dạng UTF-8.", file=file, line=line
            )
