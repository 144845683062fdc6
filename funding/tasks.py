"""Background work on the money."""

from __future__ import annotations

import logging

from celery import shared_task

from funding.selectors.reconciliation import reconciliation

logger = logging.getLogger(__name__)


@shared_task(name="funding.reconcile")
def reconcile_task() -> int:
    """Check that the money adds up; logs every break and returns how many there are."""
    breaks = reconciliation()
    for found in breaks:
        logger.error("funding does not add up: %s", found)
    return len(breaks)
