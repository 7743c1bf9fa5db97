"""What one asks of a simulation: a past period, and what would have been otherwise: a limit, or days of a calendar."""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.calendars import words as calendar_words
from motcua.calendars.actions import check, notice_of
from motcua.calendars.notice_file import NoticeFile, NoticeUnreadable, parse_notice
from motcua.calendars.queries import NoCalendar, followed_calendars
from motcua.catalogue import queries as catalogue
from motcua.dossiers.queries.simulating import Change
from motcua.kit.forms import PlainForm
from motcua.office import wording
from motcua.office.forms import YEARS_BACK
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import ReportingAgency
from motcua.rules.calendar_notice import NoticeFault, NoticeLine
from motcua.rules.deadlines import Limit
from motcua.rules.limit_text import Unread
from motcua.rules.localday import local_day
from motcua.rules.simulation import limit_asked

NATION = "ca-nuoc"
# What an address may carry; a notice is seldom half as long.
MOST_TYPED = 2_000
_MOST_NAMED = 6
_HEADER = ("tu_ngay", "den_ngay", "loai", "ten", "thay_cho", "ca")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}")
_USUAL_KIND, _USUAL_NAME = "nghỉ lễ", "Mô phỏng"
_UNREAD = {
    Unread.UNKNOWN_UNIT: lazy("không rõ đơn vị thời gian"),
    Unread.UNREADABLE: lazy("không đọc được chắc chắn"),
    Unread.NONE_STATED: lazy("không nêu thời hạn nào"),
    Unread.SEVERAL: lazy("nêu nhiều thời hạn hoặc một khoảng"),
}


def typed(lines: Iterable[NoticeLine]) -> str:
    """Write lines of a notice as the form takes them: day or days; kind; name; the other day of a swap; shifts."""
    told = []
    with override("vi"):
        for line in lines:
            day, last = line.change.day, line.last
            days = f"{day:%d/%m/%Y}" + (f" - {last:%d/%m/%Y}" if last and last != day else "")
            other = f"{line.change.instead_of:%d/%m/%Y}" if line.change.instead_of else ""
            shifts = " ".join("-".join(pair) for pair in line.change.shifts or ())
            kind = calendar_words.kind(line.change.kind).lower()
            told.append(
                "; ".join((days, kind, line.change.name.replace(";", ","), other, shifts)).rstrip("; ")
            )
    return "\n".join(told)


def read_typed(text: str) -> NoticeFile:
    """Read such lines with the reader of notices; `NoticeUnreadable`."""
    out = StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\n")
    write.writerow(_HEADER)
    for line in text.splitlines():
        days, *more = [part.strip() for part in line.split(";")]
        kind, name, other, shifts = [*more, "", "", "", ""][:4]
        found = _DAY.findall(days)
        first, last = (found[0], found[1]) if len(found) == 2 else (days, "")
        # A blank line stays one, so that the lines keep their numbers.
        cells = (first, last, kind or _USUAL_KIND, name or _USUAL_NAME, other, shifts)
        write.writerow(cells if line.strip() else ())
    return parse_notice(out.getvalue().encode(), name=_("Các ngày"))


def said_fault(fault: NoticeFault) -> str:
    """Say a fault of the typed lines: which line, its words, what is wrong."""
    known = {"line": fault.line - 1, "words": fault.words, "fault": calendar_words.fault(fault.code)}
    if fault.line > 1:
        return _("Dòng %(line)s “%(words)s”: %(fault)s.") % known
    return _("“%(words)s”: %(fault)s.") % known


