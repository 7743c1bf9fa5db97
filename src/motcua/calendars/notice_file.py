"""Reading a notice about working days from a CSV file: our columns, or the plain layout of dates and names.

Lines `# key: value` before the header tell the notice: so_hieu (number and symbol), ngay_thong_bao (day of
announcement), can_cu (legal basis), co_quan (key of the agency). docs/rules/calendar_notice.md has the codes.
"""

import csv
import io
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from motcua.kit.text import fold, nfc, squeeze
from motcua.rules.calendar_notice import LONGEST_BASIS, DayChange, Fault, NoticeFault, NoticeLine, WeekChange
from motcua.rules.working_time import DayKind

MOST_BYTES = 1024 * 1024
MOST_LINES = 2000
LONGEST_TITLE = 200
_BOM = b"\xef\xbb\xbf"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_INSTEAD = re.compile(r"\(thay cho ngày (\d{1,2}/\d{1,2}/\d{4})\)$")
_SUBSTITUTE = "(nghỉ bù)"
_LINE_END = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r"#\s*([^:]+):\s*(.*)")

# Folded headers, ours and the Vietnamese ones, to the name of the field.
_COLUMNS = {
    "kind": "kind", "loai": "kind",
    "from": "from", "tu ngay": "from", "tu": "from", "ngay": "from",
    "to": "to", "den ngay": "to", "den": "to",
    "name": "name", "ten": "name", "ten goi": "name",
    "instead of": "instead_of", "thay cho": "instead_of",
    "shifts": "shifts", "ca": "shifts", "ca lam viec": "shifts",
    "weekday": "weekday", "thu": "weekday",
    "basis": "basis", "can cu": "basis",
}  # fmt: skip
_PLAIN = {"date": "from", "weekday": "weekday", "name vi": "name"}
_KEYS = {
    "so hieu": "number", "so ky hieu": "number", "ngay thong bao": "announced", "can cu": "basis",
    "co quan": "agency",
}  # fmt: skip
# A line that sets the hours of weekdays from a day on.
_WEEK = "week"
_KINDS: dict[str, str] = {
    "nghi le": DayKind.HOLIDAY, "le": DayKind.HOLIDAY,
    "nghi bu": DayKind.SUBSTITUTE_OFF,
    "nghi hoan doi": DayKind.SWAP_OFF,
    "lam bu": DayKind.SWAP_WORKING, "di lam bu": DayKind.SWAP_WORKING,
    "lam nua ngay": DayKind.HALF_DAY, "nua ngay": DayKind.HALF_DAY,
    "dong cua": DayKind.CLOSURE,
    "nhu ngay thuong": DayKind.AS_USUAL,
    "tuan": _WEEK, "gio lam viec": _WEEK, "week": _WEEK,
} | {kind.value.replace("_", " "): kind for kind in DayKind}  # fmt: skip
_WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            ("mon", "monday", "t2", "thu 2", "thu hai", "hai", "2"),
            ("tue", "tuesday", "t3", "thu 3", "thu ba", "ba", "3"),
            ("wed", "wednesday", "t4", "thu 4", "thu tu", "tu", "4"),
            ("thu", "thursday", "t5", "thu 5", "thu nam", "nam", "5"),
            ("fri", "friday", "t6", "thu 6", "thu sau", "sau", "6"),
            ("sat", "saturday", "t7", "thu 7", "thu bay", "bay", "7"),
            ("sun", "sunday", "cn", "chu nhat", "8"),
        )
    )
    for word in words
}


class NoticeUnreadable(ValueError):
    """The file is no notice; the text is one line in Vietnamese: which file, where, what to do."""


@dataclass(frozen=True)
class NoticeFile:
    """What a file says: the notice, its lines, and what in its lines could not be read."""

    name: str
    number: str
    announced_on: date | None
    legal_basis: str
    agency_key: str
    lines: tuple[NoticeLine, ...]
    faults: tuple[NoticeFault, ...]
    weeks: tuple[WeekChange, ...] = ()


