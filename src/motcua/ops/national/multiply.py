"""Many dossiers from the samples: each copy lies at another agency, with its own place, due time, tasks and holders."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from motcua.kit import sql
from motcua.ops.national.legacy import Country, Fate, Unit
from motcua.ops.national.samples import FINISHED, Sample, weighted

# Copies are committed in parts of this many: what is checked at the end of each stays in memory until then.
_PART = 100_000
# Of twenty open dossiers there is one more that is finished: it stays where it was.
FINISHED_OF = 20
_FIRST_KEY = 1_748_700_000_000
_WEEKS_BACK = 8


class Copy(NamedTuple):
    """One dossier to be: whose copy, where it lies, who answers, who received, how many weeks ago it came."""

    number: int
    dossier: UUID
    party: UUID
    sample: UUID
    competent: UUID
    receiving: UUID
    place: str
    code: str
    weeks: int


@dataclass(frozen=True)
class _Where:
    agency: Unit
    receiving: Unit
    place: str


class Spread:
    """Which dossier lies where: over all agencies of each level in turn, the rest by chance that is always the same."""

    def __init__(self, country: Country, agencies: Mapping[str, UUID], samples: Sequence[Sample]) -> None:
        self._communes = country.communes
        self._agencies = agencies
        self._of_district: dict[str, list[Fate]] = defaultdict(list)
        self._of_province: dict[str, list[Fate]] = defaultdict(list)
        for fate in country.communes:
            self._of_district[fate.district.code].append(fate)
            assert fate.district.above is not None
            self._of_province[fate.district.above.code].append(fate)
        self._districts = country.districts
        self._provinces = [unit for unit, _ in country.provinces]
        self._samples: dict[str, list[UUID]] = defaultdict(list)
        for sample in samples:
            self._samples[sample.state].append(sample.id)
        self._chance = Random(2025)  # noqa: S311

    def copies(self, number: int) -> Iterator[Copy]:
        """Give so many open dossiers and the finished ones beside them."""
        states = list(weighted())
        finished = number // FINISHED_OF
        # By a step without a common factor each state comes to every level and agency.
        for one in range(1, number + 1):
            yield self._copy(one, states[one * 7 % len(states)])
        for one in range(finished):
            yield self._copy(number + 1 + one, FINISHED[one % len(FINISHED)])

    def _copy(self, number: int, state: str) -> Copy:
        where = self._where(number)
        choose = self._chance
        weeks = choose.randint(1, _WEEKS_BACK) if choose.random() < 0.25 else 0
        return Copy(
            number,
            self._key(number),
            self._key(number),
            choose.choice(self._samples[state]),
            self._agencies[where.agency.key],
            self._agencies[where.receiving.key],
            where.place,
            where.agency.code,
            weeks,
        )

    def _key(self, number: int) -> UUID:
        """Return a key in the order of the making, as the product makes them."""
        return UUID(f"{_FIRST_KEY + number:012x}7{self._chance.getrandbits(76):019x}")

    def _where(self, number: int) -> _Where:
        """Seven of ten at communes, two at districts, one at provinces."""
        turn, one = divmod(number, 10)
        if one < 7:
            return self._commune(7 * turn + one)
        return self._district(2 * turn + one - 7) if one < 9 else self._province(turn)

    def _commune(self, turn: int) -> _Where:
        fate = self._communes[turn % len(self._communes)]
        return _Where(fate.unit, fate.unit, self._place(fate) if self._known() else "")

    def _district(self, turn: int) -> _Where:
        """Of those with a place a fifth was handed in at the commune."""
        district = self._districts[turn % len(self._districts)]
        if not self._known():
            return _Where(district, district, "")
        fate = self._chance.choice(self._of_district[district.code])
        return _Where(district, fate.unit if self._chance.random() < 0.2 else district, self._place(fate))

    def _province(self, turn: int) -> _Where:
        """Of those with a place a tenth was handed in at the district."""
        province = self._provinces[turn % len(self._provinces)]
        if not self._known():
            return _Where(province, province, "")
        fate = self._chance.choice(self._of_province[province.code])
        at_district = self._chance.random() < 0.1
        return _Where(province, fate.district if at_district else province, self._place(fate))

    def _known(self) -> bool:
        return self._chance.random() < 0.5

    def _place(self, fate: Fate) -> str:
        """Return the commune; of a divided one the finer part for a third."""
        if fate.pieces and self._chance.random() < 1 / 3:
            return self._chance.choice(fate.pieces).code
        return fate.unit.code


# --- into the tables --------------------------------------------------------------------------------------


_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS national_copy (number bigint PRIMARY KEY, dossier uuid, party uuid, sample uuid,
  competent uuid, receiving uuid, place text, code text, weeks int);
CREATE TEMPORARY TABLE IF NOT EXISTS national_post AS
SELECT p.agency_id AS agency, p.function, p.id AS post, h.user_id AS holder
FROM organisation_post p JOIN organisation_holding h ON h.post_id = p.id;
CREATE INDEX IF NOT EXISTS national_post_of ON national_post (agency, function);
ANALYZE national_post
"""
_COPY = "COPY national_copy FROM STDIN"
_BACK = "t.{name} - make_interval(weeks => c.weeks)"
# A step at the desk is done where the dossier was received; every fifth open task has nobody yet.
_AT = "CASE WHEN t.function = 'receiver' THEN c.receiving ELSE c.competent END"
_TAKEN = "CASE WHEN t.completed_at IS NULL AND c.number % 5 = 0 THEN NULL ELSE p.{name} END"


