"""Composition only: settings, addresses, jobs and the local services. No domain lives here."""

from wmca_tracker.celery import app as celery_app  # the tasks of every process find this application

__all__ = ["celery_app"]