@dataclass
class _Head:
    """The lines before the header, and how many there are."""

    told: dict[str, str] = field(default_factory=dict)
    lines: int = 0


def read_notice(path: Path, *, number: str = "", announced_on: date | None = None) -> NoticeFile:
    """Read a notice from a file; number and day of announcement given here come before those in the file.

    Without a number nothing is confirmed. Raises `NoticeUnreadable`.
    """
    return parse_notice(_bytes(path), name=path.name, number=number, announced_on=announced_on)


def parse_notice(data: bytes, *, name: str, number: str = "", announced_on: date | None = None) -> NoticeFile:
    """Read a notice from the bytes of a file, UTF-8 with or without a mark; see `read_notice`."""
    name = squeeze(nfc(name.encode("utf-8", "replace").decode()))
    text = _text(data, name)
    head = _head(text, name)
    number = squeeze(number) or head.told.get("number", "")
    if announced_on is None and (told := head.told.get("announced")):
        announced_on = _announced(told, name)
    basis = head.told.get("basis", "")
    rows, plain = _rows(text, head, name)
    lines: list[NoticeLine] = []
    faults: list[NoticeFault] = []
    weeks = dict[date, WeekChange]()
    for line, words, row in rows:
        read = _Row(line, words, row, confirmed=bool(number), announced_on=announced_on, plain=plain)
        if read.sets_week:
            read.add_to(weeks)
        else:
            lines += read.lines()
        faults += read.faults
    if not lines and not faults and not weeks:
        raise NoticeUnreadable(f"{name}: không có dòng nào dưới tiêu đề; kiểm tra lại tệp rồi nhập lại.")
    return NoticeFile(
        name, number, announced_on, basis, head.told.get("agency", ""), tuple(lines), tuple(faults),
        tuple(weeks.values()),
    )  # fmt: skip


# --- the file ---------------------------------------------------------------------------------------------


def _bytes(path: Path) -> bytes:
    name = squeeze(nfc(path.name.encode("utf-8", "replace").decode()))
    try:
        # Not blocking, so that a pipe without a writer cannot hold the reader up.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NoticeUnreadable(f"{name}: không tìm thấy tệp; kiểm tra lại đường dẫn.") from None
    except (OSError, ValueError):
        raise NoticeUnreadable(f"{name}: không mở được tệp; kiểm tra đường dẫn và quyền.") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NoticeUnreadable(f"{name}: không phải một tệp; hãy chỉ đến đúng một tệp.")
        with open(handle, "rb", closefd=False) as file:
            return file.read(MOST_BYTES + 1)
    finally:
        os.close(handle)


