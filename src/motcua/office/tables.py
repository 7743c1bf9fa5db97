"""Tables of figures: rows by agency with links to the dossiers behind each number, bars, and the file."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kit.text import inert
from motcua.office import wording
from motcua.office.asking import Asked
from motcua.reporting.queries import FIGURES, AgencyFigures, ReportingAgency
from motcua.rules.figures import Rate, rate_of_solved, rate_of_to_solve

# The bars show the agencies that solved most; the table beside and the file show all.
MOST_BARS = 12
# Width of a bar in its own units.
BAR = 1000


@dataclass(frozen=True)
class Cell:
    """A number as it is printed, with the address of its dossiers (empty for nought)."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the tables; the first is the total."""

    name: str
    counts: Mapping[str, int]
    cells: tuple[Cell, ...]
    more: tuple[Cell, ...]
    rates: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True)
class Bar:
    """How the solved dossiers with a limit divide: numbers, and the ends of the parts on a scale to `BAR`."""

    name: str
    early: int
    on_time: int
    late: int

    @property
    def texts(self) -> list[str]:
        """The three numbers as they are printed."""
        return [wording.grouped(number) for number in (self.early, self.on_time, self.late)]

    @property
    def solved(self) -> int:
        """Number of all three."""
        return self.early + self.on_time + self.late

    @property
    def on_time_from(self) -> int:
        """Where the second part begins."""
        return round(BAR * self.early / self.solved)

    @property
    def late_from(self) -> int:
        """Where the third part begins."""
        return round(BAR * (self.early + self.on_time) / self.solved)

    @property
    def on_time_width(self) -> int:
        """Width of the second part."""
        return self.late_from - self.on_time_from

    @property
    def late_width(self) -> int:
        """Width of the third part."""
        return BAR - self.late_from


@dataclass(frozen=True)
class Table:
    """All rows, the total first; agencies without any dossier stand apart, by name."""

    rows: tuple[Row, ...]
    without: tuple[str, ...]
    # The columns, and those of the table folded under it.
    shown: wording.Groups = wording.TABLE
    more: wording.Groups = wording.MORE

    @property
    def total(self) -> Row:
        """First row."""
        return self.rows[0]

    @property
    def finding(self) -> str:
        """Sentence that says what the bars show."""
        numbers = {key: wording.grouped(self.total.counts[key]) for key in ("early", "on_time", "late")}
        said = _("Đã giải quyết có thời hạn: %(early)s trước hạn, %(on_time)s đúng hạn, %(late)s trễ hạn.")
        return said % numbers

    @property
    def bars(self) -> list[Bar]:
        """Bars of the agencies that solved most, the most first."""
        found = [
            Bar(row.name, row.counts["early"], row.counts["on_time"], row.counts["late"])
            for row in self.rows[1:]
        ]
        return sorted((bar for bar in found if bar.solved), key=lambda bar: -bar.solved)[:MOST_BARS]


def table(asked: Asked, figures: Iterable[AgencyFigures]) -> Table:
    """Arrange the figures: the total, then the agencies that have any, then the names of the others."""
    counted = {row.agency_id: row.counts for row in figures}
    moves = any(counts["moved_in"] or counts["moved_out"] for counts in counted.values())
    groups = wording.groups_for(asked.scope.channel, moves=moves)
    language = get_language() or "vi"
    total: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
    rows, without = [], []
    for agency in asked.agencies:
        counts = counted.get(agency.id)
        if counts is not None and any(counts.values()):
            total.update(counts)
            rows.append(_row(asked, groups, agency.name(language), counts, agency))
        elif agency.living:
            without.append(agency.name(language))
    whole = _row(asked, groups, _("Tổng cộng"), total, asked.agency, total=True)
    return Table((whole, *rows), tuple(without), *groups)


def _row(
    asked: Asked,
    groups: tuple[wording.Groups, wording.Groups],
    name: str,
    counts: Mapping[str, int],
    agency: ReportingAgency | None,
    *,
    total: bool = False,
) -> Row:
    place = {"co_quan": agency.key} if agency else {}

    def cells(groups: wording.Groups) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                wording.grouped(counts[figure]),
                asked.link("dossiers", figure=figure, **place) if counts[figure] else "",
            )
            for _label, figures in groups
            for figure in figures
        )

    rates = tuple(wording.share(rate.percent) for rate in _rates(counts))
    shown, more = groups
    return Row(name, counts, cells(shown), cells(more), rates, total)


def _rates(counts: Mapping[str, int]) -> tuple[Rate, Rate]:
    return (
        rate_of_solved(early=counts["early"], on_time=counts["on_time"], late=counts["late"]),
        rate_of_to_solve(
            late_solved=counts["late"],
            late_in_progress=counts["in_progress_past"],
            to_solve=counts["to_solve"],
        ),
    )


def columns(groups: wording.Groups) -> list[str]:
    """Return the names of the columns, each to be understood alone."""
    return [str(wording.FIGURES[figure].alone) for _label, figures in groups for figure in figures]


def as_csv(made: Table) -> str:
    """Return the rows of the page as a file for spreadsheets: bare numbers, rates with a decimal point."""
    out = StringIO()
    # Spreadsheets take a file for UTF-8 by this mark only.
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n")
    groups = (*made.shown, *made.more)
    write.writerow([_("Cơ quan"), *columns(groups), *(str(alone) for _short, alone, _m in wording.RATES)])
    for row in made.rows:
        numbers = [row.counts[figure] for _label, figures in groups for figure in figures]
        rates = ["" if rate.percent is None else str(rate.percent) for rate in _rates(row.counts)]
        write.writerow([inert(row.name), *numbers, *rates])
    for name in made.without:
        write.writerow([inert(name), *[0] * len(columns(groups)), "", ""])
    return out.getvalue()