@dataclass(frozen=True)
class _Table:
    """A table with rows of a sample: which column names the sample, what is its own in a copy, what is further back."""

    name: str
    owner: str
    own: Mapping[str, str]
    moments: tuple[str, ...] = ()
    tail: str = ""
    source: str = "c.sample"


_OWNED: tuple[_Table, ...] = (
    _Table(
        "dossiers_party",
        "id",
        {"id": "c.party"},
        source="(SELECT applicant_id FROM dossiers_dossier d WHERE d.id = c.sample)",
    ),
    _Table(
        "dossiers_dossier",
        "id",
        {
            "id": "c.dossier",
            "applicant_id": "c.party",
            "secret": "uuid_send(c.dossier)",
            "number": "c.code || '-' || to_char(t.filed_at - make_interval(weeks => c.weeks), 'YYMMDD')"
            " || '-' || c.number",
            "competent_agency_id": "c.competent",
            "receiving_agency_id": "c.receiving",
            "place_code": "c.place",
        },
        (
            *("created_at", "saved_at", "filed_at", "acknowledge_by", "accepted_at", "promised_at", "due_at"),
            *("paused_at", "finished_at", "returned_at"),
        ),
    ),
    _Table(
        "dossiers_clockrow",
        "dossier_id",
        {"dossier_id": "c.dossier"},
        ("at", "until", "due_after", "paused_since"),
    ),
    _Table(
        "dossiers_supplementrequest", "dossier_id", {"dossier_id": "c.dossier"}, ("made_at", "answered_at")
    ),
    _Table("dossiers_result", "dossier_id", {"dossier_id": "c.dossier"}, ("decided_at",)),
    _Table(
        "workflow_token",
        "subject_id",
        {
            "subject_id": "c.dossier",
            "agency_id": "CASE WHEN t.agency_id IS NULL THEN NULL WHEN t.place = 'return' THEN c.receiving"
            " ELSE c.competent END",
        },
        ("entered_at", "due_at"),
    ),
    _Table(
        "workflow_task",
        "subject_id",
        {
            "subject_id": "c.dossier",
            "agency_id": _AT,
            "post_id": _TAKEN.format(name="post"),
            "holder_id": _TAKEN.format(name="holder"),
        },
        ("opened_at", "due_at", "completed_at"),
        f"JOIN national_post p ON p.agency = {_AT} AND p.function = t.function",
    ),
)


def multiply(spread: Spread, number: int, *, tell: Callable[[str], object] = lambda line: None) -> int:
    """Write so many open dossiers and a few finished ones beside them; return how many in all."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
    copies, written = spread.copies(number), 0
    while part := list(islice(copies, _PART)):
        _write(part)
        written += len(part)
        tell(f"{written} hồ sơ")
    sql.run("DROP TABLE national_copy, national_post", [])
    return written


@transaction.atomic
def _write(part: Sequence[Copy]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE national_copy")
        with cursor.copy(_COPY) as copy:
            for row in part:
                copy.write_row(row)
        cursor.execute("ANALYZE national_copy")
        for table in _OWNED:
            cursor.execute(_insertion(table))


def _insertion(table: _Table) -> str:
    """Return the statement that copies the rows of all samples; names come from the tables, never from outside."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table.name} LIMIT 0")  # noqa: S608
        names = [column[0] for column in cursor.description]
    own = {
        "id": "gen_random_uuid()",
        **{name: _BACK.format(name=name) for name in table.moments},
        **table.own,
    }
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM national_copy c "  # noqa: S608
        f"JOIN {table.name} t ON t.{table.owner} = {table.source} {table.tail} ORDER BY c.number"
    )
