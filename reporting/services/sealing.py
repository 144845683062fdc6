"""Sealing a review: every line written down with its hashes, and one seal over all of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import User
from aims.models import ReviewPeriod
from reporting.choices import LineKind
from reporting.lines import Line, write
from reporting.models import Review, SealedLine
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from reporting.sealing import Cover, expected, lines_of
from reporting.sealing.kept import kept_as_sealed
from reporting.sealing.telling import in_chunks

SALT_BYTES = 32
WRITTEN_AT_ONCE = 1_000

# As one text: PostgreSQL takes JSON apart faster than Python puts arrays of long texts together.
WRITE = """
INSERT INTO reporting_sealedline (review_id, position, kind, key, public, exempt, salt, public_hash, exempt_hash, hash)
SELECT %s, l.position, l.kind, l.key, l.public, l.exempt, l.salt, l.public_hash, l.exempt_hash, l.hash
FROM json_to_recordset(%s) AS l (position integer, kind text, key text, public text, exempt text, salt text,
    public_hash text, exempt_hash text, hash text)
"""
Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def seal(*, period: ReviewPeriod, cover: Cover, by: User | None, now: datetime, tell: Tell = silent) -> Review:
    """Seal a period as its positions and summaries stand; in the transaction and the snapshot that closes it.

    Chained to the review sealed last in the strategy, a reopened one included. `tell` hears how many lines of about
    how many are written. The lines are written before the review, whose seal they make: its key is taken first, and
    the database looks for it at the end of the transaction.
    """
    previous = Review.objects.filter(period__strategy=period.strategy_id, following__isnull=True).first()
    key = _next_key()
    hashed = _written(key, kept_as_sealed(period, lines_of(period, cover, now)), expected(period, now), tell)
    made = seal_of(previous.seal if previous else None, hashed)
    return Review.objects.create(
        pk=key,
        period=period,
        number=Review.objects.filter(period=period).count() + 1,
        previous=previous,
        sealed_at=now,
        sealed_by=by,
        as_at=period.ends,
        line_count=SealedLine.objects.filter(review_id=key).count(),
        seal=made,
    )


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Review._meta.db_table])
        return int(cursor.fetchone()[0])


def _written(review: int, lines: Iterable[Line], total: int, tell: Tell) -> Iterator[LineOfSeal]:
    """What the seal takes of each line, as it is written."""
    done = 0
    for chunk in in_chunks(lines, WRITTEN_AT_ONCE):
        rows = [_row(position, line) for position, line in enumerate(chunk, start=done + 1)]
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [review, json.dumps(rows)])
        done += len(chunk)
        tell(done, max(done, total))
        yield from (LineOfSeal(row["kind"], row["key"], row["hash"]) for row in rows)


def _row(position: int, line: Line) -> dict[str, Any]:
    """A line with its hashes, by columns."""
    public = write(line.row)
    exempt = write(line.exempt) if line.exempt else "{}"
    salt = secrets.token_hex(SALT_BYTES)
    hashes = line_hashes(public, exempt, salt)
    return {
        "position": position,
        "kind": LineKind(line.kind).value,
        "key": line.key,
        "public": public,
        "exempt": exempt,
        "salt": salt,
        "public_hash": hashes.public,
        "exempt_hash": hashes.exempt,
        "hash": hashes.line,
    }
