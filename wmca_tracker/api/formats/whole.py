"""A whole list read in one snapshot, a batch at a time, however long it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import QuerySet

BATCH = 500  # rows in memory at a time
SLOWEST = "60s"  # how long a reader may keep the snapshot waiting before the stream is cut
Item = Mapping[str, Any]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read inside is as it stood at the first query, and nothing is written.

    A caller's transaction keeps its own isolation.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [SLOWEST])
        yield


def batches(rows: Callable[[], QuerySet[Any]], told: Callable[[list[Any]], list[Item]]) -> Iterator[list[Item]]:
    """The items of all rows, in batches; `rows` and `told` are called inside the snapshot that lasts to the end."""
    with one_snapshot(), closing(cast(Any, rows().iterator(chunk_size=BATCH))) as found:
        while batch := list(islice(found, BATCH)):
            yield told(batch)
