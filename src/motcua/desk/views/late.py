"""The daily list of what is late: who holds it, how late, why, and the apology owed."""

import csv
from dataclasses import dataclass
from io import StringIO
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.catalogue.queries import published
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.letters import waiting_notice
from motcua.desk.views.queues import DEEPEST, SIZE, page_of
from motcua.desk.wording import Timekeeper, TimeLeft
from motcua.dossiers import queries, words
from motcua.kit.audience import STAFF, audience
from motcua.kit.text import inert
from motcua.organisation.queries import agencies_facts
from motcua.rules.lateness import Cause, Owed
from motcua.rules.localday import local_day
from motcua.workflow.queries import step_title

# More than anyone goes through by hand; a province that has more has another problem than a file.
_MOST_IN_FILE = 10_000


@dataclass(frozen=True)
class _Asked:
    """Which late dossiers are asked for."""

    cause: str
    owed: str

    @property
    def narrowed(self) -> bool:
        return bool(self.cause or self.owed)

    def address(self, **more: str | int) -> str:
        given = {"ly-do": self.cause, "xin-loi": self.owed} | {key: str(value) for key, value in more.items()}
        return "?" + urlencode({key: value for key, value in given.items() if value})


@dataclass(frozen=True)
class _Line:
    """A late dossier as a row of the page."""

    id: UUID
    title: str
    number: str
    applicant: str
    holder: str
    step: str
    left: TimeLeft
    cause: str
    note: str
    owed: str
    owes: bool
    may_note: bool
    may_draft: bool


def _asked(request: HttpRequest) -> _Asked:
    cause, owed = request.GET.get("ly-do", ""), request.GET.get("xin-loi", "")
    causes = {queries.NO_CAUSE, *(known.value for known in Cause)}
    return _Asked(cause if cause in causes else "", owed if owed in {one.value for one in words.OWED} else "")


@audience(STAFF)
def late(request: HttpRequest) -> HttpResponse:
    """Show what runs past its due time, with what is owed for it; with `dang=csv` as a file."""
    who, asked = officer(request), _asked(request)
    agencies = None if who.sees_province else who.agencies
    if request.GET.get("dang") == "csv":
        return _file(who, asked, agencies)
    page = page_of(request)
    rows = queries.late_lines(
        agencies, at=who.at, cause=asked.cause, owed=asked.owed, first=(page - 1) * SIZE, size=SIZE + 1
    )
    keeper = Timekeeper(who.at)
    content = {
        "lines": [_line(row, who, keeper) for row in rows[:SIZE]],
        "selects": _selects(asked),
        "asked": asked,
        "csv_url": asked.address(dang="csv"),
        "waiting_letters": waiting_notice(who),
        "previous_url": asked.address(trang=page - 1) if page > 1 else "",
        "next_url": asked.address(trang=page + 1) if len(rows) > SIZE and page < DEEPEST else "",
        "position": _("Trang %(n)s") % {"n": page},
    }
    return render(request, "desk/late.html", frame(request, who, **content))


def _holder(row: queries.LateLine, who: Officer) -> str:
    """Say who has it: a person, or the partners that it waits for."""
    if row.holder_name or row.step or not row.partners:
        return row.holder_name or _("chưa ai nhận")
    names = agencies_facts(row.partners, on=local_day(who.at))
    language = "en" if words.in_english() else "vi"
    return "; ".join(names[key].name(language) for key in row.partners if key in names)


def _line(row: queries.LateLine, who: Officer, keeper: Timekeeper) -> _Line:
    roles = {duty.role for duty in who.duties if duty.agency_id == row.competent_id}
    holds = row.holder_id == who.user.id
    return _Line(
        id=row.id,
        title=published(row.version_id).name("en" if words.in_english() else "vi"),
        number=row.number,
        applicant=row.applicant_name,
        holder=_holder(row, who),
        step=step_title(row.process_id, row.step, "en" if words.in_english() else "vi"),
        left=keeper.left(row.due_at, row.competent_id),
        cause=str(words.CAUSES[Cause(row.cause)]) if row.cause else "",
        note=row.note,
        owed=str(words.OWED[row.owed]),
        owes=row.owed is Owed.OWED,
        may_note=holds or "head" in roles,
        may_draft=holds or bool(roles & {"head", "sign"}),
    )


def _selects(asked: _Asked) -> list[dict[str, object]]:
    causes = [
        (queries.NO_CAUSE, _("Chưa ghi lý do")),
        *((key.value, str(said)) for key, said in words.CAUSES.items()),
    ]
    owed = [(key.value, str(said)) for key, said in words.OWED.items()]
    return [
        _select("ly-do", _("Nguyên nhân"), causes, asked.cause),
        _select("xin-loi", _("Xin lỗi"), owed, asked.owed),
    ]


def _select(name: str, label: str, known: list[tuple[str, str]], chosen: str) -> dict[str, object]:
    choices = [(value, said, value == chosen) for value, said in [("", _("Tất cả")), *known]]
    return {"name": name, "label": label, "choices": choices}


def _file(who: Officer, asked: _Asked, agencies: set[UUID] | None) -> HttpResponse:
    rows = queries.late_lines(
        agencies, at=who.at, cause=asked.cause, owed=asked.owed, first=0, size=_MOST_IN_FILE
    )
    today = local_day(who.at)
    language = "en" if words.in_english() else "vi"
    places = agencies_facts({row.competent_id for row in rows}, on=today)
    keeper = Timekeeper(who.at)
    out = StringIO()
    # Spreadsheets take a file for UTF-8 by this mark only.
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(
        [
            _("Mã hồ sơ"), _("Thủ tục"), _("Cơ quan giải quyết"), _("Người giữ"), _("Hạn trả"), _("Quá hạn"),
            _("Nguyên nhân"), _("Ghi thêm"), _("Xin lỗi"),
        ]
    )  # fmt: skip
    for row in rows:
        place = places.get(row.competent_id)
        cells = [
            row.number,
            published(row.version_id).name(language),
            place.name(language) if place else "",
            row.holder_name,
            words.moment(row.due_at),
            keeper.left(row.due_at, row.competent_id).text,
            str(words.CAUSES[Cause(row.cause)]) if row.cause else "",
            row.note,
            str(words.OWED[row.owed]),
        ]
        write.writerow([inert(cell) for cell in cells])
    name = f"tre-han-{today:%Y-%m-%d}.csv"
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
