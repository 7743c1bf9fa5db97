"""Hand-written SQL for the few statements that a whole province waits for; all else goes through the ORM."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

_M = TypeVar("_M", bound=Model)
Params = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def row(sql: str, params: Params) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def run(sql: str, params: Params) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        touched: int = cursor.rowcount
    return touched


def one(model: type[_M], tail: str, params: Params) -> _M | None:
    """Return the first row of a model's table that `tail` ("WHERE …") picks, as an instance, or None."""
    names, head = _columns(model)
    found = row(f"{head} {tail}", params)
    return model.from_db(connection.alias, names, found) if found else None


def insert(row: Model) -> None:
    """Insert an instance whose fields all hold what the database takes as it is."""
    names, statement = _insertion(type(row))
    run(statement, [getattr(row, name) for name in names])


@lru_cache(maxsize=64)
def _insertion(model: type[Model]) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields
    listed = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    names = [field.attname for field in fields]
    return names, f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES ({places})'  # noqa: S608


@lru_cache(maxsize=64)
def _columns(model: type[Model]) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields
    # Names come from the model, never from outside.
    listed = ", ".join(f'"{field.column}"' for field in fields)
    return [field.attname for field in fields], f'SELECT {listed} FROM "{model._meta.db_table}"'  # noqa: S608
