"""Background work on the money."""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from aims.services.alone import alone_with
from funding.models import FundingImport
from funding.selectors.reconciliation import LAST_FOUND, reconciliation
from funding.services.import_reading import give_up, read_import
from funding.services.importing import drop_old_imports
from funding.services.taking_over import take_over
from funding.services.undoing import undo_import

logger = logging.getLogger(__name__)
TWO_DAYS = 2 * 24 * 60 * 60  # by then the next night's check has answered twice

WORK_ON_IMPORT = "funding.work_on_import"
IMPORTS = 5_107_314  # the number of our advisory locks on imports, by their keys


@shared_task(name="funding.reconcile")
def reconcile_task() -> int:
    """Check that the money adds up; logs every break, keeps for the readiness check how many, and returns it."""
    breaks = reconciliation(timezone.localdate())
    cache.set(LAST_FOUND, len(breaks), timeout=TWO_DAYS)
    for found in breaks:
        logger.error("funding does not add up: %s", found)
    return len(breaks)


@shared_task(name=WORK_ON_IMPORT)
def work_on_import_task(pk: int) -> None:
    """Do what is to be done next for an import: read it, take it over, or undo it. One worker at a time does."""
    with alone_with(IMPORTS, pk) as is_alone:
        waiting = FundingImport.objects.to_work_on().select_related("layout", "asked_by", "undo_asked_by")
        found = waiting.filter(pk=pk).first()
        if found and is_alone:
            _work_on(found)


@shared_task(name="funding.sweep_imports")
def sweep_imports_task() -> int:
    """Wake the imports whose message was lost, and end those that nobody came back to; returns how many wait."""
    drop_old_imports(now=timezone.now())
    waiting = list(FundingImport.objects.to_work_on().values_list("pk", flat=True))
    for pk in waiting:
        wake_import(pk)
    return len(waiting)


def wake_import(pk: int) -> None:
    """Have a worker look at an import once the current transaction is committed; beat sweeps what is lost."""
    transaction.on_commit(lambda: _knock(pk))


def _knock(pk: int) -> None:
    try:
        current_app.send_task(WORK_ON_IMPORT, args=[pk], retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("import %s waits for the next sweep: the broker is away (%s)", pk, error)


def _work_on(found: FundingImport) -> None:
    now = timezone.now()
    if found.undo_asked_at:
        undo_import(imported=found, now=now)
    elif found.asked_at:
        take_over(imported=found, now=now)
    else:
        _read(found)


def _read(found: FundingImport) -> None:
    try:
        read_import(imported=found, now=timezone.now())
    except SoftTimeLimitExceeded:
        give_up(imported=found, now=timezone.now())
