"""The Celery application; tasks live in each app's `tasks.py` and are known by their explicit names."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmca_tracker.settings")

app = Celery("wmca_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
