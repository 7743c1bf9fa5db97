"""What one deed wrote, row by row, and the same rows written again for another dossier by psycopg alone.

The yardstick is derived from the product's own rows, so it cannot fall behind when a table gains a column.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from motcua.kit.ids import uuid7

Values = dict[str, Any]
Text = sql.SQL | sql.Composed
# The rows of a deed in an order that the foreign keys allow.
_ORDER = (
    "dossiers_look",
    "dossiers_numbersequence",
    "workflow_task",
    "workflow_token",
    "dossiers_dossier",
    "journal_event",
    "journal_outboxentry",
    "procrastinate_jobs",
)
# Written by a trigger of the table before it, for the yardstick as well.
_BY_TRIGGER = frozenset({"procrastinate_events"})
# Bookkeeping of web requests, which is ours to pay and not part of the deed.
_OF_THE_REQUEST = frozenset({"django_session", "kit_try"})
_JOB_COLUMNS = ("queue_name", "task_name", "priority", "lock", "queueing_lock", "args", "scheduled_at")
_JOB = sql.SQL(
    "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(%s::varchar, %s::varchar, %s::integer, %s::text,"
    " %s::text, %s::jsonb, %s::timestamptz)::procrastinate_job_to_defer_v1]))"
)
_NUMBER = sql.SQL(
    "INSERT INTO dossiers_numbersequence (agency_id, day, last) VALUES (%s, %s, 1)"
    " ON CONFLICT (agency_id, day) DO UPDATE SET last = dossiers_numbersequence.last + 1 RETURNING last"
)


class NotTheSame(Exception):
    """The yardstick does not do what the deed does; a ratio of the two would mean nothing."""


@dataclass(frozen=True)
class Written:
    """One row that a deed wrote: as it was before (None for a new one) and as it is now."""

    table: str
    key: tuple[str, ...]
    before: Values | None
    after: Values

    @property
    def own_key(self) -> UUID | None:
        """Return the key that a copy of this new row needs anew."""
        value = self.after[self.key[0]]
        fresh = self.before is None and len(self.key) == 1 and isinstance(value, UUID)
        return value if fresh else None


@dataclass(frozen=True)
class Statement:
    """A statement with its values; `numbered` are the places whose text names the dossier's number."""

    text: Text
    values: list[Any]
    gives_number: bool
    numbered: tuple[int, ...]


Deed = list[Statement]


class Witness:
    """Sees which rows were written since it last looked, with two connections of its own."""

    def __init__(self, url: str) -> None:
        self._now = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        self._then = psycopg.connect(url, row_factory=dict_row)
        self._then.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for connection in (self._now, self._then):
            for name in ("json", "jsonb"):
                connection.adapters.register_loader(name, TextLoader)
        self._keys = self._primary_keys()

    def close(self) -> None:
        """Leave."""
        self._now.close()
        self._then.close()

    def seen(self, deed: Callable[[], object]) -> list[Written]:
        """Do a deed and return the rows it wrote, in an order in which they can be written again."""
        since = self._mark()
        self._then.rollback()
        self._then.execute("SELECT 1")
        deed()
        rows = []
        for table in sorted(self._keys.keys() - _BY_TRIGGER - _OF_THE_REQUEST):
            rows += [self._compared(table, row) for row in self._touched(table, since)]
        self._then.rollback()
        if unknown := {row.table for row in rows} - set(_ORDER):
            raise NotTheSame(
                f"the deed writes to {', '.join(sorted(unknown))}, which has no place in the order"
            )
        # Of one table, changes come before new rows: a task is closed before the next one opens.
        return sorted(rows, key=lambda row: (_ORDER.index(row.table), row.before is None))

    def tally(self, deeds: Callable[[], object]) -> dict[str, tuple[int, int]]:
        """Do deeds and return how many rows they left in which table, and how many bytes those are."""
        since = self._mark()
        deeds()
        found = {}
        for table in self._keys.keys() - _OF_THE_REQUEST:
            query = sql.SQL(
                "SELECT count(*) AS n, coalesce(sum(pg_column_size(t.*)), 0)::bigint AS size FROM {} t"
                " WHERE t.xmin::text::bigint > %s"
            ).format(sql.Identifier(table))
            row = self._now.execute(query, [since]).fetchone()
            if row and row["n"]:
                found[table] = (row["n"], row["size"])
        return found

    def _mark(self) -> int:
        row = self._now.execute("SELECT pg_current_xact_id()::text::bigint AS id").fetchone()
        assert row
        return int(row["id"])

    def _touched(self, table: str, since: int) -> list[Values]:
        query = sql.SQL("SELECT * FROM {} WHERE xmin::text::bigint > %s").format(sql.Identifier(table))
        return self._now.execute(query, [since]).fetchall()

    def _compared(self, table: str, row: Values) -> Written:
        key = self._keys[table]
        where = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in key)
        query = sql.SQL("SELECT * FROM {} WHERE {}").format(sql.Identifier(table), where)
        before = self._then.execute(query, [row[name] for name in key]).fetchone()
        return Written(table, key, before, row)

    def _primary_keys(self) -> dict[str, tuple[str, ...]]:
        rows = self._now.execute(
            "SELECT c.relname AS name, array_agg(a.attname ORDER BY array_position(i.indkey, a.attnum))::text[] AS key"
            " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)"
            " WHERE i.indisprimary GROUP BY c.relname"
        )
        return {row["name"]: tuple(row["key"]) for row in rows}


