"""What was before, kept beside the tables while the plan is applied: to be compared with what is after.

Everything lies in temporary tables of the connection that takes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcua.kit import sql
from motcua.ops.national.legacy import Country
from motcua.organisation.models import Agency
from motcua.reporting.periods import Period
from motcua.reporting.queries import Scope, figures

# All that may change in a dossier when it passes.
_CHANGES = frozenset({"competent_agency_id", "receiving_agency_id", "moved_at", "revision"})
# What stays whole beside it: table, what of it, and the columns that may change.
_STAYS: Mapping[str, tuple[str, frozenset[str]]] = {
    "dossiers_clockrow": ("true", frozenset()),
    "dossiers_supplementrequest": ("true", frozenset()),
    "dossiers_result": ("true", frozenset()),
    "dossiers_paper": ("true", frozenset()),
    "documents_slip": ("true", frozenset()),
    "workflow_token": ("true", frozenset({"agency_id"})),
    "workflow_task": ("true", frozenset({"agency_id", "post_id", "holder_id", "unplaced"})),
    "journal_event": ("recorded_at < %(drafted)s", frozenset()),
}
_BEFORE = """
DROP TABLE IF EXISTS national_before;
CREATE TEMPORARY TABLE national_before AS
SELECT d.id, d.state, d.competent_agency_id AS competent, d.receiving_agency_id AS receiving, d.place_code AS place,
  d.state IN ('filed', 'awaiting_applicant', 'in_progress', 'paused', 'decided') AS open,
  md5({columns}) AS digest
FROM dossiers_dossier d WHERE d.number IS NOT NULL;
CREATE UNIQUE INDEX ON national_before (id);
ANALYZE national_before
"""
# Where a dossier goes by the file: for each agency that ends a place that is known finely enough, and the default.
_EXPECTED = """
DROP TABLE IF EXISTS national_expected;
CREATE TEMPORARY TABLE national_expected (agency uuid, place text, successor uuid, flagged boolean);
"""


@dataclass(frozen=True)
class Before:
    """The digests and figures of before; the dossiers one by one are in `national_before`."""

    drafted: datetime
    month: Period
    digests: Mapping[str, tuple[int, int]]
    figures: Mapping[UUID, Mapping[str, int]]


def take(*, drafted: datetime, month: Period) -> Before:
    """Keep what is now; the plan will be drafted at `drafted`, and `month` is the last one before its day."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE.format(columns=unchanged("dossiers_dossier", _CHANGES, "d")))
    return Before(drafted, month, digests(drafted), as_it_was(month))


def expect(country: Country) -> None:
    """Write down from the file alone where everything has to go; asked after the new agencies are there."""
    ids = dict(Agency.objects.values_list("key", "id"))
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED)
        with cursor.copy("COPY national_expected FROM STDIN") as copy:
            for agency, place, successor, flagged in _expected(country):
                copy.write_row((ids[agency], place, ids[successor], flagged))
        cursor.execute("CREATE UNIQUE INDEX ON national_expected (agency, place)")
        cursor.execute("ANALYZE national_expected")


def _expected(country: Country) -> Iterator[tuple[str, str, str, bool]]:
    """Yield agency, place ("": none of the others), successor, and whether that is only the default."""
    for unit, to in country.provinces:
        yield unit.key, "", to.key, False
    for district in country.districts:
        assert district.above is not None
        yield district.key, "", country.province_after[district.above.code].key, True
    for fate in country.communes:
        if not fate.pieces:
            yield fate.unit.key, "", fate.to.key, False
            yield fate.district.key, fate.unit.code, fate.to.key, False
            continue
        yield fate.unit.key, "", fate.to.key, True
        for piece in fate.pieces:
            yield fate.unit.key, piece.code, piece.to.key, False
            yield fate.district.key, piece.code, piece.to.key, False


def unchanged(table: str, but: frozenset[str], alias: str) -> str:
    """Return the SQL of all columns of a table as one text, but for these; names come from the table itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608
        names = [column[0] for column in cursor.description if column[0] not in but]
    return "ROW({})::text".format(", ".join(f'{alias}."{name}"' for name in names))


def digests(drafted: datetime) -> dict[str, tuple[int, int]]:
    """Return for each table that must stay how many rows it has, and a sum over all that they say."""
    found = {}
    for table, (which, but) in _STAYS.items():
        said = unchanged(table, but, "t")
        statement = (
            f"SELECT count(*), COALESCE(sum(hashtextextended({said}, 0)::numeric), 0) "  # noqa: S608
            f"FROM {table} t WHERE {which}"
        )
        count, total = sql.rows(statement, {"drafted": drafted})[0]
        found[table] = (int(count), int(total))
    return found


def changed_dossiers() -> int:
    """Return how many dossiers say anything else than before, in all that must not change."""
    statement = (
        "SELECT count(*) FROM national_before b JOIN dossiers_dossier d ON d.id = b.id "  # noqa: S608
        f"WHERE md5({unchanged('dossiers_dossier', _CHANGES, 'd')}) <> b.digest"
    )
    return int(sql.rows(statement, {})[0][0])


def as_it_was(month: Period) -> dict[UUID, Mapping[str, int]]:
    """Return the figures of a month as the product gives them, by agency."""
    return {row.agency_id: row.counts for row in figures(month, Scope())}
