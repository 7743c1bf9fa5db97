"""Many dossiers from one: rows are copied in SQL with new keys, because ten thousand actions would take an hour."""

from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

# Copied rows that belong to a dossier: table, the column that names it, and columns with a value of their own.
# The key of a copied file follows from both keys, so that papers and files still find each other.
_FILE = "md5({file}::text || c.dossier::text)::uuid"
_OWN: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "documents_storedfile",
        "subject_id",
        {"id": _FILE.format(file="t.id"), "subject_id": "c.dossier"},
    ),
    (
        "dossiers_paper",
        "dossier_id",
        {
            "id": "gen_random_uuid()",
            "dossier_id": "c.dossier",
            "file_id": _FILE.format(file="t.file_id"),
        },
    ),
    ("dossiers_clockrow", "dossier_id", {"id": "gen_random_uuid()", "dossier_id": "c.dossier"}),
    (
        "workflow_task",
        "subject_id",
        {"id": "gen_random_uuid()", "subject_id": "c.dossier", "due_at": "t.due_at + c.shift"},
    ),
    ("workflow_token", "subject_id", {"id": "gen_random_uuid()", "subject_id": "c.dossier"}),
)
_PARTY = {"id": "c.party"}
_DOSSIER = {
    "id": "c.dossier",
    "applicant_id": "c.party",
    "secret": "uuid_send(c.dossier)",
    "number": "t.number || '-' || c.number",
    "due_at": "t.due_at + c.shift",
}
# Due times lie spread over two weeks, a tenth of them in the past; the prime keeps neighbours apart.
_SHIFT = "make_interval(mins => (mod(c.number * 7919, 20160) - 2016)::int)"
_PLAN = """
CREATE TEMPORARY TABLE bench_copy ON COMMIT DROP AS
SELECT c.number, gen_random_uuid() AS dossier, gen_random_uuid() AS party, {shift} AS shift
FROM generate_series(%s::bigint, %s::bigint) AS c(number)
"""


@transaction.atomic
def copy_dossier(
    source: UUID, count: int, *, papers: bool = True, spread: bool = False, first: int = 1
) -> list[UUID]:
    """Copy a dossier with its applicant, clock, tasks and (unless told not to) papers; return the new keys.

    `first` numbers the first copy: no two copies of one source may share a number. `spread` scatters the due
    times. Copies have no journal of their own.
    """
    with connection.cursor() as cursor:
        plan = _PLAN.format(shift=_SHIFT if spread else "interval '0'")
        cursor.execute(plan, [first, first + count - 1])
        applicant = "(SELECT applicant_id FROM dossiers_dossier WHERE id = %s)"
        _copy(cursor, "dossiers_party", _PARTY, f"t.id = {applicant}", source)
        _copy(cursor, "dossiers_dossier", _DOSSIER, "t.id = %s", source)
        for table, owner, own in _OWN:
            if papers or table not in ("documents_storedfile", "dossiers_paper"):
                _copy(cursor, table, own, f"t.{owner} = %s", source)
        cursor.execute("SELECT dossier FROM bench_copy ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def _copy(cursor: CursorWrapper, table: str, own: dict[str, str], which: str, source: UUID) -> None:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608
    names = [column[0] for column in cursor.description]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, bench_copy c WHERE {which}",  # noqa: S608
        [source],
    )
