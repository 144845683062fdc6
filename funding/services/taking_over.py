"""Taking a file over in the background: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding.imports.check import Problems
from funding.models import FundingImport, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import problems_of
from funding.services.comparing import Change, Comparison, compared
from funding.services.importing import hold_import
from funding.services.progress import note_progress
from funding.services.returning import submit_checked


class NotTakenOver(Exception):
    """Nothing was sent, for these reasons; without any, somebody has stopped the import."""

    def __init__(self, problems: Problems | None = None) -> None:
        super().__init__("nothing was sent")
        self.problems = problems or Problems()


def take_over(*, imported: FundingImport, now: datetime) -> int:
    """Send a return for every row that says something new, for approval by somebody else; returns how many.

    Compared once more with what stands, under the locks of all streams. Where anything has moved in a way that the
    preview did not show, nothing is sent and the import tells why.
    """
    try:
        with transaction.atomic():
            sent = _send_all(imported, now)
            locked = hold_import(imported)
            if locked.stopped_at or not locked.asked_at:
                raise NotTakenOver
            locked.lines.all().delete()
            locked.taken_over_at = now
            locked.save(update_fields=["taken_over_at"])
    except NotTakenOver as refused:
        _tell(imported, refused.problems)
        return 0
    return sent


def _send_all(imported: FundingImport, now: datetime) -> int:
    by, layout = imported.asked_by, imported.layout
    if by is None or layout is None:
        raise NotTakenOver
    streams = FundingStream.objects.filter(pk__in=imported.lines.order_by().values("stream")).order_by("pk")
    problems, sent, done = Problems(), 0, 0
    for stream in list(streams.select_for_update()):
        _stop_where_asked(imported)
        lines = list(imported.lines.filter(stream=stream))
        comparison = compared(stream, lines, layout.columns)
        for message in _problems(stream, comparison, imported.reason, timezone.localdate(now)):
            problems.add(message)
        if not problems.found:
            sent += _send(imported, stream, comparison, by, now)
        done += len(lines)
        note_progress(imported.pk, done)
    if problems.found:
        raise NotTakenOver(problems)
    return sent


def _send(imported: FundingImport, stream: FundingStream, comparison: Comparison, by: User, now: datetime) -> int:
    returns = [_return(change, imported.reason) for change in comparison.changed]
    submit_checked(stream=stream, returns=returns, source=imported, by=by, now=now)
    return len(returns)


def _return(change: Change, reason: str) -> FundingReturn:
    """The rating is finance's own and in no file: it stays as it stands."""
    amounts = {name: getattr(change.said.figures, name) for name in AMOUNTS}
    return FundingReturn(
        month=change.line.month,
        note=change.said.note,
        rating=change.standing.rating if change.standing else None,
        warning_reason=reason if change.unusual else "",
        **amounts,
    )


def _problems(stream: FundingStream, comparison: Comparison, reason: str, on: date) -> Iterator[str]:
    """What has moved since the file was read."""
    for line in comparison.clashing:
        yield f"A return of {stream.code} for {line.month:%B %Y} waits for approval since: have it decided first"
    for change in comparison.changed:
        where = f"{stream.code}, {change.line.month:%B %Y}"
        yield from (f"{where}: {told}" for told in problems_of(change.said.figures, change.line.month, on).values())
        if change.unusual and not reason:
            yield f"{where}: {change.unusual[0]}. Say why, and take the file over again"


def _stop_where_asked(imported: FundingImport) -> None:
    """Another transaction's stop is seen here, since nobody holds the import's row."""
    if FundingImport.objects.filter(pk=imported.pk, stopped_at__isnull=False).exists():
        raise NotTakenOver


def _tell(imported: FundingImport, problems: Problems) -> None:
    """Nobody takes it over any more; where something has moved, the next upload is compared with what stands then."""
    with transaction.atomic():
        locked = hold_import(imported)
        locked.asked_by, locked.asked_at = None, None
        if problems.found:
            locked.lines.all().delete()
        locked.problems, locked.problems_found = [asdict(problem) for problem in problems.kept], problems.found
        locked.save(update_fields=["asked_by", "asked_at", "problems", "problems_found"])
