"""The bare ways of doing the same: what a measurement is held against."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import segno
import typst

from motcua.documents.print.sets import form_set_on
from motcua.documents.print.slips import Slip
from motcua.documents.print.wording import printable
from motcua.rules.working_time import WorkingCalendar

# One search in the ordinals of all working days, and the closing hour of the day found there. The days
# stand in order, so the place of a day in the list is its prefix sum.
BARE_DUE = (
    "answer = datetime.combine(date.fromordinal("
    "days[bisect_right(days, received.astimezone(ZONE).toordinal()) + n - 1]), time(17), ZONE)"
)


def working_ordinals(calendar: WorkingCalendar) -> list[int]:
    """Return the ordinals of the working days of a calendar, in order."""
    span = (calendar.last - calendar.first).days + 1
    days = (calendar.first + timedelta(days=number) for number in range(span))
    return [date.toordinal(day) for day in days if calendar.is_working_day(day)]


def bare_printer(slip: Slip, *, templates: Path, fonts: Path) -> Callable[[], bytes]:
    """Return what prints one slip with typst alone: its words ready as JSON, one compiler, the QR code drawn anew."""
    form_set = form_set_on(slip.head.day)
    kind = form_set.form(slip.form_key)
    form = {"number": f"{kind.number:02}", "title": kind.name_vi, "basis": form_set.basis}
    words = json.dumps(printable(slip.to_json() | {"form": form}), ensure_ascii=False)
    address = slip.matter.qr_url or ""
    compiler = typst.Compiler(
        root=str(templates),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
        ),
    )
    path = str(templates / f"{kind.template}.typ")

    def printed() -> bytes:
        drawn = BytesIO()
        segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
        inputs = {"data": words, "qr": drawn.getvalue().decode(), "qr-text": address}
        made = compiler.compile(input=path, format="pdf", sys_inputs=inputs)
        assert isinstance(made, bytes)
        return made

    return printed