def _text(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise NoticeUnreadable(f"{name}: tệp lớn hơn 1 MB nên không phải thông báo lịch; kiểm tra lại tệp.")
    if not data.removeprefix(_BOM).strip():
        raise NoticeUnreadable(f"{name}: tệp rỗng; hãy xuất lại từ nguồn.")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise NoticeUnreadable(
            f"{name}, dòng {line}: không phải UTF-8; lưu lại dạng “CSV UTF-8” rồi nhập lại."
        ) from None
    if bad := _UNSTORABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise NoticeUnreadable(f"{name}, dòng {line}: có ký tự hỏng (NUL); xuất lại tệp dạng CSV UTF-8.")
    return text


def _head(text: str, name: str) -> _Head:
    head = _Head()
    for line in _LINE_END.split(text):
        # A table program closes the line with empty cells.
        plain = squeeze(nfc(line)).rstrip(",;").strip().strip('"')
        if plain and not plain.startswith("#"):
            break
        head.lines += 1
        if (found := _HEAD.fullmatch(plain)) and (key := _KEYS.get(fold(found[1]))):
            head.told[key] = found[2].strip()
    if len(head.told.get("number", "")) > LONGEST_TITLE or len(head.told.get("basis", "")) > LONGEST_BASIS:
        raise NoticeUnreadable(f"{name}: số hiệu dài quá 200 hoặc căn cứ dài quá 240 ký tự; viết gọn lại.")
    return head


def _announced(told: str, name: str) -> date:
    day = read_day(told)
    if day is None:
        raise NoticeUnreadable(
            f"{name}: ngày thông báo “{told}” không phải một ngày; viết NĂM-THÁNG-NGÀY hoặc ngày/tháng/năm."
        )
    return day


def _rows(text: str, head: _Head, name: str) -> tuple[Iterator[tuple[int, str, Mapping[str, str]]], bool]:
    body = _LINE_END.split(text)[head.lines :]
    if not any(body):
        raise NoticeUnreadable(f"{name}: chưa có bảng ngày nào; thêm dòng tiêu đề và các ngày rồi nhập lại.")
    mark = max(",;\t", key=body[0].count)
    header = [fold(cell) for cell in next(csv.reader([body[0]], delimiter=mark), [])]
    plain = {"date", "name vi"} <= set(header)
    columns = [(_PLAIN if plain else _COLUMNS).get(cell, "") for cell in header]
    if not plain and not {"kind", "from", "name"} <= set(columns):
        raise NoticeUnreadable(
            f"{name}, dòng {head.lines + 1}: thiếu cột kind, from, name (loai, tu_ngay, ten) "
            "hoặc date, weekday, name_vi; kiểm tra lại dòng tiêu đề."
        )
    twice = [column for column in columns if column and columns.count(column) > 1]
    if twice:
        raise NoticeUnreadable(f"{name}, dòng {head.lines + 1}: cột {twice[0]} có hai lần; bỏ bớt một cột.")
    return _cells(body, mark, columns, head.lines, name), plain


def _cells(
    body: list[str], mark: str, columns: list[str], above: int, name: str
) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    reader = csv.reader(io.StringIO("\n".join(body)), delimiter=mark, strict=True)
    try:
        next(reader)
        line = above + reader.line_num + 1
        for cells in reader:
            cleaned = [squeeze(nfc(cell)) for cell in cells]
            if line - above > MOST_LINES:
                raise NoticeUnreadable(
                    f"{name}: nhiều hơn {MOST_LINES} dòng nên không phải thông báo lịch; kiểm tra lại tệp."
                )
            if any(cleaned) and not cleaned[0].startswith("#"):
                words = mark.join(cleaned).rstrip(mark)
                yield line, words, dict(zip(columns, cleaned, strict=False))
            line = above + reader.line_num + 1
    except csv.Error:
        raise NoticeUnreadable(
            f"{name}, dòng {above + reader.line_num}: dấu ngoặc kép không khép kín; sửa dòng này rồi nhập lại."
        ) from None


# --- a line -----------------------------------------------------------------------------------------------


class _Row:
    """One line of the table, read with all its faults."""

    def __init__(
        self,
        line: int,
        words: str,
        row: Mapping[str, str],
        *,
        confirmed: bool,
        announced_on: date | None,
        plain: bool,
    ) -> None:
        self.line, self.words, self.row = line, words, row
        self.confirmed, self.announced_on, self.plain = confirmed, announced_on, plain
        self.faults: list[NoticeFault] = []

    def lines(self) -> list[NoticeLine]:
        """Return what the line sets, nothing if it cannot be told."""
        first = self._day("from", needed=True)
        last, other = self._day("to"), self._day("instead_of")
        weekday, shifts = self._weekday(), self._shifts()
        kind, name = (self._plain_kind() if self.plain else self._kind()), self.row.get("name", "")
        if first is None or kind is None:
            return []
        if self.plain and (swapped := _INSTEAD.search(name)):
            other = read_day(swapped[1])
        change = DayChange(
            first, kind, name, self.row.get("basis", ""), self.announced_on, self.confirmed, shifts, other,
            self.line, self.words,
        )  # fmt: skip
        told = [NoticeLine(change, last, weekday)]
        if self.plain and other is not None:
            worked = replace(change, day=other, kind=DayKind.SWAP_WORKING.value, instead_of=first)
            told.append(NoticeLine(replace(worked, name=f"Làm bù cho ngày {first:%d/%m/%Y}")))
        return told

    @property
    def sets_week(self) -> bool:
        """Whether it sets the hours of weekdays instead of days."""
        return not self.plain and _KINDS.get(fold(self.row.get("kind", ""))) == _WEEK

    def add_to(self, weeks: dict[date, WeekChange]) -> None:
        """Add the hours of its weekdays to the week that begins on its day; a weekday in no line is free."""
        valid_from, shifts = self._day("from", needed=True), self._shifts()
        weekdays = self._weekdays()
        if valid_from is None or shifts is None or not weekdays:
            if valid_from is not None and not self.faults:
                self._fault(Fault.BAD_SHIFT)
            return
        known = weeks.get(valid_from) or WeekChange(
            valid_from, {}, self.row.get("basis", ""), self.line, self.words
        )
        if known.shifts.keys() & set(weekdays):
            self._fault(Fault.DAY_TWICE)
        weeks[valid_from] = replace(known, shifts={**known.shifts, **dict.fromkeys(weekdays, shifts)})

    def _weekdays(self) -> list[int]:
        """Read weekdays such as "T2-T6" or "T2, T4"."""
        found = list[int]()
        for part in re.split(r"[,;+]", self.row.get("weekday", "")):
            ends = [_WEEKDAYS.get(fold(word)) for word in re.split(r"[-–—]", part)]
            first, last = ends[0], ends[-1]
            if first is None or last is None or len(ends) > 2 or last < first:
                self._fault(Fault.BAD_WEEKDAY)
                return []
            found += range(first, last + 1)
        return found

    def _fault(self, code: Fault) -> None:
        self.faults.append(NoticeFault(self.line, self.words, code))

    def _day(self, column: str, *, needed: bool = False) -> date | None:
        told = self.row.get(column, "")
        day = read_day(told) if told else None
        if day is None and (told or needed):
            self._fault(Fault.BAD_DATE)
        return day

    def _weekday(self) -> int | None:
        told = self.row.get("weekday", "")
        if told and fold(told) not in _WEEKDAYS:
            self._fault(Fault.BAD_WEEKDAY)
        return _WEEKDAYS.get(fold(told))

    def _shifts(self) -> tuple[tuple[str, str], ...] | None:
        told = self.row.get("shifts", "")
        pairs = []
        for part in re.split(r"[,;+\s]+", re.sub(r"\s*[-–—]\s*", "-", told)) if told else ():
            ends = [_clock(end) for end in part.split("-")]
            if len(ends) != 2 or not all(ends):
                self._fault(Fault.BAD_SHIFT)
                return None
            pairs.append((ends[0], ends[1]))
        return tuple(pairs) if pairs else None

    def _kind(self) -> str | None:
        kind = _KINDS.get(fold(self.row.get("kind", "")))
        if kind is None:
            self._fault(Fault.UNKNOWN_KIND)
        return kind

    def _plain_kind(self) -> str:
        name = self.row.get("name", "")
        if name.endswith(_SUBSTITUTE):
            return DayKind.SUBSTITUTE_OFF
        return DayKind.SWAP_OFF if _INSTEAD.search(name) else DayKind.HOLIDAY


def _clock(told: str) -> str:
    """Return a time of the clock as HH:MM, also from 7h30 and 7:30; empty for what is none."""
    found = re.fullmatch(r"(\d{1,2})(?:[:hg](\d{2})?)?", told.lower())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return ""
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def read_day(told: str) -> date | None:
    """Read a day as YYYY-MM-DD or dd/mm/yyyy; None for what is no day."""
    told = told.strip()
    try:
        if found := _ISO.fullmatch(told):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _LOCAL.fullmatch(told):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
    return None