class BareWriter:
    """Writes deeds with psycopg alone: one connection, prepared statements, one transaction each."""

    def __init__(self, url: str, rows: list[Written], *, number: str = "") -> None:
        """Take the rows of one deed as the pattern; `number` is the dossier's number that they name."""
        self._connection = psycopg.connect(url, autocommit=False)
        self._cursor = self._connection.cursor()
        self._rows, self._number = rows, number
        self._head, _, tail = number.rpartition("-")
        self._width = len(tail)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def prepared(self, keys: Mapping[UUID, UUID]) -> Deed:
        """Make the deed for another dossier: `keys` gives its keys for those of the pattern."""
        fresh = {row.own_key: uuid7() for row in self._rows if row.own_key}
        replaced = {**keys, **fresh}
        return [self._statement(row, replaced) for row in self._rows]

    def write(self, deed: Deed) -> None:
        """Write a prepared deed and commit it."""
        number = ""
        for statement in deed:
            values = statement.values
            for place in statement.numbered:
                values[place] = values[place].replace(self._number, number)
            self._cursor.execute(statement.text, values, prepare=True)
            if statement.gives_number:
                row = self._cursor.fetchone()
                assert row
                number = f"{self._head}-{row[0]:0{self._width}}"
        self._connection.commit()

    def _statement(self, row: Written, keys: Mapping[UUID, UUID]) -> Statement:
        after = {name: self._replaced(value, keys) for name, value in row.after.items()}
        if row.table == "dossiers_numbersequence":
            return Statement(_NUMBER, [after["agency_id"], after["day"]], True, ())
        if row.table == "procrastinate_jobs":
            return self._filled(_JOB, [after[name] for name in _JOB_COLUMNS])
        if row.before is None:
            # A key that the table counts by itself is left to it.
            names = [name for name in after if name not in row.key or not isinstance(after[name], int)]
            return self._filled(_insert(row.table, names), [after[name] for name in names])
        changed = [name for name, value in row.after.items() if value != row.before[name]]
        which = [self._replaced(row.after[name], keys) for name in row.key]
        return self._filled(
            _update(row.table, changed, row.key), [*(after[name] for name in changed), *which]
        )

    def _filled(self, text: Text, values: list[Any]) -> Statement:
        numbered = (
            place
            for place, value in enumerate(values)
            if self._number and isinstance(value, str) and self._number in value
        )
        return Statement(text, values, False, tuple(numbered))

    def _replaced(self, value: Any, keys: Mapping[UUID, UUID]) -> Any:
        if isinstance(value, UUID):
            return keys.get(value, value)
        if isinstance(value, str):
            for old, new in keys.items():
                value = value.replace(str(old), str(new))
        return value


def _insert(table: str, names: list[str]) -> Text:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )


def _update(table: str, names: list[str], key: tuple[str, ...]) -> Text:
    pair = sql.SQL("{} = %s")
    return sql.SQL("UPDATE {} SET {} WHERE {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(pair.format(sql.Identifier(name)) for name in names),
        sql.SQL(" AND ").join(pair.format(sql.Identifier(name)) for name in key),
    )


def check_equal(ours: dict[str, tuple[int, int]], bare: dict[str, tuple[int, int]]) -> str:
    """Compare what equally many deeds of both kinds left; return it in words, or raise `NotTheSame`.

    As many rows in the same tables, and the same bytes within two in a hundred (labels and keys vary a little).
    """
    if {table: count for table, (count, _) in ours.items()} != {t: count for t, (count, _) in bare.items()}:
        raise NotTheSame(f"rows of ours {ours}, of the yardstick {bare}")
    for table, (_, size) in ours.items():
        if abs(size - bare[table][1]) > max(0.02 * size, 64):
            raise NotTheSame(f"{table}: {size} bytes of ours, {bare[table][1]} of the yardstick")
    rows, size = (sum(values) for values in zip(*ours.values(), strict=True))
    return f"{rows} rows and {size} B each way, in {len(ours)} tables"
