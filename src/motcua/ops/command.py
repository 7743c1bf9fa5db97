"""What every command of the command line needs: the running product, and how it speaks."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
import psycopg
from django.db import OperationalError as DatabaseLost

from motcua.kit.postgres.errors import PostgresFault
from motcua.ops.database import Database, running_database

REFUSED, BAD_INPUT = 1, 2


def say(result: dict[str, Any], *, as_json: bool, lines: list[str] | None = None) -> None:
    """Print a result, for machines or for people."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
    else:
        for line in lines if lines is not None else [f"{key}: {value}" for key, value in result.items()]:
            click.echo(line)


def bad_input(message: str) -> NoReturn:
    """End with one clear line about what the person gave."""
    click.echo(message, err=True)
    sys.exit(BAD_INPUT)


@contextmanager
def product(*, owner: bool = False) -> Iterator[Database]:
    """Start the product on a running database for the length of a command."""
    try:
        with running_database(owner=owner) as database:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
            import django

            django.setup()
            from django.db import connections

            try:
                yield database
            finally:
                connections.close_all()
    except PostgresFault as fault:
        bad_input(str(fault))
    except (psycopg.OperationalError, DatabaseLost) as fault:
        bad_input(f"Không kết nối được cơ sở dữ liệu: {str(fault).splitlines()[0]}")
    except OSError as fault:
        bad_input(str(fault))


as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
