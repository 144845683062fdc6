"""Reading an uploaded file in the background: row by row, batch by batch, so that it can be followed and stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from aims.workbooks.parcel import Unfit
from funding.imports.check import Answer, Checker, Problems, checker_for, faults_of
from funding.imports.child import Reading, Row, reading
from funding.imports.columns import MONTH, doubles, headings_of, signature_of
from funding.models import FundingImport, FundingImportRow, FundingStream, ImportLayout
from funding.models.imports import import_storage
from funding.services.comparing import Change, compared
from funding.services.importing import forget_bytes, hold_import

BATCH = 1_000


class Stopped(Exception):
    """Somebody has stopped the import meanwhile: nothing more of it is written."""


def read_import(*, imported: FundingImport, now: datetime) -> None:
    """Read a file and check it; ends early where somebody stops it, or has to say what its columns mean."""
    with import_storage().open(imported.stored) as file:
        content = file.read()
    problems = Problems()
    try:
        with reading(content) as opened:
            read = _read(imported, opened, problems, now)
    except Unfit as unfit:
        problems.add(str(unfit))
        read = True
    except Stopped:
        return
    if read:
        _finish(imported, problems, now)


def give_up(*, imported: FundingImport, now: datetime) -> None:
    """End the reading of a file that took longer than a job may."""
    problems = Problems()
    problems.add("The file takes too long to read: export fewer months, and upload it again")
    _finish(imported, problems, now)


def _read(imported: FundingImport, opened: Reading, problems: Problems, now: datetime) -> bool:
    """Whether the file was read to its end, or to where it makes no sense; otherwise its columns are to be named."""
    rows = iter(opened)
    place, cells = next(rows, (1, {}))
    headings = headings_of(cells)
    faults = faults_of(headings, doubles(headings), place)
    if faults.found:
        problems.kept, problems.found = faults.kept, faults.found
        return True
    layout = ImportLayout.objects.filter(signature=signature_of([words for _, words in headings])).first()
    _begin(imported, headings, layout, opened.rows)
    if layout is None:
        return False
    known = dict(FundingStream.objects.filter(strategy__is_in_force=True).values_list("code", "pk"))
    checker = checker_for(headings, layout.columns, layout.unit, known, timezone.localdate(now))
    checker.counts_from_1904, checker.problems = opened.counts_from_1904, problems
    _keep_rows(imported, rows, checker)
    if not problems.found:
        _compare(imported, layout, checker)
    return True


def _begin(
    imported: FundingImport, headings: list[tuple[str, str]], layout: ImportLayout | None, rows: int | None
) -> None:
    """From the first row, whatever an earlier attempt has left."""
    with transaction.atomic():
        locked = _held(imported)
        locked.lines.all().delete()
        locked.headings, locked.layout = headings, layout
        locked.rows, locked.rows_done, locked.unchanged = rows, 0, 0
        locked.save()


def _keep_rows(imported: FundingImport, rows: Iterator[Row], checker: Checker) -> None:
    """Write the sound rows until one is not; from then on they are only checked."""
    done = 0
    while batch := list(islice(rows, BATCH)):
        answers = [answer for place, cells in batch if (answer := checker.answer(place, cells))]
        done += len(batch)
        with transaction.atomic():
            locked = _held(imported)
            if not checker.problems.found:
                FundingImportRow.objects.bulk_create(_row(locked, answer) for answer in answers)
            locked.rows_done, locked.rows = done, max(done, locked.rows or 0)
            locked.save(update_fields=["rows_done", "rows"])
    if not done:
        checker.problems.add("The file has no rows below its headings")


def _row(imported: FundingImport, answer: Answer) -> FundingImportRow:
    said = {"place": answer.place, "stream_id": answer.stream, "month": answer.month, "note": answer.note}
    return FundingImportRow(source=imported, **said, **answer.amounts)


def _compare(imported: FundingImport, layout: ImportLayout, checker: Checker) -> None:
    """Drop the rows that change nothing, and mark what is unusual, stream by stream."""
    streams = FundingStream.objects.filter(pk__in=imported.lines.order_by().values("stream"))
    for stream in streams.order_by("pk"):
        with transaction.atomic():
            locked = _held(imported)
            comparison = compared(stream, list(locked.lines.filter(stream=stream)), layout.columns)
            for line in comparison.clashing:
                message = f"A return of {stream.code} for {line.month:%B %Y} waits for approval: have it decided first"
                checker.problems.add(message, f"{checker.letters[MONTH]}{line.place}")
            locked.lines.filter(pk__in=[line.pk for line in comparison.unchanged]).delete()
            _mark_unusual(comparison.changed)
            locked.unchanged += len(comparison.unchanged)
            locked.save(update_fields=["unchanged"])


def _mark_unusual(changed: Sequence[Change]) -> None:
    unusual = [change for change in changed if change.unusual]
    for change in unusual:
        change.line.unusual = ". ".join(change.unusual)
    FundingImportRow.objects.bulk_update([change.line for change in unusual], ["unusual"])


def _finish(imported: FundingImport, problems: Problems, now: datetime) -> None:
    """What is wrong is told, and then nothing of the file is kept; a sound one waits with its rows."""
    with transaction.atomic():
        locked = hold_import(imported)
        if locked.stopped_at or locked.read_at:
            return
        if problems.found:
            locked.lines.all().delete()
        locked.problems, locked.problems_found = [asdict(problem) for problem in problems.kept], problems.found
        locked.rows, locked.read_at = locked.rows_done, now
        forget_bytes(locked)
        locked.save()


def _held(imported: FundingImport) -> FundingImport:
    """The import, locked; raises `Stopped` where somebody has ended it."""
    locked = hold_import(imported)
    if locked.stopped_at:
        raise Stopped
    return locked
