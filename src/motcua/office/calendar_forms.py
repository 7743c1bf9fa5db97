"""The forms of calendars: whose to look at, and a notice with its days and its working week."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.calendars import words
from motcua.calendars.actions import NoticeData, notice_of
from motcua.calendars.notice_file import (
    LONGEST_TITLE,
    MOST_BYTES,
    NoticeFile,
    NoticeUnreadable,
    parse_notice,
    read_day,
)
from motcua.kit.forms import DateField, PlainBoundField, PlainForm
from motcua.kit.text import squeeze
from motcua.office import calendar_words as say
from motcua.office.calendar_boxes import COLUMNS, WEEKDAYS, as_csv, quiet, row_boxes, text_box
from motcua.organisation.queries import AgencyFacts
from motcua.rules.calendar_notice import LONGEST_BASIS, Fault, NoticeFault

FEWEST_ROWS, MOST_ROWS = 2, 12
# The box of a line that a fault is about; a faulty date names its own.
_BOXES = {
    Fault.UNKNOWN_KIND: "kind",
    Fault.NO_NAME: "name",
    Fault.TOO_LONG: "name",
    Fault.BAD_SHIFT: "shifts",
    Fault.SHIFT_BACKWARDS: "shifts",
    Fault.SHIFTS_OVERLAP: "shifts",
    Fault.SHIFTS_NOT_TAKEN: "shifts",
    Fault.PERIOD_BACKWARDS: "to",
    Fault.PERIOD_TOO_LONG: "to",
    Fault.SWAP_WITHOUT_COUNTERPART: "instead_of",
    Fault.SWAP_SAME_DAY: "instead_of",
}


class AgencyForm(PlainForm):
    """Whose calendar to look at; `own` is the key of the reader's own agency."""

    co_quan = forms.ChoiceField(label=lazy("Cơ quan"))

    def __init__(self, data: Any = None, *, agencies: Iterable[AgencyFacts], own: str = "") -> None:
        super().__init__(data, initial={"co_quan": own})
        language = get_language() or "vi"
        field = self.fields["co_quan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.key, row.name(language)) for row in agencies]


class NoticeForm(PlainForm):
    """A notice: its head, days in lines or in a file, and a working week; made by `notice_form`.

    The lines are read as those of a file are, so that both are judged alike.
    """

    title = text_box(
        lazy("Số, ký hiệu của thông báo"),
        max_length=LONGEST_TITLE,
        help_text=lazy("Ví dụ: Thông báo 9441/TB-BNV"),
    )
    announced_on = quiet(DateField(label=lazy("Ngày thông báo"), required=False, future=False))
    legal_basis = text_box(
        lazy("Căn cứ"),
        max_length=LONGEST_BASIS,
        help_text=lazy("Để trống thì căn cứ là chính thông báo này"),
    )
    file = quiet(
        forms.FileField(
            label=lazy("Tệp thông báo (CSV)"),
            required=False,
            allow_empty_file=True,
            help_text=lazy("Lưu dạng “CSV UTF-8”, không quá 1 MB"),
            widget=forms.FileInput({"accept": ".csv,.txt,text/csv"}),
        )
    )
    text = quiet(
        forms.CharField(
            label=lazy("Nội dung tệp đã chọn"),
            required=False,
            strip=False,
            widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
            help_text=lazy("Sửa được ngay ở đây; chọn tệp khác thì thay, xóa hết thì bỏ"),
        )
    )
    file_name = forms.CharField(required=False, widget=forms.HiddenInput)
    rows = forms.CharField(required=False, widget=forms.HiddenInput)
    week_from = quiet(
        DateField(
            label=lazy("Áp dụng từ ngày"),
            required=False,
            help_text=lazy("Chỉ điền khi giờ làm việc trong tuần thay đổi"),
        )
    )

    number_of_rows: int = FEWEST_ROWS
    usual_week: Mapping[int, str]
    # The agency whose calendar it is, as a file names it.
    key: str
    read: NoticeFile
    notice: NoticeData
    faults: tuple[NoticeFault, ...] = ()
    # Line of what was read to the line of the form (or to the weekday) that it came from.
    places: dict[int, tuple[str, int]]

    data: Any
    unreadable: str

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.unreadable = ""
        if self.is_bound and (upload := self.files.get("file")) is not None:
            self._take(upload)

    def _take(self, upload: "UploadedFile[Any]") -> None:
        """Keep what a file says as text, so that nothing has to be chosen again."""
        name, content = upload.name or "", upload.read(MOST_BYTES + 1)
        try:
            parse_notice(content, name=name)
        except NoticeUnreadable as fault:
            self.unreadable = str(fault)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return
        if text.strip() and len(content) <= MOST_BYTES and "\x00" not in text:
            self.data["text"], self.data["file_name"] = text, name
            self.unreadable = ""

    # --- boxes ------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The boxes of each line."""
        names = ("from", "to", "kind", "name", "instead_of", "shifts")
        return [
            {"number": n, "boxes": [self.bound(f"{name}-{n}") for name in names]}
            for n in range(1, self.number_of_rows + 1)
        ]

    @property
    def week(self) -> list[PlainBoundField]:
        """The boxes of the weekdays."""
        return [self.bound(f"week-{weekday}") for weekday in range(7)]

    @property
    def week_touched(self) -> bool:
        """Whether something is said of the working week."""
        return any(self.bound(f"week-{n}").errors for n in range(7)) or bool(
            self.bound("week_from").errors or any(self.bound("week_from").value() or ())
        )

    @property
    def has_text(self) -> bool:
        """Whether there is the text of a file."""
        return bool(str(self["text"].value() or "").strip())

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be carried on by a page that shows no boxes."""
        typed = {self.add_prefix(name) for name in self.fields}
        typed |= {
            f"{name}-{part}" for name in ("announced_on", "week_from") for part in ("day", "month", "year")
        }
        return [(name, value) for name, values in self.data.lists() if name in typed for value in values]

    # --- reading ----------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Read the notice from the file or from the lines; what is unreadable in it stays in `faults`."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        rows, places = self._typed()
        text = str(said.get("text") or "")
        self.places = {} if text.strip() else places
        if self.unreadable:
            self.add_error("file", ValidationError(self.unreadable, code="unreadable"))
        elif text.strip() and rows:
            said_twice = _("Đã có tệp: bỏ trống các dòng và tuần làm việc, hoặc xóa nội dung tệp.")
            self.add_error("text", ValidationError(said_twice, code="twice"))
        elif text.strip():
            self._read(text, str(said.get("file_name") or ""), "text")
        elif rows:
            self._read(as_csv(rows), "", "from-1")
        elif not self.errors:
            nothing = _("Điền ít nhất một dòng ngày, chọn một tệp, hoặc đổi tuần làm việc.")
            self.add_error("from-1", ValidationError(nothing, code="nothing"))
        self._check_head(said)
        return said

    def _typed(self) -> tuple[list[list[str]], dict[int, tuple[str, int]]]:
        """Return the filled lines and weekdays as lines of a file, and where each came from."""
        rows: list[list[str]] = []
        places: dict[int, tuple[str, int]] = {}
        for n in range(1, self.number_of_rows + 1):
            cells = [self._typed_in(f"{column}-{n}") for column in COLUMNS[:-1]]
            if any(cells):
                rows.append([*cells, ""])
                places[len(rows) + 1] = ("row", n)
        for weekday, cells in self._typed_week():
            rows.append(cells)
            places[len(rows) + 1] = ("week", weekday)
        return rows, places

    def _typed_week(self) -> Iterable[tuple[int, list[str]]]:
        since = self.cleaned_data.get("week_from")
        told = {weekday: self._typed_in(f"week-{weekday}") for weekday in range(7)}
        if since is None:
            if told != self.usual_week and "week-0" in self.data and "week_from" not in self.errors:
                missing = _("Nhập ngày bắt đầu áp dụng tuần làm việc mới")
                self.add_error("week_from", ValidationError(missing, code="required"))
            return
        if not any(told.values()):
            empty = ValidationError(_upper(words.fault(Fault.EMPTY_WEEK)), code="empty")
            self.add_error("week_from", empty)
        for weekday, shifts in told.items():
            if shifts:
                yield weekday, ["week", since.isoformat(), "", "", "", shifts, WEEKDAYS[weekday]]

    def _typed_in(self, name: str) -> str:
        return squeeze(str(self.cleaned_data.get(name) or ""))

    def _sent(self, name: str) -> str:
        """Return what was typed, also where a fault stands there already."""
        return squeeze(str(self.data.get(name) or ""))

    def _read(self, text: str, name: str, box: str) -> None:
        head = self.cleaned_data
        try:
            self.read = parse_notice(
                text.encode(),
                name=name,
                number=head.get("title") or "",
                announced_on=head.get("announced_on"),
            )
        except NoticeUnreadable as fault:
            self.add_error(box, ValidationError(str(fault), code="unreadable"))
            return
        if self.read.agency_key not in ("", self.key):
            said = _("Tệp này ghi cho lịch của “%(key)s”, không phải lịch đang mở.")
            self.add_error(box, ValidationError(said % {"key": self.read.agency_key}, code="elsewhere"))
        notice, faults = notice_of(self.read)
        basis = head.get("legal_basis") or notice.legal_basis
        self.notice = NoticeData(
            self.read.number, self.read.announced_on, basis, notice.days, notice.weeks, notice.source
        )
        self.faults = (*faults, *self._nameless())

    def _nameless(self) -> Iterable[NoticeFault]:
        """Name the lines without a name that say no day either: the check never sees them."""
        seen = {line.change.line for line in self.read.lines}
        for line, (kind, n) in self.places.items():
            if kind == "row" and line not in seen and not self._sent(f"name-{n}"):
                yield NoticeFault(line, "", Fault.NO_NAME)

    def _check_head(self, said: dict[str, Any]) -> None:
        read = getattr(self, "read", None)
        if "title" not in self.errors and not (said.get("title") or (read and read.number)):
            self.add_error("title", ValidationError(_("Nhập số, ký hiệu của thông báo"), code="required"))
        if "announced_on" not in self.errors and not (
            said.get("announced_on") or (read and read.announced_on)
        ):
            self.add_error("announced_on", ValidationError(_("Nhập ngày thông báo"), code="required"))

    # --- refusing ---------------------------------------------------------------------------------------

    def refuse(self, faults: Iterable[NoticeFault]) -> None:
        """Put each fault beside the box that it is about, with its line and the words of the line."""
        for fault in sorted({*faults}, key=lambda fault: (fault.line, str(fault.day or ""), fault.code)):
            box, text = self._placed(fault)
            self.add_error(box, ValidationError(text, code=str(fault.code)))

    def _placed(self, fault: NoticeFault) -> tuple[str, str]:
        what = words.fault(fault.code)
        if not fault.line:
            return "announced_on", _upper(what)
        on = _(", ngày %(day)s") % {"day": f"{fault.day:%d/%m/%Y}"} if fault.day else ""
        if fault.line not in self.places:
            said = _("Dòng %(n)s của tệp “%(words)s”%(on)s: %(what)s")
            return "text", said % {"n": fault.line, "words": fault.words, "on": on, "what": what}
        kind, n = self.places[fault.line]
        if kind == "week":
            return self._placed_in_week(fault, n, what)
        said = _("Dòng %(n)s “%(words)s”%(on)s: %(what)s")
        known = {"n": n, "words": self._words(n), "on": on, "what": self._plain(fault.code) or what}
        return f"{self._box(fault.code, n)}-{n}", said % known

    def _placed_in_week(self, fault: NoticeFault, weekday: int, what: str) -> tuple[str, str]:
        if fault.code in (Fault.UNLIKELY_DATE, Fault.EMPTY_WEEK, Fault.TOO_LONG):
            return "week_from", _upper(what)
        if fault.code in (Fault.SHIFT_BACKWARDS, Fault.SHIFTS_OVERLAP):
            weekday = next(
                (n for week in self.notice.weeks for n, pairs in week.shifts.items() if _out_of_order(pairs)),
                weekday,
            )
        told = self._sent(f"week-{weekday}")
        said = _("%(weekday)s “%(words)s”: %(what)s")
        return f"week-{weekday}", said % {"weekday": say.WEEKDAYS[weekday], "words": told, "what": what}

    def _words(self, n: int) -> str:
        """Return a line as a reader sees it."""
        cells = [self._sent(f"{name}-{n}") for name in ("from", "to", "kind", "name", "instead_of", "shifts")]
        cells[2] = words.kind(cells[2]) if cells[2] else ""
        return " · ".join(cell for cell in cells if cell)

    def _plain(self, code: str) -> str:
        """Return what to do in a form, where the words for files would mislead."""
        return {
            Fault.UNKNOWN_KIND: _("chưa chọn loại ngày"),
            Fault.BAD_DATE: _("không phải một ngày; viết ngày/tháng/năm, ví dụ 30/04/2026"),
        }.get(Fault(code), "")

    def _box(self, code: str, n: int) -> str:
        if code == Fault.BAD_DATE:
            dates = {name: self._sent(f"{name}-{n}") for name in ("from", "to", "instead_of")}
            wrong = (name for name, told in dates.items() if told and read_day(told) is None)
            return next(wrong, "from")
        return _BOXES.get(Fault(code), "from")


def _out_of_order(pairs: Iterable[tuple[str, str]]) -> bool:
    ends = [clock for pair in pairs for clock in pair]
    return ends != sorted(ends) or any(start == end for start, end in pairs)


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def notice_form(
    data: Any = None,
    files: Any = None,
    *,
    key: str,
    week: Mapping[int, str],
    more: int = 0,
    plain: bool = False,
) -> NoticeForm:
    """Return the form of a notice with as many lines as `data` has, and `more`; `week` is the week that holds.

    `plain` shows what was typed without judging it.
    """
    told = str(data.get("rows") or "") if data is not None else ""
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else FEWEST_ROWS
    number = min(max(number + more, FEWEST_ROWS), MOST_ROWS)
    usual = {weekday: week.get(weekday, "") for weekday in range(7)}
    boxes: dict[str, Any] = {"number_of_rows": number, "usual_week": usual, "key": key}
    for n in range(1, number + 1):
        boxes |= row_boxes(n)
    for weekday in range(7):
        boxes[f"week-{weekday}"] = text_box(say.WEEKDAYS[weekday], max_length=120)
    form_of: type[NoticeForm] = type("NoticeFormOfRows", (NoticeForm,), boxes)
    shown = {f"week-{weekday}": shifts for weekday, shifts in usual.items()} | {"rows": str(number)}
    form = form_of(data, files, initial=shown)
    if not plain or data is None:
        return form
    typed = {
        name: field.widget.value_from_datadict(form.data, form.files, name)
        for name, field in form.fields.items()
        if name != "file"
    }
    return form_of(initial=typed | {"rows": str(number)})