class SimulationForm(PlainForm):
    """The question, taken from the address; without one it waits to be asked."""

    nam = forms.ChoiceField(label=lazy("Năm"))
    ky = forms.ChoiceField(label=lazy("Kỳ"))
    thu_tuc = forms.CharField(
        label=lazy("Thủ tục"),
        help_text=lazy("Mã hoặc tên. Để trống: mọi thủ tục, khi chỉ mô phỏng lịch."),
        required=False,
        max_length=120,
    )
    thoi_han = forms.CharField(
        label=lazy("Thời hạn mô phỏng"),
        help_text=lazy("Viết như trong danh mục, ví dụ: 7 ngày làm việc."),
        required=False,
        max_length=200,
    )
    lich = forms.ChoiceField(label=lazy("Lịch mô phỏng"), required=False)
    ngay = forms.CharField(
        label=lazy("Ngày của lịch mô phỏng"),
        help_text=lazy(
            "Mỗi dòng một ngày hoặc khoảng ngày; loại; tên. Ví dụ: 25/11/2026 - 26/11/2026; đóng cửa; Lũ. "
            "Loại: nghỉ lễ, nghỉ bù, nghỉ hoán đổi, làm bù, nửa ngày, đóng cửa, như ngày thường."
        ),
        required=False,
        max_length=MOST_TYPED,
        # A blank line before the first keeps the numbers of the others.
        strip=False,
        widget=forms.Textarea({"rows": 4}),
    )

    period: Period
    running: bool
    procedure: tuple[UUID, str, str] | None
    change: Change

    def __init__(
        self, given: Mapping[str, str] | None, *, at: datetime, agencies: Iterable[ReportingAgency]
    ) -> None:
        today = local_day(at)
        usual = {"nam": str(today.year), "ky": f"t{today.month}", "lich": NATION}
        filled = None
        if given is not None:
            filled = {name: given.get(name) or usual.get(name, "") for name in self.base_fields}
        super().__init__(filled, initial=usual)
        self.at, self.procedure, self.change = at, None, Change()
        self._owners = {one.key: one.id for one in agencies}
        language = get_language() or "vi"
        places = [(one.key, one.name(language)) for one in agencies]
        years = [(str(year), str(year)) for year in range(today.year, today.year - YEARS_BACK, -1)]
        self._offer("nam", years)
        self._offer("ky", wording.period_choices())
        self._offer("lich", [(NATION, _("Cả nước")), *places])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_thu_tuc(self) -> str:
        """Find the procedure by its code, else by its name if that names one."""
        text = str(self.cleaned_data["thu_tuc"]).strip()
        if not text:
            return ""
        found = catalogue.current_version(text, on=local_day(self.at))
        if found is not None:
            self.procedure = (found.procedure_id, text, found.name(get_language() or "vi"))
            return text
        if versions := catalogue.versions_of(text):
            # Withdrawn since: its past can be asked about all the same.
            name = catalogue.published(versions[0].id).name(get_language() or "vi")
            self.procedure = (versions[0].procedure_id, text, name)
            return text
        return self._by_name(text)

    def _by_name(self, text: str) -> str:
        language = get_language() or "vi"
        found = catalogue.search(text, on=local_day(self.at), most=_MOST_NAMED)
        exact = [one for one in found if text.casefold() in (one.name_vi.casefold(), one.name_en.casefold())]
        if len(exact or found) == 1:
            [one] = exact or found
            # The list names the version in force.
            self.procedure = (catalogue.published(one.id).procedure_id, one.code, one.name(language))
            return one.code
        if not found:
            raise ValidationError(
                _("Không có thủ tục nào mang mã hoặc tên này. Xem lại mã thủ tục."), code="unknown"
            )
        named = "; ".join(f"{one.code} {one.name(language)}" for one in found)
        raise ValidationError(
            _("Nhiều thủ tục có tên gần như vậy: %(names)s. Nhập mã của thủ tục cần mô phỏng."),
            code="several",
            params={"names": named},
        )

    def clean_thoi_han(self) -> str:
        """Read the limit, or say which words gave none and why."""
        text = str(self.cleaned_data["thoi_han"]).strip()
        if text and (reading := limit_asked(text)).limit is None:
            why = _UNREAD[reading.doubt or Unread.UNREADABLE]
            raise ValidationError(
                _("Chưa đọc được thời hạn “%(text)s”: %(why)s. Viết lại, ví dụ: 7 ngày làm việc."),
                code="unread",
                params={"text": text, "why": why},
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Work out the period and the change."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "nam" in cleaned and "ky" in cleaned:
            self._period(int(cleaned["nam"]), cleaned["ky"])
        if self.errors:
            return cleaned
        limit = limit_asked(cleaned["thoi_han"]).limit if cleaned["thoi_han"] else None
        if limit is not None and self.procedure is None:
            fault = _("Nêu thủ tục có thời hạn cần mô phỏng: mỗi thủ tục có thời hạn riêng.")
            self.add_error("thu_tuc", ValidationError(fault, code="needed"))
        elif limit is None and not cleaned["ngay"].strip():
            fault = _("Nêu điều cần mô phỏng: một thời hạn khác, hoặc ngày của một lịch khác.")
            self.add_error("thoi_han", ValidationError(fault, code="nothing"))
        else:
            self.change = self._changed(limit, cleaned["ngay"], cleaned["lich"])
        return cleaned

    def _period(self, year: int, code: str) -> None:
        whole = months(year, *wording.PERIODS[code])
        if whole.start > self.at:
            fault = ValidationError(_("Kỳ này chưa bắt đầu. Chọn kỳ khác."), code="future")
            self.add_error("ky", fault)
            return
        self.period = whole.known_at(self.at)
        self.running = self.period.end < whole.end

    def _changed(self, limit: Limit | None, text: str, owner: str) -> Change:
        if not text.strip():
            return Change(limit)
        agency_id = self._owners.get(owner)
        try:
            notice, faults = notice_of(read_typed(text))
            calendar_id, _national = followed_calendars(agency_id, on=self.period.last)
            faults = (*faults, *check(calendar_id, notice, at=self.at, supposed=True).faults)
        except NoticeUnreadable as fault:
            self.add_error("ngay", ValidationError(str(fault), code="unreadable"))
            return Change(limit)
        except NoCalendar:
            said = _("Chưa có lịch làm việc nào để đặt các ngày này vào.")
            self.add_error("ngay", ValidationError(said, code="no_calendar"))
            return Change(limit)
        for fault_found in faults[:_MOST_NAMED]:
            self.add_error("ngay", ValidationError(said_fault(fault_found), code=fault_found.code))
        return Change(limit, notice.days, notice.weeks, agency_id)

    @property
    def asked(self) -> dict[str, str]:
        """The answers as an address carries them."""
        return {
            name: str(self.cleaned_data[name]) for name in self.base_fields if self.cleaned_data.get(name)
        }
