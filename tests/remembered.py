"""A world of rows that several tests begin with: told once through the services, and put back as it was from then on.

    @pytest.fixture
    def story(db: None) -> Story:
        return remembered(tell_story)

It is told again wherever another fixture has written before it, and on another day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

Told = TypeVar("Told")

FILLED_BY_MIGRATIONS = ["django_migrations", "django_content_type", "auth_permission"]
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL (%s) ORDER BY relname
"""


@dataclass(frozen=True)
class Kept:
    """What telling a world returned, and the rows that it left, by table, as PostgreSQL copies them."""

    told: Any
    rows: dict[str, bytes]


def load_the_strategy() -> None:
    """The real one."""
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)


kept: dict[tuple[Callable[[], Any], date], Kept] = {}


def remembered(tell: Callable[[], Told]) -> Told:
    """What `tell` returns, its rows in the database; a copy of one's own, to change at will."""
    if not nothing_is_written():
        return tell()
    key = (tell, timezone.localdate())
    if key in kept:
        put_back(kept[key].rows)
    else:
        kept[key] = Kept(tell(), copied_out())
    found: Told = deepcopy(kept[key].told)
    return found


@contextmanager
def guards_put_aside() -> Iterator[Any]:
    """A cursor past the triggers that refuse what no service does."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@cache
def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [FILLED_BY_MIGRATIONS])
        return [name for (name,) in cursor.fetchall()]


def nothing_is_written() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f'EXISTS (SELECT FROM "{name}")' for name in tables()))
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row == (False,)


def copied_out() -> dict[str, bytes]:
    cursor: Any
    with connection.cursor() as cursor:
        found = {}
        for name in tables():
            with cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                found[name] = b"".join(rows)
        return {name: rows for name, rows in found.items() if rows}


def put_back(rows: dict[str, bytes]) -> None:
    with guards_put_aside() as cursor:
        for name, lines in rows.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN') as table:
                table.write(lines)
