"""Undoing an import in the background: by returns and decisions that are recorded like any others."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from itertools import count

from django.db import transaction

from accounts.models import User
from aims.errors import AimsError
from funding.imports.check import Problems
from funding.models import FundingImport, FundingReturn
from funding.services.importing import hold_import
from funding.services.progress import note_progress
from funding.services.returning import give_return_back, undo_return


def undo_import(*, imported: FundingImport, now: datetime) -> None:
    """Give back what still waits, and send for approval what undoes the rest.

    Each return by itself: begun again after an interruption, it goes on where it was. What cannot be undone, since a
    later return took its place, is told.
    """
    if imported.undo_asked_by is None:
        return
    problems = Problems()
    returns = imported.returns.filter(returned_at__isnull=True, undone_by__isnull=True).select_related("stream")
    for done, found in zip(count(1), returns.order_by("stream__code", "month").iterator()):
        try:
            _undo(found, imported.undo_reason, imported.undo_asked_by, now)
        except AimsError as error:
            problems.add(f"{found.stream.code}, {found.month:%B %Y}: {error.message}")
        note_progress(imported.pk, done)
    with transaction.atomic():
        locked = hold_import(imported)
        locked.problems, locked.problems_found = [asdict(problem) for problem in problems.kept], problems.found
        locked.undone_at = now
        locked.save(update_fields=["problems", "problems_found", "undone_at"])


def _undo(found: FundingReturn, reason: str, by: User, now: datetime) -> None:
    if found.approved_at:
        undo_return(found=found, reason=reason, by=by, now=now)
    else:
        give_return_back(found=found, note=reason, by=by, now=now)
