"""Taking turns: who writes a scope's rows in a period, or the order of the feed, holds its advisory lock.

Every writer of a period takes the lock of its strategy scope, so whoever rewrites the whole period needs only that
one. Locks are taken in the order of their numbers, the feed's last, and always in a statement before the first read
of what will be summed: at read committed a statement sees what was committed before it began, not what was committed
while it waited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from reporting.choices import Scope

ScopeKey = tuple[Scope, str]
LARGEST = 2**63 - 1


def scope_lock(period_id: int, scope: Scope, key: str) -> int:
    """The lock's number, the same in every process; two scopes may share one, which costs a wait and no more."""
    digest = hashlib.blake2b(f"summary {period_id} {scope.value} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % LARGEST


def period_lock(period_id: int) -> int:
    """The lock that every writer of the period's rows takes."""
    return scope_lock(period_id, Scope.STRATEGY, "")


FEED_LOCK = LARGEST  # after every scope's, whose numbers are smaller


def take_turns(locks: Iterable[int]) -> None:
    """Wait for these locks in their order, and hold them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [sorted(set(locks))])


@contextmanager
def turns_held(locks: Iterable[int]) -> Iterator[None]:
    """Hold the locks around a transaction that takes its snapshot at once, as repeatable read does.

    Inside a caller's transaction they are held until that one ends.
    """
    if connection.in_atomic_block:
        take_turns(locks)
        yield
        return
    held = sorted(set(locks))
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT pg_advisory_lock(number) FROM unnest(%s::bigint[]) AS number", [held])
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(number) FROM unnest(%s::bigint[]) AS number", [held])
